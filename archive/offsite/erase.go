package offsite

import (
	"context"
	"strings"

	"lantai/archive"
)

// Erase takes what a purge left on a medium off it: copies of the originals, and, since
// they say something of the record, all lists, catalogues and texts there, which are then made
// anew as they are now. It is the one thing that ever removes a copy. Cut off, it is
// repeated. Errors: Unavailable with ErrNotConnected while the medium is away.
func (c *Copier) Erase(ctx context.Context, actor archive.Actor, left archive.Medium) error {
	const doing = "erase at target"
	m, err := c.mediumByID(ctx, left.Root)
	if err != nil {
		return archive.Wrap(doing, left.Name, err)
	}
	s, err := c.enter(ctx, m)
	if err != nil {
		return archive.Wrap(doing, left.Name, err)
	}
	defer s.leave()
	return archive.Wrap(doing, left.Name, s.eraseAll(ctx, actor, left))
}

func (c *Copier) mediumByID(ctx context.Context, carrier archive.ID) (Connected, error) {
	targets, err := c.opt.Catalogue.Targets(ctx)
	if err != nil {
		return Connected{}, err
	}
	for _, t := range targets {
		media, err := c.Media(ctx, t)
		if err != nil {
			return Connected{}, err
		}
		for _, m := range media {
			if m.Carrier.ID == carrier && m.At != "" {
				return m, nil
			}
		}
	}
	return Connected{}, archive.WrapAs(archive.Unavailable, "find medium", carrier.String(), ErrNotConnected)
}

func (s *session) eraseAll(ctx context.Context, actor archive.Actor, left archive.Medium) error {
	if _, err := s.ready(ctx, nil); err != nil {
		return err
	}
	for _, path := range left.Paths {
		if err := s.p.Erase(ctx, path); err != nil {
			return err
		}
	}
	s.c.opt.Step(stepErasing)
	if err := s.reconcile(ctx, nil); err != nil {
		return err
	}
	s.state.Lists, s.state.Listed, s.state.Moves, s.moved = map[string]int64{}, 0, 0, nil
	s.state.Snapshot, s.state.Texts, s.state.TextsTo, s.state.Log = "", nil, 0, nil
	if err := s.saveState(ctx); err != nil {
		return err
	}
	for _, dir := range []string{listsDir, catalogueDir, textDir} {
		if err := s.eraseBelow(ctx, dir, func(string) bool { return true }); err != nil {
			return err
		}
	}
	if err := s.eraseBelow(ctx, damagedDir, func(path string) bool { return endsAsOne(path, left.Paths) }); err != nil {
		return err
	}
	if err := s.p.Erase(ctx, MovesFile); err != nil {
		return err
	}
	s.c.opt.Step(stepErased)
	r := newReport()
	return s.finish(ctx, actor, s.c.millis(), nil, &r)
}

func (s *session) eraseBelow(ctx context.Context, dir string, which func(string) bool) error {
	var paths []string
	for e, err := range s.p.Walk(ctx, strings.TrimSuffix(dir, "/"), "") {
		if err != nil {
			return archive.Wrap("erase at target", e.Path, err)
		}
		if !e.Odd && which(e.Path) {
			paths = append(paths, e.Path)
		}
	}
	for _, path := range paths {
		if err := s.p.Erase(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

func endsAsOne(path string, list []string) bool {
	for _, one := range list {
		if strings.HasSuffix(path, "/"+one) {
			return true
		}
	}
	return false
}
