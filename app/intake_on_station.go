package app

import (
	"context"
	"strings"

	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
)

// textShown is how many characters of a page its row shows.
const textShown = 60

// receiving is the open archive, as the screen 接收挂接 uses it.
type receiving struct {
	station *station.Station
	images  *pageImages
}

// Receive takes in a folder. Where another program of this computer owns the archive,
// it does the work and this one waits for it.
func (r receiving) Receive(ctx context.Context, d intake.Delivery, progress func(archive.Progress)) (intake.Report, error) {
	if d.Way == intake.AsBefore {
		way, err := r.wayBefore(ctx, d)
		if err != nil {
			return intake.Report{}, err
		}
		d.Way = way
	}
	if d.Way == intake.InPlace {
		return r.adopt(ctx, d.Dir, progress)
	}
	var got ingest.Report
	var err error
	want := ingest.Delivery{Dir: d.Dir, Text: d.Text}
	if r.station.Owner() {
		got, err = r.station.Pipeline.Receive(ctx, r.station.Actor(), want, progress)
	} else {
		got, err = r.station.Ingest(ctx, r.station.Actor(), want, progress)
	}
	report := intake.Report{Batch: got.Batch, Received: got.Received, Already: got.Already, Unlinked: got.Unfiled, Pages: got.Pages, Texts: got.Texts,
		TextPages: got.TextPages, NotTaken: len(got.Refused), PutAside: len(got.Quarantined), Refused: refusals(d.Dir, got.Refused)}
	return report, err
}

// wayBefore finds the way a folder came: that of the files of the receipt that goes on, or
// in place where it lies on a storage root.
func (r receiving) wayBefore(ctx context.Context, d intake.Delivery) (intake.Way, error) {
	if d.Dir == "" {
		return 0, archive.Errorf(archive.NotFound, "receive folder", "", "the receipt names no folder")
	}
	if d.Batch != 0 {
		root, err := r.station.Catalogue.BatchRoot(ctx, d.Batch)
		switch {
		case err == nil && root == 0:
			return intake.Copied, nil
		case err == nil:
			return intake.InPlace, nil
		case archive.KindOf(err) != archive.NotFound:
			return 0, err
		}
	}
	label, err := r.RootAt(ctx, d.Dir)
	if label != "" {
		return intake.InPlace, err
	}
	return intake.Copied, err
}

// adopt registers the files of a folder where they lie.
func (r receiving) adopt(ctx context.Context, dir string, progress func(archive.Progress)) (intake.Report, error) {
	got, err := r.station.Adopt(ctx, r.station.Actor(), ingest.Adoption{Dir: dir}, progress)
	report := intake.Report{Batch: got.Batch, InPlace: true, Received: got.Registered, Already: got.Already, Unlinked: got.Unfiled, Pages: got.Pages,
		NotTaken: got.NotTaken, Changed: got.Changed, Vanished: got.Vanished, Refused: refusals(dir, got.Refused)}
	if got.RootAdded {
		report.RootAdded = got.RootLabel
	}
	return report, err
}

func refusals(dir string, list []ingest.Refusal) []intake.Refused {
	var out []intake.Refused
	for _, f := range list {
		out = append(out, intake.Refused{Page: f.Page, Source: dir, Path: f.Path, Reason: f.Reason, Detail: f.Detail})
	}
	return out
}

// PutAside counts the files of a receipt that were put aside.
func (r receiving) PutAside(ctx context.Context, batch archive.ID) (int, error) {
	matters, err := r.station.Quarantines(ctx, r.station.Sight(), false)
	if err != nil {
		return 0, err
	}
	ids := make([]archive.ID, len(matters))
	for i, m := range matters {
		ids[i] = m.File
	}
	files, err := r.station.Catalogue.Files(ctx, r.station.Sight(), ids)
	n := 0
	for _, f := range files {
		if f.Batch == batch {
			n++
		}
	}
	return n, err
}

