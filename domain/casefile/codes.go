package casefile

// The coded values of a case. They are stored and sent; people see their translations.

// Kinds of case.
const (
	DomesticViolence = "domestic_violence"
	ChildProtection  = "child_protection"
)

// Channels by which a case reaches the mechanism.
var Channels = []string{"hotline_400075", "walk_in", "police_129", "medical_emergency", "school", "ngo", "other_municipality", "child_line_116", "court", "outreach"}

// ViolenceTypes are the harms of law 9669 art. 3(1) and the child-protection categories in use beside them.
var ViolenceTypes = []string{"physical", "psychological", "sexual", "economic", "social", "moral", "neglect", "abandonment", "exploitation", "trafficking", "street_situation"}

// Roles of persons in a case.
const (
	Survivor    = "survivor"
	Child       = "child"
	Perpetrator = "alleged_perpetrator"
)

// PersonRoles lists the roles a person may have in a case.
var PersonRoles = []string{Survivor, Child, Perpetrator, "parent", "guardian", "family_member", "witness", "reporter"}

// Relations of a person to the case's subject (law 9669 art. 3(3)).
var Relations = []string{"self", "spouse", "former_spouse", "cohabitant", "former_cohabitant", "intimate_partner", "parent", "child", "sibling", "grandparent", "in_law", "other_relative", "guardian", "teacher", "neighbour", "other", "unknown"}

// Sexes as recorded; "unknown" when not asked.
var Sexes = []string{"female", "male", "other", "unknown"}

// Risk levels. The level is always a human decision.
const (
	High   = "high"
	Medium = "medium"
	Low    = "low"
)

// Levels lists the risk levels from the gravest down.
var Levels = []string{High, Medium, Low}

// RiskFactors are what the assessment asks for. This is not the official police form (instruction 912), whose
// text was not to be had.
var RiskFactors = []string{"threats_to_kill", "weapons", "strangulation", "escalation", "separation", "control_jealousy", "stalking", "order_breached", "alcohol_drugs", "suicide_threats", "pregnancy", "violence_to_children", "economic_stress", "victims_fear"}

// GraveFactors alone put the tool's level at high.
var GraveFactors = []string{"threats_to_kill", "weapons", "strangulation", "order_breached"}

// Urgencies of a referral.
const (
	Immediate = "immediate"
	Urgent    = "urgent"
	Routine   = "routine"
)

// Urgencies lists them from the quickest.
var Urgencies = []string{Immediate, Urgent, Routine}

// Services that a referral may ask for; the directory uses the same codes.
var Services = []string{"shelter", "psychosocial", "legal_aid", "health", "forensic_exam", "police_protection", "court_petition", "order_execution", "education_support", "employment", "economic_aid", "housing", "child_care", "residential_care", "child_assessment", "perpetrator_programme", "case_management"}

// DeclineReasons are why an institution says no.
var DeclineReasons = []string{"no_capacity", "not_eligible", "out_of_area", "wrong_service", "already_served", "conflict_of_interest", "missing_information", "other"}

// FailReasons are why an accepted referral could not be carried out.
var FailReasons = []string{"service_unavailable", "could_not_contact", "moved_away", "survivor_stopped", "other"}

// CancelReasons are why the sender takes a referral back.
var CancelReasons = []string{"no_longer_needed", "rerouted", "survivor_request", "duplicate", "case_closed", "consent_withdrawn", "consent_expired", "other"}

// HoldKinds say what an accepted referral waits for.
var HoldKinds = []string{Waitlisted, "on_hold"}

// Waitlisted waits for room.
const Waitlisted = "waitlisted"

// Outcomes of a completed referral.
var Outcomes = []string{Helped, "partly_helped", "not_helped"}

// Helped is the outcome that needs no reason.
const Helped = "helped"

// OutcomeReasons are why a completed referral did not help, or only in part.
var OutcomeReasons = []string{"needs_more_time", "another_service_needed", "survivor_stopped", "could_not_contact", "means_lacking", "danger_remains", "other"}

// Means by which a referral was made outside mkr and is written down here afterwards.
var Means = []string{"phone", "paper", "in_person"}

// Rerouted is the way of a referral whose need went on to another institution.
const Rerouted = "rerouted"

// SettleWays are how the sender answers a referral that came back.
var SettleWays = []string{Rerouted, "accepted", "other_help_found"}

// LegalBases allow a disclosure without consent; each is a ground that an auditor can look up.
var LegalBases = []string{
	"law_9669_art_8",            // the institutions of the mechanism act together on a notification
	"kpp_281",                   // duty of officials to report a crime (Criminal Procedure Code)
	"kpp_282",                   // duty of medical staff to report within 48 hours
	"law_18_2017_best_interest", // the child's best interest
	"vital_interest",            // life or limb in danger
	"court_order",
}

