package year

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// author fills in a body as somebody in a hurry does: what is required, most of the rest, mostly sensibly. It knows no
// single command: what a member means it reads where the forms of the pages read it, from the type and its tags.
type author struct {
	*county
	view   handlers.CaseView
	me     string
	offers []string // services of the institution that was chosen
}

// fill fills in a whole body.
func (a *author) fill(in any) { a.fields(reflect.ValueOf(in).Elem()) }

func (a *author) fields(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Anonymous && f.Type == reflect.TypeFor[handlers.Timed]():
			if a.chance(12) { // told late
				v.Field(i).Field(0).Set(reflect.ValueOf(a.clock.now().Add(-time.Duration(a.rng.IntN(60)) * time.Hour)))
			}
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			a.fields(v.Field(i))
		case !f.IsExported():
		case f.Tag.Get("required") == "true" || f.Tag.Get("fold") == "consent" || !a.chance(3):
			a.field(v.Field(i), f)
		}
	}
}

func (a *author) field(v reflect.Value, f reflect.StructField) {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	asks := f.Tag.Get("ask")
	switch {
	case v.Type() == reflect.TypeFor[person.Plain]():
		v.Set(reflect.ValueOf(person.PlainOf(a.text(name))))
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(a.instant(name)))
	case v.Kind() == reflect.Slice && codes(v.Type().Elem()) != nil:
		all := codes(v.Type().Elem())
		if name == "parts" { // the form has ticked what the file must hold; she sends it whole
			for _, c := range all {
				v.Set(reflect.Append(v, reflect.ValueOf(c).Convert(v.Type().Elem())))
			}
			return
		}
		a.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, c := range all[:1+a.rng.IntN(min(3, len(all)))] {
			v.Set(reflect.Append(v, reflect.ValueOf(c).Convert(v.Type().Elem())))
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		a.fields(v.Index(0))
	case v.Kind() == reflect.Slice:
		for range 1 + a.rng.IntN(2) {
			v.Set(reflect.Append(v, reflect.ValueOf(a.id(name, asks)).Convert(v.Type().Elem())))
		}
	case codes(v.Type()) != nil:
		v.Set(reflect.ValueOf(a.code(v.Type())).Convert(v.Type()))
	case v.Kind() == reflect.String:
		v.SetString(a.id(name, asks))
	case v.Kind() == reflect.Int:
		least, _ := strconv.Atoi(f.Tag.Get("minimum"))
		v.SetInt(int64(least + a.rng.IntN(5)))
	case v.Kind() == reflect.Bool:
		v.SetBool(a.chance(4))
	case v.Kind() == reflect.Struct:
		a.fields(v)
	}
}

// codes lists the values of a coded type, nil for others.
func codes(t reflect.Type) []string {
	e, ok := reflect.Zero(t).Interface().(interface{ Enum() []any })
	if !ok {
		return nil
	}
	var out []string
	for _, v := range e.Enum() {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// code draws a value. The service is mostly one that the chosen institution offers, the level mostly the tool's.
func (a *author) code(t reflect.Type) string {
	if t == reflect.TypeFor[handlers.ServiceCode]() && len(a.offers) > 0 && !a.chance(30) {
		return pick(a.county, a.offers)
	}
	if t == reflect.TypeFor[handlers.MeasureKind]() && a.view.Kind == casefile.ChildProtection && a.me == a.view.Lead && !a.chance(3) {
		return pick(a.county, casefile.ProtectiveMeasures)
	}
	return pick(a.county, codes(t))
}

func (a *author) text(name string) string {
	switch name {
	case "name":
		if a.surname != nil {
			return "Vetëm " + a.surname()
		}
		return fmt.Sprintf("Vetëm Simuluar-%d", a.rng.IntN(100000))
	case "birth_date":
		return fmt.Sprintf("%d-05-1%d", 1950+a.rng.IntN(75), a.rng.IntN(10))
	case "national_id":
		return ""
	case "phone":
		return fmt.Sprintf("06912%05d", a.rng.IntN(100000))
	}
	return fmt.Sprintf("Fjalë të simuluara %d", a.rng.IntN(100000))
}

// instant draws a sensible one: what is past by its name, else days or months ahead.
func (a *author) instant(name string) time.Time {
	now := a.clock.now().Truncate(time.Minute)
	switch name {
	case "on":
		return now.Add(-time.Duration(1+a.rng.IntN(200)) * time.Hour)
	case "valid_until", "until":
		return now.AddDate(0, 1+a.rng.IntN(10), 0).Truncate(24 * time.Hour)
	}
	return now.Add(time.Duration(1+a.rng.IntN(14*24)) * time.Hour)
}

// id draws what is meant by a member that names something.
func (a *author) id(name, asks string) string {
	switch asks {
	case "institution", "institutions":
		return a.institution(name)
	case "participant":
		return of(a, a.view.Participants, func(p casefile.Participant) string { return p.Institution })
	case "consent":
		return of(a, a.view.Consents, func(c casefile.Consent) string { return c.ID })
	case "order":
		return of(a, a.view.Orders, func(o casefile.Order) string { return o.ID })
	case "person":
		return of(a, a.view.Persons, func(p casefile.PersonLink) string { return p.Person })
	case "goal":
		return of(a, a.view.Plan.Goals, func(g casefile.PlanGoal) string { return g.ID })
	case "giver":
		return of(a, a.view.Persons, func(p casefile.PersonLink) string { return p.Person })
	case "account", "accounts", "excluded":
		return a.account(asks)
	case "silent":
		return a.institution(name)
	case "case", "agenda_case":
		return of(a, a.cases, func(id string) string { return id })
	}
	return ""
}

// institution draws one that suits the member's name, and remembers what it offers.
func (a *author) institution(name string) string {
	suits := map[string][]string{"court": {directory.Court}, "executor": {directory.PoliceKind, directory.Bailiff}}[name]
	for range 50 {
		p := pick(a.county, a.posts)
		if len(suits) > 0 && !slices.Contains(suits, p.kind) || len(suits) == 0 && (len(p.services) == 0 || p.id == a.me) {
			continue
		}
		a.offers = p.services
		return p.id
	}
	return a.posts[0].id
}

// err chooses something of the case that was entered in error.
func (a *author) err(in *handlers.MarkInError) {
	type entry struct{ kind, id string }
	var all []entry
	for _, r := range a.view.Referrals {
		all = append(all, entry{casefile.TargetReferral, r.ReferralContent.Referral})
	}
	for _, n := range a.view.Notes {
		all = append(all, entry{casefile.TargetNote, n.ID})
	}
	for _, r := range a.view.Assessments {
		all = append(all, entry{casefile.TargetRisk, r.ID})
	}
	for _, o := range a.view.Orders {
		all = append(all, entry{casefile.TargetOrder, o.ID})
	}
	for _, v := range a.view.Visits {
		all = append(all, entry{casefile.TargetVisit, v.ID})
	}
	if len(all) > 0 {
		e := pick(a.county, all)
		in.Kind, in.Target = handlers.ErrorTarget(e.kind), e.id
	}
}

// of draws one of a list by its id, "" if there is none.
func of[T any](a *author, list []T, id func(T) string) string {
	if len(list) == 0 {
		return ""
	}
	return id(list[a.rng.IntN(len(list))])
}
