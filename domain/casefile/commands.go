package casefile

import (
	"time"

	"mkr/domain/person"
)

// Command is something that somebody wants to happen to a case. This file lists the
// vocabulary, with commands_child.go.
// Ids of new things are chosen by the caller (they derive from the command's id, so that a retry names the
// same thing). Facts from elsewhere are plain values here: they become part of the record of why.
type Command interface{ command() }

type (
	// OpenCase is intake.
	OpenCase struct {
		Case, Code, Kind, Channel, Regime string
		Violence                          []string
		Lead                              string
		Persons                           []PersonLink // the first is the subject: a survivor or a child
		Opener                            string       // institution that opens it
	}
	// PersonLink is a person's part in the case.
	PersonLink struct {
		Person   string `json:"person"`
		Role     string `json:"role"`
		Relation string `json:"relation,omitempty"`
		Sex      string `json:"sex,omitempty"`
		Minor    bool   `json:"minor,omitempty"`
	}
	AddPerson         struct{ PersonLink }
	AddParticipant    struct{ Institution, Reason string }
	RemoveParticipant struct{ Institution string }
	RecordIncident    struct {
		Incident        string
		Types           []string
		On              time.Time
		ChildrenPresent bool
		Narrative       person.Sealed
	}

	RecordConsent struct {
		Consent, Person, Decision, How string
		Recipients, Purposes, Classes  []string
		Until                          time.Time
		Giver                          string // parent or guardian who answers; empty: the person herself
		Under16                        bool   // a fact from the register of persons
	}
	WithdrawConsent struct{ Consent string }

	AssessRisk struct {
		Assessment string
		Factors    []string
		Level      string
		Reason     person.Sealed // required when Level differs from the tool's
	}

	// CreateReferral drafts or sends.
	CreateReferral struct {
		Referral, To, Service, Urgency string
		Reason                         person.Sealed
		Consent, Basis                 string
		RespondBy                      time.Time
		Previous                       string
		Draft                          bool
		ToPrivate, OffPlatform         bool   // facts from the directory
		Via                            string // the means, when it was made outside mkr; it has been sent then, never drafted
		Attention                      string // account of the receiver that it is meant for; a fact from the accounts
		Place                          bool   // a place is to be kept for it
	}
	// RerouteReferral asks another institution for what one could not give, in one step.
	RerouteReferral struct {
		Referral, Previous, To, Urgency string // no urgency: that of the one before
		Reason                          person.Sealed
		Consent, Basis                  string // neither: what the one before rests on
		ToPrivate, OffPlatform          bool
		Attention                       string
	}
	// SeeReferral: somebody of the receiver opened it for the first time.
	SeeReferral struct{ Referral string }
	// AddressReferral says which colleague of the receiver it is for; no account: the whole inbox again.
	AddressReferral     struct{ Referral, Attention string }
	SendReferral        struct{ Referral string }
	AcknowledgeReferral struct{ Referral string }
	AcceptReferral      struct{ Referral string }
	DeclineReferral     struct {
		Referral, Reason string
		Note             person.Sealed
	}
	SurvivorDeclines struct{ Referral string }
	HoldReferral     struct {
		Referral, Kind string
		Note           person.Sealed
	}
	ScheduleReferral struct {
		Referral    string
		Appointment time.Time
	}
	ReportNoShow     struct{ Referral string }
	StartReferral    struct{ Referral string } // also ends a hold
	CompleteReferral struct {
		Referral, Outcome, Why string // why it did not help, or only in part
		Note                   person.Sealed
	}
	FailReferral struct {
		Referral, Reason string
		Note             person.Sealed
	}
	CancelReferral struct{ Referral, Reason string } // asks for it when the receiver has already said yes
	// RefuseCancellation: the receiver says that the service has begun and goes on.
	RefuseCancellation struct {
		Referral string
		Note     person.Sealed
	}
	SettleReferral struct{ Referral, Way string }
	// ConfirmDecline: the lead has reviewed a no and lets it stand.
	ConfirmDecline struct{ Referral string }
	// SendBackReferral: the lead has reviewed a no and asks the same institution again, with a word why.
	SendBackReferral struct {
		Referral string
		Note     person.Sealed
	}
	// WriteMessage adds to the talk between the two sides of a referral.
	WriteMessage struct {
		Message, Referral string
		Text              person.Sealed
	}
	ReportService struct {
		Referral, Service string
		Sessions          int
	}

	RequestOrder struct{ Order, Type, Court string }
	IssueOrder   struct {
		Order, Type, Executor string
		Conditions            []string
		ValidUntil            time.Time
	}
	RefuseOrder  struct{ Order string }
	UpholdOrder  struct{ Order string }
	RevokeOrder  struct{ Order string }
	ExecuteOrder struct{ Order string }
	ReportBreach struct {
		Order  string
		Detail person.Sealed
	}
	// AcknowledgeBreach: an institution knows of a breach; without one, the actor's own. The lead may say it for another.
	AcknowledgeBreach struct{ Breach, Institution string }
	// ServeOrder: the court sent the copies, to the parties and to those who carry the order out.
	ServeOrder       struct{ Order string }
	RequestExtension struct{ Order string }
	// RefuseExtension: the court said no to the petition; the order holds until its day.
	RefuseExtension struct{ Order string }
	ExtendOrder     struct {
		Order      string
		ValidUntil time.Time
	}

	ScheduleHearing struct {
		Hearing, Order, Court string
		When                  time.Time
	}
	RecordHearing struct{ Hearing, Outcome string }
	CancelHearing struct{ Hearing string }

	PlanVisit struct {
		Visit string
		When  time.Time
	}
	// RecordVisit reports a planned visit, or one that was not planned (a new id).
	RecordVisit struct {
		Visit, Outcome string
		Findings       person.Sealed
		// Following plans the next one in the same breath, under an id of its own.
		Following     string
		FollowingWhen time.Time
	}
	CancelVisit struct{ Visit string }

	WriteNote struct {
		Note, Section string
		Text          person.Sealed
	}

	// AttachFile comes after its bytes were stored.
	AttachFile struct {
		File, Kind, Class, Media, Hash, Consent string
		Size                                    int
		Key, Title                              person.Sealed
		Cleaned                                 bool
	}

	DraftPlan    struct{ Plan string }
	AssignAction struct {
		Action, What, Institution string
		Due                       time.Time
		Detail                    person.Sealed
		Meeting                   string
		Goal                      string // of the plan, that it serves
	}
	CompleteAction struct{ Action string }
	CancelAction   struct{ Action string }

	// CloseCase ends the work. Excused says, of the criteria of a child's case that are not met, why it is closed all the same.
	CloseCase struct {
		Reason  string
		Note    person.Sealed
		Excused map[string]string
	}
	ReopenCase  struct{ Reason string }
	MarkInError struct{ Kind, Target, Reason string }

	// LapseDeadline is sent by the system when a step about a clock is due: a warning, the lapse, the next rung. Duty
	// says who is on duty where; it becomes part of the record of who was told.
	LapseDeadline struct {
		Deadline string
		Duty     []OnDuty
	}
)

