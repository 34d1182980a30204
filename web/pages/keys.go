package pages

// goKeys are the second keys of "g and a letter", by the page that they lead to.
var goKeys = map[string]string{
	"/board": "b", "/inbox": "i", "/outbox": "o", "/deadlines": "d", "/register": "r", "/orders": "u", "/meetings": "m", "/activities": "a", "/aid": "n", "/indicators": "t", "/institutions": "l", "/admin": "x",
}

// goKey is one of them, as far as the role has the page.
type goKey struct{ Key, Path, Title string }

func (v view) goKeys() []goKey {
	var out []goKey
	for _, t := range v.tabs() {
		if k, ok := goKeys[t.Path]; ok {
			out = append(out, goKey{k, t.Path, v.T(t.Key)})
		}
	}
	return out
}
