package sheet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"

	"lantai/archive"
)

// dbfBook is an open DBF. Its first row has the names of the fields.
type dbfBook struct {
	f        *os.File
	path     string
	header   dbfHeader
	fields   []dbfField
	decoder  *encoding.Decoder
	encoding string
	memo     *dbfMemo
}

type dbfHeader struct {
	version         byte
	records         int64
	start, length   int // of the records: where they begin, how long one is
	language        byte
	size, available int64
}

type dbfField struct {
	name     string
	kind     byte
	offset   int
	length   int
	decimals int
}

// dbfLanguages are the code page marks that mean Chinese; others are looked at.
func dbfLanguage(mark byte) string {
	switch mark {
	case 0x4d, 0x7a:
		return "gb18030"
	case 0x4f, 0x78:
		return "big5"
	}
	return ""
}

func openDBF(f *os.File, size int64, path string, o Options) (Book, error) {
	b := &dbfBook{f: f, path: path}
	refuse := func(format string, args ...any) (Book, error) {
		return nil, archive.Refuse(opOpen, path, archive.ReasonDamaged, format, args...)
	}
	var head [32]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return refuse("shorter than a header")
	}
	h := dbfHeader{version: head[0], records: int64(binary.LittleEndian.Uint32(head[4:])), start: int(binary.LittleEndian.Uint16(head[8:])),
		length: int(binary.LittleEndian.Uint16(head[10:])), language: head[29], size: size}
	switch h.version {
	case 0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8c, 0xcb, 0xf5, 0xfb:
	default:
		return nil, archive.Refuse(opOpen, path, archive.ReasonUnsupported, "not a DBF: it begins with %#x", h.version)
	}
	if h.start < 33 || int64(h.start) > size || h.length < 2 {
		return refuse("header of %d bytes, records of %d", h.start, h.length)
	}
	block := make([]byte, h.start)
	if _, err := f.ReadAt(block, 0); err != nil {
		return refuse("%v", err)
	}
	h.available = (size - int64(h.start)) / int64(h.length)
	b.header = h
	if err := b.readFields(block); err != nil {
		return refuse("%v", err)
	}
	asked := o.Encoding
	if asked == "" {
		asked = dbfLanguage(h.language)
	}
	found := "gb18030"
	if asked == "" {
		sample := make([]byte, min(size-int64(h.start), sampleSize))
		if _, err := f.ReadAt(sample, int64(h.start)); err != nil && err != io.EOF {
			return nil, archive.Refuse(opOpen, path, archive.ReasonUnreadable, "%v", err)
		}
		found, _, _ = detect(bytes.NewReader(sample), int64(len(sample)))
		if found != "utf-8" && found != "big5" {
			found = "gb18030"
		}
	}
	enc, name, err := named(asked, found)
	if err != nil {
		return nil, err
	}
	b.decoder, b.encoding = enc.NewDecoder(), name
	for i := range b.fields {
		b.fields[i].name = b.text([]byte(b.fields[i].name))
	}
	b.memo = openMemo(path, h.version)
	return b, nil
}

func (b *dbfBook) readFields(block []byte) error {
	at := 1 // behind the deletion mark
	for i := 32; i+32 <= len(block) && block[i] != 0x0d; i += 32 {
		d := block[i : i+32]
		name, _, _ := bytes.Cut(d[:11], []byte{0})
		f := dbfField{name: strings.TrimSpace(string(name)), kind: d[11], offset: at, length: int(d[16]), decimals: int(d[17])}
		if f.kind == 'C' || f.kind == 'c' { // Clipper keeps the high byte of long texts there
			f.length += f.decimals << 8
			f.decimals = 0
		}
		at += f.length
		if f.kind == '0' { // which fields are null: no data
			continue
		}
		b.fields = append(b.fields, f)
	}
	if len(b.fields) == 0 {
		return fmt.Errorf("no fields")
	}
	if at > b.header.length {
		return fmt.Errorf("fields of %d bytes in records of %d", at, b.header.length)
	}
	return nil
}

