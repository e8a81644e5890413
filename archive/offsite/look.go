package offsite

import (
	"context"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/store"
)

// Blank is a folder that may become a medium.
type Blank struct {
	At   string // its absolute path
	Free int64  // bytes; -1: not known
	Size int64
}

// Look tells whether the folder of a disk may become a medium, and how large it is. Errors:
// those of AddMedium for a folder that may not, a Conflict with Labelled or ErrNotEmpty among them.
func (c *Copier) Look(ctx context.Context, dir string) (Blank, error) {
	const doing = "look at disk"
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Blank{}, archive.WrapAs(archive.Invalid, doing, dir, err)
	}
	b := Blank{At: dir, Free: -1, Size: -1}
	p, err := c.opt.Open(ctx, Connected{Target: archive.Target{Kind: archive.TargetDisks}, At: dir})
	if err != nil {
		return b, archive.Wrap(doing, dir, err)
	}
	defer func() { _ = p.Close() }()
	if b.Free, b.Size, err = p.Space(ctx); err != nil {
		return b, archive.Wrap(doing, dir, err)
	}
	return b, c.mayLabel(ctx, p, dir)
}

// Describe changes what is written down of a medium: what it is, where it is kept, when it is to be
// checked. What the program itself keeps of it stays as it is.
func (c *Copier) Describe(ctx context.Context, actor archive.Actor, medium archive.Carrier) error {
	const doing = "change medium"
	list, err := c.opt.Catalogue.Carriers(ctx, medium.Target)
	if err != nil {
		return archive.Wrap(doing, "", err)
	}
	for _, now := range list {
		if now.ID != medium.ID {
			continue
		}
		now.Type, now.Serial, now.Keeping, now.NextCheck, now.Note = medium.Type, medium.Serial, medium.Keeping, medium.NextCheck, medium.Note
		_, err := c.opt.Catalogue.Do(ctx, actor, archive.OpMediumEdit, func(tx *store.Tx) error { return tx.SetCarrier(now) })
		return archive.Wrap(doing, "", err)
	}
	return archive.Errorf(archive.NotFound, doing, medium.ID.String(), "no such medium")
}
