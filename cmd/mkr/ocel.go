package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/internal/app"
	"mkr/internal/eventlog"
)

// The log as an object-centric event log, OCEL 2.0 in JSON (ocel-standard.org): events, and the objects they are about. It holds
// coded values and the ids of cases, referrals, orders and institutions; persons, accounts and everything sealed stay out.
type (
	ocelLog struct {
		ObjectTypes []ocelType   `json:"objectTypes"`
		EventTypes  []ocelType   `json:"eventTypes"`
		Objects     []ocelObject `json:"objects"`
		Events      []ocelEvent  `json:"events"`
	}
	ocelType struct {
		Name       string          `json:"name"`
		Attributes []ocelAttribute `json:"attributes"`
	}
	ocelAttribute struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	ocelObject struct {
		ID            string      `json:"id"`
		Type          string      `json:"type"`
		Attributes    []ocelValue `json:"attributes"`
		Relationships []ocelLink  `json:"relationships"`
	}
	ocelEvent struct {
		ID            string      `json:"id"`
		Type          string      `json:"type"`
		Time          time.Time   `json:"time"`
		Attributes    []ocelValue `json:"attributes"`
		Relationships []ocelLink  `json:"relationships"`
	}
	ocelValue struct {
		Name  string     `json:"name"`
		Time  *time.Time `json:"time,omitempty"` // of an object's value: since when it holds
		Value string     `json:"value"`
	}
	ocelLink struct {
		Object    string `json:"objectId"`
		Qualifier string `json:"qualifier"`
	}
)

// ocelStreams are the categories of streams whose events are exported, with the type of object that each is about.
var ocelStreams = map[string]string{
	event.CaseCategory: "case", event.MeetingCategory: "meeting", event.InstitutionCategory: "institution", event.ActivityCategory: "activity", event.ApplicationCategory: "application",
}

// ocelParts are the fields of events that name other objects: their type, and what the object is to the event.
var ocelParts = []struct{ field, object, qualifier string }{
	{"referral", "referral", "about"}, {"order", "order", "about"}, {"visit", "visit", "about"}, {"measure", "measure", "about"}, {"hearing", "hearing", "about"},
	{"assessment", "assessment", "about"}, {"action", "plan_action", "about"}, {"deadline", "deadline", "clock"}, {"meeting", "meeting", "about"},
	{"from", "institution", "sender"}, {"to", "institution", "receiver"}, {"lead", "institution", "lead"}, {"institution", "institution", "named"}, {"owner", "institution", "owes"},
	{"court", "institution", "court"}, {"executor", "institution", "executor"},
}

// ocelKept are the coded values of events that become an object's, with the object's type.
var ocelKept = []struct{ event, object, field string }{
	{"case.opened", "case", "kind"}, {"case.opened", "case", "channel"}, {"referral.sent", "referral", "service"}, {"referral.sent", "referral", "urgency"},
	{"order.requested", "order", "type"}, {"institution.registered", "institution", "kind"}, {"deadline.set", "deadline", "rule"}, {"meeting.scheduled", "meeting", "kind"},
}

func runOCEL(ctx context.Context, args []string) error {
	f := flags("audit ocel")
	cfg := storeFlags(f)
	if err := parse(f, args); err != nil {
		return err
	}
	if !app.HasLog(*cfg) {
		return errors.New("there is no log here to export: --data or --store names another place than the server's")
	}
	log, err := app.OpenLog(*cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	return exportOCEL(ctx, log, app.Registry(), os.Stdout)
}

// exportOCEL writes the whole log; the same log gives the same bytes.
func exportOCEL(ctx context.Context, log eventlog.Log, registry *event.Registry, w io.Writer) error {
	m := ocelMaker{objects: map[string]*ocelObject{}, kinds: map[string]bool{}}
	for after := eventlog.Position(0); ; {
		page, err := log.ReadAll(ctx, after, exportBatch)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := m.add(e, registry); err != nil {
				return err
			}
			after = e.Position
		}
		if len(page) == 0 {
			break
		}
	}
	out := bufio.NewWriterSize(w, 1<<20)
	enc := json.NewEncoder(out)
	enc.SetIndent("", " ")
	if err := enc.Encode(m.log()); err != nil {
		return err
	}
	return out.Flush()
}

