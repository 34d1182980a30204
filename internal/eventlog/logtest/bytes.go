package logtest

import (
	"errors"
	"strings"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

var byteTests = []test{
	{"come back as they were given", func(f *fixture) {
		every := make([]byte, 256)
		for i := range every {
			every[i] = byte(i)
		}
		want := []eventlog.NewEvent{
			{ID: uuid.New(), Type: "bytes.every", Data: every, Meta: reversed(every)},
			{ID: uuid.New(), Type: "bytes.nil"},
			{ID: uuid.New(), Type: "bytes.empty", Data: []byte{}, Meta: []byte{}},
			{ID: uuid.New(), Type: "bytes.meta-only", Meta: []byte{0}},
			{ID: uuid.New(), Type: "bytes.nul", Data: []byte{0, 0, 0}, Meta: []byte("null")},
			{ID: uuid.New(), Type: "bytes.looks-like-text", Data: []byte("'); DROP TABLE events; --"), Meta: []byte(`{"$maxCount":1}`)},
			{ID: uuid.New(), Type: "bytes.not-utf8", Data: []byte("\xff\xfe\xc3\x28"), Meta: []byte("\xed\xa0\x80")},
			{ID: uuid.Max, Type: "bytes.largest-id", Data: []byte(`{ "spaces" : 1.0e0 , "order":[2,1] }`)},
		}
		for b := range 256 {
			want = append(want, eventlog.NewEvent{ID: uuid.New(), Type: "bytes.one", Data: []byte{byte(b)}, Meta: []byte{byte(b), 'x'}})
		}
		name := f.name("bytes")
		f.append(name, eventlog.NoStream, want...)
		f.same(f.stream(name), want)
		f.same(f.all(), want)
	}},
	{"belong to the log once appended, and to the reader once read", func(f *fixture) {
		name := f.name("bytes")
		want := events(2)
		given := events(2)
		for i := range given {
			given[i].ID, given[i].Type = want[i].ID, want[i].Type
			given[i].Data, given[i].Meta = []byte(string(want[i].Data)), []byte(string(want[i].Meta))
		}
		f.append(name, eventlog.NoStream, given...)
		for i := range given {
			clear(given[i].Data)
			clear(given[i].Meta)
		}
		read := f.stream(name)
		f.same(read, want)
		for i := range read {
			// A reader that writes into, or appends to, its data must not reach its neighbour's.
			_ = append(read[i].Data, "xxxxxxxx"...)
			_ = append(read[i].Meta, "xxxxxxxx"...)
		}
		f.same(read, want)
		for i := range read {
			clear(read[i].Data)
			clear(read[i].Meta)
		}
		f.same(f.stream(name), want)
	}},
	{"may be as many as the limits say", func(f *fixture) {
		name := f.name("large")
		want := events(3)
		room := eventlog.MaxAppendBytes - 2*len(want[0].Type)
		want[0].Data, want[0].Meta = make([]byte, room), nil
		want[1].Data, want[1].Meta = nil, make([]byte, room)
		want[2].Data, want[2].Meta = make([]byte, room-10), make([]byte, 10)
		for i := range want {
			for _, b := range [][]byte{want[i].Data, want[i].Meta} {
				for j := range b {
					b[j] = byte(j * (i + 3))
				}
			}
			f.append(name, eventlog.Expected(i-1), want[i])
		}
		f.same(f.stream(name), want)
		f.same(f.page(f.start, 2), want)
	}},
	{"in names and types may be any text", func(f *fixture) {
		suffix := "-" + uuid.NewString()
		long := strings.Repeat("n", eventlog.MaxStreamName-len(suffix))
		for _, prefix := range []string{
			"case", "a b  c", " leading", "slash/and/../back\\slash", "quote'\"`;--", "percent%41%00?q=1#f", "Shkodër-çështje-😀", "e\u0301",
			"é", "UPPER", "upper", "dash-", "dot.", "in$ide", "@at", "*", "_", long, strings.Repeat("ë", (eventlog.MaxStreamName-len(suffix))/2),
		} {
			name := prefix + suffix
			evs := events(2)
			evs[0].Type = strings.Repeat("t", eventlog.MaxEventType)
			evs[1].Type = "Ngjarje e çuditshme / 😀 '\""
			at := f.append(name, eventlog.NoStream, evs[0]).Position
			f.append(name, 0, evs[1])
			f.same(f.stream(name), evs)
			for _, r := range f.page(at, 10) {
				if r.Stream != name {
					f.Errorf("ReadAll shows stream %q as %q", name, r.Stream)
				}
			}
		}
	}},
	{"outside the limits are refused", func(f *fixture) {
		name := f.name("limits")
		one := func(change func(*eventlog.NewEvent)) []eventlog.NewEvent {
			evs := events(2)
			change(&evs[1])
			return evs
		}
		for _, c := range []struct {
			what     string
			stream   string
			expected eventlog.Expected
			events   []eventlog.NewEvent
		}{
			{"no events", name, eventlog.NoStream, nil},
			{"too many events", name, eventlog.NoStream, events(eventlog.MaxBatch + 1)},
			{"any revision", name, -2, events(1)},
			{"no stream name", "", eventlog.NoStream, events(1)},
			{"a long stream name", strings.Repeat("n", eventlog.MaxStreamName+1), eventlog.NoStream, events(1)},
			{"a system stream", "$all", eventlog.NoStream, events(1)},
			{"a stream name that is not UTF-8", name + "\xff", eventlog.NoStream, events(1)},
			{"a NUL in the stream name", name + "\x00b", eventlog.NoStream, events(1)},
			{"a line break in the stream name", name + "\nb", eventlog.NoStream, events(1)},
			{"no id", name, eventlog.NoStream, one(func(e *eventlog.NewEvent) { e.ID = uuid.Nil })},
			{"no type", name, eventlog.NoStream, one(func(e *eventlog.NewEvent) { e.Type = "" })},
			{"a long type", name, eventlog.NoStream, one(func(e *eventlog.NewEvent) { e.Type = strings.Repeat("t", eventlog.MaxEventType+1) })},
			{"a system type", name, eventlog.NoStream, one(func(e *eventlog.NewEvent) { e.Type = "$metadata" })},
			{"a type that is not UTF-8", name, eventlog.NoStream, one(func(e *eventlog.NewEvent) { e.Type = "a\xff" })},
			{"too many bytes", name, eventlog.NoStream, one(func(e *eventlog.NewEvent) { e.Data = make([]byte, eventlog.MaxAppendBytes); e.Meta = []byte{1} })},
			{"too many bytes in all", name, eventlog.NoStream, heavy(3, eventlog.MaxAppendBytes/3)},
		} {
			if _, err := f.log.Append(f.ctx(), c.stream, c.expected, c.events...); !errors.Is(err, eventlog.ErrInvalid) {
				f.Errorf("%s: %v, want ErrInvalid", c.what, err)
			}
		}
		f.same(f.all(), nil)
		f.append(name, eventlog.NoStream, events(1)...)
	}},
}

// heavy makes events of so many bytes each, their types not counted.
func heavy(n, size int) []eventlog.NewEvent {
	out := events(n)
	for i := range out {
		out[i].Data, out[i].Meta = make([]byte, size), nil
	}
	return out
}

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[len(b)-1-i] = b[i]
	}
	return out
}
