package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/ledger"
)

// witnessPatience bounds one question to the server.
const witnessPatience = 20 * time.Second

func runWitness(ctx context.Context, args []string) error {
	f := flags("witness")
	dir := f.String("dir", "witness", "folder of the witness's key and history: her own, on a machine that is not the server's")
	name := f.String("name", "", "name of a new witness, such as gruaja-tek-gruaja: makes her key and prints the public part")
	address := f.String("url", "", "the server, such as https://mkr.example.al")
	key := f.String("key", "", "the log's public key, as mkr key prints it; ask for it on paper")
	every := f.Duration("every", time.Minute, "pause between two looks")
	once := f.Bool("once", false, "look once and end: 0 signed, 1 alarm, 2 could not look")
	metrics := f.String("addr", "", "serve /metrics here, such as 127.0.0.1:9100; then an alarm does not end the program")
	if err := parse(f, args); err != nil {
		return err
	}
	keyFile := filepath.Join(*dir, "witness.key")
	if *name != "" {
		k, err := ledger.CreateKey(keyFile, func() (*ledger.Signer, error) { return ledger.NewWitnessKey(*name) })
		if err != nil {
			return err
		}
		fmt.Println(k.Verifier)
		if *address == "" {
			return nil
		}
	}
	signer, err := ledger.LoadKey(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return unreadable(errors.New("there is no key in --dir: begin with mkr witness --name NAME, and have the server's operator add what it prints to --witnesses"))
	}
	if err != nil {
		return unreadable(err)
	}
	log, err := ledger.ParseVerifier(*key)
	if err != nil {
		return unreadable(fmt.Errorf("--key: %w", err))
	}
	base, err := url.Parse(*address)
	if err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" {
		return unreadable(errors.New("--url: the server's address, such as https://mkr.example.al"))
	}
	if *every < time.Second {
		return unreadable(errors.New("--every: at least 1s"))
	}
	w, err := ledger.OpenWitness(ledger.WitnessOptions{
		Log: log, Key: signer, Dir: *dir, Now: time.Now, Source: remoteLog{strings.TrimSuffix(base.String(), "/"), &http.Client{Timeout: witnessPatience, CheckRedirect: stays}},
	})
	if err != nil {
		return unreadable(err)
	}
	if *once {
		return lookOnce(ctx, w)
	}
	return keepLooking(ctx, w, *every, *metrics)
}

