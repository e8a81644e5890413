package app

import (
	"context"
	"strconv"

	"lantai/app/holdings"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// sheet is a record with the fields of its kind; one of the four is set.
type sheet struct {
	fonds     *archive.Fonds
	series    *archive.Series
	container *archive.Container
	item      *archive.Item
}

func readSheet(ctx context.Context, cat *store.Catalogue, h archive.Holding) (s sheet, err error) {
	sight := access.All()
	switch h.Kind {
	case archive.KindFonds:
		f, err := cat.FondsByID(ctx, sight, h.ID)
		return sheet{fonds: &f}, err
	case archive.KindSeries:
		v, err := cat.Series(ctx, sight, h.ID)
		return sheet{series: &v}, err
	case archive.KindVolume, archive.KindAlbum, archive.KindBox:
		v, err := cat.Container(ctx, sight, h.ID)
		return sheet{container: &v}, err
	}
	i, err := cat.Item(ctx, sight, h.ID)
	return sheet{item: &i}, err
}

func (s sheet) holding() *archive.Holding {
	switch {
	case s.fonds != nil:
		return &s.fonds.Holding
	case s.series != nil:
		return &s.series.Holding
	case s.container != nil:
		return &s.container.Holding
	}
	return &s.item.Holding
}

// texts and numbers give the places of the fields of the record's kind by name.
func (s sheet) texts() map[string]*string {
	h := s.holding()
	m := map[string]*string{holdings.Title: &h.Title, holdings.Date: &h.Date, holdings.Retention: &h.Retention, holdings.Opening: &h.Opening}
	switch {
	case s.fonds != nil:
		m[holdings.Creator], m[holdings.History], m[holdings.Note] = &s.fonds.Creator, &s.fonds.History, &s.fonds.Note
		m[holdings.DateBegin], m[holdings.DateEnd] = &s.fonds.DateBegin, &s.fonds.DateEnd
	case s.series != nil:
		m[holdings.Languages], m[holdings.Note] = &s.series.Languages, &s.series.Note
	case s.container != nil:
		m[holdings.Author], m[holdings.Note] = &s.container.Author, &s.container.Note
		m[holdings.DateBegin], m[holdings.DateEnd] = &s.container.DateBegin, &s.container.DateEnd
	default:
		m[holdings.Author], m[holdings.DocNo], m[holdings.Persons] = &s.item.Author, &s.item.DocNo, &s.item.Persons
		m[holdings.PageNo], m[holdings.Note] = &s.item.PageNo, &s.item.Note
	}
	return m
}

func (s sheet) numbers() map[string]*int {
	m := map[string]*int{holdings.Year: &s.holding().Year}
	switch {
	case s.container != nil:
		m[holdings.PageCount] = &s.container.PageCount
	case s.item != nil:
		m[holdings.PageCount] = &s.item.PageCount
	}
	return m
}

func (s sheet) values() holdings.Values {
	v := holdings.Values{}
	for name, text := range s.texts() {
		v[name] = *text
	}
	for name, n := range s.numbers() {
		v[name] = ""
		if *n != 0 {
			v[name] = strconv.Itoa(*n)
		}
	}
	return v
}

// set takes over the fields that values have.
func (s sheet) set(values holdings.Values) error {
	for name, text := range s.texts() {
		if v, ok := values[name]; ok {
			*text = v
		}
	}
	for name, n := range s.numbers() {
		if v, ok := values[name]; ok {
			var err error
			if *n, err = wholeNumber("save record", v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s sheet) update(tx *store.Tx) error {
	switch {
	case s.fonds != nil:
		return tx.Update(s.fonds)
	case s.series != nil:
		return tx.Update(s.series)
	case s.container != nil:
		return tx.Update(s.container)
	}
	return tx.Update(s.item)
}
