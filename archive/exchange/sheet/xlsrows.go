package sheet

import (
	"io"
	"math"
	"strconv"

	"lantai/archive"
)

// xlsRows reads the rows of one sheet. Cells stand row by row; embedded charts, which
// are streams of their own inside, are passed over.
type xlsRows struct {
	b      *xlsBook
	r      *records
	start  int64
	end    int64
	merged *merges
	hidden []int
	shut   map[int]bool // rows that are not shown

	row     int // of cells, from 0
	cells   []Cell
	pending *xlsCell // read already, of the next row
	last    *Cell    // a formula's cell, whose text follows
	err     error
}

type xlsCell struct {
	row, column int
	cell        Cell
}

func (b *xlsBook) Rows(sheet int) (Rows, error) {
	if sheet < 0 || sheet >= len(b.sheets) {
		return nil, archive.Errorf(archive.NotFound, "read sheet", strconv.Itoa(sheet+1), "no such sheet")
	}
	x := &xlsRows{b: b, start: b.offsets[sheet], shut: map[int]bool{}}
	if err := x.survey(); err != nil {
		return nil, b.fault(err)
	}
	x.r = b.records(x.start)
	_, _, err := x.r.next() // its BOF
	return x, b.fault(err)
}

// survey reads the sheet's records once for what stands behind the cells.
func (x *xlsRows) survey() error {
	r := x.b.records(x.start)
	id, data, err := r.next()
	if err != nil || id != recBOF || len(data) < 4 {
		return errXLS
	}
	var spans []span
	for depth := 1; depth > 0; {
		id, data, err := r.next()
		if err != nil {
			return errXLS
		}
		switch {
		case id == recBOF:
			depth++
		case id == recEOF:
			depth--
		case depth > 1:
		case id == recColInfo && len(data) >= 10 && le16(data[8:])&1 != 0:
			for c := int(le16(data)); c <= min(int(le16(data[2:])), 255); c++ {
				x.hidden = append(x.hidden, c)
			}
		case id == recRow && len(data) >= 16 && data[12]&0x20 != 0:
			x.shut[int(le16(data))] = true
		case id == recMergedCells && len(data) >= 2:
			for i := 2; i+8 <= len(data) && len(spans) < mostSpans; i += 8 {
				s := span{int(le16(data[i:])), int(le16(data[i+4:])), int(le16(data[i+2:])), int(le16(data[i+6:]))}
				if s.bottom >= s.top && s.right >= s.left {
					spans = append(spans, s)
				}
			}
		}
	}
	x.end, x.merged = r.at, newMerges(spans)
	return nil
}

func (x *xlsRows) Position() (int64, int64) { return x.r.at - x.start, x.end - x.start }
func (x *xlsRows) HiddenColumns() []int     { return x.hidden }
func (x *xlsRows) Close() error             { return nil }

func (x *xlsRows) Next() (Row, error) {
	if x.err != nil {
		return Row{}, x.err
	}
	for {
		err := x.gather()
		if err != nil && (err != io.EOF || len(x.cells) == 0) {
			x.err = x.b.fault(err)
			return Row{}, x.err
		}
		x.merged.fill(x.row, &x.cells)
		for n := len(x.cells); n > 0 && x.cells[n-1].Kind == Empty; n-- {
			x.cells = x.cells[:n-1]
		}
		if len(x.cells) > 0 {
			return Row{Number: x.row + 1, Cells: x.cells, Hidden: x.shut[x.row]}, nil
		}
	}
}

// gather reads the cells of the next row that has some; io.EOF with the last ones.
func (x *xlsRows) gather() error {
	if err := x.b.ctx.Err(); err != nil {
		return err
	}
	x.cells = x.cells[:0]
	began := false
	if x.pending != nil {
		x.row, began = x.pending.row, true
		x.put(x.pending.column, x.pending.cell)
		x.pending = nil
	}
	skip := 0
	for {
		id, data, err := x.r.next()
		if err != nil {
			return errXLS
		}
		switch {
		case id == recBOF:
			skip++
			continue
		case id == recEOF && skip > 0:
			skip--
			continue
		case id == recEOF:
			x.r.at -= 4 // to be met again
			return io.EOF
		case skip > 0:
			continue
		case id == recString:
			if x.last != nil {
				x.formulaText(data)
			}
			continue
		}
		list, ok := x.read(id, data)
		if !ok {
			return errXLS
		}
		for i, c := range list {
			if began && c.row != x.row {
				if c.row < x.row || i > 0 {
					return errXLS
				}
				x.pending = &list[i]
				x.last = &x.pending.cell
				return nil
			}
			x.row, began = c.row, true
			x.put(c.column, c.cell)
		}
	}
}

