package holdings

import (
	"slices"
	"strconv"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// field finds a field by name.
func (v View) field(name string) (Field, bool) {
	i := slices.IndexFunc(v.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return v.Fields[i], true
}

// listing are the fields that lists are ordered and filtered by.
func (v View) listing() []Field {
	return slices.DeleteFunc(slices.Clone(v.Fields), func(f Field) bool { return !f.Lists })
}

func names(fields []Field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.Name
	}
	return list
}

// keyOf names the kind of a place: people arrange the lists of each kind for themselves.
func keyOf(p Place, v View) string {
	key := string(p.Kind)
	if p.Branch == (Branch{}) {
		key = "archive"
	}
	if p.Kind != archive.KindFonds && len(v.Kinds) > 0 && key != "archive" {
		key += "." + string(v.Kinds[0])
	}
	return key
}

// label is what a field is called in lists.
func (f Field) label() string {
	switch f.Name {
	case FieldCode:
		return words.T("field.code")
	case FieldTitle:
		return words.T("field.title")
	case FieldKind:
		return words.T("field.kind")
	case FieldPages:
		return words.T("field.pages")
	}
	if f.Title != "" {
		return f.Title
	}
	return describing.Label(f.Kind, f.Name)
}

// number tells whether a field is counted with.
func (f Field) number() bool { return f.Type == describe.Number || f.Name == FieldPages }

func (f Field) column() parts.Column {
	c := parts.Column{Key: f.Name, Title: f.label(), Width: 120, Sortable: f.Lists, Number: f.number()}
	switch {
	case f.Name == FieldCode:
		c.Width = 218
	case f.Name == FieldTitle:
		c.Width, c.Stretch = 220, true
	case f.Name == "doc_no":
		c.Width = 140
	case f.Type == describe.Date:
		c.Width = 86
	case f.number(), f.Type == describe.Year, f.Name == FieldKind:
		c.Width = 44
	case f.Type == describe.Retention:
		c.Width = 76
	}
	return c
}

// cell is a value as a list shows it. The place of a zero is left empty: a column of
// noughts is tiring to read.
func (f Field) cell(value string) string {
	switch {
	case f.Name == FieldKind:
		return words.Kind(archive.HoldingKind(value))
	case f.Type == describe.Retention:
		return words.Retention(value)
	case f.number():
		n, err := strconv.Atoi(value)
		if err != nil {
			return value
		}
		if n == 0 {
			return ""
		}
		return words.Number(n)
	}
	return value
}
