package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// watched is a bed with a coordinator and an auditor who answer for flags.
type watched struct {
	*testbed.Bed
	coordinator, auditor handlers.Caller
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{Bed: testbed.New(t, testbed.Options{})}
	w.coordinator, w.auditor = w.named("Mira Koordinatore", access.Coordinator), w.named("Vera Revizore", access.Auditor)
	return w
}

// named opens an account for somebody of a name.
func (w *watched) named(name, role string) handlers.Caller {
	w.TB.Helper()
	key := testbed.Key()
	r, err := w.OpenAccount(w.TB.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: w.InstitutionOf(role), Role: role, Username: person.PlainOf("u-" + key.Key.String()), Display: person.PlainOf(name), Password: person.PlainOf(testbed.Password),
	}, key)
	testbed.OK(w.TB, err)
	_, c, err := w.IssueToken(w.TB.Context(), r.ID, "test", 100*time.Hour)
	testbed.OK(w.TB, err)
	return c
}

// finds lets the sentinel read, and names the rules of the flags that the caller finds, sorted.
func (w *watched) finds(c handlers.Caller) []string {
	w.TB.Helper()
	_, err := w.Watch(w.TB.Context())
	testbed.OK(w.TB, err)
	w.CaughtUp()
	list, err := w.Flags(w.TB.Context(), c, handlers.ListQuery{})
	testbed.OK(w.TB, err)
	out := []string{}
	for _, f := range list.Items {
		out = append(out, f.Rule)
	}
	slices.Sort(out)
	return out
}

func (w *watched) look(c handlers.Caller, id string) error {
	_, err := w.Case(w.TB.Context(), c, id, handlers.At{})
	return err
}

// Each pattern that somebody could plant is found, once, and by its rule alone.
func TestPlantedPatternsAreFound(t *testing.T) {
	for name, plant := range map[string]struct {
		rule string
		do   func(t *testing.T, w *watched, id string)
	}{
		"no task": {sentinel.NoTask, func(t *testing.T, w *watched, id string) {
			r, err := w.Act(w.coordinator, id, "participant.add", "", &handlers.AddParticipant{Institution: w.Court, Reason: "court_proceedings"})
			testbed.OK(t, err)
			testbed.OK(t, w.Await(t.Context(), r.Position))
			testbed.OK(t, w.look(w.named("Artan Kureshtari", access.Court), id))
			if n, err := w.Watch(t.Context()); n != 0 || err != nil {
				t.Errorf("raised %d before it is known what follows, %v", n, err)
			}
			w.Pass(time.Hour)
		}},
		"same surname": {sentinel.SameSurname, func(t *testing.T, w *watched, id string) {
			testbed.OK(t, w.look(w.named("Agim Shembuli", access.Police), id)) // misspelt, and one half of a double name
		}},
		"many cases": {sentinel.ManyCases, func(t *testing.T, w *watched, _ string) {
			for range 16 {
				testbed.OK(t, w.look(w.coordinator, w.Open()))
			}
		}},
		"many searches": {sentinel.ManySearches, func(t *testing.T, w *watched, _ string) {
			testbed.OK(t, w.BuildNames(t.Context()))
			for n := range 31 {
				_, err := w.SearchPersons(t.Context(), w.coordinator, handlers.SearchPersons{Name: person.PlainOf("Drita Emri" + strings.Repeat("a", n))})
				testbed.OK(t, err)
			}
		}},
		"at night": {sentinel.OffShift, func(t *testing.T, w *watched, id string) {
			w.Pass(14 * time.Hour) // eleven in the evening
			testbed.OK(t, w.look(w.coordinator, id))
		}},
		"at night, on a shift of her own making": {sentinel.OffShift, func(t *testing.T, w *watched, id string) {
			w.Pass(14 * time.Hour)
			i := slices.IndexFunc(handlers.InstitutionActions, func(a handlers.InstitutionAction) bool { return a.Name == "institution.set_shift" })
			for _, days := range [][]handlers.Weekday{{"mon", "tue", "wed"}, {"thu", "fri", "sat", "sun"}} {
				_, err := w.DoInstitution(t.Context(), w.coordinator, w.DV, handlers.InstitutionActions[i], &handlers.SetShift{Rung: "officer", Account: w.coordinator.Account, Days: days, From: "16:00", Until: "08:00"}, testbed.Key())
				testbed.OK(t, err)
			}
			testbed.OK(t, w.look(w.coordinator, id))
		}},
		"sealed": {sentinel.ShutCase, func(t *testing.T, w *watched, id string) {
			_, err := w.Act(w.coordinator, id, "case.seal", "", &handlers.SealCase{Reason: "staff_involved", Accounts: []string{w.coordinator.Account, w.named("Besa Hetuese", access.Police).Account}})
			testbed.OK(t, err)
			if err := w.look(w.named("Artan Kureshtari", access.Police), id); !errors.Is(err, handlers.ErrNotFound) {
				t.Fatal(err)
			}
		}},
		"refused often": {sentinel.RefusedOften, func(t *testing.T, w *watched, _ string) {
			c := w.named("Artan Kureshtari", access.NGO)
			for range 6 {
				if err := w.look(c, w.Open()); !errors.Is(err, handlers.ErrNotFound) {
					t.Fatal(err)
				}
			}
		}},
		"after the end": {sentinel.AfterEnd, func(t *testing.T, w *watched, id string) {
			ngo := w.named("Artan Kureshtari", access.NGO)
			r, err := w.Act(w.coordinator, id, "referral.create", "", w.Referral())
			testbed.OK(t, err)
			for _, step := range []struct {
				action string
				in     handlers.Input
			}{{"referral.accept", nil}, {"referral.start", nil}, {"referral.complete", &handlers.CompleteReferral{Outcome: "helped"}}} {
				_, err := w.Act(ngo, id, step.action, r.ID, step.in)
				testbed.OK(t, err)
			}
			w.Pass(15 * 24 * time.Hour)
			testbed.OK(t, w.look(w.named("Agron Tjetri", access.NGO), id))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(t)
			id := w.Open()
			w.CaughtUp()
			plant.do(t, w, id)
			for n, want := range []int{1, 0} {
				if got, err := w.Watch(t.Context()); got != want || err != nil {
					t.Errorf("reading %d raises %d, %v", n, got, err)
				}
			}
			if got := w.finds(w.auditor); !slices.Equal(got, []string{plant.rule}) {
				t.Errorf("found %v, want %s", got, plant.rule)
			}
		})
	}
}