func (x *xlsRows) put(column int, c Cell) {
	for len(x.cells) <= column {
		x.cells = append(x.cells, Cell{})
	}
	x.cells[column] = c
	x.last = &x.cells[column]
}

// formulaText is the text that a formula gave, which follows its cell.
func (x *xlsRows) formulaText(data []byte) {
	if text, ok := shortString(data, 2); ok && x.last.Formula && text != "" {
		x.last.Text, x.last.Kind = text, Text
	}
}

// read gives the cells of a record; ok is false for a record that is cut off.
func (x *xlsRows) read(id int, data []byte) (list []xlsCell, ok bool) {
	switch id {
	case recNumber, recRK, recMulRK, recLabel, recRString, recLabelSST, recBoolErr, recFormula:
	default:
		return nil, true
	}
	if len(data) < 8 {
		return nil, false
	}
	row, column, style := int(le16(data)), int(le16(data[2:])), int(le16(data[4:]))
	if column > 255 && id != recMulRK {
		return nil, false
	}
	one := func(c Cell) ([]xlsCell, bool) { return []xlsCell{{row, column, c}}, true }
	switch id {
	case recNumber:
		if len(data) < 14 {
			return nil, false
		}
		return one(x.number(float64frombytes(data[6:]), style))
	case recRK:
		if len(data) < 10 {
			return nil, false
		}
		return one(x.number(rk(le32(data[6:])), style))
	case recMulRK:
		for i := 4; i+6 <= len(data)-2; i += 6 {
			if column > 255 {
				return nil, false
			}
			list = append(list, xlsCell{row, column, x.number(rk(le32(data[i+2:])), int(le16(data[i:])))})
			column++
		}
		return list, true
	case recLabel, recRString:
		text, ok := shortString(data[6:], 2)
		if !ok {
			return nil, false
		}
		return one(textCell(text))
	case recLabelSST:
		if len(data) < 10 {
			return nil, false
		}
		text, held, err := x.b.shared.get(int(le32(data[6:])))
		if err != nil || !held {
			return one(Cell{Text: "#REF!", Kind: Fault})
		}
		return one(textCell(text))
	case recBoolErr:
		return one(boolOrError(data[6], data[7]))
	}
	c, ok := x.formula(data, style)
	if !ok {
		return nil, false
	}
	return one(c)
}

func textCell(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{Text: text, Kind: Text}
}

// formula reads the stored value: [MS-XLS] 2.5.133.
func (x *xlsRows) formula(data []byte, style int) (Cell, bool) {
	if len(data) < 14 {
		return Cell{}, false
	}
	v := data[6:14]
	c := Cell{}
	if v[6] == 0xff && v[7] == 0xff {
		switch v[0] {
		case 1:
			c = boolOrError(v[2], 0)
		case 2:
			c = boolOrError(v[2], 1)
		}
	} else {
		c = x.number(float64frombytes(v), style)
	}
	c.Formula = true
	return c, true
}

func boolOrError(value, isError byte) Cell {
	if isError != 0 {
		name, ok := map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!",
			0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A"}[value]
		if !ok {
			name = "#VALUE!"
		}
		return Cell{Text: name, Kind: Fault}
	}
	if value != 0 {
		return Cell{Text: "TRUE", Kind: Bool}
	}
	return Cell{Text: "FALSE", Kind: Bool}
}

func (x *xlsRows) number(v float64, style int) Cell {
	var f numberFormat
	if style < len(x.b.formats) {
		f = x.b.formats[style]
	}
	return numberCell(v, f, x.b.date1904)
}

func float64frombytes(b []byte) float64 {
	return math.Float64frombits(uint64(le32(b)) | uint64(le32(b[4:]))<<32)
}

// rk reads a short number: [MS-XLS] 2.5.217.
func rk(u uint32) float64 {
	var v float64
	if u&2 != 0 {
		v = float64(int32(u) >> 2) //nolint:gosec // the same bits: a signed number
	} else {
		v = math.Float64frombits(uint64(u&^3) << 32)
	}
	if u&1 != 0 {
		v /= 100
	}
	return v
}