func (b *dbfBook) Format() string   { return "dbf" }
func (b *dbfBook) Encoding() string { return b.encoding }
func (b *dbfBook) Sheets() []Info   { return []Info{{}} }

func (b *dbfBook) Close() error {
	b.memo.close()
	return b.f.Close()
}

// text decodes a field. Half a character at its end, cut off by the field's width, goes.
func (b *dbfBook) text(raw []byte) string {
	raw = bytes.TrimRight(raw, " \x00")
	out, err := b.decoder.Bytes(raw)
	if err != nil {
		return string(raw)
	}
	s := string(out)
	if cut, ok := strings.CutSuffix(s, "\uFFFD"); ok && len(raw) > 0 && raw[len(raw)-1] >= 0x80 {
		s = cut
	}
	return strings.TrimRight(s, " ")
}

func (b *dbfBook) Rows(int) (Rows, error) {
	section := io.NewSectionReader(b.f, int64(b.header.start), b.header.size-int64(b.header.start))
	return &dbfRows{b: b, r: bufio.NewReaderSize(section, 256<<10), record: make([]byte, b.header.length)}, nil
}

type dbfRows struct {
	b      *dbfBook
	r      *bufio.Reader
	record []byte
	n      int64 // records read
	named  bool
	cells  []Cell
}

func (r *dbfRows) Position() (int64, int64) {
	return r.n, min(r.b.header.records, r.b.header.available)
}
func (r *dbfRows) HiddenColumns() []int { return nil }
func (r *dbfRows) Close() error         { return nil }

// Next gives the names of the fields as row 1, then the records that are not deleted.
func (r *dbfRows) Next() (Row, error) {
	if !r.named {
		r.named = true
		for _, f := range r.b.fields {
			r.cells = append(r.cells, Cell{Text: f.name, Kind: Text})
		}
		return Row{Number: 1, Cells: r.cells}, nil
	}
	for r.n < r.b.header.records {
		if _, err := io.ReadFull(r.r, r.record); err != nil {
			return Row{}, archive.Refuse(opOpen, r.b.path, archive.ReasonDamaged, "%d records said, %d there", r.b.header.records, r.n)
		}
		r.n++
		if r.record[0] == '*' {
			continue
		}
		r.cells = r.cells[:0]
		filled := false
		for _, f := range r.b.fields {
			c := r.b.cell(f, r.record[f.offset:f.offset+f.length])
			filled = filled || c.Kind != Empty
			r.cells = append(r.cells, c)
		}
		if filled {
			return Row{Number: int(r.n) + 1, Cells: r.cells}, nil
		}
	}
	return Row{}, io.EOF
}

func (b *dbfBook) cell(f dbfField, raw []byte) Cell {
	of := func(kind Kind, text string) Cell {
		if text == "" {
			return Cell{}
		}
		return Cell{Text: text, Kind: kind}
	}
	switch f.kind {
	case 'N', 'F':
		// As it stands: a number of fields holds codes, whose zeros are kept.
		return of(Number, strings.TrimSpace(b.text(raw)))
	case 'D':
		s := strings.TrimSpace(b.text(raw))
		if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
			if s == "00000000" {
				return Cell{}
			}
			return Cell{Text: s[:4] + "-" + s[4:6] + "-" + s[6:], Kind: Date, Raw: s}
		}
		return of(Text, s)
	case 'L':
		switch strings.ToUpper(strings.TrimSpace(string(raw))) {
		case "T", "Y":
			return Cell{Text: "TRUE", Kind: Bool}
		case "F", "N":
			return Cell{Text: "FALSE", Kind: Bool}
		}
		return Cell{}
	case 'I', '+':
		if len(raw) == 4 {
			return of(Number, strconv.Itoa(int(int32(binary.LittleEndian.Uint32(raw))))) //nolint:gosec // the same bits: a signed field
		}
	case 'B', 'O':
		if len(raw) == 8 && f.kind == 'O' || len(raw) == 8 && b.header.version >= 0x30 && b.header.version <= 0x32 {
			return numberCell(math.Float64frombits(binary.LittleEndian.Uint64(raw)), numberFormat{}, false)
		}
	case 'Y':
		if len(raw) == 8 {
			return numberCell(float64(int64(binary.LittleEndian.Uint64(raw)))/10000, numberFormat{}, false) //nolint:gosec // the same bits: a signed field
		}
	case 'T', '@':
		if len(raw) == 8 {
			return julianCell(raw)
		}
	case 'M':
		return b.memoCell(raw)
	}
	return of(Text, b.text(raw))
}

