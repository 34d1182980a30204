package pages

import (
	"fmt"
	"strconv"
	"strings"

	"mkr/handlers"
)

// barWidths are the parts of a bar, in percent of its width.
type barWidths struct{ value, mark int }

// barOf scales a count to what it is compared with. Changes in percent are not drawn: a bar of them would say nothing.
func barOf(f figureRow) (barWidths, bool) {
	if f.Unit != "count" {
		return barWidths{}, false
	}
	against := 0
	switch {
	case f.Published != nil:
		against = *f.Published
	case f.Target != nil:
		n, err := strconv.Atoi(f.Target.String())
		if err != nil {
			return barWidths{}, false
		}
		against = n
	}
	if against <= 0 {
		return barWidths{}, false
	}
	full := max(f.Count, against)
	return barWidths{value: 100 * f.Count / full, mark: 100 * against / full}, true
}

// chart is a row of columns, ready to be drawn: whole numbers, in the units of its view box.
type chart struct {
	ID          string
	Title       string // what it shows
	Text        string // what it says, for whoever does not see it
	Width       int
	Columns     []pillar
	Top         string // the largest value, at the line above
	Compared    string // what the marks are; "" for none
	CountedName string // what the columns are
}

// pillar is one value with its label; Mark is where its target stands, -1 for none.
type pillar struct {
	Label, Value, MarkValue string
	X, Y, W, H, Mark        int
	Over                    int  // where the value is written: above the column, and clear of the mark
	Now                     bool // the year that the page is about
}

// The drawing's measures: the ground line, the room above it for what is written there, and the height of letters.
const (
	ground  = 120
	roof    = 22
	letters = 14
)

// drawn lays columns out in a width. marks are targets, or nil; a negative one is none.
func drawn(labels []string, values, marks []int, width int, write func(int) string) []pillar {
	top := 1
	for i, n := range values {
		top = max(top, n)
		if marks != nil {
			top = max(top, marks[i])
		}
	}
	height := func(n int) int { return (ground - roof) * n / top }
	step := width / len(values)
	out := make([]pillar, len(values))
	for i, n := range values {
		h := height(n)
		if n > 0 {
			h = max(h, 2) // a little is not nothing
		}
		out[i] = pillar{Label: labels[i], Value: write(n), X: i*step + step/6, W: step * 2 / 3, Y: ground - h, H: h, Mark: -1}
		if marks != nil && marks[i] >= 0 {
			out[i].Mark, out[i].MarkValue = ground-height(marks[i]), write(marks[i])
		}
		out[i].Over = out[i].Y - 6
		if m := out[i].Mark; m >= 0 && m <= out[i].Y && m > out[i].Y-letters-6 {
			out[i].Over = m - 6
		}
	}
	return out
}

// monthChart shows a figure by the months of its year.
func (v view) monthChart(f handlers.Figure, year int) chart {
	labels := make([]string, 12)
	for m := range labels {
		labels[m] = v.T(monthKeys[m])
	}
	c := chart{ID: "months", Title: v.T("chart.months", "year", year), Width: 720, CountedName: v.T("indicators.events"), Columns: drawn(labels, f.Months, nil, 720, v.Number)}
	var parts []string
	for _, col := range c.Columns {
		if col.Value != "0" {
			parts = append(parts, col.Label+" "+col.Value)
		}
	}
	c.Text = strings.Join(parts, ", ")
	if c.Text == "" {
		c.Text = v.T("chart.nothing")
	}
	return c
}

// yearChart shows a figure beside those of the years before, with what was planned or published for each.
func (v view) yearChart(f handlers.Figure, years []handlers.YearFigure) chart {
	labels, values, marks := make([]string, len(years)), make([]int, len(years)), make([]int, len(years))
	any := false
	var parts []string
	for i, y := range years {
		labels[i], values[i], marks[i] = strconv.Itoa(y.Year), y.Count, -1
		part := fmt.Sprintf("%d: %s", y.Year, v.Number(y.Count))
		if f.Unit == "count" {
			if n, ok := against(y); ok {
				marks[i], any = n, true
				part += " (" + v.T("chart.against", "n", v.Number(n)) + ")"
			}
		}
		parts = append(parts, part)
	}
	c := chart{ID: "years", Title: v.T("chart.years"), Text: strings.Join(parts, ", "), Width: 144 * len(years), CountedName: v.T("indicators.events"), Columns: drawn(labels, values, marks, 144*len(years), v.Number)}
	if any {
		c.Compared = v.T("chart.target")
	}
	c.Columns[len(c.Columns)-1].Now = true
	return c
}

// against is what a year's count is held against: what was published for it, or planned.
func against(y handlers.YearFigure) (int, bool) {
	if y.Published != nil {
		return *y.Published, true
	}
	if y.Target == nil {
		return 0, false
	}
	n, err := strconv.Atoi(y.Target.String())
	return n, err == nil
}

// monthKeys are the short names of the months.
var monthKeys = []string{
	"month.1", "month.2", "month.3", "month.4", "month.5", "month.6", "month.7", "month.8", "month.9", "month.10", "month.11", "month.12",
}

// spark are the columns of a year in a table's row: an ornament beside the numbers, without words.
func spark(f handlers.Figure) []pillar {
	return drawn(make([]string, 12), f.Months, nil, 96, strconv.Itoa)
}