// ConsentHow says how consent was given; writing is what law 9669 art. 8(7) asks for.
var ConsentHow = []string{"written", "verbal_recorded", "by_guardian"}

// ConsentDecisions are what a person may answer.
var ConsentDecisions = []string{"given", "refused"}

// Purposes for which data may be shared.
var Purposes = []string{"safety", "shelter", "health", "legal", "psychosocial", "social_support", "education", "statistics"}

// MeasureKinds are the safety measures and the help given on the spot.
var MeasureKinds = []string{"transport", "police_escort", "medical_exam", "safe_place", "counselling", "orientation", "legal_information", "accompaniment", "emergency_aid", "weapons_removed", CrimeReported, "emergency_placement", "specialised_supervision", "alternative_care"}

// Order types: UMPMM is the police's, UMM and UM the court's.
const (
	UMPMM = "UMPMM"
	UMM   = "UMM"
	UM    = "UM"
)

// OrderTypes lists them in the order in which they follow each other.
var OrderTypes = []string{UMPMM, UMM, UM}

// OrderConditions are the measures of law 9669 art. 10(1), letters a to m.
var OrderConditions = []string{"a", "b", "c", "ç", "d", "dh", "e", "ë", "f", "g", "gj", "h", "i", "j", "k", "l", "ll", "m"}

// HearingOutcomes are what a hearing ended with.
var HearingOutcomes = []string{"order_issued", "order_refused", "order_confirmed", "order_not_confirmed", "extended", "postponed", "withdrawn", "other"}

// VisitOutcomes are what a home visit ended with.
var VisitOutcomes = []string{"met", "not_at_home", "refused_entry"}

// NoteSections part notes by who may read them.
var NoteSections = []string{"general", "health", "legal", "child"}

// PlanKinds: intervention for domestic violence, protection (PIM) for children.
const (
	InterventionPlan = "intervention_plan"
	ProtectionPlan   = "protection_plan"
)

// PlanActions are what a plan may ask an institution to do.
var PlanActions = []string{"shelter", "counselling", "legal_aid", "medical_follow_up", "home_visit", "school_follow_up", "economic_aid", "housing", "employment", "court_petition", "safety_plan", "perpetrator_programme", "foster_placement", "supervision", "other"}

// CloseReasons end a case.
var CloseReasons = []string{"goals_met", "risk_removed", "moved_away", "transferred", "survivor_request", "child_of_age", "not_in_need", "duplicate", "died"}

// ReopenReasons open it again.
var ReopenReasons = []string{"new_incident", "order_breached", "new_information", "closed_by_mistake"}

// ErrorReasons are why an entry is marked as entered in error.
var ErrorReasons = []string{"wrong_case", "wrong_person", "wrong_data", "duplicate"}

// ParticipantReasons are why an institution takes part in a case.
var ParticipantReasons = []string{"opened_it", "lead", "referral", "technical_team", "court_proceedings", "coordinator_decision"}

// SealReasons are why a case is sealed.
var SealReasons = []string{"life_in_danger", "public_person", "staff_involved", "trafficking", "court_order"}

// ConflictReasons are why an account is kept out of a case.
var ConflictReasons = []string{"relative_of_accused", "relative_of_survivor", "friend_of_family", "own_case", "personal_interest", "misuse_suspected"}

// GlassReasons are the emergencies in which somebody looks who has no part in a case.
var GlassReasons = []string{"immediate_danger", "person_on_site", "medical_emergency", "child_at_risk", "shelter_tonight"}

// GlassMinutes are how long an emergency access may run.
var GlassMinutes = []int{15, 30, 60}

// GlassVerdicts are what a review of an emergency access ends with.
var GlassVerdicts = []string{"justified", "justified_too_wide", "not_justified", "misuse_reported"}

// Target kinds of deadlines and corrections.
const (
	TargetCase     = "case"
	TargetReferral = "referral"
	TargetOrder    = "order"
	TargetOrderEnd = "order_end" // of warnings before an order's end; the target is the order
	TargetBreach   = "breach"
	TargetHearing  = "hearing"
	TargetVisit    = "visit"
	TargetAction   = "plan_action"
	TargetNote     = "note"
	TargetFile     = "file"
	TargetRisk     = "risk_assessment"
	TargetMeasure  = "measure"
	TargetIncident = "incident"
	TargetDeadline = "deadline"
	TargetGlass    = "glass"
)
