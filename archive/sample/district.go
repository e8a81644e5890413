package sample

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
)

const opDistrict = "make district sample"

// District says which part of the district's archive is made.
type District struct {
	Dir      string  // of the new archive; it appears when it is whole
	Seed     uint64  // the same seed gives the same archive, ids included
	Fraction float64 // of the annual figures, above 0 up to 1; zero: all
	Corpus   string  // folder of texts for the pages; empty: pages without text
	Progress func(archive.Progress)
}

// Made says what was made.
type Made struct {
	Figures
	Files int `json:"files"`
	Texts int `json:"texts"` // pages with text
}

// PhaseDistrict is the phase of progress, which counts items and pages.
const PhaseDistrict = "sample"

// The originals lie on a storage root that is not connected.
const (
	rootLabel = "数字化成果库"
	rootPath  = "/media/数字化成果库"
)

// clock stands still: ids, and all that is dated, come out the same every time.
func clock() time.Time { return time.Date(2021, 1, 4, 1, 0, 0, 0, time.UTC) }

// unfinished marks the folder of an archive that is being made.
const unfinished = "sample-unfinished"

// Edition changes whenever the same seed would give another archive: what was made for
// measurements is kept under it.
const Edition = 1

// Make makes the archive of the annual figures. It is built beside Dir, which is empty or
// not there, and takes its place when it is whole; stopped, nothing is left. What a killed
// one has left is cleared away by the next.
func (d District) Make(ctx context.Context) (Made, error) {
	if d.Fraction == 0 {
		d.Fraction = 1
	}
	if d.Fraction < 0 || d.Fraction > 1 {
		return Made{}, archive.Errorf(archive.Invalid, opDistrict, "", "a fraction above 0 up to 1, not %g", d.Fraction)
	}
	if d.Progress == nil {
		d.Progress = func(archive.Progress) {}
	}
	dir, err := filepath.Abs(d.Dir)
	if err != nil {
		return Made{}, archive.Wrap(opDistrict, d.Dir, err)
	}
	part := dir + ".part"
	if err := clearWay(dir, part); err != nil {
		return Made{}, err
	}
	var texts *corpus
	if d.Corpus != "" {
		if texts, err = readCorpus(d.Corpus, d.Seed); err != nil {
			return Made{}, err
		}
	}
	made, err := d.build(ctx, part, texts)
	if err == nil {
		err = errors.Join(os.Remove(filepath.Join(part, unfinished)), os.Rename(part, dir))
	}
	if err != nil {
		return Made{}, errors.Join(archive.Wrap(opDistrict, d.Dir, err), os.RemoveAll(part))
	}
	return made, nil
}

// clearWay makes sure that dir can be made, and takes away what a killed one has left.
func clearWay(dir, part string) error {
	if list, err := os.ReadDir(dir); err == nil && len(list) > 0 {
		return archive.Errorf(archive.Conflict, opDistrict, dir, "the folder is not empty")
	}
	if _, err := os.Stat(filepath.Join(part, unfinished)); err == nil {
		if err := os.RemoveAll(part); err != nil {
			return archive.Wrap(opDistrict, part, err)
		}
	}
	if _, err := os.Lstat(part); err == nil {
		return archive.Errorf(archive.Conflict, opDistrict, part, "the folder is in the way")
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return archive.Wrap(opDistrict, dir, err)
	}
	return nil
}

func (d District) build(ctx context.Context, part string, texts *corpus) (made Made, err error) {
	h, err := home.Init(part, "青禾区档案馆", home.Options{Now: clock})
	if err != nil {
		return Made{}, err
	}
	if err := os.WriteFile(filepath.Join(part, unfinished), nil, 0o600); err != nil {
		return Made{}, err
	}
	s, err := station.OpenHome(ctx, h, station.Options{Light: true, Now: clock})
	if err != nil {
		return Made{}, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := makePlan(Annual().Scaled(d.Fraction))
	w := &writer{cat: s.Catalogue, actor: archive.LocalActor(), plan: p, texts: texts, progress: d.Progress, held: map[heldKey]int{}}
	w.made.Figures = p.figures
	w.made.Bytes = 0
	if err := w.furnish(ctx); err != nil {
		return Made{}, err
	}
	if err := w.fill(ctx, newMaker(p, newHand(d.Seed))); err != nil {
		return Made{}, err
	}
	return w.made, w.ledger(ctx)
}

// furnish adds fonds, series, the storage root and the batches of the scans.
func (w *writer) furnish(ctx context.Context) error {
	_, err := w.cat.Do(ctx, w.actor, archive.OpFondsAdd, func(tx *store.Tx) error {
		for _, f := range w.fonds {
			row := archive.Fonds{Creator: f.name, DateBegin: itoa(f.begin), DateEnd: itoa(f.end), Repository: "436101", Type: "独立", Era: "建国后",
				Status: "已进馆", Accessioned: itoa(min(f.end+1, lastYear)) + "1210", History: f.name + "档案由本馆分批接收，历次移交均有文据。"}
			if f.end == lastYear {
				row.DateEnd = ""
			}
			row.Code, row.Title, row.Date = f.code, f.name, itoa(f.begin)
			if err := tx.AddFonds(&row); err != nil {
				return err
			}
			w.ids = append(w.ids, row.ID)
		}
		return nil
	})
	if err == nil {
		_, err = w.cat.Do(ctx, w.actor, archive.OpSeriesAdd, w.addSeries)
	}
	if err == nil {
		_, err = w.cat.Do(ctx, w.actor, "root.add", w.addRoot)
	}
	return err
}

func (w *writer) addSeries(tx *store.Tx) error {
	for i := range w.classes {
		c := &w.classes[i]
		scheme, ok := refcode.Builtin(c.scheme)
		if !ok {
			return archive.Errorf(archive.Invalid, opDistrict, c.scheme, "no such scheme")
		}
		c.series.Parent, c.series.Method, c.series.Scheme = w.ids[c.fonds], scheme.Method, scheme.JSON()
		c.series.Arranged = archive.Accessioned
		if err := tx.AddSeries(&c.series); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) addRoot(tx *store.Tx) error {
	root := store.Root{Label: rootLabel, Path: rootPath}
	if err := tx.AddRoot(&root); err != nil {
		return err
	}
	w.root = root.ID
	for _, f := range w.fonds {
		b := archive.Batch{Name: f.code + " " + f.name, Source: rootPath + "/" + f.code, Started: clock().UnixMilli(), Ended: clock().UnixMilli()}
		if err := tx.AddBatch(&b); err != nil {
			return err
		}
		w.batches = append(w.batches, b.ID)
	}
	return nil
}

// ledger enters what was held before the year of the figures, and what came in that year.
func (w *writer) ledger(ctx context.Context) error {
	_, err := w.cat.Do(ctx, w.actor, "movement.add", func(tx *store.Tx) error {
		for i, fonds := range w.ids {
			for _, kind := range archive.Kinds() {
				for _, m := range []archive.Movement{
					{Kind: archive.MovedOpening, Quantity: w.held[heldKey{i, kind, false}], Date: itoa(lastYear) + "0101", Document: itoa(lastYear-1) + "年末馆藏清点"},
					{Kind: archive.MovedIn, Quantity: w.held[heldKey{i, kind, true}], Date: itoa(lastYear) + "1231", Document: "青禾区档案馆接收档案交接文据"},
				} {
					if m.Quantity == 0 {
						continue
					}
					m.Fonds, m.Year, m.Unit = fonds, lastYear, string(kind)
					if err := tx.AddMovement(&m); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	return err
}
