package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// Before a technical team speaks of a case, each invited institution that has a part in it says what it knows: its return.
// It is owed some days before the meeting, and what did not come is seen in the room.

// Return is what an institution says about a case before a meeting.
type Return struct {
	ID          string        `json:"id"`
	Meeting     string        `json:"meeting"`
	Institution string        `json:"institution"`
	MeetingAt   time.Time     `json:"meeting_at"`
	Finding     string        `json:"finding,omitempty"`
	Proposals   []string      `json:"proposals,omitempty"` // actions of a plan that it proposes
	Text        person.Sealed `json:"text,omitzero"`
	FiledAt     time.Time     `json:"filed_at,omitzero"`
	Dropped     bool          `json:"dropped,omitempty"` // the team no longer waits for it
}

// Filed tells whether it came.
func (r Return) Filed() bool { return !r.FiledAt.IsZero() }

// ReturnFindings are what an institution knows, the gravest last.
var ReturnFindings = []string{"nothing_known", "no_concern", "concern", "danger"}

// TargetReturn is the kind of the thing that a return's clock is about.
const TargetReturn = "return"

const ruleMeetingReturns = "MEETING-RETURNS"

type (
	// AskReturn asks an institution for its return before a meeting, or moves it with the meeting.
	AskReturn struct {
		Return, Meeting, Institution string
		MeetingAt                    time.Time
	}
	// FileReturn is the answer; until the meeting it may be filed again.
	FileReturn struct {
		Return, Finding string
		Proposals       []string
		Text            person.Sealed
	}
	// DropReturn ends the waiting: the meeting was held or is not to be, or does not speak of the case.
	DropReturn struct{ Return string }
)

func (AskReturn) command()  {}
func (FileReturn) command() {}
func (DropReturn) command() {}

type (
	// ReturnAsked asks an institution what it knows, before a meeting.
	ReturnAsked struct {
		Return      string    `json:"return"`
		Meeting     string    `json:"meeting"`
		Institution string    `json:"institution"`
		MeetingAt   time.Time `json:"meeting_at"`
		At          time.Time `json:"at"`
	}
	// ReturnFiled is what it says; the last one counts.
	ReturnFiled struct {
		Return    string        `json:"return"`
		Finding   string        `json:"finding"`
		Proposals []string      `json:"proposals,omitempty"`
		Text      person.Sealed `json:"text,omitzero"`
		By        string        `json:"by"`
		At        time.Time     `json:"at"`
	}
	// ReturnDropped: the team no longer waits for it.
	ReturnDropped struct {
		Return string    `json:"return"`
		At     time.Time `json:"at"`
	}
)

// The stored names.
func (ReturnAsked) EventType() string   { return "return.asked" }
func (ReturnFiled) EventType() string   { return "return.filed" }
func (ReturnDropped) EventType() string { return "return.dropped" }

var returnEvents = []event.Entry{
	event.Type[ReturnAsked]("An institution was asked what it knows of the case before a meeting."),
	event.Type[ReturnFiled]("It said what it knows."),
	event.Type[ReturnDropped]("The meeting no longer waits for a return."),
}

func evolveReturn(w write, s State, e event.Data) State {
	edit := func(id string, change func(*Return)) State {
		s.Returns = changed(w, s.Returns, func(r Return) bool { return r.ID == id }, change)
		return s
	}
	switch e := e.(type) {
	case ReturnAsked:
		if has(s.Returns, func(r Return) bool { return r.ID == e.Return }) {
			return edit(e.Return, func(r *Return) { r.MeetingAt, r.Dropped = e.MeetingAt, false })
		}
		s.Returns = added(w, s.Returns, Return{ID: e.Return, Meeting: e.Meeting, Institution: e.Institution, MeetingAt: e.MeetingAt})
	case ReturnFiled:
		return edit(e.Return, func(r *Return) { r.Finding, r.Proposals, r.Text, r.FiledAt = e.Finding, e.Proposals, e.Text, e.At })
	case ReturnDropped:
		return edit(e.Return, func(r *Return) { r.Dropped = true })
	}
	return s
}

func (t *decision) decideReturn(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case AskReturn:
		return true, t.askReturn(c)
	case FileReturn:
		return true, t.fileReturn(c)
	case DropReturn:
		return true, t.dropReturn(c)
	}
	return false, nil
}

func (t *decision) askReturn(c AskReturn) error {
	at := instant(c.MeetingAt)
	had, asked := find(t.s.Returns, func(r Return) bool { return r.ID == c.Return })
	switch {
	case asked && !had.Dropped && had.MeetingAt.Equal(at):
		return nil
	case !asked:
		if err := t.fresh("return", c.Return); err != nil {
			return err
		}
	}
	if err := validID("meeting", c.Meeting); err != nil {
		return err
	}
	if !slices.Contains(t.s.Parties(), c.Institution) {
		return event.RefuseField(CodeReturnNoPart, "institution", "has no part in the case")
	}
	if err := t.ahead("meeting_at", at); err != nil {
		return err
	}
	t.add(ReturnAsked{Return: c.Return, Meeting: c.Meeting, Institution: c.Institution, MeetingAt: at, At: t.at()})
	t.void(of(TargetReturn, c.Return))
	if had.Filed() {
		return nil
	}
	clock := t.clock(ruleMeetingReturns, at)
	if !clock.DueAt.After(t.at()) { // called at short notice: then it is owed when the meeting begins
		clock.DueAt, clock.Shift = at, ""
	}
	t.set(clock, t.at(), c.Institution, TargetReturn, c.Return)
	return nil
}

func (t *decision) fileReturn(c FileReturn) error {
	if err := coded("finding", c.Finding, ReturnFindings); err != nil {
		return err
	}
	proposals, err := codes("proposals", c.Proposals, PlanActions)
	if err != nil {
		return err
	}
	r, ok := find(t.s.Returns, func(r Return) bool { return r.ID == c.Return })
	switch {
	case !ok:
		return event.RefuseField(CodeReturnUnknown, "return", "nobody asked for it")
	case r.Institution != t.by():
		return event.RefuseField(CodeReturnNotYours, "return", "another institution was asked")
	case r.Dropped:
		return event.RefuseField(CodeReturnLate, "return", "the meeting no longer waits for it")
	case r.Filed() && r.Finding == c.Finding && slices.Equal(r.Proposals, proposals) && r.Text.Equal(c.Text):
		return nil
	case c.Finding != "nothing_known" && c.Text.IsZero():
		return event.RefuseField(CodeRequired, "text", "is missing")
	}
	t.add(ReturnFiled{Return: c.Return, Finding: c.Finding, Proposals: proposals, Text: c.Text, By: t.by(), At: t.at()})
	t.meet(of(TargetReturn, c.Return))
	return nil
}

func (t *decision) dropReturn(c DropReturn) error {
	r, ok := find(t.s.Returns, func(r Return) bool { return r.ID == c.Return })
	if !ok {
		return event.RefuseField(CodeReturnUnknown, "return", "nobody asked for it")
	}
	if r.Dropped {
		return nil
	}
	t.add(ReturnDropped{Return: c.Return, At: t.at()})
	t.void(of(TargetReturn, c.Return))
	return nil
}
