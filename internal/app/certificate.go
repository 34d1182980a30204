package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// lookAgain is how long a certificate is given out before its files are looked at again: a renewed one is served within that time
// of being there, without a stop.
const lookAgain = 10 * time.Second

// tlsConfig is how mkr speaks TLS: 1.2 and 1.3 alone, and of 1.2 only what has forward secrecy and authenticated encryption. The order of
// 1.3 and the key exchanges, the post-quantum hybrid first, are the library's.
func tlsConfig(c *certificate) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(), nil },
	}
}

// certificate is what the server shows of itself. It reads its two files when it is made and again when either has changed; while what lies there cannot
// be used (half a renewal, a key that does not fit) it goes on with what it has, and says so in the log.
type certificate struct {
	cert, key string
	wall      func() time.Time
	logger    zerolog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	from   stamp // of the files that were read last, usable or not
	looked time.Time
}

// stamp tells whether files are still the ones that were read.
type stamp [2]struct {
	at   time.Time
	size int64
}

func openCertificate(cert, key string, wall func() time.Time, logger zerolog.Logger) (*certificate, error) {
	if cert == "" || key == "" {
		return nil, errors.New("TLS: both are wanted, the certificate and its key")
	}
	c := &certificate{cert: cert, key: key, wall: wall, logger: logger}
	from, err := c.stamp()
	if err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	if err := c.load(from); err != nil {
		return nil, err
	}
	c.looked = wall()
	return c, nil
}

func (c *certificate) stamp() (s stamp, err error) {
	for i, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return s, err
		}
		s[i].at, s[i].size = info.ModTime(), info.Size()
	}
	return s, nil
}

func (c *certificate) load(from stamp) error {
	c.from = from
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("TLS: %s, %s: %w", c.cert, c.key, err)
	}
	c.pair = &pair
	if end := pair.Leaf.NotAfter; !c.wall().Before(end) {
		c.logger.Error().Time("not_after", end).Msg("the certificate is over: browsers will refuse it")
	}
	return nil
}

// current is what is shown to whoever calls now.
func (c *certificate) current() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.wall()
	if since := now.Sub(c.looked); since >= 0 && since < lookAgain {
		return c.pair
	}
	c.looked = now
	from, err := c.stamp()
	if err == nil && from != c.from {
		if err = c.load(from); err == nil {
			c.logger.Info().Time("not_after", c.pair.Leaf.NotAfter).Msg("a new certificate is served")
		}
	}
	if err != nil {
		c.logger.Error().Err(err).Msg("the new certificate cannot be used, the old one is served on")
	}
	return c.pair
}
