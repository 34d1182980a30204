package i18n

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Locale speaks one language in one time zone. It is read-only and safe for concurrent use.
type Locale struct {
	lang    Language
	tag     language.Tag
	numbers *message.Printer
	texts   map[string]text
	zone    *time.Location
}

// For makes a Locale. A nil zone means UTC.
func For(lang Language, zone *time.Location) *Locale {
	if zone == nil {
		zone = time.UTC
	}
	tag := language.Make(string(lang))
	return &Locale{lang: lang, tag: tag, numbers: message.NewPrinter(tag), texts: catalogues[lang], zone: zone}
}

// Language is the code for the page's lang attribute.
func (l *Locale) Language() Language { return l.lang }

// Zone is where the people are.
func (l *Locale) Zone() *time.Location { return l.zone }

// T gives the text of a key. The arguments are pairs of a placeholder's name and its value.
func (l *Locale) T(key string, args ...any) string {
	t, ok := l.texts[key]
	if !ok {
		return key
	}
	return fill(t.other, args)
}

// N gives the text of a key in the form for n things, with {n} written as people write it.
func (l *Locale) N(key string, n int, args ...any) string {
	t, ok := l.texts[key]
	if !ok {
		return key
	}
	form := t.other
	if l.one(n) {
		form = t.one
	}
	return fill(form, append([]any{"n", l.Number(n)}, args...))
}

// Code gives the words of a coded value: Code("kind", "child_protection"). An unknown code shows as it is, since what
// is stored has happened, even if this build has no words for it. The empty code is the empty text.
func (l *Locale) Code(family, code string) string {
	if t, ok := l.texts[family+"."+code]; ok {
		return t.other
	}
	return code
}

// Within gives the words of a coded value as they stand within a line: "UM, në fuqi".
func (l *Locale) Within(family, code string) string {
	if _, ok := l.texts[family+"."+code]; !ok {
		return code
	}
	return Lower(l.Code(family, code))
}

// Lower begins words in a small letter, unless they begin with an abbreviation.
func Lower(words string) string {
	first, n := utf8.DecodeRuneInString(words)
	second, _ := utf8.DecodeRuneInString(words[n:])
	if n == 0 || unicode.IsUpper(second) || unicode.IsDigit(second) {
		return words
	}
	return string(unicode.ToLower(first)) + words[n:]
}

// names are the families whose words keep their capitals wherever they stand: in English days and languages do, and in
// Albanian they have none.
var names = map[string]bool{"weekday": true, "spoken": true}

// Codes joins the words of several values as a sentence would: "Physical, economic".
func (l *Locale) Codes(family string, codes []string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = l.Code(family, c)
		if i > 0 && !names[family] {
			words[i] = Lower(words[i])
		}
	}
	return strings.Join(words, ", ")
}

// Date writes a day: 22.11.2026. The zero time is the empty text, here and below. Dates are the same in both languages
// and none of CLDR's: they stand in columns beside those of the documents that they come from, which are all written so,
// and a date that reads 11/22 in one language and 22.11 in the other would be read wrongly by somebody.
func (l *Locale) Date(t time.Time) string { return l.format(t, "02.01.2006") }

// Clock writes the time of day: 14:02.
func (l *Locale) Clock(t time.Time) string { return l.format(t, "15:04") }

// DateTime writes both: 22.11.2026 14:02.
func (l *Locale) DateTime(t time.Time) string { return l.format(t, "02.01.2006 15:04") }

func (l *Locale) format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(l.zone).Format(layout)
}

// Span writes how long something is in its largest unit, rounded down: "2 orë", "3 d". Shorter than a minute it is
// in seconds.
func (l *Locale) Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	switch {
	case d < time.Minute:
		return l.N("span.seconds", int(d/time.Second))
	case d < time.Hour:
		return l.N("span.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return l.N("span.hours", int(d/time.Hour))
	default:
		return l.N("span.days", int(d/(24*time.Hour)))
	}
}

// Until says how far a due time is from now: "edhe 3 orë", "vonë 2 ditë".
func (l *Locale) Until(due, now time.Time) string {
	if due.Before(now) {
		return l.T("span.late", "span", l.Span(now.Sub(due)))
	}
	return l.T("span.left", "span", l.Span(due.Sub(now)))
}

// Ago says how long ago something was: "para 2 s".
func (l *Locale) Ago(then, now time.Time) string {
	return l.T("ago", "span", l.Span(now.Sub(then)))
}

// Form gives one of a plural's two forms as it is in the catalogue, for scripts that count by themselves.
func (l *Locale) Form(key string, one bool) string {
	t := l.texts[key]
	if one {
		return t.one
	}
	return t.other
}

// Texts are all texts of the language in all their forms, sorted: for those who look for a word.
func (l *Locale) Texts() []string {
	var out []string
	for _, t := range l.texts {
		out = append(out, t.one, t.other)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
