package indicators

import (
	"context"
	"strconv"

	"mkr/projections"
)

// Value is a figure of a year, as of a position.
type Value struct {
	Figure   string `json:"figure"`
	Year     int    `json:"year"`
	Value    int    `json:"value"`
	Position uint64 `json:"position"` // as of
}

// Lister is what this package needs of the views.
type Lister interface {
	List(ctx context.Context, q projections.Query) (projections.Page, error)
}

// Values computes every figure of a year that is not zero, by figure, and the rows of the plan that the figures
// answer, by their code ("1.2.03"). at is a position, or 0 for now.
func Values(ctx context.Context, views Lister, year int, at uint64) (map[string]Value, error) {
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
		out[figure] = Value{Figure: figure, Year: year, Value: value(figure, rows), Position: position}
	}
	for code, figures := range plan {
		n := 0
		for _, f := range figures {
			n += out[f].Value
		}
		if n > 0 {
			out[code] = Value{Figure: code, Year: year, Value: n, Position: position}
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
