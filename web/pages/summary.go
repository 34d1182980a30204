package pages

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/web/i18n"
)

// section is one part of a case's summary.
type section struct {
	Key   string // names the part, and its words
	Items []item
}

// item is one thing in it: a person, a referral, an order.
type item struct {
	ID      string // anchor in the page: "referral-<id>"
	Title   string
	Tags    []tag
	Aside   string // a few words beside the title
	Lines   []string
	Level   string // a risk, shown as one
	HasRisk bool
	Due     time.Time // a clock that runs, with whose turn it is in Turn
	Turn    string
	Done    bool // nothing more is to come of it
	Struck  bool // entered in error
	Changed bool // by the event that a replay stands at, or by others since the reader opened the case
	New     bool // was not there before that event
	Open    []todo
	File    string // id of a file that the reader may open
	Entry   string // id of the event that holds the sealed title of a file
	Person  string // person id whose sealed details may be opened
}

type tag struct{ Text, Class string }

// todo is an action that is open now.
type todo struct{ Name, Path string }

// sign tells whether an item is still the same: what a person reads of it.
func (i item) sign() string {
	return fmt.Sprint(i.Title, i.Aside, i.Tags, i.Lines, i.Level, i.Due, i.Turn, i.Struck)
}

// summary tells a case's state in sections, the same for today's page and for any moment of the past.
func (v view) summary(c handlers.CaseView) []section {
	s := summarizer{view: v, c: c}
	return s.fitting([]section{s.persons(), s.risk(), s.referrals(), s.orders(), s.clocks(), s.plan(), s.safety(), s.dates(), s.measures(), s.transfers(), s.criteria(), s.consents(), s.files(), s.participants(), s.safeguards()})
}

// fitting leaves out the parts that a case of this kind, or one that goes nowhere, does not have.
func (s summarizer) fitting(parts []section) []section {
	return slices.DeleteFunc(parts, func(p section) bool {
		return len(p.Items) == 0 && (p.Key == "transfers" || p.Key == "criteria")
	})
}

type summarizer struct {
	view
	c handlers.CaseView
}

// keys names the sections in their order.
func (summarizer) keys() []string {
	return []string{"persons", "risk", "referrals", "orders", "clocks", "plan", "safety", "dates", "measures", "transfers", "criteria", "consents", "files", "participants", "safeguards"}
}

// todos are the actions open on one thing.
func (s summarizer) todos(kind, id string) []todo {
	var out []todo
	for _, a := range s.c.Actions {
		if a.Target == kind && a.ID == id && id != "" {
			out = append(out, s.todo(s.c.ID, a))
		}
	}
	return out
}

func (v view) todo(caseID string, a handlers.OpenAction) todo {
	path := "/cases/" + caseID + "/do/" + a.Action
	if a.ID != "" {
		path += "?target=" + a.ID
	}
	return todo{Name: v.T("action." + a.Action), Path: path}
}

// join leaves out what is empty.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

func (s summarizer) persons() section {
	out := section{Key: "persons"}
	for _, p := range s.c.Persons {
		i := item{ID: "person-" + p.Person, Title: s.Code("person_role", p.Role), Person: p.Person}
		relation, sex := "", ""
		if p.Relation != "" && p.Relation != "self" {
			relation = s.Code("relation", p.Relation)
		}
		if relation == i.Title { // a child whose role is to be one
			relation = ""
		}
		if p.Sex != "" && p.Sex != "unknown" {
			sex = s.Code("sex", p.Sex)
		}
		i.Aside = join(relation, sex)
		if p.Minor {
			i.Tags = append(i.Tags, tag{Text: s.T("case.minor")})
		}
		if s.c.Guards && !s.Past {
			i.Open = append(i.Open, todo{Name: s.T("person.data"), Path: personPath(s.c.ID, p.Person)})
		}
		out.Items = append(out.Items, i)
	}
	return out
}

func (s summarizer) risk() section {
	out := section{Key: "risk"}
	for n := len(s.c.Assessments) - 1; n >= 0; n-- {
		a := s.c.Assessments[n]
		i := item{ID: casefile.TargetRisk + "-" + a.ID, HasRisk: true, Level: a.Level, Struck: a.InError, Title: s.DateTime(a.At)}
		i.Aside, i.Done = s.Who(a.By), len(out.Items) > 0
		if a.Overrides {
			i.Lines = append(i.Lines, s.T("case.tool_said", "level", s.Within("level", a.ToolLevel)))
		}
		if !i.Done && len(a.Factors) > 0 {
			i.Lines = append(i.Lines, s.Codes("factor", a.Factors))
		}
		out.Items = append(out.Items, i)
	}
	out.Items = append(out.Items, s.screenings()...)
	return out
}

