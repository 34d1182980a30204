package pages

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"mkr/handlers"
)

// described ties a control to its hint and its error, for screen readers.
func described(f field) templ.Attributes {
	a := templ.Attributes{}
	if ids := f.Describedby(); ids != "" && f.Control != "password" {
		a["aria-describedby"] = ids
	}
	if f.Error != "" {
		a["aria-describedby"] = f.Describedby()
		if f.Control != "checks" { // a group of boxes has no such state
			a["aria-invalid"] = "true"
		}
	}
	if f.Min != "" {
		a["min"] = f.Min
	}
	if f.Max != "" {
		a["max"] = f.Max
	}
	return a
}

func optionID(f field, i int) string { return fmt.Sprintf("%s-%d", f.ID(), i) }

// nothingKey is what the empty choice says.
func nothingKey(f field) string {
	switch {
	case len(f.Options) == 0:
		return "form.none_there"
	case f.Required:
		return "form.choose"
	}
	return "form.not_chosen"
}

// whoOrSystem names who did something; nobody is the system itself.
func (v view) whoOrSystem(institution string) string {
	if institution == "" {
		return v.Code("role", "system")
	}
	return v.Who(institution)
}

// changedAt is when a change happened: the time alone if it was today.
func (v view) changedAt(c handlers.Change) string {
	t, err := time.Parse(time.RFC3339, c.OccurredAt)
	if err != nil {
		return ""
	}
	if v.Date(t) == v.Date(v.Now) {
		return v.Clock(t)
	}
	return v.DateTime(t)
}
