package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// Report is what became of a delivery. Integers count files, Pages pages.
type Report struct {
	Batch    archive.ID `json:"batch"`    // zero when nothing was received
	Received int        `json:"received"` // taken into the archive now
	Already  int        `json:"already"`  // held before
	Unfiled  int        `json:"unfiled"`  // of those received: not linked to an item (待挂接)
	Pages    int        `json:"pages"`    // in the files received
	// Texts counts text files and PDF with a text layer that were there and not taken,
	// since Delivery.Text was not set; TextPages the pages whose text came with them.
	Texts     int       `json:"texts"`
	TextPages int       `json:"text_pages"`
	Refused   []Refusal `json:"refused"`
	// Quarantined are the files put aside because they bear the mark of a state secret.
	Quarantined []PutAside `json:"quarantined"`
}

// Refusal is a file that was not taken, or a page of a received file that could not
// be read.
type Refusal struct {
	Path   string         `json:"path"`   // below the delivered folder
	Reason archive.Reason `json:"reason"` // has a sentence in the language files
	Detail string         `json:"detail"` // English, for the log
	Page   archive.ID     `json:"page"`   // zero: the file was not taken
}

// Ingest receives a folder, works off all that waits while files still come, and
// adds the pages refused on the way to the report. While a Run is on it leaves the
// work to that and waits for it.
func (p *Pipeline) Ingest(ctx context.Context, actor archive.Actor, d Delivery, progress func(archive.Progress)) (Report, error) {
	working, stop := context.WithCancel(ctx)
	defer stop()
	received := make(chan struct{})
	worked := make(chan error, 1)
	go func() { worked <- p.drain(working, received) }()
	r, err := p.Receive(ctx, actor, d, progress)
	close(received)
	p.Wake()
	if err != nil {
		stop()
		if also := <-worked; archive.KindOf(also) != archive.Stopped {
			err = errors.Join(err, also)
		}
		return r, err
	}
	err = <-worked
	if r.Batch != 0 {
		pages, listed := p.RefusedPages(context.WithoutCancel(ctx), access.All(), r.Batch)
		r.Refused = append(r.Refused, pages...)
		var unlisted error
		r.Quarantined, unlisted = p.putAsideOf(context.WithoutCancel(ctx), r.Batch)
		err = errors.Join(err, listed, unlisted)
	}
	return r, archive.Wrap("run pipeline", "", err)
}

// RefusedPages lists the refused pages of a batch with the file each came from, by
// path; zero: of all batches.
func (p *Pipeline) RefusedPages(ctx context.Context, sight access.Sight, batch archive.ID) ([]Refusal, error) {
	ids, err := p.cat.RefusedPages(ctx, sight, batch)
	if err != nil {
		return nil, archive.Wrap("list refused pages", batch.String(), err)
	}
	var out []Refusal
	for part := range slices.Chunk(ids, 500) {
		pages, err := p.cat.Pages(ctx, sight, part)
		if err != nil {
			return nil, archive.Wrap("list refused pages", batch.String(), err)
		}
		for _, page := range pages {
			f, err := p.cat.File(ctx, sight, page.File)
			if err != nil {
				return nil, archive.Wrap("list refused pages", batch.String(), err)
			}
			out = append(out, Refusal{Path: f.Source, Reason: page.Reason, Detail: page.Detail, Page: page.ID})
		}
	}
	slices.SortStableFunc(out, func(a, b Refusal) int { return cmp.Compare(a.Path, b.Path) })
	return out, nil
}
