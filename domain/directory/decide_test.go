package directory

import (
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	details = Details{Name: Text{SQ: "Strehëza", EN: "The shelter"}, AlternateName: Text{SQ: "Shkurt", EN: "Short"}, Phone: "400075", Hours: "24/7", Languages: []string{"sq"}, OnPlatform: true}
	joined  = Registered{Institution: "inst-1", Kind: Shelter, Sector: Private, Details: details}
	offered = ServiceOffered{Offer{Service: "shelter", MinAge: 18, MaxAge: 60, Languages: []string{"sq"}, AssuredAt: at.Now}}
	free    = CapacityReported{Service: "shelter", Total: 5, Available: 2, At: at.Now}
	count   = ReportCapacity{Service: "shelter", Total: 5, Available: 2}
)

func given(e ...event.Data) []event.Data { return e }

func TestRegister(t *testing.T) {
	decider.Accepts(t, nil, Register(joined), at, joined)

	refuse := func(field, code string, change func(*Register)) {
		t.Helper()
		c := Register(joined)
		change(&c)
		decider.Refuses(t, nil, c, at, code, field)
	}
	refuse("institution", CodeMissing, func(c *Register) { c.Institution = "" })
	refuse("kind", CodeUnknownCode, func(c *Register) { c.Kind = "bank" })
	refuse("sector", CodeUnknownCode, func(c *Register) { c.Sector = "third" })
	refuse("name.sq", CodeMissing, func(c *Register) { c.Name.SQ = "" })
	refuse("name.en", CodeMissing, func(c *Register) { c.Name.EN = "" })
	refuse("alternate_name.en", CodeMissing, func(c *Register) { c.AlternateName.EN = "" })
	refuse("alternate_name.sq", CodeMissing, func(c *Register) { c.AlternateName.SQ = "" })
	refuse("alternate_name.sq", CodeTooLong, func(c *Register) { c.AlternateName.SQ = strings.Repeat("ë", maxShort+1) })
	refuse("name.sq", CodeTooLong, func(c *Register) { c.Name.SQ = strings.Repeat("ë", maxName+1) })
	refuse("phone", CodeTooLong, func(c *Register) { c.Phone = "\xff" })
	refuse("languages", CodeUnknownCode, func(c *Register) { c.Languages = []string{"sq", "sq"} })
	refuse("address", CodeShelterAddress, func(c *Register) { c.Address = "Rruga e Parë 1" })

	other := Register(joined)
	other.Sector = Public
	decider.Refuses(t, given(joined), other, at, CodeAlreadyRegistered, "")
}

func TestAnAddressIsForAllButShelters(t *testing.T) {
	c := Register(joined)
	c.Kind, c.Address = NGO, "Rruga e Parë 1"
	decider.Accepts(t, nil, c, at, Registered(c))

	moved := details
	moved.Address = "Rruga e Dytë 2"
	decider.Refuses(t, given(joined), ChangeDetails{moved}, at, CodeShelterAddress, "address")
	decider.Accepts(t, given(Registered(c)), ChangeDetails{moved}, at, DetailsChanged{moved})
}

func TestServices(t *testing.T) {
	decider.Accepts(t, given(joined), OfferService(offered), at, offered)
	renewed := offered
	renewed.AssuredAt = at.Now.Add(-time.Hour)
	decider.Accepts(t, given(joined, offered), OfferService(renewed), at, renewed)
	decider.Accepts(t, given(joined, offered), WithdrawService{"shelter"}, at, ServiceWithdrawn{"shelter"})
	decider.Accepts(t, given(joined), WithdrawService{"shelter"}, at)

	refuse := func(field, code string, change func(*OfferService)) {
		t.Helper()
		c := OfferService(offered)
		change(&c)
		decider.Refuses(t, given(joined), c, at, code, field)
	}
	refuse("service", CodeUnknownCode, func(c *OfferService) { c.Service = "massage" })
	refuse("min_age", CodeAges, func(c *OfferService) { c.MinAge = -1 })
	refuse("max_age", CodeAges, func(c *OfferService) { c.MaxAge = 17 })
	refuse("max_age", CodeAges, func(c *OfferService) { c.MaxAge = 121 })
	refuse("languages", CodeUnknownCode, func(c *OfferService) { c.Languages = []string{"xx"} })
	refuse("assured_at", CodeMissing, func(c *OfferService) { c.AssuredAt = time.Time{} })
	refuse("assured_at", CodeFuture, func(c *OfferService) { c.AssuredAt = at.Now.Add(time.Second) })
	decider.Refuses(t, given(joined, Suspended{"closed"}), OfferService(offered), at, CodeSuspended, "")
}

