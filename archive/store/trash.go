package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// Removal is what one removal took away.
type Removal struct {
	Op       archive.ID
	Actor    archive.ID
	Time     int64 // Unix milliseconds, UTC
	Roots    []archive.Holding
	Part     bool // Roots are some of them: the removal is larger than what is looked through
	Records  int  // the roots and all that lay in them
	Pages    int  // that went back to 待挂接
	Restored bool
}

const (
	boxedIn   = `SELECT i.id FROM item i JOIN holding h ON h.id = i.id WHERE i.box = $1 AND h.parent <> $2 ORDER BY i.id`
	removals  = `SELECT o.id, o.actor, o.time FROM op o WHERE o.kind = $1 AND o.number IS NOT NULL AND o.id < $2 ORDER BY o.id DESC LIMIT $3`
	lastGone  = `SELECT ch.noun, ch.id, ch.before FROM change ch WHERE ch.op = $1 AND ch.after IS NULL AND ch.before IS NOT NULL ORDER BY ch.seq DESC LIMIT $2`
	goneCount = `SELECT ch.noun, COUNT(*) FROM change ch WHERE ch.op = $1 AND ch.before IS NOT NULL AND (ch.after IS NULL OR ch.noun = 'page') GROUP BY ch.noun`
	pageIDsOf = `SELECT p.id FROM page p WHERE p.holding = $1 ORDER BY p.ordinal`
)

// RemoveTree takes away records with all that lies in them: their pages go back to 待挂接,
// and what merely stood in a box stays, without a box. It returns how many records went
// and how many pages stay. Revs must be those that were read.
func (t *Tx) RemoveTree(list []archive.Holding) (records, pages int, err error) {
	const doing = "remove holding"
	if err := t.settled(doing); err != nil {
		return 0, 0, err
	}
	gone := map[archive.ID]bool{}
	for _, root := range list {
		if gone[root.ID] { // it lay in another
			continue
		}
		s, err := t.sheet(root.ID)
		if err != nil {
			return 0, 0, err
		}
		if s.h.Rev != root.Rev {
			return 0, 0, archive.Errorf(archive.Conflict, doing, s.h.Code, "changed since it was read")
		}
		n, err := t.removeBelow(doing, s, gone)
		if err != nil {
			return 0, 0, err
		}
		pages += n
	}
	return len(gone), pages, nil
}

func (t *Tx) removeBelow(doing string, s sheet, gone map[archive.ID]bool) (pages int, err error) {
	children, err := ids(t.ctx, t.tx, childrenOf, int64(s.h.ID))
	if err != nil {
		return 0, fault(doing, s.h.Code, err)
	}
	if err := t.ahead(children); err != nil {
		return 0, err
	}
	for _, id := range children {
		below, err := t.sheet(id)
		if err != nil {
			return 0, err
		}
		n, err := t.removeBelow(doing, below, gone)
		if err != nil {
			return 0, err
		}
		pages += n
	}
	if len(gone) >= MostRecoded {
		return 0, archive.Errorf(archive.Invalid, doing, s.h.Code, "more than %d records; remove it in parts", MostRecoded)
	}
	boxed, err := ids(t.ctx, t.tx, boxedIn, int64(s.h.ID), int64(s.h.ID))
	if err != nil {
		return 0, fault(doing, s.h.Code, err)
	}
	for _, id := range boxed {
		if err := t.unbox(doing, id); err != nil {
			return 0, err
		}
	}
	linked, err := ids(t.ctx, t.tx, pageIDsOf, int64(s.h.ID))
	if err != nil {
		return 0, fault(doing, s.h.Code, err)
	}
	if len(linked) > 0 {
		if err := t.UnlinkPages(linked); err != nil {
			return 0, err
		}
	}
	gone[s.h.ID] = true
	return pages + len(linked), t.removeHolding(doing, s)
}

const childrenOf = `SELECT h.id FROM holding h WHERE h.parent = $1 ORDER BY h.id`

// unbox takes an item out of its box.
func (t *Tx) unbox(doing string, id archive.ID) error {
	old, err := t.sheet(id)
	if err != nil {
		return err
	}
	now := blankSheet(old.h.Kind)
	if err := copySheet(now, old); err != nil {
		return err
	}
	for _, c := range now.parts[0].cols {
		if box, ok := c.field.(*archive.ID); ok && c.name == "box" {
			*box = 0
		}
	}
	return t.replaceHolding(doing, old, now)
}

// mostRoots bounds how many of the records of one removal are looked at for its roots.
const mostRoots = 500

