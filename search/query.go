package search

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
)

// Query is a parsed query. The zero value finds every page.
type Query struct {
	Words   []string // folded; each in the page's text or its item's own fields, at least one in the text
	Without []string // folded; in neither
	Filter  Filter
}

// Filter narrows a query. The fields that are set must all hold; of the values of
// a field any one suffices.
type Filter struct {
	Fonds    []string     // 全宗号
	Years    []Years      // 年度
	Class    []string     // 门类代码
	Code     []string     // beginning of the 档号
	FondsIDs []archive.ID // as Fonds, for callers that know the row
	Series   []archive.ID
}

// Years is a range of years, both included.
type Years struct{ From, To int }

// Empty tells whether nothing was asked.
func (q Query) Empty() bool {
	f := q.Filter
	return len(q.Words)+len(q.Without)+len(f.Fonds)+len(f.Years)+len(f.Class)+len(f.Code)+len(f.FondsIDs)+len(f.Series) == 0
}

// What a query may be at most; people stay far below.
const (
	maxQueryRunes = 4000
	maxQueryWords = 64
)

// Parse reads a query as people type it (doc/search.md): words parted by blanks
// must all be found, "quotes" hold a phrase with blanks together, a leading -
// (or NOT, or 不含:) excludes, and fonds: year: class: code: (全宗: 年度: 门类:
// 档号:) narrow. The error is Invalid and names the part that was not understood.
func Parse(q string) (Query, error) {
	if utf8.RuneCountInString(q) > maxQueryRunes {
		return Query{}, archive.Errorf(archive.Invalid, "measure query", "", "longer than %d characters", maxQueryRunes)
	}
	var out Query
	p := parser{rest: q}
	for {
		t, ok := p.next()
		if !ok {
			break
		}
		if err := out.add(t); err != nil {
			return Query{}, err
		}
	}
	if len(out.Words)+len(out.Without) > maxQueryWords {
		return Query{}, archive.Errorf(archive.Invalid, "measure query", "", "more than %d words", maxQueryWords)
	}
	return out, nil
}

// add puts one part of the query where it belongs.
func (q *Query) add(t token) error {
	if t.filter != "" {
		if t.exclude {
			return archive.Errorf(archive.Invalid, "read query", t.filter, "a filter cannot be excluded")
		}
		return q.Filter.add(t.filter, t.text)
	}
	word := foldText(t.text)
	if word == "" {
		return nil
	}
	to := &q.Words
	if t.exclude {
		to = &q.Without
	}
	if !slices.Contains(*to, word) {
		*to = append(*to, word)
	}
	return nil
}

func (f *Filter) add(name, text string) error {
	var values []string
	for _, v := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
		if v = foldText(v); v != "" {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return archive.Errorf(archive.Invalid, "read query", name, "the filter has no value")
	}
	switch name {
	case "fonds":
		f.Fonds = append(f.Fonds, values...)
	case "class":
		f.Class = append(f.Class, values...)
	case "code":
		f.Code = append(f.Code, values...)
	case "year":
		for _, v := range values {
			y, ok := parseYears(v)
			if !ok {
				return archive.Errorf(archive.Invalid, "read query", v, "not a year or a range of years")
			}
			f.Years = append(f.Years, y)
		}
	}
	return nil
}

// parseYears reads "1980", "1980-1985", "1980-" and "-1985", folded.
func parseYears(s string) (Years, bool) {
	s = strings.TrimSuffix(s, "年")
	from, to, ranged := strings.Cut(strings.ReplaceAll(s, "~", "-"), "-")
	y := Years{0, maxYear}
	if from == "" && to == "" {
		return y, false
	}
	for _, part := range []struct {
		text string
		to   *int
	}{{from, &y.From}, {to, &y.To}} {
		text := strings.TrimSuffix(part.text, "年")
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxYear {
			return y, false
		}
		*part.to = n
	}
	if !ranged {
		y.To = y.From
	}
	return y, y.From <= y.To
}

// maxYear is the last year that a filter can name.
const maxYear = 9999

// token is one part of a query: a phrase, or a filter with its value.
type token struct {
	text    string
	filter  string // fonds, year, class or code
	exclude bool
}

type parser struct{ rest string }

// filterNames are the names people may write before a colon.
var filterNames = strings.NewReplacer("全宗", "fonds", "年度", "year", "门类", "class", "档号", "code")

func (p *parser) next() (token, bool) {
	var t token
	p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
	for {
		after, ok := cutNot(p.rest)
		if !ok {
			break
		}
		t.exclude, p.rest = true, after
	}
	if p.rest == "" {
		return token{}, false
	}
	if name, after, ok := cutFilter(p.rest); ok {
		t.filter, p.rest = name, strings.TrimLeftFunc(after, unicode.IsSpace)
		if after != p.rest && !startsQuote(p.rest) {
			p.rest = after // "year: 1980" is a filter without a value, not one with the next word
		}
	}
	t.text = p.phrase()
	return t, true
}

// cutNot takes a leading sign of exclusion off: - before anything but a blank,
// NOT as a word, 不含 before a colon.
func cutNot(s string) (string, bool) {
	r, n := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("-－−", r) && n < len(s) {
		if c, _ := utf8.DecodeRuneInString(s[n:]); !unicode.IsSpace(c) {
			return s[n:], true
		}
	}
	if after, ok := strings.CutPrefix(s, "NOT"); ok && after != "" {
		if c, _ := utf8.DecodeRuneInString(after); unicode.IsSpace(c) {
			if after = strings.TrimLeftFunc(after, unicode.IsSpace); after != "" {
				return after, true
			}
		}
	}
	for _, sign := range []string{"不含:", "不含："} {
		if after, ok := strings.CutPrefix(s, sign); ok {
			return after, true
		}
	}
	return s, false
}

// cutFilter takes the name of a filter and its colon off.
func cutFilter(s string) (name, after string, ok bool) {
	at := strings.IndexAny(s, ":：")
	if at < 0 {
		return "", s, false
	}
	_, n := utf8.DecodeRuneInString(s[at:])
	switch name = filterNames.Replace(strings.ToLower(s[:at])); name {
	case "fonds", "year", "class", "code":
		return name, s[at+n:], true
	}
	return "", s, false
}

// quotes that open a phrase, and what closes it.
func closing(r rune) rune {
	switch r {
	case '"', '＂':
		return r
	case '“', '”':
		return '”'
	case '「':
		return '」'
	}
	return 0
}

func startsQuote(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return closing(r) != 0
}

// phrase reads to the next blank, or, where a quotation begins, to its end, which
// is the end of the query when nothing closes it.
func (p *parser) phrase() string {
	r, n := utf8.DecodeRuneInString(p.rest)
	if end := closing(r); end != 0 {
		text, after, _ := strings.Cut(p.rest[n:], string(end))
		p.rest = after
		return text
	}
	at := strings.IndexFunc(p.rest, unicode.IsSpace)
	if at < 0 {
		at = len(p.rest)
	}
	text := p.rest[:at]
	p.rest = p.rest[at:]
	return text
}
