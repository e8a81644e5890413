package ocr

import (
	"slices"
	"strings"
	"testing"
)

// Words in quotes come out as they are, and what is taken apart has no more in it than
// the line.
func FuzzSplitWords(f *testing.F) {
	f.Add("tesseract 'a b' \"c\\\"d\" e\\ f", "C:\\Program Files\\ocr.exe")
	f.Add("'open", "")
	f.Add("\\", "中文\t\n'")
	f.Fuzz(func(t *testing.T, line, word string) {
		words, err := splitWords(line)
		if err == nil {
			n := 0
			for _, w := range words {
				n += len([]rune(w))
			}
			if n > len([]rune(line)) {
				t.Fatalf("%q is taken apart to %q", line, words)
			}
		}
		word = strings.ToValidUTF8(word, "?")
		for _, quoted := range []string{
			"'" + strings.ReplaceAll(word, "'", `'\''`) + "'",
			`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`,
		} {
			got, err := splitWords(" a " + quoted + "\tb")
			if err != nil || !slices.Equal(got, []string{"a", word, "b"}) {
				t.Fatalf("%s: %q, %v, want %q", quoted, got, err, word)
			}
		}
	})
}
