package sheet

import (
	"errors"
	"io"
	"slices"
	"strconv"

	"lantai/archive"
)

// span is a merged range of cells, from 0.
type span struct{ top, left, bottom, right int }

// mostSpans is how many merged ranges of a sheet are kept.
const mostSpans = 200_000

// xlsxRows reads the rows of one sheet.
type xlsxRows struct {
	b      *xlsxBook
	r      io.ReadCloser
	s      *scanner
	total  int64
	merged *merges
	hidden []int

	row   int // the last one's number
	cells []Cell
	text  []byte
	err   error
}

func (b *xlsxBook) Rows(sheet int) (Rows, error) {
	if sheet < 0 || sheet >= len(b.sheets) {
		return nil, archive.Errorf(archive.NotFound, "read sheet", strconv.Itoa(sheet+1), "no such sheet")
	}
	x := &xlsxRows{b: b}
	if err := x.survey(b.sheetAt[sheet]); err != nil {
		return nil, b.fault(err)
	}
	r, err := b.open(b.sheetAt[sheet])
	if err != nil {
		return nil, b.fault(err)
	}
	if r == nil {
		return nil, archive.Refuse(opOpen, b.path, archive.ReasonDamaged, "the sheet %q is missing", b.sheets[sheet].Name)
	}
	x.r, x.s = r, newScanner(r)
	return x, nil
}

// survey reads the whole part once, quickly: what stands behind the rows is needed for
// the first of them, and a damaged part is found before anything is taken from it.
func (x *xlsxRows) survey(part string) error {
	r, err := x.b.open(part)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	s := newScanner(r)
	var spans []span
	for {
		kind, err := s.next()
		if err == io.EOF {
			x.total, x.merged = s.read, newMerges(spans)
			return nil
		}
		if err != nil {
			return err
		}
		if kind != startTag {
			continue
		}
		switch {
		case s.is("col"):
			if h := string(s.attr("hidden")); h == "1" || h == "true" {
				for c := atoi(s.attr("min")); c > 0 && c <= min(atoi(s.attr("max")), maxColumns); c++ {
					x.hidden = append(x.hidden, c-1)
				}
			}
		case s.is("mergeCell"):
			if m, ok := parseSpan(s.attr("ref")); ok && len(spans) < mostSpans {
				spans = append(spans, m)
			}
		}
	}
}

func (x *xlsxRows) Position() (int64, int64) { return x.s.read, x.total }
func (x *xlsxRows) HiddenColumns() []int     { return x.hidden }
func (x *xlsxRows) Close() error             { return x.r.Close() }

func (x *xlsxRows) Next() (Row, error) {
	if x.err != nil {
		return Row{}, x.err
	}
	row, err := x.next()
	x.err = x.b.fault(err)
	return row, x.err
}

func (x *xlsxRows) next() (Row, error) {
	for {
		kind, err := x.s.next()
		if err != nil {
			return Row{}, err
		}
		if kind != startTag || !x.s.is("row") {
			continue
		}
		number := x.row + 1
		if r := x.s.attr("r"); r != nil {
			number = atoi(r)
		}
		if number <= x.row || number > maxRows {
			return Row{}, errors.New("rows out of order")
		}
		x.row = number
		h := string(x.s.attr("hidden"))
		row := Row{Number: number, Hidden: h == "1" || h == "true"}
		if err := x.readCells(); err != nil {
			return Row{}, err
		}
		x.merged.fill(number-1, &x.cells)
		row.Cells = x.cells
		if len(row.Cells) > 0 {
			return row, nil
		}
	}
}

// readCells reads to the end of a row.
func (x *xlsxRows) readCells() error {
	x.cells = x.cells[:0]
	column := -1
	for {
		kind, err := x.s.next()
		if err != nil {
			return endless(err)
		}
		switch {
		case kind == endTag && x.s.is("row"):
			return nil
		case kind != startTag:
			continue
		case !x.s.is("c"):
			if err := x.s.skip(); err != nil {
				return err
			}
			continue
		}
		column++
		if ref := x.s.attr("r"); ref != nil {
			if _, c, ok := parseRef(ref); ok {
				column = c
			}
		}
		if column >= maxColumns {
			return errors.New("a column beyond the last")
		}
		cell, err := x.readCell()
		if err != nil {
			return err
		}
		if cell.Kind == Empty {
			continue
		}
		for len(x.cells) <= column {
			x.cells = append(x.cells, Cell{})
		}
		x.cells[column] = cell
	}
}

