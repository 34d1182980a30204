package meeting

// Kinds of meeting.
const (
	ETN = "etn"
	GTN = "gtn"
)

// Kinds lists them.
var Kinds = []string{ETN, GTN}

// Places where a meeting may be; a code, so that no address is ever in it.
var Places = []string{"municipality", "police", "court", "hospital", "ngo", "school", "online", "other"}

// AgendaReasons are why a case is on the agenda.
var AgendaReasons = []string{
	"new_case", "high_risk", "repeat_incident", "order_breached", "order_expiring", "referral_declined", "overdue", "plan_review",
	"closing", "requested",
}

// Ways of attending.
const (
	Present = "present"
	Excused = "excused"
	Absent  = "absent"
)

// Attendances lists them.
var Attendances = []string{Present, Excused, Absent}

// Actions that a meeting may decide on. They are the actions of a case's plan, so that a decision becomes one.
var Actions = []string{
	"shelter", "counselling", "legal_aid", "medical_follow_up", "home_visit", "school_follow_up", "economic_aid",
	"housing", "employment", "court_petition", "safety_plan", "perpetrator_programme", "foster_placement",
	"supervision", "other",
}

// CancelReasons are why a meeting does not take place; PostponeReasons why it takes place later.
var (
	CancelReasons   = []string{"no_cases", "merged", "no_quorum", "scheduled_by_mistake", "other"}
	PostponeReasons = []string{"no_quorum", "convener_absent", "urgent_case", "holiday", "other"}
)

// WithdrawReasons are why a decision is taken back; one that another took the place of was changed.
var WithdrawReasons = []string{"changed", "done_otherwise", "by_mistake", "not_feasible"}

// Steps of a decision's way into the case's plan.
const (
	Assigned = "assigned"
	Dropped  = "dropped"
)

// Codes of refusals. They are API.
const (
	CodeNotScheduled     = "meeting.not_scheduled"
	CodeAlreadyScheduled = "meeting.already_scheduled"
	CodeAlreadyHeld      = "meeting.already_held"
	CodeCancelled        = "meeting.cancelled"
	CodeNotHeld          = "meeting.not_held"
	CodeNotSigner        = "meeting.not_signer"
	CodeDecisionUnknown  = "meeting.decision_unknown"
	CodeDecisionGone     = "meeting.decision_withdrawn"
	CodeMissing          = "meeting.missing"
	CodeUnknownCode      = "meeting.unknown_code"
	CodeNotInvited       = "meeting.not_invited"
	CodeNotOnAgenda      = "meeting.not_on_agenda"
	CodeDecided          = "meeting.case_has_decisions"
	CodeDecisionExists   = "meeting.decision_exists"
	CodeDue              = "meeting.due_in_the_past"
	CodeNobodyPresent    = "meeting.nobody_present"
	CodeTooEarly         = "meeting.too_early"
)

// Codes lists them all.
var Codes = []string{
	CodeNotScheduled, CodeAlreadyScheduled, CodeAlreadyHeld, CodeCancelled, CodeNotHeld, CodeNotSigner, CodeDecisionUnknown, CodeDecisionGone, CodeMissing,
	CodeUnknownCode, CodeNotInvited, CodeNotOnAgenda, CodeDecided, CodeDecisionExists, CodeDue, CodeNobodyPresent,
	CodeTooEarly,
}
