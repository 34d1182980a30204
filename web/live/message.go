package live

import (
	"encoding/json"
	"time"

	"github.com/gorilla/websocket"

	"mkr/projections"
)

// Protocol is the subprotocol's name.
const Protocol = "mkr.v1.json"

// The messages, one a text frame. Type tells them apart. AsyncAPI is generated from these types.
type (
	// Subscribe is the client's only message. It replaces the topics of the one before. With After the stream
	// starts behind that place, and whatever still waited is not sent; without, it starts where the greeting said,
	// or, on a connection that already has topics, goes on where it is.
	Subscribe struct {
		Type   string   `json:"type" enum:"subscribe"`
		Topics []string `json:"topics" doc:"board, inbox, outbox, deadlines, register, meetings, activities, orders, hearings, events, or case:<id>"`
		Epoch  string   `json:"epoch,omitempty" doc:"epoch of the hello under which After was received"`
		After  *uint64  `json:"after,omitempty" doc:"position of the last message received, or of the page that was read"`
		Seq    *uint32  `json:"seq,omitempty" doc:"seq of the last message received; without it everything at After counts as received"`
	}
	// Hello greets a new connection and answers each Subscribe. The stream follows on Position: it is no receipt
	// for what lies before it.
	Hello struct {
		Type     string   `json:"type" enum:"hello"`
		Epoch    string   `json:"epoch" doc:"positions may be resumed from under this epoch only"`
		Position uint64   `json:"position" doc:"the stream follows on this position"`
		Topics   []string `json:"topics,omitempty" doc:"what is subscribed to; missing in the greeting"`
	}
	// Change is one row that came, changed or went, as far as the receiver may see it.
	Change struct {
		Type     string          `json:"type" enum:"change"`
		Position uint64          `json:"position"`
		Seq      uint32          `json:"seq" doc:"tells messages of one position apart, rising"`
		Topic    string          `json:"topic" doc:"the row's own topic, also when it arrives because of case:<id>"`
		Key      string          `json:"key" doc:"names the row in its topic"`
		Op       projections.Op  `json:"op" enum:"put,remove"`
		Row      json.RawMessage `json:"row,omitempty" doc:"the row as it is now, as lists show it; missing in a remove"`
		HTML     string          `json:"html,omitempty" doc:"in a film only: the row as the page shows it"`
	}
	// Event is one thing that happened. There is no personal value in it.
	Event struct {
		Type        string    `json:"type" enum:"event"`
		Position    uint64    `json:"position"`
		Seq         uint32    `json:"seq" doc:"tells messages of one position apart, rising"`
		EventType   string    `json:"event_type" doc:"referral.accepted"`
		Case        string    `json:"case,omitempty"`
		Institution string    `json:"institution,omitempty" doc:"who acted"`
		OccurredAt  time.Time `json:"occurred_at" doc:"when it is said to have happened"`
		Summary     string    `json:"summary" doc:"in the receiver's language, made of coded values only"`
	}
	// Reset says that changes are missing here. Read the lists afresh; the stream goes on after Position.
	Reset struct {
		Type     string `json:"type" enum:"reset"`
		Reason   string `json:"reason" enum:"epoch,too_old,ahead,rebuilt,behind"`
		Position uint64 `json:"position"`
	}
	// Position says that everything up to here has been sent. It comes at least every five seconds.
	Position struct {
		Type     string `json:"type" enum:"position"`
		Position uint64 `json:"position"`
	}
	// Error tells what is wrong with a frame; the connection then closes with 4400.
	Error struct {
		Type  string `json:"type" enum:"error"`
		Code  string `json:"code" enum:"bad_frame,unknown_topic,too_many"`
		Field string `json:"field,omitempty" doc:"the field at fault"`
		Text  string `json:"text"`
	}
)

// Reasons of a Reset.
const (
	ResetEpoch   = "epoch"   // the client's place is one of another epoch
	ResetTooOld  = "too_old" // the hub does not remember that far
	ResetAhead   = "ahead"   // the client's place is one that this server has not reached
	ResetRebuilt = "rebuilt" // the views changed by more than can be told one by one
	ResetBehind  = "behind"  // the hub itself has lost its place
)

// frame is a message ready to be sent, shared by every connection it goes to.
type frame struct {
	key      rowKey // newer frames of the same key replace older ones that wait; the zero key never
	size     int
	prepared *websocket.PreparedMessage
}

type rowKey struct{ topic, key string }

// Keys of frames that are about no row; no topic is called so.
var (
	positionKey = rowKey{topic: " position"}
	pingKey     = rowKey{topic: " ping"}
)

var pingFrame = prepare(websocket.PingMessage, nil, pingKey)

// frameOf writes a message. All of them are structs of plain values and JSON that was written by this program, so
// that it cannot fail; if a programming error makes it fail it panics.
func frameOf(message any, key rowKey) *frame {
	data, err := json.Marshal(message)
	if err != nil {
		panic("live: a message cannot be written: " + err.Error())
	}
	return prepare(websocket.TextMessage, data, key)
}

func prepare(kind int, data []byte, key rowKey) *frame {
	p, err := websocket.NewPreparedMessage(kind, data)
	if err != nil {
		panic("live: a frame cannot be prepared: " + err.Error())
	}
	return &frame{key: key, size: len(data), prepared: p}
}
