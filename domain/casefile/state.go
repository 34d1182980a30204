package casefile

import (
	"time"

	"mkr/domain/deadline"
	"mkr/domain/person"
)

// Status of a case and of the things in it.
type Status string

// Statuses of a case.
const (
	NotOpened Status = ""
	Open      Status = "open"
	Closed    Status = "closed"
)

// Statuses of a referral (domain.md 8.1; see ADR 5 for the mapping to FHIR Task).
const (
	Drafted               Status = "drafted"
	Sent                  Status = "sent"
	Acknowledged          Status = "acknowledged"
	Accepted              Status = "accepted"
	Scheduled             Status = "scheduled"
	NoShow                Status = "no_show"
	InProgress            Status = "in_progress"
	OnHold                Status = "on_hold"
	CancellationRequested Status = "cancellation_requested"
	Declined              Status = "declined"
	DeclinedBySurvivor    Status = "declined_by_survivor"
	Completed             Status = "completed"
	Failed                Status = "failed"
	Cancelled             Status = "cancelled"
	InError               Status = "entered_in_error"
)

// ReferralStatuses lists them in the order of the work.
var ReferralStatuses = []Status{Drafted, Sent, Acknowledged, Accepted, Scheduled, NoShow, InProgress, OnHold, CancellationRequested, Declined, DeclinedBySurvivor, Completed, Failed, Cancelled, InError}

// Statuses of an order.
const (
	OrderAsked      Status = "requested"
	OrderInForce    Status = "in_force"
	OrderIsRefused  Status = "refused"
	OrderIsRevoked  Status = "revoked"
	OrderReplaced   Status = "replaced" // a UMM ends when the UM begins to apply (law 9669 art. 19(3)b)
	OrderHasExpired Status = "expired"
)

// Statuses of hearings, visits and plan actions.
const (
	Planned Status = "planned"
	Done    Status = "done"
	Dropped Status = "cancelled"
)

// Statuses of a deadline. A lapsed deadline is still owed.
const (
	Running Status = "running"
	Lapsed  Status = "lapsed"
	Met     Status = "met"
	Voided  Status = "voided"
)

// State is the case as its events tell it. The zero State is "nothing has happened yet".
type State struct {
	ID           string    `json:"id,omitempty"`
	Code         string    `json:"code,omitempty"`
	Kind         string    `json:"kind,omitempty"`
	Channel      string    `json:"channel,omitempty"`
	Regime       string    `json:"regime,omitempty"`
	Violence     []string  `json:"violence,omitempty"`
	Status       Status    `json:"status,omitempty"`
	Subject      string    `json:"subject,omitempty"`
	SubjectMinor bool      `json:"subject_minor,omitempty"`
	Lead         string    `json:"lead,omitempty"`
	OpenedBy     string    `json:"opened_by,omitempty"`
	OpenedAt     time.Time `json:"opened_at,omitzero"`
	ClosedAt     time.Time `json:"closed_at,omitzero"`
	CloseReason  string    `json:"close_reason,omitempty"`
	Reopened     int       `json:"reopened,omitempty"`

	Closing []Criterion `json:"closing,omitempty"` // the checklist of a closed child's case, as it stood

	OpenedMedical bool      `json:"opened_medical,omitempty"` // by medical staff
	ReopenedAt    time.Time `json:"reopened_at,omitzero"`     // last
	TeamAt        time.Time `json:"team_at,omitzero"`         // when a technical team last decided something about it

	Risk         string        `json:"risk,omitempty"` // level of the newest assessment that stands
	Persons      []PersonLink  `json:"persons,omitempty"`
	Changes      []string      `json:"changes,omitempty"` // ids of what became known of them later
	Participants []Participant `json:"participants,omitempty"`
	Incidents    []Incident    `json:"incidents,omitempty"`
	Consents     []Consent     `json:"consents,omitempty"`
	Assessments  []Assessment  `json:"assessments,omitempty"`
	Referrals    []Referral    `json:"referrals,omitempty"`
	Measures     []Measure     `json:"measures,omitempty"`
	Returns      []Return      `json:"returns,omitempty"`
	Conferred    []Conferral   `json:"conferred,omitempty"` // by which teams
	Screenings   []Screening   `json:"screenings,omitempty"`
	Transfers    []Transfer    `json:"transfers,omitempty"`
	Orders       []Order       `json:"orders,omitempty"`
	Breaches     []Breach      `json:"breaches,omitempty"`
	Hearings     []Hearing     `json:"hearings,omitempty"`
	Visits       []Visit       `json:"visits,omitempty"`
	Notes        []Note        `json:"notes,omitempty"`
	Files        []File        `json:"files,omitempty"`
	Plan         Plan          `json:"plan,omitzero"`
	Safety       SafetyPlan    `json:"safety,omitzero"`
	Deadlines    []Deadline    `json:"deadlines,omitempty"`
	Restriction  Restriction   `json:"restriction,omitzero"`
}

