package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"mkr/internal/testbed"
)

// answers holds what is answered against what the OpenAPI document says: a status that it lists, a body of its shape,
// and no member that it does not name.
type answers struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	mux      *http.ServeMux // finds the path of the document that an address belongs to
	compiled map[string]*jsonschema.Schema
}

const docURL = "mem:///openapi.json"

func documented(tb testing.TB, raw []byte) *answers {
	tb.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	testbed.OK(tb, err)
	a := &answers{doc: v.(map[string]any), compiler: jsonschema.NewCompiler(), mux: http.NewServeMux(), compiled: map[string]*jsonschema.Schema{}}
	for _, schema := range a.doc["components"].(map[string]any)["schemas"].(map[string]any) {
		if s := schema.(map[string]any); s["type"] == "object" && s["additionalProperties"] == nil {
			s["additionalProperties"] = false
		}
	}
	a.compiler.AssertFormat()
	a.compiler.DefaultDraft(jsonschema.Draft2020)
	testbed.OK(tb, a.compiler.AddResource(docURL, v))
	for path, ops := range a.doc["paths"].(map[string]any) {
		for method := range ops.(map[string]any) {
			a.mux.Handle(strings.ToUpper(method)+" "+path, http.NotFoundHandler())
		}
	}
	return a
}

// at compiles the schema at a JSON pointer of the document, given as its parts.
func (a *answers) at(tb testing.TB, parts ...string) *jsonschema.Schema {
	tb.Helper()
	for i, p := range parts {
		parts[i] = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(p)
	}
	pointer := "#/" + strings.Join(parts, "/")
	if s, ok := a.compiled[pointer]; ok {
		return s
	}
	s, err := a.compiler.Compile(docURL + pointer)
	testbed.OK(tb, err)
	a.compiled[pointer] = s
	return s
}

func (a *answers) check(tb testing.TB, method, path string, got answer) {
	tb.Helper()
	r, err := http.NewRequest(method, path, nil)
	testbed.OK(tb, err)
	_, pattern := a.mux.Handler(r)
	_, documented, ok := strings.Cut(pattern, " ")
	if !ok {
		return // no call of the document: an unknown address, or the document itself
	}
	response, media := "default", "application/problem+json"
	if got.status < 300 {
		response, media = strconv.Itoa(got.status), "application/json"
		responses := a.doc["paths"].(map[string]any)[documented].(map[string]any)[strings.ToLower(method)].(map[string]any)["responses"].(map[string]any)
		if responses[response] == nil {
			if got.status != http.StatusOK || responses["201"] == nil {
				tb.Errorf("%s: the document knows no answer %d", pattern, got.status)
				return
			}
			response = "201" // nothing was made: described there
		}
	}
	if content := a.doc["paths"].(map[string]any)[documented].(map[string]any)[strings.ToLower(method)].(map[string]any)["responses"].(map[string]any)[response].(map[string]any)["content"].(map[string]any); content["text/html"] != nil {
		if ct := got.header.Get("Content-Type"); ct != "text/html" {
			tb.Errorf("%s answers a file as %q", pattern, ct)
		}
		return
	}
	if media == "application/json" && isFile(a.doc, documented, method, response) {
		return
	}
	if ct := got.header.Get("Content-Type"); ct != media {
		tb.Errorf("%s answers %d as %q", pattern, got.status, ct)
		return
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(got.body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		tb.Errorf("%s: %v", pattern, err)
		return
	}
	if err := a.at(tb, "paths", documented, strings.ToLower(method), "responses", response, "content", media, "schema").Validate(v); err != nil {
		tb.Errorf("%s answers %d not as documented: %v\n%.600s", pattern, got.status, err, got.body)
	}
}

// isFile tells whether the document says that the answer is a file of whatever kind.
func isFile(doc map[string]any, path, method, response string) bool {
	answers := doc["paths"].(map[string]any)[path].(map[string]any)[strings.ToLower(method)].(map[string]any)["responses"].(map[string]any)
	return answers[response].(map[string]any)["content"].(map[string]any)["application/octet-stream"] != nil
}
