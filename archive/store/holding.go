package store

import (
	"slices"

	"lantai/archive"
)

// sheet is a row of holding together with the row of the table of its kind.
type sheet struct {
	h     *archive.Holding
	table string
	own   columns
}

func (s sheet) columns() columns { return append(holdingColumns(s.h), s.own...) }

func holdingColumns(h *archive.Holding) columns {
	return columns{
		{"kind", &h.Kind}, {"parent", &h.Parent}, {"fonds", &h.Fonds}, {"series", &h.Series},
		{"code", &h.Code}, {"title", &h.Title}, {"date", &h.Date}, {"year", &h.Year},
		{"retention", &h.Retention}, {"opening", &h.Opening}, {"access_class", &h.Access},
	}
}

func fondsSheet(f *archive.Fonds) sheet {
	return sheet{&f.Holding, "fonds", columns{
		{"creator", &f.Creator}, {"date_begin", &f.DateBegin}, {"date_end", &f.DateEnd},
		{"history", &f.History}, {"note", &f.Note},
	}}
}

func seriesSheet(s *archive.Series) sheet {
	return sheet{&s.Holding, "series", columns{
		{"category", &s.Category}, {"method", &s.Method}, {"scheme", &s.Scheme},
		{"languages", &s.Languages}, {"note", &s.Note},
	}}
}

func containerSheet(v *archive.Container) sheet {
	return sheet{&v.Holding, "container", columns{
		{"number", &v.Number}, {"author", &v.Author}, {"date_begin", &v.DateBegin},
		{"date_end", &v.DateEnd}, {"page_count", &v.PageCount}, {"note", &v.Note},
	}}
}

func itemSheet(i *archive.Item) sheet {
	return sheet{&i.Holding, "item", columns{
		{"number", &i.Number}, {"box", &i.Box}, {"author", &i.Author}, {"doc_no", &i.DocNo},
		{"persons", &i.Persons}, {"page_count", &i.PageCount}, {"page_no", &i.PageNo}, {"note", &i.Note},
	}}
}

// blankSheet is an empty record of a kind, to be read into.
func blankSheet(kind archive.HoldingKind) sheet {
	switch {
	case kind == archive.KindFonds:
		return fondsSheet(&archive.Fonds{})
	case kind == archive.KindSeries:
		return seriesSheet(&archive.Series{})
	case isContainer(kind):
		return containerSheet(&archive.Container{})
	}
	return itemSheet(&archive.Item{})
}

// box is where an item lies, or zero.
func (s sheet) box() archive.ID {
	for _, c := range s.own {
		if id, ok := c.field.(*archive.ID); ok && c.name == "box" {
			return *id
		}
	}
	return 0
}

func (s sheet) chain() chain {
	return chain{s.h.ID, s.h.Parent, s.h.Fonds, s.h.Series, s.box(), s.h.Kind, s.h.Access}
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
	}
	return nil
}

// place fills in fonds and series from the parent, after checking that the kind may
// lie there.
func (t *Tx) place(doing string, s sheet) error {
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
	s.h.Fonds, s.h.Series = up.fonds, up.series
	if up.kind == archive.KindSeries {
		s.h.Series = up.id
	}
	if s.h.Kind == archive.KindSeries {
		s.h.Series = s.h.ID
	}
	return t.placeInBox(doing, s)
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
	if !isContainer(at.kind) {
		return archive.Errorf(archive.Invalid, doing, s.h.Code, "a %s is no box", at.kind)
	}
	return nil
}
