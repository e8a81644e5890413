package raster

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"lantai/archive"
)

const (
	mostChars  = 200_000 // of a page that are read
	stampChars = 100     // fewer than so many, written on a scan, are a stamp or a page number
	wordRunes  = 8       // of writing without blanks in one word: its characters share its box evenly
)

// EngineLayer is PageText.Engine of the text that a PDF brings.
const EngineLayer = "text layer of the PDF"

// glyph is one character of a page.
type glyph struct {
	r   rune
	bad bool // the font does not say which character it is; r is its number in the font
	box box  // in pixels of the upright frame
}

// box is a rectangle; it is empty where x1 < x0.
type box struct{ x0, y0, x1, y1 float64 }

func noBox() box { return box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)} }

func (b box) with(o box) box {
	return box{math.Min(b.x0, o.x0), math.Min(b.y0, o.y0), math.Max(b.x1, o.x1), math.Max(b.y1, o.y1)}
}

func (b box) empty() bool { return !(b.x1 > b.x0 && b.y1 > b.y0) }

// text gives what is written on the page.
func (p *pdfPage) text() (archive.PageText, bool, error) {
	opened, err := p.e.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: p.page})
	if err != nil {
		return archive.PageText{}, false, p.s.broken("text: %v", err)
	}
	defer func() { released(p.e.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: opened.TextPage})) }()
	count, err := p.e.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: opened.TextPage})
	if err != nil {
		return archive.PageText{}, false, nil // PDFium finds no text in it
	}
	glyphs := make([]glyph, 0, min(max(count.Count, 0), mostChars))
	for i := range min(count.Count, mostChars) {
		g, err := p.glyph(opened.TextPage, i)
		if err != nil {
			return archive.PageText{}, false, err
		}
		glyphs = append(glyphs, g)
	}
	w, h, _, _ := p.frame.Upright()
	text, ok := layer(glyphs, w, h)
	if p.scan && utf8.RuneCountInString(text.Plain) < stampChars {
		return archive.PageText{}, false, nil
	}
	return text, ok, nil
}

func (p *pdfPage) glyph(page references.FPDF_TEXTPAGE, i int) (glyph, error) {
	u, err := p.e.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: page, Index: i})
	if err != nil {
		return glyph{}, p.s.broken("text: %v", err)
	}
	g := glyph{r: rune(u.Unicode), box: noBox()} //nolint:gosec // what is no character is left out where texts are cleaned
	if bad, err := p.e.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: page, Index: i}); err == nil {
		g.bad = bad.HasUnicodeMapError
	}
	if b, err := p.e.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: page, Index: i}); err == nil {
		g.box = p.place(float64(b.Rect.Left), float64(b.Rect.Top), float64(b.Rect.Right), float64(b.Rect.Bottom))
	}
	if g.box.empty() {
		if b, err := p.e.FPDFText_GetCharBox(&requests.FPDFText_GetCharBox{TextPage: page, Index: i}); err == nil {
			g.box = p.place(b.Left, b.Top, b.Right, b.Bottom)
		}
	}
	return g, nil
}

// place leads a box of the page's own coordinates to the upright frame.
func (p *pdfPage) place(left, top, right, bottom float64) box {
	w, h, _, _ := p.frame.Upright()
	m := p.device.then(p.turned).then(matrix{a: float64(w), d: float64(h)})
	a, b := m.apply(left, top), m.apply(right, bottom)
	return box{math.Min(a.x, b.x), math.Min(a.y, b.y), math.Max(a.x, b.x), math.Max(a.y, b.y)}
}

// layer makes lines and words of the characters of a page of w × h pixels. ok is false
// when they are no text that a person could read.
func layer(glyphs []glyph, w, h int) (text archive.PageText, ok bool) {
	glyphs = repaired(glyphs)
	l := typesetter{w: w, h: h, stretched: stretched(glyphs)}
	for _, g := range glyphs {
		l.take(g)
	}
	l.endLine()
	text = archive.PageText{Plain: l.b.String(), Words: l.words, Origin: archive.OriginDelivered, Engine: EngineLayer, Confidence: 100}
	if !l.sound() {
		return archive.PageText{}, false
	}
	return text, true
}

// repaired puts surrogates together that came as two characters.
func repaired(glyphs []glyph) []glyph {
	out := glyphs[:0:0]
	for i := 0; i < len(glyphs); i++ {
		g := glyphs[i]
		if g.r >= 0xD800 && g.r < 0xDC00 && i+1 < len(glyphs) && glyphs[i+1].r >= 0xDC00 && glyphs[i+1].r < 0xE000 {
			i++
			g.r, g.box = (g.r-0xD800)<<10+(glyphs[i].r-0xDC00)+0x10000, g.box.with(glyphs[i].box)
		}
		out = append(out, g)
	}
	return out
}

// stretched tells whether words stand where they should only together with the blank
// behind them. Tesseract lets a word and its blank fill the place of the word, and begins
// the next word behind a gap; elsewhere a blank leads to the next word.
func stretched(glyphs []glyph) bool {
	apart, touching := 0, 0
	for i := 1; i+1 < len(glyphs); i++ {
		g, next := glyphs[i], glyphs[i+1]
		if g.r != ' ' || g.box.empty() || next.box.empty() || unicode.IsSpace(next.r) {
			continue
		}
		if 10*g.box.distance(next.box) > 3*math.Min(g.box.x1-g.box.x0, g.box.y1-g.box.y0) {
			apart++
		} else {
			touching++
		}
	}
	return apart > touching
}

// distance is how far boxes stand apart; it is below zero where they overlap.
func (b box) distance(o box) float64 {
	return math.Max(math.Max(o.x0-b.x1, b.x0-o.x1), math.Max(o.y0-b.y1, b.y0-o.y1))
}

