package application

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

const (
	month  = "2006-01"
	maxLek = 10_000_000
)

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	if c, ok := c.(Submit); ok {
		return submit(s, c, m)
	}
	if s.Status == NotSubmitted {
		return nil, event.Refuse(CodeNotSubmitted, "no such application")
	}
	switch c := c.(type) {
	case DecideOn:
		return decideOn(s, c, m)
	case PayAid:
		return payAid(s, c, m)
	case TakeBackPayment:
		return takeBack(s, c)
	case End:
		return end(s, c, m)
	case MarkInError:
		if s.Status == InError {
			return nil, nil
		}
		if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, ErrorReasons); err != nil {
			return nil, err
		}
		return one(EnteredInError(c))
	}
	return nil, event.Refuse(CodeUnknownCode, "unknown command")
}

func one(d event.Data) ([]event.Data, error) { return []event.Data{d}, nil }

// granted refuses what can only be done with a granted application.
func granted(s State) error {
	switch s.Status {
	case WasGranted:
		return nil
	case HasEnded:
		return event.Refuse(CodeEnded, "the application has ended")
	case InError:
		return event.Refuse(CodeInError, "the application was entered in error")
	}
	return event.Refuse(CodeNotGranted, "the application is not granted")
}

func submit(s State, c Submit, m event.Moment) ([]event.Data, error) {
	if s.Status != NotSubmitted {
		if s.Kind == c.Kind && s.Subject == c.Subject {
			return nil, nil
		}
		return nil, event.Refuse(CodeExists, "the application is submitted already, with other facts")
	}
	err := check.First(
		check.Given(CodeMissing, "application", c.Application),
		check.OneOf(CodeUnknownCode, "kind", c.Kind, Kinds),
		check.Given(CodeMissing, "subject", c.Subject),
	)
	if err != nil {
		return nil, err
	}
	return one(Submitted{Application: c.Application, Kind: c.Kind, Subject: c.Subject, At: m.OccurredAt})
}

func decideOn(s State, c DecideOn, m event.Moment) ([]event.Data, error) {
	switch {
	case s.Status == WasGranted && c.Outcome == Granted, s.Status == WasRefused && c.Outcome == Refused && s.Reason == c.Reason:
		return nil, nil
	case s.Status == InError:
		return nil, event.Refuse(CodeInError, "the application was entered in error")
	case s.Status != Pending:
		return nil, event.Refuse(CodeDecided, "the application is decided already")
	}
	err := check.First(
		check.OneOf(CodeUnknownCode, "outcome", c.Outcome, Outcomes),
		check.That(c.Outcome != Granted || c.Reason == "", CodeUnknownCode, "reason", "a grant has no reason"),
	)
	if err == nil && c.Outcome == Refused {
		err = check.OneOf(CodeUnknownCode, "reason", c.Reason, RefuseReasons)
	}
	if err != nil {
		return nil, err
	}
	return one(Decided{Outcome: c.Outcome, Reason: c.Reason, At: m.OccurredAt})
}

func payAid(s State, c PayAid, m event.Moment) ([]event.Data, error) {
	had, paid := s.Paid[c.Period]
	if paid && had == c.Lek {
		return nil, nil
	}
	_, parsed := time.Parse(month, c.Period)
	err := check.First(
		granted(s),
		check.That(s.Kind != NeedsAssessment, CodeNoAid, "", "an assessment of need pays no aid"),
		check.That(parsed == nil, CodePeriod, "period", "period is not a month like 2014-03"),
		// A local month may have begun up to a day before the same month does in UTC.
		check.That(c.Period <= m.Now.Add(24*time.Hour).Format(month), CodeFuture, "period", "period is in the future"),
		check.That(c.Lek > 0 && c.Lek <= maxLek, CodeAmount, "lek", "lek is not an amount in whole lek"),
		check.That(!paid, CodePaid, "period", "another amount was paid for this month; take it back first"),
	)
	if err != nil {
		return nil, err
	}
	return one(AidPaid{Kind: s.Kind, Subject: s.Subject, Period: c.Period, Lek: c.Lek, At: m.OccurredAt})
}

// takeBack also serves after the end: mistakes are found late. What was never paid needs no taking back.
func takeBack(s State, c TakeBackPayment) ([]event.Data, error) {
	if _, paid := s.Paid[c.Period]; !paid {
		return nil, nil
	}
	if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, ErrorReasons); err != nil {
		return nil, err
	}
	return one(PaymentTakenBack(c))
}

func end(s State, c End, m event.Moment) ([]event.Data, error) {
	if s.Status == HasEnded && s.Reason == c.Reason {
		return nil, nil
	}
	if err := check.First(granted(s), check.OneOf(CodeUnknownCode, "reason", c.Reason, EndReasons)); err != nil {
		return nil, err
	}
	return one(Ended{Reason: c.Reason, At: m.OccurredAt})
}