// A flag is raised once, whichever server finds it and however often one starts.
func TestAFlagIsRaisedOnce(t *testing.T) {
	w := newWatched(t)
	id := w.Open()
	testbed.OK(t, w.look(w.named("Agim Shembulli", access.Police), id))
	w.CaughtUp()
	second, third := handlers.New(w.Deps), handlers.New(w.Deps)
	for n, s := range []*handlers.Service{w.Service, second, third} {
		got, err := s.Watch(t.Context())
		testbed.OK(t, err)
		if want := map[int]int{0: 1}[n]; got != want {
			t.Errorf("server %d raises %d, want %d", n, got, want)
		}
	}
	if got := w.finds(w.auditor); !slices.Equal(got, []string{sentinel.SameSurname}) {
		t.Errorf("found %v", got)
	}
	for _, e := range w.Events() {
		for _, secret := range []string{"Shembulli", "Agim"} {
			if bytes.Contains(e.Data, []byte(secret)) || bytes.Contains(e.Meta, []byte(secret)) {
				t.Errorf("%s holds %q", e.Type, secret)
			}
		}
	}
}

// A flag is there for those who answer it, and not for whoever is flagged; it is answered once, and its text is sealed.
func TestAFlagIsAnswered(t *testing.T) {
	w := newWatched(t)
	id := w.Open()
	officer := w.named("Agim Shembulli", access.Police)
	kin := w.named("Zana Shembulli", access.Auditor)
	testbed.OK(t, w.look(officer, id))
	testbed.OK(t, w.look(kin, id))
	if got := w.finds(w.auditor); len(got) != 2 {
		t.Fatalf("found %v", got)
	}
	if got := w.finds(kin); len(got) != 1 {
		t.Errorf("an auditor who is flagged finds %v", got)
	}
	if waiting, _, err := w.FlagsWaiting(t.Context(), kin); err != nil || waiting != 1 {
		t.Errorf("and is told that %d wait, %v", waiting, err)
	}
	if got := w.finds(w.coordinator); len(got) != 2 {
		t.Errorf("the coordinator finds %v", got)
	}
	var denied *handlers.DeniedError
	if _, err := w.Flags(t.Context(), officer, handlers.ListQuery{}); !errors.As(err, &denied) {
		t.Errorf("police read flags: %v", err)
	}
	if got := w.finds(w.named("Linda Njësia", access.ChildWorker)); len(got) != 0 {
		t.Errorf("the child protection unit finds %v in a case that is not its own", got)
	}
	list, err := w.Flags(t.Context(), w.auditor, handlers.ListQuery{})
	testbed.OK(t, err)
	own := list.Items[slices.IndexFunc(list.Items, func(f handlers.Flag) bool { return f.Account == kin.Account })]
	if own.Name != "Zana Shembulli" || own.Code == "" || own.Status != "open" {
		t.Errorf("%+v", own)
	}
	answer := handlers.AnswerFlag{Outcome: "no_kinship", Text: person.PlainOf("Nuk kanë lidhje familjare")}
	for what, err := range map[string]error{
		"sees":    func() error { _, err := w.Flag(t.Context(), kin, own.Flag); return err }(),
		"answers": func() error { _, err := w.AnswerFlag(t.Context(), kin, own.Flag, answer, testbed.Key()); return err }(),
		"nothing": func() error {
			_, err := w.AnswerFlag(t.Context(), kin, handlers.NewKey().String(), answer, testbed.Key())
			return err
		}(),
	} {
		if !errors.Is(err, handlers.ErrNotFound) {
			t.Errorf("whoever is flagged %s: %v", what, err)
		}
	}
	env := testbed.Key()
	one, err := w.AnswerFlag(t.Context(), w.auditor, own.Flag, answer, env)
	testbed.OK(t, err)
	two, err := w.AnswerFlag(t.Context(), w.auditor, own.Flag, answer, env)
	testbed.OK(t, err)
	if !two.Duplicate || one.Position != two.Position {
		t.Errorf("%+v, then %+v", one, two)
	}
	if _, err := w.AnswerFlag(t.Context(), w.coordinator, own.Flag, answer, testbed.Key()); !isRefusal(err, sentinel.CodeAnswered) {
		t.Errorf("answered twice: %v", err)
	}
	w.CaughtUp()
	v, err := w.Flag(t.Context(), w.coordinator, own.Flag)
	testbed.OK(t, err)
	if v.Text != "Nuk kanë lidhje familjare" || v.Outcome != "no_kinship" || v.Status != "answered" {
		t.Errorf("%+v", v)
	}
	if got := w.AccessEvents(w.coordinator); !slices.Contains(got, "access.opened") {
		t.Errorf("reading the answer is not on record: %v", got)
	}
	for _, e := range w.Events() {
		if bytes.Contains(e.Data, []byte("lidhje familjare")) {
			t.Errorf("%s holds the text in the clear", e.Type)
		}
	}
}

