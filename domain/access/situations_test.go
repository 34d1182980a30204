package access

import (
	"fmt"
	"strings"
	"testing"
)

// situation is what may be true of a case beside role and standing.
var situations = []struct {
	name string
	set  func(*Facts)
}{
	{"plain", func(*Facts) {}},
	{"kept out", func(f *Facts) { f.Excluded = true }},
	{"kept out, named", func(f *Facts) { f.Excluded, f.Sealed, f.Admitted = true, true, true }},
	{"kept out, emergency", func(f *Facts) { f.Excluded, f.Glass = true, Identity|Contact }},
	{"sealed", func(f *Facts) { f.Sealed = true }},
	{"sealed, named", func(f *Facts) { f.Sealed, f.Admitted = true, true }},
	{"sealed, emergency", func(f *Facts) { f.Sealed, f.Glass = true, Identity|Contact }},
	{"emergency", func(f *Facts) { f.Glass = Identity | Contact }},
	{"emergency, health", func(f *Facts) { f.Glass = Health }},
	{"consent to identity", func(f *Facts) { f.Covers = Identity }},
}

// The second golden matrix: what the situation makes of role and standing. One letter an action: l list, v view, r replay,
// w write a note, a answer its own referral, g guard, b break the glass, q review; capitals are the fields that open.
func TestSituationMatrix(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "Policy %s, an open domestic violence case. Columns: standing of the actor's institution. l list, v view, r replay, w write, a answer its own,\n", Version)
	b.WriteString("g guard, b break the glass, q review; capitals are the groups of sealed fields that open (Identity, Contact, Health, Narrative, Legal).\n")
	letters := []struct {
		letter string
		action Action
	}{{"l", ListCase}, {"v", ViewCase}, {"r", ReplayCase}, {"w", WriteNote}, {"a", AnswerReferral}, {"g", RestrictCase}, {"b", BreakGlass}, {"q", ReviewGlass}}
	for _, s := range situations {
		fmt.Fprintf(&b, "\n%-26s", s.name)
		for _, standing := range Standings {
			fmt.Fprintf(&b, " %-13s", strings.TrimSuffix(strings.Replace(string(standing), "_recipient", "_rec", 1), "ipant"))
		}
		b.WriteString("\n")
		for _, role := range Roles {
			fmt.Fprintf(&b, "  %-24s", role)
			for _, standing := range Standings {
				f := Facts{Kind: DomesticViolence, Standing: standing, Status: CaseOpen, Own: true}
				s.set(&f)
				text := ""
				for _, l := range letters {
					if Judge(as(role), l.action, f).Allow {
						text += l.letter
					}
				}
				for _, n := range Judge(as(role), OpenFields, f).Fields.Names() {
					text += strings.ToUpper(n[:1])
				}
				if text == "" {
					text = "."
				}
				fmt.Fprintf(&b, " %-13s", text)
			}
			b.WriteString("\n")
		}
	}
	var clean []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		clean = append(clean, strings.TrimRight(line, " "))
	}
	golden(t, "situations.txt", strings.Join(clean, "\n"))
}
