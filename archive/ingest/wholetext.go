package ingest

import (
	"context"
	"slices"

	"lantai/archive"
	"lantai/archive/vault"
)

// wholeSerial stands in place of the page's number in the name of such a file.
const wholeSerial = "TEXT"

// wholeText is a text file of all pages of a holding. Their rows wait for it, so that
// nothing is recognised that it has.
type wholeText struct {
	file    found
	to      *target // nil until an image comes
	waiting []received
	settled bool
}

// hold keeps an original whose holding has a text that is not settled yet.
func (d *deliveredTexts) hold(to *target, n received) bool {
	if to == nil {
		return false
	}
	w := d.whole[to.holding.ID]
	if w == nil || w.settled {
		return false
	}
	w.to, w.waiting = to, append(w.waiting, n)
	return true
}

// seen notes that an image was looked at, and settles the text of its holding when it
// was the last.
func (d *deliveredTexts) seen(ctx context.Context, f found) error {
	if len(d.whole) == 0 || isText(f.rel) || f.err != nil {
		return nil
	}
	h, _, err := d.r.to.match(ctx, f.rel)
	if err != nil {
		return err
	}
	w := d.whole[h.ID]
	if d.left[h.ID]--; w == nil || w.settled || d.left[h.ID] > 0 {
		return nil
	}
	return d.r.refusing(ctx, w.file, d.settle(ctx, h, w))
}

// lost refuses the text file of an image that was refused: it belongs to no page.
func (d *deliveredTexts) lost(ctx context.Context, f found, refused error) error {
	if !d.take || refused == nil || isText(f.rel) {
		return nil
	}
	beside, ok := d.companion(f)
	if !ok {
		return nil
	}
	return d.r.refusing(ctx, beside, archive.Refuse("receive text", beside.rel, archive.ReasonTextAlone, "its image was refused"))
}

// release lets the originals go on that wait for a text.
func (d *deliveredTexts) release() {
	for _, w := range d.whole {
		d.r.pending = append(d.r.pending, w.waiting...)
		w.waiting = nil
	}
}

// settle gives the pages of a holding the text that came for all of them. Whatever comes
// of it, its originals go on.
func (d *deliveredTexts) settle(ctx context.Context, h archive.Holding, w *wholeText) error {
	w.settled = true
	defer func() {
		d.r.pending = append(d.r.pending, w.waiting...)
		w.waiting = nil
	}()
	old, err := d.r.p.cat.PagesOf(ctx, all, h.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(old, func(p archive.Page) bool { return p.Stage == archive.StageQuarantined }) {
		return archive.Refuse("receive file", w.file.rel, archive.ReasonQuarantined, "%s waits for a decision", h.Code)
	}
	pages := len(old)
	for _, n := range w.waiting {
		pages += len(n.pages)
	}
	to := w.to
	if to == nil {
		if to, err = d.r.to.target(ctx, h); err != nil {
			return err
		}
	}
	texts, stored, err := d.receive(ctx, w.file, pages, func() vault.Placed {
		return d.r.to.place(to, wholeSerial, w.file.rel, 1)
	})
	if err != nil || texts == nil {
		return err
	}
	if stored.late, err = d.missing(ctx, old, texts, true); err != nil {
		return err
	}
	d.r.report.TextPages += len(stored.late)
	at := len(old)
	for i := range w.waiting {
		n := &w.waiting[i]
		for k := range n.pages {
			d.r.report.TextPages += btoi(n.texts[k] == nil)
			n.texts[k] = better(n.texts[k], texts[at])
			at++
		}
	}
	d.r.pending = append(d.r.pending, stored)
	return nil
}
