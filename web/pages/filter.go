package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/projections/timeline"
)

// storyPage is how many entries of a case's history a page shows.
const storyPage = 100

// only is what of a history is asked for.
type only struct {
	Who, What string
	Late      bool
	Before    uint64 // older than this position
	At        uint64 // the page that this position is on
	Since     uint64 // entries after it are new to the reader, whose page is open since then
	Visit     uint64 // how far she had read when she was here last; 0 for never
	Seen      bool   // she has put away what came since then
	Follows   bool   // the page that is open asks, not she
}

func onlyOf(q url.Values) only {
	number := func(name string) uint64 { n, _ := strconv.ParseUint(q.Get(name), 10, 64); return n }
	o := only{Who: q.Get("who"), What: q.Get("what"), Late: q.Get("late") != "", Before: number("before"), At: number("at"), Since: number("since"), Seen: q.Has("seen")}
	if !slices.Contains(storyKinds, o.What) {
		o.What = ""
	}
	return o
}

func (o only) any() bool { return o.Who != "" || o.What != "" || o.Late }

// query is the address of what is asked for, without its page.
func (o only) query() url.Values {
	q := url.Values{}
	if o.Who != "" {
		q.Set("who", o.Who)
	}
	if o.What != "" {
		q.Set("what", o.What)
	}
	if o.Late {
		q.Set("late", "1")
	}
	return q
}

// storyKinds are the kinds of things that a history tells of, in the order of the choice.
var storyKinds = []string{"referral", "court", "risk", "safety", "plan", "visit", "people", "case", "clock"}

// storyKind says of which kind an event is; kinds are also the shapes of the timeline's marks.
func storyKind(eventType string) string {
	word, _, _ := strings.Cut(eventType, ".")
	switch word {
	case "referral", "service":
		return "referral"
	case "order", "hearing", "breach":
		return "court"
	case "risk":
		return "risk"
	case "measure", "incident":
		return "safety"
	case "plan", "safety_plan":
		return "plan"
	case "visit", "note":
		return "visit"
	case "person", "participant", "consent":
		return "people"
	case "deadline":
		return "clock"
	}
	return "case"
}

func (o only) takes(e timeline.Entry) bool {
	return (o.Who == "" || e.Institution == o.Who) && (o.What == "" || storyKind(e.Type) == o.What) && (!o.Late || e.Late)
}

// tell fills in the history: its newest entries that are asked for, a page of them, and what is new to the reader.
func (c *casePage) tell(v view, entries []timeline.Entry, o only) {
	c.Only, c.All = o, len(entries)
	opens := len(c.Case.Opens) > 0
	// What the reader recorded herself is no news to her.
	after := func(e timeline.Entry, position uint64) bool {
		return position > 0 && e.Position > position && e.Actor != v.Caller.Account
	}
	var found []timeline.Entry
	for _, e := range entries {
		if e.Institution != "" && !slices.Contains(c.Lanes, e.Institution) {
			c.Lanes = append(c.Lanes, e.Institution)
		}
		if o.takes(e) {
			found = append(found, e)
		}
		if after(e, o.Since) {
			c.News = append(c.News, v.entry(e, false))
		}
		if after(e, o.Visit) {
			c.Since = append(c.Since, v.entry(e, false))
		}
	}
	c.Found = len(found)
	end := len(found)
	for o.Before > 0 && end > 0 && found[end-1].Position >= o.Before {
		end--
	}
	if o.At > 0 { // whole pages are counted from the newest, so that addresses of pages meet
		for end > storyPage && found[end-storyPage].Position > o.At {
			end -= storyPage
		}
	}
	begin := max(0, end-storyPage)
	c.Newer = end < len(found)
	if begin > 0 {
		c.Older = found[begin].Position
	}
	told := clockEnds(entries)
	reasons := wrongReasons(entries)
	c.Story = v.story(found[begin:end], opens)
	for n := range c.Story {
		e := &c.Story[n]
		e.Clocks = v.clockWords(e.Entry, told)
		e.New = after(e.Entry, o.Since) || after(e.Entry, o.Visit)
		if e.InError {
			e.Wrong = v.Within("error_reason", reasons[e.Kind+" "+e.Target])
		}
	}
	c.Swim = swim(entries, v.Now)
	c.markNews()
}

