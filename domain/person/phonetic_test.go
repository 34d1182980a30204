package person

import "testing"

func TestNamesThatSoundAlike(t *testing.T) {
	for _, same := range [][]string{
		{"Gjergj", "Gjerg", "Gergj", "Gjergji"}, {"Xhevahir", "Xhevair", "Xevahir"}, {"Qemal", "Çemal", "Qemali"}, {"Rrok", "Rok"}, {"Dritë", "Drita", "Drite"},
		{"Ndreca", "Ndrecë"}, {"Llesh", "Lesh", "Les"}, {"Fatmir", "Fattmir"}, {"Dhimitër", "Dimiter"}, {"Ylli", "Illi"}, {"Shpresa", "Shpresë"}, {"Njazi", "Nazi"},
	} {
		for _, name := range same[1:] {
			if Sound(Fold(name)) != Sound(Fold(same[0])) {
				t.Errorf("%s (%s) and %s (%s) do not sound alike", same[0], Sound(Fold(same[0])), name, Sound(Fold(name)))
			}
		}
	}
	for _, differ := range [][2]string{{"Drita", "Diana"}, {"Agim", "Agron"}, {"Mark", "Marash"}, {"Lule", "Lena"}, {"Prela", "Preka"}, {"Ana", "Arta"}} {
		if Sound(Fold(differ[0])) == Sound(Fold(differ[1])) {
			t.Errorf("%s and %s sound alike: %s", differ[0], differ[1], Sound(Fold(differ[0])))
		}
	}
	for _, nothing := range []string{"", "-", "'"} {
		if got := Sound(Fold(nothing)); got != "" {
			t.Errorf("%q sounds like %q", nothing, got)
		}
	}
}

func FuzzSound(f *testing.F) {
	f.Add("Gjergj Kastrioti")
	f.Fuzz(func(t *testing.T, name string) {
		if sound := Sound(Fold(name)); len(sound) > len(Fold(name)) {
			t.Errorf("%q sounds longer than it is", name)
		}
	})
}
