package pages

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/domain/retention"
	"mkr/handlers"
	"mkr/projections/board"
)

// paperParts are what is printed, dressed as it is on paper.
func (v view) paperParts() []specimen {
	v.Past = true // on paper a clock does not run
	lead := v.as(access.Coordinator)
	signed := v.heldMeeting()
	report := handlers.PersonReport{
		Person: "p1", MadeAt: v.Now, By: directory.MunicipalityDV, Fields: map[string]string{"name": v.T("style.nobody")}, Sex: "female", KeptUntil: v.in(900000),
		Cases:   []handlers.ReportCase{{PersonCase: handlers.PersonCase{Case: "s1", Code: "DHF-2026-0001", Kind: access.DomesticViolence, Role: "survivor", OpenedAt: v.in(-90000)}, Institutions: []string{directory.PoliceKind}, Consents: 1, Texts: []handlers.ReportText{{At: v.in(-900), Institution: directory.PoliceKind, Type: "note.written", Field: "text", Text: v.T("style.prose")}}}},
		Readers: []handlers.ReportReader{{Institution: directory.PoliceKind, Times: 3, Last: v.in(-90)}}, Elsewhere: []string{"health"},
		Term:  retention.Term{Kind: access.DomesticViolence, Part: "subject", Years: 10, Source: "mkr", Confidence: retention.Assumption},
		Holds: []person.Hold{{Ground: "civil_proceedings", By: directory.Court, At: v.in(-90)}},
	}
	handed := sheetPage{HandOver: *v.sampleHandOver(true), Formal: v.Who(directory.MunicipalityDV), Opened: map[string]opened{"p1": {Fields: []openedField{{v.T("field.name"), v.T("style.nobody")}}}}}
	rows := make([]board.Row, 0, 4)
	for _, r := range v.sampleRows() {
		rows = append(rows, r.Row)
	}
	return []specimen{
		shown("on-paper-board", "board.title", boardView(lead, boardPage{Query: url.Values{}, Rows: rows, Figures: []figure{{Key: "strip.open", Count: 4, Path: "#"}, {Key: "strip.overdue", Count: 0, Path: "#"}}})),
		shown("on-paper-case", "style.whole", caseBody(lead, v.wholeCase())),
		shown("on-paper-minutes", "minutes.title", minutesView(lead, signed)),
		shown("on-paper-indicators", "nav.indicators", indicatorsView(lead, v.sampleIndicators()), thingsView(lead, thingsPage{Charts: v.sampleCharts(sampleFigures()), Figure: v.sampleIndicators().Groups[0].Rows[0].Figure, Year: v.Now.Year()})),
		shown("on-paper-sheet", "sheet.title", handOverView(lead, handed)),
		shown("on-paper-report", "report.title", reportView(lead, report)),
		shown("on-paper-plan", "plan.title", planView(lead, v.samplePlan())),
	}
}

// sampleIndicators are figures beside what was published, one the same and one not, and beside a plan.
func (v view) sampleIndicators() indicatorsPage {
	text := handlers.Text{SQ: v.T("style.large"), EN: v.T("style.large")}
	rows := sampleFigures()
	published := 18
	for i := range rows {
		rows[i].Name, rows[i].Definition, rows[i].Path = text, text, "#indicators"
		value := json.Number(v.Position(uint64(rows[i].Count)))
		rows[i].Value = &value
	}
	rows[0].Published, rows[1].Published, rows[1].Same = &published, &published, true
	return indicatorsPage{Year: v.Now.Year(), Years: []int{v.Now.Year() - 1, v.Now.Year()}, Groups: []figureGroup{{Structure: "domestic_violence", Rows: rows[:2], Published: true}, {Structure: "area_social_plan", Rows: rows[2:], Target: true}}, Others: []handlers.Text{text}}
}

// sampleBundle is the readable part of a bundle: an entry, one late, one whose texts are withheld, a silence.
func (v view) sampleBundle() sheet {
	v.Past = true
	file := v.sampleFile()
	cut := []handlers.BundleText{{Field: "name", Text: v.T("style.nobody")}, {Field: "address", Withheld: "recipient"}}
	s := sheet{
		BundleView: handlers.BundleView{
			Case: file, Recipient: directory.Court, Role: access.Court, Maker: handlers.Caller{Institution: directory.MunicipalityDV, Role: access.Coordinator},
			People: []handlers.BundlePerson{{PersonLink: file.Persons[0], Texts: cut}}, Events: 13, Position: 8124, Size: 8124, Root: "AAAA=", Verifier: "mkr+00000000+AAAA=", Cosigned: []string{v.T("style.nobody")}, Proved: 12, Stated: 1,
		},
		Late: 1, Lapse: 1, Opened: 12, Withheld: []withholding{{Reason: "recipient", Letter: letter("recipient"), N: 2}},
	}
	for _, part := range v.summary(file) {
		if part.Key != "persons" && len(part.Items) > 0 {
			s.State = append(s.State, part)
		}
	}
	for n, e := range v.sampleHistory() {
		s.Lines = append(s.Lines, sheetLine{entry: v.entry(e, false), N: n + 1, Closed: e.Type == "measure.taken"})
		switch e.Type {
		case "incident.recorded":
			s.Lines[len(s.Lines)-1].Texts = cut
		case "deadline.lapsed":
			s.Lines = append(s.Lines, sheetLine{Silent: 22})
		}
	}
	return s
}

var styled = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// sampleSheet answers with that document as it is in the file, which carries its own style: the answer lets that one style in
// by its hash.
func (p *Pages) sampleSheet(w http.ResponseWriter, _ *http.Request, v view) error {
	v = v.sample()
	var html bytes.Buffer
	if err := bundleSheet(v, v.sampleBundle()).Render(context.Background(), &html); err != nil {
		return err
	}
	hash := sha256.Sum256(styled.FindSubmatch(html.Bytes())[1])
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := w.Write(html.Bytes())
	return err
}
