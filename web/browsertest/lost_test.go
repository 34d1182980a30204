package browsertest

import (
	"io"
	"net"
	"sync"
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// wire is the way between a browser and the service, which can be cut: every connection breaks and no new one comes
// about until it is mended.
type wire struct {
	ln net.Listener
	to string

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
	done  sync.WaitGroup
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	w := &wire{ln: ln, to: to, conns: map[net.Conn]bool{}}
	w.done.Go(w.serve)
	t.Cleanup(func() {
		_ = ln.Close()
		w.set(true)
		w.done.Wait()
	})
	return w
}

func (w *wire) serve() {
	for {
		near, err := w.ln.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.to)
		if err != nil || !w.hold(near, far) {
			_ = near.Close()
			if far != nil {
				_ = far.Close()
			}
			continue
		}
		for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
			w.done.Go(func() {
				_, _ = io.Copy(pair[0], pair[1])
				_ = pair[0].Close()
				_ = pair[1].Close()
			})
		}
	}
}

func (w *wire) hold(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		return false
	}
	for _, c := range conns {
		w.conns[c] = true
	}
	return true
}

// set cuts the wire or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for c := range w.conns {
			_ = c.Close()
		}
		clear(w.conns)
	}
}

// While the line is cut the page says so; when it is mended the page shows what happened meanwhile, without a reload.
func TestALostConnectionIsSaidAndCaughtUp(t *testing.T) {
	b, words := use(t), words(t)
	line := newWire(t, b.app.URL()[len("http://"):])
	v := visit(t)
	v.base = "http://" + line.ln.Addr().String()
	v.seen.expect(`ERR_(CONNECTION_|EMPTY_RESPONSE|SOCKET_)`)
	v.seen.expect(`WebSocket connection to`)
	v.hold(b.sessionOf(t, coordinator))

	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	gone := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open(wholeBoard)
	v.follows()
	v.mark()
	v.until(`document.querySelector(%s)`, row(made.Case))
	stood := eval[int](v, "+document.querySelector('#stand').dataset.position")

	line.set(true)
	v.until(`document.querySelector('#stand[data-state="lost"]')`)
	if said := v.text("#stand .state"); said != words.T("live-lost") {
		t.Errorf("the page says %q of the lost line", said)
	}
	// Meanwhile: one case moves on, one ends, one begins.
	b.assessed(t, v.Caller, made.Case, casefile.High)
	b.step(t, v.Caller, gone.Case, "case.close", "", &handlers.CloseCase{Reason: "duplicate", Note: person.PlainOf(b.secret("Rast i hapur dy herë nga gabimi"))})
	begun := b.newCase(t, v.Caller, casefile.DomesticViolence)

	line.set(false)
	v.follows()
	v.until(`document.querySelector(%s)`, row(made.Case)+" .risk.high")
	v.until(`!document.querySelector(%s)`, row(gone.Case))
	v.until(`document.querySelector(%s)`, row(begun.Case))
	v.same()
	if now := b.app.Position(); now <= uint64(stood) {
		t.Errorf("nothing happened meanwhile: %d, %d", stood, now)
	}
}
