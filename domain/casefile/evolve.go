package casefile

import (
	"slices"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

// Evolve applies an event. It is total: it never refuses, never checks, and what it does not know leaves the state as it
// was, because what is stored has happened. It shares no array that it writes: folding on from an old state again gives
// the same result again.
func Evolve(s State, e event.Data) State { return evolve(copying, s, e) }

// Fold applies a history to the state before it, as Evolve would one by one, at a cost that grows with the history and
// not with its square: it works on copies of its own.
func Fold(s State, history ...event.Data) State {
	s = s.detached()
	for _, e := range history {
		s = evolve(inPlace, s, e)
	}
	return s
}

// write says whether the lists of a state may be written where they are, or only copied.
type write bool

const (
	copying write = false
	inPlace write = true // nobody else holds these lists
)

// detached is the state with lists that nobody else holds.
func (s State) detached() State {
	s.Persons, s.Participants = slices.Clone(s.Persons), slices.Clone(s.Participants)
	s.Incidents, s.Consents, s.Assessments = slices.Clone(s.Incidents), slices.Clone(s.Consents), slices.Clone(s.Assessments)
	s.Referrals, s.Measures, s.Orders = slices.Clone(s.Referrals), slices.Clone(s.Measures), slices.Clone(s.Orders)
	s.Hearings, s.Visits, s.Notes = slices.Clone(s.Hearings), slices.Clone(s.Visits), slices.Clone(s.Notes)
	s.Files = slices.Clone(s.Files)
	s.Breaches, s.Returns = slices.Clone(s.Breaches), slices.Clone(s.Returns)
	s.Screenings, s.Transfers, s.Conferred = slices.Clone(s.Screenings), slices.Clone(s.Transfers), slices.Clone(s.Conferred)
	s.Plan, s.Deadlines = s.Plan.detached(), slices.Clone(s.Deadlines)
	s.Restriction = s.Restriction.detached()
	return s
}

func evolve(w write, s State, e event.Data) State {
	switch e := e.(type) {
	case CaseOpened:
		s.ID, s.Code, s.Kind, s.Channel, s.Regime, s.Violence = e.Case, e.Code, e.Kind, e.Channel, e.Regime, e.Violence
		s.Subject, s.SubjectMinor, s.Lead, s.OpenedBy, s.OpenedAt = e.Subject, e.SubjectMinor, e.Lead, e.By, e.At
		s.Status, s.OpenedMedical = Open, e.Medical
	case CaseClosed:
		s.Status, s.ClosedAt, s.CloseReason, s.Closing = Closed, e.At, e.Reason, e.Criteria
	case CaseReopened:
		s.Status, s.ClosedAt, s.CloseReason, s.Closing, s.ReopenedAt = Open, zeroTime, "", nil, e.At
		s.Reopened++
	case PersonAdded:
		s.Persons = added(w, s.Persons, e.PersonLink)
	case PersonChanged:
		s.Persons = changed(w, s.Persons, func(p PersonLink) bool { return p.Person == e.Person }, func(p *PersonLink) { p.Minor = e.Minor })
		s.Changes = added(w, s.Changes, e.Change)
		if e.Person == s.Subject {
			s.SubjectMinor = e.Minor
		}
	case ParticipantAdded:
		s.Participants = participate(w, s.Participants, e)
	case ParticipantRemoved:
		s.Participants = changed(w, s.Participants, func(p Participant) bool { return p.Institution == e.Institution },
			func(p *Participant) { p.Removed = true })
	case IncidentRecorded:
		s.Incidents = added(w, s.Incidents, Incident{ID: e.Incident, Types: e.Types, On: e.On, ChildrenPresent: e.ChildrenPresent, Narrative: e.Narrative, By: e.By})
	case ConsentRecorded:
		s.Consents = added(w, s.Consents, Consent{ID: e.Consent, Person: e.Person, Decision: e.Decision, Recipients: e.Recipients, Purposes: e.Purposes, How: e.How, Until: e.Until, At: e.At, Classes: e.Classes, Giver: e.Giver})
	case ConsentWithdrawn:
		s.Consents = changed(w, s.Consents, func(c Consent) bool { return c.ID == e.Consent }, func(c *Consent) { c.Withdrawn = true })
	case RiskAssessed:
		s.Assessments = added(w, s.Assessments, Assessment{ID: e.Assessment, Factors: e.Factors, ToolLevel: e.ToolLevel, Level: e.Level, By: e.By, At: e.At})
		s.Risk = s.standingRisk()
	case RiskOverridden:
		s.Assessments = changed(w, s.Assessments, func(a Assessment) bool { return a.ID == e.Assessment }, func(a *Assessment) { a.Overrides = true })
	case FileAttached:
		s.Files = added(w, s.Files, File{
			ID: e.File, Kind: e.Kind, Class: e.Class, Media: e.Media, Size: e.Size, Hash: e.Hash, Key: e.Key, Cleaned: e.Cleaned, Title: e.Title, Consent: e.Consent, By: e.By, At: e.At,
		})
	case NoteWritten:
		s.Notes = added(w, s.Notes, Note{ID: e.Note, Section: e.Section, Text: e.Text, By: e.By, At: e.At})
	case EntryMarkedInError:
		return markedInError(w, s, e)
	case DeadlineSet, DeadlineMet, DeadlineVoided, DeadlineLapsed, DeadlineWarned, DeadlineEscalated, DeadlineAcknowledged:
		return evolveDeadline(w, s, e)
	default:
		return evolveRestriction(w, evolveTransfer(w, evolveReturn(w, evolveMeasure(w, evolveWork(w, evolveOrder(w, evolveReferral(w, s, e), e), e), e), e), e), e)
	}
	return s
}

// added puts one more at the end of a list. Unless it may write in place, it never writes into the list's spare room,
// which another state may share.
func added[T any](w write, list []T, v T) []T {
	if w == copying {
		list = slices.Clip(list)
	}
	return append(list, v)
}

// changed changes one element, the newest that fits, in the list or in a copy of it. A list without one stays as it is.
func changed[T any](w write, list []T, is func(T) bool, change func(*T)) []T {
	for i := len(list) - 1; i >= 0; i-- {
		if is(list[i]) {
			if w == copying {
				list = slices.Clone(list)
			}
			change(&list[i])
			break
		}
	}
	return list
}

// participate adds an institution, or brings it back.
func participate(w write, list []Participant, e ParticipantAdded) []Participant {
	is := func(p Participant) bool { return p.Institution == e.Institution }
	if !slices.ContainsFunc(list, is) {
		return added(w, list, Participant{Institution: e.Institution, Reason: e.Reason})
	}
	return changed(w, list, is, func(p *Participant) { p.Reason, p.Removed = e.Reason, false })
}

func (s State) standingRisk() string {
	a, _ := s.newestAssessment()
	return a.Level
}

func evolveDeadline(w write, s State, e event.Data) State {
	edit := func(id string, change func(*Deadline)) State {
		s.Deadlines = changed(w, s.Deadlines, func(d Deadline) bool { return d.ID == id }, change)
		return s
	}
	switch e := e.(type) {
	case DeadlineSet:
		s.Deadlines = added(w, s.Deadlines, Deadline{
			ID: e.Deadline, Rule: e.Rule, Pack: e.Pack, Version: e.Version, Article: e.Article, Confidence: e.Confidence,
			Owner: e.Owner, Action: e.Action, Kind: e.Kind, Target: e.Target,
			SetAt: e.TriggeredAt, DueAt: e.DueAt, Shift: e.Shift, Status: Running, Right: e.Right, Ladder: e.Ladder,
		})
	case DeadlineMet:
		return edit(e.Deadline, func(d *Deadline) { d.Status, d.EndedAt, d.Ladder = Met, e.At, deadline.Ladder{} })
	case DeadlineVoided:
		return edit(e.Deadline, func(d *Deadline) { d.Status, d.EndedAt, d.Ladder = Voided, e.At, deadline.Ladder{} })
	case DeadlineLapsed:
		return edit(e.Deadline, func(d *Deadline) { d.Status, d.LapsedAt = Lapsed, e.At })
	case DeadlineWarned:
		return edit(e.Deadline, func(d *Deadline) { d.Warnings = added(copying, d.Warnings, e.Warning) })
	case DeadlineEscalated:
		return edit(e.Deadline, func(d *Deadline) { d.Reached = added(copying, d.Reached, e.Told) })
	case DeadlineAcknowledged:
		return edit(e.Deadline, func(d *Deadline) { d.Acks = added(copying, d.Acks, e.Ack) })
	}
	return s
}
