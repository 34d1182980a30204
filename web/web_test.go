package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Tries to sign in are counted by address: only what our own proxy wrote last may say which one it is.
func TestTheCallersAddressBehindAProxy(t *testing.T) {
	for name, c := range map[string]struct {
		forwarded []string
		want      string
	}{
		"none":                     {nil, "192.0.2.1:1234"},
		"the proxy's":              {[]string{"203.0.113.5"}, "203.0.113.5:0"},
		"a claim before it":        {[]string{"10.0.0.1, 203.0.113.5"}, "203.0.113.5:0"},
		"a claim on its own line":  {[]string{"10.0.0.1", "203.0.113.5"}, "203.0.113.5:0"},
		"of IPv6":                  {[]string{"2001:db8::5"}, "[2001:db8::5]:0"},
		"no address":               {[]string{"203.0.113.5, somebody"}, "192.0.2.1:1234"},
		"an empty line at the end": {[]string{"203.0.113.5", ""}, "192.0.2.1:1234"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["X-Forwarded-For"] = c.forwarded
		var got string
		behindProxy(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