type (
	// Participant is an institution that takes part.
	Participant struct {
		Institution string `json:"institution"`
		Reason      string `json:"reason"`
		Removed     bool   `json:"removed,omitempty"`
	}
	// Incident is one occurrence of violence.
	Incident struct {
		ID              string        `json:"id"`
		Types           []string      `json:"types"`
		On              time.Time     `json:"on"`
		ChildrenPresent bool          `json:"children_present,omitempty"`
		Narrative       person.Sealed `json:"narrative,omitzero"`
		By              string        `json:"by"`
		InError         bool          `json:"in_error,omitempty"`
	}
	// Consent is an answer to sharing.
	Consent struct {
		ID         string    `json:"id"`
		Person     string    `json:"person"`
		Decision   string    `json:"decision"`
		Recipients []string  `json:"recipients,omitempty"`
		Purposes   []string  `json:"purposes,omitempty"`
		How        string    `json:"how"`
		Until      time.Time `json:"until,omitzero"`
		Withdrawn  bool      `json:"withdrawn,omitempty"`
		Expired    bool      `json:"expired,omitempty"`
		At         time.Time `json:"at"`
		Classes    []string  `json:"classes,omitempty"`
		Giver      string    `json:"giver,omitempty"`
	}
	// Assessment is a judgement of risk.
	Assessment struct {
		ID        string    `json:"id"`
		Factors   []string  `json:"factors"`
		ToolLevel string    `json:"tool_level"`
		Level     string    `json:"level"`
		Overrides bool      `json:"overrides,omitempty"`
		By        string    `json:"by"`
		At        time.Time `json:"at"`
		InError   bool      `json:"in_error,omitempty"`
	}
	// Referral is a request to an institution, with everything that came of it.
	Referral struct {
		ReferralContent
		Status      Status    `json:"status"`
		HoldKind    string    `json:"hold_kind,omitempty"`
		Before      Status    `json:"before,omitempty"` // status before a request to cancel
		SentAt      time.Time `json:"sent_at,omitzero"`
		AnsweredAt  time.Time `json:"answered_at,omitzero"`
		ChangedAt   time.Time `json:"changed_at"`
		Appointment time.Time `json:"appointment,omitzero"`
		Code        string    `json:"code,omitempty"` // reason or outcome, by status
		Settled     string    `json:"settled,omitempty"`
		ReplacedBy  string    `json:"replaced_by,omitempty"`
		Sessions    int       `json:"sessions,omitempty"`
		LastService Served    `json:"last_service,omitzero"`
		SentBack    bool      `json:"sent_back,omitempty"` // after the lead's review of a no
		Review      string    `json:"review,omitempty"`    // the institution that still has to review a no
		SeenAt      time.Time `json:"seen_at,omitzero"`    // when somebody of the receiver first opened it
		Why         string    `json:"why,omitempty"`       // of an outcome that is no help, or partial
		Noted       bool      `json:"noted,omitempty"`     // the lead has seen that it rests on no consent
		Messages    []Message `json:"messages,omitempty"`
		Disclosed   bool      `json:"disclosed,omitempty"` // what it showed the receiver was kept when it was sent
	}
	// Message is a word between the two sides of a referral; its text is in the event, sealed.
	Message struct {
		ID string    `json:"id"`
		By string    `json:"by"`
		At time.Time `json:"at"`
	}
	// Served is the last report of help given under a referral; the same report again is not a second one.
	Served struct {
		Service  string    `json:"service"`
		Sessions int       `json:"sessions"`
		At       time.Time `json:"at"`
	}
	// Order is a protection order. Breaches and execution do not change its status.
	Order struct {
		ID                   string    `json:"id"`
		Type                 string    `json:"type"`
		Status               Status    `json:"status"`
		Court                string    `json:"court,omitempty"`
		Executor             string    `json:"executor,omitempty"`
		Conditions           []string  `json:"conditions,omitempty"`
		RequestedAt          time.Time `json:"requested_at,omitzero"`
		IssuedAt             time.Time `json:"issued_at,omitzero"`
		ValidUntil           time.Time `json:"valid_until,omitzero"`
		UpheldAt             time.Time `json:"upheld_at,omitzero"`
		ExtendedAt           time.Time `json:"extended_at,omitzero"`
		Upheld               bool      `json:"upheld,omitempty"`
		ServedAt             time.Time `json:"served_at,omitzero"`
		ExecutedAt           time.Time `json:"executed_at,omitzero"`
		Breaches             int       `json:"breaches,omitempty"`
		BreachedAt           time.Time `json:"breached_at,omitzero"`
		EndedAt              time.Time `json:"ended_at,omitzero"` // refused, revoked, replaced or expired
		ReplacedBy           string    `json:"replaced_by,omitempty"`
		By                   string    `json:"by"` // who recorded it first
		ExtensionRequested   bool      `json:"extension_requested,omitempty"`
		ExtensionRequestedAt time.Time `json:"extension_requested_at,omitzero"`
		Extensions           int       `json:"extensions,omitempty"`
		ExtensionRefused     bool      `json:"extension_refused,omitempty"`
		ExtensionRefusedAt   time.Time `json:"extension_refused_at,omitzero"`
		Warned               []string  `json:"warned,omitempty"` // rungs of the ladder before its present end
		InError              bool      `json:"in_error,omitempty"`
		Appeal               Appeal    `json:"appeal,omitzero"`         // the last
		Appeals              []Appeal  `json:"appeals,omitempty"`       // those before it
		AskedAgainAt         time.Time `json:"asked_again_at,omitzero"` // when the petition came back after a refusal that fell
	}
	// Hearing is a date in court.
	Hearing struct {
		ID      string    `json:"id"`
		Order   string    `json:"order,omitempty"`
		Court   string    `json:"court"`
		When    time.Time `json:"when"`
		Status  Status    `json:"status"`
		Outcome string    `json:"outcome,omitempty"`
		By      string    `json:"by"`
		InError bool      `json:"in_error,omitempty"`
	}
	// Visit is a home visit.
	Visit struct {
		ID       string        `json:"id"`
		When     time.Time     `json:"when"` // planned or, once done, when it happened
		Status   Status        `json:"status"`
		Outcome  string        `json:"outcome,omitempty"`
		Findings person.Sealed `json:"findings,omitzero"`
		By       string        `json:"by"`
		InError  bool          `json:"in_error,omitempty"`
	}
	// File is a file that was attached. Its key never leaves the server, not even sealed.
	File struct {
		ID      string        `json:"id"`
		Kind    string        `json:"kind"`
		Class   string        `json:"class"`
		Media   string        `json:"media"`
		Size    int           `json:"size"`
		Hash    string        `json:"hash"`
		Key     person.Sealed `json:"key"`
		Cleaned bool          `json:"cleaned,omitempty"` // an image, without what its device wrote beside the picture
		Title   person.Sealed `json:"title,omitzero"`
		Consent string        `json:"consent,omitempty"`
		By      string        `json:"by"`
		At      time.Time     `json:"at"`
		InError bool          `json:"in_error,omitempty"`
	}
	// Note is a sealed text.
	Note struct {
		ID      string        `json:"id"`
		Section string        `json:"section"`
		Text    person.Sealed `json:"text"`
		By      string        `json:"by"`
		At      time.Time     `json:"at"`
		InError bool          `json:"in_error,omitempty"`
	}
	// Plan is the individual plan.
	Plan struct {
		ID         string          `json:"id,omitempty"`
		Kind       string          `json:"kind,omitempty"`
		DraftedAt  time.Time       `json:"drafted_at,omitzero"`
		ApprovedAt time.Time       `json:"approved_at,omitzero"`
		ApprovedBy string          `json:"approved_by,omitempty"`
		Meeting    string          `json:"meeting,omitempty"`    // that approved it
		NextReview time.Time       `json:"next_review,omitzero"` // the day agreed for it
		Agreed     []PlanAgreement `json:"agreed,omitempty"`
		Goals      []PlanGoal      `json:"goals,omitempty"`
		Actions    []PlanAction    `json:"actions,omitempty"`
		Reviews    []PlanReview    `json:"reviews,omitempty"`
		Earlier    []PlanVersion   `json:"earlier,omitempty"`
	}
	// PlanAction is one thing an institution must do.
	PlanAction struct {
		ID          string        `json:"id"`
		What        string        `json:"what"`
		Institution string        `json:"institution"`
		Due         time.Time     `json:"due"`
		Status      Status        `json:"status"`
		Detail      person.Sealed `json:"detail,omitzero"`
		Meeting     string        `json:"meeting,omitempty"`
		Goal        string        `json:"goal,omitempty"`
		DoneAt      time.Time     `json:"done_at,omitzero"`
	}
	// Deadline is an obligation with its clock.
	Deadline struct {
		ID         string    `json:"id"`
		Rule       string    `json:"rule"`
		Pack       string    `json:"pack"`
		Version    int       `json:"version"`
		Article    string    `json:"article,omitempty"`
		Confidence string    `json:"confidence"`
		Owner      string    `json:"owner"`
		Action     string    `json:"action"`
		Kind       string    `json:"kind"`
		Target     string    `json:"target"`
		SetAt      time.Time `json:"set_at"`
		DueAt      time.Time `json:"due_at"`
		Shift      string    `json:"shift,omitempty"`
		Status     Status    `json:"status"`
		LapsedAt   time.Time `json:"lapsed_at,omitzero"`
		EndedAt    time.Time `json:"ended_at,omitzero"`

		Right    bool            `json:"right,omitempty"`
		Ladder   deadline.Ladder `json:"ladder,omitzero"` // of one that is owed
		Warnings []Warning       `json:"warnings,omitempty"`
		Reached  []Told          `json:"reached,omitempty"` // rungs, from the lowest
		Acks     []Ack           `json:"acks,omitempty"`
	}
)

