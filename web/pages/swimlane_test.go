package pages

import (
	"slices"
	"testing"
	"time"

	"mkr/projections/timeline"
)

// history is a case of two institutions: a burst, a referral, a silence of 21 days, a late entry and a lapse.
func history() ([]timeline.Entry, time.Time) {
	begin := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	at := func(n int, d time.Duration, who, kind string) timeline.Entry {
		return timeline.Entry{Position: uint64(n), Type: kind, Institution: who, OccurredAt: begin.Add(d), RecordedAt: begin.Add(d)}
	}
	entries := []timeline.Entry{
		at(1, 0, "police", "case.opened"), at(2, 0, "police", "person.added"), at(3, 0, "police", "person.added"), at(4, 0, "town", "participant.added"),
		at(5, day, "town", "referral.sent"), at(6, 22*day, "ngo", "referral.declined"), at(7, 23*day, "ngo", "visit.made"), at(8, 24*day, "", "deadline.lapsed"),
	}
	entries[4].Target, entries[4].Values = "r", map[string]any{"to": "ngo"}
	entries[5].Target = "r"
	entries[4].Clocks = []timeline.Clock{{Op: "set", Deadline: "met", Owner: "ngo", DueAt: begin.Add(3 * day)}, {Op: "set", Deadline: "lapsed", Owner: "ngo", DueAt: begin.Add(23 * day)}, {Op: "set", Deadline: "runs", Owner: "town", DueAt: begin.Add(40 * day)}}
	entries[5].Clocks = []timeline.Clock{{Op: "met", Deadline: "met", Owner: "ngo"}}
	entries[7].Clocks = []timeline.Clock{{Op: "lapsed", Deadline: "lapsed", Owner: "ngo"}}
	entries[6].OccurredAt, entries[6].Late = begin.Add(2*day), true
	return entries, begin.Add(25 * day)
}

func TestMarksLieWithinTheDrawingAndNotOnEachOther(t *testing.T) {
	entries, now := history()
	for range 300 { // more than are drawn, many at one instant
		last := entries[len(entries)-1]
		last.Position++
		last.Institution, last.Type, last.Clocks = "town", "note.written", nil
		entries = append(entries, last)
	}
	for _, n := range []int{1, 4, 8, 100, len(entries)} {
		s := swim(entries[:n], now)
		if len(s.Marks) != min(n, maxMarks) || s.Cut != n-len(s.Marks) {
			t.Fatalf("%d entries: %d marks, %d cut", n, len(s.Marks), s.Cut)
		}
		taken, last := map[[2]int]bool{}, map[int]int{}
		for _, m := range s.Marks {
			if m.X < swimMark || m.X+swimMark > s.Width || m.Y-swimMark < swimTop || m.Y+swimMark > s.Height {
				t.Errorf("%d entries: mark %d lies outside, at %d %d of %d %d", n, m.Step, m.X, m.Y, s.Width, s.Height)
			}
			if before, there := last[m.Y]; taken[[2]int{m.X, m.Y}] || there && m.X-before < swimStep {
				t.Errorf("%d entries: mark %d lies on another", n, m.Step)
			}
			taken[[2]int{m.X, m.Y}], last[m.Y] = true, m.X
		}
		for _, b := range s.Bars {
			if b.X < 0 || max(b.Due, b.End) > s.Width || b.Y > s.Height {
				t.Errorf("a clock lies outside: %+v", b)
			}
		}
	}
}

func TestSilenceIsCutShortAndSaysItsLength(t *testing.T) {
	entries, now := history()
	s := swim(entries, now)
	if len(s.Silences) != 1 || s.Silences[0].Length != 21*24*time.Hour || s.Silences[0].Width != swimBreak {
		t.Fatalf("the silences: %+v", s.Silences)
	}
	for _, m := range s.Marks {
		if m.X > s.Silences[0].X && m.X < s.Silences[0].X+s.Silences[0].Width {
			t.Errorf("something was recorded in the silence: %+v", m)
		}
	}
	// From the last entry to now nobody has said anything either.
	if s = swim(entries[:5], now); len(s.Silences) != 1 || s.Silences[0].Length != 24*24*time.Hour {
		t.Errorf("the silence until now: %+v", s.Silences)
	}
}

