package handlers

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"mkr/domain/account"
)

// IdleLife is how long a browser session outlives its holder's last touch, unless the installation says otherwise. The
// machines are shared: a desk that was left is nobody's.
const IdleLife = 15 * time.Minute

// IdleAfter is the life of an untouched session here.
func (s *Service) IdleAfter() time.Duration {
	if s.Idle > 0 {
		return s.Idle
	}
	return IdleLife
}

// Touch is a mark that the caller's browser keeps: her session was touched by a person at this moment. It is signed, so
// that no server needs to remember it, and worth nothing with another session.
func (s *Service) Touch(c Caller) string {
	at := strconv.FormatInt(s.Clock.Wall().Unix(), 36)
	return at + "." + s.touchSum(c.Session, at)
}

func (s *Service) touchSum(session, at string) string {
	return hex.EncodeToString(s.secret("touch", session+"\x00"+at)[:12])
}

// touchEvery is how old a mark may be before it is written anew.
const touchEvery = 30 * time.Second

// Fresh tells whether a mark is so young that it needs no new one.
func (s *Service) Fresh(c Caller, mark string) bool {
	at, ok := s.touched(c, mark)
	return ok && s.Clock.Wall().Sub(at).Abs() < touchEvery
}

// touched reads a mark: when the session was touched. It is not ok when the mark is not of this session.
func (s *Service) touched(c Caller, mark string) (at time.Time, ok bool) {
	text, sum, _ := strings.Cut(mark, ".")
	n, err := strconv.ParseInt(text, 36, 64)
	if err != nil || !hmac.Equal([]byte(sum), []byte(s.touchSum(c.Session, text))) {
		return time.Time{}, false
	}
	return time.Unix(n, 0), true
}

// AuthenticateBrowser is Authenticate for a person's browser, which shows the mark of the last touch beside its secret;
// without one the session's beginning counts. A session that nobody has touched for too long is ended, on record.
func (s *Service) AuthenticateBrowser(ctx context.Context, token, mark string) (Caller, error) {
	c, sess, err := s.authenticate(ctx, token)
	if err != nil {
		return c, err
	}
	touched, ok := s.touched(c, mark)
	if !ok {
		touched = sess.ExpiresAt.Add(-BrowserLife)
	}
	if s.Clock.Wall().Sub(touched) < s.IdleAfter() {
		return c, nil
	}
	if err := s.EndIdle(ctx, c); err != nil {
		return Caller{}, err
	}
	return Caller{}, ErrNotSignedIn
}

// EndIdle ends the caller's own session because nobody has touched it.
func (s *Service) EndIdle(ctx context.Context, c Caller) error {
	r, err := s.accountRun(ctx, c, c.Account, Envelope{Key: NewKey()}, account.EndSession{Session: c.Session, Reason: account.Idle})
	if err != nil {
		return err
	}
	return s.Await(ctx, r.Position)
}
