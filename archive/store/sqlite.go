package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"lantai/archive"
)

// applicationID stands in the header of our files, "Lant" in ASCII.
const applicationID = 0x4c616e74

// openSQLite opens one file, making or migrating it first.
func openSQLite(ctx context.Context, path, schema string, pageSize int) (database, error) {
	doing := "open " + schema
	if path == "" {
		return database{}, archive.Errorf(archive.Invalid, doing, "", "no file given")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return database{}, archive.Wrap(doing, path, err)
	}
	if _, err := os.Stat(filepath.Dir(abs)); err != nil {
		return database{}, archive.WrapAs(archive.NotFound, doing, path, err)
	}
	keepFromOthers(abs)
	if err := prepareSQLite(ctx, abs, schema, pageSize); err != nil {
		return database{}, fault(doing, path, err)
	}
	var d database
	if d.write, err = sql.Open("sqlite3", sqliteDSN(abs, url.Values{
		"_txlock":          {"immediate"},
		"_synchronous":     {"FULL"},
		"_foreign_keys":    {"1"},
		"_secure_delete":   {"1"},
		"_cache_size":      {"-16000"},
		"_stmt_cache_size": {"128"},
	})); err != nil {
		return database{}, archive.Wrap(doing, path, err)
	}
	d.write.SetMaxOpenConns(1)
	if d.read, err = sql.Open("sqlite3", sqliteDSN(abs, url.Values{
		"mode":             {"ro"},
		"_query_only":      {"1"},
		"_cache_size":      {"-16000"},
		"_stmt_cache_size": {"128"},
	})); err != nil {
		return database{}, archive.Wrap(doing, path, errors.Join(err, d.write.Close()))
	}
	readers := max(2, runtime.NumCPU())
	d.read.SetMaxOpenConns(readers + walkers)
	d.read.SetMaxIdleConns(readers)
	d.scrub = func(ctx context.Context, _ ...string) error { return scrubSQLite(ctx, d.write, abs) }
	w := &wiper{db: d.write, abs: abs}
	d.wipe = w.wipe
	d.vacuum = func(ctx context.Context, file string) error { return vacuumSQLite(ctx, abs, file) }
	return d, nil
}

// vacuumSQLite writes a compact copy on a connection of its own: writers do not wait.
func vacuumSQLite(ctx context.Context, abs, file string) error {
	db, err := sql.Open("sqlite3", sqliteDSN(abs, url.Values{"mode": {"ro"}}))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return errors.Join(err, db.Close())
}

// walkers is how many connections a check of the log keeps for seconds; others read meanwhile.
const walkers = 3

// keepFromOthers makes a file that is not there yet, readable by this account alone; SQLite
// gives its write-ahead log the rights of the file. Whatever is wrong SQLite tells better.
func keepFromOthers(abs string) {
	if f, err := os.OpenFile(abs, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_ = f.Close()
	}
}

// scrubSQLite takes what was deleted out of the write-ahead log, and drops copies of
// older formats. Within the file it was overwritten when it was deleted: secure_delete.
func scrubSQLite(ctx context.Context, db *sql.DB, abs string) error {
	old, err := filepath.Glob(abs + ".v*")
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := archive.Overwrite(name); err != nil {
			return err
		}
	}
	return checkpointSQLite(ctx, db, abs)
}

// checkpointSQLite empties the write-ahead log. Writers, and readers of an older state, are
// in its way for a moment each; who stays there makes it fail.
func checkpointSQLite(ctx context.Context, db *sql.DB, abs string) error {
	for try := range 30 {
		var busy, frames, done int
		if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done); err != nil {
			return err
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-time.After(time.Duration(try+1) * 5 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return archive.Errorf(archive.Busy, "overwrite deleted content", abs, "somebody reads an older state")
}

func sqliteDSN(abs string, values url.Values) string {
	values.Set("_busy_timeout", "10000")
	p := filepath.ToSlash(abs)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	u := url.URL{Scheme: "file", Path: p, RawQuery: values.Encode()}
	return u.String()
}

// prepareSQLite brings the file to the newest format, on a connection of its own:
// the page size is set before anything is written, and VACUUM INTO needs no
// transaction around it.
func prepareSQLite(ctx context.Context, abs, schema string, pageSize int) (err error) {
	db, err := sql.Open("sqlite3", sqliteDSN(abs, url.Values{"_txlock": {"immediate"}, "_synchronous": {"FULL"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var app, version int
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&app); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if version > 0 && app != applicationID {
		return archive.Errorf(archive.Invalid, "open "+schema, abs, "a database of another program")
	}
	if err := refuseTriggers(ctx, db, abs, schema); err != nil {
		return err
	}
	if version == 0 {
		if _, err := db.ExecContext(ctx, fmt.Sprintf(`PRAGMA page_size = %d`, pageSize)); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	steps, err := migrationSteps(migrations, "sqlite", schema)
	if err != nil {
		return err
	}
	if err := migrateSQLite(ctx, db, abs, schema, steps); err != nil {
		return err
	}
	return checkTables(ctx, db, abs, schema, steps)
}

// refuseTriggers keeps out what somebody else has put into the file to be carried out with
// each write: no format has triggers.
func refuseTriggers(ctx context.Context, db *sql.DB, abs, schema string) error {
	var name string
	err := db.QueryRowContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'trigger'`).Scan(&name)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return archive.Errorf(archive.Damaged, "open "+schema, abs, "a trigger that no program of this archive has made: %s", name)
}

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// checkTables wants all tables of the format: without one, much would go on for a while.
func checkTables(ctx context.Context, db *sql.DB, abs, schema string, steps []string) error {
	found := map[string]bool{}
	err := rows(ctx, db, `SELECT name FROM sqlite_master WHERE type = 'table'`, nil, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		found[name] = true
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range createTable.FindAllStringSubmatch(strings.Join(steps, "\n"), -1) {
		if !found[m[1]] {
			return archive.Errorf(archive.Damaged, "open "+schema, abs, "the table %s is missing", m[1])
		}
	}
	return nil
}

// migrateSQLite runs the steps that the file has not had. user_version moves in the
// same transaction, after a snapshot beside a file that had content.
func migrateSQLite(ctx context.Context, db *sql.DB, abs, schema string, steps []string) error {
	var version int
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if err := checkVersion(schema, abs, version, len(steps)); err != nil || version == len(steps) {
		return err
	}
	if version > 0 {
		if err := snapshotSQLite(ctx, db, fmt.Sprintf("%s.v%d", abs, version)); err != nil {
			return err
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have been quicker while we waited for the lock.
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if err := checkVersion(schema, abs, version, len(steps)); err != nil {
		return err
	}
	for ; version < len(steps); version++ {
		if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
			return fmt.Errorf("step %d: %w", version+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, version)); err != nil {
		return err
	}
	return tx.Commit()
}

// snapshotSQLite writes a compact copy of the open file to path, which appears whole
// or not at all.
func snapshotSQLite(ctx context.Context, db *sql.DB, path string) error {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !os.IsNotExist(err) {
		return err
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		return err
	}
	return settleFile(part, path)
}
