package search

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"lantai/archive"
)

const opPurge = "purge index"

// Purge removes pages and items so that their terms cannot be read from the index's files
// either: what is only removed stays in its segment, marked as deleted, until that is
// merged. Segments that have them, deleted or not, are written anew, which takes as long
// as a merge of them; so are those of an index that is being built. A damaged index that
// was set aside goes. It may be repeated.
func (x *Index) Purge(ctx context.Context, pages, items []archive.ID) error {
	if err := x.Put(ctx, archive.IndexBatch{RemovePages: pages, RemoveItems: items}); err != nil {
		return err
	}
	gen, done, err := x.use()
	if err != nil {
		return err
	}
	defer done()
	ids := make([]string, 0, len(pages)+len(items))
	for _, list := range [][]archive.ID{pages, items} {
		for _, id := range list {
			ids = append(ids, docID(id))
		}
	}
	if err := gen.purgeAll(ctx, ids); err != nil {
		return err
	}
	x.mu.RLock()
	r := x.rebuild
	x.mu.RUnlock()
	if r != nil {
		if err := r.purge(ctx, ids); err != nil {
			return err
		}
	}
	aside, err := filepath.Glob(x.dir + ".damaged-*")
	if err != nil {
		return archive.Wrap(opPurge, x.dir, err)
	}
	for _, dir := range aside {
		if err := overwriteTree(dir); err != nil {
			return archive.WrapAs(kindOf(err), opPurge, dir, err)
		}
	}
	// What was worked out of segments that are gone goes with them.
	x.columns.clear()
	x.verdicts.clear()
	return nil
}

// purgeAll purges the index of items and every shard of pages.
func (g *generation) purgeAll(ctx context.Context, ids []string) error {
	g.putting.Lock()
	items := g.items
	g.putting.Unlock()
	if items == nil {
		return archive.Errorf(archive.Unavailable, opPurge, g.path, "closed")
	}
	for _, s := range append(slices.Clone(g.shards()), items) {
		if err := guard(opPurge, s.path, func() error { return g.purge(ctx, s, ids) }); err != nil {
			return archive.WrapAs(kindOf(err), opPurge, s.path, err)
		}
	}
	return nil
}

// purge is generation.purgeAll for an index that is being built.
func (r *Rebuild) purge(ctx context.Context, ids []string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gen == nil {
		return nil
	}
	return r.gen.purgeAll(ctx, ids)
}

// overwriteTree overwrites all files of a folder and removes it.
func overwriteTree(dir string) error {
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return archive.Overwrite(p)
	})
	if err != nil {
		return err
	}
	return os.RemoveAll(dir)
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
// until the files of segments that are gone are gone.
func (g *generation) purge(ctx context.Context, s *shard, ids []string) error {
	g.putting.Lock()
	defer g.putting.Unlock()
	if g.items == nil {
		return archive.Errorf(archive.Unavailable, opPurge, g.path, "closed")
	}
	for range purgeTries {
		// When this is on disk, so is what was being written before: a segment that was
		// removed meanwhile may just have got a file.
		if err := s.company(true); err != nil {
			return err
		}
		found, err := s.traces(ids)
		if err == nil && len(found) == 0 {
			return errors.Join(s.company(false), s.swept(ctx))
		}
		if err == nil { // a single segment is never planned for, hence the company
			options := rewrite
			err = s.index.ForceMerge(ctx, &options)
		}
		if err = errors.Join(err, s.company(false), ctx.Err()); err != nil {
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

// traces gives the files of the segments that have any of the documents, be they
// deleted; "" for a segment that is not on disk yet.
func (s *shard) traces(ids []string) ([]string, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	var files []string
	for _, seg := range snap.Segments() {
		found, err := seg.Segment().DocNumbers(ids)
		if err != nil {
			return nil, err
		}
		if found.IsEmpty() {
			continue
		}
		name := ""
		if p, ok := seg.Segment().(segment.PersistedSegment); ok {
			name = p.Path()
		}
		files = append(files, name)
	}
	return files, nil
}

// swept waits until the shard's folder has no files but those of its segments.
func (s *shard) swept(ctx context.Context) error {
	for until := time.Now().Add(purgeWait); ; {
		stray, err := s.strays()
		if err != nil || stray == 0 {
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

// strays counts the files of segments that are none any more.
func (s *shard) strays() (int, error) {
	snap, err := s.snapshot()
	if err != nil {
		return 0, err
	}
	live := map[string]bool{}
	for _, seg := range snap.Segments() {
		if p, ok := seg.Segment().(segment.PersistedSegment); ok {
			live[p.Path()] = true
		}
	}
	if err := snap.Close(); err != nil {
		return 0, err
	}
	files, err := filepath.Glob(filepath.Join(s.path, "*.zap"))
	n := 0
	for _, f := range files {
		if !live[f] {
			n++
		}
	}
	return n, err
}
