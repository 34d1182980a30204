package handlers

import (
	"context"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
)

// AcknowledgeDeadline answers a warning or a rung of the ladder: that it was seen, what is done, and until when.
type AcknowledgeDeadline struct {
	Timed
	Answer AckAnswer    `json:"answer" required:"true" description:"What whoever was told does about it."`
	Until  time.Time    `json:"until,omitzero" ask:"datetime" label:"acts_by" description:"By when; the next rung waits until then, as long as the rules allow."`
	Note   person.Plain `json:"note,omitzero" ask:"textarea" label:"ack_note" description:"Why; sealed."`
}

func (in *AcknowledgeDeadline) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.AcknowledgeDeadline{Deadline: p.target, Answer: string(in.Answer), Until: in.Until, Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}
