package handlers

import (
	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/household"
)

// Coded inputs. Each type knows its values: the API's schema, the forms of the pages and the tests all ask it.
type (
	Kind              string
	Channel           string
	Violence          string
	PersonRole        string
	Relation          string
	Sex               string
	Level             string
	Factor            string
	Urgency           string
	ServiceCode       string
	DeclineReason     string
	FailReason        string
	CancelReason      string
	HoldKind          string
	Outcome           string
	OutcomeReason     string
	Means             string
	SettleWay         string
	LegalBasis        string
	ConsentHow        string
	ConsentDecision   string
	Purpose           string
	MeasureKind       string
	OrderType         string
	OrderCondition    string
	HearingOutcome    string
	VisitOutcome      string
	NoteSection       string
	PlanActionCode    string
	CloseReason       string
	ReopenReason      string
	ErrorReason       string
	ErrorTarget       string
	ParticipantReason string
	AckAnswer         string
	DataClass         string
	SealReason        string
	ConflictReason    string
	GlassReason       string
	GlassVerdict      string
	DutyRung          string
	Weekday           string
	LinkReason        string
	UnlinkReason      string
)

// Enum lists the values of a coded input.
func (Kind) Enum() []any {
	return values([]string{casefile.DomesticViolence, casefile.ChildProtection})
}
func (Channel) Enum() []any           { return values(casefile.Channels) }
func (LinkReason) Enum() []any        { return values(household.LinkReasons) }
func (UnlinkReason) Enum() []any      { return values(household.UnlinkReasons) }
func (DutyRung) Enum() []any          { return values(directory.DutyRungs) }
func (Weekday) Enum() []any           { return values(directory.Weekdays) }
func (Violence) Enum() []any          { return values(casefile.ViolenceTypes) }
func (PersonRole) Enum() []any        { return values(casefile.PersonRoles) }
func (Relation) Enum() []any          { return values(casefile.Relations) }
func (Sex) Enum() []any               { return values(casefile.Sexes) }
func (Level) Enum() []any             { return values(casefile.Levels) }
func (Factor) Enum() []any            { return values(casefile.RiskFactors) }
func (Urgency) Enum() []any           { return values(casefile.Urgencies) }
func (ServiceCode) Enum() []any       { return values(casefile.Services) }
func (DeclineReason) Enum() []any     { return values(casefile.DeclineReasons) }
func (FailReason) Enum() []any        { return values(casefile.FailReasons) }
func (CancelReason) Enum() []any      { return values(casefile.CancelReasons) }
func (HoldKind) Enum() []any          { return values(casefile.HoldKinds) }
func (Outcome) Enum() []any           { return values(casefile.Outcomes) }
func (OutcomeReason) Enum() []any     { return values(casefile.OutcomeReasons) }
func (Means) Enum() []any             { return values(casefile.Means) }
func (SettleWay) Enum() []any         { return values(casefile.SettleWays) }
func (LegalBasis) Enum() []any        { return values(casefile.LegalBases) }
func (AckAnswer) Enum() []any         { return values(casefile.AckAnswers) }
func (ConsentHow) Enum() []any        { return values(casefile.ConsentHow) }
func (ConsentDecision) Enum() []any   { return values(casefile.ConsentDecisions) }
func (Purpose) Enum() []any           { return values(casefile.Purposes) }
func (MeasureKind) Enum() []any       { return values(casefile.MeasureKinds) }
func (OrderType) Enum() []any         { return values(casefile.OrderTypes) }
func (OrderCondition) Enum() []any    { return values(casefile.OrderConditions) }
func (HearingOutcome) Enum() []any    { return values(casefile.HearingOutcomes) }
func (VisitOutcome) Enum() []any      { return values(casefile.VisitOutcomes) }
func (NoteSection) Enum() []any       { return values(casefile.NoteSections) }
func (PlanActionCode) Enum() []any    { return values(casefile.PlanActions) }
func (CloseReason) Enum() []any       { return values(closable) }
func (ReopenReason) Enum() []any      { return values(casefile.ReopenReasons) }
func (ErrorReason) Enum() []any       { return values(casefile.ErrorReasons) }
func (ParticipantReason) Enum() []any { return values(casefile.ParticipantReasons) }

func (DataClass) Enum() []any      { return values(access.DataClasses) }
func (SealReason) Enum() []any     { return values(casefile.SealReasons) }
func (ConflictReason) Enum() []any { return values(casefile.ConflictReasons) }
func (GlassReason) Enum() []any    { return values(casefile.GlassReasons) }
func (GlassVerdict) Enum() []any   { return values(casefile.GlassVerdicts) }

// Enum lists what may be marked as entered in error.
func (ErrorTarget) Enum() []any {
	return values([]string{casefile.TargetReferral, casefile.TargetNote, casefile.TargetRisk, casefile.TargetOrder, casefile.TargetHearing, casefile.TargetVisit, casefile.TargetMeasure, casefile.TargetIncident, casefile.TargetFile, casefile.TargetScreening})
}

func values(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func texts[T ~string](list []T) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
