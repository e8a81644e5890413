package ingest

import (
	"bytes"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lantai/archive"
)

const (
	// maxTextFile bounds a text file, in bytes; the text of an item of thousands of pages
	// has some ten million.
	maxTextFile = 64 << 20
	formFeed    = "\f" // parts the pages of a text file
	engineFile  = "text file"
)

// formatText is archive.File.Format of a text file; it has no pages.
const formatText = "text"

// readTextFile gives the pages of a text file.
func readTextFile(f found) ([]string, error) {
	const op = "read text file"
	file, err := os.Open(f.path)
	if err != nil {
		return nil, archive.Refuse(op, f.rel, archive.ReasonUnreadable, "%v", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxTextFile+1))
	switch {
	case err != nil:
		return nil, archive.Refuse(op, f.rel, archive.ReasonUnreadable, "%v", err)
	case len(data) == 0:
		return nil, archive.Refuse(op, f.rel, archive.ReasonEmpty, "no bytes")
	case len(data) > maxTextFile:
		return nil, archive.Refuse(op, f.rel, archive.ReasonTooLarge, "more than %d bytes", maxTextFile)
	}
	text, ok := decodeText(data)
	if !ok {
		return nil, archive.Refuse(op, f.rel, archive.ReasonTextCode, "neither UTF-8, UTF-16 nor GB18030")
	}
	return textPages(text), nil
}

// decodeText reads UTF-8 or UTF-16 with or without a byte order mark, or GB18030.
func decodeText(data []byte) (string, bool) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
		return string(data), utf8.Valid(data)
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeAs(little, data)
	case bytes.IndexByte(data, 0) >= 0: // no text of bytes has zeros
		first := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
		second := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
		if bigEndian(data) {
			first, second = second, first
		}
		if s, ok := decodeAs(first, data); ok {
			return s, true
		}
		return decodeAs(second, data)
	case utf8.Valid(data):
		return string(data), true
	}
	return decodeAs(simplifiedchinese.GB18030, data)
}

// bigEndian guesses the byte order of UTF-16 by its zeros: line ends, blanks and digits
// have theirs in the higher byte.
func bigEndian(data []byte) bool {
	var even, odd int
	for i, b := range data {
		if b == 0 {
			even += btoi(i%2 == 0)
			odd += btoi(i%2 == 1)
		}
	}
	return even > odd
}

// decodeAs is false where the bytes are no text in that encoding. Characters that a site
// had made for itself have no place in Unicode; a few of them are no reason to refuse.
func decodeAs(e encoding.Encoding, data []byte) (string, bool) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", false
	}
	bad, n := 0, 0
	for _, r := range string(out) {
		n++
		if r == utf8.RuneError || r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a", r) {
			bad++
		}
	}
	return string(out), 100*bad <= n
}

// textPages parts a text at form feeds. One behind the last page, as programs write it,
// begins no page.
func textPages(text string) []string {
	pages := strings.Split(text, formFeed)
	if n := len(pages); n > 1 && strings.TrimSpace(pages[n-1]) == "" {
		pages = pages[:n-1]
	}
	for i, p := range pages {
		pages[i] = plainText(p)
	}
	return pages
}

// plainText makes lines of a page as PageText.Plain has them; an empty line parts
// paragraphs.
func plainText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
	var b strings.Builder
	gap := false
	for line := range strings.SplitSeq(s, "\n") {
		line = archive.TidyLine(line)
		if line == "" {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('\n')
		}
		b.WriteString(line + "\n")
		gap = false
	}
	return b.String()
}

// ofFile is the text of a page that came as a text file.
func ofFile(plain string) *archive.PageText {
	return &archive.PageText{Plain: plain, Origin: archive.OriginDelivered, Engine: engineFile, Confidence: 100}
}
