package store_test

import (
	"database/sql"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func TestTextsReadBackAsWritten(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		p := w.pages(town, "t.tif", 3, 0)
		texts := []archive.PageText{
			{Page: p[0], Plain: "中华\n人民", Origin: archive.OriginRecognised, Engine: "tesseract 5.3 chi_sim", Confidence: 91, MadeFrom: "a+b",
				Words: []archive.Word{
					{Start: 0, Len: 2, Box: archive.Box{X: 10, Y: 20, W: 300, H: 40}, Confidence: 96},
					{Start: 3, Len: 2, Box: archive.Box{X: 5, Y: 90, W: 30, H: 41}, Confidence: 0},
				}},
			{Page: p[1], Plain: "", Origin: archive.OriginDelivered, MadeFrom: "c"},
		}
		if err := w.SaveText(ctx, texts...); err != nil {
			t.Fatal(err)
		}
		if got := must(w.PageTexts(ctx, all, []archive.ID{p[1], 7, p[2], p[0]}))(w); !reflect.DeepEqual(got, []archive.PageText{texts[1], texts[0]}) {
			t.Errorf("got %+v", got)
		}
		if _, err := w.Text(ctx, all, p[2]); archive.KindOf(err) != archive.NotFound {
			t.Errorf("a page without text: %v", err)
		}
		// Bytes that are no text become one mark for each rune, so that words stay in place.
		if err := w.SaveText(ctx, archive.PageText{Page: p[0], Plain: "中\xff\x00国", MadeFrom: "d"}); err != nil {
			t.Fatal(err)
		}
		if got := must(w.Text(ctx, all, p[0]))(w); got.Plain != "中\uFFFD\uFFFD国" || got.Words != nil || got.MadeFrom != "d" {
			t.Errorf("got %+v", got)
		}
		// Many at once, more than fit one query.
		ids := slices.Repeat(p, 500)
		if got := must(w.PlainTexts(ctx, all, ids))(w); len(got) != 1000 {
			t.Errorf("got %d texts", len(got))
		}
	})
}

func TestCorrections(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		p := w.pages(town, "c.tif", 2, 0)
		w.recognise("大坝", p[0])
		for _, text := range []string{"大堤", "", "大提"} {
			if err := w.Correct(ctx, actor, p[0], text); err != nil {
				t.Fatal(err)
			}
			got := must(w.Text(ctx, all, p[0]))(w)
			if got.Plain != "大坝" || !got.HasCorrect || got.Text() != text {
				t.Errorf("got %+v, want %q", got, text)
			}
		}
		ops := must(w.Ops(ctx, 0, 1))(w)
		changes := must(w.Changes(ctx, all, ops[0].ID))(w)
		want := archive.Change{Op: ops[0].ID, Seq: 1, Noun: "text", ID: p[0], Before: `{"corrected":""}`, After: `{"corrected":"大提"}`}
		if ops[0].Kind != "text.correct" || !slices.Equal(changes, []archive.Change{want}) {
			t.Errorf("logged %+v: %+v", ops[0], changes)
		}
		if err := w.Correct(ctx, actor, p[0], "大提"); err != nil {
			t.Fatal(err)
		}
		if again := must(w.Ops(ctx, 0, 1))(w); again[0].ID != ops[0].ID {
			t.Error("the same correction again left an op")
		}
		// A new recognition keeps the correction.
		w.recognise2("大把", p[0])
		if got := must(w.Text(ctx, all, p[0]))(w); got.Plain != "大把" || got.Text() != "大提" {
			t.Errorf("got %+v", got)
		}
		// A page that was never recognised is read by a person.
		if err := w.Correct(ctx, actor, p[1], "手稿"); err != nil {
			t.Fatal(err)
		}
		if got := must(w.PageTexts(ctx, all, p))(w); len(got) != 2 || got[1].Text() != "手稿" {
			t.Errorf("got %+v", got)
		}
		w.drain()
		if n := must(w.Totals(ctx, all, 0))(w); n.Searchable != 2 {
			t.Errorf("totals %+v", n)
		}
		if err := w.Correct(ctx, actor, 7, "无"); archive.KindOf(err) != archive.NotFound {
			t.Errorf("no page: %v", err)
		}
	})
}

