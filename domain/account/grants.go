package account

import (
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
)

// A right that nobody takes back in time is a right that stays. So an account may have a last day, and a role beside its own
// - a deputy's, a stand-in's - is granted from one instant until another, and never without an end. Both end by the clock,
// without anybody's act: no session outlives the right that it rests on. To go on, somebody has to grant anew, on record.
type (
	// RoleGranted: between two instants the holder may also act in another role, for the same institution or another.
	RoleGranted struct {
		Grant       string    `json:"grant"`
		Institution string    `json:"institution"`
		Role        string    `json:"role"`
		From        time.Time `json:"from"`
		Until       time.Time `json:"until"`
		Reason      string    `json:"reason"`
		By          string    `json:"by"`
	}
	// RoleGrantEnded: it was withdrawn or given back before its time, or tidied away after it.
	RoleGrantEnded struct {
		Grant  string `json:"grant"`
		Reason string `json:"reason"`
	}
	// TermSet is until when the account lets its holder in at all; without an instant it has no end.
	TermSet struct {
		Until time.Time `json:"until,omitzero"`
		By    string    `json:"by"`
	}
)

// EventType is the stored name.
func (RoleGranted) EventType() string { return "account.role_granted" }

// EventType is the stored name.
func (RoleGrantEnded) EventType() string { return "account.role_grant_ended" }

// EventType is the stored name.
func (TermSet) EventType() string { return "account.term_set" }

// GrantReasons are why somebody acts in a role that is not her own.
var GrantReasons = []string{"stands_in", "leave", "training", "handover", "emergency"}

// Reasons for which a granted role ends before or after its time.
const (
	GrantWithdrawn = "withdrawn"
	GrantGivenBack = "given_back"
	GrantOver      = "over"
)

// GrantEndings are those that a command may give.
var GrantEndings = []string{GrantWithdrawn, GrantGivenBack}

// Reasons for which a session ends with what it rests on, or because its holder goes on in another role.
const (
	RightEnded = "right_ended"
	Switched   = "switched"
)

// MaxGrant bounds how long a role may be granted beside one's own.
const MaxGrant = 366 * day

// Codes of refusals. They are API.
const (
	CodeTermOver  = "account.term_over"
	CodeOwnGrant  = "account.own_grant"
	CodeNoGrant   = "account.no_such_grant"
	CodeSameRole  = "account.same_role"
	CodeNotProved = "account.not_proved"
)

var grantCodes = []string{CodeTermOver, CodeOwnGrant, CodeNoGrant, CodeSameRole, CodeNotProved}

// Grant is a role beside one's own. It stands in the state until it is ended; whether it is in force is against the wall's clock.
type Grant struct {
	ID, Institution, Role string
	From, Until           time.Time
	Reason, By            string
}

// InForce tells whether the role may be acted in at this instant.
func (g Grant) InForce(wall time.Time) bool { return !wall.Before(g.From) && wall.Before(g.Until) }

// Over tells whether the account's own time has passed.
func (s State) Over(wall time.Time) bool { return !s.Until.IsZero() && !wall.Before(s.Until) }

// Granted finds a role that was granted and not ended.
func (s State) Granted(id string) (Grant, bool) {
	i := slices.IndexFunc(s.Grants, func(g Grant) bool { return g.ID == id })
	if i < 0 {
		return Grant{}, false
	}
	return s.Grants[i], true
}

type (
	// GrantRole is somebody else's: nobody grants herself a role.
	GrantRole struct {
		Grant, Institution, Role, Reason, By string
		From, Until, Wall                    time.Time
	}
	// EndGrant withdraws a granted role, or gives it back. Its sessions end with it.
	EndGrant struct{ Grant, Reason string }
	// SetTerm says until when the account stands; the zero instant: without an end.
	SetTerm struct {
		Until, Wall time.Time
		By          string
	}
)

func (GrantRole) command() {}
func (EndGrant) command()  {}
func (SetTerm) command()   {}

func grantEvents() []event.Entry {
	return []event.Entry{
		event.Type[RoleGranted]("For a while the holder may also act in another role."),
		event.Type[RoleGrantEnded]("A role that was granted for a while was withdrawn, given back, or tidied away after its time."),
		event.Type[TermSet]("It was said until when the account stands."),
	}
}

