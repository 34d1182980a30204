package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/google/uuid"
)

// Opening is one text that lies sealed in an event of a bundle, opened for its recipient. Beside the ciphertext the event holds a
// commitment, the SHA-256 of a salt and the text; with both, anybody sees that this and no other text was stored then, and the key
// that opens everything else of the person stays where it is. A value without a commitment has no salt: its text is what the
// log's owner states under the bundle's seal, and no more.
type Opening struct {
	Event   uuid.UUID `json:"event"`
	Subject string    `json:"subject"`
	Ref     string    `json:"ref"`
	Field   string    `json:"field"`
	Salt    []byte    `json:"salt,omitempty"`
	Text    string    `json:"text"`
}

// commitment is computed as the sealing side does, from what is public alone: each part with its length before it, as a varint.
func (o Opening) commitment() []byte {
	var b []byte
	for _, part := range []string{"mkr opening v1", o.Subject, o.Ref, o.Field, string(o.Salt), o.Text} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

var (
	errNotHeld  = errors.New("no event of the bundle holds such a sealed text")
	errNotThere = errors.New("it is not the text that was stored")
)

// checkOpening checks one line against the events that are here, and tells whether the stored bytes prove the text.
func checkOpening(line string, held map[uuid.UUID][]byte) (proved bool, err error) {
	var o Opening
	if strict(line, &o) != nil {
		return false, errAltered
	}
	found := false
	var data any
	if json.Unmarshal(held[o.Event], &data) != nil {
		return false, errNotHeld
	}
	eachObject(data, func(v map[string]any) {
		if v["subject"] != o.Subject || v["ref"] != o.Ref || v["field"] != o.Field {
			return
		}
		var commit []byte
		if text, ok := v["commit"].(string); ok {
			quoted, _ := json.Marshal(text)
			_ = json.Unmarshal(quoted, &commit) // base64, as it was written; anything else stays empty
		}
		found = true
		proved = proved || len(commit) > 0 && bytes.Equal(commit, o.commitment())
		if len(commit) > 0 && !proved {
			err = errNotThere
		}
	})
	switch {
	case !found:
		return false, errNotHeld
	case proved:
		return true, nil
	case len(o.Salt) > 0:
		return false, errNotThere
	}
	return false, err
}

// eachObject visits every object within a JSON value.
func eachObject(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			eachObject(inner, visit)
		}
	case []any:
		for _, inner := range v {
			eachObject(inner, visit)
		}
	}
}
