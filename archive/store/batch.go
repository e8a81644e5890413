package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

func batchColumns(b *archive.Batch) columns {
	return columns{{"name", &b.Name}, {"source", &b.Source}, {"started", &b.Started}, {"ended", &b.Ended}}
}

// AddBatch adds a batch and fills in its id and, when zero, when it started. A Source
// that is not UTF-8 is kept with its bad bytes replaced.
func (t *Tx) AddBatch(b *archive.Batch) error {
	const doing = "add batch"
	b.ID, b.Name, b.Source = t.NewID(), cleaned(b.Name), cleaned(b.Source)
	if b.Started == 0 {
		b.Started = t.c.millis()
	}
	cols := batchColumns(b)
	if err := insert(t.ctx, t.tx, "batch", b.ID, cols, "born", int64(t.op)); err != nil {
		return fault(doing, b.Name, err)
	}
	after, err := cols.filled()
	if err != nil {
		return fault(doing, b.Name, err)
	}
	return t.log(nounBatch, b.ID, "", after)
}

const (
	batchFields   = `b.id, b.name, b.source, b.started, b.ended`
	batchForWrite = `SELECT ` + batchFields + ` FROM batch b WHERE b.id = $1`
	batchByID     = `SELECT ` + batchFields + ` FROM batch b WHERE b.id = $1 AND {batch b}`
	newestBatches = `SELECT ` + batchFields + ` FROM batch b WHERE {batch b} ORDER BY b.id DESC LIMIT $1`
	openBatches   = `SELECT ` + batchFields + ` FROM batch b WHERE b.ended = 0 AND {batch b} ORDER BY b.id DESC`
	rootOfBatch   = `SELECT f.root FROM file f WHERE f.batch = $1 LIMIT 1`
)

func batchTargets(b *archive.Batch) []any { return append([]any{&b.ID}, batchColumns(b).targets()...) }

// EndBatch notes that all files of a batch were looked at. Again: the new time stands.
func (t *Tx) EndBatch(batch archive.ID) error {
	const doing = "end batch"
	if err := t.settled(doing); err != nil {
		return err
	}
	var old archive.Batch
	if err := t.tx.QueryRowContext(t.ctx, batchForWrite, int64(batch)).Scan(batchTargets(&old)...); err != nil {
		return fault(doing, batch.String(), err)
	}
	now := old
	now.Ended = t.c.millis()
	before, after, which, err := differing(batchColumns(&old), batchColumns(&now))
	if err != nil || len(which) == 0 {
		return fault(doing, batch.String(), err)
	}
	if err := update(t.ctx, t.tx, "batch", batch, batchColumns(&now), which); err != nil {
		return fault(doing, batch.String(), err)
	}
	return t.log(nounBatch, batch, before, after)
}

// Batch finds a batch.
func (c *Catalogue) Batch(ctx context.Context, sight access.Sight, id archive.ID) (archive.Batch, error) {
	var b archive.Batch
	err := c.cat.read.QueryRowContext(ctx, sighted(batchByID, sight), int64(id)).Scan(batchTargets(&b)...)
	return b, fault("find batch", id.String(), err)
}

// Batches lists the newest batches first.
func (c *Catalogue) Batches(ctx context.Context, sight access.Sight, limit int) ([]archive.Batch, error) {
	return c.batches(ctx, sight, newestBatches, limit)
}

// OpenBatches lists the batches that have not ended, the newest first: those being
// received, and those whose receiving was cut off. It costs as much as there are batches.
func (c *Catalogue) OpenBatches(ctx context.Context, sight access.Sight) ([]archive.Batch, error) {
	return c.batches(ctx, sight, openBatches)
}

func (c *Catalogue) batches(ctx context.Context, sight access.Sight, query string, args ...any) ([]archive.Batch, error) {
	var list []archive.Batch
	err := rows(ctx, c.cat.read, sighted(query, sight), args, func(r *sql.Rows) error {
		var b archive.Batch
		err := r.Scan(batchTargets(&b)...)
		list = append(list, b)
		return err
	})
	return list, fault("list batches", "", err)
}

// BatchRoot tells where the files of a batch lie: on which storage root, or (zero) in
// masters/ of the home. NotFound: it has brought no file yet.
func (c *Catalogue) BatchRoot(ctx context.Context, batch archive.ID) (archive.ID, error) {
	var root archive.ID
	err := c.cat.read.QueryRowContext(ctx, rootOfBatch, int64(batch)).Scan(&root)
	return root, fault("find root of batch", batch.String(), err)
}

const (
	refuseInput = `INSERT INTO refused_input (batch, path, reason, detail, time) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (batch, path) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, time = excluded.time`
	forgetRefused = `DELETE FROM refused_input WHERE batch = $1 AND path = $2`
	refusedOf     = `SELECT batch, path, reason, detail, time FROM refused_input WHERE batch = $1 AND ` + seenRefused + ` ORDER BY path`
	countRefused  = `SELECT COUNT(*) FROM refused_input WHERE ` + seenRefused
	refusedAll    = `SELECT batch, path, reason, detail, time FROM refused_input WHERE ` + seenRefused + ` ORDER BY batch, path`
	seenRefused   = `batch IN (SELECT b.id FROM batch b WHERE {batch b})`
)

// RefuseInput notes a file of a batch that was not taken. Again for the same path: the
// new reason stands. Zero Time is now. It leaves no op: the list is its own record.
func (t *Tx) RefuseInput(r RefusedInput) error {
	if r.Time == 0 {
		r.Time = t.c.millis()
	}
	_, err := t.tx.ExecContext(t.ctx, refuseInput, int64(r.Batch), cleaned(r.Path), string(r.Reason), cleaned(r.Detail), r.Time)
	return fault("refuse file", r.Path, err)
}

// ForgetRefused removes the note, since the file was taken after all.
func (t *Tx) ForgetRefused(batch archive.ID, path string) error {
	_, err := t.tx.ExecContext(t.ctx, forgetRefused, int64(batch), cleaned(path))
	return fault("take file", path, err)
}

// NotTaken counts the files of all batches that were not taken: those of RefusedInputs.
func (c *Catalogue) NotTaken(ctx context.Context, sight access.Sight) (n int, err error) {
	err = c.cat.read.QueryRowContext(ctx, sighted(countRefused, sight)).Scan(&n)
	return n, fault("count refused files", "", err)
}

// RefusedInputs lists the files of a batch that were not taken; zero: of all batches.
// They have no access class: whoever may see the batch may see them.
func (c *Catalogue) RefusedInputs(ctx context.Context, sight access.Sight, batch archive.ID) ([]RefusedInput, error) {
	query, args := refusedOf, []any{int64(batch)}
	if batch == 0 {
		query, args = refusedAll, nil
	}
	var list []RefusedInput
	err := rows(ctx, c.cat.read, sighted(query, sight), args, func(r *sql.Rows) error {
		var in RefusedInput
		err := r.Scan(&in.Batch, &in.Path, &in.Reason, &in.Detail, &in.Time)
		list = append(list, in)
		return err
	})
	return list, fault("list refused files", batch.String(), err)
}
