package demo

import (
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

type plain = person.Plain

// toolLevel is what the assessment's scale suggests.
func toolLevel(factors []handlers.Factor) string {
	list := make([]string, len(factors))
	for i, f := range factors {
		list[i] = string(f)
	}
	return casefile.ToolLevel(list)
}

// ask is a referral to be sent.
type ask struct {
	to       place
	service  string
	urgency  string // "" is routine
	consent  string // or it rests on the law
	previous string // the referral that it replaces
	draft    bool
	via      string // made outside mkr
}

// request is a referral that was sent: who asked whom.
type request struct {
	ask
	id   string
	from handlers.Caller
}

var reasons = []string{"Kërkohet mbështetje për familjen sipas planit", "Gruaja kërkon vetë këtë shërbim", "Fëmija ka nevojë për ndjekje të rregullt", "Nevojitet ndërhyrje para seancës së ardhshme"}

func (s *story) refer(from handlers.Caller, a ask) request {
	if a.urgency == "" {
		a.urgency = casefile.Routine
	}
	in := &handlers.CreateReferral{To: s.house.id(a.to), Service: handlers.ServiceCode(a.service), Urgency: handlers.Urgency(a.urgency),
		Reason: s.texts.tell(pick(s.rng, reasons)), Consent: a.consent, Previous: a.previous, Draft: a.draft, Via: handlers.Means(a.via)}
	if a.consent == "" {
		in.Basis = handlers.LegalBasis(basisOf(s.kind))
	}
	return request{ask: a, id: s.do(from, "referral.create", "", in), from: from}
}

// basisOf is the law on which a referral in such a case rests.
func basisOf(kind string) string {
	if kind == casefile.ChildProtection {
		return "law_18_2017_best_interest"
	}
	return "law_9669_art_8"
}

// answerer is who answers a referral: the receiver, or for one that does not use mkr whoever asked.
func (s *story) answerer(r request) handlers.Caller {
	if placeOf(r.to).offline {
		return r.from
	}
	return s.house.as(r.to)
}

func (s *story) answer(r request, step string) { s.do(s.answerer(r), "referral."+step, r.id, nil) }

func (s *story) acknowledges(r request) { s.answer(r, "acknowledge") }
func (s *story) accepts(r request)      { s.answer(r, "accept") }
func (s *story) starts(r request)       { s.answer(r, "start") }
func (s *story) noShow(r request)       { s.answer(r, "no_show") }

func (s *story) declines(r request, reason string) {
	s.do(s.answerer(r), "referral.decline", r.id, &handlers.DeclineReferral{Reason: handlers.DeclineReason(reason), Note: s.texts.tell("Nuk mundemi këtë javë, na vjen keq")})
}

func (s *story) schedules(r request, at time.Time) {
	s.do(s.answerer(r), "referral.schedule", r.id, &handlers.ScheduleReferral{Appointment: at})
}

func (s *story) holds(r request, kind string) {
	s.do(s.answerer(r), "referral.hold", r.id, &handlers.HoldReferral{Kind: handlers.HoldKind(kind), Note: s.texts.tell("Presim që të lirohet një vend")})
}

func (s *story) gives(r request, sessions int) {
	s.do(s.answerer(r), "referral.service", r.id, &handlers.ReportService{Service: handlers.ServiceCode(r.service), Sessions: sessions})
}

func (s *story) completes(r request, outcome string) {
	s.do(s.answerer(r), "referral.complete", r.id, ended(outcome, s.texts.tell("Shërbimi u krye dhe familja u njoftua")))
}

// ended says what came of a service, and why it was no more.
func ended(outcome string, note plain) *handlers.CompleteReferral {
	in := &handlers.CompleteReferral{Outcome: handlers.Outcome(outcome), Note: note}
	if outcome != casefile.Helped {
		in.Why = "needs_more_time"
	}
	return in
}

func (s *story) fails(r request, reason string) {
	s.do(s.answerer(r), "referral.fail", r.id, &handlers.FailReferral{Reason: handlers.FailReason(reason), Note: s.texts.tell("U provua tri herë pa sukses")})
}

func (s *story) cancels(r request, reason string) {
	s.do(r.from, "referral.cancel", r.id, &handlers.CancelReferral{Reason: handlers.CancelReason(reason)})
}

func (s *story) settles(r request, way string) {
	s.do(r.from, "referral.settle", r.id, &handlers.SettleReferral{Way: handlers.SettleWay(way)})
}

// Ways that a referral goes. Each ends with nothing owed, so that the case can be closed. again is where a need goes when
// the first place says no; it is of the same sector.
var ways = []func(s *story, from handlers.Caller, a ask, again place){served, reroutedAfterNo, answeredLate, missedAndMet, waitedFor, couldNotBeDone, notWanted, takenBack}

func served(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.hours(1, 20)
	s.acknowledges(r)
	s.hours(2, 30)
	s.accepts(r)
	s.days(1, 4)
	s.starts(r)
	s.serve(r)
}

// serve gives help some times and ends well.
func (s *story) serve(r request) {
	s.days(5, 12)
	s.gives(r, 1+s.rng.IntN(3))
	s.days(10, 25)
	s.gives(r, 1+s.rng.IntN(3))
	s.days(3, 12)
	s.completes(r, pick(s.rng, []string{"helped", "helped", "partly_helped"}))
}

func reroutedAfterNo(s *story, from handlers.Caller, a ask, again place) {
	r := s.refer(from, a)
	s.hours(3, 22)
	s.declines(r, "no_capacity")
	s.days(1, 3)
	a.to, a.previous = again, r.id
	served(s, from, a, "")
}

// answeredLate lets the receiver's clocks lapse before it says yes.
func answeredLate(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.days(8, 12)
	s.accepts(r)
	s.days(1, 3)
	s.starts(r)
	s.serve(r)
}

func missedAndMet(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.hours(2, 20)
	s.accepts(r)
	at := s.officeHour(3)
	s.schedules(r, at)
	s.until(at.Add(90 * time.Minute))
	s.noShow(r)
	s.hours(20, 30)
	at = s.officeHour(4)
	s.schedules(r, at)
	s.until(at.Add(time.Hour))
	s.starts(r)
	s.serve(r)
}

func waitedFor(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.hours(2, 20)
	s.acknowledges(r)
	s.hours(5, 30)
	s.accepts(r)
	s.hours(1, 5)
	s.holds(r, "waitlisted")
	s.days(5, 9)
	s.starts(r)
	s.serve(r)
}

func couldNotBeDone(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.hours(2, 20)
	s.accepts(r)
	s.days(2, 6)
	s.fails(r, "could_not_contact")
	s.days(1, 2)
	s.settles(r, "other_help_found")
}

func notWanted(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.hours(4, 22)
	s.acknowledges(r)
	s.hours(2, 20)
	s.answer(r, "survivor_declines")
}

func takenBack(s *story, from handlers.Caller, a ask, _ place) {
	r := s.refer(from, a)
	s.hours(2, 20)
	s.accepts(r)
	s.days(1, 2)
	s.cancels(r, "no_longer_needed")
	s.hours(2, 20)
	s.do(s.answerer(r), "referral.cancel", r.id, &handlers.CancelReferral{Reason: "no_longer_needed"})
}
