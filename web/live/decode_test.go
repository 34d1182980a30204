package live

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// FuzzDecode: whatever a client sends, the decoder answers with a subscription that is in bounds or with an error that
// repeats nothing of the frame.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"type":"subscribe","topics":["board","case:abc"],"epoch":"e","after":1,"seq":2}`, `{"type":"subscribe","topics":["events"]}`,
		`{"type":"subscribe","topics":["SECRET"]}`, `{"SECRET":1}`, `{"type":"SECRET"}`, `{"type":"subscribe","topics":["board"],"after":1e3}`,
		`[]`, `{`, `{}`, `null`, "\xff", `{"type":"subscribe","topics":["board"]} x`, `{"topics":null,"type":"subscribe"}`, `{"type":"subscribe","topics":["case:../x"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, in, err := decode(data)
		if err != nil {
			var bad *frameError
			if !errors.As(err, &bad) || bad.code == "" || bad.text == "" {
				t.Fatalf("%q: %v", data, err)
			}
			if strings.Contains(err.Error(), "SECRET") {
				t.Fatalf("repeats the frame: %v", err)
			}
			return
		}
		if s.Type != "subscribe" || len(s.Topics) == 0 || len(s.Topics) > maxTopics || len(s.Epoch) > maxEpoch || s.Seq != nil && s.After == nil {
			t.Fatalf("%q gave %+v", data, s)
		}
		if in.rows>>len(rowTopics) != 0 || !slices.IsSorted(in.cases) || in.rows == 0 && !in.events && len(in.cases) == 0 {
			t.Fatalf("%q gave %+v", data, in)
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if s2, in2, err := decode(again); err != nil || in2.rows != in.rows || in2.events != in.events || !slices.Equal(in2.cases, in.cases) || !slices.Equal(s2.Topics, s.Topics) {
			t.Fatalf("%s is read differently: %v", again, err)
		}
	})
}
