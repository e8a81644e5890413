package ingest

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
)

func TestDecodeText(t *testing.T) {
	tests := map[string]struct{ data, want string }{
		"utf-8":               {"防汛\n", "防汛\n"},
		"with a mark":         {"\xef\xbb\xbf防汛", "防汛"},
		"utf-16 little":       {"\xff\xfe\x32\x96\x5b\x6c", "防汛"},
		"utf-16 big":          {"\xfe\xff\x96\x32\x6c\x5b", "防汛"},
		"unmarked, little":    {"\x32\x96\x5b\x6c\x0a\x00a\x00", "防汛\na"},
		"unmarked, big":       {"\x96\x32\x6c\x5b\x00\x0a\x00a", "防汛\na"},
		"gb18030":             {"\xb7\xc0\xd1\xb4", "防汛"},
		"gb18030, four bytes": {"\x95\x32\x82\x36\xb7\xc0", "𠀀防"},
	}
	for name, tt := range tests {
		if got, ok := decodeText([]byte(tt.data)); !ok || got != tt.want {
			t.Errorf("%s: %q %v, want %q", name, got, ok, tt.want)
		}
	}
	for _, data := range []string{"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "\x81\x20\xff\xff\x80\x80\x01\x02", "\xef\xbb\xbf\xff\xfe"} {
		if got, ok := decodeText([]byte(data)); ok {
			t.Errorf("%q is taken for the text %q", data, got)
		}
	}
}

// FuzzTextFile reads any bytes: what comes is text as it is kept.
func FuzzTextFile(f *testing.F) {
	for _, s := range []string{"one\ftwo\f", "防 汛 works\r\n\r\n\r\n工作", "\xff\xfe\x32\x96", "\xb7\xc0\xd1\xb4", "\x00a\x00b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, ok := decodeText(data)
		if !ok {
			return
		}
		for _, p := range textPages(text) {
			if !utf8.ValidString(p) || strings.ContainsAny(p, "\r\f\t\v\x00") || strings.Contains(p, "\n\n\n") || p != "" && !strings.HasSuffix(p, "\n") {
				t.Fatalf("%q", p)
			}
			runes := []rune(p)
			for i := 1; i+1 < len(runes); i++ {
				if runes[i] == ' ' && (archive.Unspaced(runes[i-1]) || archive.Unspaced(runes[i+1])) {
					t.Fatalf("blank beside Han in %q", p)
				}
			}
			if plainText(p) != p {
				t.Fatalf("%q becomes %q", p, plainText(p))
			}
		}
	})
}
