package casefile

import (
	"slices"

	"mkr/domain/access"
	"mkr/domain/event"
)

// isRestriction tells whether the command is about who may see the case: that is decided in closed cases too, where the
// texts are as dangerous as before.
func isRestriction(c Command) bool {
	switch c.(type) {
	case SealCase, UnsealCase, Exclude, Readmit, BreakGlass, EndGlass, ReviewGlass, ExpireConsent:
		return true
	}
	return false
}

// ofTime tells whether nobody acts: time has passed.
func ofTime(c Command) bool {
	switch c.(type) {
	case LapseDeadline, ExpireConsent:
		return true
	}
	return false
}

func (t *decision) decideRestriction(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case SealCase:
		return true, t.sealCase(c)
	case UnsealCase:
		return true, t.unsealCase()
	case Exclude:
		return true, t.exclude(c)
	case Readmit:
		return true, t.readmit(c)
	case BreakGlass:
		return true, t.breakGlass(c)
	case EndGlass:
		return true, t.endGlass(c)
	case ReviewGlass:
		return true, t.reviewGlass(c)
	case NoteGround:
		return true, t.noteGround(c)
	case ExpireConsent:
		return true, t.expireConsent(c)
	}
	return false, nil
}

// sealCase names who may see the case from now on. Whoever seals it stays in, and so does somebody of every institution
// that owes something in it: a duty that nobody can see would be forgotten.
func (t *decision) sealCase(c SealCase) error {
	if err := coded("reason", c.Reason, SealReasons); err != nil {
		return err
	}
	var admit []Admitted
	for _, a := range c.Admit {
		if err := validID("accounts", a.Account); err != nil {
			return err
		}
		if err := validID("accounts", a.Institution); err != nil {
			return err
		}
		if t.s.Restriction.IsExcluded(a.Account) {
			return event.RefuseField(CodeExcludedIsAdmitted, "accounts", "is kept out of the case")
		}
		if !slices.Contains(admit, a) {
			admit = append(admit, a)
		}
	}
	self := Admitted{Account: t.m.Actor.Account, Institution: t.by()}
	if !slices.Contains(admit, self) {
		admit = append(admit, self)
	}
	for _, d := range t.owed(func(Deadline) bool { return true }) {
		if !slices.ContainsFunc(admit, func(a Admitted) bool { return a.Institution == d.Owner }) {
			return event.RefuseField(CodeSealOwes, "accounts", "leaves out an institution that owes something in the case")
		}
	}
	r := t.s.Restriction
	if r.Sealed && r.Reason == c.Reason && slices.Equal(r.Admitted, admit) {
		return nil
	}
	t.add(CaseSealed{Reason: c.Reason, Admit: admit, At: t.at(), By: t.by()})
	return nil
}

// seenByOwners holds the same for what comes after: in a sealed case nothing is asked of an institution of which nobody
// can see it.
func (t *decision) seenByOwners(c Command) error {
	if !t.s.Restriction.Sealed || ofTime(c) || isRestriction(c) {
		return nil
	}
	for _, e := range t.out {
		d, ok := e.(DeadlineSet)
		if ok && !t.s.Restriction.Reaches(d.Owner, nil) {
			return event.Refuse(CodeSealOwes, "the case is sealed and nobody of the institution that must act may see it")
		}
	}
	return nil
}

func (t *decision) unsealCase() error {
	if t.s.Restriction.Sealed {
		t.add(CaseUnsealed{At: t.at(), By: t.by()})
	}
	return nil
}

func (t *decision) exclude(c Exclude) error {
	if err := validID("account", c.Account); err != nil {
		return err
	}
	if err := validID("account", c.Institution); err != nil {
		return err
	}
	if err := coded("reason", c.Reason, ConflictReasons); err != nil {
		return err
	}
	if t.s.Restriction.IsExcluded(c.Account) {
		return nil
	}
	if !c.Self && c.Account == t.m.Actor.Account {
		return event.RefuseField(CodeUnknownCode, "account", "is your own: declare the conflict instead")
	}
	seen := len(t.s.Unseen(nil))
	t.add(ExclusionSet{Account: c.Account, Institution: c.Institution, Reason: c.Reason, Self: c.Self, At: t.at(), By: t.by()})
	if !c.Self && len(t.s.Unseen(nil)) > seen {
		return event.RefuseField(CodeSealOwes, "account", "is the last of its institution that sees the sealed case, and the institution owes something in it")
	}
	return nil
}

// readmit lets an account back. The policy makes sure that it is not the account itself: for it the case is not there.
func (t *decision) readmit(c Readmit) error {
	if !t.s.Restriction.IsExcluded(c.Account) {
		return event.RefuseField(CodeExcludedUnknown, "account", "is not kept out of the case")
	}
	t.add(ExclusionLifted{Account: c.Account, At: t.at(), By: t.by()})
	return nil
}

// ruleGlassReview is the rule by which the lead answers for an emergency access.
const ruleGlassReview = "CASE-GLASS-REVIEW"

