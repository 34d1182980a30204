package live

import (
	"errors"
	"strings"
	"testing"

	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections"
)

// TestNothingOfOthersEverArrives gives the hub rows and events with marks in them, and looks for the marks in every
// byte that each institution got.
func TestNothingOfOthersEverArrives(t *testing.T) {
	h := open(t)
	h.rows["cp"] = row(projections.Register, "cp", "cp", 1, "police")
	h.rows["cn"] = row(projections.Register, "cn", "cn", 1, "ngo")
	everything := append(Topics(), "case:cp", "case:cn", "case:nowhere")
	clients := map[string]*client{}
	for _, who := range []string{"police", "ngo", "court"} {
		clients[who] = h.follow(who, everything...)
	}
	b := batch(200)
	for _, topic := range rowTopics {
		b.Changes = append(b.Changes,
			put(row(topic, "MARK-police-"+topic, "cp", 150, "police")),
			put(row(topic, "MARK-ngo-"+topic, "cn", 150, "ngo")),
			put(row(topic, "MARK-ngo-and-police-"+topic, "cs", 150, "ngo", "police")),
			gone(row(topic, "MARK-police-gone-"+topic, "cg", 140, "police")))
	}
	for _, topic := range []string{projections.Accounts, projections.Sessions, projections.Institutions, projections.Aid, projections.Indicators, ""} {
		b.Changes = append(b.Changes, put(row(topic, "MARK-private-"+topic, "cp", 150, "police", "ngo", "court")))
	}
	b.Facts = []event.Fact{
		fact("case-cp", 150, happened{"MARK-police-event"}), fact("case-cn", 151, happened{"MARK-ngo-event"}),
		fact("case-unknown", 152, happened{"MARK-private-unknown-case"}), fact("person-p", 152, happened{"MARK-private-person"}),
		fact("account-a", 153, account.SessionStarted{Session: "MARK-private-session", TokenHash: "MARK-private-hash"}),
		fact("access-s", 154, happened{"MARK-private-looked"}),
	}
	h.publish(b)
	h.visit()
	// inbox and outbox go to the row's own institution, whoever else is a party of it
	shared := len(rowTopics) - 2
	for who, want := range map[string]map[string]int{
		"police": {"MARK-police-": 2*len(rowTopics) + 1, "MARK-ngo-and-police": shared, "MARK-ngo-": shared},
		"ngo":    {"MARK-ngo-": 2*len(rowTopics) + 1, "MARK-ngo-and-police": len(rowTopics), "MARK-police-": 0},
		"court":  {"MARK": 0},
	} {
		var got strings.Builder
		for {
			m, err := clients[who].next()
			if err != nil {
				t.Fatal(err)
			}
			if m.Type == "position" {
				break
			}
			// Once a message: the row's document repeats its key.
			got.WriteString(m.Topic + " " + m.Key + " " + m.EventType + "\n")
			for _, never := range []string{"MARK-private", "account-secret"} {
				if strings.Contains(m.raw, never) {
					t.Errorf("%s got %s", who, m)
				}
			}
		}
		for mark, n := range want {
			if found := strings.Count(got.String(), mark); found != n {
				t.Errorf("%s got %d of %s, want %d:\n%s", who, found, mark, n, got.String())
			}
		}
	}
}

func TestARowThatEntersSightIsAPutAndOneThatLeavesIsARemove(t *testing.T) {
	h := open(t)
	police, ngo := h.follow("police", "board"), h.follow("ngo", "board")
	r := row(projections.Board, "c", "c", 101, "police")
	both := row(projections.Board, "c", "c", 102, "police", "ngo")
	alone := row(projections.Board, "c", "c", 103, "ngo")
	h.publish(batch(101, put(r)))
	if m := police.expect("change"); m.Op != "put" {
		t.Error(m)
	}
	h.publish(batch(102, put(both, r)))
	if m := ngo.expect("change"); m.Op != "put" || m.Position != 102 {
		t.Error(m)
	}
	if m := police.expect("change"); m.Op != "put" {
		t.Error(m)
	}
	h.publish(batch(103, put(alone, both)))
	if m := police.expect("change"); m.Op != "remove" || m.Row != nil || strings.Contains(m.raw, "103}") {
		t.Error(m)
	}
	if m := ngo.expect("change"); m.Op != "put" {
		t.Error(m)
	}
	h.publish(batch(104, gone(alone)))
	if m := ngo.expect("change"); m.Op != "remove" {
		t.Error(m)
	}
	police.silentUpTo(h)
	ngo.silentUpTo(h)
}

