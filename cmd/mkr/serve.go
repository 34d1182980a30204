package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mkr/domain/retention"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/demo"
	"mkr/internal/idp"
	"mkr/internal/ledger"
	"mkr/internal/malware"
	"mkr/web/pages"
)

// stopWithin is how long a stop may take.
const stopWithin = 5 * time.Second

func runServe(ctx context.Context, args []string) error {
	f := flags("serve")
	cfg := app.Config{}
	f.StringVar(&cfg.DataDir, "data", "data", "folder for the log, the keys and the views")
	f.StringVar(&cfg.Store, "store", "", "sqlite:FOLDER, or esdb://...; default: the embedded log in --data")
	f.StringVar(&cfg.Addr, "addr", "127.0.0.1:8080", "address to listen on; for one that other machines reach give --tls-cert and --tls-key, or put TLS in front of it")
	f.StringVar(&cfg.TLSCert, "tls-cert", "", "certificate to serve with, PEM, the chain after it; a renewed one is served without a stop")
	f.StringVar(&cfg.TLSKey, "tls-key", "", "its private key, PEM")
	f.StringVar(&cfg.Metrics, "metrics-addr", "", "address of its own where operators read /metrics, such as 127.0.0.1:9090; default: beside the pages")
	requireTLS(f, &cfg)
	f.StringVar(&cfg.KeysDir, "keys", "", "folder of the persons' keys; default: keys in --data. Servers on one store share it")
	f.StringVar(&cfg.FilesDir, "files", "", "folder of the cases' files, as ciphertexts, or an object store, s3+https://host/bucket; default: files in --data. Servers on one store share it")
	f.BoolVar(&cfg.TakeFiles, "take-files", false, "take the files over though they bear another installation's mark, or one of a log that had more events: say it once")
	f.StringVar(&cfg.S3KeyFile, "s3-key-file", "", "access key and secret of the object store, a line each; default: MKR_S3_ACCESS_KEY and MKR_S3_SECRET_KEY")
	f.StringVar(&cfg.KeyFile, "key-file", "", "deployment key, when it is kept apart from the data")
	f.StringVar(&cfg.Origin, "origin", "", "address under which browsers know this site, such as https://mkr.example.al: passkeys are made for it, and identity providers send people back to it; default: neither")
	f.BoolVar(&cfg.Proxied, "proxied", false, "trust the last entry of X-Forwarded-For: only behind one's own proxy")
	f.DurationVar(&cfg.Idle, "idle", handlers.IdleLife, "life of a browser session that nobody touches, from 3m to 10h")
	f.Func("second-step", "a second step of signing in, a code or a passkey: offered to everybody, or required of everybody (default offered)", func(said string) error {
		cfg.SecondStep = said == "required"
		if said != "required" && said != "offered" {
			return errors.New("required or offered")
		}
		return nil
	})
	f.BoolVar(&cfg.Secure, "secure", true, "cookies for TLS only (turn off only to try it without)")
	scanner := f.String("scan", "", "virus scanner that every file is sent to before it is taken in: clamd:///PATH/OF/SOCKET or clamd://HOST:PORT; while it is away no file is taken. Default: none")
	witnesses := f.String("witnesses", "", "public keys of the witnesses, with spaces between them (mkr witness --name prints one)")
	schedule := f.String("retention", "", "file that says for how long the data of persons is kept (as domain/retention/schedule.json); default: that one, which nobody has verified")
	providers := f.String("identity-providers", "", "file that names the identity providers of institutions (see docs/runbooks/identity-providers.md)")
	if err := parse(f, args); err != nil {
		return err
	}
	if cfg.RequireTLS && cfg.TLSCert == "" && cfg.TLSKey == "" {
		for name, addr := range map[string]string{"--addr": cfg.Addr, "--metrics-addr": cfg.Metrics} {
			if addr != "" && loopback(addr) != nil {
				return fmt.Errorf("%s: other machines reach it, and what they send would be readable on the way: give --tls-cert and --tls-key", name)
			}
		}
	}
	if *scanner != "" {
		if err := useScanner(ctx, *scanner, &cfg); err != nil {
			return fmt.Errorf("--scan: %w", err)
		}
	}
	if *providers != "" {
		var err error
		if cfg.Providers, err = idp.Load(*providers); err != nil {
			return fmt.Errorf("--identity-providers: %w", err)
		}
	}
	if *schedule != "" {
		if err := readSchedule(*schedule, &cfg); err != nil {
			return err
		}
	}
	for _, text := range strings.Fields(*witnesses) {
		w, err := ledger.ParseVerifier(text)
		if err != nil {
			return fmt.Errorf("--witnesses: %w", err)
		}
		cfg.Witnesses = append(cfg.Witnesses, w)
	}
	if cfg.Idle < 3*time.Minute || cfg.Idle > handlers.BrowserLife { // a warning comes two minutes before the end
		return errors.New("--idle: between 3m and 10h")
	}
	a, err := app.New(cfg)
	if err != nil {
		return err
	}
	return serve(ctx, a, nil)
}

