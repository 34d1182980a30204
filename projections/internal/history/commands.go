package history

import (
	"time"

	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/domain/person"
)

func among[T any](m *Maker, list []T) T { return list[m.Pick(len(list))] }

// text is a sealed text of a usual size.
func (m *Maker) text(k *kase) person.Sealed {
	return person.Sealed{Subject: k.state.Subject, Field: "reason", Ref: "command", Box: make([]byte, 120)}
}

// command picks something that somebody might well do to the case as it stands. It may be refused.
func (m *Maker) command(k *kase) (who string, c casefile.Command) {
	s := k.state
	if s.Status == casefile.Closed {
		return Muni, casefile.ReopenCase{Reason: "new_incident"}
	}
	for _, d := range s.Deadlines {
		if d.Status == casefile.Running && d.DueAt.Before(m.Now) && m.Pick(2) == 0 {
			return "", casefile.LapseDeadline{Deadline: d.ID}
		}
	}
	if k.events > m.Length || m.Pick(60) == 0 {
		return m.ending(s)
	}
	switch m.Pick(14) {
	case 0, 1:
		return Police, casefile.AssessRisk{Assessment: m.ID("risk"), Factors: []string{"weapons"}, Level: casefile.High}
	case 2, 3:
		to := among(m, []string{Shelter, NGO, School})
		return Muni, casefile.CreateReferral{
			Referral: m.ID("referral"), To: to, Service: among(m, casefile.Services), Urgency: among(m, casefile.Urgencies), Reason: m.text(k),
			Basis: "vital_interest", ToPrivate: to != School, Draft: m.Pick(8) == 0,
		}
	case 4:
		return among(m, Everybody), casefile.TakeMeasure{Measure: m.ID("measure"), Kind: among(m, casefile.MeasureKinds)}
	case 5:
		return Muni, casefile.RecordVisit{Visit: m.ID("visit"), Outcome: among(m, casefile.VisitOutcomes), Findings: m.text(k)}
	case 6:
		return Muni, casefile.PlanVisit{Visit: m.ID("visit"), When: m.Now.Add(48 * time.Hour)}
	case 7:
		return among(m, Everybody), casefile.WriteNote{Note: m.ID("note"), Section: "general", Text: m.text(k)}
	case 8:
		return Muni, casefile.DraftPlan{Plan: m.ID("plan")}
	case 9:
		return m.order(s)
	case 10:
		return m.plan(s)
	case 11:
		return m.inError(s)
	default:
		return m.referral(k)
	}
}

func (m *Maker) ending(s casefile.State) (string, casefile.Command) {
	for _, r := range s.Referrals {
		if r.IsOpen() {
			if r.Review != "" && r.Settled != "" {
				return Muni, casefile.ConfirmDecline{Referral: r.ReferralContent.Referral}
			}
			if r.Status == casefile.Declined || r.Status == casefile.Failed {
				return r.From, casefile.SettleReferral{Referral: r.ReferralContent.Referral, Way: "other_help_found"}
			}
			if r.Status == casefile.CancellationRequested {
				return r.To, casefile.CancelReferral{Referral: r.ReferralContent.Referral, Reason: "no_longer_needed"}
			}
			return r.From, casefile.CancelReferral{Referral: r.ReferralContent.Referral, Reason: "no_longer_needed"}
		}
	}
	for _, o := range s.Orders {
		if o.Status == casefile.OrderInForce && !o.InError {
			return Court, casefile.RevokeOrder{Order: o.ID}
		}
	}
	for _, a := range s.Plan.Actions {
		if a.Status == casefile.Planned {
			return Muni, casefile.CancelAction{Action: a.ID}
		}
	}
	return Muni, casefile.CloseCase{Reason: "goals_met"}
}

func (m *Maker) referral(k *kase) (string, casefile.Command) {
	if len(k.state.Referrals) == 0 {
		return Muni, casefile.AssessRisk{Assessment: m.ID("risk"), Level: casefile.Low}
	}
	r := k.state.Referrals[m.Pick(len(k.state.Referrals))]
	id := r.ReferralContent.Referral
	switch m.Pick(10) {
	case 0:
		return r.From, casefile.SendReferral{Referral: id}
	case 1:
		return r.To, casefile.AcknowledgeReferral{Referral: id}
	case 2, 3:
		return r.To, casefile.AcceptReferral{Referral: id}
	case 4:
		return r.To, casefile.DeclineReferral{Referral: id, Reason: "no_capacity", Note: m.text(k)}
	case 5:
		return r.To, casefile.ScheduleReferral{Referral: id, Appointment: m.Now.Add(24 * time.Hour)}
	case 6:
		return r.To, casefile.StartReferral{Referral: id}
	case 7:
		return r.To, casefile.ReportService{Referral: id, Service: r.Service, Sessions: 1 + m.Pick(3)}
	case 8:
		return r.To, casefile.CompleteReferral{Referral: id, Outcome: "helped"}
	default:
		return r.From, casefile.SettleReferral{Referral: id, Way: "accepted"}
	}
}

