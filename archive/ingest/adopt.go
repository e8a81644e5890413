package ingest

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/store"
)

// Adoption is a folder whose files are registered where they lie.
type Adoption struct {
	Dir   string
	Name  string // of the batch; empty: the folder's
	Label string // of the storage root, when the folder becomes one; empty: the folder's name
	Text  bool   // take the text layers of PDF as the text of their pages
}

// Adopted is what became of an adoption. Integers count files, Pages pages.
type Adopted struct {
	Batch      archive.ID `json:"batch"` // zero when nothing was new
	Root       archive.ID `json:"root"`
	RootLabel  string     `json:"root_label"`
	RootPath   string     `json:"root_path"`
	RootAdded  bool       `json:"root_added"` // the folder lay on no root and was registered as one
	Registered int        `json:"received"`   // now
	Already    int        `json:"already"`    // registered before
	Unfiled    int        `json:"unfiled"`    // of those registered now: not linked to an item (待挂接)
	Pages      int        `json:"pages"`      // in the files registered now
	TextPages  int        `json:"text_pages"` // whose text came with them and was taken now
	Changed    int        `json:"changed"`    // of those registered before: other size or time of change
	Vanished   int        `json:"vanished"`   // registered before below this folder, and no longer there
	NotTaken   int        `json:"not_taken"`  // refused; the first of them in Refused
	Refused    []Refusal  `json:"refused"`

	// Quarantined are the files put aside since a text that was taken bears the mark of a
	// state secret.
	Quarantined []PutAside `json:"quarantined"`
}

// maxRefused bounds the refusals that a report carries; the catalogue has all.
const maxRefused = 1000

// Adopt registers the files of a folder where they lie: nothing is copied and nothing
// written there. They are known by path, size and time of change, linked by the 档号 in
// folder and file names as Receive does, and usable at once; their digests are made
// later (Hash). A folder that lies on no storage root becomes one.
//
// JPEG and PNG files, which have one frame, are registered without being opened, so
// that a disk with millions of them is usable within the hour; their headers are read
// with their first use or with their digest. Of all other files the header is read at
// once, since it tells how many pages there are.
//
// Adopting the same folder again registers what is new, and notes which files were
// changed or have vanished. When ctx ends, what was registered stays and the report comes
// with a Stopped error; adopting again goes on. The same when the root drops away, with
// an Unavailable error and ErrRootAbsent.
func (p *Pipeline) Adopt(ctx context.Context, actor archive.Actor, d Adoption, progress func(archive.Progress)) (Adopted, error) {
	a := &adopter{p: p, actor: actor, name: d.Name, text: d.Text, progress: progress}
	a.report.Refused, a.report.Quarantined = []Refusal{}, []PutAside{}
	if a.progress == nil {
		a.progress = func(archive.Progress) {}
	}
	err := a.begin(ctx, d)
	if err == nil {
		var done func()
		if done, err = p.receiving(a.dir); err == nil {
			defer done()
			err = a.run(ctx)
		}
	}
	p.Wake()
	return a.report, archive.Wrap("adopt folder", d.Dir, err)
}

// adopter is one run of Adopt.
type adopter struct {
	p        *Pipeline
	actor    archive.Actor
	dir      string // without links
	name     string
	text     bool // text layers are taken
	root     archive.ID
	prefix   string // of paths on the root: the folder below it, "" or ending in a slash
	fresh    bool   // nothing was registered below the folder
	to       *targets
	batch    archive.Batch   // open; zero until something is new
	last     archive.Batch   // of the same folder before, open or ended
	noted    map[string]bool // refusals that it had
	progress func(archive.Progress)
	done     int
	report   Adopted
}

// begin finds the root that the folder lies on and the batch of an adoption that was
// cut off.
func (a *adopter) begin(ctx context.Context, d Adoption) error {
	dir, err := a.p.checkFolder(d.Dir)
	if err != nil {
		return err
	}
	if a.dir, err = real(dir); err != nil {
		return archive.WrapAs(archive.NotFound, "adopt folder", dir, err)
	}
	if a.name == "" {
		a.name = filepath.Base(a.dir)
	}
	if err := a.findRoot(ctx, d.Label); err != nil {
		return err
	}
	list, err := a.p.cat.FilesBelow(ctx, a.root, a.prefix, "", 1)
	if err != nil {
		return err
	}
	a.fresh = len(list) == 0
	if a.to, err = a.p.targets(ctx); err != nil {
		return err
	}
	return a.findBatch(ctx)
}

