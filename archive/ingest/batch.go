package ingest

import (
	"context"
	"time"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// needBatch makes sure of a batch: to note a refusal any of this folder serves, to
// receive it must be open.
func (r *receiver) needBatch(ctx context.Context, receive bool) error {
	if r.batch.ID != 0 && (r.vault != nil || !receive) {
		return nil
	}
	if r.batch.ID != 0 && r.batch.Ended == 0 {
		b, err := r.p.vault.Batch(r.batch.ID.String())
		if archive.KindOf(err) != archive.Conflict {
			r.vault, r.report.Batch = b, r.batch.ID
			return err
		}
		// Its list was closed and the process ended before the row was.
		if err := r.endRow(ctx); err != nil {
			return err
		}
	}
	next := archive.Batch{Name: r.name, Source: r.dir, Started: time.Now().UnixMilli()}
	_, err := r.p.cat.Do(ctx, r.actor, "batch.add", func(tx *store.Tx) error { return tx.AddBatch(&next) })
	if err != nil {
		return err
	}
	r.batch, r.report.Batch = next, next.ID
	r.vault, err = r.p.vault.Batch(next.ID.String())
	return err
}

// end closes the batch: its list first, then its row.
func (r *receiver) end(ctx context.Context) error {
	if r.batch.ID == 0 || r.batch.Ended != 0 {
		return nil
	}
	r.report.Batch = r.batch.ID
	if err := closeList(ctx, r.p.vault, r.vault, r.batch.ID); err != nil {
		return err
	}
	r.p.opt.Step(stepListed)
	if err := r.endRow(ctx); err != nil {
		return err
	}
	r.p.opt.Step(stepBatch)
	return nil
}

// closeList closes a batch's list, which an interrupted run may have done before.
func closeList(ctx context.Context, v *vault.Vault, open *vault.Batch, id archive.ID) error {
	if open == nil {
		b, err := v.Batch(id.String())
		if archive.KindOf(err) == archive.Conflict {
			return nil
		}
		if err != nil {
			return err
		}
		open = b
	}
	return open.Close(ctx)
}

func (r *receiver) endRow(ctx context.Context) error {
	_, err := r.p.cat.Do(ctx, r.actor, "batch.end", func(tx *store.Tx) error { return tx.EndBatch(r.batch.ID) })
	return err
}
