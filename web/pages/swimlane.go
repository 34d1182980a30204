package pages

import (
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/projections/timeline"
)

// Measures of the swimlanes, in pixels.
const (
	swimStep   = 16  // between marks of one institution at one instant
	swimMark   = 7   // from a mark's middle to its edge
	swimRow    = 26  // a lane's marks
	swimBar    = 6   // one row of clocks below them
	swimTop    = 34  // dates and lengths of silence
	swimBreak  = 64  // a silence, however long
	swimDay    = 26  // a day in which nothing happens
	swimMargin = 14  // left and right
	swimTick   = 74  // between two dates
	swimNames  = 150 // the names of the lanes
	swimPaper  = 760 // of the drawing, what a sheet is wide enough for beside the names
	maxMarks   = 300 // newest; the list tells of all
)

// swimSilence is how long nothing must have been recorded for it to be a silence, which is cut short and labelled.
const swimSilence = 7 * 24 * time.Hour

// swimlanes is a drawing of a history: who did what and when. Every mark lies within Width and Height, and no two marks
// of a lane lie on each other.
type swimlanes struct {
	Width, Height int
	Lanes         []swimLane
	Marks         []swimPoint
	Bars          []swimClock
	Arrows        []swimArrow
	Silences      []swimGap
	Ticks         []swimDate
	Now           int // where the work's clock stands
	Cursor        int // where a replay stands; 0 for nowhere
	Cut           int // entries that are not drawn
}

type swimLane struct {
	Institution    string // "" is the system: what happens because nobody acted
	Y, Height, Mid int
}

type swimPoint struct {
	X, Y  int
	Kind  string
	Entry timeline.Entry
	Step  int  // from 1, among all entries
	Tail  int  // where a late entry's tail begins, when it happened; 0 for none
	Ahead bool // had not happened yet at the step of a replay
}

// swimClock is a clock: from where it was set to where it was due, and to where it ended.
type swimClock struct {
	X, Due, End, Y int
	State          string // running, met, met_late, lapsed, voided
	Clock          timeline.Clock
	Step           int // of the entry that set it
}

type swimArrow struct {
	X, From, To int
	Back, Ahead bool // it came back to who had sent it; it is yet to come
}

type swimGap struct {
	X, Width int
	Length   time.Duration
}

type swimDate struct {
	X  int
	At time.Time
}

// swimInstant is an instant with its place; marks at it lie between X and End.
type swimInstant struct {
	at     time.Time
	x, end int
	heard  bool // something was recorded then, or it is now
}

// swim draws entries as they stand at now. Time runs to the right; silences are cut short and say how long they were.
func swim(entries []timeline.Entry, now time.Time) swimlanes {
	return swimDrawing(entries, entries, now, now)
}

// swimAt draws a history as it stood when told was all of it, at the places that it has in the whole: what was to come
// is there as marks to go to, of clocks and answers nothing is shown before it was so.
func swimAt(all, told []timeline.Entry, now time.Time) swimlanes {
	if len(told) == 0 {
		return swimlanes{}
	}
	stood := told[len(told)-1].RecordedAt
	s := swimDrawing(all, told, now, stood)
	for _, m := range s.Marks {
		if m.Step == len(told) {
			s.Cursor = m.X
		}
	}
	return s
}

