package sqlitelog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
)

// Options say where the log is and what it works with. Only Dir must be given.
type Options struct {
	// Dir is the folder that holds the log. It is made if it does not exist.
	Dir string

	// Now stamps events; time.Now if nil. Stamps never go back, even if Now does.
	Now func() time.Time

	// Logger hears about what no caller hears of: failed checkpoints, a writer that panicked. The zero Logger is silent.
	Logger zerolog.Logger

	// Readers is how many reads can run at once; 3 if zero.
	Readers int

	// Fault, if set, is called before each step of a write and after its commit; an error fails that step. For tests.
	Fault func(Step) error
}

// Step is a moment of a write at which Options.Fault is asked.
type Step string

// The steps of a write. An append that fails at AfterCommit is stored, at any other step it is not.
const (
	BeforeBegin  Step = "begin"
	BeforeInsert Step = "insert"
	BeforeCommit Step = "commit"
	AfterCommit  Step = "committed"
)

const (
	fileName       = "log.db"
	lockName       = "log.lock"
	defaultReaders = 3
	queueLength    = 1024 // appends that may wait for the writer before callers wait to be queued
)

// Log is an event log in a folder. All its methods may be called from many goroutines.
type Log struct {
	path    string
	lock    *os.File
	readers chan *reader // the idle ones
	count   int          // all readers, idle or not
	queue   chan *request
	writer  *writer // set by Open; only its own goroutine looks inside until writerGone is closed
	tail    *tail

	closing    chan struct{} // closed when Close begins
	writerGone chan struct{} // closed when the writer has ended and every append is answered
	closeOnce  sync.Once
	closeErr   error
}

var _ eventlog.Log = (*Log)(nil)

// Open opens the log in a folder, or starts an empty one there. It answers eventlog.ErrLocked if the folder is in use,
// eventlog.ErrCorrupt if what lies there is not a whole event log, and eventlog.ErrUnavailable if the folder
// cannot be used now. Every text says what to do.
func Open(o Options) (*Log, error) {
	if o.Dir == "" {
		return nil, errors.New("sqlitelog: Options.Dir is empty")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Readers <= 0 {
		o.Readers = defaultReaders
	}
	if o.Fault == nil {
		o.Fault = func(Step) error { return nil }
	}
	if err := makeDir(o.Dir); err != nil {
		return nil, fmt.Errorf("%w: make the data folder: %w", eventlog.ErrUnavailable, err)
	}
	lock, err := lockFile(filepath.Join(o.Dir, lockName))
	if err != nil {
		return nil, err
	}
	l := &Log{
		path:       filepath.Join(o.Dir, fileName),
		lock:       lock,
		readers:    make(chan *reader, o.Readers),
		queue:      make(chan *request, queueLength),
		tail:       newTail(),
		closing:    make(chan struct{}),
		writerGone: make(chan struct{}),
	}
	if err := l.start(o); err != nil {
		l.closeReaders()
		lock.Close()
		return nil, err
	}
	go l.writer.run()
	return l, nil
}

// start opens the writer's connection and the readers'.
func (l *Log) start(o Options) error {
	conn, err := openFile(l.path)
	if err != nil {
		return explain(l.path, err)
	}
	w := &writer{log: l, conn: conn, now: o.Now, fault: o.Fault, logger: o.Logger, heads: newCache[string, head](maxHeads)}
	if err := w.resync(); err != nil {
		conn.Close()
		return explain(l.path, err)
	}
	for range o.Readers {
		r, err := openReader(l.path)
		if err != nil {
			conn.Close()
			return explain(l.path, err)
		}
		l.readers <- r
		l.count++
	}
	l.writer = w
	return nil
}

// Close ends the log: the batch being written is finished and answered, appends that still wait answer
// eventlog.ErrClosed, reads end, the write-ahead log is folded into the file and the folder is free again.
// Closing twice is allowed and answers the same.
func (l *Log) Close() error {
	l.closeOnce.Do(func() {
		close(l.closing)
		<-l.writerGone
		err := l.closeReaders()
		// The writer's connection is the last one: closing it folds the write-ahead log into the file. The lock goes
		// after it: whoever gets that finds the file at rest.
		l.closeErr = errors.Join(err, l.writer.conn.Close(), l.lock.Close())
	})
	return l.closeErr
}

// closeReaders waits for every reader to come back and closes it.
func (l *Log) closeReaders() error {
	var err error
	for ; l.count > 0; l.count-- {
		err = errors.Join(err, (<-l.readers).conn.Close())
	}
	return err
}

// closed reports whether Close has begun.
func (l *Log) closed() bool {
	select {
	case <-l.closing:
		return true
	default:
		return false
	}
}

// makeDir makes the folder and puts its name on the disk: a log that survives a power cut in a folder that does not is lost.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	parent, err := os.Open(filepath.Dir(dir))
	if err != nil {
		return err
	}
	defer parent.Close()
	return parent.Sync()
}
