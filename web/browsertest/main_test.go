package browsertest

import (
	"fmt"
	"os"
	"testing"
)

// TestMain ends with the look that needs a service that has stopped: through every file it has left behind.
func TestMain(m *testing.M) {
	code := m.Run()
	closeChromium()
	if started != nil {
		if err := started.close(); err != nil {
			fmt.Fprintln(os.Stderr, "FAIL: after all tests:", err)
			code = 1
		}
	}
	os.Exit(code)
}
