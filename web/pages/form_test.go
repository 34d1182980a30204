package pages

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/handlers"
	"mkr/web/i18n"
)

func testView(t *testing.T) view {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	return view{Locale: i18n.For(i18n.Albanian, zone), Now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), names: func() names { return names{"i1": "Policia", "i2": "Gjykata"} }}
}

func TestParseReadsWhatTheTagsAsk(t *testing.T) {
	v := testView(t)
	var in handlers.CreateReferral
	wrong := v.parse(&in, "", url.Values{
		"to": {"i1"}, "service": {"shelter"}, "urgency": {"immediate"}, "reason": {"  dy\r\nrreshta "}, "respond_by": {"2026-11-22T18:30"},
		"basis": {""}, "draft": {"yes"}, "occurred_at": {"22.11.2026 10:15"}, "unknown": {"x"},
	})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	if in.To != "i1" || in.Service != "shelter" || !in.Draft || in.Basis != "" {
		t.Errorf("%+v", in)
	}
	if in.Reason.Reveal() != "  dy\r\nrreshta " {
		t.Errorf("a long text is the domain's to trim: %q", in.Reason.Reveal())
	}
	if want := time.Date(2026, 11, 22, 17, 30, 0, 0, time.UTC); !in.RespondBy.Equal(want) {
		t.Errorf("local time of Tirana: %v", in.RespondBy)
	}
	if want := time.Date(2026, 11, 22, 9, 15, 0, 0, time.UTC); !in.OccurredAt.Equal(want) {
		t.Errorf("as people write it: %v", in.OccurredAt)
	}
}

func TestParseNamesTheFieldAtFault(t *testing.T) {
	v := testView(t)
	for _, c := range []struct {
		name  string
		in    any
		form  url.Values
		field string
		words string
	}{
		{"missing", &handlers.DeclineReferral{}, url.Values{}, "reason", "required"},
		{"blank", &handlers.WriteNote{}, url.Values{"section": {"general"}, "text": {" \n "}}, "text", "required"},
		{"no such value", &handlers.DeclineReferral{}, url.Values{"reason": {"no_wish"}}, "reason", "unknown_value"},
		{"no such value in a list", &handlers.AssessRisk{}, url.Values{"level": {"low"}, "factors": {"weapons", "x"}}, "factors", "unknown_value"},
		{"no time", &handlers.ScheduleReferral{}, url.Values{"appointment": {"nesër"}}, "appointment", "not_a_time"},
		{"31 June", &handlers.ExtendOrder{}, url.Values{"valid_until": {"2026-06-31"}}, "valid_until", "not_a_date"},
		{"no number", &handlers.ReportService{}, url.Values{"service": {"shelter"}, "sessions": {"dy"}}, "sessions", "not_a_number"},
		{"too few", &handlers.ReportService{}, url.Values{"service": {"shelter"}, "sessions": {"0"}}, "sessions", "count"},
		{"too many", &handlers.ReportService{}, url.Values{"service": {"shelter"}, "sessions": {"1001"}}, "sessions", "count"},
		{"not UTF-8", &handlers.WriteNote{}, url.Values{"section": {"general"}, "text": {"a\xff"}}, "text", "invalid_text"},
	} {
		wrong := v.parse(c.in, "", c.form)
		if len(wrong) != 1 || wrong[c.field] != v.Refusal(c.words) {
			t.Errorf("%s: %v", c.name, wrong)
		}
	}
}

func TestADayLastsUntilItsEnd(t *testing.T) {
	v := testView(t)
	var in handlers.ExtendOrder
	if wrong := v.parse(&in, "", url.Values{"valid_until": {"2027-01-31"}}); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	if v.Date(in.ValidUntil) != "31.01.2027" || !in.ValidUntil.Equal(time.Date(2027, 1, 31, 22, 59, 59, 0, time.UTC)) {
		t.Errorf("%v", in.ValidUntil)
	}
}