// referrals shows the open ones first, each with its ball; of the ended ones what came of them.
func (s summarizer) referrals() section {
	out := section{Key: "referrals"}
	for _, open := range []bool{true, false} {
		for _, r := range slices.Backward(s.c.Referrals) {
			if r.IsOpen() == open {
				out.Items = append(out.Items, s.referral(r))
			}
		}
	}
	return out
}

func (s summarizer) referral(r casefile.Referral) item {
	id := r.ReferralContent.Referral
	i := item{
		ID: casefile.TargetReferral + "-" + id, Title: s.Code("service_code", r.Service), Struck: r.Status == casefile.InError, Done: !r.IsOpen(),
		Tags: []tag{{Text: s.Code("status", string(r.Status)), Class: tagClass(string(r.Status))}},
		Open: s.todos(casefile.TargetReferral, id),
	}
	if r.Disclosed && !s.Past && (s.c.Guards || slices.Contains([]string{r.From, r.To, s.c.Lead}, s.Caller.Institution)) {
		i.Open = append(i.Open, todo{Name: s.T("sent.title"), Path: sentPath(s.c.ID, id)})
	}
	if i.Struck { // said once, by the line through it
		i.Tags = nil
	}
	if r.SentBack && r.IsOpen() {
		i.Tags = append(i.Tags, tag{Text: s.T("case.sent_back")})
	}
	i.Lines = append(i.Lines, s.T("case.from_to", "from", s.Who(r.From), "to", s.Who(r.To)))
	detail := []string{s.Code("urgency", r.Urgency), i18n.Lower(s.returnReason(string(r.Status), r.Code))}
	if r.Basis != "" {
		detail = append(detail, s.Within("legal_basis", r.Basis))
	} else if r.Consent != "" {
		detail = append(detail, s.T("case.with_consent"))
	}
	if r.Round > 1 {
		detail = append(detail, s.T("outbox.round", "n", s.Number(r.Round)))
	}
	if r.Sessions > 0 {
		detail = append(detail, s.N("case.sessions", r.Sessions))
	}
	i.Lines = append(i.Lines, join(detail...))
	if !r.Appointment.IsZero() {
		i.Lines = append(i.Lines, s.Code("next_date", "appointment")+": "+s.DateTime(r.Appointment))
	}
	i.Lines = append(i.Lines, s.known(r)...)
	if n := len(r.Messages); n > 0 {
		last := r.Messages[n-1]
		i.Lines = append(i.Lines, s.N("case.messages", n, "who", s.Who(last.By), "when", s.DateTime(last.At)))
	}
	if d, ok := s.c.Duty[r.To]; ok && r.IsOpen() {
		i.Lines = append(i.Lines, s.onDuty(r.To, d))
	}
	if r.Settled != "" {
		i.Lines = append(i.Lines, s.Code("settle_way", r.Settled))
	}
	if b := s.c.Balls[id]; !b.Closed {
		i.Due, i.Turn = b.DueAt, join(s.Who(b.Institution), s.Within("owed", b.Action))
	}
	return i
}

// known is what is known beside a referral's steps: how it was made, whom it is meant for, whether it was opened, why it
// did not help, and who still looks at a no.
func (s summarizer) known(r casefile.Referral) (lines []string) {
	add := func(when bool, line string) {
		if when {
			lines = append(lines, line)
		}
	}
	add(r.Via != "", s.T("case.made_by", "means", s.Within("means", r.Via)))
	if r.Attention != "" && r.IsOpen() {
		add(true, s.T("case.meant_for", "who", s.colleague(r.To, r.Attention)))
	}
	if r.Status == casefile.Sent && !r.OffPlatform {
		if r.SeenAt.IsZero() {
			add(true, s.T("case.not_seen"))
		} else {
			add(true, s.T("case.seen", "when", s.DateTime(r.SeenAt)))
		}
	}
	add(r.Why != "", s.Code("outcome_reason", r.Why))
	add(r.Review != "", s.T("case.review_waits", "who", s.Who(r.Review)))
	return lines
}

// colleague names an account of an institution, for those who may know it.
func (v view) colleague(institution, account string) string {
	if account == v.Caller.Account && account != "" {
		return v.T("case.you")
	}
	if v.colleagues != nil {
		for _, o := range v.colleagues(institution) {
			if o.Value == account {
				return o.Label
			}
		}
	}
	return v.T("case.a_colleague")
}

