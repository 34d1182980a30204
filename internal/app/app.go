package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/retention"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/idp"
	"mkr/internal/ledger"
	"mkr/internal/passkeys"
	"mkr/internal/password"
	"mkr/internal/vault"
	"mkr/projections"
	"mkr/projections/catalog"
	"mkr/web"
	"mkr/web/live"
	"mkr/web/pages"
)

// Config is all that can be chosen.
type Config struct {
	DataDir string
	Store   string // "" or sqlite:FOLDER or esdb://...
	// RequireTLS refuses a store on another machine over a connection that others could read; without it the log warns.
	RequireTLS bool
	// Metrics is an address of its own where operators read figures; "": beside the pages.
	Metrics   string
	Addr      string           // host:port; port 0 lets the system choose
	KeysDir   string           // folder of the persons' keys; "" means keys in DataDir. Servers on one store share one
	KeyFile   string           // deployment key, if it is kept elsewhere than with the keys
	FilesDir  string           // folder of the cases' files, or s3+https://host/bucket; "" means files in DataDir. Servers on one store share one
	S3KeyFile string           // access key and secret of an object store, a line each; "": MKR_S3_ACCESS_KEY and MKR_S3_SECRET_KEY
	TakeFiles bool             // the files are this installation's from now on, whosever they were
	NewKeys   bool             // begin with new keys though the log holds events: the old ones are lost for ever
	Origin    string           // under which people's browsers know this site, as https://mkr.example.al, or LocalOrigin; "" means no passkeys
	Providers []idp.Config     // identity providers of institutions; they need an Origin
	Scanner   handlers.Scanner // looks at each file before it is taken in; nil: nobody does
	Secure    bool             // behind TLS: cookies are Secure
	TLSCert   string           // certificate, with its chain; with it and its key the server speaks TLS itself
	TLSKey    string
	Proxied   bool // the proxy in front says who calls
	Speed     float64
	Idle      time.Duration // life of a session that nobody touches; 0: handlers.IdleLife
	// SecondStep asks a second step of everybody who comes in by a browser.
	SecondStep bool
	Clock      *handlers.Clock // nil: the system's
	Demo       *pages.Demo     // accounts to show at sign-in; nil but in the demo
	Log        io.Writer       // structured log; nil: standard error
	// Retention says for how long data is kept; nil: the schedule that comes with the program, which nobody has verified.
	Retention retention.Schedule
	// Witnesses are those whose signatures under the checkpoints are kept and shown.
	Witnesses []ledger.Verifier
	// Passwords has low costs in tests; nil: OWASP's.
	Passwords *password.Hasher
}

// App is a running mkr.
type App struct {
	cfg     Config
	logger  zerolog.Logger
	events  eventlog.Log
	ledger  *ledger.Ledger
	vault   *vault.Vault
	runner  *projections.Runner
	service *handlers.Service
	hub     *live.Hub
	server  *http.Server
	ln      net.Listener

	figures     *http.Server // of operators; nil: nowhere
	figuresLn   net.Listener
	certificate *certificate // nil: the proxy in front ends TLS

	run     context.Context // ends when the app stops
	cancel  context.CancelFunc
	running sync.WaitGroup
	cleanup []func() error // last in, first out
	failed  chan error
}

// Zone is where the municipality is.
func Zone() (*time.Location, error) { return time.LoadLocation("Europe/Tirane") }

