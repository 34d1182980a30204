package casefile

import (
	"time"

	"mkr/domain/person"
)

// What is told of a plan beside its draft and its actions, and of the safety plan.
type (
	// PlanGoalSet: something that the plan is to reach.
	PlanGoalSet struct {
		Goal   string        `json:"goal"`
		Plan   string        `json:"plan"`
		Domain string        `json:"domain"`
		Text   person.Sealed `json:"text"`
		By     string        `json:"by"`
		At     time.Time     `json:"at"`
	}
	// PlanGoalEnded: it was reached, or is worked on no longer.
	PlanGoalEnded struct {
		Goal    string    `json:"goal"`
		Plan    string    `json:"plan"`
		Outcome string    `json:"outcome"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
	// PlanAgreed: an institution takes on its part of it.
	PlanAgreed struct {
		Plan string    `json:"plan"`
		By   string    `json:"by"`
		At   time.Time `json:"at"`
	}
	// PlanReviewed: somebody looked at how far it has got.
	PlanReviewed struct {
		Review string        `json:"review"`
		Plan   string        `json:"plan"`
		Result string        `json:"result"`
		Next   time.Time     `json:"next,omitzero"` // the day that was agreed for the next one, if any
		Text   person.Sealed `json:"text,omitzero"`
		By     string        `json:"by"`
		At     time.Time     `json:"at"`
	}
	// SafetyPlanWritten: what the person does when it becomes dangerous. It replaces the one before.
	SafetyPlanWritten struct {
		SafetyPlan string        `json:"safety_plan"`
		Items      []string      `json:"items"`
		Text       person.Sealed `json:"text,omitzero"`
		By         string        `json:"by"`
		At         time.Time     `json:"at"`
	}
	// SafetyPlanReviewed: it was looked at with the person, and still holds.
	SafetyPlanReviewed struct {
		SafetyPlan string    `json:"safety_plan"`
		By         string    `json:"by"`
		At         time.Time `json:"at"`
	}
)
