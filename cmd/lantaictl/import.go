package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/assets/lang"
)

func importCommand() command {
	return command{
		name: "import", args: "catalogue FILE [--dry-run] [--update] [--map M] [--save-map M]", min: 2, max: 2,
		verbs: []string{"catalogue"},
		files: []string{"mapping", "rejects"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.mapping, "map", "", "file with the mapping of the columns; found out if left out")
			c.may("encoding", choice{values: append(sheet.Encodings(), "gbk", "gb2312")})
			c.flags.StringVar(&c.opt.saveMap, "save-map", "", "file to write the mapping to; nothing is imported")
			c.flags.StringVar(&c.opt.sheet, "sheet", "", "name of the sheet; the first that has rows if left out")
			c.flags.BoolVar(&c.opt.dryRun, "dry-run", false, "tell what would happen to each row and write nothing")
			c.flags.BoolVar(&c.opt.update, "update", false, "change rows that are held with other values")
			c.flags.StringVar(&c.opt.rejects, "rejects", "", "file for rejected rows, .xlsx or .csv; FILE-退回.xlsx in the current folder if left out, with a number when that is there")
			c.flags.StringVar(&c.opt.scheme, "create-series", "", "make series and fonds that are missing: item22, item13, vol13, vol94, photo02, book")
			c.may("create-series", choice{values: schemes()})
			c.flags.StringVar(&c.opt.series, "series", "", "类别档号 of the rows that name none")
			c.flags.StringVar(&c.opt.encoding, "encoding", "", "of CSV and DBF: utf-8, gb18030, big5, utf-16le, utf-16be; found out if left out")
		},
		run: runImport,
	}
}

// rejectJSON is a rejected cell or row in the fixed form.
type rejectJSON struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Reason string `json:"reason"` // a sentence
	Code   string `json:"code"`   // for programs
	Sheet  string `json:"sheet,omitempty"`
	Value  string `json:"value"`
}

// rowJSON is a row's fate, in a dry run.
type rowJSON struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row"`
	Fate  string `json:"fate"`
	Code  string `json:"code"`
}

func runImport(ctx context.Context, c *call) (int, error) {
	if c.args[0] != "catalogue" {
		return c.misused("import")
	}
	f, err := exchange.Open(ctx, c.args[1], sheet.Options{Encoding: c.opt.encoding})
	if err != nil {
		return exitFailed, err
	}
	defer func() { _ = f.Close() }() // was only read
	p, err := f.Preview(c.opt.sheet, 0)
	if err != nil {
		return exitFailed, err
	}
	m := p.Mapping
	if c.opt.mapping != "" {
		if m, err = exchange.LoadMapping(c.opt.mapping); err != nil {
			return exitFailed, err
		}
	}
	if c.opt.sheet != "" {
		m.Sheet = c.opt.sheet
	}
	if c.opt.series != "" {
		m.Series = c.opt.series
	}
	if c.opt.saveMap != "" {
		path, err := c.file("mapping", c.opt.saveMap)
		if err != nil {
			return exitFailed, err
		}
		return exitDone, archive.Wrap("write mapping", c.opt.saveMap, os.WriteFile(path, m.JSON(), 0o666)) //nolint:gosec // a mapping is no secret; it follows the umask, as what cp writes
	}
	return c.importRows(ctx, f, m)
}

func (c *call) importRows(ctx context.Context, f *exchange.File, m exchange.Mapping) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	rejects, err := c.file("rejects", c.rejectsFile())
	if err != nil {
		return exitFailed, err
	}
	bar := c.bar("phase.import")
	var fates []rowJSON
	o := exchange.Options{Sight: s.Sight(), DryRun: c.opt.dryRun, Update: c.opt.update, CreateSeries: c.opt.scheme, Rejects: rejects,
		Progress: bar.show, Say: c.rejectSentence}
	if c.opt.dryRun {
		o.Row = func(l exchange.Line) {
			if c.json {
				fates = append(fates, rowJSON{l.Sheet, l.Number, string(l.Fate), l.Code})
				return
			}
			c.say("ctl.import.row", lang.Args{"Row": l.Number, "Fate": c.words.T("import.fate."+string(l.Fate), nil), "Code": l.Code, "Title": l.Title})
		}
	}
	r, err := exchange.Import(ctx, s.Catalogue, s.Actor(), f, m, o)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	c.reportImport(r, fates, m.Left())
	if r.Rejected > 0 {
		return exitRefused, nil
	}
	return exitDone, nil
}

// rejectsFile is where rejected rows go: when nothing was said, into the current folder,
// since the table may lie on a medium that is not written to; and nowhere in a dry run.
// Of the files that are there none is written over: one may have been mended by hand.
func (c *call) rejectsFile() string {
	if c.opt.rejects != "" || c.opt.dryRun {
		return c.opt.rejects
	}
	name := filepath.Base(c.args[1])
	name = strings.TrimSuffix(name, filepath.Ext(name)) + "-退回"
	path := name + ".xlsx"
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); err != nil {
			return path
		}
		path = fmt.Sprintf("%s-%d.xlsx", name, n)
	}
}

func (c *call) rejectSentence(r exchange.Reject) string {
	detail := r.Detail
	if r.Code.Code != "" {
		detail = c.words.CodeProblem(r.Code)
	}
	return c.words.T("import.reason."+string(r.Reason), lang.Args{"Detail": detail})
}

func (c *call) reportImport(r exchange.Report, fates []rowJSON, unknown []string) {
	rejects := make([]rejectJSON, 0, len(r.Rejects))
	for _, x := range r.Rejects {
		rejects = append(rejects, rejectJSON{x.Row, x.Column, c.rejectSentence(x), string(x.Reason), x.Sheet, x.Value})
	}
	if c.json {
		out := map[string]any{"op": idOrNull(r.Op), "rows": r.Rows, "added": r.Added, "already": r.Already, "updated": r.Updated,
			"rejected": r.Rejected, "skipped": r.Skipped, "boxes": r.Boxes, "series": orEmpty(r.Series), "rejects": rejects,
			"rejects_file": r.File, "encoding": r.Encoding, "sheets": orEmpty(r.Sheets), "sheets_left": orEmpty(r.Left),
			"columns_left": orEmpty(unknown), "dry_run": c.opt.dryRun}
		if c.opt.dryRun {
			out["fates"] = orEmpty(fates)
		}
		c.print(out)
		return
	}
	key := "ctl.import"
	switch {
	case c.opt.dryRun:
		key = "ctl.import.dry"
	case r.Op == 0:
		key = "ctl.import.none"
	}
	c.say(key, lang.Args{"Rows": r.Rows, "Added": r.Added, "Already": r.Already, "Updated": r.Updated,
		"Rejected": r.Rejected, "Skipped": r.Skipped, "Op": r.Op})
	if len(unknown) > 0 {
		c.say("ctl.import.unknown", lang.Args{"Names": strings.Join(unknown, "、")})
	}
	if len(r.Left) > 0 {
		c.say("ctl.import.left", lang.Args{"Names": strings.Join(r.Left, "、")})
	}
	for _, x := range rejects {
		key := "ctl.import.reject"
		if x.Value != "" {
			key = "ctl.import.reject.value"
		}
		c.say(key, lang.Args{"Row": x.Row, "Column": x.Column, "Reason": x.Reason, "Value": x.Value})
	}
	if r.File != "" {
		c.say("ctl.import.file", lang.Args{"Path": r.File})
	}
}

// idOrNull makes JSON show null for no id.
func idOrNull(id archive.ID) any {
	if id == 0 {
		return nil
	}
	return id
}
