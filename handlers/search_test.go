package handlers_test

import (
	"context"
	"sync/atomic"
	"testing"

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
}
