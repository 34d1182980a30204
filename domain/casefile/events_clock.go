package casefile

import (
	"time"

	"mkr/domain/deadline"
	"mkr/domain/person"
)

// The clocks of a case.
type (
	// DeadlineSet starts a clock. DueAt is computed once: a later change of law does not rewrite it.
	DeadlineSet struct {
		Deadline    string    `json:"deadline"` // d1, d2, ... within the case
		Rule        string    `json:"rule"`
		Pack        string    `json:"pack"`
		Version     int       `json:"version"`
		Article     string    `json:"article,omitempty"`
		Confidence  string    `json:"confidence"`
		Owner       string    `json:"owner"`  // the institution that must act
		Action      string    `json:"action"` // what it must do
		Kind        string    `json:"kind"`   // a Target kind
		Target      string    `json:"target"`
		TriggeredAt time.Time `json:"triggered_at"`
		DueAt       time.Time `json:"due_at"`
		Shift       string    `json:"shift,omitempty"` // why the last day moved
		Right       bool      `json:"right,omitempty"` // time that may be used and need not: nobody is late when it has passed
		// Ladder says who is told when nobody acts, as the pack of the time said.
		Ladder deadline.Ladder `json:"ladder,omitzero"`
	}
	// DeadlineMet stops it: what was owed was done.
	DeadlineMet struct {
		Deadline string    `json:"deadline"`
		At       time.Time `json:"at"`
	}
	// DeadlineVoided stops it: it is owed no longer.
	DeadlineVoided struct {
		Deadline string    `json:"deadline"`
		At       time.Time `json:"at"`
	}
	// DeadlineLapsed makes silence part of the history. The obligation stays.
	DeadlineLapsed struct {
		Deadline string    `json:"deadline"`
		Rule     string    `json:"rule"`
		Owner    string    `json:"owner"`
		DueAt    time.Time `json:"due_at"`
		At       time.Time `json:"at"`
		Pack     string    `json:"pack,omitempty"`
		Version  int       `json:"version,omitempty"`
		Article  string    `json:"article,omitempty"`
		Late     int       `json:"late,omitempty"`   // seconds from the due instant to the record of it
		Warned   []Warning `json:"warned,omitempty"` // who had been told before
	}
	// DeadlineWarned tells the institution that owes something, before it is due.
	DeadlineWarned struct {
		Deadline string    `json:"deadline"`
		Rule     string    `json:"rule"`
		Version  int       `json:"version"`
		DueAt    time.Time `json:"due_at"`
		Warning
	}
	// Warning is who was warned, and when.
	Warning struct {
		Institution string    `json:"institution"`
		Account     string    `json:"account,omitempty"` // on duty then, by the roster
		Before      int       `json:"before"`            // minutes before the due instant, as the pack says
		At          time.Time `json:"at"`
	}
	// DeadlineEscalated tells the next rung that nobody has acted.
	DeadlineEscalated struct {
		Deadline string    `json:"deadline"`
		Rule     string    `json:"rule"`
		Version  int       `json:"version"`
		DueAt    time.Time `json:"due_at"`
		StepAt   time.Time `json:"step_at"` // when its turn came
		Told
	}
	// Told is a rung that silence has reached.
	Told struct {
		Rung        string    `json:"rung"` // officer, deputy, head, coordinator
		Institution string    `json:"institution"`
		Account     string    `json:"account,omitempty"` // who stood there then, by the roster
		At          time.Time `json:"at"`
	}
	// DeadlineAcknowledged is an answer to having been told: evidence, which does not do what is owed.
	DeadlineAcknowledged struct {
		Deadline string        `json:"deadline"`
		Rule     string        `json:"rule"`
		Note     person.Sealed `json:"note,omitzero"`
		Ack
	}
	// Ack is who answered, and what.
	Ack struct {
		Rung    string    `json:"rung,omitempty"` // the highest that was told by then; "" after a warning
		Answer  string    `json:"answer"`
		Until   time.Time `json:"until,omitzero"` // by when whoever answers acts
		By      string    `json:"by"`
		Account string    `json:"account"`
		At      time.Time `json:"at"`
	}
)
