package live

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mkr/projections"
)

// BenchmarkFanOut publishes a change of 700 bytes to MKR_BENCH_SUBSCRIBERS (1000) connections of one lens,
// MKR_BENCH_RATE (10) times a second, beside the same bytes by plain TCP writes from two goroutines: what the kernel
// allows. Rounds of both alternate, because the machine's speed changes by the minute. Reported are the hub's
// figures and their ratio to plain TCP's in the same run, medians of the rounds. Run it with -benchtime=1x.
func BenchmarkFanOut(b *testing.B) {
	n, rate := fromEnv("MKR_BENCH_SUBSCRIBERS", 1000), fromEnv("MKR_BENCH_RATE", 10)
	rounds, frames := fromEnv("MKR_BENCH_ROUNDS", 3), fromEnv("MKR_BENCH_FRAMES", 40)
	for b.Loop() {
		var plain, hub []round
		for range rounds {
			plain = append(plain, plainRound(b, n, rate, frames))
			hub = append(hub, hubRound(b, n, rate, frames))
		}
		p, h := middle(plain), middle(hub)
		b.Logf("%d subscribers at %d/s, %d frames, %d rounds each", n, rate, frames, rounds)
		b.Logf("plain TCP: %s", p)
		b.Logf("hub:       %s", h)
		b.ReportMetric(float64(h.P50.Microseconds()), "p50-us")
		b.ReportMetric(float64(h.P99.Microseconds()), "p99-us")
		b.ReportMetric(float64(h.Last99.Microseconds()), "last-p99-us")
		b.ReportMetric(float64(h.P99)/float64(p.P99), "p99/tcp")
		b.ReportMetric(float64(h.Last99)/float64(p.Last99), "last-p99/tcp")
		b.ReportMetric(float64(h.cpu)/float64(p.cpu), "cpu/tcp")
		b.ReportMetric(float64(h.heap)/1024, "KiB/idle-conn")
	}
}

// round is what one round gave.
type round struct {
	figures
	cpu  time.Duration // of the server, a frame
	heap uint64        // bytes of heap and stacks an idle connection costs the server
}

func (r round) String() string {
	return fmt.Sprintf("each p50 %v p99 %v, last p50 %v p99 %v, longest %v, server CPU %v a frame, %.1f KiB an idle connection",
		r.P50.Round(10*time.Microsecond), r.P99.Round(10*time.Microsecond), r.Last50.Round(10*time.Microsecond), r.Last99.Round(10*time.Microsecond),
		r.Longest.Round(10*time.Microsecond), r.cpu, float64(r.heap)/1024)
}

