package pages

import (
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// Names of the hidden fields of every form.
const (
	keyField      = "command_key"
	revisionField = "revision"
	targetField   = "target_id"
	holderField   = "holder"  // whose form it is
	previewField  = "preview" // look first, file later
)

// parse reads a posted form into an input, by the same tags that made the form. The errors are by field; a field that
// is left empty stays zero, and whether it may is said by its tag.
func (v view) parse(in any, prefix string, posted url.Values) map[string]string {
	errs := map[string]string{}
	v.parseStruct(reflect.ValueOf(in).Elem(), prefix, posted, errs)
	return errs
}

func (v view) parseStruct(s reflect.Value, prefix string, posted url.Values, errs map[string]string) {
	for i := range s.NumField() {
		sf := s.Type().Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			v.parseStruct(s.Field(i), prefix, posted, errs)
			continue
		}
		if !sf.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		name = prefix + name
		values := slices.DeleteFunc(slices.Clone(posted[name]), func(s string) bool { return strings.TrimSpace(s) == "" })
		if len(values) == 0 {
			if sf.Tag.Get("required") == "true" {
				errs[name] = v.Refusal("required")
			}
			continue
		}
		if code := v.set(s.Field(i), sf, values); code != "" {
			errs[name] = v.Refusal(code)
		}
	}
}

// set puts typed values into a field of an input; the code says what was wrong with them.
func (v view) set(f reflect.Value, sf reflect.StructField, values []string) (code string) {
	text := strings.TrimSpace(values[0])
	for _, value := range values {
		if !utf8.ValidString(value) {
			return "invalid_text"
		}
	}
	switch {
	case f.Type() == timeType:
		t, code := v.instant(text, sf.Tag.Get("ask") == "date")
		if code != "" {
			return code
		}
		f.Set(reflect.ValueOf(t))
	case f.Type() == plainType:
		if sf.Tag.Get("ask") != "textarea" {
			values[0] = text
		}
		f.Set(reflect.ValueOf(person.PlainOf(values[0])))
	case f.Kind() == reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		return v.set(f.Elem(), sf, values)
	case f.Kind() == reflect.Bool:
		f.SetBool(text == "yes")
	case f.Kind() == reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return "not_a_number"
		}
		if lo, err := strconv.Atoi(sf.Tag.Get("minimum")); err == nil && n < lo {
			return "count"
		}
		if hi, err := strconv.Atoi(sf.Tag.Get("maximum")); err == nil && n > hi {
			return "count"
		}
		f.SetInt(int64(n))
	case f.Kind() == reflect.String:
		if !listed(f.Type(), text) {
			return "unknown_value"
		}
		f.SetString(text)
	case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.String:
		list := reflect.MakeSlice(f.Type(), 0, len(values))
		for _, value := range values {
			if !listed(f.Type().Elem(), value) {
				return "unknown_value"
			}
			list = reflect.Append(list, reflect.ValueOf(value).Convert(f.Type().Elem()))
		}
		f.Set(list)
	}
	return ""
}

// listed tells whether a coded type knows the value; other strings take any.
func listed(t reflect.Type, value string) bool {
	c, ok := reflect.Zero(t).Interface().(coded)
	return !ok || slices.Contains(c.Enum(), any(value))
}

// Forms of dates: what browsers send, and what people type where the browser has no calendar.
var (
	instants = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "02.01.2006 15:04", "2.1.2006 15:04"}
	days     = []string{"2006-01-02", "02.01.2006", "2.1.2006"}
)

// instant reads a local time. A day stands for its end: what is valid until a day is valid on it.
func (v view) instant(text string, day bool) (t time.Time, code string) {
	if !day {
		for _, layout := range instants {
			if t, err := time.ParseInLocation(layout, text, v.Zone()); err == nil {
				return t.UTC(), ""
			}
		}
		return t, "not_a_time"
	}
	for _, layout := range days {
		if t, err := time.ParseInLocation(layout, text, v.Zone()); err == nil {
			y, m, d := t.Date()
			return time.Date(y, m, d, 23, 59, 59, 0, v.Zone()).UTC(), ""
		}
	}
	return t, "not_a_date"
}

// envelope reads what comes with every command. The body is what was asked, without the key itself: the form's own
// values in the order of their names.
func envelope(posted url.Values) (handlers.Envelope, error) {
	key, err := uuid.Parse(posted.Get(keyField))
	if err != nil || key == uuid.Nil {
		return handlers.Envelope{}, errBadForm
	}
	env := handlers.Envelope{Key: key}
	if text := posted.Get(revisionField); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return handlers.Envelope{}, errBadForm
		}
		env.IfMatch = &n
	}
	body := url.Values{}
	for name, values := range posted {
		if name != keyField && name != revisionField && name != holderField {
			body[name] = values
			if name == uploadField { // the same file, sent twice, is one request
				body[name] = []string{handlers.UploadMark(posted.Get(name))}
			}
		}
	}
	env.Body = []byte(body.Encode())
	return env, nil
}

// deeds leaves out the clocks that started and ended with what others did, and follow from it: what they did is said, not
// how the program counts. Where nothing else happened they are all there is to say.
func deeds(changes []handlers.Change) []handlers.Change {
	clocks := []string{casefile.DeadlineSet{}.EventType(), casefile.DeadlineMet{}.EventType(), casefile.DeadlineVoided{}.EventType()}
	done := slices.DeleteFunc(slices.Clone(changes), func(c handlers.Change) bool { return slices.Contains(clocks, c.Type) })
	if len(done) == 0 {
		return changes
	}
	return done
}

// reject puts a refusal into the form: beside its field if the form has it, above all otherwise. It returns false for
// what is no refusal of what was typed.
func (v view) reject(f *form, err error) bool {
	var stale *handlers.StaleError
	if errors.As(err, &stale) {
		f.Changed = deeds(stale.Changed)
		f.Revision = strconv.FormatUint(stale.Revision, 10)
		return true
	}
	c, name := code(err)
	if c == "" || errors.Is(err, handlers.ErrUnavailable) {
		return false
	}
	words := v.Refusal(c)
	if name != "" && mark(f.Fields, name, words) {
		return true
	}
	f.Error = words
	return true
}

// mark writes an error beside a field, in groups too.
func mark(fields []field, name, words string) bool {
	for i := range fields {
		if fields[i].Name == name {
			fields[i].Error = words
			return true
		}
		if mark(fields[i].Fields, name, words) {
			return true
		}
	}
	return false
}
