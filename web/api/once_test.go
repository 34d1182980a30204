package api_test

import (
	"strings"
	"testing"

	"mkr/domain/access"
)

// A parameter that stands twice in an address is refused by its name, whichever it is: nobody has to guess which of the two was read.
func TestParametersAreGivenOnce(t *testing.T) {
	w := newWorld(t)
	tried := 0
	for path, of := range w.answers.doc["paths"].(map[string]any) {
		for method, op := range of.(map[string]any) {
			params, _ := op.(map[string]any)["parameters"].([]any)
			for _, p := range params {
				name, in := p.(map[string]any)["name"].(string), p.(map[string]any)["in"]
				if in != "query" {
					continue
				}
				tried++
				problem(t, w.call(access.Auditor, strings.ToUpper(method), w.address(path)+"?"+name+"=1&"+name+"=2", nil), 422, "repeated_field", name)
			}
		}
	}
	if tried < 20 {
		t.Errorf("%d parameters were tried", tried)
	}
}
