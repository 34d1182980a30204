package casefile

import (
	"slices"

	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/domain/person"
)

// regime says which rules of law govern the deadlines of a new case: those that it is opened under by name, else those
// that govern its kind on the day. The case keeps them, whatever is loaded later.
func (t *decision) regime(kind, named string) (string, error) {
	if kind != DomesticViolence && kind != ChildProtection {
		return "", event.RefuseField(CodeUnknownCode, "kind", "is not a kind of case")
	}
	day := t.day()
	if named != "" {
		if !slices.Contains(t.decider.Rules.Regimes(kind, day), named) {
			return "", event.RefuseField(CodeUnknownCode, "regime", "does not govern this kind of case")
		}
		return named, nil
	}
	if governs, ok := t.decider.Rules.Regime(kind, day); ok {
		return governs, nil
	}
	if kind == ChildProtection { // before its law: children's cases of the years that are told of later
		return deadline.RegimeChildProtection, nil
	}
	return deadline.RegimeDomesticViolence, nil
}

func (t *decision) openCase(c OpenCase) error {
	if t.s.Status != NotOpened {
		return event.RefuseField(CodeCaseExists, "case", "is open already")
	}
	if err := validID("case", c.Case); err != nil {
		return err
	}
	if err := validID("code", c.Code); err != nil {
		return err
	}
	regime, err := t.regime(c.Kind, c.Regime)
	if err != nil {
		return err
	}
	if err := coded("channel", c.Channel, Channels); err != nil {
		return err
	}
	violence, err := codes("violence", c.Violence, ViolenceTypes)
	if err != nil {
		return err
	}
	if err := validID("lead", c.Lead); err != nil {
		return err
	}
	opener := c.Opener
	if opener == "" {
		opener = t.by()
	}
	if err := validID("opener", opener); err != nil {
		return err
	}
	if err := checkPersons(c.Kind, c.Persons); err != nil {
		return err
	}
	subject := c.Persons[0]
	t.add(CaseOpened{
		Case: c.Case, Code: c.Code, Kind: c.Kind, Channel: c.Channel, Regime: regime, Violence: violence,
		Subject: subject.Person, SubjectMinor: subject.Minor, Lead: c.Lead, By: t.by(), At: t.at(), Medical: t.byMedicine(),
	})
	for _, p := range c.Persons {
		t.add(PersonAdded{p})
	}
	t.join(c.Lead, "lead")
	t.join(opener, "opened_it")
	t.setRisk(t.s.initialRule(), t.at())
	return nil
}

// checkPersons checks the persons of a new case: its subject comes first.
func checkPersons(kind string, persons []PersonLink) error {
	if len(persons) == 0 {
		return event.RefuseField(CodeRequired, "persons", "a case is about somebody")
	}
	for i, p := range persons {
		if err := checkPerson("persons", p); err != nil {
			return err
		}
		if has(persons[:i], func(o PersonLink) bool { return o.Person == p.Person }) {
			return event.RefuseField(CodePersonLinked, "persons", "names one person twice")
		}
	}
	subject := persons[0]
	switch {
	case subject.Role != Survivor && subject.Role != Child:
		return event.RefuseField(CodeCaseSubject, "persons", "the first person must be the survivor or the child")
	case kind == ChildProtection && (subject.Role != Child || !subject.Minor):
		return event.RefuseField(CodeCaseSubject, "persons", "a child protection case is about a minor child")
	}
	return nil
}

func checkPerson(field string, p PersonLink) error {
	if !person.ValidSubject(p.Person) {
		return event.RefuseField(CodeInvalidID, field, "is not a person's id")
	}
	if err := coded("role", p.Role, PersonRoles); err != nil {
		return err
	}
	if p.Relation != "" {
		if err := coded("relation", p.Relation, Relations); err != nil {
			return err
		}
	}
	if p.Sex != "" {
		return coded("sex", p.Sex, Sexes)
	}
	return nil
}

func (t *decision) addPerson(c AddPerson) error {
	if err := checkPerson("person", c.PersonLink); err != nil {
		return err
	}
	if old, ok := t.s.Person(c.Person); ok {
		if old == c.PersonLink {
			return nil
		}
		return event.RefuseField(CodePersonLinked, "person", "already has a part in the case")
	}
	t.add(PersonAdded(c))
	return nil
}

// join lets an institution take part, if it does not yet. Whoever gets the ball must be able to see the case.
func (t *decision) join(institution, reason string) {
	if !t.s.Participates(institution) {
		t.add(ParticipantAdded{Institution: institution, Reason: reason})
	}
}

func (t *decision) addParticipant(c AddParticipant) error {
	if err := validID("institution", c.Institution); err != nil {
		return err
	}
	if err := coded("reason", c.Reason, ParticipantReasons); err != nil {
		return err
	}
	if c.Reason == "lead" && c.Institution != t.s.Lead {
		return event.RefuseField(CodeUnknownCode, "reason", "a case has one lead, named when it was opened")
	}
	p, in := find(t.s.Participants, func(p Participant) bool { return p.Institution == c.Institution && !p.Removed })
	if in && (p.Reason == c.Reason || p.Reason != "referral") {
		return nil
	}
	t.add(ParticipantAdded(c)) // whoever was only asked, and may have declined, gets a part of its own
	return nil
}

// MayOwe refuses to give a part or a task in a case to an institution that oversees others: it has no inbox, so what it owed
// would wait where nobody looks.
func MayOwe(field string, overseer bool) error {
	if overseer {
		return event.RefuseField(CodeNoInbox, field, "oversees others and works on no case")
	}
	return nil
}

// removeParticipant ends an institution's part. The lead stays, and so does whoever still owes something: a duty whose
// bearer can no longer see it would be forgotten.
func (t *decision) removeParticipant(c RemoveParticipant) error {
	p, ok := find(t.s.Participants, func(p Participant) bool { return p.Institution == c.Institution })
	switch {
	case !ok:
		return event.RefuseField(CodeParticipantUnknown, "institution", "does not take part in the case")
	case p.Removed:
		return nil
	case c.Institution == t.s.Lead:
		return event.RefuseField(CodeParticipantLead, "institution", "leads the case")
	case len(t.owed(func(d Deadline) bool { return d.Owner == c.Institution && d.Kind != TargetBreach })) > 0:
		return event.RefuseField(CodeParticipantOwes, "institution", "still owes something in the case")
	}
	t.add(ParticipantRemoved(c))
	// Of a breach it need not know any more; that it was silent until now stays in the history.
	t.void(func(d Deadline) bool { return d.Kind == TargetBreach && d.Owner == c.Institution })
	return nil
}

func (t *decision) recordIncident(c RecordIncident) error {
	if err := t.fresh("incident", c.Incident); err != nil {
		return err
	}
	types, err := codes("types", c.Types, ViolenceTypes)
	if err != nil {
		return err
	}
	if len(types) == 0 {
		return event.RefuseField(CodeRequired, "types", "says what kind of violence it was")
	}
	// An incident may lie long before the case: it is often the history that makes the risk.
	on := instant(c.On)
	switch {
	case c.On.IsZero():
		return event.RefuseField(CodeRequired, "on", "is missing")
	case !sensible(on):
		return event.RefuseField(CodeOutOfDates, "on", "is not a sensible date")
	case on.After(t.at()):
		return event.RefuseField(CodeInFuture, "on", "lies after the report of it")
	}
	t.add(IncidentRecorded{Incident: c.Incident, Types: types, On: on, ChildrenPresent: c.ChildrenPresent, Narrative: c.Narrative, By: t.by()})
	return nil
}
