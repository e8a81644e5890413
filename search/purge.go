package search

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"lantai/archive"
)

// Purge removes pages so that their terms cannot be read from the index's files either:
// what is only removed stays in its segment, marked as deleted, until that is merged.
// Segments that have the pages, deleted or not, are written anew, which takes as long as
// a merge of them. It may be repeated.
func (x *Index) Purge(ctx context.Context, pages []archive.ID) error {
	if err := x.Put(ctx, archive.IndexBatch{RemovePages: pages}); err != nil {
		return err
	}
	gen, done, err := x.use()
	if err != nil {
		return err
	}
	defer done()
	ids := make([]string, len(pages))
	for i, id := range pages {
		ids[i] = docID(id)
	}
	for _, s := range gen.shards() {
		if err := guard("purge index", s.path, func() error { return gen.purge(ctx, s, ids) }); err != nil {
			return archive.WrapAs(kindOf(err), "purge index", s.path, err)
		}
	}
	// What was worked out of segments that are gone goes with them.
	x.columns.clear()
	x.verdicts.clear()
	return nil
}

const (
	purgeTries = 20
	purgeLook  = 50 * time.Millisecond // between looks for files that are on their way out
	purgeWait  = 30 * time.Second      // for them
)

// rewrite makes a plan in which each segment with deleted documents is written anew, by
// itself: a segment without any gives no task.
var rewrite = mergeplan.MergePlanOptions{
	MaxSegmentsPerTier:   1,
	MaxSegmentSize:       1 << 30,
	MaxSegmentFileSize:   1 << 40,
	TierGrowth:           1,
	SegmentsPerMergeTask: 1,
	FloorSegmentSize:     1,
	CalcBudget:           func(int64, int64, *mergeplan.MergePlanOptions) int { return 0 },
}

// purge writes the segments of a shard anew until none has the documents, and waits
// until the files of the old ones are gone.
func (g *generation) purge(ctx context.Context, s *shard, ids []string) error {
	g.putting.Lock()
	defer g.putting.Unlock()
	if g.items == nil {
		return archive.Errorf(archive.Unavailable, "purge index", g.path, "closed")
	}
	for range purgeTries {
		traces, err := s.traces(ids)
		if err != nil {
			return err
		}
		if !traces {
			return s.purged(ctx)
		}
		// A single segment is never planned for: give it company for a moment.
		if err := s.company(true); err != nil {
			return err
		}
		options := rewrite
		err = errors.Join(s.index.ForceMerge(ctx, &options), s.company(false), ctx.Err())
		if err != nil {
			return err
		}
	}
	return errors.New("segments with removed documents stay")
}

// company puts in or takes out a document that has nothing but its name.
func (s *shard) company(in bool) error {
	b := index.NewBatch()
	if in {
		b.Update(&document{id: docID(0)})
	} else {
		b.Delete(docID(0))
	}
	return s.index.Batch(b)
}

// traces tells whether any segment has one of the documents, be it deleted.
func (s *shard) traces(ids []string) (bool, error) {
	snap, err := s.snapshot()
	if err != nil {
		return false, err
	}
	defer snap.Close()
	for _, seg := range snap.Segments() {
		found, err := seg.Segment().DocNumbers(ids)
		if err != nil || !found.IsEmpty() {
			return err == nil, err
		}
	}
	return false, nil
}

// purged waits until the shard's folder has no files but those of its segments.
func (s *shard) purged(ctx context.Context) error {
	for until := time.Now().Add(purgeWait); ; {
		stale, err := s.stale()
		if err != nil || !stale {
			return err
		}
		if time.Now().After(until) {
			return errors.New("files of replaced segments stay")
		}
		// Old files go when a new state is written.
		if err := errors.Join(s.company(true), s.company(false)); err != nil {
			return err
		}
		select {
		case <-time.After(purgeLook):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *shard) stale() (bool, error) {
	files, err := filepath.Glob(filepath.Join(s.path, "*.zap"))
	if err != nil {
		return false, err
	}
	snap, err := s.snapshot()
	if err != nil {
		return false, err
	}
	defer snap.Close()
	used := map[string]bool{}
	for _, seg := range snap.Segments() {
		if p, ok := seg.Segment().(segment.PersistedSegment); ok {
			used[filepath.Base(p.Path())] = true
		}
	}
	for _, f := range files {
		if _, err := os.Stat(f); err == nil && !used[filepath.Base(f)] {
			return true, nil
		}
	}
	return false, nil
}