// markNews marks the things of the summary that the news are about.
func (c *casePage) markNews() {
	about := map[string]bool{}
	for _, e := range slices.Concat(c.News, c.Since) {
		about[e.Kind+"-"+e.Target] = true
		about["plan"] = about["plan"] || e.Kind == "plan"
	}
	for _, s := range c.Sections {
		for n := range s.Items {
			s.Items[n].Changed = about[s.Items[n].ID]
		}
	}
}

// maxNews bounds what a banner lists.
const maxNews = 5

// newest are the news that a banner lists, newest first.
func newest(news []entry) []entry {
	out := slices.Clone(news)
	slices.Reverse(out)
	return out[:min(maxNews, len(out))]
}

// storyURL is the page of the history before a position, 0 for the newest.
func (c casePage) storyURL(before uint64) string {
	q := c.Only.query()
	if before > 0 {
		q.Set("before", strconv.FormatUint(before, 10))
	}
	if len(q) == 0 {
		return "/cases/" + c.Case.ID
	}
	return "/cases/" + c.Case.ID + "?" + q.Encode()
}

// partURL is where the page's inside is fetched anew, with what is shown of the history and since when it is open.
func (c casePage) partURL() string {
	q := c.Only.query()
	if c.Only.Before > 0 {
		q.Set("before", strconv.FormatUint(c.Only.Before, 10))
	}
	if c.Only.At > 0 {
		q.Set("at", strconv.FormatUint(c.Only.At, 10))
	}
	since := c.Only.Since
	if since == 0 {
		since = c.Case.Position
	}
	q.Set("since", strconv.FormatUint(since, 10))
	if c.Only.Seen {
		q.Set("seen", "")
	}
	q.Set("part", "1")
	return "/cases/" + c.Case.ID + "?" + q.Encode()
}

// blank names the parts that there is nothing in yet.
func (c casePage) blank() []string {
	var out []string
	for _, s := range c.Sections {
		if len(s.Items) == 0 {
			out = append(out, s.Key)
		}
	}
	return out
}

// standing are the items that are over, or those that are not.
func (s section) standing(over bool) []item {
	var out []item
	for _, i := range s.Items {
		if i.Done == over {
			out = append(out, i)
		}
	}
	return out
}

// soonest is what falls due first of what is due at all.
func soonest(items []item) (first item, ok bool) {
	for _, i := range items {
		if !i.Due.IsZero() && (!ok || i.Due.Before(first.Due)) {
			first, ok = i, true
		}
	}
	return first, ok
}

func anyChanged(items []item) bool {
	return slices.ContainsFunc(items, func(i item) bool { return i.Changed })
}

// clockEnd is how a clock of the history came to its end.
type clockEnd struct {
	op string // met, voided, lapsed
	at time.Time
}

// clockEnds finds the end of every clock. One that lapsed and was met all the same was met late.
func clockEnds(entries []timeline.Entry) map[string]clockEnd {
	out := map[string]clockEnd{}
	for _, e := range entries {
		for _, c := range e.Clocks {
			if c.Op != "set" {
				out[c.Deadline] = clockEnd{c.Op, e.OccurredAt}
			}
		}
	}
	return out
}

// wrongReasons finds why things were marked as entered in error.
func wrongReasons(entries []timeline.Entry) map[string]string {
	out := map[string]string{}
	for _, e := range entries {
		if e.Type == (casefile.EntryMarkedInError{}).EventType() {
			reason, _ := e.Values["reason"].(string)
			out[e.Kind+" "+e.Target] = reason
		}
	}
	return out
}

// clockWords tells of the clocks that an entry set what became of them.
func (v view) clockWords(e timeline.Entry, ends map[string]clockEnd) []string {
	var out []string
	for _, c := range e.Clocks {
		if c.Op != "set" {
			continue
		}
		words := v.T("story.clock_set", "who", v.Who(c.Owner), "what", v.Within("owed", c.Action), "when", v.DateTime(c.DueAt))
		end, ended := ends[c.Deadline]
		switch {
		case !ended:
		case end.op == "met" && end.at.After(c.DueAt):
			words = join(words, v.T("story.met_late", "span", v.Span(end.at.Sub(c.DueAt))))
		case end.op == "met":
			words = join(words, v.T("story.met"))
		case end.op == "lapsed":
			words = join(words, v.T("story.lapsed"))
		case end.op == "voided":
			words = join(words, v.T("story.voided"))
		}
		out = append(out, words)
	}
	return out
}
