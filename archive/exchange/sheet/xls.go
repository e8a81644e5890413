package sheet

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"

	"lantai/archive"
)

// The records of BIFF8 that are read: [MS-XLS] 2.3.
const (
	recFormula     = 0x0006
	recEOF         = 0x000a
	recDateMode    = 0x0022
	recFilePass    = 0x002f
	recContinue    = 0x003c
	recColInfo     = 0x007d
	recBoundSheet  = 0x0085
	recMulRK       = 0x00bd
	recRString     = 0x00d6
	recXF          = 0x00e0
	recMergedCells = 0x00e5
	recSST         = 0x00fc
	recLabelSST    = 0x00fd
	recNumber      = 0x0203
	recLabel       = 0x0204
	recBoolErr     = 0x0205
	recString      = 0x0207
	recRow         = 0x0208
	recRK          = 0x027e
	recFormat      = 0x041e
	recBOF         = 0x0809
)

// xlsBook is an open XLS. Its stream is copied out of the compound file, in which it
// may lie in pieces.
type xlsBook struct {
	workbook
	stream  *os.File
	size    int64
	offsets []int64 // of the sheets in the stream
}

// maxXLS is the largest stream that is read; Excel wrote up to 2 GB.
const maxXLS = 2 << 30

func openXLS(ctx context.Context, f *os.File, path string) (Book, error) {
	b := &xlsBook{workbook: workbook{ctx: ctx, f: f, path: path}}
	if err := b.opened(b.read()); err != nil {
		b.dropStream()
		b.shared.close()
		return nil, err
	}
	return b, nil
}

// read finds the stream of the workbook and reads what stands before its sheets.
func (b *xlsBook) read() error {
	doc, err := mscfb.New(b.f)
	if err != nil {
		return err
	}
	for entry, err := doc.Next(); err == nil && b.stream == nil; entry, err = doc.Next() {
		switch entry.Name {
		case "EncryptedPackage", "EncryptionInfo":
			return archive.Refuse(opOpen, b.path, archive.ReasonEncrypted, "encrypted")
		case "WordDocument", "PowerPoint Document":
			return archive.Refuse(opOpen, b.path, archive.ReasonUnsupported, "a document, not a workbook")
		case "Book":
			return archive.Refuse(opOpen, b.path, archive.ReasonUnsupported, "a workbook of Excel 5 or 95; save it anew with a later program")
		case "Workbook":
			if err := b.copyStream(entry); err != nil {
				return err
			}
		}
	}
	if b.stream == nil {
		return archive.Refuse(opOpen, b.path, archive.ReasonUnsupported, "a compound file without a workbook")
	}
	return b.readGlobals()
}

func (b *xlsBook) copyStream(entry *mscfb.File) error {
	if entry.Size > maxXLS {
		return archive.Refuse(opOpen, b.path, archive.ReasonTooLarge, "%d bytes", entry.Size)
	}
	var err error
	if b.stream, err = os.CreateTemp("", "lantai-xls-"); err != nil {
		return err
	}
	b.size, err = io.Copy(b.stream, &progressReader{ctx: b.ctx, r: io.LimitReader(entry, maxXLS)})
	return err
}

func (b *xlsBook) dropStream() {
	if b.stream != nil {
		b.stream.Close()
		os.Remove(b.stream.Name())
	}
}

var errXLS = errors.New("damaged workbook")

func (b *xlsBook) Format() string { return "xls" }

func (b *xlsBook) Close() error {
	b.dropStream()
	return b.workbook.Close()
}

// records reads the records of the stream from an offset on.
type records struct {
	stream io.ReaderAt
	buf    []byte
	from   int64 // of buf
	at     int64 // of the next record
	size   int64
}

const recordBuffer = 256 << 10

func (b *xlsBook) records(at int64) *records {
	return &records{stream: b.stream, at: at, size: b.size}
}

