package web

import (
	"bufio"
	"errors"
	"net"
	"net/http"
)

var errNoHijack = errors.New("web: the connection cannot be taken over")

// Hijack lets the socket take the connection over.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := r.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, errNoHijack
	}
	r.status, r.wrote = http.StatusSwitchingProtocols, true
	return h.Hijack()
}
