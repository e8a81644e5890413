package importing

import (
	"strconv"
	"strings"
	"sync"

	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
)

// The bounds of what is kept of a table's rows for a person to look through: some of
// what went well, and all of what was rejected up to the same number.
const (
	goodKept     = 50_000
	rejectedKept = 50_000
	textKept     = 120 // characters of a title or a cell
	cellsKept    = 8   // rejected cells of a row
)

// fates are the rows of one run with what became of them. One goroutine adds; when the
// run has ended others read.
type fates struct {
	dry bool // nothing was written

	mu       sync.Mutex
	lines    []exchange.Line
	counts   map[exchange.Fate]int
	good     int
	rejected int
	first    string // 档号 of the first row that went in
	sheet    string // of the first row
	several  bool   // there are rows of other sheets
}

func newFates(dry bool) *fates { return &fates{dry: dry, counts: map[exchange.Fate]int{}} }

// add takes a row.
func (f *fates) add(l exchange.Line) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.counts) == 0 {
		f.sheet = l.Sheet
	}
	f.several = f.several || l.Sheet != f.sheet
	f.counts[l.Fate]++
	if f.first == "" && (l.Fate == exchange.Added || l.Fate == exchange.Updated) {
		f.first = l.Code
	}
	kept, most := &f.good, goodKept
	if l.Fate == exchange.Rejected {
		kept, most = &f.rejected, rejectedKept
	}
	if *kept == most {
		return
	}
	*kept++
	f.lines = append(f.lines, small(l))
}

// small is a row without what makes it big. What is kept shares no memory with the table.
func small(l exchange.Line) exchange.Line {
	l.Code, l.Title = cut(l.Code), cut(l.Title)
	rejects := make([]exchange.Reject, min(len(l.Rejects), cellsKept))
	for i := range rejects {
		rejects[i] = l.Rejects[i]
		rejects[i].Value, rejects[i].Detail = cut(rejects[i].Value), cut(rejects[i].Detail)
	}
	l.Rejects = rejects
	return l
}

func cut(s string) string {
	n := 0
	for i := range s {
		if n++; n > textKept {
			return strings.Clone(s[:i]) + "…"
		}
	}
	return strings.Clone(s)
}

// of lists the places of the rows with a fate; empty: of all.
func (f *fates) of(fate exchange.Fate) []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]int, 0, len(f.lines))
	for i, l := range f.lines {
		if fate == "" || l.Fate == fate {
			list = append(list, i)
		}
	}
	return list
}

// count tells how many rows had a fate, kept or not; empty: all.
func (f *fates) count(fate exchange.Fate) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fate != "" {
		return f.counts[fate]
	}
	sum := 0
	for _, n := range f.counts {
		sum += n
	}
	return sum
}

// number is where a row stands in its table, with its sheet where there are several.
func (f *fates) number(l exchange.Line) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.several {
		return l.Sheet + " " + strconv.Itoa(l.Number)
	}
	return strconv.Itoa(l.Number)
}

// at is a row by its place.
func (f *fates) at(i int) (exchange.Line, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if i < 0 || i >= len(f.lines) {
		return exchange.Line{}, false
	}
	return f.lines[i], true
}

// why puts a rejected cell into a sentence.
func why(r exchange.Reject) string {
	detail := r.Detail
	switch {
	case r.Code.Code != "":
		detail = words.CodeProblem(r.Code)
	case r.Reason == exchange.Differs:
		detail = named(detail)
	case r.Reason == exchange.WrongKind && detail != "":
		detail = words.Kind(archive.HoldingKind(detail))
	}
	return words.T("import.reason."+string(r.Reason), words.Args{"Detail": detail})
}

// named gives the fields in which a record differs their names.
func named(detail string) string {
	list := strings.Split(detail, "；")
	for i, f := range list {
		if kind, ok := strings.CutPrefix(f, "kind: "); ok {
			list[i] = words.T("importing.field.kind") + " " + words.Kind(archive.HoldingKind(kind))
		} else if exchange.Field(f).Known() {
			list[i] = fieldName(exchange.Field(f))
		}
	}
	return strings.Join(list, words.T("importing.and.names"))
}

// columns and reasons of a row on one line each.
func columns(l exchange.Line) string {
	return joined(l, func(r exchange.Reject) string { return r.Column })
}
func reasons(l exchange.Line) string { return joined(l, why) }

func joined(l exchange.Line, text func(exchange.Reject) string) string {
	var list []string
	for _, r := range l.Rejects {
		if s := text(r); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, words.T("importing.and"))
}
