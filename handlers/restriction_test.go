package handlers_test

import (
	"slices"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/projections/timeline"
)

// people are two accounts of a role each, who sign in like everybody.
func (b *bed) person(role, institution string) handlers.Caller {
	b.TB.Helper()
	_, c := b.TokenAt(role, institution)
	b.Raise(c)
	return c
}

// Whoever is kept out of a case finds nothing of it, on no page, list or socket, whatever her role.
func TestWhoeverIsKeptOutFindsNothing(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, brother, colleague := b.person("coordinator", b.dv), b.person("police", b.police), b.person("police", b.police)
	b.wantSight("before", brother, id, true)
	_, err := b.do(lead, id, "exclusion.set", "", &handlers.Exclude{Account: brother.Account, Reason: "relative_of_accused"})
	ok(t, err)
	b.wantSight("the officer who is the suspect's brother", brother, id, false)
	b.wantSight("her colleague at the next desk", colleague, id, true)
	b.wantRecent(brother, id, false)
	b.wantRecent(colleague, id, true)
	b.wantUntold(colleague, id)

	// The coordinator too, and she cannot let herself in again.
	auditor := b.person("auditor", b.dv)
	_, err = b.do(auditor, id, "exclusion.set", "", &handlers.Exclude{Account: lead.Account, Reason: "friend_of_family"})
	ok(t, err)
	b.wantSight("the coordinator herself", lead, id, false)
	if _, err := b.do(lead, id, "exclusion.lift", "", &handlers.Readmit{Account: lead.Account}); err != handlers.ErrNotFound {
		t.Errorf("she let herself in: %v", err)
	}
	_, err = b.do(auditor, id, "exclusion.lift", "", &handlers.Readmit{Account: lead.Account})
	ok(t, err)
	b.wantSight("let in again", lead, id, true)

	// Who says so herself is out at once.
	_, err = b.do(colleague, id, "conflict.declare", "", &handlers.DeclareConflict{Reason: "relative_of_survivor"})
	ok(t, err)
	b.wantSight("after she declared a conflict", colleague, id, false)

	// What was decided about people is not for those who only work on the case.
	_, err = b.do(lead, id, "referral.create", "", b.referral())
	ok(t, err)
	v, err := b.Case(t.Context(), b.person("ngo", b.ngo), id, handlers.At{})
	ok(t, err)
	if len(v.Restriction.Excluded) > 0 || v.Guards {
		t.Errorf("an NGO reads who is kept out: %+v", v.Restriction)
	}
}

// wantUntold fails where a list or the ticker says that somebody is kept out of the case or let into it.
func (b *bed) wantUntold(c handlers.Caller, id string) {
	b.TB.Helper()
	b.CaughtUp()
	t := b.TB.(*testing.T)
	row, _, err := b.BoardRow(t.Context(), c, id)
	ok(t, err)
	if casefile.Confidential(row.Last.Type) || row.Last.Type == "" {
		t.Errorf("the board tells the %s that the newest event is %q", c.Role, row.Last.Type)
	}
	news, err := b.Recent(t.Context(), c, 50)
	ok(t, err)
	if i := slices.IndexFunc(news, func(n handlers.News) bool { return casefile.Confidential(n.Type) }); i >= 0 {
		t.Errorf("the ticker tells the %s of %s", c.Role, news[i].Type)
	}
}

func (b *bed) wantRecent(c handlers.Caller, id string, want bool) {
	b.TB.Helper()
	news, err := b.Recent(b.TB.Context(), c, 50)
	ok(b.TB.(*testing.T), err)
	if got := slices.ContainsFunc(news, func(n handlers.News) bool { return n.Case == id }); got != want {
		b.TB.Errorf("the ticker tells %s of the case: %v", c.Role, got)
	}
}

