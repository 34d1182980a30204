package pages

import (
	"errors"
	"strconv"
	"time"

	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections/aid"
)

// inFamily names a refused detail of the family as the form does.
func inFamily(err error) error {
	var refusal *event.Refusal
	if errors.As(err, &refusal) && refusal.Field != "" {
		return event.RefuseField(refusal.Code, familyPrefix+refusal.Field, refusal.Text)
	}
	var input *handlers.InputError
	if errors.As(err, &input) && input.Field != "" && input.Field != "kind" {
		return &handlers.InputError{Field: familyPrefix + input.Field, Code: input.Code, Text: input.Text}
	}
	return err
}

// month writes a month that is stored as text, YYYY-MM.
func (v view) month(period string) string {
	t, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return t.Format("01.2006")
}

// lastMonth is the month before this one.
func (v view) lastMonth() string {
	now := v.Now.In(v.Zone())
	return time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, v.Zone()).Format("2006-01")
}

// plain is a number as a form wants it.
func (v view) plain(n int) string { return strconv.Itoa(n) }

// paidInAll adds up what was paid for a request.
func paidInAll(a aid.Row) (lek int) {
	for _, m := range a.Paid {
		lek += m.Lek
	}
	return lek
}

// lastPaid is the last month that was paid for.
func lastPaid(a aid.Row) string {
	if len(a.Paid) == 0 {
		return ""
	}
	return a.Paid[len(a.Paid)-1].Period
}