// readCell reads to the end of a cell.
func (x *xlsxRows) readCell() (Cell, error) {
	kind, style := string(x.s.attr("t")), atoi(x.s.attr("s"))
	var c Cell
	formula, inValue := false, false
	x.text = x.text[:0]
	for {
		token, err := x.s.next()
		if err != nil {
			return c, endless(err)
		}
		switch token {
		case startTag:
			inValue = x.s.is("v")
			formula = formula || x.s.is("f")
			if x.s.is("is") {
				if x.text, err = richText(x.s, x.text, "is"); err != nil {
					return c, err
				}
			}
		case textToken:
			if inValue {
				x.text = appendText(x.text, x.s.text, false)
				if len(x.text) > maxCellBytes {
					return c, errLongCell
				}
			}
		case endTag:
			inValue = false
			if x.s.is("c") {
				c, err = x.value(kind, style)
				c.Formula = formula
				return c, err
			}
		}
	}
}

// value makes a cell of what was read: ECMA-376 18.18.11.
func (x *xlsxRows) value(kind string, style int) (Cell, error) {
	if len(x.text) == 0 {
		return Cell{}, nil
	}
	switch kind {
	case "s":
		s, ok, err := x.b.shared.get(atoi(x.text))
		switch {
		case err != nil:
			return Cell{}, err
		case !ok:
			return Cell{Text: "#REF!", Kind: Fault}, nil
		case s == "":
			return Cell{}, nil
		}
		return Cell{Text: s, Kind: Text}, nil
	case "inlineStr":
		return Cell{Text: string(x.text), Kind: Text}, nil
	case "str":
		return Cell{Text: string(unescape(x.text)), Kind: Text}, nil
	case "b":
		if string(x.text) == "1" {
			return Cell{Text: "TRUE", Kind: Bool}, nil
		}
		return Cell{Text: "FALSE", Kind: Bool}, nil
	case "e":
		return Cell{Text: string(x.text), Kind: Fault}, nil
	case "d":
		return Cell{Text: string(x.text), Kind: Date}, nil
	}
	v, ok := parseNumber(string(x.text))
	if !ok {
		return Cell{Text: string(x.text), Kind: Text}, nil
	}
	var f numberFormat
	if style < len(x.b.formats) {
		f = x.b.formats[style]
	}
	return numberCell(v, f, x.b.date1904), nil
}

// parseRef reads "AB12" as row and column from 0.
func parseRef(ref []byte) (row, column int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i]|0x20 >= 'a' && ref[i]|0x20 <= 'z'; i++ {
		column = column*26 + int(ref[i]|0x20-'a') + 1
	}
	row = atoi(ref[i:])
	return row - 1, column - 1, column > 0 && row > 0
}

// parseSpan reads "A1:B2".
func parseSpan(ref []byte) (span, bool) {
	for i, b := range ref {
		if b == ':' {
			top, left, ok := parseRef(ref[:i])
			bottom, right, ok2 := parseRef(ref[i+1:])
			return span{top, left, bottom, right}, ok && ok2 && bottom >= top && right >= left
		}
	}
	return span{}, false
}

// merges gives the cells below the first of a merged range its value. Cells beside it
// stay empty, so that a heading over a whole table is one cell.
type merges struct {
	spans  []span // by top
	next   int
	active []activeSpan
}

type activeSpan struct {
	span
	value Cell
}

func newMerges(spans []span) *merges {
	tall := slices.DeleteFunc(spans, func(s span) bool { return s.bottom == s.top })
	slices.SortFunc(tall, func(a, b span) int { return a.top - b.top })
	return &merges{spans: tall}
}

func (m *merges) fill(row int, cells *[]Cell) {
	if m == nil {
		return
	}
	for m.next < len(m.spans) && m.spans[m.next].top <= row {
		s := m.spans[m.next]
		m.next++
		if s.top == row && s.left < len(*cells) && len(m.active) < 1000 {
			m.active = append(m.active, activeSpan{s, (*cells)[s.left]})
		}
	}
	m.active = slices.DeleteFunc(m.active, func(a activeSpan) bool { return a.bottom < row })
	for _, a := range m.active {
		if a.top == row || a.value.Kind == Empty {
			continue
		}
		for len(*cells) <= a.left {
			*cells = append(*cells, Cell{})
		}
		if c := &(*cells)[a.left]; c.Kind == Empty {
			*c = a.value
			c.Merged = true
		}
	}
}
