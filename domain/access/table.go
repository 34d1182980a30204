package access

import (
	"fmt"
	"slices"
	"strings"
)

// Grant is one row of the policy: these roles may do these actions in this situation. All conditions must hold.
type Grant struct {
	Basis     string // code of the reason, stored with what was done
	Part      string // tells apart the rows of one basis
	Why       string // the reason, for whoever reads the table
	Roles     []string
	Actions   []Action
	Kinds     []string   // kinds of case; none: the action is about no case
	Standings []Standing // of the actor's institution; for cases only
	Open      bool       // only while the case is open
	Own       bool       // only what belongs to the actor's own institution: addressed to it, written by it, its own account
	Minor     bool       // only where the subject is a minor
	Glass     bool       // only while an emergency access of the actor's own account runs; opens what it asked for
	Fields    FieldSet   // sealed fields that may be opened; with OpenFields only
}

// Key names the row among all: the words that it has in other languages hang on it.
func (g Grant) Key() string { return keyOf(g.Basis, g.Part) }

func keyOf(basis, part string) string {
	if part == "" {
		return basis
	}
	return basis + "." + part
}

var (
	dv        = []string{DomesticViolence}
	cp        = []string{ChildProtection}
	anyCase   = []string{DomesticViolence, ChildProtection}
	everybody = Standings
	inside    = []Standing{Opener, Recipient, Participant, Lead}
	working   = []Standing{Recipient, Participant, Lead}
	partners  = []string{Police, Medical, NGO, Shelter, Provider, Court}
	casework  = append([]string{Coordinator, ChildWorker}, partners...)

	see  = []Action{ListCase, ViewCase, ReplayCase}
	look = []Action{ViewCase, ReplayCase} // not on lists, and only as it was when the part ended
	// What whoever carries a case does with it.
	lead = []Action{
		AddPerson, ManageParts, RecordIncident, RecordConsent, AssessRisk, CreateReferral, TakeMeasure, RequestOrder,
		RecordDecision, ExecuteOrder, ReportBreach, ExtendOrder, RecordHearing, RecordVisit, WriteNote, EditPlan, CloseCase, AnswerDeadline,
	}
	// What the lead does about who may see the case, open or closed: here, and on paper.
	guard = []Action{RestrictCase, ReviewGlass, ViewLooks, ExportCase}
	// What whoever answers for a case does about the data of the people in it.
	keep = []Action{KeepPerson, DecideErasure, ReportPerson}
	// What any institution with a part in a case does.
	take = []Action{AddPerson, RecordIncident, RecordConsent, CreateReferral, TakeMeasure, ReportBreach, WriteNote}
	own  = []Action{AnswerReferral, WithdrawReferral, ReportPlanAction, AckBreach, MarkInError, AnswerDeadline, FileReturn}
)

