package logtest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// Linearizable runs concurrent clients that append to and read a few streams, with contexts that end at odd moments and,
// where the store offers them, faults; then it asks whether some order of single steps explains all that
// the clients saw. It takes a few seconds on a quiet machine. MKR_TEST_SEED repeats a run's choices (not its timing).
func Linearizable(t *testing.T, newStore NewStore) {
	seed := rand.Uint64()
	if s, err := strconv.ParseUint(os.Getenv("MKR_TEST_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("MKR_TEST_SEED=%d", seed)
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	f := begin(t, newStore)
	// On a busy machine more contexts end in the middle, and each operation of unknown outcome doubles what the search
	// has to try. Such a history says nothing about the store: another is recorded in its place, a few times at most.
	unsure := 0
	for round := 0; round < rounds; round++ {
		history := record(f, seed+uint64(round+unsure))
		switch porcupine.CheckOperationsTimeout(streamModel, history, 10*time.Second) {
		case porcupine.Illegal:
			path := os.Getenv("MKR_TEST_HISTORY")
			if path != "" {
				_, info := porcupine.CheckOperationsVerbose(streamModel, history, 10*time.Second)
				if err := porcupine.VisualizePath(streamModel, info, path); err != nil {
					t.Logf("history not drawn: %v", err)
				}
			}
			t.Fatalf("round %d: a history of %d operations is not linearizable (MKR_TEST_HISTORY=FILE.html draws it)", round, len(history))
		case porcupine.Unknown:
			if unsure++; unsure > rounds {
				t.Fatalf("round %d: no verdict on a history of %d operations, nor on %d before it", round, len(history), unsure-1)
			}
			t.Logf("round %d: no verdict on a history of %d operations; recording another", round, len(history))
			round--
		}
	}
}

// The streams of a model are strings of event numbers, four bytes each, so that states compare with ==.
type (
	operation struct {
		stream   int
		read     bool
		from     int
		expected eventlog.Expected
		events   string
	}
	answer struct {
		unknown  bool // failed in a way that leaves the outcome open
		conflict bool
		stands   eventlog.Expected // of a conflict or of an append that succeeded
		events   string            // of a read
	}
)

const width = 4 // bytes of an event number

var streamModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		var parts [][]porcupine.Operation
		for _, op := range history {
			s := op.Input.(operation).stream
			for len(parts) <= s {
				parts = append(parts, nil)
			}
			parts[s] = append(parts[s], op)
		}
		return parts
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		have, op, ans := state.(string), input.(operation), output.(answer)
		stands := eventlog.Expected(len(have)/width - 1)
		switch {
		case op.read:
			return ans.unknown || have[min(op.from*width, len(have)):] == ans.events, have
		case ans.conflict:
			return op.expected != stands && ans.stands == stands, have
		case ans.unknown:
			// It may have taken effect now, if it could; an operation that never took effect is explained by
			// putting it last, since nothing bounds the time at which it ends.
			if op.expected == stands {
				return true, have + op.events
			}
			return true, have
		default:
			after := have + op.events
			return op.expected == stands && ans.stands == eventlog.Expected(len(after)/width-1), after
		}
	},
	DescribeOperation: func(input, output any) string {
		op, ans := input.(operation), output.(answer)
		if op.read {
			return fmt.Sprintf("read %d from %d: %d events, unknown %t", op.stream, op.from, len(ans.events)/width, ans.unknown)
		}
		return fmt.Sprintf("append %d events to %d at %d: %+v", len(op.events)/width, op.stream, op.expected, ans)
	},
}

// record lets the clients run and returns what they did and saw.
func record(f *fixture, seed uint64) []porcupine.Operation {
	const clients, steps, streams = 6, 50, 3
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		history []porcupine.Operation
		numbers sync.Map // event id -> its number, four bytes as a string
		began   = time.Now()
	)
	names := make([]string, streams)
	for i := range names {
		names[i] = f.name("linear")
	}
	number := func(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }
	for c := range clients {
		rng := rand.New(rand.NewPCG(seed, uint64(c)))
		wg.Go(func() {
			var known [streams]eventlog.Expected // what this client believes
			for i := range known {
				known[i] = eventlog.NoStream
			}
			for step := range steps {
				s := rng.IntN(streams)
				op := operation{stream: s}
				ctx, cancel := context.WithCancel(f.ctx())
				if rng.IntN(12) == 0 {
					go cancel() // at some moment of the call
				}
				if len(f.store.Faults) > 0 && rng.IntN(15) == 0 {
					f.store.Faults[rng.IntN(len(f.store.Faults))].Arm()
				}
				var evs []eventlog.NewEvent
				if op.read = rng.IntN(3) == 0; op.read {
					op.from = rng.IntN(int(known[s]) + 2)
				} else {
					op.expected = max(eventlog.NoStream, known[s]+eventlog.Expected(rng.IntN(8)/6-rng.IntN(8)/7))
					evs = events(1 + rng.IntN(3))
					for i, e := range evs {
						n := number((c*steps+step)*10 + i)
						numbers.Store(e.ID, n)
						op.events += n
					}
				}
				call := time.Since(began)
				ans, err := do(ctx, f.log, names[s], op, evs, &numbers)
				returned := time.Since(began)
				cancel()
				if err != nil {
					f.Errorf("client %d: %v", c, err)
					return
				}
				end := returned.Nanoseconds()
				if ans.unknown {
					end = math.MaxInt64
				} else if op.read {
					known[s] = eventlog.Expected(op.from + len(ans.events)/width - 1)
				} else {
					known[s] = ans.stands
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: c, Input: op, Call: call.Nanoseconds(), Output: ans, Return: end})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return history
}

// do does one operation. Its error is a failure that no log may answer.
func do(ctx context.Context, log eventlog.Log, name string, op operation, evs []eventlog.NewEvent, numbers *sync.Map) (answer, error) {
	if op.read {
		got, err := log.ReadStream(ctx, name, uint64(op.from))
		if err != nil {
			if !ended(err) {
				return answer{}, err
			}
			return answer{unknown: true}, nil
		}
		var ans answer
		for _, r := range got {
			ans.events += numberOf(numbers, r.ID)
		}
		return ans, nil
	}
	res, err := log.Append(ctx, name, op.expected, evs...)
	var wrong *eventlog.WrongRevisionError
	switch {
	case errors.As(err, &wrong):
		return answer{conflict: true, stands: wrong.Actual}, nil
	case err == nil:
		return answer{stands: eventlog.At(res.Revision)}, nil
	case ended(err):
		return answer{unknown: true}, nil
	}
	return answer{}, err
}

// numberOf answers a number that no client uses for an event that no client appended.
func numberOf(numbers *sync.Map, id uuid.UUID) string {
	if n, ok := numbers.Load(id); ok {
		return n.(string)
	}
	return "\xff\xff\xff\xff"
}
