package offsite

import (
	"context"
	"io"

	"lantai/archive"
)

// Contents is what lies on a medium, as its slip says it when it is handed over.
type Contents struct {
	Label    Label
	State    State
	Files    int
	Bytes    int64
	Manifest string // SHA-256 of its list, lower-case hex
}

// Contents reads what a medium says of itself, and the digest of its list. Errors: Unavailable
// with ErrNotConnected; NotFound when nothing was copied to it yet; Conflict when another medium is there.
func (c *Copier) Contents(ctx context.Context, m Connected) (Contents, error) {
	const doing = "read medium"
	var v Contents
	if m.At == "" {
		return v, archive.WrapAs(archive.Unavailable, doing, m.Carrier.Label(), ErrNotConnected)
	}
	p, err := c.reach(ctx, m)
	if err != nil {
		return v, err
	}
	defer p.Close()
	if v.Label, err = ReadLabel(ctx, p); err != nil {
		return v, err
	}
	if _, err := readJSON(ctx, p, StateFile, &v.State); err != nil {
		return v, err
	}
	if v.Files, v.Bytes, err = c.opt.Catalogue.CopiesOn(ctx, m.Carrier.ID); err != nil {
		return v, err
	}
	in, err := p.Open(ctx, ManifestFile)
	if err != nil {
		return v, err
	}
	defer in.Close()
	sum := newSum()
	if _, err := io.Copy(sum, in); err != nil {
		return v, archive.Wrap(doing, ManifestFile, err)
	}
	v.Manifest = sum.hex()
	return v, nil
}
