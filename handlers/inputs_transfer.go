package handlers

import (
	"context"
	"slices"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
)

// Coded inputs of screenings, transfers, appeals and the checklist of a closing.
type (
	ScreeningSign     string
	Municipality      string
	TransferStructure string
	TransferReason    string
	TransferPart      string
	TransferDecline   string
	AppealParty       string
	AppealOutcome     string
	CriterionReason   string
)

// Enum lists the values of a coded input.
func (ScreeningSign) Enum() []any     { return values(casefile.ScreeningSigns) }
func (Municipality) Enum() []any      { return values(casefile.Municipalities) }
func (TransferStructure) Enum() []any { return values(casefile.TransferStructures) }
func (TransferReason) Enum() []any    { return values(casefile.TransferReasons) }
func (TransferPart) Enum() []any      { return values(casefile.TransferParts) }
func (TransferDecline) Enum() []any   { return values(casefile.TransferDeclineReasons) }
func (AppealParty) Enum() []any       { return values(casefile.AppealParties) }
func (AppealOutcome) Enum() []any     { return values(casefile.AppealOutcomes) }
func (CriterionReason) Enum() []any   { return values(casefile.CriterionReasons) }

// Bodies about a child's screening, a transfer to another municipality, an appeal, and the end of the work.
type (
	// ScreenChild is the first look at a child who was reported.
	ScreenChild struct {
		Timed
		Signs   []ScreeningSign `json:"signs,omitempty" label:"screening_signs" description:"Questions answered with yes."`
		Unknown []ScreeningSign `json:"unknown,omitempty" label:"screening_unknown" fold:"yes" description:"Questions that nobody could answer."`
		Level   Level           `json:"level" required:"true" label:"screening_level" description:"The person's judgement."`
		Reason  person.Plain    `json:"reason,omitzero" ask:"textarea" label:"screening_reason" description:"Required when the level differs from the tool's. Sealed."`
	}
	// ProposeTransfer names the structure of another municipality that is to take the case on.
	ProposeTransfer struct {
		Timed
		Municipality Municipality      `json:"municipality" required:"true"`
		Structure    TransferStructure `json:"structure" required:"true" label:"transfer_structure"`
		Reason       TransferReason    `json:"reason" required:"true" label:"transfer_reason"`
		Contact      person.Plain      `json:"contact,omitzero" ask:"textarea" label:"transfer_contact" description:"Whom it is for there. Sealed."`
	}
	// HandOverTransfer sends the file.
	HandOverTransfer struct {
		Timed
		Parts []TransferPart `json:"parts" required:"true" label:"transfer_parts" description:"What is sent of the file."`
		Means Means          `json:"means" required:"true" label:"transfer_means"`
		Basis LegalBasis     `json:"basis" required:"true" label:"transfer_basis" description:"The ground in law on which it is sent."`
	}
	// DeclineTransfer is the no of the other side.
	DeclineTransfer struct {
		Timed
		Reason TransferDecline `json:"reason" required:"true" label:"transfer_decline"`
	}
	// AppealOrder tells of an appeal against an order.
	AppealOrder struct {
		Timed
		Party AppealParty `json:"party" required:"true" label:"appeal_party"`
		Court string      `json:"court,omitempty" ask:"institution" description:"The court that decides on it; none named is the court of the order."`
	}
	// DecideAppeal is what the court of appeal said.
	DecideAppeal struct {
		Timed
		Outcome AppealOutcome `json:"outcome" required:"true" label:"appeal_outcome"`
	}
	// CloseCase ends the work. Of a child's case each criterion is met, or the closing says why it is closed all the same.
	CloseCase struct {
		Timed
		Reason      CloseReason     `json:"reason" required:"true" label:"coded_reason"`
		GoalsMet    CriterionReason `json:"goals_met,omitempty" label:"unless_goals_met" description:"Child protection: why it is closed though the plan's goals are not over."`
		RiskRemoved CriterionReason `json:"risk_removed,omitempty" label:"unless_risk_removed" description:"Child protection: why it is closed though the risk is not low."`
		WatchedSafe CriterionReason `json:"watched_safe,omitempty" label:"unless_watched_safe" description:"Child protection: why it is closed though nobody has seen the child out of danger since."`
		TeamHeard   CriterionReason `json:"team_heard,omitempty" label:"unless_team_heard" description:"Child protection: why it is closed though the technical group has not spoken of it."`
		Note        person.Plain    `json:"note,omitzero" ask:"textarea"`
	}
)

