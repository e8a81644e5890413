package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func TestHoldingsReadBackAsWritten(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "关于防汛的通知", func(i *archive.Item) {
			i.Box, i.Author, i.DocNo, i.Persons, i.PageCount, i.PageNo, i.Note = town.box.ID, "县政府", "县政发〔2011〕3号", "张三；李四", 4, "1-4", "注"
			i.Date, i.Year, i.Retention, i.Opening, i.Access, i.Number = "20110312", 2011, "Y", "开放", 3, "0001"
		})
		if got := must(w.Item(ctx, all, item.ID))(w); got != item {
			t.Errorf("item: got %+v, want %+v", got, item)
		}
		if item.Fonds != town.fonds.ID || item.Series != town.items.ID || item.Rev != 1 || item.Kind != archive.KindItem {
			t.Errorf("not filled in: %+v", item.Holding)
		}
		if got := must(w.FondsByNumber(ctx, all, "J001"))(w); got != town.fonds {
			t.Errorf("fonds: got %+v, want %+v", got, town.fonds)
		}
		if got := must(w.Series(ctx, all, town.items.ID))(w); got != town.items {
			t.Errorf("series: got %+v, want %+v", got, town.items)
		}
		if got := must(w.Container(ctx, all, town.volume.ID))(w); got != town.volume {
			t.Errorf("container: got %+v, want %+v", got, town.volume)
		}
		if got := must(w.HoldingByCode(ctx, all, item.Code))(w); got != item.Holding {
			t.Errorf("by code: got %+v, want %+v", got, item.Holding)
		}
		by := must(w.HoldingsByCode(ctx, all, []string{item.Code, "none", town.volume.Code}))(w)
		if len(by) != 2 || by[item.Code] != item.Holding || by[town.volume.Code] != town.volume.Holding {
			t.Errorf("by codes: %+v", by)
		}
		if got := must(w.SeriesOf(ctx, all, town.fonds.ID))(w); !slices.Equal(got, []archive.Series{town.vols, town.items}) {
			t.Errorf("series of fonds: %+v", got)
		}
		rows := must(w.ItemRows(ctx, all, []archive.ID{item.ID, 5}))(w)
		want := store.ItemRow{ID: item.ID, Kind: archive.KindItem, Code: item.Code, Title: item.Title, Author: "县政府", Date: "20110312",
			Year: 2011, DocNo: item.DocNo, Retention: "Y", PageCount: 4, Rev: 1}
		if len(rows) != 1 || rows[0] != want {
			t.Errorf("rows: got %+v, want %+v", rows, want)
		}
		if got := must(w.Children(ctx, all, store.List{Box: town.box.ID}))(w); !slices.Equal(got, []archive.ID{item.ID}) {
			t.Errorf("in the box: %v", got)
		}
	})
}

func TestWhatMayNotBeWritten(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "A-1", "一")
		add := func(i archive.Item) func(*store.Tx) error { return func(tx *store.Tx) error { return tx.AddItem(&i) } }
		h := func(parent archive.ID, code string) archive.Holding {
			return archive.Holding{Parent: parent, Code: code}
		}
		w.refuses(archive.Conflict, add(archive.Item{Holding: h(town.items.ID, "A-1")}))
		w.refuses(archive.Conflict, add(archive.Item{Holding: h(town.items.ID, "J001")})) // over all kinds
		w.refuses(archive.Invalid, add(archive.Item{Holding: h(town.fonds.ID, "A-2")}))
		w.refuses(archive.Invalid, add(archive.Item{Holding: h(0, "A-2")}))
		w.refuses(archive.NotFound, add(archive.Item{Holding: h(12345, "A-2")}))
		w.refuses(archive.Invalid, add(archive.Item{Holding: archive.Holding{Parent: town.items.ID, Kind: archive.KindVolume}}))
		w.refuses(archive.Invalid, add(archive.Item{Holding: h(town.items.ID, "A\x00")}))
		w.refuses(archive.Invalid, add(archive.Item{Holding: h(town.items.ID, "A\xff")}))
		w.refuses(archive.Invalid, add(archive.Item{Holding: h(town.items.ID, "A-2"), Box: item.ID}))
		w.refuses(archive.Invalid, add(archive.Item{Holding: archive.Holding{Parent: town.items.ID, Access: -1}}))
		stale := item
		item.Title = "二"
		w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		if item.Rev != 2 {
			t.Errorf("rev is %d", item.Rev)
		}
		stale.Title = "三"
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.Update(&stale) })
		if got := must(w.Item(ctx, all, item.ID))(w); got != item {
			t.Errorf("got %+v, want %+v", got, item)
		}
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.Remove(town.items.ID, 1) })
		// After a refused code a Do goes on with the next.
		w.do(func(tx *store.Tx) error {
			i := archive.Item{Holding: h(town.items.ID, "A-1")}
			if err := tx.AddItem(&i); archive.KindOf(err) != archive.Conflict {
				t.Errorf("got %v, want a conflict", err)
			}
			i.Code = "A-2"
			return tx.AddItem(&i)
		})
	})
}