// Whoever is kept out of a case does not learn by a flag what goes on in it.
func TestAFlagInACaseThatOneIsKeptOutOf(t *testing.T) {
	w := newWatched(t)
	id := w.Open()
	testbed.OK(t, w.look(w.named("Agim Shembulli", access.Police), id))
	_, err := w.Act(w.auditor, id, "exclusion.set", "", &handlers.Exclude{Account: w.coordinator.Account, Reason: "relative_of_accused"})
	testbed.OK(t, err)
	if got := w.finds(w.coordinator); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	if waiting, overdue, err := w.FlagsWaiting(t.Context(), w.coordinator); err != nil || waiting+overdue != 0 {
		t.Errorf("and is told that %d wait, %d of them overdue, %v", waiting, overdue, err)
	}
	if got := w.finds(w.auditor); len(got) != 1 {
		t.Errorf("the auditor found %v", got)
	}
	if waiting, _, err := w.FlagsWaiting(t.Context(), w.auditor); err != nil || waiting != 1 {
		t.Errorf("and is told that %d wait, %v", waiting, err)
	}
}

// To ask for a case as an open page does, without having opened one, is a look, and is judged as one.
func TestWhoFollowsWithoutHavingLookedHasLooked(t *testing.T) {
	w := newWatched(t)
	id, officer := w.Open(), w.named("Agim Shembulli", access.Police)
	w.CaughtUp()
	for _, want := range []int{1, 2} {
		h, err := w.History(t.Context(), officer, id)
		testbed.OK(t, err)
		_, err = h.Follow().Case(t.Context(), handlers.At{})
		testbed.OK(t, err)
		if got := w.AccessEvents(officer); len(got) != want { // the second time it is a page that is open
			t.Errorf("on record are %v", got)
		}
	}
	if got := w.finds(w.auditor); !slices.Equal(got, []string{sentinel.SameSurname}) {
		t.Errorf("found %v", got)
	}
}

