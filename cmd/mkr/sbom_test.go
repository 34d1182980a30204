package main

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

// The list of components says every module of the binary with the version and the sum that go.sum holds it to, once.
func TestTheListOfComponentsIsTheBinarys(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the test was built without modules")
	}
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := writeSBOM(&text, info, "v1"); err != nil {
		t.Fatal(err)
	}
	var list bom
	if err := json.Unmarshal(text.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	if list.Format != "CycloneDX" || list.Spec != "1.6" || list.Metadata.Component.Version != "v1" {
		t.Errorf("it says %+v", list.Metadata)
	}
	seen := map[string]bool{}
	for _, c := range list.Components {
		if seen[c.Ref] {
			t.Errorf("%s stands there twice", c.Ref)
		}
		seen[c.Ref] = true
		if c.Name == "stdlib" {
			continue
		}
		if len(c.Properties) != 1 || !strings.Contains(string(sums), c.Name+" "+c.Version+" "+c.Properties[0].Value+"\n") {
			t.Errorf("%s is not what go.sum says: %v", c.Ref, c.Properties)
		}
	}
	if len(list.Components) != len(info.Deps)+1 {
		t.Errorf("%d components of %d", len(list.Components), len(info.Deps)+1)
	}
	for _, want := range []string{"pkg:golang/zombiezen.com/go/sqlite@", "pkg:golang/github.com/tink-crypto/tink-go/v2@", "pkg:golang/stdlib@1."} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s is not on it", want)
		}
	}
}
