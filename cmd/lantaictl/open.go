package main

import (
	"context"
	"fmt"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite"
	"lantai/archive/station"
)

// open opens the archive that --home names, as owner or, while a window has it
// open, as guest.
func (c *call) open(ctx context.Context) (*station.Station, error) {
	return c.enter(ctx, station.Options{})
}

// openLight opens the archive for what needs neither index nor pipeline.
func (c *call) openLight(ctx context.Context) (*station.Station, error) {
	return c.enter(ctx, station.Options{Light: true})
}

// openCopies is openLight with what keeps copies elsewhere, for whoever may take all out.
func (c *call) openCopies(ctx context.Context) (*station.Station, *offsite.Copier, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return nil, nil, err
	}
	copies, err := s.Copies(ctx)
	if err != nil {
		c.close(s)
		return nil, nil, err
	}
	return s, copies, nil
}

// enter opens the archive and signs in.
func (c *call) enter(ctx context.Context, opt station.Options) (*station.Station, error) {
	s, err := station.Open(ctx, c.home, opt)
	if err != nil {
		return nil, err
	}
	c.tellLog(ctx, s)
	if err := c.signIn(ctx, s); err != nil {
		c.close(s)
		return nil, err
	}
	return s, nil
}

// close ends work on the archive. What was committed is safe whatever it says.
func (c *call) close(s *station.Station) {
	c.tellLog(context.Background(), s) // another disk may have answered meanwhile
	if err := s.Close(); err != nil {
		fmt.Fprintln(c.err, "close archive:", err)
	}
}

// form is how many arguments a word of a command takes, itself among them.
type form struct{ least, most int }

// inForm tells whether the arguments are those of one of the words.
func (c *call) inForm(words map[string]form) bool {
	f, ok := words[c.args[0]]
	return ok && len(c.args) >= f.least && len(c.args) <= f.most
}

// page reads a page id and finds the page, to do something with it.
func (c *call) page(ctx context.Context, s *station.Station, do access.Action, arg string) (archive.Page, error) {
	id, err := archive.ParseID(arg)
	if err != nil {
		return archive.Page{}, err
	}
	return s.Page(ctx, do, id)
}

// pageIDs reads page ids.
func pageIDs(args []string) ([]archive.ID, error) {
	ids := make([]archive.ID, 0, len(args))
	for _, a := range args {
		id, err := archive.ParseID(a)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// orEmpty makes JSON show [] for no rows.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
