package live

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The load client: a process of its own, one thread with epoll, so that what it costs disturbs the server's figures
// as little as it can on the same cores. It is this test binary, started again with loadEnv.

const loadEnv = "MKR_LIVE_LOAD"

// load is what the client is told, figures what it tells.
type load struct {
	Addr   string
	N      int  // connections
	Frames int  // that each is to receive
	WS     bool // shake hands and subscribe; otherwise frames come at once
}

type figures struct {
	Got, OutOfOrder  int
	P50, P99         time.Duration // of every frame
	Last50, Last99   time.Duration // of the last connection to have each frame
	Longest          time.Duration
	ConnectedIn      time.Duration
	OpenFilesAllowed uint64
}

func TestMain(m *testing.M) {
	if spec := os.Getenv(loadEnv); spec != "" {
		if err := runLoad(spec); err != nil {
			fmt.Fprintln(os.Stderr, "load client:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func runLoad(spec string) error {
	var l load
	if err := json.Unmarshal([]byte(spec), &l); err != nil {
		return err
	}
	c, err := newLoader(l)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.until(func() bool { return c.ready == l.N || !l.WS }); err != nil {
		return err
	}
	fmt.Println("ready")
	if err := c.until(func() bool { return c.got == l.N*l.Frames }); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(c.figures())
}

type loader struct {
	l        load
	epoll    int
	fds      []int
	partial  map[int][]byte
	newest   map[int]int64
	ready    int
	got      int
	disorder int
	took     []time.Duration
	last     map[int64]time.Duration
	opened   time.Duration
	buf      []byte
}

func newLoader(l load) (*loader, error) {
	c := &loader{l: l, partial: map[int][]byte{}, newest: map[int]int64{}, last: map[int64]time.Duration{},
		took: make([]time.Duration, 0, l.N*l.Frames), buf: make([]byte, 64<<10)}
	var err error
	if c.epoll, err = syscall.EpollCreate1(0); err != nil {
		return nil, err
	}
	addr, err := net.ResolveTCPAddr("tcp4", l.Addr)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	for range l.N {
		fd, err := c.connect(addr)
		if err != nil {
			return nil, err
		}
		c.fds = append(c.fds, fd)
	}
	c.opened = time.Since(start)
	return c, nil
}

func (c *loader) close() {
	for _, fd := range c.fds {
		_ = syscall.Close(fd)
	}
	_ = syscall.Close(c.epoll)
}

func (c *loader) connect(addr *net.TCPAddr) (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte(addr.IP.To4())}); err != nil {
		return 0, err
	}
	if c.l.WS {
		key := base64.StdEncoding.EncodeToString(make([]byte, 16))
		hello := "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " +
			Protocol + "\r\nSec-WebSocket-Key: " + key + "\r\nAuthorization: Bearer token-police\r\n\r\n"
		if _, err := syscall.Write(fd, []byte(hello)); err != nil {
			return 0, err
		}
		subscribe := []byte(`{"type":"subscribe","topics":["board"]}`)
		frame := append([]byte{0x81, 0x80 | byte(len(subscribe)), 0, 0, 0, 0}, subscribe...) // masked with zeros
		// Behind the answer: a server may refuse what comes before it.
		if err := c.readHeader(fd); err != nil {
			return 0, err
		}
		if _, err := syscall.Write(fd, frame); err != nil {
			return 0, err
		}
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return 0, err
	}
	return fd, syscall.EpollCtl(c.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
}

func (c *loader) readHeader(fd int) error {
	var all []byte
	for {
		n, err := syscall.Read(fd, c.buf)
		if err != nil || n == 0 {
			return errors.Join(err, errors.New("no answer"))
		}
		all = append(all, c.buf[:n]...)
		if _, rest, ok := bytes.Cut(all, []byte("\r\n\r\n")); ok {
			if !bytes.HasPrefix(all, []byte("HTTP/1.1 101")) {
				return fmt.Errorf("refused: %.80s", all)
			}
			c.partial[fd] = slices.Clone(rest)
			return nil
		}
	}
}

// until serves the connections until all is done, or nothing has come for a while.
func (c *loader) until(done func() bool) error {
	events := make([]syscall.EpollEvent, 256)
	for !done() {
		n, err := syscall.EpollWait(c.epoll, events, 20_000)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("nothing came for 20 s: %d ready, %d frames", c.ready, c.got)
		}
		for _, e := range events[:n] {
			fd := int(e.Fd)
			n, err := syscall.Read(fd, c.buf)
			if errors.Is(err, syscall.EAGAIN) {
				continue
			}
			if err != nil || n == 0 {
				return fmt.Errorf("a connection ended: %v; %d ready, %d frames", err, c.ready, c.got)
			}
			c.take(fd, c.buf[:n], time.Now().UnixNano())
		}
	}
	return nil
}

func (c *loader) take(fd int, data []byte, now int64) {
	if kept := c.partial[fd]; len(kept) > 0 {
		data = append(kept, data...)
	}
	for len(data) >= 2 {
		size, head := int(data[1]), 2
		if size == 126 {
			if len(data) < 4 {
				break
			}
			size, head = int(binary.BigEndian.Uint16(data[2:])), 4
		}
		if len(data) < head+size {
			break
		}
		c.frame(fd, data[head:head+size], now)
		data = data[head+size:]
	}
	c.partial[fd] = append(c.partial[fd][:0:0], data...)
}

func (c *loader) frame(fd int, payload []byte, now int64) {
	_, after, stamped := bytes.Cut(payload, []byte(`"t":`))
	if !stamped {
		if bytes.Contains(payload, []byte(`"topics"`)) {
			c.ready++
		}
		return
	}
	digits, _, _ := bytes.Cut(after, []byte(","))
	t, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || t <= c.newest[fd] {
		c.disorder++
	}
	c.newest[fd] = t
	took := time.Duration(now - t)
	c.got++
	c.took = append(c.took, took)
	c.last[t] = max(c.last[t], took)
}

func (c *loader) figures() figures {
	slices.Sort(c.took)
	var last []time.Duration
	for _, t := range c.last {
		last = append(last, t)
	}
	slices.Sort(last)
	var files syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files)
	return figures{Got: c.got, OutOfOrder: c.disorder, P50: part(c.took, 50), P99: part(c.took, 99), Last50: part(last, 50), Last99: part(last, 99),
		Longest: part(last, 100), ConnectedIn: c.opened, OpenFilesAllowed: files.Cur}
}

// part is a percentile of a sorted list.
func part(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}
