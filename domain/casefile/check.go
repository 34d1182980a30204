package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// instant makes a time comparable and storable: UTC, without the process's own clock reading.
func instant(t time.Time) time.Time { return t.UTC().Round(0) }

// sensible tells whether a time can be stored and meant: no zero time, no slip of the keyboard by centuries.
func sensible(t time.Time) bool { return t.Year() >= 1900 && t.Year() < 2200 }

// minute is the precision of the forms by which people tell when something happened: two things told of in the same
// minute are not out of order.
func minute(t time.Time) time.Time { return t.Truncate(time.Minute) }

// coded refuses a value outside its list.
func coded(field, value string, list []string) error {
	if value == "" {
		return event.RefuseField(CodeRequired, field, "is missing")
	}
	if !slices.Contains(list, value) {
		return event.RefuseField(CodeUnknownCode, field, "is not one of the known codes")
	}
	return nil
}

// codes checks a list of coded values and returns it in the order of the code list, without doubles; nil when empty.
func codes(field string, values, list []string) ([]string, error) {
	for _, v := range values {
		if err := coded(field, v, list); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, known := range list {
		if slices.Contains(values, known) {
			out = append(out, known)
		}
	}
	return out, nil
}

// validID checks an id that comes from outside: of an institution, a meeting, a new thing.
func validID(field, id string) error {
	if id == "" {
		return event.RefuseField(CodeInvalidID, field, "is missing")
	}
	if len(id) > 64 {
		return event.RefuseField(CodeInvalidID, field, "is longer than 64 characters")
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != ':' {
			return event.RefuseField(CodeInvalidID, field, "may only hold letters, digits and - _ . :")
		}
	}
	return nil
}

// fresh checks the id of a new thing: it must name nothing else in the case yet.
func (t *decision) fresh(field, id string) error {
	if err := validID(field, id); err != nil {
		return err
	}
	if t.s.uses(id) {
		return event.RefuseField(CodeTaken, field, "already names something in this case")
	}
	return nil
}

// required refuses a sealed text that is not there.
func required(field string, text person.Sealed) error {
	if text.IsZero() {
		return event.RefuseField(CodeRequired, field, "is missing")
	}
	return nil
}

// horizon is how far ahead a date may be fixed.
const horizon = 10 * 366 * 24 * time.Hour

// ahead checks a date that must lie after what the command tells of.
func (t *decision) ahead(field string, when time.Time) error {
	switch {
	case when.IsZero():
		return event.RefuseField(CodeRequired, field, "is missing")
	case !when.After(t.at()):
		return event.RefuseField(CodeNotFuture, field, "does not lie in the future")
	case when.After(t.at().Add(horizon)):
		return event.RefuseField(CodeOutOfDates, field, "lies too far in the future")
	}
	return nil
}

// notBefore refuses to tell of something as happening before what it follows from.
func (t *decision) notBefore(earlier time.Time) error {
	if t.at().Before(minute(earlier)) {
		return event.RefuseField(CodeTooEarly, "occurred_at", "lies before what it follows from")
	}
	return nil
}

// uses tells whether an id already names something in the case.
func (s State) uses(id string) bool {
	return id == s.ID || id == s.Plan.ID ||
		has(s.Incidents, func(v Incident) bool { return v.ID == id }) ||
		has(s.Consents, func(v Consent) bool { return v.ID == id }) ||
		has(s.Assessments, func(v Assessment) bool { return v.ID == id }) ||
		has(s.Referrals, func(v Referral) bool {
			return v.ReferralContent.Referral == id || slices.ContainsFunc(v.Messages, func(m Message) bool { return m.ID == id })
		}) ||
		has(s.Measures, func(v Measure) bool { return v.ID == id }) ||
		has(s.Screenings, func(v Screening) bool { return v.ID == id }) ||
		has(s.Transfers, func(v Transfer) bool { return v.ID == id }) ||
		has(s.Returns, func(v Return) bool { return v.ID == id }) ||
		has(s.Orders, func(v Order) bool { return v.ID == id }) ||
		has(s.Breaches, func(v Breach) bool { return v.ID == id }) ||
		has(s.Hearings, func(v Hearing) bool { return v.ID == id }) ||
		has(s.Visits, func(v Visit) bool { return v.ID == id }) ||
		has(s.Notes, func(v Note) bool { return v.ID == id }) ||
		has(s.Files, func(v File) bool { return v.ID == id }) ||
		id == s.Safety.ID ||
		has(s.Plan.Earlier, func(v PlanVersion) bool { return v.ID == id }) ||
		has(s.Plan.Goals, func(v PlanGoal) bool { return v.ID == id }) ||
		has(s.Plan.Reviews, func(v PlanReview) bool { return v.ID == id }) ||
		has(s.Restriction.Glasses, func(v Glass) bool { return v.ID == id }) ||
		has(s.Plan.Actions, func(v PlanAction) bool { return v.ID == id })
}

func has[T any](list []T, is func(T) bool) bool {
	_, ok := find(list, is)
	return ok
}