func (m *Maker) order(s casefile.State) (string, casefile.Command) {
	if len(s.Orders) == 0 {
		return Police, casefile.RequestOrder{Order: m.ID("order"), Type: casefile.UMM, Court: Court}
	}
	o := s.Orders[m.Pick(len(s.Orders))]
	switch m.Pick(4) {
	case 0:
		return Court, casefile.IssueOrder{Order: o.ID, Type: o.Type, Executor: Police, Conditions: []string{"a"}, ValidUntil: m.Now.Add(30 * 24 * time.Hour)}
	case 1:
		return Police, casefile.ExecuteOrder{Order: o.ID}
	case 2:
		return Police, casefile.ReportBreach{Order: o.ID}
	default:
		return Muni, casefile.RequestOrder{Order: m.ID("order"), Type: casefile.UM, Court: Court}
	}
}

func (m *Maker) plan(s casefile.State) (string, casefile.Command) {
	for _, a := range s.Plan.Actions {
		if a.Status == casefile.Planned && m.Pick(2) == 0 {
			return a.Institution, casefile.CompleteAction{Action: a.ID}
		}
	}
	if m.Pick(3) == 0 {
		return Muni, casefile.ApprovePlan{}
	}
	return Muni, casefile.AssignAction{Action: m.ID("action"), What: "counselling", Institution: NGO, Due: m.Now.Add(72 * time.Hour)}
}

func (m *Maker) inError(s casefile.State) (string, casefile.Command) {
	switch {
	case len(s.Visits) > 0 && m.Pick(2) == 0:
		v := s.Visits[m.Pick(len(s.Visits))]
		return v.By, casefile.MarkInError{Kind: casefile.TargetVisit, Target: v.ID, Reason: "duplicate"}
	case len(s.Measures) > 0:
		o := s.Measures[m.Pick(len(s.Measures))]
		return o.By, casefile.MarkInError{Kind: casefile.TargetMeasure, Target: o.ID, Reason: "wrong_case"}
	}
	return Muni, casefile.AssessRisk{Assessment: m.ID("risk"), Level: casefile.Medium}
}

// elsewhere makes up a whole stream that is not a case's.
func (m *Maker) elsewhere() Append {
	switch m.Pick(3) {
	case 0:
		id, kind := m.ID("m"), among(m, meeting.Kinds)
		return m.Batch(event.StreamName(event.MeetingCategory, id), 0, Muni,
			meeting.Scheduled{Meeting: id, Kind: kind, When: m.Now, Place: "municipality", Convener: Muni},
			meeting.InstitutionInvited{Institution: NGO}, meeting.AttendanceRecorded{Institution: NGO, Attendance: meeting.Present},
			meeting.AgendaAdded{Case: m.cases[0].id, Reason: "high_risk"},
			meeting.Held{Kind: kind, At: m.Now, Cases: []string{m.cases[0].id}, Invited: 1, Present: 1, Quorum: true})
	case 1:
		id := m.ID("a")
		events := []event.Data{activity.Recorded{
			What:    activity.What{Activity: id, Kind: among(m, activity.Kinds), On: m.Now.In(m.Zone).Format(time.DateOnly), Title: "Takim", Organiser: Muni},
			Turnout: activity.Turnout{Participants: 20},
		}}
		if m.Pick(3) == 0 {
			events = append(events, activity.EnteredInError{Reason: "duplicate"})
		}
		return m.Batch(event.StreamName(event.ActivityCategory, id), 0, Muni, events...)
	default:
		id, family, month := m.ID("p"), m.Person(), m.Now.In(m.Zone).Format("2006-01")
		events := []event.Data{
			application.Submitted{Application: id, Kind: application.FosterAid, Subject: family, At: m.Now},
			application.Decided{Outcome: application.Granted, At: m.Now},
			application.AidPaid{Kind: application.FosterAid, Subject: family, Period: month, Lek: 9000, At: m.Now},
		}
		if m.Pick(3) == 0 {
			events = append(events, application.PaymentTakenBack{Period: month, Reason: "duplicate"})
		}
		return m.Batch(event.StreamName(event.ApplicationCategory, id), 0, Muni, events...)
	}
}
