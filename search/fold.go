package search

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded is a text as the index sees it.
type Folded struct {
	Text  string
	Start []int // for each rune of Text, the index of the first rune of the source it stands for
	End   []int // and the index behind the last
}

// Fold brings text into the one form in which index and query are compared: full
// and half width and other compatibility forms (NFKC), lower case, traditional
// and variant characters as simplified ones, brackets, separators, dashes and
// quotes of one kind, 〇 for every round zero. Blanks and line ends stay, as one
// blank, only between two letters or digits that are not Chinese.
func Fold(s string) Folded {
	f := folder{offsets: true}
	f.fold(s)
	return Folded{Text: string(f.out), Start: f.start, End: f.end}
}

// foldText is Fold without offsets.
func foldText(s string) string {
	var f folder
	f.fold(s)
	return string(f.out)
}

// folder folds one text after another, reusing its buffers.
type folder struct {
	offsets    bool
	out        []byte
	start, end []int
	last       rune // the last rune put out
	blank      bool // blanks were skipped since
}

func (f *folder) fold(s string) {
	f.out, f.start, f.end = f.out[:0], f.start[:0], f.end[:0]
	f.last, f.blank = 0, false
	t := foldTable()
	if cap(f.out) < len(s) {
		f.out = make([]byte, 0, len(s)+8)
	}
	r, n := firstRune(s)
	for at := 0; n > 0; {
		next, m := firstRune(s[n:])
		to := t.of(r)
		if to == needsNorm || m > 0 && t.joins(next, s[n:]) {
			n = normPart(s)
			count := utf8.RuneCountInString(s[:n])
			for _, c := range norm.NFKC.String(s[:n]) {
				f.put(t.after(c), at, at+count)
			}
			at += count
			s = s[n:]
			r, n = firstRune(s)
			continue
		}
		if to == r && r != ' ' && r != utf8.RuneError && !f.blank && !f.offsets {
			f.out = append(f.out, s[:n]...) // nearly every rune of nearly every page
			f.last = r
		} else {
			f.put(to, at, at+1)
		}
		at++
		s, r, n = s[n:], next, m
	}
}

// firstRune is utf8.DecodeRuneInString, with the three bytes of nearly all Chinese
// decoded in place.
func firstRune(s string) (r rune, size int) {
	if len(s) > 2 && 0xE1 <= s[0] && s[0] <= 0xEC && s[1]&0xC0 == 0x80 && s[2]&0xC0 == 0x80 {
		return rune(s[0]&0x0F)<<12 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(s)
}

// normPart is the length of the first part of s that normalises by itself. It is
// bounded, since a text may hold nothing but combining marks.
func normPart(s string) int {
	n := norm.NFKC.NextBoundaryInString(s, true)
	_, first := utf8.DecodeRuneInString(s)
	return max(n, first)
}

func (f *folder) put(r rune, from, to int) {
	switch r {
	case dropped:
		return
	case ' ':
		f.blank = true
		return
	}
	if f.blank && keepsBlank(f.last) && keepsBlank(r) {
		f.emit(' ', from-1, from)
	}
	f.blank = false
	f.last = r
	f.emit(r, from, to)
}

func (f *folder) emit(r rune, from, to int) {
	f.out = utf8.AppendRune(f.out, r)
	if f.offsets {
		f.start = append(f.start, from)
		f.end = append(f.end, to)
	}
}

// keepsBlank tells whether blanks beside r part words.
func keepsBlank(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// What the table says of a rune besides what it becomes.
const (
	needsNorm rune = -1 // only normalisation can tell
	dropped   rune = -2 // nothing
)

// table has what each rune becomes: one step for nearly all text.
type table struct {
	bmp  [0x10000]int32
	han  map[rune]rune // beyond the BMP
	open [0x10000 / 64]uint64
}

// of tells what a rune becomes when it stands alone.
func (t *table) of(r rune) rune {
	if r < 0x10000 {
		return t.bmp[r]
	}
	return needsNorm
}

// joins tells whether r, the first rune of s, may join the one before it.
func (t *table) joins(r rune, s string) bool {
	if r < 0x10000 {
		return t.open[r>>6]&(1<<(r&63)) != 0
	}
	return !norm.NFKC.PropertiesString(s).BoundaryBefore()
}

// after folds a rune that is normalised already.
func (t *table) after(r rune) rune {
	r = unicode.ToLower(r)
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		return dropped
	}
	if to, ok := t.han[r]; ok {
		return to
	}
	return r
}

//go:embed han.txt
var hanPairs string

// alike lists characters that people and engines write for one another; the
// first of each group stands for all.
const alike = `(〔【〖[{⟨⦅﹝ )〕】〗]}⟩⦆﹞ 《〈≪⟪ 》〉≫⟫ ·•・‧∙⋅●⸱ -‐‑‒–—―−─﹣ "“”„‟「」『』〝〞 '‘’‚‛′ ~～〜∼ 〇零○◯⭘ ×✕✖ /∕⁄ :∶`

// foldTable is made once, at the first use.
var foldTable = sync.OnceValue(func() *table {
	t := &table{han: make(map[rune]rune, 4500)}
	for line := range strings.Lines(hanPairs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, pair := range strings.Fields(line) {
			from, n := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[n:])
			t.han[from] = to
		}
	}
	for _, group := range strings.Fields(alike) {
		first, n := utf8.DecodeRuneInString(group)
		for _, r := range group[n:] {
			t.han[r] = first
		}
	}
	var buf [utf8.UTFMax]byte
	for r := rune(0); r < 0x10000; r++ {
		one := buf[:utf8.EncodeRune(buf[:], r)]
		p := norm.NFKC.Properties(one)
		if !p.BoundaryBefore() {
			t.open[r>>6] |= 1 << (r & 63)
			t.bmp[r] = needsNorm
			continue
		}
		to := norm.NFKC.Bytes(one)
		if utf8.RuneCount(to) != 1 {
			t.bmp[r] = needsNorm
			continue
		}
		c, _ := utf8.DecodeRune(to)
		t.bmp[r] = t.after(c)
	}
	return t
})
