package offsite

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

// openCatalogue opens the catalogue that was brought.
func (r *restore) openCatalogue(ctx context.Context) (*store.Catalogue, error) {
	cat, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(r.opt.Home, "catalogue.db"), Text: filepath.Join(r.opt.Home, "text.db"),
		Class: r.labels[0].Class})
	if err != nil {
		return nil, err
	}
	carriers, err := cat.Carriers(ctx, r.labels[0].Target)
	if err != nil {
		return nil, errors.Join(err, cat.Close())
	}
	r.number = map[archive.ID]int{}
	for _, c := range carriers {
		r.number[c.ID] = c.Number
	}
	return cat, nil
}

// asked finds the originals of the fonds and records that were asked for.
func (r *restore) asked(ctx context.Context, cat *store.Catalogue) (map[archive.ID]bool, error) {
	const doing = "find what is restored"
	var holdings []archive.ID
	for _, number := range r.opt.Fonds {
		f, err := cat.FondsByNumber(ctx, access.All(), number)
		if err != nil {
			return nil, archive.Wrap(doing, number, err)
		}
		holdings = append(holdings, f.ID)
	}
	for _, code := range r.opt.Codes {
		h, err := cat.HoldingByCode(ctx, access.All(), code)
		if err != nil {
			return nil, archive.Wrap(doing, code, err)
		}
		holdings = append(holdings, h.ID)
	}
	only := map[archive.ID]bool{}
	for _, id := range holdings {
		list, err := filesOf(ctx, cat, id)
		if err != nil {
			return nil, archive.Wrap(doing, id.String(), err)
		}
		for _, f := range list {
			only[f.ID] = true
		}
	}
	return only, nil
}

// filesOf finds the originals of a record and of what lies in it, with what was delivered as
// their text, which has no pages and lies beside them.
func filesOf(ctx context.Context, cat *store.Catalogue, holding archive.ID) ([]archive.File, error) {
	ids, err := cat.FilesOf(ctx, holding)
	if err != nil {
		return nil, err
	}
	files, err := cat.Files(ctx, access.All(), ids)
	if err != nil {
		return nil, err
	}
	beside := map[string]map[string]bool{} // folder → paths that a text may have
	for _, f := range files {
		if f.Root != 0 {
			continue
		}
		stem := strings.TrimSuffix(f.Path, path.Ext(f.Path))
		dir := path.Dir(f.Path) + "/"
		if beside[dir] == nil {
			beside[dir] = map[string]bool{}
		}
		beside[dir][stem] = true
		if at := strings.LastIndexByte(stem, '-'); at > len(dir) {
			beside[dir][stem[:at]+"-TEXT"] = true
		}
	}
	for dir, stems := range beside {
		for after := ""; ; {
			list, err := cat.FilesBelow(ctx, 0, dir, after, 2000)
			if err != nil {
				return nil, err
			}
			if len(list) == 0 {
				break
			}
			after = list[len(list)-1].Path
			for _, f := range list {
				if f.Format == "text" && stems[strings.TrimSuffix(f.Path, path.Ext(f.Path))] {
					files = append(files, f)
				}
			}
		}
	}
	return files, nil
}