// TestAnInboxRowThatMovesLeavesTheOneAndEntersTheOther: its Institution changes, its parties do not.
func TestAnInboxRowThatMovesLeavesTheOneAndEntersTheOther(t *testing.T) {
	h := open(t)
	police, ngo := h.follow("police", "inbox"), h.follow("ngo", "inbox")
	before := row(projections.Inbox, "task", "c", 101, "police", "ngo")
	after := row(projections.Inbox, "task", "c", 102, "police", "ngo")
	after.Institution = "ngo"
	h.publish(batch(102, put(after, before)))
	if m := police.expect("change"); m.Op != "remove" {
		t.Error(m)
	}
	if m := ngo.expect("change"); m.Op != "put" {
		t.Error(m)
	}
}

// TestEachItemIsJudgedOnceALens counts the judge's work with many connections of two lenses.
func TestEachItemIsJudgedOnceALens(t *testing.T) {
	judge := &countingJudge{}
	h := open(t, func(c *Config) { c.Judge = judge })
	var clients []*client
	for range 10 {
		clients = append(clients, h.follow("police", "board", "events"), h.follow("ngo", "board"))
	}
	h.rows["c"] = row(projections.Register, "c", "c", 1, "police")
	b := batch(110, put(row(projections.Board, "c", "c", 105, "police", "ngo")), put(row(projections.Register, "c", "c", 105, "police")))
	b.Facts = []event.Fact{fact("case-c", 105, happened{"case.opened"})}
	h.publish(b)
	for _, c := range clients[:2] {
		if _, err := c.next(); err != nil {
			t.Fatal(err)
		}
	}
	if judge.rows != 2 || judge.events != 1 {
		t.Errorf("judged %d rows and %d events, want 2 (one a lens; nobody asked for the register) and 1", judge.rows, judge.events)
	}
}

type countingJudge struct {
	partyJudge
	rows, events int // under the hub's lock
}

func (j *countingJudge) See(l Lens, topic string, r projections.Row) bool {
	j.rows++
	return j.partyJudge.See(l, topic, r)
}

func (j *countingJudge) SeeEvent(l Lens, f event.Fact, r *projections.Row) bool {
	j.events++
	return j.partyJudge.SeeEvent(l, f, r)
}

// TestAnEventIsJudgedByItsCaseAsTheBatchLeavesIt: the register's row comes from the batch, or else is looked up.
func TestAnEventIsJudgedByItsCaseAsTheBatchLeavesIt(t *testing.T) {
	h := open(t)
	h.rows["c"] = row(projections.Register, "c", "c", 1, "police")
	police, ngo := h.follow("police", "events"), h.follow("ngo", "events")
	publish := func(position uint64, name string, changes ...projections.Change) {
		b := batch(position, changes...)
		b.Facts = []event.Fact{fact("case-c", position, happened{name})}
		h.publish(b)
	}
	publish(101, "looked.up")
	if m := police.expect("event"); m.EventType != "looked.up" {
		t.Error(m)
	}
	publish(102, "handed.over", put(row(projections.Register, "c", "c", 102, "ngo"), h.rows["c"]))
	publish(103, "of.ngo")
	publish(104, "last", gone(row(projections.Register, "c", "c", 102, "ngo")))
	if m := ngo.expect("event"); m.EventType != "handed.over" {
		t.Error(m)
	}
	if m := ngo.expect("event"); m.EventType != "of.ngo" {
		t.Error(m)
	}
	police.silentUpTo(h)
	ngo.expect("position")
}

// TestARegisterThatCannotBeReadSendsEverybodyToReadAfresh: an event that cannot be judged is not left out in silence.
func TestARegisterThatCannotBeReadSendsEverybodyToReadAfresh(t *testing.T) {
	h := open(t)
	c := h.follow("police", "board")
	h.rowErr = errors.New("the disk is gone")
	b := batch(110, put(row(projections.Board, "c", "c", 105, "police")))
	b.Facts = []event.Fact{fact("case-c", 105, happened{"case.opened"})}
	h.publish(b)
	if m := c.expect("reset"); m.Reason != ResetRebuilt || m.Position != 110 {
		t.Error(m)
	}
}

func TestASummaryIsWordedInTheReadersLanguage(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Summary = func(language string, f event.Fact) string { return language + ": " + f.Type }
	})
	h.people["token-en"] = handlers.Caller{Account: "e", Institution: "police", Session: "e", Language: "en"}
	h.rows["c"] = row(projections.Register, "c", "c", 1, "police")
	sq, en := h.follow("police", "events"), h.follow("en", "events")
	tell := func(position uint64) {
		b := batch(position)
		b.Facts = []event.Fact{fact("case-c", position, happened{"case.opened"})}
		h.publish(b)
	}
	tell(101)
	if m := sq.expect("event"); m.Summary != "sq: case.opened" {
		t.Error(m)
	}
	if m := en.expect("event"); m.Summary != "en: case.opened" {
		t.Error(m)
	}
	b := batch(102)
	b.Facts = []event.Fact{fact("account-e", 102, account.LanguageChosen{Language: "sq"})}
	h.publish(b)
	tell(103)
	if m := en.expect("event"); m.Summary != "sq: case.opened" {
		t.Error(m)
	}
}
