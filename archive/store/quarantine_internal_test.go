package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
)

// A catalogue of the first format gets the tables of quarantine, and the copy that was
// made of it goes when something has to be made unreadable.
func TestACatalogueOfTheFirstFormat(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	path := filepath.Join(dir, "catalogue.db")
	steps, err := migrationSteps(migrations, "sqlite", "catalogue")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", sqliteDSN(path, url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if err := migrateSQLite(ctx, db, path, "catalogue", steps[:1]); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := Open(ctx, Options{Catalogue: path, Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if list, err := c.Quarantines(ctx, access.All(), archive.QuarantineWaiting); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := os.Stat(path + ".v1"); err != nil {
		t.Error(err)
	}
	if err := c.cat.scrub(ctx, "change"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".v1"); !os.IsNotExist(err) {
		t.Errorf("the copy of the older format stays: %v", err)
	}
	if st, err := os.Stat(path + "-wal"); err != nil || st.Size() != 0 {
		t.Errorf("the write-ahead log: %v, %v", st, err)
	}
}