// julianCell reads a day, counted from 4713 BC, and the milliseconds in it.
func julianCell(raw []byte) Cell {
	day, ms := binary.LittleEndian.Uint32(raw), binary.LittleEndian.Uint32(raw[4:])
	if day == 0 || day == 0x20202020 {
		return Cell{}
	}
	// Day 2415019 of that count is day 0 of the serials of spreadsheets.
	serial := float64(day) - 2415019 + float64(ms)/86_400_000
	if text, ok := dateText(serial, false); ok {
		return Cell{Text: text, Kind: Date}
	}
	return Cell{Text: "#VALUE!", Kind: Fault}
}

// dbfMemo is the file beside that has long texts.
type dbfMemo struct {
	f     *os.File
	fox   bool // FPT, numbers big-endian
	three bool // dBase III: a text ends with a mark
	block int64
	size  int64
}

// openMemo finds the file beside; nil when there is none.
func openMemo(path string, version byte) *dbfMemo {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	for _, ext := range []string{".fpt", ".FPT", ".dbt", ".DBT"} {
		f, err := os.Open(base + ext)
		if err != nil {
			continue
		}
		var head [32]byte
		info, err := f.Stat()
		if _, rerr := f.ReadAt(head[:], 0); rerr != nil || err != nil {
			f.Close()
			continue
		}
		m := &dbfMemo{f: f, fox: strings.EqualFold(ext, ".fpt"), three: version == 0x83 || version == 0x03, block: 512, size: info.Size()}
		switch {
		case m.fox:
			m.block = max(int64(binary.BigEndian.Uint16(head[6:])), 1)
		case !m.three:
			if n := int64(binary.LittleEndian.Uint16(head[20:])); n > 0 {
				m.block = n
			}
		}
		return m
	}
	return nil
}

func (m *dbfMemo) close() {
	if m != nil {
		m.f.Close()
	}
}

func (b *dbfBook) memoCell(raw []byte) Cell {
	var block int64
	if len(raw) == 4 {
		block = int64(binary.LittleEndian.Uint32(raw))
	} else {
		block, _ = strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64) // blank: no memo
	}
	if block <= 0 {
		return Cell{}
	}
	if b.memo == nil {
		return Cell{Text: "#MEMO!", Kind: Fault}
	}
	text, err := b.memo.read(block)
	if err != nil {
		return Cell{Text: "#MEMO!", Kind: Fault}
	}
	if s := b.text(text); s != "" {
		return Cell{Text: s, Kind: Text}
	}
	return Cell{}
}

func (m *dbfMemo) read(block int64) ([]byte, error) {
	at := block * m.block
	if at < 0 || at >= m.size {
		return nil, io.ErrUnexpectedEOF
	}
	var head [8]byte
	if !m.three || m.fox {
		if _, err := m.f.ReadAt(head[:], at); err != nil {
			return nil, err
		}
		n := int64(binary.LittleEndian.Uint32(head[4:])) - 8
		if m.fox {
			n = int64(binary.BigEndian.Uint32(head[4:]))
		}
		if n < 0 || n > maxCellBytes || at+8+n > m.size {
			return nil, io.ErrUnexpectedEOF
		}
		text := make([]byte, n)
		_, err := m.f.ReadAt(text, at+8)
		return text, err
	}
	text := make([]byte, min(maxCellBytes, m.size-at))
	n, err := m.f.ReadAt(text, at)
	if err != nil && err != io.EOF {
		return nil, err
	}
	text, _, _ = bytes.Cut(text[:n], []byte{0x1a})
	return text, nil
}
