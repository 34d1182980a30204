package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"mkr/internal/app"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
	"mkr/projections"
)

// exitError ends the program with a code of its own: 1 says that something is not what was signed, 2 that it could not be judged.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func invalid(err error) error    { return &exitError{1, err} }
func unreadable(err error) error { return &exitError{2, err} }

func runVerify(ctx context.Context, args []string) error {
	f := flags("audit verify")
	cfg := storeFlags(f)
	key := f.String("key", "", "the log's public key (mkr key prints it); default: that of --data")
	checkpoint := f.String("checkpoint", "", "file with the checkpoint to hold it against; default: that of --data")
	views := f.Bool("views", true, "compare the views with the log too")
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") { // flags may follow the file
		args = append(args[1:len(args):len(args)], args[0])
	}
	if err := parse(f, args); err != nil {
		return err
	}
	switch f.NArg() {
	case 0:
	case 1:
		return verifyBundle(f.Arg(0), *key)
	default:
		return errUsage
	}
	if !app.HasLog(*cfg) {
		return unreadable(errors.New("there is no log here to verify: --data or --store names another place than the server's"))
	}
	verifier, err := publicKey(*cfg, *key)
	if err != nil {
		return unreadable(err)
	}
	signed, err := signedBy(*cfg, *checkpoint, verifier)
	if err != nil {
		return err
	}
	log, err := app.OpenLog(*cfg)
	if err != nil {
		return unreadable(err)
	}
	defer log.Close()
	bar := newProgress(os.Stderr, signed.Size)
	began := time.Now()
	stands, err := ledger.Verify(ctx, log, signed.Checkpoint, ledger.LeavesFile(app.LedgerDir(cfg.DataDir)), bar.show)
	bar.end()
	var tampered *ledger.TamperError
	switch {
	case errors.As(err, &tampered):
		return invalid(fmt.Errorf("INVALID: %w", err))
	case err != nil:
		return unreadable(err)
	}
	fmt.Printf("valid: %d events, as %s signed them\n", signed.Size, signed.Origin)
	if later := stands.Size - signed.Size; later > 0 {
		fmt.Printf("%d later events are not signed yet\n", later)
	}
	fmt.Printf("root of all %d: %s\n", stands.Size, stands.Root)
	took := time.Since(began)
	fmt.Printf("read and hashed in %.1f s: %.0f events/s\n", took.Seconds(), float64(stands.Size)/max(took.Seconds(), 0.001))
	if err := verifyFiles(ctx, *cfg, log); err != nil || !*views {
		return err
	}
	return verifyViews(ctx, *cfg, log)
}

// verifyFiles holds the files of the cases against the hashes in their events.
func verifyFiles(ctx context.Context, cfg app.Config, log eventlog.Log) error {
	files, err := app.OpenFiles(cfg)
	if err != nil {
		return unreadable(err)
	}
	var first error
	checked, err := app.CheckFiles(ctx, log, files, func(e eventlog.Recorded, err error) {
		bad := fmt.Errorf("INVALID: the file of event %d: %w", e.Position, err)
		fmt.Fprintln(os.Stderr, bad)
		if first == nil {
			first = bad
		}
	})
	switch {
	case err != nil:
		return unreadable(err)
	case first != nil:
		return invalid(first)
	}
	if checked > 0 {
		fmt.Printf("files: %d, each as its event says\n", checked)
	}
	return nil
}

// verifyViews compares what the lists are read from with what the log makes of it. Where there are no views that is no fault:
// the next start makes them.
func verifyViews(ctx context.Context, cfg app.Config, log eventlog.Log) error {
	position, err := app.VerifyViews(ctx, cfg, log)
	var altered *projections.AlteredError
	switch {
	case errors.As(err, &altered):
		return invalid(fmt.Errorf("INVALID: %w; delete the folder of the views, the next start makes them anew from the log", err))
	case errors.Is(err, projections.ErrNoViews):
		fmt.Println("no views here to compare")
		return nil
	case err != nil:
		return unreadable(err)
	}
	fmt.Printf("the views are what the log makes of them, up to position %d\n", position)
	return nil
}

// maxBundle bounds what is read as a bundle.
const maxBundle = 256 << 20

