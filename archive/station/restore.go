package station

import (
	"context"
	"errors"
	"slices"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// Restored is the outcome of a restore: what came, and what reading it again has shown.
type Restored struct {
	offsite.Restored
	Station  int      `json:"station"`  // the number that the home writes under from now on
	Verified Verified `json:"verified"` // of all originals in the restored home
}

// Restore brings an archive back from its copies into an empty folder, where it takes a
// station number of its own, makes its index, and reads every original again. from are the folders of the media.
// One that was cut off, at whatever point, goes on when it is repeated.
func Restore(ctx context.Context, from []string, opt offsite.RestoreOptions, progress func(archive.Progress)) (Restored, error) {
	const doing = "restore archive"
	var out Restored
	for _, dir := range from {
		p, err := place.OpenFolder(dir)
		if err != nil {
			return out, archive.Wrap(doing, dir, err)
		}
		defer p.Close()
		opt.From = append(opt.From, p)
	}
	opt.Complete = func(ctx context.Context, r offsite.Restored) error {
		return out.takeOver(ctx, opt.Home, r.Roots, progress)
	}
	var err error
	out.Restored, err = offsite.Restore(ctx, opt)
	return out, archive.Wrap(doing, opt.Home, err)
}

// takeOver makes a restored home one of this computer: with a station number of its own, its storage
// roots where they were put, and an index; and reads all of it again.
func (r *Restored) takeOver(ctx context.Context, dir string, roots map[string]string, progress func(archive.Progress)) (err error) {
	h, err := home.Open(dir)
	if err != nil {
		return err
	}
	if _, moved := h.Relocated(); moved {
		if err := h.AcceptCopied(); err != nil {
			return err
		}
	}
	s, err := OpenHome(ctx, h, Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if r.Station, err = h.Station(); err != nil {
		return err
	}
	for id, path := range roots {
		root, err := archive.ParseID(id)
		if err == nil {
			_, err = s.SetRoot(ctx, archive.Actor{}, root, path, "")
		}
		if err != nil {
			return archive.Wrap("point to storage root", path, err)
		}
	}
	if err := s.Vault.Refresh(ctx); err != nil {
		return err
	}
	if err := s.RebuildIndex(ctx, progress); err != nil {
		return err
	}
	r.Verified, err = s.Verify(ctx, progress)
	return err
}

// RestoreTimes lists the catalogues that can be restored from media, named by their times
// (UTC, 20261127T080000.000Z), the oldest first.
func RestoreTimes(ctx context.Context, from []string) ([]string, error) {
	var list []string
	for _, dir := range from {
		p, err := place.OpenFolder(dir)
		if err != nil {
			return nil, archive.Wrap("list catalogues", dir, err)
		}
		names, err := offsite.Snapshots(ctx, p)
		p.Close()
		if err != nil {
			return nil, archive.Wrap("list catalogues", dir, err)
		}
		list = append(list, names...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