func tagClass(status string) string {
	switch {
	case isBad(status):
		return "bad"
	case isGood(status):
		return "good"
	}
	return ""
}

func (s summarizer) orders() section {
	out := section{Key: "orders"}
	for _, o := range slices.Backward(s.c.Orders) {
		i := item{
			ID: casefile.TargetOrder + "-" + o.ID, Title: s.Code("order_type", o.Type), Struck: o.InError, Open: s.todos(casefile.TargetOrder, o.ID),
			Tags:  []tag{{Text: s.Code("status", string(o.Status)), Class: tagClass(string(o.Status))}},
			Lines: []string{s.Code("order_type_long", o.Type)}, Done: o.InError || o.Status != casefile.OrderAsked && o.Status != casefile.OrderInForce && !o.AwaitsAppeal(),
		}
		if !o.ExecutedAt.IsZero() {
			i.Tags = append(i.Tags, tag{Text: s.T("case.executed"), Class: "good"})
		}
		if o.Breaches > 0 {
			i.Tags = append(i.Tags, tag{Text: s.N("case.breaches", o.Breaches), Class: "bad"})
		}
		if o.Upheld {
			i.Tags = append(i.Tags, tag{Text: s.T("case.upheld")})
		}
		i.Lines = append(i.Lines, join(s.Who(o.Court), s.executor(o)))
		if !o.ValidUntil.IsZero() {
			i.Lines = append(i.Lines, s.T("until", "date", s.Date(o.ValidUntil)))
			if o.Status == casefile.OrderInForce {
				i.Due = o.ValidUntil
			}
		}
		switch {
		case o.ExtensionRequested:
			i.Tags = append(i.Tags, tag{Text: s.T("case.extension_requested")})
		case o.ExtensionRefused:
			i.Tags = append(i.Tags, tag{Text: s.T("case.extension_refused"), Class: "bad"})
		}
		if !o.ServedAt.IsZero() {
			i.Lines = append(i.Lines, s.T("case.served", "when", s.DateTime(o.ServedAt)))
		}
		i.Lines = append(i.Lines, s.appealLines(o)...)
		if o.AwaitsAppeal() {
			i.Tags = append(i.Tags, tag{Text: s.T("case.under_appeal")})
		}
		if len(o.Conditions) > 0 {
			i.Lines = append(i.Lines, s.T("case.conditions", "letters", strings.Join(o.Conditions, ", ")))
		}
		out.Items = append(out.Items, i)
		out.Items = append(out.Items, s.breaches(o)...)
	}
	return out
}

// breaches of an order, each with who knows of it and who has not said so.
func (s summarizer) breaches(o casefile.Order) (out []item) {
	for _, b := range slices.Backward(s.c.BreachesOf(o.ID)) {
		i := item{
			ID: casefile.TargetBreach + "-" + b.ID, Title: s.T("breach.title", "order", s.Code("order_type", o.Type)), Struck: o.InError,
			Open: s.todos(casefile.TargetBreach, b.ID), Lines: []string{join(s.DateTime(b.At), s.T("breach.by", "who", s.Who(b.By)))},
		}
		for _, t := range b.Told {
			if !t.At.IsZero() {
				i.Lines = append(i.Lines, s.T("breach.knows", "who", s.Who(t.Institution), "when", s.DateTime(t.At)))
			}
		}
		if silent := s.whos(b.Silent()); len(silent) > 0 {
			i.Lines = append(i.Lines, s.T("breach.silent", "who", strings.Join(silent, ", ")))
			i.Tags = append(i.Tags, tag{Text: s.N("breach.waits", len(silent)), Class: "bad"})
		} else {
			i.Done = true
			i.Tags = append(i.Tags, tag{Text: s.T("breach.all_know"), Class: "good"})
		}
		out = append(out, i)
	}
	return out
}

// whos names institutions.
func (v view) whos(ids []string) []string {
	out := make([]string, len(ids))
	for n, id := range ids {
		out[n] = v.Who(id)
	}
	return out
}

func (s summarizer) executor(o casefile.Order) string {
	if o.Executor == "" {
		return ""
	}
	return s.T("case.executor", "who", s.Who(o.Executor))
}

