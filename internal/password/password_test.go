package password

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

var cheap = Params{MemoryKiB: 8, Passes: 1, Lanes: 1}

const secret = "bukë-e-zezë-me-gjalpë"

func hash(t *testing.T, h *Hasher, password string) string {
	t.Helper()
	stored, err := h.Hash(context.Background(), password)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func verify(t *testing.T, h *Hasher, stored, password string) Result {
	t.Helper()
	r, err := h.Verify(context.Background(), stored, password)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHashAndVerify(t *testing.T) {
	h := New(cheap, 0)
	stored := hash(t, h, secret)
	if r := verify(t, h, stored, secret); !r.OK || r.Rehash {
		t.Fatalf("the right password: %+v", r)
	}
	for _, wrong := range []string{"", secret + "x", strings.ToUpper(secret), secret[1:], " " + secret} {
		if r := verify(t, h, stored, wrong); r.OK || r.Rehash {
			t.Fatalf("a wrong password: %+v", r)
		}
	}
	if hash(t, h, secret) == stored {
		t.Fatal("two hashes of one password are the same: the salt is not random")
	}
}

func TestDefaultCostsAreOWASPs(t *testing.T) {
	form := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	if stored := hash(t, New(Params{}, 0), secret); !form.MatchString(stored) {
		t.Fatalf("stored as %s", stored)
	}
}

// The argon2id hash of "password" with salt "somesalt" at m=65536 t=2 p=1, as the reference implementation's test
// suite (phc-winner-argon2, src/test.c) has it.
func TestReferenceVector(t *testing.T) {
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if r := verify(t, New(cheap, 1), stored, "password"); !r.OK || !r.Rehash {
		t.Fatalf("got %+v", r)
	}
}

func TestRehashWhenCostsChange(t *testing.T) {
	old, now := New(cheap, 1), New(Params{MemoryKiB: 16, Passes: 1, Lanes: 1}, 1)
	stored := hash(t, old, secret)
	if r := verify(t, now, stored, secret); !r.OK || !r.Rehash {
		t.Fatalf("stored under other costs: %+v", r)
	}
	if r := verify(t, now, stored, "wrong"); r.OK || r.Rehash {
		t.Fatalf("a wrong password must not be stored again: %+v", r)
	}
}

func TestKeyboardsDiffer(t *testing.T) {
	h := New(cheap, 1)
	if !verify(t, h, hash(t, h, "mir\u00ebdita bot\u00eb"), "mire\u0308dita bote\u0308").OK {
		t.Fatal("ë as one character and as two must be one password")
	}
}

func TestMalformedHashes(t *testing.T) {
	h := New(cheap, 1)
	stored := hash(t, h, secret)
	for name, bad := range map[string]string{
		"empty":         "",
		"plain text":    secret,
		"argon2i":       strings.Replace(stored, "argon2id", "argon2i", 1),
		"old version":   strings.Replace(stored, "v=19", "v=16", 1),
		"huge memory":   strings.Replace(stored, "m=8,", "m=4294967295,", 1),
		"no memory":     strings.Replace(stored, "m=8,", "m=0,", 1),
		"no passes":     strings.Replace(stored, "t=1", "t=0", 1),
		"endless":       strings.Replace(stored, "t=1", "t=4000000000", 1),
		"no lanes":      strings.Replace(stored, "p=1", "p=0", 1),
		"leading zero":  strings.Replace(stored, "t=1", "t=01", 1),
		"trailing text": strings.Replace(stored, "p=1", "p=1,x=2", 1),
		"cut short":     stored[:len(stored)-30],
		"padded":        stored + "=",
		"another part":  stored + "$",
		"line end":      stored + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			r, err := h.Verify(context.Background(), bad, secret)
			if !errors.Is(err, ErrMalformed) || r != (Result{}) {
				t.Fatalf("got %+v, %v", r, err)
			}
			if bad != "" && strings.Contains(err.Error(), bad) {
				t.Fatal("the error repeats the stored hash")
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parse(s); err == nil && p.String() != s {
			t.Fatalf("%q reads as %q", s, p.String())
		}
	})
}

func TestConcurrencyIsBoundedAndWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(cheap, 2)
		h.slots <- struct{}{} // two computations that take their time
		h.slots <- struct{}{}

		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error, 1)
		go func() { gaveUp <- h.Dummy(ctx, secret) }()
		served := make(chan error, 1)
		go func() { _, err := h.Hash(t.Context(), secret); served <- err }()

		synctest.Wait() // both wait for a slot
		if len(gaveUp)+len(served) != 0 {
			t.Fatal("a third computation began")
		}
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Fatalf("waiting ended with %v", err)
		}
		<-h.slots
		if err := <-served; err != nil {
			t.Fatal(err)
		}
		<-h.slots
		if len(h.slots) != 0 {
			t.Fatalf("%d slots were not given back", len(h.slots))
		}
		if _, err := h.Verify(ctx, h.dummy.String(), secret); !errors.Is(err, context.Canceled) {
			t.Fatalf("an ended context with free slots: %v", err)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	h := New(cheap, 3)
	stored := hash(t, h, secret)
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			if r, err := h.Verify(context.Background(), stored, secret); err != nil || !r.OK {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
	group.Wait()
}

// Dummy must do the very work that Verify does: the same costs, and through the same slots.
func TestDummyCostsWhatVerifyCosts(t *testing.T) {
	h := New(Params{}, 0)
	stored, err := parse(hash(t, h, secret))
	if err != nil {
		t.Fatal(err)
	}
	d := h.dummy
	if d.Params != stored.Params || len(d.salt) != len(stored.salt) || len(d.hash) != len(stored.hash) {
		t.Fatalf("the dummy is %s", d)
	}
	if err := h.Dummy(context.Background(), secret); err != nil {
		t.Fatal(err)
	}
}

func TestNoRandomnessNoHash(t *testing.T) {
	h := New(cheap, 1)
	h.random = bytes.NewReader(make([]byte, saltBytes-1))
	if stored, err := h.Hash(context.Background(), secret); err == nil || stored != "" {
		t.Fatalf("hashed with a short salt: %q, %v", stored, err)
	}
}
