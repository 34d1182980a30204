package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// Who may see a case beside what role and part give: accounts that are kept out, a seal that lets only named ones in, and
// emergency access. What the policy makes of it is access.Withholds; here is what was decided, by whom and why.
type (
	// SealCase makes a case invisible to all but the accounts named. They take the place of those named before.
	SealCase struct {
		Reason string
		Admit  []Admitted
	}
	// UnsealCase lets everybody see it again whom role and part allow.
	UnsealCase struct{}
	// Exclude keeps an account out for a conflict of interest; Self: she says so herself.
	Exclude struct {
		Account, Institution, Reason string
		Self                         bool
	}
	// Readmit ends that.
	Readmit struct{ Account string }
	// BreakGlass is emergency access: reason, text, minutes and sections; Until is by the clock on the wall.
	BreakGlass struct {
		Glass, Reason string
		Text          person.Sealed
		Sections      []string
		Minutes       int
		Until         time.Time
	}
	// EndGlass gives it back before its time.
	EndGlass struct{ Glass string }
	// ReviewGlass says whether it was right.
	ReviewGlass struct {
		Glass, Verdict string
		Text           person.Sealed
	}
	// NoteGround: the lead has seen that a referral rests on a ground of law and on no consent.
	NoteGround struct{ Referral string }
	// ExpireConsent is sent by the system when a consent has run out.
	ExpireConsent struct{ Consent string }
)

func (SealCase) command()      {}
func (UnsealCase) command()    {}
func (Exclude) command()       {}
func (Readmit) command()       {}
func (BreakGlass) command()    {}
func (EndGlass) command()      {}
func (ReviewGlass) command()   {}
func (NoteGround) command()    {}
func (ExpireConsent) command() {}

type (
	// CaseSealed: from now on only the accounts named find the case.
	CaseSealed struct {
		Reason string     `json:"reason"`
		Admit  []Admitted `json:"admit"`
		At     time.Time  `json:"at"`
		By     string     `json:"by"`
	}
	// Admitted is an account that a sealed case is there for.
	Admitted struct {
		Account     string `json:"account"`
		Institution string `json:"institution"`
	}
	// CaseUnsealed ends the seal.
	CaseUnsealed struct {
		At time.Time `json:"at"`
		By string    `json:"by"`
	}
	// ExclusionSet keeps an account out of the case, whatever its role: for it the case is not there.
	ExclusionSet struct {
		Account     string    `json:"account"`
		Institution string    `json:"institution"` // where the account works
		Reason      string    `json:"reason"`
		Self        bool      `json:"self,omitempty"` // said by herself
		At          time.Time `json:"at"`
		By          string    `json:"by"`
	}
	// ExclusionLifted ends it.
	ExclusionLifted struct {
		Account string    `json:"account"`
		At      time.Time `json:"at"`
		By      string    `json:"by"`
	}
	// GlassBroken: an account without a part took emergency access, for minutes, to the sections named.
	GlassBroken struct {
		Glass    string        `json:"glass"`
		Account  string        `json:"account"`
		Role     string        `json:"role"`
		Reason   string        `json:"reason"`
		Text     person.Sealed `json:"text"`
		Sections []string      `json:"sections"`
		Minutes  int           `json:"minutes"`
		Until    time.Time     `json:"until"` // by the clock on the wall, which no fast clock of a demo moves
		At       time.Time     `json:"at"`
		By       string        `json:"by"`
	}
	// GlassEnded: the account gave it back before its time.
	GlassEnded struct {
		Glass string    `json:"glass"`
		At    time.Time `json:"at"`
	}
	// GlassReviewed: somebody else said whether the emergency access was right.
	GlassReviewed struct {
		Glass   string        `json:"glass"`
		Verdict string        `json:"verdict"`
		Text    person.Sealed `json:"text,omitzero"`
		Account string        `json:"account"` // who reviewed
		At      time.Time     `json:"at"`
		By      string        `json:"by"`
	}
	// GroundNoted: the lead has seen that a referral rests on a ground of law and on no consent.
	GroundNoted struct {
		Referral string    `json:"referral"`
		At       time.Time `json:"at"`
		By       string    `json:"by"`
	}
	// ConsentExpired: a consent ran out on its day. Nobody withdrew it.
	ConsentExpired struct {
		Consent string    `json:"consent"`
		At      time.Time `json:"at"`
	}
)

// EventType is the stored name.
func (CaseSealed) EventType() string { return "case.sealed" }

// EventType is the stored name.
func (CaseUnsealed) EventType() string { return "case.unsealed" }

// EventType is the stored name.
func (ExclusionSet) EventType() string { return "exclusion.set" }

// EventType is the stored name.
func (ExclusionLifted) EventType() string { return "exclusion.lifted" }

// EventType is the stored name.
func (GlassBroken) EventType() string { return "glass.broken" }

// EventType is the stored name.
func (GlassEnded) EventType() string { return "glass.ended" }

// EventType is the stored name.
func (GlassReviewed) EventType() string { return "glass.reviewed" }

