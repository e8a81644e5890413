package sheet

import (
	"errors"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// XLSXWriter writes one sheet of texts. Every cell has the format of text, so that no
// code loses its zeros and nothing is taken for a formula.
type XLSXWriter struct {
	w      io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	style  int
	row    int
	cells  []any
}

// MaxCell is the longest text of a cell of XLSX, in UTF-16 units.
const MaxCell = 32767

// ErrLongText says that a text is longer than a cell of XLSX holds.
var ErrLongText = errors.New("longer than a spreadsheet's cell holds")

// ErrManyRows says that a sheet is full.
var ErrManyRows = errors.New("more rows than a sheet holds")

// NewXLSXWriter begins a file; widths are those of its columns in characters.
func NewXLSXWriter(w io.Writer, name string, widths []int) (*XLSXWriter, error) {
	f := excelize.NewFile()
	x := &XLSXWriter{w: w, file: f}
	var err error
	if err = f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	if x.style, err = f.NewStyle(&excelize.Style{NumFmt: 49}); err != nil {
		return nil, err
	}
	if x.stream, err = f.NewStreamWriter(name); err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := x.stream.SetColWidth(i+1, i+1, float64(width)); err != nil {
			return nil, err
		}
	}
	return x, x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// Write adds a row. It fails for a text that a cell does not hold, and behind row
// 1,048,576.
func (x *XLSXWriter) Write(cells []string) error {
	if x.row++; x.row > maxRows {
		return ErrManyRows
	}
	x.cells = x.cells[:0]
	for _, c := range cells {
		if len(c) > MaxCell && len(utf16.Encode([]rune(c))) > MaxCell {
			return ErrLongText
		}
		if c == "" {
			x.cells = append(x.cells, nil)
			continue
		}
		x.cells = append(x.cells, excelize.Cell{StyleID: x.style, Value: escape(c)})
	}
	at, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return err
	}
	return x.stream.SetRow(at, x.cells)
}

// Close writes the file.
func (x *XLSXWriter) Close() error {
	if err := x.stream.Flush(); err != nil {
		return errors.Join(err, x.file.Close())
	}
	return errors.Join(x.file.Write(x.w), x.file.Close())
}

// escape writes what XML does not hold as "_x0007_", to be seen and mended. [Unescape]
// undoes it.
func escape(s string) string {
	clean := true
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\t' || r == '_' || r == 0xfffe || r == 0xffff {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			b.WriteString("_x" + hex4(r) + "_")
		case r == '_' && isEscape(s[i:]):
			b.WriteString("_x005F_")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hex4(r rune) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

// isEscape tells whether a text begins as an escape does.
func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return false
		}
	}
	return true
}

// Unescape undoes what Write does to characters that XML does not hold.
func Unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return string(unescape([]byte(s)))
}
