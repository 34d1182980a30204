package pages_test

import "testing"

// TestRulesAreReadByEverybodyAtWork: with their article, how sure they are, and the days that are free.
func TestRulesAreReadByEverybodyAtWork(t *testing.T) {
	b := newBed(t)
	for _, br := range []*browser{b.signedIn("police"), b.signedIn("coordinator"), b.administrator()} {
		br.get("/rules").wants(t, "AL-DV-9669", "CP-05-plan", "VKM 578/2018", sq.N("term.months", 3), sq.Code("confidence", "placeholder"), sq.T("rules.approximate"))
	}
}

// TestAnAccountIsFoundByItsName: whatever the case of the letters, and by nothing else.
func TestAnAccountIsFoundByItsName(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	br.get("/admin?q=POLI").wants(t, ">police<")
	br.get("/admin?q=POLI").lacks(t, ">medical<")
	br.get("/admin?q=nobody").wants(t, sq.T("admin.empty"))
}
