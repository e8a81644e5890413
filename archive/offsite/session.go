package offsite

import (
	"bufio"
	"context"
	"errors"
	"io"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/vault"
)

// session is work on one medium: it is locked, is the one it should be, and what the
// catalogue knows of it is what lies there.
type session struct {
	c       *Copier
	m       Connected
	p       place.Place
	state   State
	known   archive.CarrierState
	moved   map[string]string // path here → path at home, after the medium was looked at
	listed  digest            // of the list, as far as it counts; set by whole
	release func()
}

// ErrNotConnected is the cause of an Unavailable error when no medium of a target is there.
var ErrNotConnected = errors.New("no medium of the target is connected")

// WrongMedium is the cause of a Conflict when another medium lies where one is expected.
type WrongMedium struct{ Want, Found Label }

func (w *WrongMedium) Error() string { return "another medium is there: " + w.Found.Title }

// enter opens a medium for work on it. The caller leaves it.
func (c *Copier) enter(ctx context.Context, m Connected) (*session, error) {
	s, err := c.visit(ctx, m)
	if err != nil {
		return nil, err
	}
	release, err := s.p.Lock(ctx, c.opt.Archive.Name)
	if err == nil {
		s.release = release
		err = s.p.Sweep(ctx)
	}
	if err == nil { // what another noted before the lock was free
		s.known, err = c.opt.Catalogue.CarrierState(ctx, m.Carrier.ID)
	}
	if err != nil {
		s.leave()
		return nil, archive.Wrap("open medium", m.At, err)
	}
	return s, nil
}

// visit opens a medium for a look at it, which nobody who works there is in the way of.
func (c *Copier) visit(ctx context.Context, m Connected) (*session, error) {
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
	s.state = State{}
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
	if digest != s.known.Digest && digest != s.known.Coming || s.state.Looking || s.state.Manifest > s.known.Manifest {
		return false, nil
	}
	e, err := s.p.Stat(ctx, ManifestFile)
	if archive.KindOf(err) == archive.NotFound {
		return s.known.Manifest == 0, nil
	}
	return e.Bytes >= s.known.Manifest, err
}

// ready reads the state and the list of the medium, and looks at what lies there when they
// are not what the catalogue knows. looked tells whether it had to.
func (s *session) ready(ctx context.Context, say func(Progress)) (looked bool, err error) {
	settled, err := s.settled(ctx)
	if err == nil && settled {
		settled, err = s.whole(ctx)
	}
	if err != nil {
		return false, err
	}
	if !settled {
		return true, s.reconcile(ctx, say)
	}
	if s.known.Digest == "" && s.known.Coming == "" { // the first run may be cut off too, and then goes on
		return false, s.saveState(ctx)
	}
	return false, nil
}

// whole tells whether the list of the medium is as it was written: up to the end of the last run it has
// the digest in the state, and behind that there are lines. What a run that was cut off left
// behind the lines that count is cut off.
func (s *session) whole(ctx context.Context) (bool, error) {
	s.listed = newSum()
	e, err := s.p.Stat(ctx, ManifestFile)
	if archive.KindOf(err) == archive.NotFound {
		return s.known.Manifest == 0, nil
	}
	if err != nil {
		return false, err
	}
	if e.Bytes > s.known.Manifest {
		if err := s.p.Append(ctx, ManifestFile, s.known.Manifest, nil); err != nil {
			return false, err
		}
	}
	in, err := s.p.Open(ctx, ManifestFile)
	if err != nil {
		return false, err
	}
	defer in.Close()
	if _, err := io.CopyN(s.listed, in, s.state.Manifest); err != nil {
		return unreadable(err)
	}
	if s.state.Manifest > 0 && s.listed.hex() != s.state.Digest {
		return false, nil
	}
	lines := bufio.NewScanner(io.TeeReader(io.LimitReader(in, s.known.Manifest-s.state.Manifest), s.listed))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		_, path, ok := vault.ParseLine(lines.Text())
		if _, _, known := rootOf(path); !ok || !known {
			return false, nil
		}
	}
	if err := lines.Err(); err != nil {
		return unreadable(err)
	}
	return true, nil
}

// unreadable is what whole says of a list that cannot be read: it is written anew, unless the medium is gone.
func unreadable(err error) (bool, error) {
	switch archive.KindOf(err) {
	case archive.Unavailable, archive.Stopped:
		return false, err
	}
	return false, nil
}

// append adds lines to the list of the medium.
func (s *session) append(ctx context.Context, text []byte) (next archive.CarrierState, err error) {
	next = s.known
	if err := s.p.Append(ctx, ManifestFile, s.known.Manifest, text); err != nil {
		return next, err
	}
	s.listed.Write(text)
	next.Manifest += int64(len(text))
	return next, nil
}

// saveState writes the state file; the catalogue knows its digest before it can be there.
func (s *session) saveState(ctx context.Context) error {
	s.state.Format, s.state.Archive, s.state.Carrier = Format, s.c.opt.Archive.ID, s.m.Carrier.ID
	s.state.Station, s.state.Time, s.state.Manifest, s.state.Digest = s.c.opt.Archive.Station, s.c.millis(), s.known.Manifest, s.listed.hex()
	b, digest, err := encode(s.state)
	if err != nil {
		return archive.Wrap("write state of medium", s.m.Target.Name, err)
	}
	s.known.Coming = digest
	if err := s.c.opt.Catalogue.SetCarrierState(ctx, s.known); err != nil {
		return err
	}
	s.c.opt.Step(stepAnnounced)
	if err := s.p.Replace(ctx, StateFile, b); err != nil {
		return archive.Wrap("write state of medium", s.m.Target.Name, err)
	}
	s.c.opt.Step(stepStated)
	s.known.Digest, s.known.Coming, s.known.Through = digest, "", s.state.Through
	return s.c.opt.Catalogue.SetCarrierState(ctx, s.known)
}
