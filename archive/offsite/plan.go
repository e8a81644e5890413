package offsite

import (
	"context"

	"lantai/archive"
)

// Plan says what a run would do.
type Plan struct {
	Files        int     `json:"files"` // to be copied
	Bytes        int64   `json:"bytes"`
	Already      int     `json:"already"`
	AlreadyBytes int64   `json:"already_bytes"`
	Millis       int64   `json:"ms"`   // it would take, by how fast the last run was; 0: not known
	Look         bool    `json:"look"` // what lies at the target is not what the catalogue knows, and is looked at first
	Free         int64   `json:"free"` // bytes on the media that are connected; -1: not known
	Waiting      Waiting `json:"waiting"`
}

// Plan counts what a target does not have, from the catalogue alone, after it has held the
// state of the media that are connected against it. Errors: Unavailable with ErrNotConnected.
func (c *Copier) Plan(ctx context.Context, t archive.Target) (Plan, error) {
	const doing = "plan copying"
	var p Plan
	n, err := c.opt.Catalogue.CopyTotals(ctx, t.ID)
	if err != nil {
		return p, err
	}
	p.Files, p.Bytes, p.Already, p.AlreadyBytes = n.Files-n.Copied, n.Bytes-n.CopyBytes, n.Copied, n.CopyBytes
	p.Waiting = Waiting{Unhashed: n.Unhashed, Quarantined: n.Quarantined}
	media, err := c.Media(ctx, t)
	if err != nil {
		return p, err
	}
	there := false
	for _, m := range media {
		if m.At == "" || m.Carrier.Full != 0 {
			continue
		}
		there = true
		settled, free, err := c.glance(ctx, m)
		if err != nil {
			return p, archive.Wrap(doing, t.Name, err)
		}
		p.Look = p.Look || !settled
		if free >= 0 && p.Free >= 0 {
			p.Free += free
		} else {
			p.Free = -1
		}
	}
	if !there {
		return p, archive.WrapAs(archive.Unavailable, doing, t.Name, ErrNotConnected)
	}
	return p, nil
}

// glance tells whether the catalogue knows what lies on a medium, and how much is free
// there (-1: not known).
func (c *Copier) glance(ctx context.Context, m Connected) (settled bool, free int64, err error) {
	for range 3 { // a run that goes on may replace the state between two looks
		s, err := c.visit(ctx, m)
		if err != nil {
			return false, -1, err
		}
		settled, err = s.settled(ctx)
		var serr error
		if free, _, serr = s.p.Space(ctx); serr != nil {
			free = -1
		}
		s.leave()
		if err != nil || settled {
			return settled, free, err
		}
	}
	return false, free, nil
}

// Standing is how a target stands.
type Standing struct {
	archive.Target
	Files     int   `json:"files"` // copied
	Of        int   `json:"of"`    // that may be copied
	Bytes     int64 `json:"bytes"`
	OfBytes   int64 `json:"of_bytes"`
	Faulty    int   `json:"faulty"`
	Through   int64 `json:"through"`  // when it was last complete, Unix milliseconds; 0: never
	Verified  int64 `json:"verified"` // when all its copies had last been read back and were good; 0: never
	Oldest    int64 `json:"oldest"`   // when the copy was read that was not for the longest time
	Connected bool  `json:"connected"`
	Media     int   `json:"media"`
}

// Status tells how all targets stand that are kept.
func (c *Copier) Status(ctx context.Context) ([]Standing, error) {
	targets, err := c.opt.Catalogue.Targets(ctx)
	if err != nil {
		return nil, err
	}
	var list []Standing
	for _, t := range targets {
		if t.Ended != 0 {
			continue
		}
		n, err := c.opt.Catalogue.CopyTotals(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		s := Standing{Target: t, Files: n.Copied, Of: n.Files, Bytes: n.CopyBytes, OfBytes: n.Bytes, Faulty: n.Faulty, Oldest: n.Oldest}
		media, err := c.Media(ctx, t)
		if err != nil {
			return nil, err
		}
		for i, m := range media {
			state, err := c.opt.Catalogue.CarrierState(ctx, m.Carrier.ID)
			if err != nil {
				return nil, err
			}
			s.Through = max(s.Through, state.Through)
			if i == 0 || state.Verified < s.Verified {
				s.Verified = state.Verified
			}
			s.Connected = s.Connected || m.At != ""
		}
		s.Media = len(media)
		list = append(list, s)
	}
	return list, nil
}
