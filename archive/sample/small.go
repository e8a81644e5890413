package sample

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/sample"
)

// Small makes a new archive in dir with the fonds, series and holdings of the pages that
// the project drew, and puts their delivery of scans into a folder of the system for
// temporary files. The caller receives that folder like any other, and removes it.
func Small(ctx context.Context, dir string) (delivery string, err error) {
	const op = "make sample"
	d, err := sample.Describe()
	if err != nil {
		return "", err
	}
	if _, err := home.Init(dir, d.Archive, home.Options{}); err != nil {
		return "", err
	}
	s, err := station.Open(ctx, dir, station.Options{Light: true})
	if err != nil {
		return "", err
	}
	err = register(ctx, s, d)
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", archive.Wrap(op, dir, err)
	}
	tmp, err := os.MkdirTemp("", "lantai-sample-")
	if err != nil {
		return "", archive.Wrap(op, dir, err)
	}
	// The batch takes its name from the folder.
	delivery = filepath.Join(tmp, d.Archive)
	if err := sample.Extract(delivery); err != nil {
		os.RemoveAll(tmp)
		return "", archive.Wrap(op, dir, err)
	}
	return delivery, nil
}

// register enters the sample's fonds, series and holdings.
func register(ctx context.Context, s *station.Station, d sample.Description) error {
	actor := archive.LocalActor()
	_, err := s.Catalogue.Do(ctx, actor, archive.OpFondsAdd, func(tx *store.Tx) error {
		for _, f := range d.Fonds {
			row := archive.Fonds{Creator: f.Creator, DateBegin: f.DateBegin, DateEnd: f.DateEnd, History: f.History}
			row.Code, row.Title = f.Code, f.Title
			if err := tx.AddFonds(&row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range d.Series {
		code := v.Fonds + "-" + v.Category
		if _, err := s.AddSeries(ctx, actor, station.NewSeries{Code: code, Title: v.Title, Scheme: v.Scheme}); err != nil {
			return err
		}
	}
	for _, h := range d.Holdings {
		values := station.Values{"title": h.Title, "date": h.Date, "author": h.Author, "doc_no": h.DocNo, "retention": h.Retention}
		if h.Year != 0 {
			values["year"] = strconv.Itoa(h.Year)
		}
		if _, _, err := s.AddRecord(ctx, actor, station.NewRecord{Code: h.Code, Series: h.Fonds + "-" + h.Category, Values: values}); err != nil {
			return err
		}
	}
	return nil
}
