package ingest

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// An ordinary archive must not hold state secrets, and they turn up in ordinary volumes
// all the same. A page that bears the mark of one is stopped when its text is at hand
// and before that is saved: the files of its item, or its own when it is linked to none,
// are put aside until a person decides.
//
// The order makes it safe to end at any moment. First the pages are held, so that this
// process writes nothing of them any more; then their texts, images and index entries go;
// then the catalogue has them in quarantine; then the originals move. A process that ends
// before the catalogue knows has pages without text, which are recognised again and stopped
// again; after that, Recover finds originals that do not lie where their state says.

// secrets is what one process knows of pages put aside.
type secrets struct {
	class archive.Secrecy // the highest 密级 that is kept
	one   sync.Mutex      // one matter at a time

	mu    sync.RWMutex // read-held while something of a page is written
	held  map[archive.ID]bool
	items map[archive.ID]archive.Quarantine // by holding: what waits for a decision
}

// errPutAside tells that a page left the queue for quarantine.
var errPutAside = archive.WrapAs(archive.Refused, "keep page", "", &archive.Refusal{Reason: archive.ReasonQuarantined,
	Detail: "put aside as a suspected state secret"})

// off tells whether no mark is looked for.
func (s *secrets) off() bool { return s.class == archive.TopSecret }

// mark finds the mark of a state secret that the archive may not hold; "" for none.
func (s *secrets) mark(t archive.PageText, width, height int) string {
	mark := secretMark(t, width, height)
	if mark == "" || s.class == archive.NotSecret {
		return mark
	}
	if level, _ := folded(mark); archive.SecrecyOf(level) <= s.class {
		return ""
	}
	return mark
}

// write runs what writes text or images of a page, unless the page was put aside.
func (s *secrets) write(page archive.ID, fn func() error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.held[page] {
		return errPutAside
	}
	return fn()
}

// writeFree is write for the texts of several pages: those of pages put aside are left
// out. It gives those that were not.
func (s *secrets) writeFree(texts []archive.PageText, fn func([]archive.PageText) error) ([]archive.PageText, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	texts = slices.DeleteFunc(texts, func(t archive.PageText) bool { return s.held[t.Page] })
	if len(texts) == 0 {
		return nil, nil
	}
	return texts, fn(texts)
}

func (s *secrets) holds(page archive.ID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.held[page]
}

// hold returns when nothing of the pages is being written, nor will be.
func (s *secrets) hold(pages []archive.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range pages {
		s.held[id] = true
	}
}

func (s *secrets) free(pages []archive.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range pages {
		delete(s.held, id)
	}
}

// waits gives the matter for which a holding waits for a decision.
func (s *secrets) waits(holding archive.ID) (matter archive.Quarantine, waits bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	matter, waits = s.items[holding]
	return matter, waits && holding != 0
}

// setWaits notes the holdings that wait.
func (s *secrets) setWaits(list []archive.Quarantine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = map[archive.ID]archive.Quarantine{}
	for _, q := range list {
		s.items[q.Holding] = q
	}
}

// keepText saves a page's text, unless the page is or must be put aside: then the error
// is errPutAside. Texts that come with a delivery are looked at together, by marks.
func (p *Pipeline) keepText(ctx context.Context, page archive.Page, t archive.PageText) error {
	if err := p.stopAt(ctx, page, t); err != nil {
		return err
	}
	return p.secrets.write(page.ID, func() error { return p.cat.SaveText(ctx, t) })
}

// stopAt puts a page aside when its text bears a mark, or its item waits for a decision.
func (p *Pipeline) stopAt(ctx context.Context, page archive.Page, t archive.PageText) error {
	if p.secrets.off() {
		return nil
	}
	if err := p.stopWith(ctx, page); err != nil {
		return err
	}
	mark := p.secrets.mark(t, page.Width, page.Height)
	if mark == "" {
		return nil
	}
	now, err := p.cat.Page(ctx, all, page.ID)
	if err != nil || !leading(now) {
		return err
	}
	return p.putAside(ctx, now, mark)
}

// stopWith puts a page aside when its item waits for a decision.
func (p *Pipeline) stopWith(ctx context.Context, page archive.Page) error {
	if p.secrets.holds(page.ID) {
		return errPutAside
	}
	if q, waits := p.secrets.waits(page.Holding); waits {
		return p.putAside(ctx, page, q.Mark)
	}
	return nil
}