func TestOrdersOfAList(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		var ids []archive.ID
		for _, x := range []struct {
			code, title, date string
			year              int
		}{
			{"Z-10", "白云", "1965", 1999},
			{"Z-2", "阿姨", "[1964]", 2001},
			{"Z-1", "长江", "", 2000},
			{"Z-3", "白天", "19650102", 2000},
		} {
			ids = append(ids, w.item(town.items.ID, x.code, x.title, func(i *archive.Item) { i.Date, i.Year = x.date, x.year }).ID)
		}
		for _, x := range []struct {
			name string
			list store.List
			want []int
		}{
			{"code", store.List{}, []int{2, 1, 3, 0}},
			{"code down", store.List{Order: []store.Order{{Field: "code", Desc: true}}}, []int{0, 3, 1, 2}},
			{"title", store.List{Order: []store.Order{{Field: "title"}}}, []int{1, 3, 0, 2}},
			{"date", store.List{Order: []store.Order{{Field: "date"}}}, []int{2, 1, 0, 3}},
			{"year, then code", store.List{Order: []store.Order{{Field: "year"}}}, []int{0, 2, 3, 1}},
			{"of a year", store.List{Year: 2000}, []int{2, 3}},
		} {
			x.list.Parent, x.list.Kinds = town.items.ID, []archive.HoldingKind{archive.KindItem}
			var want []archive.ID
			for _, i := range x.want {
				want = append(want, ids[i])
			}
			if got := must(w.Children(ctx, all, x.list))(w); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", x.name, got, want)
			}
		}
		below := must(w.Children(ctx, all, store.List{Below: town.fonds.ID, Kinds: []archive.HoldingKind{archive.KindItem, archive.KindVolume}}))(w)
		if len(below) != 5 {
			t.Errorf("below the fonds: %v", below)
		}
		if got := must(w.HighestCode(ctx, all, "Z-"))(w); got != "Z-10" {
			t.Errorf("highest code %q", got)
		}
		if got := must(w.HighestCode(ctx, all, "Q-"))(w); got != "" {
			t.Errorf("highest code %q of an empty class", got)
		}
		if _, err := w.Children(ctx, all, store.List{Order: []store.Order{{Field: "shelf"}}}); archive.KindOf(err) != archive.Invalid {
			t.Errorf("unknown order: %v", err)
		}
		w.do(func(tx *store.Tx) error {
			if got, err := tx.HighestCode("Z-"); got != "Z-10" || err != nil {
				t.Errorf("in Tx: %q %v", got, err)
			}
			return nil
		})
	})
}

