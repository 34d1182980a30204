package sqlitelog_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/logtest"
	"mkr/internal/eventlog/sqlitelog"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" {
		crashingChild(dir)
	}
	os.Exit(m.Run())
}

func TestConformance(t *testing.T) { logtest.Run(t, newStore) }

func TestLinearizable(t *testing.T) { logtest.Linearizable(t, newStore) }

// rig is a folder with a clock and the faults of its writer.
type rig struct {
	dir string

	mu    sync.Mutex
	armed map[sqlitelog.Step]any // an error, or what to panic with
	now   func() time.Time
}

func newRig(t testing.TB) *rig {
	return &rig{dir: t.TempDir(), armed: map[sqlitelog.Step]any{}, now: time.Now}
}

func (r *rig) options() sqlitelog.Options {
	return sqlitelog.Options{Dir: r.dir, Fault: r.fault, Now: func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.now()
	}}
}

func (r *rig) open(t testing.TB) *sqlitelog.Log {
	t.Helper()
	l, err := sqlitelog.Open(r.options())
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func (r *rig) fault(step sqlitelog.Step) error {
	r.mu.Lock()
	what := r.armed[step]
	delete(r.armed, step)
	r.mu.Unlock()
	switch what := what.(type) {
	case nil:
		return nil
	case error:
		return what
	default:
		panic(what)
	}
}

func (r *rig) arm(step sqlitelog.Step, what any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed[step] = what
}

func newStore(t testing.TB) *logtest.Store {
	r := newRig(t)
	s := &logtest.Store{
		Open:    func(t testing.TB) eventlog.Log { return r.open(t) },
		Reopens: true,
		SetNow: func(now time.Time) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.now = func() time.Time { return now }
		},
	}
	for _, step := range []sqlitelog.Step{sqlitelog.BeforeBegin, sqlitelog.BeforeInsert, sqlitelog.BeforeCommit, sqlitelog.AfterCommit} {
		outcome := logtest.NotStored
		if step == sqlitelog.AfterCommit {
			outcome = logtest.Stored
		}
		for what, with := range map[string]any{"error": fmt.Errorf("injected at %s", step), "panic": "injected"} {
			s.Faults = append(s.Faults, logtest.Fault{
				Name: what + " at " + string(step), Outcome: outcome, Arm: func() { r.arm(step, with) },
			})
		}
	}
	return s
}
