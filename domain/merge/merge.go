// Package merge decides whether two records of the register of persons are of one person: the stream merge-<pair>, one for
// each pair of records.
//
// It guarantees:
//
//   - No record is rewritten. A merge is a link that views resolve, and ending it leaves everything as it was before.
//   - A link is in no record's and in no case's stream: who sees one of the two finds nothing of it there. Whoever shows it
//     asks first whether its reader sees both.
//   - However the links of a group of records run, in a chain or, after two merges at once, in a ring, they resolve to the
//     same group and to one record of it that is kept.
//   - It knows records by their ids and no person.
package merge

import (
	"cmp"
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// Reasons say by what it was established that two records are of one person.
var Reasons = []string{"same_papers", "person_said", "same_details", "registered_twice"}

// UnmergeReasons end that.
var UnmergeReasons = []string{"merged_by_mistake", "two_persons", "doubt"}

// Codes of refusals. They are API.
const (
	CodeSame    = "person_merge.same_record"
	CodeAlready = "person_merge.already_one"
	CodeErased  = "person_merge.erased"
	CodeUnknown = "person_merge.unknown_code"
)

// Codes lists them all.
var Codes = []string{CodeSame, CodeAlready, CodeErased, CodeUnknown}

// Command is something that somebody wants to happen to a link. This is the whole vocabulary.
type Command interface{ command() }

type (
	// Merge says that two records are of one person.
	Merge struct {
		Kept, Other string // ids of the records; the first is the one that stands for both
		Reason      string
		// Already: other links make them one for whoever asks. Erased: one of them was erased. Both are looked up by the handler.
		Already, Erased bool
	}
	// Unmerge ends the link.
	Unmerge struct{ Reason string }
	// Merged: two records are of one person.
	Merged struct {
		Kept   string    `json:"kept"`
		Other  string    `json:"other"`
		Reason string    `json:"reason"`
		By     string    `json:"by"` // institution
		At     time.Time `json:"at"`
	}
	// Unmerged: they are no longer said to be, or never were.
	Unmerged struct {
		Kept   string    `json:"kept"`
		Other  string    `json:"other"`
		Reason string    `json:"reason"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
)

func (Merge) command()   {}
func (Unmerge) command() {}

func (Merged) EventType() string   { return "person.merged" }
func (Unmerged) EventType() string { return "person.unmerged" }

// Events lists the stored types of merge streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Merged]("Two records of the register of persons were found to be of one person; neither is rewritten, and the link is in neither's stream."),
		event.Type[Unmerged]("Two records are no longer said to be of one person: each is what it was before."),
	}
}

// State of a link. The zero State is "never merged".
type State struct {
	Kept, Other string
	Stands      bool
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Merged:
		return State{Kept: e.Kept, Other: e.Other, Stands: true}
	case Unmerged:
		s.Stands = false
	}
	return s
}

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	switch c := c.(type) {
	case Merge:
		err := check.First(
			check.That(c.Kept != c.Other, CodeSame, "person", "a record is not merged with itself"),
			check.OneOf(CodeUnknown, "reason", c.Reason, Reasons),
		)
		if err != nil || s.Stands { // who stands for both is a matter of the first merge
			return nil, err
		}
		err = check.First(
			check.That(!c.Erased, CodeErased, "person", "a record that was erased is merged with none"),
			check.That(!c.Already, CodeAlready, "person", "other merges say so already"),
		)
		if err != nil {
			return nil, err
		}
		return []event.Data{Merged{Kept: c.Kept, Other: c.Other, Reason: c.Reason, By: m.Actor.Institution, At: m.OccurredAt}}, nil
	case Unmerge:
		if err := check.OneOf(CodeUnknown, "reason", c.Reason, UnmergeReasons); err != nil || !s.Stands {
			return nil, err
		}
		return []event.Data{Unmerged{Kept: s.Kept, Other: s.Other, Reason: c.Reason, By: m.Actor.Institution, At: m.OccurredAt}}, nil
	}
	return nil, event.Refuse(CodeUnknown, "unknown command")
}

// Link is a merge that stands.
type Link struct {
	Kept, Other string
	At          time.Time
}

// Kept is the record that stands for a group of records: one that was merged into no other; of several the one that was kept
// first. Where links run in a ring it is chosen in the same way among all. It is the same for any order of ids and links.
func Kept(ids []string, links []Link) string {
	first := map[string]time.Time{}
	gone := map[string]bool{}
	for _, l := range links {
		if at, ok := first[l.Kept]; !ok || l.At.Before(at) {
			first[l.Kept] = l.At
		}
		gone[l.Other] = true
	}
	heads := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return gone[id] })
	if len(heads) == 0 {
		heads = ids
	}
	return slices.MinFunc(heads, func(a, b string) int { return cmp.Or(first[a].Compare(first[b]), cmp.Compare(a, b)) })
}
