package search_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
	"lantai/search"
)

// page lays lines of text out: 10 px a character, 20 px a line, words of some
// characters each.
func page(plain string, wordLen int) archive.PageText {
	t := archive.PageText{Plain: plain}
	at := 0
	for y, line := range strings.Split(plain, "\n") {
		runes := []rune(line)
		for x := 0; x < len(runes); x += wordLen {
			n := min(wordLen, len(runes)-x)
			t.Words = append(t.Words, archive.Word{Start: at + x, Len: n, Box: archive.Box{X: 10 * x, Y: 20 * y, W: 10 * n, H: 16}})
		}
		at += len(runes) + 1
	}
	return t
}

func TestLocate(t *testing.T) {
	plain := "关于加强环境保\n護工作的通知"
	for _, c := range []struct {
		words []string
		want  []archive.Box
	}{
		{[]string{"加强"}, []archive.Box{{X: 20, Y: 0, W: 20, H: 16}}},
		{[]string{"环境保护"}, []archive.Box{{X: 40, Y: 0, W: 30, H: 16}, {X: 0, Y: 20, W: 10, H: 16}}},
		{[]string{"工作", "作的"}, []archive.Box{{X: 10, Y: 20, W: 30, H: 16}}},
		{[]string{"没有"}, nil},
		{nil, nil},
	} {
		for _, wordLen := range []int{1, 2, 3, 7} {
			if got := search.Locate(page(plain, wordLen), c.words); !reflect.DeepEqual(got, c.want) {
				t.Errorf("words of %d: Locate(%v) = %v, want %v", wordLen, c.words, got, c.want)
			}
		}
	}
}

// Each place of a word gives a box of its own, and a column from top to bottom one.
func TestLocatePlaces(t *testing.T) {
	if got := search.Locate(page("甲乙甲乙丙甲乙", 3), []string{"甲乙"}); len(got) != 3 || got[0].W != 20 || got[1].X != 20 || got[2].X != 50 {
		t.Errorf("boxes %v", got)
	}
	upright := archive.PageText{Plain: "环境保护法", Words: []archive.Word{{Start: 0, Len: 5, Box: archive.Box{X: 100, Y: 0, W: 20, H: 100}}}}
	want := []archive.Box{{X: 100, Y: 20, W: 20, H: 60}}
	if got := search.Locate(upright, []string{"境保护"}); !reflect.DeepEqual(got, want) {
		t.Errorf("upright: %v, want %v", got, want)
	}
}

// The boxes of a corrected text lie where the recognised words stand.
func TestLocateCorrected(t *testing.T) {
	for _, c := range []struct{ plain, corrected, word string }{
		{"关于加强坏境保护工作", "关于加强环境保护工作", "环境保护"},
		{"关于加强不境保 护工作的通知", "关于加强环境保护工作的通知", "通知"},
		{"头行噪声xx\n关于加强环境保护工作的通知", "关于加强环境保护工作的通知", "环境保护"},
		{"关于环境保护工作的通知", "上海市人民政府关于环境保护工作的通知", "环境保护"},
		{"第一条为了保护环境第二条本条例", "第一条　为了保护和改善生活环境，第二条　本条例", "本条例"},
	} {
		text := page(c.plain, 4)
		text.Corrected, text.HasCorrect = c.corrected, true
		got := search.Locate(text, []string{c.word})
		if len(got) != 1 {
			t.Errorf("%q in %q: %v", c.word, c.plain, got)
			continue
		}
		line := c.plain[:1+strings.LastIndex(c.plain, "\n")]
		at := strings.TrimPrefix(c.plain, line)
		last, _ := utf8.DecodeLastRuneInString(c.word)
		end := 10 * (1 + utf8.RuneCountInString(at[:strings.LastIndex(at, string(last))]))
		if got[0].X+got[0].W != end || got[0].Y != 20*strings.Count(line, "\n") {
			t.Errorf("%q in %q: %v, want it to end at %d", c.word, c.plain, got, end)
		}
	}
}

func FuzzLocate(f *testing.F) {
	f.Add("关于加强环境保护", "关于环境", "环境", 3)
	f.Fuzz(func(t *testing.T, plain, corrected, word string, wordLen int) {
		if wordLen < 1 || len(plain) > 2000 || len(corrected) > 2000 {
			return
		}
		text := page(plain, wordLen)
		text.Corrected, text.HasCorrect = corrected, corrected != ""
		for _, b := range search.Locate(text, []string{search.Fold(word).Text}) {
			if b.W < 1 || b.H < 1 {
				t.Fatalf("box %v", b)
			}
		}
	})
}
