package ical

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// parsed is a calendar as a strict reader sees it: the properties of the calendar and of each event, by name.
type parsed struct {
	head   map[string]string
	events []map[string]string
}

// parse reads a calendar by the letter of RFC 5545, and refuses what the letter does not allow.
func parse(text string) (p parsed, err error) {
	p.head = map[string]string{}
	if !strings.HasSuffix(text, "\r\n") {
		return p, fmt.Errorf("does not end with a line's end")
	}
	var lines []string
	for n, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		switch {
		case len(line) > 75:
			return p, fmt.Errorf("line %d has %d octets", n+1, len(line))
		case strings.ContainsAny(line, "\r\n"):
			return p, fmt.Errorf("line %d ends with half a line's end", n+1)
		case !utf8.ValidString(line):
			return p, fmt.Errorf("line %d is folded within a character", n+1)
		case strings.HasPrefix(line, " "):
			if len(lines) == 0 {
				return p, fmt.Errorf("begins with a folded line")
			}
			lines[len(lines)-1] += line[1:]
		default:
			lines = append(lines, line)
		}
	}
	var open []string
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return p, fmt.Errorf("%q is no property", line)
		}
		at := p.head
		if len(p.events) > 0 && len(open) == 2 {
			at = p.events[len(p.events)-1]
		}
		switch name {
		case "BEGIN":
			open = append(open, value)
			if value == "VEVENT" {
				p.events = append(p.events, map[string]string{})
			}
		case "END":
			if len(open) == 0 || open[len(open)-1] != value {
				return p, fmt.Errorf("%s ends and %v is open", value, open)
			}
			open = open[:len(open)-1]
		default:
			if _, twice := at[name]; twice {
				return p, fmt.Errorf("%s is said twice", name)
			}
			at[name] = value
		}
	}
	if len(open) > 0 || p.head["VERSION"] != "2.0" || p.head["PRODID"] == "" {
		return p, fmt.Errorf("open %v, head %v", open, p.head)
	}
	for _, e := range p.events {
		for _, name := range []string{"UID", "DTSTAMP", "DTSTART"} {
			if e[name] == "" {
				return p, fmt.Errorf("an event without %s", name)
			}
		}
	}
	return p, nil
}

// plain reads a text value back.
func plain(value string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == ';' || c == ',':
			return "", fmt.Errorf("%q holds a bare %c", value, c)
		case c != '\\':
			b.WriteByte(c)
		case i+1 == len(value):
			return "", fmt.Errorf("%q ends in the middle", value)
		default:
			i++
			switch value[i] {
			case 'n', 'N':
				b.WriteByte('\n')
			case '\\', ';', ',':
				b.WriteByte(value[i])
			default:
				return "", fmt.Errorf("%q escapes %c", value, value[i])
			}
		}
	}
	return b.String(), nil
}

var made = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

func TestACalendar(t *testing.T) {
	tirana := time.FixedZone("", 3600)
	got := string(Calendar{Name: "Seancat, gjykata", Language: "sq", Made: made, Refresh: time.Hour, Events: []Event{
		{UID: "h1@mkr", Start: time.Date(2026, 11, 25, 10, 30, 0, 0, tirana), Summary: "DHF-2026-0007; UMM", Location: "Gjykata e Shkallës së Parë e Juridiksionit të Përgjithshëm, Shkodër"},
		{UID: "h2@mkr", Start: made, Summary: "x", Cancelled: true},
	}}.Bytes())
	want := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//mkr//mkr//SQ
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Seancat\, gjykata
REFRESH-INTERVAL;VALUE=DURATION:PT60M
X-PUBLISHED-TTL:PT60M
BEGIN:VEVENT
UID:h1@mkr
DTSTAMP:20261122T180000Z
DTSTART:20261125T093000Z
SUMMARY:DHF-2026-0007\; UMM
LOCATION:Gjykata e Shkallës së Parë e Juridiksionit të Përgjithshëm\,
  Shkodër
STATUS:CONFIRMED
CLASS:CONFIDENTIAL
END:VEVENT
BEGIN:VEVENT
UID:h2@mkr
DTSTAMP:20261122T180000Z
DTSTART:20261122T180000Z
SUMMARY:x
STATUS:CANCELLED
CLASS:CONFIDENTIAL
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Whatever a text holds, a strict reader gets it back, save for control characters; and no line is too long.
func TestAnyTextComesBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		c := Calendar{Name: text, Language: "en", Made: made, Events: []Event{{UID: "u", Start: made, Summary: text, Location: rapid.StringMatching(`[ëçË;,\\\n a-z]{0,200}`).Draw(rt, "place")}}}
		p, err := parse(string(c.Bytes()))
		if err != nil {
			rt.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' || r == 0x7f {
				return -1
			}
			return r
		}, strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n"))
		for _, value := range []string{p.head["X-WR-CALNAME"], p.events[0]["SUMMARY"]} {
			if got, err := plain(value); err != nil || got != want {
				rt.Fatalf("%q came back as %q, %v", want, got, err)
			}
		}
		if got, err := plain(p.events[0]["LOCATION"]); err != nil || got != c.Events[0].Location {
			rt.Fatalf("%q came back as %q, %v", c.Events[0].Location, got, err)
		}
	})
}
