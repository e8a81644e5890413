// Package arrange is the work of arranging (整理): it reads classes of numbers, checks
// codes in their places, and inserts, moves, reorders, splits, binds and renumbers.
//
// A class of numbers is what shares all of a 档号 but its last running number: one year,
// 保管期限 and 机构 of documents by item, one 目录 of volumes, the inside of one volume. Its
// state decides what may happen to it. While it is arranged (整理中) numbers change
// freely; once it is filed (已归档) they stay, and what comes late takes the last number;
// once it is accessioned (已进馆) a code changes by an approved correction alone, and the
// old code goes on leading to its record.
//
// Every operation is a plan first: plain values that say which record gets which code and
// what is refused. [Arranger.Carry] carries a plan out as one transaction and one op,
// which can be undone. Codes below a volume follow it; pages stay with their records, and
// originals never move.
package arrange

import (
	"context"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// Arranger arranges one catalogue. It keeps nothing between calls and may be used by
// several goroutines.
type Arranger struct {
	cat   *store.Catalogue
	now   func() time.Time
	sight func() access.Sight // of who asks, as it is now
}

// New arranges a catalogue. now may be nil.
func New(cat *store.Catalogue, now func() time.Time) *Arranger {
	if now == nil {
		now = time.Now
	}
	return &Arranger{cat, now, access.All}
}

// Seeing is an arranger for somebody whose sight is asked for with each call: what they may
// not see they cannot name.
func (a *Arranger) Seeing(sight func() access.Sight) *Arranger { return &Arranger{a.cat, a.now, sight} }

// Numbers of a class are those of all its records, whoever asks.
func everything() access.Sight { return access.All() }

// series is a series with its scheme.
type series struct {
	archive.Series
	scheme refcode.Scheme
}

// SeriesFor finds the series that a code belongs to, with its scheme: the one named by
// its 类别档号, or else the one of the code's fonds that the code begins with and fits.
// Errors: NotFound, Conflict when several fit, Invalid with refcode.Problems.
func (a *Arranger) SeriesFor(ctx context.Context, code, named string) (archive.Series, refcode.Scheme, error) {
	s, err := a.seriesOf(ctx, code, named, func(scheme refcode.Scheme) error {
		_, err := scheme.Parse(code)
		return err
	})
	return s.Series, s.scheme, err
}

// seriesOf finds the one series of the fonds of a code, or of what codes begin with, that
// fits.
func (a *Arranger) seriesOf(ctx context.Context, code, named string, fits func(refcode.Scheme) error) (series, error) {
	const op = "find series"
	number, _, _ := strings.Cut(code, refcode.Dash)
	fonds, err := a.cat.FondsByNumber(ctx, a.sight(), number)
	if err != nil {
		return series{}, err
	}
	all, err := a.cat.SeriesOf(ctx, everything(), fonds.ID)
	if err != nil {
		return series{}, err
	}
	named = refcode.Normalise(named)
	found, why := fitting(all, fits, func(v archive.Series, _ refcode.Scheme) bool {
		return named != "" && v.Code == named || named == "" && refcode.Within(code, v.Code)
	})
	if len(found) == 0 && named == "" && why == nil {
		found, _ = fitting(all, fits, apart)
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return series{}, archive.Errorf(archive.Conflict, op, code, "fits %d series; name one", len(found))
	case why != nil:
		return series{}, why
	}
	return series{}, archive.Errorf(archive.NotFound, op, code, "no series of this fonds has such codes")
}

// apart tells whether the codes of a series do not begin with its own: those of photographs,
// which do not name their 门类, and of volumes in several 目录.
func apart(v archive.Series, s refcode.Scheme) bool {
	_, category := s.Element(refcode.Category)
	_, one := s.ReadClass(v.Code)
	return !s.NamesClass() || !category && !one
}

// fitting lists the candidates that fit; why is what was wrong with the last that did not.
func fitting(all []archive.Series, fits func(refcode.Scheme) error, candidate func(archive.Series, refcode.Scheme) bool) (found []series, why error) {
	for _, v := range all {
		scheme, err := refcode.Read(v.Scheme)
		if err == nil && !candidate(v, scheme) {
			continue
		}
		if err == nil {
			err = fits(scheme)
		}
		if err != nil {
			why = err
			continue
		}
		found = append(found, series{v, scheme})
	}
	return found, why
}

// seriesByID reads a series and its scheme.
func (a *Arranger) seriesByID(ctx context.Context, id archive.ID) (series, error) {
	v, err := a.cat.Series(ctx, everything(), id)
	if err != nil {
		return series{}, err
	}
	scheme, err := refcode.Read(v.Scheme)
	return series{v, scheme}, archive.Wrap("read series", v.Code, err)
}
