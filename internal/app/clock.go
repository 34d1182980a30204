package app

import (
	"context"
	"sync"
	"time"

	"mkr/handlers"
)

// SteppedClock is the demo's: it is moved by hand while a year is loaded, and then runs at a speed. It never goes
// back. Wall time stays the system's.
type SteppedClock struct {
	mu    sync.Mutex
	at    time.Time // the work's time at since
	since time.Time
	speed float64 // 0 while it is moved by hand
}

// NewSteppedClock begins at an instant and stands still.
func NewSteppedClock(at time.Time) *SteppedClock { return &SteppedClock{at: at.UTC()} }

// Now is the work's time, UTC.
func (c *SteppedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *SteppedClock) now() time.Time {
	if c.speed == 0 {
		return c.at
	}
	return c.at.Add(time.Duration(float64(time.Since(c.since)) * c.speed)).UTC()
}

// Set moves it forward by hand; an earlier instant leaves it where it is.
func (c *SteppedClock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at.UTC()
	}
}

// Run lets it run from an instant (or from where it stands, if that is later) at a speed: 1 is the wall's.
func (c *SteppedClock) Run(from time.Time, speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); from.Before(now) {
		from = now
	}
	c.at, c.since, c.speed = from.UTC(), time.Now(), speed
}

// Clock is what a Service works with.
func (c *SteppedClock) Clock() handlers.Clock {
	system := handlers.SystemClock()
	return handlers.Clock{Now: c.Now, Wall: system.Wall, Sleep: func(ctx context.Context, d time.Duration) error {
		c.mu.Lock()
		speed := c.speed
		c.mu.Unlock()
		if speed > 1 {
			d = max(time.Duration(float64(d)/speed), 50*time.Millisecond)
		}
		return system.Sleep(ctx, d)
	}}
}
