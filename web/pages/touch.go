package pages

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"mkr/handlers"
)

const (
	sentHeader   = "Mkr-Send" // a script sends a form and goes where the answer says
	whereHeader  = "Mkr-Location"
	holderHeader = "Mkr-Holder"
)

// draftLife is how long a browser keeps the secret of its drafts after its last use.
const draftLife = 3 * 24 * time.Hour

func (p *Pages) sessionRoutes(only func(string, page)) {
	only("POST /signout", p.signOut)
	only("POST /session/touch", p.touched)
	only("POST /session/lock", p.lock)
	only("GET /session/key", p.draftKey)
}

// touch writes down that a person did something, when she did: she sent something or went to another page. What scripts
// fetch by themselves, reloads that they make and open sockets are no person's touch.
func (p *Pages) touch(w http.ResponseWriter, r *http.Request, c handlers.Caller) {
	if c.Account == "" || r.Method != http.MethodPost && !byHand(r) {
		return
	}
	if old := p.cookie(r, touchCookie); old != "" && p.Service.Fresh(c, old) {
		return
	}
	p.setTouch(w, c)
}

// byHand tells a navigation that a person began. Browsers too old to say how a request came about are believed.
func byHand(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Mode") == "" {
		return true
	}
	return r.Header.Get("Sec-Fetch-User") == "?1"
}

func (p *Pages) setTouch(w http.ResponseWriter, c handlers.Caller) {
	p.setCookie(w, touchCookie, p.Service.Touch(c), handlers.BrowserLife)
}

// touched is asked by a script that has seen keys, a pointer or scrolling; serve has noted it.
func (p *Pages) touched(w http.ResponseWriter, _ *http.Request, _ view) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// lock ends the session of a screen that nobody has touched for too long. Drafts stay, sealed: the same account opens
// them again.
func (p *Pages) lock(w http.ResponseWriter, r *http.Request, v view) error {
	if err := p.Service.EndIdle(r.Context(), v.Caller); err != nil {
		return err
	}
	p.setCookie(w, sessionCookie, "", 0)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// draftKey gives the keys of this account's drafts in this browser. They live in the page's memory only.
func (p *Pages) draftKey(w http.ResponseWriter, r *http.Request, v view) error {
	browser := p.cookie(r, browserCookie)
	if len(browser) != 43 {
		secret := make([]byte, 32)
		if _, err := rand.Read(secret); err != nil {
			return err
		}
		browser = base64.RawURLEncoding.EncodeToString(secret)
	}
	p.setCookie(w, browserCookie, browser, draftLife)
	w.Header().Set(holderHeader, v.Holder) // a page of another account, still open, shall seal nothing with them
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]string{"keys": base64.StdEncoding.EncodeToString(p.Service.DraftKeys(v.Caller, browser))})
}

// forgetDrafts throws the secret away that this browser's drafts hang on. Their bytes are dropped by the script, and say
// nothing without it.
func (p *Pages) forgetDrafts(w http.ResponseWriter) {
	p.setCookie(w, browserCookie, "", 0)
	p.setCookie(w, touchCookie, "", 0)
}

// isSent tells that a script has sent the request and will show what comes of it.
func isSent(r *http.Request) bool { return r.Header.Get(sentHeader) != "" }

// answerSent tells a script where to go instead of sending it there: a page is then loaded once, and shows its receipt.
func answerSent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isSent(r) {
			w = &sentWriter{ResponseWriter: w}
		}
		next.ServeHTTP(w, r)
	})
}

type sentWriter struct{ http.ResponseWriter }

// Unwrap lets http.ResponseController reach the connection.
func (w *sentWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *sentWriter) WriteHeader(status int) {
	if status == http.StatusSeeOther {
		w.Header().Set(whereHeader, w.Header().Get("Location"))
		w.Header().Del("Location")
		status = http.StatusNoContent
	}
	w.ResponseWriter.WriteHeader(status)
}
