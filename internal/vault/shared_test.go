package vault

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/person"
)

// Many goroutines of several vaults on one folder race for the keys of few subjects. Exactly one key wins for each:
// if two did, some value would not open everywhere.
func TestOneKeyWinsEveryRace(t *testing.T) {
	dir := t.TempDir()
	vaults := make([]*Vault, 3)
	var opened sync.WaitGroup
	for i := range vaults { // the first start races too
		opened.Go(func() {
			v, err := Open(Options{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			vaults[i] = v
		})
	}
	opened.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for _, v := range vaults {
		defer v.Close()
	}

	subjects := []string{uuid.NewString(), uuid.NewString(), uuid.NewString(), uuid.NewString()}
	sealed := make([]person.Sealed, 48)
	start := make(chan struct{})
	var racers sync.WaitGroup
	for i := range sealed {
		racers.Go(func() {
			<-start
			var err error
			sealed[i], err = vaults[i%len(vaults)].Seal(context.Background(), subjects[i%len(subjects)], ref,
				person.FieldName, person.PlainOf(fmt.Sprint("text ", i)))
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	racers.Wait()
	for i, s := range sealed {
		for _, v := range vaults {
			wantText(t, v, s, fmt.Sprint("text ", i))
		}
	}
}

// Two vaults on one folder, as two processes have: what one shreds the other does not open from its cache.
func TestShredReachesOtherVaults(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir), open(t, dir)
	subject := uuid.NewString()
	s := seal(t, a, subject, person.FieldName, "Lule")
	wantText(t, a, s, "Lule")
	wantText(t, b, s, "Lule") // now both have the key at hand
	secret := secretPart(wrappedKey(t, a, subject))

	if err := b.Shred(context.Background(), subject); err != nil {
		t.Fatal(err)
	}
	wantOpenErr(t, a, s, ErrShredded)
	if _, err := a.Seal(context.Background(), subject, ref, person.FieldName, person.PlainOf("Lule")); !errors.Is(err, ErrShredded) {
		t.Fatalf("the other vault still seals: %v", err)
	}
	if file := trace(t, dir, secret); file != "" {
		t.Fatalf("with two vaults open, traces remain in %s", file)
	}
}

// Sealing, opening and shredding at once: a value opens or is shredded, and stays shredded.
func TestShredAmongReadersAndWriters(t *testing.T) {
	v := open(t, t.TempDir())
	ctx := context.Background()
	subject, bystander := uuid.NewString(), uuid.NewString()
	first := seal(t, v, subject, person.FieldName, "Lule")
	seal(t, v, bystander, person.FieldName, "Mark")

	shredded := make(chan struct{})
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			for over := false; !over; {
				select {
				case <-shredded:
					over = true // one more round: after Shred has returned nothing may open
				default:
				}
				text, err := v.Open(ctx, first)
				if err == nil && (over || text != "Lule") || err != nil && !errors.Is(err, ErrShredded) {
					t.Errorf("opened with %v after the end: %v", err, over)
				}
				if _, err := v.Seal(ctx, subject, ref, person.FieldName, person.PlainOf("x")); err == nil && over ||
					err != nil && !errors.Is(err, ErrShredded) {
					t.Errorf("sealed with %v after the end: %v", err, over)
				}
				if _, err := v.Seal(ctx, bystander, ref, person.FieldName, person.PlainOf("x")); err != nil {
					t.Errorf("a bystander suffers: %v", err)
				}
			}
		})
	}
	if err := v.Shred(ctx, subject); err != nil {
		t.Error(err)
	}
	close(shredded)
	group.Wait()
}

func TestCloseAmongWriters(t *testing.T) {
	v := open(t, t.TempDir())
	var group sync.WaitGroup
	begun := make(chan struct{}, 8)
	for range 8 {
		group.Go(func() {
			for i := 0; ; i++ {
				_, err := v.Seal(context.Background(), uuid.NewString(), ref, person.FieldName, person.PlainOf("x"))
				if i == 0 {
					begun <- struct{}{}
				}
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	<-begun
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	group.Wait()
}

func TestCacheIsBoundedAndForgetsTheOldest(t *testing.T) {
	v, err := Open(Options{Dir: t.TempDir(), CacheSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var all []person.Sealed
	for i := range 10 {
		all = append(all, seal(t, v, uuid.NewString(), person.FieldName, fmt.Sprint("text ", i)))
	}
	wantText(t, v, all[7], "text 7") // now the newest
	seal(t, v, uuid.NewString(), person.FieldName, "one more")
	if n := len(v.cache.entries); n != 3 || v.cache.order.Len() != 3 {
		t.Fatalf("%d keys are cached", n)
	}
	if _, ok := v.cache.get(all[7].Subject); !ok {
		t.Fatal("a key just used was forgotten")
	}
	if _, ok := v.cache.get(all[8].Subject); ok {
		t.Fatal("the key used longest ago was kept")
	}
	for i, s := range all { // what is not cached is read again
		wantText(t, v, s, fmt.Sprint("text ", i))
	}
}
