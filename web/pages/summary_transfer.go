package pages

import (
	"slices"
	"strconv"

	"mkr/domain/casefile"
)

// screenings are the first looks at a child, each with the tool that advised: it is the house's own, and says so.
func (s summarizer) screenings() (out []item) {
	for _, v := range slices.Backward(s.c.Screenings) {
		i := item{
			ID: casefile.TargetScreening + "-" + v.ID, HasRisk: true, Level: v.Level, Struck: v.InError, Done: len(s.c.Assessments) > 0,
			Title: s.T("case.screening"), Aside: join(s.DateTime(v.At), s.Who(v.By)),
			Tags:  []tag{{Text: s.Code("confidence", "placeholder"), Class: "warn"}},
			Lines: []string{s.T("case.screening_tool", "tool", v.Tool, "version", strconv.Itoa(v.Version))},
		}
		if len(v.Signs) > 0 {
			i.Lines = append(i.Lines, s.Codes("screening_sign", v.Signs))
		}
		if len(v.Unknown) > 0 {
			i.Lines = append(i.Lines, s.T("case.screening_unknown", "list", s.Codes("screening_sign", v.Unknown)))
		}
		if v.Level != v.ToolLevel {
			i.Lines = append(i.Lines, s.T("case.tool_said", "level", s.Within("level", v.ToolLevel)))
		}
		out = append(out, i)
	}
	return out
}

// transfers to other municipalities, the newest first, and the checklist of a child's case that was closed.
func (s summarizer) transfers() section {
	out := section{Key: "transfers"}
	for _, tr := range slices.Backward(s.c.Transfers) {
		i := item{
			ID: casefile.TargetTransfer + "-" + tr.ID, Title: s.Code("municipality", tr.Municipality), Aside: s.Code("transfer_structure", tr.Structure),
			Done: !tr.Open() && tr.Status != casefile.TransferIsAccepted, Open: s.todos(casefile.TargetTransfer, tr.ID),
			Tags:  []tag{{Text: s.Code("transfer_status", string(tr.Status)), Class: transferClass(tr.Status)}},
			Lines: []string{join(s.DateTime(tr.ProposedAt), s.Code("transfer_reason", tr.Reason))},
		}
		if !tr.HandedAt.IsZero() {
			if s.c.Guards && !s.Past {
				i.Open = append(i.Open, todo{Name: s.T("sheet.title"), Path: sheetPath(s.c.ID, tr.ID)})
			}
			i.Lines = append(i.Lines, s.T("case.handed_over", "when", s.DateTime(tr.HandedAt), "means", s.Within("means", tr.Means), "basis", s.Within("legal_basis", tr.Basis)), s.Codes("transfer_part", tr.Parts))
		}
		if tr.DeclineReason != "" {
			i.Lines = append(i.Lines, s.Code("transfer_decline", tr.DeclineReason))
		}
		if !tr.AnsweredAt.IsZero() {
			i.Lines = append(i.Lines, s.T("case.transfer_answered", "when", s.DateTime(tr.AnsweredAt)))
		}
		if !tr.ConfirmedAt.IsZero() {
			i.Lines = append(i.Lines, s.T("case.transfer_confirmed", "when", s.DateTime(tr.ConfirmedAt)))
		}
		for _, d := range s.c.Deadlines {
			if d.Owed() && d.Kind == casefile.TargetTransfer && d.Target == tr.ID {
				i.Due, i.Turn = d.DueAt, join(s.Who(d.Owner), s.Within("owed", d.Action))
			}
		}
		out.Items = append(out.Items, i)
	}
	return out
}

func transferClass(st casefile.Status) string {
	switch st {
	case casefile.TransferIsAccepted, casefile.TransferIsConfirmed:
		return "good"
	case casefile.TransferIsDeclined:
		return "bad"
	}
	return ""
}

// criteria are the checklist of a child's case: as it stands, or as it stood when the case was closed.
func (s summarizer) criteria() section {
	out := section{Key: "criteria"}
	list := s.c.Closing
	if s.c.Status == casefile.Open {
		list = s.c.Checklist()
	}
	for _, c := range list {
		i := item{ID: "criterion-" + c.Criterion, Title: s.Code("criterion", c.Criterion)}
		switch {
		case c.Met:
			i.Tags = []tag{{Text: s.T("case.criterion_met"), Class: "good"}}
		case c.Reason != "":
			i.Tags = []tag{{Text: s.T("case.criterion_answered"), Class: "warn"}}
			i.Lines = []string{s.unmet(c.Reason)}
		default:
			i.Tags = []tag{{Text: s.T("case.criterion_open")}}
		}
		out.Items = append(out.Items, i)
	}
	return out
}

// unmet says why a case was closed though a criterion was not met: a reason of its own, or that of the closing.
func (s summarizer) unmet(reason string) string {
	if slices.Contains(casefile.CriterionReasons, reason) {
		return s.Code("criterion_reason", reason)
	}
	return s.Code("close_reason", reason)
}

// appealed says of an appeal what it is against.
var appealed = map[string]string{casefile.AgainstOrder: "case.appealed", casefile.AgainstRefusal: "case.appealed_refusal", casefile.AgainstExtensionRefusal: "case.appealed_extension"}

// appealLines tell of the appeals about an order, in their order.
func (s summarizer) appealLines(o casefile.Order) (out []string) {
	for _, a := range append(slices.Clone(o.Appeals), o.Appeal) {
		if a.At.IsZero() {
			continue
		}
		out = append(out, s.T(appealed[a.Against], "party", s.Within("appeal_party", a.Party), "when", s.DateTime(a.At), "court", s.Who(a.Court)))
		if a.Outcome != "" {
			out = append(out, s.T("case.appeal_decided", "outcome", s.Within("appeal_outcome", a.Outcome), "when", s.DateTime(a.DecidedAt)))
		}
	}
	return out
}
