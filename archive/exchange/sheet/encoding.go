package sheet

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"lantai/archive"
)

// decoders gives the encodings by the names of Options. UTF-8 is read as it is: bytes
// that are none stay, and show when the cell is looked at.
func decoderOf(name string) (encoding.Encoding, bool) {
	switch name {
	case "utf-8":
		return encoding.Nop, true
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), true
	case "gb18030", "gbk", "gb2312":
		return simplifiedchinese.GB18030, true
	case "big5":
		return traditionalchinese.Big5, true
	}
	return nil, false
}

// Encodings lists the names that Options takes.
func Encodings() []string { return []string{"utf-8", "gb18030", "big5", "utf-16le", "utf-16be"} }

// sampleSize is how much of a file is looked at to tell GB18030 from Big5.
const sampleSize = 1 << 20

// detect finds out how a text file is encoded and how long its byte order mark is. The
// whole file is read: one letter at its end may be the only one beyond ASCII.
func detect(f io.ReaderAt, size int64) (name string, mark int, err error) {
	head := make([]byte, min(size, sampleSize))
	if _, err := f.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", 0, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", 3, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le", 2, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be", 2, nil
	}
	if name := wide(head); name != "" {
		return name, 0, nil
	}
	bad, err := firstNonUTF8(f, size)
	if err != nil || bad < 0 {
		return "utf-8", 0, err
	}
	// What is not ASCII may begin far behind the head.
	from := max(0, bad-sampleSize/2)
	sample := make([]byte, min(size-from, sampleSize))
	if _, err := f.ReadAt(sample, from); err != nil && err != io.EOF {
		return "", 0, err
	}
	if mostlyUTF8(sample) {
		return "utf-8", 0, nil
	}
	return doubleByte(sample), 0, nil
}

// mostlyUTF8 tells a damaged UTF-8 from another encoding: in these, two bytes in a
// hundred may happen to be UTF-8, never nearly all.
func mostlyUTF8(sample []byte) bool {
	good, bad := 0, 0
	for len(sample) > 0 {
		r, n := utf8.DecodeRune(sample)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		sample = sample[n:]
	}
	return good > 10*bad
}

// wide tells UTF-16 without a mark by the zero bytes of its ASCII.
func wide(head []byte) string {
	var zero [2]int
	for i, b := range head {
		if b == 0 {
			zero[i&1]++
		}
	}
	enough := len(head)/20 + 1
	switch {
	case zero[1] > enough && zero[0]*10 < zero[1]:
		return "utf-16le"
	case zero[0] > enough && zero[1]*10 < zero[0]:
		return "utf-16be"
	}
	return ""
}

// firstNonUTF8 gives the offset of the first bytes that are not UTF-8; -1: all are.
func firstNonUTF8(f io.ReaderAt, size int64) (int64, error) {
	buf := make([]byte, 256<<10)
	keep := 0
	for at := int64(0); ; {
		n, err := f.ReadAt(buf[keep:], at)
		b := buf[:keep+n]
		end := err == io.EOF || at+int64(n) >= size
		if err != nil && err != io.EOF {
			return 0, err
		}
		whole := len(b)
		if !end { // a character may go on in the next part
			for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
				if utf8.RuneStart(b[len(b)-i]) {
					if !utf8.FullRune(b[len(b)-i:]) {
						whole = len(b) - i
					}
					break
				}
			}
		}
		if !utf8.Valid(b[:whole]) {
			i := 0
			for i < whole {
				r, k := utf8.DecodeRune(b[i:whole])
				if r == utf8.RuneError && k == 1 {
					break
				}
				i += k
			}
			return at - int64(keep) + int64(i), nil
		}
		if end {
			return -1, nil
		}
		at += int64(n)
		keep = copy(buf, b[whole:])
	}
}

// doubleByte tells Big5 from GB18030, whose bytes overlap: Big5 never begins a character
// below A1, has its common ones at A4 to C6, and about four in ten end below 7F. In
// GB18030 the simplified characters of daily use begin at B0 to F7 and end above A0.
func doubleByte(sample []byte) string {
	var pairs, low, early, common, four int
	for i := 0; i+1 < len(sample); {
		lead, trail := sample[i], sample[i+1]
		if lead < 0x81 || lead == 0xff {
			i++
			continue
		}
		if trail >= '0' && trail <= '9' {
			four++
			i += 4
			continue
		}
		pairs++
		if trail < 0x7f {
			low++
		}
		if lead < 0xa1 || trail >= 0x80 && trail <= 0xa0 {
			early++
		}
		if lead >= 0xa4 && lead <= 0xc6 {
			common++
		}
		i += 2
	}
	if pairs > 0 && four == 0 && early*100 <= pairs && low*100 >= pairs*15 && common*100 >= pairs*60 {
		return "big5"
	}
	return "gb18030"
}

// named gives the encoding that the options ask for, or the one that was found.
func named(asked, found string) (encoding.Encoding, string, error) {
	name := found
	if asked != "" {
		name = asked
	}
	e, ok := decoderOf(name)
	if !ok {
		return nil, "", archive.Errorf(archive.Invalid, opOpen, name, "no such encoding")
	}
	return e, name, nil
}
