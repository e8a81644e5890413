package offsite

import (
	"context"
	"errors"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

// session is work on one medium: it is locked, is the one it should be, and what the
// catalogue knows of it is what lies there.
type session struct {
	c       *Copier
	m       Connected
	p       place.Place
	state   State
	known   archive.CarrierState
	slow    bool // at the lowest priority
	release func()
}

// ErrNotConnected is the cause of an Unavailable error when no medium of a target is there.
var ErrNotConnected = errors.New("no medium of the target is connected")

// WrongMedium is the cause of a Conflict when another medium lies where one is expected.
type WrongMedium struct{ Want, Found Label }

func (w *WrongMedium) Error() string { return "another medium is there: " + w.Found.Title }

// enter opens a medium for work on it. The caller leaves it.
func (c *Copier) enter(ctx context.Context, m Connected) (*session, error) {
	const doing = "open medium"
	p, err := c.opt.Open(ctx, m)
	if err != nil {
		return nil, archive.Wrap(doing, m.At, err)
	}
	s := &session{c: c, m: m, p: p, release: func() {}}
	fail := func(err error) (*session, error) {
		s.leave()
		return nil, archive.Wrap(doing, m.At, err)
	}
	label, err := ReadLabel(ctx, p)
	if archive.KindOf(err) == archive.NotFound {
		return fail(archive.WrapAs(archive.Unavailable, doing, m.At, ErrNotConnected))
	}
	if err != nil {
		return fail(err)
	}
	if label.Archive != c.opt.Archive.ID || label.Carrier != m.Carrier.ID {
		return fail(archive.WrapAs(archive.Conflict, doing, m.At, &WrongMedium{Found: label}))
	}
	release, err := p.Lock(ctx, c.opt.Archive.Name)
	if err != nil {
		return fail(err)
	}
	s.release = release
	if err := p.Sweep(ctx); err != nil {
		return fail(err)
	}
	if s.known, err = c.opt.Catalogue.CarrierState(ctx, m.Carrier.ID); err != nil {
		return fail(err)
	}
	return s, nil
}

func (s *session) leave() {
	s.release()
	s.p.Close()
}

// settled tells whether the state file on the medium is the one that the catalogue knows,
// and reads it. If it is not, what lies there has to be looked at.
func (s *session) settled(ctx context.Context) (bool, error) {
	digest, err := readJSON(ctx, s.p, StateFile, &s.state)
	switch kind := archive.KindOf(err); {
	case kind == archive.NotFound:
		s.state = State{}
		return s.known.Digest == "" && s.known.Coming == "" && s.known.Manifest == 0, nil
	case kind == archive.Damaged:
		s.state = State{}
		return false, nil
	case err != nil:
		return false, err
	case s.state.Format > Format:
		return false, archive.Errorf(archive.TooNew, "read state of medium", s.m.Target.Name, "format %d", s.state.Format)
	}
	if digest != s.known.Digest && digest != s.known.Coming {
		return false, nil
	}
	e, err := s.p.Stat(ctx, ManifestFile)
	if archive.KindOf(err) == archive.NotFound {
		return s.known.Manifest == 0, nil
	}
	return e.Bytes >= s.known.Manifest, err
}

// saveState writes the state file; the catalogue knows its digest before it can be there.
func (s *session) saveState(ctx context.Context) error {
	s.state.Format, s.state.Archive, s.state.Carrier = Format, s.c.opt.Archive.ID, s.m.Carrier.ID
	s.state.Station, s.state.Time, s.state.Manifest = s.c.opt.Archive.Station, s.c.millis(), s.known.Manifest
	b, digest, err := encode(s.state)
	if err != nil {
		return archive.Wrap("write state of medium", s.m.Target.Name, err)
	}
	s.known.Coming = digest
	if err := s.c.opt.Catalogue.SetCarrierState(ctx, s.known); err != nil {
		return err
	}
	s.c.opt.Step("state-announced")
	if err := s.p.Replace(ctx, StateFile, b); err != nil {
		return archive.Wrap("write state of medium", s.m.Target.Name, err)
	}
	s.c.opt.Step("state-written")
	s.known.Digest, s.known.Coming, s.known.Through = digest, "", s.state.Through
	return s.c.opt.Catalogue.SetCarrierState(ctx, s.known)
}
