package search

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
)

// Options tune an index; the zero value is right for an archive.
type Options struct {
	ShardPages int         // pages per shard; 0: 250,000
	OnError    func(error) // told of faults in background work (disk full, …); may be nil
}

// Index is an open index. All methods may be called by several goroutines.
type Index struct{}

// Open opens or creates the index in dir. A damaged index or one of another
// version is no error: it is moved aside to dir.damaged-<time> (one is kept) or
// dropped, an empty one takes its place, and NeedsRebuild says so. An index held
// by another process is a Busy error.
func Open(dir string, texts Texts, opt Options) (*Index, error) {
	return nil, archive.Errorf(archive.Unavailable, "open index", dir, "not built yet")
}

// Close ends background work and releases the index.
func (x *Index) Close() error { return nil }

// NeedsRebuild tells that the index lacks what was indexed before: it is new,
// was damaged, or an older program made it.
func (x *Index) NeedsRebuild() bool { return true }

// Put applies one step of the index's feed. When it returns, the step is on disk
// and can be found. The same step may be put again.
func (x *Index) Put(ctx context.Context, b archive.IndexBatch) error { return nil }

// Tightening tells that access was narrowed and the feed has not caught up
// (true), or that it has (false). Meanwhile a restricted sight gets no totals.
func (x *Index) Tightening(pending bool) {}

// Search answers a query for someone with the sight.
func (x *Index) Search(ctx context.Context, sight access.Sight, q Query, p Page) (Result, error) {
	return Result{}, nil
}

// Refine verifies every candidate of a query, so that its total becomes exact;
// later searches for the same query know it. It may take seconds.
func (x *Index) Refine(ctx context.Context, sight access.Sight, q Query) (Result, error) {
	return Result{}, nil
}

// Begin starts a fresh index beside the old one, which serves on. Steps put into
// the index meanwhile go into both. One rebuild at a time; a second is Busy.
func (x *Index) Begin(ctx context.Context) (*Rebuild, error) { return nil, nil }

// Rebuild is an index being built anew.
type Rebuild struct{}

// Put adds to the fresh index. What the feed has put since Begin is newer and
// stays.
func (r *Rebuild) Put(ctx context.Context, b archive.IndexBatch) error { return nil }

// Finish lets the fresh index take the place of the old one.
func (r *Rebuild) Finish(ctx context.Context) error { return nil }

// Abort drops the fresh index.
func (r *Rebuild) Abort() error { return nil }
