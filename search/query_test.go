package search_test

import (
	"reflect"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/search"
)

func TestParse(t *testing.T) {
	words := func(w ...string) search.Query { return search.Query{Words: w} }
	for _, c := range []struct {
		in   string
		want search.Query
	}{
		{"", search.Query{}},
		{"  \t　", search.Query{}},
		{"環境保護", words("环境保护")},
		{"环境　保护 环境", words("环境", "保护")},
		{`"hello World" 环境`, words("hello world", "环境")},
		{"“上海 市” 「人民 政府」", words("上海市", "人民政府")},
		{`"没有结束 的`, words("没有结束的")},
		{"关于加强“三农”工作", words(`关于加强"三农"工作`)},
		{"环境 -污染", search.Query{Words: []string{"环境"}, Without: []string{"污染"}}},
		{`环境 NOT "大气 污染"`, search.Query{Words: []string{"环境"}, Without: []string{"大气污染"}}},
		{"环境 不含:污染 －水", search.Query{Words: []string{"环境"}, Without: []string{"污染", "水"}}},
		{"0001-WS·2020", words("0001-ws·2020")},
		{"- 环境", words("-", "环境")},
		{"NOT", words("not")},
		{"12:30", words("12:30")},
		{"fonds:0001 class:ws,KJ", search.Query{Filter: search.Filter{Fonds: []string{"0001"}, Class: []string{"ws", "kj"}}}},
		{"全宗：X001 门类:WS 档号:0001-WS•2020", search.Query{Filter: search.Filter{
			Fonds: []string{"x001"}, Class: []string{"ws"}, Code: []string{"0001-ws·2020"}}}},
		{"year:1980-1985,1990 年度:～1949", search.Query{Filter: search.Filter{Years: []search.Years{{From: 1980, To: 1985}, {From: 1990, To: 1990}, {From: 0, To: 1949}}}}},
		{"year:2000年-", search.Query{Filter: search.Filter{Years: []search.Years{{From: 2000, To: 9999}}}}},
	} {
		got, err := search.Parse(c.in)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%q) = %+v, %v\nwant %+v", c.in, got, err, c.want)
		}
		if got.Empty() != reflect.DeepEqual(c.want, search.Query{}) {
			t.Errorf("Parse(%q).Empty() = %v", c.in, got.Empty())
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{
		"year:", "year: 1980", "year:近年", "year:1990-1980", "year:-", "class:,", "-fonds:0001",
		strings.Repeat("字", 5000), strings.Repeat("甲 乙 丙 丁 ", 1) + manyWords(70),
	} {
		if _, err := search.Parse(in); archive.KindOf(err) != archive.Invalid {
			t.Errorf("Parse(%.40q): %v, want an invalid error", in, err)
		}
	}
}

func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune('一' + i))
		b.WriteByte(' ')
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	f.Add(`环境 -"a b" year:1980-1985 NOT 不含:x`)
	f.Fuzz(func(t *testing.T, s string) {
		q, err := search.Parse(s)
		if err != nil && archive.KindOf(err) != archive.Invalid {
			t.Fatal(err)
		}
		for _, w := range append(q.Words, q.Without...) {
			if w == "" {
				t.Fatal("an empty word")
			}
		}
	})
}
