package store

import (
	"strconv"
	"strings"

	"lantai/archive"
)

// Match is how a filter compares.
type Match string

// The ways of comparing. Contains does not tell ASCII capitals from small letters; a
// retention is equal in words and as in codes ("永久" and "Y").
const (
	Equals   Match = "equals"
	Contains Match = "contains"
	Between  Match = "between" // from Value to To, both included; an empty end is open
	IsEmpty  Match = "empty"
	IsFilled Match = "filled"
)

// Filter keeps the records of a list whose field fits. A record that does not have the
// field has it empty. Dates and 档号 are compared by what they mean: from "1965" to "1970"
// takes all dates of these years, from "J001-1-9" all numbers from the ninth.
type Filter struct {
	Field string // a name as [archive.Field] knows it, or a field of the site's own behind ExtraColumn
	Match Match
	Value string
	To    string
}

const doingFilter = "filter list"

// filter writes the condition of a filter behind AND.
func (q *listQuery) filter(f Filter) error {
	field, ok := q.field(f.Field)
	if !ok {
		return archive.Errorf(archive.Invalid, doingFilter, f.Field, "no such field")
	}
	if !storable(f.Value) || !storable(f.To) {
		return archive.Errorf(archive.Invalid, doingFilter, f.Field, "not valid UTF-8, or with a zero byte")
	}
	expr := field.expr(q.tables)
	empty := "''"
	if field.number {
		empty = "0"
	}
	switch f.Match {
	case IsEmpty:
		q.add(" AND " + expr + " = " + empty)
	case IsFilled:
		q.add(" AND " + expr + " <> " + empty)
	case Contains:
		if field.number {
			return archive.Errorf(archive.Invalid, doingFilter, f.Field, "a number contains nothing")
		}
		q.add(" AND LOWER("+expr+`) LIKE ? ESCAPE '\'`, "%"+likeText(f.Value)+"%")
	case Equals:
		return q.equals(field, f.Value)
	case Between:
		return q.between(field, f)
	default:
		return archive.Errorf(archive.Invalid, doingFilter, string(f.Match), "no such comparison")
	}
	return nil
}

// likeText is a text within a pattern of LIKE, its ASCII letters small.
func likeText(s string) string {
	small := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(small)
}

func (q *listQuery) equals(field listField, value string) error {
	switch {
	case field.number:
		n, err := filterNumber(field.name, value)
		if err != nil {
			return err
		}
		q.add(" AND "+field.expr(q.tables)+" = ?", n)
	case field.name == "retention":
		q.add(" AND h.retention IN (")
		for i, form := range retentions(value) {
			if i > 0 {
				q.add(", ")
			}
			q.add("?", form)
		}
		q.add(")")
	case field.name == "date":
		q.add(" AND h.date_sort = ?", dateKey(value))
	default:
		q.add(" AND "+field.expr(q.tables)+" = ?", value)
	}
	return nil
}

func filterNumber(field, text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, archive.Errorf(archive.Invalid, doingFilter, field, "%q is no whole number", text)
	}
	return n, nil
}

// between compares by the sort key where a field has one. The upper end takes in all
// that begins with it.
func (q *listQuery) between(field listField, f Filter) error {
	if field.number {
		for _, end := range []struct{ op, text string }{{" >= ?", f.Value}, {" <= ?", f.To}} {
			if end.text == "" {
				continue
			}
			n, err := filterNumber(field.name, end.text)
			if err != nil {
				return err
			}
			q.add(" AND "+field.expr(q.tables)+end.op, n)
		}
		return nil
	}
	var from, to any = f.Value, afterPrefix(f.To)
	switch field.name {
	case "code":
		from, to = codeKey(f.Value), afterKey(codeKey(f.To))
	case "title":
		from, to = titleKey(f.Value), afterKey(titleKey(f.To))
	case "date":
		from, to = dateKey(f.Value), dateEnd(f.To)
	}
	if field.extra != "" {
		from, to = codeKey(f.Value), afterKey(codeKey(f.To))
	}
	if f.Value != "" {
		q.add(" AND "+field.key(q.tables)+" >= ?", from)
	}
	if f.To != "" {
		q.add(" AND "+field.key(q.tables)+" < ?", to)
		if field.name == "date" && f.Value == "" { // what has no date lies before none
			q.add(" AND h.date_sort >= ?", []byte("0"))
		}
	}
	return nil
}

// afterKey is above every sort key that begins with this one: no key has such a byte.
func afterKey(key []byte) []byte { return append(key[:len(key):len(key)], 0xff) }

// dateEnd is behind all days that a date takes in: a year has those of its months.
func dateEnd(date string) []byte {
	key := dateKey(date)
	for len(key) >= 2 && string(key[len(key)-2:]) == "00" {
		key = key[:len(key)-2]
	}
	return afterKey(key)
}
