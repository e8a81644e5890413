//go:build torture

package store_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

// The sizes of a district archive's holdings.
const (
	scaleItems = 940_318
	scalePages = 2_203_417
	scaleTexts = 100_000
	firstItem  = 1_000_000
	firstPage  = 10_000_000
)

// scaleSQL fills a catalogue far quicker than its door would: 100 fonds with three
// series each, the first of which holds 100,000 items, the others the rest evenly.
// << and >> turn a text into a sort key.
var scaleSQL = []string{
	`INSERT INTO holding (id, kind, parent, fonds, series, code, code_sort, title, title_pinyin, date, date_sort, year, retention, opening,
			access_class, rev, born) SELECT n, 'fonds', NULL, n, NULL, 'F' || n, <<'F' || n>>, '全宗', <<'q'>>, '', <<''>>, 0, '', '', 0, 1, 1
		FROM (WITH RECURSIVE c(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < 100) SELECT n FROM c) x`,
	`INSERT INTO fonds (id, creator, date_begin, date_end, history, note) SELECT id, '', '', '', '', '' FROM holding WHERE kind = 'fonds'`,
	`INSERT INTO holding (id, kind, parent, fonds, series, code, code_sort, title, title_pinyin, date, date_sort, year, retention, opening,
			access_class, rev, born) SELECT 101 + n, 'series', 1 + n / 3, 1 + n / 3, 101 + n, 'S' || n, <<'S' || n>>, '门类', <<'m'>>, '', <<''>>, 0, '', '', 0, 1, 1
		FROM (WITH RECURSIVE c(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < 299) SELECT n FROM c) x`,
	`INSERT INTO series (id, category, method, scheme, languages, note) SELECT id, 'WS', 'item', '', '', '' FROM holding WHERE kind = 'series'`,
	fmt.Sprintf(`INSERT INTO holding (id, kind, parent, fonds, series, code, code_sort, title, title_pinyin, date, date_sort, year, retention, opening,
			access_class, rev, born) SELECT %d + n, 'item', s, 1 + (s - 101) / 3, s, 'J' || n, <<'J' || (1000000 + n)>>,
		'关于印发第' || n || '号通知的若干意见', <<'guanyu' || (n * 7919 %% 1000003)>>, '19850101', <<'19850101'>>, 1950 + n %% 70, 'Y', '', n %% 3, 1, 1
		FROM (SELECT n, CASE WHEN n < 100000 THEN 101 ELSE 102 + (n - 100000) / 2811 END AS s
			FROM (WITH RECURSIVE c(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c) x) y`, firstItem, scaleItems-1),
	`INSERT INTO item (id, number, box, author, doc_no, persons, page_count, page_no, note) SELECT id, '1', NULL, '县政府', '县政发〔1985〕3号', '', 2, '', '' FROM holding WHERE kind = 'item'`,
	`INSERT INTO extra SELECT i.id, '字段' || f.n, '值' || i.id, <<'k' || i.id>> FROM (SELECT id FROM item WHERE id < 1200000) i,
		(WITH RECURSIVE c(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c) f`,
	`INSERT INTO batch VALUES (9, 'b', '/b', 1, 2, 1)`,
	fmt.Sprintf(`INSERT INTO file SELECT %d + n, 0, 'masters/J/' || n || '.tif', 9, n || '.tif', 9, <<'0123456789012345678901234567890' || n>>, 'tiff', 'stored', 1, 1, 0, ''
		FROM (WITH RECURSIVE c(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c) x`, firstPage+10_000_000, scalePages-1),
	fmt.Sprintf(`INSERT INTO page SELECT %d + n, %d + n, 0, CASE WHEN n %% 20 = 0 THEN NULL ELSE %d + n * %d / %d END, 1 + n %% 3,
		CASE WHEN n < 2000000 THEN 'indexed' ELSE 'received' END, 0, 0, 0, '', '', 2480, 3508, 300, 'm', '{}',
		CASE WHEN n < 2000000 THEN 1 ELSE 0 END, n %% 3, 1, 1, 0
		FROM (WITH RECURSIVE c(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c) x`,
		firstPage, firstPage+10_000_000, firstItem, scaleItems, scalePages, scalePages-1),
	`INSERT INTO tally SELECT parent, kind, access_class, COUNT(*) FROM holding WHERE parent IS NOT NULL GROUP BY parent, kind, access_class`,
	`INSERT INTO tally SELECT series, 'year.' || CAST(year AS TEXT) || '.item', access_class, COUNT(*) FROM holding WHERE kind = 'item' GROUP BY series, year, access_class`,
	`INSERT INTO tally SELECT 0, kind, access_class, COUNT(*) FROM holding GROUP BY kind, access_class`,
	`INSERT INTO tally SELECT 0, 'page.' || stage, access_class, COUNT(*) FROM page GROUP BY stage, access_class`,
	`INSERT INTO tally SELECT 0, 'page', access_class, COUNT(*) FROM page GROUP BY access_class`,
}

