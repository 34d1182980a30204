package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/internal/eventlog"
)

// some is a part of the demo with all its means: open cases, the commissions, a few of the year and one of its meetings.
func some(w *world) {
	w.tell("shelter", shelterOpens, func(s *story) { s.err = s.settle(placeOf(shelter)) })
	for i, sc := range append(todayViolence[12:15:15], todayChildren[1:3]...) {
		w.tell(fmt.Sprintf("today %d", i), w.end.Add(-sc.began), sc.plot)
	}
	w.tellFosterAid()
	w.tellViolence(2014, violenceOf2014()[:1])
	w.tellChildren(2014, childrenOf2014()[:2])
	w.tellMeetings(2014, meeting.GTN, 1, 2)
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	one, other := part(t, 7, some).events(t), part(t, 7, some).events(t)
	if len(one) != len(other) || len(one) < 300 {
		t.Fatalf("%d and %d events", len(one), len(other))
	}
	for i := range one {
		if a, b := told(t, one[i]), told(t, other[i]); a != b {
			t.Fatalf("event %d:\n%s\n%s", i, a, b)
		}
	}
	another := part(t, 8, func(w *world) { w.tellFosterAid() }).events(t)
	same := slices.ContainsFunc(another, func(e eventlog.Recorded) bool {
		return slices.ContainsFunc(one, func(o eventlog.Recorded) bool { return o.ID == e.ID })
	})
	if same {
		t.Error("another seed gives the same ids")
	}
}

// told is an event without what is random by its nature: ciphertexts, salts, and what is hashed with a key of the store.
func told(t *testing.T, e eventlog.Recorded) string {
	t.Helper()
	var data, meta any
	ok(t, json.Unmarshal(e.Data, &data))
	ok(t, json.Unmarshal(e.Meta, &meta))
	strip(data)
	strip(meta)
	if event.Category(e.Stream) == event.AccessCategory { // looks are nobody's command: their ids are made afresh
		e.ID = uuid.Nil
		delete(meta.(map[string]any), "command_id")
	}
	text, err := json.Marshal([]any{e.ID, e.Stream, e.Revision, e.Type, e.RecordedAt, data, meta})
	ok(t, err)
	return string(text)
}

func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, random := range []string{"box", "commit", "hash", "lookup", "fingerprint"} {
			delete(v, random)
		}
		for _, one := range v {
			strip(one)
		}
	case []any:
		for _, one := range v {
			strip(one)
		}
	}
}

func TestASecondLoadAddsNothing(t *testing.T) {
	b := theWhole(t)
	before := b.events(t)
	clock := &handClock{at: Begin}
	again := New(Options{Seed: 1, Clock: clock, Now: visitDay.Add(3 * day)})
	ok(t, again.Load(t.Context(), b.Service))
	if n := len(b.events(t)) - len(before); n != 0 {
		t.Errorf("%d events more", n)
	}
	if newest := before[len(before)-1].RecordedAt; !clock.Now().Equal(newest) {
		t.Errorf("the clock stands at %s, the newest event at %s", clock.Now(), newest)
	}
	if fmt.Sprint(again.house.visitors) != fmt.Sprint(b.demo.house.visitors) || fmt.Sprint(again.house.colleagues) != fmt.Sprint(b.demo.house.colleagues) {
		t.Error("the accounts are not the same")
	}
	if len(again.house.visitors) != len(seats) {
		t.Errorf("%d accounts for %d seats", len(again.house.visitors), len(seats))
	}
}

func TestAFolderOfSomethingElseIsRefused(t *testing.T) {
	b := theWhole(t)
	if err := New(Options{Seed: 2, Clock: b.clock, Now: visitDay}).Load(t.Context(), b.Service); !errors.Is(err, ErrOtherData) {
		t.Errorf("another seed: %v", err)
	}
	if err := New(Options{Seed: 1, Clock: b.clock, Now: Begin}).Load(t.Context(), b.Service); err == nil {
		t.Error("a replay that ends before it began was taken")
	}
}

func TestAnInterruptedLoadIsNotTakenForAWholeOne(t *testing.T) {
	b := newBed(t, t.TempDir())
	t.Cleanup(b.stop)
	broken := errors.New("the power went")
	d := New(Options{Seed: 1, Clock: b.clock, Now: visitDay})
	d.plots = func(w *world) {
		w.tell("power cut", Begin.Add(day), func(s *story) { s.err = broken })
	}
	if err := d.Load(t.Context(), b.Service); !errors.Is(err, broken) {
		t.Fatalf("interrupted: %v", err)
	}
	ok(t, b.Await(t.Context(), lastPosition(b.events(t))))
	if err := New(Options{Seed: 1, Clock: b.clock, Now: visitDay}).Load(t.Context(), b.Service); !errors.Is(err, ErrUnfinished) {
		t.Errorf("taken up again: %v", err)
	}
}

func lastPosition(events []eventlog.Recorded) uint64 { return uint64(events[len(events)-1].Position) }

func TestARefusedStepEndsTheReplayAndSaysWhere(t *testing.T) {
	b := newBed(t, t.TempDir())
	t.Cleanup(b.stop)
	d := New(Options{Seed: 1, Clock: b.clock, Now: visitDay})
	d.plots = func(w *world) {
		w.tell("twice", visitDay.Add(-day), func(s *story) {
			s.judged(structure, "walk_in", "low")
			r := s.refer(s.lead(), ask{to: needs, service: "housing"})
			s.accepts(r)
			s.declines(r, "other")
			s.note(s.lead(), "general") // never reached
		})
	}
	err := d.Load(t.Context(), b.Service)
	var refusal *event.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "referral.wrong_status" {
		t.Fatalf("%v", err)
	}
	for _, e := range b.events(t) {
		if e.Type == "note.written" {
			t.Error("the story went on after a refusal")
		}
	}
}
