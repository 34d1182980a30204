package app

import (
	"errors"
	"fmt"
	"net"
	"net/http"
)

// serves answers on a listener, over TLS where there is a certificate, until the server is stopped.
func (a *App) serves(name string, server *http.Server, ln net.Listener) {
	serve := server.Serve
	if a.certificate != nil {
		server.TLSConfig = tlsConfig(a.certificate)
		serve = func(ln net.Listener) error { return server.ServeTLS(ln, "", "") }
	}
	a.goes(name, func() error {
		if err := serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
}

// showFigures serves what operators watch, where that was asked for.
func (a *App) showFigures(figures http.Handler) error {
	if a.cfg.Metrics == "" {
		return nil
	}
	ln, err := net.Listen("tcp", a.cfg.Metrics)
	if err != nil {
		return fmt.Errorf("metrics: cannot listen on %s: %w", a.cfg.Metrics, err)
	}
	a.figuresLn, a.figures = ln, newServer(figures, a.logger)
	a.serves("metrics", a.figures, ln)
	return nil
}

// FiguresAddr is where operators read figures, "" if nowhere.
func (a *App) FiguresAddr() string {
	if a.figuresLn == nil {
		return ""
	}
	return a.figuresLn.Addr().String()
}