// EventType is the stored name.
func (GroundNoted) EventType() string { return "referral.ground_noted" }

// EventType is the stored name.
func (ConsentExpired) EventType() string { return "consent.expired" }

// restrictionEvents are those for the registry.
func restrictionEvents() []event.Entry {
	return []event.Entry{
		event.Type[CaseSealed]("The case was sealed: only the accounts named find it."),
		event.Type[CaseUnsealed]("The seal was lifted."),
		event.Type[ExclusionSet]("An account is kept out of the case for a conflict of interest."),
		event.Type[ExclusionLifted]("It is kept out no longer."),
		event.Type[GlassBroken]("An account took emergency access to the case."),
		event.Type[GlassEnded]("It gave the access back before its time."),
		event.Type[GlassReviewed]("Somebody else reviewed an emergency access."),
		event.Type[GroundNoted]("The lead has seen that a referral rests on no consent."),
		event.Type[ConsentExpired]("A consent ran out on its day."),
	}
}

// Confidential tells whether an event says which people are kept out of a case or let into it: that is for those who
// decide on it, and for nobody else who sees the case.
func Confidential(eventType string) bool {
	switch eventType {
	case "case.sealed", "case.unsealed", "exclusion.set", "exclusion.lifted":
		return true
	}
	return false
}

// Restriction is who may see the case beside role and part.
type Restriction struct {
	Sealed   bool       `json:"sealed,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Admitted []Admitted `json:"admitted,omitempty"`
	Excluded []Excluded `json:"excluded,omitempty"`
	Glasses  []Glass    `json:"glasses,omitempty"`
}

// Excluded is an account that is kept out.
type Excluded struct {
	Account     string    `json:"account"`
	Institution string    `json:"institution"`
	Reason      string    `json:"reason"`
	Self        bool      `json:"self,omitempty"`
	At          time.Time `json:"at"`
	By          string    `json:"by"`
}

// Glass is an emergency access.
type Glass struct {
	ID          string    `json:"id"`
	Account     string    `json:"account,omitempty"`
	Institution string    `json:"institution"`
	Role        string    `json:"role"`
	Reason      string    `json:"reason"`
	Sections    []string  `json:"sections"`
	At          time.Time `json:"at"`
	Until       time.Time `json:"until"`
	Ended       bool      `json:"ended,omitempty"` // given back before its time
	Verdict     string    `json:"verdict,omitempty"`
	ReviewedBy  string    `json:"reviewed_by,omitempty"` // institution
	ReviewedAt  time.Time `json:"reviewed_at,omitzero"`
}

// Runs tells whether it is open at an instant of the wall's clock. It ends on the second.
func (g Glass) Runs(wall time.Time) bool { return !g.Ended && wall.Before(g.Until) }

// ToReview tells whether nobody has answered for it yet.
func (g Glass) ToReview() bool { return g.Verdict == "" }

func (r Restriction) detached() Restriction {
	r.Admitted, r.Excluded, r.Glasses = slices.Clone(r.Admitted), slices.Clone(r.Excluded), slices.Clone(r.Glasses)
	return r
}

// IsExcluded tells whether the account is kept out.
func (r Restriction) IsExcluded(account string) bool {
	return slices.ContainsFunc(r.Excluded, func(x Excluded) bool { return x.Account == account })
}

// Reaches tells whether somebody of the institution sees a sealed case: an account that was admitted and is not kept out. One
// that is not sealed reaches everybody who has a part in it.
func (r Restriction) Reaches(institution string, works func(account string) bool) bool {
	return !r.Sealed || slices.ContainsFunc(r.Admitted, func(a Admitted) bool {
		return a.Institution == institution && !r.IsExcluded(a.Account) && (works == nil || works(a.Account))
	})
}

// Unseen are the institutions that owe something in a sealed case of which no account that works sees it. The decider never
// lets it come to that by a seal, by something that is asked, or by keeping somebody out. Two things it does not stop: whoever
// declares a conflict of her own is let go at once, because she must not go on seeing the case until another is found, and
// an account may be closed. So the coordinator is warned on the case's page until another account is admitted.
func (s State) Unseen(works func(account string) bool) (out []string) {
	for _, d := range s.Deadlines {
		if d.Owed() && !slices.Contains(out, d.Owner) && !s.Restriction.Reaches(d.Owner, works) {
			out = append(out, d.Owner)
		}
	}
	return out
}

// IsAdmitted tells whether a sealed case is there for the account.
func (r Restriction) IsAdmitted(account string) bool {
	return slices.ContainsFunc(r.Admitted, func(a Admitted) bool { return a.Account == account })
}

// Sections are what the account's own emergency accesses hold open at an instant of the wall's clock.
func (r Restriction) Sections(account string, wall time.Time) []string {
	var out []string
	for _, g := range r.Glasses {
		if g.Account == account && g.Runs(wall) {
			out = append(out, g.Sections...)
		}
	}
	return out
}

// Glass finds an emergency access by id.
func (r Restriction) Glass(id string) (Glass, bool) {
	return find(r.Glasses, func(g Glass) bool { return g.ID == id })
}
