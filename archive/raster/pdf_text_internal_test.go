package raster

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
)

// Characters that a font does not name are text where they make common Chinese, and
// numbers of glyphs elsewhere.
func TestUnnamedCharacters(t *testing.T) {
	const chinese = "第四条记载和公布的失信被执行人名单信息应当包括：作为被执行人的法人或者其他组织的名称"
	var shifted, ascii strings.Builder
	for i, r := range chinese {
		shifted.WriteRune(r - 0x2000 + rune(i*37%500))
		ascii.WriteRune('!' + rune(i%90))
	}
	for name, c := range map[string]struct {
		text string
		want bool
	}{"simplified": {chinese, true}, "traditional": {"關於國務院發佈臺灣與書籍辦法的決議，應當廣為傳達", true},
		"numbers of glyphs": {shifted.String(), false}, "rare Han": {strings.Repeat("㐀㐁㐂鿰鿱龘靐齾", 4), false}, "ASCII": {ascii.String(), false}} {
		var glyphs []glyph
		for i, r := range []rune(c.text) {
			glyphs = append(glyphs, glyph{r: r, bad: true, box: box{float64(10 * i), 0, float64(10*i + 9), 10}})
		}
		if text, ok := layer(glyphs, 2000, 20); ok != c.want || ok && text.Plain != c.text+"\n" {
			t.Errorf("%s: %v %q", name, ok, text.Plain)
		}
	}
}

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
