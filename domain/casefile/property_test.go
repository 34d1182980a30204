package casefile

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/domain/person"
)

// sure compares times by instant and sealed values by content.
var sure = cmp.Options{cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }), cmp.Comparer(person.Sealed.Equal)}

var institutions = []string{muni, police, shelter, ngo, court, other}

// between draws a number evenly. The library itself prefers small ones, which would leave most of a list undrawn.
func between(r *rapid.T, low, high int, what string) int {
	return low + even.Draw(r, what)%(high-low+1)
}

var (
	coin = rapid.Bool()
	even = rapid.Custom(func(r *rapid.T) (x int) {
		for range 12 {
			x *= 2
			if coin.Draw(r, "bit") {
				x++
			}
		}
		return x
	})
)

func oneOf[T any](r *rapid.T, what string, list []T) T { return list[between(r, 0, len(list)-1, what)] }

// pick draws a value that is mostly plausible and sometimes wild.
func pick(r *rapid.T, what string, plausible []string) string {
	if len(plausible) == 0 || between(r, 0, 24, what+" wild") == 0 {
		return oneOf(r, what, []string{"", "nonsense", "ü\xff", "d1", "case1", "r1"})
	}
	return oneOf(r, what, plausible)
}

// id draws the id of a thing that exists, or a new one.
func id[T any](r *rapid.T, list []T, of func(T) string, fresh string) string {
	var ids []string
	for _, v := range list {
		ids = append(ids, of(v))
	}
	if fresh != "" {
		if between(r, 0, 9, "reuse") > 0 || len(ids) == 0 {
			return fresh
		}
	}
	return pick(r, "id", ids)
}

// mostly narrows a list to the elements with which something can still happen.
func mostly[T any](r *rapid.T, list []T, is func(T) bool) []T {
	var out []T
	for _, v := range list {
		if is(v) {
			out = append(out, v)
		}
	}
	if len(out) == 0 || between(r, 0, 5, "any") == 0 {
		return list
	}
	return out
}

func some(r *rapid.T, what string, list []string) []string {
	return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string { return pick(r, what, list) }), 0, 3).Draw(r, what)
}

func sealed(r *rapid.T) person.Sealed {
	if between(r, 0, 9, "sealed") == 0 {
		return person.Sealed{}
	}
	return text
}

