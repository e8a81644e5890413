package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// lies lists the pages of holdings, in order, after checking that they are numbered
// without gaps.
func (w *world) lies(holdings ...archive.ID) [][]archive.ID {
	w.Helper()
	out := make([][]archive.ID, len(holdings))
	for i, h := range holdings {
		for n, p := range must(w.PagesOf(ctx, all, h))(w) {
			if p.Ordinal != n+1 {
				w.Errorf("page %d of %s has the number %d", n+1, h, p.Ordinal)
			}
			out[i] = append(out[i], p.ID)
		}
	}
	return out
}

// Pages are dealt at random among a volume, its items and nowhere, against a model of
// lists; every step can be taken back.
func TestArrange(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		holdings := []archive.ID{town.volume.ID}
		for i := range 3 {
			holdings = append(holdings, w.item(town.volume.ID, fmt.Sprintf("J001-KJ-001-%d", i+1), "图").ID)
		}
		pages := w.pages(town, "v.tif", 12, town.volume.ID)
		pages = append(pages, w.pages(town, "loose.tif", 4, 0)...)
		w.recognise("图", pages[0], pages[13])
		r := rand.New(rand.NewPCG(1, 2))
		model := w.lies(holdings...)
		for step := range 25 {
			next := make([][]archive.ID, len(holdings))
			for _, n := range r.Perm(len(pages)) {
				h := r.IntN(len(holdings))
				next[h] = append(next[h], pages[n])
			}
			moved, want := 0, 0
			for h := range next {
				for _, id := range next[h] {
					if !slices.Contains(model[h], id) {
						want++
					}
				}
			}
			op := w.do(func(tx *store.Tx) (err error) {
				var list []store.Arrangement
				for h := range next {
					list = append(list, store.Arrangement{Holding: holdings[h], Pages: next[h]})
				}
				moved, err = tx.Arrange(list)
				return err
			})
			if moved != want {
				t.Errorf("step %d: moved %d, want %d", step, moved, want)
			}
			same(t, w.lies(holdings...), next)
			if n := len(must(w.Changes(ctx, all, op))(w)); n > len(pages) {
				t.Errorf("step %d: %d changes for %d pages", step, n, len(pages))
			}
			if step%5 == 4 {
				if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
					t.Fatalf("undo keeps %v, %v", kept, err)
				}
				same(t, w.lies(holdings...), model)
				continue
			}
			model = next
		}
		if got := must(w.Counts(ctx, all, town.volume.ID))(w).Pages; got != len(pages) {
			t.Errorf("%d pages counted in the volume, want %d", got, len(pages))
		}
		if got := must(w.Totals(ctx, all, 0))(w); got.Unlinked != 0 || got.Pages != len(pages) {
			t.Errorf("totals %+v", got)
		}
	})
}

func same(t *testing.T, got, want [][]archive.ID) {
	t.Helper()
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("holding %d has %v, want %v", i, got[i], want[i])
		}
	}
}

// Where pages do not lie as they must, nothing is written and the Tx goes on.
func TestArrangeRefuses(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		one := w.item(town.volume.ID, "J001-KJ-001-1", "图").ID
		two := w.item(town.volume.ID, "J001-KJ-001-2", "图").ID
		in, loose := w.pages(town, "v.tif", 3, one), w.pages(town, "loose.tif", 2, 0)
		before := w.lies(one, two)
		for name, c := range map[string]struct {
			list []store.Arrangement
			kind archive.ErrorKind
		}{
			"a page left out":     {[]store.Arrangement{{Holding: one, Pages: in[:2]}}, archive.Conflict},
			"a page from without": {[]store.Arrangement{{Holding: two, Pages: in[:1]}}, archive.Conflict},
			"a page twice":        {[]store.Arrangement{{Holding: one, Pages: append(in[:3:3], in[0])}}, archive.Invalid},
			"a holding twice":     {[]store.Arrangement{{Holding: two, Pages: loose[:1]}, {Holding: two, Pages: loose[1:]}}, archive.Invalid},
			"no such page":        {[]store.Arrangement{{Holding: two, Pages: []archive.ID{1}}}, archive.NotFound},
			"no such holding":     {[]store.Arrangement{{Holding: 1, Pages: loose}}, archive.NotFound},
			"a fonds":             {[]store.Arrangement{{Holding: town.fonds.ID, Pages: loose}}, archive.Invalid},
		} {
			w.do(func(tx *store.Tx) error {
				if _, err := tx.Arrange(c.list); archive.KindOf(err) != c.kind {
					t.Errorf("%s: %v", name, err)
				}
				_, err := tx.Arrange([]store.Arrangement{{Holding: two, Pages: loose}})
				return err
			})
			same(t, w.lies(one, two), [][]archive.ID{before[0], loose})
			w.do(func(tx *store.Tx) error { return tx.UnlinkPages(loose) })
		}
	})
}

