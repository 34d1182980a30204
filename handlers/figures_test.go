package handlers_test

import (
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/projections/deadlines"
)

// Every figure is the length of the list that stands behind it, for everybody who watches the board; and the news are
// of cases that she sees.
func TestFiguresAreTheirLists(t *testing.T) {
	s := testbed.New(t, testbed.Options{})
	boss, police, ngo := testbed.As(access.Coordinator, s.DV), testbed.As(access.Police, s.Police), testbed.As(access.NGO, s.NGO)
	for i := range 4 {
		id := s.Open()
		if i == 0 {
			continue
		}
		r, err := s.Act(police, id, "referral.create", "", s.Referral())
		testbed.OK(t, err)
		s.Pass(3 * time.Hour)
		if i == 1 {
			_, err := s.Act(ngo, id, "referral.accept", r.ID, nil)
			testbed.OK(t, err)
		}
	}
	s.CaughtUp()
	waiting := map[string]int{access.Coordinator: 2, access.Police: 2, access.NGO: 2, access.Shelter: 0}
	for role, want := range waiting {
		c := testbed.As(role, s.InstitutionOf(role))
		f, err := s.Figures(t.Context(), c)
		testbed.OK(t, err)
		total := func(list func() (int, error)) int {
			n, err := list()
			testbed.OK(t, err)
			return n
		}
		clocks := func(q handlers.ListQuery) func() (int, error) {
			return func() (int, error) { l, err := s.Deadlines(t.Context(), c, q); return len(l.Items), err }
		}
		got := [4]int{f.Open, f.Waiting, f.Today, f.Overdue}
		lists := [4]int{
			total(func() (int, error) { l, err := s.Board(t.Context(), c, handlers.ListQuery{}); return len(l.Items), err }),
			total(clocks(handlers.ListQuery{Stage: deadlines.Answer})), total(clocks(handlers.ListQuery{Today: true})), total(clocks(handlers.ListQuery{Overdue: true})),
		}
		if got != lists || f.Waiting != want {
			t.Errorf("%s: figures %v, lists %v, waiting %d", role, got, lists, want)
		}
	}
	all, err := s.Recent(t.Context(), boss, 100)
	testbed.OK(t, err)
	own, err := s.Recent(t.Context(), ngo, 100)
	testbed.OK(t, err)
	if len(all) <= len(own) || len(own) == 0 {
		t.Fatalf("news: %d for all, %d for one", len(all), len(own))
	}
	for i, n := range own {
		if n.Code == "" || i > 0 && own[i-1].Position <= n.Position {
			t.Errorf("%+v", n)
		}
	}
	if _, err := s.Figures(t.Context(), testbed.As(access.Administrator, s.DV)); err == nil {
		t.Error("who sees no case has figures")
	}
}