// New opens everything and serves nothing yet. On an error all that was opened is closed again.
func New(cfg Config) (a *App, err error) {
	a = &App{cfg: cfg, failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	out := cfg.Log
	if out == nil {
		out = os.Stderr
	}
	a.logger = zerolog.New(out).With().Timestamp().Logger()
	clock := handlers.SystemClock()
	if cfg.Clock != nil {
		clock = *cfg.Clock
	}
	if cfg.TLSCert != "" || cfg.TLSKey != "" {
		if a.certificate, err = openCertificate(cfg.TLSCert, cfg.TLSKey, clock.Wall, a.logger); err != nil {
			return a, err
		}
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return a, fmt.Errorf("data folder: %w", err)
	}
	if a.events, err = openLog(cfg, clock.Now, a.logger); err != nil {
		return a, err
	}
	a.defers(a.events.Close)
	keys := cfg.keysDir()
	if err := keysOrNothing(a.events, keys, cfg.NewKeys); err != nil {
		return a, err
	}
	if a.vault, err = vault.Open(vault.Options{Dir: keys, KeyFile: cfg.KeyFile}); err != nil {
		return a, err
	}
	a.defers(a.vault.Close)
	if err := a.openLedger(); err != nil {
		return a, err
	}
	zone, err := Zone()
	if err != nil {
		return a, fmt.Errorf("time zone: %w", err)
	}
	registry := Registry()
	if a.runner, err = projections.Open(projections.Options{Dir: ViewsDir(cfg.DataDir), Log: a.events, Registry: registry, Views: catalog.Views(zone), Logger: a.logger}); err != nil {
		return a, err
	}
	a.defers(a.runner.Close)
	packs, err := deadline.Embedded()
	if err != nil {
		return a, err
	}
	holidays, err := deadline.AlbanianHolidays()
	if err != nil {
		return a, err
	}
	schedule := cfg.Retention
	if schedule == nil {
		if schedule, err = retention.Embedded(); err != nil {
			return a, err
		}
	}
	odd, err := sentinel.Embedded()
	if err != nil {
		return a, err
	}
	hasher := cfg.Passwords
	if hasher == nil {
		hasher = password.New(password.Params{}, 0)
	}
	files, err := OpenFiles(cfg)
	if err != nil {
		return a, err
	}
	if err := claimFiles(cfg, files, a.ledger.Verifier()); err != nil {
		return a, err
	}
	site, err := passkeySite(cfg.Origin)
	if err != nil {
		return a, err
	}
	providers, err := identityProviders(cfg.Origin, cfg.Providers, clock.Wall)
	if err != nil {
		return a, err
	}
	a.service = handlers.New(handlers.Deps{
		Passkeys: site, Identities: providers,
		Log: a.events, Ledger: a.ledger, Registry: registry, Vault: a.vault, Views: a.runner.Views(), Retention: schedule, Sentinel: odd,
		Cases: casefile.Decider{Rules: packs, Calendar: deadline.Calendar{Zone: zone, Holidays: holidays}}, Passwords: hasher, Files: files, Scanner: cfg.Scanner, Clock: clock, Zone: zone, Logger: a.logger, Idle: cfg.Idle, SecondStep: cfg.SecondStep,
	})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return a, a.service.CheckProviders(ctx, cfg.Providers)
}

// LocalOrigin is the origin of a demo or a test: this machine's own name, and the port that was found. Browsers make no passkeys for
// an address in numbers.
const LocalOrigin = "localhost"

// passkeySite is what passkeys are made for; nil without an address, or before it is known.
func passkeySite(origin string) (*passkeys.Site, error) {
	if origin == "" || origin == LocalOrigin {
		return nil, nil
	}
	site, err := passkeys.New(origin)
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	return site, nil
}

// identityProviders are those of the file; nil where there are none, or before the address is known.
func identityProviders(origin string, configs []idp.Config, wall func() time.Time) (*idp.Providers, error) {
	if len(configs) == 0 || origin == LocalOrigin {
		return nil, nil
	}
	return idp.New(origin, configs, wall)
}

// Service is what commands and queries go through.
func (a *App) Service() *handlers.Service { return a.service }

// Log is the event log, for the tools that copy or check it whole.
func (a *App) Log() eventlog.Log { return a.events }

// PublicKey is the one under which checkpoints of the log can be verified.
func (a *App) PublicKey() string { return a.ledger.Verifier().String() }

// StartViews lets the views follow the log. Commands need them; Ready waits until they have caught up.
func (a *App) StartViews() {
	if a.cancel != nil {
		return
	}
	a.run, a.cancel = context.WithCancel(context.Background())
	a.goes("views", func() error { return a.runner.Run(a.run) })
}

// Ready returns once every view has caught up, or says which cannot and why.
func (a *App) Ready(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := a.runner.Views().Ready()
		var stopped *projections.StoppedError
		if err == nil || errors.As(err, &stopped) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case err := <-a.failed:
			return err
		case <-tick.C:
		}
	}
}