// Silence about a flag is history too.
func TestAFlagThatNobodyAnswersClimbs(t *testing.T) {
	w := newWatched(t)
	id := w.Open()
	testbed.OK(t, w.look(w.named("Agim Shembulli", access.Police), id))
	w.finds(w.auditor)
	for n, want := range []int{0, 1, 2, 2} {
		climbed, err := w.ClimbDue(t.Context())
		testbed.OK(t, err)
		w.CaughtUp()
		list, err := w.Flags(t.Context(), w.auditor, handlers.ListQuery{})
		testbed.OK(t, err)
		if got := list.Items[0].Rung; got != want || climbed != map[bool]int{true: 1}[n == want && n > 0] {
			t.Errorf("after %d times ten days on rung %d, %d climbed", n, got, climbed)
		}
		if _, overdue, err := w.FlagsWaiting(context.WithoutCancel(t.Context()), w.auditor); err != nil || overdue != min(1, n) {
			t.Errorf("after %d times ten days %d are overdue, %v", n, overdue, err)
		}
		w.Pass(10 * 24 * time.Hour)
	}
}

// What was answered comes by the page, nothing missing and nothing twice; what waits is all on the first.
func TestAnsweredFlagsComeByThePage(t *testing.T) {
	w := newWatched(t)
	id := w.Open()
	for _, name := range []string{"Agim Shembulli", "Besa Shembulli", "Ilir Shembulli", "Mira Shembulli"} {
		testbed.OK(t, w.look(w.named(name, access.Police), id))
	}
	w.finds(w.auditor)
	all, err := w.Flags(t.Context(), w.auditor, handlers.ListQuery{})
	testbed.OK(t, err)
	if len(all.Items) < 4 {
		t.Fatalf("%d flags", len(all.Items))
	}
	want := map[string]bool{}
	for _, f := range all.Items[1:] {
		_, err := w.AnswerFlag(t.Context(), w.auditor, f.Flag, handlers.AnswerFlag{Outcome: handlers.FlagOutcome(sentinel.Outcomes[0]), Text: person.PlainOf("U pyet")}, testbed.Key())
		testbed.OK(t, err)
		want[f.Flag] = true
	}
	w.CaughtUp()
	waiting, pages := 0, 0
	for q := (handlers.ListQuery{Limit: 2}); ; pages++ {
		page, err := w.Flags(t.Context(), w.auditor, q)
		testbed.OK(t, err)
		for _, f := range page.Items {
			if f.Flag == all.Items[0].Flag {
				waiting++
			} else if !want[f.Flag] {
				t.Errorf("%s comes twice", f.Flag)
			}
			delete(want, f.Flag)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if waiting != 1 || len(want) > 0 || pages == 0 {
		t.Errorf("what waits comes %d times, %d are missing, %d further pages", waiting, len(want), pages)
	}
}

// By the pages of what was answered nobody learns that there is a flag in a case that she is kept out of: no page is short or empty, and
// none begins behind a flag that she was not shown.
func TestPagesOfFlagsDoNotTellOfACaseThatOneIsKeptOutOf(t *testing.T) {
	w := newWatched(t)
	hers, other := w.Open(), w.Open()
	officer := w.named("Agim Shembulli", access.Police)
	for _, id := range []string{hers, other} {
		testbed.OK(t, w.look(officer, id))
		w.Pass(time.Minute)
		w.finds(w.auditor)
	}
	all, err := w.Flags(t.Context(), w.coordinator, handlers.ListQuery{})
	testbed.OK(t, err)
	if len(all.Items) != 2 {
		t.Fatalf("%d flags", len(all.Items))
	}
	for _, f := range all.Items {
		_, err := w.AnswerFlag(t.Context(), w.auditor, f.Flag, handlers.AnswerFlag{Outcome: handlers.FlagOutcome(sentinel.Outcomes[0]), Text: person.PlainOf("U pyet")}, testbed.Key())
		testbed.OK(t, err)
	}
	for _, f := range all.Items { // whichever comes first
		_, err := w.Act(w.auditor, f.Case, "exclusion.set", "", &handlers.Exclude{Account: w.coordinator.Account, Reason: "relative_of_accused"})
		testbed.OK(t, err)
		w.CaughtUp()
		page, err := w.Flags(t.Context(), w.coordinator, handlers.ListQuery{Limit: 1})
		testbed.OK(t, err)
		if want := map[string]int{all.Items[0].Case: 1}[f.Case]; len(page.Items) != want || page.Next != "" {
			t.Errorf("kept out of %s she finds %d flags on the first page, and a next one: %v", f.Code, len(page.Items), page.Next != "")
		}
	}
}