// Table is the policy, row by row. It is built afresh for each caller: nobody can change it.
func Table() []Grant {
	return []Grant{
		{Basis: "mechanism_coordinator", Why: "The local coordinator runs the mechanism and sees every domestic violence case (law 9669 art. 8; VKM 334/2011, 327/2021).",
			Roles: []string{Coordinator}, Actions: see, Kinds: dv, Standings: everybody},
		{Basis: "mechanism_coordinator_leads", Part: "carries", Why: "She carries domestic violence cases, whoever opened them.",
			Roles: []string{Coordinator}, Actions: lead, Kinds: dv, Standings: everybody, Open: true},
		{Basis: "mechanism_coordinator_leads", Part: "corrects", Why: "She reopens them, and corrects any entry by a compensating one.",
			Roles: []string{Coordinator}, Actions: []Action{ReopenCase, MarkInError, RecordAnswer, WithdrawReferral}, Kinds: dv, Standings: everybody},
		{Basis: "mechanism_coordinator_fields", Why: "She collects the case's data from all institutions; health sections stay with medicine.",
			Roles: []string{Coordinator}, Actions: []Action{OpenFields}, Kinds: dv, Standings: everybody, Fields: Identity | Contact | Narrative | Legal},
		{Basis: "mechanism_overview", Why: "The board shows her children's cases by code and state, with no personal field: she coordinates the mechanism, not the child's file.",
			Roles: []string{Coordinator}, Actions: see, Kinds: cp, Standings: everybody},

		{Basis: "child_protection_unit", Why: "NJMF sees every child protection case (law 18/2017).",
			Roles: []string{ChildWorker}, Actions: see, Kinds: cp, Standings: everybody},
		{Basis: "child_protection_unit_leads", Part: "carries", Why: "NJMF carries them, whoever opened them.",
			Roles: []string{ChildWorker}, Actions: lead, Kinds: cp, Standings: everybody, Open: true},
		{Basis: "child_protection_unit_leads", Part: "corrects", Why: "It reopens them, and corrects any entry by a compensating one.",
			Roles: []string{ChildWorker}, Actions: []Action{ReopenCase, MarkInError, RecordAnswer, WithdrawReferral}, Kinds: cp, Standings: everybody},
		{Basis: "child_protection_unit_fields", Why: "It assesses and monitors the child's family; health sections stay with medicine.",
			Roles: []string{ChildWorker}, Actions: []Action{OpenFields}, Kinds: cp, Standings: everybody, Fields: Identity | Contact | Narrative | Legal},
		{Basis: "minor_petition", Why: "For a minor the municipal social services may themselves ask for an order (law 9669 art. 13).",
			Roles: []string{ChildWorker}, Actions: []Action{RequestOrder, ExtendOrder}, Kinds: dv, Standings: working, Open: true, Minor: true},

		{Basis: "case_lead", Part: "carries", Why: "Where one structure of the municipality carries a case of the other's kind, it leads it like its own.",
			Roles: []string{Coordinator, ChildWorker}, Actions: lead, Kinds: anyCase, Standings: []Standing{Lead}, Open: true},
		{Basis: "case_lead", Part: "corrects", Why: "It reopens it, and corrects any entry.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{ReopenCase, MarkInError, RecordAnswer, WithdrawReferral}, Kinds: anyCase, Standings: []Standing{Lead}},

		{Basis: "notification", Why: "Anyone in the mechanism may be told of violence and must record it (law 9669 arts. 8(2), 9; law 18/2017).",
			Roles: casework, Actions: []Action{OpenCase}, Kinds: anyCase, Standings: []Standing{None}},
		{Basis: "part_in_case", Part: "sees", Why: "An institution sees the cases it takes part in, and no other.",
			Roles: casework, Actions: see, Kinds: anyCase, Standings: inside},
		{Basis: "part_in_case", Part: "adds", Why: "It adds what it learns, while the case is open.",
			Roles: casework, Actions: take, Kinds: anyCase, Standings: inside, Open: true},
		{Basis: "own_item", Why: "It answers for what is its own: referrals to it and from it, its tasks in the plan, its word on a breach, its entries.",
			Roles: casework, Actions: own, Kinds: anyCase, Standings: inside, Own: true},
		{Basis: "own_item_off_platform", Why: "The sender records the answers of a receiver that does not use mkr.",
			Roles: casework, Actions: []Action{RecordAnswer}, Kinds: anyCase, Standings: inside, Own: true},
		{Basis: "past_part", Why: "After its referrals have ended it may look back at the case as it stood then; nothing later shows, and no personal field opens any more.",
			Roles: casework, Actions: look, Kinds: anyCase, Standings: []Standing{PastRecipient}},
		{Basis: "consent_ended", Part: "looks", Why: "Where the consent behind its referral has ended, it sees the case as it stood then, opens no personal field (law 9669 art. 8(7); law 124/2024), and brings its work to an end.",
			Roles: casework, Actions: look, Kinds: anyCase, Standings: []Standing{LapsedRecipient}},
		{Basis: "consent_ended", Part: "reports", Why: "It still reports on what it took on.",
			Roles: casework, Actions: []Action{AnswerReferral, MarkInError}, Kinds: anyCase, Standings: []Standing{LapsedRecipient}, Own: true},

		{Basis: "police_duty", Why: "Police assess the risk, order preliminary measures and execute orders (law 9669 arts. 7(1), 8(4), 13/1, 23).",
			Roles: []string{Police}, Actions: []Action{AssessRisk, RequestOrder, IssuePolice, ExecuteOrder, ExtendOrder}, Kinds: anyCase, Standings: inside, Open: true},
		{Basis: "court_duty", Why: "The court decides on orders and holds hearings; the bailiff executes (law 9669 arts. 15–20, 23).",
			Roles: []string{Court}, Actions: []Action{DecideOrder, ExecuteOrder, RecordHearing}, Kinds: anyCase, Standings: inside, Open: true},
		{Basis: "medical_duty", Why: "Medicine records examinations in its own sections (law 9669 art. 7(2)).",
			Roles: []string{Medical}, Actions: []Action{WriteHealthNote}, Kinds: anyCase, Standings: inside, Open: true},
		{Basis: "service_in_progress", Why: "Who works with the family visits it and reports.",
			Roles: []string{NGO, Provider, Coordinator, ChildWorker}, Actions: []Action{RecordVisit}, Kinds: anyCase, Standings: working, Open: true},

		{Basis: "need_to_know", Part: "most", Why: "To do its part: whom, how to reach her safely, what is told, what the orders say.",
			Roles: []string{Coordinator, ChildWorker, Police, NGO, Court}, Actions: []Action{OpenFields}, Kinds: anyCase, Standings: inside, Fields: Identity | Contact | Narrative | Legal},
		{Basis: "need_to_know", Part: "medical", Why: "Medicine: whom, how to reach her safely, and the health sections. Not what is told elsewhere.",
			Roles: []string{Medical}, Actions: []Action{OpenFields}, Kinds: anyCase, Standings: inside, Fields: Identity | Contact | Health},
		{Basis: "need_to_know", Part: "services", Why: "Shelter and other services: whom, how to reach her safely, and what is told.",
			Roles: []string{Shelter, Provider}, Actions: []Action{OpenFields}, Kinds: anyCase, Standings: inside, Fields: Identity | Contact | Narrative},

		{Basis: "case_guard", Part: "coordinator", Why: "The coordinator seals domestic violence cases, keeps people out of them, sees who looked, makes the file for a court, and answers for emergency access. Such a file opens what both she and its recipient may open.",
			Roles: []string{Coordinator}, Actions: guard, Kinds: dv, Standings: everybody},
		{Basis: "case_guard", Part: "children", Why: "NJMF does the same for children's cases.",
			Roles: []string{ChildWorker}, Actions: guard, Kinds: cp, Standings: everybody},
		{Basis: "case_guard", Part: "lead", Why: "So does whichever of the two carries a case of the other's kind.",
			Roles: []string{Coordinator, ChildWorker}, Actions: guard, Kinds: anyCase, Standings: []Standing{Lead}},
		{Basis: "household", Why: "The municipality's two structures link the cases of one household, a mother's and her child's, where they list both; it is shown to those alone who list both.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{LinkCases}, Kinds: anyCase, Standings: everybody},
		{Basis: "same_person", Why: "They say that two records in the register of persons are of one person, and end that, where they list a case of each; it is shown to those alone who list both.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{MergePersons, UnmergePersons}, Kinds: anyCase, Standings: everybody},
		{Basis: "oversight", Part: "guards", Why: "Auditors keep people out who would have to do it themselves, the coordinator too; they see who looked, answer for emergency access, and make files of cases in which no text is open.",
			Roles: []string{Auditor}, Actions: guard, Kinds: anyCase, Standings: everybody},
		{Basis: "data_subject", Part: "coordinator", Why: "The coordinator answers to the people of domestic violence cases for what is kept of them, and for its erasure (law 124/2024).",
			Roles: []string{Coordinator}, Actions: keep, Kinds: dv, Standings: everybody},
		{Basis: "data_subject", Part: "children", Why: "NJMF does the same in children's cases.",
			Roles: []string{ChildWorker}, Actions: keep, Kinds: cp, Standings: everybody},
		{Basis: "data_subject", Part: "lead", Why: "So does whichever of the two carries a case of the other's kind.",
			Roles: []string{Coordinator, ChildWorker}, Actions: keep, Kinds: anyCase, Standings: []Standing{Lead}},
		{Basis: "oversight", Part: "second", Why: "An auditor may be the second of the two whom an erasure needs; no personal field opens for that.",
			Roles: []string{Auditor}, Actions: []Action{KeepPerson, DecideErasure}, Kinds: anyCase, Standings: everybody},
		{Basis: "data_subject", Part: "lists", Why: "What waits for a decision about erasure, and what is kept for longer than the schedule says, is listed for those who answer for it.",
			Roles: []string{Coordinator, ChildWorker, Auditor}, Actions: []Action{ViewErasures}},
		{Basis: "own_conflict", Part: "leads", Why: "Whoever knows the people of a case keeps herself out of it.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{DeclareConflict}, Kinds: anyCase, Standings: everybody},
		{Basis: "own_conflict", Part: "parts", Why: "So does whoever works for an institution with a part in it.",
			Roles: casework, Actions: []Action{DeclareConflict}, Kinds: anyCase, Standings: append([]Standing{PastRecipient, LapsedRecipient}, inside...)},
		{Basis: "emergency_access", Part: "asks", Why: "Where life is in danger nobody waits for a right: with a coded reason, for fixed minutes, told at once to the lead and to the case's institutions, and reviewed by somebody else.",
			Roles: casework, Actions: []Action{BreakGlass}, Kinds: anyCase, Standings: everybody},
		{Basis: "emergency_access", Part: "shows", Why: "Meanwhile the case shows itself.",
			Roles: casework, Actions: []Action{ViewCase, EndGlass}, Kinds: anyCase, Standings: everybody, Glass: true},
		{Basis: "emergency_access", Part: "opens", Why: "It opens the sections that were asked for, and never more than the role may open in a case of its own.",
			Roles: []string{Coordinator, ChildWorker, Police, NGO, Court}, Actions: []Action{OpenFields}, Kinds: anyCase, Standings: everybody, Glass: true, Fields: Identity | Contact | Narrative | Legal},
		{Basis: "emergency_access", Part: "medical", Why: "Medicine: whom, how to reach her, and the health sections.",
			Roles: []string{Medical}, Actions: []Action{OpenFields}, Kinds: anyCase, Standings: everybody, Glass: true, Fields: Identity | Contact | Health},
		{Basis: "emergency_access", Part: "services", Why: "Shelter and other services: whom, how to reach her, and what is told.",
			Roles: []string{Shelter, Provider}, Actions: []Action{OpenFields}, Kinds: anyCase, Standings: everybody, Glass: true, Fields: Identity | Contact | Narrative},

		{Basis: "audit", Part: "reads", Why: "Auditors read the history of any case in coded values; no personal field opens.",
			Roles: []string{Auditor}, Actions: see, Kinds: anyCase, Standings: everybody},
		{Basis: "audit", Part: "lists", Why: "They see the board and every institution's tasks as the mechanism saw them, now and at any moment of before; every row is judged again.",
			Roles: []string{Auditor}, Actions: []Action{ViewBoard, ViewInboxes}},
		{Basis: "audit", Part: "verifies", Why: "They verify the log, read this policy, see who looked at what, and answer what the sentinel flags.",
			Roles: []string{Auditor}, Actions: []Action{ViewPolicy, AnswerFlags, ViewAudit, ViewAccessLog, ViewMeeting, ViewActivity, ViewApplication, ViewDeadlines}},

		{Basis: "case_guard", Part: "flags", Why: "What the sentinel flags in the cases that they lead, they answer; anybody's but their own.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{AnswerFlags}, Own: true},
		{Basis: "emergency_review", Why: "Emergency access is listed for those who answer for it until it is reviewed.",
			Roles: []string{Coordinator, ChildWorker, Auditor}, Actions: []Action{ViewReviews}},

		{Basis: "clock", Why: "Time passes without anybody's act.",
			Roles: []string{System}, Actions: []Action{LapseDeadline, ExpireOrder}, Kinds: anyCase, Standings: []Standing{None}},

		{Basis: "sentinel", Why: "Rules read the record of who looked at what, and raise what is odd; nobody decides whom they watch.",
			Roles: []string{System}, Actions: []Action{RaiseFlags}},

		{Basis: "technical_team", Part: "asks", Why: "Before a meeting the institutions with a part in a case are asked what they know of it.",
			Roles: []string{System}, Actions: []Action{AskReturn}, Kinds: anyCase, Standings: everybody, Open: true},

		{Basis: "daily_work", Part: "boards", Why: "Everybody who works on cases has a board, an inbox and clocks; every row is judged again.",
			Roles: casework, Actions: []Action{ViewBoard, ViewInbox, ViewDeadlines}},
		{Basis: "daily_work", Part: "searches", Why: "They look for people by name, among those whose identity they may open; that they searched is on record.",
			Roles: casework, Actions: []Action{SearchPersons}},
		{Basis: "workload", Part: "all", Why: "Who coordinates sees where work piles up; everybody else how much her own institution has to do.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{ViewWorkload}},
		{Basis: "workload", Part: "own", Why: "The own institution's load is its own affair.",
			Roles: casework, Actions: []Action{ViewWorkload}, Own: true},
		{Basis: "order_watch", Why: "Who works on cases watches the orders and the dates in court of those it has a part in; who audits reads them.",
			Roles: append([]string{Auditor}, casework...), Actions: []Action{ViewCourt}},
		{Basis: "technical_team", Part: "convenes", Why: "The coordinator and the child protection worker call the technical teams together.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{ConveneMeeting}},
		{Basis: "technical_team", Part: "keeps", Why: "Who called a meeting keeps its agenda, its record and its decisions.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{RecordMeeting}, Own: true},
		{Basis: "technical_team", Part: "members", Why: "Members see the meetings they are invited to.",
			Roles: casework, Actions: []Action{ViewMeeting}, Own: true},
		{Basis: "technical_team", Part: "signs", Why: "Who was there signs the minutes.",
			Roles: casework, Actions: []Action{SignMeeting}, Own: true},
		{Basis: "technical_team", Part: "follows", Why: "What a team decides reaches the cases' plans, whatever breaks down in between.",
			Roles: []string{System}, Actions: []Action{FollowMeeting}},
		{Basis: "technical_team", Part: "all", Why: "Who convenes them sees them all.",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{ViewMeeting}},
		{Basis: "awareness", Why: "Awareness is everybody's duty; activities hold no personal data.",
			Roles: casework, Actions: []Action{RecordActivity, ViewActivity}},
		{Basis: "commission", Part: "municipality", Why: "Requests for guardianship aid and needs assessments are the municipality's (law 121/2016).",
			Roles: []string{Coordinator, ChildWorker}, Actions: []Action{SubmitApplication, DecideApplication, ViewApplication}},
		{Basis: "commission", Part: "needs", Why: "The needs assessment unit works on its own applications.",
			Roles: []string{Provider}, Actions: []Action{SubmitApplication, DecideApplication, ViewApplication}, Own: true},
		{Basis: "directory_public", Why: "The guide of services is public.",
			Roles: append([]string{Auditor, Administrator, Steward}, casework...), Actions: []Action{ViewDirectory, ViewRules, ViewIndicators}},
		{Basis: "bounce_memory", Why: "Who runs the mechanism sees where referrals get stuck, by institution and service; it names no case and no person.",
			Roles: []string{Coordinator, ChildWorker, Auditor}, Actions: []Action{ViewBounces}},
		{Basis: "own_capacity", Why: "An institution reports its own places.",
			Roles: casework, Actions: []Action{ReportCapacity}, Own: true},
		{Basis: "duty_roster", Part: "reads", Why: "Who is on duty where is known to all who work with each other, and to nobody outside.",
			Roles: append([]string{Auditor, Administrator, Steward}, casework...), Actions: []Action{ViewDuty}},
		{Basis: "duty_roster", Part: "own", Why: "An institution files its own roster.",
			Roles: casework, Actions: []Action{ManageDuty}, Own: true},
		{Basis: "duty_roster", Part: "others", Why: "For one that does not, whoever keeps the mechanism together does.",
			Roles: []string{Coordinator, Administrator}, Actions: []Action{ManageDuty}},
		{Basis: "own_account", Why: "Everybody may change her own password and language, and end her sessions.",
			Roles: append([]string{Auditor, Administrator, Steward}, casework...), Actions: []Action{ManageOwnAccount}, Own: true},
		{Basis: "two_people", Part: "recovery", Why: "Nobody is let into an account by one person alone: an administrator asks for a new password in its holder's place, and another administrator or the coordinator agrees.",
			Roles: []string{Administrator, Coordinator}, Actions: []Action{AgreeToRecovery}},
		{Basis: "administration", Why: "Administrators keep institutions and accounts, and see no case.",
			Roles: []string{Administrator}, Actions: []Action{ManageDirectory, ManageAccounts, OfferTokens, ManageRules, ReportCapacity, ViewSystemStatus, RebuildProjections}},
		{Basis: "own_people", Why: "An institution keeps the accounts of its own people, in the roles that work on cases; never a coordinator's, an auditor's or an administrator's, and no other institution's.",
			Roles: []string{Steward}, Actions: []Action{ManageAccounts}, Own: true},
		{Basis: "two_people", Part: "steward", Why: "For its own people it may be one of the two.",
			Roles: []string{Steward}, Actions: []Action{AgreeToRecovery}, Own: true},
	}
}

// Print renders the policy for people: what is withheld, then the table, a row a paragraph.
func Print() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Access policy %s\n\nWithheld, whatever the rows below give:\n", Version)
	for _, w := range Withholds() {
		fmt.Fprintf(&b, "\n   %s: %s\n", w.Basis, w.Why)
		if len(w.Except) > 0 {
			fmt.Fprintf(&b, "   but for  %s\n", joined(w.Except))
		}
	}
	for i, g := range Table() {
		fmt.Fprintf(&b, "\n%d. %s: %s\n", i+1, g.Basis, g.Why)
		fmt.Fprintf(&b, "   who      %s\n   what     %s\n", strings.Join(g.Roles, ", "), joined(g.Actions))
		if len(g.Kinds) > 0 {
			fmt.Fprintf(&b, "   cases    %s; institution is %s\n", strings.Join(g.Kinds, ", "), joined(g.Standings))
		}
		var only []string
		for _, c := range []struct {
			holds bool
			text  string
		}{{g.Open, "while the case is open"}, {g.Own, "what is its own"}, {g.Minor, "where the subject is a minor"}, {g.Glass, "during an emergency access of the account's own"}} {
			if c.holds {
				only = append(only, c.text)
			}
		}
		if len(only) > 0 {
			fmt.Fprintf(&b, "   only     %s\n", strings.Join(only, ", "))
		}
		if g.Fields != 0 {
			fmt.Fprintf(&b, "   opens    %s\n", g.Fields)
		}
	}
	return b.String()
}

func joined[T ~string](list []T) string {
	out := make([]string, 0, len(list))
	for _, v := range list {
		out = append(out, string(v))
	}
	return strings.Join(slices.Clip(out), ", ")
}
