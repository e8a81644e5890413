package exchange

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// File is an open table.
type File struct {
	book sheet.Book
	path string
}

// Open opens a table; see [sheet.Open] for what is refused.
func Open(ctx context.Context, path string, o sheet.Options) (*File, error) {
	b, err := sheet.Open(ctx, path, o)
	if err != nil {
		return nil, err
	}
	return &File{b, path}, nil
}

// Close closes the file.
func (f *File) Close() error { return f.book.Close() }

// Preview is what a person sees before an import.
type Preview struct {
	Format   string // "xlsx", "xls", "csv", "dbf"
	Encoding string
	Sheets   []sheet.Info
	Rows     []PreviewRow // the first of the sheet, header included
	Hidden   []int        // columns that the sheet does not show
	Mapping  Mapping      // as proposed
	Unknown  []string     // names of columns that no field goes by
}

// PreviewRow is a row as it stands.
type PreviewRow struct {
	Number int
	Cells  []string
}

// headRows is how far down a header is looked for.
const headRows = 40

// Preview reads the first rows of a sheet, empty for the first that has some, and
// proposes a mapping. It returns Invalid for a name that no sheet has, and Refused with
// reason empty for a table without rows.
func (f *File) Preview(name string, rows int) (Preview, error) {
	const doing = "preview table"
	p := Preview{Format: f.book.Format(), Encoding: f.book.Encoding(), Sheets: f.book.Sheets()}
	for i, s := range p.Sheets {
		if name != "" && s.Name != name || name == "" && s.Hidden && len(p.Sheets) > 1 {
			continue
		}
		head, hidden, err := f.head(i, max(rows, headRows))
		if err != nil {
			return Preview{}, err
		}
		if len(head) == 0 && name == "" {
			continue
		}
		for _, r := range head[:min(rows, len(head))] {
			p.Rows = append(p.Rows, PreviewRow{r.Number, texts(r.Cells)})
		}
		p.Hidden = hidden
		p.Mapping = proposal(head)
		if len(p.Sheets) > 1 && name != "" {
			p.Mapping.Sheet = name
		}
		p.Unknown = p.Mapping.Left()
		return p, nil
	}
	if name != "" {
		return Preview{}, archive.Errorf(archive.Invalid, doing, name, "no such sheet")
	}
	return Preview{}, archive.Refuse(doing, f.path, archive.ReasonEmpty, "no rows")
}

// head reads the first rows of a sheet.
func (f *File) head(sheetNo, n int) ([]sheet.Row, []int, error) {
	r, err := f.book.Rows(sheetNo)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	var list []sheet.Row
	for len(list) < n {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		row.Cells = slices.Clone(row.Cells)
		list = append(list, row)
	}
	return list, r.HiddenColumns(), nil
}

func texts(cells []sheet.Cell) []string {
	list := make([]string, len(cells))
	for i, c := range cells {
		list[i] = c.Text
	}
	return list
}

// proposal finds the header and maps its columns: the row with most known names, two at
// least, or one that is 档号 or 题名.
func proposal(head []sheet.Row) Mapping {
	m := Mapping{Version: 1}
	known := synonyms()
	best, most := -1, 0
	for i, r := range head[:min(len(head), headRows)] {
		n, enough := 0, false
		for _, c := range r.Cells {
			if f, ok := known[headerKey(c.Text)]; ok && !c.Merged && utf8.RuneCountInString(c.Text) <= 20 {
				n++
				enough = enough || f == FieldCode || f == FieldTitle
			}
		}
		if n > most && (n > 1 || enough) {
			best, most = i, n
		}
	}
	if best < 0 {
		return m
	}
	names := headerNames(head[best].Cells)
	m.Header, m.HeaderEnd = head[best].Number, head[best].Number
	if exactHeader(names) {
		m.Exact, m.Columns = true, exactColumns(names)
		return m
	}
	if best+1 < len(head) {
		if two, ok := secondHeader(names, head[best+1].Cells, known); ok {
			names, m.HeaderEnd = two, head[best+1].Number
		}
	}
	m.Columns = propose(names)
	return m
}

