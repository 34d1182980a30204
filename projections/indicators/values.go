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

// Values computes every figure of a year that is not zero, by figure. at is a position, or 0 for now.
func Values(ctx context.Context, views Lister, year int, at uint64) (map[string]Value, error) {
	rows, position, err := things(ctx, views, year, "", at)
	if err != nil {
		return nil, err
	}
	type one struct{ figure, what string }
	seen := map[one]bool{}
	out := map[string]Value{}
	for _, r := range rows {
		if is := (one{r.Figure, r.What}); !seen[is] {
			seen[is] = true
			v := out[r.Figure]
			out[r.Figure] = Value{Figure: r.Figure, Year: year, Value: v.Value + 1, Position: position}
		}
	}
	return out, nil
}

// Behind lists the things behind a figure, oldest first: as many different What as the figure's value. at is a
// position, or 0 for now.
func Behind(ctx context.Context, views Lister, year int, figure string, at uint64) ([]Row, error) {
	rows, _, err := things(ctx, views, year, figure, at)
	return rows, err
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
