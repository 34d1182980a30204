package esdblog

import (
	"fmt"
	"io"
	"testing"
)

// What the client says when a connection goes while a request is being sent is a loss, though it has no code.
func TestAConnectionThatGoesWhileSendingIsLost(t *testing.T) {
	if !lost(fmt.Errorf("could not send append request header. Reason: %w", io.EOF)) {
		t.Error("it is taken for an answer of the server")
	}
	if lost(io.ErrUnexpectedEOF) || lost(nil) {
		t.Error("something else is taken for a loss")
	}
}
