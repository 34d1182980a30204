package person

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

const (
	anna   = "0b5c0a56-6c0f-4c51-8a3e-0d6f4f0b7a11"
	mark   = "9d2f7c1e-53a4-4b52-9a0a-6a4f5c3e2d10"
	secret = "Lule Gjoni"
)

func sealedFor(subject, field, box string) Sealed {
	return Sealed{Subject: subject, Field: field, Ref: "5b8d1f7a-0000-4000-8000-000000000001", Box: []byte(box)}
}

// Every way in which fmt and the loggers write a value, alone and inside others.
func TestNothingPrintsAPersonalValue(t *testing.T) {
	type inner struct {
		P Plain
		S Sealed
	}
	// fmt cannot call methods here. A Sealed would show its ciphertext; a Plain must show nothing all the same.
	type unexported struct{ p Plain }
	p, s := PlainOf(secret), sealedFor(anna, FieldName, secret)
	values := []any{p, &p, s, &s, inner{p, s}, &inner{p, s}, []Plain{p}, []Sealed{s}, map[string]Plain{"k": p},
		map[Plain]int{p: 1}, unexported{p}, &unexported{p}, []unexported{{p}}, Registered{Person: anna, Details: Details{Name: s}}, Register{Details: Details{Name: s}}}
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%30s", "%-30v", "%T %v"}

	var out bytes.Buffer
	logger := log.New(&out, "", 0)
	text := slog.New(slog.NewTextHandler(&out, nil))
	for _, v := range values {
		for _, verb := range verbs {
			if verb == "%T %v" {
				fmt.Fprintf(&out, verb, v, v)
				continue
			}
			fmt.Fprintf(&out, verb, v)
		}
		fmt.Fprintln(&out, fmt.Sprint(v), fmt.Errorf("about %v: %w", v, errors.New("x")))
		logger.Print(v)
		text.Info("about", "value", v)
	}
	hexed := fmt.Sprintf("%x", secret)
	decimal := strings.Trim(fmt.Sprint([]byte(secret)), "[]")
	for _, form := range []string{secret, "Lule", hexed, strings.ToUpper(hexed), decimal} {
		if strings.Contains(out.String(), form) {
			t.Errorf("printed as %q", form)
		}
	}
	if got := fmt.Sprintf("%v %+v %#v %s %q %d", p, s, p, s, p, s); got != strings.TrimSpace(strings.Repeat("(sealed) ", 6)) {
		t.Errorf("printed %s", got)
	}
	if p.String() != hidden || s.String() != hidden || p.GoString() != hidden || s.GoString() != hidden {
		t.Error("String or GoString tells something")
	}
}

func TestPlainNeverMarshals(t *testing.T) {
	command := struct {
		Name Plain  `json:"name"`
		More *Plain `json:"more"`
	}{Name: PlainOf(secret)}
	command.More = &command.Name
	got, err := json.Marshal(command)
	if err != nil || string(got) != `{"name":"(sealed)","more":"(sealed)"}` {
		t.Fatalf("%s, %v", got, err)
	}
	if got, _ := json.Marshal(map[Plain]int{command.Name: 1}); strings.Contains(string(got), "Lule") {
		t.Fatalf("as a key of a map: %s", got)
	}
}

func TestPlainReadsJSON(t *testing.T) {
	for in, want := range map[string]string{
		`"Lule Gjoni"`: secret, `"L\u0075le Gjoni"`: secret, `""`: "", `null`: "", `"ë\n"`: "ë\n",
	} {
		var p Plain
		if err := json.Unmarshal([]byte(in), &p); err != nil || p.Reveal() != want || p.IsZero() != (want == "") {
			t.Errorf("%s: %q, %v", in, p.Reveal(), err)
		}
	}
	var c struct {
		Inner struct {
			Name Plain `json:"name"`
		} `json:"inner"`
	}
	for in, kind := range map[string]string{
		`{"inner":{"name":355691234}}`: "number", `{"inner":{"name":{"x":"Lule"}}}`: "object",
		`{"inner":{"name":["Lule"]}}`: "array", `{"inner":{"name":true}}`: "bool", "{\"inner\":{\"name\":\"\xff\"}}": "malformed string",
	} {
		err := json.Unmarshal([]byte(in), &c)
		var wrong *json.UnmarshalTypeError
		if !errors.As(err, &wrong) || wrong.Field != "inner.name" || wrong.Value != kind {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if strings.Contains(err.Error(), "355") || strings.Contains(err.Error(), "Lule") {
			t.Errorf("the error repeats the value: %v", err)
		}
	}
	var p Plain
	if err := p.UnmarshalText([]byte(secret)); err != nil || p.Reveal() != secret {
		t.Error("UnmarshalText")
	}
}

func TestPlainComparesByText(t *testing.T) {
	a, b := PlainOf(secret), PlainOf(strings.Clone(secret))
	if !a.Equal(b) || a.Equal(PlainOf("x")) || !reflect.DeepEqual(a, b) || !(Plain{}).Equal(PlainOf("")) {
		t.Fatal("comparison")
	}
}

func TestSealedKeepsItsRealFormInJSON(t *testing.T) {
	s := sealedFor(anna, FieldName, "\x00box")
	got, err := json.Marshal(s)
	want := `{"subject":"` + anna + `","field":"name","ref":"5b8d1f7a-0000-4000-8000-000000000001","box":"AGJveA=="}`
	if err != nil || string(got) != want {
		t.Fatalf("%s, %v", got, err)
	}
	var back Sealed
	if err := json.Unmarshal(got, &back); err != nil || !back.Equal(s) {
		t.Fatalf("read back: %v", err)
	}
	if got, _ := json.Marshal(Details{}); string(got) != `{}` {
		t.Fatalf("absent values are written: %s", got)
	}
	for _, other := range []Sealed{{}, sealedFor(mark, FieldName, "\x00box"), sealedFor(anna, FieldPhone, "\x00box"), sealedFor(anna, FieldName, "x")} {
		if other.Equal(s) {
			t.Fatal("different values are equal")
		}
	}
	if s.IsZero() || !(Sealed{}).IsZero() || (Sealed{Box: []byte{1}}).IsZero() {
		t.Fatal("IsZero")
	}
}

func TestValidSubject(t *testing.T) {
	for s, want := range map[string]bool{
		anna: true, "": false, strings.ToUpper(anna): false, "{" + anna + "}": false, anna + " ": false, secret: false,
		"00000000-0000-0000-0000-000000000000": false, strings.ReplaceAll(anna, "-", ""): false,
		"0b5c0a566-c0f-4c51-8a3e-0d6f4f0b7a11": false,
	} {
		if ValidSubject(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