func (OpenCase) command()            {}
func (AddPerson) command()           {}
func (AddParticipant) command()      {}
func (RemoveParticipant) command()   {}
func (RecordIncident) command()      {}
func (RecordConsent) command()       {}
func (WithdrawConsent) command()     {}
func (AssessRisk) command()          {}
func (CreateReferral) command()      {}
func (SendReferral) command()        {}
func (AcknowledgeReferral) command() {}
func (AcceptReferral) command()      {}
func (DeclineReferral) command()     {}
func (SurvivorDeclines) command()    {}
func (HoldReferral) command()        {}
func (ScheduleReferral) command()    {}
func (ReportNoShow) command()        {}
func (StartReferral) command()       {}
func (CompleteReferral) command()    {}
func (FailReferral) command()        {}
func (CancelReferral) command()      {}
func (SettleReferral) command()      {}
func (ConfirmDecline) command()      {}
func (RerouteReferral) command()     {}
func (SeeReferral) command()         {}
func (AddressReferral) command()     {}
func (RefuseCancellation) command()  {}
func (ReportService) command()       {}
func (RequestOrder) command()        {}
func (IssueOrder) command()          {}
func (RefuseOrder) command()         {}
func (UpholdOrder) command()         {}
func (RevokeOrder) command()         {}
func (ExecuteOrder) command()        {}
func (ReportBreach) command()        {}
func (ServeOrder) command()          {}
func (AcknowledgeBreach) command()   {}
func (RequestExtension) command()    {}
func (RefuseExtension) command()     {}
func (SendBackReferral) command()    {}
func (WriteMessage) command()        {}
func (ExtendOrder) command()         {}
func (ScheduleHearing) command()     {}
func (RecordHearing) command()       {}
func (CancelHearing) command()       {}
func (PlanVisit) command()           {}
func (RecordVisit) command()         {}
func (CancelVisit) command()         {}
func (WriteNote) command()           {}
func (AttachFile) command()          {}
func (DraftPlan) command()           {}
func (AssignAction) command()        {}
func (CompleteAction) command()      {}
func (CancelAction) command()        {}
func (CloseCase) command()           {}
func (ReopenCase) command()          {}
func (MarkInError) command()         {}
func (LapseDeadline) command()       {}
