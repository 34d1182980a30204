package handlers

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"mkr/domain/person"
)

// nameIndex finds persons by name. It is in memory only and is made anew at every start: a name that could be searched for on
// the disk could be read there. Whoever is erased is forgotten.
type nameIndex struct {
	mu      sync.RWMutex
	words   []nameWord
	byText  map[string]uint32
	bySound map[string][]uint32 // the words that sound so
	of      map[uuid.UUID][]uint32
	built   bool // everybody who was known at the start is in it
}

// nameWord is one word of names, with who bears it.
type nameWord struct {
	text, sound string
	bearers     []uuid.UUID
}

// found is a person whose name matches, the better the higher.
type found struct {
	person uuid.UUID
	score  int // how well the words match, added up
	worst  int // how well the worst does
}

// How well a word matches.
const (
	nearly   = 1 // one letter of the sound differs
	sounding = 2
	spelt    = 3
)

func newNameIndex() *nameIndex {
	return &nameIndex{byText: map[string]uint32{}, bySound: map[string][]uint32{}, of: map[uuid.UUID][]uint32{}}
}

// put makes a person findable by a name, and by no other that she had.
func (x *nameIndex) put(id uuid.UUID, name string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(id)
	var words []uint32
	for text := range strings.FieldsSeq(person.Fold(name)) {
		at, known := x.byText[text]
		if !known {
			at = uint32(len(x.words))
			sound := person.Sound(text)
			x.words = append(x.words, nameWord{text: text, sound: sound})
			x.byText[text], x.bySound[sound] = at, append(x.bySound[sound], at)
		}
		if !slices.Contains(words, at) {
			words = append(words, at)
			x.words[at].bearers = append(x.words[at].bearers, id)
		}
	}
	x.of[id] = words
}

// others are some persons, whoever they are: at most n.
func (x *nameIndex) others(n int) []uuid.UUID {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []uuid.UUID
	for id := range x.of { // in no order
		if len(out) >= n {
			break
		}
		out = append(out, id)
	}
	return out
}

// forget takes a person out; a word that nobody else bears goes with her.
func (x *nameIndex) forget(id uuid.UUID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(id)
}

func (x *nameIndex) drop(id uuid.UUID) {
	for _, at := range x.of[id] {
		w := &x.words[at]
		w.bearers = slices.DeleteFunc(w.bearers, func(b uuid.UUID) bool { return b == id })
		if len(w.bearers) == 0 {
			delete(x.byText, w.text)
			x.bySound[w.sound] = slices.DeleteFunc(x.bySound[w.sound], func(i uint32) bool { return i == at })
			if len(x.bySound[w.sound]) == 0 {
				delete(x.bySound, w.sound)
			}
			*w = nameWord{}
		}
	}
	delete(x.of, id)
}

// search finds who bears every word of a name, spelt so, sounding so or nearly so: the best first, at most most.
func (x *nameIndex) search(name string, most int) []found {
	x.mu.RLock()
	defer x.mu.RUnlock()
	words := strings.Fields(person.Fold(name))
	if len(words) == 0 {
		return nil
	}
	matches := make([]map[uint32]int, len(words))
	for i, text := range words {
		matches[i] = x.matching(text)
	}
	// Whoever bears all words is among those who bear the rarest.
	rarest, least := 0, -1
	for i, m := range matches {
		n := 0
		for at := range m {
			n += len(x.words[at].bearers)
		}
		if least < 0 || n < least {
			rarest, least = i, n
		}
	}
	best := map[uuid.UUID]found{}
	for at := range matches[rarest] {
		for _, id := range x.words[at].bearers {
			if _, done := best[id]; !done {
				best[id] = x.score(id, matches)
			}
		}
	}
	out := make([]found, 0, min(len(best), 64))
	for _, f := range best {
		if f.worst > 0 {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b found) int {
		return cmp.Or(b.worst-a.worst, b.score-a.score, slices.Compare(a.person[:], b.person[:]))
	})
	return out[:min(len(out), most)]
}

// matching are the words that match one that is searched for, with how well.
func (x *nameIndex) matching(text string) map[uint32]int {
	out := map[uint32]int{}
	sound := person.Sound(text)
	if len(sound) > 3 { // of short ones every second would be near
		for other, words := range x.bySound {
			if other != sound && near(sound, other) {
				for _, at := range words {
					out[at] = nearly
				}
			}
		}
	}
	for _, at := range x.bySound[sound] {
		out[at] = sounding
	}
	if at, ok := x.byText[text]; ok {
		out[at] = spelt
	}
	return out
}

// score tells how well the searched words are borne; the worst is 0 if one is not.
func (x *nameIndex) score(id uuid.UUID, matches []map[uint32]int) found {
	f := found{person: id, worst: spelt}
	for _, m := range matches {
		word := 0
		for _, at := range x.of[id] {
			word = max(word, m[at])
		}
		f.score, f.worst = f.score+word, min(f.worst, word)
		if word == 0 {
			break
		}
	}
	return f
}

// near tells whether one letter, put in, taken out or changed, leads from one sound to the other.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}

// done says that everybody who was known at the start is in it.
func (x *nameIndex) done() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.built = true
}

func (x *nameIndex) ready() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.built
}
