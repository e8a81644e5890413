package raster

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
)

// FuzzLayer sets any characters at any places: the text is well formed, and its words
// are where it says.
func FuzzLayer(f *testing.F) {
	f.Add("关于 防汛 works\r\nsecond 行", []byte{10, 10, 20, 12, 30, 10, 40, 12})
	f.Add("a \uFFFD\uE000\x02\u200B", []byte{0, 0, 0, 0, 255, 255, 1, 1})
	f.Add("\U00020000中 \t 国", []byte{})
	f.Fuzz(func(t *testing.T, s string, places []byte) {
		const w, h = 200, 100
		var glyphs []glyph
		at := func(i int) float64 {
			if len(places) == 0 {
				return 0
			}
			return float64(places[i%len(places)]) - 20
		}
		for i, r := range []rune(s) {
			g := glyph{r: r, box: noBox(), bad: i%7 == 6}
			if len(places) > 0 {
				g.box = box{at(4 * i), at(4*i + 1), at(4*i) + at(4*i+2), at(4*i+1) + at(4*i+3)}
			}
			glyphs = append(glyphs, g)
		}
		text, ok := layer(glyphs, w, h)
		if !ok {
			return
		}
		runes := []rune(text.Plain)
		if !utf8.ValidString(text.Plain) || !strings.HasSuffix(text.Plain, "\n") || strings.Contains(text.Plain, "\n\n") {
			t.Fatalf("%q", text.Plain)
		}
		for i := 1; i+1 < len(runes); i++ {
			if runes[i] == ' ' && (archive.Unspaced(runes[i-1]) || archive.Unspaced(runes[i+1])) {
				t.Fatalf("blank beside Han in %q", text.Plain)
			}
		}
		last := 0
		for _, word := range text.Words {
			end := word.Start + word.Len
			if word.Start < last || word.Len < 1 || end > len(runes) || strings.ContainsAny(string(runes[word.Start:end]), " \n") {
				t.Fatalf("%+v in %q", word, text.Plain)
			}
			b := word.Box
			if b.X < 0 || b.Y < 0 || b.W < 1 || b.H < 1 || b.X+b.W > w+1 || b.Y+b.H > h+1 {
				t.Fatalf("%+v leaves the page", word)
			}
			last = end
		}
	})
}