// dates are hearings and visits, what is to come first.
func (s summarizer) dates() section {
	out := section{Key: "dates"}
	for _, h := range slices.Backward(s.c.Hearings) {
		i := item{
			ID: casefile.TargetHearing + "-" + h.ID, Title: s.Code("next_date", "hearing"), Struck: h.InError, Done: h.InError || h.Status != casefile.Planned, Open: s.todos(casefile.TargetHearing, h.ID),
			Tags:  []tag{{Text: s.Code("status", string(h.Status)), Class: tagClass(string(h.Status))}},
			Lines: []string{join(s.DateTime(h.When), s.Who(h.Court)), s.Code("hearing_outcome", h.Outcome)},
		}
		out.Items = append(out.Items, i)
	}
	for _, o := range slices.Backward(s.c.Visits) {
		out.Items = append(out.Items, item{
			ID: casefile.TargetVisit + "-" + o.ID, Title: s.Code("next_date", "visit"), Struck: o.InError, Done: o.InError || o.Status != casefile.Planned, Open: s.todos(casefile.TargetVisit, o.ID),
			Tags:  []tag{{Text: s.Code("status", string(o.Status)), Class: tagClass(string(o.Status))}},
			Lines: []string{join(s.DateTime(o.When), s.Who(o.By)), s.Code("visit_outcome", o.Outcome)},
		})
	}
	return out
}

func (s summarizer) measures() section {
	out := section{Key: "measures"}
	for _, m := range slices.Backward(s.c.Measures) {
		i := item{
			ID: casefile.TargetMeasure + "-" + m.ID, Title: s.Code("measure_kind", m.Kind), Struck: m.InError, Done: m.InError || !m.EndedAt.IsZero(), Open: s.todos(casefile.TargetMeasure, m.ID),
			Lines: []string{join(s.DateTime(m.At), s.Who(m.By))},
		}
		if m.Protects() {
			i.Tags = append(i.Tags, tag{Text: s.Code("measure_status", string(m.Status())), Class: measureClass(m.Status())})
			i.Lines = append(i.Lines, s.measureLines(m)...)
		}
		if !m.EndedAt.IsZero() {
			i.Lines = append(i.Lines, s.T("case.ended", "when", s.DateTime(m.EndedAt)))
		}
		out.Items = append(out.Items, i)
	}
	return out
}

func (s summarizer) consents() section {
	out := section{Key: "consents"}
	for _, c := range slices.Backward(s.c.Consents) {
		i := item{
			ID: "consent-" + c.ID, Title: s.consentTitle(c), Done: c.Ended(s.Now), Open: s.todos("consent", c.ID),
			Lines: []string{join(s.roleOf(c.Person), s.Code("consent_how", c.How), s.DateTime(c.At)), s.Codes("purpose", c.Purposes)},
		}
		if c.Decision == "given" && len(c.Recipients)+len(c.Purposes)+len(c.Classes) == 0 {
			i.Lines = append(i.Lines, s.T("case.consent_unlimited"))
		}
		if len(c.Classes) > 0 {
			i.Lines = append(i.Lines, s.T("case.consent_classes", "list", s.Codes("data_class", c.Classes)))
		}
		if c.Giver != "" {
			i.Lines = append(i.Lines, s.T("case.consent_giver", "who", s.roleOf(c.Giver)))
		}
		if len(c.Recipients) > 0 {
			names := make([]string, len(c.Recipients))
			for n, id := range c.Recipients {
				names[n] = s.Who(id)
			}
			i.Lines = append(i.Lines, s.T("case.consent_recipients", "list", strings.Join(names, ", ")))
		}
		if !c.Until.IsZero() {
			i.Lines = append(i.Lines, s.T("until", "date", s.Date(c.Until)))
		}
		out.Items = append(out.Items, i)
	}
	return out
}

func (s summarizer) consentTitle(c casefile.Consent) string {
	switch {
	case c.Withdrawn:
		return s.T("case.consent_withdrawn")
	case c.Ended(s.Now):
		return s.T("case.consent_expired")
	}
	return s.Code("consent_decision", c.Decision)
}

// roleOf names a person by what she is in the case.
func (s summarizer) roleOf(id string) string {
	for _, p := range s.c.Persons {
		if p.Person == id {
			return s.Code("person_role", p.Role)
		}
	}
	return ""
}

func (s summarizer) participants() section {
	out := section{Key: "participants"}
	for _, p := range s.c.Participants {
		if p.Removed {
			continue
		}
		i := item{ID: "participant-" + p.Institution, Title: s.Who(p.Institution), Aside: s.Code("participant_reason", p.Reason)}
		if p.Institution == s.c.Lead {
			i.Tags, i.Aside = []tag{{Text: s.T("case.leads")}}, ""
		}
		out.Items = append(out.Items, i)
	}
	return out
}
