package station

import (
	"context"

	"lantai/archive"
)

// RebuildIndex makes the full-text index anew from catalogue and texts, while the
// old one serves.
func (s *Station) RebuildIndex(ctx context.Context, progress func(archive.Progress)) error {
	if !s.Owner() {
		return busy("rebuild index", s.Home.Dir())
	}
	fresh, err := s.Index.Begin(ctx)
	if err != nil {
		return err
	}
	err = s.Pipeline.RebuildIndex(ctx, fresh, func() error { return fresh.Finish(ctx) }, progress)
	if err != nil {
		if aerr := fresh.Abort(); aerr != nil {
			s.opt.Log.Error("abort rebuild of index", "error", aerr)
		}
	}
	return err
}

// RebuildDerived makes access images and thumbnails anew from the originals.
func (s *Station) RebuildDerived(ctx context.Context, progress func(archive.Progress)) (left int, err error) {
	if !s.Owner() {
		return 0, busy("rebuild derived images", s.Home.Dir())
	}
	return s.Pipeline.RebuildDerived(ctx, progress)
}

// mendIndex makes the index anew where it lacks what was indexed before: it is new,
// was damaged or made by an older program, or a rebuild did not come to its end. It is
// done at once when this process does so already.
func (s *Station) mendIndex(ctx context.Context, progress func(archive.Progress)) error {
	broken, err := s.indexBroken(ctx)
	if err != nil || !broken || !s.mending.TryLock() {
		return err
	}
	defer s.mending.Unlock()
	err = s.RebuildIndex(ctx, progress)
	if archive.KindOf(err) == archive.Busy {
		return nil // a rebuild that a person asked for
	}
	return err
}

// indexBroken tells whether the index lacks what was indexed before.
func (s *Station) indexBroken(ctx context.Context) (bool, error) {
	broken, err := s.Pipeline.NeedsRebuild(ctx)
	return broken || s.Index.NeedsRebuild(), err
}

// keepIndex mends the index, now and whenever it is found broken, until ctx ends. Pages
// are recognised meanwhile.
func (s *Station) keepIndex(ctx context.Context) {
	faulty := false
	for ctx.Err() == nil {
		err := s.mendIndex(ctx, nil)
		if err == nil && faulty {
			faulty = false
			s.Pipeline.NoteFault(nil)
		}
		if err == nil {
			select {
			case <-s.toMend:
			case <-ctx.Done():
			}
			continue
		}
		if ctx.Err() != nil {
			return
		}
		s.opt.Log.Error("mend index", "error", err)
		s.Pipeline.NoteFault(err)
		faulty = true
		_ = rest(ctx, retryAfter) // the loop sees that ctx ended
	}
}

// wakeMending has keepIndex look at the index.
func (s *Station) wakeMending() {
	select {
	case s.toMend <- struct{}{}:
	default:
	}
}

func busy(op, dir string) error {
	return archive.Errorf(archive.Busy, op, dir, "another program of this computer has the archive open")
}
