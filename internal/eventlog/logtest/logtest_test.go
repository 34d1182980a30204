package logtest_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"mkr/internal/eventlog/logtest"
)

// defectEnv names the defect of the log that TestConformance and TestLinearizable run on.
const defectEnv = "MKR_LOGTEST_DEFECT"

func TestConformance(t *testing.T) { logtest.Run(t, newMemory(os.Getenv(defectEnv), patience())) }

func TestLinearizable(t *testing.T) {
	logtest.Linearizable(t, newMemory(os.Getenv(defectEnv), patience()))
}

// patience is short where a hang is what the test looks for.
func patience() time.Duration {
	if os.Getenv(defectEnv) != "" {
		return 500 * time.Millisecond
	}
	return 0
}

// TestSuiteNotices breaks the contract in one way at a time and expects the suite to fail.
func TestSuiteNotices(t *testing.T) {
	if os.Getenv(defectEnv) != "" {
		t.Skip("this is the child")
	}
	for _, c := range []struct{ defect, test string }{
		{"checks no limits", "TestConformance/Bytes"},
		{"stores for the dead", "TestConformance/Context"},
		{"works when closed", "TestConformance/Lifetime"},
		{"checks no revision", "TestConformance/Append"},
		{"checks no revision", "TestLinearizable"},
		{"says a wrong revision", "TestConformance/Append"},
		{"says a wrong revision", "TestLinearizable"},
		{"goes back in time", "TestConformance/Clock"},
		{"stores half a batch", "TestConformance/Append"},
		{"stores half a batch", "TestLinearizable"},
		{"keeps the caller's bytes", "TestConformance/Bytes"},
		{"repairs text", "TestConformance/Bytes"},
		{"stores local time", "TestConformance/Clock"},
		{"wakes nobody", "TestConformance/Wait"},
		{"lies about faults", "TestConformance/Fault"},
		{"answers the first position", "TestConformance/Append"},
		{"swaps neighbours", "TestConformance/Append"},
		{"reads stale", "TestLinearizable"},
		{"skips at a page's end", "TestConformance/Read"},
		{"lends its bytes", "TestConformance/Bytes"},
		{"wakes too soon", "TestConformance/Wait"},
		{"ignores contexts", "TestConformance/Context"},
		{"keeps waiters at close", "TestConformance/Lifetime"},
		{"forgets at close", "TestConformance/Lifetime"},
	} {
		t.Run(c.defect+" in "+c.test, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.short", "-test.timeout=30s", "-test.run=^"+c.test+"$")
			cmd.Env = append(os.Environ(), defectEnv+"="+c.defect)
			if out, err := cmd.CombinedOutput(); err == nil {
				t.Errorf("the suite passed a log that %s:\n%s", c.defect, out)
			}
		})
	}
}
