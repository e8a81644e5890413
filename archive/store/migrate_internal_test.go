package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
)

// A file that has content is copied beside before a step, and a step that fails
// leaves it as it was.
func TestMigrationMovesVersionAndContentTogether(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "c.db")
	db, err := sql.Open("sqlite3", sqliteDSN(path, url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	version := func() (v int) {
		t.Helper()
		if err := db.QueryRow(`PRAGMA user_version`).Scan(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	steps := []string{`CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);`, `CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b SELECT x FROM a;`}
	if err := migrateSQLite(ctx, db, path, "test", steps[:1]); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".v0"); !os.IsNotExist(err) {
		t.Errorf("a new file was copied: %v", err)
	}
	bad := []string{steps[0], steps[1] + `INSERT INTO nowhere VALUES (1);`}
	if err := migrateSQLite(ctx, db, path, "test", bad); err == nil {
		t.Error("a broken step was taken")
	}
	if v := version(); v != 1 {
		t.Errorf("version %d after a broken step", v)
	}
	if _, err := db.Exec(`SELECT x FROM b`); err == nil {
		t.Error("half a step stayed")
	}
	if err := migrateSQLite(ctx, db, path, "test", steps); err != nil {
		t.Fatal(err)
	}
	if v := version(); v != 2 {
		t.Errorf("version %d", v)
	}
	old, err := sql.Open("sqlite3", sqliteDSN(path+".v1", url.Values{"mode": {"ro"}}))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	var x, v int
	if err := old.QueryRow(`SELECT x FROM a`).Scan(&x); err != nil || x != 1 {
		t.Errorf("the copy has %d, %v", x, err)
	}
	if err := old.QueryRow(`PRAGMA user_version`).Scan(&v); err != nil || v != 1 {
		t.Errorf("the copy is of version %d, %v", v, err)
	}
	if err := migrateSQLite(ctx, db, path, "test", steps[:1]); archive.KindOf(err) != archive.TooNew {
		t.Errorf("an older program: %v", err)
	}
}
