package store_test

import (
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// Classes that are filed are told once, by the op that filed them, until they are arranged
// again; their originals come by code and page, with those of what lies within.
func TestFiled(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.volume.ID, "J001-KJ-001-1", "图")
		pages := w.pages(town, "b.tif", 3, item.ID)
		w.pages(town, "a.tif", 2, town.volume.ID)
		w.pages(town, "loose.tif", 1, 0)
		file := func(kind archive.OpKind, state archive.Arranged) archive.ID {
			t.Helper()
			return must(w.Do(ctx, archive.LocalActor(), kind, func(tx *store.Tx) error {
				return tx.SetArranged(town.volume.Series, "J001-KJ-", state)
			}))(w)
		}
		w.Helper()
		if got := must(w.FiledSince(ctx, 0))(w); len(got) != 0 {
			w.Errorf("before: %v", got)
		}
		op := file(archive.OpCodeFile, archive.Filed)
		got := must(w.FiledSince(ctx, 0))(w)
		if len(got) != 1 || got[0].Op != op || !slices.Equal(got[0].Prefixes, []string{"J001-KJ-"}) {
			w.Errorf("filed: %+v", got)
		}
		if got := must(w.FiledSince(ctx, op))(w); len(got) != 0 {
			w.Errorf("told again: %v", got)
		}
		var paths []string
		for _, o := range must(w.FiledOriginals(ctx, "J001-KJ-"))(w) {
			paths = append(paths, o.File.Path)
			if o.Holding == item.ID && (o.Ordinal != 1 || o.File.ID != must(w.Page(ctx, all, pages[0]))(w).File) {
				w.Errorf("%+v", o)
			}
		}
		if len(paths) != 2 || paths[0] != "a.tif" || paths[1] != "b.tif" {
			w.Errorf("originals: %q", paths)
		}
		file(archive.OpUndo, archive.Arranging)
		if got := must(w.FiledSince(ctx, 0))(w); len(got) != 1 || len(got[0].Prefixes) != 0 {
			w.Errorf("arranged again: %+v", got)
		}
	})
}
