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
func (s *Station) RebuildDerived(ctx context.Context, progress func(archive.Progress)) error {
	if !s.Owner() {
		return busy("rebuild derived images", s.Home.Dir())
	}
	return s.Pipeline.RebuildDerived(ctx, progress)
}

// mendIndex makes the index anew where it lacks what was indexed before: it is new,
// was damaged or made by an older program, or a rebuild did not come to its end.
func (s *Station) mendIndex(ctx context.Context) error {
	broken, err := s.Pipeline.NeedsRebuild(ctx)
	if err != nil || !broken && !s.Index.NeedsRebuild() {
		return err
	}
	return s.RebuildIndex(ctx, nil)
}

func busy(op, dir string) error {
	return archive.Errorf(archive.Busy, op, dir, "another program of this computer has the archive open")
}
