package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// runVersion prints the version or, with --sbom, the list of all that the program is made of.
func runVersion(args []string) error {
	f := flags("version")
	list := f.Bool("sbom", false, "print the components of this very binary, with their versions and checksums, as CycloneDX JSON")
	if err := parse(f, args); err != nil {
		return err
	}
	if !*list {
		fmt.Println(version)
		return nil
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("--sbom: this binary was built without modules")
	}
	return writeSBOM(os.Stdout, info, version)
}

// The part of CycloneDX 1.6 that says what there is to say (ECMA-424).
type (
	bom struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Version    int         `json:"version"`
		Metadata   bomMetadata `json:"metadata"`
		Components []component `json:"components"`
	}
	bomMetadata struct {
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		PURL       string     `json:"purl,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// writeSBOM lists what the linker put into a binary: no module that is only tested with, and none that is not used.
func writeSBOM(w io.Writer, info *debug.BuildInfo, version string) error {
	out := bom{Format: "CycloneDX", Spec: "1.6", Version: 1, Components: []component{}}
	out.Metadata.Component = component{Type: "application", Ref: "mkr", Name: "mkr", Version: version}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" || s.Key == "GOOS" || s.Key == "GOARCH" || s.Key == "-tags" || strings.HasPrefix(s.Key, "vcs.") {
			out.Metadata.Component.Properties = append(out.Metadata.Component.Properties, property{"go:" + s.Key, s.Value})
		}
	}
	runtime := strings.TrimPrefix(info.GoVersion, "go")
	out.Components = append(out.Components, component{Type: "library", Ref: "pkg:golang/stdlib@" + runtime, Name: "stdlib", Version: runtime, PURL: "pkg:golang/stdlib@" + runtime})
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		ref := "pkg:golang/" + m.Path + "@" + m.Version
		c := component{Type: "library", Ref: ref, Name: m.Path, Version: m.Version, PURL: ref}
		if m.Sum != "" {
			c.Properties = []property{{"go:sum", m.Sum}}
		}
		out.Components = append(out.Components, c)
	}
	slices.SortFunc(out.Components, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
