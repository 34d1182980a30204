package pages

import (
	"slices"
	"testing"
	"time"

	"mkr/projections"
	"mkr/projections/inbox"
)

// Each head stands before the first row of its span and behind the last row of the one before, once.
func TestHeadsStandBetweenRows(t *testing.T) {
	v := testView(t)
	at := func(h int) inbox.Task { return inbox.Task{DueAt: v.Now.Add(time.Duration(h) * time.Hour)} }
	rows := []inbox.Task{at(-5), at(-1), at(1), at(100), {}}
	var got []string
	for i := range len(rows) + 1 {
		before, behind := dueAt(rows, i-1), dueAt(rows, i)
		for _, g := range v.heads(projections.Inbox, before, behind) {
			got = append(got, g.Key)
		}
		if behind != nil {
			got = append(got, "row")
		}
	}
	want := []string{"~late", "row", "row", "~today", "row", "~later", "row", "row"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if alone := v.heads(projections.Inbox, nil, nil); len(alone) != 3 {
		t.Errorf("an empty list has %v", alone)
	}
}
