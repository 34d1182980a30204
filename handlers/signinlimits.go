package handlers

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// signInLimits slow down guessing: per address, per account from one address, and per account, in memory, bounded.
// Only wrong tries count in the end; see try.
type signInLimits struct {
	mu   sync.Mutex
	wall func() time.Time
	by   map[string]*rate.Limiter
}

// A person who mistypes has ten tries at once and then one every ten seconds; an address has three times as many,
// because an office shares one. What all addresses together may try on an account is more than one address ever can:
// else whoever knows a user name could keep its holder out.
const (
	triesPerPair    = 10
	triesPerAddress = 30
	triesPerAccount = 100
	tryEvery        = 10 * time.Second
	maxLimiters     = 50_000
)

func newSignInLimits(wall func() time.Time) *signInLimits {
	return &signInLimits{wall: wall, by: map[string]*rate.Limiter{}}
}

// try counts one try, or says that there were too many. right takes it back: who knows the password has not guessed.
// It counts before the password is looked at, so that guesses at the same moment count too.
func (l *signInLimits) try(account, remote string) (right func(), ok bool) {
	address := network(remote)
	// The address first: a flood from one fills the memory with no names, and takes no tries from their holders.
	return l.take(limit{"address " + address, triesPerAddress}, limit{"pair " + address + " " + account, triesPerPair}, limit{"account " + account, triesPerAccount})
}

// tryUnnamed counts one try that names no account: a passkey, or a provider's answer. It counts for its address alone: nobody
// guesses either, and what all addresses shared would let whoever has a few of them keep everybody out.
func (l *signInLimits) tryUnnamed(remote string) (right func(), ok bool) {
	return l.take(limit{"address " + network(remote), triesPerAddress})
}

type limit struct {
	key   string
	burst int
}

func (l *signInLimits) take(limits ...limit) (right func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.wall()
	var taken []*rate.Reservation
	back := func() {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	for _, limit := range limits {
		lim := l.limiter(now, limit.key, limit.burst)
		if lim == nil {
			back()
			return nil, false
		}
		r := lim.ReserveN(now, 1)
		taken = append(taken, r)
		if r.DelayFrom(now) > 0 {
			back()
			return nil, false
		}
	}
	return back, true
}

// limiter finds or makes one; nil when the memory is full of those that are in use.
func (l *signInLimits) limiter(now time.Time, key string, burst int) *rate.Limiter {
	if lim, ok := l.by[key]; ok {
		return lim
	}
	if len(l.by) >= maxLimiters {
		for k, lim := range l.by { // forget those that have filled up again
			if lim.TokensAt(now) >= float64(lim.Burst()) {
				delete(l.by, k)
			}
		}
		if len(l.by) >= maxLimiters {
			return nil
		}
	}
	lim := rate.NewLimiter(rate.Every(tryEvery), burst)
	l.by[key] = lim
	return lim
}

// network is what counts as one address: of IPv6 the /64, which one subscriber has to herself.
func network(remote string) string {
	ip, err := netip.ParseAddr(remote)
	if err != nil {
		return remote
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
