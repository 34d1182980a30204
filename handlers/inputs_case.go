package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
)

// Bodies of casework beside the referral loop.
type (
	// NewPerson adds a person to the case; the texts are sealed under her own key.
	NewPerson struct {
		Role        PersonRole   `json:"role" required:"true"`
		Name        person.Plain `json:"name" required:"true"`
		Relation    Relation     `json:"relation,omitempty"`
		Sex         Sex          `json:"sex,omitempty"`
		BirthDate   person.Plain `json:"birth_date,omitzero" ask:"date"`
		Minor       bool         `json:"minor,omitempty"`
		NationalID  person.Plain `json:"national_id,omitzero"`
		Phone       person.Plain `json:"phone,omitzero"`
		Address     person.Plain `json:"address,omitzero"`
		SafeContact person.Plain `json:"safe_contact,omitzero"`
	}
	// AddPerson is the body that adds one.
	AddPerson struct {
		Timed
		NewPerson
	}
	// ChangePerson says what has become known of somebody, or was wrong; what is left empty stays as it was.
	ChangePerson struct {
		Timed
		Person      string       `json:"person" required:"true" ask:"person"`
		Name        person.Plain `json:"name,omitzero"`
		BirthDate   person.Plain `json:"birth_date,omitzero" ask:"date"`
		NationalID  person.Plain `json:"national_id,omitzero"`
		Phone       person.Plain `json:"phone,omitzero"`
		Address     person.Plain `json:"address,omitzero"`
		SafeContact person.Plain `json:"safe_contact,omitzero"`
	}
	// AddParticipant lets an institution take part.
	AddParticipant struct {
		Timed
		Institution string            `json:"institution" required:"true" ask:"institution"`
		Reason      ParticipantReason `json:"reason" required:"true"`
	}
	// RemoveParticipant ends it.
	RemoveParticipant struct {
		Timed
		Institution string `json:"institution" required:"true" ask:"participant"`
	}
	// RecordIncident tells of one.
	RecordIncident struct {
		Timed
		Types           []Violence   `json:"types" required:"true"`
		On              time.Time    `json:"on" required:"true" ask:"datetime"`
		ChildrenPresent bool         `json:"children_present,omitempty"`
		Narrative       person.Plain `json:"narrative,omitzero" ask:"textarea"`
	}
	// RecordConsent is an answer to sharing.
	RecordConsent struct {
		Timed
		Person     string          `json:"person" required:"true" ask:"person"`
		Decision   ConsentDecision `json:"decision" required:"true"`
		Recipients []string        `json:"recipients,omitempty" ask:"institutions"`
		Purposes   []Purpose       `json:"purposes,omitempty"`
		Classes    []DataClass     `json:"classes,omitempty" description:"Groups of data that may be shared; none named are all that the recipient's role opens."`
		How        ConsentHow      `json:"how" required:"true"`
		Giver      string          `json:"giver,omitempty" ask:"giver" description:"The parent or guardian who answers for a child under 16; never the one who is suspected."`
		Until      time.Time       `json:"until,omitzero" ask:"datetime" fold:"yes"`
	}
	// AssessRisk is a judgement; the tool's level stands beside it.
	AssessRisk struct {
		Timed
		Factors []Factor     `json:"factors,omitempty"`
		Level   Level        `json:"level" required:"true"`
		Reason  person.Plain `json:"reason,omitzero" ask:"textarea" label:"risk_reason" description:"Why, when the level differs from the tool's."`
	}
	// RequestOrder is a petition.
	RequestOrder struct {
		Timed
		Type  OrderType `json:"type" required:"true"`
		Court string    `json:"court" required:"true" ask:"institution"`
	}
	// IssueUMPMM is the police's own order, which needs no petition.
	IssueUMPMM struct {
		Timed
		Executor   string           `json:"executor" required:"true" ask:"institution"`
		Conditions []OrderCondition `json:"conditions,omitempty"`
	}
	// IssueOrder puts a requested order in force.
	IssueOrder struct {
		Timed
		Executor   string           `json:"executor" required:"true" ask:"institution"`
		Conditions []OrderCondition `json:"conditions,omitempty"`
		ValidUntil time.Time        `json:"valid_until,omitzero" ask:"date" description:"Required for a UM: at most twelve months."`
	}
	// ReportBreach tells that an order was broken.
	ReportBreach struct {
		Timed
		Detail person.Plain `json:"detail,omitzero" ask:"textarea"`
	}
	// AcknowledgeBreachFor: the lead has reached an institution otherwise, and it knows of the breach.
	AcknowledgeBreachFor struct {
		Timed
		Institution string `json:"institution" required:"true" ask:"silent"`
	}
	// ExtendOrder gives it a later end.
	ExtendOrder struct {
		Timed
		ValidUntil time.Time `json:"valid_until" required:"true" ask:"date"`
	}
	// ScheduleHearing fixes a date in court.
	ScheduleHearing struct {
		Timed
		Order string    `json:"order,omitempty" ask:"order" sole:"chosen"`
		Court string    `json:"court" required:"true" ask:"institution"`
		When  time.Time `json:"when" required:"true" ask:"datetime"`
	}
	// RecordHearing says what came of it.
	RecordHearing struct {
		Timed
		Outcome HearingOutcome `json:"outcome" required:"true"`
	}
	// PlanVisit is a home visit to come.
	PlanVisit struct {
		Timed
		When time.Time `json:"when" required:"true" ask:"datetime"`
	}
	// RecordVisit is one that happened.
	RecordVisit struct {
		Timed
		Outcome  VisitOutcome `json:"outcome" required:"true"`
		Findings person.Plain `json:"findings,omitzero" ask:"textarea"`
		NextWhen time.Time    `json:"next_when,omitzero" ask:"datetime" description:"When the next visit is planned, if it is."`
	}
	// WriteNote adds a sealed text.
	WriteNote struct {
		Timed
		Section NoteSection  `json:"section" required:"true"`
		Text    person.Plain `json:"text" required:"true" ask:"textarea"`
	}
	// AssignAction gives an institution something to do.
	AssignAction struct {
		Timed
		What        PlanActionCode `json:"what" required:"true"`
		Institution string         `json:"institution" required:"true" ask:"institution"`
		Due         time.Time      `json:"due" required:"true" ask:"datetime"`
		Goal        string         `json:"goal,omitempty" ask:"goal" description:"The plan's goal that it serves."`
		Detail      person.Plain   `json:"detail,omitzero" ask:"textarea"`
	}
	// ReopenCase begins it again.
	ReopenCase struct {
		Timed
		Reason ReopenReason `json:"reason" required:"true" label:"coded_reason"`
	}
	// MarkInError takes an entry out of account.
	MarkInError struct {
		Timed
		Kind   ErrorTarget `json:"kind" required:"true"`
		Target string      `json:"target" required:"true" ask:"entry"`
		Reason ErrorReason `json:"reason" required:"true"`
	}
)

