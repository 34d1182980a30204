package casefile

// The codes with which a case says no. They are API: they never change their meaning, and every one has a translation.
const (
	CodeTaken       = "id.taken"       // the id already names something in this case
	CodeInvalidID   = "id.invalid"     // empty, too long, or with characters that an id does not have
	CodeUnknownCode = "value.unknown"  // a coded value outside its list
	CodeRequired    = "value.required" // a value that must be given
	CodeOutOfRange  = "value.out_of_range"

	CodeInFuture   = "time.in_future"     // says that something happened which has not yet
	CodeTooEarly   = "time.too_early"     // before the case, or before the thing it tells of
	CodeNotFuture  = "time.not_in_future" // a date to come that lies in the past
	CodeOutOfDates = "time.out_of_range"  // no sensible date

	CodeNoInstitution = "actor.no_institution"

	CodeCaseUnknown           = "case.unknown"
	CodeCaseExists            = "case.exists"
	CodeCaseClosed            = "case.closed"
	CodeCaseNotClosed         = "case.not_closed"
	CodeCaseSubject           = "case.subject" // the first person must be a survivor or a child; a child's case needs a minor
	CodeCaseHasReferrals      = "case.has_open_referrals"
	CodeCaseHasOrders         = "case.has_open_orders"
	CodeCaseHasHearings       = "case.has_planned_hearings"
	CodeCaseHasActions        = "case.has_planned_actions"
	CodeReturnNoPart          = "return.no_part"
	CodeReturnUnknown         = "return.unknown"
	CodeReturnNotYours        = "return.not_yours"
	CodeReturnLate            = "return.too_late"
	CodeCaseHasMeasures       = "case.has_measures"
	CodeCaseHasTransfer       = "case.has_transfer"  // a transfer is under way: it is ended first
	CodeCaseCriteria          = "case.criteria_open" // the field names the criterion that is neither met nor answered for
	CodeTransferFirst         = "transfer.first"     // a case is closed as transferred by the acceptance of a transfer
	CodeTransferUnknown       = "transfer.unknown"
	CodeTransferNotLead       = "transfer.not_lead"
	CodeTransferOpen          = "transfer.under_way"
	CodeTransferStatus        = "transfer.wrong_status"
	CodeTransferIncomplete    = "transfer.incomplete" // the file lacks what its judgement or its measures rest on
	CodeScreeningChild        = "screening.child_only"
	CodeScreeningBoth         = "screening.answered_twice"
	CodeOrderAppealed         = "order.appealed_already"
	CodeOrderNotAppealed      = "order.not_appealed"
	CodeAppealOutcome         = "order.appeal_outcome" // an appeal against an order ends otherwise than one against a no
	CodePersonLinked          = "person.already_linked"
	CodePersonUnknown         = "person.unknown"
	CodeParticipantLead       = "participant.is_lead"
	CodeNoInbox               = "institution.no_inbox" // it oversees others: nothing can be asked of it
	CodeParticipantOwes       = "participant.still_owes"
	CodeParticipantUnknown    = "participant.unknown"
	CodeConsentUnknown        = "consent.unknown"
	CodeConsentNotGiven       = "consent.not_given"
	CodeConsentGuardian       = "consent.guardian"
	CodeConsentSuspect        = "consent.suspect"
	CodeConsentStands         = "consent.stands"
	CodeSealOwes              = "seal.leaves_out" // whoever seals a case stays admitted, and so does whoever owes something in it
	CodeExcludedUnknown       = "exclusion.unknown"
	CodeExcludedIsAdmitted    = "exclusion.admitted"
	CodeGlassUnknown          = "glass.unknown"
	CodeGlassMinutes          = "glass.minutes"
	CodeGlassOwn              = "glass.own_review"
	CodeRiskReason            = "risk.reason_required"
	CodeReferralUnknown       = "referral.unknown"
	CodeReferralNoConsent     = "referral.no_consent"
	CodeReferralToSelf        = "referral.to_self"
	CodeReferralDuplicate     = "referral.duplicate"
	CodeReferralRounds        = "referral.too_many_rounds"
	CodeReferralNotReturned   = "referral.previous_not_returned"
	CodeReferralWasSettled    = "referral.previous_settled"
	CodeReferralNotSender     = "referral.not_sender"
	CodeReferralNotReceiver   = "referral.not_receiver"
	CodeReferralNotLead       = "referral.not_lead"
	CodeReferralNotParty      = "referral.not_party"
	CodeReferralWrongStatus   = "referral.wrong_status"
	CodeReferralNotYet        = "referral.appointment_not_yet"
	CodeReferralMade          = "referral.made_already"
	CodeReferralSameAgain     = "referral.same_again"
	CodeReferralNoPlaces      = "referral.no_places"
	CodeMeasureUnknown        = "measure.unknown"
	CodeMeasureChild          = "measure.child_only"
	CodeMeasureRuns           = "measure.in_effect"
	CodeMeasureStatus         = "measure.wrong_status"
	CodeMeasureNotProtective  = "measure.not_protective"
	CodeMeasureNoCourt        = "measure.needs_no_court"
	CodeMeasureNoParents      = "measure.needs_no_parents"
	CodeMeasureNotLead        = "measure.not_lead"
	CodeOrderUnknown          = "order.unknown"
	CodeOrderWrongStatus      = "order.wrong_status"
	CodeOrderWrongType        = "order.wrong_type"
	CodeOrderWrongConditions  = "order.wrong_conditions"
	CodeOrderTooLong          = "order.too_long"
	CodeOrderNotAsked         = "order.extension_not_asked"
	CodeOrderExtensionRefused = "order.extension_refused"
	CodeOrderEnded            = "order.ended"
	CodeBreachUnknown         = "breach.unknown"
	CodeBreachNotYours        = "breach.not_yours"
	CodeBreachNotTold         = "breach.not_told"
	CodeHearingUnknown        = "hearing.unknown"
	CodeHearingWrongStatus    = "hearing.wrong_status"
	CodeHearingTooEarly       = "hearing.too_early"
	CodeVisitUnknown          = "visit.unknown"
	CodeVisitWrongStatus      = "visit.wrong_status"
	CodePlanUnknown           = "plan.unknown"
	CodePlanNotApproved       = "plan.not_approved"
	CodeGoalUnknown           = "goal.unknown"
	CodeGoalEnded             = "goal.ended"
	CodeSafetyUnknown         = "safety_plan.unknown"
	CodeActionUnknown         = "action.unknown"
	CodeActionWrongStatus     = "action.wrong_status"
	CodeActionNotAssignee     = "action.not_assignee"
	CodeActionNotLead         = "action.not_lead"
	CodeEntryUnknown          = "entry.unknown"
	CodeFileClass             = "file.class"
	CodeFileSize              = "file.size"
	CodeFileHash              = "file.hash"
	CodeEntryNotYours         = "entry.not_yours"
	CodeClockUnknown          = "clock.unknown"
	CodeClockNotDue           = "clock.not_due"
	CodeClockNotYours         = "clock.not_yours"
	CodeClockEnded            = "clock.ended"
	CodeClockAnswered         = "clock.answered"
	CodeClockHold             = "clock.hold"
)