// when draws an instant around now: mostly soon, sometimes past, missing or absurd.
func when(r *rapid.T, now time.Time) time.Time {
	switch between(r, 0, 11, "when") {
	case 0:
		return time.Time{}
	case 1:
		return now.Add(-time.Duration(between(r, 1, 1000, "hours")) * time.Hour)
	case 2:
		return time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return now.Add(time.Duration(between(r, 1, oneOf(r, "far", []int{72, 72, 9000}), "hours")) * time.Hour)
}

func command(r *rapid.T, s State, now time.Time, fresh string) Command {
	refs := func(fresh string) string {
		return id(r, mostly(r, s.Referrals, Referral.IsOpen), func(v Referral) string { return v.ReferralContent.Referral }, fresh)
	}
	orders := func(fresh string) string {
		alive := func(o Order) bool { return !o.InError && (o.Status == OrderAsked || o.Status == OrderInForce) }
		return id(r, mostly(r, s.Orders, alive), func(v Order) string { return v.ID }, fresh)
	}
	hearings := func(fresh string) string { return id(r, s.Hearings, func(v Hearing) string { return v.ID }, fresh) }
	visits := func(fresh string) string { return id(r, s.Visits, func(v Visit) string { return v.ID }, fresh) }
	actions := func(fresh string) string {
		return id(r, mostly(r, s.Plan.Actions, func(a PlanAction) bool { return a.Status == Planned }), func(v PlanAction) string { return v.ID }, fresh)
	}
	consents := func(fresh string) string { return id(r, s.Consents, func(v Consent) string { return v.ID }, fresh) }
	inst := func() string { return pick(r, "institution", institutions) }
	at := func() time.Time { return when(r, now) }
	from := func(what string, list []string) string { return pick(r, what, list) }

	create := func() Command {
		c := CreateReferral{Referral: refs(fresh), To: inst(), Service: from("service", Services[:4]), Urgency: from("urgency", Urgencies), Reason: sealed(r),
			Draft: between(r, 0, 1, "draft") == 0, Via: oneOf(r, "via", []string{"", "", "", "phone"}), OffPlatform: between(r, 0, 3, "off") == 0}
		if len(s.Consents) > 0 && between(r, 0, 1, "consent") == 0 {
			c.Consent = consents("")
		} else {
			c.Basis = from("basis", LegalBases)
		}
		if between(r, 0, 2, "respond") == 0 {
			c.RespondBy = at()
		}
		if len(s.Referrals) > 0 && between(r, 0, 2, "again") == 0 {
			c.Previous = refs("")
		}
		return c
	}
	answer := func() Command {
		ref := refs("")
		// Mostly what the status allows, so that histories get far; below, anything at all.
		if v, ok := s.Referral(ref); ok && between(r, 0, 3, "allowed") > 0 {
			var allowed []Command
			for _, d := range deeds(ref, now.Add(time.Duration(between(r, 1, 48, "hours"))*time.Hour)) {
				if _, ok := referralTable[v.Status][d.deed]; ok && d.deed != refuse && (d.deed != cancel || between(r, 0, 2, "cancel") == 0) {
					allowed = append(allowed, d.c)
				}
			}
			if len(allowed) > 0 {
				return oneOf(r, "command", allowed)
			}
		}
		return oneOf(r, "command", []Command{
			SendReferral{ref}, AcknowledgeReferral{ref}, AcceptReferral{ref}, AcceptReferral{ref}, DeclineReferral{Referral: ref, Reason: from("reason", DeclineReasons)}, SurvivorDeclines{ref},
			HoldReferral{Referral: ref, Kind: from("kind", HoldKinds)}, ScheduleReferral{ref, at()}, ReportNoShow{ref}, StartReferral{ref},
			CompleteReferral{Referral: ref, Outcome: from("outcome", Outcomes), Why: oneOf(r, "why", []string{"", "other"})}, FailReferral{Referral: ref, Reason: from("reason", FailReasons)},
			CancelReferral{ref, from("reason", CancelReasons)}, SettleReferral{ref, from("way", SettleWays)},
			SendBackReferral{ref, text}, ConfirmDecline{ref}, ConfirmDecline{ref}, RefuseCancellation{Referral: ref}, SeeReferral{ref}, AddressReferral{ref, pick(r, "account", []string{"acc1", "acc2"})},
			RerouteReferral{Referral: fresh, Previous: ref, To: inst(), Reason: text}, WriteMessage{fresh, ref, text},
			ReportService{ref, from("service", Services), between(r, -1, 9, "sessions")},
		})
	}
	order := func() Command {
		o := orders("")
		breaches := id(r, mostly(r, s.Breaches, func(b Breach) bool { return len(b.Silent()) > 0 }), func(b Breach) string { return b.ID }, "")
		if v, ok := s.Order(o); ok && between(r, 0, 2, "allowed") > 0 {
			soon := now.Add(time.Duration(between(r, 20, 500, "days")) * 24 * time.Hour)
			switch {
			case v.Status == OrderAsked:
				return IssueOrder{Order: o, Type: v.Type, Executor: police, ValidUntil: soon}
			case v.Type == UM && v.Status == OrderInForce:
				return oneOf(r, "command", []Command{RequestExtension{o}, RefuseExtension{o}, ServeOrder{o}, ExtendOrder{o, soon}, ExecuteOrder{o}, AppealOrder{o, "accused", court}, DecideAppeal{o, from("outcome", AppealOutcomes)}, ReportBreach{Order: o}, ReportBreach{Order: o}})
			}
		}
		return oneOf(r, "command", []Command{
			RequestOrder{orders(fresh), from("type", OrderTypes), inst()},
			IssueOrder{Order: orders(fresh), Type: from("type", OrderTypes), Executor: inst(), Conditions: some(r, "letters", OrderConditions), ValidUntil: at()},
			IssueOrder{Order: o, Type: from("type", OrderTypes[1:]), Executor: inst(), ValidUntil: at()},
			AppealOrder{o, from("party", AppealParties), inst()}, DecideAppeal{o, from("outcome", AppealOutcomes)},
			RefuseOrder{o}, UpholdOrder{o}, RevokeOrder{o}, ExecuteOrder{o}, ReportBreach{Order: o}, RequestExtension{o}, RefuseExtension{o}, ServeOrder{o}, ExtendOrder{o, at()},
			AcknowledgeBreach{breaches, oneOf(r, "for", []string{"", "", inst()})},
		})
	}
	goals := func() string {
		return id(r, mostly(r, s.Plan.Goals, PlanGoal.Open), func(g PlanGoal) string { return g.ID }, "")
	}
	work := func() Command {
		return oneOf(r, "command", []Command{
			AddPerson{PersonLink{Person: pick(r, "person", []string{ana, beni, cela}), Role: from("role", PersonRoles)}},
			ChangePerson{Change: fresh, Person: pick(r, "person", []string{ana, beni, cela}), Fields: some(r, "fields", personFields), Minor: coin.Draw(r, "minor"), Under16: coin.Draw(r, "under 16")},
			AddParticipant{inst(), from("reason", ParticipantReasons)}, RemoveParticipant{inst()},
			RecordIncident{Incident: fresh, Types: some(r, "types", ViolenceTypes), On: oneOf(r, "on", []time.Time{at(), now.Add(-time.Hour), now.AddDate(-3, 0, 0)})},
			RecordConsent{Consent: consents(fresh), Person: pick(r, "person", []string{ana, beni}), Decision: from("decision", ConsentDecisions), How: from("how", ConsentHow), Giver: pick(r, "giver", []string{"", "", beni, cela}), Under16: coin.Draw(r, "under 16"), Classes: some(r, "classes", []string{"identity", "health"}), Recipients: some(r, "recipients", institutions), Purposes: some(r, "purposes", Purposes)},
			RecordConsent{Consent: fresh, Person: ana, Decision: "given", How: "written", Until: at()},
			WithdrawConsent{consents("")},
			AssessRisk{Assessment: fresh, Factors: some(r, "factors", RiskFactors), Level: from("level", Levels), Reason: sealed(r)},
			TakeMeasure{Measure: fresh, Kind: from("kind", MeasureKinds)},
			ScheduleHearing{Hearing: hearings(fresh), Order: oneOf(r, "of", []string{"", orders("")}), Court: inst(), When: at()},
			RecordHearing{hearings(""), from("outcome", HearingOutcomes)}, CancelHearing{hearings("")},
			PlanVisit{visits(fresh), at()}, RecordVisit{Visit: visits(fresh), Outcome: from("outcome", VisitOutcomes)}, CancelVisit{visits("")},
			WriteNote{Note: fresh, Section: from("section", NoteSections), Text: sealed(r)},
			AttachFile{File: fresh, Kind: from("kind", FileKinds), Class: from("class", FileClasses), Media: from("media", FileTypes), Size: 7, Hash: strings.Repeat("a", 64), Key: sealed(r), Consent: oneOf(r, "form of", []string{"", consents("")})},
			DraftPlan{fresh}, DraftPlan{fresh}, ApprovePlan{Next: oneOf(r, "next", []time.Time{{}, at()})}, ApprovePlan{Meeting: "m1"},
			SetGoal{fresh, from("domain", GoalDomains), sealed(r)}, SetGoal{fresh, from("domain", GoalDomains), sealed(r)}, EndGoal{goals(), from("outcome", GoalOutcomes)}, AgreePlan{}, AgreePlan{},
			ReviewPlan{Review: fresh, Result: from("result", ReviewResults), Next: oneOf(r, "next", []time.Time{{}, at()})}, ReviewPlan{Review: fresh, Result: "goes_on"},
			WriteSafetyPlan{fresh, some(r, "items", SafetyItems), sealed(r)}, ReviewSafetyPlan{},
			RecordVisit{Visit: fresh, Outcome: from("outcome", VisitOutcomes), Following: fresh + "f", FollowingWhen: at()},
			AssignAction{Action: actions(fresh), What: from("what", PlanActions), Institution: inst(), Due: at(), Meeting: oneOf(r, "meeting", []string{"", "m1"})},
			CompleteAction{actions("")}, CompleteAction{actions("")}, CancelAction{actions("")},
		})
	}
	measure := func() Command {
		m := id(r, mostly(r, s.Measures, func(m Measure) bool { return m.Runs() && m.Protects() }), func(v Measure) string { return v.ID }, "")
		return oneOf(r, "command", []Command{
			TakeMeasure{Measure: fresh, Kind: from("kind", ProtectiveMeasures)}, TakeMeasure{Measure: fresh, Kind: from("kind", ProtectiveMeasures)}, EndMeasure{m},
			AskCourtForMeasure{m, inst()}, AskCourtForMeasure{m, court}, ConfirmMeasure{m}, RefuseMeasure{m}, RecordParents{m, from("answer", ParentsAnswers)},
			AskReturn{id(r, s.Returns, func(v Return) string { return v.ID }, fresh), "m1", inst(), at()}, DropReturn{id(r, s.Returns, func(v Return) string { return v.ID }, "")},
			FileReturn{Return: id(r, s.Returns, func(v Return) string { return v.ID }, ""), Finding: from("finding", ReturnFindings), Text: sealed(r)},
			MonitorMeasure{Measure: m, Finding: from("finding", MonitorFindings)}, ReviewMeasure{m},
		})
	}
	moving := func() Command { return childCommand(r, s, fresh) }
	guards := func() Command { return guardCommand(r, s, now, fresh, refs(""), consents("")) }
	ending := func() Command {
		kind := from("kind", correctable)
		targets := map[string]string{TargetReferral: refs(""), TargetOrder: orders(""), TargetHearing: hearings(""), TargetVisit: visits(""),
			TargetNote:    id(r, s.Notes, func(v Note) string { return v.ID }, ""),
			TargetFile:    id(r, s.Files, func(v File) string { return v.ID }, ""),
			TargetRisk:    id(r, s.Assessments, func(v Assessment) string { return v.ID }, ""),
			TargetMeasure: id(r, s.Measures, func(v Measure) string { return v.ID }, ""), TargetIncident: id(r, s.Incidents, func(v Incident) string { return v.ID }, ""),
			TargetScreening: id(r, s.Screenings, func(v Screening) string { return v.ID }, "")}
		return oneOf(r, "command", []Command{
			CloseCase{Reason: from("reason", CloseReasons)}, CloseCase{Reason: from("reason", CloseReasons), Excused: noCriteria}, ReopenCase{from("reason", ReopenReasons)},
			MarkInError{kind, targets[kind], from("reason", ErrorReasons)},
			LapseDeadline{Deadline: id(r, mostly(r, s.Deadlines, func(d Deadline) bool { return d.Status == Running && !now.Before(d.DueAt) }), func(v Deadline) string { return v.ID }, "")},
			openDV,
		})
	}
	if s.Restriction.Sealed && between(r, 0, 7, "sealed") == 0 {
		return guards()
	}
	return oneOf(r, "concern", []func() Command{create, answer, answer, answer, answer, order, order, measure, moving, work, work, guards, ending})()
}

// TestRandomHistories lets several institutions do sensible and wild things to a case while time moves, and checks after
// every step what must hold for every case.
func TestRandomHistories(t *testing.T) {
	d := decider(t)
	reached := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		var s State
		var history []event.Data
		now, winding := opened, 0
		open := oneOf(r, "open", []OpenCase{openDV, openCP})
		for step := range between(r, 20, 300, "steps") {
			now = now.Add(time.Duration(between(r, 0, 60, "hours")) * time.Hour)
			m := event.Moment{Now: now, OccurredAt: now, Actor: event.Actor{Account: oneOf(r, "account", []string{"a", "b"}), Institution: oneOf(r, "who", institutions)}}
			if between(r, 0, 5, "late") == 0 {
				m.OccurredAt = now.Add(-time.Duration(between(r, -2, 200, "hours late")) * time.Hour)
			}
			var c Command
			switch {
			case step == 0:
				c, m.OccurredAt = open, now
			case winding > 0:
				m.Actor.Institution, c = wind(s)
				winding--
			case between(r, 0, 5, "the system") == 0:
				// The system lapses whatever has run out, as the process that watches the clocks does.
				i := slices.IndexFunc(s.Deadlines, func(d Deadline) bool { return d.Status == Running && !now.Before(d.DueAt) })
				if i < 0 {
					continue
				}
				c, m.Actor, m.OccurredAt = LapseDeadline{Deadline: s.Deadlines[i].ID}, event.Actor{Account: event.System}, now
			default:
				c = command(r, s, now, fmt.Sprintf("n%d", step))
				if between(r, 0, 120, "wind") == 0 {
					winding = 12
				}
				// Let the party that may act do so most of the time, or little would ever happen.
				if a, ok := find(s.Plan.Actions, func(a PlanAction) bool { return a.ID == reflectField(c, "Action") }); ok {
					m.Actor.Institution = oneOf(r, "assignee", []string{a.Institution, s.Lead, other})
				}
				if reflectField(c, "Transfer") != "" && between(r, 0, 3, "lead") > 0 {
					m.Actor.Institution = s.Lead
				}
				if ack, ok := c.(AcknowledgeBreach); ok && between(r, 0, 3, "told") > 0 {
					if b, ok := s.Breach(ack.Breach); ok && len(b.Silent()) > 0 {
						m.Actor.Institution = oneOf(r, "silent", b.Silent())
					}
				}
				if ref, ok := s.Referral(reflectReferral(c)); ok && between(r, 0, 3, "right") > 0 {
					m.Actor.Institution = oneOf(r, "party", []string{ref.To, ref.To, ref.From, s.Lead})
				}
			}
			before := s
			frozen := mustJSON(r, before)
			events, err := d.Decide(s, c, m)
			if err != nil {
				var no *event.Refusal
				if !errors.As(err, &no) {
					r.Fatalf("%T: a fault: %v", c, err)
				}
				if !slices.Contains(Refusals, no.Code) {
					r.Fatalf("%T: the code %s is in no list", c, no.Code)
				}
				reached[no.Code]++
				continue
			}
			for _, e := range events {
				s = Evolve(s, e)
				reached[e.EventType()]++
			}
			history = append(history, events...)
			if err := Invariants(s); err != nil {
				r.Fatalf("after %T %+v (%s): %v", c, c, names(events), err)
			}
			if got := mustJSON(r, before); got != frozen {
				r.Fatalf("%T changed the state that it was decided on:\n%s\n%s", c, frozen, got)
			}
			if again, err := d.Decide(s, c, m); err == nil && len(again) > 0 {
				r.Fatalf("%T %+v again: %s", c, c, names(again))
			}
		}
		foldInvariants(r, s, history)
	})
	// A hundred histories reach nearly every kind of event; a test that no longer does has gone blind.
	var missed []string
	for _, e := range Events() {
		if reached[e.Name] == 0 {
			missed = append(missed, e.Name)
		}
	}
	if len(missed) > len(Events())/8 { // the rarest need several things to meet, and have tests of their own
		t.Errorf("no random history reached %v", missed)
	}
}

