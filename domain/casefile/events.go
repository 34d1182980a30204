package casefile

import (
	"time"

	"mkr/domain/person"
)

// The vocabulary of a case. Payloads hold coded values, pseudonymous ids and sealed texts, never a name.
// "At" is when it is said to have happened, in UTC; "By" is the institution that did it.
type (
	// CaseOpened begins the stream.
	CaseOpened struct {
		Case         string    `json:"case"`
		Code         string    `json:"code"`
		Kind         string    `json:"kind"`
		Channel      string    `json:"channel"`
		Regime       string    `json:"regime"` // the rule pack that governs its statutory deadlines
		Violence     []string  `json:"violence,omitempty"`
		Subject      string    `json:"subject"` // person id of the survivor or the child
		SubjectMinor bool      `json:"subject_minor,omitempty"`
		Lead         string    `json:"lead"` // institution that carries the case
		By           string    `json:"by"`
		At           time.Time `json:"at"`
		Medical      bool      `json:"medical,omitempty"` // medical staff told of it: they owe a report of the crime (KPP 282)
	}
	// PersonAdded links a person, by id, to the case.
	PersonAdded struct {
		PersonLink
	}
	// ParticipantAdded lets an institution take part.
	ParticipantAdded struct {
		Institution string `json:"institution"`
		Reason      string `json:"reason"`
	}
	// ParticipantRemoved ends it.
	ParticipantRemoved struct {
		Institution string `json:"institution"`
	}
	// IncidentRecorded tells of one incident.
	IncidentRecorded struct {
		Incident        string        `json:"incident"`
		Types           []string      `json:"types"`
		On              time.Time     `json:"on"`
		ChildrenPresent bool          `json:"children_present,omitempty"` // an aggravating fact (Criminal Code 130/a)
		Narrative       person.Sealed `json:"narrative,omitzero"`
		By              string        `json:"by"`
	}

	// ConsentRecorded is a person's answer to sharing.
	ConsentRecorded struct {
		Consent    string    `json:"consent"`
		Person     string    `json:"person"`
		Decision   string    `json:"decision"`
		Recipients []string  `json:"recipients,omitempty"` // institution ids; empty means every institution of the mechanism
		Purposes   []string  `json:"purposes,omitempty"`
		How        string    `json:"how"`
		Until      time.Time `json:"until,omitzero"`
		At         time.Time `json:"at"`
		By         string    `json:"by"`
		Classes    []string  `json:"classes,omitempty"` // groups of data that may be shared; none named are all that the recipient's role opens
		Giver      string    `json:"giver,omitempty"`   // the parent or guardian who answered; empty: the person herself
	}
	// ConsentWithdrawn ends a consent. It stops future disclosure and never rewrites history.
	ConsentWithdrawn struct {
		Consent string    `json:"consent"`
		Reason  string    `json:"reason,omitempty"` // "" as the giver wished
		At      time.Time `json:"at"`
	}

	// RiskAssessed is a person's judgement, with the tool's beside it.
	RiskAssessed struct {
		Assessment string    `json:"assessment"`
		Factors    []string  `json:"factors"`
		ToolLevel  string    `json:"tool_level"`
		Level      string    `json:"level"`
		By         string    `json:"by"`
		At         time.Time `json:"at"`
	}
	// RiskOverridden says why the person judged other than the tool.
	RiskOverridden struct {
		Assessment string        `json:"assessment"`
		ToolLevel  string        `json:"tool_level"`
		Level      string        `json:"level"`
		Reason     person.Sealed `json:"reason"`
	}

	// MeasureTaken is a safety measure, or help given on the spot.
	MeasureTaken struct {
		Measure string        `json:"measure"`
		Kind    string        `json:"kind"`
		Detail  person.Sealed `json:"detail,omitzero"`
		By      string        `json:"by"`
		At      time.Time     `json:"at"`
		Medical bool          `json:"medical,omitempty"` // by medical staff
	}
	// MeasureEnded ends one that lasts.
	MeasureEnded struct {
		Measure string    `json:"measure"`
		At      time.Time `json:"at"`
	}

	// VisitPlanned is a home visit to come.
	VisitPlanned struct {
		Visit string    `json:"visit"`
		When  time.Time `json:"when"`
		By    string    `json:"by"`
	}
	// VisitMade is one that happened.
	VisitMade struct {
		Visit    string        `json:"visit"`
		Outcome  string        `json:"outcome"`
		Findings person.Sealed `json:"findings,omitzero"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// VisitCancelled will not happen.
	VisitCancelled struct {
		Visit string `json:"visit"`
	}

	// NoteWritten adds a sealed text.
	NoteWritten struct {
		Note    string        `json:"note"`
		Section string        `json:"section"`
		Text    person.Sealed `json:"text"`
		By      string        `json:"by"`
		At      time.Time     `json:"at"`
	}

	// FileAttached adds a file: what was stored of it is a ciphertext under a key of its own, found by its SHA-256, and that key is
	// sealed here under the subject's. When the subject's key is destroyed the file is noise.
	FileAttached struct {
		File    string        `json:"file"`
		Kind    string        `json:"kind"`
		Class   string        `json:"class"` // group of sealed fields that its reader must be given
		Media   string        `json:"media"` // found in its bytes
		Size    int           `json:"size"`  // of the file, in bytes
		Hash    string        `json:"hash"`  // SHA-256 of what is stored, in hex
		Key     person.Sealed `json:"key"`
		Cleaned bool          `json:"cleaned,omitempty"` // an image, without what its device wrote beside the picture
		Title   person.Sealed `json:"title,omitzero"`
		Consent string        `json:"consent,omitempty"` // whose signed form it is
		By      string        `json:"by"`
		At      time.Time     `json:"at"`
	}

	// PlanDrafted begins the individual plan.
	PlanDrafted struct {
		Plan string    `json:"plan"`
		Kind string    `json:"kind"`
		At   time.Time `json:"at"`
	}
	// PlanApproved puts it to work.
	PlanApproved struct {
		Plan    string    `json:"plan"`
		By      string    `json:"by,omitempty"`
		Meeting string    `json:"meeting,omitempty"` // the meeting that approved it
		Next    time.Time `json:"next,omitzero"`     // the day that was agreed for looking at it, if any
		At      time.Time `json:"at"`
	}
	// PlanActionAssigned gives an institution something to do by a date.
	PlanActionAssigned struct {
		Action      string        `json:"action"`
		What        string        `json:"what"`
		Institution string        `json:"institution"`
		Due         time.Time     `json:"due"`
		Detail      person.Sealed `json:"detail,omitzero"`
		Meeting     string        `json:"meeting,omitempty"` // the meeting that decided it
		Goal        string        `json:"goal,omitempty"`    // of the plan, that it serves
		At          time.Time     `json:"at"`
	}
	// PlanActionDone reports it.
	PlanActionDone struct {
		Action string    `json:"action"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
	// PlanActionCancelled drops it.
	PlanActionCancelled struct {
		Action string    `json:"action"`
		At     time.Time `json:"at"`
	}

	// CaseClosed ends the work on it.
	CaseClosed struct {
		Reason string        `json:"reason"`
		Note   person.Sealed `json:"note,omitzero"`
		At     time.Time     `json:"at"`
		// Criteria is the checklist of a child's case as it stood.
		Criteria []Criterion `json:"criteria,omitempty"`
	}
	// CaseReopened begins it again.
	CaseReopened struct {
		Reason string    `json:"reason"`
		At     time.Time `json:"at"`
	}
	// EntryMarkedInError takes an entry out of account without taking it out of history.
	EntryMarkedInError struct {
		Kind   string    `json:"kind"`   // a Target kind
		Target string    `json:"target"` // the id of the thing
		Reason string    `json:"reason"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
)