type ocelMaker struct {
	events  []ocelEvent
	objects map[string]*ocelObject
	kinds   map[string]bool // of events
}

func (m *ocelMaker) add(e eventlog.Recorded, registry *event.Registry) error {
	own, ok := ocelStreams[event.Category(e.Stream)]
	if !ok || casefile.Confidential(e.Type) { // that somebody is kept out of a case is for those who decide on it
		return nil
	}
	meta, err := registry.DecodeMeta(e.Meta)
	if err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(e.Data, &fields); err != nil {
		return err
	}
	text := func(name string) (s string) {
		_ = json.Unmarshal(fields[name], &s) // what is no text names no object
		return s
	}
	at := e.RecordedAt.UTC()
	o := ocelEvent{ID: e.ID.String(), Type: e.Type, Time: meta.OccurredAt.UTC(), Attributes: []ocelValue{{Name: "recorded_at", Value: at.Format(time.RFC3339Nano)}}, Relationships: []ocelLink{}}
	if meta.Role != "" {
		o.Attributes = append(o.Attributes, ocelValue{Name: "role", Value: meta.Role})
	}
	subject := m.object(own, event.ID(e.Stream))
	named := map[string]*ocelObject{own: subject}
	link := func(to *ocelObject, qualifier string) {
		l := ocelLink{to.ID, qualifier}
		if !slices.Contains(o.Relationships, l) {
			o.Relationships = append(o.Relationships, l)
		}
	}
	link(subject, "of")
	if meta.Institution != "" {
		link(m.object("institution", meta.Institution), "acts")
	}
	for _, p := range ocelParts {
		id := text(p.field)
		if id == "" || p.object == own && p.field != "institution" || p.qualifier == "receiver" && !strings.HasPrefix(e.Type, "referral.") {
			continue
		}
		part := m.object(p.object, id)
		link(part, p.qualifier)
		if p.object != "institution" {
			named[p.object] = part
			if l := (ocelLink{subject.ID, "in"}); !slices.Contains(part.Relationships, l) {
				part.Relationships = append(part.Relationships, l)
			}
		}
	}
	for _, k := range ocelKept {
		if value := text(k.field); k.event == e.Type && value != "" && named[k.object] != nil {
			named[k.object].Attributes = append(named[k.object].Attributes, ocelValue{Name: k.field, Time: &at, Value: value})
		}
	}
	m.kinds[e.Type] = true
	m.events = append(m.events, o)
	return nil
}

// object is the object of a type and an id: in OCEL every id is its object's alone, whatever the type.
func (m *ocelMaker) object(kind, id string) *ocelObject {
	name := kind + ":" + id
	if m.objects[name] == nil {
		m.objects[name] = &ocelObject{ID: name, Type: kind, Attributes: []ocelValue{}, Relationships: []ocelLink{}}
	}
	return m.objects[name]
}

func (m *ocelMaker) log() ocelLog {
	l := ocelLog{ObjectTypes: []ocelType{}, EventTypes: []ocelType{}, Objects: []ocelObject{}, Events: m.events}
	if l.Events == nil {
		l.Events = []ocelEvent{}
	}
	types := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(m.objects)) {
		types[m.objects[name].Type] = true
		l.Objects = append(l.Objects, *m.objects[name])
	}
	for _, kind := range slices.Sorted(maps.Keys(types)) {
		t := ocelType{Name: kind, Attributes: []ocelAttribute{}}
		for _, k := range ocelKept {
			if k.object == kind {
				t.Attributes = append(t.Attributes, ocelAttribute{k.field, "string"})
			}
		}
		l.ObjectTypes = append(l.ObjectTypes, t)
	}
	for _, kind := range slices.Sorted(maps.Keys(m.kinds)) {
		l.EventTypes = append(l.EventTypes, ocelType{kind, []ocelAttribute{{"recorded_at", "string"}, {"role", "string"}}})
	}
	return l
}
