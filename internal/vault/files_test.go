package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/domain/person"
)

// trace tells in which file of the folder some 12 bytes of secret lie in a row.
func trace(t *testing.T, dir string, secret []byte) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+12 <= len(secret); i++ {
			if bytes.Contains(data, secret[i:i+12]) {
				return e.Name()
			}
		}
	}
	return ""
}

// secretPart gives the bytes of a wrapped key that only this key has: the ciphertext, not the keyset's description.
func secretPart(wrapped []byte) []byte { return wrapped[16 : 16+64] }

func execute(s *store, query string) error { return sqlitex.Execute(s.conn, query, nil) }

func wrappedKey(t *testing.T, v *Vault, subject string) []byte {
	t.Helper()
	if err := v.acquire(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer v.release()
	wrapped, err := v.store.subjectKey(subject)
	if err != nil {
		t.Fatal(err)
	}
	return wrapped
}

func TestShredLeavesNoTraceOfTheKey(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	ctx := context.Background()

	// Enough keys, one by one in random order, for pages to split and cells to move about.
	var subjects []string
	for range 300 {
		s := uuid.NewString()
		seal(t, v, s, person.FieldName, "Lule")
		subjects = append(subjects, s)
	}
	for i, s := range subjects[:8] {
		secret := secretPart(wrappedKey(t, v, s))
		if trace(t, dir, secret) == "" {
			t.Fatal("the search does not find a key that is there")
		}
		if err := v.Shred(ctx, s); err != nil {
			t.Fatal(err)
		}
		if file := trace(t, dir, secret); file != "" {
			t.Fatalf("shred %d left traces of the wrapped key in %s", i, file)
		}
	}
	wantText(t, v, seal(t, v, subjects[9], person.FieldName, "Mark"), "Mark")
}

// A crash between the destruction and the removal of traces is made up for at the next start.
func TestInterruptedSweepIsFinished(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	subject := uuid.NewString()
	seal(t, v, subject, person.FieldName, "Lule")
	secret := secretPart(wrappedKey(t, v, subject))

	// What Shred does up to the crash; the copy of the folder is what the crash leaves behind.
	if err := v.store.change("test", func() error { return v.store.bury(subject) }); err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(t.TempDir(), "crashed")
	if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if trace(t, crashed, secret) == "" {
		t.Fatal("no trace to remove: the test shows nothing")
	}
	if err := os.Chmod(filepath.Join(crashed, "deployment.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = open(t, crashed)
	if file := trace(t, crashed, secret); file != "" {
		t.Fatalf("traces remain in %s", file)
	}
}

func TestFolderHoldsNoPlaintextAndNoKeyInTheClear(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	subject, text := uuid.NewString(), "Lulezim Gjoni, Rruga e Detarit 14"
	seal(t, v, subject, person.FieldName, text)

	handle, err := v.deployment.unwrap(wrappedKey(t, v, subject), lengthPrefixed(subjectKeyLabel, subject))
	if err != nil {
		t.Fatal(err)
	}
	var clear bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&clear)); err != nil {
		t.Fatal(err)
	}
	raw := clear.Bytes()[bytes.Index(clear.Bytes(), []byte("AesGcmKey"))+len("AesGcmKey")+4:][:32] // type URL, then the 32 bytes
	check := func() {
		t.Helper()
		if file := trace(t, dir, []byte(text)); file != "" {
			t.Fatalf("plaintext in %s", file)
		}
		if file := trace(t, dir, raw); file != "" {
			t.Fatalf("a data key in the clear in %s", file)
		}
	}
	check()
	_ = v.Close()
	check()
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	v := open(t, dir)
	seal(t, v, uuid.NewString(), person.FieldName, "Lule")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 4 { // deployment.key, keys.db, its WAL and its shared memory
		t.Fatalf("the folder holds %v", entries)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %04o", e.Name(), info.Mode().Perm())
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(dir string) error
		want  error  // matched with errors.Is, if not nil
		text  string // must be in the error's text
	}{
		"another deployment key": {func(dir string) error {
			_ = os.Remove(filepath.Join(dir, "deployment.key"))
			return createDeployment(filepath.Join(dir, "deployment.key"))
		}, ErrWrongKey, "keys.db was made under another one"},
		"a lost deployment key": {func(dir string) error {
			return os.Remove(filepath.Join(dir, "deployment.key"))
		}, ErrWrongKey, "restore it from its backup"},
		"an emptied deployment key": {func(dir string) error {
			return os.Truncate(filepath.Join(dir, "deployment.key"), 0)
		}, ErrWrongKey, "not a Tink keyset"},
		"a deployment key that others can read": {func(dir string) error {
			return os.Chmod(filepath.Join(dir, "deployment.key"), 0o644)
		}, nil, "chmod 600"},
		"an emptied store": {func(dir string) error {
			return os.Truncate(filepath.Join(dir, "keys.db"), 0)
		}, ErrCorrupt, "keys.db"},
		"a store cut short": {func(dir string) error {
			return os.Truncate(filepath.Join(dir, "keys.db"), 4096)
		}, ErrCorrupt, "keys.db"},
		"something else in its place": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "keys.db"), bytes.Repeat([]byte("no database "), 1000), 0o600)
		}, ErrCorrupt, "restore keys.db"},
		"a store without its first key": {func(dir string) error {
			s, err := openStore(filepath.Join(dir, "keys.db"))
			if err != nil {
				return err
			}
			defer s.close()
			return s.change("test", func() error { return execute(s, "DELETE FROM deployment_keys") })
		}, ErrCorrupt, "first key"},
		"a folder that is a file": {func(dir string) error {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
			return os.WriteFile(dir, nil, 0o600)
		}, nil, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "keys")
			v := open(t, dir)
			seal(t, v, uuid.NewString(), person.FieldName, "Lule")
			_ = v.Close()
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			v, err := Open(Options{Dir: dir})
			if err == nil {
				_ = v.Close()
				t.Fatal("opened")
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("refused with: %v", err)
			}
		})
	}
}

func TestKeyFileElsewhere(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "mkr.key")
	v, err := Open(Options{Dir: dir, KeyFile: file})
	if err != nil {
		t.Fatal(err)
	}
	s := seal(t, v, uuid.NewString(), person.FieldName, "Lule")
	_ = v.Close()
	if _, err := os.Stat(filepath.Join(dir, "deployment.key")); !os.IsNotExist(err) {
		t.Fatalf("a key lies in the folder too: %v", err)
	}
	if err := os.Chmod(file, 0o444); err != nil { // as a mounted secret may be
		t.Fatal(err)
	}
	v, err = Open(Options{Dir: dir, KeyFile: file})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	wantText(t, v, s, "Lule")
}

// A row of keys.db that was changed or swapped with another does not unwrap.
func TestSwappedKeysAreCorrupt(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	a, b := uuid.NewString(), uuid.NewString()
	s := seal(t, v, a, person.FieldName, "Lule")
	seal(t, v, b, person.FieldName, "Mark")
	wrapped := wrappedKey(t, v, b)
	err := v.store.change("test", func() error {
		return execute(v.store, fmt.Sprintf("UPDATE subject_keys SET wrapped = x'%x' WHERE subject = '%s'", wrapped, a))
	})
	if err != nil {
		t.Fatal(err)
	}
	v.cache.clear()
	wantOpenErr(t, v, s, ErrCorrupt)
}
