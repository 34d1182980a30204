package deadline

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"
	"time"
)

// shipped are the packs as they were first shipped. A line is added with a new version and never changed: clocks carry the
// version that they were counted by, so its text must be the same for ever.
var shipped = map[string]string{
	"packs/al-cp-18-2017.json":   "cf7dfa5e7aebab0badfe53e6b9b7391847e8fdfbb68732b2dd83c4c054079381",
	"packs/al-cp-18-2017-2.json": "1c15adda31d2bd48a92fb76a724d4dc421c2b2bc0ca80b0ca70b55932d2ae977",
	"packs/al-dv-9669.json":      "471ff47bbae32da8e117abc5405d218bb998fcc81c4aec79fd451aa23ced9802",
	"packs/al-dv-9669-2.json":    "4d2f4da742d3f12d1c44d7b062cc8bdba703068494ca5ed955c5219b4b77e7b2",
	"packs/al-vaw-2026.json":     "c3fb1d48e7db9ea1f582a0786b18979a838e18da1b00754207be308218218ebe",
	"packs/al-vaw-2026-2.json":   "667e67d860de6af07421b6702f6154c6427409072e76fbccc15adaffd9a9c3e7",
	"packs/mkr-house.json":       "5a0b5c421cda632d000c7c3942cf0387d39e4b4d80aa130b5e004d6aa9f0f220",
	"packs/mkr-house-3.json":     "40cbf065f58a1e7065e0251695014eaee29f95a181a07ddf631488c0f12416eb",
	"packs/mkr-house-2.json":     "3d64e709c5275c87307d1a5ef59be410c7f1f16463b9d5451dccc4d6ef83e2bd",
}

func TestAShippedPackIsNeverEdited(t *testing.T) {
	files, err := fs.Glob(embedded, "packs/*.json")
	if err != nil || len(files) != len(shipped) {
		t.Fatalf("%d packs and %d sums, %v", len(files), len(shipped), err)
	}
	for _, name := range files {
		data, err := embedded.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		if got := hex.EncodeToString(sum[:]); got != shipped[name] {
			t.Errorf("%s was changed after it was shipped (%s): make it a new version in a file of its own", name, got)
		}
	}
}

// The law does not change when a pack says better what it says: the second versions hold from the same day as the first,
// and no rule of a first version is missing.
func TestASecondVersionKeepsTheRulesOfTheFirst(t *testing.T) {
	packs, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var before Pack
	for _, p := range packs.All() {
		if p.ID == before.ID {
			if p.ValidFrom != before.ValidFrom || p.Version != before.Version+1 {
				t.Errorf("%s %d holds from %s", p.ID, p.Version, p.ValidFrom)
			}
			set := packs.On(p.ID, time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC))
			for _, r := range before.Rules {
				if _, ok := set.Rule(r.ID); !ok {
					t.Errorf("%s %d has no %s", p.ID, p.Version, r.ID)
				}
			}
		}
		before = p
	}
}

// A version that was loaded before the program asked for a rule lacks it; the newest version that has it counts then.
func TestARuleThatAnOlderVersionLacks(t *testing.T) {
	packs, err := NewPacks(
		Pack{ID: "R", Version: 1, ValidFrom: "2020-01-01", Rules: []Rule{{ID: "X"}, {ID: "Y"}}},
		Pack{ID: "R", Version: 2, ValidFrom: "2020-01-01", Rules: []Rule{{ID: "X"}}})
	if err != nil {
		t.Fatal(err)
	}
	if packs.For("R").Has("Y") || !packs.With("R", "Y").Has("Y") || !packs.With("R", "X").Has("X") || packs.With("R", "Z").Has("Z") {
		t.Error("the rule is not found where it is")
	}
}
