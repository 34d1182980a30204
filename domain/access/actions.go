package access

// Action is something the policy judges: one a family of commands, one a view.
type Action string

// Actions on a case.
const (
	OpenCase         Action = "case.open"
	ListCase         Action = "case.view_list"     // its row: code, kind, stage, who has the ball. No personal field
	ViewCase         Action = "case.view"          // its state and timeline in coded values. No personal field
	ReplayCase       Action = "case.replay"        // its state at any earlier event
	OpenFields       Action = "person.open_fields" // Verdict.Fields says which
	AddPerson        Action = "person.add"
	ManageParts      Action = "participant.manage"
	RecordIncident   Action = "incident.record"
	RecordConsent    Action = "consent.record"
	AssessRisk       Action = "risk.assess"
	CreateReferral   Action = "referral.create"
	AnswerReferral   Action = "referral.answer"   // acknowledge, accept, decline, hold, schedule, start, complete, fail, report
	WithdrawReferral Action = "referral.withdraw" // send or drop a draft, cancel, settle what came back
	RecordAnswer     Action = "referral.record_answer"
	TakeMeasure      Action = "measure.take"
	RequestOrder     Action = "order.request"
	IssuePolice      Action = "order.issue_police"  // UMPMM
	DecideOrder      Action = "order.decide"        // UMM and UM: issue, refuse, uphold, revoke, extend
	RecordDecision   Action = "order.record_court"  // the same, recorded on the court's behalf
	ExecuteOrder     Action = "order.execute"       //
	ReportBreach     Action = "order.report_breach" //
	AckBreach        Action = "breach.acknowledge"  // that the own institution knows of it
	ExtendOrder      Action = "order.request_extension"
	ExpireOrder      Action = "order.expire"
	RecordHearing    Action = "hearing.record"
	RecordVisit      Action = "visit.record"
	WriteNote        Action = "note.write"
	WriteHealthNote  Action = "note.write_health"
	EditPlan         Action = "plan.edit"
	ReportPlanAction Action = "plan.report_action"
	CloseCase        Action = "case.close"
	ReopenCase       Action = "case.reopen"
	MarkInError      Action = "entry.mark_in_error"
	FileReturn       Action = "return.file" // before a meeting, by who was asked
	AskReturn        Action = "return.ask"
	LapseDeadline    Action = "deadline.lapse"
	AnswerDeadline   Action = "deadline.acknowledge" // say that silence was heard

	RestrictCase    Action = "case.restrict"    // seal it, name who may see it, keep accounts out of it
	DeclareConflict Action = "conflict.declare" // keep one's own account out of it
	BreakGlass      Action = "glass.break"      // emergency access: recorded, told at once, reviewed
	EndGlass        Action = "glass.end"        // give one's own back before its time
	ReviewGlass     Action = "glass.review"     // answer for somebody else's
	ViewLooks       Action = "case.view_looks"  // who looked at the case
	ExportCase      Action = "case.export"      // make a file of it that leaves the house
	KeepPerson      Action = "person.keep"      // what a person's data is kept for: holds, requests for erasure
	DecideErasure   Action = "erasure.decide"
	ReportPerson    Action = "person.report" // what is kept of a person, for herself
	MergePersons    Action = "person.merge"  // two records of one person, judged in a case of each; whoever lists both sees it
	UnmergePersons  Action = "person.unmerge"
	LinkCases       Action = "case.link" // with another of the household, judged in both; whoever lists both sees it
)

