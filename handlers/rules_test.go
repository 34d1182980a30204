package handlers_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/handlers"
)

func packFile(t *testing.T, name string, changes ...string) string {
	t.Helper()
	data, err := os.ReadFile("../domain/deadline/packs/" + name + ".json")
	ok(t, err)
	return strings.NewReplacer(changes...).Replace(string(data))
}

// A pack that an administrator loads counts what is set from then on, on every server, and leaves every clock that runs as
// it was; a case keeps the regime that it was opened under.
func TestALoadedPackCountsWhatComesAfter(t *testing.T) {
	b := newBed(t)
	police, admin, coordinator := as("police", b.police), b.Keeper(), as("coordinator", b.dv)
	other := handlers.New(b.Deps) // another server on the same log
	_, err := other.LapseDue(t.Context())
	ok(t, err)
	id := b.open()
	before, err := b.Case(t.Context(), coordinator, id, handlers.At{})
	ok(t, err)

	house := packFile(t, "mkr-house-3", `"version": 3`, `"version": 4`, `"valid_from": "2014-01-01"`, `"valid_from": "2026-11-17"`, `"count": 90`, `"count": 60`)
	vaw := packFile(t, "al-vaw-2026-2", `"version": 2`, `"version": 3`, `"valid_from": "2026-01-28"`, `"valid_from": "2026-11-17"`, `"governs": false`, `"governs": true`)
	for _, text := range []string{house, vaw} {
		r, err := b.LoadPack(t.Context(), admin, handlers.LoadPack{Pack: text}, key())
		ok(t, err)
		ok(t, b.Await(t.Context(), r.Position))
	}
	same := b.open()
	v, err := b.Case(t.Context(), coordinator, same, handlers.At{})
	ok(t, err)
	if v.Regime != "AL-DV-9669" || v.Deadlines[0].Version != 3 {
		t.Errorf("before its first day a pack holds: %s, version %d", v.Regime, v.Deadlines[0].Version)
	}
	b.pass(48 * time.Hour)
	after, err := b.Case(t.Context(), coordinator, id, handlers.At{})
	ok(t, err)
	if d, was := after.Deadlines[0], before.Deadlines[0]; d.Version != 3 || !d.DueAt.Equal(was.DueAt) || d.Pack != was.Pack || after.Regime != before.Regime {
		t.Errorf("a clock that runs was rewritten: %+v, was %+v", d, was)
	}
	_, err = other.LapseDue(t.Context()) // what its process does every second
	ok(t, err)
	opened, err := other.OpenCase(t.Context(), police, intake(), key())
	ok(t, err)
	v, err = other.Case(t.Context(), coordinator, opened.Case, handlers.At{})
	ok(t, err)
	if v.Regime != "AL-VAW-2026" || v.Deadlines[0].Version != 4 {
		t.Errorf("the other server opens it under %s, version %d", v.Regime, v.Deadlines[0].Version)
	}
	view, err := b.Rules(t.Context(), admin, 2026)
	ok(t, err)
	for _, p := range view.Packs {
		if p.Pack == "MKR-HOUSE" && p.Version == 4 && (!p.Holds || len(p.Changes) != 2 || p.Loaded.Account != admin.Account) {
			t.Errorf("%+v", p)
		}
	}
}

func TestABadPackStoresNothing(t *testing.T) {
	b := newBed(t)
	_, err := b.LoadPack(t.Context(), b.Keeper(), handlers.LoadPack{Pack: packFile(t, "mkr-house-2", `"owner": "sender"`, `"owner": "nobody"`)}, key())
	var no *event.Refusal
	if !errors.As(err, &no) || no.Field != "pack" || !strings.Contains(no.Text, "line 13") || !strings.Contains(no.Text, "REF-DRAFT") {
		t.Errorf("%v", err)
	}
	if _, err := b.LoadPack(t.Context(), b.Keeper(), handlers.LoadPack{}, key()); err == nil {
		t.Error("nothing was taken for a pack")
	}
	var denied *handlers.DeniedError
	if _, err := b.LoadPack(t.Context(), as("coordinator", b.dv), handlers.LoadPack{Pack: "{}"}, key()); !errors.As(err, &denied) {
		t.Errorf("%v", err)
	}
	if stored, err := b.Log.ReadStream(t.Context(), "rules-house", 0); err != nil || len(stored) > 0 {
		t.Errorf("%d events are stored, %v", len(stored), err)
	}
}
