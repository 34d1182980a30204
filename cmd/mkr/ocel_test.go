package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/testbed"
)

// TestOCELKeepsTheRules: what is exported is an OCEL 2.0 log by the rules of its published JSON form: all four parts, every type
// declared with its attributes, every id its object's alone, every relationship to an object that is there, every time an
// instant. The same log gives the same bytes, and nobody's name, no account and no person is in it.
func TestOCELKeepsTheRules(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	lead := testbed.As("coordinator", b.DV)
	for action, in := range map[string]handlers.Input{"risk.assess": &handlers.AssessRisk{Level: "high", Factors: []handlers.Factor{"weapons"}}, "referral.create": b.Referral()} {
		if _, err := b.Act(lead, id, action, "", in); err != nil {
			t.Fatal(err)
		}
	}
	_, kept := b.TokenAt("police", b.Police)
	if _, err := b.Act(lead, id, "exclusion.set", "", &handlers.Exclude{Account: kept.Account, Reason: "relative_of_accused"}); err != nil {
		t.Fatal(err)
	}
	var out, again bytes.Buffer
	for _, w := range []*bytes.Buffer{&out, &again} {
		if err := exportOCEL(t.Context(), b.Log, app.Registry(), w); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Error("twice the same log, and not the same bytes")
	}
	dec := json.NewDecoder(bytes.NewReader(out.Bytes()))
	dec.DisallowUnknownFields()
	var log ocelLog
	if err := dec.Decode(&log); err != nil {
		t.Fatal(err)
	}
	types := func(list []ocelType) map[string][]string {
		m := map[string][]string{}
		for _, k := range list {
			if _, twice := m[k.Name]; twice || k.Name == "" {
				t.Errorf("the type %q is declared twice, or is none", k.Name)
			}
			m[k.Name] = []string{}
			for _, a := range k.Attributes {
				if !slices.Contains([]string{"string", "time", "integer", "float", "boolean"}, a.Type) {
					t.Errorf("%s.%s is of type %q", k.Name, a.Name, a.Type)
				}
				m[k.Name] = append(m[k.Name], a.Name)
			}
		}
		return m
	}
	objectTypes, eventTypes, objects, events := types(log.ObjectTypes), types(log.EventTypes), map[string]string{}, map[string]bool{}
	for _, o := range log.Objects {
		if objects[o.ID] != "" || o.ID == "" {
			t.Errorf("the object %q is there twice, or has no id", o.ID)
		}
		objects[o.ID] = o.Type
	}
	check := func(what, kind string, declared map[string][]string, values []ocelValue, links []ocelLink) {
		names, ok := declared[kind]
		if !ok {
			t.Errorf("%s is of type %q, which is not declared", what, kind)
		}
		for _, v := range values {
			if !slices.Contains(names, v.Name) {
				t.Errorf("%s has %q, which its type %s does not declare", what, v.Name, kind)
			}
		}
		for _, l := range links {
			if objects[l.Object] == "" || l.Qualifier == "" {
				t.Errorf("%s is related to %q as %q", what, l.Object, l.Qualifier)
			}
		}
	}
	for _, o := range log.Objects {
		check(o.ID, o.Type, objectTypes, o.Attributes, o.Relationships)
		for _, v := range o.Attributes {
			if v.Time == nil || v.Time.IsZero() {
				t.Errorf("%s: since when is its %s?", o.ID, v.Name)
			}
		}
	}
	for _, e := range log.Events {
		if events[e.ID] || e.ID == "" || e.Time.IsZero() || e.Time.Location() != time.UTC || len(e.Relationships) == 0 {
			t.Errorf("the event %+v", e)
		}
		events[e.ID] = true
		check(e.ID, e.Type, eventTypes, e.Attributes, e.Relationships)
	}
	if objects["case:"+id] != "case" || !slices.ContainsFunc(log.Objects, func(o ocelObject) bool { return o.Type == "referral" && len(o.Attributes) == 2 }) {
		t.Error("the case and its referral are not among the objects")
	}
	for _, e := range b.Events() {
		if category := event.Category(e.Stream); category == event.PersonCategory || category == event.AccountCategory {
			if strings.Contains(out.String(), event.ID(e.Stream)) {
				t.Errorf("%s is in the export", e.Stream)
			}
		}
	}
	if slices.ContainsFunc(log.EventTypes, func(k ocelType) bool { return casefile.Confidential(k.Name) }) {
		t.Error("the export says that somebody is kept out of a case")
	}
	for _, secret := range testbed.Secrets {
		if strings.Contains(out.String(), secret) {
			t.Error("a personal text is in the export")
		}
	}
}
