package handlers

import (
	"mkr/domain/access"
	"mkr/projections"
)

// Lens is all that decides what a connection may see of the live lists: many connections share one.
type Lens struct {
	Institution string
	Role        string
	Language    string
}

// LensOf is a caller's lens.
func LensOf(c Caller) Lens {
	return Lens{Institution: c.Institution, Role: c.Role, Language: c.Language}
}

// Sees judges a row of a list by the policy: by its kind of case, and by whether the lens's institution is among
// the parties. Inbox and outbox are the own institution's alone. Rows that never leave the server are seen by
// nobody.
func (l Lens) Sees(row projections.Row) bool {
	c := Caller{Institution: l.Institution, Role: l.Role}
	switch row.Topic {
	case projections.Accounts, projections.Sessions, projections.Identities:
		return false
	case projections.Inbox, projections.Outbox:
		return l.Institution != "" && row.Institution == l.Institution && access.Judge(c.Actor(), access.ViewInbox, access.Facts{}).Allow
	case projections.Board, projections.Register, projections.Deadlines:
		return l.seesCase(row)
	case projections.Orders, projections.Hearings:
		return access.Judge(c.Actor(), access.ViewCourt, access.Facts{}).Allow && l.seesCase(row)
	case projections.Meetings:
		return access.Judge(c.Actor(), access.ViewMeeting, access.Facts{Own: l.isParty(row)}).Allow
	case projections.Activities:
		return access.Judge(c.Actor(), access.ViewActivity, access.Facts{}).Allow
	case projections.Aid:
		return access.Judge(c.Actor(), access.ViewApplication, access.Facts{Own: l.isParty(row)}).Allow
	case projections.Flags:
		lead := ""
		if l.isParty(row) {
			lead = l.Institution
		}
		return answersFlags(c, row.Kind, lead)
	case projections.Institutions:
		return true
	case projections.Indicators:
		return access.Judge(c.Actor(), access.ViewIndicators, access.Facts{}).Allow
	}
	return false
}

// seesCase tells whether the lens sees a row about a case, and with it the case's events.
func (l Lens) seesCase(row projections.Row) bool {
	standing := access.None
	if l.isParty(row) {
		standing = access.Participant
	}
	c := Caller{Institution: l.Institution, Role: l.Role}
	return access.Judge(c.Actor(), access.ListCase, access.Facts{Kind: row.Kind, Standing: standing, Status: access.CaseOpen}).Allow
}

// Guards tells whether the lens may know who is kept out of the row's case and who is let into it.
func (l Lens) Guards(row projections.Row) bool {
	standing := access.None
	switch {
	case row.Institution == l.Institution && row.Topic == projections.Register:
		standing = access.Lead
	case l.isParty(row):
		standing = access.Participant
	}
	c := Caller{Institution: l.Institution, Role: l.Role}
	return access.Judge(c.Actor(), access.RestrictCase, access.Facts{Kind: row.Kind, Standing: standing, Status: access.CaseOpen}).Allow
}

func (l Lens) isParty(row projections.Row) bool {
	if l.Institution == "" {
		return false
	}
	for _, p := range row.Parties {
		if p == l.Institution {
			return true
		}
	}
	return false
}
