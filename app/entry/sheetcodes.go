package entry

import (
	"context"
	"maps"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/refcode"
)

// sheetCodes gives the rows of a sheet their 档号: the number after the highest, of the
// catalogue and of the sheet, in the class that is entered now.
type sheetCodes struct {
	sheet   *sheet
	first   map[string]string           // the next code of a class in the catalogue, by what its codes begin with
	asked   map[string]bool             // the catalogue is being asked
	numbers map[string]refcode.Numbered // of codes that were met
	given   map[int]string              // what the program wrote, by the own number of the row
	counts  map[string]int              // how often a code stands in the sheet
	loads   task.Latest
}

func newSheetCodes(t *sheet) *sheetCodes {
	return &sheetCodes{sheet: t, first: map[string]string{}, asked: map[string]bool{}, numbers: map[string]refcode.Numbered{}, given: map[int]string{}}
}

// forget has the catalogue asked again.
func (c *sheetCodes) forget() {
	c.loads.Cancel()
	clear(c.first)
	clear(c.asked)
}

// assign gives codes to the rows that have something and no code.
func (c *sheetCodes) assign() {
	t := c.sheet
	defer c.recount()
	if t.plain {
		return
	}
	rows := t.written()
	c.follow(rows)
	code := ""
	for _, r := range rows {
		if r.Cells[0] != "" {
			continue
		}
		if code == "" {
			code = c.next()
		} else {
			code = c.after(code)
		}
		if code == "" {
			return
		}
		c.given[r.ID] = code
		t.grid.Fill(r.ID, 0, code)
	}
}

// after is the code after one that was just given.
func (c *sheetCodes) after(code string) string {
	n, ok := c.numbered(code)
	if !ok {
		return ""
	}
	n.Number++
	next, err := c.sheet.scheme.Nth(n.Class, n.Number, n.Width)
	if err != nil {
		return ""
	}
	c.numbers[next] = n // it need not be taken apart again
	return next
}

// follow has the class of the next code be that of the last row, where a person wrote
// its code.
func (c *sheetCodes) follow(rows []*parts.GridRow) {
	t := c.sheet
	if len(rows) == 0 || t.grid.Editing() {
		return
	}
	last := rows[len(rows)-1]
	code := refcode.Normalise(last.Cells[0])
	if code == "" || c.given[last.ID] == last.Cells[0] {
		return
	}
	c.given[last.ID] = last.Cells[0]
	if v, err := t.scheme.Parse(code); err == nil {
		for name, want := range t.fixed {
			if v[name] != want {
				return
			}
		}
		t.hooks.Follow(code)
	}
}

// next is the code that the next row would have; "" while that is not known.
func (c *sheetCodes) next() string {
	t := c.sheet
	if t.plain {
		return ""
	}
	class := t.hooks.Class()
	if class == nil {
		return ""
	}
	prefix, err := t.scheme.Prefix(class)
	if err != nil {
		return ""
	}
	first, known := c.first[prefix]
	if !known {
		c.ask(prefix, class)
		return ""
	}
	if first == "" {
		return ""
	}
	highest := ""
	at := 0
	for _, r := range append(t.grid.Rows(), t.flying...) {
		if n, ok := c.numbered(r.Cells[0]); ok && n.Prefix == prefix && n.Number > at {
			at, highest = n.Number, refcode.Normalise(r.Cells[0])
		}
	}
	if n, ok := c.numbered(first); highest == "" || ok && n.Number > at {
		return first
	}
	code, err := t.scheme.Next(class, highest)
	if err != nil {
		return ""
	}
	return code
}

// numbered takes a code apart; what was met before is kept.
func (c *sheetCodes) numbered(code string) (refcode.Numbered, bool) {
	const kept = 50_000
	n, met := c.numbers[code]
	if !met {
		if len(c.numbers) > kept {
			clear(c.numbers)
		}
		n, _ = c.sheet.scheme.Numbered(refcode.Normalise(code))
		c.numbers[code] = n
	}
	return n, n.Prefix != ""
}

// ask reads the next code of a class.
func (c *sheetCodes) ask(prefix string, class refcode.Values) {
	t := c.sheet
	if c.asked[prefix] {
		return
	}
	clear(c.asked) // an earlier question is dropped
	c.asked[prefix] = true
	scheme := t.scheme
	class = maps.Clone(class)
	task.Load(t.deps.Runner, &c.loads, func(ctx context.Context) (string, error) {
		return t.deps.Archive.NextCode(ctx, scheme, class)
	}, func(code string, err error) {
		delete(c.asked, prefix)
		if archive.KindOf(err) == archive.Stopped {
			return
		}
		c.first[prefix] = code
		c.assign()
		t.check()
		t.grid.Redraw()
	})
}

// recount has the codes of the sheet counted anew.
func (c *sheetCodes) recount() {
	c.counts = map[string]int{}
	for _, r := range append(c.sheet.grid.Rows(), c.sheet.flying...) {
		if code := refcode.Normalise(r.Cells[0]); code != "" {
			c.counts[code]++
		}
	}
}

// count is how often a code stands in the sheet.
func (c *sheetCodes) count(code string) int { return c.counts[refcode.Normalise(code)] }

// followed tells whether the number before a code stands in the sheet.
func (c *sheetCodes) followed(code string) bool {
	n, ok := c.numbered(code)
	if !ok || n.Number < 2 {
		return false
	}
	before, err := c.sheet.scheme.Nth(n.Class, n.Number-1, n.Width)
	return err == nil && c.counts[before] > 0
}
