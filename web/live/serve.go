package live

import (
	"bufio"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/websocket"

	"mkr/handlers"
)

// Small buffers, because most connections are idle: reading needs little, and writing borrows from a pool.
var upgrader = websocket.Upgrader{
	ReadBufferSize:  512,
	WriteBufferSize: 1024,
	WriteBufferPool: &sync.Pool{},
	Subprotocols:    []string{Protocol},
	CheckOrigin:     func(*http.Request) bool { return true }, // sameOrigin has been asked
	Error: func(w http.ResponseWriter, _ *http.Request, status int, err error) {
		refuse(w, status, "handshake", err.Error())
	},
}

// ServeHTTP upgrades a request and returns; the connection lives on in goroutines of the hub. Before the upgrade it
// refuses, with a problem (RFC 9457): 400 for a handshake that is none or offers only other protocols, 403 for
// another site's page, 429 and 503 for too many connections, 503 while the hub is not running. Whoever is not signed
// in is told so by close code 4401, which a browser's script can read, unlike a status.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !sameOrigin(r) {
		refuse(w, http.StatusForbidden, "origin", "a page of another site may not connect")
		return
	}
	if offered := websocket.Subprotocols(r); len(offered) > 0 && !slices.Contains(offered, Protocol) {
		refuse(w, http.StatusBadRequest, "subprotocol", "this server speaks "+Protocol)
		return
	}
	caller, err := h.cfg.Auth(r)
	end, known := verdict(err)
	if !known {
		h.cfg.Logger.Warn().Err(err).Msg("live: a caller cannot be checked")
		refuse(w, http.StatusServiceUnavailable, "unavailable", "your sign-in cannot be checked now")
		return
	}
	if status, code, text := h.admit(caller.Account, end != nil); status != 0 {
		refuse(w, status, code, text)
		return
	}
	c, err := h.upgrade(w, r)
	if err != nil {
		h.dismiss(caller.Account) // the upgrader has answered
		return
	}
	c.caller, c.request = caller, credentials(r)
	h.join(c, end)
}

// verdict reads an error of Auth: how the connection ends, if it does, and whether Auth could say at all.
func verdict(err error) (end *closing, known bool) {
	var denied *handlers.DeniedError
	switch {
	case err == nil:
		return nil, true
	case errors.Is(err, handlers.ErrNotSignedIn):
		return &notSignedIn, true
	case errors.As(err, &denied):
		return &rightsEnded, true
	}
	return nil, false
}

// sameOrigin refuses pages of other sites, which a browser would let in with the cookie of ours. A bearer token is
// no cookie: whoever sends one means to. Who sends no Origin is no browser.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || bearer(r) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

func bearer(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && token != ""
}

// credentials keeps what Auth needs to check again, without the rest of the request.
func credentials(r *http.Request) *http.Request {
	kept := http.Header{}
	for _, name := range []string{"Authorization", "Cookie"} {
		if values := r.Header.Values(name); len(values) > 0 {
			kept[name] = slices.Clone(values)
		}
	}
	return &http.Request{Method: http.MethodGet, URL: &url.URL{Path: r.URL.Path}, Host: r.Host, RemoteAddr: r.RemoteAddr, Header: kept}
}

// admit reserves a place, or says why there is none. Whoever is turned away by a close code takes one as well.
func (h *Hub) admit(account string, turnedAway bool) (status int, code, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.started || h.stopping:
		return http.StatusServiceUnavailable, "unavailable", "live updates are not running now"
	case h.total >= h.limits.Connections:
		h.refused.Add(1)
		return http.StatusServiceUnavailable, "connections", "too many connections"
	case !turnedAway && h.accounts[account] >= h.limits.PerAccount:
		h.refused.Add(1)
		return http.StatusTooManyRequests, "connections_of_account", "too many connections of this account"
	}
	h.total++
	h.accounts[account]++
	h.conns.Add(1)
	return 0, "", ""
}

// dismiss gives a place back.
func (h *Hub) dismiss(account string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.total--
	if h.accounts[account]--; h.accounts[account] == 0 {
		delete(h.accounts, account)
	}
	h.conns.Done()
}

// upgrade shakes hands. The connection beneath is ours, so that frames can be gathered.
func (h *Hub) upgrade(w http.ResponseWriter, r *http.Request) (*conn, error) {
	c := &conn{hub: h, queue: newQueue(), written: make(chan struct{})}
	c.heard.Store(true)
	ws, err := upgrader.Upgrade(&hijacker{w, func(n net.Conn) net.Conn {
		c.net = &cork{Conn: n, patience: h.limits.WriteWait}
		return c.net
	}}, r, nil)
	c.ws = ws
	return c, err
}

// join greets a connection and begins to serve it; with an end it says only that.
func (h *Hub) join(c *conn, end *closing) {
	h.mu.Lock()
	h.nextID++
	c.id = h.nextID
	h.enter(c, h.judge.Lens(c.caller))
	switch {
	case h.stopping: // while it shook hands
		c.close(goingAway)
	case end != nil:
		c.close(*end)
	default:
		c.greeted = h.head
		h.push(c, frameOf(Hello{Type: "hello", Epoch: h.cfg.Epoch, Position: h.head.position}, rowKey{}))
	}
	h.mu.Unlock()
	go c.write()
	go c.read()
}

// leave cleans up behind a connection that has ended.
func (h *Hub) leave(c *conn) {
	c.close(hungUp)
	<-c.written
	_ = c.ws.Close() // it is over either way
	h.mu.Lock()
	h.exit(c)
	account := c.caller.Account
	h.mu.Unlock()
	h.dismiss(account)
}

// hijacker hands the upgrader a connection of ours, whatever middleware stands before it.
type hijacker struct {
	http.ResponseWriter
	wrap func(net.Conn) net.Conn
}

func (j *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	n, rw, err := http.NewResponseController(j.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return j.wrap(n), rw, nil
}

func refuse(w http.ResponseWriter, status int, code, detail string) {
	body, err := json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	}{"about:blank", http.StatusText(status), status, "live." + code, detail})
	if err != nil {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "5")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // who asked has left if it fails
}
