package handlers

import (
	"context"
	"errors"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
)

// Bodies about the individual plan and the safety plan.
type (
	// ApprovePlan puts the plan to work.
	ApprovePlan struct {
		Timed
		Meeting string    `json:"meeting,omitempty" ask:"meeting" description:"The meeting that approved it, if one did."`
		Next    time.Time `json:"next,omitzero" ask:"date" label:"next_review" description:"When to look at it, if earlier than the term."`
	}
	// SetGoal is something that the plan is to reach.
	SetGoal struct {
		Timed
		Domain GoalDomain   `json:"domain" required:"true"`
		Text   person.Plain `json:"text" required:"true" ask:"textarea" label:"goal_text"`
	}
	// EndGoal says what came of one.
	EndGoal struct {
		Timed
		Outcome GoalOutcome `json:"outcome" required:"true"`
	}
	// ReviewPlan is a look at how far the plan has got.
	ReviewPlan struct {
		Timed
		Result ReviewResult `json:"result" required:"true"`
		Text   person.Plain `json:"text,omitzero" ask:"textarea" label:"review_text"`
		Next   time.Time    `json:"next,omitzero" ask:"date" label:"next_review" description:"When to look at it next, if earlier than the term."`
	}
	// WriteSafetyPlan is what the person does when it becomes dangerous.
	WriteSafetyPlan struct {
		Timed
		Items []SafetyItem `json:"items" required:"true"`
		Text  person.Plain `json:"text,omitzero" ask:"textarea" label:"safety_text"`
	}
)

// Coded inputs of the plans.
type (
	GoalDomain   string
	GoalOutcome  string
	ReviewResult string
	SafetyItem   string
)

// Enum lists the values of a coded input.
func (GoalDomain) Enum() []any { return values(casefile.GoalDomains) }

// Enum lists the values of a coded input.
func (GoalOutcome) Enum() []any { return values(casefile.GoalOutcomes) }

// Enum lists the values of a coded input.
func (ReviewResult) Enum() []any { return values(casefile.ReviewResults) }

// Enum lists the values of a coded input.
func (SafetyItem) Enum() []any { return values(casefile.SafetyItems) }

func (in *ApprovePlan) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	if in.Meeting != "" {
		switch m, err := p.Meeting(ctx, p.caller, in.Meeting); {
		case errors.Is(err, ErrNotFound):
			return nil, &InputError{Field: "meeting", Code: "unknown_meeting", Text: "no such meeting"}
		case err != nil:
			return nil, err
		case !speaksOf(m.State, p.caseID): // nobody can have approved there what nobody spoke of
			return nil, &InputError{Field: "meeting", Code: "meeting_without_case", Text: "the case is not on its agenda"}
		}
	}
	return casefile.ApprovePlan{Meeting: in.Meeting, Next: in.Next.UTC()}, nil
}

func (in *SetGoal) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.SetGoal{Goal: p.newID(), Domain: string(in.Domain), Text: p.text(ctx, person.FieldPlan, in.Text)}, nil
}

func (in *EndGoal) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.EndGoal{Goal: p.target, Outcome: string(in.Outcome)}, nil
}

func (in *ReviewPlan) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ReviewPlan{Review: p.newID(), Result: string(in.Result), Next: in.Next.UTC(), Text: p.text(ctx, person.FieldPlan, in.Text)}, nil
}

func (in *WriteSafetyPlan) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.WriteSafetyPlan{SafetyPlan: p.newID(), Items: texts(in.Items), Text: p.text(ctx, person.FieldPlan, in.Text)}, nil
}
