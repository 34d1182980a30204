package live

import (
	"slices"

	"mkr/projections"
)

// EventsTopic is the topic of every event that the lens may see.
const EventsTopic = "events"

// casePrefix begins the topic of one case: its events, and the changes of its rows in every list.
const casePrefix = "case:"

// rowTopics are the lists whose changes travel. No other row ever does; of Private ones (accounts, sessions) a test
// makes sure.
var rowTopics = []string{
	projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register,
	projections.Meetings, projections.Activities, projections.Orders, projections.Hearings, projections.Flags,
}

// Topics lists what may be subscribed to, save for case:<id>.
func Topics() []string { return append(slices.Clone(rowTopics), EventsTopic) }

func topicBit(topic string) (uint16, bool) {
	i := slices.Index(rowTopics, topic)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// ofOwnInstitution tells whether a topic's rows go to their own institution only: everybody has one inbox.
func ofOwnInstitution(topic string) bool {
	return topic == projections.Inbox || topic == projections.Outbox
}

// interest is what a connection asked for.
type interest struct {
	rows   uint16 // bits of rowTopics
	events bool
	cases  []string // sorted
}

func (in *interest) addCase(id string) {
	if i, there := slices.BinarySearch(in.cases, id); !there {
		in.cases = slices.Insert(in.cases, i, id)
	}
}

// wants tells whether the connection asked for the item, whoever may see it.
func (in *interest) wants(it *item) bool {
	if it.fact != nil {
		if in.events {
			return true
		}
	} else if in.rows&it.bit != 0 {
		return true
	}
	if it.caseID == "" || len(in.cases) == 0 {
		return false
	}
	_, there := slices.BinarySearch(in.cases, it.caseID)
	return there
}
