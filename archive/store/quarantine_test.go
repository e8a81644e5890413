package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// put puts the files of pages into quarantine.
func (w *world) quarantine(holding, page archive.ID, files ...archive.ID) archive.Quarantine {
	w.Helper()
	q := archive.Quarantine{Holding: holding, File: files[0], Path: "a.tif", Page: page, Ordinal: 1, Mark: "机密★10年"}
	w.do(func(tx *store.Tx) error { return tx.Quarantine(&q, files) })
	return q
}

func (w *world) stages(want map[archive.Stage]int, pages, searchable int) {
	w.Helper()
	got := must(w.Totals(ctx, all, 0))(w)
	for s, n := range want {
		if got.Stages[s] != n {
			w.Errorf("%d pages %s, want %d", got.Stages[s], s, n)
		}
	}
	if got.Pages != pages || got.Searchable != searchable {
		w.Errorf("%d pages, %d searchable, want %d and %d", got.Pages, got.Searchable, pages, searchable)
	}
}

// index works the index's feed off and tells which pages it put and removed.
func (w *world) index() (put, removed []archive.ID) {
	w.Helper()
	for {
		f := must(w.IndexFeed(ctx, 100))(w)
		if f.Empty() {
			return put, removed
		}
		for _, p := range f.Batch.Pages {
			put = append(put, p.ID)
		}
		removed = append(removed, f.Batch.RemovePages...)
		must(w.Indexed(ctx, f))(w)
	}
}

func TestQuarantine(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "纪要")
		secret := w.pages(town, "a.tif", 2, item.ID)
		other := w.pages(town, "b.tif", 1, item.ID)
		plain := w.pages(town, "c.tif", 1, item.ID)
		w.recognise("植树造林", secret[0], other[0], plain[0])
		w.index()
		w.stages(map[archive.Stage]int{archive.StageIndexed: 3, archive.StageReceived: 1}, 4, 3)
		file := func(page archive.ID) archive.ID { return must(w.Page(ctx, all, page))(w).File }
		if err := w.EraseTexts(ctx, []archive.ID{secret[0], secret[1], other[0]}); err != nil {
			t.Fatal(err)
		}
		q := w.quarantine(item.ID, secret[0], file(secret[0]), file(other[0]))
		if q.Files != 2 || q.Pages != 3 || q.ID == 0 {
			t.Errorf("%+v", q)
		}
		again := w.quarantine(item.ID, secret[0], file(secret[0]), file(other[0]))
		if again.ID != 0 {
			t.Errorf("put aside twice: %+v", again)
		}
		w.stages(map[archive.Stage]int{archive.StageIndexed: 1, archive.StageQuarantined: 3, archive.StageReceived: 0}, 4, 1)
		if _, removed := w.index(); len(removed) < 2 {
			t.Errorf("the index is told to remove %v", removed)
		}
		got := must(w.Quarantine(ctx, all, q.ID))(w)
		got.Code, q.Code = "", ""
		if got != q {
			t.Errorf("%+v, want %+v", got, q)
		}
		if f := must(w.File(ctx, all, file(other[0])))(w); f.State != archive.FileQuarantined {
			t.Errorf("file %+v", f)
		}
		refused := map[string]func(tx *store.Tx) error{
			"linked":     func(tx *store.Tx) error { return tx.UnlinkPages(secret[:1]) },
			"recipe":     func(tx *store.Tx) error { return tx.SetRecipe(secret[0], "{}") },
			"refused":    func(tx *store.Tx) error { return tx.RefusePage(secret[0], archive.ReasonEngine, "") },
			"retried":    func(tx *store.Tx) error { _, err := tx.Retry(secret); return err },
			"moved on":   func(tx *store.Tx) error { return tx.SetStage(secret[1], archive.StageReceived, archive.StageEnhanced) },
			"twice over": func(tx *store.Tx) error { return tx.EndRelease(q.ID) },
		}
		for _, fn := range refused {
			w.refuses(archive.Conflict, fn)
		}
		if err := w.Correct(ctx, actor, secret[0], "别的文字"); archive.KindOf(err) != archive.Conflict {
			t.Errorf("corrected: %v", err)
		}
		if _, err := w.Text(ctx, all, secret[0]); archive.ReasonOf(err) != archive.ReasonQuarantined {
			t.Errorf("text: %v", err)
		}
		ops := must(w.Ops(ctx, 0, 1))(w)
		if _, _, err := w.Undo(ctx, actor, ops[0].ID); err != nil {
			t.Error(err)
		}
		w.stages(map[archive.Stage]int{archive.StageQuarantined: 3}, 4, 1) // undo brings nothing back

		w.do(func(tx *store.Tx) error {
			return tx.DecideQuarantine(q.ID, archive.QuarantineReleasing, 1, "不涉密")
		})
		w.do(func(tx *store.Tx) error { return tx.EndRelease(q.ID) })
		w.stages(map[archive.Stage]int{archive.StageReceived: 3, archive.StageQuarantined: 0}, 4, 1)
		if !must(w.Cleared(ctx, file(secret[0])))(w) || must(w.Cleared(ctx, file(plain[0])))(w) {
			t.Error("decisions on files are not remembered")
		}
		if f := must(w.File(ctx, all, file(other[0])))(w); f.State != archive.FileStored {
			t.Errorf("file %+v", f)
		}
		must(w.VerifyLog(ctx))(w)
	})
}