func (in *AddPerson) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	link, err := p.registerPerson(ctx, p.newID(), in.NewPerson)
	return casefile.AddPerson{PersonLink: link}, err
}

func (in *AddParticipant) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "institution", in.Institution)
	return casefile.AddParticipant{Institution: in.Institution, Reason: string(in.Reason)}, err
}

func (in *RemoveParticipant) command(context.Context, *preparation) (casefile.Command, error) {
	return casefile.RemoveParticipant{Institution: in.Institution}, nil
}

func (in *RecordIncident) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.RecordIncident{Incident: p.newID(), Types: texts(in.Types), On: in.On.UTC(), ChildrenPresent: in.ChildrenPresent, Narrative: p.text(ctx, person.FieldNarrative, in.Narrative)}, nil
}

func (in *RecordConsent) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	for _, id := range in.Recipients {
		if _, err := p.institutionFacts(ctx, "recipients", id); err != nil {
			return nil, err
		}
	}
	young, err := p.youngerThan16(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	return casefile.RecordConsent{
		Consent: p.newID(), Person: in.Person, Decision: string(in.Decision), How: string(in.How), Recipients: in.Recipients, Purposes: texts(in.Purposes),
		Classes: texts(in.Classes), Until: in.Until.UTC(), Giver: in.Giver, Under16: young,
	}, nil
}

func (in *AssessRisk) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.AssessRisk{Assessment: p.newID(), Factors: texts(in.Factors), Level: string(in.Level), Reason: p.text(ctx, person.FieldReason, in.Reason)}, nil
}

func (in *RequestOrder) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "court", in.Court)
	return casefile.RequestOrder{Order: p.newID(), Type: string(in.Type), Court: in.Court}, err
}

func (in *IssueUMPMM) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "executor", in.Executor)
	return casefile.IssueOrder{Order: p.newID(), Type: casefile.UMPMM, Executor: in.Executor, Conditions: texts(in.Conditions)}, err
}

func (in *IssueOrder) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "executor", in.Executor)
	return casefile.IssueOrder{Order: p.target, Executor: in.Executor, Conditions: texts(in.Conditions), ValidUntil: in.ValidUntil.UTC()}, err
}

func (in *ReportBreach) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ReportBreach{Order: p.target, Detail: p.text(ctx, person.FieldNote, in.Detail)}, nil
}

func (in *AcknowledgeBreachFor) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.AcknowledgeBreach{Breach: p.target, Institution: in.Institution}, nil
}

func (in *ExtendOrder) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ExtendOrder{Order: p.target, ValidUntil: in.ValidUntil.UTC()}, nil
}

func (in *ScheduleHearing) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "court", in.Court)
	return casefile.ScheduleHearing{Hearing: p.newID(), Order: in.Order, Court: in.Court, When: in.When.UTC()}, err
}

func (in *RecordHearing) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.RecordHearing{Hearing: p.target, Outcome: string(in.Outcome)}, nil
}

func (in *PlanVisit) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.PlanVisit{Visit: p.newID(), When: in.When.UTC()}, nil
}

func (in *RecordVisit) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	id := p.target
	if id == "" { // a visit that nobody had planned
		id = p.newID()
	}
	cmd := casefile.RecordVisit{Visit: id, Outcome: string(in.Outcome), Findings: p.text(ctx, person.FieldFindings, in.Findings)}
	if !in.NextWhen.IsZero() {
		cmd.Following, cmd.FollowingWhen = derive(p.key, "following").String(), in.NextWhen.UTC()
	}
	return cmd, nil
}

// policy: the health section is medicine's alone.
func (in *WriteNote) policy() []access.Action {
	if in.Section == "health" {
		return one(access.WriteHealthNote)
	}
	return one(access.WriteNote)
}

func (in *WriteNote) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.WriteNote{Note: p.newID(), Section: string(in.Section), Text: p.text(ctx, person.FieldNote, in.Text)}, nil
}

func (in *AssignAction) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "institution", in.Institution)
	return casefile.AssignAction{Action: p.newID(), What: string(in.What), Institution: in.Institution, Due: in.Due.UTC(), Goal: in.Goal, Detail: p.text(ctx, person.FieldNote, in.Detail)}, err
}

func (in *ReopenCase) command(context.Context, *preparation) (casefile.Command, error) {
	return casefile.ReopenCase{Reason: string(in.Reason)}, nil
}

func (in *MarkInError) command(context.Context, *preparation) (casefile.Command, error) {
	return casefile.MarkInError{Kind: string(in.Kind), Target: in.Target, Reason: string(in.Reason)}, nil
}
