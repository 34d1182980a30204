package casefile

import (
	"slices"

	"mkr/domain/event"
)

// Evolve applies an event. It is total: it never refuses, never checks, and what it does not know leaves the state as it
// was, because what is stored has happened. It shares no array that it writes: folding on from an old state again gives
// the same result again.
func Evolve(s State, e event.Data) State {
	switch e := e.(type) {
	case CaseOpened:
		s.ID, s.Code, s.Kind, s.Channel, s.Regime, s.Violence = e.Case, e.Code, e.Kind, e.Channel, e.Regime, e.Violence
		s.Subject, s.SubjectMinor, s.Lead, s.OpenedBy, s.OpenedAt = e.Subject, e.SubjectMinor, e.Lead, e.By, e.At
		s.Status = Open
	case CaseClosed:
		s.Status, s.ClosedAt, s.CloseReason = Closed, e.At, e.Reason
	case CaseReopened:
		s.Status, s.ClosedAt, s.CloseReason = Open, zeroTime, ""
		s.Reopened++
	case PersonAdded:
		s.Persons = added(s.Persons, e.PersonLink)
	case ParticipantAdded:
		s.Participants = participate(s.Participants, e)
	case ParticipantRemoved:
		s.Participants = changed(s.Participants, func(p Participant) bool { return p.Institution == e.Institution },
			func(p *Participant) { p.Removed = true })
	case IncidentRecorded:
		s.Incidents = added(s.Incidents, Incident{ID: e.Incident, Types: e.Types, On: e.On, ChildrenPresent: e.ChildrenPresent, Narrative: e.Narrative, By: e.By})
	case ConsentRecorded:
		s.Consents = added(s.Consents, Consent{ID: e.Consent, Person: e.Person, Decision: e.Decision, Recipients: e.Recipients, Purposes: e.Purposes, How: e.How, Until: e.Until, At: e.At})
	case ConsentWithdrawn:
		s.Consents = changed(s.Consents, func(c Consent) bool { return c.ID == e.Consent }, func(c *Consent) { c.Withdrawn = true })
	case RiskAssessed:
		s.Assessments = added(s.Assessments, Assessment{ID: e.Assessment, Factors: e.Factors, ToolLevel: e.ToolLevel, Level: e.Level, By: e.By, At: e.At})
		s.Risk = s.standingRisk()
	case RiskOverridden:
		s.Assessments = changed(s.Assessments, func(a Assessment) bool { return a.ID == e.Assessment }, func(a *Assessment) { a.Overrides = true })
	case MeasureTaken:
		s.Measures = added(s.Measures, Measure{ID: e.Measure, Kind: e.Kind, Detail: e.Detail, By: e.By, At: e.At})
	case MeasureEnded:
		s.Measures = changed(s.Measures, func(m Measure) bool { return m.ID == e.Measure }, func(m *Measure) { m.EndedAt = e.At })
	case NoteWritten:
		s.Notes = added(s.Notes, Note{ID: e.Note, Section: e.Section, Text: e.Text, By: e.By, At: e.At})
	case EntryMarkedInError:
		return markedInError(s, e)
	case DeadlineSet, DeadlineMet, DeadlineVoided, DeadlineLapsed:
		return evolveDeadline(s, e)
	default:
		return evolveWork(evolveOrder(evolveReferral(s, e), e), e)
	}
	return s
}

// Fold applies a history to the state before it.
func Fold(s State, history ...event.Data) State {
	for _, e := range history {
		s = Evolve(s, e)
	}
	return s
}

// added returns a copy of the list with one more at its end. It never writes into the list's spare room, which another
// state may share.
func added[T any](list []T, v T) []T { return append(slices.Clip(list), v) }

// changed returns a copy of the list in which the element is changed; the list itself when it has no such element.
func changed[T any](list []T, is func(T) bool, change func(*T)) []T {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		return list
	}
	out := slices.Clone(list)
	change(&out[i])
	return out
}

// participate adds an institution, or brings it back.
func participate(list []Participant, e ParticipantAdded) []Participant {
	is := func(p Participant) bool { return p.Institution == e.Institution }
	if !slices.ContainsFunc(list, is) {
		return added(list, Participant{Institution: e.Institution, Reason: e.Reason})
	}
	return changed(list, is, func(p *Participant) { p.Reason, p.Removed = e.Reason, false })
}

func (s State) standingRisk() string {
	a, _ := s.newestAssessment()
	return a.Level
}

func evolveDeadline(s State, e event.Data) State {
	edit := func(id string, change func(*Deadline)) State {
		s.Deadlines = changed(s.Deadlines, func(d Deadline) bool { return d.ID == id }, change)
		return s
	}
	switch e := e.(type) {
	case DeadlineSet:
		s.Deadlines = added(s.Deadlines, Deadline{
			ID: e.Deadline, Rule: e.Rule, Pack: e.Pack, Version: e.Version, Article: e.Article, Confidence: e.Confidence,
			Owner: e.Owner, Action: e.Action, Kind: e.Kind, Target: e.Target,
			SetAt: e.TriggeredAt, DueAt: e.DueAt, Shift: e.Shift, Status: Running,
		})
	case DeadlineMet:
		return edit(e.Deadline, func(d *Deadline) { d.Status, d.EndedAt = Met, e.At })
	case DeadlineVoided:
		return edit(e.Deadline, func(d *Deadline) { d.Status, d.EndedAt = Voided, e.At })
	case DeadlineLapsed:
		return edit(e.Deadline, func(d *Deadline) { d.Status, d.LapsedAt = Lapsed, e.At })
	}
	return s
}
