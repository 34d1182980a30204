package live

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"mkr/projections"
	"mkr/projections/activities"
	"mkr/projections/board"
	"mkr/projections/deadlines"
	"mkr/projections/flags"
	"mkr/projections/hearings"
	"mkr/projections/inbox"
	"mkr/projections/meetings"
	"mkr/projections/orders"
	"mkr/projections/outbox"
	"mkr/projections/register"
)

// documented are the messages, in the order in which they are met.
var documented = []struct {
	name    string
	sample  any
	fromApp bool
	text    string
}{
	{"subscribe", Subscribe{}, false, "Names the topics to follow, and the place to follow on. It replaces the topics of the one before. With after, what still waited to be sent is dropped and the stream starts behind that place; without, the first subscribe follows on the greeting, and later ones on what was sent so far."},
	{"hello", Hello{}, true, "Greets a new connection, and answers each subscribe (then with its topics). It says where the stream follows on; it is no receipt for what lies before."},
	{"change", Change{}, true, "A row of a list came, changed or went, as far as the receiver may see it. While changes of one row wait for a slow connection only the newest is sent. It arrives once, also if several topics ask for it."},
	{"event", Event{}, true, "Something happened. Summary and types are coded values; no personal value ever travels here."},
	{"reset", Reset{}, true, "Changes up to position are missing and will not be sent: read the lists afresh. The stream goes on behind position."},
	{"position", Position{}, true, "Everything up to position has been sent. At least every five seconds."},
	{"clock", Clock{}, true, "In a film only: everything up to this instant has been shown. The last one says end, and the connection closes."},
	{"error", Error{}, true, "What is wrong with the client's frame. The connection closes with 4400."},
}

// rowTypes are the documents of rows, by topic.
var rowTypes = map[string]any{
	projections.Board: board.Row{}, projections.Inbox: inbox.Task{}, projections.Outbox: outbox.Item{}, projections.Deadlines: deadlines.Item{}, projections.Orders: orders.Item{}, projections.Hearings: hearings.Item{},
	projections.Register: register.Entry{}, projections.Meetings: meetings.Row{}, projections.Activities: activities.Row{}, projections.Flags: flags.Row{},
}

// closeCodes are told to those who write clients.
var closeCodes = map[string]string{
	"1001": "The server goes away. Come back and resume.",
	"1009": "The frame was too long.",
	"1013": "Your rights could not be checked for a while. Come back and resume.",
	"4008": "Too slow: more was waiting than the server keeps for one connection. Come back and resume.",
	"4400": "A bad frame; the error message before it says what is wrong. Do not come back with the same.",
	"4401": "Not signed in, or the session has ended.",
	"4403": "Your rights have ended: the account is locked, or its place in the mechanism has changed.",
	"4408": "No answer to a ping. Come back and resume.",
}

const description = `Live changes of the lists, and events, as far as the caller may see them.

Offer the subprotocol mkr.v1.json and sign in with a bearer token, or with the session's cookie from a page of the same site. After the hello, send subscribe within fifteen seconds.

Every change and event arrives once, in the order of its place: position, then seq. Positions rise but are not dense: compare them, never count on the next. After a cut, subscribe with the epoch of the last hello and after and seq of the last message received (no seq after a position or a reset, or to follow on a page that was read): nothing is missing and nothing comes twice. If the server does not remember that far, or the epoch is another, it says reset: read the lists afresh.

A row that leaves your sight arrives as a remove, one that enters it as a put. Topic is the row's own topic, also when case:<id> asked for it. Inbox and outbox are those of your institution. Whatever is not yours, or does not exist, is silence.`

const filmDescription = `The board's history as a film, for those who see every case: the frames of the live board, from the log, at the speed that the address asks for, on a connection that is its own. Cases that the caller may not see today are not in it.

A hello says behind which position it begins; what the board held there is GET /api/v1/board?at=. Then come changes, several times a second, with a clock behind each picture; a time in which nothing happened is skipped. Nothing that is sent to it is read. One film an account: another is refused with 429.`

type object = map[string]any

