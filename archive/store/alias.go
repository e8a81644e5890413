package store

import (
	"context"
	"database/sql"
	"errors"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	// A code may have been that of several holdings in turn: the newest is meant.
	holdingByAlias = `SELECT ` + holdingFields + ` FROM code_alias a JOIN holding h ON h.id = a.holding
		WHERE a.code = $1 AND {holding h} ORDER BY a.id DESC LIMIT 1`
	holdingsByAlias = `SELECT a.code, ` + holdingFields + ` FROM code_alias a JOIN holding h ON h.id = a.holding
		WHERE a.code IN ({keys}) AND {holding h} ORDER BY a.id`
	aliasHeld = `SELECT COUNT(*) FROM (SELECT a.id FROM code_alias a LIMIT 1) x`
)

// HoldingByCode finds a holding by its canonical 档号, or else the one that had the code
// before it was corrected.
func (c *Catalogue) HoldingByCode(ctx context.Context, sight access.Sight, code string) (archive.Holding, error) {
	var h archive.Holding
	for _, query := range []string{holdingByCode, holdingByAlias} {
		err := c.cat.read.QueryRowContext(ctx, sighted(query, sight), cleaned(code)).Scan(holdingTargets(&h)...)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return h, fault("find holding", code, err)
		}
	}
	return h, fault("find holding", code, sql.ErrNoRows)
}

// HoldingsByCode finds many at once, under the codes that were asked for; codes that no
// holding has or had are absent from the map.
func (c *Catalogue) HoldingsByCode(ctx context.Context, sight access.Sight, codes []string) (map[string]archive.Holding, error) {
	keys := make([]string, len(codes))
	for i, code := range codes {
		keys[i] = cleaned(code)
	}
	found := make(map[string]archive.Holding, len(codes))
	var h archive.Holding
	targets := holdingTargets(&h)
	if err := each(ctx, c.cat.read, sighted(holdingsByCode, sight), keys, func(r *sql.Rows) error {
		err := r.Scan(targets...)
		found[h.Code] = h
		return err
	}); err != nil {
		return nil, fault("find holdings", "", err)
	}
	var aliases int
	if err := c.cat.read.QueryRowContext(ctx, aliasHeld).Scan(&aliases); err != nil || aliases == 0 {
		return found, fault("find holdings", "", err)
	}
	left := keys[:0:0]
	for _, key := range keys {
		if _, ok := found[key]; !ok {
			left = append(left, key)
		}
	}
	var was string
	targets = append([]any{&was}, targets...)
	return found, fault("find holdings", "", each(ctx, c.cat.read, sighted(holdingsByAlias, sight), left, func(r *sql.Rows) error {
		err := r.Scan(targets...)
		found[was] = h
		return err
	}))
}

// AllAliases walks the codes that holdings had before, the older first, with the holding
// that each means.
func (c *Catalogue) AllAliases(ctx context.Context, sight access.Sight, fn func(CodeEntry) error) error {
	return rows(ctx, c.cat.read, sighted(`SELECT h.id, h.kind, a.code FROM code_alias a JOIN holding h ON h.id = a.holding
		WHERE {holding h} ORDER BY a.id`, sight), nil, func(r *sql.Rows) error {
		var e CodeEntry
		if err := r.Scan(&e.ID, &e.Kind, &e.Code); err != nil {
			return err
		}
		return fn(e)
	})
}