func TestFormKeepsWhatWasTyped(t *testing.T) {
	v := testView(t)
	typed := url.Values{"reason": {"no_capacity"}, "note": {"Plot <b>deri</b> të hënën"}}
	fields := v.fieldsOf(reflect.TypeFor[handlers.DeclineReferral](), "", typed, map[string]string{"note": "tepër gjatë"}, func(string) []option { return nil })
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	if strings.Join(names, " ") != "reason note occurred_at" {
		t.Fatalf("asked: %v", names)
	}
	if fields[0].Value() != "no_capacity" || !fields[0].Required || fields[0].Control != "select" || len(fields[0].Options) != 8 {
		t.Errorf("%+v", fields[0])
	}
	var page strings.Builder
	if err := formView(v, form{Action: "/x", Fields: fields}).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<option value="no_capacity" selected>Pa kapacitet</option>`, `Plot &lt;b&gt;deri&lt;/b&gt; të hënën</textarea>`, `id="f-note-error">tepër gjatë</span>`, `aria-invalid="true"`, `aria-describedby="f-note-error"`} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the form lacks %s:\n%s", want, page.String())
		}
	}
}

func TestEnvelope(t *testing.T) {
	key := handlers.NewKey().String()
	env, err := envelope(url.Values{keyField: {key}, revisionField: {"7"}, "b": {"2"}, "a": {"1", "3"}, targetField: {"t"}})
	if err != nil {
		t.Fatal(err)
	}
	if env.Key.String() != key || env.IfMatch == nil || *env.IfMatch != 7 || string(env.Body) != "a=1&a=3&b=2&target_id=t" {
		t.Errorf("%+v %s", env, env.Body)
	}
	for name, form := range map[string]url.Values{
		"no key": {}, "no UUID": {keyField: {"1"}}, "nil UUID": {keyField: {"00000000-0000-0000-0000-000000000000"}}, "revision": {keyField: {key}, revisionField: {"-1"}},
	} {
		if _, err := envelope(form); !errors.Is(err, errBadForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRejectPutsTheWordsWhereTheyBelong(t *testing.T) {
	v := testView(t)
	f := form{Fields: []field{{Name: "to"}, {Name: "g", Fields: []field{{Name: "persons[0].name"}}}}}
	if !v.reject(&f, event.RefuseField("referral.to_self", "to", "x")) || f.Fields[0].Error != v.Refusal("referral.to_self") || f.Error != "" {
		t.Errorf("%+v", f)
	}
	if !v.reject(&f, &handlers.InputError{Field: "persons[0].name", Code: "too_long"}) || f.Fields[1].Fields[0].Error != v.Refusal("too_long") {
		t.Errorf("%+v", f)
	}
	if !v.reject(&f, event.RefuseField("clock.unknown", "deadline", "x")) || f.Error != v.Refusal("clock.unknown") {
		t.Errorf("a field that the form does not ask: %+v", f)
	}
	if !v.reject(&f, &handlers.StaleError{Revision: 9, Changed: []handlers.Change{{Type: "deadline.met"}, {Type: "order.issued"}, {Type: "deadline.set"}}}) || f.Revision != "9" || len(f.Changed) != 1 || f.Changed[0].Type != "order.issued" {
		t.Errorf("%+v", f)
	}
	if clocks := deeds([]handlers.Change{{Type: "deadline.voided"}}); len(clocks) != 1 {
		t.Errorf("nothing but a clock has changed, and is not told: %+v", clocks)
	}
	for _, err := range []error{errors.New("disk"), handlers.ErrUnavailable, handlers.ErrNotFound} {
		if v.reject(&form{}, err) {
			t.Errorf("%v is no refusal of what was typed", err)
		}
	}
}

// FuzzParse: whatever is posted, parsing ends, and an error names a field of the input.
func FuzzParse(f *testing.F) {
	f.Add("reason=no_capacity&note=x")
	f.Add("appointment=2026-11-22T10%3A00")
	f.Add("reason=%FF&occurred_at=")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			t.Skip("no form: the server answers 400 before a page sees it")
		}
		v := testView(t)
		for _, a := range handlers.CaseActions {
			in := a.New()
			asked := map[string]bool{}
			walk(reflect.TypeOf(in).Elem(), func(name string, _ reflect.StructField) { asked[name] = true })
			for name, words := range v.parse(in, "", form) {
				if !asked[name] || words == "" {
					t.Errorf("%s: %q: %q", a.Name, name, words)
				}
			}
		}
	})
}

// The form asks about the first person only what she can be: the domain takes a survivor or a child, and she is nobody's
// relation. Of the others it asks everything.
func TestTheSubjectOfANewCaseIsASurvivorOrAChild(t *testing.T) {
	v := testView(t)
	var groups [][]field
	for _, f := range v.intake(2, nil, nil).Fields {
		if f.Control == "group" {
			groups = append(groups, f.Fields)
		}
	}
	asks := func(fields []field, name string) (values []string) {
		for _, f := range fields {
			if strings.HasSuffix(f.Name, name) {
				for _, o := range f.Options {
					values = append(values, o.Value)
				}
			}
		}
		return values
	}
	if got := asks(groups[0], ".role"); !reflect.DeepEqual(got, []string{"survivor", "child"}) {
		t.Errorf("the first person may be %v", got)
	}
	if got := asks(groups[0], ".relation"); got != nil {
		t.Errorf("the first person is asked whose relation she is: %v", got)
	}
	if len(asks(groups[1], ".role")) <= 2 || asks(groups[1], ".relation") == nil {
		t.Error("of the second person not everything is asked")
	}
}

// TestTheOnlyAnswerIsChosen: a question with one answer starts with it, except where leaving it empty says something
// too; and who left it empty finds it empty again.
func TestTheOnlyAnswerIsChosen(t *testing.T) {
	v := testView(t)
	one := func(string) []option { return []option{{Value: "the-one", Label: "UM"}} }
	two := func(string) []option {
		return []option{{Value: "the-one", Label: "UM"}, {Value: "other", Label: "UMM"}}
	}
	value := func(in reflect.Type, name string, typed url.Values, among choices) string {
		t.Helper()
		for _, f := range v.fieldsOf(in, "", typed, nil, among) {
			if f.Name == name {
				return f.Value()
			}
		}
		t.Fatalf("%s does not ask for %s", in, name)
		return ""
	}
	hearing, shift, places := reflect.TypeFor[handlers.ScheduleHearing](), reflect.TypeFor[handlers.SetShift](), reflect.TypeFor[handlers.ReportCapacity]()
	for _, c := range []struct {
		name, want string
		got        string
	}{
		{"the only order", "the-one", value(hearing, "order", nil, one)},
		{"one of two orders", "", value(hearing, "order", nil, two)},
		{"an order left out on purpose", "", value(hearing, "order", url.Values{"order": {""}}, one)},
		{"the only service", "the-one", value(places, "service", nil, one)},
		{"one of two services", "", value(places, "service", nil, two)},
		{"whoever is at the desk, not the only colleague", "", value(shift, "account", nil, one)},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}