// The lists that linking reads show what a Sight may see, and no pending rows.
func TestLinkReads(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		open := w.item(town.volume.ID, "J001-KJ-001-1", "图", func(i *archive.Item) { i.PageNo, i.PageCount = "1-2", 2 })
		shut := w.item(town.volume.ID, "J001-KJ-001-2", "密", func(i *archive.Item) { i.Access = 5 })
		first := w.pages(town, "a/1.tif", 2, open.ID)
		w.pages(town, "b/1.tif", 1, shut.ID)
		loose := w.pages(town, "c/1.tif", 2, 0)
		some := access.Only(0)
		for name, c := range map[string]struct {
			sight access.Sight
			items int
			files int
		}{"everything": {all, 2, 3}, "some": {some, 1, 2}, "nothing": {access.Only(), 0, 0}} {
			list := must(w.InSeries(ctx, c.sight, town.vols.ID, archive.KindItem))(w)
			below := must(w.PagedBelow(ctx, c.sight, []archive.ID{town.volume.ID}))(w)[town.volume.ID]
			byID := must(w.PagedByID(ctx, c.sight, []archive.ID{open.ID, shut.ID}))(w)
			if len(list) != c.items || len(below) != c.items || len(byID) != c.items {
				t.Errorf("%s: %d, %d, %d items", name, len(list), len(below), len(byID))
			}
			n, files := 0, 0
			if err := w.ScannedOf(ctx, c.sight, []archive.ID{open.ID, shut.ID}, func(store.Scanned) error { n++; return nil }); err != nil || n != map[int]int{2: 3, 1: 2, 0: 0}[c.items] {
				t.Errorf("%s: %d pages, %v", name, n, err)
			}
			if err := w.FilePaths(ctx, c.sight, 0, func(store.FilePath) error { files++; return nil }); err != nil || files != c.files {
				t.Errorf("%s: %d files, %v", name, files, err)
			}
		}
		paged := must(w.PagedByID(ctx, all, []archive.ID{open.ID, town.volume.ID}))(w)
		if p := paged[open.ID]; p.PageNo != "1-2" || p.PageCount != 2 || p.Parent != town.volume.ID || p.Code != open.Code {
			t.Errorf("%+v", p)
		}
		if got := must(w.ImagesOf(ctx, all, []archive.ID{open.ID}))(w)[open.ID]; len(got) != 2 || got[0].Page != first[0] ||
			got[1].Ordinal != 2 || got[1].Frame != 1 || got[0].Source != "a/1.tif" || got[0].Batch != town.batch.ID || got[0].Bytes != 7 {
			t.Errorf("%+v", got)
		}
		var walked []archive.ID
		if err := w.LooseImages(ctx, all, town.batch.ID, func(i store.Image) error { walked = append(walked, i.Page); return nil }); err != nil || !slices.Equal(walked, loose) {
			t.Errorf("unlinked %v, %v", walked, err)
		}
		if err := w.LooseImages(ctx, all, 12345, func(store.Image) error { t.Error("a page of no batch"); return nil }); err != nil {
			t.Error(err)
		}
		if got := must(w.Images(ctx, all, []archive.ID{loose[1], first[0]}))(w); len(got) != 2 || got[0].Page != loose[1] {
			t.Errorf("%+v", got)
		}
		long := must(w.Begin(ctx, actor, "import"))(w)
		if err := long.Chunk(ctx, func(tx *store.Tx) error {
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: town.volume.ID, Code: "J001-KJ-001-9", Title: "未完"}})
		}); err != nil {
			t.Fatal(err)
		}
		codes := map[string]archive.HoldingKind{}
		if err := w.Codes(ctx, all, func(e store.CodeEntry) error { codes[e.Code] = e.Kind; return nil }); err != nil || len(codes) != 7 || codes[open.Code] != archive.KindItem {
			t.Errorf("%v, %v", codes, err)
		}
	})
}
