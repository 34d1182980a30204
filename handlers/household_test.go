package handlers_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// ofChild opens a child's case as NJMF and returns its id and code.
func (b *bed) ofChild() (id, code string) {
	b.TB.Helper()
	t := b.TB.(*testing.T)
	r, err := b.OpenCase(t.Context(), as("child_protection_worker", b.cp), handlers.OpenCase{
		Kind: casefile.ChildProtection, Channel: "school", Violence: []handlers.Violence{"neglect"},
		Persons: []handlers.NewPerson{{Role: "child", Relation: "self", Minor: true, Name: person.PlainOf("Fëmija Provë")}},
	}, key())
	ok(t, err)
	return r.Case, r.Code
}

// answers is all that a caller can ask of a case, as bytes.
func (b *bed) answers(c handlers.Caller, id string) string {
	b.TB.Helper()
	t := b.TB.(*testing.T)
	b.CaughtUp()
	var out []any
	add := func(v any, err error) {
		text := ""
		if err != nil {
			text = err.Error()
		}
		out = append(out, v, text)
	}
	v, err := b.Case(t.Context(), c, id, handlers.At{})
	add(v, err)
	tl, err := b.Timeline(t.Context(), c, id, handlers.At{})
	add(tl, err)
	h, err := b.Household(t.Context(), c, id)
	add(h, err)
	// The position of the whole log moves with whatever anybody does; it says nothing of a case.
	board, err := b.Board(t.Context(), c, handlers.ListQuery{})
	board.Position = 0
	add(board, err)
	register, err := b.Register(t.Context(), c, handlers.ListQuery{})
	register.Position = 0
	add(register, err)
	clocks, err := b.Deadlines(t.Context(), c, handlers.ListQuery{})
	clocks.Position = 0
	add(clocks, err)
	news, err := b.Recent(t.Context(), c, 50)
	add(news, err)
	text, err := json.Marshal(out)
	ok(t, err)
	return string(text)
}

// A link between a mother's case and her child's is there for whoever lists both, and for nobody else: not a byte of what
// the others get is another.
func TestAHouseholdIsThereForWhoeverSeesBoth(t *testing.T) {
	b := newBed(t)
	mother := b.open()
	child, childCode := b.ofChild()
	lead, njmf := as("coordinator", b.dv), as("child_protection_worker", b.cp)
	link := func(c handlers.Caller, id, code string) error {
		_, err := b.LinkCase(t.Context(), c, id, handlers.LinkCase{Code: code, Reason: "mother_and_child"}, key())
		return err
	}
	b.CaughtUp()
	var wrong *handlers.InputError
	var denied *handlers.DeniedError
	// NJMF has no part in the mother's case yet: for it that is a case that there is not.
	err := link(njmf, child, b.codeOf(mother))
	if !errors.As(err, &wrong) || wrong.Field != "code" || wrong.Code != "unknown_case" {
		t.Errorf("linked with a case that is not its own: %v", err)
	}
	if none := link(njmf, child, "DHF-2026-9999"); none == nil || err == nil || none.Error() != err.Error() {
		t.Errorf("a case that there is not answers otherwise: %v", none)
	}
	_, err = b.do(lead, mother, "participant.add", "", &handlers.AddParticipant{Institution: b.cp, Reason: "technical_team"})
	ok(t, err)
	_, err = b.do(lead, mother, "participant.add", "", &handlers.AddParticipant{Institution: b.medical, Reason: "technical_team"})
	ok(t, err)
	for _, institution := range []string{b.medical, b.shelter} { // the one sees both, the other the child's alone
		_, err = b.do(njmf, child, "participant.add", "", &handlers.AddParticipant{Institution: institution, Reason: "coordinator_decision"})
		ok(t, err)
	}
	b.CaughtUp()
	medical, police, shelter := as("medical", b.medical), as("police", b.police), as("shelter", b.shelter)
	_, _ = b.Case(t.Context(), medical, mother, handlers.At{})
	before := map[string]string{"police": b.answers(police, mother), "shelter": b.answers(shelter, child), "police of the child": b.answers(police, child)}

	if err := link(medical, mother, childCode); !errors.As(err, &denied) {
		t.Errorf("a hospital links cases: %v", err)
	}
	if err := link(shelter, mother, childCode); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("a shelter links a case that is not its own: %v", err)
	}
	ok(t, link(njmf, mother, childCode))
	ok(t, link(njmf, mother, childCode)) // it is so already
	b.CaughtUp()

	for who, want := range map[string]bool{"child_protection_worker": true, "medical": true, "auditor": true, "coordinator": true, "police": false} {
		got, err := b.Household(t.Context(), as(who, b.InstitutionOf(who)), mother)
		ok(t, err)
		if has := len(got.Items) == 1 && got.Items[0].Case == child; has != want || !want && len(got.Items) > 0 {
			t.Errorf("%s finds %+v", who, got.Items)
		}
		if got.Links != slices.Contains([]string{"child_protection_worker", "coordinator"}, who) {
			t.Errorf("%s may link: %v", who, got.Links)
		}
	}
	for who, was := range before {
		c, id := police, mother
		switch who {
		case "shelter":
			c, id = shelter, child
		case "police of the child":
			id = child
		}
		if is := b.answers(c, id); is != was {
			t.Errorf("%s sees that there is a link:\n%s\n%s", who, was, is)
		}
	}

	// A sister's case is of the household too, and leads nowhere through a case that is shut.
	sister, sisterCode := b.ofChild()
	b.CaughtUp()
	ok(t, link(njmf, child, sisterCode))
	b.CaughtUp()
	got, err := b.Household(t.Context(), njmf, mother)
	ok(t, err)
	if len(got.Items) != 2 || got.Items[1].Case != sister || got.Items[1].Direct {
		t.Errorf("the household is %+v", got.Items)
	}
	kept := b.person("child_protection_worker", b.cp)
	_, err = b.do(as("auditor", b.dv), child, "exclusion.set", "", &handlers.Exclude{Account: kept.Account, Reason: "relative_of_accused"})
	ok(t, err)
	b.CaughtUp()
	if got, err := b.Household(t.Context(), kept, mother); err != nil || len(got.Items) > 0 {
		t.Errorf("who is kept out of the child's case finds %+v, %v", got.Items, err)
	}

	if err := link(njmf, mother, "DHF-2026-0001"); err == nil {
		t.Error("a case is linked with itself")
	}
	_, err = b.UnlinkCase(t.Context(), njmf, child, handlers.UnlinkCase{Code: b.codeOf(mother), Reason: "lives_apart"}, key())
	ok(t, err)
	b.CaughtUp()
	if got, err := b.Household(t.Context(), njmf, mother); err != nil || len(got.Items) > 0 {
		t.Errorf("after it ended: %+v, %v", got.Items, err)
	}
}

func (b *bed) codeOf(id string) string {
	b.TB.Helper()
	t := b.TB.(*testing.T)
	v, err := b.Case(t.Context(), as("auditor", b.dv), id, handlers.At{})
	ok(t, err)
	return v.Code
}
