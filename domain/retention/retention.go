// Package retention says for how long a person's data is kept, by data class: the kind of case and the part that she had in
// it. The terms are configuration. Those that come with the program are an assumption that no lawyer has verified, and say so
// wherever they are shown.
//
// The package is pure.
package retention

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"mkr/domain/casefile"
)

// Confidence says how sure a term is.
const (
	Law        = "law"        // an act names it
	House      = "house"      // the controller of the data decided it
	Assumption = "assumption" // nobody has verified it
)

// Parts that a person may have in a case, as terms distinguish them.
const (
	Subject   = "subject"   // the survivor, the child
	Suspected = "suspected" // of the violence
	Other     = "other"     // family, witnesses, those who reported
)

var (
	kinds       = []string{casefile.DomesticViolence, casefile.ChildProtection}
	parts       = []string{Subject, Suspected, Other}
	confidences = []string{Law, House, Assumption}
)

// Term is how long the data of one class is kept after the case was closed.
type Term struct {
	Kind       string `json:"kind"`
	Part       string `json:"part"`
	Years      int    `json:"years"`
	Source     string `json:"source"` // what the term rests on
	Confidence string `json:"confidence"`
}

// Schedule has a term for every data class.
type Schedule []Term

//go:embed schedule.json
var embedded []byte

// Embedded is the schedule that comes with the program.
func Embedded() (Schedule, error) { return Load(strings.NewReader(string(embedded))) }

// Load reads a schedule. It is strict: every class has exactly one term, and nothing else stands in the file.
func Load(r io.Reader) (Schedule, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var s Schedule
	if err := dec.Decode(&s); err != nil {
		return nil, fmt.Errorf("retention: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("retention: something follows the schedule")
	}
	seen := map[[2]string]bool{}
	for i, t := range s {
		class := [2]string{t.Kind, t.Part}
		switch {
		case !slices.Contains(kinds, t.Kind):
			return nil, fmt.Errorf("retention: term %d: kind: %q is none of %v", i+1, t.Kind, kinds)
		case !slices.Contains(parts, t.Part):
			return nil, fmt.Errorf("retention: term %d: part: %q is none of %v", i+1, t.Part, parts)
		case seen[class]:
			return nil, fmt.Errorf("retention: term %d: %s, %s has a term already", i+1, t.Kind, t.Part)
		case t.Years < 1 || t.Years > 100:
			return nil, fmt.Errorf("retention: term %d: years: %d is not from 1 to 100", i+1, t.Years)
		case t.Source == "":
			return nil, fmt.Errorf("retention: term %d: source is missing", i+1)
		case !slices.Contains(confidences, t.Confidence):
			return nil, fmt.Errorf("retention: term %d: confidence: %q is none of %v", i+1, t.Confidence, confidences)
		}
		seen[class] = true
	}
	if len(seen) != len(kinds)*len(parts) {
		return nil, fmt.Errorf("retention: %d of %d data classes have a term", len(seen), len(kinds)*len(parts))
	}
	return s, nil
}

// PartOf is the part that a role in a case counts as.
func PartOf(role string) string {
	switch role {
	case casefile.Survivor, casefile.Child:
		return Subject
	case casefile.Perpetrator:
		return Suspected
	}
	return Other
}

// Of is the term of a class. A schedule that Load gave has one for every kind of case.
func (s Schedule) Of(kind, role string) Term {
	part := PartOf(role)
	for _, t := range s {
		if t.Kind == kind && t.Part == part {
			return t
		}
	}
	return Term{Kind: kind, Part: part, Years: 100, Confidence: Assumption} // keep rather than lose
}

// Until is the moment at which a term lets go of a case that was closed then.
func (t Term) Until(closed time.Time) time.Time { return closed.AddDate(t.Years, 0, 0) }

// Shortest is the fewest years of any term: before them nothing is over.
func (s Schedule) Shortest() int {
	least := 100
	for _, t := range s {
		least = min(least, t.Years)
	}
	return least
}
