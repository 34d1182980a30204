package bench

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mkr/domain/access"
	"mkr/web/live"
)

// message is what the benchmarks read of a frame.
type message struct {
	Type     string
	Topics   []string
	Position uint64
}

// dial opens a socket of the partner protocol and subscribes it.
func dial(b *testing.B, url, token string, topics ...string) *websocket.Conn {
	b.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{live.Protocol}, ReadBufferSize: 4096, WriteBufferSize: 256}
	c, res, err := dialer.DialContext(b.Context(), strings.Replace(url, "http", "ws", 1)+"/api/v1/live", http.Header{"Authorization": {"Bearer " + token}})
	ok(b, err)
	res.Body.Close()
	ok(b, c.WriteJSON(live.Subscribe{Type: "subscribe", Topics: topics}))
	for m := (message{}); m.Topics == nil; {
		ok(b, c.ReadJSON(&m))
	}
	return c
}

// BenchmarkAcknowledgedToFrame: from the log's acknowledgement of a command to the frame that tells the board of it, read
// by one subscriber of the whole server, beside 1 KiB append+fdatasync in turns. In between lie the read of the log, every
// view, their commit, the hub, and a loopback connection.
func BenchmarkAcknowledgedToFrame(b *testing.B) {
	w := newWorld(b)
	log := &stamped{Log: w.events, begin: time.Now()}
	w.service.Log = log
	w.openCases(size(b, "MKR_BENCH_CASES", 1000))
	token := w.token(access.Coordinator)
	w.caughtUp()
	ok(b, w.app.Start())
	c := dial(b, w.app.URL(), token, "board")
	defer c.Close()
	probe := newDisk(b)

	frames := make(chan time.Time)
	go func() {
		defer close(frames)
		for {
			var m message
			if c.ReadJSON(&m) != nil {
				return
			}
			if m.Type == "change" {
				frames <- time.Now()
			}
		}
	}()
	var took, limit spans
	caseID := w.open(0)
	<-frames
	for i := 0; b.Loop(); i++ {
		if i%40 == 39 {
			caseID = w.open(i)
			<-frames
		}
		w.note(caseID)
		at, open := <-frames
		if !open {
			b.Fatal("the socket was closed")
		}
		took.add(at.Sub(log.begin.Add(time.Duration(log.acked.Load()))))
		limit.add(probe.flush(b))
	}
	took.report(b, "frame", 99)
	took.beside(b, "frame", limit)
}