// AwaitsAnswer tells whether the receiver has neither taken the referral on nor declined it.
func (r Referral) AwaitsAnswer() bool { return r.Status == Sent || r.Status == Acknowledged }

// IsOpen tells whether somebody still owes an action on the referral. A declined or failed one stays open
// until its sender has dealt with it, and a no until the lead has reviewed it: it comes back as a task and is never
// forgotten.
func (r Referral) IsOpen() bool {
	switch r.Status {
	case Declined:
		return r.Settled == "" || r.Review != ""
	case Failed:
		return r.Settled == ""
	case DeclinedBySurvivor, Completed, Cancelled, InError:
		return false
	}
	return true
}

// Owed tells whether the obligation still stands.
func (d Deadline) Owed() bool { return d.Status == Running || d.Status == Lapsed }

// Referral finds a referral by id.
func (s State) Referral(id string) (Referral, bool) {
	return find(s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == id })
}

// Order finds an order by id.
func (s State) Order(id string) (Order, bool) {
	return find(s.Orders, func(o Order) bool { return o.ID == id })
}

// Person finds a person's part in the case.
func (s State) Person(id string) (PersonLink, bool) {
	return find(s.Persons, func(p PersonLink) bool { return p.Person == id })
}

// Consent finds a consent by id.
func (s State) Consent(id string) (Consent, bool) {
	return find(s.Consents, func(c Consent) bool { return c.ID == id })
}

// Participates tells whether the institution takes part in the case now.
func (s State) Participates(institution string) bool {
	_, ok := find(s.Participants, func(p Participant) bool { return p.Institution == institution && !p.Removed })
	return ok
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	for _, v := range list {
		if is(v) {
			return v, true
		}
	}
	var zero T
	return zero, false
}
