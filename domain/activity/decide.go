package activity

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

const (
	maxTitle = 200
	maxCount = 1_000_000
)

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	switch c := c.(type) {
	case Plan:
		return plan(s, c)
	case Record:
		return record(s, c, m)
	case Cancel:
		return cancel(s, c)
	case MarkInError:
		return markInError(s, c)
	}
	return nil, event.Refuse(CodeUnknownCode, "unknown command")
}

func one(d event.Data) ([]event.Data, error) { return []event.Data{d}, nil }

func plan(s State, c Plan) ([]event.Data, error) {
	if s.Status != NotEntered {
		if s.What == c.What {
			return nil, nil
		}
		return nil, event.Refuse(CodeExists, "the activity is entered already, with other facts")
	}
	if err := checkWhat(c.What); err != nil {
		return nil, err
	}
	return one(Planned(c))
}

func record(s State, c Record, m event.Moment) ([]event.Data, error) {
	switch s.Status {
	case WasHeld:
		if s.What == c.What && s.Turnout == c.Turnout {
			return nil, nil
		}
		return nil, event.Refuse(CodeHeld, "the activity is recorded already, with other facts")
	case WasCancelled:
		return nil, event.Refuse(CodeCancelled, "the activity was cancelled")
	case InError:
		return nil, event.Refuse(CodeInError, "the activity was entered in error")
	}
	err := check.First(
		checkWhat(c.What),
		check.That(s.Status == NotEntered || s.What.Activity == c.Activity, CodeExists, "activity", "it is another activity"),
		// A local day may have begun up to a day before the same day does in UTC.
		check.That(c.On <= m.Now.Add(24*time.Hour).Format(time.DateOnly), CodeFuture, "on", "on is in the future"),
		count("participants", c.Participants),
		count("women_girls", c.WomenGirls),
		count("children", c.Children),
		count("organisations", c.Organisations),
		check.That(c.WomenGirls <= c.Participants, CodeMoreThanCame, "women_girls", "women_girls are more than the participants"),
		check.That(c.Children <= c.Participants, CodeMoreThanCame, "children", "children are more than the participants"),
	)
	if err != nil {
		return nil, err
	}
	return one(Recorded(c))
}

func cancel(s State, c Cancel) ([]event.Data, error) {
	switch s.Status {
	case WasCancelled:
		return nil, nil
	case NotEntered:
		return nil, event.Refuse(CodeNotFound, "no such activity")
	case WasHeld:
		return nil, event.Refuse(CodeHeld, "the activity was held")
	case InError:
		return nil, event.Refuse(CodeInError, "the activity was entered in error")
	}
	if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, CancelReasons); err != nil {
		return nil, err
	}
	return one(Cancelled(c))
}

func markInError(s State, c MarkInError) ([]event.Data, error) {
	switch s.Status {
	case InError:
		return nil, nil
	case NotEntered:
		return nil, event.Refuse(CodeNotFound, "no such activity")
	}
	if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, ErrorReasons); err != nil {
		return nil, err
	}
	return one(EnteredInError(c))
}

func checkWhat(w What) error {
	_, err := time.Parse(time.DateOnly, w.On)
	return check.First(
		check.Given(CodeMissing, "activity", w.Activity),
		check.OneOf(CodeUnknownCode, "kind", w.Kind, Kinds),
		check.That(err == nil, CodeDay, "on", "on is not a day like 2014-11-25"),
		check.Given(CodeMissing, "title", w.Title),
		check.Short(CodeTooLong, "title", w.Title, maxTitle),
		check.Given(CodeMissing, "organiser", w.Organiser),
	)
}

func count(field string, n int) error {
	return check.That(n >= 0 && n <= maxCount, CodeCount, field, field+" is not a count")
}
