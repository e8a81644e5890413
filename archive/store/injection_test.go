package store_test

import (
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// injections are pieces of SQL for SQLite and PostgreSQL that end a string, a name, a
// comment or a statement.
var injections = []string{
	`' OR '1'='1`, `' OR 1=1 --`, `'; DROP TABLE holding; --`, `"; DROP TABLE holding; --`, `" OR ""="`, `x') OR ('1'='1`, `title) FROM holding --`, `title; DELETE FROM op`,
	`h.title`, `title" --`, `1 UNION SELECT id FROM op`, `\' OR 1=1 --`, `%`, `_`, `\`, `\%`, `%' ESCAPE '\`, `?`, `$1`, `{see h}`, `{keys}`, `:a`, `@a`, `--`, `/*`, `*/`, `;`,
	`x' || (SELECT code FROM holding) || '`, `$$; DROP TABLE holding; $$`, `E'\''`, `pg_sleep(10)`, `(SELECT 1)`, strings.Repeat("(", 2000), strings.Repeat("'", 1<<20),
}

// A piece of SQL in any place of a list is a text that no record has: of names of fields it is told, of
// values nothing is found that has not this very text.
func TestNoListTakesSQL(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		own := archive.Item{Holding: archive.Holding{Parent: town.box.Parent, Code: "J001-N-1", Title: "有一个字段"}}
		w.do(func(tx *store.Tx) error { return tx.AddItem(&own) })
		w.do(func(tx *store.Tx) error {
			return tx.SetExtra(own.ID, map[string]string{injections[0]: injections[1], "备注": injections[2]})
		})
		whole := store.List{Whole: true}
		before := must(w.Children(ctx, all, whole))(w)
		texts := map[string]bool{injections[1]: true, injections[2]: true}
		for _, s := range injections {
			field := store.ExtraColumn + s
			for _, f := range []store.Filter{
				{Field: "title", Match: store.Equals, Value: s}, {Field: "title", Match: store.Between, Value: s, To: s}, {Field: "code", Match: store.Equals, Value: s},
				{Field: "code", Match: store.Between, Value: s, To: s}, {Field: "date", Match: store.Between, Value: s, To: s},
				{Field: "retention", Match: store.Equals, Value: s}, {Field: "kind", Match: store.Equals, Value: s}, {Field: store.ExtraColumn + "备注", Match: store.Equals, Value: s},
				{Field: field, Match: store.Equals, Value: s}, {Field: field, Match: store.Between, Value: s, To: s}, {Field: field, Match: store.IsFilled},
			} {
				list := whole
				list.Where, list.Order = []store.Filter{f}, []store.Order{{Field: field, Desc: true}}
				found, err := w.Children(ctx, all, list)
				known := f.Field == store.ExtraColumn+injections[0] || f.Field == store.ExtraColumn+"备注" && texts[s]
				dates := f.Field == "date" || f.Match == store.Between // by a sort key, in which a text may stand anywhere
				if err != nil || len(found) > 0 && !known && !dates {
					t.Errorf("%+.60v: %v, %d found", f, err, len(found))
				}
			}
			for _, l := range []store.List{
				{Whole: true, Order: []store.Order{{Field: s}}}, {Whole: true, Where: []store.Filter{{Field: s, Match: store.IsFilled}}},
				{Whole: true, Where: []store.Filter{{Field: "title", Match: store.Match(s)}}}, {Whole: true, Where: []store.Filter{{Field: "year", Match: store.Equals, Value: s}}},
			} {
				if _, err := w.Children(ctx, all, l); archive.KindOf(err) != archive.Invalid {
					t.Errorf("%.60q is taken for a name, a comparison or a number: %v", s, err)
				}
			}
			if got, err := w.Children(ctx, all, store.List{Whole: true, Kinds: []archive.HoldingKind{archive.HoldingKind(s)}}); err == nil && len(got) > 0 {
				t.Errorf("%.60q is a kind with %d records", s, len(got))
			}
			if _, err := w.Rows(ctx, all, before, []string{s}); archive.KindOf(err) != archive.Invalid {
				t.Errorf("%.60q is taken for a column: %v", s, err)
			}
			rows, err := w.Rows(ctx, all, before, []string{"title", field})
			if err != nil || len(rows) != len(before) {
				t.Errorf("column %.60q: %v, %d rows", field, err, len(rows))
			}
			for _, r := range rows {
				if r.Cells[1] != "" && (r.ID != own.ID || s != injections[0]) {
					t.Errorf("column %.60q has %q", field, r.Cells[1])
				}
			}
		}
		if after := must(w.Children(ctx, all, whole))(w); !slices.Equal(after, before) {
			t.Errorf("%d records before, %d after", len(before), len(after))
		}
	})
}

// The name of a field of the site's own is a head of a column, no text.
func TestNamesOfOwnFieldsAreShort(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		it := archive.Item{Holding: archive.Holding{Parent: town.box.Parent, Code: "J001-N-1", Title: "件"}}
		w.do(func(tx *store.Tx) error { return tx.AddItem(&it) })
		for name, kind := range map[string]archive.ErrorKind{
			strings.Repeat("x", archive.MaxOwnName): "", strings.Repeat("x", archive.MaxOwnName+1): archive.Invalid, "": archive.Invalid, "a\x00": archive.Invalid, "\xff": archive.Invalid,
		} {
			set := func(tx *store.Tx) error { return tx.SetExtra(it.ID, map[string]string{name: "值"}) }
			if kind == "" {
				w.do(set)
				continue
			}
			w.refuses(kind, set)
		}
		if got := must(w.ExtraFields(ctx))(w); len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}