// Removals lists what was removed, the newest first, of what may be seen; before is the op
// to go on from, zero at first. Fewer than limit are all that there are.
func (c *Catalogue) Removals(ctx context.Context, sight access.Sight, before archive.ID, limit int) ([]Removal, error) {
	var list []Removal
	for len(list) < limit {
		want := limit - len(list)
		some, err := c.removals(ctx, sight, before, want)
		if err != nil {
			return nil, err
		}
		for _, r := range some {
			before = r.Op
			if len(r.Roots) > 0 { // none are purged, or may not be seen
				list = append(list, r)
			}
		}
		if len(some) < want {
			break
		}
	}
	return list, nil
}

func (c *Catalogue) removals(ctx context.Context, sight access.Sight, before archive.ID, limit int) ([]Removal, error) {
	const doing = "list what was removed"
	from := int64(before)
	if before == 0 {
		from = math.MaxInt64
	}
	var list []Removal
	if err := rows(ctx, c.cat.read, removals, []any{string(archive.OpHoldingRemove), from, limit}, func(r *sql.Rows) error {
		var one Removal
		err := r.Scan(&one.Op, &one.Actor, &one.Time)
		list = append(list, one)
		return err
	}); err != nil {
		return nil, fault(doing, "", err)
	}
	for i := range list {
		if err := c.removed(ctx, sight, &list[i]); err != nil {
			return nil, fault(doing, list[i].Op.String(), err)
		}
	}
	return list, nil
}

// Removal tells what one op removed; NotFound when it is no removal, or may not be seen.
func (c *Catalogue) Removal(ctx context.Context, sight access.Sight, op archive.ID) (Removal, error) {
	list, err := c.removals(ctx, sight, op+1, 1)
	if err == nil && (len(list) == 0 || list[0].Op != op || len(list[0].Roots) == 0) {
		err = archive.Errorf(archive.NotFound, "find what was removed", op.String(), "no removal, or purged")
	}
	if err != nil {
		return Removal{}, err
	}
	return list[0], nil
}

// removed fills in what an op removed.
func (c *Catalogue) removed(ctx context.Context, sight access.Sight, r *Removal) error {
	gone := map[archive.ID]bool{}
	var last []archive.Holding
	looked := 0
	if err := rows(ctx, c.cat.read, lastGone, []any{int64(r.Op), mostRoots}, func(row *sql.Rows) error {
		var noun, text string
		var id archive.ID
		looked++
		if err := row.Scan(&noun, &id, &text); err != nil || !isHolding(noun) {
			return err
		}
		var h archive.Holding
		if err := json.Unmarshal([]byte(text), &h); err != nil {
			return err
		}
		h.ID, h.Kind = id, archive.HoldingKind(noun)
		gone[id] = true
		last = append(last, h)
		return nil
	}); err != nil {
		return err
	}
	for _, h := range last {
		if !gone[h.Parent] && sight.SeesRow(access.Of(h)) {
			r.Roots = append(r.Roots, h)
		}
	}
	slices.Reverse(r.Roots)
	if err := rows(ctx, c.cat.read, goneCount, []any{int64(r.Op)}, func(row *sql.Rows) error {
		var noun string
		var n int
		err := row.Scan(&noun, &n)
		switch {
		case noun == nounPage:
			r.Pages = n
		case isHolding(noun):
			r.Records += n
		}
		return err
	}); err != nil {
		return err
	}
	r.Part = looked == mostRoots && r.Records > len(gone)
	if len(r.Roots) == 0 {
		return nil
	}
	back, err := c.Holdings(ctx, access.All(), []archive.ID{r.Roots[0].ID})
	r.Restored = len(back) > 0
	return err
}

// Taken finds, of what an op removed, the codes that other records have meanwhile.
func (c *Catalogue) Taken(ctx context.Context, op archive.ID) (map[string]archive.Holding, error) {
	var codes []string
	if err := rows(ctx, c.cat.read, lastGone, []any{int64(op), MostRecoded}, func(row *sql.Rows) error {
		var noun, text string
		var id archive.ID
		if err := row.Scan(&noun, &id, &text); err != nil || !isHolding(noun) {
			return err
		}
		var h archive.Holding
		err := json.Unmarshal([]byte(text), &h)
		if h.Code != "" {
			codes = append(codes, h.Code)
		}
		return err
	}); err != nil {
		return nil, fault("find codes", op.String(), err)
	}
	found := map[string]archive.Holding{}
	var h archive.Holding
	targets := holdingTargets(&h)
	return found, fault("find codes", op.String(), each(ctx, c.cat.read, sighted(holdingsByCode, access.All()), codes, func(r *sql.Rows) error {
		err := r.Scan(targets...)
		found[h.Code] = h
		return err
	}))
}
