package handlers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/person"
	"mkr/handlers"
)

// Every look is on record for those who guard the case: who saw it, what she opened, what she was refused; theirs too.
func TestWhoLookedIsKnown(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, police, stranger, auditor := b.person("coordinator", b.dv), b.person("police", b.police), b.person("ngo", b.ngo), b.person("auditor", b.dv)
	v, err := b.Case(t.Context(), police, id, handlers.At{})
	ok(t, err)
	_, err = b.OpenFields(t.Context(), police, id, handlers.Want{Persons: []string{v.Subject}})
	ok(t, err)
	if _, err := b.Case(t.Context(), stranger, id, handlers.At{}); err != handlers.ErrNotFound {
		t.Fatal(err)
	}
	_, err = b.Looks(t.Context(), auditor, id, handlers.ListQuery{})
	ok(t, err)
	b.CaughtUp()
	list, err := b.Looks(t.Context(), lead, id, handlers.ListQuery{})
	ok(t, err)
	has := func(c handlers.Caller, what string) *handlers.Look {
		for i, l := range list.Items {
			if l.Account == c.Account && l.What == what {
				return &list.Items[i]
			}
		}
		t.Errorf("%s: no %s among %+v", c.Role, what, list.Items)
		return &handlers.Look{}
	}
	has(police, "viewed")
	if o := has(police, "opened"); !slices.Contains(o.Fields, "name") || !slices.Equal(o.Persons, []string{v.Subject}) || o.Name == "" {
		t.Errorf("what was opened: %+v", o)
	}
	if r := has(stranger, "refused"); r.Code != "not_found" {
		t.Errorf("the refused attempt: %+v", r)
	}
	if l := has(auditor, "viewed"); l.Part != "looks" {
		t.Errorf("the auditor's own look: %+v", l)
	}
	var denied *handlers.DeniedError
	if _, err := b.Looks(t.Context(), police, id, handlers.ListQuery{}); !errors.As(err, &denied) {
		t.Errorf("police read who looked: %v", err)
	}
	if _, err := b.Looks(t.Context(), stranger, id, handlers.ListQuery{}); err != handlers.ErrNotFound {
		t.Errorf("a stranger: %v", err)
	}
}

// Whoever is refused again and again waits, and cannot fill the log.
func TestRefusalsAreBounded(t *testing.T) {
	b := newBed(t)
	b.Refusals = 20
	id := b.open()
	token, stranger := b.Token("ngo")
	for range 50 {
		_, err := b.do(stranger, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("x")})
		if err != handlers.ErrNotFound {
			t.Fatal(err)
		}
	}
	if n := len(b.accessEvents(stranger)); n != 20 {
		t.Errorf("%d refusals are on record, want the first 20", n)
	}
	if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrTooManyTries) {
		t.Errorf("she goes on: %v", err)
	}
	again, _, err := b.IssueToken(t.Context(), stranger.Account, "another", time.Hour)
	ok(t, err)
	if _, err := b.Authenticate(t.Context(), again); !errors.Is(err, handlers.ErrTooManyTries) {
		t.Errorf("she goes on by another session of hers: %v", err)
	}
	b.Pass(time.Minute)
	if _, err := b.Authenticate(t.Context(), token); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
