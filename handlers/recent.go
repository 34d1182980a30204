package handlers

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/projections"
)

// News is one thing that happened in a case, for those who may see the case. It names nobody.
type News struct {
	Position    uint64
	Type        string
	Case        string
	Code        string
	Institution string // who acted; "" is the system
	OccurredAt  time.Time
	RecordedAt  time.Time
}

// Recent are the newest events of cases that the caller may see, newest first: at most n, from the end of the log that
// is remembered (see recent.most). Clocks that a decision started or stopped are no news, and who is kept out of a case or let into
// it is news to nobody here.
func (s *Service) Recent(ctx context.Context, c Caller, n int) ([]News, error) {
	if v := access.Judge(c.Actor(), access.ViewBoard, access.Facts{}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ViewBoard), Code: v.Code}
	}
	all, err := s.recent.upTo(ctx, s.Log, s.Views.Position(projections.Register))
	if err != nil {
		return nil, logError(err)
	}
	codes := map[string]string{} // of the cases that she sees; "" of the others
	out := make([]News, 0, n)
	for end := len(all); end > 0 && len(out) < n; {
		begin := max(0, end-casesAtOnce)
		if err := s.codesOf(ctx, c, all[begin:end], codes); err != nil {
			return nil, err
		}
		for i := end - 1; i >= begin && len(out) < n; i-- {
			if code := codes[all[i].Case]; code != "" {
				all[i].Code = code
				out = append(out, all[i])
			}
		}
		end = begin
	}
	return out, nil
}

// casesAtOnce is how many events are judged with one question.
const casesAtOnce = 128

// codesOf adds the codes of the cases that the caller may see, judged as the register judges them.
func (s *Service) codesOf(ctx context.Context, c Caller, news []News, codes map[string]string) error {
	var ask []string
	for _, e := range news {
		if _, known := codes[e.Case]; !known {
			codes[e.Case] = ""
			ask = append(ask, e.Case)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	q, ok := s.scope(c, projections.Query{Topic: projections.Register, Cases: ask})
	if !ok {
		return nil
	}
	seen, err := s.Views.Codes(ctx, q)
	if err != nil {
		return viewError(err)
	}
	maps.Copy(codes, seen)
	return nil
}

// recent remembers the end of the log. It reads on from where it was when it is asked, so that nothing is spent on it
// while nobody looks.
type recent struct {
	mu   sync.Mutex
	at   eventlog.Position // read up to here
	read bool
	news []News
}

// most is how many events are remembered; who sees few cases finds fewer of hers among them.
const most = 2048

// upTo gives what is remembered up to a position, oldest first. The answer is the caller's own.
func (r *recent) upTo(ctx context.Context, log eventlog.Log, position uint64) ([]News, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.read {
		if err := r.begin(ctx, log, asPosition(position)); err != nil {
			return nil, err
		}
	}
	for uint64(r.at) < position {
		page, err := log.ReadAll(ctx, r.at, 512)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		r.add(page)
	}
	end := len(r.news)
	for end > 0 && r.news[end-1].Position > position { // the lists are not so far yet
		end--
	}
	return slices.Clone(r.news[:end]), nil
}

// begin finds where the end of the log begins. Positions are numbers of events in one store and of bytes in another, so
// it goes back by more and more until there is enough, or the log begins.
func (r *recent) begin(ctx context.Context, log eventlog.Log, end eventlog.Position) error {
	for back := eventlog.Position(2 * most); ; back *= 16 {
		r.at, r.news = 0, nil
		if back < end {
			r.at = end - back
		}
		from := r.at
		for r.at < end {
			page, err := log.ReadAll(ctx, r.at, 512)
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			r.add(page)
		}
		if r.read = from == 0 || len(r.news) >= most/8; r.read {
			return nil
		}
	}
}

func (r *recent) add(page []eventlog.Recorded) {
	for _, e := range page {
		r.at = e.Position
		if event.Category(e.Stream) != event.CaseCategory || silent[e.Type] || casefile.Confidential(e.Type) {
			continue
		}
		var meta event.Meta
		if err := projections.Unmarshal(e.Meta, &meta); err != nil {
			continue // the views stop at what cannot be read, and say so
		}
		r.news = append(r.news, News{
			Position: uint64(e.Position), Type: e.Type, Case: event.ID(e.Stream), Institution: meta.Institution, OccurredAt: meta.OccurredAt, RecordedAt: e.RecordedAt,
		})
	}
	if over := len(r.news) - most; over > most {
		r.news = slices.Clone(r.news[over:])
	}
}

// silent are the events that only accompany another.
var silent = map[string]bool{"deadline.set": true, "deadline.met": true, "deadline.voided": true, "referral.disclosed": true}
