package pages

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"mkr/domain/indicator"
	"mkr/handlers"
	"mkr/web/i18n"
)

// byteOrder begins a file of text so that spreadsheets read ë and ç as they are.
const byteOrder = "\ufeff"

// indicatorsFile is a year's figures for a spreadsheet: in the reader's language, with the separator and the decimal
// sign that its spreadsheets expect, and with the event that every figure stands at.
func (p *Pages) indicatorsFile(w http.ResponseWriter, v view, figures handlers.IndicatorsView) error {
	var out bytes.Buffer
	out.WriteString(byteOrder)
	file := csv.NewWriter(&out)
	file.UseCRLF = true
	if v.Language() == i18n.Albanian {
		file.Comma = ';'
	}
	head := []string{v.T("file.year"), v.T("file.code"), v.T("file.structure"), v.T("indicators.figure"), v.T("file.unit"), v.T("file.value"), v.T("file.count"), v.T("indicators.published"), v.T("indicators.target")}
	for _, key := range monthKeys {
		head = append(head, v.T(key))
	}
	lines := [][]string{append(head, v.T("file.position"))}
	for _, f := range figures.Figures {
		if isPlanned(f.Code) && figures.Year < planBegins {
			continue
		}
		published := ""
		if f.Published != nil {
			published = strconv.Itoa(*f.Published)
		}
		line := []string{
			strconv.Itoa(figures.Year), cell(f.Code), cell(v.T("structure." + f.Structure)), cell(v.text(f.Name)), cell(v.unit(f.Unit)),
			v.decimal(f.Value), strconv.Itoa(f.Count), published, v.decimal(f.Target),
		}
		for _, n := range f.Months {
			line = append(line, strconv.Itoa(n))
		}
		lines = append(lines, append(line, strconv.FormatUint(figures.Position, 10)))
	}
	if err := file.WriteAll(lines); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%d.csv"`, v.T("file.name"), figures.Year))
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	_, _ = w.Write(out.Bytes()) // a visitor who has left needs no answer
	return nil
}

// unit names a figure's unit.
func (v view) unit(code string) string {
	if code == indicator.YearlyChange {
		return v.T("unit.yearly_change")
	}
	return v.T("unit.count")
}

// cell keeps words from being read as a formula by a spreadsheet.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// decimal writes a number for a spreadsheet; what cannot be told is an empty cell.
func (v view) decimal(n *json.Number) string {
	if n == nil {
		return ""
	}
	if v.Language() == i18n.Albanian {
		return strings.Replace(n.String(), ".", ",", 1)
	}
	return n.String()
}