func headerNames(cells []sheet.Cell) []string {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = strings.TrimSpace(strings.Join(strings.Fields(c.Text), " "))
	}
	return names
}

// secondHeader joins a header of two rows. The second is one when each of its cells is
// the lower part of a merged one, or empty, or a known name together with what stands
// above it; one at least must be such a name.
func secondHeader(first []string, below []sheet.Cell, known map[string]Field) ([]string, bool) {
	names := slices.Clone(first)
	for len(names) < len(below) {
		names = append(names, "")
	}
	group, found := "", false
	for i, c := range below {
		if i < len(first) && first[i] != "" {
			group = first[i]
		}
		text := strings.TrimSpace(c.Text)
		if text == "" || c.Merged {
			continue
		}
		if _, ok := known[headerKey(group+text)]; ok && group != "" {
			names[i] = group + text
		} else if _, ok := known[headerKey(text)]; ok {
			names[i] = text
		} else {
			return nil, false
		}
		found = true
	}
	return names, found
}

// Fit finds the columns of a mapping in the table by their names, since a saved mapping
// may meet a table whose columns stand in another order. The header is looked for where
// the mapping has it, then where it is found, as in a file of rejected rows. It returns
// Invalid for a column that is not there.
func (f *File) Fit(m Mapping) (Mapping, error) {
	if m.Header == 0 {
		return m, nil
	}
	head, err := f.firstRows(m.Sheet, max(headRows, m.HeaderEnd))
	if err != nil {
		return Mapping{}, err
	}
	fitted, missing := m.at(namesAt(head, m.Header, m.HeaderEnd))
	if missing == "" {
		return fitted, nil
	}
	if found := proposal(head); found.Header > 0 {
		if again, still := m.at(namesAt(head, found.Header, found.HeaderEnd)); still == "" {
			again.Header, again.HeaderEnd = found.Header, found.HeaderEnd
			return again, nil
		}
	}
	return Mapping{}, archive.Errorf(archive.Invalid, opMapping, missing, "the table has no such column")
}

// firstRows reads the first rows of the sheet that a mapping means.
func (f *File) firstRows(name string, n int) ([]sheet.Row, error) {
	for i, s := range f.book.Sheets() {
		if name != "" && s.Name != name || name == "" && s.Hidden && len(f.book.Sheets()) > 1 {
			continue
		}
		head, _, err := f.head(i, min(n, 10*headRows))
		if err != nil || len(head) > 0 {
			return head, err
		}
	}
	return nil, nil
}

// namesAt gives the names of the columns in a header of one row or two.
func namesAt(head []sheet.Row, first, last int) []string {
	var names []string
	for _, r := range head {
		switch {
		case r.Number == first:
			names = headerNames(r.Cells)
		case r.Number == last && last > first:
			if two, ok := secondHeader(names, r.Cells, synonyms()); ok {
				names = two
			}
		}
	}
	return names
}

// at gives the mapping with its columns where the names are; missing is one that is not.
func (m Mapping) at(names []string) (fitted Mapping, missing string) {
	fitted = m
	fitted.Columns = slices.Clone(m.Columns)
	for i, c := range fitted.Columns {
		key := headerKey(c.Name)
		same := func(name string) bool { return headerKey(name) == key }
		switch {
		case c.Name == "", c.Index < len(names) && same(names[c.Index]):
		case c.Field == "" && c.Extra == "" && len(c.Split) == 0: // not read anyhow
			fitted.Columns[i].Index = -1
		default:
			if fitted.Columns[i].Index = slices.IndexFunc(names, same); fitted.Columns[i].Index < 0 {
				return Mapping{}, c.Name
			}
		}
	}
	fitted.Columns = slices.DeleteFunc(fitted.Columns, func(c Column) bool { return c.Index < 0 })
	return fitted, ""
}