// RootAt names the storage root that a folder lies on.
func (r receiving) RootAt(ctx context.Context, dir string) (string, error) {
	return r.station.RootAt(ctx, dir)
}

// State joins the catalogue's counts with the pipeline's speed.
func (r receiving) State(ctx context.Context) (intake.State, error) {
	t, err := r.station.Catalogue.Totals(ctx, r.station.Sight(), 0)
	if err != nil {
		return intake.State{}, err
	}
	s := intake.State{Stages: t.Stages, Unlinked: t.Unlinked, Guest: !r.station.Owner()}
	if s.NotTaken, err = r.station.Catalogue.NotTaken(ctx, r.station.Sight()); err != nil {
		return intake.State{}, err
	}
	if s.Away, err = away(ctx, r.station); err != nil {
		return intake.State{}, err
	}
	waiting, err := r.Matters(ctx, false)
	if err != nil {
		return intake.State{}, err
	}
	s.Secret = len(waiting)
	if !s.Guest {
		now := r.station.Pipeline.Status()
		s.Paused, s.Phase, s.Done, s.Total = now.Paused, now.Phase, now.Done, now.Total
		s.Rate, s.Left, s.Waits = now.PerSecond, now.Left, now.Waits
	}
	return s, nil
}

// Pause halts the pipeline or lets it go on.
func (r receiving) Pause(paused bool) {
	switch {
	case !r.station.Owner():
	case paused:
		r.station.Pipeline.Pause()
	default:
		r.station.Pipeline.Resume()
	}
}

// Batches lists the newest receipts.
func (r receiving) Batches(ctx context.Context, limit int) ([]intake.Batch, error) {
	list, err := r.station.Catalogue.Batches(ctx, r.station.Sight(), limit)
	return receipts(list), err
}

// Unfinished lists those that were cut off.
func (r receiving) Unfinished(ctx context.Context) ([]intake.Batch, error) {
	list, err := r.station.Unfinished(ctx)
	return receipts(list), err
}

func receipts(list []archive.Batch) []intake.Batch {
	out := make([]intake.Batch, len(list))
	for i, b := range list {
		out[i] = intake.Batch{ID: b.ID, Name: b.Name, Source: b.Source, Started: b.Started, Ended: b.Ended}
	}
	return out
}

// EndReceipt ends one of them.
func (r receiving) EndReceipt(ctx context.Context, batch archive.ID) error {
	return r.station.EndBatch(ctx, r.station.Actor(), batch)
}

// Counts tells what some receipts brought.
func (r receiving) Counts(ctx context.Context, ids []archive.ID) (map[archive.ID]intake.Count, error) {
	found, err := r.station.Catalogue.BatchCounts(ctx, r.station.Sight(), ids)
	counts := make(map[archive.ID]intake.Count, len(found))
	for id, n := range found {
		counts[id] = intake.Count{Files: n.Files, Unlinked: n.Unlinked, Refused: n.Refused + n.NotTaken}
	}
	return counts, err
}

// UnlinkedByBatch counts the pages 待挂接.
func (r receiving) UnlinkedByBatch(ctx context.Context) (map[archive.ID]int, error) {
	return r.station.Catalogue.UnlinkedByBatch(ctx, r.station.Sight())
}

// Unlinked lists the pages 待挂接.
func (r receiving) Unlinked(ctx context.Context, batch archive.ID) ([]archive.ID, error) {
	return r.station.Catalogue.UnlinkedPages(ctx, r.station.Sight(), batch)
}