// useScanner has files scanned. One that does not answer now is no reason not to start: it is told, and files wait for it.
func useScanner(ctx context.Context, where string, cfg *app.Config) error {
	clamd, err := malware.Open(where)
	if err != nil {
		return err
	}
	if !clamd.Local() {
		const open = "it is on another machine, and files are readable on the way there: use a socket of this one"
		if cfg.RequireTLS {
			return errors.New(open)
		}
		fmt.Fprintln(os.Stderr, "mkr: --scan:", open+", or close the network between the two")
	}
	if err := clamd.Ping(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "mkr: no file is taken in until the scanner answers:", err)
	}
	cfg.Scanner = clamd
	return nil
}

func readSchedule(path string, cfg *app.Config) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("--retention: %w", err)
	}
	defer file.Close()
	if cfg.Retention, err = retention.Load(file); err != nil {
		return fmt.Errorf("--retention: %s: %w", path, err)
	}
	return nil
}

// serve starts, says on standard output that it is ready, and stops when the context ends.
func serve(ctx context.Context, a *app.App, ready func() error) (err error) {
	defer func() {
		stop, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		err = errors.Join(err, a.Stop(stop))
	}()
	if err := a.Start(); err != nil {
		return err
	}
	if err := a.Ready(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if ready != nil {
		if err := ready(); err != nil {
			return err
		}
	}
	line, err := json.Marshal(struct {
		URL      string `json:"url"`
		Position uint64 `json:"position"`
	}{a.URL(), a.Position()})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.Failed():
		return err
	}
}

func runDemo(ctx context.Context, args []string) error {
	f := flags("demo")
	var (
		addr  = f.String("addr", "127.0.0.1:8080", "loopback address to listen on")
		data  = f.String("data", "", "folder to keep the demo in; default: a temporary one, removed at the end")
		speed = f.Float64("speed", 1, "how fast the demo's clock runs; above 1 simulated partners act too")
		seed  = f.Uint64("seed", 1, "from which the invented people derive")
	)
	if err := parse(f, args); err != nil {
		return err
	}
	if err := loopback(*addr); err != nil {
		return fmt.Errorf("--addr: the demo's passwords are there for everybody to read: %w", err)
	}
	if *speed < 1 || *speed > 86_400 {
		return errors.New("--speed: between 1 and 86400")
	}
	dir := *data
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "mkr-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	clock := app.NewSteppedClock(demo.Begin)
	work := clock.Clock()
	d := demo.New(demo.Options{Seed: *seed, Clock: clock, Now: time.Now().UTC()})
	door := &pages.Demo{} // filled once the accounts are there, before anybody can knock
	keys, err := witnessKeys(dir)
	if err != nil {
		return err
	}
	var witnesses []ledger.Verifier
	for _, k := range keys {
		witnesses = append(witnesses, k.Verifier)
	}
	a, err := app.New(app.Config{DataDir: dir, Addr: *addr, Origin: app.LocalOrigin, Speed: *speed, Clock: &work, Demo: door, Witnesses: witnesses})
	if err != nil {
		return err
	}
	a.StartViews()
	if err := a.Ready(ctx); err != nil {
		return errors.Join(err, a.Stop(context.Background()))
	}
	fmt.Fprintln(os.Stderr, "mkr demo: replaying the Shkodër year ...")
	if err := d.Load(ctx, a.Service()); err != nil {
		return errors.Join(err, a.Stop(context.Background()))
	}
	clock.Run(time.Now().UTC(), *speed)
	for _, s := range d.SignIns {
		door.Accounts = append(door.Accounts, pages.DemoAccount{Role: s.Role, Institution: handlers.Text{SQ: s.Institution, EN: s.InstitutionEN}, Username: s.Username, Password: s.Password})
	}
	if err := d.WriteAccounts(filepath.Join(dir, "accounts.json")); err != nil {
		return errors.Join(err, a.Stop(context.Background()))
	}
	if *speed > 1 {
		a.Go("simulated partners", func(ctx context.Context) error { return d.Simulate(ctx, a.Service()) })
	}
	return serve(ctx, a, func() error {
		if err := watchDemo(a, dir, keys); err != nil {
			return err
		}
		fmt.Fprint(os.Stderr, d.Greeting(a.URL(), filepath.Join(dir, "accounts.json")))
		return nil
	})
}

// loopback refuses an address that others could reach.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return nil
	}
	return errors.New("a loopback address is wanted, such as 127.0.0.1:8080")
}
