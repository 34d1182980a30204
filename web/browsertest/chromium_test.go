package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// names are what a Chromium is called in PATH.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

var errNoBrowser = errors.New("no Chromium: set MKR_CHROMIUM, or put one of chromium, chromium-browser, google-chrome in PATH")

func findChromium() (string, error) {
	if path := os.Getenv("MKR_CHROMIUM"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}

// chromium is the one browser of the package. Every visitor has a profile of her own in it: nothing is shared.
type chromium struct {
	ctx    context.Context
	cancel func()
	dir    string
}

var theChromium = sync.OnceValues(startChromium)

var running *chromium

func startChromium() (*chromium, error) {
	path, err := findChromium()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mkr-chromium-")
	if err != nil {
		return nil, err
	}
	profile := filepath.Join(dir, "profile")
	if err := os.Mkdir(profile, 0o700); err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1366, 900), chromedp.WSURLReadTimeout(time.Minute),
	)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	c := &chromium{ctx: ctx, dir: dir, cancel: func() { cancel(); cancelAlloc() }}
	running = c
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("Chromium did not start: %w", err)
	}
	return c, nil
}

func closeChromium() {
	if running != nil {
		running.cancel()
		_ = os.RemoveAll(running.dir)
	}
}

// browser gives Chromium, or skips the test where there is none and none is asked for.
func browser(t *testing.T) *chromium {
	t.Helper()
	c, err := theChromium()
	if errors.Is(err, errNoBrowser) && os.Getenv("CI") != "true" && os.Getenv("MKR_REQUIRE_BROWSER") == "" {
		t.Skip("browser tests:", err)
	}
	ok(t, err)
	return c
}
