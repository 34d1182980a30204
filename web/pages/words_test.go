package pages

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/directory"
	"mkr/domain/household"
	"mkr/domain/indicator"
	"mkr/domain/meeting"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/domain/retention"
	"mkr/domain/rulebook"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/internal/password"
	"mkr/projections/accounts"
	"mkr/projections/looks"
	"mkr/projections/orders"
	"mkr/web/i18n"
)

// inputs are all types that a form is made from.
func inputs() []reflect.Type {
	out := []reflect.Type{reflect.TypeFor[handlers.OpenCase](), reflect.TypeFor[handlers.NewPerson](), reflect.TypeFor[handlers.BreakGlass](), reflect.TypeFor[handlers.ScheduleMeeting](), reflect.TypeFor[handlers.RecordActivity](),
		reflect.TypeFor[handlers.RegisterInstitution](), reflect.TypeFor[handlers.OpenAccount](), reflect.TypeFor[handlers.SubmitApplication](), reflect.TypeFor[handlers.DecideApplication](), reflect.TypeFor[handlers.PayAid](), reflect.TypeFor[handlers.TakeBackPayment](), reflect.TypeFor[handlers.EndApplication](), reflect.TypeFor[handlers.MarkApplication](), reflect.TypeFor[handlers.LoadPack](), reflect.TypeFor[handlers.LoadCalendar](), reflect.TypeFor[handlers.LinkCase](), reflect.TypeFor[handlers.UnlinkCase](), reflect.TypeFor[handlers.MergePerson](), reflect.TypeFor[handlers.UnmergePerson]()}
	for _, a := range handlers.CaseActions {
		out = append(out, reflect.TypeOf(a.New()).Elem())
	}
	for _, a := range handlers.MeetingActions {
		out = append(out, reflect.TypeOf(a.New()).Elem())
	}
	for _, a := range handlers.InstitutionActions {
		out = append(out, reflect.TypeOf(a.New()).Elem())
	}
	for _, a := range handlers.AccountActions {
		out = append(out, reflect.TypeOf(a.New()).Elem())
	}
	for _, a := range handlers.PersonActions {
		out = append(out, reflect.TypeOf(a.New()).Elem())
	}
	return append(out, reflect.TypeFor[handlers.AskReport](), reflect.TypeFor[handlers.SearchPersons](), reflect.TypeFor[handlers.AnswerFlag]())
}

// walk visits every field that a form asks for.
func walk(t reflect.Type, visit func(name string, f reflect.StructField)) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			walk(f.Type, visit)
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name != "" && name != "-" {
			visit(name, f)
		}
	}
}

