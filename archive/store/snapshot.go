package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive"
)

// Snapshot writes the catalogue as it is into a new SQLite file that any sqlite3 from
// 3.8.3 on reads: its tables are not STRICT. The file appears whole or not at all.
func (c *Catalogue) Snapshot(ctx context.Context, file string) error {
	return archive.Wrap("snapshot catalogue", file, c.cat.snapshotTo(ctx, "catalogue", file, nil))
}

// SnapshotTexts does so with the texts of pages that were saved since a time (Unix
// milliseconds), zero for all.
func (c *Catalogue) SnapshotTexts(ctx context.Context, file string, since int64) error {
	var where map[string]string
	if since > 0 {
		where = map[string]string{"page_text": fmt.Sprintf(" WHERE saved >= %d", since), "correction": fmt.Sprintf(" WHERE time >= %d", since)}
	}
	return archive.Wrap("snapshot texts", file, c.text.snapshotTo(ctx, "text", file, where))
}

// Harden makes a snapshot a database of this program again: its tables become STRICT, and
// every row is looked at. Damaged when it is not what a snapshot is.
func Harden(ctx context.Context, file string) error {
	const doing = "take over snapshot"
	err := withSQLite(ctx, file, func(db *sql.DB) error {
		if err := setStrict(ctx, db, true); err != nil {
			return err
		}
		var said string
		if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
			return err
		}
		if said != "ok" {
			return archive.Errorf(archive.Damaged, doing, file, "%s", said)
		}
		return nil
	})
	return fault(doing, file, err)
}

// AddTexts brings what a snapshot of texts has into a file of texts: rows of both are
// those of the snapshot.
func AddTexts(ctx context.Context, file, snapshot string) error {
	const doing = "add texts"
	err := withSQLite(ctx, file, func(to *sql.DB) error {
		return withSQLite(ctx, snapshot, func(from *sql.DB) error {
			tx, err := to.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			for _, table := range []string{"engine", "page_text", "correction"} {
				if err := copyTable(ctx, from, tx, table, "", "INSERT OR REPLACE"); err != nil {
					return err
				}
			}
			return tx.Commit()
		})
	})
	return fault(doing, snapshot, err)
}

// snapshotTo copies a database into a new SQLite file; where limits the rows of a table.
func (d database) snapshotTo(ctx context.Context, schema, file string, where map[string]string) (err error) {
	part := file + ".part"
	if err := os.Remove(part); err != nil && !os.IsNotExist(err) {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(part)
		}
	}()
	if d.vacuum != nil && where == nil {
		if err := d.vacuum(ctx, part); err != nil {
			return err
		}
	} else if err := d.copyTo(ctx, schema, part, where); err != nil {
		return err
	}
	err = withSQLite(ctx, part, func(db *sql.DB) error {
		if schema == "catalogue" {
			// Paths on media that are not cleared yet are known at home; elsewhere they would say what was purged.
			if _, err := db.ExecContext(ctx, `PRAGMA secure_delete = ON; DELETE FROM purge_row WHERE noun = '`+purgeKept+`'`); err != nil {
				return err
			}
		}
		return setStrict(ctx, db, false)
	})
	if err != nil {
		return err
	}
	return settleFile(part, file)
}

// settleFile makes a file durable and gives it its name.
func settleFile(part, file string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(part, file)
}

// copyTo writes the rows of each table into a new file, in one state of the database.
func (d database) copyTo(ctx context.Context, schema, file string, where map[string]string) error {
	steps, err := migrationSteps(migrations, "sqlite", schema)
	if err != nil {
		return err
	}
	tx, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return withSQLite(ctx, file, func(db *sql.DB) error {
		for _, step := range steps {
			if _, err := db.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		to, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer to.Rollback()
		for _, m := range createTable.FindAllStringSubmatch(strings.Join(steps, "\n"), -1) {
			if err := copyTable(ctx, tx, to, m[1], where[m[1]], "INSERT OR REPLACE"); err != nil {
				return err
			}
		}
		if err := to.Commit(); err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, len(steps)))
		return err
	})
}

// copyTable copies rows from one database to another.
func copyTable(ctx context.Context, from, to querier, table, where, verb string) error {
	r, err := from.QueryContext(ctx, "SELECT * FROM "+table+where) //nolint:gosec // a table of the format
	if err != nil {
		return err
	}
	defer r.Close()
	names, err := r.Columns()
	if err != nil {
		return err
	}
	group := max(1, 900/len(names))
	values := make([]any, 0, group*len(names))
	write := func() error {
		if len(values) == 0 {
			return nil
		}
		row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
		query := verb + " INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES " +
			strings.Join(slices.Repeat([]string{row}, len(values)/len(names)), ", ")
		_, err := to.ExecContext(ctx, query, values...)
		values = values[:0]
		return err
	}
	for r.Next() {
		one := make([]any, len(names))
		targets := make([]any, len(names))
		for i := range one {
			targets[i] = &one[i]
		}
		if err := r.Scan(targets...); err != nil {
			return err
		}
		if values = append(values, one...); len(values) == cap(values) {
			if err := write(); err != nil {
				return err
			}
		}
	}
	return errors.Join(r.Err(), write())
}

// withSQLite opens a file that nobody else has open.
func withSQLite(ctx context.Context, file string, fn func(*sql.DB) error) (err error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", sqliteDSN(abs, url.Values{"_journal_mode": {"DELETE"}, "_synchronous": {"NORMAL"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	return fn(db)
}

// setStrict makes the tables of a file STRICT or not. What is stored is the same; older
// programs of SQLite refuse a schema with the word.
func setStrict(ctx context.Context, db *sql.DB, strict bool) error {
	edits := []string{
		`UPDATE sqlite_master SET sql = SUBSTR(sql, 1, LENGTH(sql) - 22) || ' WITHOUT ROWID' WHERE type = 'table' AND sql LIKE '% STRICT, WITHOUT ROWID'`,
		`UPDATE sqlite_master SET sql = SUBSTR(sql, 1, LENGTH(sql) - 7) WHERE type = 'table' AND sql LIKE '%) STRICT'`,
	}
	if strict {
		edits = []string{
			`UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE type = 'table' AND sql LIKE '%)' AND name NOT LIKE 'sqlite_%'`,
			`UPDATE sqlite_master SET sql = SUBSTR(sql, 1, LENGTH(sql) - 14) || ' STRICT, WITHOUT ROWID' WHERE type = 'table' AND sql LIKE '%) WITHOUT ROWID'`,
		}
	}
	if _, err := db.ExecContext(ctx, `PRAGMA writable_schema = ON`); err != nil {
		return err
	}
	for _, edit := range edits {
		if _, err := db.ExecContext(ctx, edit); err != nil {
			return err
		}
	}
	_, err := db.ExecContext(ctx, `PRAGMA writable_schema = RESET`)
	return err
}
