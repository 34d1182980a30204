package i18n

import (
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/number"
)

// Number writes a whole number as the language groups it: 8 123 in Albanian, 8,123 in English.
func (l *Locale) Number(n int) string { return l.written(number.Decimal(n)) }

// Position writes an event's number.
func (l *Locale) Position(p uint64) string { return l.written(number.Decimal(p)) }

// Decimal writes a number that is given as JSON writes it, with as many decimals as it has: 12.50 is 12,50 in Albanian.
// What is no number shows as it is.
func (l *Locale) Decimal(text string) string {
	f, decimals, ok := parse(text)
	if !ok {
		return text
	}
	return l.written(number.Decimal(f, number.Scale(decimals)))
}

// Percent writes a number of percent, given like Decimal's: 12.5 is 12,5% in Albanian.
func (l *Locale) Percent(text string) string {
	f, decimals, ok := parse(text)
	if !ok {
		return text
	}
	return l.written(number.Percent(f/100, number.Scale(decimals)))
}

// Group is what parts groups of three digits, for scripts that write numbers by themselves.
func (l *Locale) Group() string { return strings.Trim(l.Number(1000), "01") }

// written prints a number. Its minus is the sign and not the hyphen, at which a line may break and which a table's reader
// takes for a dash.
func (l *Locale) written(f number.Formatter) string {
	return strings.Replace(l.numbers.Sprint(f), "-", "−", 1)
}

// one tells whether n things take the first of the two forms, by the language's own rule.
func (l *Locale) one(n int) bool {
	return plural.Cardinal.MatchPlural(l.tag, max(n, -n), 0, 0, 0, 0) == plural.One
}

func parse(text string) (f float64, decimals int, ok bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "eExXnN") {
		return 0, 0, false
	}
	if at := strings.IndexByte(text, '.'); at >= 0 {
		decimals = len(text) - at - 1
	}
	return f, decimals, true
}
