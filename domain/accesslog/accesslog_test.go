package accesslog

import (
	"testing"
	"time"

	"mkr/internal/decidertest"
)

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(),
		Opened{Case: "case-1", Persons: []string{"p-1"}, Entries: []string{"e-1"}, Fields: []string{"name", "phone"}},
		Refused{Action: "referral.answer", Target: "case-1", Code: "access.not_own", Field: "to"},
		DoorRefused{Print: "00112233445566778899aabbccddeeff", Way: "password", Why: "wrong", Count: 30, Places: 1, From: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC), Until: time.Date(2026, 5, 4, 9, 14, 0, 0, time.UTC)},
		Viewed{Case: "case-1", What: "replay"},
		Reconstructed{Account: "account-1", Position: 812},
		Searched{Print: "00112233445566778899aabbccddeeff", Words: 2},
		Reported{Case: "case-1", Person: "p-1", Identity: "papers"},
		Exported{Case: "case-1", Recipient: "i-1", Position: 812, Events: 901},
	)
}
