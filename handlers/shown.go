package handlers

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// shownSecrets remembers for a moment the secrets that were just made, so that a form that was sent twice is answered
// twice with the same one. It is in memory only and bounded; what is forgotten is stored nowhere else, and a new one
// has to be made.
type shownSecrets struct {
	mu   sync.Mutex
	wall func() time.Time
	of   map[shownKey]shownSecret
}

// A secret is shown again only to the account that asked for it, under the same command.
type shownKey struct {
	account string
	command uuid.UUID
}

type shownSecret struct {
	text  string
	until time.Time
}

const (
	shownFor = 2 * time.Minute
	maxShown = 1000
)

func newShownSecrets(wall func() time.Time) *shownSecrets {
	return &shownSecrets{wall: wall, of: map[shownKey]shownSecret{}}
}

// get returns the command's secret, made now if it is not remembered.
func (s *shownSecrets) get(account string, command uuid.UUID, make func() (string, error)) (secret string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.wall()
	for k, v := range s.of {
		if !now.Before(v.until) {
			delete(s.of, k)
		}
	}
	k := shownKey{account, command}
	if v, ok := s.of[k]; ok {
		return v.text, nil
	}
	if secret, err = make(); err != nil {
		return "", err
	}
	if len(s.of) >= maxShown {
		clear(s.of)
	}
	s.of[k] = shownSecret{secret, now.Add(shownFor)}
	return secret, nil
}
