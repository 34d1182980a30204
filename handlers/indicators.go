package handlers

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"mkr/domain/access"
	"mkr/domain/indicator"
	"mkr/projections"
	"mkr/projections/indicators"
)

// Figure is one indicator of a year: what it counts, what the events say, what was published or planned.
type Figure struct {
	Code       string       `json:"code"`
	Structure  string       `json:"structure"`
	Name       Text         `json:"name"`
	Definition Text         `json:"definition"`
	Unit       string       `json:"unit"`
	Count      int          `json:"count"`               // what was counted in the year
	Months     []int        `json:"months"`              // the count by month, January first; of a largest amount, the largest of each
	Value      *json.Number `json:"value"`               // in the figure's unit; null when it cannot be told
	Published  *int         `json:"published,omitempty"` // what the municipality published for the year
	Target     *json.Number `json:"target,omitempty"`    // of the Area Social Plan for the year
	Events     string       `json:"events"`              // link to what was counted
}

// Text is a text in both languages.
type Text struct {
	SQ string `json:"sq"`
	EN string `json:"en"`
}

// IndicatorsView is a year's figures, all as of one position.
type IndicatorsView struct {
	Year     int      `json:"year"`
	Figures  []Figure `json:"figures"`
	Position uint64   `json:"position"`
}

// Indicators computes the figures of a year from the events, as of now or of an earlier position. Those that were
// published come first; those of the Area Social Plan follow for the years that it plans.
func (s *Service) Indicators(ctx context.Context, c Caller, of int, at At) (IndicatorsView, error) {
	v := IndicatorsView{Year: of, Figures: []Figure{}}
	position, err := s.judgeIndicators(ctx, c, of, at)
	if err != nil {
		return v, err
	}
	if v.Position = position; position == 0 {
		v.Position = s.Views.Position(projections.Indicators)
	}
	this, err := indicators.Values(ctx, s.Views, of, position, s.Zone)
	if err != nil {
		return v, viewError(err)
	}
	last, err := indicators.Values(ctx, s.Views, of-1, position, s.Zone)
	if err != nil {
		return v, viewError(err)
	}
	published, err := indicator.Published(of)
	if err != nil {
		return v, err
	}
	rows, err := indicator.Plan()
	if err != nil {
		return v, err
	}
	for _, d := range indicator.Definitions() {
		f := Figure{
			Code: d.Code, Structure: d.Structure, Name: Text(d.Name), Definition: Text(d.Counts), Unit: d.Unit,
			Count: this[d.Code].Value, Months: monthsOf(this[d.Code]), Events: "/api/v1/indicators/" + strconv.Itoa(of) + "/" + d.Code,
		}
		value := indicator.Whole(f.Count)
		if d.Unit == indicator.YearlyChange {
			value = indicator.Change(f.Count, last[d.Code].Value)
		}
		f.Value = number(value)
		for _, p := range published {
			if p.Code == d.Code {
				f.Published = &p.Value
			}
		}
		for _, r := range rows {
			if r.Code == d.Code {
				f.Target = number(r.Targets[of])
			}
		}
		v.Figures = append(v.Figures, f)
	}
	return v, nil
}

func monthsOf(v indicators.Value) []int { return v.Months[:] }

// YearFigure is a figure in one of several years.
type YearFigure struct {
	Year      int          `json:"year"`
	Count     int          `json:"count"`
	Published *int         `json:"published,omitempty"`
	Target    *json.Number `json:"target,omitempty"`
}

// trendYears is how many years a trend looks back over, its own among them.
const trendYears = 5

// IndicatorTrend is a figure in a year and the years before it, oldest first: those since the first event.
func (s *Service) IndicatorTrend(ctx context.Context, c Caller, of int, code string, at At) ([]YearFigure, error) {
	if _, ok := indicator.Find(code); !ok {
		return nil, ErrNotFound
	}
	position, err := s.judgeIndicators(ctx, c, of, at)
	if err != nil {
		return nil, err
	}
	first, err := s.firstYear(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := indicator.Plan()
	if err != nil {
		return nil, err
	}
	var out []YearFigure
	for year := max(of-trendYears+1, first); year <= of; year++ {
		values, err := indicators.Values(ctx, s.Views, year, position, s.Zone)
		if err != nil {
			return nil, viewError(err)
		}
		published, err := indicator.Published(year)
		if err != nil {
			return nil, err
		}
		f := YearFigure{Year: year, Count: values[code].Value}
		for _, p := range published {
			if p.Code == code {
				f.Published = &p.Value
			}
		}
		for _, r := range rows {
			if r.Code == code {
				f.Target = number(r.Targets[year])
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// firstYear is that of the oldest event: before it nothing was counted, which is not the same as zero.
func (s *Service) firstYear(ctx context.Context) (int, error) {
	page, err := s.Log.ReadAll(ctx, 0, 1)
	if err != nil {
		return 0, logError(err)
	}
	if len(page) == 0 {
		return s.Clock.Now().In(s.Zone).Year(), nil
	}
	return page[0].RecordedAt.In(s.Zone).Year(), nil
}

func number(v indicator.Value) *json.Number {
	if !v.Known {
		return nil
	}
	n := json.Number(v.String())
	return &n
}

// CountedThings are what a figure counted. Which cases stand behind it is for those who may see every case; the
// number is for everybody who may see the figure.
func (s *Service) CountedThings(ctx context.Context, c Caller, of int, code string, at At) (List[indicators.Row], error) {
	out := List[indicators.Row]{Items: []indicators.Row{}}
	if _, ok := indicator.Find(code); !ok {
		return out, ErrNotFound
	}
	position, err := s.judgeIndicators(ctx, c, of, at)
	if err != nil {
		return out, err
	}
	rows, err := indicators.Behind(ctx, s.Views, of, code, position)
	if err != nil {
		return out, viewError(err)
	}
	out.Items = append(out.Items, rows...)
	shut, err := s.Views.ShutCases(ctx, c.Account)
	if err != nil {
		return out, viewError(err)
	}
	all := s.seesAllCases(c)
	for i, r := range out.Items {
		if _, isShut := slices.BinarySearch(shut, r.Case); !all || isShut {
			out.Items[i] = indicators.Row{Thing: indicators.Thing{Year: r.Year, Figure: r.Figure, From: []indicators.Support{}}, Counted: r.Counted, Position: r.Position}
		}
	}
	out.Total, out.Position = len(out.Items), s.Views.Position(projections.Indicators)
	return out, nil
}

func (s *Service) seesAllCases(c Caller) bool {
	for _, k := range []string{access.DomesticViolence, access.ChildProtection} {
		if !access.Judge(c.Actor(), access.ViewCase, access.Facts{Kind: k, Standing: access.None, Status: access.CaseOpen}).Allow {
			return false
		}
	}
	return true
}

// judgeIndicators judges the caller and the year, and turns at into a position; 0 means now.
func (s *Service) judgeIndicators(ctx context.Context, c Caller, of int, at At) (uint64, error) {
	if v := access.Judge(c.Actor(), access.ViewIndicators, access.Facts{}); !v.Allow {
		return 0, &DeniedError{Action: string(access.ViewIndicators), Code: v.Code}
	}
	if of < 1990 || of > 2200 {
		return 0, &InputError{Field: "year", Code: "range", Text: "a year between 1990 and 2200"}
	}
	if at.Time.IsZero() {
		return at.Position, nil
	}
	position, err := s.Views.When(ctx, s.Log, at.Time)
	if err != nil {
		return 0, viewError(err)
	}
	return max(position, 1), nil // before everything is still not now
}
