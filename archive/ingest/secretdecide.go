package ingest

import (
	"context"
	"path"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// Removed is one original that was removed as a state secret.
type Removed struct {
	Path  string `json:"path"`  // where it lay: below masters/, or below its storage root
	Pages int    `json:"pages"` // it had
	// Left is set for an original on a storage root, which Lantai does not own: it is
	// still there, and a person has to remove it.
	Left bool `json:"left"`
}

// NotSecret brings what was put aside back: a person looked at it and found no state
// secret. Its pages go the whole way again and are not stopped again. Errors: NotFound,
// Conflict when it was decided before.
func (p *Pipeline) NotSecret(ctx context.Context, actor archive.Actor, matter archive.ID, note string) error {
	const op = "release from quarantine"
	p.secrets.one.Lock()
	defer p.secrets.one.Unlock()
	if err := p.decide(ctx, actor, matter, archive.QuarantineReleasing, note); err != nil {
		return archive.Wrap(op, matter.String(), err)
	}
	err := p.settleMatters(ctx)
	p.Wake()
	return archive.Wrap(op, matter.String(), err)
}

// Secret removes what was put aside from the archive for good, and from its log. The note
// says why and by whose order; it stays. Copies elsewhere are beyond it. Errors: Invalid
// without a note, NotFound, Conflict when it was decided before.
func (p *Pipeline) Secret(ctx context.Context, actor archive.Actor, matter archive.ID, note string) ([]Removed, error) {
	const op = "remove state secret"
	if strings.TrimSpace(note) == "" {
		return nil, archive.Errorf(archive.Invalid, op, matter.String(), "a note has to say why")
	}
	p.secrets.one.Lock()
	defer p.secrets.one.Unlock()
	if err := p.decide(ctx, actor, matter, archive.QuarantinePurging, note); err != nil {
		return nil, archive.Wrap(op, matter.String(), err)
	}
	removed, err := p.endPurge(ctx, actor, matter)
	if err == nil {
		err = p.settleMatters(ctx)
	}
	return removed, archive.Wrap(op, matter.String(), err)
}

func (p *Pipeline) decide(ctx context.Context, actor archive.Actor, matter archive.ID, to archive.QuarantineState, note string) error {
	_, err := p.cat.Do(ctx, actor, archive.OpQuarantineDecide, func(tx *store.Tx) error {
		return tx.DecideQuarantine(matter, to, actor.ID, note)
	})
	if err == nil {
		p.opt.Step(stepDecided)
	}
	return err
}

// endRelease brings the originals back and lets their pages into the queue.
func (p *Pipeline) endRelease(ctx context.Context, q archive.Quarantine) error {
	err := p.move(ctx, q.ID, func(f store.QuarantinedFile) string {
		if !vault.InQuarantine(f.Path) {
			return ""
		}
		return f.Back
	})
	if archive.KindOf(err) == archive.Conflict { // the place was taken meanwhile
		err = p.move(ctx, q.ID, beside)
	}
	if err != nil {
		return err
	}
	p.opt.Step(stepBack)
	files, err := p.cat.QuarantinedFiles(ctx, q.ID)
	if err != nil {
		return err
	}
	_, err = p.cat.Do(ctx, archive.Actor{ID: q.Actor}, archive.OpQuarantineRelease, func(tx *store.Tx) error { return tx.EndRelease(q.ID) })
	if err != nil {
		return err
	}
	for _, f := range files {
		pages, err := p.cat.PagesOfFile(ctx, all, f.ID)
		if err != nil {
			return err
		}
		for _, n := range pages {
			p.secrets.free([]archive.ID{n.ID})
		}
	}
	p.opt.Step(stepReleased)
	return nil
}

// beside is a path next to the one an original came from.
func beside(f store.QuarantinedFile) string {
	if !vault.InQuarantine(f.Path) {
		return ""
	}
	ext := path.Ext(f.Back)
	return strings.TrimSuffix(f.Back, ext) + "." + f.ID.String() + ext
}

// endPurge removes originals and rows of a matter that was decided on.
func (p *Pipeline) endPurge(ctx context.Context, actor archive.Actor, matter archive.ID) ([]Removed, error) {
	if err := p.move(ctx, matter, intoQuarantine); err != nil {
		return nil, err
	}
	files, err := p.cat.QuarantinedFiles(ctx, matter)
	if err != nil {
		return nil, err
	}
	removed := []Removed{}
	sums := map[string]string{}
	var pages []archive.ID
	for _, f := range files {
		of, err := p.cat.PagesOfFile(ctx, all, f.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range of {
			pages = append(pages, n.ID)
		}
		if f.Root == 0 {
			sums[f.Path] = f.SHA256
		}
		removed = append(removed, Removed{Path: f.Path, Pages: len(of), Left: f.Root != 0})
	}
	if err := p.erase(ctx, pages); err != nil {
		return nil, err
	}
	if err := p.vault.Purge(ctx, sums); err != nil {
		return nil, err
	}
	p.opt.Step(stepGone)
	if err := p.cat.PurgeQuarantined(ctx, actor, matter); err != nil {
		return nil, err
	}
	p.secrets.free(pages)
	p.opt.Step(stepPurged)
	return removed, nil
}

// CheckHolding stops at a mark on the first pages of a holding as they are now: pages
// that were linked may not have been the first before, or were put aside alone.
func (p *Pipeline) CheckHolding(ctx context.Context, holding archive.ID) error {
	const op = "look for marks of secrecy"
	if p.secrets.off() {
		return nil
	}
	pages, err := p.cat.PagesOf(ctx, all, holding)
	if err != nil {
		return archive.Wrap(op, holding.String(), err)
	}
	if err := p.follow(ctx, holding, pages); err != nil {
		return archive.Wrap(op, holding.String(), err)
	}
	for _, page := range pages {
		if page.Stage == archive.StageQuarantined {
			continue
		}
		if err := p.stopWith(ctx, page); err != nil {
			return archive.Wrap(op, holding.String(), err)
		}
	}
	for _, page := range pages[:min(2, len(pages))] {
		t, err := p.cat.PageTexts(ctx, all, []archive.ID{page.ID})
		if err == nil && len(t) > 0 {
			err = p.stopAt(ctx, page, t[0])
		}
		if err != nil {
			return archive.Wrap(op, holding.String(), err)
		}
	}
	return nil
}

// Correct sets a person's text of a page, unless that text bears the mark of a state
// secret: then the page is put aside and the error is Refused.
func (p *Pipeline) Correct(ctx context.Context, actor archive.Actor, page archive.ID, text string) error {
	const op = "correct text"
	now, err := p.cat.Page(ctx, all, page)
	if err == nil {
		err = p.stopAt(ctx, now, archive.PageText{Page: page, Corrected: text, HasCorrect: true})
	}
	if err == nil {
		err = p.secrets.write(page, func() error { return p.cat.Correct(ctx, actor, page, text) })
	}
	return archive.Wrap(op, page.String(), err)
}

// PutAside is an entry of the report on a delivery: a file that bears a mark.
type PutAside struct {
	ID   archive.ID `json:"id"`   // of the matter, for the decision
	Path string     `json:"path"` // below the delivered folder
	Code string     `json:"code"` // 档号 of its item; empty: not linked
	Mark string     `json:"mark"` // as it was read
}

// putAsideOf lists the matters of a batch that wait for a decision.
func (p *Pipeline) putAsideOf(ctx context.Context, batch archive.ID) ([]PutAside, error) {
	list, err := p.cat.Quarantines(ctx, all, archive.QuarantineWaiting)
	if err != nil {
		return nil, err
	}
	out := []PutAside{}
	for _, q := range list {
		f, err := p.cat.File(ctx, all, q.File)
		if err != nil {
			return out, err
		}
		if f.Batch == batch {
			out = append(out, PutAside{q.ID, q.Path, q.Code, q.Mark})
		}
	}
	return out, nil
}
