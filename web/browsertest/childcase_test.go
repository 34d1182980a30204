package browsertest

import (
	"strings"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// A child's case is screened and assessed, a measure is taken, the family moves: what would be sent is looked at first, the
// sheet that was sent is printed with its names, and the case that is closed here still waits for the word that the child was
// seen there.
func TestAChildsCaseGoesToAnotherMunicipality(t *testing.T) {
	b, w := use(t), words(t)
	v := signedIn(t, childWorker)
	made := b.newCase(t, v.Caller, casefile.ChildProtection)
	v.readCase(wholeBoard, made.Case)
	v.act("child.screen", "")
	v.check("signs", "left_alone")
	v.check("signs", "out_of_school")
	v.choose("level", casefile.Medium)
	v.file()
	v.shows("risk", w.T("case.screening"), w.Code("screening_sign", "left_alone"))
	b.assessed(t, v.Caller, made.Case, casefile.Medium)
	v.open("/cases/" + made.Case)
	v.act("measure.take", "")
	v.choose("kind", casefile.SpecialisedSupervision)
	v.file()
	v.shows("measures", w.Code("measure_kind", casefile.SpecialisedSupervision))

	v.act("transfer.propose", "")
	v.choose("municipality", "lezhe")
	v.choose("structure", "child_protection_unit")
	v.choose("reason", "family_moved")
	contact := b.secret("Znj. Prova, njësia atje")
	v.write("contact", contact)
	v.file()
	transfer := v.target("transfer.hand_over")
	v.act("transfer.hand_over", transfer)
	v.check("parts", "contacts")
	v.choose("means", "paper")
	v.choose("basis", "law_18_2017_best_interest")
	v.click("button[name=preview]")
	v.until(`document.activeElement?.id === "shown"`) // the keyboard is where the answer is
	for _, want := range []string{w.Code("municipality", "lezhe"), w.Code("measure_kind", casefile.SpecialisedSupervision), w.T("sheet.owed"), w.Code("transfer_part", "contacts")} {
		if got := v.text(".shown"); !strings.Contains(got, want) {
			t.Errorf("what is sent does not say %q: %s", want, got)
		}
	}
	v.accessible("what is sent with a transfer")
	shoot(t, v, "transfer-preview")
	if got := b.transferStatus(t, v, made.Case); got != casefile.TransferIsProposed {
		t.Fatalf("looking first has made the transfer %s", got)
	}
	v.press(`main form[data-form] button.primary`)
	v.shows("transfers", w.Code("transfer_status", string(casefile.TransferHandedOver)))

	sheet := `main a[href$="/transfers/` + transfer + `/sheet"]`
	v.press(sheet)
	if strings.Contains(v.text("main"), contact) {
		t.Error("the sheet holds a text that nobody opened")
	}
	v.expect403() // it asks who she is, before the whole file is opened
	v.press(`main form[action$="/sheet"] button`)
	v.provesByScreen()
	if got := v.text(".paper"); !strings.Contains(got, contact) || v.count(".paper .opened") < 2 {
		t.Errorf("the opened sheet does not hold what goes with the file: %s", got)
	}
	v.accessible("the hand-over sheet")
	shoot(t, v, "transfer-sheet")

	v.open("/cases/" + made.Case)
	v.act("transfer.accept", transfer)
	v.file()
	if got := v.text(".casehead"); !strings.Contains(got, w.Code("status", string(casefile.Closed))) {
		t.Errorf("the case is not closed: %s", got)
	}
	if got := v.text(".ballbox"); !strings.Contains(got, w.Code("owed", "confirm_transfer")) {
		t.Errorf("nobody is told to hear whether the child was seen there: %s", got)
	}
	shoot(t, v, "transfer-accepted")
	v.open("/inbox?limit=200")
	if v.count(taskOf(made.Case)) != 1 {
		t.Error("the inbox does not hold what is still owed")
	}
	v.press(taskOf(made.Case) + " th a")
	v.act("transfer.confirm", transfer)
	v.file()
	v.shows("transfers", w.Code("transfer_status", string(casefile.TransferIsConfirmed)))
	if got := v.text(".ballbox"); !strings.Contains(got, w.T("ball.nobody")) {
		t.Errorf("somebody is still to act: %s", got)
	}
}

func (b *bed) transferStatus(t *testing.T, v *visitor, id string) casefile.Status {
	t.Helper()
	return b.caseOf(t, v.Caller, id).Transfers[0].Status
}

func (b *bed) caseOf(t *testing.T, c handlers.Caller, id string) handlers.CaseView {
	t.Helper()
	out, err := b.app.Service().Case(t.Context(), c, id, handlers.At{})
	ok(t, err)
	return out
}

// The court refuses an order, she appeals, and the refusal falls: the form asks what such an appeal can end with, and the
// petition is before the court again.
func TestARefusedOrderIsAppealedAgainst(t *testing.T) {
	b, w := use(t), words(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case)
	v.act("order.request", "")
	v.choose("type", casefile.UM)
	v.choose("court", b.as(t, court).Institution)
	v.file()
	order := v.target("order.refuse")
	v.act("order.refuse", order)
	v.file()
	v.act("order.appeal", order)
	v.choose("party", "survivor")
	v.file()
	appeal := b.caseOf(t, v.Caller, made.Case).Orders[0].Appeal
	v.shows("orders", w.Code("status", string(casefile.OrderIsRefused)), w.T("case.under_appeal"), w.Within("appeal_party", "survivor"))
	if appeal.Against != casefile.AgainstRefusal {
		t.Errorf("the appeal is against %q", appeal.Against)
	}
	shoot(t, v, "appeal-against-refusal")
	v.act("order.decide_appeal", order)
	if got := v.text("main form[data-form]"); strings.Contains(got, w.Code("appeal_outcome", casefile.AppealAnnulled)) || !strings.Contains(got, w.Code("appeal_outcome", casefile.RefusalLifted)) {
		t.Errorf("the form offers what such an appeal cannot end with: %s", got)
	}
	shoot(t, v, "appeal-decide")
	v.choose("outcome", casefile.RefusalLifted)
	v.file()
	v.shows("orders", w.Code("status", string(casefile.OrderAsked)), w.Within("appeal_outcome", casefile.RefusalLifted))
	shoot(t, v, "appeal-lifted")
}
