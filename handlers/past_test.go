package handlers_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/board"
	"mkr/projections/looks"
)

// A film is the way from the board as it stood to the board of today, row by row, for those who see every case.
func TestAFilmEndsAtTodaysBoard(t *testing.T) {
	b := newBed(t)
	lead := b.person("coordinator", b.dv)
	first := b.open()
	b.CaughtUp()
	from := handlers.At{Position: b.Position()}
	b.Pass(time.Hour)
	second := b.open()
	_, err := b.do(lead, first, "risk.assess", "", &handlers.AssessRisk{Level: "high", Factors: []handlers.Factor{"weapons"}})
	ok(t, err)
	b.CaughtUp()
	before, err := b.Board(t.Context(), lead, handlers.ListQuery{At: from})
	ok(t, err)
	if len(before.Items) != 1 || before.Items[0].Risk != "" {
		t.Fatalf("the board as it stood: %+v", before.Items)
	}
	film, err := b.Film(t.Context(), lead, from)
	ok(t, err)
	at, more, err := film.Next(t.Context())
	ok(t, err)
	if !more || !at.After(film.Moment()) {
		t.Fatalf("the next event is at %s, the film stands at %s", at, film.Moment())
	}
	changes, err := film.Until(t.Context(), at.Add(-time.Second))
	ok(t, err)
	if len(changes) != 0 {
		t.Fatalf("changes before anything happened: %+v", changes)
	}
	changes, err = film.Until(t.Context(), b.Clock.Now().Add(time.Hour))
	ok(t, err)
	shown := map[string]projections.Change{}
	for _, c := range changes {
		shown[c.Key] = c
	}
	if len(changes) != 2 || shown[first].Row.Risk != "high" || shown[second].Op != projections.Put {
		t.Fatalf("the film showed %+v", changes)
	}
	if _, more, _ := film.Next(t.Context()); more {
		t.Error("the film has not ended")
	}
	var denied *handlers.DeniedError
	for _, c := range []handlers.Caller{b.person("police", b.police), b.person("ngo", b.ngo), b.person("administrator", b.dv)} {
		if _, err := b.Film(t.Context(), c, from); !errors.As(err, &denied) {
			t.Errorf("%s sees a film: %v", c.Role, err)
		}
	}
}

// The past opens nothing: who is kept out of a case today, or has no part in it, has it on no list of yesterday.
func TestYesterdayIsJudgedToday(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, police, other := b.person("coordinator", b.dv), b.person("police", b.police), b.person("police", b.police)
	b.CaughtUp()
	then := handlers.At{Position: b.Position()}
	see := func(c handlers.Caller) bool {
		list, err := b.Board(t.Context(), c, handlers.ListQuery{At: then})
		ok(t, err)
		return slices.ContainsFunc(list.Items, func(r board.Row) bool { return r.Case == id })
	}
	if !see(police) || !see(other) {
		t.Fatal("the police do not see the case that they opened")
	}
	_, err := b.do(lead, id, "exclusion.set", "", &handlers.Exclude{Account: other.Account, Reason: "relative_of_accused"})
	ok(t, err)
	b.CaughtUp()
	if see(other) {
		t.Error("who is kept out of the case sees it on yesterday's board")
	}
	if !see(police) || see(b.person("ngo", b.ngo)) {
		t.Error("the others see what they see today")
	}
}

// What an account could see is put together from roles, parts and the record of looks as they stood; that somebody asked is on
// record.
func TestSeenAs(t *testing.T) {
	b := newBed(t)
	before := handlers.At{Position: b.Position()}
	id := b.open()
	police, auditor := b.person("police", b.police), b.person("auditor", b.dv)
	v, err := b.Case(t.Context(), police, id, handlers.At{})
	ok(t, err)
	_, err = b.OpenFields(t.Context(), police, id, handlers.Want{Persons: []string{v.Subject}})
	ok(t, err)
	b.CaughtUp()
	seen, err := b.SeenAs(t.Context(), auditor, police.Account, handlers.At{})
	ok(t, err)
	if seen.Role != "police" || seen.Institution != b.police || seen.Name == "" {
		t.Errorf("who it was: %+v", seen)
	}
	if len(seen.Cases) != 1 || seen.Cases[0].Case != id || seen.Cases[0].Basis == "" || !slices.Contains(seen.Cases[0].Fields, access.Identity.String()) {
		t.Fatalf("what it could see: %+v", seen.Cases)
	}
	if l := seen.Cases[0].Looks; !slices.ContainsFunc(l, func(r looks.Row) bool { return r.What == "opened" && slices.Contains(r.Fields, "name") }) {
		t.Errorf("what it opened: %+v", l)
	}
	if n := len(b.accessEvents(auditor)); n != 1 {
		t.Errorf("the auditor's look left %d events", n)
	}
	// Before the case was opened there was nothing to see, and what came later is not told of then.
	if seen, err = b.SeenAs(t.Context(), auditor, police.Account, before); err == nil && len(seen.Cases) != 0 {
		t.Errorf("before the case was opened it saw %+v", seen.Cases)
	}
	var denied *handlers.DeniedError
	if _, err := b.SeenAs(t.Context(), police, auditor.Account, handlers.At{}); !errors.As(err, &denied) {
		t.Errorf("police ask what the auditor saw: %v", err)
	}
	if _, err := b.SeenAs(t.Context(), auditor, "nobody", handlers.At{}); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("an account that is none: %v", err)
	}
}

// A figure run again at its position is the same, whatever was added since.
func TestFiguresRunAgain(t *testing.T) {
	b := newBed(t)
	lead := b.person("coordinator", b.dv)
	b.open()
	b.CaughtUp()
	year := b.Clock.Now().Year()
	first, err := b.Indicators(t.Context(), lead, year, handlers.At{})
	ok(t, err)
	b.open()
	b.CaughtUp()
	now, err := b.Indicators(t.Context(), lead, year, handlers.At{})
	ok(t, err)
	again, err := b.Indicators(t.Context(), lead, year, handlers.At{Position: first.Position})
	ok(t, err)
	if a, b := asJSON(t, first), asJSON(t, again); a != b {
		t.Errorf("run again at %d:\n%s\nwas\n%s", first.Position, b, a)
	}
	if asJSON(t, now.Figures) == asJSON(t, first.Figures) {
		t.Fatal("a second case changed no figure: the test would see nothing")
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	ok(t, err)
	return string(raw)
}
