package handlers_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// Silence asks the roster: who is told is whoever stands there at that moment, and the history keeps it when the roster
// is another.
func TestSilenceReachesWhoeverIsOnDuty(t *testing.T) {
	b := newBed(t)
	id := b.open()
	ngo := b.person("ngo", b.ngo)
	lead := as("coordinator", b.dv)
	b.CaughtUp()
	shift := func(c handlers.Caller, in *handlers.SetShift) (handlers.Receipt, error) {
		a := institutionAction(t, "institution.set_shift")
		return b.DoInstitution(t.Context(), c, b.ngo, a, in, key())
	}
	_, err := shift(ngo, &handlers.SetShift{Rung: "officer", Account: ngo.Account, Days: []handlers.Weekday{"mon", "tue"}, From: "16:00", Until: "08:00"})
	ok(t, err)
	_, err = shift(lead, &handlers.SetShift{Rung: "deputy", Days: []handlers.Weekday{"mon"}, From: "00:00", Until: "00:00"}) // the desk, by the coordinator
	ok(t, err)
	var denied *handlers.DeniedError
	if _, err := shift(as("shelter", b.shelter), &handlers.SetShift{Rung: "officer", Days: []handlers.Weekday{"mon"}, From: "08:00", Until: "16:00"}); !errors.As(err, &denied) {
		t.Errorf("another institution files its roster: %v", err)
	}
	var wrong *handlers.InputError
	if _, err := shift(lead, &handlers.SetShift{Rung: "officer", Account: lead.Account, Days: []handlers.Weekday{"mon"}, From: "08:00", Until: "16:00"}); !errors.As(err, &wrong) || wrong.Field != "account" {
		t.Errorf("an account from elsewhere stands on it: %v", err)
	}

	v, err := b.Duty(t.Context(), ngo, b.ngo)
	ok(t, err)
	if len(v.Shifts) != 2 || len(v.Gaps) == 0 || !v.Gaps[0].From.Equal(b.Now()) { // a Monday, 10 in Albania
		t.Errorf("the roster is %+v", v)
	}
	in := b.referral()
	in.Urgency = "immediate"
	r, err := b.do(lead, id, "referral.create", "", in)
	ok(t, err)
	page, err := b.Case(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	if d := page.Duty[b.ngo]; !d.Nobody {
		t.Errorf("in the morning nobody is on the roster, and the referral says %+v", d)
	}
	b.Pass(6*time.Hour + 30*time.Minute) // 16:30
	page, err = b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	if d := page.Duty[b.ngo]; d.Account != ngo.Account || d.Until.IsZero() {
		t.Errorf("the referral says %+v", d)
	}
	b.CaughtUp()
	_, err = b.LapseDue(t.Context())
	ok(t, err)
	page, err = b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	told := toldOf(page, r.ID)
	if !slices.Contains(told, "officer:"+ngo.Account) {
		t.Fatalf("the ladder told %v", told)
	}
	_, err = b.DoInstitution(t.Context(), ngo, b.ngo, institutionAction(t, "institution.end_shift"), &handlers.EndShift{Shift: v.Shifts[0].Shift}, key())
	ok(t, err)
	page, err = b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	if after := toldOf(page, r.ID); !slices.Contains(after, "officer:"+ngo.Account) {
		t.Errorf("the history was told anew: %v", after)
	}
	// What the public reads of an institution says nothing of who works when.
	public, err := b.Institution(t.Context(), b.ngo)
	ok(t, err)
	if text, err := json.Marshal(public); err != nil || strings.Contains(string(text), ngo.Account) {
		t.Errorf("the public row names an account: %s %v", text, err)
	}
}

func toldOf(page handlers.CaseView, referral string) (out []string) {
	for _, d := range page.Deadlines {
		if d.Kind == casefile.TargetReferral && d.Target == referral {
			for _, r := range d.Reached {
				out = append(out, r.Rung+":"+r.Account)
			}
		}
	}
	return out
}

func institutionAction(t *testing.T, name string) handlers.InstitutionAction {
	t.Helper()
	i := slices.IndexFunc(handlers.InstitutionActions, func(a handlers.InstitutionAction) bool { return a.Name == name })
	if i < 0 {
		t.Fatalf("there is no action %s", name)
	}
	return handlers.InstitutionActions[i]
}
