package handlers_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
)

// reads counts how often a stream is read.
type reads struct {
	eventlog.Log
	n atomic.Int64
}

func (r *reads) ReadStream(ctx context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	r.n.Add(1)
	return r.Log.ReadStream(ctx, stream, from)
}

// A search by a name that is known in a sealed case alone, by one that is known elsewhere and by one that nobody bears does the same
// work: how long the answer takes tells nothing that the answer does not.
func TestASearchDoesTheSameWorkWhateverItFinds(t *testing.T) {
	var log *reads
	b := testbed.New(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { log = &reads{Log: l}; return log }})
	_, coordinator := b.Token(access.Coordinator)
	_, other := b.Token(access.Coordinator)
	syllables := []string{"ba", "do", "fe", "gu", "li", "mo", "ne", "pu", "ro", "sa", "ve", "ze"}
	surname := func(n int) string { return "T" + syllables[n%12] + syllables[(n*5+n/12)%12] + "ni" }
	var last string
	for n := range 20 {
		in := handlers.OpenCase{Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"}, Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf("Arta " + surname(n))},
		}}
		r, err := b.OpenCase(t.Context(), coordinator, in, testbed.Key())
		testbed.OK(t, err)
		last = r.Case
	}
	_, err := b.Act(coordinator, last, "case.seal", "", &handlers.SealCase{Reason: "life_in_danger", Accounts: []string{coordinator.Account}})
	testbed.OK(t, err)
	b.CaughtUp()
	testbed.OK(t, b.BuildNames(t.Context()))
	_, ngo := b.Token(access.NGO)
	b.CaughtUp()
	work := func(name string) (int64, handlers.PersonsFound) {
		before := log.n.Load()
		found, err := b.SearchPersons(t.Context(), ngo, handlers.SearchPersons{Name: person.PlainOf(name)})
		testbed.OK(t, err)
		return log.n.Load() - before, found
	}
	unknown, none := work("Zef Xhaxhaj")
	sealed, hidden := work("Arta " + surname(19))
	known, told := work("Arta " + surname(3))
	if none.Elsewhere || hidden.Elsewhere || !told.Elsewhere {
		t.Errorf("the answers: %+v, %+v, %+v", none, hidden, told)
	}
	if unknown == 0 || unknown != sealed || unknown != known {
		t.Errorf("%d streams are read for a name that nobody bears, %d for one in a sealed case, %d for one in another's", unknown, sealed, known)
	}
	// Whoever may say that two records are of one person is led there from what she found.
	may := func(c handlers.Caller) bool {
		t.Helper()
		found, err := b.SearchPersons(t.Context(), c, handlers.SearchPersons{Name: person.PlainOf("Arta " + surname(3))})
		testbed.OK(t, err)
		return len(found.Items) > 0 && found.Items[0].Merges
	}
	if !may(other) || may(ngo) {
		t.Errorf("the coordinator may merge: %v, an organisation: %v", may(other), may(ngo))
	}

	// So with records that may be of one person: whether a namesake is in a case that is sealed to the other coordinator is not told by the
	// work that was done.
	alike := func(of int) int64 {
		t.Helper()
		in := handlers.OpenCase{Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"}, Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf("Arta " + surname(of))},
		}}
		r, err := b.OpenCase(t.Context(), other, in, testbed.Key())
		testbed.OK(t, err)
		b.CaughtUp()
		testbed.OK(t, b.BuildNames(t.Context()))
		st, err := b.Case(t.Context(), other, r.Case, handlers.At{})
		testbed.OK(t, err)
		before := log.n.Load()
		_, err = b.MergeCandidates(t.Context(), other, r.Case, st.Subject, "")
		testbed.OK(t, err)
		return log.n.Load() - before
	}
	if nobody, secret := alike(40), alike(19); nobody == 0 || nobody != secret {
		t.Errorf("%d streams are read for a name that nobody else bears, %d where one does in a sealed case", nobody, secret)
	}
}

// Nobody reads the register out by her own sessions: an account has so many searches a minute, whatever it asks by.
func TestSearchesAreBounded(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	b.Searches = 5
	_, one := b.Token(access.Coordinator)
	_, another := b.Token(access.Coordinator)
	search := func(c handlers.Caller) error {
		_, err := b.SearchPersons(t.Context(), c, handlers.SearchPersons{Name: person.PlainOf("Zef Xhaxhaj")})
		return err
	}
	two := one
	two.Session = handlers.NewKey().String()
	for range 2 {
		testbed.OK(t, search(one))
		testbed.OK(t, search(two))
	}
	testbed.OK(t, search(one))
	for _, c := range []handlers.Caller{one, two} {
		if err := search(c); !errors.Is(err, handlers.ErrTooManyTries) {
			t.Errorf("the sixth search: %v", err)
		}
	}
	testbed.OK(t, search(another))
	b.Pass(time.Minute)
	testbed.OK(t, search(two))
}