// verifyBundle checks a case file with nothing but itself and, if it was given, the key that its reader has from elsewhere.
func verifyBundle(file, key string) error {
	info, err := os.Stat(file)
	if err != nil {
		return unreadable(err)
	}
	if info.IsDir() || info.Size() > maxBundle {
		return unreadable(fmt.Errorf("%s: %w", file, ledger.ErrNoBundle))
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return unreadable(err)
	}
	var trusted *ledger.Verifier
	if key != "" {
		v, err := ledger.ParseVerifier(key)
		if err != nil {
			return unreadable(fmt.Errorf("--key: %w", err))
		}
		trusted = &v
	}
	v, err := ledger.VerifyBundle(raw, trusted)
	switch {
	case errors.Is(err, ledger.ErrNoBundle):
		return unreadable(fmt.Errorf("%s: %w", file, err))
	case err != nil:
		return invalid(fmt.Errorf("INVALID: %w", err))
	}
	fmt.Printf("valid: %d events of %s, as %s signed them", v.Events, v.Stream, v.Checkpoint.Origin)
	fmt.Printf(" in a history of %d; witnesses: %d\n", v.Checkpoint.Size, len(v.Cosigned))
	for _, name := range v.Cosigned {
		fmt.Printf("  signed by %s\n", name)
	}
	if v.Closed > 0 {
		fmt.Printf("  %d events are there without their contents, which are not for this recipient\n", v.Closed)
	}
	if v.Blind > 0 {
		fmt.Printf("  of %d of those not even the kind is for this recipient: that they are in the history is proved, that they are of this case its keeper states\n", v.Blind)
	}
	if proved := v.Openings - v.Stated; proved > 0 {
		fmt.Printf("  %d opened texts are what was sealed in these events\n", proved)
	}
	if v.Stated > 0 {
		fmt.Printf("  %d opened texts are older than that proof: for them only the file's signature speaks\n", v.Stated)
	}
	if trusted == nil {
		fmt.Printf("its key is %s: compare it with the one that the municipality has made public, or give that with --key\n", v.Verifier)
	}
	return nil
}

// publicKey is the key to trust: the one that was named, else the data folder's own.
func publicKey(cfg app.Config, named string) (ledger.Verifier, error) {
	if named != "" {
		return ledger.ParseVerifier(named)
	}
	key, err := app.SigningKey(cfg)
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.Verifier{}, errors.New("the signing key is not in the keys folder: say whose log it must be with --key (mkr key prints it)")
	}
	if err != nil {
		return ledger.Verifier{}, err
	}
	return key.Verifier, nil
}

// signedBy reads the checkpoint to hold a log against.
func signedBy(cfg app.Config, file string, key ledger.Verifier) (ledger.Signed, error) {
	if file == "" {
		file = app.CheckpointFile(cfg.DataDir)
	}
	note, err := os.ReadFile(file)
	if err != nil {
		return ledger.Signed{}, unreadable(fmt.Errorf("no checkpoint to hold the log against: %w", err))
	}
	signed, err := ledger.OpenCheckpoint(string(note), key)
	if errors.Is(err, ledger.ErrSignature) {
		return signed, invalid(fmt.Errorf("INVALID: the checkpoint: %w", err))
	}
	if err != nil {
		return signed, unreadable(err)
	}
	return signed, nil
}

// runForgive lets a server start again whose log lost events for good: after a restore of an older backup, when nothing newer is left.
func runForgive(_ context.Context, args []string) error {
	f := flags("audit accept-loss")
	cfg := storeFlags(f)
	yes := f.Bool("yes", false, "I know that what the checkpoint signed is lost, and have told the controller and the witnesses")
	if err := parse(f, args); err != nil {
		return err
	}
	if !*yes {
		return errors.New("this begins a new signed history on what is left of the log. Every witness and every older proof will show that. Read docs/runbooks/altered-log.md, then say --yes")
	}
	log, err := app.OpenLog(*cfg) // refused while a server runs on it
	if err != nil {
		return err
	}
	if err := log.Close(); err != nil {
		return err
	}
	if err := app.SetAside(cfg.DataDir); err != nil {
		return err
	}
	// The views may still tell what the log no longer holds; the next start makes them from what is left.
	if err := os.RemoveAll(app.ViewsDir(cfg.DataDir)); err != nil {
		return err
	}
	name, err := app.SetKeyAside(*cfg)
	if err != nil {
		return err
	}
	fmt.Printf("the checkpoint and the signing key are kept beside their places (%s); the next start begins a new history under a new key\n", name)
	return nil
}
