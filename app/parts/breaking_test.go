package parts_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/app/parts"
)

// Here Han are two wide, everything else is one.
func measure(r rune) float32 {
	if r > 0x2e00 {
		return 2
	}
	return 1
}

func TestLinesOfChineseAndWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"先登记全宗，再接收扫描件。", 24, []string{"先登记全宗，再接收扫描", "件。"}},
		{"先登记全宗，再接收扫描件。", 26, []string{"先登记全宗，再接收扫描件。"}},
		{"他说“好”就走了", 7, []string{"他说", "“好”就", "走了"}},
		{"请安装 tesseract-ocr 与语言包", 20, []string{"请安装 tesseract-ocr", "与语言包"}},
		{"the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"/media/disk/masters/0001", 12, []string{"/media/disk/", "masters/0001"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"一\n二", 10, []string{"一", "二"}},
		{"", 10, []string{""}},
	} {
		if got := parts.BreakLines(c.text, c.width, measure); !slices.Equal(got, c.want) {
			t.Errorf("%q in %v: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

// Nothing is lost and no line is too wide, whatever the text.
func FuzzBreakLines(f *testing.F) {
	f.Add("先登记全宗，再接收扫描件（含多页）。see /a/b", uint8(9))
	f.Fuzz(func(t *testing.T, text string, width uint8) {
		if !utf8.ValidString(text) || width < 2 {
			return
		}
		lines := parts.BreakLines(text, float32(width), measure)
		plain := strings.NewReplacer(" ", "", "\n", "")
		if got, want := plain.Replace(strings.Join(lines, "")), plain.Replace(text); got != want {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, l := range lines {
			sum := float32(0)
			for _, r := range strings.TrimRight(l, " ") {
				sum += measure(r)
			}
			if sum > float32(width) {
				t.Fatalf("line %q of %q is %v wide, not %d", l, text, sum, width)
			}
		}
	})
}
