package handlers_test

import (
	"testing"

	"mkr/handlers"
)

// Who keeps herself out of a case may know less of it afterwards. Her receipt counts as it did when she gave the command, so that a retry
// finds the same.
func TestARetryCountsAsItDidThen(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, other := b.person("coordinator", b.dv), b.person("ngo", b.ngo)
	_, err := b.do(lead, id, "exclusion.set", "", &handlers.Exclude{Account: other.Account, Reason: "relative_of_accused"})
	ok(t, err)
	env := key()
	in := &handlers.DeclareConflict{Reason: "relative_of_survivor"}
	first, err := b.doWith(lead, id, "conflict.declare", "", in, env)
	ok(t, err)
	again, err := b.doWith(lead, id, "conflict.declare", "", in, env)
	ok(t, err)
	if first.Revision != again.Revision || first.Position != again.Position || !again.Duplicate {
		t.Errorf("the receipt was %+v, and is %+v", first, again)
	}
}
