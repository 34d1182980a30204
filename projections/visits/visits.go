// Package visits derives how far each account had read each case when it was last there, out of the looks in the callers'
// own streams. It tells a reader what is new to her, and nobody what she read: who looked at a case is told by looks.
package visits

import (
	"time"

	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/projections"
)

// View is the name of the projection.
const View = "visits"

// Sitting is how long one visit lasts at most: within it a reader who comes back to the page is still there.
const Sitting = time.Hour

// Look is where a look stands in the log, which is how far the reader had read by then, and when it was.
type Look struct {
	Position uint64    `json:"position,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// Doc is what is remembered of one account at one case.
type Doc struct {
	Session string `json:"session,omitempty"` // of the newest visit
	Begin   Look   `json:"begin,omitzero"`    // of the newest visit
	Last    Look   `json:"last,omitzero"`     // of all
	Before  Look   `json:"before,omitzero"`   // the last one before the newest visit
}

// Key names the document of an account and a case.
func Key(account, caseID string) string { return account + "/" + caseID }

// Projection keeps a few looks for each account and case, however often she comes back.
func Projection(version int) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.AccessCategory},
		Keys: func(f event.Fact) []string {
			// Only a page that she opened herself: one that stays open and is brought up to date was perhaps not read.
			if d, is := f.Data.(accesslog.Viewed); is && d.What == accesslog.Case {
				return []string{Key(f.Meta.Actor, d.Case)}
			}
			return nil
		},
		Apply: func(d Doc, f event.Fact) Doc {
			now := Look{Position: f.Position, At: f.Meta.OccurredAt}
			if now.Position <= d.Last.Position {
				return d
			}
			if session := event.ID(f.Stream); !d.within(session, now.At) {
				d.Session, d.Begin, d.Before = session, now, d.Last
			}
			d.Last = now
			return d
		},
		Rows: func(string, Doc) []projections.Row { return nil },
	}
}

// Previous is the reader's last look before the visit that she is on at an instant; zero when there was none.
func (d Doc) Previous(session string, at time.Time) Look {
	if d.within(session, at) {
		return d.Before
	}
	return d.Last
}

func (d Doc) within(session string, at time.Time) bool {
	return d.Session == session && session != "" && at.Sub(d.Begin.At) < Sitting
}
