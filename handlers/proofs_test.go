package handlers_test

import (
	"testing"
	"time"

	"mkr/handlers"
	"mkr/internal/ledger"
)

// Between two looks of a witness the newest checkpoint is nobody's; one who has not looked for minutes is missed.
func TestWhichWitnessesWatch(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		witness handlers.Witness
		want    bool
	}{
		"signed the newest, long ago": {handlers.Witness{Stand: ledger.Stand{Size: 9, At: now.Add(-time.Hour)}, Newest: true}, true},
		"signed one a minute ago":     {handlers.Witness{Stand: ledger.Stand{Size: 8, At: now.Add(-time.Minute)}}, true},
		"silent for ten minutes":      {handlers.Witness{Stand: ledger.Stand{Size: 8, At: now.Add(-10 * time.Minute)}}, false},
		"never signed":                {handlers.Witness{}, false},
	} {
		if got := c.witness.Watches(now); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