// foldInvariants checks Evolve: deterministic, not aliasing, and a state that JSON can carry.
func foldInvariants(r *rapid.T, s State, history []event.Data) {
	ended := map[string]int{}
	prefixes := []State{{}}
	for _, e := range history {
		prefixes = append(prefixes, Evolve(prefixes[len(prefixes)-1], e))
		switch e := e.(type) {
		case DeadlineMet:
			ended[e.Deadline]++
		case DeadlineVoided:
			ended[e.Deadline]++
		}
	}
	for id, n := range ended {
		if n > 1 {
			r.Fatalf("the clock %s ended %d times", id, n)
		}
	}
	if diff := cmp.Diff(s, prefixes[len(prefixes)-1], sure); diff != "" {
		r.Fatalf("folded twice, it differs:\n%s", diff)
	}
	// From a state in the middle let other futures follow, and then the same one again: neither may touch the others.
	at := between(r, 0, len(history), "back to")
	middle, last := prefixes[at], prefixes[len(prefixes)-1]
	frozen, then := mustJSON(r, last), mustJSON(r, middle)
	for _, e := range []event.Data{
		DeadlineSet{Deadline: "x"}, DeadlineLapsed{Deadline: "d1"}, ReferralDrafted{ReferralContent: ReferralContent{Referral: "x"}}, NoteWritten{Note: "x"},
		OrderIssued{Order: "x"}, ParticipantAdded{Institution: "x"}, RiskAssessed{Assessment: "x"}, unknownEvent{},
	} {
		Evolve(middle, e)
	}
	if diff := cmp.Diff(last, Fold(middle, history[at:]...), sure); diff != "" {
		r.Fatalf("folded on from the middle, it differs:\n%s", diff)
	}
	if mustJSON(r, last) != frozen || mustJSON(r, middle) != then {
		r.Fatalf("another future changed the present, or the past")
	}
	var back State
	if err := json.Unmarshal([]byte(frozen), &back); err != nil {
		r.Fatal(err)
	}
	if diff := cmp.Diff(s, back, sure); diff != "" {
		r.Fatalf("JSON does not carry the state:\n%s", diff)
	}
}

type unknownEvent struct{}

func (unknownEvent) EventType() string { return "from.the_future" }

func mustJSON(r interface{ Fatal(...any) }, v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		r.Fatal(err)
	}
	return string(out)
}

// reflectReferral reads the referral that a command names, if it does.
func reflectReferral(c Command) string {
	if _, creates := c.(CreateReferral); creates {
		return ""
	}
	return reflectField(c, "Referral")
}

func reflectField(c Command, name string) string {
	if f := reflect.ValueOf(c).FieldByName(name); f.IsValid() {
		return f.String()
	}
	return ""
}
