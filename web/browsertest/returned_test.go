package browsertest

import (
	"strings"
	"testing"

	"mkr/domain/casefile"
	"mkr/web/i18n"
)

// A declined referral comes back to who sent it, as a task; she asks elsewhere, and the chain is seen.
func TestWhatWasDeclinedComesBack(t *testing.T) {
	b, w := use(t), words(t)
	boss := signedIn(t, coordinator)
	made := b.newCase(t, boss.Caller, casefile.DomesticViolence)
	b.assessed(t, boss.Caller, made.Case, casefile.Medium)
	helper := signedIn(t, shelter)
	first := b.refer(t, boss.Caller, made.Case, helper.Caller.Institution, "legal_aid").ID

	boss.open("/inbox?limit=200")
	boss.follows()
	boss.mark()
	helper.open("/inbox")
	helper.press(taskOf(made.Case) + " th a")
	helper.act("referral.decline", first)
	helper.choose("reason", "no_capacity")
	helper.write("note", b.secret("Juristja jonë është me leje deri në dhjetor"))
	helper.file()

	boss.until(`document.querySelector(%s)?.innerText.includes(%s)`, taskOf(made.Case), w.Code("why", "returned"))
	boss.same()
	if text := boss.text(taskOf(made.Case)); !containsAll(text, []string{i18n.Lower(w.Code("decline_reason", "no_capacity")), "Gruaja tek Gruaja"}) {
		t.Errorf("the task says %q", text)
	}

	boss.press(taskOf(made.Case) + " th a")
	boss.act("referral.create", "")
	next := b.as(t, ngo)
	boss.choose("to", next.Institution)
	boss.choose("service", "legal_aid")
	boss.choose("urgency", casefile.Urgent)
	boss.write("reason", b.secret("E njëjta nevojë, pyesim një tjetër"))
	boss.choose("basis", casefile.LegalBases[0])
	boss.choose("previous", first)
	boss.file()
	boss.shows("referrals", w.Code("settle_way", "rerouted"), w.T("outbox.round", "n", w.Number(2)), "Hapat e Lehtë")
	boss.open("/inbox?limit=200")
	if text := boss.text(taskOf(made.Case)); strings.Contains(text, w.Code("why", "returned")) {
		t.Errorf("the returned referral is settled and still waits: %s", text)
	}
	boss.open("/outbox")
	if n := boss.count(taskOf(made.Case)); n != 2 {
		t.Errorf("the outbox shows %d referrals of the case", n)
	}
}
