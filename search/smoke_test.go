package search_test

import (
	"context"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/search"
)

func TestSmoke(t *testing.T) {
	texts := memory{}
	x, err := search.Open(t.TempDir()+"/index", texts, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b archive.IndexBatch
	for i, s := range []string{"中华人民共和国环境\n保护法", "環境保護工作的通知", "hello, World wide"} {
		id := archive.ID(i + 1)
		texts[id] = archive.PageText{Page: id, Plain: s}
		b.Pages = append(b.Pages, archive.IndexPage{ID: id, Text: s, Ordinal: i})
	}
	if err := x.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"环境保护", "环境", "环", "WORLD", "环 法", "环 -法", `"hello world"`, `"world wide"`, "orl", ""} {
		query, err := search.Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		r, err := x.Search(t.Context(), access.All(), query, search.Page{Limit: 20})
		t.Logf("%q %+v %v", q, r, err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

type memory map[archive.ID]archive.PageText

func (m memory) PageTexts(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.PageText, error) {
	var out []archive.PageText
	for _, id := range ids {
		if t, ok := m[id]; ok {
			out = append(out, t)
		}
	}
	return out, nil
}
func (m memory) PlainTexts(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.PageText, error) {
	return m.PageTexts(ctx, sight, ids)
}
