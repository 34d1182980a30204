package handlers

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
)

func TestNamesAreFoundAsPeopleWriteThem(t *testing.T) {
	x := newNameIndex()
	ids := map[string]uuid.UUID{}
	for _, name := range []string{"Gjergj Ndreca-Provë", "Drita Çela", "Dritë Qela", "Mark Prela", "Shpresa Xhafa"} {
		ids[name] = uuid.New()
		x.put(ids[name], name)
	}
	for asked, want := range map[string][]string{
		"Gjerg Ndreca": {"Gjergj Ndreca-Provë"}, "ndrecë gjergji": {"Gjergj Ndreca-Provë"}, "Drita Cela": {"Drita Çela", "Dritë Qela"},
		"Dritë Qela": {"Dritë Qela", "Drita Çela"}, "Shpresa Xafa": {"Shpresa Xhafa"}, "Shpressa Gjafa": nil, "Mark": {"Mark Prela"}, "Mark Çela": nil, "": nil, "...": nil,
		"Shpesa Xhafa": {"Shpresa Xhafa"}, // a letter is missing
	} {
		got := x.search(asked, 10)
		for i, f := range got {
			if i >= len(want) || f.person != ids[want[i]] {
				t.Errorf("%q: finds %v, want %v", asked, got, want)
				break
			}
		}
		if len(got) != len(want) {
			t.Errorf("%q finds %d, want %v", asked, len(got), want)
		}
	}
	x.put(ids["Mark Prela"], "Mark Doda") // she is found by the name that she has
	if len(x.search("Mark Prela", 10)) != 0 || len(x.search("Mark Doda", 10)) != 1 {
		t.Error("an old name is found, or the new one is not")
	}
	for _, id := range ids {
		x.forget(id)
	}
	if len(x.byText)+len(x.bySound)+len(x.of) != 0 {
		t.Errorf("something of those who were forgotten is kept: %v %v", x.byText, x.bySound)
	}
	for _, w := range x.words {
		if w.text != "" || w.sound != "" || len(w.bearers) > 0 {
			t.Errorf("a word is kept: %q", w.text)
		}
	}
}

// BenchmarkSearchNames: a million persons with 4,000 first and 20,000 family names.
func BenchmarkSearchNames(b *testing.B) {
	x := newNameIndex()
	syllables := []string{"dri", "ta", "gje", "rgj", "mar", "ku", "shpre", "sa", "xha", "fer", "lle", "shi", "pre", "la", "ndo", "ji", "çe", "li", "rro", "ka"}
	word := func(n, parts int) (out string) {
		for range parts {
			out += syllables[n%len(syllables)]
			n /= len(syllables)
		}
		return out
	}
	for i := range 1_000_000 {
		x.put(uuid.New(), fmt.Sprintf("%s %s", word(i*7919%4000, 3), word(i*104729%20000, 4)))
	}
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		x.search(word(i*31%4000, 3)+" "+word(i*37%20000, 4), mostLookedAt)
	}
}
