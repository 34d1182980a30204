package sentinel

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
)

// What is odd, by rule.
const (
	NoTask       = "no_task"       // looked where neither her institution nor she has anything to do
	SameSurname  = "same_surname"  // bears the surname of a person of the case
	ManyCases    = "many_cases"    // many different cases within few minutes
	ManySearches = "many_searches" // many searches by name within few minutes
	OffShift     = "off_shift"     // at an hour at which she is not on duty
	ShutCase     = "shut_case"     // touched a case that is sealed to her or that she is kept out of, also in vain
	RefusedOften = "refused_often" // was refused cases again and again
	AfterEnd     = "after_end"     // looked long after her institution's part had ended
)

// Names are the rules, in the order in which they are told.
var Names = []string{ShutCase, SameSurname, NoTask, AfterEnd, ManyCases, ManySearches, RefusedOften, OffShift}

// How often one pattern is flagged.
const (
	OnceACase = "case"     // an account and a case, for ever
	CaseADay  = "case_day" // an account and a case, once a day
	OnceADay  = "day"      // an account, once a day
)

// Rule is one of them with its thresholds. Those that a rule does not use are zero.
type Rule struct {
	Rule       string   `json:"rule"`
	Version    int      `json:"version"`
	Count      int      `json:"count,omitempty"`        // more than so many are odd
	Minutes    int      `json:"minutes,omitempty"`      // within so many
	Days       int      `json:"days,omitempty"`         // own work in the case stands for a task, or a part is fresh, for so long
	HouseDays  int      `json:"house_days,omitempty"`   // and work of her institution for so long
	Wait       int      `json:"wait_minutes,omitempty"` // work in the case within so many after the look stands for a task too
	From       string   `json:"from,omitempty"`         // hours of whoever stands on no roster
	Until      string   `json:"until,omitempty"`
	Again      string   `json:"again"`
	AnswerDays int      `json:"answer_days"`      // working days to answer
	Spared     []string `json:"spared,omitempty"` // roles that it does not watch; of off_shift: without a roster
}

// Rules are all of them, each once.
type Rules []Rule

//go:embed rules.json
var embedded []byte

// Embedded are the rules that come with the program.
func Embedded() (Rules, error) { return Load(strings.NewReader(string(embedded))) }

// Load reads rules. It is strict: each rule once, with the thresholds that it needs and no others.
func Load(r io.Reader) (Rules, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var out Rules
	if err := dec.Decode(&out); err != nil {
		return nil, fmt.Errorf("sentinel: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("sentinel: something follows the rules")
	}
	for i, rule := range out {
		if err := rule.check(); err != nil {
			return nil, fmt.Errorf("sentinel: rule %d, %s: %w", i+1, rule.Rule, err)
		}
		if slices.ContainsFunc(out[:i], func(o Rule) bool { return o.Rule == rule.Rule }) {
			return nil, fmt.Errorf("sentinel: %s stands twice", rule.Rule)
		}
	}
	if len(out) != len(Names) {
		return nil, fmt.Errorf("sentinel: %d of %d rules", len(out), len(Names))
	}
	slices.SortFunc(out, func(a, b Rule) int { return slices.Index(Names, a.Rule) - slices.Index(Names, b.Rule) })
	return out, nil
}

func (r Rule) check() error {
	counts := r.Rule == ManyCases || r.Rule == ManySearches || r.Rule == RefusedOften
	hours := r.Rule == OffShift
	days := r.Rule == NoTask || r.Rule == AfterEnd
	_, errFrom := clock(r.From)
	_, errUntil := clock(r.Until)
	switch {
	case !slices.Contains(Names, r.Rule):
		return errors.New("is not known")
	case r.Version < 1:
		return errors.New("version: counts from 1")
	case counts != (r.Count > 0) || counts != (r.Minutes > 0) || r.Minutes > 24*60:
		return errors.New("count and minutes belong to what is counted, and are more than 0")
	case hours != (r.From != "") || hours != (r.Until != "") || hours && (errFrom != nil || errUntil != nil || r.From >= r.Until):
		return errors.New("from and until are times such as 06:00 and belong to off_shift")
	case (r.Rule == NoTask) != (r.HouseDays > 0) || (r.Rule == NoTask) != (r.Wait > 0):
		return errors.New("house_days and wait_minutes belong to no_task, and are more than 0")
	case days != (r.Days > 0):
		return errors.New("days belong to no_task and after_end, and are more than 0")
	case !slices.Contains([]string{OnceACase, CaseADay, OnceADay}, r.Again):
		return errors.New("again: is not known")
	case (counts || hours) != (r.Again == OnceADay):
		return errors.New("again: what is of no single case is flagged once a day")
	case r.AnswerDays < 1 || r.AnswerDays > 60:
		return errors.New("answer_days: from 1 to 60")
	}
	for _, role := range r.Spared {
		if !slices.Contains(access.Roles, role) {
			return fmt.Errorf("spared: %s is no role", role)
		}
	}
	return nil
}

// Of finds a rule by its name.
func (r Rules) Of(name string) (Rule, bool) {
	i := slices.IndexFunc(r, func(rule Rule) bool { return rule.Rule == name })
	if i < 0 {
		return Rule{}, false
	}
	return r[i], true
}

// RipeAt is when what was found at a look may be raised: of a rule that waits for what follows, when it has waited.
func (r Rule) RipeAt(l Look) time.Time { return l.At.Add(time.Duration(r.Wait) * time.Minute) }

// clock is a time of the day as the span since midnight.
func clock(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, errors.New("is no time of the day")
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
