package browsertest

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// record is all that a visitor's browser could have told somebody else: what travels in frames, stands in addresses and
// titles (and so in a history), and is written to the console.
type record struct {
	mu       sync.Mutex
	frames   []string // of sockets, both ways
	urls     []string
	titles   []string
	console  []string // messages, errors and reports of the page
	loads    int      // documents
	tolerate []*regexp.Regexp
}

// event takes in one event of the browser. It is called from the goroutine that reads them.
func (r *record) event(ev any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventWebSocketFrameReceived:
		r.frames = append(r.frames, string(e.Response.PayloadData))
	case *network.EventWebSocketFrameSent:
		r.frames = append(r.frames, string(e.Response.PayloadData))
	case *network.EventWebSocketCreated:
		r.urls = append(r.urls, e.URL)
	case *network.EventRequestWillBeSent:
		r.urls = append(r.urls, e.Request.URL)
	case *page.EventFrameNavigated:
		r.urls = append(r.urls, e.Frame.URL)
		r.loads++
	case *page.EventNavigatedWithinDocument:
		r.urls = append(r.urls, e.URL)
	case *runtime.EventConsoleAPICalled:
		var parts []string
		for _, a := range e.Args {
			parts = append(parts, string(a.Value), a.Description)
		}
		r.console = append(r.console, fmt.Sprintf("console.%s: %s", e.Type, strings.Join(parts, " ")))
	case *runtime.EventExceptionThrown:
		r.console = append(r.console, fmt.Sprintf("exception: %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelVerbose { // advice, no fault
			return
		}
		r.console = append(r.console, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case *audits.EventIssueAdded:
		if d := e.Issue.Details; d != nil && d.ContentSecurityPolicyIssueDetails != nil {
			r.console = append(r.console, fmt.Sprintf("content security policy: %+v", *d.ContentSecurityPolicyIssueDetails))
		}
	}
}

func (r *record) title(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.titles = append(r.titles, s)
}

func (r *record) frameCount() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.frames)
}

// documents counts the documents that were loaded so far: a page that is live loads none.
func (r *record) documents() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.loads
}

// expect lets console messages pass that the test causes on purpose: a refused form answers 422, and Chromium says so.
func (r *record) expect(pattern string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tolerate = append(r.tolerate, regexp.MustCompile(pattern))
}

// said are the console's messages that nobody expected.
func (r *record) said() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
next:
	for _, line := range r.console {
		for _, re := range r.tolerate {
			if re.MatchString(line) {
				continue next
			}
		}
		out = append(out, line)
	}
	return out
}

// leak finds a personal text in what was recorded, and says where; "" for none.
func (r *record) leak(b *bed) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for where, list := range map[string][]string{"a frame": r.frames, "an address": r.urls, "a title": r.titles, "the console": r.console} {
		for _, s := range list {
			if found := b.secretIn([]byte(s + "\n" + unescaped(s))); found != "" {
				return fmt.Sprintf("%s holds %q: %.300s", where, found, s)
			}
		}
	}
	return ""
}

// check is what every visit ends with.
func (r *record) check(t *testing.T, b *bed) {
	t.Helper()
	for _, line := range r.said() {
		t.Errorf("the browser says: %.600s", line)
	}
	if leak := r.leak(b); leak != "" {
		t.Error(leak)
	}
}
