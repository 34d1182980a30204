package casefile

import (
	"testing"
	"time"
)

// A day of birth that is learnt later makes a minor of her, with what is owed for one, and one that is corrected unmakes her.
func TestADayOfBirthThatIsLearntLater(t *testing.T) {
	st := tell(t).do(police, RequestOrder{"u1", UMM, court}).owes(TargetOrder, "u1", "DV-10 "+court+"; DV-07 "+court)
	learnt := ChangePerson{Change: "x1", Person: ana, Fields: []string{"birth_date"}, Minor: true}
	st.after(time.Hour).do(police, learnt).then("person.changed deadline.voided deadline.set").owes(TargetOrder, "u1", "DV-07 "+court+"; DV-09 "+court)
	if p, _ := st.s.Person(ana); !p.Minor || !st.s.SubjectMinor {
		t.Fatalf("she is %+v, the subject a minor: %v", p, st.s.SubjectMinor)
	}
	st.nothing(police, learnt)
	learnt.Change, learnt.Minor = "y", false
	st.after(time.Hour).do(police, learnt).owes(TargetOrder, "u1", "DV-07 "+court+"; DV-10 "+court)
	if p, _ := st.s.Person(ana); p.Minor || st.s.SubjectMinor {
		t.Fatal("she is a minor still")
	}
	// Of somebody who is not its subject the case's own situation does not depend.
	st.do(police, ChangePerson{Change: "x2", Person: beni, Fields: []string{"name", "birth_date"}, Minor: true}).then("person.changed")
	if p, _ := st.s.Person(beni); !p.Minor || st.s.SubjectMinor {
		t.Fatalf("he is %+v, the subject a minor: %v", p, st.s.SubjectMinor)
	}
	st.refused(police, ChangePerson{Change: "x3", Person: cela, Fields: []string{"phone"}}, CodePersonUnknown, "person")
	st.refused(police, ChangePerson{Change: "x4", Person: ana}, CodeRequired, "fields")
	st.refused(police, ChangePerson{Change: "x5", Person: ana, Fields: []string{"shoe_size"}}, CodeUnknownCode, "fields")
}

// Whoever turns out to be younger than sixteen has not consented: what she gave for herself ends, and what rests on it and was not
// answered yet is stopped. What a guardian gave for her stands, and so does what others gave.
func TestAChildsOwnConsentEndsWhenHerAgeIsLearnt(t *testing.T) {
	st := tell(t).do(muni, RecordConsent{Consent: "c1", Person: ana, Decision: "given", How: "written"}, RecordConsent{Consent: "c2", Person: beni, Decision: "given", How: "written"})
	c := ask("r1", ngo, "legal_aid")
	c.Consent, c.Basis = "c1", ""
	st.do(muni, c).do(muni, ChangePerson{Change: "x6", Person: ana, Fields: []string{"birth_date"}, Minor: true, Under16: true}).
		then("person.changed consent.withdrawn referral.cancelled deadline.voided").ball("r1", "closed")
	c1, _ := st.s.Consent("c1")
	c2, _ := st.s.Consent("c2")
	if !c1.Withdrawn || c2.Withdrawn {
		t.Fatalf("hers: %+v, another's: %+v", c1, c2)
	}
	st.do(muni, ChangePerson{Change: "x7", Person: ana, Fields: []string{"phone"}, Minor: true, Under16: true}).then("person.changed")
}