// leading tells whether a page is one of the two on which marks stand: the first of its
// holding, or of its file when it is linked to none.
func leading(page archive.Page) bool {
	if page.Holding != 0 {
		return page.Ordinal <= 2
	}
	return page.Frame < 2
}

// putAside puts aside what belongs to a page with a mark. Its error is errPutAside when
// that was done, nil when a person has decided before that it is no secret.
func (p *Pipeline) putAside(ctx context.Context, page archive.Page, mark string) error {
	p.secrets.one.Lock()
	defer p.secrets.one.Unlock()
	files, pages, err := p.matter(ctx, page)
	if err != nil || len(files) == 0 {
		return err
	}
	seen, err := p.cat.File(ctx, all, page.File)
	if err != nil {
		return err
	}
	p.secrets.hold(pages)
	if err := p.stop(ctx, page, seen.Source, mark, files, pages); err != nil {
		p.secrets.free(pages) // it is read, and stopped, again
		return archive.Wrap("put aside page", page.ID.String(), err)
	}
	if err := p.settleMatters(ctx); err != nil { // the next start, or the next matter, moves the originals
		return archive.Wrap("put aside page", page.ID.String(), err)
	}
	return errPutAside
}

// stop erases what can be read of pages that are held, and has the catalogue know.
func (p *Pipeline) stop(ctx context.Context, page archive.Page, source, mark string, files, pages []archive.ID) error {
	p.opt.Step(stepHeld)
	if err := p.erase(ctx, pages); err != nil {
		return err
	}
	_, err := p.cat.Do(ctx, archive.Actor{}, archive.OpQuarantine, func(tx *store.Tx) error {
		return p.addMatter(tx, page, source, mark, files)
	})
	if err != nil {
		return err
	}
	p.opt.Step(stepAside)
	return nil
}

// addMatter puts files aside for the mark on a page, or with the matter for which its
// item waits.
func (p *Pipeline) addMatter(tx *store.Tx, page archive.Page, source, mark string, files []archive.ID) error {
	if matter, waits := p.secrets.waits(page.Holding); waits {
		return tx.JoinQuarantine(matter.ID, files)
	}
	return tx.Quarantine(&archive.Quarantine{Holding: page.Holding, File: page.File, Path: source, Page: page.ID,
		Ordinal: page.Ordinal, Mark: shortMark(mark)}, files)
}

// shortMark keeps of a line what shows the mark.
func shortMark(mark string) string {
	if r := []rune(mark); len(r) > markLine {
		return string(r[:markLine])
	}
	return mark
}

// matter gives the files that go with a page, without those that were put aside or
// cleared before, and all their pages; none when the page's own file was cleared.
func (p *Pipeline) matter(ctx context.Context, page archive.Page) (files, pages []archive.ID, err error) {
	if cleared, err := p.cat.Cleared(ctx, page.File); err != nil || cleared {
		return nil, nil, err // the mark itself is what was decided on
	}
	candidates := []archive.ID{page.File}
	if page.Holding != 0 {
		of, err := p.filesOf(ctx, page.Holding)
		if err != nil {
			return nil, nil, err
		}
		candidates = append(candidates, of...)
	}
	return p.matterOf(ctx, candidates, nil)
}

// filesOf lists the files that have pages of a holding.
func (p *Pipeline) filesOf(ctx context.Context, holding archive.ID) (files []archive.ID, err error) {
	list, err := p.cat.PagesOf(ctx, all, holding)
	for _, page := range list {
		if !slices.Contains(files, page.File) {
			files = append(files, page.File)
		}
	}
	return files, err
}

