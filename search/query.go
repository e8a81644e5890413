package search

import "lantai/archive"

// Query is a parsed query. The zero value finds every page.
type Query struct {
	Words   []string // folded; each in the page's text or its item's own fields, at least one in the text
	Without []string // folded; in neither
	Filter  Filter
}

// Filter narrows a query; fields that are set must all hold, any one value of a
// field suffices.
type Filter struct {
	Fonds    []string     // 全宗号
	Years    []Years      // 年度
	Class    []string     // 门类代码
	Code     []string     // beginning of the 档号
	FondsIDs []archive.ID // for screens
	Series   []archive.ID // for screens
}

// Years is a range of years, both included.
type Years struct{ From, To int }

// Parse reads a query as people type it; see doc/search.md.
func Parse(q string) (Query, error) { return Query{}, nil }
