package handlers_test

import (
	"errors"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// What leaves with a transfer can be looked at before, and stays afterwards as it was when it was handed over, whatever comes
// of the case; nobody but who may take the case out on paper sees it, and no text opens that is of no part that was sent.
func TestTheSheetOfATransferStaysAsItWas(t *testing.T) {
	b := newBed(t)
	unit, _ := atScreen(b.Bed, "child_protection_worker")
	police := as("police", b.police)
	made, err := b.OpenCase(t.Context(), police, childIntake(), key())
	ok(t, err)
	id := made.Case
	do := func(name, target string, in handlers.Input) string {
		t.Helper()
		a, _ := handlers.ActionNamed(name)
		if in == nil {
			in = a.New()
		}
		r, err := b.Do(t.Context(), unit, id, a, target, in, key())
		ok(t, err)
		return r.ID
	}
	do("risk.assess", "", &handlers.AssessRisk{Level: casefile.Low})
	tr := do("transfer.propose", "", &handlers.ProposeTransfer{Municipality: "lezhe", Structure: "child_protection_unit", Reason: "family_moved", Contact: person.PlainOf("Znj. Prova")})
	hand := &handlers.HandOverTransfer{Parts: []handlers.TransferPart{"summary"}, Means: "paper", Basis: "law_18_2017_best_interest"}
	if _, err := b.PreviewHandOver(t.Context(), unit, id, tr, hand); err == nil {
		t.Error("a file that lacks what its judgement rests on is shown as if it could be sent")
	}
	hand.Parts = append(hand.Parts, "risk_assessments")
	seen, err := b.PreviewHandOver(t.Context(), unit, id, tr, hand)
	ok(t, err)
	if seen.Sent || seen.Opens || len(seen.Case.Assessments) != 1 || len(seen.Owed) == 0 || b.count("transfer.handed_over") != 0 {
		t.Errorf("looking first: sent %v, opens %v, %d assessments, %d duties, %d files handed over", seen.Sent, seen.Opens, len(seen.Case.Assessments), len(seen.Owed), b.count("transfer.handed_over"))
	}
	if _, err := b.HandOver(t.Context(), unit, id, tr); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("there is a sheet of what was not sent: %v", err)
	}
	do("transfer.hand_over", tr, hand)
	then, err := b.HandOver(t.Context(), unit, id, tr)
	ok(t, err)
	b.pass(time.Hour)
	do("risk.assess", "", &handlers.AssessRisk{Level: casefile.High, Reason: person.PlainOf("Më vonë")})
	do("transfer.accept", tr, nil)
	now, err := b.HandOver(t.Context(), unit, id, tr)
	ok(t, err)
	if len(now.Case.Assessments) != 1 || now.Case.Status != casefile.Open || len(now.Owed) != len(then.Owed) || !now.Sent || !now.Opens {
		t.Errorf("what was sent has changed: %d assessments, %s, %d duties", len(now.Case.Assessments), now.Case.Status, len(now.Owed))
	}
	if _, err := b.OpenHandOver(t.Context(), unit, id, tr); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("a whole file is opened from a screen that was found open: %v", err)
	}
	b.Raise(unit)
	texts, err := b.OpenHandOver(t.Context(), unit, id, tr)
	ok(t, err)
	if len(texts.Persons) == 0 || texts.Persons[0].Fields["name"] == "" || texts.Persons[0].Fields["phone"] != "" {
		t.Errorf("without the contacts the sheet names who it is about and not how to reach them: %+v", texts.Persons)
	}
	var no *handlers.DeniedError
	if _, err := b.HandOver(t.Context(), police, id, tr); !errors.As(err, &no) {
		t.Errorf("the police read the sheet: %v", err)
	}
}

// What was marked as entered in error does not go out on paper, where nobody can mark it any more.
func TestWhatWasTakenBackIsNotOnTheSheet(t *testing.T) {
	b := newBed(t)
	unit, _ := atScreen(b.Bed, "child_protection_worker")
	made, err := b.OpenCase(t.Context(), as("police", b.police), childIntake(), key())
	ok(t, err)
	id := made.Case
	do := func(name, target string, in handlers.Input) string {
		t.Helper()
		r, err := b.do(unit, id, name, target, in)
		ok(t, err)
		return r.ID
	}
	do("note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("E një fëmije tjetër")})
	do("note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("E këtij fëmije")})
	v, err := b.Case(t.Context(), unit, id, handlers.At{})
	ok(t, err)
	do("entry.mark_in_error", "", &handlers.MarkInError{Kind: "note", Target: v.Notes[0].ID, Reason: "wrong_case"})
	tr := do("transfer.propose", "", &handlers.ProposeTransfer{Municipality: "lezhe", Structure: "child_protection_unit", Reason: "family_moved"})
	hand := &handlers.HandOverTransfer{Parts: []handlers.TransferPart{"summary"}, Means: "paper", Basis: "law_18_2017_best_interest"}
	seen, err := b.PreviewHandOver(t.Context(), unit, id, tr, hand)
	ok(t, err)
	do("transfer.hand_over", tr, hand)
	sheet, err := b.HandOver(t.Context(), unit, id, tr)
	ok(t, err)
	notes := func(entries []handlers.SheetEntry) (n int) {
		for _, e := range entries {
			if e.Type == "note.written" {
				n++
			}
		}
		return n
	}
	if notes(seen.Entries) != 1 || notes(sheet.Entries) != 1 {
		t.Errorf("%d notes are on the sheet before, %d on the one that was sent", notes(seen.Entries), notes(sheet.Entries))
	}
	b.Raise(unit)
	texts, err := b.OpenHandOver(t.Context(), unit, id, tr)
	ok(t, err)
	for _, one := range texts.Entries {
		for _, text := range one.Fields {
			if text == "E një fëmije tjetër" {
				t.Error("what was written into the wrong case leaves with this one")
			}
		}
	}
}

func childIntake() handlers.OpenCase {
	in := testbed.Intake()
	in.Kind, in.Channel, in.Violence, in.Persons = casefile.ChildProtection, "school", []handlers.Violence{"neglect"}, in.Persons[:1]
	in.Persons[0].Role, in.Persons[0].Minor = "child", true
	return in
}
