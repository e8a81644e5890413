package search

import (
	"context"
	"errors"
	"os"
	"sync"

	"lantai/archive"
)

// Rebuild is an index being built anew while the old one serves.
type Rebuild struct {
	x     *Index
	state state

	mu    sync.Mutex // one step at a time
	gen   *generation
	pages map[archive.ID]bool // put by the feed since Begin: newer than what Put brings
	items map[archive.ID]bool
}

// Begin starts a fresh index beside the old one, which serves on. Steps put into
// the index meanwhile go into both. One rebuild at a time; a second is Busy.
func (x *Index) Begin(ctx context.Context) (*Rebuild, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.gen == nil:
		return nil, archive.Errorf(archive.Unavailable, "rebuild index", x.dir, "closed")
	case x.rebuild != nil:
		return nil, archive.Errorf(archive.Busy, "rebuild index", x.dir, "a rebuild is under way")
	}
	s := state{Version: mappingVersion, Generation: newest(x.dir) + 1}
	gen, err := openGeneration(x.path(s.Generation), x.opt.ShardPages, x.queue, x.failed)
	if err != nil {
		return nil, err
	}
	x.rebuild = &Rebuild{x: x, state: s, gen: gen, pages: map[archive.ID]bool{}, items: map[archive.ID]bool{}}
	return x.rebuild, nil
}

var errEnded = errors.New("the rebuild has ended")

// Put adds to the fresh index. What the feed has put since Begin is newer and
// stays.
func (r *Rebuild) Put(ctx context.Context, b archive.IndexBatch) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gen == nil {
		return archive.WrapAs(archive.Unavailable, "rebuild index", r.x.dir, errEnded)
	}
	pages, items := stepOfPages(b), stepOfItems(b)
	for id := range r.pages {
		delete(pages, docID(id))
	}
	for id := range r.items {
		delete(items, docID(id))
	}
	return r.gen.put(ctx, pages, items)
}

// follow brings a step of the feed into the fresh index.
func (r *Rebuild) follow(ctx context.Context, b archive.IndexBatch) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gen == nil {
		return nil
	}
	if err := r.gen.put(ctx, stepOfPages(b), stepOfItems(b)); err != nil {
		return err
	}
	for _, p := range b.Pages {
		r.pages[p.ID] = true
	}
	for _, i := range b.Items {
		r.items[i.ID] = true
	}
	for _, id := range b.RemovePages {
		r.pages[id] = true
	}
	for _, id := range b.RemoveItems {
		r.items[id] = true
	}
	return nil
}

// Finish compacts the fresh index and lets it take the place of the old one, which
// goes once the searches on it have ended. A crash leaves the one or the other.
func (r *Rebuild) Finish(ctx context.Context) error {
	r.mu.Lock()
	gen := r.gen
	r.mu.Unlock()
	if gen == nil {
		return archive.WrapAs(archive.Unavailable, "rebuild index", r.x.dir, errEnded)
	}
	// The feed goes on meanwhile.
	if err := gen.compact(ctx); err != nil {
		return err
	}
	return r.swap()
}

func (r *Rebuild) swap() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gen == nil {
		return archive.WrapAs(archive.Unavailable, "rebuild index", r.x.dir, errEnded)
	}
	x := r.x
	x.mu.Lock()
	if err := writeState(x.dir, r.state); err != nil {
		x.mu.Unlock()
		return err
	}
	old, path := x.gen, x.path(x.state.Generation)
	x.gen, x.state, x.rebuild = r.gen, r.state, nil
	r.gen = nil
	x.mu.Unlock()
	x.columns.clear()
	x.verdicts.clear()
	err := errors.Join(old.close(), os.RemoveAll(path))
	if err != nil {
		x.failed(err)
	}
	return nil
}

// Abort drops the fresh index. After Finish it does nothing.
func (r *Rebuild) Abort() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gen == nil {
		return nil
	}
	r.x.mu.Lock()
	r.x.rebuild = nil
	r.x.mu.Unlock()
	err := errors.Join(r.gen.close(), os.RemoveAll(r.x.path(r.state.Generation)))
	r.gen = nil
	return archive.Wrap("rebuild index", r.x.dir, err)
}