func TestPurge(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		item := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "纪要")
		secret := w.pages(town, "a.tif", 1, item.ID)
		plain := w.pages(town, "b.tif", 1, item.ID)
		w.recognise("植树造林", secret[0], plain[0])
		if err := w.Correct(ctx, actor, secret[0], "改正后的绝密内容"); err != nil {
			t.Fatal(err)
		}
		w.index()
		file := must(w.Page(ctx, all, secret[0]))(w).File
		if err := w.EraseTexts(ctx, secret); err != nil {
			t.Fatal(err)
		}
		q := w.quarantine(item.ID, secret[0], file)
		w.index()
		if err := w.PurgeQuarantined(ctx, actor, q.ID); archive.KindOf(err) != archive.Conflict {
			t.Errorf("purged without a decision: %v", err)
		}
		w.do(func(tx *store.Tx) error {
			return tx.DecideQuarantine(q.ID, archive.QuarantinePurging, 1, "移交保密室")
		})
		if err := w.PurgeQuarantined(ctx, actor, q.ID); err != nil {
			t.Fatal(err)
		}
		w.index()
		w.stages(map[archive.Stage]int{archive.StageQuarantined: 0, archive.StageIndexed: 1}, 1, 1)
		if p := must(w.Page(ctx, all, plain[0]))(w); p.Ordinal != 1 {
			t.Errorf("the page behind is number %d", p.Ordinal)
		}
		if _, err := w.File(ctx, all, file); archive.KindOf(err) != archive.NotFound {
			t.Errorf("the file: %v", err)
		}
		for _, id := range []archive.ID{secret[0], file} {
			var left int
			err := w.records().QueryRow(`SELECT COUNT(*) FROM change WHERE id = $1 AND (before IS NOT NULL OR after IS NOT NULL OR salt IS NOT NULL)`, int64(id)).Scan(&left)
			if err != nil || left > 0 {
				t.Errorf("%d changes of %s have values, %v", left, id, err)
			}
		}
		got := must(w.Quarantines(ctx, all, ""))(w)
		if len(got) != 1 || got[0].State != archive.QuarantinePurged || got[0].Note != "移交保密室" || got[0].Actor != 1 {
			t.Errorf("%+v", got)
		}
		must(w.VerifyLog(ctx))(w)
	})
}

// Whatever order texts were written, rewritten and erased in, no byte of what was erased
// is left in the files, wherever the database had moved it.
func TestErasedTextsLeaveNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		if w.opt.Postgres != "" {
			return // the server's files are its own
		}
		rnd := rand.New(rand.NewPCG(1, 9))
		const n = 600
		order := rnd.Perm(n)
		word := func(i, round int) string { return fmt.Sprintf("secret-%04d-%d-", i, round) }
		save := func(i, round, length int) {
			t.Helper()
			if err := w.SaveText(ctx, archive.PageText{Page: archive.ID(1000 + i), Plain: strings.Repeat(word(i, round), length),
				Origin: archive.OriginRecognised, Engine: "e", MadeFrom: "m"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range order {
			save(i, 1, 1+rnd.IntN(400))
		}
		for range 200 {
			save(rnd.IntN(n), 2, 1+rnd.IntN(900))
		}
		var gone []archive.ID
		for i := range n {
			if i%3 == 0 {
				gone = append(gone, archive.ID(1000+i))
			}
		}
		if err := w.EraseTexts(ctx, gone); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(w.opt.Text + suffix)
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for _, id := range gone {
				for round := 1; round <= 2; round++ {
					if bytes.Contains(data, []byte(word(int(id)-1000, round))) {
						left++
					}
				}
			}
			if left > 0 {
				t.Errorf("text.db%s has traces of %d of %d erased texts", suffix, left, len(gone))
			}
		}
	})
}
