package casefile

import (
	"slices"
	"testing"

	"mkr/domain/access"
)

func TestStandingsAndParties(t *testing.T) {
	st := State{
		Lead: "lead", OpenedBy: "opener",
		Participants: []Participant{
			{Institution: "lead", Reason: "lead"}, {Institution: "opener", Reason: "opened_it"}, {Institution: "team", Reason: "technical_team"},
			{Institution: "gone", Reason: "coordinator_decision", Removed: true}, {Institution: "asked", Reason: "referral"},
			{Institution: "declined", Reason: "referral"}, {Institution: "done", Reason: "referral"}, {Institution: "twice", Reason: "referral"},
			{Institution: "nothing", Reason: "referral"},
		},
		Referrals: []Referral{
			{ReferralContent: ReferralContent{To: "asked"}, Status: Sent}, {ReferralContent: ReferralContent{To: "declined"}, Status: Declined},
			{ReferralContent: ReferralContent{To: "done"}, Status: Completed}, {ReferralContent: ReferralContent{To: "draft"}, Status: Drafted},
			{ReferralContent: ReferralContent{To: "twice"}, Status: Accepted}, {ReferralContent: ReferralContent{To: "twice"}, Status: Declined},
			{ReferralContent: ReferralContent{To: "mistake"}, Status: InError},
		},
		Orders:   []Order{{Court: "court", Executor: "bailiff"}, {Court: "wrong court", InError: true}},
		Hearings: []Hearing{{Court: "second court"}},
		Plan:     Plan{Actions: []PlanAction{{Institution: "planned"}}},
	}
	want := map[string]access.Standing{
		"lead": access.Lead, "opener": access.Opener, "team": access.Participant, "gone": access.None, "asked": access.Recipient,
		"declined": access.DeclinedRecipient, "done": access.PastRecipient, "draft": access.None, "twice": access.Recipient,
		"mistake": access.None, "nothing": access.None, "court": access.Participant, "bailiff": access.Participant,
		"wrong court": access.None, "second court": access.Participant, "planned": access.Participant, "stranger": access.None, "": access.None,
	}
	var sees []string
	for who, standing := range want {
		if got := st.StandingOf(who); got != standing {
			t.Errorf("%q has the standing %s, want %s", who, got, standing)
		}
		if access.HasSight(standing) {
			sees = append(sees, who)
		}
	}
	slices.Sort(sees)
	if got := st.Parties(); !slices.Equal(got, sees) {
		t.Errorf("on whose lists it is: %v, want %v", got, sees)
	}
}