func evolveGrant(s State, d event.Data) State {
	switch e := d.(type) {
	case RoleGranted:
		s.Grants = append(slices.Clip(s.Grants), Grant{ID: e.Grant, Institution: e.Institution, Role: e.Role, From: e.From, Until: e.Until, Reason: e.Reason, By: e.By})
	case RoleGrantEnded:
		s.Grants = slices.DeleteFunc(slices.Clone(s.Grants), func(g Grant) bool { return g.ID == e.Grant })
	case TermSet:
		s.Until = e.Until
	}
	return s
}

func decideGrant(s State, c Command) ([]event.Data, error) {
	switch c := c.(type) {
	case GrantRole:
		switch _, there := s.Granted(c.Grant); {
		case there:
			return nil, nil
		case s.Locked:
			return nil, event.Refuse(CodeLocked, "the account is locked")
		case c.By == "" || c.By == s.Account:
			return nil, event.Refuse(CodeOwnGrant, "nobody grants herself a role")
		case c.Grant == "" || c.Institution == "":
			return nil, event.RefuseField(CodeMissing, "institution", "an institution is required")
		case !slices.Contains(access.Roles, c.Role) || c.Role == access.System:
			return nil, event.RefuseField(CodeUnknownCode, "role", "not a known role")
		case c.Institution == s.Institution && c.Role == s.Role:
			return nil, event.RefuseField(CodeSameRole, "role", "that is the account's own role")
		case !slices.Contains(GrantReasons, c.Reason):
			return nil, event.RefuseField(CodeUnknownCode, "reason", "not a known reason")
		case !c.Until.After(c.From) || !c.Until.After(c.Wall) || c.Until.Sub(c.From) > MaxGrant:
			return nil, event.RefuseField(CodeExpiry, "until", "after its beginning and after now, and at most 366 days long")
		}
		return []event.Data{RoleGranted{Grant: c.Grant, Institution: c.Institution, Role: c.Role, From: c.From, Until: c.Until, Reason: c.Reason, By: c.By}}, nil
	case EndGrant:
		if !slices.Contains(GrantEndings, c.Reason) {
			return nil, event.RefuseField(CodeUnknownCode, "reason", "not a known reason")
		}
		if _, there := s.Granted(c.Grant); !there {
			return nil, nil
		}
		return append([]event.Data{RoleGrantEnded(c)}, endWhere(s, RightEnded, func(o Session) bool { return o.Grant == c.Grant })...), nil
	case SetTerm:
		switch {
		case c.By == "" || c.By == s.Account:
			return nil, event.Refuse(CodeOwnGrant, "nobody says how long her own account stands")
		case c.Until.Equal(s.Until):
			return nil, nil
		case !c.Until.IsZero() && !c.Until.After(c.Wall):
			return nil, event.RefuseField(CodeExpiry, "until", "after now: to keep its holder out at once, lock the account")
		}
		return append([]event.Data{TermSet{Until: c.Until, By: c.By}},
			endWhere(s, RightEnded, func(o Session) bool { return !c.Until.IsZero() && o.ExpiresAt.After(c.Until) })...), nil
	}
	return nil, nil
}

// right is what a session rests on: the account's own role, or one that was granted; and when it ends, if it does.
func (s State) right(grant string, wall time.Time) (institution, role string, until time.Time, err error) {
	if s.Over(wall) {
		return "", "", until, event.Refuse(CodeTermOver, "the time of the account is over")
	}
	if grant == "" {
		return s.Institution, s.Role, s.Until, nil
	}
	g, there := s.Granted(grant)
	if !there || !g.InForce(wall) {
		return "", "", until, event.Refuse(CodeNoGrant, "no such role is granted now")
	}
	until = g.Until
	if !s.Until.IsZero() && s.Until.Before(until) {
		until = s.Until
	}
	return g.Institution, g.Role, until, nil
}

func endWhere(s State, reason string, match func(Session) bool) []event.Data {
	var out []event.Data
	for _, o := range s.Sessions {
		if match(o) {
			out = append(out, SessionEnded{Session: o.ID, TokenHash: o.TokenHash, Reason: reason})
		}
	}
	return out
}
