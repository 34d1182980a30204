package handlers

import (
	"context"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections/timeline"
)

// HandOver is what leaves with a transfer: a sheet on paper, since whoever takes the case on is not on the platform. It is
// the case as it stood when the file was handed over, told by the events up to that one, so nothing that comes later
// changes it; before that it is the case as it stands.
type HandOver struct {
	Transfer casefile.Transfer   `json:"transfer"`
	Parts    []string            `json:"parts"`
	Case     CaseView            `json:"case"`
	Owed     []casefile.Deadline `json:"owed"`    // what was still to be done then, what falls due first on top
	Entries  []SheetEntry        `json:"entries"` // whose texts go with it
	Opens    bool                `json:"opens"`   // the caller may open texts of it now
	Sent     bool                `json:"sent"`
}

// SheetEntry is an entry of the case's story whose texts go with the sheet.
type SheetEntry struct {
	ID   string    `json:"id"` // of the event
	Type string    `json:"type"`
	At   time.Time `json:"at"`
}

// sheetEvents are the entries whose texts go with a part of the file.
var sheetEvents = map[string][]string{
	"summary":          {"incident.recorded", "note.written", "transfer.proposed"},
	"risk_assessments": {"risk.assessed", "child.screened"},
	"plan":             {"plan.goal_set", "plan.action_assigned", "plan.reviewed", "safety_plan.written"},
	"measures":         {"measure.taken", "measure.monitored"},
	"orders":           {"order.breached"},
}

// sheetFields are the groups of fields that a file of these parts may name: contacts and health only where they are sent.
func sheetFields(parts []string) access.FieldSet {
	out := access.Identity | access.Narrative | access.Legal
	if slices.Contains(parts, "contacts") {
		out |= access.Contact
	}
	if slices.Contains(parts, "health") {
		out |= access.Health
	}
	return out
}

// handingOver reads a case for whoever may take it out of the house on paper.
func (s *Service) handingOver(ctx context.Context, c Caller, caseID, transfer string) (h History, tr casefile.Transfer, err error) {
	if h, err = s.bundleHistory(ctx, c, caseID); err != nil {
		return h, tr, err
	}
	i := slices.IndexFunc(h.now.Transfers, func(tr casefile.Transfer) bool { return tr.ID == transfer })
	if i < 0 {
		return h, tr, ErrNotFound
	}
	return h, h.now.Transfers[i], nil
}

// HandOver returns the sheet of a file that was handed over, in coded values.
func (s *Service) HandOver(ctx context.Context, c Caller, caseID, transfer string) (HandOver, error) {
	out, _, err := s.handOver(ctx, c, caseID, transfer)
	return out, err
}

func (s *Service) handOver(ctx context.Context, c Caller, caseID, transfer string) (HandOver, History, error) {
	h, tr, err := s.handingOver(ctx, c, caseID, transfer)
	if err != nil {
		return HandOver{}, h, err
	}
	for i, f := range h.facts {
		if d, is := f.Data.(casefile.TransferWasHandedOver); is && d.Transfer == transfer {
			h.facts = h.facts[:i+1]
			out, err := s.sheet(ctx, h, tr, d.Parts, At{Position: f.Position})
			out.Sent = true
			return out, h, err
		}
	}
	return HandOver{}, h, ErrNotFound
}

// PreviewHandOver is the sheet as it would be if the file were handed over now. It judges and refuses like the action, and
// stores nothing.
func (s *Service) PreviewHandOver(ctx context.Context, c Caller, caseID, transfer string, in *HandOverTransfer) (HandOver, error) {
	if err := required(in); err != nil {
		return HandOver{}, err
	}
	h, _, err := s.handingOver(ctx, c, caseID, transfer)
	if err != nil {
		return HandOver{}, err
	}
	a, _ := ActionNamed("transfer.hand_over")
	if _, err := s.judgeAction(c, a, transfer, h.real); err != nil {
		return HandOver{}, err
	}
	cases, err := s.decider(ctx)
	if err != nil {
		return HandOver{}, err
	}
	now := s.Clock.Now().UTC()
	cmd := casefile.HandOverTransfer{Transfer: transfer, Parts: texts(in.Parts), Means: string(in.Means), Basis: string(in.Basis)}
	m := event.Moment{Now: now, OccurredAt: now, Actor: c.Actor()}
	if !in.OccurredAt.IsZero() {
		m.OccurredAt = in.OccurredAt.UTC()
	}
	events, err := cases.Decide(h.real, cmd, m)
	if err != nil {
		return HandOver{}, err
	}
	tr := casefile.Fold(h.real, events...).Transfers[slices.IndexFunc(h.real.Transfers, func(o casefile.Transfer) bool { return o.ID == transfer })]
	out, err := s.sheet(ctx, h, tr, tr.Parts, At{})
	out.Opens = false // nothing is opened for what has not been sent
	return out, err
}