// originals brings the originals back, lot after lot.
func (r *restore) originals(ctx context.Context) (err error) {
	cat, err := r.openCatalogue(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cat.Close()) }()
	totals, err := cat.CopyTotals(ctx, r.labels[0].Target)
	if err != nil {
		return err
	}
	b := &bar{say: r.opt.Progress, now: Progress{Phase: "restore", Of: totals.Files, OfBy: totals.Bytes}}
	if r.choose != nil {
		if r.only, err = r.choose(ctx, cat); err != nil {
			return err
		}
		b.now.Of, b.now.OfBy = len(r.only), 0
	}
	leave := func() {}
	defer func() { leave() }()
	var lot []archive.File
	var bytes int64
	flush := func() error {
		if r.roots == nil && slices.ContainsFunc(lot, func(f archive.File) bool { return f.Root != 0 }) {
			if r.roots, leave, err = openInto(ctx, r.opt.Roots); err != nil {
				leave = func() {}
				return err
			}
		}
		err := r.bring(ctx, cat, lot, b)
		lot, bytes = lot[:0], 0
		return err
	}
	for f, err := range cat.AllFiles(ctx, access.All()) {
		if err != nil {
			return err
		}
		if f.State == archive.FileQuarantined || f.SHA256 == "" {
			continue // never copied
		}
		if r.only != nil && !r.only[f.ID] {
			r.out.NotBrought++
			continue
		}
		if lot, bytes = append(lot, f), bytes+f.Bytes; len(lot) < lotFiles && bytes < r.opt.GroupBytes {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return r.lists(ctx, cat)
}

// brought is what became of one original.
type brought struct {
	w     place.Writer
	there bool
	fault archive.CopyFault
	disk  int
}

// into are the groups of a lot: one in the home, and one where the storage roots lie.
type into struct{ home, roots *pack }

func (r *restore) begin(ctx context.Context) (g into, err error) {
	if g.home, err = begin(ctx, r.home); err != nil || r.roots == nil {
		return g, err
	}
	if g.roots, err = begin(ctx, r.roots); err != nil {
		g.home.Abandon()
	}
	return g, err
}

func (g into) abandon() {
	g.home.Abandon()
	if g.roots != nil {
		g.roots.Abandon()
	}
}

// settle tells what came of each file.
func (g into) settle(ctx context.Context) (map[place.Writer]error, error) {
	of, err := g.home.settle(ctx)
	if err == nil && g.roots != nil {
		var more map[place.Writer]error
		more, err = g.roots.settle(ctx)
		maps.Copy(of, more)
	}
	return of, err
}

// at is where an original comes to lie: the place, the group and the path there.
func (r *restore) at(g into, f archive.File) (place.Place, *pack, string) {
	if f.Root == 0 {
		return r.home, g.home, mastersDir + f.Path
	}
	return r.roots, g.roots, f.Root.String() + "/" + f.Path
}

// bring copies a lot of originals from the media.
func (r *restore) bring(ctx context.Context, cat *store.Catalogue, files []archive.File, b *bar) error {
	if len(files) == 0 {
		return nil
	}
	ids := make([]archive.ID, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	copies, err := cat.CopiesOf(ctx, r.labels[0].Target, ids)
	if err != nil {
		return err
	}
	g, err := r.begin(ctx)
	if err != nil {
		return err
	}
	defer g.abandon()
	outcome := make([]brought, len(files))
	work, stop := errgroup.WithContext(ctx)
	work.SetLimit(copiers)
	for i, f := range files {
		one, ok := copies[f.ID]
		work.Go(func() error {
			var err error
			outcome[i], err = r.bringFrom(stop, g, f, one, ok)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	settled, err := g.settle(ctx)
	if err != nil {
		return err
	}
	if err := r.count(files, outcome, settled); err != nil {
		return err
	}
	b.show(r.out.Files, r.out.Bytes)
	r.opt.Step(stepBrought)
	return nil
}

// bringFrom copies an original from the medium that the catalogue names. One that was copied
// after the catalogue was, is looked for under its path on the media that are there.
func (r *restore) bringFrom(ctx context.Context, g into, f archive.File, one store.CopyOf, known bool) (brought, error) {
	if known {
		from := r.media[one.Carrier]
		if from == nil {
			return brought{fault: archive.CopyMissing, disk: r.number[one.Carrier]}, nil
		}
		return r.bringOne(ctx, g, from, f, pathOf(f, one.FileCopy.Path))
	}
	for _, carrier := range slices.Sorted(maps.Keys(r.media)) {
		from, at := r.media[carrier], pathOf(f, "")
		if e, err := from.Stat(ctx, at); err == nil && e.Bytes == f.Bytes {
			if b, err := r.bringOne(ctx, g, from, f, at); err != nil || b.fault == archive.CopyGood {
				return b, err
			}
		}
	}
	return brought{fault: archive.CopyMissing}, nil
}

// bringOne copies one original; those that are there already are read instead.
func (r *restore) bringOne(ctx context.Context, g into, from place.Place, f archive.File, path string) (brought, error) {
	in, pack, to := r.at(g, f)
	if e, err := in.Stat(ctx, to); err == nil && e.Bytes == f.Bytes {
		fault, err := new(Copier).readBack(ctx, in, to, f.Bytes, f.SHA256, func(int64) {})
		return brought{there: fault == archive.CopyGood, fault: fault}, err
	}
	src, err := from.Open(ctx, path)
	if err != nil {
		fault, err := faultOf(err)
		return brought{fault: fault}, err
	}
	defer src.Close()
	w, err := pack.create(ctx, to)
	if err != nil {
		return brought{}, err
	}
	sum := newSum()
	n, err := pass(ctx, io.MultiWriter(w, sum), src, func(int64) {})
	var bad *source
	switch {
	case errors.As(err, &bad):
		pack.discard(w)
		return brought{fault: archive.CopyUnreadable}, nil
	case err != nil:
		pack.discard(w)
		return brought{}, err
	case n != f.Bytes || sum.hex() != f.SHA256:
		pack.discard(w)
		return brought{fault: archive.CopyChanged}, nil
	}
	return brought{w: w}, w.Close()
}

func (r *restore) count(files []archive.File, outcome []brought, settled map[place.Writer]error) error {
	for i, f := range files {
		o := outcome[i]
		if err := settled[o.w]; o.w != nil && err != nil {
			return err
		}
		fail := Failure{Path: f.Path, Reason: string(o.fault), File: f.ID}
		switch {
		case o.w != nil || o.there:
			r.out.Files++
			r.out.Bytes += f.Bytes
			if err := r.date(f); err != nil {
				return err
			}
			if r.brought != nil {
				r.brought[f.ID] = r.below(f)
			}
		case o.fault == archive.CopyMissing:
			r.out.Missing = append(r.out.Missing, fail)
			if o.disk != 0 && !slices.Contains(r.out.Disks, o.disk) {
				r.out.Disks = append(r.out.Disks, o.disk)
			}
		default:
			r.out.Failed = append(r.out.Failed, fail)
		}
	}
	return nil
}

// below is where an original comes to lie, below the folder that has the home and the roots.
func (r *restore) below(f archive.File) string {
	if f.Root == 0 {
		return filepath.Base(r.opt.Home) + "/" + mastersDir + f.Path
	}
	return filepath.Base(r.opt.Roots) + "/" + f.Root.String() + "/" + f.Path
}

// date gives an original on a storage root the time of change that it was registered with:
// by another one it would count as changed.
func (r *restore) date(f archive.File) error {
	if f.Root == 0 || f.Modified == 0 {
		return nil
	}
	name, at := filepath.Join(r.opt.Roots, f.Root.String(), filepath.FromSlash(f.Path)), time.UnixMilli(f.Modified)
	return archive.Wrap("restore original", name, os.Chtimes(name, at, at))
}
