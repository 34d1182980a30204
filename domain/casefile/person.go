package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

type (
	// ChangePerson: something about a person of the case has become known, or was wrong. What it is stands in her own record; here
	// is which details they were, and what her day of birth makes of her on the day.
	ChangePerson struct {
		Change         string
		Person         string
		Fields         []string // Field constants of the domain person
		Minor, Under16 bool
	}
	// PersonChanged says so.
	PersonChanged struct {
		Change string    `json:"change"`
		Person string    `json:"person"`
		Fields []string  `json:"fields"`
		Minor  bool      `json:"minor"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
)

func (ChangePerson) command() {}

// EventType is the stored name.
func (PersonChanged) EventType() string { return "person.changed" }

// personFields are the details that can become known later.
var personFields = []string{person.FieldName, person.FieldBirthDate, person.FieldNationalID, person.FieldPhone, person.FieldAddress, person.FieldSafeContact}

func (t *decision) changePerson(c ChangePerson) error {
	if err := validID("change", c.Change); err != nil {
		return err
	}
	if slices.Contains(t.s.Changes, c.Change) {
		return nil
	}
	if _, ok := t.s.Person(c.Person); !ok {
		return event.RefuseField(CodePersonUnknown, "person", "has no part in the case")
	}
	fields, err := codes("fields", c.Fields, personFields)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		return event.RefuseField(CodeRequired, "fields", "says what has changed")
	}
	t.add(PersonChanged{Change: c.Change, Person: c.Person, Fields: fields, Minor: c.Minor, By: t.by(), At: t.at()})
	t.settleOrders() // a court decides sooner for a minor
	if !c.Under16 {
		return nil
	}
	// A child under 16 does not consent alone: what she gave for herself carries nothing, and never did.
	for _, consent := range slices.Clone(t.s.Consents) {
		if consent.Person == c.Person && (consent.Giver == "" || consent.Giver == c.Person) && consent.Decision == consentGiven && !consent.Withdrawn && !consent.Expired {
			t.add(ConsentWithdrawn{Consent: consent.ID, Reason: ConsentTooYoung, At: t.at()})
			if err := t.stopDisclosure(consent.ID, "consent_withdrawn"); err != nil {
				return err
			}
		}
	}
	return nil
}

// ConsentTooYoung is why a consent ended that nobody withdrew: its giver turned out to be a child who could not give it.
const ConsentTooYoung = "giver_too_young"
