package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
)

// Whatever a page says and wherever its words stand, a mark that is found is a piece of the
// text, a mark in front of all is found, and what cannot have one has none.
func FuzzSecretMark(f *testing.F) {
	f.Add("关于植树造林的通知\n机密★10年\n各村完成任务", []byte{0, 3, 10, 10, 30, 8, 4, 5, 200, 10, 40, 8}, false)
	f.Add("机\n密\n文件", []byte{}, false)
	f.Add("000123 秘密★3年 特急\n通知", []byte{0, 6, 1, 1, 20, 5}, true)
	f.Add("保守国家\n秘密", []byte{}, false)
	f.Add("\xff密\x00级　絕密 ⭐ 长期\u2028", []byte{255, 255, 255, 255, 255, 255}, false)
	f.Fuzz(func(t *testing.T, text string, words []byte, corrected bool) {
		page := archive.PageText{Plain: text}
		for ; len(words) >= 6; words = words[6:] {
			n := func(i int) int { return int(int8(words[i])) } // the file may say anything
			page.Words = append(page.Words, archive.Word{Start: n(0), Len: n(1), Box: archive.Box{X: n(2), Y: n(3), W: n(4), H: n(5)}})
		}
		if corrected {
			page.Corrected, page.HasCorrect = text, true
		}
		mark := secretMark(page, 200, 300)
		if mark != "" && !strings.ContainsAny(text, secretRunes) {
			t.Fatalf("%q in a text without any of %s", mark, secretRunes)
		}
		if len(page.Words) == 0 && utf8.ValidString(text) {
			bare := strings.NewReplacer("\n", "", " ", "", "\t", "", "\r", "", "\v", "", "\f", "", "\u0085", "", "\u00a0", "", "\u3000", "")
			if !strings.Contains(bare.Replace(text), bare.Replace(mark)) {
				t.Fatalf("%q is nowhere in %q", mark, text)
			}
		}
		page.Plain, page.Corrected = "机密★10年\n"+page.Plain, "机密★10年\n"+page.Corrected
		if secretMark(page, 200, 300) != "机密★10年" {
			t.Fatalf("a mark in front of %q is not found", text)
		}
		once, _ := folded(text)
		if twice, _ := folded(once); twice != once {
			t.Fatalf("folded %q, and again %q", once, twice)
		}
	})
}
