package demo

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/projections"
)

// What the municipality published about 2014, read by hand from its page; see domain.md 0.4.
var published = map[string]int{
	"child_protection.cases_managed": 30, "child_protection.family_visits": 15, "child_protection.foster_families": 5,
	"child_protection.children_referred": 7, "child_protection.technical_group_meetings": 8, "child_protection.school_information_meetings": 2,
	"domestic_violence.protection_orders_implemented": 39, "domestic_violence.technical_group_meetings": 3,
	"domestic_violence.families_assisted": 32, "domestic_violence.victims_referred": 6, "domestic_violence.projects_implemented": 1,
}

func TestTheFiguresOf2014AreAsPublished(t *testing.T) {
	b := theWhole(t)
	v, err := b.Indicators(t.Context(), b.as("koordinatore.bashkia"), 2014, handlers.At{})
	ok(t, err)
	found := 0
	for _, f := range v.Figures {
		want, isPublished := published[f.Code]
		if !isPublished {
			continue
		}
		found++
		if f.Published == nil || *f.Published != want {
			t.Errorf("%s is not shown as published: %d", f.Code, want)
		}
		if f.Count != want {
			t.Errorf("%s: counted %d, published %d", f.Code, f.Count, want)
		}
		behind, err := b.CountedThings(t.Context(), b.as("auditor.bashkia"), 2014, f.Code, handlers.At{})
		ok(t, err)
		if behind.Total != want {
			t.Errorf("%s: %d things behind %d", f.Code, behind.Total, want)
		}
	}
	if found != len(published) {
		t.Errorf("%d of %d published figures", found, len(published))
	}
}

