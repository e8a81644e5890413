package sheet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"lantai/archive"
)

// csvBook is an open CSV: RFC 4180 with any of four separators.
type csvBook struct {
	ctx       context.Context
	f         *os.File
	size      int64
	path      string
	encoding  string
	decode    func(io.Reader) io.Reader
	mark      int
	separator rune
}

func openCSV(ctx context.Context, f *os.File, size int64, path string, o Options) (Book, error) {
	found, mark, err := detect(f, size)
	if err != nil {
		return nil, archive.Refuse(opOpen, path, archive.ReasonUnreadable, "%v", err)
	}
	enc, name, err := named(o.Encoding, found)
	if err != nil {
		return nil, err
	}
	b := &csvBook{ctx: ctx, f: f, size: size, path: path, encoding: name, separator: o.Separator}
	if strings.HasPrefix(name, "utf-16") && found != name {
		mark = 0
	}
	b.mark = mark
	b.decode = func(r io.Reader) io.Reader {
		if name == "utf-8" {
			return r
		}
		return transform.NewReader(r, enc.NewDecoder())
	}
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(b.text(&progressReader{}), head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, archive.Refuse(opOpen, path, archive.ReasonUnreadable, "%v", err)
	}
	head = head[:n]
	if len(bytes.TrimSpace(head)) == 0 && int64(n) < 64<<10 {
		return nil, archive.Refuse(opOpen, path, archive.ReasonEmpty, "no text")
	}
	if notText(head) {
		return nil, archive.Refuse(opOpen, path, archive.ReasonUnsupported, "not a text file")
	}
	if b.separator == 0 {
		b.separator = separatorOf(head)
	}
	return b, nil
}

// notText tells that a file is no text.
func notText(head []byte) bool {
	control := 0
	for _, c := range head {
		if c == 0 {
			return true
		}
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a {
			control++
		}
	}
	return control*20 > len(head)
}

// separatorOf finds the separator: the one that divides the first lines most evenly.
func separatorOf(head []byte) rune {
	best, most := ',', 0
	for _, sep := range []rune{',', '\t', ';', '|'} {
		r := csv.NewReader(bytes.NewReader(head))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = sep, true, -1
		counts := map[int]int{}
		for range 30 {
			rec, err := r.Read()
			if err != nil {
				break
			}
			counts[len(rec)]++
		}
		for fields, lines := range counts {
			if score := (fields - 1) * lines * lines; score > most {
				best, most = sep, score
			}
		}
	}
	return best
}

func (b *csvBook) Format() string   { return "csv" }
func (b *csvBook) Encoding() string { return b.encoding }
func (b *csvBook) Sheets() []Info   { return []Info{{}} }
func (b *csvBook) Close() error     { return b.f.Close() }

// text is the file from its beginning, decoded.
func (b *csvBook) text(p *progressReader) io.Reader {
	p.ctx, p.r = b.ctx, io.NewSectionReader(b.f, int64(b.mark), b.size-int64(b.mark))
	return b.decode(p)
}

// progressReader counts what was read, and stops when it should.
type progressReader struct {
	ctx  context.Context
	r    io.Reader
	read int64
}

func (p *progressReader) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.r.Read(b)
	p.read += int64(n)
	return n, err
}

func (b *csvBook) Rows(int) (Rows, error) {
	r := &csvRows{b: b, progress: &progressReader{}}
	r.limit = &recordLimit{r: b.text(r.progress)}
	r.csv = csv.NewReader(bufio.NewReaderSize(r.limit, 64<<10))
	r.csv.Comma, r.csv.LazyQuotes, r.csv.FieldsPerRecord, r.csv.ReuseRecord = b.separator, true, -1, true
	return r, nil
}

type csvRows struct {
	b        *csvBook
	csv      *csv.Reader
	limit    *recordLimit
	progress *progressReader
	cells    []Cell
	err      error
}

// recordLimit ends a record that has no end: a quotation mark that is never closed
// would otherwise take in the whole file.
type recordLimit struct {
	r    io.Reader
	left int
}

const maxRecord = 4 << 20

var errLongRecord = errors.New("a row of more than four million bytes: a quotation mark may be open")

func (l *recordLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLongRecord
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

func (r *csvRows) Position() (int64, int64) { return r.progress.read, r.b.size - int64(r.b.mark) }
func (r *csvRows) HiddenColumns() []int     { return nil }
func (r *csvRows) Close() error             { return nil }

func (r *csvRows) Next() (Row, error) {
	for r.err == nil {
		r.limit.left = maxRecord
		record, err := r.csv.Read()
		switch {
		case err == io.EOF:
			r.err = io.EOF
		case r.b.ctx.Err() != nil:
			r.err = archive.Wrap(opOpen, r.b.path, r.b.ctx.Err())
		case err != nil:
			r.err = archive.Refuse(opOpen, r.b.path, archive.ReasonDamaged, "%v", err)
		case len(record) > maxColumns:
			r.err = archive.Refuse(opOpen, r.b.path, archive.ReasonDamaged, "a row of %d columns", len(record))
		}
		if r.err != nil {
			break
		}
		r.cells = r.cells[:0]
		last := 0
		for i, field := range record {
			c := Cell{Text: field, Kind: Text}
			if field == "" {
				c.Kind = Empty
			} else {
				last = i + 1
			}
			if i < 1 && field == "\x1a" { // the end mark of old programs
				c = Cell{}
				last = 0
			}
			r.cells = append(r.cells, c)
		}
		if last == 0 {
			continue
		}
		line, _ := r.csv.FieldPos(0)
		return Row{Number: line, Cells: r.cells[:last]}, nil
	}
	return Row{}, r.err
}

// CSVWriter writes UTF-8 with a byte order mark, by which Excel knows it. A text that a
// spreadsheet program would take for a formula gets an apostrophe before it, which
// [Unguard] takes away; control characters are written as in XLSX.
type CSVWriter struct {
	w   *bufio.Writer
	err error
}

// NewCSVWriter begins a file.
func NewCSVWriter(w io.Writer) *CSVWriter {
	c := &CSVWriter{w: bufio.NewWriterSize(w, 256<<10)}
	_, c.err = c.w.WriteString("\uFEFF")
	return c
}

// Write adds a row.
func (c *CSVWriter) Write(cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			c.w.WriteString(",")
		}
		cell = escape(Guard(cell))
		if !strings.ContainsAny(cell, "\",\r\n") && (cell != "" || len(cells) > 1) {
			c.w.WriteString(cell)
			continue
		}
		c.w.WriteString(`"`)
		c.w.WriteString(strings.ReplaceAll(cell, `"`, `""`))
		c.w.WriteString(`"`)
	}
	_, err := c.w.WriteString("\r\n")
	return err
}

// Close writes what is left.
func (c *CSVWriter) Close() error {
	if c.err != nil {
		return c.err
	}
	return c.w.Flush()
}

// formulaBegins are the characters that begin a formula somewhere, among them the
// full-width ones; blanks before them are passed over by some programs.
const (
	formulaBegins  = "=+-@\t\r\n＝＋－＠"
	formulaIndents = " \u00a0\u3000\ufeff"
)

// Guard puts an apostrophe before what would be taken for a formula, or begins with an
// apostrophe before such.
func Guard(text string) string {
	rest := strings.TrimLeft(strings.TrimLeft(text, "'"), formulaIndents)
	if r, _ := utf8.DecodeRuneInString(rest); rest != "" && strings.ContainsRune(formulaBegins, r) {
		return "'" + text
	}
	return text
}

// Unguard undoes Guard.
func Unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && Guard(rest) == text {
		return rest
	}
	return text
}