func (in *ScreenChild) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ScreenChild{Screening: p.newID(), Signs: texts(in.Signs), Unknown: texts(in.Unknown), Level: string(in.Level), Reason: p.text(ctx, person.FieldReason, in.Reason)}, nil
}

func (in *ProposeTransfer) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ProposeTransfer{Transfer: p.newID(), Municipality: string(in.Municipality), Structure: string(in.Structure), Reason: string(in.Reason), Contact: p.text(ctx, person.FieldContact, in.Contact)}, nil
}

func (in *HandOverTransfer) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.HandOverTransfer{Transfer: p.target, Parts: texts(in.Parts), Means: string(in.Means), Basis: string(in.Basis)}, nil
}

func (in *DeclineTransfer) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.DeclineTransfer{Transfer: p.target, Reason: string(in.Reason)}, nil
}

func (in *AppealOrder) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	if in.Court != "" {
		if _, err := p.dutyFacts(ctx, "court", in.Court); err != nil {
			return nil, err
		}
	}
	return casefile.AppealOrder{Order: p.target, Party: string(in.Party), Court: in.Court}, nil
}

func (in *DecideAppeal) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.DecideAppeal{Order: p.target, Outcome: string(in.Outcome)}, nil
}

func (in *CloseCase) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	excused := map[string]string{
		casefile.GoalsMet: string(in.GoalsMet), casefile.RiskRemoved: string(in.RiskRemoved), casefile.WatchedSafe: string(in.WatchedSafe), casefile.TeamHeard: string(in.TeamHeard),
	}
	return casefile.CloseCase{Reason: string(in.Reason), Excused: excused, Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

// closable are the reasons that a person may close a case for: as transferred it is closed by the acceptance of a transfer.
var closable = slices.DeleteFunc(slices.Clone(casefile.CloseReasons), func(r string) bool { return r == casefile.ClosedTransferred })

// transferActions are what can be done to a child's first look, and to a transfer.
var transferActions = []CaseAction{
	{"child.screen", "screenings", "", one(access.AssessRisk), func() Input { return &ScreenChild{} }, func(probe) casefile.Command {
		return casefile.ScreenChild{Screening: elsewhere, Level: casefile.Low}
	}},
	{"transfer.propose", "transfers", "", one(access.CloseCase), func() Input { return &ProposeTransfer{} }, func(probe) casefile.Command {
		return casefile.ProposeTransfer{Transfer: elsewhere, Municipality: casefile.Municipalities[0], Structure: casefile.TransferStructures[0], Reason: casefile.TransferReasons[0]}
	}},
	{"transfer.hand_over", "transfers/{id}/hand-over", casefile.TargetTransfer, one(access.CloseCase), func() Input { return &HandOverTransfer{} }, func(p probe) casefile.Command {
		return casefile.HandOverTransfer{Transfer: p.target, Parts: casefile.TransferParts, Means: casefile.Means[0], Basis: casefile.LegalBases[0]}
	}},
	simple("transfer.accept", "transfers/{id}/accept", casefile.TargetTransfer, one(access.CloseCase), func(id string) casefile.Command { return casefile.AcceptTransfer{Transfer: id} }),
	{"transfer.decline", "transfers/{id}/decline", casefile.TargetTransfer, one(access.CloseCase), func() Input { return &DeclineTransfer{} }, func(p probe) casefile.Command {
		return casefile.DeclineTransfer{Transfer: p.target, Reason: casefile.TransferDeclineReasons[0]}
	}},
	simple("transfer.withdraw", "transfers/{id}/withdraw", casefile.TargetTransfer, one(access.CloseCase), func(id string) casefile.Command { return casefile.WithdrawTransfer{Transfer: id} }),
	simple("transfer.confirm", "transfers/{id}/confirm", casefile.TargetTransfer, []access.Action{access.CloseCase, access.ReopenCase}, func(id string) casefile.Command { return casefile.ConfirmTransfer{Transfer: id} }),
}