// Start serves. Pages say as of when they are while the views catch up, and readyz answers only then.
func (a *App) Start() error {
	a.StartViews()
	if err := a.followLog(); err != nil {
		return err
	}
	auth := web.Authenticator(a.service, a.cfg.Secure)
	a.hub = live.New(live.Config{
		Wall:      a.service.Clock.Wall,
		Subscribe: func() live.Feed { return a.runner.Subscribe(hubBuffer) },
		Auth:      auth,
		Judge:     web.Judge(),
		CaseRow: func(ctx context.Context, id string) (projections.Row, error) {
			return a.runner.Views().Get(ctx, projections.Register, id)
		},
		Epoch: uuid.NewString(), Logger: a.logger,
	})
	cinema := &live.Cinema{Open: web.Films(a.service), Auth: auth, Logger: a.logger}
	a.Go("hub", a.hub.Run)
	a.Go("films", cinema.Run)
	a.Go("lapses", a.service.RunLapses)
	a.Go("meetings", a.service.FollowMeetings)
	a.Go("places", a.service.RunPlaces)
	a.Go("erasures", a.service.RunErasures)
	a.Go("names", a.service.RunNames)
	a.Go("uploads", a.service.RunSweep)
	a.Go("sentinel", a.service.RunSentinel)
	a.Go("knocks", a.service.RunKnocks)

	handler, figures, err := web.New(web.Config{
		Service: a.service, Hub: a.hub, Cinema: cinema, Ready: a.runner.Views().Ready, Demo: a.cfg.Demo,
		Secure: a.cfg.Secure, Proxied: a.cfg.Proxied, FiguresApart: a.cfg.Metrics != "", Speed: a.cfg.Speed, Logger: a.logger,
	})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", a.cfg.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", a.cfg.Addr, err)
	}
	a.ln = ln
	if a.cfg.Origin == LocalOrigin {
		_, port, err := net.SplitHostPort(ln.Addr().String())
		if err != nil {
			return err
		}
		here := "http://" + net.JoinHostPort(LocalOrigin, port)
		if a.service.Passkeys, err = passkeySite(here); err != nil {
			return err
		}
		if a.service.Identities, err = identityProviders(here, a.cfg.Providers, a.service.Clock.Wall); err != nil {
			return err
		}
	}
	a.server = newServer(handler, a.logger)
	if tcp, ok := ln.Addr().(*net.TCPAddr); ok && a.certificate == nil && !tcp.IP.IsLoopback() {
		a.logger.Warn().Msg("other machines reach this address, and what they send can be read on the way unless a proxy in front ends TLS")
	}
	a.serves("http", a.server, ln)
	return a.showFigures(figures)
}

// newServer bounds what a caller may take: who sends nothing, or reads nothing, is let go.
func newServer(handler http.Handler, logger zerolog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute, // sockets set their own; what streams for longer moves it as it goes
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(logger, "", 0),
	}
}

// hubBuffer is how many batches the hub may fall behind the views before it begins afresh.
const hubBuffer = 4096

// Go runs a part until the app stops.
func (a *App) Go(name string, part func(context.Context) error) {
	a.StartViews()
	a.goes(name, func() error { return part(a.run) })
}

// URL is where it serves.
func (a *App) URL() string {
	if a.certificate != nil {
		return "https://" + a.ln.Addr().String()
	}
	return "http://" + a.ln.Addr().String()
}

// Position is that of the newest event that the views have taken in.
func (a *App) Position() uint64 { return a.runner.Views().Position(projections.Board) }

// Failed gives the error of a part that ended though nobody stopped it.
func (a *App) Failed() <-chan error { return a.failed }

func (a *App) goes(name string, f func() error) {
	a.running.Go(func() {
		if err := f(); err != nil {
			select {
			case a.failed <- fmt.Errorf("%s: %w", name, err):
			default:
			}
		}
	})
}

func (a *App) defers(f func() error) { a.cleanup = append(a.cleanup, f) }

// Stop ends all of it: no new requests, the running ones finish, then the parts in the opposite order of their
// opening. What was acknowledged is stored; there is nothing else to lose.
func (a *App) Stop(ctx context.Context) error {
	var err error
	if a.hub != nil {
		a.hub.Close()
	}
	if a.server != nil {
		if err = a.server.Shutdown(ctx); err != nil {
			err = errors.Join(err, a.server.Close())
		}
	}
	if a.figures != nil {
		err = errors.Join(err, a.figures.Close())
	}
	if a.cancel != nil {
		a.cancel()
	}
	a.running.Wait()
	if a.server != nil {
		a.signLast(ctx)
	}
	return errors.Join(err, a.close())
}

func (a *App) close() error {
	var errs []error
	for i := len(a.cleanup) - 1; i >= 0; i-- {
		errs = append(errs, a.cleanup[i]())
	}
	a.cleanup = nil
	return errors.Join(errs...)
}
