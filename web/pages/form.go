package pages

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/web/i18n"
)

// form is one short form: one intention, made from the input's type. The input's tags say what is asked and how, so
// that the API, the form and the check of both are one definition.
type form struct {
	Action   string // where it posts to
	Title    string
	Submit   string
	Note     string // what whoever files it should know first
	Cancel   string // the way out
	Key      string // the command's key: the same however often the form is sent
	Revision string // what the person saw, for If-Match; "" for none
	Target   string // id of the thing acted on
	Fields   []field
	Error    string            // about the whole form
	ErrorIn  string            // the language of Error, where it is not the page's
	Changed  []handlers.Change // what others did meanwhile
	Clocks   handlers.Clocks   // what filing it starts and meets
	Preview  bool              // one may look first at what the receiver would see
	Focus    bool              // it is what the page is for: its first question has the keyboard at once
	Left     map[string]string // errors that belong to no field of the form
}

// field is one question.
type field struct {
	Name     string // in the form: the JSON name, with a prefix for a person
	Label    string
	Hint     string
	Control  string // text, textarea, date, datetime, clock, number, check, select, radios, checks, group, password
	Houses   bool   // the options are institutions
	Folded   bool   // rarely needed: behind a line that opens it
	Focus    bool   // has the keyboard when the page opens
	Required bool
	Values   []string
	Options  []option
	Error    string
	Fields   []field // of a group
	Min, Max string
}

// option is one answer that may be chosen.
type option struct{ Value, Label string }

// takesFile tells whether a file is asked for: then the form is sent in parts.
func (f form) takesFile() bool {
	return slices.ContainsFunc(f.Fields, func(x field) bool { return x.Control == "file" })
}

// Value is the only value of a field that has one.
func (f field) Value() string {
	if len(f.Values) == 0 {
		return ""
	}
	return f.Values[0]
}

// Has tells whether a value is chosen.
func (f field) Has(value string) bool { return slices.Contains(f.Values, value) }

// ID is the field's id in the page.
func (f field) ID() string {
	return "f-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(f.Name)
}

// Describedby lists the ids of the texts that belong to the field.
func (f field) Describedby() string {
	var ids []string
	if f.Hint != "" && f.Control != "password" { // whose hint is for the browser
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

var (
	timeType  = reflect.TypeFor[time.Time]()
	plainType = reflect.TypeFor[person.Plain]()
)

// askTag is the struct tag by which an input says how a form asks for a field.
const askTag = "ask"

// soleTag is the struct tag of a field that may stay empty and yet starts with its only answer chosen: a hearing is about
// the case's one order unless somebody says otherwise. Without it the empty answer of an optional field is an answer too.
const soleTag = "sole"

// coded are the types that know their values.
type coded interface{ Enum() []any }

// choices gives the options of the controls that ask for something that exists: institutions, persons, orders.
type choices func(control string) []option

// fieldsOf asks what an input's type asks. typed holds what was sent before, errs what was wrong with it, by field.
func (v view) fieldsOf(t reflect.Type, prefix string, typed map[string][]string, errs map[string]string, among choices) []field {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var out, last []field
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			inner := v.fieldsOf(sf.Type, prefix, typed, errs, among)
			if sf.Name == "Timed" { // asked last: it is rarely needed
				last = append(last, inner...)
			} else {
				out = append(out, inner...)
			}
			continue
		}
		if !sf.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		f := field{
			Name: prefix + name, Label: v.T("field." + wordsOf(sf, name)), Required: sf.Tag.Get("required") == "true",
			Min: sf.Tag.Get("minimum"), Max: sf.Tag.Get("maximum"),
		}
		if key := "hint." + wordsOf(sf, name); i18n.Has(key) {
			f.Hint = v.T(key)
		}
		v.control(&f, sf, among)
		if name == "court" {
			f.Options = v.courts(f.Options)
		}
		if !f.Required && f.Control == "select" && sf.Tag.Get(askTag) != "" && len(f.Options) == 0 {
			continue // there is nothing that could be chosen
		}
		switch fold := sf.Tag.Get("fold"); fold {
		case "":
		case "yes":
			f.Folded = true
		default:
			f.Folded = slices.ContainsFunc(out, func(other field) bool { return other.Name == prefix+fold })
		}
		f.Values, f.Error = typed[f.Name], errs[f.Name]
		if sole := f.Required || sf.Tag.Get(soleTag) == "chosen"; len(f.Values) == 0 && sole && f.Control == "select" && len(f.Options) == 1 {
			f.Values = []string{f.Options[0].Value} // there is nothing to choose
		}
		out = append(out, f)
	}
	if slices.ContainsFunc(out, func(f field) bool { return f.Name == prefix+"on" }) { // which asks already when it happened
		for i := range last {
			last[i].Label = v.T("field.known_at")
		}
	}
	return append(out, last...)
}

