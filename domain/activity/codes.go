package activity

// Kinds lists what is counted apart in the Area Social Plan and in the figures of 2014.
var Kinds = []string{
	"awareness_dv",       // awareness of domestic and gender-based violence
	"awareness_children", // children's rights, preventing ill-treatment
	"school_information", // information meeting with a school
	"family_day",         // Family Day, 15 May
	"sixteen_days",       // 16 days of activism, 25 November to 10 December
	"march_8",
	"june_1",
	"november_20", // international day of children's rights
	"consultative_table",
	"project",
}

// Reasons for which a plan is dropped, and for which an entry is marked as entered in error.
var (
	CancelReasons = []string{"no_funds", "no_participants", "weather", "merged", "other"}
	ErrorReasons  = []string{"duplicate", "wrong_facts", "did_not_happen", "test_entry"}
)

// Codes of refusals. They are API.
const (
	CodeNotFound     = "activity.not_found"
	CodeExists       = "activity.already_exists"
	CodeHeld         = "activity.already_held"
	CodeCancelled    = "activity.cancelled"
	CodeInError      = "activity.entered_in_error"
	CodeMissing      = "activity.missing"
	CodeUnknownCode  = "activity.unknown_code"
	CodeTooLong      = "activity.too_long"
	CodeDay          = "activity.day"
	CodeFuture       = "activity.in_the_future"
	CodeCount        = "activity.count"
	CodeMoreThanCame = "activity.more_than_participants"
)

// Codes lists them all.
var Codes = []string{
	CodeNotFound, CodeExists, CodeHeld, CodeCancelled, CodeInError, CodeMissing, CodeUnknownCode, CodeTooLong, CodeDay,
	CodeFuture, CodeCount, CodeMoreThanCame,
}
