package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	// The condition on the lease stands twice: a second claimer that waited for the
	// first on PostgreSQL looks at it again and passes over what is taken. The first
	// pages of each root are found by the index of the queue.
	claimPages = `UPDATE page SET claim = $1, lease = $2
		WHERE id IN (SELECT x.id FROM ({roots}) x ORDER BY x.priority, x.id LIMIT {n})
		AND lease < {now}
		RETURNING id, file, frame, holding, ordinal, stage, reason, detail, width, height, dpi, made_from, recipe,
			access_class, rev, priority, searchable, root`
	waitingOnRoot = `SELECT * FROM (SELECT p.id, p.priority FROM page p
		WHERE p.stage = {stage} AND p.stage <> 'indexed' AND p.root = {root} AND p.lease < {now} AND {live p}
		ORDER BY p.priority, p.id LIMIT {n}) r{root}`
	rootIDs     = `SELECT id FROM storage_root ORDER BY id`
	renewClaim  = `UPDATE page SET lease = $1 WHERE id = $2 AND claim = $3`
	endClaim    = `UPDATE page SET claim = 0, lease = 0 WHERE id = $1 AND claim = $2`
	endClaims   = `UPDATE page SET claim = 0, lease = 0 WHERE claim = $1 AND claim <> 0`
	endOldClaim = `UPDATE page SET claim = 0, lease = 0 WHERE claim <> 0 AND lease < $1`
)

// ClaimPages takes up to n pages that wait at a stage, in the order of the queue, for
// as long as the lease; the claim ends earlier by SetStage, RefusePage or ReleaseClaims.
// A claim holds against other processes; a process does not claim the same page twice
// while its lease runs. Pages whose originals lie on an absent root are passed over.
func (c *Catalogue) ClaimPages(ctx context.Context, stage archive.Stage, n int, lease time.Duration, absent ...archive.ID) ([]archive.Page, error) {
	const doing = "claim pages"
	if stage == archive.StageIndexed || aside(stage) {
		return nil, archive.Errorf(archive.Invalid, doing, string(stage), "nothing is to be done there")
	}
	query, err := c.claimQuery(ctx, absent)
	if err != nil {
		return nil, fault(doing, string(stage), err)
	}
	var list []pageRow
	err = c.cat.transact(ctx, func(tx *sql.Tx) error {
		now := c.millis()
		args := []any{c.token, now + lease.Milliseconds(), string(stage), now, n}
		return rows(ctx, tx, query, args, func(r *sql.Rows) error {
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

// claimQuery is claimPages for the roots that are there.
func (c *Catalogue) claimQuery(ctx context.Context, absent []archive.ID) (string, error) {
	roots, err := ids(ctx, c.cat.read, rootIDs)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, root := range roots {
		if !slices.Contains(absent, root) {
			parts = append(parts, strings.ReplaceAll(waitingOnRoot, "{root}", root.String()))
		}
	}
	if len(parts) == 0 {
		return "", archive.Errorf(archive.Invalid, "claim pages", "", "masters/ is never absent")
	}
	query := strings.Replace(claimPages, "{roots}", strings.Join(parts, " UNION ALL "), 1)
	query = strings.NewReplacer("{stage}", placeholders(3, 1), "{now}", placeholders(4, 1), "{n}", placeholders(5, 1)).Replace(query)
	return sighted(query, access.All()), nil
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

// Waiting tells how many pages are at a stage, those on absent roots left out.
func (c *Catalogue) Waiting(ctx context.Context, stage archive.Stage, absent ...archive.ID) (int, error) {
	counts, err := c.counted(ctx, access.All(), append([]archive.ID{0}, absent...))
	n := counts[0][tallyStage+string(stage)]
	for _, root := range absent {
		n -= counts[root][tallyStage+string(stage)]
	}
	return max(n, 0), err
}

const anyOnRoot = `SELECT * FROM (SELECT p.id FROM page p
	WHERE p.stage = {stage} AND p.stage <> 'indexed' AND p.root = {root} AND {live p} LIMIT 1) r{root}`

// AnyWaiting looks whether any page is at one of some stages, those on absent roots left
// out. Unlike [Catalogue.Waiting] it trusts no count: work ends by it.
func (c *Catalogue) AnyWaiting(ctx context.Context, stages []archive.Stage, absent ...archive.ID) (bool, error) {
	const doing = "look for waiting pages"
	roots, err := ids(ctx, c.cat.read, rootIDs)
	if err != nil {
		return false, fault(doing, "", err)
	}
	for _, stage := range stages {
		var parts []string
		for _, root := range roots {
			if !slices.Contains(absent, root) {
				parts = append(parts, strings.ReplaceAll(anyOnRoot, "{root}", root.String()))
			}
		}
		query := strings.ReplaceAll(strings.Join(parts, " UNION ALL "), "{stage}", placeholders(1, 1))
		found, err := ids(ctx, c.cat.read, sighted(query, access.All()), string(stage))
		if err != nil || len(found) > 0 {
			return len(found) > 0, fault(doing, string(stage), err)
		}
	}
	return false, nil
}
