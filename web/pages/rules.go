package pages

import (
	"mkr/domain/deadline"
)

// rules are the titles of the deadline rules, by id. Titles are in the packs, in both languages, and not in the
// catalogue: a new pack brings its own words. Of two packs with one rule the newer one's title shows.
type rules map[string]deadline.Text

func titles(packs deadline.Packs) rules {
	out := rules{}
	for _, pack := range packs.All() {
		for _, r := range pack.Rules {
			out[r.ID] = r.Title
		}
	}
	return out
}

// Rule is the title of a deadline's rule.
func (v view) Rule(id string) string {
	if t, ok := v.rules[id]; ok {
		return pick(v.Language(), t.SQ, t.EN)
	}
	return v.Code("rule", id) // a clock that is in no pack, because the plan or the court set its day
}
