package ingest

import (
	"context"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// A record that should never have been in the archive leaves no trace but the fact that
// it was purged. One transaction takes its rows away, so that nobody sees it from then
// on, and notes what is to be done elsewhere: texts, images and index entries go, then the
// originals with what the lists say of them, then what the log says of all of it; at last
// the space that it had is overwritten. Each step may be repeated, so a process that
// ends before the last is gone on from at the next start.

// phasePurge is how far a purge has come, in its steps.
const (
	phasePurge = "purge"
	purgeParts = 6
)

// AgreePurge carries out what another person asked for. One that was agreed to and did not
// end is gone on with, whoever asks. Errors: those of store.Tx.BeginPurge; Busy while
// originals are being received, or somebody reads an older state for long: then it is
// to be gone on with.
func (p *Pipeline) AgreePurge(ctx context.Context, actor archive.Actor, purge archive.ID, progress func(archive.Progress)) (archive.Purge, error) {
	const op = "purge records"
	p.secrets.one.Lock()
	defer p.secrets.one.Unlock()
	tell := func(done int) {
		if progress != nil {
			progress(archive.Progress{Phase: phasePurge, Done: done, Total: purgeParts})
		}
	}
	now, err := p.cat.Purge(ctx, all, purge)
	if err == nil && !now.State.Going() {
		err = p.beginPurge(ctx, actor, purge)
	}
	if err == nil {
		tell(1)
		err = p.endRecordPurge(ctx, actor, purge, tell)
	}
	if err == nil { // what was put aside of the records may have gone with them
		err = p.settleMatters(ctx)
	}
	if err != nil {
		return now, archive.Wrap(op, purge.String(), err)
	}
	return p.cat.Purge(ctx, all, purge)
}

func (p *Pipeline) beginPurge(ctx context.Context, actor archive.Actor, purge archive.ID) error {
	roots, err := p.cat.PurgeRoots(ctx, purge)
	if err != nil {
		return err
	}
	texts, err := purgeTexts(ctx, p.cat, roots)
	if err != nil {
		return err
	}
	scope, err := p.cat.PurgeScope(ctx, roots, texts)
	if err != nil {
		return err
	}
	p.secrets.hold(scope.Pages)
	p.opt.Step(stepHeld)
	_, err = p.cat.Do(ctx, actor, archive.OpHoldingPurge, func(tx *store.Tx) error { return tx.BeginPurge(purge, actor, texts) })
	if err != nil {
		p.secrets.free(scope.Pages)
		return err
	}
	p.opt.Step(stepPurgeBegun)
	return nil
}

// endRecordPurge removes what is left of records whose rows are gone. Their pages stay
// held, since something of them may be in work yet.
func (p *Pipeline) endRecordPurge(ctx context.Context, actor archive.Actor, purge archive.ID, tell func(done int)) error {
	work, err := p.cat.PurgeWork(ctx, purge)
	if err != nil {
		return err
	}
	p.secrets.hold(work.Pages)
	if len(work.Records) > 0 {
		if p.opt.Index != nil { // at once, even while a rebuild of the index holds up what follows
			if err := p.opt.Index.Put(ctx, archive.IndexBatch{RemovePages: work.Pages, RemoveItems: work.Records}); err != nil {
				return err
			}
		}
		if err := p.erase(ctx, work.Pages, work.Records...); err != nil {
			return err
		}
	}
	if p.opt.Forget != nil {
		if err := p.opt.Forget(work.Records, work.Codes); err != nil {
			return err
		}
	}
	tell(2)
	kept, err := p.emptyRoots(ctx, work.Files, false)
	if err != nil {
		return err
	}
	p.opt.Step(stepPurgeRoots)
	tell(3)
	var gone []vault.Stored
	for _, f := range work.Files {
		if f.Root == 0 {
			gone = append(gone, vault.Stored{Path: f.Path, SHA256: f.SHA256})
		}
	}
	if len(gone) > 0 {
		if err := p.vault.Forget(ctx, purge.String(), gone); err != nil {
			return err
		}
	}
	p.opt.Step(stepPurgeFiles)
	tell(4)
	if len(work.Records) > 0 {
		if err := p.cat.PurgeValues(ctx, purge); err != nil {
			return err
		}
	}
	p.opt.Step(stepPurgeValues)
	tell(5)
	media, err := rootMedia(ctx, p.cat, kept)
	if err == nil {
		err = p.cat.ClearPurge(ctx, actor, purge, media, kept)
	}
	if err != nil {
		return err
	}
	p.opt.Step(stepPurgeCleared)
	tell(purgeParts)
	return nil
}

// emptyRoots removes originals from storage roots, and gives those that are there still;
// for what is not there a person may vouch.
func (p *Pipeline) emptyRoots(ctx context.Context, files []archive.File, vouched bool) (kept []archive.File, err error) {
	lists := map[archive.ID]map[string]bool{}
	for _, f := range files {
		if f.Root == 0 {
			continue
		}
		if lists[f.Root] == nil {
			lists[f.Root] = map[string]bool{}
		}
		lists[f.Root][f.Path] = true
		left := p.originals.Purge(ctx, f)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if left != nil && (!vouched || archive.KindOf(left) != archive.NotFound) {
			kept = append(kept, f)
		}
	}
	for root, paths := range lists {
		if err := p.vault.ForgetOnRoot(ctx, root, paths); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// settlePurges goes on with the purges that were agreed to and did not end. Nobody sees
// their records meanwhile.
func (p *Pipeline) settlePurges(ctx context.Context) error {
	for _, state := range []archive.PurgeState{archive.PurgeGoing, archive.PurgeClearing} {
		list, err := p.cat.Purges(ctx, all, state)
		if err != nil {
			return err
		}
		for _, g := range list {
			err := p.endRecordPurge(ctx, archive.Actor{ID: g.Second}, g.ID, func(int) {})
			if err != nil && archive.KindOf(err) != archive.Busy { // what is busy now is not at a later start
				return err
			}
		}
	}
	return nil
}

// goOnPurging is settlePurges while the pipeline runs, unless a purge goes on.
func (p *Pipeline) goOnPurging(ctx context.Context) error {
	if !p.secrets.one.TryLock() {
		return nil
	}
	defer p.secrets.one.Unlock()
	return p.settlePurges(ctx)
}

// ClearMedium notes that a person has seen to a medium. Of a storage root that can be
// reached now the originals are removed first; it is Conflict when that cannot be done.
func (p *Pipeline) ClearMedium(ctx context.Context, actor archive.Actor, number int, note string) (archive.Medium, error) {
	const op = "clear a medium"
	list, err := p.cat.Media(ctx, all, false)
	if err != nil {
		return archive.Medium{}, archive.Wrap(op, "", err)
	}
	for _, m := range list {
		if m.Number != number || m.Root == 0 {
			continue
		}
		if _, away := p.originals.Look(ctx, m.Root); away != nil {
			continue
		}
		files, err := p.cat.KeptFiles(ctx, m)
		if err != nil {
			return m, archive.Wrap(op, m.Name, err)
		}
		kept, err := p.emptyRoots(ctx, files, true)
		if err == nil && len(kept) > 0 {
			err = archive.WrapAs(archive.Conflict, op, kept[0].Path, errStillThere)
		}
		if err != nil {
			return m, archive.Wrap(op, m.Name, err)
		}
	}
	m, err := p.cat.ClearMedium(ctx, actor, number, note)
	return m, archive.Wrap(op, m.Name, err)
}