func TestASightHidesWhatItDoesNotSee(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		open := w.item(town.items.ID, "S-1", "开")
		closed := w.item(town.items.ID, "S-2", "密", func(i *archive.Item) { i.Access = 2 })
		p := w.pages(town, "a.tif", 1, closed.ID)[0]
		q := w.pages(town, "b.tif", 1, open.ID)[0]
		w.recognise("密文", p, q)
		public := access.Only(0)
		if got := must(w.Children(ctx, public, store.List{Parent: town.items.ID, Kinds: []archive.HoldingKind{archive.KindItem}}))(w); !slices.Equal(got, []archive.ID{open.ID}) {
			t.Errorf("list: %v", got)
		}
		if got := must(w.Holdings(ctx, public, []archive.ID{closed.ID, open.ID}))(w); len(got) != 1 || got[0].ID != open.ID {
			t.Errorf("window: %v", got)
		}
		if got := must(w.ItemRows(ctx, public, []archive.ID{closed.ID, open.ID}))(w); len(got) != 1 || got[0].Pages != 1 {
			t.Errorf("rows: %v", got)
		}
		if got := must(w.PageTexts(ctx, public, []archive.ID{p, q}))(w); len(got) != 1 || got[0].Page != q {
			t.Errorf("texts: %v", got)
		}
		file := must(w.Page(ctx, all, p))(w).File
		for name, err := range map[string]error{
			"item":    second(w.Item(ctx, public, closed.ID)),
			"holding": second(w.Holding(ctx, public, closed.ID)),
			"by code": second(w.HoldingByCode(ctx, public, "S-2")),
			"page":    second(w.Page(ctx, public, p)),
			"text":    second(w.Text(ctx, public, p)),
			"file":    second(w.File(ctx, public, file)),
			"by path": second(w.FileByPath(ctx, public, 0, "a.tif")),
			"nothing": second(w.Item(ctx, access.Sight{}, open.ID)),
		} {
			if archive.KindOf(err) != archive.NotFound {
				t.Errorf("%s: got %v, want not found", name, err)
			}
		}
		if n := must(w.Counts(ctx, public, town.items.ID))(w); n.Holdings[archive.KindItem] != 1 || n.Pages != 1 {
			t.Errorf("counts: %+v", n)
		}
		if n := must(w.Totals(ctx, public, 0))(w); n.Pages != 1 || n.Items != 1 || n.Stages[archive.StageRecognised] != 1 {
			t.Errorf("totals: %+v", n)
		}
		if n := must(w.Totals(ctx, access.Sight{}, 0))(w); n.Pages != 0 || n.Fonds != 0 {
			t.Errorf("totals without any sight: %+v", n)
		}
		// Opening the item opens its pages.
		closed = must(w.Item(ctx, all, closed.ID))(w)
		closed.Access = 0
		w.do(func(tx *store.Tx) error { return tx.Update(&closed) })
		if got := must(w.PagesOf(ctx, public, closed.ID))(w); len(got) != 1 {
			t.Errorf("pages of the opened item: %v", got)
		}
		if n := must(w.Totals(ctx, public, town.fonds.ID))(w); n.Pages != 2 || n.Items != 2 {
			t.Errorf("totals: %+v", n)
		}
	})
}

func second[V any](_ V, err error) error { return err }

func TestFiles(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		var f archive.File
		w.do(func(tx *store.Tx) error {
			f = archive.File{Path: "J001/一.tif", Batch: town.batch.ID, Source: "in/一.tif", Bytes: 5, Format: "tiff"}
			return tx.AddFile(&f)
		})
		if f.State != archive.FileUnhashed || f.Received == 0 {
			t.Errorf("not filled in: %+v", f)
		}
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.AddFile(&archive.File{Path: f.Path}) })
		w.refuses(archive.Invalid, func(tx *store.Tx) error { return tx.AddFile(&archive.File{Path: "x", SHA256: "12"}) })
		w.do(func(tx *store.Tx) error { return tx.SetHash(f.ID, sum("a")) })
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.SetHash(f.ID, sum("b")) })
		w.do(func(tx *store.Tx) error { return tx.MoveFile(f.ID, "J001/二.tif") })
		f.Path, f.SHA256, f.State = "J001/二.tif", sum("a"), archive.FileStored
		if got := must(w.FileByPath(ctx, all, 0, "J001/二.tif"))(w); got != f {
			t.Errorf("got %+v, want %+v", got, f)
		}
		if got := must(w.FilesBySHA256(ctx, all, sum("a")))(w); !slices.Equal(got, []archive.File{f}) {
			t.Errorf("by digest: %+v", got)
		}
		if got := must(w.FileFrom(ctx, all, "/scans", "in/一.tif", sum("a")))(w); got != f {
			t.Errorf("received before: %+v", got)
		}
		if _, err := w.FileFrom(ctx, all, "/other", "in/一.tif", sum("a")); archive.KindOf(err) != archive.NotFound {
			t.Errorf("from another folder: %v", err)
		}
		if got := must(w.SourcesFrom(ctx, "/scans"))(w); len(got) != 1 || !got["in/一.tif"] {
			t.Errorf("received from the folder: %v", got)
		}
		if got := must(w.SourcesFrom(ctx, "/other"))(w); len(got) != 0 {
			t.Errorf("received from another folder: %v", got)
		}
		w.do(func(tx *store.Tx) error { return tx.Supersede(f.ID) })
		n := 0
		for got, err := range w.AllFiles(ctx, all) {
			if n++; err != nil || got.State != archive.FileSuperseded {
				t.Errorf("walk: %+v %v", got, err)
			}
		}
		if n != 1 {
			t.Errorf("walked %d files", n)
		}
		// A name of bytes that are no UTF-8 is kept and found by what was kept.
		w.do(func(tx *store.Tx) error {
			return tx.AddFile(&archive.File{Path: "p", Source: "\xd0\xd0.tif", Batch: town.batch.ID, SHA256: sum("c")})
		})
		if _, err := w.FileFrom(ctx, all, "/scans", "\xd0\xd0.tif", sum("c")); err != nil {
			t.Error(err)
		}
	})
}

