package merge

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	merged  = Merged{Kept: "person-b", Other: "person-a", Reason: "same_papers", By: "inst-police", At: at.Now}
	ended   = Unmerged{Kept: "person-b", Other: "person-a", Reason: "two_persons", By: "inst-police", At: at.Now}
	asked   = Merge{Kept: "person-b", Other: "person-a", Reason: "same_papers"}
)

func TestMatrix(t *testing.T) {
	decider.Matrix(t, []decidertest.Row{
		{Name: "never merged"},
		{Name: "merged", Given: []event.Data{merged}},
		{Name: "ended", Given: []event.Data{merged, ended}},
		{Name: "merged again", Given: []event.Data{merged, ended, merged}},
	}, []Command{
		asked,
		Merge{Kept: "person-a", Other: "person-b", Reason: "person_said"},
		Merge{Kept: "person-a", Other: "person-a", Reason: "same_papers"},
		Merge{Kept: "person-a", Other: "person-b", Reason: "why not"},
		Merge{Kept: "person-a", Other: "person-b", Reason: "same_papers", Already: true},
		Merge{Kept: "person-a", Other: "person-b", Reason: "same_papers", Erased: true},
		Unmerge{"two_persons"}, Unmerge{""},
	}, at)
}

func TestMergeAndUnmerge(t *testing.T) {
	decider.Accepts(t, nil, asked, at, merged)
	decider.Accepts(t, []event.Data{merged}, Unmerge{"two_persons"}, at, ended)
	decider.Accepts(t, []event.Data{merged, ended}, asked, at, merged)
	decider.Refuses(t, nil, Merge{Kept: "person-a", Other: "person-a", Reason: "same_papers"}, at, CodeSame, "person")
	decider.Refuses(t, nil, Merge{Kept: "person-a", Other: "person-b", Reason: "same_papers", Already: true}, at, CodeAlready, "person")
	decider.Refuses(t, nil, Merge{Kept: "person-a", Other: "person-b", Reason: "same_papers", Erased: true}, at, CodeErased, "person")
	decider.Refuses(t, []event.Data{merged}, Unmerge{"no"}, at, CodeUnknown, "reason")
}

func TestStoredForm(t *testing.T) { decidertest.Samples(t, Events(), merged, ended) }

// TestEventsNameNoPerson: a payload holds ids, codes and a time, and nothing that could carry a name.
func TestEventsNameNoPerson(t *testing.T) {
	for _, e := range Events() {
		ty := reflect.TypeOf(e.Zero())
		for i := range ty.NumField() {
			if tag := ty.Field(i).Tag.Get("json"); !slices.Contains([]string{"kept", "other", "reason", "by", "at"}, tag) {
				t.Errorf("%s: the field %q may carry text in the clear", e.Name, tag)
			}
		}
	}
}

// One record of a group is kept, whatever links there are and in whatever order they are read; it was merged into no other,
// unless all were, as in a ring.
func TestOneIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d", "e"}
		var links []Link
		for n := range rapid.IntRange(0, 8).Draw(t, "links") {
			pair := rapid.Permutation(ids).Draw(t, "pair")
			links = append(links, Link{pair[0], pair[1], at.Now.Add(time.Duration(n/2) * time.Hour)})
		}
		kept := Kept(ids, links)
		if again := Kept(rapid.Permutation(ids).Draw(t, "ids"), rapid.Permutation(links).Draw(t, "order")); again != kept {
			t.Fatalf("%s is kept, and in another order %s", kept, again)
		}
		gone := func(id string) bool { return slices.ContainsFunc(links, func(l Link) bool { return l.Other == id }) }
		if gone(kept) && slices.ContainsFunc(ids, func(id string) bool { return !gone(id) }) {
			t.Fatalf("%s is kept, and was merged into another", kept)
		}
	})
}

// A chain resolves to its head.
func TestAChainResolvesToItsHead(t *testing.T) {
	links := []Link{{"b", "a", at.Now}, {"c", "b", at.Now.Add(time.Hour)}, {"d", "c", at.Now.Add(2 * time.Hour)}}
	if kept := Kept([]string{"a", "b", "c", "d"}, links); kept != "d" {
		t.Errorf("kept is %s", kept)
	}
	if kept := Kept([]string{"a", "b"}, links[:1]); kept != "b" {
		t.Errorf("kept is %s", kept)
	}
}
