package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/blobs"
	"mkr/internal/images/imagetest"
	"mkr/internal/testbed"
)

// picture is a PNG with something in it that can be looked for.
const marker = "Shenja-e-Fshehur-1977"

func picture(n int) []byte {
	return imagetest.PNG(bytes.Repeat([]byte(marker), n))
}

func attach(b *testbed.Bed, c handlers.Caller, id string, content []byte, class handlers.FileClass) (handlers.Receipt, error) {
	b.TB.Helper()
	up, err := b.UploadFile(b.TB.Context(), c, id, "", bytes.NewReader(content))
	if err != nil {
		return handlers.Receipt{}, err
	}
	return b.Act(c, id, "file.attach", "", &handlers.AttachFile{Upload: up.Upload, Kind: "photograph", Class: class, Title: person.PlainOf(testbed.SurvivorName)})
}

func read(b *testbed.Bed, c handlers.Caller, id, file string) ([]byte, error) {
	f, err := b.OpenFile(b.TB.Context(), c, id, file)
	if err != nil {
		return nil, err
	}
	defer f.Content.Close()
	return io.ReadAll(f.Content)
}

// A file comes back whole to those who may read its class, with the opening on record before; to the others it does not open. On the disk
// it lies nowhere in the clear, and when the person's key is gone it opens for nobody.
func TestAFileOfACase(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police, lead := testbed.As(access.Police, b.Police), testbed.As(access.Coordinator, b.DV)
	content := picture(9000)
	r, err := attach(b, police, id, content, "narrative")
	testbed.OK(t, err)
	got, err := read(b, lead, id, r.ID)
	testbed.OK(t, err)
	if !bytes.Equal(got, content) {
		t.Fatalf("%d bytes came back", len(got))
	}
	if !slices.Contains(b.AccessEvents(lead), "access.opened") {
		t.Error("the opening is not on record")
	}
	for _, c := range []handlers.Caller{testbed.As(access.Auditor, b.DV), testbed.As(access.NGO, b.NGO), testbed.As(access.Administrator, b.DV)} {
		var denied *handlers.DeniedError
		if _, err := read(b, c, id, r.ID); !errors.Is(err, handlers.ErrNotFound) && !errors.As(err, &denied) {
			t.Errorf("%s opens it: %v", c.Role, err)
		}
	}
	if _, err := read(b, lead, id, handlers.NewKey().String()); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("a file that there is not: %v", err)
	}
	if _, err := read(b, lead, b.Open(), r.ID); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("under another case: %v", err)
	}
	testbed.OK(t, filepath.WalkDir(b.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(marker)) || bytes.Contains(data, []byte(testbed.SurvivorName)) {
			t.Errorf("%s holds the file in the clear", path)
		}
		return err
	}))
	view, err := b.Case(t.Context(), lead, id, handlers.At{})
	testbed.OK(t, err)
	if len(view.Files) != 1 || view.Files[0].Key.Box != nil || view.Files[0].Title.Box != nil || view.Files[0].Media != "image/png" || view.Files[0].Size != len(content) {
		t.Errorf("%+v", view.Files)
	}
	testbed.OK(t, b.Vault.Shred(t.Context(), view.Subject))
	if _, err := read(b, lead, id, r.ID); !isRefusal(err, "file.erased") {
		t.Errorf("after the erasure: %v", err)
	}
}

