package api_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
)

// failing is a log that can be taken away: for writing (a full disk), or altogether (a lost server).
type failing struct {
	eventlog.Log
	noWrites, noReads atomic.Bool
	as                atomic.Pointer[error]
}

func (f *failing) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if f.noWrites.Load() {
		return eventlog.Result{}, f.err()
	}
	return f.Log.Append(ctx, stream, expected, events...)
}

func (f *failing) ReadStream(ctx context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	if f.noReads.Load() {
		return nil, f.err()
	}
	return f.Log.ReadStream(ctx, stream, from)
}

func (f *failing) ReadAll(ctx context.Context, after eventlog.Position, most int) ([]eventlog.Recorded, error) {
	if f.noReads.Load() {
		return nil, f.err()
	}
	return f.Log.ReadAll(ctx, after, most)
}

func (f *failing) err() error { return fmt.Errorf("disk or network: %w", *f.as.Load()) }

// When the store cannot take it, every command is refused with 503 and a time to try again, every view is still
// served, and what was refused can be sent again under the same key.
func TestTheStoreIsAway(t *testing.T) {
	for _, kind := range []error{eventlog.ErrUnavailable, eventlog.ErrClosed, eventlog.ErrCorrupt} {
		t.Run(kind.Error(), func(t *testing.T) {
			var f *failing
			w := newWorldWith(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { f = &failing{Log: l}; return f }})
			f.as.Store(&kind)
			before := w.size()

			f.noWrites.Store(true)
			refused := 0
			for _, r := range w.routes() {
				a := w.call(w.someone(r), r.method, w.address(r.path), w.body(r))
				switch {
				case a.status == 503:
					refused++
					if a.header.Get("Retry-After") == "" || a.json(t)["code"] != "unavailable" {
						t.Errorf("%s %s: %v %s", r.method, r.path, a.header, a.body)
					}
				case a.status >= 500:
					t.Errorf("%s %s: %d %s", r.method, r.path, a.status, a.body)
				case r.command && a.status < 300 && !strings.Contains(string(a.body), `"duplicate":true`):
					t.Errorf("POST %s was acknowledged: %d %s", r.path, a.status, a.body)
				case r.method == "GET" && a.status == 403: // not hers with a log, not hers without
				case r.method == "GET" && a.status != 200 && !strings.HasSuffix(r.path, "/services/{id}") && !strings.HasSuffix(r.path, "/sheet"): // there is no such service, and no transfer
					t.Errorf("GET %s is not served: %d %s", r.path, a.status, a.body)
				}
			}
			if refused < 35 {
				t.Errorf("only %d commands met the outage", refused)
			}

			f.noReads.Store(true)
			for _, path := range []string{"/cases", "/board", "/inbox", "/outbox", "/deadlines", "/orders", "/hearings", "/meetings", "/activities", "/applications", "/indicators/2026", "/directory/services", "/me"} {
				expect(t, w.get(access.Coordinator, path), 200)
			}
			for _, a := range []answer{
				w.get(access.Coordinator, "/cases/"+w.caseID), w.get(access.Coordinator, "/cases/"+w.caseID+"/timeline"), w.get(access.Auditor, "/audit/log"),
				w.get(access.Coordinator, "/meetings/"+w.ids["meetings"]), w.post(access.Coordinator, "/cases/"+w.caseID+"/open", object{"persons": []any{w.names["person"]}}),
			} {
				problem(t, a, 503, "unavailable", "")
			}
			k := key(handlers.NewKey().String())
			problem(t, w.post(access.Police, "/cases", intake(), k), 503, "unavailable", "")
			if got := w.size(); got != before {
				t.Errorf("%d events were stored", got-before)
			}
			f.noReads.Store(false)
			f.noWrites.Store(false)
			expect(t, w.post(access.Police, "/cases", intake(), k), 201)
		})
	}
}

// An append whose answer was lost is found again by its key: the client hears 503, sends it again, and has it once.
func TestAnAnswerLostIsFoundAgain(t *testing.T) {
	var l *lossy
	s := newServerWith(t, testbed.Options{WrapLog: func(log eventlog.Log) eventlog.Log { l = &lossy{Log: log}; return l }})
	id := s.newCase()
	k := key(handlers.NewKey().String())
	l.lose.Store(true)
	problem(t, s.post(access.Police, "/cases/"+id+"/referrals", s.referral(), k), 503, "unavailable", "")
	l.lose.Store(false)
	again := s.must(access.Police, "/cases/"+id+"/referrals", s.referral(), k)
	if again.status != 201 || again.json(t)["duplicate"] != true {
		t.Errorf("%d %s", again.status, again.body)
	}
	if refs := s.get(access.Police, "/cases/"+id).json(t)["referrals"].([]any); len(refs) != 1 {
		t.Errorf("%d referrals", len(refs))
	}
}

// lossy stores and says that it could not.
type lossy struct {
	eventlog.Log
	lose atomic.Bool
}

func (l *lossy) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	r, err := l.Log.Append(ctx, stream, expected, events...)
	if err == nil && l.lose.Load() {
		return eventlog.Result{}, eventlog.ErrUnavailable
	}
	return r, err
}
