package app

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// issue writes a certificate for this machine, with its key, and returns who trusts it.
func issue(t *testing.T, dir string, serial int64, end time.Time) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "mkr"}, NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key, roots = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), x509.NewCertPool()
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	roots.AppendCertsFromPEM(public)
	put(t, cert, public)
	put(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return cert, key, roots
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The server speaks TLS itself, of today, and nothing else: no old version, no weak suite, no plain HTTP beside it.
func TestTheServerSpeaksTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key, roots := issue(t, dir, 1, time.Now().AddDate(1, 0, 0))
	a, err := New(Config{DataDir: filepath.Join(dir, "data"), Addr: "127.0.0.1:0", Secure: true, Metrics: "127.0.0.1:0", TLSCert: cert, TLSKey: key, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	addr, plain := strings.CutPrefix(a.URL(), "https://")
	if !plain {
		t.Fatalf("it serves at %s", a.URL())
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	res, err := client.Get(a.URL() + "/signin")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.ProtoMajor != 2 || res.TLS.Version != tls.VersionTLS13 || res.StatusCode != http.StatusOK {
		t.Errorf("%s over %s: %s", res.Proto, tls.VersionName(res.TLS.Version), res.Status)
	}
	if got := res.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
		t.Errorf("Strict-Transport-Security: %q", got)
	}

	for name, c := range map[string]struct {
		config *tls.Config
		want   bool
	}{
		"1.1":                      {&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
		"1.2, CBC":                 {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}}, false},
		"1.2, GCM":                 {&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}}, true},
		"1.2, for sockets":         {&tls.Config{MaxVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, true},
		"1.3, post-quantum hybrid": {&tls.Config{MinVersion: tls.VersionTLS13, CurvePreferences: []tls.CurveID{tls.X25519MLKEM768}}, true},
	} {
		c.config.RootCAs = roots
		conn, err := tls.Dial("tcp", addr, c.config)
		if err == nil {
			_ = conn.Close()
		}
		if (err == nil) != c.want {
			t.Errorf("TLS %s: %v", name, err)
		}
	}

	// Figures are for operators: at an address of their own, over TLS too, and nowhere else.
	for _, at := range []struct {
		url  string
		want int
	}{
		{"https://" + a.FiguresAddr() + "/metrics", http.StatusOK}, {"https://" + a.FiguresAddr() + "/signin", http.StatusNotFound},
		{a.URL() + "/metrics", http.StatusNotFound}, {a.URL() + "/api/v1/metrics", http.StatusNotFound},
		// Nor does the site list folders, or tell of itself for who debugs.
		{a.URL() + "/static/", http.StatusNotFound}, {a.URL() + "/static/css/", http.StatusNotFound}, {a.URL() + "/.git/config", http.StatusNotFound},
		{a.URL() + "/debug/pprof/", http.StatusNotFound}, {a.URL() + "/debug/vars", http.StatusNotFound}, {a.URL() + "/styleguide", http.StatusNotFound},
	} {
		res, err := client.Get(at.url)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != at.want || res.Header.Get("Server") != "" {
			t.Errorf("%s: %s at %s", at.url, res.Status, res.Request.URL)
		}
	}
	trace, err := http.NewRequestWithContext(t.Context(), http.MethodTrace, a.URL()+"/signin", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err = client.Do(trace); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("TRACE: %s", res.Status)
	}

	res, err = http.Get("http://" + addr + "/signin")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusBadRequest || bytes.Contains(body, []byte("<")) {
		t.Errorf("plain HTTP is answered %s: %s", res.Status, body)
	}
}

// A renewed certificate is served without a stop; one that cannot be used is not, and the log says so.
func TestARenewedCertificateIsServed(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var said bytes.Buffer
	cert, key, _ := issue(t, dir, 1, now.AddDate(1, 0, 0))
	c, err := openCertificate(cert, key, func() time.Time { return now }, zerolog.New(&said))
	if err != nil {
		t.Fatal(err)
	}
	shown := func(when string, want int64) {
		t.Helper()
		if got := c.current().Leaf.SerialNumber.Int64(); got != want {
			t.Errorf("%s: number %d is shown, want %d", when, got, want)
		}
	}
	touch := func(minutes int) { // files that are written within one tick of the file system's clock may bear one time
		t.Helper()
		for _, path := range []string{cert, key} {
			if err := os.Chtimes(path, time.Time{}, now.Add(time.Duration(minutes)*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
	}
	issue(t, dir, 2, now.AddDate(2, 0, 0))
	touch(1)
	shown("within the ten seconds", 1)
	now = now.Add(lookAgain)
	shown("then", 2)

	put(t, key, []byte("half of it"))
	touch(2)
	now = now.Add(lookAgain)
	shown("half a renewal", 2)
	if !strings.Contains(said.String(), "cannot be used") {
		t.Errorf("the log says %s", said.String())
	}
	said.Reset()
	now = now.Add(lookAgain)
	shown("the same half", 2)
	if said.Len() > 0 {
		t.Errorf("it is said again: %s", said.String())
	}
	issue(t, dir, 3, now.AddDate(0, 0, -1))
	touch(3)
	now = now.Add(lookAgain)
	shown("the rest of it, too late", 3)
	if !strings.Contains(said.String(), "is over") {
		t.Errorf("the log says %s", said.String())
	}

	for _, bad := range [][2]string{{cert, ""}, {"", key}, {cert, filepath.Join(dir, "none")}, {key, cert}} {
		if _, err := openCertificate(bad[0], bad[1], time.Now, zerolog.Nop()); err == nil {
			t.Errorf("%q is taken for a certificate and its key", bad)
		}
	}
}
