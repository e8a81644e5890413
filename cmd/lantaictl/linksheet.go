package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// saveTable writes a CSV file as spreadsheet programs take it. The file appears whole or
// not at all.
func saveTable(path string, class archive.Secrecy, write func(*sheet.CSVWriter) error) (err error) {
	const op = "write report"
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return archive.WrapAs(archive.Unavailable, op, path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(part)
		}
	}()
	w := sheet.NewCSVWriter(f)
	if class > archive.NotSecret {
		err = w.Write([]string{class.Mark()})
	}
	if err == nil {
		err = write(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	return archive.Wrap(op, path, err)
}

func (c *call) heads(keys ...string) []string {
	row := make([]string, len(keys))
	for i, k := range keys {
		row[i] = c.words.T("report."+k, nil)
	}
	return row
}

// writeFindings saves what needs a person.
func (c *call) writeFindings(ctx context.Context, s *station.Station, r ingest.LinkReport) error {
	return saveTable(c.opt.link.report, s.Home.Class(), func(w *sheet.CSVWriter) error {
		if err := w.Write(c.heads("code", "title", "kind", "expected", "found", "detail")); err != nil {
			return err
		}
		line := func(code, title, kind, expected, found, detail string) error {
			return w.Write([]string{code, title, kind, expected, found, detail})
		}
		for from := 0; from < len(r.Mismatches); from += 500 {
			part := r.Mismatches[from:min(from+500, len(r.Mismatches))]
			titles, err := titlesOf(ctx, s, part)
			if err != nil {
				return err
			}
			for _, m := range part {
				detail := m.Detail
				if detail != "" && detail[0] >= '0' && detail[0] <= '9' {
					detail = c.words.T("report.pages", lang.Args{"Pages": detail})
				}
				if err := line(m.Code, titles[m.Holding], c.words.T("mismatch."+string(m.Kind), nil),
					strconv.Itoa(m.Expected), strconv.Itoa(m.Found), detail); err != nil {
					return err
				}
			}
		}
		for _, u := range r.Unmatched {
			if err := line(u.Code, "", c.words.T("fate.unmatched", nil), "", "", u.Path); err != nil {
				return err
			}
		}
		for _, t := range r.ClaimedTwice {
			if err := line(strings.Join(t.Codes, "  "), "", c.words.T("fate.twice", nil), "1", strconv.Itoa(len(t.Codes)), t.Path); err != nil {
				return err
			}
		}
		return nil
	})
}

func titlesOf(ctx context.Context, s *station.Station, list []ingest.Mismatch) (map[archive.ID]string, error) {
	ids := make([]archive.ID, len(list))
	for i, m := range list {
		ids[i] = m.Holding
	}
	found, err := s.Catalogue.Holdings(ctx, s.Sight(), ids)
	titles := make(map[archive.ID]string, len(found))
	for _, h := range found {
		titles[h.ID] = h.Title
	}
	return titles, err
}

// dryRun shows every line of a plan: in the report, if one is asked for, otherwise, in
// words, on standard output.
func (c *call) dryRun(ctx context.Context, s *station.Station, p *ingest.LinkPlan) error {
	if c.opt.link.report != "" {
		return saveTable(c.opt.link.report, s.Home.Class(), func(w *sheet.CSVWriter) error {
			if err := w.Write(c.heads("fate", "path", "code", "ordinal")); err != nil {
				return err
			}
			return s.LinkRows(ctx, p, func(r ingest.LinkRow) error {
				return w.Write([]string{c.words.T("fate."+string(r.Fate), nil), r.Path, r.Code, ordinal(r)})
			})
		})
	}
	if c.json {
		return nil
	}
	return s.LinkRows(ctx, p, func(r ingest.LinkRow) error {
		if r.Page == 0 { // these follow in words of their own
			return nil
		}
		_, err := fmt.Fprintf(c.out, "%s  %s  %s  %s\n", c.words.T("fate."+string(r.Fate), nil), r.Path, r.Code, ordinal(r))
		return err
	})
}

func ordinal(r ingest.LinkRow) string {
	if r.Ordinal == 0 {
		return ""
	}
	return strconv.Itoa(r.Ordinal)
}
