package capacity

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	two     = Count{Total: 5, Free: 2, At: at.Now.Add(-time.Hour)}
	until   = at.Now.Add(2 * time.Hour)
)

func given(e ...event.Data) []event.Data { return e }

func held(referral string) Reserved {
	return Reserved{Referral: referral, Case: "case-" + referral, Until: until, At: at.Now}
}

func taken(referral string) Confirmed {
	return Confirmed{Referral: referral, Case: "case-" + referral, At: at.Now}
}

func TestAPlaceIsPromisedTakenAndFreedAgain(t *testing.T) {
	reserve := Reserve{two, "r1", "case-r1", until}
	decider.Accepts(t, nil, reserve, at, Counted{two}, held("r1"))
	decider.Accepts(t, given(Counted{two}), reserve, at, held("r1"))
	decider.Accepts(t, given(Counted{two}, held("r1")), Confirm{two, "r1", "case-r1"}, at, taken("r1"))
	decider.Accepts(t, given(Counted{two}), Confirm{two, "r2", "case-r2"}, at, taken("r2")) // none was promised
	decider.Accepts(t, given(Counted{two}, taken("r1")), Release{Referral: "r1", Why: Ended}, at, Released{"r1", Ended, at.Now})
	decider.Accepts(t, given(Counted{two}), Release{Referral: "r1", Why: Ended}, at)
	decider.Accepts(t, given(Counted{two}), Recount{two}, at)
	decider.Refuses(t, given(Counted{two}), Release{Referral: "r1", Why: "tired"}, at, CodeUnknown, "why")
	decider.Refuses(t, nil, Reserve{Referral: "r1", Until: until}, at, CodeNone, "")

	full := given(Counted{two}, held("r1"), taken("r2"))
	if s := decider.Fold(full...); s.Free() != 0 || len(s.Held) != 2 {
		t.Fatalf("%+v", s)
	}
	decider.Refuses(t, full, Reserve{two, "r3", "c", until}, at, CodeFull, "")
	decider.Refuses(t, full, Confirm{two, "r3", "c"}, at, CodeFull, "")
	decider.Accepts(t, full, Confirm{two, "r1", "case-r1"}, at, taken("r1")) // the promise is kept
}

// What the institution counts as free is neither lived in nor promised: a new count leaves what referrals hold.
func TestANewCountLeavesWhatReferralsHold(t *testing.T) {
	more := Count{Total: 6, Free: 3, At: at.Now}
	s := decider.Fold(Counted{two}, held("r1"), Counted{more})
	if s.Total != 6 || s.Free() != 3 || len(s.Held) != 1 {
		t.Fatalf("%+v, free %d", s, s.Free())
	}
	s = Evolve(s, Released{Referral: "r1", Why: Ended, At: at.Now})
	if s.Free() != 4 {
		t.Errorf("after the release %d are free", s.Free())
	}
	// A count that was told while a bed was held is taken in before the bed is free again.
	decider.Accepts(t, given(Counted{two}, taken("r1")), Release{Count{Total: 5, Free: 2, At: at.Now}, "r1", Ended}, at,
		Counted{Count{Total: 5, Free: 2, At: at.Now}}, Released{"r1", Ended, at.Now})
	if s = decider.Fold(Counted{two}, taken("r1"), taken("r2"), Counted{Count{Total: 1, Free: 1, At: at.Now}}); s.Free() != 0 {
		t.Errorf("two live in one place, and %d are free", s.Free())
	}
}

// Whatever is asked in whatever order, no more places are held than there are beside those of others, and nobody holds
// two; a count lower than what is held already takes no bed away from anybody.
func TestNoMorePlacesAreHeldThanThereAre(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var s State
		m := at
		for range rapid.IntRange(1, 60).Draw(r, "steps") {
			m.Now = m.Now.Add(time.Minute)
			ref := fmt.Sprint("r", rapid.IntRange(0, 5).Draw(r, "referral"))
			total := rapid.IntRange(0, 4).Draw(r, "total")
			n := Count{Total: total, Free: rapid.IntRange(0, total).Draw(r, "free"), At: m.Now.Add(-time.Duration(rapid.IntRange(0, 30).Draw(r, "ago")) * time.Minute)}
			c := rapid.SampledFrom([]Command{Recount{n}, Reserve{n, ref, "c", m.Now.Add(time.Hour)}, Reserve{Count{}, ref, "c", m.Now}, Confirm{n, ref, "c"}, Release{n, ref, Ended}}).Draw(r, "command")
			before := s
			events, err := Decide(s, c, m)
			if err != nil {
				continue
			}
			for _, e := range events {
				free := s.Free()
				_, had := s.Holds(ref)
				s = Evolve(s, e)
				switch e.(type) {
				case Reserved, Confirmed:
					if !had && free == 0 {
						r.Fatalf("%T gave a place that was not free: %+v", c, before)
					}
				}
			}
			seen := map[string]bool{}
			for _, p := range s.Held {
				if seen[p.Referral] {
					r.Fatalf("%s holds two", p.Referral)
				}
				seen[p.Referral] = true
			}
		}
	})
}

func TestMatrix(t *testing.T) {
	one := Counted{Count{Total: 3, Free: 1, At: at.Now}}
	decider.Matrix(t, []decidertest.Row{
		{Name: "never counted"},
		{Name: "one is free", Given: given(one)},
		{Name: "it is promised to r1", Given: given(one, held("r1"))},
		{Name: "r1 has it", Given: given(one, taken("r1"))},
		{Name: "r2 has it", Given: given(one, taken("r2"))},
	}, []Command{
		Recount{Count{Total: 4, Free: 2, At: at.Now.Add(time.Hour)}}, Reserve{Referral: "r1", Case: "case-r1", Until: until},
		Confirm{Referral: "r1", Case: "case-r1"}, Release{Referral: "r1", Why: Ended},
	}, at)
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), Counted{two}, held("r1"), taken("r1"), Released{Referral: "r1", Why: RanOut, At: at.Now})
}