func (w *world) recognise2(text string, page archive.ID) {
	w.Helper()
	if err := w.SaveText(ctx, archive.PageText{Page: page, Plain: text, MadeFrom: "m"}); err != nil {
		w.Fatal(err)
	}
}

// texts opens the text database beside the catalogue, to do what a crash would.
func (w *world) texts() *sql.DB {
	w.Helper()
	driver, source := "sqlite3", w.opt.Text
	if w.opt.Postgres != "" {
		driver, source = "pgx", w.opt.Postgres+" search_path=text"
	}
	return w.raw(driver, source)
}

// records opens the catalogue's database itself.
func (w *world) records() *sql.DB {
	w.Helper()
	driver, source := "sqlite3", w.opt.Catalogue
	if w.opt.Postgres != "" {
		driver, source = "pgx", w.opt.Postgres+" search_path=catalogue"
	}
	return w.raw(driver, source)
}

func (w *world) raw(driver, source string) *sql.DB {
	db, err := sql.Open(driver, source)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { db.Close() })
	return db
}

func (w *world) exec(db *sql.DB, query string, args ...any) {
	w.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		w.Fatal(err)
	}
}

func TestACorrectionCutOffBetweenTheDatabasesIsLoggedAtTheNextStart(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		p := w.pages(town, "k.tif", 1, 0)
		if err := w.Correct(ctx, actor, p[0], "一"); err != nil {
			t.Fatal(err)
		}
		ops := len(must(w.Ops(ctx, 0, 100))(w))
		unknown := must(w.Ops(ctx, 0, 1))(w)[0].ID + 1<<22 // of this station, later
		w.exec(w.texts(), `UPDATE correction SET text = '二', before = '一', op = $1, settled = 0`, int64(unknown))
		w.drain()
		again := w.another(w.opt)
		got := must(again.Ops(ctx, 0, 100))(w)
		if len(got) != ops+1 {
			t.Fatalf("%d ops, were %d", len(got), ops)
		}
		ch := must(again.Changes(ctx, all, got[0].ID))(w)
		if len(ch) != 1 || ch[0].Before != `{"corrected":"一"}` || ch[0].After != `{"corrected":"二"}` {
			t.Errorf("logged %+v", ch)
		}
		if f := must(again.IndexFeed(ctx, 9))(w); len(f.Batch.Pages) != 1 || f.Batch.Pages[0].Text != "二" {
			t.Errorf("feed %+v", f.Batch)
		}
		// Logged, but not settled: nothing is logged twice.
		w.exec(w.texts(), `UPDATE correction SET settled = 0`)
		if more := must(w.another(w.opt).Ops(ctx, 0, 100))(w); len(more) != len(got) {
			t.Errorf("%d ops, were %d", len(more), len(got))
		}
		var open int
		if err := w.texts().QueryRow(`SELECT COUNT(*) FROM correction WHERE settled = 0`).Scan(&open); err != nil || open != 0 {
			t.Errorf("%d unsettled, %v", open, err)
		}
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestReconcile(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		p := w.pages(town, "n.tif", 5, 0)
		w.recognise("文", p[:4]...)
		w.drain()
		w.do(func(tx *store.Tx) error { return tx.SetStage(p[0], archive.StageIndexed, archive.StageEnhanced) }) // text there
		w.exec(w.texts(), `DELETE FROM page_text WHERE page = $1`, int64(p[1]))                                  // text lost
		w.exec(w.texts(), `UPDATE page_text SET made_from = 'old' WHERE page = $1`, int64(p[2]))                 // of another recipe
		got := must(w.Reconcile(ctx))(w)
		if got != (store.Reconciled{Forward: 1, Back: 2}) {
			t.Errorf("reconciled %+v", got)
		}
		for i, want := range []archive.Stage{archive.StageRecognised, archive.StageEnhanced, archive.StageEnhanced, archive.StageIndexed, archive.StageReceived} {
			if page := must(w.Page(ctx, all, p[i]))(w); page.Stage != want {
				t.Errorf("page %d is %s, want %s", i, page.Stage, want)
			}
		}
		if got := must(w.Reconcile(ctx))(w); got != (store.Reconciled{}) {
			t.Errorf("again: %+v", got)
		}
	})
}