func (s *Service) sheet(ctx context.Context, h History, tr casefile.Transfer, parts []string, at At) (HandOver, error) {
	view, err := h.Case(ctx, at)
	if err != nil {
		return HandOver{}, err
	}
	view.Actions, view.Restriction = []OpenAction{}, casefile.Restriction{} // who is kept out here is no matter of theirs
	out := HandOver{Transfer: tr, Parts: parts, Case: view, Owed: []casefile.Deadline{}, Entries: []SheetEntry{}}
	for _, d := range view.Deadlines {
		if d.Owed() && !d.Right && !d.IsWarning() && d.Kind != casefile.TargetTransfer {
			out.Owed = append(out.Owed, d)
		}
	}
	granted := s.fieldsFor(h.caller, h.real) & sheetFields(parts)
	out.Opens = granted != 0
	wrong := inError(h.facts)
	for _, f := range h.facts {
		if wrong[f.ID] { // paper that leaves the house cannot be corrected: what was taken back before is not on it
			continue
		}
		of := slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(sheetEvents[part], f.Type) })
		if of && s.mayRead(h.caller, h.real, f) && len(sealedOfEntry(f, granted)) > 0 {
			out.Entries = append(out.Entries, SheetEntry{f.ID, f.Type, f.Meta.OccurredAt})
		}
	}
	slices.SortStableFunc(out.Owed, func(a, b casefile.Deadline) int { return a.DueAt.Compare(b.DueAt) })
	return out, nil
}

// inError are the entries that tell of what was marked as entered in error.
func inError(facts []event.Fact) map[string]bool {
	out := map[string]bool{}
	for _, e := range timeline.Of(facts...) {
		if e.InError {
			out[e.EventID] = true
		}
	}
	return out
}

// OpenHandOver opens the texts that go with the sheet, as they were when the file was handed over: those of its parts, and
// none that the policy does not open to the caller today. Who is at a screen proves once more who she is (ErrStepUp). The opening is recorded before she reads a word.
func (s *Service) OpenHandOver(ctx context.Context, c Caller, caseID, transfer string) (Opened, error) {
	out := Opened{Persons: []OpenedFields{}, Entries: []OpenedFields{}}
	sheet, h, err := s.handOver(ctx, c, caseID, transfer)
	if err != nil {
		return out, err
	}
	granted := s.fieldsFor(c, h.real) & sheetFields(sheet.Parts)
	if granted == 0 {
		err := &DeniedError{Action: string(access.OpenFields), Code: access.CodeNotForRole}
		s.recordRefusal(ctx, c, string(access.OpenFields), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	if err := s.needRaisedScreen(ctx, c); err != nil { // it leaves the house, as a bundle does
		return out, err
	}
	until := h.facts[len(h.facts)-1]
	var sealed []sealedAt
	var persons, entries []string
	for _, link := range sheet.Case.Persons {
		facts, err := s.facts(ctx, event.StreamName(event.PersonCategory, link.Person))
		if err != nil {
			return out, err
		}
		sealed = append(sealed, sealedOfDetails(link.Person, personAt(facts, revisionAt(facts, until.RecordedAt)), granted)...)
		persons = append(persons, link.Person)
	}
	for _, f := range h.facts {
		if slices.ContainsFunc(sheet.Entries, func(e SheetEntry) bool { return e.ID == f.ID }) {
			sealed, entries = append(sealed, sealedOfEntry(f, granted)...), append(entries, f.ID)
		}
	}
	names := make([]string, 0, len(sealed))
	for _, v := range sealed {
		names = append(names, v.path)
	}
	if err := s.recordAccess(ctx, c, accesslog.Opened{Case: caseID, Persons: persons, Entries: entries, Fields: names}); err != nil {
		return out, err
	}
	if out.Persons, err = s.openAll(ctx, sealed, persons); err != nil {
		return out, err
	}
	out.Entries, err = s.openAll(ctx, sealed, entries)
	return out, err
}

// revisionAt is the newest revision of a stream that was recorded by an instant; its first if none was.
func revisionAt(facts []event.Fact, at time.Time) (revision uint64) {
	for _, f := range facts {
		if !f.RecordedAt.After(at) {
			revision = f.Revision
		}
	}
	return revision
}
