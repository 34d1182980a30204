package handlers

import (
	"context"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
)

// Coded inputs about a child's protection.
type (
	ParentsAnswer  string
	MonitorFinding string
)

// Enum lists the values of a coded input.
func (ParentsAnswer) Enum() []any  { return values(casefile.ParentsAnswers) }
func (MonitorFinding) Enum() []any { return values(casefile.MonitorFindings) }

// Bodies about measures.
type (
	// TakeMeasure is help on the spot, or a child's protection measure.
	TakeMeasure struct {
		Timed
		Kind   MeasureKind  `json:"kind" required:"true"`
		Detail person.Plain `json:"detail,omitzero" ask:"textarea"`
	}
	// AskCourt brings a child's measure before a court.
	AskCourt struct {
		Timed
		Court string `json:"court" required:"true" ask:"institution"`
	}
	// RecordParents says whether the parents work with specialised supervision.
	RecordParents struct {
		Timed
		Answer ParentsAnswer `json:"answer" required:"true" label:"parents_answer"`
	}
	// MonitorMeasure reports how the child is under a measure.
	MonitorMeasure struct {
		Timed
		Finding MonitorFinding `json:"finding" required:"true" label:"monitor_finding"`
		Text    person.Plain   `json:"text,omitzero" ask:"textarea" label:"monitor_text" description:"Sealed."`
	}
)

func (in *TakeMeasure) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.TakeMeasure{Measure: p.newID(), Kind: string(in.Kind), Detail: p.text(ctx, person.FieldNote, in.Detail)}, nil
}

func (in *AskCourt) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	_, err := p.dutyFacts(ctx, "court", in.Court)
	return casefile.AskCourtForMeasure{Measure: p.target, Court: in.Court}, err
}

func (in *RecordParents) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.RecordParents{Measure: p.target, Answer: string(in.Answer)}, nil
}

func (in *MonitorMeasure) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.MonitorMeasure{Measure: p.target, Finding: string(in.Finding), Text: p.text(ctx, person.FieldFindings, in.Text)}, nil
}

// measureActions are what can be done to a measure.
var measureActions = []CaseAction{
	{"measure.take", "measures", "", one(access.TakeMeasure), func() Input { return &TakeMeasure{} }, func(probe) casefile.Command {
		return casefile.TakeMeasure{Measure: elsewhere, Kind: casefile.MeasureKinds[0]}
	}},
	{"measure.ask_court", "measures/{id}/ask-court", casefile.TargetMeasure, one(access.RequestOrder), func() Input { return &AskCourt{} }, func(p probe) casefile.Command {
		return casefile.AskCourtForMeasure{Measure: p.target, Court: elsewhere}
	}},
	simple("measure.confirm", "measures/{id}/confirm", casefile.TargetMeasure, decideOrder, func(id string) casefile.Command { return casefile.ConfirmMeasure{Measure: id} }),
	simple("measure.refuse", "measures/{id}/refuse", casefile.TargetMeasure, decideOrder, func(id string) casefile.Command { return casefile.RefuseMeasure{Measure: id} }),
	{"measure.monitor", "measures/{id}/reports", casefile.TargetMeasure, one(access.TakeMeasure), func() Input { return &MonitorMeasure{} }, func(p probe) casefile.Command {
		return casefile.MonitorMeasure{Measure: p.target, Finding: casefile.MonitorFindings[0]}
	}},
	{"measure.parents", "measures/{id}/parents", casefile.TargetMeasure, one(access.EditPlan), func() Input { return &RecordParents{} }, func(p probe) casefile.Command {
		for _, m := range p.state.Measures {
			if m.ID == p.target && m.Parents == casefile.ParentsAgree {
				return casefile.RecordParents{Measure: p.target, Answer: casefile.ParentsRefuse}
			}
		}
		return casefile.RecordParents{Measure: p.target, Answer: casefile.ParentsAgree}
	}},
	simple("measure.review", "measures/{id}/review", casefile.TargetMeasure, one(access.EditPlan), func(id string) casefile.Command { return casefile.ReviewMeasure{Measure: id} }),
	simple("measure.end", "measures/{id}/end", casefile.TargetMeasure, one(access.TakeMeasure), func(id string) casefile.Command { return casefile.EndMeasure{Measure: id} }),
}
