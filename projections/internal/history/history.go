// Package history makes up histories for the tests and benchmarks of the views: real decisions of the real deciders
// about invented cases, by whatever source of choices it is given, so that a property test can shrink them and a
// benchmark can repeat them.
package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/internal/eventlog"
)

// The institutions of the histories.
const (
	Muni    = "muni"
	Police  = "police"
	Shelter = "shelter"
	NGO     = "ngo"
	Court   = "court"
	School  = "school"
)

// Everybody lists them.
var Everybody = []string{Muni, Police, Shelter, NGO, Court, School}

// Append is a batch ready for the log.
type Append struct {
	Stream   string
	Expected eventlog.Expected
	Events   []eventlog.NewEvent
}

// Maker makes up one history. It belongs to one goroutine.
type Maker struct {
	Pick     func(n int) int // from 0 to n-1
	Now      time.Time       // moves on with every step
	Open     int             // how many cases are worked on at a time
	Length   int             // about how many events a case gets before it is closed
	Registry *event.Registry
	Zone     *time.Location

	decider casefile.Decider
	cases   []*kase
	made    int
	ids     int
}

type kase struct {
	id     string
	state  casefile.State
	events int
}

// New makes a maker that begins at an instant.
func New(pick func(int) int, registry *event.Registry, zone *time.Location, begin time.Time) (*Maker, error) {
	packs, err := deadline.Embedded()
	if err != nil {
		return nil, err
	}
	holidays, err := deadline.AlbanianHolidays()
	if err != nil {
		return nil, err
	}
	return &Maker{
		Pick: pick, Now: begin, Open: 8, Length: 40, Registry: registry, Zone: zone,
		decider: casefile.Decider{Rules: packs, Calendar: deadline.Calendar{Zone: zone, Holidays: holidays}},
	}, nil
}

// Entries are the stored types that a history may hold.
func Entries() [][]event.Entry {
	return [][]event.Entry{casefile.Events(), meeting.Events(), activity.Events(), application.Events()}
}

// Next makes up the next batch.
func (m *Maker) Next() Append {
	for {
		m.Now = m.Now.Add(time.Duration(1+m.Pick(90)) * time.Minute)
		switch {
		case len(m.cases) < m.Open:
			return m.open()
		case m.Pick(40) == 0:
			return m.elsewhere()
		}
		if a, ok := m.work(m.cases[m.Pick(len(m.cases))]); ok {
			return a
		}
	}
}

// ID makes a new id, the same in the same history.
func (m *Maker) ID(prefix string) string {
	m.ids++
	return fmt.Sprintf("%s-%s", prefix, uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", prefix, m.ids)).String()[:13])
}

// Person makes a new person id, the same in the same history.
func (m *Maker) Person() string {
	m.ids++
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "person %d", m.ids))
	id[6] = id[6]&0x0f | 0x40 // as person ids are: random ones by their form
	return id.String()
}

func (m *Maker) open() Append {
	m.made++
	k := &kase{id: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "case %d", m.made)).String()}
	c := casefile.OpenCase{
		Case: k.id, Code: fmt.Sprintf("DHF-%d-%04d", m.Now.Year(), m.made), Kind: casefile.DomesticViolence, Channel: "police_129",
		Violence: []string{"physical"}, Lead: Muni, Opener: Police,
		Persons: []casefile.PersonLink{{Person: m.Person(), Role: casefile.Survivor}},
	}
	if m.Pick(2) == 0 {
		c.Code, c.Kind, c.Channel = fmt.Sprintf("MF-%d-%04d", m.Now.Year(), m.made), casefile.ChildProtection, "school"
		c.Violence, c.Persons = []string{"street_situation"}, []casefile.PersonLink{{Person: m.Person(), Role: casefile.Child, Minor: true}}
	}
	m.cases = append(m.cases, k)
	events, err := m.decider.Decide(k.state, c, m.moment(Police))
	if err != nil {
		panic(err)
	}
	return m.take(k, Police, events)
}

// Do decides one command about an open case, as somebody of the institution.
func (m *Maker) Do(caseID, who string, c casefile.Command) (Append, error) {
	for _, k := range m.cases {
		if k.id == caseID {
			events, err := m.decider.Decide(k.state, c, m.moment(who))
			if err != nil {
				return Append{}, err
			}
			return m.take(k, who, events), nil
		}
	}
	return Append{}, fmt.Errorf("history: no open case %s", caseID)
}

// Cases lists the ids of the open cases.
func (m *Maker) Cases() []string {
	out := make([]string, len(m.cases))
	for i, k := range m.cases {
		out[i] = k.id
	}
	return out
}

// State is how an open case stands.
func (m *Maker) State(caseID string) casefile.State {
	for _, k := range m.cases {
		if k.id == caseID {
			return k.state
		}
	}
	return casefile.State{}
}

func (m *Maker) moment(who string) event.Moment {
	actor := event.Actor{Account: "account-" + who, Institution: who, Role: "officer"}
	if who == "" {
		actor = event.Actor{Account: event.System}
	}
	return event.Moment{Now: m.Now, OccurredAt: m.Now.Add(-time.Duration(m.Pick(3)) * 10 * time.Hour / 2), Actor: actor}
}

func (m *Maker) work(k *kase) (Append, bool) {
	who, command := m.command(k)
	moment := m.moment(who)
	if moment.OccurredAt.Before(k.state.OpenedAt) {
		moment.OccurredAt = m.Now
	}
	events, err := m.decider.Decide(k.state, command, moment)
	var no *event.Refusal
	switch {
	case errors.As(err, &no):
		return Append{}, false
	case err != nil:
		panic(err)
	case len(events) == 0:
		return Append{}, false
	}
	a := m.take(k, who, events)
	if k.state.Status == casefile.Closed && m.Pick(4) > 0 {
		for i := range m.cases {
			if m.cases[i] == k {
				m.cases = append(m.cases[:i], m.cases[i+1:]...)
				break
			}
		}
	}
	return a, true
}

func (m *Maker) take(k *kase, who string, events []event.Data) Append {
	a := m.Batch(event.StreamName(event.CaseCategory, k.id), k.events, who, events...)
	k.events += len(events)
	k.state = casefile.Fold(k.state, events...)
	return a
}

// Batch wraps decided events of a stream that has had so many before.
func (m *Maker) Batch(stream string, before int, who string, events ...event.Data) Append {
	a := Append{Stream: stream, Expected: eventlog.Expected(before - 1)}
	command := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", stream, before))
	moment := m.moment(who)
	for i, d := range events {
		data, err := json.Marshal(d)
		if err != nil {
			panic(err)
		}
		meta, err := json.Marshal(event.Meta{
			Schema: m.Registry.Schema(d.EventType()), OccurredAt: moment.OccurredAt, Actor: moment.Actor.Account, Institution: moment.Actor.Institution,
			Role: moment.Actor.Role, CommandID: command.String(), Basis: "participant", Policy: "1",
		})
		if err != nil {
			panic(err)
		}
		a.Events = append(a.Events, eventlog.NewEvent{ID: uuid.NewSHA1(command, []byte{byte(i)}), Type: d.EventType(), Data: data, Meta: meta})
	}
	return a
}
