package browsertest

import (
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// Accounts of the demo, by what they are for.
const (
	coordinator   = "koordinatore.bashkia"
	police        = "oficer.policia"
	childWorker   = "njmf.bashkia"
	ngo           = "ojf.hapat"
	shelter       = "strehez.gruaja"
	hospital      = "mjek.urgjenca"
	court         = "sekretare.gjykata"
	auditor       = "auditor.bashkia"
	administrator = "administrator.bashkia"
)

func key() handlers.Envelope { return handlers.Envelope{Key: handlers.NewKey()} }

// newCase opens a case past the pages, with one invented person, and waits until every view shows it.
func (b *bed) newCase(t *testing.T, c handlers.Caller, kind string) handlers.Receipt {
	t.Helper()
	who := handlers.NewPerson{Role: "survivor", Relation: "self", Sex: person.Female, Name: person.PlainOf(b.invent("Vera"))}
	channel := "police_129"
	if kind == casefile.ChildProtection {
		who.Role, who.Minor, channel = "child", true, "school"
	}
	r, err := b.app.Service().OpenCase(t.Context(), c, handlers.OpenCase{Kind: handlers.Kind(kind), Channel: handlers.Channel(channel), Violence: []handlers.Violence{"physical"}, Persons: []handlers.NewPerson{who}}, key())
	ok(t, err)
	ok(t, b.app.Service().Await(t.Context(), r.Position))
	return r
}

// step does something in a case past the pages.
func (b *bed) step(t *testing.T, c handlers.Caller, caseID, action, target string, in handlers.Input) handlers.Receipt {
	t.Helper()
	a, there := handlers.ActionNamed(action)
	if !there {
		t.Fatalf("there is no action %s", action)
	}
	if in == nil {
		in = a.New()
	}
	r, err := b.app.Service().Do(t.Context(), c, caseID, a, target, in, key())
	ok(t, err)
	ok(t, b.app.Service().Await(t.Context(), r.Position))
	return r
}

// assessed judges the risk, so that the case waits for nothing else.
func (b *bed) assessed(t *testing.T, c handlers.Caller, caseID, level string) {
	t.Helper()
	b.step(t, c, caseID, "risk.assess", "", &handlers.AssessRisk{Level: handlers.Level(level), Factors: []handlers.Factor{"alcohol_drugs"}, Reason: person.PlainOf(b.secret("Gjykim i provës së shfletuesit"))})
}

// refer asks an institution for a service.
func (b *bed) refer(t *testing.T, c handlers.Caller, caseID, to, service string) handlers.Receipt {
	t.Helper()
	return b.step(t, c, caseID, "referral.create", "", &handlers.CreateReferral{
		To: to, Service: handlers.ServiceCode(service), Urgency: casefile.Urgent, Basis: handlers.LegalBasis(casefile.LegalBases[0]),
		Reason: person.PlainOf(b.secret("Arsye e provës së shfletuesit")),
	})
}

// soon is a time of the work's clock, some days ahead.
func soon(days int) time.Time { return visitDay.AddDate(0, 0, days) }

// thisEvening is later on the day of the visits: what came of a hearing of tomorrow cannot be told today.
func thisEvening() time.Time { return visitDay.Add(6 * time.Hour) }
