package store

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"lantai/archive"
)

// fault wraps an error of an engine with the kind that it stands for. An error that
// has one already says what was being done better than we could, and stays.
func fault(op, subject string, err error) error {
	if err == nil {
		return nil
	}
	var known *archive.Error
	if errors.As(err, &known) {
		return err
	}
	return archive.WrapAs(faultKind(err), op, subject, err)
}

func faultKind(err error) archive.ErrorKind {
	var lite sqlite3.Error
	var pg *pgconn.PgError
	var dial *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return archive.NotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return archive.Stopped
	case errors.As(err, &lite):
		return sqliteKind(lite)
	case errors.As(err, &pg):
		return postgresKind(pg.Code)
	case errors.As(err, &dial), errors.As(err, &network):
		return archive.Unavailable
	}
	return archive.Internal
}

func sqliteKind(e sqlite3.Error) archive.ErrorKind {
	switch e.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
		return archive.Conflict
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return archive.Busy
	case sqlite3.ErrInterrupt:
		return archive.Stopped
	case sqlite3.ErrFull:
		return archive.NoSpace
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return archive.Damaged
	case sqlite3.ErrConstraint:
		return archive.Invalid
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return archive.NoAccess
	case sqlite3.ErrCantOpen, sqlite3.ErrIoErr:
		if archive.Barred(e.SystemErrno) {
			return archive.NoAccess
		}
		return archive.Unavailable
	}
	return archive.Internal
}

// postgresKind reads an SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html
func postgresKind(code string) archive.ErrorKind {
	switch code {
	case "23505": // unique_violation
		return archive.Conflict
	case "40001", "40P01", "55P03": // serialization, deadlock, lock not available
		return archive.Busy
	case "53100": // disk_full
		return archive.NoSpace
	case "57014": // query_canceled
		return archive.Stopped
	case "XX001", "XX002": // data or index corrupted
		return archive.Damaged
	}
	for class, kind := range map[string]archive.ErrorKind{
		"08": archive.Unavailable, "23": archive.Invalid, "22": archive.Invalid,
		"28": archive.NotAllowed, "42501": archive.NotAllowed, "53": archive.Unavailable, "57": archive.Unavailable,
	} {
		if strings.HasPrefix(code, class) {
			return kind
		}
	}
	return archive.Internal
}
