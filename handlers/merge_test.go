package handlers_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/event"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/catalog"
	"mkr/projections/people"
)

// record is one record of a person, with a case that it stands in.
type record struct{ caseID, person string }

// registered opens a case of its own for a survivor of that name.
func (b *bed) registered(name string) record {
	b.TB.Helper()
	t := b.TB.(*testing.T)
	in := intake()
	in.Persons = in.Persons[:1]
	in.Persons[0].Name = person.PlainOf(name)
	r, err := b.OpenCase(t.Context(), as("police", b.police), in, key())
	ok(t, err)
	v, err := b.Case(t.Context(), as("coordinator", b.dv), r.Case, handlers.At{})
	ok(t, err)
	return record{r.Case, v.Subject}
}

func (b *bed) merged(c handlers.Caller, one, other record) error {
	_, err := b.MergePerson(b.TB.Context(), c, one.caseID, one.person, handlers.MergePerson{Person: other.person, Reason: "same_papers"}, key())
	b.CaughtUp()
	return err
}

func (b *bed) unmerged(c handlers.Caller, one, other record) error {
	_, err := b.UnmergePerson(b.TB.Context(), c, one.caseID, one.person, handlers.UnmergePerson{Person: other.person, Reason: "two_persons"}, key())
	b.CaughtUp()
	return err
}

// found is what a caller finds by a name.
func (b *bed) found(c handlers.Caller, name string) handlers.PersonsFound {
	b.TB.Helper()
	out, err := b.SearchPersons(b.TB.Context(), c, handlers.SearchPersons{Name: person.PlainOf(name)})
	ok(b.TB.(*testing.T), err)
	return out
}

// Two records of one person are one row of a search, one for the other on the person's page and on each case's, for whoever
// sees both; for everybody else not a byte is another, but that the mechanism knows her.
func TestMergedRecordsAreOnePerson(t *testing.T) {
	b := newBed(t)
	lead, police, ngo := as("coordinator", b.dv), as("police", b.police), as("ngo", b.ngo)
	one, other, third := b.registered("Drita Malësori-Provë"), b.registered("Dritë Kelmendi-Provë"), b.registered("Lule Hasi-Provë")
	_, err := b.do(lead, other.caseID, "participant.add", "", &handlers.AddParticipant{Institution: b.ngo, Reason: "technical_team"})
	ok(t, err)
	b.CaughtUp()
	ok(t, b.BuildNames(t.Context()))
	before := map[string]string{"one": b.answers(ngo, one.caseID), "other": b.answers(ngo, other.caseID)}

	var denied *handlers.DeniedError
	if err := b.merged(police, one, other); !errors.As(err, &denied) {
		t.Errorf("the police merge: %v", err)
	}
	if err := b.merged(ngo, one, other); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("who has no part in the case merges: %v", err)
	}
	refused(t, b.merged(lead, one, one), merge.CodeSame, "person")
	var wrong *handlers.InputError
	nobody := b.merged(lead, one, record{person: handlers.NewKey().String()})
	if !errors.As(nobody, &wrong) || wrong.Field != "person" {
		t.Errorf("merged with nobody: %v", nobody)
	}

	ok(t, b.merged(lead, one, other))
	ok(t, b.merged(lead, one, other)) // it is so already
	row := func(name string) handlers.PersonFound {
		t.Helper()
		got := b.found(lead, name)
		if len(got.Items) != 1 {
			t.Fatalf("%s: %+v", name, got)
		}
		return got.Items[0]
	}
	for _, name := range []string{"Drita Malësori-Provë", "Dritë Kelmendi-Provë"} {
		if r := row(name); r.Case != one.caseID || len(r.Also) != 1 || r.Also[0].Case != other.caseID || r.Match != "spelt" {
			t.Errorf("%s is found as %+v", name, r)
		}
	}
	if got := b.found(ngo, "Dritë Kelmendi-Provë"); len(got.Items) != 1 || len(got.Items[0].Also) > 0 || !got.Elsewhere {
		t.Errorf("who sees one of the two finds %+v", got)
	}
	for name, id := range map[string]string{"one": one.caseID, "other": other.caseID} {
		if is := b.answers(ngo, id); is != before[name] {
			t.Errorf("who sees one of the two sees that there is a merge:\n%s\n%s", before[name], is)
		}
	}
	same := func(c handlers.Caller, of record) []handlers.SamePerson {
		t.Helper()
		got, err := b.SamePersons(t.Context(), c, of.caseID)
		ok(t, err)
		return got[of.person]
	}
	if got := same(lead, other); len(got) != 1 || got[0].Case != one.caseID || !got[0].Kept || !got[0].Direct {
		t.Errorf("the case's page: %+v", got)
	}
	if got := same(ngo, other); len(got) > 0 {
		t.Errorf("who sees one case: %+v", got)
	}

	// A chain resolves to one; a ring is refused; a sealed case is not there.
	ok(t, b.merged(lead, third, one))
	refused(t, b.merged(lead, other, third), merge.CodeAlready, "person")
	if r := row("Dritë Kelmendi-Provë"); r.Case != third.caseID || len(r.Also) != 2 {
		t.Errorf("a chain: %+v", r)
	}
	if got := same(lead, other); len(got) != 2 {
		t.Errorf("a chain on the page: %+v", got)
	}
	kept := b.person("coordinator", b.dv)
	_, err = b.do(as("auditor", b.dv), one.caseID, "exclusion.set", "", &handlers.Exclude{Account: kept.Account, Reason: "relative_of_accused"})
	ok(t, err)
	b.CaughtUp()
	if got := same(kept, other); len(got) > 0 { // what lies behind a case that is shut is not there
		t.Errorf("through a case that she is kept out of: %+v", got)
	}
	out := b.merged(kept, other, one)
	if !errors.As(out, &wrong) || out.Error() != nobody.Error() {
		t.Errorf("a person of a case that she is kept out of answers otherwise than nobody: %v", out)
	}

	ok(t, b.unmerged(lead, one, third))
	ok(t, b.unmerged(lead, other, one))
	if r := row("Drita Malësori-Provë"); len(r.Also) > 0 {
		t.Errorf("after the end: %+v", r)
	}
	if got := same(lead, one); len(got) > 0 {
		t.Errorf("after the end: %+v", got)
	}
	// That they were merged once, and why no longer, is told to whoever sees both, and to nobody else.
	p, err := b.Person(t.Context(), lead, other.caseID, other.person)
	ok(t, err)
	if len(p.Parted) != 1 || p.Parted[0].Case != one.caseID || p.Parted[0].Reason == "" || p.Parted[0].PartedFor == "" || p.Parted[0].PartedBy != b.dv || p.Parted[0].PartedAt.IsZero() {
		t.Errorf("what was merged once: %+v", p.Parted)
	}
	if p, err = b.Person(t.Context(), kept, other.caseID, other.person); err != nil || len(p.Parted) > 0 {
		t.Errorf("what was merged once with a person of a case that she is kept out of: %+v, %v", p.Parted, err)
	}
}

