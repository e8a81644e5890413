package store

import (
	"reflect"
	"slices"
	"strconv"

	"lantai/archive"
	"lantai/archive/access"
)

// sheet is a row of holding together with the rows of the tables of its kind.
type sheet struct {
	h     *archive.Holding
	parts []part
	lent  int // how many parts are the caller's; the rest is as it stands
}

// part is what one table keeps of a holding.
type part struct {
	table string
	cols  columns
}

// kindTables lists the tables of all kinds, those before that others refer to.
func kindTables() []string {
	return []string{"fonds", "series", "container", "item", "photo", "object", "book", "av", "dossier"}
}

// sheetOf binds the columns of a record. An Item stands for any single record: what a
// photo or a book has besides is left as it is.
func sheetOf(r archive.Record) sheet {
	h, own := r.Common(), bind(r.Fields())
	switch r.(type) {
	case *archive.Fonds:
		return sheet{h, []part{{"fonds", own}}, 1}
	case *archive.Series:
		return sheet{h, []part{{"series", own}}, 1}
	case *archive.Container:
		return sheet{h, []part{{"container", own}}, 1}
	case *archive.Item:
		s := sheet{h, []part{{"item", own}}, 1}
		if full := archive.NewRecord(h.Kind); full != nil && h.Kind != archive.KindItem {
			s.parts = append(s.parts, part{string(h.Kind), bind(full.Fields())[len(own):]})
		}
		return s
	default:
		n := len((&archive.Item{}).Fields())
		return sheet{h, []part{{"item", own[:n]}, {string(h.Kind), own[n:]}}, 2}
	}
}

func bind(list []archive.Bound) columns {
	cols := make(columns, len(list))
	for i, b := range list {
		cols[i] = column{b.Name, b.Value}
	}
	return cols
}

func (s sheet) columns() columns {
	all := holdingColumns(s.h)
	for _, p := range s.parts {
		all = append(all, p.cols...)
	}
	return all
}

// query selects id, rev and all columns of holdings of the kind. where follows WHERE.
func (s sheet) query(where string) string {
	fields, from := "h.id, h.rev, "+holdingColumns(s.h).list("h"), " FROM holding h"
	for i, p := range s.parts {
		alias := "k" + strconv.Itoa(i)
		fields += ", " + p.cols.list(alias)
		from += " JOIN " + p.table + " " + alias + " ON " + alias + ".id = h.id"
	}
	return "SELECT " + fields + from + " WHERE " + where
}

// targets are what the fields of query are read into.
func (s sheet) targets() []any {
	return append([]any{&s.h.ID, &s.h.Rev}, s.columns().targets()...)
}

// complete takes over, from the holding as it stands, the parts that are not the caller's.
func (s sheet) complete(old sheet) {
	for i := s.lent; i < len(s.parts); i++ {
		for k, col := range s.parts[i].cols {
			reflect.ValueOf(col.field).Elem().Set(reflect.ValueOf(old.parts[i].cols[k].field).Elem())
		}
	}
}

// holdingColumns begin with where the holding lies.
func holdingColumns(h *archive.Holding) columns {
	return append(columns{
		{"kind", &h.Kind}, {"parent", &h.Parent}, {"fonds", &h.Fonds}, {"series", &h.Series},
	}, bind(h.Described())...)
}

// blankSheet is an empty record of a kind, to be read into.
func blankSheet(kind archive.HoldingKind) sheet { return sheetOf(archive.NewRecord(kind)) }

// box is where an item lies, or zero.
func (s sheet) box() archive.ID {
	for _, c := range s.parts[0].cols {
		if id, ok := c.field.(*archive.ID); ok && c.name == "box" {
			return *id
		}
	}
	return 0
}

func (s sheet) chain() chain {
	return chain{s.h.ID, s.h.Parent, s.h.Fonds, s.h.Series, s.box(), s.h.Kind, s.h.Access, s.h.Year, standsFor(s.h.Title, s.h.Secrecy)}
}

// derived are the columns that follow from others.
func (s sheet) derived() []any {
	return []any{
		"code_sort", codeKey(s.h.Code), "title_pinyin", titleKey(s.h.Title),
		"date_sort", dateKey(s.h.Date), "rev", s.h.Rev,
	}
}

// parents says what a kind may lie in.
func parents(kind archive.HoldingKind) []archive.HoldingKind {
	switch kind {
	case archive.KindSeries:
		return []archive.HoldingKind{archive.KindFonds}
	case archive.KindVolume, archive.KindBox, archive.KindAlbum:
		return []archive.HoldingKind{archive.KindSeries}
	case archive.KindPhoto:
		return []archive.HoldingKind{archive.KindSeries, archive.KindVolume, archive.KindBox, archive.KindAlbum, archive.KindItem}
	case archive.KindItem, archive.KindObject, archive.KindBook, archive.KindAV:
		return []archive.HoldingKind{archive.KindSeries, archive.KindVolume, archive.KindBox, archive.KindAlbum}
	case archive.KindDossier:
		return []archive.HoldingKind{archive.KindFonds}
	}
	return nil
}

// place fills in fonds and series from the parent, after checking that the kind may
// lie there.
func (t *Tx) place(doing string, s sheet) error {
	s.classify(t.c.class > archive.NotSecret)
	if s.h.Kind == archive.KindFonds {
		s.h.Parent, s.h.Series, s.h.Fonds = 0, 0, s.h.ID
		return nil
	}
	if s.h.Parent == 0 {
		return archive.Errorf(archive.Invalid, doing, s.h.Code, "no parent given")
	}
	up, err := t.chain(s.h.Parent)
	if err != nil {
		return err
	}
	if !slices.Contains(parents(s.h.Kind), up.kind) {
		return archive.Errorf(archive.Invalid, doing, s.h.Code, "a %s cannot lie in a %s", s.h.Kind, up.kind)
	}
	if err := t.mayHold(doing, s.h.Code, up); err != nil {
		return err
	}
	s.h.Fonds, s.h.Series = up.fonds, up.series
	if up.kind == archive.KindSeries {
		s.h.Series = up.id
	}
	if s.h.Kind == archive.KindSeries {
		s.h.Series = s.h.ID
	}
	return t.placeInBox(doing, s)
}

// classify gives a record the class of its 密级 and 开放标识, in the group it is in; in a
// classified archive a mark in the title counts like a 密级.
func (s sheet) classify(classified bool) {
	_, group := access.Parts(s.h.Access)
	if group < 0 {
		return
	}
	level := access.LevelOf(s.h.Secrecy, s.h.Opening)
	switch {
	case archive.IsPlaceholder(s.h.Title, s.h.Secrecy): // says nothing but that it is elsewhere
		level = access.Closed
	case classified:
		if marked, ok := access.Secrecy(archive.MarkedSecrecy(s.h.Title).String()); ok {
			level = max(level, marked)
		}
	}
	s.h.Access = access.ClassOf(level, group)
}

func (t *Tx) placeInBox(doing string, s sheet) error {
	box := s.box()
	if box == 0 {
		return nil
	}
	at, err := t.chain(box)
	if err != nil {
		return err
	}
	if !at.kind.IsContainer() {
		return archive.Errorf(archive.Invalid, doing, s.h.Code, "a %s is no box", at.kind)
	}
	return t.mayHold(doing, s.h.Code, at)
}