// breakGlass opens the case for minutes. The review is owed from that moment on, by the case's lead.
func (t *decision) breakGlass(c BreakGlass) error {
	if err := t.fresh("glass", c.Glass); err != nil {
		return err
	}
	if err := coded("reason", c.Reason, GlassReasons); err != nil {
		return err
	}
	if err := required("text", c.Text); err != nil {
		return err
	}
	sections, err := codes("sections", c.Sections, access.DataClasses)
	if err != nil {
		return err
	}
	switch {
	case len(sections) == 0:
		return event.RefuseField(CodeRequired, "sections", "says what has to be read")
	case !slices.Contains(GlassMinutes, c.Minutes):
		return event.RefuseField(CodeGlassMinutes, "minutes", "is not one of the spans there are")
	case c.Until.IsZero():
		return event.RefuseField(CodeRequired, "until", "is missing")
	}
	t.add(GlassBroken{
		Glass: c.Glass, Account: t.m.Actor.Account, Role: t.m.Actor.Role, Reason: c.Reason, Text: c.Text, Sections: sections, Minutes: c.Minutes,
		Until: instant(c.Until), At: t.at(), By: t.by(),
	})
	if t.s.Status == Open { // in a closed case no clock runs; the list of open reviews holds it all the same
		t.oweReview(c.Glass)
	}
	return nil
}

func (t *decision) oweReview(glass string) {
	t.set(t.clock(ruleGlassReview, t.at()), t.at(), t.s.Lead, TargetGlass, glass)
}

// oweReviews starts the clocks that stood still while the case was closed.
func (t *decision) oweReviews() {
	for _, g := range t.s.Restriction.Glasses {
		if g.ToReview() {
			t.oweReview(g.ID)
		}
	}
}

func (t *decision) endGlass(c EndGlass) error {
	g, ok := t.s.Restriction.Glass(c.Glass)
	switch {
	case !ok || g.Account != t.m.Actor.Account:
		return event.RefuseField(CodeGlassUnknown, "glass", "there is no such access of yours")
	case g.Ended:
		return nil
	}
	t.add(GlassEnded{Glass: c.Glass, At: t.at()})
	return nil
}

// reviewGlass closes an emergency access. Nobody answers for her own.
func (t *decision) reviewGlass(c ReviewGlass) error {
	g, ok := t.s.Restriction.Glass(c.Glass)
	switch {
	case !ok:
		return event.RefuseField(CodeGlassUnknown, "glass", "there is no such emergency access")
	case g.Account == t.m.Actor.Account:
		return event.RefuseField(CodeGlassOwn, "glass", "was your own: somebody else reviews it")
	case !g.ToReview():
		return nil
	}
	if err := coded("verdict", c.Verdict, GlassVerdicts); err != nil {
		return err
	}
	if c.Verdict != GlassVerdicts[0] {
		if err := required("text", c.Text); err != nil {
			return err
		}
	}
	t.add(GlassReviewed{Glass: c.Glass, Verdict: c.Verdict, Text: c.Text, Account: t.m.Actor.Account, At: t.at(), By: t.by()})
	t.meet(of(TargetGlass, c.Glass))
	return nil
}

// noteGround: sharing without consent is told to the lead, who says that she has seen it (law 124/2024).
func (t *decision) noteGround(c NoteGround) error {
	r, ok := t.s.Referral(c.Referral)
	switch {
	case !ok:
		return event.RefuseField(CodeReferralUnknown, "referral", "there is no such referral")
	case !t.isLead():
		return event.Refuse(CodeReferralNotLead, "the case's lead is told, and nobody else")
	case !r.ToldLead(t.s.Lead):
		return nil
	}
	t.add(GroundNoted{Referral: c.Referral, At: t.at(), By: t.by()})
	return nil
}

// ToldLead tells whether the lead still has to see that somebody else shares without consent.
func (r Referral) ToldLead(lead string) bool {
	return r.Basis != "" && r.From != lead && r.To != lead && !r.Noted && r.Status != Drafted && r.Status != InError
}

func evolveRestriction(w write, s State, e event.Data) State {
	r := &s.Restriction
	glass := func(id string, change func(*Glass)) {
		r.Glasses = changed(w, r.Glasses, func(g Glass) bool { return g.ID == id }, change)
	}
	switch e := e.(type) {
	case CaseSealed:
		r.Sealed, r.Reason, r.Admitted = true, e.Reason, e.Admit
	case CaseUnsealed:
		r.Sealed, r.Reason, r.Admitted = false, "", nil
	case ExclusionSet:
		r.Excluded = added(w, r.Excluded, Excluded(e))
	case ExclusionLifted:
		var left []Excluded // nil when nobody is left, as a state that was stored and read again has it
		for _, x := range r.Excluded {
			if x.Account != e.Account {
				left = append(left, x)
			}
		}
		r.Excluded = left
	case GlassBroken:
		r.Glasses = added(w, r.Glasses, Glass{ID: e.Glass, Account: e.Account, Institution: e.By, Role: e.Role, Reason: e.Reason, Sections: e.Sections, At: e.At, Until: e.Until})
	case GlassEnded:
		glass(e.Glass, func(g *Glass) { g.Ended = true })
	case GlassReviewed:
		glass(e.Glass, func(g *Glass) { g.Verdict, g.ReviewedBy, g.ReviewedAt = e.Verdict, e.By, e.At })
	case GroundNoted:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral }, func(r *Referral) { r.Noted = true })
	case ConsentExpired:
		s.Consents = changed(w, s.Consents, func(c Consent) bool { return c.ID == e.Consent }, func(c *Consent) { c.Expired = true })
	}
	return s
}
