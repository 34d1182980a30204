package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTheDemoRefusesAnAddressThatOthersCouldReach(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:8080", ":8080", "192.0.2.7:8080", "example.al:80", "nonsense"} {
		if err := loopback(addr); err == nil {
			t.Errorf("%s is taken for loopback", addr)
		}
	}
	for _, addr := range []string{"127.0.0.1:8080", "localhost:0", "[::1]:80", "127.9.9.9:1"} {
		if err := loopback(addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// With --require-tls mkr serves on an address that others reach with TLS or not at all, and goes to no store in the open.
func TestServeRefusesToBeReadOnTheWay(t *testing.T) {
	for _, args := range [][]string{{"--addr", "0.0.0.0:0"}, {"--addr", "192.0.2.7:8443"}, {"--addr", "127.0.0.1:0", "--metrics-addr", "0.0.0.0:0"}} {
		cmd := child(t, append([]string{"serve", "--require-tls", "--data", t.TempDir()}, args...)...)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Run(); err == nil || !strings.Contains(said.String(), "--tls-cert") {
			t.Errorf("%q: %v, %q", args, err, said.String())
		}
	}
	scanned := child(t, "serve", "--require-tls", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--scan", "clamd://192.0.2.7:3310")
	var refused bytes.Buffer
	scanned.Stderr = &refused
	if err := scanned.Run(); err == nil || !strings.Contains(refused.String(), "files are readable on the way") {
		t.Errorf("a scanner elsewhere: %v, %q", err, refused.String())
	}
	cmd := child(t, "serve", "--require-tls", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--store", "esdb://store.example:2113?tls=false")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err == nil || !strings.Contains(said.String(), "leaves out TLS") {
		t.Errorf("a store in the open: %v, %q", err, said.String())
	}
}

// Who asks for help gets it on standard output and has done nothing wrong; who mistypes is told so on standard error.
func TestHelp(t *testing.T) {
	for args, code := range map[string]int{
		"help": 0, "-h": 0, "--help": 0, "version": 0, "--version": 0, "serve -h": 0, "demo --help": 0, "audit verify -h": 0,
		"": 2, "serv": 2, "help serve": 2, "serve --adress :1": 2, "audit verify --zzz": 2,
	} {
		cmd := child(t, strings.Fields(args)...)
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("mkr %s: exit %d, want %d: %s", args, got, code, said.String())
		}
		if top := !strings.Contains(args, " "); top && (code == 0) != (out.Len() > 0) || code != 0 && said.Len() == 0 {
			t.Errorf("mkr %s says %q on standard output and %q on standard error", args, out.String(), said.String())
		}
	}
}

func TestServeFromAnEmptyFolderToAStop(t *testing.T) {
	dir := t.TempDir()
	police := run(t, "institution", "--data", dir, "--kind", "police", "--name-sq", "Policia", "--name-en", "Police", "--services", "police_protection")
	run(t, "institution", "--data", dir, "--kind", "municipality_dv", "--name-sq", "Bashkia", "--name-en", "Municipality")
	account := strings.Fields(run(t, "account", "--data", dir, "--institution", police, "--role", "police", "--username", "prova", "--name", "Prova"))[1]
	token := run(t, "account", "--data", dir, "--token", account)

	srv := start(t, dir)
	status, answer, err := srv.post(http.DefaultClient, token, "/api/v1/cases", [16]byte{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}, `{"kind":"domestic_violence","channel":"hotline_400075","persons":[{"role":"survivor","name":"Provë Provuese"}]}`)
	if err != nil || status != http.StatusCreated {
		t.Fatalf("%d %v %v", status, answer, err)
	}
	run(t, "health", "--addr", strings.TrimPrefix(srv.url, "http://"))
	for _, at := range []string{"/metrics", "/api/v1/metrics"} { // where nobody gave them an address of their own
		res, err := http.Get(srv.url + at)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", at, res.Status)
		}
	}

	second := child(t, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	var said bytes.Buffer
	second.Stderr = &said
	if err := second.Run(); err == nil || !strings.Contains(said.String(), "another process") {
		t.Errorf("a second start on the folder: %v, %q", err, said.String())
	}

	if err := srv.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- srv.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("a stop by SIGTERM ends with %v", err)
		}
	case <-time.After(stopWithin + time.Second):
		t.Fatal("it did not stop in time")
	}

	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		return err
	}); err != nil {
		t.Error(err)
	}

	// What was stored is there, moves to another folder byte for byte, and can be replayed.
	first := run(t, "export", "--data", dir)
	other := t.TempDir()
	in := child(t, "import", "--data", other)
	in.Stdin = strings.NewReader(first)
	if out, err := in.CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	if again := run(t, "export", "--data", other); again != first {
		t.Error("an import of an export exports something else")
	}
	nowhere := filepath.Join(t.TempDir(), "mistyped")
	if out, err := child(t, "export", "--data", nowhere).CombinedOutput(); err == nil || !strings.Contains(string(out), "no log here") {
		t.Errorf("an export of nothing: %v %s", err, out)
	}
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("an export made the folder that it was to read")
	}
	for _, args := range [][]string{{"account"}, {"institution"}, {"audit", "replay", "DHF-2026-0001"}} {
		if out, err := child(t, append(args, "--data", nowhere)...).CombinedOutput(); err == nil || !strings.Contains(string(out), "no log here") {
			t.Errorf("%v of nothing: %v %s", args, err, out)
		}
	}
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("a list of nothing made the folder that it was to read")
	}
	in = child(t, "import", "--data", other)
	in.Stdin = strings.NewReader(first)
	if out, err := in.CombinedOutput(); err == nil || !strings.Contains(string(out), "not empty") {
		t.Errorf("a second import: %v %s", err, out)
	}
	for _, args := range [][]string{ // by its id or its code, before the flags or after them
		{answer["case"].(string), "--data", dir}, {"--data", dir, answer["case"].(string)}, {answer["code"].(string), "--data", dir},
	} {
		var replayed struct{ Code, Status string }
		if err := json.Unmarshal([]byte(run(t, append([]string{"audit", "replay"}, args...)...)), &replayed); err != nil || replayed.Code != answer["code"] || replayed.Status != "open" {
			t.Errorf("replay %v: %+v %v", args, replayed, err)
		}
	}
	if out, err := child(t, "audit", "replay", "DHF-1900-0001", "--data", dir).CombinedOutput(); err == nil || !strings.Contains(string(out), "no such case at that moment: DHF-1900-0001") {
		t.Errorf("a replay of a case that there is not: %v %s", err, out)
	}
}

