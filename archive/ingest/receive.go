package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// all is the sight of the pipeline itself, which works on every page.
var all = access.All()

// Delivery is a folder handed over.
type Delivery struct {
	Dir  string
	Name string // of the batch; empty: the folder's
	Text bool   // take text files and the text layers of PDF as the text of their pages
}

// Receive brings the files of a folder into the archive: originals into the vault
// first, then their rows. Pages are linked by the 档号 in folder or file names to
// items that are there; the others wait to be linked (待挂接). Files that cannot be
// read are refused with a reason, and the rest goes on.
//
// Receiving the same folder again takes only what is new, and finishes what an
// interrupted Receive began. When ctx ends, what was received so far is kept and the
// report comes with a Stopped error. A folder that is being received already is Busy.
func (p *Pipeline) Receive(ctx context.Context, actor archive.Actor, d Delivery, progress func(archive.Progress)) (Report, error) {
	dir, err := p.checkFolder(d.Dir)
	if err != nil {
		return Report{}, err
	}
	done, err := p.receiving(dir)
	if err != nil {
		return Report{}, err
	}
	defer done()
	if d.Name == "" {
		d.Name = filepath.Base(dir)
	}
	if progress == nil {
		progress = func(archive.Progress) {}
	}
	r := &receiver{p: p, actor: actor, dir: dir, name: d.Name, progress: progress}
	r.texts = newTexts(r, d.Text)
	r.report.Refused, r.report.Quarantined = []Refusal{}, []PutAside{}
	err = r.run(ctx)
	return r.report, archive.Wrap("receive folder", dir, err)
}

// receiver is one run of Receive.
type receiver struct {
	p         *Pipeline
	actor     archive.Actor
	dir, name string
	progress  func(archive.Progress)
	to        *targets
	texts     *deliveredTexts
	batch     archive.Batch // of this folder; zero until something is to be noted
	vault     *vault.Batch
	pending   []received
	known     map[string]bool // what was received from this folder before, by path below it
	report    Report
}

// received is an original in the vault whose rows are not written yet.
type received struct {
	file  archive.File // no path: nothing but late texts
	pages []archive.Page
	texts []*archive.PageText // that came with the pages, nil where none did; nil: none did
	late  []given             // for pages that are there already
}

// chunk is how many files are committed together; so many pages of a file count as one
// more.
const (
	chunk       = 32
	pagesAsFile = 16
)

// waiting tells how much waits to be committed.
func (r *receiver) waiting() int {
	n := len(r.pending)
	for _, w := range r.pending {
		n += (len(w.pages) + len(w.late)) / pagesAsFile
	}
	return n
}

func (r *receiver) run(ctx context.Context) error {
	var err error
	if r.to, err = r.p.targets(ctx); err != nil {
		return err
	}
	r.to.folder = filepath.Base(r.dir)
	if r.known, err = r.p.cat.SourcesFrom(ctx, r.dir); err != nil {
		return err
	}
	total := 0
	if err := walk(ctx, r.dir, func(f found) error { total++; return r.texts.note(ctx, f) }); err != nil {
		return err
	}
	if r.batch, err = r.p.lastBatch(ctx, r.dir); err != nil {
		return err
	}
	done := 0
	r.progress(archive.Progress{Phase: PhaseReceive, Total: total})
	err = walk(ctx, r.dir, func(f found) error {
		if err := r.file(ctx, f); err != nil {
			return err
		}
		done++
		r.progress(archive.Progress{Phase: PhaseReceive, Done: done, Total: max(total, done)})
		if r.waiting() >= chunk {
			return r.commit(ctx)
		}
		return nil
	})
	// What is in the vault gets its rows even when the walk was stopped.
	r.texts.release()
	if kept := r.commit(context.WithoutCancel(ctx)); kept != nil {
		return errors.Join(err, kept)
	}
	if err != nil {
		return err
	}
	return r.end(ctx)
}

// file takes one file, or notes why not. Its error ends the run.
func (r *receiver) file(ctx context.Context, f found) error {
	err := f.err
	switch {
	case isText(f.rel):
		err = r.texts.textFile(ctx, f)
	case err == nil:
		err = r.take(ctx, f)
	}
	if err := r.refusing(ctx, f, err); err != nil {
		return err
	}
	if err := r.texts.lost(ctx, f, err); err != nil {
		return err
	}
	return r.texts.seen(ctx, f)
}

