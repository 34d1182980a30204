package esdblog_test

import (
	"os"
	"testing"

	"google.golang.org/grpc/codes"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
	"mkr/internal/eventlog/logtest"
)

// inProcess is a store on a server of this process, with every fault it can be given that an append survives.
func inProcess(t testing.TB) *logtest.Store {
	server := esdbtest.Start(t, esdbtest.NewStore())
	fault := func(name string, outcome logtest.Outcome, at esdbtest.Step, code codes.Code) logtest.Fault {
		return logtest.Fault{Name: name, Outcome: outcome, Arm: func() { server.FailNextAppend(at, code) }}
	}
	return &logtest.Store{
		Open:    func(t testing.TB) eventlog.Log { return open(t, server) },
		Reopens: true,
		Faults: []logtest.Fault{
			fault("lost before it was stored", logtest.NotStored, esdbtest.BeforeStoring, codes.Unavailable),
			fault("lost after it was stored", logtest.Stored, esdbtest.AfterStoring, codes.Unavailable),
			fault("aborted before it was stored", logtest.NotStored, esdbtest.BeforeStoring, codes.Aborted),
			fault("timed out after it was stored", logtest.Stored, esdbtest.AfterStoring, codes.DeadlineExceeded),
			fault("failed after it was stored", logtest.Stored, esdbtest.AfterStoring, codes.Internal),
		},
	}
}

func open(t testing.TB, server *esdbtest.Server, options ...esdblog.Option) *esdblog.Log {
	t.Helper()
	return openURL(t, server.URL(), options...)
}

func openURL(t testing.TB, url string, options ...esdblog.Option) *esdblog.Log {
	t.Helper()
	if underRace {
		options = append(options, esdblog.LeaveStuck)
	}
	log, err := esdblog.Open(url, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func TestConformance(t *testing.T) { logtest.Run(t, inProcess) }

func TestLinearizable(t *testing.T) { logtest.Linearizable(t, inProcess) }

// One server for the whole suite, as a real one is: each test finds what those before it left, and the system's own events between.
func TestSharedServer(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	logtest.Run(t, func(testing.TB) *logtest.Store {
		server.Store().AddSystem(70)
		return &logtest.Store{Open: func(t testing.TB) eventlog.Log { return open(t, server) }, Reopens: true}
	})
}

// TestRealServer, given MKR_TEST_ESDB, runs the same suite against an EventStoreDB that the variable names. The suite's streams have names of
// their own in every run, but nobody else may write to that server meanwhile.
func TestRealServer(t *testing.T) {
	url := os.Getenv("MKR_TEST_ESDB")
	if url == "" {
		t.Skip("NOT RUN: the conformance suite against a real EventStoreDB; MKR_TEST_ESDB holds no connection string (only the in-process esdbtest was run)")
	}
	store := func(testing.TB) *logtest.Store {
		return &logtest.Store{Open: func(t testing.TB) eventlog.Log { return openURL(t, url) }, Reopens: true}
	}
	t.Run("Conformance", func(t *testing.T) { logtest.Run(t, store) })
	t.Run("Linearizable", func(t *testing.T) { logtest.Linearizable(t, store) })
}
