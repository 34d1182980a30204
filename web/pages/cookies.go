package pages

import (
	"net/http"
	"time"
)

// What this site keeps in a browser. None of it is for scripts, and none goes to another host.
const (
	sessionCookie  = "mkr"
	languageCookie = "mkr-lang"
	touchCookie    = "mkr-touch"   // when a person last touched this browser's session
	browserCookie  = "mkr-browser" // the secret that this browser's drafts hang on; thrown away at sign-out
	doorCookie     = "mkr-door"    // the secret of the one browser that may answer what it was asked at the door
	identityCookie = "mkr-idp"     // sealed: what the answer to the one question is checked by that this browser was sent out with
	tourCookie     = "mkr-tour"    // the roles that have sent their tour away
)

// CookieName is the name that a cookie bears. Over TLS the prefix binds it to this host, to all its paths and to encryption: no other
// host, and nobody on the line, can put one in its place.
func CookieName(secure bool, name string) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// SessionCookie is the name of the session's cookie.
func SessionCookie(secure bool) string { return CookieName(secure, sessionCookie) }

// TouchMark is the mark of a person's last touch that a browser shows; "" when it shows none.
func TouchMark(r *http.Request, secure bool) string {
	return cookieOf(r, CookieName(secure, touchCookie))
}

func cookieOf(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

// cookie is what the browser keeps under a name; "" when nothing.
func (p *Pages) cookie(r *http.Request, name string) string {
	return cookieOf(r, CookieName(p.SecureCookies, name))
}

// setCookie is the only place that writes one. A life that is over takes it away.
//
// Lax, not Strict, but for what is answered on the page that asked: a link from a colleague's message must open the case and not the
// door, and a provider's answer comes as a link. Commands are posts, which a foreign page cannot make with it.
func (p *Pages) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	same := http.SameSiteLaxMode
	if name == doorCookie {
		same = http.SameSiteStrictMode
	}
	age := int(life.Seconds())
	if age <= 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{Name: CookieName(p.SecureCookies, name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: p.SecureCookies, SameSite: same})
}
