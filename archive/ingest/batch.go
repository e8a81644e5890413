package ingest

import (
	"context"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// lastBatch finds the batch that receiving a folder goes on with: the one that was cut
// off, else the newest of the same folder; zero: there is none.
func (p *Pipeline) lastBatch(ctx context.Context, dir string) (archive.Batch, error) {
	const recent = 500
	open, err := p.cat.OpenBatches(ctx, access.All())
	if err != nil {
		return archive.Batch{}, err
	}
	ended, err := p.cat.Batches(ctx, access.All(), recent)
	for _, b := range append(open, ended...) {
		if b.Source == dir {
			return b, err
		}
	}
	return archive.Batch{}, err
}

// EndBatch ends a batch that was cut off without the files that it lacks. What it brought
// stays. Busy: its folder is being received.
func (p *Pipeline) EndBatch(ctx context.Context, actor archive.Actor, id archive.ID) error {
	b, err := p.cat.Batch(ctx, access.All(), id)
	if err != nil || b.Ended != 0 {
		return err
	}
	if slices.Contains(p.Receiving(), b.Source) {
		return archive.Errorf(archive.Busy, "end batch", b.Name, "the folder is being received")
	}
	r := &receiver{p: p, actor: actor, batch: b}
	return archive.Wrap("end batch", b.Name, r.end(ctx))
}

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
