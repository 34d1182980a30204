package browsertest

import (
	"strings"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// Consent is withdrawn while a name is open on the NGO's screen: within two seconds it is not there any more, though
// nobody touched that screen.
func TestAWithdrawnConsentBlanksTheScreen(t *testing.T) {
	b := use(t)
	boss, helper := b.as(t, coordinator), b.as(t, ngo)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	view, err := b.app.Service().Case(t.Context(), boss, made.Case, handlers.At{})
	ok(t, err)
	consent := b.step(t, boss, made.Case, "consent.record", "", &handlers.RecordConsent{Person: view.Subject, Decision: "given", How: "written", Recipients: []string{helper.Institution}})
	ref := b.step(t, boss, made.Case, "referral.create", "", &handlers.CreateReferral{To: helper.Institution, Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf(b.secret("Këshillim për familjen")), Consent: consent.ID})
	b.step(t, helper, made.Case, "referral.accept", ref.ID, nil)

	v := signedIn(t, ngo)
	v.open("/cases/" + made.Case)
	v.follows()
	v.click(`main form[data-open] button`)
	v.until(`document.querySelector(".opened")`)
	begun := time.Now()
	b.step(t, boss, made.Case, "consent.withdraw", consent.ID, nil)
	v.until(`!document.querySelector(".opened, form[data-open]")`)
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("the name stayed open for %s", took)
	}
	v.until(`document.readyState === "complete"`)

	// Kept out by name, the case is not there at all.
	second := b.newCase(t, boss, casefile.DomesticViolence)
	b.step(t, boss, second.Case, "participant.add", "", &handlers.AddParticipant{Institution: helper.Institution, Reason: "technical_team"})
	v.open("/cases/" + second.Case)
	v.follows()
	b.step(t, boss, second.Case, "exclusion.set", "", &handlers.Exclude{Account: v.Caller.Account, Reason: "relative_of_accused"})
	v.seen.expect(`status of 404`)
	v.until(`!document.body.innerText.includes(` + "`" + second.Code + "`" + `)`)
	if text := v.text("main"); strings.Contains(text, second.Code) {
		t.Errorf("the page still tells of the case: %s", text)
	}
}
