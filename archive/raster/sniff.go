package raster

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"lantai/archive"
)

// signature is how a format begins that is recognised but not read.
type signature struct {
	name   string
	offset int
	magic  string
}

var foreign = []signature{
	{"GIF image", 0, "GIF8"},
	{"BMP image", 0, "BM"},
	{"JPEG 2000 image", 0, "\x00\x00\x00\x0cjP  "},
	{"JPEG 2000 codestream", 0, "\xff\x4f\xff\x51"},
	{"JPEG XL image", 0, "\x00\x00\x00\x0cJXL "},
	{"JPEG XL codestream", 0, "\xff\x0a"},
	{"JPEG XR image", 0, "II\xbc"},
	{"JBIG2 image", 0, "\x97JB2"},
	{"WebP image", 8, "WEBP"},
	{"HEIC image", 4, "ftyphei"},
	{"HEIC image", 4, "ftyphev"},
	{"HEIF image", 4, "ftypmif1"},
	{"HEIF image", 4, "ftypmsf1"},
	{"AVIF image", 4, "ftypavif"},
	{"MP4 or QuickTime film", 4, "ftyp"},
	{"DjVu document", 0, "AT&TFORM"},
	{"Photoshop image", 0, "8BPS"},
	{"DICOM image", 128, "DICM"},
	{"PostScript document", 0, "%!PS"},
	{"PCX image", 0, "\x0a\x05\x01"},
	{"icon", 0, "\x00\x00\x01\x00"},
	{"PNM image", 0, "P4\n"}, {"PNM image", 0, "P5\n"}, {"PNM image", 0, "P6\n"},
	{"MNG image", 0, "\x8aMNG"},
	{"Microsoft Office document", 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
	{"SQLite database", 0, "SQLite format 3"},
	{"RAR archive", 0, "Rar!\x1a\x07"},
	{"7z archive", 0, "7z\xbc\xaf\x27\x1c"},
	{"gzip archive", 0, "\x1f\x8b"},
	{"RIFF sound or film", 0, "RIFF"},
	{"sound", 0, "ID3"},
	{"Windows program", 0, "MZ"},
	{"program", 0, "\x7fELF"},
}

// sniff tells the format by content, or refuses.
func sniff(s *source) (string, error) {
	if s.size <= 0 {
		return "", archive.Refuse(s.op, "", archive.ReasonEmpty, "no bytes")
	}
	head, err := s.bytes(0, int(min(s.size, 64<<10)))
	if err != nil {
		return "", err
	}
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("\xff\xd8\xff"):
		return FormatJPEG, nil
	case has("\x89PNG\r\n\x1a\n"):
		return FormatPNG, nil
	case has("II*\x00"), has("MM\x00*"), has("II+\x00"), has("MM\x00+"):
		return FormatTIFF, nil
	case has("\x89PNG"):
		return "", s.damaged("PNG whose line ends were converted in transfer")
	case len(head) < 4 && (has("\xff\xd8") || has("\x89P") || has("II") || has("MM")):
		return "", s.damaged("cut off after %d bytes", len(head))
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return FormatPDF, nil
	case has("PK\x03\x04"), has("PK\x05\x06"):
		return "", s.unsupported("%s", nameZip(s, head))
	}
	for _, f := range foreign {
		if len(head) >= f.offset && bytes.HasPrefix(head[f.offset:], []byte(f.magic)) {
			return "", s.unsupported("%s", f.name)
		}
	}
	return "", refuseUnknown(s, head)
}

// nameZip tells a ZIP package of documents by the names in its directory.
func nameZip(s *source, head []byte) string {
	tailSize := min(s.size, 64<<10)
	tail, err := s.bytes(s.size-tailSize, int(tailSize))
	if err != nil {
		tail = nil
	}
	for _, kind := range []signature{
		{name: "OFD document", magic: "OFD.xml"},
		{name: "Word document", magic: "word/document.xml"},
		{name: "Excel workbook", magic: "xl/workbook.xml"},
		{name: "PowerPoint document", magic: "ppt/presentation.xml"},
	} {
		if bytes.Contains(head, []byte(kind.magic)) || bytes.Contains(tail, []byte(kind.magic)) {
			return kind.name
		}
	}
	return "ZIP archive"
}

func refuseUnknown(s *source, head []byte) error {
	zero := true
	for _, b := range head {
		zero = zero && b == 0
	}
	if zero {
		return s.damaged("nothing but zero bytes at its beginning")
	}
	if i := bytes.Index(head, []byte("\xff\xd8\xff\xe0\x00\x10JFIF")); i > 0 {
		return s.damaged("JPEG behind %d bytes that do not belong to it", i)
	}
	if looksLikeText(head) {
		return s.unsupported("text")
	}
	return s.unsupported("unknown format, begins % x", head[:min(len(head), 8)])
}

// looksLikeText reports whether the beginning holds no control characters and is
// UTF-8 or could be GB 18030.
func looksLikeText(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	high := 0
	for _, b := range head {
		switch {
		case b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f', b == 0x7f:
			return false
		case b >= 0x80:
			high++
		}
	}
	for cut := range min(utf8.UTFMax, len(head)) { // the last character may be cut
		if utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return high*10 < len(head)*9 && bytes.ContainsAny(head, "\n\r,")
}

// be16 and be32 read big-endian numbers, as JPEG and PNG have them.
func be16(p []byte) int    { return int(binary.BigEndian.Uint16(p)) }
func be32(p []byte) uint32 { return binary.BigEndian.Uint32(p) }