// The copy of the published file that the program carries says the same.
func TestThePublishedFileSaysTheSame(t *testing.T) {
	f, err := os.Open("../../domain/indicator/data/published-2014.csv")
	ok(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	ok(t, err)
	for _, r := range rows[1:] {
		if n, err := strconv.Atoi(r[4]); err != nil || published[r[0]+"."+r[1]] != n {
			t.Errorf("%s.%s: %s", r[0], r[1], r[4])
		}
	}
}

func TestNothingOf2014IsOpenAndDozensOfTodayAre(t *testing.T) {
	open, of2014 := 0, 0
	for _, s := range theWhole(t).states(t) {
		if s.OpenedAt.Year() == 2014 {
			of2014++
		}
		switch {
		case s.Status == casefile.Open && s.OpenedAt.Year() < 2026:
			t.Errorf("%s is still open", s.Code)
		case s.Status == casefile.Open:
			open++
		}
	}
	if of2014 != 66 || open < 25 || open > 45 {
		t.Errorf("%d cases of 2014, %d open", of2014, open)
	}
}

func TestEveryStageAndStatusIsThere(t *testing.T) {
	b := theWhole(t)
	seen := map[string]bool{}
	for _, s := range b.states(t) {
		if s.Status != casefile.Open {
			continue
		}
		seen["stage "+s.Stage()], seen["kind "+s.Kind] = true, true
		if s.Reopened > 0 {
			seen["reopened"] = true
		}
		for _, r := range s.Referrals {
			seen["referral "+string(r.Status)] = true
			if ball := s.ReferralBall(r.ReferralContent.Referral); r.IsOpen() && ball.Institution == "" {
				t.Errorf("%s: an open referral without a ball", s.Code)
			}
			if r.OffPlatform && r.IsOpen() {
				seen["answered by the sender"] = true
			}
		}
		for _, o := range s.Orders {
			seen["order "+o.Type+" "+string(o.Status)] = true
			if o.Breaches > 0 {
				seen["breach"] = true
			}
			if o.ExtensionRequested {
				seen["extension asked for"] = true
			}
		}
		for _, v := range s.Visits {
			seen["visit "+string(v.Status)] = true
		}
		for _, h := range s.Hearings {
			seen["hearing "+string(h.Status)] = true
		}
		for _, a := range s.Plan.Actions {
			seen["plan action "+string(a.Status)] = true
		}
		for _, a := range s.Assessments {
			seen["risk "+a.Level] = true
		}
		for _, d := range s.Deadlines {
			if d.Owed() {
				seen["clock "+string(d.Status)] = true
			}
		}
	}
	want := []string{
		"kind domestic_violence", "kind child_protection", "reopened", "breach", "extension asked for", "answered by the sender",
		"visit planned", "visit done", "hearing planned", "plan action planned", "plan action done", "risk high", "risk medium", "risk low",
		"clock running", "clock lapsed", "order UMPMM in_force", "order UMPMM replaced", "order UMM requested", "order UMM in_force", "order UM in_force",
	}
	for _, s := range casefile.Stages {
		if s != casefile.StageClosed {
			want = append(want, "stage "+s)
		}
	}
	for _, s := range casefile.ReferralStatuses {
		if s != casefile.Completed { // ended well: those are in the years before
			want = append(want, "referral "+string(s))
		}
	}
	for _, w := range want {
		if !seen[w] {
			t.Errorf("no open case shows: %s", w)
		}
	}
}

func TestEverybodyHasSomethingToDo(t *testing.T) {
	b := theWhole(t)
	overdue, today := 0, 0
	for _, s := range seats {
		if !s.works() {
			continue
		}
		in, err := b.Inbox(t.Context(), b.as(s.username), handlers.ListQuery{Limit: 100})
		ok(t, err)
		if in.Total < 3 {
			t.Errorf("%s: %d tasks", s.username, in.Total)
		}
		for _, task := range in.Items {
			switch {
			case task.DueAt.IsZero():
			case task.DueAt.Before(visitDay):
				overdue++
			case task.DueAt.Before(visitDay.Add(12 * hour)):
				today++
			}
		}
	}
	if overdue < 3 || overdue > 18 || today < 3 {
		t.Errorf("%d overdue, %d due today", overdue, today)
	}
}

func TestThePlanIsBesideCounts(t *testing.T) {
	if underRace {
		t.Skip("the years between are not told under the race detector; the run without it counts them")
	}
	b := theWhole(t)
	for year := 2021; year <= 2024; year++ {
		v, err := b.Indicators(t.Context(), b.as("auditor.agjencia"), year, handlers.At{})
		ok(t, err)
		for _, f := range v.Figures {
			if f.Code == "1.1.05" && (f.Count < 24 || f.Count > 33) || f.Code == "1.2.03" && (f.Count < 7 || f.Count > 12) {
				t.Errorf("%d %s: %d meetings", year, f.Code, f.Count)
			}
		}
	}
}

// A script that is refused somewhere is wrong, and so is one whose clocks nobody looks at.
func TestNothingWasRefusedAndSilenceIsPartOfTheStory(t *testing.T) {
	b := theWhole(t)
	n := map[string]int{}
	late := 0
	for _, e := range b.events(t) {
		n[e.Type]++
		f, err := projections.Decode(b.Registry, e)
		ok(t, err)
		if f.RecordedAt.Sub(f.Meta.OccurredAt) > day {
			late++
		}
		if f.Meta.OccurredAt.After(f.RecordedAt) {
			t.Errorf("%s at %d happened after it was recorded", e.Type, e.Position)
		}
	}
	if n["access.refused"] != 0 {
		t.Errorf("%d commands were refused", n["access.refused"])
	}
	for _, name := range []string{"deadline.lapsed", "order.expired", "order.extended", "risk.overridden", "referral.settled", "referral.no_show", "consent.withdrawn", "entry.marked_in_error", "meeting.decision_recorded", "application.aid_paid"} {
		if n[name] == 0 {
			t.Errorf("no %s in the whole story", name)
		}
	}
	if late < 10 {
		t.Errorf("%d late entries", late)
	}
}

// Order by position is the order of recording.
func TestTheClockNeverWentBack(t *testing.T) {
	events := theWhole(t).events(t)
	if !slices.IsSortedFunc(events, func(a, b eventlog.Recorded) int { return a.RecordedAt.Compare(b.RecordedAt) }) {
		t.Error("the times of recording do not rise")
	}
	if first := events[0].RecordedAt; first.Before(Begin) {
		t.Errorf("begins at %s", first)
	}
	if last := events[len(events)-1].RecordedAt; last.After(visitDay) {
		t.Errorf("ends at %s", last)
	}
}
