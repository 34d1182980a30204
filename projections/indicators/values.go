package indicators

import (
	"context"
	"strconv"
	"time"

	"mkr/projections"
)

// Value is a figure of a year, as of a position.
type Value struct {
	Figure   string `json:"figure"`
	Year     int    `json:"year"`
	Value    int    `json:"value"`
	Months   Months `json:"months"`
	Position uint64 `json:"position"` // as of
}

// Months are what counted in each month of a year, by the month of the event that made it count: what was recorded only
// after the year stands in its last month, what was told of beforehand in its first.
type Months [12]int

// Lister is what this package needs of the views.
type Lister interface {
	List(ctx context.Context, q projections.Query) (projections.Page, error)
}

// Values computes every figure of a year that is not zero, by figure, and the rows of the plan that the figures
// answer, by their code ("1.2.03"). at is a position, or 0 for now; zone is where a month begins and ends.
func Values(ctx context.Context, views Lister, year int, at uint64, zone *time.Location) (map[string]Value, error) {
	rows, position, err := things(ctx, views, year, "", at)
	if err != nil {
		return nil, err
	}
	byFigure := map[string][]Row{}
	for _, r := range rows {
		byFigure[r.Figure] = append(byFigure[r.Figure], r)
	}
	out := map[string]Value{}
	for figure, rows := range byFigure {
		out[figure] = Value{Figure: figure, Year: year, Value: value(figure, rows), Months: months(figure, rows, at, zone), Position: position}
	}
	for code, figures := range plan {
		sum := Value{Figure: code, Year: year, Position: position}
		for _, f := range figures {
			sum.Value += out[f].Value
			for m, n := range out[f].Months {
				sum.Months[m] += n
			}
		}
		if sum.Value > 0 {
			out[code] = sum
		}
	}
	return out, nil
}

// value adds up what is different: the same What twice counts once.
func value(figure string, rows []Row) int {
	seen := map[string]bool{}
	n := 0
	for _, r := range rows {
		amount := max(r.Amount, 1)
		switch {
		case seen[r.What]:
		case largest(figure):
			n = max(n, amount)
		default:
			n += amount
		}
		seen[r.What] = true
	}
	return n
}

// months is value, month by month: together they are the year's, save for a largest amount.
func months(figure string, rows []Row, at uint64, zone *time.Location) (out Months) {
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.What] {
			continue
		}
		seen[r.What] = true
		m, amount := r.month(at, zone), max(r.Amount, 1)
		if largest(figure) {
			out[m] = max(out[m], amount)
		} else {
			out[m] += amount
		}
	}
	return out
}

// month is that of the first event that makes the thing count, from 0.
func (t Thing) month(at uint64, zone *time.Location) int {
	for _, s := range t.From {
		if stands := s.Withdrawn == 0 || at != 0 && s.Withdrawn > at; !stands || at != 0 && s.Position > at {
			continue
		}
		day := s.OccurredAt.In(zone)
		if month, err := time.Parse("2006-01", s.Target); err == nil { // a payment is of the month that it is for
			day = month
		}
		switch {
		case day.Year() < t.Year:
			return 0
		case day.Year() == t.Year:
			return int(day.Month()) - 1
		}
		return 11
	}
	return 11
}

// Behind lists the things behind a figure, or behind a row of the plan, oldest first. at is a position, or 0 for now.
func Behind(ctx context.Context, views Lister, year int, figure string, at uint64) ([]Row, error) {
	figures, planned := plan[figure]
	if !planned {
		figures = []string{figure}
	}
	var out []Row
	for _, f := range figures {
		rows, _, err := things(ctx, views, year, f, at)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func things(ctx context.Context, views Lister, year int, figure string, at uint64) ([]Row, uint64, error) {
	q := projections.Query{
		Topic: projections.Indicators, Kind: figure, Stage: strconv.Itoa(year), Sort: projections.ByOldest,
		Limit: projections.MaxLimit, NoTotal: true,
	}
	var out []Row
	position := at
	for {
		page, err := views.List(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		if at == 0 && position == 0 {
			position = page.Position
		}
		for _, r := range page.Rows {
			row, err := projections.As[Row](r)
			if err != nil {
				return nil, 0, err
			}
			if row.Counted && at == 0 || at != 0 && row.Thing.At(at) {
				out = append(out, row)
			}
		}
		if page.Next == "" {
			return out, position, nil
		}
		q.After = page.Next
	}
}