func TestBatchesSettingsAndRefusedFiles(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		w.do(func(tx *store.Tx) error {
			if err := tx.RefuseInput(store.RefusedInput{Batch: town.batch.ID, Path: "b.pdf", Reason: archive.ReasonUnsupported}); err != nil {
				return err
			}
			if err := tx.RefuseInput(store.RefusedInput{Batch: town.batch.ID, Path: "a.tif", Reason: archive.ReasonDamaged, Detail: "cut off"}); err != nil {
				return err
			}
			if err := tx.RefuseInput(store.RefusedInput{Batch: town.batch.ID, Path: "a.tif", Reason: archive.ReasonEmpty, Time: 9}); err != nil {
				return err
			}
			return tx.Set("ocr.workers", "2")
		})
		got := must(w.RefusedInputs(ctx, all, town.batch.ID))(w)
		if len(got) != 2 || got[0] != (store.RefusedInput{Batch: town.batch.ID, Path: "a.tif", Reason: archive.ReasonEmpty, Time: 9}) {
			t.Errorf("refused: %+v", got)
		}
		if n := must(w.NotTaken(ctx, all))(w); n != 2 {
			t.Errorf("%d files not taken, want 2", n)
		}
		op := w.do(func(tx *store.Tx) error { return tx.ForgetRefused(town.batch.ID, "a.tif") })
		if op != 0 {
			t.Error("forgetting a refused file left an op")
		}
		if got := must(w.RefusedInputs(ctx, all, 0))(w); len(got) != 1 || got[0].Path != "b.pdf" {
			t.Errorf("refused: %+v", got)
		}
		if got := must(w.Setting(ctx, "ocr.workers"))(w); got != "2" {
			t.Errorf("setting %q", got)
		}
		w.do(func(tx *store.Tx) error { return tx.Set("ocr.workers", "") })
		if got := must(w.Settings(ctx))(w); len(got) != 0 {
			t.Errorf("settings %v", got)
		}
		later := archive.Batch{Name: "第二批", Source: "/scans/2"}
		w.do(func(tx *store.Tx) error { return tx.AddBatch(&later) })
		if got := must(w.OpenBatches(ctx, access.All()))(w); len(got) != 2 || got[0] != later || got[1].ID != town.batch.ID {
			t.Errorf("open batches %+v", got)
		}
		if _, err := w.BatchRoot(ctx, later.ID); archive.KindOf(err) != archive.NotFound {
			t.Errorf("root of an empty batch: %v", err)
		}
		w.do(func(tx *store.Tx) error {
			return tx.AddFile(&archive.File{Path: "a", Batch: town.batch.ID, SHA256: sum("a")})
		})
		if root := must(w.BatchRoot(ctx, town.batch.ID))(w); root != 0 {
			t.Errorf("root of a batch in masters/: %v", root)
		}
		w.do(func(tx *store.Tx) error { return tx.EndBatch(town.batch.ID) })
		if got := must(w.OpenBatches(ctx, access.All()))(w); len(got) != 1 || got[0].ID != later.ID {
			t.Errorf("open batches after one ended %+v", got)
		}
		if got := must(w.Batches(ctx, access.All(), 10))(w); len(got) != 2 || got[1].Ended == 0 || got[1].Name != "第一批" {
			t.Errorf("batches %+v", got)
		}
		root := store.Root{Label: "柜 3", Path: "/mnt/3"}
		w.do(func(tx *store.Tx) error { return tx.AddRoot(&root) })
		if got := must(w.Roots(ctx))(w); !reflect.DeepEqual(got, []store.Root{root}) {
			t.Errorf("roots %+v", got)
		}
	})
}
