package accesslog

import (
	"testing"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(),
		Refused{Command: "referral.answer", Stream: "case-1", Code: "access.not_own"},
		Opened{Case: "case-1", Person: "p-1", Fields: []string{"name", "phone"}},
		Viewed{View: "replay", Stream: "case-1", AsOf: 8123},
	)
}

func TestStream(t *testing.T) {
	if got := Stream("s-1"); got != "access-s-1" || event.Category(got) != event.AccessCategory || event.ID(got) != "s-1" {
		t.Error(got)
	}
}