// Pages reads some of them, with the file each came from and its first words.
func (r receiving) Pages(ctx context.Context, ids []archive.ID) ([]intake.Page, error) {
	cat, sight := r.station.Catalogue, r.station.Sight()
	found, err := cat.Pages(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	files := make([]archive.ID, len(found))
	for i, p := range found {
		files[i] = p.File
	}
	sources := map[archive.ID]string{}
	list, err := cat.Files(ctx, sight, files)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		sources[f.ID] = f.Source
	}
	texts, err := cat.PlainTexts(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	words := map[archive.ID]string{}
	for _, t := range texts {
		words[t.Page] = beginning(t.Text())
	}
	byID := map[archive.ID]intake.Page{}
	for _, p := range found {
		byID[p.ID] = intake.Page{ID: p.ID, Source: sources[p.File], Ordinal: p.Ordinal, Stage: p.Stage, Text: words[p.ID], Ref: r.images.Ref(p)}
	}
	pages := make([]intake.Page, len(ids))
	for i, id := range ids {
		pages[i] = byID[id]
	}
	return pages, nil
}

// beginning is the first characters of a text on one line.
func beginning(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), textShown)])
}

// Complete lists records whose 档号 begins as typed.
func (r receiving) Complete(ctx context.Context, typed string, limit int) ([]archive.Holding, error) {
	return r.station.Catalogue.HoldingsLike(ctx, r.station.Sight(), refcode.Normalise(typed), limit)
}

// FindCode finds a record by its 档号.
func (r receiving) FindCode(ctx context.Context, code string) (archive.Holding, error) {
	return r.station.Catalogue.HoldingByCode(ctx, r.station.Sight(), refcode.Normalise(code))
}

// Link puts pages into a record.
func (r receiving) Link(ctx context.Context, pages []archive.ID, code string) (archive.Holding, error) {
	return r.station.Link(ctx, r.station.Actor(), pages, code)
}

// Unlink takes pages out of their record again.
func (r receiving) Unlink(ctx context.Context, pages []archive.ID) error {
	_, err := r.station.Catalogue.Do(ctx, r.station.Actor(), archive.OpPageUnlink, func(tx *store.Tx) error { return tx.UnlinkPages(pages) })
	if err == nil && r.station.Owner() {
		r.station.Pipeline.Wake()
	}
	return err
}

// Refused lists the files that were not taken and the pages that were refused, by
// receipt and path.
func (r receiving) Refused(ctx context.Context) ([]intake.Refused, error) {
	cat, sight := r.station.Catalogue, r.station.Sight()
	inputs, err := cat.RefusedInputs(ctx, sight, 0)
	if err != nil {
		return nil, err
	}
	ids, err := cat.RefusedPages(ctx, sight, 0)
	if err != nil {
		return nil, err
	}
	pages, err := cat.Pages(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	files := map[archive.ID]archive.File{}
	wanted := make([]archive.ID, len(pages))
	for i, p := range pages {
		wanted[i] = p.File
	}
	list, err := cat.Files(ctx, sight, wanted)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		files[f.ID] = f
	}
	batches := map[archive.ID]archive.Batch{}
	batch := func(id archive.ID) archive.Batch {
		b, ok := batches[id]
		if !ok {
			b, err = cat.Batch(ctx, r.station.Sight(), id)
			if archive.KindOf(err) == archive.NotFound {
				err = nil
			}
			batches[id] = b
		}
		return b
	}
	var out []intake.Refused
	for _, in := range inputs {
		b := batch(in.Batch)
		out = append(out, intake.Refused{Source: b.Source, Batch: b.Name, Path: in.Path, Reason: in.Reason, Detail: in.Detail})
	}
	for _, p := range pages {
		f := files[p.File]
		b := batch(f.Batch)
		out = append(out, intake.Refused{Page: p.ID, Source: b.Source, Batch: b.Name, Path: f.Source, Reason: p.Reason, Detail: p.Detail})
	}
	return out, err
}

// Retry puts refused pages back to the start.
func (r receiving) Retry(ctx context.Context, pages []archive.ID) (int, error) {
	return r.station.Retry(ctx, r.station.Actor(), pages)
}

// newIntake makes the screen 接收挂接.
func newIntake(p *Program) Screen {
	images := newPageImages(p.Station)
	return intake.New(intake.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Archive: receiving{p.Station, images}, View: images.View, Settings: parts.Route{Screen: ScreenSettings}, Class: p.Station.Home.Class()})
}
