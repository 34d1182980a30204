package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/person"
)

func rotated(t *testing.T, dir string) Rotated {
	t.Helper()
	r, err := Rotate(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A vault that is open all the while reads what was sealed before, seals, is read by others, and never has to be opened anew.
func TestRotationUnderARunningServer(t *testing.T) {
	dir := t.TempDir()
	server, err := Open(Options{Dir: dir, CacheSize: 1}) // every key is read from the store
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var before []person.Sealed
	for i := range 700 { // more than one batch
		before = append(before, seal(t, server, uuid.NewString(), person.FieldName, fmt.Sprint("Lule ", i)))
	}
	mark := server.MAC("username", []byte("lule"))

	var workers sync.WaitGroup
	stop := make(chan struct{})
	sealed := make([][]person.Sealed, 2)
	for w := range sealed {
		workers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				s, err := server.Seal(context.Background(), uuid.NewString(), ref, person.FieldName, person.PlainOf("Mark"))
				if err != nil {
					t.Error(err)
					return
				}
				sealed[w] = append(sealed[w], s)
				if text, err := server.Open(context.Background(), before[i%len(before)]); err != nil || text != fmt.Sprint("Lule ", i%len(before)) {
					t.Errorf("%q, %v", text, err)
					return
				}
			}
		})
	}
	first := rotated(t, dir)
	second := rotated(t, dir)
	close(stop)
	workers.Wait()
	if first.Keys < len(before) || second.Keys < len(before) || first.KeyID == second.KeyID {
		t.Errorf("wrapped anew: %+v, then %+v", first, second)
	}

	again := open(t, dir)
	for _, v := range []*Vault{server, again} {
		for i, s := range before {
			wantText(t, v, s, fmt.Sprint("Lule ", i))
		}
		for _, list := range sealed {
			for _, s := range list {
				wantText(t, v, s, "Mark")
			}
		}
		if !v.VerifyMAC("username", []byte("lule"), mark) {
			t.Error("user names are not found any more")
		}
	}
}

// Whoever has the old key file cannot open the keys of today, and an old wrapped key lies in no gap of the file.
func TestTheOldDeploymentKeyOpensNothing(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	subject := uuid.NewString()
	s := seal(t, v, subject, person.FieldName, "Lule")
	old, err := os.ReadFile(filepath.Join(dir, "deployment.key"))
	if err != nil {
		t.Fatal(err)
	}
	secret := secretPart(wrappedKey(t, v, subject))
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	rotated(t, dir)
	if file := trace(t, dir, secret); file != "" {
		t.Errorf("the key as the old one wrapped it lies in %s", file)
	}
	wantText(t, open(t, dir), s, "Lule")

	stolen := t.TempDir()
	if err := os.CopyFS(stolen, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(stolen, "deployment.key"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(filepath.Join(stolen, "deployment.key"), 0o600)
	if _, err := Open(Options{Dir: stolen}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("the old key opens the folder: %v", err)
	}
}

// Wherever a rotation stops, the folder opens, everything reads, and the next rotation finishes the work.
func TestAnInterruptedRotationIsFinished(t *testing.T) {
	for name, upTo := range map[string]func(*Vault) error{
		"before the first key was stored": func(v *Vault) error {
			cut := errors.New("cut")
			if err := v.store.change("test", func() error { return errors.Join(v.beginRotation(), cut) }); !errors.Is(err, cut) {
				return err
			}
			return nil
		},
		"after it": func(v *Vault) error { return v.store.change("test", v.beginRotation) },
		"in the middle": func(v *Vault) error {
			return v.store.change("test", func() error {
				err := v.beginRotation()
				if err == nil {
					_, err = v.rewrap(3)
				}
				return err
			})
		},
		"before the old key was dropped": func(v *Vault) error {
			return v.store.change("test", func() error {
				err := v.beginRotation()
				if err == nil {
					_, err = v.rewrap(100)
				}
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := open(t, dir)
			var all []person.Sealed
			for range 8 {
				all = append(all, seal(t, v, uuid.NewString(), person.FieldName, "Lule"))
			}
			first := v.deployment.keyID
			if err := upTo(v); err != nil {
				t.Fatal(err)
			}
			_ = v.Close()
			check := func() {
				t.Helper()
				v := open(t, dir)
				defer v.Close()
				for _, s := range all {
					wantText(t, v, s, "Lule")
				}
				all = append(all, seal(t, v, uuid.NewString(), person.FieldName, "Lule"))
			}
			check()
			r := rotated(t, dir)
			check()
			handle, err := readKeyset(filepath.Join(dir, "deployment.key"))
			if err != nil || handle.Len() != 1 || r.KeyID == first {
				t.Errorf("the key file holds %d keys, primary %d: %v", handle.Len(), r.KeyID, err)
			}
		})
	}
}
