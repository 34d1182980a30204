package directory

import (
	"slices"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// Most characters of the public texts.
const (
	maxName  = 160
	maxShort = 40
	maxLine  = 200
)

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	if c, ok := c.(Register); ok {
		return register(s, c)
	}
	if !s.Registered() {
		return nil, event.Refuse(CodeNotRegistered, "no such institution is registered")
	}
	switch c := c.(type) {
	case ChangeDetails:
		return changeDetails(s, c)
	case OfferService:
		return offer(s, c, m)
	case WithdrawService:
		if _, ok := s.Services[c.Service]; !ok {
			return nil, nil
		}
		return one(ServiceWithdrawn(c))
	case ReportCapacity:
		return reportCapacity(s, c, m)
	case SetShift:
		return setShift(s, c, m)
	case EndShift:
		return endShift(s, c)
	case Suspend:
		if s.Suspended && s.Reason == c.Reason {
			return nil, nil
		}
		if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, SuspendReasons); err != nil {
			return nil, err
		}
		return one(Suspended(c))
	case Reinstate:
		if !s.Suspended {
			return nil, nil
		}
		return one(Reinstated{})
	}
	return nil, event.Refuse(CodeUnknownCode, "unknown command")
}

func one(d event.Data) ([]event.Data, error) { return []event.Data{d}, nil }

func register(s State, c Register) ([]event.Data, error) {
	happened := Registered(c)
	if s.Registered() {
		if s.Kind == c.Kind && s.Sector == c.Sector && same(s.Details, c.Details) {
			return nil, nil
		}
		return nil, event.Refuse(CodeAlreadyRegistered, "the institution is registered already, with other facts")
	}
	err := check.First(
		check.Given(CodeMissing, "institution", c.Institution),
		check.OneOf(CodeUnknownCode, "kind", c.Kind, Kinds),
		check.OneOf(CodeUnknownCode, "sector", c.Sector, Sectors),
		checkDetails(c.Kind, c.Details),
	)
	if err != nil {
		return nil, err
	}
	return one(happened)
}

func changeDetails(s State, c ChangeDetails) ([]event.Data, error) {
	if same(s.Details, c.Details) {
		return nil, nil
	}
	if err := checkDetails(s.Kind, c.Details); err != nil {
		return nil, err
	}
	return one(DetailsChanged(c))
}

func checkDetails(kind string, d Details) error {
	return check.First(
		check.Given(CodeMissing, "name.sq", d.Name.SQ),
		check.Given(CodeMissing, "name.en", d.Name.EN),
		check.Short(CodeTooLong, "name.sq", d.Name.SQ, maxName),
		check.Short(CodeTooLong, "name.en", d.Name.EN, maxName),
		check.That((d.AlternateName.SQ == "") == (d.AlternateName.EN == ""), CodeMissing, alternateMissing(d), "the short name is in one language only"),
		check.Short(CodeTooLong, "alternate_name.sq", d.AlternateName.SQ, maxShort),
		check.Short(CodeTooLong, "alternate_name.en", d.AlternateName.EN, maxShort),
		check.Short(CodeTooLong, "phone", d.Phone, maxLine),
		check.Short(CodeTooLong, "hours", d.Hours, maxLine),
		check.Short(CodeTooLong, "address", d.Address, maxLine),
		check.AllOf(CodeUnknownCode, "languages", d.Languages, Languages),
		// Where a shelter is may be known to nobody who does not work there.
		check.That(kind != Shelter || d.Address == "", CodeShelterAddress, "address", "a shelter's address is not stored"),
	)
}

func alternateMissing(d Details) string {
	if d.AlternateName.SQ == "" {
		return "alternate_name.sq"
	}
	return "alternate_name.en"
}

func offer(s State, c OfferService, m event.Moment) ([]event.Data, error) {
	if had, ok := s.Services[c.Service]; ok && had.AssuredAt.Equal(c.AssuredAt) && had.MinAge == c.MinAge &&
		had.MaxAge == c.MaxAge && slices.Equal(had.Languages, c.Languages) {
		return nil, nil
	}
	const oldest = 120
	err := check.First(
		check.OneOf(CodeUnknownCode, "service", c.Service, Services),
		check.That(!s.Suspended, CodeSuspended, "", "a suspended institution offers nothing new"),
		check.That(c.MinAge >= 0 && c.MinAge <= oldest, CodeAges, "min_age", "min_age is not an age"),
		check.That(c.MaxAge >= 0 && c.MaxAge <= oldest, CodeAges, "max_age", "max_age is not an age"),
		check.That(c.MaxAge == 0 || c.MinAge <= c.MaxAge, CodeAges, "max_age", "max_age is below min_age"),
		check.AllOf(CodeUnknownCode, "languages", c.Languages, Languages),
		check.That(!c.AssuredAt.IsZero(), CodeMissing, "assured_at", "assured_at is missing"),
		check.That(!c.AssuredAt.After(m.Now), CodeFuture, "assured_at", "assured_at is in the future"),
	)
	if err != nil {
		return nil, err
	}
	return one(ServiceOffered(c))
}

// reportCapacity takes the same figures again when they were counted later: that they still hold is news to whoever
// looks for a place.
func reportCapacity(s State, c ReportCapacity, m event.Moment) ([]event.Data, error) {
	if had, ok := s.Capacity[c.Service]; ok && had.Total == c.Total && had.Available == c.Available && !m.OccurredAt.After(had.At) {
		return nil, nil
	}
	const most = 10000
	_, offered := s.Services[c.Service]
	err := check.First(
		check.That(offered, CodeNotOffered, "service", "the institution does not offer this service"),
		check.That(c.Total >= 0 && c.Total <= most, CodeCapacity, "total", "total is not a number of places"),
		check.That(c.Available >= 0 && c.Available <= c.Total, CodeCapacity, "available", "available is not between 0 and total"),
	)
	if err != nil {
		return nil, err
	}
	return one(CapacityReported{Service: c.Service, Total: c.Total, Available: c.Available, At: m.OccurredAt})
}

func same(a, b Details) bool {
	return a.Name == b.Name && a.AlternateName == b.AlternateName && a.Phone == b.Phone && a.Hours == b.Hours && a.Address == b.Address &&
		a.OnPlatform == b.OnPlatform && slices.Equal(a.Languages, b.Languages)
}
