// Package pages is the web that people use: server-rendered HTML in Albanian and English.
//
// It guarantees: a page decides nothing, it asks handlers in the caller's name and shows what it may show; no page,
// title or address holds a name; every page works without scripts, save for what is live by nature; no inline script
// or style, under a Content-Security-Policy that refuses them; a form carries the key of its command, so that sending
// it twice files once; a form that is refused keeps what was typed and says what is wrong beside the field; every
// page says as of which event it stands.
//
// The HTML is written in templ files; the generated *_templ.go are committed (go tool templ generate ./web/...).
package pages
