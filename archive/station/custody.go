package station

import (
	"context"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite"
	"lantai/archive/store"
)

// Kept says how the copies of the archive stand, by the catalogue alone: counts, times and
// media, and nothing of any record.
type Kept struct {
	Targets     []offsite.Standing
	Media       []archive.Carrier                   // of the targets that are kept, those in use
	Checks      map[archive.ID]archive.CarrierCheck // the newest of each medium
	Runs        map[archive.ID]offsite.PastRun      // the newest to each target
	Proven      map[archive.ID]int64                // when a drill last proved that the copies at a target come back
	Unhashed    int                                 // originals that wait for their digest before they can be copied
	Quarantined int                                 // originals that are never copied
}

// SeesCopies tells whether whoever acts here may know how the copies stand: who takes archives
// out, who looks after the computers, and who answers for the archive.
func (s *Station) SeesCopies(ctx context.Context) (bool, error) {
	r, err := s.Rights(ctx, s.Actor())
	return err == nil && slices.ContainsFunc(CustodyNeeds(), r.Can), err
}

// CustodyNeeds are the actions of which one lets a person know how the copies stand.
func CustodyNeeds() []access.Action {
	return []access.Action{access.Export, access.Administer, access.Approve}
}

// CopiesKept tells how the copies stand, asking no disk. It is NotAllowed to others than
// SeesCopies says.
func (s *Station) CopiesKept(ctx context.Context) (Kept, error) {
	const doing = "read state of copies"
	k := Kept{Runs: map[archive.ID]offsite.PastRun{}, Proven: map[archive.ID]int64{}}
	if err := s.Allow(ctx, "copies", CustodyNeeds()...); err != nil {
		return k, err
	}
	copies, err := s.copier()
	if err == nil {
		k.Targets, err = copies.Known(ctx)
	}
	if err != nil {
		return k, archive.Wrap(doing, "", err)
	}
	runs, err := copies.Runs(ctx)
	if err != nil {
		return k, archive.Wrap(doing, "", err)
	}
	for _, r := range runs {
		if _, later := k.Runs[r.Target]; !later {
			k.Runs[r.Target] = r
		}
	}
	for _, t := range k.Targets {
		media, err := s.Catalogue.Carriers(ctx, t.ID)
		if err != nil {
			return k, archive.Wrap(doing, t.Name, err)
		}
		k.Media = append(k.Media, slices.DeleteFunc(media, func(m archive.Carrier) bool { return m.Ended != 0 })...)
	}
	if k.Checks, err = s.Catalogue.LastChecks(ctx); err != nil {
		return k, archive.Wrap(doing, "", err)
	}
	for _, t := range k.Targets {
		k.Proven[t.ID] = t.Proven
	}
	n, err := s.Catalogue.CopyTotals(ctx, 0)
	k.Unhashed, k.Quarantined = n.Unhashed, n.Quarantined
	return k, archive.Wrap(doing, "", err)
}

// MediaConnected tells where the media of the targets are connected now: their folders by id. It
// asks disks and shares, which may take long.
func (s *Station) MediaConnected(ctx context.Context, target archive.Target) (map[archive.ID]string, error) {
	if err := s.Allow(ctx, "copies", CustodyNeeds()...); err != nil {
		return nil, err
	}
	copies, err := s.copier()
	if err != nil {
		return nil, err
	}
	media, err := copies.Media(ctx, target)
	at := make(map[archive.ID]string, len(media))
	for _, m := range media {
		if m.At != "" {
			at[m.Carrier.ID] = m.At
		}
	}
	return at, archive.Wrap("find media", target.Name, err)
}

// Waiting is what a target does not have of one storage root.
type Waiting struct {
	store.Uncopied
	Label string // of the root; empty: masters/
	Away  bool   // it is not connected, so that nothing of it can be copied
}

// WaitingFor counts what a target does not have, and what of it cannot be copied now.
func (s *Station) WaitingFor(ctx context.Context, target archive.ID) ([]Waiting, error) {
	const doing = "count what is to be copied"
	if err := s.Allow(ctx, "copies", CustodyNeeds()...); err != nil {
		return nil, err
	}
	list, err := s.Catalogue.Uncopied(ctx, target)
	if err != nil || len(list) == 0 {
		return nil, archive.Wrap(doing, "", err)
	}
	roots, err := s.Originals.States(ctx)
	if err != nil {
		return nil, archive.Wrap(doing, "", err)
	}
	out := make([]Waiting, len(list))
	for i, u := range list {
		out[i].Uncopied = u
		for _, r := range roots {
			if r.ID == u.Root {
				out[i].Label, out[i].Away = r.Label, !r.Present
			}
		}
	}
	return out, nil
}

// CheckCopies reads the copies at a target back. The paths that it gives are for NameCopy.
func (s *Station) CheckCopies(ctx context.Context, target archive.Target, opt offsite.CheckOptions) (offsite.Checked, error) {
	copies, err := s.Copies(ctx)
	if err != nil {
		return offsite.Checked{}, err
	}
	return copies.Check(ctx, s.Actor(), target, opt)
}

// FaultyCopies gives some of the copies at a target that are known to be missing, changed or
// unreadable, by file, behind one.
func (s *Station) FaultyCopies(ctx context.Context, target, after archive.ID, limit int) ([]store.CopyOf, error) {
	if _, err := s.Copies(ctx); err != nil {
		return nil, err
	}
	return s.Catalogue.CopiesFaulty(ctx, target, after, limit)
}

// NameCopy names the record and page of a copy. Of an original that may not be seen it says
// the number alone; one that is gone from the catalogue has no name.
func (s *Station) NameCopy(ctx context.Context, f offsite.Finding) (Found, error) {
	found, err := s.foundCopy(ctx, f)
	if archive.KindOf(err) == archive.NotFound {
		return Found{}, nil
	}
	return found, archive.Wrap("name copy", f.File.String(), err)
}