// AsyncAPI is the protocol as an AsyncAPI 3.0 document, generated from the messages' Go types.
func AsyncAPI() []byte {
	messages, schemas, inChannel := object{}, object{}, object{}
	receive, send := []object{}, []object{}
	for _, m := range documented {
		schemas[m.name] = schemaOf(reflect.TypeOf(m.sample))
		messages[m.name] = object{"name": m.name, "title": m.name, "summary": m.text, "contentType": "application/json", "payload": ref("schemas", m.name)}
		inChannel[m.name] = ref("messages", m.name)
		link := object{"$ref": "#/channels/live/messages/" + m.name}
		if m.fromApp {
			send = append(send, link)
		} else {
			receive = append(receive, link)
		}
	}
	rows := []object{}
	for _, topic := range rowTopics {
		schemas["row_"+topic] = schemaOf(reflect.TypeOf(rowTypes[topic]))
		rows = append(rows, ref("schemas", "row_"+topic))
	}
	schemas["change"].(object)["properties"].(object)["row"] = object{"description": "the row as it is now, by topic; missing in a remove", "anyOf": rows}
	schemas["subscribe"].(object)["properties"].(object)["topics"] = object{
		"type": "array", "minItems": 1, "maxItems": maxTopics,
		"items": object{"anyOf": []object{{"type": "string", "enum": Topics()}, {"type": "string", "pattern": "^case:[0-9A-Za-z_-]{1,64}$"}}},
	}
	// A film: the frames of the live board, from history, on a connection of its own. Nothing is asked over it.
	film := object{}
	shown := []object{}
	for _, name := range []string{"hello", "change", "clock"} {
		film[name] = ref("messages", name)
		shown = append(shown, object{"$ref": "#/channels/film/messages/" + name})
	}
	delete(inChannel, "clock")
	send = slices.DeleteFunc(send, func(link object) bool { return link["$ref"] == "#/channels/live/messages/clock" })
	socket := object{"type": "object", "properties": object{"Sec-WebSocket-Protocol": object{"type": "string", "const": Protocol}}}
	document := object{
		"asyncapi":           "3.0.0",
		"info":               object{"title": "mkr live", "version": "1.0.0", "description": description},
		"defaultContentType": "application/json",
		"channels": object{
			"live": object{
				"address": "/api/v1/live", "messages": inChannel,
				"bindings": object{"ws": object{"method": "GET", "bindingVersion": "0.1.0", "headers": socket}},
			},
			"film": object{
				"address": "/api/v1/film", "messages": film, "description": filmDescription,
				"bindings": object{"ws": object{"method": "GET", "bindingVersion": "0.1.0", "headers": socket, "query": object{
					"type": "object", "required": []string{"speed"}, "properties": object{
						"from":  object{"type": "string", "description": "A position, or an instant (RFC 3339), behind which it begins; default: the beginning of the log."},
						"speed": object{"type": "integer", "minimum": 1, "maximum": maxSpeed, "description": "Seconds of history that go by in one."},
					},
				}}},
			},
		},
		"operations": object{
			"subscribe": object{"action": "receive", "channel": object{"$ref": "#/channels/live"}, "messages": receive, "security": []object{ref("securitySchemes", "bearer")}},
			"push":      object{"action": "send", "channel": object{"$ref": "#/channels/live"}, "messages": send},
			"play":      object{"action": "send", "channel": object{"$ref": "#/channels/film"}, "messages": shown, "security": []object{ref("securitySchemes", "bearer")}},
		},
		"components": object{
			"messages": messages, "schemas": schemas,
			"securitySchemes": object{"bearer": object{"type": "http", "scheme": "bearer", "description": "or the session's cookie, from a page of the same site"}},
		},
		"x-close-codes": closeCodes,
	}
	out, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		panic("live: the AsyncAPI document cannot be written: " + err.Error())
	}
	return append(out, '\n')
}

func ref(kind, name string) object { return object{"$ref": "#/components/" + kind + "/" + name} }

// schemaOf writes a Go type as JSON Schema, as far as messages and rows need it: structs of plain values, lists and
// times. Tags: json, doc (a description), enum (a list with commas).
func schemaOf(t reflect.Type) object {
	switch {
	case t.PkgPath() == "time" && t.Name() == "Time":
		return object{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[json.RawMessage]():
		return object{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Struct:
		return structSchema(t)
	}
	panic("live: no schema for " + t.String())
}

func structSchema(t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "-" {
			continue // the fields of what is embedded are visible themselves
		}
		if name == "" {
			name = f.Name
		}
		s := schemaOf(f.Type)
		if doc := f.Tag.Get("doc"); doc != "" {
			s["description"] = doc
		}
		if enum := f.Tag.Get("enum"); enum != "" {
			s["enum"] = strings.Split(enum, ",")
		}
		properties[name] = s
		if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
			required = append(required, name)
		}
	}
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}
