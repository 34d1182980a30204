package idp_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"mkr/internal/idp"
)

// Whoever answers under a provider's address and calls himself otherwise than the file does is no provider: nobody is sent there.
func TestAnImpostorIsNoProvider(t *testing.T) {
	called := "https://login.example.al"
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q,"id_token_signing_alg_values_supported":["RS256"]}`,
			called, server.URL+"/a", server.URL+"/t", server.URL+"/k")
	}))
	defer server.Close()
	ask := func() error {
		p, err := idp.New("http://localhost:8080", []idp.Config{{ID: "spitali", Issuer: server.URL, ClientID: "mkr", Secret: "s"}}, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Ask(t.Context(), "spitali")
		return err
	}
	if err := ask(); !errors.Is(err, idp.ErrAway) {
		t.Errorf("it calls itself %s: %v", called, err)
	}
	called = server.URL
	if err := ask(); err != nil {
		t.Errorf("it calls itself as the file does: %v", err)
	}
}