// refusing notes a refusal, and gives back any other error.
func (r *receiver) refusing(ctx context.Context, f found, err error) error {
	if archive.ReasonOf(err) == "" {
		return err
	}
	refusal := Refusal{Path: f.rel, Reason: archive.ReasonOf(err), Detail: err.Error()}
	var because *archive.Refusal
	if errors.As(err, &because) {
		refusal.Detail = because.Detail
	}
	r.report.Refused = append(r.report.Refused, refusal)
	if err := r.needBatch(ctx, false); err != nil {
		return err
	}
	r.report.Batch = r.batch.ID
	_, err = r.p.cat.Do(ctx, r.actor, "file.refuse", func(tx *store.Tx) error {
		return tx.RefuseInput(store.RefusedInput{Batch: r.batch.ID, Path: f.rel, Reason: refusal.Reason,
			Detail: refusal.Detail, Time: time.Now().UnixMilli()})
	})
	return err
}

// take receives one file that could be listed.
func (r *receiver) take(ctx context.Context, f found) error {
	header, err := r.p.readHeader(ctx, f)
	if err != nil {
		return err
	}
	to, serial, err := r.to.find(ctx, f.rel)
	if err != nil {
		return err
	}
	var holding archive.Holding
	if to != nil {
		holding = to.holding
	}
	if err := r.p.mayReceive(f.rel, holding); err != nil {
		return err
	}
	sum := "" // not known before it is stored
	if r.perhaps(f.rel, to) {
		if _, sum, err = vault.Hash(ctx, f.path); err != nil {
			return err
		}
		if old, held, err := r.held(ctx, f.rel, sum, to); err != nil || held {
			r.report.Already += btoi(held)
			if held {
				err = r.texts.again(ctx, f, header, old)
			}
			return err
		}
	}
	if err := r.needBatch(ctx, true); err != nil {
		return err
	}
	stored, err := r.store(ctx, f, sum, to, serial)
	if err != nil {
		return err
	}
	r.p.opt.Step(stepMaster)
	texts, original, err := r.texts.of(ctx, f, header, stored.Path)
	if err != nil {
		return err
	}
	r.add(f.rel, header, stored, to, texts)
	if original != nil {
		r.pending = append(r.pending, *original)
	}
	return nil
}

// mayReceive refuses a file whose path below the folder bears the mark of a state secret, and
// one that belongs to a record which stands for such a secret: that is kept elsewhere, and
// so are its scans.
func (p *Pipeline) mayReceive(rel string, h archive.Holding) error {
	if level := archive.MarkedSecrecy(rel); level > p.opt.Class {
		return archive.Refuse("receive file", rel, archive.ReasonSecret, "its name bears the mark of %s", level)
	}
	if archive.IsPlaceholder(h.Title, h.Secrecy) && archive.SecrecyOf(h.Secrecy) > p.opt.Class {
		return archive.Refuse("receive file", rel, archive.ReasonPlaceholder, "%s stands for a state secret", h.Code)
	}
	return nil
}

func (p *Pipeline) readHeader(ctx context.Context, f found) (raster.Header, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return raster.Header{}, archive.Refuse("read file", f.rel, archive.ReasonUnreadable, "%v", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return raster.Header{}, archive.Refuse("read file", f.rel, archive.ReasonUnreadable, "%v", err)
	}
	return p.raster.ReadHeader(ctx, file, info.Size())
}

// perhaps tells whether a file may have been received before. What certainly was not is
// read once only, on its way into the vault.
func (r *receiver) perhaps(rel string, to *target) bool {
	if to != nil {
		if _, ok := to.files[rel]; ok {
			return true
		}
	}
	return r.known[rel]
}

// held tells whether the file was received before: the same content from the same
// path of the same folder, or for the same target. Content alone does not tell: blank
// pages are often equal to the byte. Other content under the path of an original of
// the target is a conflict that a person must decide.
func (r *receiver) held(ctx context.Context, rel, sum string, to *target) (archive.File, bool, error) {
	if to != nil {
		if f, ok := to.files[rel]; ok {
			if f.SHA256 != sum {
				return f, false, archive.Refuse("receive file", rel, archive.ReasonConflict,
					"%s holds other content from the same path", to.holding.Code)
			}
			return f, true, nil
		}
	}
	f, err := r.p.cat.FileFrom(ctx, all, r.dir, rel, sum)
	if archive.KindOf(err) == archive.NotFound {
		return f, false, nil
	}
	return f, err == nil, err
}

