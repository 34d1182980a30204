package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/handlers"
	"mkr/internal/eventlog"
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
	Addr    string // host:port; port 0 lets the system choose
	KeyFile string // deployment key, if it is kept elsewhere than with the data
	Secure  bool   // behind TLS: cookies are Secure
	Speed   float64
	Clock   *handlers.Clock // nil: the system's
	Demo    *pages.Demo     // accounts to show at sign-in; nil but in the demo
	Log     io.Writer       // structured log; nil: standard error
	// Passwords has low costs in tests; nil: OWASP's.
	Passwords *password.Hasher
}

// App is a running mkr.
type App struct {
	cfg     Config
	logger  zerolog.Logger
	log     eventlog.Log
	vault   *vault.Vault
	runner  *projections.Runner
	service *handlers.Service
	hub     *live.Hub
	server  *http.Server
	ln      net.Listener

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
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return a, fmt.Errorf("data folder: %w", err)
	}
	if a.log, err = openLog(cfg.Store, cfg.DataDir, clock.Now, a.logger); err != nil {
		return a, err
	}
	a.defers(a.log.Close)
	if a.vault, err = vault.Open(vault.Options{Dir: filepath.Join(cfg.DataDir, "keys"), KeyFile: cfg.KeyFile}); err != nil {
		return a, err
	}
	a.defers(a.vault.Close)
	zone, err := Zone()
	if err != nil {
		return a, fmt.Errorf("time zone: %w", err)
	}
	registry := Registry()
	if a.runner, err = projections.Open(projections.Options{Dir: filepath.Join(cfg.DataDir, "views"), Log: a.log, Registry: registry, Views: catalog.Views(zone), Logger: a.logger}); err != nil {
		return a, err
	}
	a.defers(a.runner.Close)
	packs, err := deadline.Embedded()
	if err != nil {
		return a, err
	}
	calendar, err := deadline.EmbeddedCalendar(zone)
	if err != nil {
		return a, err
	}
	hasher := cfg.Passwords
	if hasher == nil {
		hasher = password.New(password.Params{}, 0)
	}
	a.service = handlers.New(handlers.Deps{
		Log: a.log, Registry: registry, Vault: a.vault, Views: a.runner.Views(),
		Cases: casefile.Decider{Rules: packs, Calendar: calendar}, Passwords: hasher, Clock: clock, Zone: zone, Logger: a.logger,
	})
	return a, nil
}

// Service is what commands and queries go through.
func (a *App) Service() *handlers.Service { return a.service }

// Log is the event log, for the tools that copy or check it whole.
func (a *App) Log() eventlog.Log { return a.log }

// StartViews lets the views follow the log, and waits until they have caught up. Commands need them.
func (a *App) StartViews(ctx context.Context) error {
	if a.cancel != nil {
		return nil
	}
	run, cancel := context.WithCancel(context.Background())
	a.cancel = cancel
	a.goes("views", func() error { return a.runner.Run(run) })
	return a.caughtUp(ctx)
}

func (a *App) caughtUp(ctx context.Context) error {
	for after := eventlog.Position(0); ; {
		page, err := a.log.ReadAll(ctx, after, 1)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		return a.runner.WaitLive(ctx)
	}
}

// Start serves. The views catch up meanwhile: pages say so, and readyz answers only then.
func (a *App) Start(ctx context.Context) error {
	if err := a.StartViews(ctx); err != nil {
		return err
	}
	run, stop := context.WithCancel(context.Background())
	previous := a.cancel
	a.cancel = func() { stop(); previous() }

	a.hub = live.New(live.Config{Feed: a.runner, Views: a.runner.Views(), Auth: web.Authenticator(a.service), Judge: a.service.Lenses(), Epoch: uuid.NewString(), Logger: a.logger})
	a.goes("hub", func() error { return a.hub.Run(run) })
	a.goes("lapses", func() error { return a.service.RunLapses(run) })

	ln, err := net.Listen("tcp", a.cfg.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", a.cfg.Addr, err)
	}
	a.ln = ln
	a.server = &http.Server{
		Handler:           web.New(web.Config{Service: a.service, Hub: a.hub, Demo: a.cfg.Demo, Secure: a.cfg.Secure, Speed: a.cfg.Speed, Logger: a.logger}),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          nil,
	}
	a.goes("http", func() error {
		if err := a.server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	return nil
}

// URL is where it serves.
func (a *App) URL() string { return "http://" + a.ln.Addr().String() }

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
	if a.server != nil {
		a.hub.Close()
		if err = a.server.Shutdown(ctx); err != nil {
			err = errors.Join(err, a.server.Close())
		}
	}
	if a.cancel != nil {
		a.cancel()
	}
	a.running.Wait()
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