// families lists, for every family of codes, the codes that the rest of the program has.
func families(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	add := func(family string, codes ...string) { out[family] = append(out[family], codes...) }
	for _, in := range inputs() {
		walk(in, func(name string, f reflect.StructField) {
			add("field", wordsOf(f, name))
			ft := f.Type
			if ft.Kind() == reflect.Slice {
				ft = ft.Elem()
			}
			if c, ok := reflect.Zero(ft).Interface().(coded); ok {
				for _, v := range c.Enum() {
					add(Family(ft), v.(string))
				}
			}
		})
	}
	add("field", "place", "contact") // of a transfer, where it is opened
	for _, a := range handlers.CaseActions {
		add("action", a.Name)
		for _, family := range []string{"before", "submit"} { // only where the title and the questions do not say it
			if i18n.Has(family + "." + a.Name) {
				add(family, a.Name)
			}
		}
	}
	for _, e := range casefile.Events() {
		add("event", e.Name)
	}
	add("event", meeting.Held{}.EventType(), activity.Recorded{}.EventType(), application.AidPaid{}.EventType()) // what stands behind a figure
	for _, s := range append(slices.Clone(casefile.ReferralStatuses), casefile.Open, casefile.Closed, casefile.OrderAsked, casefile.OrderInForce, casefile.OrderIsRefused,
		casefile.OrderIsRevoked, casefile.OrderReplaced, casefile.OrderHasExpired, casefile.Planned, casefile.Done, casefile.Dropped, casefile.Running, casefile.Lapsed, casefile.Met, casefile.Voided) {
		add("status", string(s))
	}
	for _, s := range casefile.MeasureStatuses {
		add("measure_status", string(s))
	}
	add("withheld", handlers.Withholdings...)
	add("stage", casefile.Stages...)
	add("level", "unassessed")
	add("kind_short", casefile.DomesticViolence, casefile.ChildProtection)
	add("order_type_long", casefile.OrderTypes...)
	add("plan_kind", casefile.InterventionPlan, casefile.ProtectionPlan)
	add("target", casefile.TargetCase, casefile.TargetReferral, casefile.TargetOrder, casefile.TargetHearing, casefile.TargetVisit, casefile.TargetAction, casefile.TargetNote, casefile.TargetFile, casefile.TargetRisk, casefile.TargetMeasure, casefile.TargetIncident, casefile.TargetDeadline, casefile.TargetBreach, casefile.TargetOrderEnd, casefile.TargetReturn, casefile.TargetGoal, casefile.TargetTransfer, casefile.TargetScreening, "consent")
	add("close_reason", casefile.ClosedTransferred)
	add("criterion", casefile.ClosingCriteria...)
	for _, s := range casefile.TransferStatuses {
		add("transfer_status", string(s))
	}
	add("goal_domain", casefile.GoalDomains...)
	add("goal_outcome", casefile.GoalOutcomes...)
	add("review_result", casefile.ReviewResults...)
	add("safety_item", casefile.SafetyItems...)
	add("order_watch", orders.Watches...)
	add("rung", deadline.Rungs...)
	add("ladder", deadline.LadderNames...)
	add("rule_owner", deadline.OwnerReceiver, deadline.OwnerSender, deadline.OwnerLead, deadline.OwnerConvener, deadline.OwnerAssignee, deadline.OwnerPolice, deadline.OwnerCourt, deadline.OwnerMedical, deadline.OwnerBailiff, deadline.OwnerShelter, deadline.OwnerApplicant, deadline.OwnerParties, deadline.OwnerProgramme, deadline.OwnerEach)
	for _, m := range noted.FindAllStringSubmatch(sources(t, "../../domain/rulebook")["diff.go"], -1) {
		add("pack_field", m[1])
	}
	for _, name := range deadline.LadderNames {
		add("pack_field", "ladders."+name)
	}
	add("role", access.Roles...)
	add("role_short", slices.DeleteFunc(slices.Clone(access.Roles), func(r string) bool { return !i18n.Has("role_short." + r) })...) // only where the role's name is long
	add("confidence", deadline.Law, deadline.OlderText, deadline.House, deadline.Placeholder)
	add("confidence_note", deadline.Law, deadline.OlderText, deadline.House, deadline.Placeholder)
	add("why", "owed", "returned", "asked", "told")
	add("next_date", "hearing", "visit", "appointment", "plan_action")
	add("owed", "record_answer", "report_referral", "note_ground") // the inbox's, where no clock says it
	packs, err := deadline.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs.All() {
		for _, r := range pack.Rules {
			add("owed", r.Action)
			if r.Note != "" {
				add("rule_note", r.ID)
				if said := i18n.For(i18n.English, nil).Code("rule_note", r.ID); said != typographic(r.Note) {
					t.Errorf("the note of %s is %q in its pack and %q on the page", r.ID, r.Note, said)
				}
			}
		}
	}
	for _, text := range sources(t, "../../domain/casefile") { // clocks that are in no pack
		for _, m := range ownClock.FindAllStringSubmatch(text, -1) {
			add("owed", m[1])
		}
	}
	add("look", looks.Viewed, looks.Opened, looks.Refused, looks.Exported)
	add("look_part", accesslog.Case, accesslog.Timeline, accesslog.Past, accesslog.Looks, accesslog.Followed, accesslog.PersonPage, accesslog.Report, accesslog.Flags)
	add("flag_rule", sentinel.Names...)
	add("flag_why", sentinel.Names...)
	add("flag_again", sentinel.OnceACase, sentinel.CaseADay, sentinel.OnceADay)
	add("flag_rung", "1", "2")
	add("refusal", sentinel.Codes...)
	add("retention_part", retention.Subject, retention.Suspected, retention.Other)
	add("retention_confidence", retention.Law, retention.House, retention.Assumption)
	add("refusal", person.ErasureCodes...)
	add("match", handlers.Matches...)
	add("rule", "PLAN-ACTION")
	add("institution_kind", directory.Kinds...)
	add("sector", directory.Sectors...)
	add("account_status", accounts.Active, accounts.Locked)
	add("failed_way", account.Ways...)
	add("failed_why", account.Whys...)
	add("session_kind", account.Browser, account.Token, account.Calendar)
	add("application_status", applicationStatuses...)
	add("spoken", directory.Languages...)
	add("suspend_reason", directory.SuspendReasons...)
	for _, s := range []meeting.Status{meeting.Planned, meeting.WasHeld, meeting.Signed, meeting.WasCancelled} {
		add("meeting_status", string(s))
	}
	for _, kind := range meeting.Kinds {
		for _, s := range meeting.Seats(kind) {
			add("seat", s.Code)
		}
	}
	add("seat_gap", meeting.Gaps...)
	add("room_standing", "now", "done", "next")
	for _, st := range access.Standings {
		add("standing", string(st))
	}
	for _, a := range slices.Concat(access.CaseActions, access.HouseActions) {
		add("policy_action", string(a))
	}
	add("policy_why", slices.Collect(maps.Keys(reasons(t)))...)
	for _, s := range []activity.Status{activity.WasPlanned, activity.WasHeld, activity.WasCancelled, activity.InError} {
		add("activity_status", string(s))
	}
	add("structure", indicator.ChildProtection, indicator.DomesticViolence, planGroup)
	for _, s := range (summarizer{}).keys() {
		add("part", s)
		add("none", s)
	}
	for _, l := range i18n.Languages {
		add("language", string(l))
	}
	add("refusal", casefile.Refusals...)
	add("refusal", access.Codes...)
	add("refusal", meeting.Codes...)
	add("refusal", rulebook.Codes...)
	add("refusal", directory.Codes...)
	add("refusal", capacity.Codes...)
	add("refusal", household.Codes...)
	add("part", "household")
	add("refusal", merge.Codes...)
	add("refusal", activity.Codes...)
	add("refusal", person.CodeRequired, person.CodeFormat, person.CodeRange, person.CodeTooLong, person.CodeText, person.CodeMismatch, person.CodeAlreadyRegistered,
		person.CodeNotRegistered, person.CodeErased, person.CodeMissealed, person.CodeUnknownValue,
		password.CodeTooShort, password.CodeTooLong, password.CodeTooSimple, password.CodeTooCommon, password.CodeText, "password")
	add("story_kind", storyKinds...)
	add("clock_state", "running", "met", "met_late", "lapsed", "voided")
	add("refusal", account.Codes...)
	add("refusal", application.Codes...)
	add("refusal", refusalsIn(t, "../../handlers")...)
	add("refusal", refusalsIn(t, ".")...)
	for _, name := range []string{"detail", "findings", "narrative", "note", "reason", "text"} { // texts that an entry may hold
		add("field", name)
	}
	return out
}

