package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"lantai/archive"
)

// oldestPostgres is the first server version that the suite is run on.
const oldestPostgres = 150000

// openPostgres opens one schema, making or migrating it first.
func openPostgres(ctx context.Context, dsn, schema string) (database, error) {
	doing := "open " + schema
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The cause would repeat the connection string, and with it a password.
		return database{}, archive.Errorf(archive.Invalid, doing, "", "the connection string cannot be read")
	}
	cfg.RuntimeParams["search_path"] = schema
	cfg.RuntimeParams["application_name"] = "lantai"
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(4)
	if err := preparePostgres(ctx, db, schema); err != nil {
		return database{}, errors.Join(fault(doing, "", err), db.Close())
	}
	read := stdlib.OpenDB(*readOnly(cfg))
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(4)
	return database{write: db, read: read, scrub: func(ctx context.Context, tables ...string) error {
		return scrubPostgres(ctx, db, tables)
	}, wipe: func(context.Context) error { return nil }}, nil
}

// scrubPostgres frees the space of deleted rows. The server overwrites it with what comes
// next; its write-ahead log and its backups are the administrator's.
func scrubPostgres(ctx context.Context, db *sql.DB, tables []string) error {
	for _, t := range tables {
		if _, err := db.ExecContext(ctx, `VACUUM `+pgx.Identifier{t}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}

func readOnly(cfg *pgx.ConnConfig) *pgx.ConnConfig {
	c := cfg.Copy()
	c.RuntimeParams["default_transaction_read_only"] = "on"
	return c
}

func preparePostgres(ctx context.Context, db *sql.DB, schema string) error {
	var server int
	if err := db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&server); err != nil {
		return archive.WrapAs(archive.Unavailable, "open "+schema, "", err)
	}
	if server < oldestPostgres {
		return archive.Errorf(archive.Unavailable, "open "+schema, "", "PostgreSQL %d or newer is needed, this is %d", oldestPostgres/10000, server/10000)
	}
	steps, err := migrationSteps(migrations, "postgres", schema)
	if err != nil {
		return err
	}
	return migratePostgres(ctx, db, schema, steps)
}

// migratePostgres runs the steps that the schema has not had, one station at a time;
// the version moves in the same transaction.
func migratePostgres(ctx context.Context, db *sql.DB, schema string, steps []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d)`, applicationID)); err != nil {
		return err
	}
	var version int
	var made bool
	if err := tx.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, schema+".format").Scan(&made); err != nil {
		return err
	}
	if made {
		if err := tx.QueryRowContext(ctx, `SELECT version FROM format`).Scan(&version); err != nil {
			return err
		}
	}
	if err := checkVersion(schema, "", version, len(steps)); err != nil || version == len(steps) {
		return err
	}
	if !made {
		if _, err := tx.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{schema}.Sanitize()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `CREATE TABLE format (version BIGINT NOT NULL)`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO format (version) VALUES (0)`); err != nil {
			return err
		}
	}
	for ; version < len(steps); version++ {
		if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
			return fmt.Errorf("step %d: %w", version+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE format SET version = $1`, version); err != nil {
		return err
	}
	return tx.Commit()
}
