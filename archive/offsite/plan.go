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
	if p.Millis, err = c.wouldTake(ctx, t, p.Bytes); err != nil {
		return p, archive.Wrap(doing, t.Name, err)
	}
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
	Proven    int64 `json:"proven"`   // when a drill last proved that its copies come back; 0: never
	Connected bool  `json:"connected"`
	Media     int   `json:"media"`
}

// Status tells how all targets stand that are kept, looking where their media are.
func (c *Copier) Status(ctx context.Context) ([]Standing, error) {
	list, err := c.Known(ctx)
	if err != nil {
		return nil, err
	}
	for i, s := range list {
		media, err := c.Media(ctx, s.Target)
		if err != nil {
			return nil, err
		}
		for _, m := range media {
			list[i].Connected = list[i].Connected || m.At != ""
		}
	}
	return list, nil
}

// Known is Status by the catalogue alone: no disk and no share is asked, and nothing counts
// as connected.
func (c *Copier) Known(ctx context.Context) ([]Standing, error) {
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
		if s.Proven, err = c.opt.Catalogue.LastProven(ctx, t.ID); err != nil {
			return nil, err
		}
		media, err := c.opt.Catalogue.Carriers(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		used := 0
		for _, m := range media {
			if m.Ended != 0 {
				continue
			}
			state, err := c.opt.Catalogue.CarrierState(ctx, m.ID)
			if err != nil {
				return nil, err
			}
			s.Through = max(s.Through, state.Through)
			s.Media++
			if state.Manifest == 0 {
				continue // nothing lies on it that could be read back
			}
			if used++; used == 1 || state.Verified < s.Verified {
				s.Verified = state.Verified
			}
		}
		list = append(list, s)
	}
	return list, nil
}

// wouldTake tells how many milliseconds some bytes would take, by the last run to a target
// that copied enough to tell; 0: not known.
func (c *Copier) wouldTake(ctx context.Context, t archive.Target, bytes int64) (int64, error) {
	const enough = 10_000 // milliseconds; before that, opening a medium counts for more than copying
	runs, err := c.Runs(ctx)
	var known int64
	for _, r := range runs {
		if r.Target != t.ID || r.Bytes <= 0 || r.Millis <= 0 {
			continue
		}
		takes := int64(float64(bytes) / float64(r.Bytes) * float64(r.Millis))
		if r.Millis >= enough {
			return takes, nil
		}
		if known == 0 {
			known = takes
		}
	}
	return known, err
}