var (
	inputCode  = regexp.MustCompile(`InputError\{[^}]*Code: +"([a-z_]+)"`)
	refuseCall = regexp.MustCompile(`(?:event\.Refuse|v\.Refusal|Refusal)\("([a-z_.]+)"`)
	returned   = regexp.MustCompile(`return (?:t, )?"([a-z_]+)"(?:, "")?\n`)
	noted      = regexp.MustCompile(`note\((?:""|r\.ID), "([a-z_.]+[a-z])",`)
	ownClock   = regexp.MustCompile(`deadline\.Clock\{[^}]*Action: "([a-z_]+)"`)
	direct     = regexp.MustCompile(`\.(?:T|N|Form|form)\("([^"]+)"`)
	literal    = regexp.MustCompile(`"([a-z_]+(?:[.-][a-z0-9_]+)+|[a-z_]+)"`)
)

// sources reads the hand-written files of a folder.
func sources(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.go", "*.templ"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(name)] = string(data)
		}
	}
	return out
}

// refusalsIn finds the codes that a package refuses with.
func refusalsIn(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for name, text := range sources(t, dir) {
		for _, re := range []*regexp.Regexp{inputCode, refuseCall} {
			for _, m := range re.FindAllStringSubmatch(text, -1) {
				out = append(out, m[1])
			}
		}
		if name == "formparse.go" || name == "problem.go" {
			for _, m := range returned.FindAllStringSubmatch(text, -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// TestEveryCodeHasItsWords: every code of the program is in its family, and no family has a code too many.
func TestEveryCodeHasItsWords(t *testing.T) {
	all := map[string][]string{}
	for _, key := range catalogueKeys(t) {
		family, code, _ := strings.Cut(key, ".")
		all[family] = append(all[family], code)
	}
	for family, codes := range families(t) {
		for _, c := range codes {
			if !i18n.Has(family + "." + c) {
				t.Errorf("no words for %s.%s", family, c)
			}
		}
		for _, c := range all[family] {
			if !slices.Contains(codes, c) && !used(t)[family+"."+c] {
				t.Errorf("%s.%s is nobody's code", family, c)
			}
		}
	}
}

// TestEveryKeyIsUsed: what the sources name exists, and what exists is named or is a code.
func TestEveryKeyIsUsed(t *testing.T) {
	named := used(t)
	known := families(t)
	for _, key := range catalogueKeys(t) {
		family, _, _ := strings.Cut(key, ".")
		if _, isFamily := known[family]; isFamily || family == "hint" {
			continue
		}
		if !named[key] {
			t.Errorf("%s is used nowhere", key)
		}
	}
	for name, text := range sources(t, ".") {
		for _, m := range direct.FindAllStringSubmatch(text, -1) {
			if !strings.HasSuffix(m[1], ".") && !i18n.Has(m[1]) {
				t.Errorf("%s asks for %s, which is not there", name, m[1])
			}
		}
	}
	for _, list := range [][]string{tourKeys(), {"span.late", "span.left"}} {
		for _, key := range list {
			if !i18n.Has(key) {
				t.Errorf("no words for %s", key)
			}
		}
	}
	for _, w := range scriptWords {
		if !i18n.Has(w.key) {
			t.Errorf("scripts ask for %s, which is not there", w.key)
		}
	}
}

// TestHintsBelongToFields: a hint is for a field that some form asks.
func TestHintsBelongToFields(t *testing.T) {
	fields := families(t)["field"]
	for _, key := range catalogueKeys(t) {
		if name, ok := strings.CutPrefix(key, "hint."); ok && !slices.Contains(fields, name) {
			t.Errorf("%s is the hint of no field", key)
		}
	}
}

// used are the string literals of the sources, here and in i18n.
func used(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, dir := range []string{".", "../i18n"} {
		for _, text := range sources(t, dir) {
			for _, m := range literal.FindAllStringSubmatch(text, -1) {
				out[m[1]] = true
			}
		}
	}
	for _, unit := range spanUnits {
		out["span."+unit] = true
	}
	for _, key := range tourKeys() {
		out[key] = true
	}
	for _, a := range handlers.MeetingActions {
		out[a.Name] = true
	}
	for _, a := range handlers.InstitutionActions {
		out[a.Name] = true
	}
	for _, a := range handlers.AccountActions {
		out[a.Name] = true
	}
	for _, a := range handlers.PersonActions {
		out[a.Name] = true
	}
	return out
}

// tourKeys are the words of the demo's tours.
func tourKeys() []string {
	var out []string
	for _, steps := range tours {
		for _, s := range steps {
			out = append(out, s.key, s.key+"_how")
		}
	}
	return out
}

func catalogueKeys(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("../i18n/sq.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]json.RawMessage
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(texts))
}

// TestEveryActionIsGroupedOnce: what may be done to a case as a whole is offered in exactly one group.
func TestEveryActionIsGroupedOnce(t *testing.T) {
	for _, a := range handlers.CaseActions {
		n := 0
		for _, k := range todoKinds {
			for _, begin := range k.actions {
				if strings.HasPrefix(a.Name, begin) {
					n++
				}
			}
		}
		if n != 1 {
			t.Errorf("%s is in %d groups", a.Name, n)
		}
	}
}

// TestEveryFormAsksInAKnownWay: the forms know how to ask for every field of every input, and every way they know is
// asked for somewhere.
func TestEveryFormAsksInAKnownWay(t *testing.T) {
	known := []string{"", "file", "textarea", "date", "datetime", "institution", "institutions", "consent", "order", "person", "participant", "silent", "entry", "returned_referral", "case", "agenda_case", "invited", "offered", "decision", "regime", "colleague", "clock", "shift", "goal", "meeting", "giver", "accounts", "account", "excluded", "hold", "same"}
	seen := map[string]bool{}
	for _, in := range inputs() {
		walk(in, func(name string, f reflect.StructField) {
			way := f.Tag.Get(askTag)
			seen[way] = true
			if !slices.Contains(known, way) {
				t.Errorf("%s.%s asks by %q", in.Name(), name, way)
			}
		})
	}
	for _, way := range known {
		if !seen[way] {
			t.Errorf("no input asks by %q", way)
		}
	}
}
