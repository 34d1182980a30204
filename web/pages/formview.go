package pages

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mkr/domain/directory"
	"mkr/handlers"
)

// described ties a control to its hint and its error, for screen readers.
func described(f field) templ.Attributes {
	a := templ.Attributes{}
	if ids := f.Describedby(); ids != "" && f.Control != "password" {
		a["aria-describedby"] = ids
	}
	if f.Error != "" {
		a["aria-describedby"] = f.Describedby()
		if f.Control != "checks" && f.Control != "radios" { // a group of boxes has no such state
			a["aria-invalid"] = "true"
		}
	}
	if f.Min != "" {
		a["min"] = f.Min
	}
	if f.Max != "" {
		a["max"] = f.Max
	}
	return a
}

func optionID(f field, i int) string { return fmt.Sprintf("%s-%d", f.ID(), i) }

// nothingKey is what the empty choice says.
func nothingKey(f field) string {
	switch {
	case len(f.Options) == 0:
		return "form.none_there"
	case f.Required:
		return "form.choose"
	}
	return "form.not_chosen"
}

// whoOrSystem names who did something; nobody is the system itself.
func (v view) whoOrSystem(institution string) string {
	if institution == "" {
		return v.Code("role", "system")
	}
	return v.Who(institution)
}

// changedAt is when a change happened: the time alone if it was today.
func (v view) changedAt(c handlers.Change) string {
	t, err := time.Parse(time.RFC3339, c.OccurredAt)
	if err != nil {
		return ""
	}
	if v.Date(t) == v.Date(v.Now) {
		return v.Clock(t)
	}
	return v.DateTime(t)
}

// optionGroup is answers under one heading.
type optionGroup struct {
	Label   string // "" for those that need none
	Options []option
}

// groups puts institutions under the headings of their kinds; other answers need none.
func (v view) groups(f field) []optionGroup {
	if !f.Houses || v.houses == nil {
		return []optionGroup{{Options: f.Options}}
	}
	by := map[string][]option{}
	var kinds []string
	for _, o := range f.Options {
		kind := v.houses()[o.Value].Kind
		if _, known := by[kind]; !known {
			kinds = append(kinds, kind)
		}
		by[kind] = append(by[kind], o)
	}
	if len(kinds) < 2 {
		return []optionGroup{{Options: f.Options}}
	}
	out := make([]optionGroup, len(kinds))
	for i, kind := range kinds {
		out[i] = optionGroup{v.Code("institution_kind", kind), by[kind]}
	}
	slices.SortFunc(out, func(a, b optionGroup) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// workers leaves out those that oversee others: nothing can be asked of them.
func (v view) workers(among []option) []option {
	if v.houses == nil {
		return among
	}
	houses := v.houses()
	return slices.DeleteFunc(slices.Clone(among), func(o option) bool { return houses[o.Value].Kind == directory.Oversight })
}

// courts are those of the institutions that are courts; all of them where the directory has none.
func (v view) courts(among []option) []option {
	if v.houses == nil {
		return among
	}
	houses := v.houses()
	courts := slices.DeleteFunc(slices.Clone(among), func(o option) bool { return houses[o.Value].Kind != directory.Court })
	if len(courts) == 0 {
		return among
	}
	return courts
}

// offers are the services of an institution, for the script that puts them first in the question that follows.
func (v view) offers(f field, id string) string {
	if !f.Houses || v.houses == nil {
		return ""
	}
	var codes []string
	for _, s := range v.houses()[id].Services {
		codes = append(codes, s.Service)
	}
	return strings.Join(codes, " ")
}

// mistake is what is wrong with one field, for the list above the form.
type mistake struct{ ID, Label, Words string }

// mistakes lists what is wrong, in the order of the page.
func (f form) mistakes() []mistake {
	var out []mistake
	var walk func([]field)
	walk = func(fields []field) {
		for _, x := range fields {
			if x.Error != "" {
				id := x.ID()
				if x.Control == "checks" || x.Control == "radios" {
					id = optionID(x, 0)
				}
				out = append(out, mistake{id, x.Label, x.Error})
			}
			walk(x.Fields)
		}
	}
	walk(f.plain())
	walk(f.folded())
	return out
}

// faulty tells whether the form came back.
func (f form) faulty() bool { return f.Error != "" || len(f.mistakes()) > 0 }

// plain are the questions that are always seen. The first has the keyboard, unless something is wrong: then the list of
// what is has it.
func (f form) plain() []field {
	out := slices.DeleteFunc(slices.Clone(f.Fields), func(x field) bool { return x.Folded })
	if f.Focus && len(out) > 0 && out[0].Error == "" && f.Error == "" && len(f.Changed) == 0 {
		if out[0].Control == "group" {
			return out
		}
		out[0].Focus = !slices.ContainsFunc(f.Fields, wrong)
	}
	return out
}

// focused is the form of a page that is there for nothing else.
func (f form) focused() form {
	f.Focus = true
	return f
}

func wrong(x field) bool { return x.Error != "" || slices.ContainsFunc(x.Fields, wrong) }

// folded are the questions behind the line that opens them.
func (f form) folded() []field {
	return slices.DeleteFunc(slices.Clone(f.Fields), func(x field) bool { return !x.Folded })
}

// unfold tells whether the line is open from the beginning: something behind it is answered, or wrong.
func unfold(fields []field) bool {
	return slices.ContainsFunc(fields, func(x field) bool { return wrong(x) || strings.TrimSpace(strings.Join(x.Values, "")) != "" })
}

// labels names what is behind the line.
func labels(fields []field) string {
	out := make([]string, len(fields))
	for i, x := range fields {
		out[i] = x.Label
	}
	return join(out...)
}

// formTitle begins with the bad news when there is any: it is the first that a screen reader says of a page.
func (v view) formTitle(title string, f form) string {
	if f.faulty() || len(f.Changed) > 0 {
		return v.T("form.error_title", "title", title)
	}
	return title
}

// startOwner says who must act by a clock that filing the form starts.
func (v view) startOwner(c handlers.StartedClock) string {
	if c.Owner == "" {
		return v.T("clock.receiver")
	}
	return v.Who(c.Owner)
}

// choiceFamily is the catalogue's family of the answers that decide which clock starts.
var choiceFamily = map[string]string{"urgency": "urgency", "level": "level", "type": "order_type", "kind": "hold_kind"}

// endsID names the second heading: the section is named by its first.
func endsID(c handlers.Clocks) string {
	if len(c.Starts) == 0 {
		return "starts"
	}
	return "ends"
}

// lawAndArticle is how the packs cite an article of the law that they are named after.
var lawAndArticle = regexp.MustCompile(`^\d+/\d{4} (\S.*)$`)

// packOf names the pack and version by which a form's clock would be counted, with the article. A day that was agreed is
// counted by no pack.
func (v view) packOf(c handlers.StartedClock) string {
	if _, ruled := v.rules[c.Rule]; !ruled || c.Pack == "" {
		return c.Article
	}
	out := v.T("clock.pack", "pack", c.Pack, "version", strconv.Itoa(c.Version))
	if m := lawAndArticle.FindStringSubmatch(c.Article); m != nil {
		return out + ", " + v.T("clock.article", "article", m[1])
	}
	if c.Article != "" {
		return out + ", " + c.Article
	}
	return out
}
