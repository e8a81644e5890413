package station

import (
	"context"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/fixity"
	"lantai/archive/vault"
)

// Fixity gives what reads the originals at home again.
func (s *Station) Fixity() *fixity.Checker {
	return fixity.New(fixity.Options{Catalogue: s.Catalogue, Originals: s.Originals, Busy: s.occupied, Now: s.opt.Now, Step: s.opt.Step})
}

// VerifyPortion reads the originals that were not read for the longest time, until the
// limit is reached; without one, what is left of the cycle.
func (s *Station) VerifyPortion(ctx context.Context, limit fixity.Limit, progress func(archive.Progress)) (Verified, error) {
	const doing = "verify originals"
	v := newVerified()
	c, err := s.Fixity().Check(ctx, limit, progress)
	if err != nil {
		return v, archive.Wrap(doing, s.Home.Name(), err)
	}
	v.Checked, v.OK = c.Files, c.Good
	labels, err := s.rootLabels(ctx)
	if err != nil {
		return v, archive.Wrap(doing, s.Home.Name(), err)
	}
	for _, f := range c.Faults {
		found, err := s.foundOf(ctx, f, labels)
		if err != nil {
			return v, archive.Wrap(doing, s.Home.Name(), err)
		}
		to := map[archive.CopyFault]*[]Found{archive.CopyMissing: &v.Missing, archive.CopyChanged: &v.Changed, archive.CopyUnreadable: &v.Unreadable}[f.Is]
		*to = append(*to, found)
	}
	for _, root := range c.Away {
		n, err := s.Catalogue.FixityTotals(ctx)
		if err != nil {
			return v, archive.Wrap(doing, s.Home.Name(), err)
		}
		v.Absent = append(v.Absent, AbsentRoot{Root: labels[root], ID: root, Files: n[root].Files})
	}
	return v, nil
}

func (s *Station) rootLabels(ctx context.Context) (map[archive.ID]string, error) {
	roots, err := s.Catalogue.Roots(ctx)
	labels := map[archive.ID]string{}
	for _, r := range roots {
		labels[r.ID] = r.Label
	}
	return labels, err
}

func (s *Station) foundOf(ctx context.Context, f fixity.Fault, labels map[archive.ID]string) (Found, error) {
	found, err := s.found(ctx, f.Root, f.Path)
	found.Root = labels[f.Root]
	return found, err
}

// Damaged is an original that was found missing, changed or unreadable when it was last
// looked at.
type Damaged struct {
	Found
	File  archive.ID        `json:"file"`
	Is    archive.CopyFault `json:"is"`
	Bytes int64             `json:"bytes"`
	Since int64             `json:"checked"` // Unix milliseconds
}

// Damaged lists some of them in the order they came, behind one. Of an original that may not
// be seen there is the number of its file alone.
func (s *Station) Damaged(ctx context.Context, after archive.ID, limit int) ([]Damaged, error) {
	faults, err := s.Fixity().Damaged(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	labels, err := s.rootLabels(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Damaged, len(faults))
	for i, f := range faults {
		found, err := s.foundOf(ctx, f, labels)
		if err != nil {
			return nil, err
		}
		list[i] = Damaged{found, f.ID, f.Is, f.Bytes, f.Since}
	}
	return list, nil
}

// noteVerified has a whole check of a root count for the rolling one.
func (s *Station) noteVerified(ctx context.Context, root archive.ID, began time.Time, r vault.Report) error {
	var damaged []archive.FileCheck
	for fault, list := range map[archive.CopyFault][]vault.Finding{archive.CopyMissing: r.Missing, archive.CopyChanged: r.Changed, archive.CopyUnreadable: r.Unreadable} {
		for _, f := range list {
			file, err := s.Catalogue.FileByPath(ctx, access.All(), root, f.Path)
			switch {
			case archive.KindOf(err) == archive.NotFound: // a folder that cannot be read, or it moved meanwhile
				continue
			case err != nil:
				return err
			}
			if file.SHA256 != "" {
				damaged = append(damaged, archive.FileCheck{File: file.ID, SHA256: file.SHA256, Fault: fault})
			}
		}
	}
	return s.Fixity().NoteWhole(ctx, root, began, damaged)
}

// fixityEvery is how often the background looks whether originals are to be read: a cycle may
// begin, or a root come back.
const fixityEvery = 5 * time.Minute

// runFixity reads originals again in the background.
func (s *Station) runFixity(ctx context.Context) {
	for ctx.Err() == nil {
		_, err := s.Fixity().CheckSlowly(ctx)
		if err != nil && archive.KindOf(err) != archive.Stopped {
			s.opt.Log.Error("check originals", "error", err)
		}
		_ = rest(ctx, fixityEvery) // the loop sees that ctx ended
	}
}