func TestCapacity(t *testing.T) {
	decider.Accepts(t, given(joined, offered), count, at, free)
	full := ReportCapacity{Service: "shelter", Total: 5}
	decider.Accepts(t, given(joined, offered, free), full, at, CapacityReported{Service: "shelter", Total: 5, At: at.Now})
	decider.Accepts(t, given(joined, offered, free), count, at) // the same figures of the same time
	later := at
	later.Now, later.OccurredAt = at.Now.Add(time.Hour), at.Now.Add(time.Hour)
	again := free
	again.At = later.OccurredAt
	decider.Accepts(t, given(joined, offered, free), count, later, again) // still so, an hour later
	decider.Refuses(t, given(joined), count, at, CodeNotOffered, "service")
	decider.Refuses(t, given(joined, offered), ReportCapacity{Service: "shelter", Total: 5, Available: 6}, at, CodeCapacity, "available")
	decider.Refuses(t, given(joined, offered), ReportCapacity{Service: "shelter", Total: -1}, at, CodeCapacity, "total")
	// What was withdrawn and offered again has no places until somebody says so.
	if s := decider.Fold(joined, offered, free, ServiceWithdrawn{"shelter"}, offered); len(s.Capacity) != 0 || !s.Offers("shelter") {
		t.Errorf("%+v", s)
	}
}

func TestSuspension(t *testing.T) {
	decider.Accepts(t, given(joined), Suspend{"closed"}, at, Suspended{"closed"})
	decider.Refuses(t, given(joined), Suspend{"bored"}, at, CodeUnknownCode, "reason")
	decider.Accepts(t, given(joined, Suspended{"closed"}), Reinstate{}, at, Reinstated{})
	if decider.Fold(joined, offered, Suspended{"closed"}).Offers("shelter") {
		t.Error("a suspended institution offers services")
	}
}

func TestOlderStatesStayAsTheyWere(t *testing.T) {
	before := decider.Fold(joined, offered, free)
	Evolve(before, ServiceWithdrawn{"shelter"})
	Evolve(before, CapacityReported{Service: "shelter", Total: 9})
	if !before.Offers("shelter") || before.Capacity["shelter"].Total != 5 {
		t.Errorf("evolving changed the state it came from: %+v", before)
	}
}

func TestMatrix(t *testing.T) {
	decider.Matrix(t, []decidertest.Row{
		{Name: "not registered"},
		{Name: "registered", Given: given(joined)},
		{Name: "offering", Given: given(joined, offered, free)},
		{Name: "suspended", Given: given(joined, offered, free, Suspended{"closed"})},
		{Name: "reinstated", Given: given(joined, offered, free, Suspended{"closed"}, Reinstated{})},
		{Name: "with a roster", Given: given(joined, DutySet{night})},
	}, []Command{
		Register(joined), ChangeDetails{Details{Name: Text{SQ: "a", EN: "b"}}}, OfferService(offered), WithdrawService{"shelter"},
		ReportCapacity{Service: "shelter", Total: 5}, Suspend{"closed"}, Reinstate{}, SetShift{night}, EndShift{"s-night"},
	}, at)
}

func TestStoredForm(t *testing.T) {
	open := joined
	every := night
	every.On = "2026-11-28"
	open.Kind, open.Address = NGO, "Rruga e Parë 1"
	decidertest.Samples(t, Events(), open, DetailsChanged{open.Details}, offered, ServiceWithdrawn{"shelter"}, free, Suspended{"closed"}, Reinstated{}, DutySet{every}, DutyEnded{"s-1"})
}
