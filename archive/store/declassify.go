package store

import (
	"context"
	"database/sql"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

// Expiring is a record that bears a 密级.
type Expiring struct {
	ID      archive.ID          `json:"id"`
	Kind    archive.HoldingKind `json:"kind"`
	Code    string              `json:"code"`
	Title   string              `json:"title"`
	Date    string              `json:"date"`
	Secrecy string              `json:"secrecy"`
	Term    string              `json:"term"`
	Ends    string              `json:"ends"` // the last day of the term, 2006-01-02; empty: it cannot be reckoned
}

const (
	termsOfSingles = `SELECT h.secrecy, h.secrecy_term, h.date_sort, COUNT(*) FROM holding h
		WHERE h.secrecy <> '' AND h.kind NOT IN ('volume', 'box', 'album') AND {holding h}
		GROUP BY h.secrecy, h.secrecy_term, h.date_sort`
	termsOfContainers = `SELECT h.secrecy, h.secrecy_term, h.date_sort, c.date_end, COUNT(*) FROM holding h JOIN container c ON c.id = h.id
		WHERE h.secrecy <> '' AND h.kind IN ('volume', 'box', 'album') AND {holding h}
		GROUP BY h.secrecy, h.secrecy_term, h.date_sort, c.date_end`
	withSecrecy = `SELECT h.id, h.kind, h.code, h.title, h.date, h.date_sort, h.secrecy, h.secrecy_term, COALESCE(c.date_end, '') FROM holding h
		LEFT JOIN container c ON c.id = h.id WHERE h.secrecy <> '' AND {holding h} ORDER BY h.code_sort, h.id`
)

// SecrecyPassed counts the records whose 保密期限 has passed before a day (解密待审): of
// volumes and the like it counts from their last day. Nothing is opened by that.
func (c *Catalogue) SecrecyPassed(ctx context.Context, sight access.Sight, today time.Time) (n int, err error) {
	count := func(level, term, date, end string, of int) {
		if ends, never, ok := secrecyEnds(level, term, date, end); ok && !never && passed(ends, today) {
			n += of
		}
	}
	err = rows(ctx, c.cat.read, sighted(termsOfSingles, sight), nil, func(r *sql.Rows) error {
		var level, term, date string
		var of int
		err := r.Scan(&level, &term, &date, &of)
		count(level, term, date, "", of)
		return err
	})
	if err == nil {
		err = rows(ctx, c.cat.read, sighted(termsOfContainers, sight), nil, func(r *sql.Rows) error {
			var level, term, date, end string
			var of int
			err := r.Scan(&level, &term, &date, &end, &of)
			count(level, term, date, end, of)
			return err
		})
	}
	return n, fault("count passed terms of secrecy", "", err)
}

// EachPassed gives the records whose 保密期限 has passed before a day, by 档号, and those of
// which that cannot be reckoned, without Ends. What stands for a state secret that is kept
// elsewhere is left out.
func (c *Catalogue) EachPassed(ctx context.Context, sight access.Sight, today time.Time, fn func(Expiring) error) error {
	err := rows(ctx, c.cat.read, sighted(withSecrecy, sight), nil, func(r *sql.Rows) error {
		var e Expiring
		var date, end string
		if err := r.Scan(&e.ID, &e.Kind, &e.Code, &e.Title, &e.Date, &date, &e.Secrecy, &e.Term, &end); err != nil {
			return err
		}
		ends, never, ok := secrecyEnds(e.Secrecy, e.Term, date, end)
		switch {
		case never, standsFor(e.Title, e.Secrecy) > c.class, archive.SecrecyOf(e.Secrecy) == archive.NotSecret:
			return nil
		case ok && !passed(ends, today):
			return nil
		case ok:
			e.Ends = ends.Format(time.DateOnly)
		}
		return fn(e)
	})
	return fault("list passed terms of secrecy", "", err)
}

const (
	levelsHeld = `SELECT h.secrecy, COUNT(*) FROM holding h WHERE h.secrecy <> '' AND {holding h} GROUP BY h.secrecy`
	levelHeld  = `SELECT COUNT(*) FROM holding h WHERE h.secrecy <> '' AND h.secrecy = $1 AND h.title <> $2 AND {holding h}`
)

// AboveClass counts the records whose 密级 is higher than the archive may hold: an earlier
// program let them in. Those that stand for a state secret are left out.
func (c *Catalogue) AboveClass(ctx context.Context, sight access.Sight) (n int, err error) {
	const doing = "count records above the class"
	var words []string
	if err := rows(ctx, c.cat.read, sighted(levelsHeld, sight), nil, func(r *sql.Rows) error {
		var word string
		var of int
		err := r.Scan(&word, &of)
		if archive.SecrecyOf(word) > c.class {
			words = append(words, word)
		}
		return err
	}); err != nil {
		return 0, fault(doing, "", err)
	}
	for _, word := range words {
		var of int
		if err := c.cat.read.QueryRowContext(ctx, sighted(levelHeld, sight), word, archive.PlaceholderTitle).Scan(&of); err != nil {
			return 0, fault(doing, word, err)
		}
		n += of
	}
	return n, nil
}

// secrecyEnds reckons from the date as it is sorted, or the last day of a container.
func secrecyEnds(level, term, date, end string) (ends time.Time, never, ok bool) {
	day, known := archive.ParseDay(end)
	if !known {
		day, _ = archive.ParseDay(date)
	}
	return archive.SecrecyEnds(archive.SecrecyOf(level), day, term)
}

func passed(ends, today time.Time) bool {
	return ends.Format(time.DateOnly) < today.Format(time.DateOnly)
}
