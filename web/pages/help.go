package pages

import (
	"net/http"
	"strings"

	"mkr/handlers"
	"mkr/web/help"
)

// helpRoutes are the users' guide. It is public: who cannot sign in needs it most.
func (p *Pages) helpRoutes(mux *router, open func(string, page)) {
	open("GET /help", p.helpContents)
	open("GET /help/{page}", p.helpPage)
	mux.Handle("GET /help/images/{language}/{name}", p.book)
}

// helpContents is the table of contents, the reader's own page first.
func (p *Pages) helpContents(w http.ResponseWriter, r *http.Request, v view) error {
	return p.render(w, r, http.StatusOK, helpContentsView(v, p.book))
}

func (p *Pages) helpPage(w http.ResponseWriter, r *http.Request, v view) error {
	page, ok := p.book.Page(v.Language(), r.PathValue("page"))
	if !ok {
		return handlers.ErrNotFound
	}
	return p.render(w, r, http.StatusOK, helpPageView(v, p.book, page))
}

// helpTopics say which part of the guide explains a page of the web, by the beginning of its path. The first that fits
// counts; a page that none explains leads to the contents.
var helpTopics = []struct{ path, topic string }{
	{"/board", "board"},
	{"/cases/new", "first-steps#a-form"},
	{"/cases/", "first-steps#the-case"},
	{"/register", "first-steps#the-case"},
	{"/inbox", "first-steps#your-tasks"},
	{"/outbox", "first-steps#your-tasks"},
	{"/deadlines", "first-steps#deadlines"},
	{"/account", "keys-and-privacy"},
	{"/signin", "first-steps"},
	{"/admin", "administrator"},
}

// Help is where the guide explains this page.
func (v view) Help() string {
	path, _, _ := strings.Cut(v.Path, "?")
	for _, t := range helpTopics {
		if strings.HasPrefix(path, t.path) {
			return help.Base + "/" + t.topic
		}
	}
	return help.Base
}