// stays follows no one who sends a witness elsewhere.
func stays(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func lookOnce(ctx context.Context, w *ledger.Witness) error {
	seen, err := w.Look(ctx)
	var alarm *ledger.AlarmError
	switch {
	case errors.As(err, &alarm):
		return invalid(err)
	case err != nil:
		return unreadable(err)
	}
	size, note := w.Last()
	fmt.Printf("the log shows %d events; signed up to %d\n\n%s", seen.Size, size, note)
	return nil
}

// keepLooking watches until the context ends or there is an alarm. With metrics it goes on after an alarm, and shouts at every look.
func keepLooking(ctx context.Context, w *ledger.Witness, every time.Duration, metrics string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var state watching
	if metrics != "" {
		stop, err := state.serve(metrics)
		if err != nil {
			return err
		}
		defer stop()
	}
	var alarmed error
	pause := func(ctx context.Context) bool {
		t := time.NewTimer(every)
		defer t.Stop()
		select {
		case <-t.C:
			return true
		case <-ctx.Done():
			return false
		}
	}
	w.Watch(ctx, pause, func(seen ledger.Signed, err error) {
		var alarm *ledger.AlarmError
		size, _ := w.Last()
		state.signed.Store(size)
		switch {
		case errors.As(err, &alarm):
			alarmed = invalid(err)
			state.alarm.Store(1)
			say("ALARM", err.Error())
			if metrics == "" {
				cancel()
			}
		case err != nil:
			say("could not look", err.Error())
		default:
			state.looked.Store(time.Now().Unix())
			say("looked", fmt.Sprintf("the log shows %d events; signed up to %d", seen.Size, size))
		}
	})
	return alarmed
}

// say writes one line of a witness's log.
func say(what, text string) {
	fmt.Fprintf(os.Stderr, "%s mkr witness: %s: %s\n", time.Now().UTC().Format(time.RFC3339), what, text)
}

// watching is what a witness's metrics say.
type watching struct {
	alarm  atomic.Int64
	signed atomic.Uint64
	looked atomic.Int64
}

func (s *watching) serve(addr string) (stop func(), err error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("--addr: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintf(w, "# HELP mkr_witness_alarm 1 when the log was forked, rolled back or not signed.\n# TYPE mkr_witness_alarm gauge\nmkr_witness_alarm %d\n", s.alarm.Load())
		fmt.Fprintf(w, "# HELP mkr_witness_signed_events Events of the newest checkpoint that was signed.\n# TYPE mkr_witness_signed_events gauge\nmkr_witness_signed_events %d\n", s.signed.Load())
		fmt.Fprintf(w, "# HELP mkr_witness_last_look_seconds When a look last succeeded.\n# TYPE mkr_witness_last_look_seconds gauge\nmkr_witness_last_look_seconds %d\n", s.looked.Load())
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(ln) }()
	return func() { _ = srv.Close() }, nil
}

// remoteLog is a server as a witness reaches it.
type remoteLog struct {
	base   string
	client *http.Client
}

func (r remoteLog) Checkpoint(ctx context.Context) (string, error) {
	var c handlers.Checkpoint
	err := r.ask(ctx, http.MethodGet, "/audit/checkpoint", nil, &c)
	return c.Note, err
}

func (r remoteLog) Consistency(ctx context.Context, from, to uint64) ([]ledger.Hash, error) {
	var c handlers.Consistency
	err := r.ask(ctx, http.MethodGet, "/audit/consistency?from="+strconv.FormatUint(from, 10)+"&to="+strconv.FormatUint(to, 10), nil, &c)
	return c.Proof, err
}

func (r remoteLog) Cosign(ctx context.Context, size uint64, line string) error {
	body, err := json.Marshal(map[string]any{"size": size, "signature": line})
	if err != nil {
		return err
	}
	var c handlers.Checkpoint
	return r.ask(ctx, http.MethodPost, "/audit/cosignatures", body, &c)
}

// maxAnswer bounds what a witness reads of an answer.
const maxAnswer = 1 << 20

func (r remoteLog) ask(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, r.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := r.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	switch {
	case res.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%w: %s", ledger.ErrUnknown, res.Status)
	case res.StatusCode == http.StatusUnprocessableEntity && method == http.MethodPost:
		return errors.New("the server does not know this witness: its operator must add her public key to --witnesses")
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("the server answers %s", res.Status)
	}
	return json.Unmarshal(raw, into)
}

// demoWitnesses are two invented partners who watch the demo from within it, so that a visitor sees what witnesses do.
var demoWitnesses = []string{"gruaja-tek-gruaja", "gjykata-shkoder"}

// witnessKeys makes the keys of the demo's witnesses, in its folder.
func witnessKeys(dir string) ([]*ledger.Signer, error) {
	var out []*ledger.Signer
	for _, name := range demoWitnesses {
		k, err := ledger.CreateKey(filepath.Join(dir, "witnesses", name, "witness.key"), func() (*ledger.Signer, error) { return ledger.NewWitnessKey(name) })
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// watchDemo lets the demo's witnesses look every few seconds. An alarm ends the demo, as it should.
func watchDemo(a *app.App, dir string, keys []*ledger.Signer) error {
	log, err := ledger.ParseVerifier(a.PublicKey())
	if err != nil {
		return err
	}
	for _, k := range keys {
		w, err := ledger.OpenWitness(ledger.WitnessOptions{Log: log, Key: k, Dir: filepath.Join(dir, "witnesses", k.Name), Source: localLog{a.Service()}, Now: time.Now})
		if err != nil {
			return err
		}
		a.Go("witness", func(ctx context.Context) error {
			var alarmed error
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			w.Watch(ctx, func(ctx context.Context) bool {
				return handlers.SystemClock().Sleep(ctx, demoLook) == nil
			}, func(_ ledger.Signed, err error) {
				var alarm *ledger.AlarmError
				if errors.As(err, &alarm) {
					alarmed = err
					cancel()
				}
			})
			return alarmed
		})
	}
	return nil
}

// demoLook is the demo's witnesses' pause.
const demoLook = 3 * time.Second

// localLog is the server in this process as a witness reaches it.
type localLog struct{ service *handlers.Service }

func (l localLog) Checkpoint(ctx context.Context) (string, error) {
	c, err := l.service.NewestCheckpoint(ctx)
	return c.Note, err
}

func (l localLog) Consistency(ctx context.Context, from, to uint64) ([]ledger.Hash, error) {
	c, err := l.service.ProveConsistency(ctx, from, to)
	if errors.Is(err, handlers.ErrNotFound) {
		err = fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
	}
	return c.Proof, err
}

func (l localLog) Cosign(ctx context.Context, size uint64, line string) error {
	return l.service.Cosign(ctx, size, line)
}
