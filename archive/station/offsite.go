package station

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/offsite"
)

// outgoing is the folder of the home in which snapshots lie until they were copied.
const outgoing = "outgoing"

// Copies gives what keeps copies of the archive elsewhere. It is NotAllowed to whoever may not take
// everything out: what lies elsewhere can be read there.
func (s *Station) Copies(ctx context.Context) (*offsite.Copier, error) {
	r, err := s.Rights(ctx, s.Actor())
	if err != nil {
		return nil, err
	}
	if !r.TakesAll(s.Home.Class()) {
		return nil, s.refused(ctx, 0, "copies", archive.WrapAs(archive.NotAllowed, "keep copies elsewhere", "",
			&access.Refusal{Action: access.Export, Because: access.ByRole}))
	}
	return s.copier()
}

// copier is Copies for the program's own work, and for what says nothing of any record.
func (s *Station) copier() (*offsite.Copier, error) {
	number, err := s.Home.Station()
	if err != nil {
		return nil, err
	}
	dir := s.Home.Dir()
	return offsite.New(offsite.Options{
		Archive:   offsite.Archive{ID: s.Home.ArchiveID(), Name: s.Home.Name(), Class: s.Home.Class(), Station: number},
		Catalogue: s.Catalogue, Originals: s.Originals, Catalogued: s.Home.Catalogue(), Temp: filepath.Join(dir, outgoing),
		Tables: s.writeTables, Moves: filepath.Join(s.Home.Manifests(), "moves.tsv"), Heads: filepath.Join(s.Home.Log(), headsName),
		Beside: []string{filepath.Join(dir, "lantai.json"), filepath.Join(s.Home.Manifests(), "names.tsv")},
		Open:   s.openPlace, Volumes: s.opt.Volumes, Now: s.opt.Now, Step: s.opt.Step,
	}), nil
}

// writeTables writes the catalogue into a folder as CSV files: its records, and of each page its file.
func (s *Station) writeTables(ctx context.Context, dir string) error {
	all := access.All()
	if _, err := exchange.Export(ctx, s.Catalogue, filepath.Join(dir, "catalogue.csv"), exchange.ExportOptions{Sight: all}); err != nil {
		return err
	}
	const doing = "write table of pages"
	name := filepath.Join(dir, "pages.csv")
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return archive.Wrap(doing, name, err)
	}
	defer f.Close()
	if _, err := f.WriteString("\ufeff"); err != nil {
		return archive.Wrap(doing, name, err)
	}
	w := csv.NewWriter(f)
	w.UseCRLF = true
	if err := w.Write([]string{"档号", "页", "文件", "帧", "SHA-256"}); err != nil {
		return archive.Wrap(doing, name, err)
	}
	for p, err := range s.Catalogue.PagesWithFiles(ctx, all) {
		if err != nil {
			return err
		}
		at := "masters/" + p.File.Path
		if p.File.Root != 0 {
			at = "roots/" + p.File.Root.String() + "/" + p.File.Path
		}
		if err := w.Write([]string{p.Code, strconv.Itoa(p.Ordinal), at, strconv.Itoa(p.Frame), p.File.SHA256}); err != nil {
			return archive.Wrap(doing, name, err)
		}
	}
	w.Flush()
	return archive.Wrap(doing, name, errors.Join(w.Error(), f.Sync()))
}

// Backup copies what a target does not have. Paths of originals that may not be seen are told by number.
func (s *Station) Backup(ctx context.Context, name string, opt offsite.RunOptions) (offsite.Report, error) {
	copies, err := s.Copies(ctx)
	if err != nil {
		return offsite.Report{}, err
	}
	t, err := s.Catalogue.TargetNamed(ctx, name)
	if err != nil {
		return offsite.Report{}, err
	}
	r, err := copies.Run(ctx, s.Actor(), t, opt)
	for i, f := range r.Failed {
		file, ferr := s.Catalogue.File(ctx, access.All(), f.File)
		if ferr != nil {
			r.Failed[i].Path = "#" + f.File.String()
			continue
		}
		found, ferr := s.found(ctx, file.Root, file.Path)
		if ferr != nil {
			return r, errors.Join(err, ferr)
		}
		r.Failed[i].Path = found.Path
	}
	return r, err
}

// VerifyTarget reads the copies at a target back, or some of them, and compares them with
// the catalogue.
func (s *Station) VerifyTarget(ctx context.Context, name string, opt offsite.CheckOptions, progress func(archive.Progress)) (Verified, error) {
	const doing = "verify copies"
	v := newVerified()
	copies, err := s.Copies(ctx)
	if err != nil {
		return v, err
	}
	t, err := s.Catalogue.TargetNamed(ctx, name)
	if err != nil {
		return v, archive.Wrap(doing, name, err)
	}
	opt.Progress = func(p offsite.Progress) {
		if progress != nil {
			progress(archive.Progress{Phase: "verify", Done: p.Files, Total: p.Of})
		}
	}
	checked, err := copies.Check(ctx, s.Actor(), t, opt)
	if err != nil {
		return v, archive.Wrap(doing, name, err)
	}
	v.Checked, v.OK = checked.Checked, checked.OK
	for _, l := range []struct {
		to   *[]Found
		from []offsite.Finding
	}{{&v.Missing, checked.Missing}, {&v.Changed, checked.Changed}, {&v.Extra, checked.Extra}, {&v.Unreadable, checked.Unreadable}} {
		for _, f := range l.from {
			found, err := s.foundCopy(ctx, f)
			if err != nil {
				return v, archive.Wrap(doing, name, err)
			}
			*l.to = append(*l.to, found)
		}
	}
	return v, nil
}

// foundCopy names the holding and page of a copy that was found not to be as it should. Of an
// original that may not be seen it says the number alone.
func (s *Station) foundCopy(ctx context.Context, f offsite.Finding) (Found, error) {
	if f.File == 0 {
		if !s.Sight().SeesUnsorted() {
			return Found{Path: "#"}, nil
		}
		return Found{Path: f.Path}, nil
	}
	file, err := s.Catalogue.File(ctx, access.All(), f.File)
	if err != nil {
		return Found{}, err
	}
	found, err := s.found(ctx, file.Root, file.Path)
	if !strings.HasPrefix(found.Path, "#") {
		found.Path = f.Path
	}
	return found, err
}
