package year

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/projections"
	"mkr/projections/board"
)

func same(a, b casefile.State) bool { return reflect.DeepEqual(a, b) }

// state folds a case from the log, as auditors do: no view is asked.
func (w *county) state(id string) (casefile.State, []eventlog.Recorded) {
	w.tb.Helper()
	recorded, err := w.svc.Log.ReadStream(w.tb.Context(), event.StreamName(event.CaseCategory, id), 0)
	w.ok(err)
	var s casefile.State
	for _, r := range recorded {
		f, err := projections.Decode(w.svc.Registry, r)
		w.ok(err)
		s = casefile.Evolve(s, f.Data)
	}
	return s, recorded
}

// check holds a case against what holds for every case.
func (w *county) check(id string) {
	w.tb.Helper()
	s, _ := w.state(id)
	if err := casefile.Invariants(s); err != nil {
		w.fail("%s: %v", s.Code, err)
	}
}

// newest finds how far the log has got: what the system does gives no receipt.
func (w *county) newest() {
	w.tb.Helper()
	for {
		page, err := w.svc.Log.ReadAll(w.tb.Context(), eventlog.Position(w.head), 4096)
		w.ok(err)
		if len(page) == 0 {
			return
		}
		w.head = uint64(page[len(page)-1].Position)
	}
}

// checkAll compares every case with what holds for all, and the lists and figures with the cases.
func (w *county) checkAll() {
	w.tb.Helper()
	w.await()
	open, owed := map[string]casefile.State{}, map[string]bool{}
	clear(w.lapses)
	for _, id := range w.cases {
		s, recorded := w.state(id)
		if err := casefile.Invariants(s); err != nil {
			w.fail("%s: %v", s.Code, err)
		}
		if s.Status == casefile.Open {
			open[id] = s
		}
		for _, d := range s.Deadlines {
			if d.Owed() && !d.IsWarning() {
				owed[id+":"+d.ID] = true
			}
		}
		for _, r := range recorded {
			f, err := projections.Decode(w.svc.Registry, r)
			w.ok(err)
			if lapsed, ok := f.Data.(casefile.DeadlineLapsed); ok {
				key := id + ":" + lapsed.Deadline
				if first, twice := w.lapses[key]; twice {
					w.fail("the clock %s lapsed twice: %s, %s", key, first, r.ID)
				}
				w.lapses[key] = r.ID.String()
			}
		}
	}
	w.everyRow(projections.Board, func(r projections.Row) {
		row, err := projections.As[board.Row](r)
		w.ok(err)
		s, isOpen := open[r.Key]
		if ball := s.Ball(); !isOpen || ball.Institution != row.Ball.Institution || ball.Action != row.Ball.Action || !ball.DueAt.Equal(row.Ball.DueAt) || s.Stage() != row.Stage || s.Risk != row.Risk {
			w.fail("the board says %+v of %s, the log %+v, %s, %s", row.Ball, row.Code, ball, s.Stage(), s.Risk)
		}
		delete(open, r.Key)
	})
	if len(open) > 0 {
		w.fail("open and not on the board: %v", slices.Sorted(maps.Keys(open)))
	}
	w.everyRow(projections.Deadlines, func(r projections.Row) {
		if !owed[r.Key] {
			w.fail("the list of deadlines holds %s, which nobody owes", r.Key)
		}
		delete(owed, r.Key)
	})
	if len(owed) > 0 {
		w.fail("owed and in no list: %v", slices.Sorted(maps.Keys(owed)))
	}
}

// everyRow reads a list to its end, whoever may see what, and holds its figure against its length.
func (w *county) everyRow(topic string, see func(projections.Row)) {
	w.tb.Helper()
	n := 0
	for after := ""; ; {
		page, err := w.svc.Views.List(w.tb.Context(), projections.Query{Topic: topic, After: after, Limit: 100, EvenShut: true})
		w.ok(err)
		for _, r := range page.Rows {
			see(r)
		}
		if n += len(page.Rows); page.Next == "" {
			if n != page.Total {
				w.fail("%s has %d rows and a figure of %d", topic, n, page.Total)
			}
			return
		}
		after = page.Next
	}
}

// topics are the lists that hold anything in a county.
var topics = []string{projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Institutions, projections.Indicators}

// lists are the rows of every list, in order, as text.
func (w *county) lists() map[string][]string {
	w.tb.Helper()
	w.await()
	out := map[string][]string{}
	for _, topic := range topics {
		w.everyRow(topic, func(r projections.Row) {
			r.Position = 0
			out[topic] = append(out[topic], fmt.Sprintf("%s %s %s %s %s", r.Key, r.Institution, r.Status, r.DueAt, r.Doc))
		})
	}
	return out
}
