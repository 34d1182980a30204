package handlers

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one account may have of the house, whatever its sessions and tokens: who holds many of them is one all the same. In memory and
// bounded, as the limits at the door are.
const (
	// SearchesAMinute is how often an account may look for people by name: more than anybody types, less than reads a register out.
	SearchesAMinute = 120
	// AtOnce is how many requests of an account are carried out at one moment. More wait outside, so that nobody's program takes the
	// house from those who work in it.
	AtOnce = 256
)

type workLimits struct {
	mu       sync.Mutex
	wall     func() time.Time
	searches map[string]*rate.Limiter
	running  map[string]int
}

func newWorkLimits(wall func() time.Time) *workLimits {
	return &workLimits{wall: wall, searches: map[string]*rate.Limiter{}, running: map[string]int{}}
}

// search counts a search, or says that there were too many.
func (l *workLimits) search(account string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.wall()
	lim, known := l.searches[account]
	if !known {
		if len(l.searches) >= maxHeads { // accounts are people: there are not so many
			clear(l.searches)
		}
		lim = rate.NewLimiter(rate.Every(time.Minute/time.Duration(most)), most)
		l.searches[account] = lim
	}
	return lim.AllowN(now, 1)
}

// enter counts a request that begins, or says that there are too many; leave ends it.
func (l *workLimits) enter(account string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running[account] >= AtOnce {
		return false
	}
	l.running[account]++
	return true
}

func (l *workLimits) leave(account string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running[account]--; l.running[account] <= 0 {
		delete(l.running, account)
	}
}

// Enter admits a request of a caller, unless the account has too many already: ErrTooManyTries. Whoever is let in must leave.
func (s *Service) Enter(c Caller) (leave func(), err error) {
	if c.Account == "" {
		return func() {}, nil
	}
	if !s.work.enter(c.Account) {
		return nil, ErrTooManyTries
	}
	return func() { s.work.leave(c.Account) }, nil
}

// maySearch counts a search by name.
func (s *Service) maySearch(c Caller) error {
	most := s.Searches
	if most <= 0 {
		most = SearchesAMinute
	}
	if !s.work.search(c.Account, most) {
		return ErrTooManyTries
	}
	return nil
}
