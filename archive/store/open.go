package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"lantai/archive"
)

// Catalogue is an open archive's records. It is safe for use by several goroutines.
type Catalogue struct {
	cat, text database
	station   int
	class     archive.Secrecy // the highest 密级 that is kept
	feeder    int             // whose marks on the index's feed are ours
	now       func() time.Time
	many      bool  // other stations write here too
	token     int64 // marks this process's claims on pages
	leftovers error // what could not be cleared away at the start
	checking  sync.Mutex
	held      *held // which tables and columns the log states
	gate      Gate  // what every logged write passes; nil: none
	beats     bool  // long writes renew their leases by themselves; not under a test's clock
}

// database is one file of SQLite or one schema of PostgreSQL. On SQLite write has
// a single connection, which is what keeps writers in line within a process.
type database struct {
	write, read *sql.DB
	scrub       func(ctx context.Context, tables ...string) error // makes what was deleted from tables unreadable
	wipe        func(ctx context.Context) error                   // overwrites what older copies of it are left in the file
	vacuum      func(ctx context.Context, file string) error      // writes a compact copy; nil where the engine cannot
}

func (d database) close() error {
	if d.write == nil {
		return nil
	}
	return errors.Join(d.read.Close(), d.write.Close())
}

// Open opens the catalogue, making or migrating it first where needed, and takes
// back long writes that a crash cut off. It returns TooNew for a format of a newer
// program.
func Open(ctx context.Context, o Options) (*Catalogue, error) {
	const doing = "open catalogue"
	if o.Station < 0 || o.Station > archive.MaxStation {
		return nil, archive.Errorf(archive.Invalid, doing, "", "station number %d", o.Station)
	}
	c := &Catalogue{station: o.Station, class: o.Class, now: o.Now, beats: o.Now == nil, held: newHeld()}
	if c.now == nil {
		c.now = time.Now
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, archive.Wrap(doing, "", err)
	}
	c.token = int64(binary.BigEndian.Uint64(b[:])>>1) | 1
	if err := c.connect(ctx, o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(fault(doing, o.Catalogue, err), c.Close())
	}
	if err := c.holdToClass(ctx); err != nil {
		return nil, errors.Join(fault(doing, o.Catalogue, err), c.Close())
	}
	return c, nil
}

func (c *Catalogue) connect(ctx context.Context, o Options) (err error) {
	if o.Postgres != "" {
		// Each station keeps an index of its own, so each has its own marks.
		c.feeder, c.many = o.Station, true
		if c.cat, err = openPostgres(ctx, o.Postgres, "catalogue"); err != nil {
			return err
		}
		c.text, err = openPostgres(ctx, o.Postgres, "text")
		return err
	}
	// A home has one index, whatever station number it goes by.
	c.feeder = 0
	if c.cat, err = openSQLite(ctx, o.Catalogue, "catalogue", 4096); err != nil {
		return err
	}
	c.text, err = openSQLite(ctx, o.Text, "text", 8192)
	return err
}

const (
	addStation = `INSERT INTO station (station, last_id, number, digest) VALUES ($1, 0, 0, $2)
		ON CONFLICT (station) DO NOTHING`
	addFeeder = `INSERT INTO feeder (station) VALUES ($1) ON CONFLICT (station) DO NOTHING`
)

func (c *Catalogue) start(ctx context.Context) error {
	if _, err := c.cat.write.ExecContext(ctx, addStation, c.station, make([]byte, 32)); err != nil {
		return err
	}
	if _, err := c.cat.write.ExecContext(ctx, addFeeder, c.feeder); err != nil {
		return err
	}
	var err error
	if c.leftovers, err = c.rollBackLeftovers(ctx); err != nil {
		return err
	}
	return c.settleCorrections(ctx)
}

// Close ends all work on the catalogue.
func (c *Catalogue) Close() error {
	return archive.Wrap("close catalogue", "", errors.Join(c.cat.close(), c.text.close()))
}

// transact runs fn as one writing transaction, without the log.
func (d database) transact(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (c *Catalogue) millis() int64 { return c.now().UnixMilli() }
