package person

import "strings"

// Sound brings one folded word (see Fold) to the form in which Albanian names that sound alike, or are misspelt alike, are the
// same: Gjergj and Gjerg, Xhevahir and Xevair, Qemal and Çemal, Rrok and Rok, Dritë and Drita. It is "" for a word without
// letters.
func Sound(word string) string {
	for _, p := range alike {
		word = strings.ReplaceAll(word, p[0], p[1])
	}
	var b strings.Builder
	last := byte(0)
	for i := range len(word) {
		c := word[i]
		if c == last || c == 'h' && b.Len() > 0 || c < '0' {
			continue // doubled, mute, or no letter
		}
		b.WriteByte(c)
		last = c
	}
	sound := b.String()
	if len(sound) > 3 && strings.IndexByte("aeiu", sound[len(sound)-1]) >= 0 { // the definite form, and a mute ë: Drita, Dritë
		sound = sound[:len(sound)-1]
	}
	return sound
}

// alike are the spellings that are written one for the other. Two letters for one sound come before the single ones.
var alike = [][2]string{
	{"xh", "x"}, {"gj", "g"}, {"nj", "n"}, {"dh", "d"}, {"th", "t"}, {"sh", "s"}, {"zh", "z"}, {"ch", "c"}, {"rr", "r"}, {"ll", "l"},
	{"ph", "f"}, {"q", "c"}, {"k", "c"}, {"y", "i"}, {"j", "i"}, {"w", "v"},
}
