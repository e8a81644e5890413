package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	// The condition on the lease stands twice: a second claimer that waited for the
	// first on PostgreSQL looks at it again and passes over what is taken.
	claimPages = `UPDATE page SET claim = $1, lease = $2
		WHERE id IN (SELECT p.id FROM page p
			WHERE p.stage = $3 AND p.stage <> 'indexed' AND p.lease < $4 AND {live p}
			ORDER BY p.priority, p.id LIMIT $5)
		AND lease < $6
		RETURNING id, file, frame, holding, ordinal, stage, reason, detail, width, height, dpi, made_from, recipe,
			access_class, rev, priority, searchable`
	renewClaim  = `UPDATE page SET lease = $1 WHERE id = $2 AND claim = $3`
	endClaim    = `UPDATE page SET claim = 0, lease = 0 WHERE id = $1 AND claim = $2`
	endClaims   = `UPDATE page SET claim = 0, lease = 0 WHERE claim = $1 AND claim <> 0`
	endOldClaim = `UPDATE page SET claim = 0, lease = 0 WHERE claim <> 0 AND lease < $1`
)

// ClaimPages takes up to n pages that wait at a stage, in the order of the queue, for
// as long as the lease; the claim ends earlier by SetStage, RefusePage or ReleaseClaims.
// A claim holds against other processes; a process does not claim the same page twice
// while its lease runs.
func (c *Catalogue) ClaimPages(ctx context.Context, stage archive.Stage, n int, lease time.Duration) ([]archive.Page, error) {
	const doing = "claim pages"
	if stage == archive.StageIndexed || aside(stage) {
		return nil, archive.Errorf(archive.Invalid, doing, string(stage), "nothing is to be done there")
	}
	var list []pageRow
	err := c.cat.transact(ctx, func(tx *sql.Tx) error {
		now := c.millis()
		args := []any{c.token, now + lease.Milliseconds(), string(stage), now, n, now}
		return rows(ctx, tx, sighted(claimPages, access.All()), args, func(r *sql.Rows) error {
			var p pageRow
			err := r.Scan(p.targets()...)
			list = append(list, p)
			return err
		})
	})
	if err != nil {
		return nil, fault(doing, string(stage), err)
	}
	slices.SortFunc(list, func(a, b pageRow) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.ID, b.ID))
	})
	pages := make([]archive.Page, len(list))
	for i, p := range list {
		pages[i] = p.Page
	}
	return pages, nil
}

// RenewClaims makes the claims on pages last a lease from now on.
func (c *Catalogue) RenewClaims(ctx context.Context, pages []archive.ID, lease time.Duration) error {
	return fault("renew claims", "", c.cat.transact(ctx, func(tx *sql.Tx) error {
		until := c.millis() + lease.Milliseconds()
		for _, id := range pages {
			if _, err := tx.ExecContext(ctx, renewClaim, until, int64(id), c.token); err != nil {
				return err
			}
		}
		return nil
	}))
}

// ReleaseClaims gives pages back to the queue; none given: all of this process, and
// those whose lease ran out.
func (c *Catalogue) ReleaseClaims(ctx context.Context, pages ...archive.ID) error {
	return fault("release claims", "", c.cat.transact(ctx, func(tx *sql.Tx) error {
		if len(pages) == 0 {
			if _, err := tx.ExecContext(ctx, endClaims, c.token); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, endOldClaim, c.millis())
			return err
		}
		for _, id := range pages {
			if _, err := tx.ExecContext(ctx, endClaim, int64(id), c.token); err != nil {
				return err
			}
		}
		return nil
	}))
}

// BreakClaims gives back what any process had claimed. It is for the one who holds the
// home's lock, at its start: nobody else can be working then.
func (c *Catalogue) BreakClaims(ctx context.Context) error {
	return fault("break claims", "", c.cat.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, breakClaims)
		return err
	}))
}

const breakClaims = `UPDATE page SET claim = 0, lease = 0 WHERE claim <> 0`

// Waiting tells how many pages are at a stage.
func (c *Catalogue) Waiting(ctx context.Context, stage archive.Stage) (int, error) {
	counts, err := c.counted(ctx, access.All(), []archive.ID{0})
	return counts[0][tallyStage+string(stage)], err
}