// The demo is what an outsider runs first: one line of JSON, an account a role, and all of it real.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("loads a year; left out of -short")
	}
	dir := filepath.Join(t.TempDir(), "demo")
	srv := startDemo(t, dir)
	raw, err := os.ReadFile(filepath.Join(dir, "accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "accounts.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("accounts.json: %v %v", info.Mode(), err)
	}
	var accounts []struct{ Role, Institution, Account, Password, Token string }
	if err := json.Unmarshal(raw, &accounts); err != nil {
		t.Fatal(err)
	}
	roles := map[string]bool{}
	for _, a := range accounts {
		roles[a.Role] = true
		if a.Password == "" || a.Token == "" || a.Institution == "" || a.Account == "" {
			t.Errorf("an account lacks something: %s", a.Role)
		}
		req, _ := http.NewRequest(http.MethodGet, srv.url+"/api/v1/me", nil)
		req.Header.Set("Authorization", "Bearer "+a.Token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("the token of %s: %s", a.Role, res.Status)
		}
	}
	for _, r := range []string{"coordinator", "child_protection_worker", "police", "medical", "ngo", "shelter", "court", "auditor", "administrator"} {
		if !roles[r] {
			t.Errorf("no account for %s", r)
		}
	}
	_ = srv.cmd.Process.Signal(syscall.SIGTERM)
	if err := srv.cmd.Wait(); err != nil {
		t.Errorf("the demo ends with %v", err)
	}
}

// The question of health goes over TLS where the server speaks it, and believes the server's own certificate alone.
func TestHealthIsAskedOverTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ready\n")) }))
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	dir := t.TempDir()
	cert := filepath.Join(dir, "cert.pem")
	if err := os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := server.Listener.Addr().String()
	if err := runHealth(t.Context(), []string{"--addr", addr, "--tls-cert", cert}); err != nil {
		t.Error(err)
	}
	if err := runHealth(t.Context(), []string{"--addr", addr}); err == nil {
		t.Error("it was asked without TLS")
	}
	other := httptest.NewUnstartedServer(nil)
	other.TLS = &tls.Config{Certificates: []tls.Certificate{*foreign(t)}}
	other.StartTLS()
	defer other.Close()
	other.Config.ErrorLog = log.New(io.Discard, "", 0)
	if err := runHealth(t.Context(), []string{"--addr", other.Listener.Addr().String(), "--tls-cert", cert}); err == nil {
		t.Error("another's certificate was believed")
	}
	if err := runHealth(t.Context(), []string{"--addr", addr, "--tls-cert", filepath.Join(dir, "none")}); err == nil {
		t.Error("a certificate that is not there was taken")
	}
}

// foreign is a certificate that nobody knows, made out for the same name.
func foreign(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"example.com"}, NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
