package sample

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// heldKey is what the ledger counts apart.
type heldKey struct {
	fonds int
	kind  archive.HoldingKind
	late  bool // of the last year
}

// writer puts units into the catalogue.
type writer struct {
	*plan
	cat      *store.Catalogue
	actor    archive.Actor
	texts    *corpus
	progress func(archive.Progress)
	root     archive.ID
	batches  []archive.ID
	held     map[heldKey]int
	made     Made
	done     int
	sizes    uint64 // state of the sizes of originals
}

// chunkRows is about how many rows one transaction has.
const chunkRows = 6000

// fill writes all units under one pending op.
func (w *writer) fill(ctx context.Context, m *maker) error {
	next, stop := iter.Pull(m.all)
	defer stop()
	long, err := w.cat.Begin(ctx, w.actor, archive.OpHoldingAdd)
	if err != nil {
		return err
	}
	total := w.figures.Items + w.figures.Pages
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return errors.Join(archive.WrapAs(archive.Stopped, opDistrict, "", err), long.Abandon(context.WithoutCancel(ctx)))
		}
		var texts []archive.PageText
		err := long.Chunk(ctx, func(tx *store.Tx) error {
			var err error
			more, texts, err = w.chunk(tx, next)
			return err
		})
		if err == nil && len(texts) > 0 {
			err = w.cat.SaveText(ctx, texts...)
		}
		if err != nil {
			return errors.Join(err, long.Abandon(context.WithoutCancel(ctx)))
		}
		w.progress(archive.Progress{Phase: PhaseDistrict, Done: w.done, Total: total})
	}
	_, err = long.Finish(ctx)
	return err
}

// chunk writes units until there are enough, and tells whether more are to come.
func (w *writer) chunk(tx *store.Tx, next func() (unit, bool)) (more bool, texts []archive.PageText, err error) {
	var rows []store.NewRow
	var files []store.Adopted
	for n := 0; n < chunkRows; {
		u, ok := next()
		if !ok {
			break
		}
		more = true
		before := len(rows) + len(files)
		rows, files = w.take(tx, u, rows, files)
		n += len(rows) + len(files) - before
	}
	if err := tx.AddRows(rows); err != nil {
		return false, nil, err
	}
	if err := tx.Adopt(files); err != nil {
		return false, nil, err
	}
	for _, f := range files {
		w.made.Files++
		w.made.Bytes += f.File.Bytes
		w.done += len(f.Pages)
		if w.texts == nil {
			continue
		}
		for _, p := range f.Pages {
			texts = append(texts, archive.PageText{Page: p.ID, Plain: w.texts.page(), Origin: archive.OriginRecognised, Engine: textEngine, MadeFrom: textEngine})
		}
	}
	w.made.Texts += len(texts)
	return more, texts, nil
}

// textEngine stands where the name of the engine stands that recognised a text.
const textEngine = "sample text"

// take adds the rows of a unit.
func (w *writer) take(tx *store.Tx, u unit, rows []store.NewRow, files []store.Adopted) ([]store.NewRow, []store.Adopted) {
	parent, box := u.class.series.ID, archive.ID(0)
	if c := u.container; c != nil {
		c.ID, c.Parent = tx.NewID(), parent
		if c.Kind == archive.KindBox {
			box = c.ID
		} else {
			parent = c.ID
		}
		rows = append(rows, store.NewRow{Record: c})
		w.count(u.class, &c.Holding)
	}
	for k, r := range u.single {
		h := r.Common()
		h.ID, h.Parent = tx.NewID(), parent
		if i, ok := r.(*archive.Item); ok {
			i.Box = box
		}
		rows = append(rows, store.NewRow{Record: r})
		w.count(u.class, h)
		if h.Kind == archive.KindItem {
			w.done++
		}
		files = w.originals(files, u, h, u.images[k])
	}
	return rows, files
}

func (w *writer) count(c *class, h *archive.Holding) {
	w.held[heldKey{c.fonds, h.Kind, h.Year == lastYear}]++
}

// originals adds the files of a record with n images.
func (w *writer) originals(files []store.Adopted, u unit, h *archive.Holding, n int) []store.Adopted {
	if n == 0 {
		return files
	}
	dir := u.folder
	if h.Kind == archive.KindItem && u.container.Kind == archive.KindBox {
		dir += "/" + h.Code
	}
	page := func(frame, ordinal int) archive.Page {
		p := archive.Page{Frame: frame, Holding: h.ID, Ordinal: ordinal}
		if w.texts != nil {
			p.Stage, p.MadeFrom, p.Width, p.Height, p.DPI = archive.StageRecognised, textEngine, 2480, 3508, 300
		}
		return p
	}
	if u.pdf {
		a := store.Adopted{File: w.file(u.class, dir, h.Code+".pdf", "pdf", n)}
		for k := range n {
			a.Pages = append(a.Pages, page(k, k+1))
		}
		return append(files, a)
	}
	for k := range n {
		name := fmt.Sprintf("%s-%04d.jpg", h.Code, k+1)
		if h.Kind == archive.KindPhoto {
			name = h.Code + ".jpg"
		}
		files = append(files, store.Adopted{File: w.file(u.class, dir, name, "jpeg", 1), Pages: []archive.Page{page(0, k+1)}})
	}
	return files
}

// file declares an original of so many pages: each has on average what the figures say.
func (w *writer) file(c *class, dir, name, format string, pages int) archive.File {
	mean := w.figures.Bytes / int64(w.figures.Pages)
	bytes := int64(0)
	for range pages {
		w.sizes = w.sizes*6364136223846793005 + 1442695040888963407
		bytes += mean*6/10 + int64(w.sizes>>33)%(mean*8/10)
	}
	at := path.Join(dir, name)
	_, source, _ := strings.Cut(at, "/")
	scanned := clock().Add(-time.Duration(len(w.batches)-c.fonds) * 20 * 24 * time.Hour)
	return archive.File{Root: w.root, Path: at, Batch: w.batches[c.fonds], Source: source, Bytes: bytes, Format: format, Modified: scanned.UnixMilli()}
}