func middle(rounds []round) round {
	pick := func(of func(round) int64) int64 {
		var all []int64
		for _, r := range rounds {
			all = append(all, of(r))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	duration := func(of func(round) time.Duration) time.Duration {
		return time.Duration(pick(func(r round) int64 { return int64(of(r)) }))
	}
	return round{
		figures: figures{
			P50: duration(func(r round) time.Duration { return r.P50 }), P99: duration(func(r round) time.Duration { return r.P99 }),
			Last50: duration(func(r round) time.Duration { return r.Last50 }), Last99: duration(func(r round) time.Duration { return r.Last99 }),
			Longest: duration(func(r round) time.Duration { return r.Longest }),
		},
		cpu:  duration(func(r round) time.Duration { return r.cpu }),
		heap: uint64(pick(func(r round) int64 { return int64(r.heap) })),
	}
}

func fromEnv(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// hubRound measures the hub.
func hubRound(b *testing.B, n, rate, frames int) round {
	h := open(b, func(c *Config) {
		c.Limits = Limits{PerAccount: n, Connections: n, Position: 4 * time.Second}
		c.Ticker = nil
	})
	defer func() { h.cancel(); h.hub.Close(); h.server.Close() }()
	before := memory()
	return drive(b, load{Addr: h.server.Listener.Addr().String(), N: n, Frames: frames, WS: true}, rate,
		func() uint64 { return (memory() - before) / uint64(n) },
		func(i int, doc []byte) {
			h.feed.c <- batch(uint64(200+i), put(projections.Row{Topic: projections.Board, Key: strconv.Itoa(i), Position: uint64(200 + i),
				Parties: []string{"police"}, Doc: doc}))
		})
}

// plainRound measures plain TCP writes of the same bytes.
func plainRound(b *testing.B, n, rate, frames int) round {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	before := memory()
	var conns []net.Conn
	accepted := make(chan struct{})
	go func() {
		defer close(accepted)
		for range n {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			conns = append(conns, c)
		}
	}()
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	return drive(b, load{Addr: listener.Addr().String(), N: n, Frames: frames}, rate,
		func() uint64 { <-accepted; return (memory() - before) / uint64(n) },
		func(_ int, doc []byte) {
			change := append([]byte(`{"type":"change","position":1000,"seq":0,"topic":"board","key":"10","op":"put","row":`), append(doc, '}')...)
			frame := append([]byte{0x81, 126, byte(len(change) >> 8), byte(len(change))}, change...)
			var both sync.WaitGroup
			for half := range 2 {
				both.Go(func() {
					for _, c := range conns[half*n/2 : (half+1)*n/2] {
						if _, err := c.Write(frame); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			both.Wait()
		})
}

// drive starts the load client, publishes at the rate and returns what the client saw.
func drive(b *testing.B, l load, rate int, idle func() uint64, publish func(i int, doc []byte)) round {
	spec, err := json.Marshal(l)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), loadEnv+"="+string(spec))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		b.Fatalf("the load client is not ready: %q %v", line, err)
	}
	r := round{heap: idle()}
	cpu := used()
	filler := strings.Repeat("x", 600)
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for i := range l.Frames {
		<-tick.C
		publish(i, []byte(fmt.Sprintf(`{"t":%d,"filler":%q}`, time.Now().UnixNano(), filler)))
	}
	if err := json.NewDecoder(lines).Decode(&r.figures); err != nil {
		b.Fatal(err)
	}
	r.cpu = (used() - cpu) / time.Duration(l.N*l.Frames)
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	if r.Got != l.N*l.Frames || r.OutOfOrder > 0 {
		b.Fatalf("%d of %d frames came, %d out of order", r.Got, l.N*l.Frames, r.OutOfOrder)
	}
	return r
}

// memory is what heap and stacks take, after a collection.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOneSubscriber measures from a batch being handed over to its frame being read, in one process.
func BenchmarkOneSubscriber(b *testing.B) {
	h := open(b, func(c *Config) { c.Ticker = nil })
	c := h.follow("police", "board")
	doc := json.RawMessage(`{"filler":"` + strings.Repeat("x", 600) + `"}`)
	var took []time.Duration
	for position := uint64(101); b.Loop(); position++ {
		start := time.Now()
		h.feed.c <- batch(position, put(projections.Row{Topic: projections.Board, Key: "k", Position: position, Parties: []string{"police"}, Doc: doc}))
		for {
			m, err := c.next()
			if err != nil {
				b.Fatal(err)
			}
			if m.Type == "change" {
				break
			}
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(part(took, 50).Microseconds()), "p50-us")
	b.ReportMetric(float64(part(took, 99).Microseconds()), "p99-us")
}

// BenchmarkPublish shows what a change costs the hub itself: it grows with the lenses, not with the connections that
// want something else.
func BenchmarkPublish(b *testing.B) {
	for _, lenses := range []int{1, 10, 100} {
		b.Run(fmt.Sprint("lenses=", lenses), func(b *testing.B) {
			hub := New(Config{Judge: partyJudge{}})
			hub.begin(100, true)
			for i := range lenses {
				for range 10 { // none of them wants meetings, one a lens wants the board
					c := &conn{hub: hub, queue: newQueue(), subscribed: true, interest: interest{rows: 1 << 5}}
					hub.enter(c, Lens{Institution: "police", Role: strconv.Itoa(i)})
				}
				hub.groups[Lens{Institution: "police", Role: strconv.Itoa(i)}].conns[0].interest.rows = 1
			}
			r := row(projections.Board, "k", "", 0, "police")
			b.ReportAllocs()
			for position := uint64(101); b.Loop(); position++ {
				r.Position = position
				hub.publish(b.Context(), batch(position, put(r)))
			}
		})
	}
}