func refused(t *testing.T, err error, code, field string) {
	t.Helper()
	var r *event.Refusal
	if !errors.As(err, &r) || r.Code != code || r.Field != field {
		t.Errorf("%v; want %s of %s", err, code, field)
	}
}

// A retry is told what the first was told, and a merge names nobody in any event.
func TestAMergeIsRetried(t *testing.T) {
	b := newBed(t)
	lead := as("coordinator", b.dv)
	one, other := b.registered("Drita Malësori-Provë"), b.registered("Drita Malësori-Provë")
	b.CaughtUp()
	env := key()
	in := handlers.MergePerson{Person: other.person, Reason: "registered_twice"}
	first, err := b.MergePerson(t.Context(), lead, one.caseID, one.person, in, env)
	ok(t, err)
	again, err := b.MergePerson(t.Context(), lead, one.caseID, one.person, in, env)
	ok(t, err)
	if !again.Duplicate || again.Position != first.Position || b.count("person.merged") != 1 {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if _, err := b.MergePerson(t.Context(), lead, other.caseID, other.person, handlers.MergePerson{Person: one.person, Reason: "registered_twice"}, env); !errors.Is(err, handlers.ErrKeyReused) {
		t.Errorf("the key for another merge: %v", err)
	}
}

// Who may be the same is offered by a like name and by a case's code, of cases that the caller lists, and nobody who is
// merged already.
func TestCandidates(t *testing.T) {
	b := newBed(t)
	lead := as("coordinator", b.dv)
	one, other, third := b.registered("Drita Malësori-Provë"), b.registered("Drite Malesori-Prove"), b.registered("Lule Hasi-Provë")
	b.CaughtUp()
	ok(t, b.BuildNames(t.Context()))
	offered := func(code string) (out []string) {
		t.Helper()
		got, err := b.MergeCandidates(t.Context(), lead, one.caseID, one.person, code)
		ok(t, err)
		for _, p := range got.Items {
			out = append(out, p.Person)
		}
		return out
	}
	if got := offered(""); !slices.Equal(got, []string{other.person}) {
		t.Errorf("of a like name: %v, want %s", got, other.person)
	}
	if got := offered(" " + b.codeOf(third.caseID)); !slices.Equal(got, []string{third.person}) {
		t.Errorf("of a case: %v", got)
	}
	ok(t, b.merged(lead, one, other))
	if got := offered(""); len(got) > 0 {
		t.Errorf("who is merged already: %v", got)
	}
	var wrong *handlers.InputError
	if _, err := b.MergeCandidates(t.Context(), lead, one.caseID, one.person, "DHF-2031-0001"); !errors.As(err, &wrong) || wrong.Code != "unknown_case" {
		t.Errorf("of a case that there is not: %v", err)
	}
	if _, err := b.MergeCandidates(t.Context(), as("police", b.police), one.caseID, one.person, ""); err == nil {
		t.Error("the police are offered records to merge")
	}
}

// Whatever is merged and separated again, by pairs, in chains and in rings: when every merge has ended, views, searches and
// pages are what they were, but for the word of each merge that there was one. A view that is made anew from the log equals the one that was followed, at every step.
func TestUnmergingRestoresEverything(t *testing.T) {
	b := newBed(t)
	lead := as("coordinator", b.dv)
	names := []string{"Drita Malësori-Provë", "Drita Malësori-Provë", "Lule Hasi-Provë", "Mira Puka-Provë"}
	records := make([]record, len(names))
	for i, name := range names {
		records[i] = b.registered(name)
	}
	b.CaughtUp()
	ok(t, b.BuildNames(t.Context()))
	docs := func(v *projections.Views, history bool) string {
		var out []people.Doc
		for _, r := range records {
			d, _, err := projections.Doc[people.Doc](t.Context(), v, people.View, r.person)
			ok(t, err)
			if !history {
				d.Parted = nil
			}
			out = append(out, d)
		}
		text, err := json.Marshal(out)
		ok(t, err)
		return string(text)
	}
	seen := func() string {
		var out []any
		for _, name := range names {
			out = append(out, b.found(lead, name))
		}
		for _, r := range records {
			p, err := b.Person(t.Context(), lead, r.caseID, r.person)
			ok(t, err)
			p.Position, p.Parted = 0, nil // that there was a merge stays on record
			same, err := b.SamePersons(t.Context(), lead, r.caseID)
			ok(t, err)
			out = append(out, p, same)
		}
		text, err := json.Marshal(out)
		ok(t, err)
		return string(text) + docs(b.Views, false)
	}
	before := seen()
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		type pair struct{ one, other int }
		var standing []pair
		for range 1 + random.IntN(5) {
			p := random.Perm(len(records))
			var r *event.Refusal
			switch err := b.merged(lead, records[p[0]], records[p[1]]); {
			case err == nil:
				standing = append(standing, pair{p[0], p[1]})
			case !errors.As(err, &r) || r.Code != merge.CodeAlready:
				t.Fatal(err)
			}
		}
		if seen() == before {
			t.Fatalf("%d: a merge is not seen", seed)
		}
		if again, live := docs(rebuilt(t, b), true), docs(b.Views, true); again != live {
			t.Fatalf("%d: made anew: %s\nfollowed: %s", seed, again, live)
		}
		for _, n := range random.Perm(len(standing)) {
			ok(t, b.unmerged(lead, records[standing[n].other], records[standing[n].one])) // from the other's side
		}
		if now := seen(); now != before {
			t.Fatalf("%d: before: %s\nnow: %s", seed, before, now)
		}
	}
}

// rebuilt makes the views anew from the log.
func rebuilt(t *testing.T, b *bed) *projections.Views {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	ok(t, err)
	runner, err := projections.Open(projections.Options{Dir: t.TempDir(), Log: b.Log, Registry: b.Registry, Views: catalog.Views(zone), Logger: zerolog.Nop()})
	ok(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = runner.Run(ctx) }()
	all := b.Events()
	ok(t, runner.Views().WaitFor(ctx, uint64(all[len(all)-1].Position)))
	t.Cleanup(func() { stop(); <-done; _ = runner.Close() })
	return runner.Views()
}
