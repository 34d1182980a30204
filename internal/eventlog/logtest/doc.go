// Package logtest is the conformance suite of the event log: what every implementation of eventlog.Log must do,
// written once and run by all of them.
//
//	func TestConformance(t *testing.T) { logtest.Run(t, newStore) }
//	func TestLinearizable(t *testing.T) { logtest.Linearizable(t, newStore) }
//
// The suite needs no empty store (a shared server will do, as long as nobody else writes to it meanwhile): it notes
// where the log ends when a test begins and uses stream names of its own. It never sleeps; whatever should happen
// soon gets Store.Patience, and a hang becomes a failure with a name. What a store cannot do is skipped by name.
//
// The package proves itself: its own test runs the suite over a log in memory, and then over the same log with
// one defect at a time, each of which the suite must notice.
package logtest
