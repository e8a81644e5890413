// Package sheet reads tables as offices have them: XLSX (ECMA-376), XLS (BIFF8,
// [MS-XLS]), CSV in the encodings in use in China, and DBF (dBase III to Visual FoxPro).
// It writes CSV and XLSX.
//
// What a file is, is told by its content. Rows come one by one, so that a sheet of a
// million rows needs no more memory than a small one; shared strings beyond some
// megabytes lie in a temporary file. All that a file says about itself is checked.
package sheet

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lantai/archive"
)

// Kind is what a cell holds.
type Kind uint8

// The kinds of cell.
const (
	Empty  Kind = iota
	Text        // as it is
	Number      // Text has plain digits: "12", "0.5"; padded where the cell's format is zeros: "0012"
	Date        // Text has "1958-03-05", with a time of day behind it "1958-03-05 08:30:00"
	Bool        // Text is "TRUE" or "FALSE"
	Fault       // a formula's error, or what cannot be read; Text says which
)

// Cell is one cell. A formula's cell has its stored value.
type Cell struct {
	Text    string
	Kind    Kind
	Raw     string // of a date: the number as stored
	Formula bool
	Lossy   bool // a number of more than 15 digits, whose last digits the file has lost
	Merged  bool // the value of the merged cell above
	Padded  bool // a whole number whose format is zeros, so that Text is what the sheet shows
}

// Row is one row. Cells belongs to the reader until the next row.
type Row struct {
	Number int // from 1; of CSV the line
	Cells  []Cell
	Hidden bool
}

// Info describes a sheet.
type Info struct {
	Name   string
	Hidden bool
}

// Book is an open file with one or more sheets.
type Book interface {
	Format() string // "xlsx", "xls", "csv", "dbf"
	// Encoding is how text was read, where that was to be found out; otherwise empty.
	Encoding() string
	Sheets() []Info
	Rows(sheet int) (Rows, error)
	io.Closer
}

// Rows reads the rows of a sheet, those without any cell left out. After Next has given
// io.EOF or an error it gives it again.
type Rows interface {
	Next() (Row, error)
	// Position tells how much was read, of how much, in units of the format; total is 0
	// when it is not known.
	Position() (done, total int64)
	// HiddenColumns lists the columns that are not shown, from 0.
	HiddenColumns() []int
	io.Closer
}

// Options say how to read what a file does not tell by itself.
type Options struct {
	Encoding  string // of CSV and DBF: "utf-8", "utf-16le", "utf-16be", "gb18030", "big5"; empty: found out
	Separator rune   // of CSV; 0: found out
}

// Limits against files that are made to exhaust a computer.
const (
	maxRows      = 1 << 20 // of a sheet of XLSX
	maxColumns   = 1 << 14
	maxCellBytes = 1 << 20
	maxPart      = 8 << 30 // bytes of a part of an XLSX, unpacked
	maxStrings   = 2 << 30 // bytes of all shared strings
)

const opOpen = "open table"

// Open opens a table. It returns Refused with a reason for what is not one (unsupported,
// empty, damaged, too-large, encrypted), and NotFound.
func Open(ctx context.Context, path string, o Options) (Book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		f.Close()
		if err == nil {
			err = archive.Refuse(opOpen, path, archive.ReasonUnsupported, "a folder")
		}
		return nil, archive.Wrap(opOpen, path, err)
	}
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		f.Close()
		return nil, archive.Refuse(opOpen, path, archive.ReasonUnreadable, "%v", err)
	}
	book, err := openAs(ctx, f, info.Size(), head[:n], path, o)
	if err != nil {
		f.Close()
		return nil, err
	}
	return book, nil
}

func fileError(path string, err error) error {
	switch {
	case os.IsNotExist(err):
		return archive.WrapAs(archive.NotFound, opOpen, path, err)
	case os.IsPermission(err):
		return archive.Refuse(opOpen, path, archive.ReasonUnreadable, "%v", err)
	}
	return archive.Wrap(opOpen, path, err)
}

func openAs(ctx context.Context, f *os.File, size int64, head []byte, path string, o Options) (Book, error) {
	switch {
	case len(head) == 0:
		return nil, archive.Refuse(opOpen, path, archive.ReasonEmpty, "no bytes")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return openXLSX(ctx, f, size, path)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return openXLS(ctx, f, path)
	case strings.EqualFold(filepath.Ext(path), ".dbf"):
		return openDBF(f, size, path, o)
	}
	if what := foreign(head); what != "" {
		return nil, archive.Refuse(opOpen, path, archive.ReasonUnsupported, "%s", what)
	}
	return openCSV(ctx, f, size, path, o)
}

// foreign names a kind of file that is no table.
func foreign(head []byte) string {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for magic, name := range map[string]string{
		"SQLite format 3\x00": "a SQLite database", "%PDF": "a PDF", "\xff\xd8\xff": "a JPEG image", "\x89PNG": "a PNG image",
		"II*\x00": "a TIFF image", "MM\x00*": "a TIFF image", "GIF8": "a GIF image", "BM": "", "\x1f\x8b": "a compressed file",
		"Rar!": "a compressed file", "7z\xbc\xaf": "a compressed file", "{\\rtf": "a text document",
		"<?xml": "an XML file", "<!DOCTYPE": "a web page or XML file", "<html": "a web page", "<ead": "an XML file",
	} {
		if name != "" && bytes.HasPrefix(text, []byte(magic)) {
			return name
		}
	}
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') && bytes.ContainsAny(text[1:], "{\"") && bytes.Contains(text, []byte("\":")) {
		return "a JSON file"
	}
	return ""
}
