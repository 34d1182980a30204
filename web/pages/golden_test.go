package pages

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/a-h/templ"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/board"
	"mkr/projections/deadlines"
	"mkr/projections/inbox"
	"mkr/projections/outbox"
)

var update = flag.Bool("update", false, "write the golden fragments anew")

// TestFragments compares what scripts put into open pages, and one form, letter by letter. A change of a page is a
// visible difference in testdata.
func TestFragments(t *testing.T) {
	v := testView(t)
	at := func(h int) time.Time { return v.Now.Add(time.Duration(h) * time.Hour) }
	ball := board.Ball{Institution: "i1", Action: "answer_referral", Kind: "referral", Target: "r1", Rule: "REF-ANSWER-urgent", DueAt: at(-3), Lapsed: true}
	decline, _ := handlers.ActionNamed("referral.decline")
	c := handlers.CaseView{State: casefile.State{ID: "c1", Code: "DHF-2026-0031"}}
	form := v.caseForm(c, decline, "r1", map[string][]string{"note": {"deri të hënën"}}, map[string]string{"reason": v.Refusal("required")})
	form.Key, form.Revision = "01890a5d-ac96-774b-bcce-b302099a8057", "7"
	form.Changed = []handlers.Change{{Revision: 8, Type: "order.issued", Institution: "i2", OccurredAt: at(-1).Format(time.RFC3339)}}
	for name, part := range map[string]templ.Component{
		"board_row": boardRowView(v, board.Row{
			Case: "c1", Code: "DHF-2026-0031", Kind: "domestic_violence", Risk: "high", Stage: "referral", Ball: ball, Next: []board.NextDate{{Kind: "hearing", At: at(48)}},
			Orders: []board.Order{{Type: "UM", Status: "in_force", ValidUntil: at(2400)}}, Last: board.Last{Type: "referral.sent", At: at(-4), Institution: "i2"},
		}, handlers.ListQuery{Sort: projections.ByDue}),
		"board_row_closed": boardRowView(v, board.Row{Case: "c2", Code: "MF-2026-0001", Kind: "child_protection", Stage: "monitoring", Ball: board.Ball{Closed: true}, Last: board.Last{Type: "deadline.lapsed", At: at(-4)}}, handlers.ListQuery{Sort: projections.ByCode}),
		"inbox_row":        inboxRowView(v, inbox.Task{Task: "c1:d2", Why: inbox.Returned, Case: "c1", Code: "DHF-2026-0031", CaseKind: "domestic_violence", Action: "settle_referral", Kind: "referral", Target: "r1", Rule: "REF-SETTLE-urgent", Confidence: "house", DueAt: at(1), Since: at(-2), Institution: "i2", From: "i2", To: "i1", Service: "shelter", Urgency: "urgent", Status: "declined", Reason: "no_capacity"}),
		"outbox_row":       outboxRowView(v, outbox.Item{Referral: "r1", Case: "c1", Code: "DHF-2026-0031", Risk: "low", To: "i1", Service: "shelter", Urgency: "urgent", Round: 2, Status: "sent", Open: true, ChangedAt: at(-2), Ball: ball}),
		"deadline_row":     deadlineRowView(v, deadlines.Item{Deadline: "d2", Case: "c1", Code: "DHF-2026-0031", Risk: "medium", Rule: "PLAN-ACTION", Article: "9669 neni 18(1)b", Confidence: "law", Owner: "i2", Action: "decide_order", Kind: "order", Target: "o1", DueAt: at(47), Shift: "sunday"}),
		"form":             formView(v, form),
		"swim":             swimView(v, goldenSwim(), func(m swimPoint) string { return "#e-" + strconv.Itoa(m.Step) }),
		"ball":             ballBox(v, casefile.Ball{Institution: "i1", Action: "execute_order", DueAt: at(20)}),
	} {
		var got bytes.Buffer
		if err := part.Render(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		got.WriteByte('\n')
		path := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s has changed (go test ./web/pages -run Fragments -update):\n%s", name, got.String())
		}
	}
}

// goldenSwim is a drawing with a burst, a referral that came back, a silence, a late entry, and clocks of every end.
func goldenSwim() swimlanes {
	entries, now := history()
	return swim(entries, now)
}
