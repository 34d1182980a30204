package vault

import (
	"context"
	"errors"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// key returns a subject's key, ErrUnknownKey or ErrShredded.
func (v *Vault) key(ctx context.Context, subject string) (tink.AEAD, error) {
	if err := v.acquire(ctx); err != nil {
		return nil, err
	}
	defer v.release()
	// Another process may have shredded a key that is cached here.
	changed, err := v.store.changedElsewhere()
	if err != nil {
		return nil, err
	}
	if changed {
		v.cache.clear()
	}
	if key, ok := v.cache.get(subject); ok {
		return key, nil
	}
	wrapped, err := v.store.subjectKey(subject)
	if err != nil {
		return nil, err
	}
	key, err := v.deployment.subjectKey(subject, wrapped)
	if err != nil { // another process may have rotated the deployment key since this one read it
		if err := v.follow(); err != nil {
			return nil, err
		}
		if key, err = v.deployment.subjectKey(subject, wrapped); err != nil {
			return nil, err
		}
	}
	v.cache.put(subject, key)
	return key, nil
}

// creation is somebody's wish for keys. err may be read once done is closed.
type creation struct {
	subjects []string
	done     chan struct{}
	err      error
}

// ensure makes the keys that are missing, durably. Wishes that come in while a transaction runs share the next one:
// whoever gets the store first serves everybody in the queue. When ctx ends first, the keys may still be made, which
// is harmless.
func (v *Vault) ensure(ctx context.Context, subjects []string) error {
	mine := &creation{subjects: subjects, done: make(chan struct{})}
	v.queued.Lock()
	v.queue = append(v.queue, mine)
	v.queued.Unlock()

	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	case v.lock <- struct{}{}:
	}
	defer v.release()

	v.queued.Lock()
	batch := v.queue
	v.queue = nil
	v.queued.Unlock()
	if len(batch) > 0 {
		err := v.create(batch)
		for _, c := range batch {
			c.err = err
			close(c.done)
		}
	}
	return mine.err // in this batch, or in one that the holder before us finished
}

// create makes all missing keys of a batch in one transaction. The caller holds the store.
func (v *Vault) create(batch []*creation) error {
	if v.store == nil {
		return ErrClosed
	}
	made := map[string]tink.AEAD{}
	err := v.store.change("storing new keys", func() error {
		if err := v.follow(); err != nil {
			return err
		}
		for _, c := range batch {
			for _, subject := range c.subjects {
				switch _, err := v.store.subjectKey(subject); {
				case err == nil || errors.Is(err, ErrShredded):
					continue // made meanwhile, or never to be made again
				case !errors.Is(err, ErrUnknownKey):
					return err
				}
				key, wrapped, err := v.deployment.newSubjectKey(subject)
				if err != nil {
					return err
				}
				if inserted, err := v.store.insert(subject, wrapped, v.deployment.keyID); err != nil {
					return err
				} else if inserted {
					made[subject] = key
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for subject, key := range made { // only now: what is cached is durable
		v.cache.put(subject, key)
	}
	return nil
}

// Shred destroys a subject's key for ever and removes its traces from the folder's files. A subject without a key is
// buried all the same: it never gets one. Shredding again is harmless, and finishes the removal of traces where an
// earlier call was interrupted.
//
// When it fails with ErrUnavailable the key may be destroyed already while traces of it remain: call it again.
func (v *Vault) Shred(ctx context.Context, subject string) error {
	if err := checkSubject(subject); err != nil {
		return err
	}
	if err := v.acquire(ctx); err != nil {
		return err
	}
	defer v.release()
	switch _, err := v.store.subjectKey(subject); {
	case err == nil || errors.Is(err, ErrUnknownKey):
		v.cache.drop(subject)
		if err := v.store.change("destroying a key", func() error { return v.store.bury(subject) }); err != nil {
			return err
		}
	case !errors.Is(err, ErrShredded):
		return err
	}
	due, err := v.store.sweepDue()
	if err != nil || !due {
		return err
	}
	return v.store.sweep()
}