// matterOf gives those of some files that were neither put aside nor cleared before, with
// the text files that came with them, and all their pages. coming are text files, by path,
// whose rows are being written.
func (p *Pipeline) matterOf(ctx context.Context, candidates []archive.ID, coming map[string]archive.ID) (files, pages []archive.ID, err error) {
	for _, id := range candidates {
		if slices.Contains(files, id) {
			continue
		}
		cleared, err := p.cat.Cleared(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		f, err := p.cat.File(ctx, all, id)
		if err != nil {
			return nil, nil, err
		}
		if cleared || f.State == archive.FileQuarantined {
			continue
		}
		of, err := p.cat.PagesOfFile(ctx, all, id)
		if err != nil {
			return nil, nil, err
		}
		if files, err = p.withTextFiles(ctx, append(files, id), f, coming); err != nil {
			return nil, nil, err
		}
		for _, n := range of {
			pages = append(pages, n.ID)
		}
	}
	return files, pages, nil
}

// withTextFiles adds to a list the text files that came with an original: under its name,
// and the one of its whole item.
func (p *Pipeline) withTextFiles(ctx context.Context, list []archive.ID, f archive.File, coming map[string]archive.ID) ([]archive.ID, error) {
	add := func(id archive.ID) {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	stem := strings.TrimSuffix(f.Path, path.Ext(f.Path))
	stems := []string{stem}
	if i := strings.LastIndex(stem, "-"); i > strings.LastIndex(stem, "/") {
		stems = append(stems, stem[:i]+"-"+wholeSerial)
	}
	for _, s := range stems {
		for _, ext := range []string{".txt", ".TXT", ".Txt"} {
			if id := coming[s+ext]; id != 0 && f.Root == 0 {
				add(id)
				continue
			}
			t, err := p.cat.FileByPath(ctx, all, f.Root, s+ext)
			switch {
			case archive.KindOf(err) == archive.NotFound:
			case err != nil:
				return nil, err
			case t.Format == formatText && t.State != archive.FileQuarantined:
				add(t.ID)
			}
		}
	}
	return list, nil
}

// purger is an index that can make what was removed unreadable on disk.
type purger interface {
	Purge(ctx context.Context, pages []archive.ID) error
}

// erase takes away all that can be read of pages but their originals.
func (p *Pipeline) erase(ctx context.Context, pages []archive.ID) error {
	if err := p.cat.EraseTexts(ctx, pages); err != nil {
		return err
	}
	p.opt.Step(stepErased)
	for _, id := range pages {
		if err := p.shelf.drop(id); err != nil {
			return err
		}
		if err := os.Remove(p.inputPath(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return diskError("remove prepared page", id.String(), err)
		}
	}
	p.opt.Step(stepDropped)
	if p.opt.Index == nil {
		return nil
	}
	p.feed.Lock()
	defer p.feed.Unlock()
	var err error
	if index, ok := p.opt.Index.(purger); ok {
		err = index.Purge(ctx, pages)
	} else {
		err = p.opt.Index.Put(ctx, archive.IndexBatch{RemovePages: pages})
	}
	p.opt.Step(stepForgotten)
	return err
}

func (p *Pipeline) inputPath(page archive.ID) string {
	return filepath.Join(p.temp, page.String()+".pgm")
}

// settleMatters brings originals to where their state says, and ends what was decided.
// It may be called again after it was cut off.
func (p *Pipeline) settleMatters(ctx context.Context) error {
	waiting, err := p.cat.Quarantines(ctx, all, archive.QuarantineWaiting)
	if err != nil {
		return err
	}
	p.secrets.setWaits(waiting)
	for _, q := range waiting {
		if err := p.move(ctx, q.ID, intoQuarantine); err != nil {
			return err
		}
	}
	releasing, err := p.cat.Quarantines(ctx, all, archive.QuarantineReleasing)
	if err != nil {
		return err
	}
	for _, q := range releasing {
		if err := p.endRelease(ctx, q); err != nil {
			return err
		}
	}
	purging, err := p.cat.Quarantines(ctx, all, archive.QuarantinePurging)
	if err != nil {
		return err
	}
	for _, q := range purging {
		if _, err := p.endPurge(ctx, archive.Actor{ID: q.Actor}, q.ID); err != nil {
			return err
		}
	}
	return nil
}

// move renames the originals of a matter; target gives where one belongs, "" where it
// lies. Those on a storage root stay.
func (p *Pipeline) move(ctx context.Context, matter archive.ID, target func(store.QuarantinedFile) string) error {
	files, err := p.cat.QuarantinedFiles(ctx, matter)
	if err != nil {
		return err
	}
	var moves []vault.Rename
	for _, f := range files {
		if to := target(f); f.Root == 0 && to != "" && to != f.Path {
			moves = append(moves, vault.Rename{From: f.Path, To: to, SHA256: f.SHA256})
		}
	}
	if len(moves) == 0 {
		return nil
	}
	return p.vault.Move(ctx, moves, p.noteMoves(ctx))
}

func intoQuarantine(f store.QuarantinedFile) string {
	if vault.InQuarantine(f.Path) {
		return ""
	}
	return vault.Quarantined(f.Batch.String(), f.ID.String(), f.Path)
}
