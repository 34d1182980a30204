package api_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/web/api"
	"mkr/web/live"
)

func document(t *testing.T) (*answers, []byte) {
	t.Helper()
	a, err := api.New(api.Config{AsyncAPI: live.AsyncAPI()})
	testbed.OK(t, err)
	return documented(t, a.OpenAPI()), a.OpenAPI()
}

// The document is OpenAPI 3.1 by the initiative's own schema (testdata/oas31-schema.json, spec.openapis.org/oas/3.1),
// and every schema in it is JSON Schema 2020-12.
func TestTheDocumentIsOpenAPI31(t *testing.T) {
	a, raw := document(t)
	c := jsonschema.NewCompiler()
	f, err := os.ReadFile("testdata/oas31-schema.json")
	testbed.OK(t, err)
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(f))
	testbed.OK(t, err)
	testbed.OK(t, c.AddResource("mem:///oas31.json", schema))
	compiled, err := c.Compile("mem:///oas31.json")
	testbed.OK(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	testbed.OK(t, err)
	if err := compiled.Validate(doc); err != nil {
		t.Errorf("%v", err)
	}
	broken, _ := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.Replace(raw, []byte(`"operationId"`), []byte(`"operationID"`), 1)))
	if compiled.Validate(broken) == nil {
		t.Error("the schema finds nothing wrong with a misspelt member")
	}
	for name := range a.doc["components"].(map[string]any)["schemas"].(map[string]any) {
		a.at(t, "components", "schemas", name)
	}
}

// Every call says what it takes, what it gives and how it fails; every coded value is listed; personal texts are texts.
func TestTheDocumentSaysEverything(t *testing.T) {
	a, _ := document(t)
	w := &world{server: &server{answers: a}}
	ids := map[string]string{}
	for _, r := range w.routes() {
		op := a.doc["paths"].(map[string]any)[r.path].(map[string]any)[strings.ToLower(r.method)].(map[string]any)
		name := r.method + " " + r.path
		if other := ids[op["operationId"].(string)]; other != "" {
			t.Errorf("%s and %s have one operation id", name, other)
		}
		ids[op["operationId"].(string)] = name
		if op["summary"] == "" || op["tags"] == nil {
			t.Errorf("%s has no summary or no tag", name)
		}
		responses := op["responses"].(map[string]any)
		if len(responses) != 2 || responses["default"].(map[string]any)["content"].(map[string]any)["application/problem+json"] == nil {
			t.Errorf("%s: responses %v", name, slices.Sorted(maps.Keys(responses)))
		}
		if r.method == "POST" && r.body == nil && !strings.HasSuffix(r.path, "/uploads") && !strings.HasSuffix(r.path, "/sent/open") && !strings.HasSuffix(r.path, "/sheet/open") { // one takes a file, the other says all in its address
			t.Errorf("%s takes no body", name)
		}
		if r.body != nil && r.body["additionalProperties"] != false {
			t.Errorf("%s: the body is not closed", name)
		}
		for _, in := range strings.Split(r.path, "/") {
			if strings.HasPrefix(in, "{") && !slices.ContainsFunc(op["parameters"].([]any), func(p any) bool {
				return p.(map[string]any)["in"] == "path" && "{"+p.(map[string]any)["name"].(string)+"}" == in
			}) {
				t.Errorf("%s does not describe %s", name, in)
			}
		}
	}
	if len(ids) < 85 {
		t.Errorf("%d calls", len(ids))
	}
	for _, action := range handlers.CaseActions {
		path := "/api/v1/cases/{case}/" + action.Path
		if a.doc["paths"].(map[string]any)[path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
	schemas := a.doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name, values := range map[string][]any{"HandlersUrgency": handlers.Urgency("").Enum(), "HandlersServiceCode": handlers.ServiceCode("").Enum(), "HandlersKind": handlers.Kind("").Enum()} {
		if got := schemas[name].(map[string]any)["enum"]; !slices.Equal(got.([]any), values) || len(values) == 0 {
			t.Errorf("%s is %v", name, got)
		}
	}
	person := schemas["HandlersNewPerson"].(map[string]any)
	if n := w.resolve(person["properties"].(map[string]any)["name"]); n["type"] != "string" {
		t.Errorf("a name is %v", n)
	}
	if got := person["required"].([]any); !slices.Equal(got, []any{"role", "name"}) {
		t.Errorf("a person needs %v", got)
	}
}

// The copies in docs are for readers of the repository; they are written by this test and checked by it.
//
//	go test ./web/api -run Docs -update
func TestDocsAreFresh(t *testing.T) {
	_, raw := document(t)
	golden(t, "../../docs/openapi.json", append(raw, '\n'))
	golden(t, "../../docs/asyncapi.json", append(bytes.TrimSpace(live.AsyncAPI()), '\n'))
}