// store brings the original into the vault. A name that a file of an interrupted
// Receive took with other content is passed over.
func (r *receiver) store(ctx context.Context, f found, sum string, to *target, serial string) (vault.Stored, error) {
	in := vault.Incoming{Source: f.path}
	if sum != "" {
		in.Accept = unchanged(f.rel, sum)
	}
	if to == nil {
		placed := vault.Unfiled(r.batch.ID.String(), f.rel)
		in.Path, in.Wanted = placed.Path, placed.Wanted
		return r.vault.Receive(ctx, in)
	}
	const tries = 20
	var stored vault.Stored
	var err error
	for i := range tries {
		placed := r.to.place(to, serial, f.rel, to.pages+1+i)
		serial = ""
		in.Path, in.Wanted = placed.Path, placed.Wanted
		stored, err = r.vault.Receive(ctx, in)
		if archive.KindOf(err) != archive.Conflict {
			break
		}
	}
	return stored, err
}

// unchanged refuses a file that is not the one that was hashed before.
func unchanged(rel, sum string) func(vault.Stored) error {
	return func(s vault.Stored) error {
		if s.SHA256 != sum {
			return archive.Refuse("receive file", rel, archive.ReasonChanging, "content changed while it was read")
		}
		return nil
	}
}

// add puts a stored original among those whose rows are to be written.
func (r *receiver) add(rel string, h raster.Header, s vault.Stored, to *target, texts []*archive.PageText) {
	n := received{texts: texts, file: archive.File{Path: s.Path, Batch: r.batch.ID, Source: rel, Bytes: s.Bytes, SHA256: s.SHA256,
		Format: h.Format, State: archive.FileStored, Received: time.Now().UnixMilli()}}
	for i, frame := range h.Frames {
		w, high, dpi, _ := frame.Upright()
		page := archive.Page{Frame: i, Ordinal: i + 1, Stage: archive.StageReceived, Width: w, Height: high, DPI: int(dpi + 0.5)}
		if to != nil {
			to.pages++
			page.Holding, page.Ordinal, page.Access = to.holding.ID, 0, to.holding.Access
		}
		n.pages = append(n.pages, page)
	}
	if to != nil {
		to.files[rel] = n.file
	} else {
		r.report.Unfiled++
	}
	r.report.Received++
	r.report.Pages += len(n.pages)
	r.report.TextPages += countTexts(texts)
	if !r.texts.hold(to, n) {
		r.pending = append(r.pending, n)
	}
}

// commit writes the rows of what the vault has. What bears the mark of a state secret is
// put aside with them, and its texts are never saved.
func (r *receiver) commit(ctx context.Context) error {
	if len(r.pending) == 0 {
		return nil
	}
	err := r.p.writing(ctx, func(erased map[archive.ID]bool) (list []brought, err error) {
		_, err = r.p.cat.Do(ctx, r.actor, "batch.receive", func(tx *store.Tx) error {
			list, err = r.write(ctx, tx, erased)
			return err
		})
		if err == nil {
			r.pending = r.pending[:0]
			r.to.forget()
		}
		return list, err
	})
	r.p.Wake()
	return err
}

// write writes rows and texts in one transaction with what is put aside.
func (r *receiver) write(ctx context.Context, tx *store.Tx, erased map[archive.ID]bool) ([]brought, error) {
	for i := range r.pending {
		if err := r.rows(tx, &r.pending[i]); err != nil {
			return nil, err
		}
	}
	return r.p.writeGiven(ctx, tx, r.pending, erased)
}

// rows writes the rows of one original.
func (r *receiver) rows(tx *store.Tx, n *received) error {
	if n.file.Path == "" {
		return nil
	}
	if err := tx.AddFile(&n.file); err != nil {
		return err
	}
	for i := range n.pages {
		n.pages[i].File = n.file.ID
		if n.pages[i].Holding != 0 {
			n.pages[i].Ordinal = 0 // another transaction may have given one that did not last
		}
	}
	if err := tx.AddPages(n.pages); err != nil {
		return err
	}
	return tx.ForgetRefused(r.batch.ID, n.file.Source)
}