func TestLanesArrowsTailsAndClocks(t *testing.T) {
	entries, now := history()
	s := swim(entries, now)
	var lanes []string
	for n, l := range s.Lanes {
		lanes = append(lanes, l.Institution)
		if n > 0 && l.Y != s.Lanes[n-1].Y+s.Lanes[n-1].Height {
			t.Errorf("lane %d does not follow the one before", n)
		}
	}
	if len(lanes) != 4 || lanes[0] != "police" || lanes[1] != "town" || lanes[2] != "ngo" || lanes[3] != "" {
		t.Fatalf("the lanes are %q", lanes)
	}
	if len(s.Arrows) != 2 || s.Arrows[0].Back || s.Arrows[0].From != s.Lanes[1].Mid || s.Arrows[0].To != s.Lanes[2].Mid || !s.Arrows[1].Back || s.Arrows[1].To != s.Lanes[1].Mid {
		t.Errorf("the arrows: %+v", s.Arrows)
	}
	for _, m := range s.Marks {
		if m.Entry.Late != (m.Tail > 0) || m.Tail >= m.X {
			t.Errorf("the tail of %d: %d at %d", m.Step, m.Tail, m.X)
		}
	}
	states := map[string]swimClock{}
	for _, b := range s.Bars {
		for id, other := range states {
			if other.Y == b.Y && b.X <= max(other.Due, other.End) && other.X <= max(b.Due, b.End) {
				t.Errorf("the clocks %s and %s lie on each other", id, b.Clock.Deadline)
			}
		}
		states[b.Clock.Deadline] = b
	}
	for id, want := range map[string]string{"met": "met_late", "lapsed": "lapsed", "runs": "running"} {
		if b := states[id]; b.State != want {
			t.Errorf("the clock %s is %s, want %s", id, b.State, want)
		}
	}
	if b := states["runs"]; b.End != s.Now || b.Due <= s.Now {
		t.Errorf("a running clock: %+v, now is at %d", b, s.Now)
	}
	if s := swim(nil, now); len(s.Marks) != 0 {
		t.Error("nothing is drawn as something")
	}
}

// At a step nothing is told of what came later, and nothing moves: what was there stands where it stands in the whole.
func TestAStepShowsOnlyWhatHadHappened(t *testing.T) {
	all, now := history()
	whole := swim(all, now)
	for told := 1; told <= len(all); told++ {
		s := swimAt(all, all[:told], now)
		if s.Width != whole.Width || s.Height != whole.Height || len(s.Marks) != len(whole.Marks) || s.Cursor != whole.Marks[told-1].X {
			t.Fatalf("step %d: %d×%d, %d marks, the cursor at %d", told, s.Width, s.Height, len(s.Marks), s.Cursor)
		}
		for n, m := range s.Marks {
			if m.Ahead != (n >= told) || m.X != whole.Marks[n].X || m.Y != whole.Marks[n].Y {
				t.Errorf("step %d: mark %d: %+v", told, n+1, m)
			}
		}
		for _, a := range s.Arrows {
			if a.Ahead != (a.X > s.Cursor) {
				t.Errorf("step %d: an arrow: %+v", told, a)
			}
		}
		for _, b := range s.Bars {
			if b.Step > told || b.End > max(s.Cursor, b.X) {
				t.Errorf("step %d: a clock runs ahead: %+v", told, b)
			}
		}
	}
	states := func(told int) map[string]string {
		out := map[string]string{}
		for _, b := range swimAt(all, all[:told], now).Bars {
			out[b.Clock.Deadline] = b.State
		}
		return out
	}
	if s := states(4); len(s) != 0 {
		t.Errorf("before any was set: %v", s)
	}
	if s := states(5); s["met"] != "running" || s["lapsed"] != "running" || s["runs"] != "running" {
		t.Errorf("when they were set: %v", s)
	}
	if s := states(6); s["met"] != "met_late" || s["lapsed"] != "running" {
		t.Errorf("after the answer: %v", s)
	}
	if s := states(8); s["lapsed"] != "lapsed" {
		t.Errorf("after the lapse: %v", s)
	}
}

// A long history is drawn a window at a time; the window that holds the step is shown.
func TestTheWindowHoldsTheStep(t *testing.T) {
	for _, all := range []int{1, maxMarks, maxMarks + 1, 2*maxMarks + 50} {
		for told := 1; told <= all; told++ {
			if first, end := swimWindow(all, told); first < 0 || end > all || told <= first || told > end || end-first > maxMarks {
				t.Fatalf("step %d of %d: %d to %d", told, all, first, end)
			}
		}
	}
}

// On paper every mark is whole on one of the strips, whatever the drawing's width.
func TestStripsShowEveryMarkWhole(t *testing.T) {
	entries, now := history()
	for range 299 {
		last := entries[len(entries)-1]
		last.Position++
		last.Institution, last.Type, last.Clocks = "town", "note.written", nil
		entries = append(entries, last)
	}
	for _, n := range []int{1, 8, 60, len(entries)} {
		s := swim(entries[:n], now)
		strips, width := s.strips()
		for _, m := range s.Marks {
			if !slices.ContainsFunc(strips, func(from int) bool { return from <= m.X-swimMark && m.X+swimMark <= from+width }) {
				t.Errorf("%d entries: the mark at %d is whole on none of %v", n, m.X, strips)
			}
		}
		if empty := s.Width - strips[len(strips)-1]; len(strips) > 1 && (empty < width/2 || width > 2*swimPaper) {
			t.Errorf("%d entries, %d wide: %v of %d each", n, s.Width, strips, width)
		}
	}
}
