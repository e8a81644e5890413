package search

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"lantai/archive"
)

// generation is one complete set of indexes: a folder with the items and the
// shards of pages. A rebuild makes the next one.
type generation struct {
	path       string
	shardPages int
	queue      *index.AnalysisQueue
	onError    func(error)

	mu    sync.RWMutex // guards pages; a longer slice is a new one
	items *shard
	pages []*shard

	putting sync.Mutex     // one step at a time, so that a page is in one shard only
	users   sync.WaitGroup // searches under way
}

// openGeneration opens or creates the set in path.
func openGeneration(path string, shardPages int, queue *index.AnalysisQueue, onError func(error)) (*generation, error) {
	g := &generation{path: path, shardPages: shardPages, queue: queue, onError: onError}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, archive.WrapAs(archive.Unavailable, "open index", path, err)
	}
	var err error
	if g.items, err = openShard(filepath.Join(path, "items"), queue, onError); err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(path, "pages-*"))
	if err != nil {
		return nil, errors.Join(archive.Wrap("open index", path, err), g.close())
	}
	slices.Sort(names)
	for i, name := range names {
		if n, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(name), "pages-")); err != nil || n != i {
			err = archive.Errorf(archive.Damaged, "open index", name, "shard %d is missing", i)
			return nil, errors.Join(err, g.close())
		}
		s, err := openShard(name, queue, onError)
		if err != nil {
			return nil, errors.Join(err, g.close())
		}
		g.pages = append(g.pages, s)
	}
	if len(g.pages) == 0 {
		if _, err := g.addShard(); err != nil {
			return nil, errors.Join(err, g.close())
		}
	}
	return g, nil
}

// close waits for searches under way and releases the files.
func (g *generation) close() error {
	g.users.Wait()
	g.putting.Lock()
	defer g.putting.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	var errs []error
	for _, s := range append(g.pages, g.items) {
		if s != nil {
			errs = append(errs, s.close())
		}
	}
	g.pages, g.items = nil, nil
	return errors.Join(errs...)
}

func (g *generation) shards() []*shard {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.pages
}

func (g *generation) addShard() (*shard, error) {
	path := filepath.Join(g.path, fmt.Sprintf("pages-%04d", len(g.pages)))
	s, err := openShard(path, g.queue, g.onError)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pages = append(slices.Clip(g.pages), s)
	return s, nil
}

// step is what a batch of the feed means for the documents of one kind: nil
// removes.
type step map[string]*document

func stepOfPages(b archive.IndexBatch) step {
	s := make(step, len(b.Pages)+len(b.RemovePages))
	for _, p := range b.Pages {
		s[docID(p.ID)] = pageDocument(p)
	}
	for _, id := range b.RemovePages {
		s[docID(id)] = nil
	}
	return s
}

func stepOfItems(b archive.IndexBatch) step {
	s := make(step, len(b.Items)+len(b.RemoveItems))
	for _, i := range b.Items {
		s[docID(i.ID)] = itemDocument(i)
	}
	for _, id := range b.RemoveItems {
		s[docID(id)] = nil
	}
	return s
}

// put brings the documents of both kinds in. It returns when they are on disk.
func (g *generation) put(ctx context.Context, pages, items step) error {
	g.putting.Lock()
	defer g.putting.Unlock()
	if g.items == nil {
		return archive.Errorf(archive.Unavailable, "put into index", g.path, "closed")
	}
	if err := apply(ctx, g.items, items); err != nil {
		return err
	}
	routed, err := g.route(pages)
	if err != nil {
		return archive.Wrap("put into index", g.path, err)
	}
	for s, part := range routed {
		if err := apply(ctx, s, part); err != nil {
			return err
		}
	}
	return nil
}

// route tells which shard each page goes to: the one that has it, else the last,
// which is followed by a new one when it is full. What is to be removed and is
// nowhere is left out.
func (g *generation) route(pages step) (map[*shard]step, error) {
	routed := map[*shard]step{}
	to := func(s *shard, id string, d *document) {
		if routed[s] == nil {
			routed[s] = step{}
		}
		routed[s][id] = d
	}
	left := slices.Sorted(maps.Keys(pages))
	for _, s := range g.shards() {
		has, err := s.holds(left)
		if err != nil {
			return nil, err
		}
		for id := range has {
			to(s, id, pages[id])
		}
		left = slices.DeleteFunc(left, func(id string) bool { return has[id] })
	}
	left = slices.DeleteFunc(left, func(id string) bool { return pages[id] == nil })
	for len(left) > 0 {
		shards := g.shards()
		last := shards[len(shards)-1]
		held, err := last.count()
		if err != nil {
			return nil, err
		}
		room := g.shardPages - held - newDocuments(routed[last])
		if room <= 0 {
			if _, err := g.addShard(); err != nil {
				return nil, err
			}
			continue
		}
		n := min(room, len(left))
		for _, id := range left[:n] {
			to(last, id, pages[id])
		}
		left = left[n:]
	}
	return routed, nil
}

func newDocuments(s step) int {
	n := 0
	for _, d := range s {
		if d != nil {
			n++
		}
	}
	return n
}

// batchSize bounds the memory of a step, about 80 MB for 2,000 pages; two batches
// are under way at a time, one being cut into terms while the other goes to disk.
// Small segments are large for what they hold, so batches should not be.
const batchSize = 2000

// apply brings documents into a shard by safe batches: each returns when it is on
// disk.
func apply(ctx context.Context, s *shard, docs step) error {
	if len(docs) == 0 {
		return nil
	}
	work, running := errgroup.WithContext(ctx)
	work.SetLimit(2)
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(docs)), batchSize) {
		if running.Err() != nil {
			break
		}
		b, shared := index.NewBatch(), newScratch()
		for _, id := range ids {
			if d := docs[id]; d != nil {
				d.use(shared)
				b.Update(d)
			} else {
				b.Delete(id)
			}
		}
		work.Go(func() error {
			return guard("put into index", s.path, func() error { return s.index.Batch(b) })
		})
	}
	if err := work.Wait(); err != nil {
		return archive.WrapAs(kindOf(err), "put into index", s.path, err)
	}
	return archive.Wrap("put into index", s.path, ctx.Err())
}

// compact merges each shard into one segment: a third smaller, and quicker to
// search, than what the background merges leave.
func (g *generation) compact(ctx context.Context) error {
	for _, s := range append(slices.Clip(g.shards()), g.items) {
		err := guard("compact index", s.path, func() error { return s.compact(ctx) })
		if err != nil {
			return archive.WrapAs(kindOf(err), "compact index", s.path, err)
		}
	}
	return nil
}