func (a *adopter) findRoot(ctx context.Context, label string) error {
	s, rel, found, err := rootAround(ctx, a.p.originals, a.dir)
	if err != nil {
		return err
	}
	if found {
		if rel != "." {
			a.prefix = filepath.ToSlash(rel) + "/"
		}
		a.root = s.ID
		a.report.Root, a.report.RootLabel, a.report.RootPath = s.ID, s.Label, s.At
		return nil
	}
	root, err := AddRoot(ctx, a.p.cat, a.p.originals, filepath.Dir(a.p.opt.Derived), a.actor, a.dir, label)
	if err != nil {
		return err
	}
	a.root = root.ID
	a.report.Root, a.report.RootLabel, a.report.RootPath, a.report.RootAdded = root.ID, root.Label, root.Path, true
	a.p.opt.Step(stepRootAdded)
	return nil
}

// findBatch finds the last batch of the same folder, and goes on with it when it was
// cut off.
func (a *adopter) findBatch(ctx context.Context) error {
	b, err := a.p.lastBatch(ctx, a.dir)
	if err != nil || b.ID == 0 {
		return err
	}
	a.last = b
	if b.Ended == 0 {
		a.batch, a.report.Batch = b, b.ID
	}
	refused, err := a.p.cat.RefusedInputs(ctx, all, b.ID)
	a.noted = make(map[string]bool, len(refused))
	for _, r := range refused {
		a.noted[r.Path] = true
	}
	return err
}

// portion is how many files are looked at, and committed, together.
const portion = 500

