package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/images/imagetest"
	"mkr/internal/malware"
	"mkr/internal/malware/clamdtest"
	"mkr/internal/testbed"
)

// A photograph is attached without what the telephone wrote into it, unless whoever files it says that this is evidence: then it comes back
// byte for byte. The copy that nobody attached is swept.
func TestAPhotographTellsNoPlaceToItsReaders(t *testing.T) {
	const place = "GPS 41.3275 N 19.8187 E"
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police, lead := testbed.As(access.Police, b.Police), testbed.As(access.Coordinator, b.DV)
	photo := imagetest.Photograph(6, place)
	file := func(original bool) []byte {
		t.Helper()
		up, err := b.UploadFile(t.Context(), police, id, "IMG_0042.JPG", bytes.NewReader(photo))
		testbed.OK(t, err)
		if !up.Cleaned || up.Size >= len(photo) {
			t.Errorf("%+v, of %d bytes", up, len(photo))
		}
		r, err := b.Act(police, id, "file.attach", "", &handlers.AttachFile{Upload: up.Upload, Kind: "photograph", Class: "narrative", Original: original})
		testbed.OK(t, err)
		got, err := read(b, lead, id, r.ID)
		testbed.OK(t, err)
		view, err := b.Case(t.Context(), lead, id, handlers.At{})
		testbed.OK(t, err)
		last := view.Files[len(view.Files)-1]
		if last.Cleaned == original || last.Size != len(got) {
			t.Errorf("%+v, and %d bytes came back", last, len(got))
		}
		return got
	}
	if got := file(false); bytes.Contains(got, []byte("GPS")) || len(got) == 0 {
		t.Error("its reader learns where it was taken")
	}
	if got := file(true); !bytes.Equal(got, photo) {
		t.Error("the evidence is not what came")
	}
	if n := stored(t, b); n != 4 {
		t.Errorf("%d files are stored", n)
	}
	testbed.OK(t, filepath.WalkDir(filepath.Join(b.Dir, "files"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && len(d.Name()) == 64 {
			err = os.Chtimes(path, b.Clock.Wall(), b.Clock.Wall())
		}
		return err
	}))
	b.Pass(25 * time.Hour)
	swept, err := b.SweepUploads(t.Context())
	testbed.OK(t, err)
	if swept != 2 || stored(t, b) != 2 {
		t.Errorf("%d were swept, %d are left", swept, stored(t, b))
	}
}

// A file must be built as its kind is and called accordingly, and small enough to be looked at; what is not leaves nothing behind.
func TestFilesMustBeWhatTheyAreCalled(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police := testbed.As(access.Police, b.Police)
	photo := imagetest.Photograph(1, "GPS")
	pdf := []byte("%PDF-1.7\n1 0 obj\n%%EOF\n")
	wide := slices.Concat([]byte("\x89PNG\r\n\x1a\n"), imagetest.PNGChunk("IHDR", []byte{0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0}))
	for _, c := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"foto.jpeg", photo, ""}, {"FOTO.JPG", photo, ""}, {"image", photo, ""}, {"", photo, ""}, {"raporti i Dr. Hoxha", pdf, ""}, {"skanim 22.11.2026", pdf, ""}, {"vendimi.i.gjykatës.PDF", pdf, ""},
		{"foto.png", photo, "file_name"}, {"foto.jpg.exe", photo, "file_name"}, {"foto.", photo, "file_name"}, {"vendimi.jpg", pdf, "file_name"}, {"vendimi.html", pdf, "file_name"}, {"vendimi.exe ", pdf, "file_name"}, {"vendimi.settingcontent-ms", pdf, "file_name"},
		{"foto.jpg", photo[:len(photo)/2], "file_broken"}, {"vendimi.pdf", []byte("%PDF-1.7\n1 0 obj"), "file_broken"}, {"foto.png", wide, "file_pixels"},
		{"foto.jpg", []byte("\xff\xd8\xff<script>alert(1)</script>"), "file_broken"},
	} {
		before := stored(t, b)
		_, err := b.UploadFile(t.Context(), police, id, c.name, bytes.NewReader(c.content))
		if c.code == "" {
			testbed.OK(t, err)
			continue
		}
		var wrong *handlers.InputError
		if !errors.As(err, &wrong) || wrong.Code != c.code || wrong.Field != "upload" {
			t.Errorf("%s: %v", c.name, err)
		}
		if stored(t, b) != before {
			t.Errorf("%s: something is left behind", c.name)
		}
	}
}

// Where there is a scanner every file is sent to it as it came. What it knows, and everything while it is away, is refused and gone.
func TestFilesAreScanned(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	police := testbed.As(access.Police, b.Police)
	scanner := clamdtest.New(t)
	clamd, err := malware.Open(scanner.URL())
	testbed.OK(t, err)
	b.Scanner = clamd
	send := func(content []byte) error {
		_, err := b.UploadFile(t.Context(), police, id, "", bytes.NewReader(content))
		return err
	}
	photo := imagetest.Photograph(1, "GPS")
	testbed.OK(t, send(photo))
	if got := scanner.Files(); len(got) != 1 || !bytes.Equal(got[0], photo) {
		t.Errorf("%d files were scanned", len(got))
	}
	before := stored(t, b)
	refused := func(code string, content []byte) {
		t.Helper()
		var wrong *handlers.InputError
		if err := send(content); !errors.As(err, &wrong) || wrong.Code != code || wrong.Field != "upload" {
			t.Errorf("want %s: %v", code, err)
		}
		if stored(t, b) != before {
			t.Errorf("%s: something is left behind", code)
		}
	}
	refused("file_harmful", imagetest.Photograph(1, clamdtest.Bad)) // also where it would have been taken out
	refused("file_harmful", []byte("%PDF-1.7\n"+clamdtest.Bad+"\n%%EOF\n"))
	scanner.Answer("INSTREAM size limit exceeded. ERROR\x00")
	refused("file_unscanned", photo)
	scanner.Stop()
	refused("file_unscanned", photo)
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := b.UploadFile(ended, police, id, "", bytes.NewReader(photo)); err == nil {
		t.Error("a file was taken while nobody could say that it is clean")
	}
}