// What a file is is found in its bytes; what runs, is empty, too large or breaks off is refused and leaves nothing behind. So is the
// file of whoever may not write in the case, before a byte of it is read.
func TestFilesThatAreNotTaken(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police := testbed.As(access.Police, b.Police)
	for name, try := range map[string]struct {
		content io.Reader
		code    string
	}{
		"a page":    {strings.NewReader("<!doctype html><script>alert(1)</script>"), "file_type"},
		"a drawing": {strings.NewReader(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "file_type"},
		"a program": {strings.NewReader("MZ\x90\x00"), "file_type"},
		"text":      {strings.NewReader("një shënim"), "file_type"},
		"nothing":   {strings.NewReader(""), "required"},
		"too large": {io.MultiReader(bytes.NewReader(picture(1)), io.LimitReader(zeros{}, casefile.MaxFile)), "file_size"},
	} {
		var wrong *handlers.InputError
		if _, err := b.UploadFile(t.Context(), police, id, "", try.content); !errors.As(err, &wrong) || wrong.Code != try.code || wrong.Field != "upload" {
			t.Errorf("%s: %v", name, err)
		}
	}
	untouched := strings.NewReader("x")
	for _, c := range []handlers.Caller{testbed.As(access.NGO, b.NGO), testbed.As(access.Auditor, b.DV)} {
		if _, err := b.UploadFile(t.Context(), c, id, "", untouched); err == nil || untouched.Len() != 1 {
			t.Errorf("%s: %v, %d bytes left", c.Role, err, untouched.Len())
		}
	}
	if n := stored(t, b); n != 0 {
		t.Errorf("%d files are left behind", n)
	}

	up, err := b.UploadFile(t.Context(), police, id, "", bytes.NewReader(picture(1)))
	testbed.OK(t, err)
	lead := testbed.As(access.Coordinator, b.DV)
	in := &handlers.AttachFile{Upload: up.Upload, Kind: "letter", Class: "narrative"}
	again := func(what string, c handlers.Caller, id string) {
		t.Helper()
		var wrong *handlers.InputError
		if _, err := b.Act(c, id, "file.attach", "", in); !errors.As(err, &wrong) || wrong.Code != "file_again" {
			t.Errorf("%s: %v", what, err)
		}
	}
	again("somebody else's upload", lead, id)
	again("to another case", police, b.Open())
	b.Pass(time.Hour)
	again("an hour later", police, id)
	for range 40 {
		if _, err = b.UploadFile(t.Context(), lead, id, "", bytes.NewReader(picture(1))); err != nil {
			break
		}
	}
	if !errors.Is(err, handlers.ErrTooManyTries) {
		t.Errorf("uploads without end: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func stored(t *testing.T, b *testbed.Bed) (n int) {
	t.Helper()
	testbed.OK(t, filepath.WalkDir(filepath.Join(b.Dir, "files"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && len(d.Name()) == 64 {
			n++
		}
		return err
	}))
	return n
}

// The same form sent twice attaches one file. What the second time has stored can be attached yet by another form, and is there then;
// what is never attached is swept.
func TestAFileSentTwiceIsOne(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police, env := testbed.As(access.Police, b.Police), testbed.Key()
	var first handlers.Receipt
	var last handlers.Upload
	for i := range 3 {
		up, err := b.UploadFile(t.Context(), police, id, "", bytes.NewReader(picture(3)))
		testbed.OK(t, err)
		env.Body, last = []byte(handlers.UploadMark(up.Upload)), up
		r, err := b.ActWith(police, id, "file.attach", "", &handlers.AttachFile{Upload: up.Upload, Kind: "letter", Class: "narrative"}, env)
		testbed.OK(t, err)
		if i == 0 {
			first = r
		} else if !r.Duplicate || r.ID != first.ID {
			t.Errorf("%+v, then %+v", first, r)
		}
	}
	again := testbed.Key()
	again.Body = []byte("another form")
	second, err := b.ActWith(police, id, "file.attach", "", &handlers.AttachFile{Upload: last.Upload, Kind: "letter", Class: "narrative"}, again)
	testbed.OK(t, err)
	b.Pass(25 * time.Hour)
	_, err = b.SweepUploads(t.Context())
	testbed.OK(t, err)
	for _, file := range []string{first.ID, second.ID} {
		if _, err := read(b, police, id, file); err != nil {
			t.Errorf("a file that an event names: %v", err)
		}
	}
}

// The health section is medicine's, in files too; and an altered file gives no byte.
func TestHealthFilesAndAlteredOnes(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police := testbed.As(access.Police, b.Police)
	var denied *handlers.DeniedError
	if _, err := attach(b, police, id, picture(1), "health"); !errors.As(err, &denied) {
		t.Errorf("the police attaches a health file: %v", err)
	}
	r, err := attach(b, police, id, picture(9000), "narrative")
	testbed.OK(t, err)
	view, err := b.Case(t.Context(), police, id, handlers.At{})
	testbed.OK(t, err)
	hash := view.Files[0].Hash
	path := filepath.Join(b.Dir, "files", hash[:2], hash)
	raw, err := os.ReadFile(path)
	testbed.OK(t, err)
	raw[100] ^= 1
	testbed.OK(t, os.WriteFile(path, raw, 0o600))
	if got, err := read(b, police, id, r.ID); !errors.Is(err, blobs.ErrAltered) || len(got) > 0 {
		t.Errorf("%d bytes of an altered file: %v", len(got), err)
	}
	if err := blobs.Check(context.Background(), b.Files, hash); !errors.Is(err, blobs.ErrAltered) {
		t.Errorf("verified: %v", err)
	}
}
