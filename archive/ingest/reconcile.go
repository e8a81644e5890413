package ingest

import (
	"context"

	"lantai/archive"
	"lantai/archive/store"
)

// stateEnd remembers how the last pipeline ended: orderly, or, when there is nothing, not.
const (
	stateEnd = "pipeline.end"
	orderly  = "orderly"
)

// readEnd finds out whether the last pipeline ended in order, so that stages and texts
// agree, and has this one count as cut off until it ends.
func (p *Pipeline) readEnd(ctx context.Context) error {
	was, err := p.cat.Remembered(ctx, stateEnd)
	if err != nil || was != orderly {
		return err
	}
	p.agrees.Store(true)
	return p.rememberEnd(ctx, "")
}

// reconcile brings stages and texts together after a pipeline that was cut off, before
// pages are worked on. Where all pages have texts that is a long reading, which no start
// should wait for.
func (p *Pipeline) reconcile(ctx context.Context) error {
	if p.agrees.Load() {
		return nil
	}
	if _, err := p.cat.Reconcile(ctx); err != nil {
		return err
	}
	p.agrees.Store(true)
	return nil
}

// noteEnd notes an orderly end. Where that cannot be written the next pipeline reads more
// than it needs to, and nothing else comes of it.
func (p *Pipeline) noteEnd() {
	if p.agrees.Load() {
		_ = p.rememberEnd(context.Background(), orderly)
	}
}

func (p *Pipeline) rememberEnd(ctx context.Context, how string) error {
	_, err := p.cat.Do(ctx, archive.Actor{}, "state", func(tx *store.Tx) error { return tx.Remember(stateEnd, how) })
	return archive.Wrap("note end", "", err)
}
