package exchange

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// The columns that a file of rejected rows has behind those of the table. An import of
// the mended file leaves them out.
const (
	rejectRow    = "退回：行号"
	rejectField  = "退回：栏目"
	rejectReason = "退回：原因"
)

// rejectColumn tells whether a column is one of these.
func rejectColumn(name string) bool {
	return name == rejectRow || name == rejectField || name == rejectReason
}

// tableWriter is a CSV or an XLSX on its way out.
type tableWriter interface {
	Write(cells []string) error
	Close() error
}

// Table is a table on its way into a file, which appears under its name when it is whole.
type Table struct {
	tableWriter
	path, part string
	f          *os.File
	buffer     *bufio.Writer
}

// CreateTable begins a file, CSV or XLSX by its ending, whose sheet has a name; widths are in
// characters. That of a classified archive has the archive's mark above its header, where an
// import passes over it.
func CreateTable(path, name string, widths []int, class archive.Secrecy) (*Table, error) {
	const doing = "write table"
	o := &Table{path: path, part: path + ".part"}
	f, err := os.Create(o.part)
	if err != nil {
		return nil, outError(doing, path, err)
	}
	o.f = f
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		o.tableWriter = sheet.NewCSVWriter(f)
	case ".xlsx":
		o.buffer = bufio.NewWriter(f)
		if o.tableWriter, err = sheet.NewXLSXWriter(o.buffer, name, widths); err != nil {
			o.Drop()
			return nil, archive.Wrap(doing, path, err)
		}
	default:
		o.Drop()
		return nil, archive.Errorf(archive.Invalid, doing, path, "its name must end in .csv or .xlsx")
	}
	if class > archive.NotSecret {
		if err := o.Write([]string{class.Mark()}); err != nil {
			o.Drop()
			return nil, archive.Wrap(doing, path, err)
		}
	}
	return o, nil
}

func outError(doing, path string, err error) error {
	if os.IsPermission(err) || os.IsNotExist(err) {
		return archive.WrapAs(archive.Unavailable, doing, path, err)
	}
	return archive.Wrap(doing, path, err)
}

// Finish closes the file and gives it its name.
func (o *Table) Finish() error {
	err := o.Close()
	if o.buffer != nil {
		err = errors.Join(err, o.buffer.Flush())
	}
	err = errors.Join(err, o.f.Sync(), o.f.Close())
	if err == nil {
		err = os.Rename(o.part, o.path)
	}
	if err != nil {
		os.Remove(o.part)
	}
	return archive.Wrap("write table", o.path, err)
}

// Drop gives the file up.
func (o *Table) Drop() {
	o.f.Close()
	os.Remove(o.part)
}

// rejectFile is made with its first row.
type rejectFile struct {
	path   string
	header []string
	out    *Table
	say    func(Reject) string
	class  archive.Secrecy
}

func newRejectFile(path string, header []string, say func(Reject) string, class archive.Secrecy) *rejectFile {
	r := &rejectFile{path: path, say: say, class: class}
	for _, name := range header {
		if !rejectColumn(name) {
			r.header = append(r.header, name)
		}
	}
	return r
}

// add writes a rejected row: its cells as they were, with what stood above in place of
// 同上, and where and why it was rejected.
func (r *rejectFile) add(d *draft) error {
	width := max(len(r.header), len(d.cells))
	if r.out == nil {
		var err error
		if r.out, err = CreateTable(r.path, "目录", nil, r.class); err != nil {
			return err
		}
		if err := r.out.Write(append(padded(r.header, len(r.header)), rejectRow, rejectField, rejectReason)); err != nil {
			return err
		}
	}
	cells := padded(nil, len(r.header))
	for i := range min(width, len(d.cells), len(r.header)) {
		cells[i] = d.cells[i].Text
	}
	var columns, reasons []string
	for _, b := range d.bad {
		columns = append(columns, b.Column)
		reason := string(b.Reason)
		if r.say != nil {
			reason = r.say(b)
		}
		reasons = append(reasons, reason)
	}
	at := strconv.Itoa(d.number)
	if d.sheet != "" {
		at = d.sheet + "!" + at
	}
	err := r.out.Write(append(cells, at, strings.Join(columns, "；"), strings.Join(reasons, "；")))
	if errors.Is(err, sheet.ErrLongText) || errors.Is(err, sheet.ErrManyRows) {
		return archive.WrapAs(archive.Invalid, "write rejected rows", r.path, err)
	}
	return err
}

func padded(list []string, n int) []string {
	out := make([]string, n, n+3)
	copy(out, list)
	return out
}

// close finishes the file and gives its path; "" when no row was rejected.
func (r *rejectFile) close() (string, error) {
	if r.out == nil {
		return "", nil
	}
	out := r.out
	r.out = nil
	return r.path, out.Finish()
}

func (r *rejectFile) remove() {
	if r.out != nil {
		r.out.Drop()
	}
}

var _ io.Closer = (*Table)(nil)