// Refusals lists every code, so that the translations can be checked for being complete.
var Refusals = []string{
	CodeTaken, CodeInvalidID, CodeUnknownCode, CodeRequired, CodeOutOfRange,
	CodeInFuture, CodeTooEarly, CodeNotFuture, CodeOutOfDates, CodeNoInstitution,
	CodeCaseUnknown, CodeCaseExists, CodeCaseClosed, CodeCaseNotClosed, CodeCaseSubject,
	CodeCaseHasReferrals, CodeCaseHasOrders, CodeCaseHasHearings, CodeCaseHasActions, CodeCaseHasMeasures, CodeCaseHasTransfer, CodeCaseCriteria, CodeReturnNoPart, CodeReturnUnknown, CodeReturnNotYours, CodeReturnLate,
	CodePersonLinked, CodePersonUnknown, CodeParticipantLead, CodeNoInbox, CodeParticipantOwes, CodeParticipantUnknown,
	CodeConsentUnknown, CodeConsentNotGiven, CodeConsentGuardian, CodeConsentSuspect, CodeConsentStands, CodeRiskReason,
	CodeSealOwes, CodeExcludedUnknown, CodeExcludedIsAdmitted, CodeGlassUnknown, CodeGlassMinutes, CodeGlassOwn,
	CodeReferralUnknown, CodeReferralNoConsent, CodeReferralToSelf, CodeReferralDuplicate, CodeReferralRounds,
	CodeReferralNotReturned, CodeReferralWasSettled, CodeReferralNotSender, CodeReferralNotReceiver, CodeReferralNotParty, CodeReferralNotLead,
	CodeReferralWrongStatus, CodeReferralNotYet, CodeReferralMade, CodeReferralSameAgain, CodeReferralNoPlaces, CodeMeasureUnknown, CodeMeasureChild, CodeMeasureRuns, CodeMeasureStatus,
	CodeMeasureNotProtective, CodeMeasureNoCourt, CodeMeasureNoParents, CodeMeasureNotLead,
	CodeOrderUnknown, CodeOrderWrongStatus, CodeOrderWrongType, CodeOrderWrongConditions, CodeOrderTooLong, CodeOrderEnded, CodeOrderNotAsked, CodeOrderExtensionRefused,
	CodeBreachUnknown, CodeBreachNotYours, CodeBreachNotTold,
	CodeHearingUnknown, CodeHearingWrongStatus, CodeHearingTooEarly, CodeVisitUnknown, CodeVisitWrongStatus,
	CodePlanUnknown, CodePlanNotApproved, CodeGoalUnknown, CodeGoalEnded, CodeSafetyUnknown, CodeActionUnknown, CodeActionWrongStatus, CodeActionNotAssignee, CodeActionNotLead,
	CodeTransferFirst, CodeTransferUnknown, CodeTransferNotLead, CodeTransferOpen, CodeTransferStatus, CodeTransferIncomplete, CodeScreeningChild, CodeScreeningBoth,
	CodeOrderAppealed, CodeOrderNotAppealed, CodeAppealOutcome,
	CodeFileClass, CodeFileSize, CodeFileHash,
	CodeEntryUnknown, CodeEntryNotYours, CodeClockUnknown, CodeClockNotDue, CodeClockNotYours, CodeClockEnded, CodeClockAnswered, CodeClockHold,
}
