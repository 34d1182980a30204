// Package ical writes calendars of dates as RFC 5545 wants them: lines end in CRLF and are folded at 75 octets, never
// within a character; texts are escaped; times are UTC. It knows nothing of cases: what a date says is the caller's.
package ical

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the media type of a calendar.
const Type = "text/calendar; charset=utf-8"

// Event is one date.
type Event struct {
	UID       string // the same for the same date, for ever
	Start     time.Time
	Summary   string
	Location  string
	Cancelled bool
}

// Calendar is what is published.
type Calendar struct {
	Name     string
	Language string // "sq"
	Made     time.Time
	Refresh  time.Duration // how often a reader is asked to look again
	Events   []Event
}

// Bytes writes it.
func (c Calendar) Bytes() []byte {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//mkr//mkr//"+strings.ToUpper(c.Language))
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	w.line("X-WR-CALNAME", escape(c.Name))
	if minutes := int(c.Refresh.Minutes()); minutes > 0 {
		w.line("REFRESH-INTERVAL;VALUE=DURATION", duration(minutes)) // RFC 7986
		w.line("X-PUBLISHED-TTL", duration(minutes))
	}
	for _, e := range c.Events {
		w.line("BEGIN", "VEVENT")
		w.line("UID", escape(e.UID))
		w.line("DTSTAMP", stamp(c.Made))
		w.line("DTSTART", stamp(e.Start))
		w.line("SUMMARY", escape(e.Summary))
		if e.Location != "" {
			w.line("LOCATION", escape(e.Location))
		}
		status := "CONFIRMED"
		if e.Cancelled {
			status = "CANCELLED"
		}
		w.line("STATUS", status)
		w.line("CLASS", "CONFIDENTIAL")
		w.line("END", "VEVENT")
	}
	w.line("END", "VCALENDAR")
	return []byte(w.text.String())
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func duration(minutes int) string { return "PT" + strconv.Itoa(minutes) + "M" }

// escape writes a text value (RFC 5545 3.3.11). Control characters have no place in one and are left out.
func escape(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fold is how many octets a line may have, its end not counted (RFC 5545 3.1).
const fold = 75

type writer struct{ text strings.Builder }

func (w *writer) line(name, value string) {
	line := name + ":" + value
	room := fold
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.text.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], fold-1 // the space counts
	}
	w.text.WriteString(line + "\r\n")
}