// A sealed case is there for those named, and its duties stay visible to somebody of each who owes one.
func TestASealedCaseIsThereForThoseNamed(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, other := b.person("coordinator", b.dv), b.person("coordinator", b.dv)
	ngo, asked := b.person("ngo", b.ngo), b.person("ngo", b.ngo)
	_, err := b.do(lead, id, "referral.create", "", b.referral())
	ok(t, err)
	if _, err := b.do(lead, id, "case.seal", "", &handlers.SealCase{Reason: "life_in_danger"}); !isRefusal(err, "seal.leaves_out") {
		t.Fatalf("a seal that nobody of the NGO sees through: %v", err)
	}
	_, err = b.do(lead, id, "case.seal", "", &handlers.SealCase{Reason: "life_in_danger", Accounts: []string{asked.Account}})
	ok(t, err)
	b.wantSight("who sealed it", lead, id, true)
	b.wantSight("who was named", asked, id, true)
	b.wantSight("another coordinator", other, id, false)
	b.wantSight("her colleague", ngo, id, false)
	b.wantSight("who opened it", b.person("police", b.police), id, false)
	b.wantSight("an auditor", b.person("auditor", b.dv), id, false)
	for c, want := range map[handlers.Caller]int{asked: 1, ngo: 0} {
		tasks, err := b.Inbox(t.Context(), c, handlers.ListQuery{Case: id})
		ok(t, err)
		if len(tasks.Items) != want || tasks.Total != want {
			t.Errorf("inbox: %d tasks, %d counted, want %d", len(tasks.Items), tasks.Total, want)
		}
	}
	before, err := b.Figures(t.Context(), other)
	ok(t, err)
	_, err = b.do(lead, id, "case.unseal", "", nil)
	ok(t, err)
	b.wantSight("after the seal was lifted", other, id, true)
	after, err := b.Figures(t.Context(), other)
	ok(t, err)
	if after.Open != before.Open+1 {
		t.Errorf("the figures counted %d open cases with the seal and %d without", before.Open, after.Open)
	}
}

// Clocks run out in sealed cases too.
func TestSilenceIsHistoryInASealedCase(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead := b.person("coordinator", b.dv)
	_, err := b.do(lead, id, "case.seal", "", &handlers.SealCase{Reason: "court_order"})
	ok(t, err)
	b.CaughtUp()
	b.Pass(1000 * time.Hour)
	n, err := b.LapseDue(t.Context())
	ok(t, err)
	if n == 0 {
		t.Error("nothing lapsed")
	}
}

func isRefusal(err error, code string) bool { return codeOf(err) == code }

// Emergency access opens what was asked for, for its minutes, and to the second; somebody else must answer for it.
func TestEmergencyAccess(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead := b.person("coordinator", b.dv)
	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	doctor, kept := b.person("medical", b.medical), b.person("medical", b.medical)
	_, err = b.do(lead, id, "exclusion.set", "", &handlers.Exclude{Account: kept.Account, Reason: "relative_of_accused"})
	ok(t, err)
	b.CaughtUp()
	in := handlers.BreakGlass{Code: v.Code, Reason: "medical_emergency", Text: person.PlainOf("Në urgjencë, pa ndjenja"), Sections: []handlers.DataClass{"identity", "narrative"}, Minutes: "15"}

	// There is no such case, and she is kept out: one answer.
	var answers []string
	for _, try := range []struct {
		c    handlers.Caller
		code string
	}{{kept, v.Code}, {kept, "DHF-2026-9999"}, {doctor, "DHF-2026-9999"}} {
		in := in
		in.Code = try.code
		_, err := b.BreakGlass(t.Context(), try.c, in, key())
		if err == nil {
			t.Fatalf("%+v was let in", try)
		}
		answers = append(answers, err.Error())
	}
	if answers[0] != answers[1] || answers[1] != answers[2] {
		t.Errorf("the answers differ: %q", answers)
	}
	if _, err := b.BreakGlass(t.Context(), b.person("administrator", b.dv), in, key()); err == nil {
		t.Error("an administrator was let in")
	}

	b.wantSight("before", doctor, id, false)
	env := key()
	r, err := b.BreakGlass(t.Context(), doctor, in, env)
	ok(t, err)
	again, err := b.BreakGlass(t.Context(), doctor, in, env)
	ok(t, err)
	if again.ID != r.ID || !again.Until.Equal(r.Until) || !again.Duplicate {
		t.Errorf("a retry: %+v, %+v", r, again)
	}
	view, err := b.Case(t.Context(), doctor, id, handlers.At{})
	ok(t, err)
	if !view.Emergency.Equal(r.Until) || view.Left != 15*time.Minute {
		t.Errorf("her page says %s and %s, want %s", view.Emergency, view.Left, r.Until)
	}
	opened, err := b.OpenFields(t.Context(), doctor, id, handlers.Want{Persons: []string{v.Subject}})
	ok(t, err)
	if opened.Persons[0].Fields["name"] != testbed.SurvivorName || opened.Persons[0].Fields["phone"] != "" {
		t.Errorf("she asked for identity and opened %v", opened.Persons[0].Fields)
	}
	if !slices.Equal(view.Opens, []string{"identity"}) { // what is told stays with those who may read it
		t.Errorf("her role opens %v", view.Opens)
	}
	if _, err := b.do(doctor, id, "note.write", "", &handlers.WriteNote{Section: "health", Text: person.PlainOf("x")}); err == nil {
		t.Error("she wrote in a case that she only looks at")
	}

	// It is told at once, and owed.
	seen, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	if n := len(seen.Restriction.Glasses); n != 1 || seen.Ball.Action != "review_glass" && len(seen.Deadlines) == 0 {
		t.Errorf("the lead sees %d emergency accesses", n)
	}
	b.CaughtUp()
	tasks, err := b.Inbox(t.Context(), lead, handlers.ListQuery{Case: id})
	ok(t, err)
	if !slices.ContainsFunc(tasks.Items, func(i task) bool { return i.Action == "review_glass" }) {
		t.Errorf("the lead's inbox: %+v", tasks.Items)
	}
	police, err := b.Case(t.Context(), b.person("police", b.police), id, handlers.At{})
	ok(t, err)
	if g := police.Restriction.Glasses; len(g) != 1 || g[0].Account != "" || g[0].Institution != b.medical {
		t.Errorf("another institution of the case is told %+v", g)
	}

	b.Pass(15*time.Minute - time.Second)
	_, err = b.Case(t.Context(), doctor, id, handlers.At{})
	ok(t, err)
	b.Pass(time.Second)
	b.wantSight("on the second", doctor, id, false)

	// Not by herself; and it stays on the list until somebody has.
	reviews := func(c handlers.Caller) int {
		b.CaughtUp()
		list, err := b.Reviews(t.Context(), c, handlers.ListQuery{})
		ok(t, err)
		return len(list.Items)
	}
	auditor := b.person("auditor", b.dv)
	if reviews(lead) != 1 || reviews(auditor) != 1 || reviews(b.person("child_protection_worker", b.cp)) != 0 {
		t.Error("the open review is not on the lists that it belongs to")
	}
	b.Raise(lead)
	own, err := b.BreakGlass(t.Context(), lead, in, key())
	ok(t, err)
	if _, err := b.do(lead, id, "glass.review", own.ID, &handlers.ReviewGlass{Verdict: "justified"}); !isRefusal(err, "glass.own_review") {
		t.Errorf("she answered for herself: %v", err)
	}
	if _, err := b.do(auditor, id, "glass.review", own.ID, &handlers.ReviewGlass{Verdict: "not_justified"}); !isRefusal(err, "value.required") {
		t.Errorf("a reproach without a word: %v", err)
	}
	for _, glass := range []string{own.ID, r.ID} {
		_, err := b.do(auditor, id, "glass.review", glass, &handlers.ReviewGlass{Verdict: "justified"})
		ok(t, err)
	}
	if reviews(lead) != 0 {
		t.Error("it is still on the list")
	}
	after, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	for _, d := range after.Deadlines {
		if d.Action == "review_glass" && d.Owed() {
			t.Error("the review is still owed")
		}
	}
}

