package i18n

import (
	"testing"
	"time"
)

func tirane(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestWriting(t *testing.T) {
	l := For(Albanian, tirane(t))
	at := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC) // half past midnight of the 23rd in Shkodër
	for _, c := range []struct{ name, got, want string }{
		{"date", l.Date(at), "23.11.2026"},
		{"summer", l.DateTime(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)), "01.07.2026 14:00"},
		{"clock", l.Clock(at), "00:30"},
		{"never", l.DateTime(time.Time{}), ""},
		{"small", l.Number(999), "999"},
		{"thousand", l.Number(8123), "8\u00a0123"},
		{"million", l.Position(1000000), "1\u00a0000\u00a0000"},
		{"negative", l.Number(-1234), "−1\u00a0234"},
		{"second", l.Span(1500 * time.Millisecond), "1 s"},
		{"minutes", l.Span(59*time.Minute + 59*time.Second), "59 min"},
		{"hours", l.Span(47 * time.Hour), "47 orë"},
		{"days", l.Span(48 * time.Hour), "2 ditë"},
		{"left", l.Until(at.Add(3*time.Hour), at), "edhe 3 orë"},
		{"late", l.Until(at.Add(-72*time.Hour), at), "vonë 3 ditë"},
		{"now", l.Until(at, at), "edhe 0 s"},
		{"ago", l.Ago(at.Add(-2*time.Second), at), "para 2 s"},
		{"standing", l.T("stand", "position", l.Position(8123), "ago", l.T("ago", "span", "2 s")), "Gjendja në ngjarjen 8\u00a0123, para 2 s"},
		{"one row", l.N("list.total", 1), "1 rresht"},
		{"rows", l.N("list.total", 1200), "1\u00a0200 rreshta"},
		{"none", l.N("list.total", 0), "0 rreshta"},
		{"code", l.Code("status", "acknowledged"), "Marrë"},
		{"within", l.Within("status", "in_force"), "në fuqi"},
		{"within, an abbreviation", l.Within("order_type", "UMPMM"), "UMPMM"},
		{"within, the name of a law", l.Within("legal_basis", "kpp_281"), l.Code("legal_basis", "kpp_281")},
		{"within, unknown", l.Within("status", "Of_tomorrow"), "Of_tomorrow"},
		{"codes", l.Codes("violence", []string{"physical", "economic"}), "Fizike, ekonomike"},
		{"codes that are names", For(English, nil).Codes("weekday", []string{"mon", "tue"}) + "; " + l.Codes("weekday", []string{"mon", "tue"}), "Monday, Tuesday; e hënë, e martë"},
		{"unknown code", l.Code("status", "of_tomorrow"), "of_tomorrow"},
		{"unknown key", l.T("no.such"), "no.such"},
		{"English", For(English, nil).N("span.days", 1), "1 day"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestArgumentsAreNotReadAgain(t *testing.T) {
	// A name that looks like a placeholder stays what it is.
	got := For(English, nil).T("case.from_to", "from", "{to}", "to", "X")
	if got != "{to} → X" {
		t.Error(got)
	}
}

func TestParse(t *testing.T) {
	for code, want := range map[string]Language{"sq": Albanian, "en": English, "": Albanian, "de": Albanian, "EN": Albanian} {
		if got := Parse(code); got != want {
			t.Errorf("%q is %s", code, got)
		}
	}
}
