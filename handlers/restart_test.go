package handlers_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// Two servers watch the clocks, in a time of their own, and each is ended and started again at random moments, often in the
// middle of a step: the warning, the lapse and every rung are stored once, none before its time.
func TestEveryStepOnceAcrossRestarts(t *testing.T) {
	for seed := range uint64(2) {
		synctest.Test(t, func(t *testing.T) {
			b := testbed.New(t, testbed.Options{})
			deps := b.Deps
			deps.Clock = handlers.SystemClock() // the bubble's
			officer := testbed.As("police", b.Police)
			filer := handlers.New(deps)
			opened, err := filer.OpenCase(t.Context(), officer, testbed.Intake(), testbed.Key())
			testbed.OK(t, err)
			in := b.Referral()
			in.Urgency = casefile.Immediate
			ask, _ := handlers.ActionNamed("referral.create")
			asked, err := filer.Do(t.Context(), officer, opened.Case, ask, "", in, testbed.Key())
			testbed.OK(t, err)
			testbed.OK(t, filer.Await(t.Context(), asked.Position))

			begun := time.Now()
			for server := range uint64(2) {
				go func() {
					rng := rand.New(rand.NewPCG(seed, server))
					for time.Since(begun) < 4*time.Hour {
						ctx, end := context.WithTimeout(t.Context(), time.Duration(rng.IntN(20*60)+1)*time.Second)
						_ = handlers.New(deps).RunLapses(ctx)
						end()
						time.Sleep(time.Duration(rng.IntN(10*60)) * time.Second)
					}
				}()
			}
			time.Sleep(5 * time.Hour)

			seen := map[string]int{}
			for _, e := range b.Events() {
				var d struct {
					Rule, Rung string
					DueAt      time.Time `json:"due_at"`
					StepAt     time.Time `json:"step_at"`
					At         time.Time
					Before     int
				}
				testbed.OK(t, json.Unmarshal(e.Data, &d))
				if d.Rule != "REF-ACK-immediate" {
					continue
				}
				switch e.Type {
				case "deadline.warned":
					seen["warned"]++
					if !d.At.Before(d.DueAt) || d.At.Before(d.DueAt.Add(-15*time.Minute)) {
						t.Errorf("seed %d: warned at %s of what is due at %s", seed, d.At, d.DueAt)
					}
				case "deadline.lapsed":
					seen["lapsed"]++
					if d.At.Before(d.DueAt) {
						t.Errorf("seed %d: lapsed at %s before %s", seed, d.At, d.DueAt)
					}
				case "deadline.escalated":
					seen[d.Rung]++
					if d.At.Before(d.StepAt) {
						t.Errorf("seed %d: %s told at %s before %s", seed, d.Rung, d.At, d.StepAt)
					}
				}
			}
			for _, step := range []string{"lapsed", "officer", "deputy", "head", "coordinator"} {
				if seen[step] != 1 {
					t.Errorf("seed %d: %s is stored %d times: %v", seed, step, seen[step], seen)
				}
			}
			if seen["warned"] > 1 {
				t.Errorf("seed %d: warned %d times", seed, seen["warned"])
			}
		})
	}
}