// view gives n bytes at an offset.
func (r *records) view(at int64, n int) ([]byte, error) {
	if at < 0 || at+int64(n) > r.size {
		return nil, errXLS
	}
	if at < r.from || at+int64(n) > r.from+int64(len(r.buf)) {
		if cap(r.buf) == 0 {
			r.buf = make([]byte, recordBuffer)
		}
		r.buf = r.buf[:min(recordBuffer, r.size-at)]
		k, err := r.stream.ReadAt(r.buf, at)
		if err != nil && err != io.EOF {
			return nil, err
		}
		r.buf, r.from = r.buf[:k], at
		if k < n {
			return nil, errXLS
		}
	}
	return r.buf[at-r.from : at-r.from+int64(n)], nil
}

// next gives a record; its data belong to the reader until the next one.
func (r *records) next() (id int, data []byte, err error) {
	if r.at == r.size {
		return 0, nil, io.EOF
	}
	head, err := r.view(r.at, 4)
	if err != nil {
		return 0, nil, err
	}
	id, n := int(le16(head)), int(le16(head[2:]))
	data, err = r.view(r.at+4, n)
	r.at += 4 + int64(n)
	return id, data, err
}

// peek gives the kind of the next record; 0 at the end.
func (r *records) peek() int {
	head, err := r.view(r.at, 4)
	if err != nil {
		return 0
	}
	return int(le16(head))
}

func le16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// readGlobals reads what stands before the sheets.
func (b *xlsBook) readGlobals() error {
	r := b.records(0)
	id, data, err := r.next()
	if err != nil || id != recBOF || len(data) < 4 || le16(data) != 0x0600 {
		return fmt.Errorf("no BIFF8: %w", errXLS)
	}
	codes := map[int]string{}
	var cellFormats []int
	for {
		id, data, err := r.next()
		if err != nil {
			return errXLS
		}
		switch id {
		case recEOF:
			for _, f := range cellFormats {
				b.formats = append(b.formats, formatOf(f, codes[f]))
			}
			return b.shared.flush()
		case recFilePass:
			return archive.Refuse(opOpen, b.path, archive.ReasonEncrypted, "encrypted")
		case recDateMode:
			b.date1904 = len(data) >= 2 && le16(data) == 1
		case recFormat:
			if len(data) > 5 {
				text, _ := shortString(data[2:], 2)
				codes[int(le16(data))] = text
			}
		case recXF:
			if len(data) >= 4 && len(cellFormats) < 1<<16 {
				cellFormats = append(cellFormats, int(le16(data[2:])))
			}
		case recBoundSheet:
			if len(data) > 8 && data[5] == 0 { // a sheet of cells
				name, _ := shortString(data[6:], 1)
				b.sheets = append(b.sheets, Info{Name: name, Hidden: data[4]&3 != 0})
				b.offsets = append(b.offsets, int64(le32(data)))
			}
		case recSST:
			if err := b.readShared(r, data); err != nil {
				return err
			}
		}
	}
}

// shortString reads an XLUnicodeString whose length takes up n bytes.
func shortString(b []byte, n int) (string, bool) {
	if len(b) < n+1 {
		return "", false
	}
	count := int(b[0])
	if n == 2 {
		count = int(le16(b))
	}
	text, ok := appendUnits(nil, b[n+1:], count, b[n]&1 != 0)
	return string(text), ok
}

// appendUnits decodes count characters, of one byte each or of two.
func appendUnits(dst, b []byte, count int, wide bool) ([]byte, bool) {
	if !wide {
		if len(b) < count {
			return dst, false
		}
		for _, c := range b[:count] {
			dst = append(dst, string(rune(c))...)
		}
		return dst, true
	}
	if len(b) < 2*count {
		return dst, false
	}
	units := make([]uint16, count)
	for i := range units {
		units[i] = le16(b[2*i:])
	}
	return append(dst, string(utf16.Decode(units))...), true
}
