package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mkr/domain/access"
)

// server is mkr as it ships, in a process of its own.
type server struct {
	cmd   *exec.Cmd
	url   string
	ready time.Duration // from its start until it said so
}

// binary builds mkr as make build does.
func binary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "mkr")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "mkr/cmd/mkr")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

func launch(b *testing.B, path, dir string) *server {
	b.Helper()
	s := &server{cmd: exec.Command(path, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--secure=false")}
	out, err := s.cmd.StdoutPipe()
	ok(b, err)
	begin := time.Now()
	ok(b, s.cmd.Start())
	line, err := bufio.NewReader(out).ReadBytes('\n')
	ok(b, err)
	s.ready = time.Since(begin)
	var at struct{ URL string }
	ok(b, json.Unmarshal(line, &at))
	s.url = at.URL
	return s
}

func (s *server) stop(b *testing.B) {
	b.Helper()
	ok(b, s.cmd.Process.Signal(syscall.SIGTERM))
	ok(b, s.cmd.Wait())
}

// memory is what the process holds of the machine's memory, and has held at most, in MB.
func (s *server) memory(b *testing.B) (now, most float64) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	ok(b, err)
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		switch fields[0] {
		case "VmRSS:", "VmHWM:":
			kib, err := strconv.ParseFloat(fields[1], 64)
			ok(b, err)
			if fields[0] == "VmRSS:" {
				now = kib / 1024
			} else {
				most = kib / 1024
			}
		}
	}
	return now, most
}

// cpu is the processor time that the process has used.
func (s *server) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	ok(b, err)
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] { // user and system time, in hundredths of a second
		n, err := strconv.ParseInt(f, 10, 64)
		ok(b, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// idle is how busy the server is in ten seconds in which nobody asks it for anything, in per cent of one core.
func (s *server) idle(b *testing.B) float64 {
	b.Helper()
	const rest = 10 * time.Second
	before := s.cpu(b)
	<-time.After(rest)
	return 100 * float64(s.cpu(b)-before) / float64(rest)
}

// BenchmarkServer starts mkr as it ships on a folder with MKR_BENCH_CASES open cases among at least MKR_BENCH_EVENTS events, views
// present, and reports how soon it is ready, what pages and calls take (at the client, over loopback, one after the other),
// what it holds of memory alone and with MKR_BENCH_SUBSCRIBERS sockets, and how busy it is when nothing happens. Run it with
// -benchtime=1x.
func BenchmarkServer(b *testing.B) {
	path := binary(b)
	info, err := os.Stat(path)
	ok(b, err)
	w := newWorld(b)
	w.openCases(size(b, "MKR_BENCH_CASES", 1000))
	long := w.open(-3)
	w.grow(long, 200)
	w.fill(size(b, "MKR_BENCH_EVENTS", 20_000))
	var tokens []string
	sockets := size(b, "MKR_BENCH_SUBSCRIBERS", 1000)
	for len(tokens)*60 < sockets { // an account may hold 64
		tokens = append(tokens, w.token(access.Coordinator))
	}
	position := w.caughtUp()
	w.close()

	for b.Loop() {
		s := launch(b, path, w.dir)
		b.ReportMetric(float64(info.Size())/1e6, "binary-MB")
		b.ReportMetric(float64(position), "position")
		b.ReportMetric(float64(s.ready.Milliseconds()), "ready-ms")
		for name, page := range map[string]string{
			"board": "/board", "case": "/cases/" + long, "deadlines": "/deadlines",
			"api-board": "/api/v1/board", "api-cases": "/api/v1/cases?limit=50", "api-case": "/api/v1/cases/" + long, "api-timeline": "/api/v1/cases/" + long + "/timeline",
		} {
			s.fetch(b, page, tokens[0], 200).report(b, name, 95)
		}
		b.ReportMetric(s.idle(b), "idle-%cpu")
		alone, _ := s.memory(b)
		b.ReportMetric(alone, "alone-MB")
		for i := range sockets {
			defer dial(b, s.url, tokens[i/60], "board", "deadlines", "inbox").Close()
		}
		b.ReportMetric(s.idle(b), "idle-sockets-%cpu")
		now, most := s.memory(b)
		b.ReportMetric(now, "sockets-MB")
		b.ReportMetric(most, "most-MB")
		s.stop(b)
	}
}

// fetch asks for a page again and again.
func (s *server) fetch(b *testing.B, path, token string, times int) (took spans) {
	b.Helper()
	for i := range times + 10 {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.url+path, nil)
		ok(b, err)
		if strings.HasPrefix(path, "/api/") {
			req.Header.Set("Authorization", "Bearer "+token)
		} else {
			req.AddCookie(&http.Cookie{Name: "mkr", Value: token})
		}
		begin := time.Now()
		res, err := http.DefaultClient.Do(req)
		ok(b, err)
		body, err := io.ReadAll(res.Body)
		ok(b, err)
		res.Body.Close()
		if res.StatusCode != http.StatusOK || res.Request.URL.Path != strings.SplitN(path, "?", 2)[0] {
			b.Fatalf("%s: %d at %s: %.200s", path, res.StatusCode, res.Request.URL.Path, body)
		}
		if i >= 10 { // the first ones warm it up
			took.since(begin)
		}
	}
	return took
}
