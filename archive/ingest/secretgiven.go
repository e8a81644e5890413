package ingest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"lantai/archive"
	"lantai/archive/store"
)

// given is a page with the text that came for it.
type given struct {
	page archive.Page
	text *archive.PageText
}

// given lists what texts came with an original, or for pages that are there.
func (n received) given() []given {
	var out []given
	for i, t := range n.texts {
		if t != nil {
			out = append(out, given{n.pages[i], t})
		}
	}
	return append(out, n.late...)
}

// belongs is what is put aside together: a holding, or a file that is linked to none.
type belongs struct{ holding, file archive.ID }

func belongsTo(page archive.Page) belongs {
	if page.Holding != 0 {
		return belongs{holding: page.Holding}
	}
	return belongs{file: page.File}
}

// marked is a page whose delivered text bears a mark, or whose item waits for a decision.
type marked struct {
	page archive.Page
	mark string
}

// marks looks for the marks of state secrets in delivered texts before any is saved. The
// pages must have their ordinals.
func (p *Pipeline) marks(ctx context.Context, pending []received) (map[belongs]marked, error) {
	found := map[belongs]marked{}
	if p.secrets.off() {
		return found, nil
	}
	for _, n := range pending {
		for _, g := range n.given() {
			to := belongsTo(g.page)
			if _, ok := found[to]; ok {
				continue
			}
			q, waits := p.secrets.waits(g.page.Holding)
			mark := q.Mark
			if !waits && leading(g.page) {
				mark = p.secrets.mark(*g.text, g.page.Width, g.page.Height)
			}
			if !waits && mark == "" {
				continue
			}
			cleared, err := p.cat.Cleared(ctx, g.page.File)
			if err != nil {
				return nil, err
			}
			if !cleared {
				found[to] = marked{g.page, mark}
			}
		}
	}
	return found, nil
}

// savable gives the texts that may be saved: those of no page that goes with a mark.
func (p *Pipeline) savable(ctx context.Context, list []given, found map[belongs]marked) ([]archive.PageText, error) {
	var texts []archive.PageText
	for _, g := range list {
		if _, ok := found[belongsTo(g.page)]; ok {
			cleared, err := p.cat.Cleared(ctx, g.page.File)
			if err != nil {
				return nil, err
			}
			if !cleared {
				continue
			}
		}
		t := *g.text
		t.Page = g.page.ID
		texts = append(texts, t)
	}
	return texts, nil
}

// brought is a matter that a delivery brings. It is put aside in the transaction that
// writes the delivery's rows: a text that was not saved tells nobody of its mark later.
type brought struct {
	marked
	source string       // of the file with the mark
	files  []archive.ID // to put aside
	old    []archive.ID // pages among them that were there before: what was made of them has to go first
}

// brings gives the matters of the marks that were found in a delivery whose rows have
// their ids.
func (p *Pipeline) brings(ctx context.Context, pending []received, found map[belongs]marked) ([]brought, error) {
	coming, sources := map[string]archive.ID{}, map[archive.ID]string{}
	for _, n := range pending {
		sources[n.file.ID] = n.file.Source
		if n.file.Format == formatText {
			coming[n.file.Path] = n.file.ID
		}
	}
	var list []brought
	for to, m := range found {
		b := brought{marked: m, source: sources[m.page.File]}
		held := []archive.ID{to.file}
		var err error
		switch {
		case to.holding != 0:
			held, err = p.filesOf(ctx, to.holding)
		case sources[to.file] != "":
			held = nil
		}
		if err == nil && b.source == "" {
			var f archive.File
			f, err = p.cat.File(ctx, all, m.page.File)
			b.source = f.Source
		}
		if err == nil {
			b.files, b.old, err = p.matterOf(ctx, held, coming)
		}
		for _, n := range pending {
			if err == nil && len(n.pages) > 0 && belongsTo(n.pages[0]) == to {
				b.files, err = p.withTextFiles(ctx, append(b.files, n.file.ID), n.file, coming)
			}
		}
		if err != nil {
			return nil, err
		}
		if len(b.files) > 0 {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, func(a, b brought) int { return cmp.Compare(a.page.ID, b.page.ID) })
	return list, nil
}

// errOldPages ends a transaction that would put aside pages of which something is left to read.
var errOldPages = errors.New("what was made of earlier pages is there still")

// writing runs write, which commits the rows of a delivery and with them what its marks
// put aside. write is given the pages that may be put aside because nothing of them is
// left, and asks for others by errOldPages. It may run several times.
func (p *Pipeline) writing(ctx context.Context, write func(erased map[archive.ID]bool) ([]brought, error)) error {
	p.secrets.one.Lock()
	defer p.secrets.one.Unlock()
	erased := map[archive.ID]bool{}
	list, err := write(erased)
	for errors.Is(err, errOldPages) {
		for _, b := range list {
			p.secrets.hold(b.old)
			for _, id := range b.old {
				erased[id] = true
			}
		}
		p.opt.Step(stepHeld)
		if err = p.erase(ctx, slices.Sorted(maps.Keys(erased))); err == nil {
			list, err = write(erased)
		}
	}
	if err != nil {
		p.secrets.free(slices.Collect(maps.Keys(erased)))
		return err
	}
	p.opt.Step(stepRows)
	if len(list) == 0 {
		return nil
	}
	p.opt.Step(stepAside)
	return archive.Wrap("put aside pages", list[0].page.ID.String(), p.settleMatters(context.WithoutCancel(ctx))) // or the next start moves the originals
}

// writeGiven saves the texts that came with originals whose rows this transaction has
// written, and puts aside what their marks name.
func (p *Pipeline) writeGiven(ctx context.Context, tx *store.Tx, pending []received, erased map[archive.ID]bool) ([]brought, error) {
	found, err := p.marks(ctx, pending)
	if err != nil {
		return nil, err
	}
	list, err := p.brings(ctx, pending, found)
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		if slices.ContainsFunc(b.old, func(id archive.ID) bool { return !erased[id] }) {
			return list, errOldPages
		}
	}
	// Texts are saved before the rows are committed, so that no page is recognised
	// whose text was delivered.
	for _, n := range pending {
		if err := p.writeTexts(ctx, tx, n, found); err != nil {
			return nil, err
		}
	}
	return list, p.putAsideWith(tx, list)
}

// putAsideWith puts aside, in the transaction that writes the rows of a delivery, what goes
// with its marks.
func (p *Pipeline) putAsideWith(tx *store.Tx, list []brought) error {
	for _, b := range list {
		if err := p.addMatter(tx, b.page, b.source, b.mark, b.files); err != nil {
			return err
		}
	}
	return nil
}