// labelTag is the struct tag of a field whose words are not those of its name: a role at work is none in a case.
const labelTag = "label"

// wordsOf is the name under which the catalogue has a field's words.
func wordsOf(sf reflect.StructField, name string) string {
	if label := sf.Tag.Get(labelTag); label != "" {
		return label
	}
	return name
}

// control finds how a field asks.
func (v view) control(f *field, sf reflect.StructField, among choices) {
	t, asks := sf.Type, sf.Tag.Get("ask")
	if t.Kind() == reflect.Pointer { // a number that may be none
		t = t.Elem()
	}
	switch {
	case asks == "institution", asks == "consent", asks == "order", asks == "person", asks == "participant", asks == "silent", asks == "entry",
		asks == "returned_referral", asks == "case", asks == "agenda_case", asks == "decision", asks == "invited", asks == "offered", asks == "regime", asks == "colleague", asks == "shift", asks == "goal", asks == "meeting", asks == "giver", asks == "account", asks == "excluded", asks == "hold", asks == "same":
		f.Control, f.Options, f.Houses = "select", among(asks), asks == "institution"
	case asks == "institutions", asks == "accounts":
		f.Control, f.Options = "checks", among(asks)
	case asks == "textarea", asks == "date", asks == "datetime", asks == "clock", asks == "file":
		f.Control = asks
	case t == timeType:
		f.Control = "datetime"
	case t == plainType:
		f.Control = "text"
	case t.Kind() == reflect.Slice:
		f.Control = "checks"
		f.Options = v.enum(t.Elem())
	case t.Kind() == reflect.Bool:
		f.Control = "check"
	case t.Kind() == reflect.Int:
		f.Control = "number"
	default:
		f.Control = "text"
		if opts := v.enum(t); opts != nil {
			f.Control, f.Options = "select", opts
			if f.Required && fitALine(opts) {
				f.Control = "radios"
			}
		}
	}
}

// fitALine tells whether the answers are so few and short that all can be seen at once, and one key chooses.
func fitALine(opts []option) bool {
	letters := 0
	for _, o := range opts {
		letters += utf8.RuneCountInString(o.Label)
	}
	return len(opts) <= 4 && letters <= 64
}

// enum lists the values of a coded type in words; nil for a type that is none.
func (v view) enum(t reflect.Type) []option {
	c, ok := reflect.Zero(t).Interface().(coded)
	if !ok {
		return nil
	}
	family := Family(t)
	var out []option
	for _, value := range c.Enum() {
		s, _ := value.(string)
		if (family == "note_section" || family == "file_class") && s == healthSection && !v.writesHealth() {
			continue
		}
		out = append(out, option{s, v.Code(family, s)})
	}
	return out
}

// healthSection is the section of notes that is for medical staff.
const healthSection = "health"

// writesHealth tells whether the caller may ever write a note of that section: what would be refused is not offered.
func (v view) writesHealth() bool {
	for _, kind := range []string{access.DomesticViolence, access.ChildProtection} {
		if access.Judge(v.Caller.Actor(), access.WriteHealthNote, access.Facts{Kind: kind, Standing: access.Participant, Status: access.CaseOpen}).Allow {
			return true
		}
	}
	return false
}

// Family is the catalogue's name for the values of a coded type: DeclineReason is "decline_reason".
func Family(t reflect.Type) string {
	var b strings.Builder
	for i, r := range t.Name() {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
