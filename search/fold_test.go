package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/search"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"環境保護法", "环境保护法"},
		{"後裏裡著麼爲衞", "后里里着么为卫"},
		{"ＡＢＣ１２３，！", "abc123,!"},
		{"沪府发〔1980〕16号", "沪府发(1980)16号"},
		{"沪府发［1980］16号", "沪府发(1980)16号"},
		{"【通知】", "(通知)"},
		{"0001-WS•2020", "0001-ws·2020"},
		{"0001—WS・2020", "0001-ws·2020"},
		{"二○○五年二〇〇五年二零零五年", "二〇〇五年二〇〇五年二〇〇五年"},
		{"“三农”「三农」", `"三农""三农"`},
		{"环境\r\n  保护", "环境保护"},
		{"1980 年\n3 月", "1980年3月"},
		{"hello\n  World", "hello world"},
		{"hello, world", "hello,world"},
		{"A 4 纸", "a 4纸"},
		{"㎡㈠⒈", "m2(一)1."},
		{"e\u0301tude É", "étude é"},
		{"\u200b\ufeff字\u00ad", "字"},
		{"𠮷野家", "𠮷野家"},
		{"", ""},
		{" \n", ""},
	} {
		if got := search.Fold(c.in).Text; got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFoldOffsets(t *testing.T) {
	text := "甲 ㈠\n環境Ａ e\u0301x"
	f := search.Fold(text)
	runes := []rune(text)
	for _, c := range []struct{ word, source string }{
		{"环境", "環境"}, {"(一)", "㈠"}, {"a", "Ａ"}, {"éx", "e\u0301x"}, {"甲(", "甲 ㈠"},
	} {
		at := utf8.RuneCountInString(f.Text[:strings.Index(f.Text, c.word)])
		end := at + utf8.RuneCountInString(c.word) - 1
		if got := string(runes[f.Start[at]:f.End[end]]); got != c.source {
			t.Errorf("%q stands for %q, want %q", c.word, got, c.source)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("環境 保護\nhello World〔1980〕")
	f.Add(strings.Repeat("\u0301", 200))
	f.Add("\xff\xfe字")
	f.Fuzz(func(t *testing.T, s string) {
		folded := search.Fold(s)
		n := utf8.RuneCountInString(folded.Text)
		if len(folded.Start) != n || len(folded.End) != n {
			t.Fatalf("%d characters, %d and %d places", n, len(folded.Start), len(folded.End))
		}
		runes := utf8.RuneCountInString(s)
		for i := range n {
			if folded.Start[i] < 0 || folded.Start[i] >= folded.End[i] || folded.End[i] > runes ||
				i > 0 && folded.Start[i] < folded.Start[i-1] {
				t.Fatalf("character %d of %q stands for %d…%d of %d", i, folded.Text, folded.Start[i], folded.End[i], runes)
			}
		}
	})
}