// A sealed case can be broken into, and whoever answers for that need not be let into the case.
func TestEmergencyInASealedCase(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, second, auditor := b.person("coordinator", b.dv), b.person("coordinator", b.dv), b.person("auditor", b.dv)
	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	_, err = b.do(lead, id, "case.seal", "", &handlers.SealCase{Reason: "life_in_danger"})
	ok(t, err)
	b.CaughtUp()
	r, err := b.BreakGlass(t.Context(), second, handlers.BreakGlass{Code: v.Code, Reason: "immediate_danger", Text: person.PlainOf("x"), Sections: []handlers.DataClass{"contact"}, Minutes: "15"}, key())
	ok(t, err)
	_, err = b.Case(t.Context(), second, id, handlers.At{})
	ok(t, err)
	if _, err := b.do(second, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("x")}); err == nil {
		t.Error("she wrote in a case that she only looks at")
	}
	// Her role and her institution's part would open it all. She asked for contacts only: nothing else opens, and nothing is
	// offered that would not. Whoever reviews it reads why.
	for who, want := range map[*handlers.Caller]bool{&lead: true, &second: false} {
		told, err := b.Timeline(t.Context(), *who, id, handlers.At{})
		ok(t, err)
		i := slices.IndexFunc(told.Entries, func(e timeline.Entry) bool { return e.Type == "glass.broken" })
		if i < 0 || told.Entries[i].Opens != want {
			t.Errorf("entry %d of %d opens: %v, want %v", i, len(told.Entries), !want, want)
		}
		opened, err := b.OpenFields(t.Context(), *who, id, handlers.Want{Entries: []string{told.Entries[i].EventID}})
		ok(t, err)
		if (len(opened.Entries[0].Fields) > 0) != want {
			t.Errorf("what is said to open or not opens otherwise: %v", opened.Entries)
		}
	}
	if _, err := b.Case(t.Context(), auditor, id, handlers.At{}); err != handlers.ErrNotFound {
		t.Errorf("the auditor sees the sealed case: %v", err)
	}
	_, err = b.do(auditor, id, "glass.review", r.ID, &handlers.ReviewGlass{Verdict: "justified"})
	ok(t, err)
	_, err = b.do(second, id, "glass.end", r.ID, nil)
	ok(t, err)
	b.wantSight("given back", second, id, false)
}
