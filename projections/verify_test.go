package projections_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/projections"
	"mkr/projections/catalog"
)

// TestAnEditedViewIsNamed: whoever edits what the lists are read from is found out, by the table and the key; what was not
// edited passes, also when the log has gone on since.
func TestAnEditedViewIsNamed(t *testing.T) {
	w := newWorld(t, chance(37))
	w.grow(80)
	dir := t.TempDir()
	r := w.run(dir)
	r.reach(w.head)
	r.until(live)
	r.stop()
	stood := uint64(w.head)
	w.grow(20) // the server was down
	o := projections.Options{Dir: dir, Log: w.log, Registry: w.reg, Views: catalog.Views(tirane(t)), Logger: zerolog.Nop()}
	at, err := projections.VerifyViews(context.Background(), o, t.TempDir())
	if err != nil || at == 0 || at > stood {
		t.Fatalf("untouched: at %d of %d: %v", at, stood, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "views-*.sqlite"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range []struct{ sql, table, kind string }{
		{"UPDATE rows_board SET risk = 'low' WHERE key = (SELECT min(key) FROM rows_board WHERE risk <> 'low')", "rows_board", "altered"},
		{"DELETE FROM rows_deadlines WHERE key = (SELECT min(key) FROM rows_deadlines)", "rows_deadlines", "missing"},
		{"UPDATE documents SET doc = replace(doc, 'muni', 'inum') WHERE id = (SELECT min(id) FROM documents)", "documents", "altered"},
		{"INSERT INTO parties_register VALUES ('a case', 'a friend', 0)", "parties_register", "added"},
		{"UPDATE rows_register SET shut = '-somebody' WHERE key = (SELECT max(key) FROM rows_register)", "rows_register", "altered"},
		{"UPDATE copy SET position = position + 1000", "copy", "beyond the end of the log"},
	} {
		if err := os.WriteFile(files[0], whole, 0o600); err != nil {
			t.Fatal(err)
		}
		conn, err := sqlite.OpenConn(files[0], sqlite.OpenReadWrite)
		if err != nil {
			t.Fatal(err)
		}
		err = sqlitex.ExecuteTransient(conn, edit.sql, nil)
		if changed := conn.Changes(); err != nil || changed != 1 {
			t.Fatalf("%s: %d changed, %v", edit.sql, changed, err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = projections.VerifyViews(context.Background(), o, t.TempDir())
		var altered *projections.AlteredError
		if !errors.As(err, &altered) || altered.Table != edit.table || altered.Kind != edit.kind || altered.Key == "" {
			t.Errorf("%s: %v", edit.sql, err)
		}
	}
	if _, err := projections.VerifyViews(context.Background(), projections.Options{Dir: t.TempDir(), Log: w.log, Registry: w.reg, Views: o.Views}, t.TempDir()); !errors.Is(err, projections.ErrNoViews) {
		t.Errorf("an empty folder: %v", err)
	}
}
