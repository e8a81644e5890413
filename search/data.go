package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strings"

	"lantai/archive"
)

// pageData is what the index stores of a page: where it belongs and what it is
// ordered by.
type pageData struct {
	Item     archive.ID
	Ordinal  uint32
	Date     string
	CodeSort []byte
}

func (d pageData) encode() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(d.Item))
	b = binary.BigEndian.AppendUint32(b, d.Ordinal)
	b = appendPart(b, d.Date)
	return append(b, d.CodeSort...)
}

func decodePage(b []byte) pageData {
	var d pageData
	if len(b) < 12 {
		return d
	}
	d.Item = archive.ID(binary.BigEndian.Uint64(b))
	d.Ordinal = binary.BigEndian.Uint32(b[8:])
	d.Date, b = cutPart(b[12:])
	d.CodeSort = b
	return d
}

// itemData is what the index stores of an item: what is shown and what hits are
// verified against.
type itemData struct {
	Kind                                archive.HoldingKind
	Date                                string
	CodeSort                            []byte
	Code, Title, DocNo, Persons, Author string
	Former                              string
}

func (d itemData) encode() []byte {
	var b []byte
	for _, s := range []string{string(d.Kind), d.Date, string(d.CodeSort), d.Code, d.Title, d.DocNo, d.Persons, d.Author, d.Former} {
		b = appendPart(b, s)
	}
	return b
}

func decodeItem(b []byte) itemData {
	var d itemData
	var kind, sort string
	for _, s := range []*string{&kind, &d.Date, &sort, &d.Code, &d.Title, &d.DocNo, &d.Persons, &d.Author, &d.Former} {
		*s, b = cutPart(b)
	}
	d.Kind, d.CodeSort = archive.HoldingKind(kind), []byte(sort)
	return d
}

// appendPart writes a string behind its length.
func appendPart(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func cutPart(b []byte) (string, []byte) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) { //nolint:gosec // not negative: Uvarint read within b
		return "", nil
	}
	b = b[size:]
	return string(b[:n]), b[n:]
}

// ownTexts are the folded fields of an item, title first; a page's item answers
// with title, 文号, persons and code, the item itself with its author and former codes too.
func (d itemData) ownTexts(author bool) []string {
	own := []string{foldText(clipped(d.Title)), foldText(clipped(d.DocNo)), foldText(clipped(d.Persons)), foldText(clipped(d.Code))}
	if author {
		own = append(own, foldText(clipped(d.Author)), foldText(clipped(d.Former)))
	}
	return own
}

func anyContains(texts []string, word string) bool {
	for _, t := range texts {
		if strings.Contains(t, word) {
			return true
		}
	}
	return false
}

// sortKey is what documents are ordered by.
type sortKey struct {
	date    string
	code    []byte
	ordinal uint32
	id      archive.ID
}

// byCode orders by 档号, what has none last, then by place and id.
func (a sortKey) byCode(b sortKey) int {
	if (len(a.code) == 0) != (len(b.code) == 0) {
		return cmp.Compare(len(b.code), len(a.code))
	}
	return cmp.Or(bytes.Compare(a.code, b.code), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.id, b.id))
}

// byDate orders by archival date, what has none last, then by 档号.
func (a sortKey) byDate(b sortKey) int {
	if (a.date == "") != (b.date == "") {
		return cmp.Compare(len(b.date), len(a.date))
	}
	return cmp.Or(strings.Compare(a.date, b.date), a.byCode(b))
}
