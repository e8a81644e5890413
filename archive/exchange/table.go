package exchange

import (
	"context"
	"errors"
	"io"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// table is what an import reads: one sheet, or several that go on from each other.
type table struct {
	f      *File
	m      Mapping
	header []string // names of the columns by position
	sheets []int    // still to be read
	rows   sheet.Rows
	name   string
	skip   int // rows up to this one are header
	read   int
	full   bool // the sheet before was read to a full end
	first  bool

	used, left []string // names of sheets
}

// fullSheet is how many rows a sheet of XLS has.
const fullSheet = 65_536

// open finds the sheets of a mapping.
func (f *File) table(m Mapping) (*table, error) {
	t := &table{f: f, m: m, first: true}
	for i, s := range f.book.Sheets() {
		switch {
		case m.Sheet != "" && s.Name == m.Sheet:
			t.sheets = []int{i}
		case m.Sheet == "" && (!s.Hidden || len(f.book.Sheets()) == 1):
			t.sheets = append(t.sheets, i)
		case m.Sheet == "" || s.Name != m.Sheet:
			t.left = append(t.left, s.Name)
		}
	}
	if len(t.sheets) == 0 {
		return nil, archive.Errorf(archive.Invalid, opImport, m.Sheet, "no such sheet")
	}
	for _, c := range m.Columns {
		for len(t.header) <= c.Index {
			t.header = append(t.header, "")
		}
		t.header[c.Index] = c.Name
	}
	return t, nil
}

// next gives the next row of cells; io.EOF at the end.
func (t *table) next(ctx context.Context) (string, sheet.Row, error) {
	for {
		if err := ctx.Err(); err != nil {
			return "", sheet.Row{}, err
		}
		if t.rows == nil {
			if err := t.open(); err != nil {
				return "", sheet.Row{}, err
			}
		}
		row, err := t.rows.Next()
		if errors.Is(err, io.EOF) {
			t.full = t.read >= fullSheet
			t.rows.Close()
			t.rows = nil
			continue
		}
		if err != nil {
			return "", sheet.Row{}, err
		}
		t.read = row.Number
		if row.Number > t.skip {
			return t.name, row, nil
		}
	}
}

// open begins the next sheet that has rows of the table: the first one that is not
// empty, then those with the same header, and those without one behind a full sheet.
func (t *table) open() error {
	for len(t.sheets) > 0 {
		i := t.sheets[0]
		t.sheets = t.sheets[1:]
		name := t.f.book.Sheets()[i].Name
		if !t.first || t.m.Sheet == "" && len(t.f.book.Sheets()) > 1 {
			head, _, err := t.f.head(i, headRows)
			if err != nil {
				return err
			}
			if len(head) == 0 {
				continue
			}
			if !t.first && !t.goesOn(head) {
				t.left = append(t.left, name)
				continue
			}
		}
		rows, err := t.f.book.Rows(i)
		if err != nil {
			return err
		}
		if t.first {
			t.skip = max(t.m.Header, t.m.HeaderEnd)
		}
		t.rows, t.name, t.first, t.read = rows, name, false, 0
		t.used = append(t.used, name)
		return nil
	}
	return io.EOF
}

// goesOn tells whether a sheet goes on from the one before, and from which row.
func (t *table) goesOn(head []sheet.Row) bool {
	other := proposal(head)
	if other.Header == 0 {
		t.skip = 0
		return t.full
	}
	names := map[int]string{}
	for _, c := range other.Columns {
		names[c.Index] = headerKey(c.Name)
	}
	for i, name := range t.header {
		if headerKey(name) != names[i] {
			return false
		}
		delete(names, i)
	}
	t.skip = max(other.Header, other.HeaderEnd)
	return len(names) == 0
}

// position tells how much of the file was read.
func (t *table) position() (done, total int64) {
	if t.rows == nil {
		return 0, 0
	}
	return t.rows.Position()
}

func (t *table) close() {
	if t.rows != nil {
		t.rows.Close()
	}
}
