package api_test

import (
	"testing"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// An account that has as many requests under way as it may is told to wait, and nobody else is; one that ends makes room.
func TestAnAccountHasSoManyRequestsAtOnce(t *testing.T) {
	w := newWorld(t)
	busy := w.callers[access.Police]
	var leave []func()
	for range handlers.AtOnce {
		done, err := w.Enter(busy)
		testbed.OK(t, err)
		leave = append(leave, done)
	}
	a := w.get(access.Police, "/board")
	problem(t, a, 429, "too_many_tries", "")
	if a.header.Get("Retry-After") == "" {
		t.Error("nobody says for how long")
	}
	if got := w.get(access.Coordinator, "/board"); got.status != 200 {
		t.Errorf("somebody else waits too: %d", got.status)
	}
	leave[0]()
	if got := w.get(access.Police, "/board"); got.status != 200 {
		t.Errorf("after one has ended: %d", got.status)
	}
}
