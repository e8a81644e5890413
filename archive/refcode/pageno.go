package refcode

import (
	"cmp"
	"strconv"
	"strings"

	"lantai/archive"
)

// PagePart says which part of a volume a page stands in. Parts order as they are bound.
type PagePart int8

// The parts of a volume (GB/T 9705-2008). Body pages bear the 页号 that the catalogue
// counts; the others lie outside the count.
const (
	PartCover    PagePart = -2 // 封面: F01, 封1
	PartContents PagePart = -1 // 卷内文件目录: M01, 目1
	PartBody     PagePart = 0
	PartNote     PagePart = 1 // 备考表 and back cover: B01, 备1
)

// PageLabel is the number of one page, on the paper or in the name of its image.
type PageLabel struct {
	Part   PagePart
	Number int
	Suffix byte // 'A' to 'Z' for a page put in later (10a), otherwise 0
}

// Compare orders labels as the pages are bound.
func (l PageLabel) Compare(m PageLabel) int {
	return cmp.Or(cmp.Compare(l.Part, m.Part), cmp.Compare(l.Number, m.Number), cmp.Compare(l.Suffix, m.Suffix))
}

// Counted tells whether the page belongs to the count of the volume: body pages from 1.
func (l PageLabel) Counted() bool { return l.Part == PartBody && l.Number > 0 }

// String writes the label as catalogues do: 12, 10a, 封1.
func (l PageLabel) String() string {
	s := map[PagePart]string{PartCover: "封", PartContents: "目", PartNote: "备"}[l.Part] + strconv.Itoa(l.Number)
	if l.Suffix != 0 {
		s += strings.ToLower(string(rune(l.Suffix)))
	}
	return s
}

// PageSpan is a run of pages, both ends included.
type PageSpan struct {
	From, To PageLabel
	Open     bool // one number was given: that page alone, or the first of several
}

// Holds tells whether a page lies in the span.
func (s PageSpan) Holds(l PageLabel) bool { return s.From.Compare(l) <= 0 && l.Compare(s.To) <= 0 }

// String writes the span as catalogues do: 1-5.
func (s PageSpan) String() string {
	if s.From == s.To {
		return s.From.String()
	}
	return s.From.String() + "-" + s.To.String()
}

const (
	maxSpans      = 64
	maxPageDigits = 5
	maxPageNo     = 512 // bytes
)

// ParsePages reads the 页号 of a catalogue: "1-5", "6", "10a", "封1", "1-3、7", with any
// of the dashes in use, in either width, with 第 and 页. No number gives no span. It
// returns an Invalid error for what cannot be read and for spans that run backwards.
func ParsePages(s string) ([]PageSpan, error) {
	const op = "read page numbers"
	bad := func(why string) ([]PageSpan, error) {
		return nil, archive.Errorf(archive.Invalid, op, s, "%s", why)
	}
	if len(s) > maxPageNo {
		return bad("too long")
	}
	var spans []PageSpan
	for part := range strings.SplitSeq(pageText(s), ",") {
		if part == "" {
			continue
		}
		if len(spans) == maxSpans {
			return bad("too many numbers")
		}
		from, to, ranged := strings.Cut(part, "-")
		first, ok := pageLabel(from, PartBody)
		if !ok {
			return bad("not a page number")
		}
		span := PageSpan{From: first, To: first, Open: !ranged}
		if ranged {
			if span.To, ok = pageLabel(to, first.Part); !ok {
				return bad("not a page number")
			}
		}
		if span.To.Compare(span.From) < 0 {
			return bad("the last page stands before the first")
		}
		spans = append(spans, span)
	}
	return spans, nil
}

// pageText brings 页号 to digits, capitals, "-" between ends and "," between runs.
func pageText(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range s {
		switch r = fold(r); r {
		case 0, ' ', '第', '页', '頁':
			continue
		case '~', '〜', '至', '到', '-':
			if !dash {
				b.WriteByte('-')
			}
			dash = true
			continue
		case '、', ';':
			r = ','
		}
		dash = false
		b.WriteRune(r)
	}
	return b.String()
}

// partNames are how parts are written before a number, longer ones first.
var partNames = []struct {
	name string
	part PagePart
}{
	{"卷内目录", PartContents}, {"备考表", PartNote}, {"封面", PartCover}, {"封底", PartNote}, {"目录", PartContents},
	{"备考", PartNote}, {"封", PartCover}, {"目", PartContents}, {"备", PartNote},
	{"F", PartCover}, {"M", PartContents}, {"B", PartNote},
}

// pageLabel reads one label from folded text; part is that of a bare number.
func pageLabel(s string, part PagePart) (PageLabel, bool) {
	l := PageLabel{Part: part}
	s = strings.TrimPrefix(s, "P")
	for _, p := range partNames {
		if rest, ok := strings.CutPrefix(s, p.name); ok {
			l.Part, s = p.part, rest
			break
		}
	}
	if n := len(s); n > 1 && s[n-1] >= 'A' && s[n-1] <= 'Z' {
		l.Suffix, s = s[n-1], s[:n-1]
	}
	if len(s) == 0 || len(s) > maxPageDigits || strings.Trim(s, "0123456789") != "" {
		return PageLabel{}, false
	}
	l.Number, _ = strconv.Atoi(s) // digits, few enough
	return l, true
}

// Serial reads the page's number at the end of a file's name: 0001.jpg, CODE_0001.tif,
// scan12.jpg, 0010a.jpg, F01.jpg, 封面.jpg. 000 stands for the cover. A longer run of digits than five is a date or
// a counter of the scanner, and no page's number.
func Serial(path string) (PageLabel, bool) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		name = name[:dot]
	}
	name = strings.TrimRight(foldName(name), " )]")
	end := len(name)
	var suffix byte
	if end > 1 && name[end-1] >= 'A' && name[end-1] <= 'Z' && isDigit(name[end-2]) {
		suffix, end = name[end-1], end-1
	}
	start := end
	for start > 0 && isDigit(name[start-1]) {
		start--
	}
	l := PageLabel{Suffix: suffix, Part: partBefore(name[:start])}
	switch {
	case end == start:
		return l, l.Part != PartBody && suffix == 0
	case end-start > maxPageDigits:
		return PageLabel{}, false
	}
	l.Number, _ = strconv.Atoi(name[start:end]) // digits, few enough
	if l.Number == 0 && l.Part == PartBody {
		l.Part = PartCover
	}
	return l, true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// foldName is fold for a whole name, without work for what is in form already.
func foldName(name string) string {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c >= 0x80 || c >= 'a' && c <= 'z' || c == 0 {
			return strings.Map(func(r rune) rune {
				if r = fold(r); r == 0 {
					return -1
				}
				return r
			}, name)
		}
	}
	return name
}

// partBefore finds the part whose name stands right before a number, as a word of its
// own where it is a letter.
func partBefore(s string) PagePart {
	for _, p := range partNames {
		rest, ok := strings.CutSuffix(s, p.name)
		if !ok {
			continue
		}
		if len(p.name) > 1 || rest == "" || !isLetter(rest[len(rest)-1]) {
			return p.part
		}
	}
	return PartBody
}

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' || isDigit(b) }
