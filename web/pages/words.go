package pages

import (
	"net/http"
	"time"
)

// problems are the answers that have words of their own; every other is "problem.other".
var problems = map[int][2]string{
	http.StatusBadRequest:            {"problem.400.title", "problem.400.text"},
	http.StatusRequestEntityTooLarge: {"problem.413.title", "problem.413.text"},
	http.StatusTooManyRequests:       {"problem.429.title", "problem.429.text"},
	http.StatusUnauthorized:          {"problem.401.title", "problem.401.text"},
	http.StatusForbidden:             {"problem.403.title", "problem.403.text"},
	http.StatusNotFound:              {"problem.404.title", "problem.404.text"},
	http.StatusServiceUnavailable:    {"problem.503.title", "problem.503.text"},
	http.StatusInternalServerError:   {"problem.500.title", "problem.500.text"},
}

func problemKey(status int, what string) string {
	texts, ok := problems[status]
	if !ok {
		texts = [2]string{"problem.other.title", "problem.other.text"}
	}
	if what == "title" {
		return texts[0]
	}
	return texts[1]
}

// eventWords says an event's type, of whatever stream; types that no page tells of yet show their name.
func (v view) eventWords(name string) string { return v.Code("event", name) }

// day writes a local day that is stored as text, YYYY-MM-DD.
func (v view) day(text string) string {
	t, err := time.ParseInLocation(time.DateOnly, text, v.Zone())
	if err != nil {
		return text
	}
	return v.Date(t)
}

// untilDay says until which day something holds; "" when that is open.
func (v view) untilDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.T("until", "date", v.Date(t))
}
