package sheet

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// scanner reads XML as spreadsheets have it: elements, attributes, text. encoding/xml
// needs some twenty times as long, which a sheet of a million rows cannot spare. Names
// come without their prefix; a document type is refused, so there are no entities but
// the five of XML and numbers.
type scanner struct {
	r    io.Reader
	buf  []byte
	pos  int
	end  int
	read int64 // bytes taken from r
	eof  bool

	name   []byte // of the element
	attrs  []byte // as they stand in the tag
	text   []byte // as it stands, between two tags
	cdata  bool   // text is taken as it is
	closed bool   // the element was closed in the same tag; its end follows
}

type tokenKind uint8

const (
	startTag tokenKind = iota
	endTag
	textToken
)

var (
	errXML     = errors.New("not well-formed XML")
	errDoctype = errors.New("XML with a document type")
)

// maxToken is the longest tag or text.
const maxToken = 4 << 20

func newScanner(r io.Reader) *scanner { return &scanner{r: r, buf: make([]byte, 64<<10)} }

// more reads on, keeping what is not used. It is false at the end.
func (s *scanner) more() (bool, error) {
	if s.eof {
		return false, nil
	}
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxToken {
			return false, errXML
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	s.read += int64(n)
	if err == io.EOF {
		s.eof = true
		return n > 0, nil
	}
	return n > 0 || err == nil, err
}

// find gives the offset of b behind pos, from the one given on; -1 at the end of all.
func (s *scanner) find(b byte, from int) (int, error) {
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], b); i >= 0 {
			return from + i, nil
		}
		from = s.end - s.pos
		ok, err := s.more()
		if err != nil {
			return -1, err
		}
		if !ok {
			return -1, nil
		}
	}
}

// next gives the next token; io.EOF at the end.
func (s *scanner) next() (tokenKind, error) {
	if s.closed {
		s.closed = false
		return endTag, nil
	}
	for {
		i, err := s.find('<', 0)
		if err != nil {
			return 0, err
		}
		if i < 0 {
			return 0, io.EOF
		}
		if i > 0 {
			s.text, s.cdata = s.buf[s.pos:s.pos+i], false
			s.pos += i
			return textToken, nil
		}
		kind, skipped, err := s.tag()
		if err != nil || !skipped {
			return kind, err
		}
	}
}

// tag reads what begins with "<". skipped: a comment or an instruction.
func (s *scanner) tag() (kind tokenKind, skipped bool, err error) {
	i, err := s.find('>', 1)
	if err != nil {
		return 0, false, err
	}
	if i < 0 {
		return 0, false, errXML
	}
	t := s.buf[s.pos : s.pos+i+1]
	switch {
	case bytes.HasPrefix(t, []byte("<![CDATA[")):
		if i, err = s.until("]]>"); err != nil {
			return 0, false, err
		}
		s.text, s.cdata = s.buf[s.pos+9:s.pos+i-3], true
		s.pos += i
		return textToken, false, nil
	case bytes.HasPrefix(t, []byte("<!--")):
		i, err = s.until("-->")
		s.pos += max(i, 0)
		return 0, true, err
	case t[1] == '?':
		i, err = s.until("?>")
		s.pos += max(i, 0)
		return 0, true, err
	case t[1] == '!':
		return 0, false, errDoctype
	case t[1] == '/':
		s.pos += i + 1
		s.name = local(bytes.TrimRight(t[2:i], " \t\r\n"))
		return endTag, false, nil
	}
	// A ">" may stand inside a quoted value.
	for quoted(t) {
		if i, err = s.find('>', i+1); err != nil || i < 0 {
			return 0, false, errors.Join(errXML, err)
		}
		t = s.buf[s.pos : s.pos+i+1]
	}
	s.pos += i + 1
	body := t[1 : len(t)-1]
	if n := len(body); n > 0 && body[n-1] == '/' {
		body, s.closed = body[:n-1], true
	}
	k := bytes.IndexAny(body, " \t\r\n")
	if k < 0 {
		k = len(body)
	}
	s.name, s.attrs = local(body[:k]), body[k:]
	if len(s.name) == 0 {
		return 0, false, errXML
	}
	return startTag, false, nil
}

