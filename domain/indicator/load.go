package indicator

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

//go:embed data/published-2014.csv
var published2014 []byte

//go:embed data/area-social-plan-2021-2024.csv
var plan2021 []byte

// Units of figures.
const (
	Count        = "count"
	Percent      = "percent"
	YearlyChange = "yearly_change_percent" // against the year before; its absolute base is not published
	ThousandLek  = "thousand_lek"
)

var units = []string{Count, Percent, YearlyChange, ThousandLek}

// Text is a text in both languages of the house.
type Text struct{ SQ, EN string }

// Structures that published figures.
const (
	ChildProtection  = "child_protection"
	DomesticViolence = "domestic_violence"
)

var structures = []string{ChildProtection, DomesticViolence}

// PublishedFigure is one figure as a structure published it.
type PublishedFigure struct {
	Code      string // structure.figure
	Structure string
	Figure    string
	Name      Text
	Value     int
}

// PlanRow is one indicator of the Area Social Plan.
type PlanRow struct {
	Code      string // ours: objective, then the row's order
	Objective string // "1.2"
	Aim       string // the objective in English
	Name      Text
	Unit      string
	Targets   map[int]Value // by year; 2021 is the budget, later years the plan. A missing value is not Known
}

// PlanYears are the years of the plan.
var PlanYears = []int{2021, 2022, 2023, 2024}

// Published returns the figures published about a year. There are some for 2014 only; another year has none.
func Published(year int) ([]PublishedFigure, error) {
	if year != 2014 {
		return nil, nil
	}
	return LoadPublished(published2014, year)
}

// Plan returns the rows of the Area Social Plan 2021-2024, in the order of the document.
func Plan() ([]PlanRow, error) { return LoadPlan(plan2021) }

// LoadError says which line and column was refused.
type LoadError struct {
	Line   int // from 1, the heading
	Column string
	Reason string
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("indicator: line %d, column %s: %s", e.Line, e.Column, e.Reason)
}

var (
	figureCode = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	planCode   = regexp.MustCompile(`^\d+\.\d+\.\d{2}$`)
)

// LoadPublished reads published figures. The error is a *LoadError.
func LoadPublished(data []byte, year int) ([]PublishedFigure, error) {
	value := fmt.Sprintf("value_%d", year)
	rows, err := read(data, "structure", "figure", "name_sq", "name_en", value)
	if err != nil {
		return nil, err
	}
	var out []PublishedFigure
	seen := map[string]bool{}
	for _, r := range rows {
		f := PublishedFigure{
			Code: r.cell("structure") + "." + r.cell("figure"), Structure: r.cell("structure"), Figure: r.cell("figure"),
			Name: Text{SQ: r.cell("name_sq"), EN: r.cell("name_en")},
		}
		n, bad := strconv.Atoi(r.cell(value))
		f.Value = n
		switch {
		case !slices.Contains(structures, f.Structure):
			return nil, r.fail("structure", "is not a known structure")
		case !figureCode.MatchString(f.Figure):
			return nil, r.fail("figure", "is not a code")
		case seen[f.Code]:
			return nil, r.fail("figure", "is given twice")
		case f.Name.SQ == "":
			return nil, r.fail("name_sq", "is missing")
		case f.Name.EN == "":
			return nil, r.fail("name_en", "is missing")
		case bad != nil || n < 0:
			return nil, r.fail(value, "is not a count")
		}
		seen[f.Code] = true
		out = append(out, f)
	}
	return out, nil
}

// LoadPlan reads a plan. The error is a *LoadError.
func LoadPlan(data []byte) ([]PlanRow, error) {
	columns := map[int]string{2021: "budget_2021", 2022: "plan_2022", 2023: "plan_2023", 2024: "plan_2024"}
	rows, err := read(data, "code", "objective", "objective_en", "indicator_sq", "indicator_en", "unit",
		columns[2021], columns[2022], columns[2023], columns[2024])
	if err != nil {
		return nil, err
	}
	var out []PlanRow
	seen := map[string]bool{}
	for _, r := range rows {
		p := PlanRow{
			Code: r.cell("code"), Objective: r.cell("objective"), Aim: r.cell("objective_en"), Unit: r.cell("unit"),
			Name: Text{SQ: r.cell("indicator_sq"), EN: r.cell("indicator_en")}, Targets: map[int]Value{},
		}
		switch {
		case !planCode.MatchString(p.Code):
			return nil, r.fail("code", "is not a code like 1.2.03")
		case seen[p.Code]:
			return nil, r.fail("code", "is given twice")
		case p.Objective == "":
			return nil, r.fail("objective", "is missing")
		case p.Aim == "":
			return nil, r.fail("objective_en", "is missing")
		case p.Name.SQ == "":
			return nil, r.fail("indicator_sq", "is missing")
		case p.Name.EN == "":
			return nil, r.fail("indicator_en", "is missing")
		case !slices.Contains(units, p.Unit):
			return nil, r.fail("unit", "is not a known unit")
		}
		for _, year := range PlanYears {
			v, err := ParseValue(r.cell(columns[year]))
			if err != nil {
				return nil, r.fail(columns[year], err.Error())
			}
			p.Targets[year] = v
		}
		seen[p.Code] = true
		out = append(out, p)
	}
	return out, nil
}

type row struct {
	line  int
	cells map[string]string
}

func (r row) cell(column string) string { return r.cells[column] }

func (r row) fail(column, reason string) error {
	return &LoadError{Line: r.line, Column: column, Reason: reason}
}

// read takes a table apart. The heading must be exactly the columns, in their order.
func read(data []byte, columns ...string) ([]row, error) {
	if !utf8.Valid(data) {
		return nil, &LoadError{Line: 1, Column: columns[0], Reason: "the file is not UTF-8"}
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = len(columns)
	heading, err := r.Read()
	if err != nil || !slices.Equal(heading, columns) {
		return nil, &LoadError{Line: 1, Column: columns[0], Reason: fmt.Sprintf("the heading is not %v", columns)}
	}
	var out []row
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, &LoadError{Line: parse.StartLine, Column: columns[0], Reason: parse.Err.Error()}
		}
		if err != nil {
			return nil, &LoadError{Line: len(out) + 2, Column: columns[0], Reason: err.Error()}
		}
		line, _ := r.FieldPos(0)
		cells := make(map[string]string, len(columns))
		for i, c := range columns {
			cells[c] = record[i]
		}
		out = append(out, row{line: line, cells: cells})
	}
	if len(out) == 0 {
		return nil, &LoadError{Line: 2, Column: columns[0], Reason: "there are no rows"}
	}
	return out, nil
}