// typesetter writes characters into lines and words.
type typesetter struct {
	w, h  int
	b     strings.Builder
	runes int
	words []archive.Word

	stretched bool // a blank is part of the place of the word before it

	word   []rune // at hand
	box    box
	blank  bool // since the last word
	inLine bool // a word stands in the line
	last   rune // of the last word

	seen, bad, high, low int // characters; those that stand for nothing; of Latin-1's upper half; of ASCII

	unnamed, common int // that the font does not name; of those, such as Chinese is mostly written with
}

func (l *typesetter) take(g glyph) {
	r := g.r
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f':
		l.endLine()
		return
	case r == 2: // PDFium's mark for a hyphen at the end of a line
		r = '-'
	case unicode.IsSpace(r) || r == '\u200B':
		if l.stretched && len(l.word) > 0 && !g.box.empty() {
			l.box = l.box.with(g.box.within(l.w, l.h))
		}
		l.endWord()
		l.blank = true
		return
	}
	cut := g.box.within(l.w, l.h)
	if cut.empty() && !g.box.empty() {
		return // off the page
	}
	g.box = cut
	switch l.seen++; {
	case nothing(r):
		l.bad++
	case g.bad:
		l.unnamed++
		if common(r) {
			l.common++
		}
	}
	if !unicode.IsPrint(r) && !unicode.Is(unicode.Co, r) {
		return
	}
	switch {
	case r > 0xA0 && r <= 0xFF:
		l.high++
	case r < 0x80:
		l.low++
	}
	if l.parts(r, g.box) {
		l.endWord()
	}
	if len(l.word) == 0 {
		l.box = noBox()
	}
	l.word = append(l.word, r)
	if !g.box.empty() {
		l.box = l.box.with(g.box)
	}
}

// parts tells whether a character begins a word though no blank stands before it: in
// writing without blanks after some characters, at a change of script, and at a gap.
func (l *typesetter) parts(r rune, b box) bool {
	n := len(l.word)
	if n == 0 {
		return false
	}
	tail := archive.Unspaced(l.word[n-1])
	if tail != archive.Unspaced(r) || tail && n >= wordRunes {
		return true
	}
	if b.empty() || l.box.empty() {
		return false
	}
	return b.distance(l.box) > math.Max(b.y1-b.y0, l.box.y1-l.box.y0)
}

// within cuts a box to the page.
func (b box) within(w, h int) box {
	if b.empty() {
		return b
	}
	return box{math.Max(b.x0, 0), math.Max(b.y0, 0), math.Min(b.x1, float64(w)), math.Min(b.y1, float64(h))}
}

// nothing tells whether a character says nothing to a reader.
func nothing(r rune) bool {
	return r == 0 || r == unicode.ReplacementChar || r >= 0xFFFE && r <= 0xFFFF || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cs, r) ||
		unicode.IsControl(r) || r > unicode.MaxRune || r < 0
}

func (l *typesetter) endWord() {
	if len(l.word) == 0 {
		return
	}
	if l.inLine && l.blank && !archive.Unspaced(l.last) && !archive.Unspaced(l.word[0]) {
		l.b.WriteByte(' ')
		l.runes++
	}
	if !l.box.empty() {
		x, y := int(math.Floor(l.box.x0)), int(math.Floor(l.box.y0))
		l.words = append(l.words, archive.Word{Start: l.runes, Len: len(l.word), Confidence: 100,
			Box: archive.Box{X: x, Y: y, W: max(int(math.Ceil(l.box.x1))-x, 1), H: max(int(math.Ceil(l.box.y1))-y, 1)}})
	}
	for _, r := range l.word {
		l.b.WriteRune(r)
	}
	l.runes += len(l.word)
	l.last, l.inLine, l.blank = l.word[len(l.word)-1], true, false
	l.word = l.word[:0]
}

func (l *typesetter) endLine() {
	l.endWord()
	if l.inLine {
		l.b.WriteByte('\n')
		l.runes++
	}
	l.inLine, l.blank = false, false
}

// sound tells whether the characters are text: not mostly such as stand for nothing, and
// not Chinese read as if it were Western European (ÖÐ¹ú), where hardly any letter is ASCII.
//
// PDFium follows a range of a ToUnicode map no further than its last byte goes, so it
// calls nearly all Chinese that Tesseract writes unnamed, whose fonts number characters as
// Unicode does. Numbers of other fonts make no text of common characters.
func (l *typesetter) sound() bool {
	bad := l.bad
	if 3*l.common < 2*l.unnamed {
		bad += l.unnamed
	}
	return l.b.Len() > 0 && 3*bad < l.seen && (l.high < 8 || 3*l.high < l.seen)
}

// common tells whether a character is one of those that Chinese is mostly written with:
// the first level of GB 2312-80 (3,755) or of Big5 (5,401), or a mark or digit among them.
func common(r rune) bool {
	if strings.ContainsRune("，。、；：？！“”‘’（）《》〈〉〔〕【】—…·％〇○①②③④⑤⑥⑦⑧⑨⑩", r) || r >= '０' && r <= 'ｚ' {
		return true
	}
	if !unicode.Is(unicode.Han, r) {
		return false
	}
	b := utf8.AppendRune(nil, r)
	if gb, err := simplifiedchinese.GBK.NewEncoder().Bytes(b); err == nil && len(gb) == 2 && gb[0] >= 0xB0 && gb[0] <= 0xD7 && gb[1] >= 0xA1 {
		return true
	}
	big5, err := traditionalchinese.Big5.NewEncoder().Bytes(b)
	return err == nil && len(big5) == 2 && big5[0] >= 0xA4 && big5[0] <= 0xC6
}