const scaleText = `INSERT INTO page_text SELECT %d + n, 'recognised', 1, 90, 'm', 1, $1, $2
	FROM (WITH RECURSIVE c(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c) x`

func fill(b *testing.B, driver, catalogue, text string, key *strings.Replacer) {
	b.Helper()
	started := time.Now()
	run := func(source string, queries []string, args ...any) {
		db, err := sql.Open(driver, source)
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		for _, q := range queries {
			if _, err := db.Exec(key.Replace(q), args...); err != nil {
				b.Fatalf("%v in %s", err, q)
			}
		}
	}
	run(catalogue, scaleSQL)
	run(text, []string{`INSERT INTO engine (id, name) VALUES (1, 'e')`})
	blob := make([]byte, 2800)
	blob[0], blob[1], blob[2] = 1, 0x8f, 0x03 // 399 words of seven bytes
	run(text, []string{fmt.Sprintf(scaleText, firstPage, scaleTexts-1)}, strings.Repeat("关于防汛抗旱工作的若干意见", 40), blob[:3+399*7])
	if driver == "pgx" { // as autovacuum would, some minutes later
		run(catalogue, []string{"VACUUM ANALYZE"})
	}
	b.Logf("filled in %v", time.Since(started).Round(time.Second))
}

func BenchmarkScaleSQLite(b *testing.B) {
	dir := b.TempDir()
	opt := store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1}
	c, err := store.Open(ctx, opt)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	fill(b, "sqlite3", opt.Catalogue, opt.Text, strings.NewReplacer("<<", "CAST(", ">>", " AS BLOB)"))
	scale(b, c)
}

func BenchmarkScalePostgres(b *testing.B) {
	opt := storetest.Postgres(b)
	opt.Station = 1
	c, err := store.Open(ctx, opt)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	fill(b, "pgx", opt.Postgres+" search_path=catalogue", opt.Postgres+" search_path=text", strings.NewReplacer("<<", "convert_to(", ">>", ", 'UTF8')"))
	scale(b, c)
}

