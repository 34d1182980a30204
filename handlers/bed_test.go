package handlers_test

import (
	"testing"
	"time"

	"mkr/handlers"
	"mkr/internal/testbed"
)

// bed is the shared test bed with short words.
type bed struct {
	*testbed.Bed
	dir                                          string
	logs                                         *testbed.Buffer
	dv, cp, police, ngo, shelter, court, medical string // institutions
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := testbed.New(t, testbed.Options{})
	return &bed{Bed: b, dir: b.Dir, logs: b.Logs, dv: b.DV, cp: b.CP, police: b.Police, ngo: b.NGO, shelter: b.Shelter, court: b.Court, medical: b.Medical}
}

const survivorName = testbed.SurvivorName

func as(role, institution string) handlers.Caller { return testbed.As(role, institution) }
func key() handlers.Envelope                      { return testbed.Key() }
func intake() handlers.OpenCase                   { return testbed.Intake() }

func (b *bed) pass(d time.Duration)                    { b.Pass(d) }
func (b *bed) open() string                            { b.TB.Helper(); return b.Open() }
func (b *bed) referral() *handlers.CreateReferral      { return b.Referral() }
func (b *bed) accessEvents(c handlers.Caller) []string { return b.AccessEvents(c) }
func (b *bed) size() int                               { b.TB.Helper(); return len(b.Events()) }

func (b *bed) do(c handlers.Caller, caseID, action, target string, in handlers.Input) (handlers.Receipt, error) {
	b.TB.Helper()
	return b.Act(c, caseID, action, target, in)
}

func (b *bed) doWith(c handlers.Caller, caseID, action, target string, in handlers.Input, env handlers.Envelope) (handlers.Receipt, error) {
	b.TB.Helper()
	return b.ActWith(c, caseID, action, target, in, env)
}

func ok(t *testing.T, err error) {
	t.Helper()
	testbed.OK(t, err)
}
