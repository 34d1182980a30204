package application

// Kinds of application.
const (
	FosterAid       = "foster_aid"
	Guardianship    = "guardianship"
	NeedsAssessment = "needs_assessment"
)

// Kinds lists them.
var Kinds = []string{FosterAid, Guardianship, NeedsAssessment}

// Outcomes of a decision.
const (
	Granted = "granted"
	Refused = "refused"
)

// Outcomes lists them.
var Outcomes = []string{Granted, Refused}

// Reasons, each for what its name says.
var (
	RefuseReasons = []string{"not_eligible", "missing_documents", "no_place", "other_aid", "withdrawn", "other"}
	EndReasons    = []string{"of_age", "returned_to_family", "adopted", "moved_away", "no_longer_needed", "died", "other"}
	ErrorReasons  = []string{"duplicate", "wrong_person", "wrong_facts", "did_not_happen", "test_entry"}
)

// Codes of refusals. They are API.
const (
	CodeNotSubmitted = "application.not_submitted"
	CodeExists       = "application.already_submitted"
	CodeDecided      = "application.already_decided"
	CodeNotGranted   = "application.not_granted"
	CodeEnded        = "application.ended"
	CodeInError      = "application.entered_in_error"
	CodeMissing      = "application.missing"
	CodeUnknownCode  = "application.unknown_code"
	CodeNoAid        = "application.kind_has_no_aid"
	CodePeriod       = "application.period"
	CodeFuture       = "application.period_in_the_future"
	CodePaid         = "application.period_already_paid"
	CodeAmount       = "application.amount"
)

// Codes lists them all.
var Codes = []string{
	CodeNotSubmitted, CodeExists, CodeDecided, CodeNotGranted, CodeEnded, CodeInError, CodeMissing, CodeUnknownCode,
	CodeNoAid, CodePeriod, CodeFuture, CodePaid, CodeAmount,
}