func scale(b *testing.B, c *store.Catalogue) {
	some := access.Only(0, 1)
	bench := func(name string, fn func() (int, error)) {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				var err error
				if n, err = fn(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n), "rows")
		})
	}
	list := func(l store.List) func() (int, error) {
		return func() (int, error) { ids, err := c.Children(ctx, some, l); return len(ids), err }
	}
	bench("children of 2811 by code", list(store.List{Parent: 106}))
	bench("children of 2811 by title", list(store.List{Parent: 106, Order: []store.Order{{Field: "title"}}}))
	bench("children of 100000 by code", list(store.List{Parent: 101}))
	bench("children of 100000 by title", list(store.List{Parent: 101, Order: []store.Order{{Field: "title"}}}))
	bench("items below a fonds by year", list(store.List{Below: 40, Order: []store.Order{{Field: "year"}}, Kinds: []archive.HoldingKind{archive.KindItem}}))
	first := func(l store.List) func() (int, error) {
		l.Kinds = []archive.HoldingKind{archive.KindItem}
		return func() (int, error) { ids, err := c.First(ctx, some, l, 200); return len(ids), err }
	}
	date := []store.Order{{Field: "date", Desc: true}}
	bench("first of the archive by code", first(store.List{Whole: true}))
	bench("first of the archive of a year", first(store.List{Whole: true, Year: 1977}))
	bench("first below a fonds by code", first(store.List{Below: 1}))
	bench("first below a fonds by date", first(store.List{Below: 1, Order: date}))
	bench("first below a series by date", first(store.List{Below: 101, Order: date}))
	bench("the archive by code", list(store.List{Whole: true, Kinds: []archive.HoldingKind{archive.KindItem}}))
	bench("the archive by date", list(store.List{Whole: true, Kinds: []archive.HoldingKind{archive.KindItem}, Order: date}))
	bench("the archive by title", list(store.List{Whole: true, Kinds: []archive.HoldingKind{archive.KindItem}, Order: []store.Order{{Field: "title"}}}))
	bench("the tree of a series", func() (int, error) { n, err := c.Tree(ctx, some, store.Branch{Node: 101}); return len(n), err })
	window := make([]archive.ID, 200)
	for i := range window {
		window[i] = archive.ID(firstItem + 50_000 + rand.IntN(100_000))
	}
	bench("window of 200 rows", func() (int, error) { rows, err := c.ItemRows(ctx, some, window); return len(rows), err })
	bench("totals", func() (int, error) { t, err := c.Totals(ctx, some, 0); return t.Pages, err })
	bench("totals by fonds", func() (int, error) { t, err := c.TotalsByFonds(ctx, some); return len(t), err })
	bench("series of all fonds", func() (int, error) { s, err := c.SeriesOf(ctx, some, 0); return len(s), err })
	bench("unlinked pages", func() (int, error) { ids, err := c.UnlinkedPages(ctx, some, 0); return len(ids), err })
	bench("claim 16 pages", func() (int, error) {
		pages, err := c.ClaimPages(ctx, archive.StageReceived, 16, time.Minute)
		return len(pages), err
	})
	bench("next code", func() (int, error) { code, err := c.HighestCode(ctx, some, "J9403"); return len(code), err })
	bench("names of own fields", func() (int, error) { names, err := c.ExtraFields(ctx); return len(names), err })
	candidates := make([]archive.ID, 2000)
	for i := range candidates {
		candidates[i] = archive.ID(firstPage + rand.IntN(scaleTexts))
	}
	bench("plain texts of 2000 pages", func() (int, error) { t, err := c.PlainTexts(ctx, all, candidates); return len(t), err })
	bench("plain texts of 2000 pages, sighted", func() (int, error) { t, err := c.PlainTexts(ctx, some, candidates); return len(t), err })
	bench("texts with words of 20 pages", func() (int, error) { t, err := c.PageTexts(ctx, all, candidates[:20]); return len(t), err })
	bench("count the linked pages of all items", func() (int, error) {
		series, err := c.SeriesOf(ctx, all, 0)
		n := 0
		for _, s := range series {
			var ids []archive.ID
			if ids, err = c.InSeries(ctx, all, s.ID, archive.KindItem); err == nil {
				_, err = c.PagedByID(ctx, all, ids)
			}
			if err == nil {
				err = c.ScannedOf(ctx, all, ids, func(store.Scanned) error { n++; return nil })
			}
			if err != nil {
				break
			}
		}
		return n, err
	})
	bench("add an item", func() (int, error) {
		_, err := c.Do(ctx, actor, "item.add", func(tx *store.Tx) error {
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: 106, Title: "新"}})
		})
		return 1, err
	})
}
