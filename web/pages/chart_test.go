package pages

import (
	"encoding/csv"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"mkr/handlers"
	"mkr/web/i18n"
)

// TestColumnsAreDrawnToScale: the tallest reaches the roof, a half is half as tall, a little is seen, nothing is nothing;
// a target stands where a column of its height would end.
func TestColumnsAreDrawnToScale(t *testing.T) {
	v := testView(t)
	cols := drawn([]string{"a", "b", "c", "d"}, []int{1000, 500, 1, 0}, []int{-1, 1000, 0, -1}, 400, v.Number)
	for i, want := range []struct{ h, mark int }{{ground - roof, -1}, {(ground - roof) / 2, roof}, {2, ground}, {0, -1}} {
		if c := cols[i]; c.H != want.h || c.Y+c.H != ground || c.Mark != want.mark {
			t.Errorf("column %d: %+v, want %+v", i, c, want)
		}
	}
	for i := 1; i < len(cols); i++ {
		if cols[i].X <= cols[i-1].X+cols[i-1].W {
			t.Errorf("columns %d and %d overlap", i-1, i)
		}
	}
	if last := cols[3]; last.X+last.W > 400 {
		t.Errorf("the last column ends at %d", last.X+last.W)
	}
}

// TestAFileForSpreadsheets: every line is as long as the head, numbers are as the language writes them, and no cell is a
// formula.
func TestAFileForSpreadsheets(t *testing.T) {
	change := json.Number("-33.5")
	view := handlers.IndicatorsView{Year: 2024, Position: 41, Figures: []handlers.Figure{{
		Code: "1.2.01", Structure: "domestic_violence", Name: handlers.Text{SQ: "=HYPERLINK(\"x\")", EN: "@SUM(1)"}, Unit: "yearly_change_percent",
		Count: 4, Months: []int{0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0}, Value: &change,
	}}}
	for _, x := range []struct {
		language      i18n.Language
		comma         rune
		number, name  string
		wanted, wrong string
	}{{i18n.Albanian, ';', "-33,5", "'=HYPERLINK(\"x\")", "Viti", "Year"}, {i18n.English, ',', "-33.5", "'@SUM(1)", "Year", "Viti"}} {
		v := testView(t)
		v.Locale = i18n.For(x.language, v.Zone())
		w := httptest.NewRecorder()
		if err := (&Pages{}).indicatorsFile(w, v, view); err != nil {
			t.Fatal(err)
		}
		body, marked := strings.CutPrefix(w.Body.String(), byteOrder)
		if !marked {
			t.Error("a spreadsheet would not know that it is UTF-8")
		}
		read := csv.NewReader(strings.NewReader(body))
		read.Comma = x.comma
		lines, err := read.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) != 2 || lines[0][0] != x.wanted || lines[0][0] == x.wrong {
			t.Fatalf("%v", lines)
		}
		line := lines[1]
		if line[3] != x.name || line[5] != x.number || line[12] != "4" || line[len(line)-1] != "41" {
			t.Errorf("%q", line)
		}
	}
}
