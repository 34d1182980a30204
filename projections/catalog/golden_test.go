package catalog_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"mkr/domain/account"
	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/eventlog"
	"mkr/projections"
	"mkr/projections/catalog"
	"mkr/projections/internal/history"
	"mkr/projections/timeline"
)

var update = flag.Bool("update", false, "write the golden files")

var monday = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)

func tirane(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// story is a scripted history: one case of domestic violence, told by the commands that made it.
type story struct {
	t     *testing.T
	make  *history.Maker
	reg   *event.Registry
	facts []event.Fact
	heads map[string]int
}

func tell(t *testing.T, kind string) *story {
	t.Helper()
	s := &story{t: t, heads: map[string]int{}}
	s.reg = event.NewRegistry(nil, append(history.Entries(), directory.Events(), capacity.Events(), account.Events())...)
	pick := func(n int) int {
		if n == 2 && kind == casefile.DomesticViolence {
			return 1
		}
		return 0
	}
	m, err := history.New(pick, s.reg, tirane(t), monday)
	if err != nil {
		t.Fatal(err)
	}
	m.Open = 1
	s.make = m
	s.take(m.Next())
	return s
}

func (s *story) take(a history.Append) {
	s.t.Helper()
	for _, e := range a.Events {
		f, err := projections.Decode(s.reg, eventlog.Recorded{
			Position: eventlog.Position(10 * (len(s.facts) + 1)), Stream: a.Stream, Revision: uint64(s.heads[a.Stream]), ID: e.ID, Type: e.Type,
			Data: e.Data, Meta: e.Meta, RecordedAt: s.make.Now,
		})
		if err != nil {
			s.t.Fatal(err)
		}
		s.heads[a.Stream]++
		s.facts = append(s.facts, f)
	}
}

// put adds facts of a stream that is not the case's.
func (s *story) put(stream string, events ...event.Data) *story {
	s.t.Helper()
	s.take(s.make.Batch(stream, s.heads[stream], history.Muni, events...))
	return s
}

func (s *story) do(who string, commands ...casefile.Command) *story {
	s.t.Helper()
	for _, c := range commands {
		a, err := s.make.Do(s.make.Cases()[0], who, c)
		if err != nil {
			s.t.Fatalf("%s: %T: %v", who, c, err)
		}
		s.take(a)
	}
	return s
}

func (s *story) after(d time.Duration) *story { s.make.Now = s.make.Now.Add(d); return s }

func (s *story) views() *projections.Memory {
	m := projections.NewMemory(catalog.Views(tirane(s.t))...)
	m.Apply(s.facts...)
	return m
}

func sealed(subject string) person.Sealed {
	return person.Sealed{Subject: subject, Field: "reason", Ref: "c1", Box: []byte("ciphertext")}
}

var goldenTopics = []string{
	projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Orders, projections.Hearings, projections.Institutions,
	projections.Meetings, projections.Activities, projections.Aid, projections.Indicators, projections.Accounts, projections.Sessions,
}

// rows writes out every row of every topic, columns first.
func rows(t *testing.T, m *projections.Memory) string {
	t.Helper()
	var b strings.Builder
	for _, topic := range goldenTopics {
		for _, r := range m.Rows(topic) {
			fmt.Fprintf(&b, "%s %s\n  case=%s code=%s institution=%s kind=%s status=%s risk=%s stage=%s due=%s sort=%s parties=%s position=%d\n", topic, r.Key,
				r.Case, r.Code, r.Institution, r.Kind, r.Status, r.Risk, r.Stage, stamp(r.DueAt), stamp(r.SortAt), strings.Join(r.Parties, ","), r.Position)
			var doc bytes.Buffer
			if err := json.Indent(&doc, r.Doc, "  ", "  "); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "  %s\n", doc.String())
		}
	}
	return b.String()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.RFC3339)
}

// golden compares with a file that a reviewer reads. When a golden of rows changes, the view's version in catalog.go
// must be raised: a views file written by the build before holds the old rows.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("%s line %d:\n got %s\nwant %s", name, i+1, a[i], b[i])
			}
		}
		t.Fatalf("%s: %d lines, want %d", name, len(a), len(b))
	}
}

// violence is a case of domestic violence in the middle of the work: one referral declined, one accepted, an order in
// force, a plan under way.
func violence(t *testing.T) *story {
	s := tell(t, casefile.DomesticViolence)
	subject := s.make.State(s.make.Cases()[0]).Subject
	return s.after(time.Hour).
		do(history.Police, casefile.AssessRisk{Assessment: "risk-1", Factors: []string{"weapons"}, Level: casefile.High}).
		do(history.Muni,
			casefile.CreateReferral{Referral: "ref-shelter", To: history.Shelter, Service: "shelter", Urgency: casefile.Immediate, Reason: sealed(subject), Basis: "vital_interest", ToPrivate: true},
			casefile.CreateReferral{Referral: "ref-ngo", To: history.NGO, Service: "legal_aid", Urgency: casefile.Routine, Reason: sealed(subject), Basis: "vital_interest", ToPrivate: true}).
		after(30*time.Minute).
		do(history.Shelter, casefile.DeclineReferral{Referral: "ref-shelter", Reason: "no_capacity", Note: sealed(subject)}).
		do(history.NGO, casefile.AcknowledgeReferral{Referral: "ref-ngo"}, casefile.AcceptReferral{Referral: "ref-ngo"}).
		after(time.Hour).
		do(history.Police, casefile.RequestOrder{Order: "order-umm", Type: casefile.UMM, Court: history.Court}).
		after(20*time.Hour).
		do(history.Court, casefile.IssueOrder{Order: "order-umm", Type: casefile.UMM, Executor: history.Police, Conditions: []string{"a", "b"}, ValidUntil: monday.AddDate(0, 1, 0)}).
		do(history.Police, casefile.ExecuteOrder{Order: "order-umm"}).
		do(history.Muni, casefile.TakeMeasure{Measure: "measure-1", Kind: "safe_place"}, casefile.PlanVisit{Visit: "visit-1", When: monday.AddDate(0, 0, 3)})
}

// TestGoldenRows: the rows of a scripted case, in every list.
func TestGoldenRows(t *testing.T) {
	golden(t, "violence.rows.golden", rows(t, violence(t).views()))
}

// TestGoldenTimeline: the same case as a story.
func TestGoldenTimeline(t *testing.T) {
	s := violence(t)
	s.do(history.Muni, casefile.MarkInError{Kind: casefile.TargetMeasure, Target: "measure-1", Reason: "wrong_case"})
	entries := timeline.Of(s.facts...)
	raw, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "violence.timeline.golden", string(raw)+"\n")
	if strings.Contains(string(raw), "Y2lwaGVydGV4dA") {
		t.Fatal("a sealed value is in the timeline")
	}
	clocks := 0
	for _, f := range s.facts {
		if strings.HasPrefix(f.Type, "deadline.") {
			clocks++
		}
	}
	told := 0
	for _, e := range entries {
		told += len(e.Clocks)
	}
	if clocks != told || clocks == 0 {
		t.Fatalf("%d clocks told, %d there", told, clocks)
	}
}
