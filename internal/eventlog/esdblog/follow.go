package esdblog

import (
	"context"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"mkr/internal/eventlog"
)

// followTail keeps one subscription to the end of $all, until the log is closed. The client's subscriptions drop once and
// for good; here a new one goes on where the last one stood.
func (l *Log) followTail() {
	pause := backoff{}
	for {
		progressed, err := l.follow()
		if l.ctx.Err() != nil {
			return
		}
		if progressed {
			pause.reset()
		}
		wait := pause.next()
		l.logger.Warn().Err(err).Dur("again_in", wait).Msg("eventstoredb: subscription lost")
		select {
		case <-l.after(wait):
		case <-l.ctx.Done():
			return
		}
	}
}

// follow subscribes and hands over what comes, until the subscription drops, its client is retired or the log is closed.
func (l *Log) follow() (progressed bool, err error) {
	if err := l.findEnd(); err != nil {
		return false, err
	}
	s, err := l.sources.acquire(l.ctx)
	if err != nil {
		return false, err
	}
	defer s.release()
	ctx, cancel := context.WithCancel(l.ctx)
	defer cancel()
	go func() { // the client stays, perhaps, while nothing comes any more: do not listen to a retired one
		select {
		case <-s.retired:
			cancel()
		case <-l.tail.stale:
			cancel()
		case <-ctx.Done():
		}
	}()
	subscription, err := l.subscribe(ctx, s)
	if err != nil {
		return false, err
	}
	defer subscription.Close()
	l.logger.Info().Msg("eventstoredb: subscribed")
	for {
		event := subscription.Recv()
		switch {
		case event.EventAppeared != nil:
			progressed = true
			if e := event.EventAppeared.Event; e != nil && !ofSystem(e) {
				l.tail.arrived(recorded(e))
			}
		case event.CheckPointReached != nil:
			progressed = true
			l.tail.passed(*event.CheckPointReached)
		case event.CaughtUp != nil:
			progressed = true
		case event.SubscriptionDropped != nil:
			err := event.SubscriptionDropped.Error
			if lost(err) {
				l.sources.retire(s)
			}
			return progressed, err
		}
	}
}

// findEnd sets the tail's beginning to the end of the log, if it has none yet.
func (l *Log) findEnd() error {
	if _, started := l.tail.position(); started {
		return nil
	}
	end, err := call(l.ctx, l, func(ctx context.Context, s *source) (at eventlog.Position, err error) {
		reader, err := s.readAll(ctx, esdb.Backwards, esdb.End{}, 1)
		_, err = receive(reader, err, func(e *esdb.RecordedEvent) bool {
			at = eventlog.Position(e.Position.Commit)
			return true
		})
		return at, err
	})
	if err == nil {
		l.tail.start(end)
	}
	return err
}

// subscribe asks for what comes after the tail's position. The subscription lives as long as ctx; waiting for its
// confirmation has the log's limit.
func (l *Log) subscribe(ctx context.Context, s *source) (*esdb.Subscription, error) {
	if !s.acquire() {
		return nil, fmt.Errorf("%w: the connection was given up", eventlog.ErrUnavailable)
	}
	var from esdb.AllPosition = esdb.Start{} // never left out: the client would take the end
	if at, _ := l.tail.position(); at.Commit > 0 {
		from = at
	}
	return guard(ctx, l, s, func(context.Context, *source) (*esdb.Subscription, error) {
		subscription, err := s.subscribe(toLeader(ctx), esdb.SubscribeToAllOptions{
			From:               from,
			Filter:             &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Regex: `^[^$]`},
			MaxSearchWindow:    64,
			CheckpointInterval: 4,
			RequiresLeader:     true,
		})
		if err == nil && subscription == nil {
			err = errors.New("no subscription")
		}
		return subscription, err
	})
}