// until gives the offset behind the end mark.
func (s *scanner) until(mark string) (int, error) {
	last := mark[len(mark)-1]
	for from := len(mark); ; {
		i, err := s.find(last, from)
		if err != nil || i < 0 {
			return -1, errors.Join(errXML, err)
		}
		if bytes.HasSuffix(s.buf[s.pos:s.pos+i+1], []byte(mark)) {
			return i + 1, nil
		}
		from = i + 1
	}
}

// quoted tells whether a tag ends inside a quoted value.
func quoted(t []byte) bool {
	if bytes.IndexByte(t, '"') < 0 && bytes.IndexByte(t, '\'') < 0 {
		return false
	}
	var q byte
	for _, b := range t {
		switch {
		case q == 0 && (b == '"' || b == '\''):
			q = b
		case b == q:
			q = 0
		}
	}
	return q != 0
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr gives an attribute as it stands, by its local name; nil when it is not there.
func (s *scanner) attr(name string) []byte {
	a := s.attrs
	for {
		a = bytes.TrimLeft(a, " \t\r\n")
		eq := bytes.IndexByte(a, '=')
		if eq < 0 {
			return nil
		}
		key := bytes.TrimRight(a[:eq], " \t\r\n")
		a = bytes.TrimLeft(a[eq+1:], " \t\r\n")
		if len(a) == 0 || a[0] != '"' && a[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(a[1:], a[0])
		if end < 0 {
			return nil
		}
		if string(local(key)) == name {
			return a[1 : 1+end]
		}
		a = a[end+2:]
	}
}

// attrText is attr with entities resolved.
func (s *scanner) attrText(name string) string {
	return string(appendText(nil, s.attr(name), false))
}

// is tells whether the element has a name.
func (s *scanner) is(name string) bool { return string(s.name) == name }

// skip reads to the end of the element that was begun.
func (s *scanner) skip() error {
	for depth := 1; depth > 0; {
		kind, err := s.next()
		if err != nil {
			return endless(err)
		}
		switch kind {
		case startTag:
			depth++
		case endTag:
			depth--
		}
	}
	return nil
}

// endless says that a part may not end here.
func endless(err error) error {
	if err == io.EOF {
		return errXML
	}
	return err
}

// appendText adds text with its entities resolved and line ends as line feeds. With
// escapes also the "_x000D_" of ECMA-376 22.9.2.19.
func appendText(dst, raw []byte, escapes bool) []byte {
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		dst = append(dst, raw...)
	} else {
		for i := 0; i < len(raw); {
			switch raw[i] {
			case '&':
				n, r := entity(raw[i:])
				dst = utf8.AppendRune(dst, r)
				i += n
				continue
			case '\r':
				if i+1 >= len(raw) || raw[i+1] != '\n' {
					dst = append(dst, '\n')
				}
			default:
				dst = append(dst, raw[i])
			}
			i++
		}
	}
	if escapes && bytes.Contains(dst, []byte("_x")) {
		return unescape(dst)
	}
	return dst
}

// entity reads "&…;" and gives its length; what is none stands for itself.
func entity(raw []byte) (int, rune) {
	end := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
	if end < 0 {
		return 1, '&'
	}
	switch name := string(raw[1:end]); name {
	case "lt":
		return end + 1, '<'
	case "gt":
		return end + 1, '>'
	case "amp":
		return end + 1, '&'
	case "quot":
		return end + 1, '"'
	case "apos":
		return end + 1, '\''
	default:
		if len(name) < 2 || name[0] != '#' {
			return 1, '&'
		}
		digits, base := name[1:], 10
		if digits[0] == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n > utf8.MaxRune {
			return end + 1, utf8.RuneError
		}
		return end + 1, rune(n)
	}
}

// unescape resolves "_xHHHH_".
func unescape(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); {
		if b[i] == '_' && i+6 < len(b) && b[i+1] == 'x' && b[i+6] == '_' {
			if n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16); err == nil {
				if r := rune(n); utf8.ValidRune(r) && utf8.RuneLen(r) <= 7 {
					out = utf8.AppendRune(out, r)
					i += 7
					continue
				}
			}
		}
		out = append(out, b[i])
		i++
	}
	return out
}