func swimDrawing(all, told []timeline.Entry, now, stood time.Time) swimlanes {
	var s swimlanes
	if len(all) == 0 {
		return s
	}
	first, end := swimWindow(len(all), len(told))
	s.Cut = len(all) - (end - first)
	drawn := slices.Clone(all[first:end])
	copy(drawn, told[first:min(end, len(told))]) // as they read then
	until := now
	if end < len(all) {
		until = all[end-1].RecordedAt
	}
	lanes := swimOrder(drawn)
	columns, anchors := swimPlaces(drawn, until, lanes)
	x := func(t time.Time) int { return along(anchors, t) }
	ends, known := clockEnds(all), clockEnds(told)

	// Every clock has its row, whether it was set by then or not: so lanes keep their height from step to step.
	bars := make([][]swimClock, len(lanes))
	for n, e := range drawn {
		for _, c := range e.Clocks {
			if c.Op == "set" {
				lane := slices.Index(lanes, c.Owner)
				b := swimBarOf(c, columns[n], x, ends, now)
				b.Step = first + n + 1
				bars[lane] = append(bars[lane], b)
			}
		}
	}
	y := swimTop
	for n, id := range lanes {
		rows := pack(bars[n], y+swimRow)
		lane := swimLane{Institution: id, Y: y, Mid: y + swimRow/2, Height: swimRow + rows*swimBar + 4}
		s.Lanes = append(s.Lanes, lane)
		for _, b := range bars[n] {
			if b.Step <= len(told) {
				as := swimBarOf(b.Clock, b.X, x, known, stood)
				if as.Y, as.Step = b.Y, b.Step; stood.Before(now) { // others of the same minute are yet to come
					as.End = max(as.X, min(as.End, columns[len(told)-1-first]))
				}
				s.Bars = append(s.Bars, as)
			}
		}
		y += lane.Height
	}
	s.Height = y + 4
	s.Width = anchors[len(anchors)-1].end + swimMargin
	if end == len(all) {
		s.Now = x(now)
	}
	s.marks(drawn, first, len(told), lanes, columns, x)
	s.axis(anchors)
	return s
}

// swimWindow is which entries are drawn: the newest, or, of a long history, those around the step that is looked at. The
// windows stand still, so that a step to the next entry moves the cursor and not the drawing.
func swimWindow(all, told int) (first, end int) {
	end = all
	for end-maxMarks >= told {
		end -= maxMarks
	}
	return max(0, end-maxMarks), end
}

// swimOrder lists the lanes: institutions as they came into the case, the system last.
func swimOrder(entries []timeline.Entry) []string {
	var lanes []string
	system := false
	add := func(id string) {
		if id == "" {
			system = true
		} else if !slices.Contains(lanes, id) {
			lanes = append(lanes, id)
		}
	}
	for _, e := range entries {
		add(e.Institution)
		if to := receiver(e); to != "" {
			add(to)
		}
		for _, c := range e.Clocks {
			if c.Op == "set" {
				add(c.Owner)
			}
		}
	}
	if system {
		lanes = append(lanes, "")
	}
	return lanes
}

// receiver is whom an entry sends something to.
func receiver(e timeline.Entry) string {
	if e.Type != (casefile.ReferralSent{}).EventType() {
		return ""
	}
	to, _ := e.Values["to"].(string)
	return to
}

// swimPlaces gives every entry its column. Entries of one minute share an instant; those of one lane stand beside each other.
func swimPlaces(entries []timeline.Entry, now time.Time, lanes []string) ([]int, []swimInstant) {
	begin, last := entries[0].RecordedAt, now
	for _, e := range entries {
		if e.OccurredAt.Before(begin) {
			begin = e.OccurredAt
		}
		for _, c := range e.Clocks {
			if c.Op == "set" && c.DueAt.After(last) {
				last = c.DueAt
			}
		}
	}
	anchors := []swimInstant{{at: begin, x: swimMargin, end: swimMargin}}
	advance := func(at time.Time, heard bool) *swimInstant {
		was := anchors[len(anchors)-1]
		gap := at.Sub(was.at)
		width := int(gap * swimDay / (24 * time.Hour))
		if gap > swimSilence {
			width = swimBreak
		}
		anchors = append(anchors, swimInstant{at: at, x: was.end + width, end: was.end + width, heard: heard})
		return &anchors[len(anchors)-1]
	}
	columns := make([]int, len(entries))
	for n := 0; n < len(entries); {
		minute := entries[n].RecordedAt.Truncate(time.Minute)
		a := advance(entries[n].RecordedAt, true)
		taken := make([]int, len(lanes))
		for ; n < len(entries) && entries[n].RecordedAt.Truncate(time.Minute).Equal(minute); n++ {
			lane := slices.Index(lanes, entries[n].Institution)
			columns[n] = a.x + swimStep/2 + taken[lane]*swimStep
			taken[lane]++
			a.end = max(a.end, columns[n]+swimStep/2)
		}
	}
	if now.After(anchors[len(anchors)-1].at) {
		advance(now, true)
	}
	if end := anchors[len(anchors)-1]; last.After(end.at) {
		advance(last, false)
	}
	return columns, anchors
}

