package pages_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// TestAnAdministratorLoadsAPack: a bad one comes back with the line, the reason and what was typed; a good one shows what it
// changed, and a year of holidays who loaded it.
func TestAnAdministratorLoadsAPack(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	data, err := os.ReadFile("../../domain/deadline/packs/al-dv-9669-2.json")
	ok(t, err)
	good := strings.NewReplacer(`"version": 2`, `"version": 3`, `{"unit": "days", "count": 20}`, `{"unit": "days", "count": 10}`, `"owner": "police"`, `"owner": "bailiff"`).Replace(string(data))
	br.get("/rules").wants(t, "/rules/packs/new", "/rules/calendars/new")
	to, form := br.get("/rules/packs/new").form(t)
	form.Set("pack", strings.Replace(good, `"owner": "bailiff"`, `"owner": "nobody"`, 1))
	bad := br.post(to, form)
	if bad.status != http.StatusUnprocessableEntity {
		t.Errorf("a bad pack: %d", bad.status)
	}
	bad.wants(t, "rule DV-05, line ", "owner:", sq.T("refusal.rules.pack"), "AL-DV-9669")
	to, form = br.get("/rules/packs/new").form(t)
	form.Set("pack", good)
	if done := br.post(to, form); done.status != http.StatusOK {
		t.Errorf("a good pack: %d", done.status)
	}
	br.get("/rules").lacks(t, "20 days", "10 days")
	br.get("/rules").wants(t, "DV-13", sq.N("term.days", 20), sq.N("term.days", 10), sq.Code("rule_owner", "police")+" →", sq.Code("rule_owner", "bailiff"), "pack-AL-DV-9669-3", sq.T("rules.holds_not"))
	to, form = br.get("/rules/calendars/new").form(t)
	form.Set("calendar", `{"source":"s","holidays":[{"date":"2031-01-01","code":"new_year","name":{"sq":"a","en":"b"},"confidence":"fixed"}]}`)
	if done := br.post(to, form); done.status != http.StatusOK {
		t.Errorf("a year: %d", done.status)
	}
	br.get("/rules").wants(t, "2031")
	police := b.signedIn("police")
	police.get("/rules").lacks(t, "/rules/packs/new")
	if got := police.get("/rules/packs/new"); got.status != http.StatusForbidden {
		t.Errorf("the police: %d", got.status)
	}
}

// TestRulesAreReadByEverybodyAtWork: with their article, how sure they are, and the days that are free.
func TestRulesAreReadByEverybodyAtWork(t *testing.T) {
	b := newBed(t)
	for _, br := range []*browser{b.signedIn("police"), b.signedIn("coordinator"), b.administrator()} {
		br.get("/rules").wants(t, "AL-DV-9669", "CP-05-plan", "VKM 578/2018", sq.N("term.months", 3), sq.Code("confidence", "placeholder"), sq.T("rules.approximate"))
		// Whom silence reaches, in which order and when: the quick ladder of the house.
		br.get("/rules").wants(t, sq.T("ladders.title"), sq.Code("ladder", "quick"), sq.T("ladders.before", "span", sq.Span(15*time.Minute)),
			sq.T("ladders.at_once"), sq.Code("rung", "head"), sq.T("ladders.after", "span", sq.Span(2*time.Hour)), sq.T("ladders.none"))
	}
}

// TestAPackSpeaksToItsReader: the first versions hold English notes alone and are never edited, yet an Albanian reader meets none
// of them; an English one meets no other.
func TestAPackSpeaksToItsReader(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("police")
	const english, note = "The operating texts were not available", "The 2010 text and a page of 2022 agree."
	in := br.get("/rules")
	in.lacks(t, english, note)
	in.wants(t, "Tekstet në fuqi nuk ishin në dispozicion", sq.Code("rule_note", "DV-09"))
	br.post("/language", url.Values{"language": {"en"}, "back": {"/rules"}})
	br.get("/rules").wants(t, english, note)
}

// TestAnAccountIsFoundByItsName: whatever the case of the letters, and by nothing else.
func TestAnAccountIsFoundByItsName(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	br.get("/admin?q=POLI").wants(t, ">police<")
	br.get("/admin?q=POLI").lacks(t, ">medical<")
	br.get("/admin?q=nobody").wants(t, sq.T("list.none"))
}
