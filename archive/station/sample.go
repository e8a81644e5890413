package station

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/store"
	"lantai/assets/sample"
)

// InitSample makes a new archive in dir with the sample's fonds, series and
// holdings, and puts its delivery of scans into a folder of the system for temporary
// files. The caller receives that folder like any other, and removes it.
func InitSample(ctx context.Context, dir string) (delivery string, err error) {
	const op = "make sample"
	d, err := sample.Describe()
	if err != nil {
		return "", err
	}
	if _, err := home.Init(dir, d.Archive, home.Options{}); err != nil {
		return "", err
	}
	s, err := Open(ctx, dir, Options{Light: true})
	if err != nil {
		return "", err
	}
	err = s.register(ctx, d)
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
func (s *Station) register(ctx context.Context, d sample.Description) error {
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
		if _, err := s.AddSeries(ctx, actor, NewSeries{Code: code, Title: v.Title, Scheme: v.Scheme}); err != nil {
			return err
		}
	}
	for _, h := range d.Holdings {
		values := Values{"title": h.Title, "date": h.Date, "author": h.Author, "doc_no": h.DocNo, "retention": h.Retention}
		if h.Year != 0 {
			values["year"] = strconv.Itoa(h.Year)
		}
		if _, _, err := s.AddRecord(ctx, actor, NewRecord{Code: h.Code, Series: h.Fonds + "-" + h.Category, Values: values}); err != nil {
			return err
		}
	}
	return nil
}