// Actions that are about no single case.
const (
	ViewBoard          Action = "board.view"    // each row is judged again, as ListCase
	ViewInbox          Action = "inbox.view"    // of the own institution
	ViewInboxes        Action = "inboxes.view"  // of every institution; each row is judged again, as ListCase
	ViewDeadlines      Action = "deadline.view" // each row is judged again, as ListCase
	ViewWorkload       Action = "workload.view" // who has how much to do: counts, no case
	ViewCourt          Action = "court.view"    // registers of orders and hearings; each row is judged again, as ListCase
	ConveneMeeting     Action = "meeting.convene"
	RecordMeeting      Action = "meeting.record"
	ViewMeeting        Action = "meeting.view"
	SignMeeting        Action = "meeting.sign"
	FollowMeeting      Action = "meeting.follow" // what its decisions and returns bring about in the cases
	RecordActivity     Action = "activity.record"
	ViewActivity       Action = "activity.view"
	SubmitApplication  Action = "application.submit"
	DecideApplication  Action = "application.decide"
	ViewApplication    Action = "application.view"
	ViewDirectory      Action = "directory.view"
	ManageDirectory    Action = "directory.manage"
	ReportCapacity     Action = "directory.report_capacity"
	ViewDuty           Action = "duty.view"   // who stands on duty where
	ManageDuty         Action = "duty.manage" // file it
	ManageAccounts     Action = "account.manage"
	OfferTokens        Action = "account.offer_tokens" // for partner systems
	ManageOwnAccount   Action = "account.manage_own"
	AgreeToRecovery    Action = "account.agree_recovery" // as the second of two
	ViewRules          Action = "rule.view"
	ManageRules        Action = "rule.manage" // load packs and calendars
	ViewIndicators     Action = "indicator.view"
	ViewBounces        Action = "bounce.view"
	ViewAudit          Action = "audit.view" // log, checkpoints, proofs
	ViewAccessLog      Action = "access.view"
	ViewSystemStatus   Action = "system.view"
	RebuildProjections Action = "system.rebuild"
	ViewPolicy         Action = "policy.view"
	ViewReviews        Action = "glass.view_reviews" // emergency access that nobody has reviewed yet
	RaiseFlags         Action = "flag.raise"         // say that something is odd, and that nobody answered
	AnswerFlags        Action = "flag.answer"        // what the sentinel found
	ViewErasures       Action = "erasure.view"
	SearchPersons      Action = "person.search" // by name, in the cases whose identities open
)

// CaseActions lists the actions that are about one case.
var CaseActions = []Action{
	OpenCase, ListCase, ViewCase, ReplayCase, OpenFields, AddPerson, ManageParts, RecordIncident, RecordConsent, AssessRisk,
	CreateReferral, AnswerReferral, WithdrawReferral, RecordAnswer, TakeMeasure, RequestOrder, IssuePolice, DecideOrder,
	RecordDecision, ExecuteOrder, ReportBreach, AckBreach, ExtendOrder, ExpireOrder, RecordHearing, RecordVisit, WriteNote,
	WriteHealthNote, EditPlan, ReportPlanAction, CloseCase, ReopenCase, MarkInError, FileReturn, AskReturn, LapseDeadline, AnswerDeadline,
	RestrictCase, DeclareConflict, BreakGlass, EndGlass, ReviewGlass, ViewLooks, ExportCase, KeepPerson, DecideErasure, ReportPerson, MergePersons, UnmergePersons, LinkCases,
}

// HouseActions lists the others.
var HouseActions = []Action{
	ViewBoard, ViewInbox, ViewInboxes, ViewDeadlines, ViewWorkload, ViewCourt, ConveneMeeting, RecordMeeting, ViewMeeting, SignMeeting, FollowMeeting, RecordActivity, ViewActivity,
	SubmitApplication, DecideApplication, ViewApplication, ViewDirectory, ManageDirectory, ReportCapacity, ViewDuty, ManageDuty, ManageAccounts,
	OfferTokens, ManageOwnAccount, AgreeToRecovery, ViewRules, ManageRules, ViewIndicators, ViewBounces, ViewAudit, ViewAccessLog, ViewSystemStatus, RebuildProjections,
	ViewPolicy, ViewReviews, RaiseFlags, AnswerFlags, ViewErasures, SearchPersons,
}
