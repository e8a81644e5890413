package ocr

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
)

// readAll parses a table written in pieces of the given size.
func readAll(data []byte, piece int) (sheets []sheet) {
	r := newTSV(func(page int, s sheet) {
		if page != len(sheets) {
			panic("pages out of order")
		}
		sheets = append(sheets, s)
	})
	for part := range slices.Chunk(data, piece) {
		if _, err := r.Write(part); err != nil {
			panic(err)
		}
	}
	_ = r.finish(r.page + 1)
	return sheets
}

// FuzzTable holds for any bytes: the pieces they come in do not matter, and every
// word's range covers exactly that word in a valid text.
func FuzzTable(f *testing.F) {
	f.Add([]byte("level\tpage_num\n1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n5\t1\t1\t1\t1\t1\t1\t2\t3\t4\t96.5\t档案\n5\t1\t1\t1\t1\t2\t1\t2\t3\t4\t96.5\t馆\n"))
	f.Add([]byte("1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\r\n5\t1\t1\t1\t1\t1\t-1\t2\t3\t4\tnan\tA\n5\t1\t1\t2\t1\t1\t1\t2\t3\t4\t50\tA B 中 文\n1\t2\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t"))
	f.Add([]byte("5\t9\t1\t1\t1\t1\t99999999999\t2\t3\t4\t1\t\xff\xfe\n\x00\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, pieces := readAll(data, len(data)+1), readAll(data, 3)
		if len(whole) != len(pieces) {
			t.Fatalf("%d pages at once, %d in pieces", len(whole), len(pieces))
		}
		for i, s := range whole {
			checkText(t, s, s.text())
			if !slices.Equal(s.words, pieces[i].words) {
				t.Fatalf("page %d differs when it comes in pieces", i)
			}
		}
	})
}

func checkText(t *testing.T, s sheet, text archive.PageText) {
	t.Helper()
	if !utf8.ValidString(text.Plain) {
		t.Fatalf("text is not UTF-8: %q", text.Plain)
	}
	runes, end := []rune(text.Plain), 0
	for i, w := range text.Words {
		if w.Start < end || w.Len <= 0 || w.Start+w.Len > len(runes) {
			t.Fatalf("word %d at %d+%d of %d, after %d", i, w.Start, w.Len, len(runes), end)
		}
		end = w.Start + w.Len
		if got := string(runes[w.Start:end]); got != s.words[i].text {
			t.Fatalf("word %d covers %q, is %q", i, got, s.words[i].text)
		}
		if w.Confidence < 0 || w.Confidence > 100 || w.Box.W <= 0 || w.Box.H <= 0 {
			t.Fatalf("word %d: %+v", i, w)
		}
	}
	if len(text.Words) > 0 && !strings.HasSuffix(text.Plain, "\n") {
		t.Fatalf("last line has no end: %q", text.Plain)
	}
	for i := 1; i+1 < len(runes); i++ {
		if runes[i] == ' ' && (archive.Unspaced(runes[i-1]) || archive.Unspaced(runes[i+1])) {
			t.Fatalf("blank beside Han in %q", text.Plain)
		}
	}
}

func TestSplitWords(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  ocr  -x ", []string{"ocr", "-x"}},
		{`a 'b c' "d \" e" f\ g`, []string{"a", "b c", `d " e`, "f g"}},
		{`C:\ocr\run.exe "C:\Program Files\x" ''`, []string{`C:\ocr\run.exe`, `C:\Program Files\x`, ""}},
		{`识别 --语言='简 体'`, []string{"识别", "--语言=简 体"}},
		{`end\`, []string{`end\`}},
	} {
		got, err := splitWords(c.line)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("splitWords(%q) = %q, %v; want %q", c.line, got, err, c.want)
		}
	}
	if _, err := splitWords(`a "b`); err == nil {
		t.Error("an open quote was taken")
	}
}

func TestNotesKnowThePage(t *testing.T) {
	n := &notes{begun: -1}
	for _, part := range []string{"Page 0 : a.pgm\nWarning\nPage 1 : b",
		".pgm\nPage 7 : forged by a file name\n" + strings.Repeat("x", 5000) + "\nError"} {
		if _, err := n.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if n.begun != 1 {
		t.Errorf("begun %d, want 1", n.begun)
	}
	if s := n.tail(); !strings.HasSuffix(s, "; Error") || len(s) > 1000 {
		t.Errorf("tail %q", s)
	}
}
