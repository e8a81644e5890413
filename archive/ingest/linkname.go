package ingest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// byName plans to link pages 待挂接 by the 档号 in the names they came under.
func (w *planner) byName(ctx context.Context) error {
	if err := w.prepare(ctx); err != nil {
		return err
	}
	found, err := w.loose(ctx, func(archive.HoldingKind) bool { return true })
	if err != nil {
		return err
	}
	w.to.book = nil
	if w.plan.Already, err = w.linkedBefore(ctx); err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(found))
	for part := range slices.Chunk(ids, window) {
		in, err := w.wanted(ctx, part)
		if err != nil {
			return err
		}
		part = slices.DeleteFunc(slices.Clone(part), func(id archive.ID) bool { return !in[id] })
		if err := w.append(ctx, part, found); err != nil {
			return err
		}
	}
	return nil
}

// linkedBefore counts the pages that are linked, of the batch or of the fonds asked for.
func (w *planner) linkedBefore(ctx context.Context) (int, error) {
	if b := w.req.Batch; b != 0 {
		n, err := w.cat.BatchCounts(ctx, w.l.Sight, []archive.ID{b})
		return n[b].Pages - n[b].Unlinked, err
	}
	t, err := w.cat.Totals(ctx, w.l.Sight, w.req.Fonds)
	return t.Pages - t.Unlinked, err
}

// loose finds the pages 待挂接 of each holding that paths name. Paths that name none
// are listed; by range only those that give a 档号, since the others are no volume's.
func (w *planner) loose(ctx context.Context, take func(archive.HoldingKind) bool) (map[archive.ID][]archive.ID, error) {
	found := map[archive.ID][]archive.ID{}
	total, err := w.cat.Totals(ctx, w.l.Sight, 0)
	if err != nil {
		return nil, err
	}
	var file, holding archive.ID
	done := 0
	err = w.cat.LooseImages(ctx, w.l.Sight, w.req.Batch, func(i store.Image) error {
		if done++; done%1000 == 1 {
			w.progress(archive.Progress{Phase: PhaseMatch, Done: done, Total: max(total.Unlinked, done)})
		}
		if i.File != file {
			m, h, err := w.match(ctx, i)
			if err != nil {
				return err
			}
			file, holding = i.File, 0
			switch {
			case h.ID == 0 && m.Code == "" && w.req.By == LinkByRange:
			case h.ID == 0:
				w.plan.Unmatched = append(w.plan.Unmatched, Unmatched{Path: i.Source, Code: m.Code})
			case take(h.Kind):
				holding = h.ID
			}
		}
		if holding != 0 {
			found[holding] = append(found[holding], i.Page)
		}
		return nil
	})
	return found, err
}

// match reads the 档号 in the path of an image, in the same way as receiving does.
func (w *planner) match(ctx context.Context, i store.Image) (refcode.Match, archive.Holding, error) {
	folder, err := w.folder(ctx, i.Batch)
	if err != nil {
		return refcode.Match{}, archive.Holding{}, err
	}
	return w.to.read(ctx, folder, i.Source)
}

// append plans to put images into holdings besides those they have.
func (w *planner) append(ctx context.Context, holdings []archive.ID, pages map[archive.ID][]archive.ID) error {
	fresh, err := w.images(ctx, holdings, pages)
	if err != nil {
		return err
	}
	paged, err := w.cat.PagedByID(ctx, w.l.Sight, holdings)
	if err != nil {
		return err
	}
	have, err := w.cat.ImagesOf(ctx, w.l.Sight, holdings)
	if err != nil {
		return err
	}
	for _, id := range holdings {
		p, ok := paged[id]
		if !ok { // removed meanwhile
			continue
		}
		list := inOrder(have[id], fresh[id])
		w.plan.Units = append(w.plan.Units, LinkUnit{Code: p.Code, Moved: len(fresh[id]),
			Arrange: []store.Arrangement{{Holding: id, Pages: pagesOf(list)}}})
		w.plan.Linked += len(fresh[id])
		w.plan.Mismatches = append(w.plan.Mismatches, judge(p, scannedOf(list), nil)...)
	}
	return nil
}

// images reads the pages that were found for holdings.
func (w *planner) images(ctx context.Context, holdings []archive.ID, pages map[archive.ID][]archive.ID) (map[archive.ID][]store.Image, error) {
	var ids []archive.ID
	for _, h := range holdings {
		ids = append(ids, pages[h]...)
	}
	list, err := w.cat.Images(ctx, w.l.Sight, ids)
	byID := make(map[archive.ID]store.Image, len(list))
	for _, i := range list {
		if i.Holding == 0 { // otherwise linked meanwhile
			byID[i.Page] = i
		}
	}
	found := make(map[archive.ID][]store.Image, len(holdings))
	for _, h := range holdings {
		for _, id := range pages[h] {
			if i, ok := byID[id]; ok {
				found[h] = append(found[h], i)
			}
		}
	}
	return found, err
}

func pagesOf(list []store.Image) []archive.ID {
	ids := make([]archive.ID, len(list))
	for i, img := range list {
		ids[i] = img.Page
	}
	return ids
}

func scannedOf(list []store.Image) []store.Scanned {
	out := make([]store.Scanned, len(list))
	for i, img := range list {
		out[i] = store.Scanned{Holding: img.Holding, Frame: img.Frame, Source: img.Source, Bytes: img.Bytes}
	}
	return out
}

// inOrder merges fresh images into those that a holding has: by the numbers in their
// names where every image has its own and the present ones stand in that order;
// otherwise behind them, as they came. So a page that was delivered late comes to its
// place, and an order that a person made stays.
func inOrder(have, fresh []store.Image) []store.Image {
	list := slices.Concat(have, fresh)
	type key struct {
		label refcode.PageLabel
		file  archive.ID
		frame int
	}
	order := func(a, b key) int {
		return cmp.Or(a.label.Compare(b.label), cmp.Compare(a.file, b.file), cmp.Compare(a.frame, b.frame))
	}
	keys := make(map[archive.ID]key, len(list))
	owner := map[refcode.PageLabel]archive.ID{}
	for n, i := range list {
		label, ok := refcode.Serial(i.Source)
		if other, taken := owner[label]; !ok || taken && other != i.File {
			return list
		}
		owner[label] = i.File
		k := key{label, i.File, i.Frame}
		if n > 0 && n < len(have) && order(keys[list[n-1].Page], k) > 0 {
			return list
		}
		keys[i.Page] = k
	}
	slices.SortStableFunc(list, func(a, b store.Image) int { return order(keys[a.Page], keys[b.Page]) })
	return list
}