// strips are where each part of the drawing begins that stands on a line of a sheet, and how wide it is: a wide drawing is
// parted into equal ones, each about as wide as can be read, one below the other. They overlap by a mark, so that none
// is cut in two.
func (s swimlanes) strips() (from []int, width int) {
	n := max(1, (s.Width+swimPaper/2)/swimPaper)
	part := (s.Width + n - 1) / n
	for i := range n {
		from = append(from, max(0, i*part-swimStep))
	}
	return from, max(swimPaper, part+swimStep)
}

// along is where an instant lies.
func along(anchors []swimInstant, t time.Time) int {
	if t.Before(anchors[0].at) {
		return anchors[0].x
	}
	for n := 1; n < len(anchors); n++ {
		a, b := anchors[n-1], anchors[n]
		if t.Before(b.at) {
			return a.end + int(float64(b.x-a.end)*float64(t.Sub(a.at))/float64(b.at.Sub(a.at)))
		}
	}
	return anchors[len(anchors)-1].end
}

func swimBarOf(c timeline.Clock, from int, x func(time.Time) int, ends map[string]clockEnd, now time.Time) swimClock {
	b := swimClock{X: from, Due: max(x(c.DueAt), from), Clock: c, State: "running"}
	end, ended := ends[c.Deadline]
	switch {
	case !ended && now.After(c.DueAt), ended && end.op == "lapsed":
		b.State, b.End = "lapsed", x(now)
	case !ended:
		b.End = x(now)
	case end.op == "met" && end.at.After(c.DueAt):
		b.State, b.End = "met_late", x(end.at)
	default:
		b.State, b.End = end.op, x(end.at)
	}
	b.End = max(b.End, from)
	return b
}

// pack puts clocks that run at the same time below each other, and says how many rows that takes.
func pack(bars []swimClock, top int) int {
	var rows []int // where each row is taken up to
	for n := range bars {
		row := slices.IndexFunc(rows, func(end int) bool { return end < bars[n].X })
		if row < 0 {
			row = len(rows)
			rows = append(rows, 0)
		}
		rows[row] = max(bars[n].Due, bars[n].End) + 3
		bars[n].Y = top + row*swimBar + swimBar/2
	}
	return len(rows)
}

func (s *swimlanes) marks(entries []timeline.Entry, first, told int, lanes []string, columns []int, x func(time.Time) int) {
	mid := func(id string) int { return s.Lanes[slices.Index(lanes, id)].Mid }
	type sent struct{ from, to string }
	referrals := map[string]sent{}
	for n, e := range entries {
		m := swimPoint{X: columns[n], Y: mid(e.Institution), Kind: storyKind(e.Type), Entry: e, Step: first + n + 1, Ahead: first+n >= told}
		if e.Late {
			m.Tail = min(x(e.OccurredAt), m.X-swimMark)
		}
		s.Marks = append(s.Marks, m)
		if to := receiver(e); to != "" && to != e.Institution {
			referrals[e.Target] = sent{e.Institution, to}
			s.Arrows = append(s.Arrows, swimArrow{X: m.X, From: m.Y, To: mid(to), Ahead: m.Ahead})
		}
		switch e.Type {
		case (casefile.ReferralDeclined{}).EventType(), (casefile.ReferralFailed{}).EventType():
			if r, known := referrals[e.Target]; known && r.from != e.Institution {
				s.Arrows = append(s.Arrows, swimArrow{X: m.X, From: m.Y, To: mid(r.from), Back: true, Ahead: m.Ahead})
			}
		}
	}
}

// axis marks the silences and the days.
func (s *swimlanes) axis(anchors []swimInstant) {
	ticked, day := -swimTick, ""
	for n, a := range anchors {
		if d := a.at.Format(time.DateOnly); a.heard && d != day && a.x-ticked >= swimTick {
			s.Ticks = append(s.Ticks, swimDate{X: a.x, At: a.at})
			ticked, day = a.x, d
		}
		if n == 0 {
			continue
		}
		if was := anchors[n-1]; a.heard && a.at.Sub(was.at) > swimSilence {
			s.Silences = append(s.Silences, swimGap{X: was.end, Width: a.x - was.end, Length: a.at.Sub(was.at)})
		}
	}
}
