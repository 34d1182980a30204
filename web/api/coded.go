package api

import (
	"mkr/domain/casefile"
	"mkr/projections/deadlines"
	"mkr/projections/inbox"
	"mkr/projections/outbox"
)

// Coded parameters of lists. A value that no row can have is a mistake of who asks, and is said: an empty list would look like an answer.
type (
	caseStatus     string
	caseStage      string
	clockStatus    string
	clockStage     string
	referralStatus string
	sentStage      string
	taskWhy        string
)

// Enum lists the values of a coded parameter.
func (caseStatus) Enum() []any { return values([]casefile.Status{casefile.Open, casefile.Closed}) }

// Enum implements coded values.
func (caseStage) Enum() []any { return values(casefile.Stages) }

// Enum implements coded values.
func (clockStatus) Enum() []any {
	return values([]casefile.Status{casefile.Running, casefile.Lapsed, casefile.Met, casefile.Voided})
}

// Enum implements coded values.
func (clockStage) Enum() []any { return values([]string{deadlines.Answer, deadlines.Act}) }

// Enum implements coded values.
func (referralStatus) Enum() []any { return values(casefile.ReferralStatuses) }

// Enum implements coded values.
func (sentStage) Enum() []any { return values(outbox.Stages) }

// Enum implements coded values.
func (taskWhy) Enum() []any {
	return values([]string{inbox.Owed, inbox.Returned, inbox.Asked, inbox.Told})
}

func values[T ~string](codes []T) []any {
	out := make([]any, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return out
}

// The parameters of each list about cases.
type (
	registerQuery  = pastQuery[caseStatus, caseStage]
	boardQuery     = pastQuery[caseStatus, caseStage]
	inboxQuery     = pastQuery[taskWhy, caseStage]
	outboxQuery    = pastQuery[referralStatus, sentStage]
	deadlinesQuery = pastQuery[clockStatus, clockStage]
)