// run walks, looks and commits side by side, each a portion behind the other.
func (a *adopter) run(ctx context.Context) error {
	g, inner := errgroup.WithContext(ctx)
	walked, ready := make(chan []seen, 2), make(chan looked, 2)
	g.Go(func() error { defer close(walked); return a.walk(inner, walked) })
	g.Go(func() error {
		defer close(ready)
		for part := range walked {
			l, err := a.look(inner, part)
			if err != nil {
				return err
			}
			select {
			case ready <- l:
			case <-inner.Done():
				return inner.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		for l := range ready {
			if err := a.commit(inner, l); err != nil {
				return err
			}
		}
		return nil
	})
	err := g.Wait()
	if err == nil && !a.fresh {
		err = a.findVanished(ctx)
	}
	if err == nil { // names that went while we walked may have gone with the whole root
		_, err = a.p.originals.Look(ctx, a.root)
	}
	if err == nil && a.report.TextPages > 0 {
		a.report.Quarantined, err = a.p.putAsideOf(ctx, cmp.Or(a.batch.ID, a.last.ID))
	}
	if err == nil {
		err = a.end(ctx)
	}
	return a.unlessAway(ctx, err)
}

// unlessAway tells a fault from the root having dropped away.
func (a *adopter) unlessAway(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, archive.ErrRootAbsent) {
		return err
	}
	if _, gone := a.p.originals.Look(ctx, a.root); gone != nil {
		return gone
	}
	return err
}

// commit writes a portion as one operation.
func (a *adopter) commit(ctx context.Context, l looked) error {
	for _, r := range l.refused {
		if r.Reason == archive.ReasonUnreadable { // or is it the whole root?
			if _, gone := a.p.originals.Look(ctx, a.root); gone != nil {
				return gone
			}
			break
		}
	}
	if err := a.needBatch(ctx, l); err != nil {
		return err
	}
	for i := range l.adopted {
		l.adopted[i].File.Batch = a.batch.ID
	}
	// A portion is written whole, and sooner so than with a context that could end.
	whole := context.WithoutCancel(ctx)
	if err := a.p.writing(whole, func(erased map[archive.ID]bool) (list []brought, err error) {
		_, err = a.p.cat.Do(whole, a.actor, "batch.adopt", func(tx *store.Tx) error {
			list, err = a.write(whole, tx, l, erased)
			return err
		})
		return list, err
	}); err != nil {
		return err
	}
	a.p.opt.Step(stepAdopted)
	a.count(l)
	return ctx.Err()
}

// write writes the rows of a portion, and its texts with what is put aside.
func (a *adopter) write(ctx context.Context, tx *store.Tx, l looked, erased map[archive.ID]bool) ([]brought, error) {
	for _, n := range l.adopted {
		for i := range n.Pages {
			if n.Pages[i].Holding != 0 {
				n.Pages[i].Ordinal = 0 // another transaction may have given one that did not last
			}
		}
	}
	if err := tx.Adopt(l.adopted); err != nil {
		return nil, err
	}
	list, err := a.writeTexts(ctx, tx, l, erased)
	if err != nil {
		return list, err
	}
	for _, n := range l.adopted {
		if a.noted[n.File.Source] {
			if err := tx.ForgetRefused(a.last.ID, n.File.Source); err != nil {
				return nil, err
			}
		}
	}
	for _, r := range l.refused {
		if r.Batch = a.batch.ID; r.Batch == 0 {
			r.Batch = a.last.ID
		}
		if err := tx.RefuseInput(r); err != nil {
			return nil, err
		}
	}
	if err := tx.SetFound(archive.FoundChanged, l.changed...); err != nil {
		return nil, err
	}
	return list, tx.Restored(l.restored...)
}

func (a *adopter) count(l looked) {
	r := &a.report
	r.Registered += len(l.adopted)
	r.Already += l.already
	r.Changed += l.differ
	r.NotTaken += len(l.refused)
	r.TextPages += len(l.late)
	for _, t := range l.texts {
		r.TextPages += countTexts(t)
	}
	for _, n := range l.adopted {
		r.Pages += len(n.Pages)
		if len(n.Pages) > 0 && n.Pages[0].Holding == 0 {
			r.Unfiled++
		}
	}
	for _, f := range l.refused {
		if len(r.Refused) < maxRefused {
			r.Refused = append(r.Refused, Refusal{Path: f.Path, Reason: f.Reason, Detail: f.Detail})
		}
	}
	a.done += l.files
	a.progress(archive.Progress{Phase: PhaseAdopt, Done: a.done})
	a.p.Wake()
}

// needBatch makes sure of an open batch for what is new; to note a refusal any of this
// folder serves.
func (a *adopter) needBatch(ctx context.Context, l looked) error {
	if a.batch.ID != 0 || len(l.adopted) == 0 && (len(l.refused) == 0 || a.last.ID != 0) {
		return nil
	}
	next := archive.Batch{Name: a.name, Source: a.dir, Started: time.Now().UnixMilli()}
	_, err := a.p.cat.Do(ctx, a.actor, "batch.add", func(tx *store.Tx) error { return tx.AddBatch(&next) })
	a.batch, a.report.Batch = next, next.ID
	return err
}

func (a *adopter) end(ctx context.Context) error {
	if a.batch.ID == 0 {
		return nil
	}
	_, err := a.p.cat.Do(ctx, a.actor, "batch.end", func(tx *store.Tx) error { return tx.EndBatch(a.batch.ID) })
	if err == nil {
		a.p.opt.Step(stepAdoptEnd)
	}
	return err
}

// findVanished looks for what was registered below the folder and is no longer there.
func (a *adopter) findVanished(ctx context.Context) error {
	for after := ""; ; {
		list, err := a.p.cat.FilesBelow(ctx, a.root, a.prefix, after, portion)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].Path
		var gone []archive.ID
		for _, f := range list {
			name := filepath.Join(a.dir, filepath.FromSlash(strings.TrimPrefix(f.Path, a.prefix)))
			if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
				a.report.Vanished++
				if f.Found != archive.FoundVanished {
					gone = append(gone, f.ID)
				}
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(gone) == 0 {
			continue
		}
		// All of a root that drops away is no longer there.
		if _, err := a.p.originals.Look(ctx, a.root); err != nil {
			return err
		}
		if _, err := a.p.cat.Do(ctx, a.actor, "file.look", func(tx *store.Tx) error {
			return tx.SetFound(archive.FoundVanished, gone...)
		}); err != nil {
			return err
		}
	}
}
