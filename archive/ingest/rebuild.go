package ingest

import (
	"context"
	"errors"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/store"
)

// rebuilding is the setting that stands while an index is built anew.
const rebuilding = "index.rebuilding"

// NeedsRebuild tells whether a RebuildIndex was begun and did not end: the index then
// lacks changes made since, and must be built again.
func (p *Pipeline) NeedsRebuild(ctx context.Context) (bool, error) {
	v, err := p.cat.Setting(ctx, rebuilding)
	return v != "", archive.Wrap("read setting", rebuilding, err)
}

// RebuildIndex feeds everything into a fresh index, while the old one serves
// searches, and calls finish to put it in the old one's place. Pages recognised
// meanwhile wait for it. Corrections made during the rebuild are in the fresh index.
func (p *Pipeline) RebuildIndex(ctx context.Context, fresh Indexer, finish func() error, progress func(archive.Progress)) error {
	p.feed.Lock()
	defer p.feed.Unlock()
	defer p.meter.rebuild(archive.Progress{})
	err := p.rebuildIndex(ctx, fresh, func(now archive.Progress) {
		p.meter.rebuild(now)
		if progress != nil {
			progress(now)
		}
	})
	if err == nil {
		err = finish()
	}
	if err == nil {
		err = p.set(ctx, rebuilding, "")
	}
	return archive.Wrap("rebuild index", "", err)
}

func (p *Pipeline) rebuildIndex(ctx context.Context, fresh Indexer, progress func(archive.Progress)) error {
	if err := p.set(ctx, rebuilding, "1"); err != nil {
		return err
	}
	if err := p.cat.MarkAll(ctx); err != nil {
		return err
	}
	totals, err := p.cat.Totals(ctx, all, 0)
	if err != nil {
		return err
	}
	done := 0
	for {
		f, err := p.cat.IndexFeed(ctx, feedSize)
		if err != nil || f.Empty() {
			return err
		}
		if err := fresh.Put(ctx, f.Batch); err != nil {
			return err
		}
		if _, err := p.cat.Indexed(ctx, f); err != nil {
			return err
		}
		done += len(f.Batch.Pages)
		progress(archive.Progress{Phase: PhaseRebuild, Done: done, Total: max(totals.Pages, done)})
	}
}

func (p *Pipeline) set(ctx context.Context, key, value string) error {
	_, err := p.cat.Do(ctx, archive.Actor{}, archive.OpSettingEdit, func(tx *store.Tx) error { return tx.Set(key, value) })
	return err
}

// RebuildDerived makes all access images and thumbnails again from the originals and
// the recipes; nothing is recognised again. Pages whose original is away, cannot be read
// or is not as it was registered keep the images they have, and are counted in left.
func (p *Pipeline) RebuildDerived(ctx context.Context, progress func(archive.Progress)) (left int, err error) {
	left, err = p.rebuildDerived(ctx, progress)
	return left, archive.Wrap("rebuild derived images", "", err)
}

func (p *Pipeline) rebuildDerived(ctx context.Context, progress func(archive.Progress)) (left int, err error) {
	totals, err := p.cat.Totals(ctx, all, 0)
	if err != nil {
		return 0, err
	}
	done := 0
	for f, err := range p.cat.AllFiles(ctx, all) {
		if err != nil {
			return left, err
		}
		pages, err := p.cat.PagesOfFile(ctx, all, f.ID)
		if err != nil {
			return left, err
		}
		for _, page := range pages {
			made, err := p.again(ctx, page)
			if err != nil {
				return left, err
			}
			left += btoi(!made)
			done++
			if progress != nil {
				progress(archive.Progress{Phase: PhaseRebuild, Done: done, Total: max(totals.Pages, done)})
			}
		}
	}
	return left, nil
}

// again makes the images of one enhanced page; false: it was left as it is.
func (p *Pipeline) again(ctx context.Context, page archive.Page) (bool, error) {
	if page.Recipe == "" {
		return true, ctx.Err()
	}
	err := guard(page, func() error {
		recipe, err := enhance.ParseRecipe(page.Recipe)
		if err != nil {
			return archive.Refuse("make images", page.ID.String(), archive.ReasonDamaged, "recipe: %v", err)
		}
		m, err := p.openMaster(ctx, page)
		if err != nil {
			return err
		}
		defer m.close()
		if m.altered { // the picture would be of something that nobody registered
			return archive.Refuse("make images", page.ID.String(), archive.ReasonAltered, "%s is not as it was registered", m.file.Path)
		}
		_, _, err = m.derive(recipe, m.name(recipe))
		return err
	})
	var refusal *archive.Refusal
	if errors.As(err, &refusal) || errors.Is(err, archive.ErrRootAbsent) {
		return false, nil
	}
	return err == nil, err
}
