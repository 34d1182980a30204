package people

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/domain/merge"
	"mkr/domain/person"
)

// Whatever is merged, merged anew and separated again: a document holds exactly the merges that stand, each from both sides, and
// when none stands it is what it was, but for the word of each that there was one.
func TestMergesLeaveNothingButTheirWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d"}
		docs := map[string]Doc{}
		happened := func(stream string, d event.Data) {
			f := event.Fact{Stream: stream, Type: d.EventType(), Data: d}
			for _, key := range keys(f) {
				docs[key] = apply(docs[key], f)
			}
		}
		for _, id := range ids {
			happened(event.StreamName(event.PersonCategory, id), person.Registered{Person: id})
		}
		write := func() string {
			bare := map[string]Doc{}
			for id, d := range docs {
				d.Parted = nil
				bare[id] = d
			}
			text, err := json.Marshal(bare)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		before := write()
		type pair struct{ one, other string }
		stands := map[pair]merge.Merged{}
		ended := 0
		end := func(p pair) {
			ended++
			happened("merge-"+p.one+p.other, merge.Unmerged{Kept: stands[p].Kept, Other: stands[p].Other, Reason: "doubt"})
			delete(stands, p)
		}
		for n := range rapid.IntRange(1, 12).Draw(t, "steps") {
			two := rapid.Permutation(ids).Draw(t, "two")
			p := pair{min(two[0], two[1]), max(two[0], two[1])}
			if _, ok := stands[p]; ok {
				end(p)
				continue
			}
			stands[p] = merge.Merged{Kept: two[0], Other: two[1], Reason: "same_papers", At: time.Unix(int64(n), 0).UTC()}
			happened("merge-"+p.one+p.other, stands[p])
		}
		held := 0
		for id, d := range docs {
			for _, s := range d.Same {
				held++
				e, ok := stands[pair{min(id, s.Person), max(id, s.Person)}]
				if !ok || s.Kept != (e.Kept == s.Person) || !s.At.Equal(e.At) {
					t.Fatalf("%s holds %+v; it stands as %+v, %v", id, s, e, ok)
				}
			}
		}
		if held != 2*len(stands) {
			t.Fatalf("%d ends of %d merges", held, len(stands))
		}
		for p := range stands {
			end(p)
		}
		told := 0
		for id, d := range docs {
			for _, was := range d.Parted {
				if told++; was.Person == id || was.Reason != "same_papers" || was.PartedFor != "doubt" {
					t.Fatalf("%s tells of %+v", id, was)
				}
			}
		}
		if told != 2*ended {
			t.Fatalf("%d words of %d merges that were undone", told, ended)
		}
		if now := write(); now != before {
			t.Fatalf("before %s, now %s", before, now)
		}
	})
}
