package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// progress is a bar on a terminal, and a line every few seconds where there is none.
type progress struct {
	out      *os.File
	total    uint64
	terminal bool
	began    time.Time
	last     time.Time
	shown    bool
}

const barWidth = 30

func newProgress(out *os.File, total uint64) *progress {
	info, err := out.Stat()
	now := time.Now()
	return &progress{out: out, total: total, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, began: now, last: now}
}

// show says how far it is. It is called often and writes seldom.
func (p *progress) show(done uint64) {
	now, every := time.Now(), 5*time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if now.Sub(p.last) < every {
		return
	}
	p.last, p.shown = now, true
	part := 1.0
	if p.total > done {
		part = float64(done) / float64(p.total)
	}
	rate := float64(done) / max(now.Sub(p.began).Seconds(), 0.001)
	if p.terminal {
		full := int(part * barWidth)
		fmt.Fprintf(p.out, "\r[%s%s] %3.0f %%  %d events, %.0f/s ", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*part, done, rate)
		return
	}
	fmt.Fprintf(p.out, "%3.0f %%  %d events, %.0f/s\n", 100*part, done, rate)
}

// end leaves the bar's line.
func (p *progress) end() {
	if p.terminal && p.shown {
		fmt.Fprintln(p.out)
	}
}
