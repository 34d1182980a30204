package vault

import (
	"bytes"
	stdjson "encoding/json"
	"testing"

	"github.com/goccy/go-json"
	"github.com/google/uuid"

	"mkr/domain/person"
)

// Events may be written by the faster encoder: the bytes, and what opens from them, must be the same.
func TestBothEncodersKeepSealedValues(t *testing.T) {
	v := open(t, t.TempDir())
	subject := uuid.NewString()
	e := person.Registered{Person: subject, Details: person.Details{Name: seal(t, v, subject, person.FieldName, "Lule")}}

	slow, err := stdjson.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	fast, err := json.Marshal(e)
	if err != nil || !bytes.Equal(slow, fast) {
		t.Fatalf("%s\n%s\n%v", slow, fast, err)
	}
	var back person.Registered
	if err := json.Unmarshal(fast, &back); err != nil {
		t.Fatal(err)
	}
	wantText(t, v, back.Name, "Lule")

	var command struct {
		Name person.Plain `json:"name"`
	}
	if err := json.Unmarshal([]byte(`{"name":"Lule"}`), &command); err != nil || command.Name.Reveal() != "Lule" {
		t.Fatalf("reading a plain value: %v", err)
	}
	if out, err := json.Marshal(command); err != nil || string(out) != `{"name":"(sealed)"}` {
		t.Fatalf("writing a plain value: %s, %v", out, err)
	}
}
