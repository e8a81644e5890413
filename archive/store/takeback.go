package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"lantai/archive"
)

// dropStepRows is how many changes one step of a way back looks at.
const dropStepRows = 300

const (
	lastChanges = `SELECT seq, noun, id, CASE WHEN before IS NULL AND after IS NOT NULL THEN 1 ELSE 0 END
		FROM change WHERE op = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`
	dropChanges = `DELETE FROM change WHERE op = $1 AND seq >= $2`
	isLive      = `SELECT CASE WHEN number IS NULL THEN 0 ELSE 1 END FROM op WHERE id = $1`
	bornOf      = `SELECT h.id FROM holding h WHERE h.id IN ({keys}) AND h.born = {born}`
)

// Abandon takes back all that was added. A long write that has ended is left alone.
func (l *Long) Abandon(ctx context.Context) error {
	l.stop()
	return fault("take back long write", l.op.String(), l.c.rollBack(ctx, l.op))
}

// rollBackLeftovers takes back the long writes of processes that are gone, and clears
// away what an undo has made invisible. What cannot be cleared away stays where nobody
// sees it, and is no reason to keep the archive shut: the next opening tries again.
func (c *Catalogue) rollBackLeftovers(ctx context.Context) (left, err error) {
	dead, err := ids(ctx, c.cat.read, deadPending, c.millis())
	for _, op := range dead {
		if err := c.rollBack(ctx, op); err != nil {
			left = errors.Join(left, fault("clear away long write", op.String(), err))
		}
	}
	return left, errors.Join(err, ctx.Err())
}

// Leftovers tells what could not be cleared away when the catalogue was opened; nil:
// nothing is left.
func (c *Catalogue) Leftovers() error { return c.leftovers }

// rollBack deletes what a pending op added, last first, in steps; cut off, it is taken
// up again by the next one. The first step makes sure that the op never goes on. Of an
// op that was live and is undone only the rows go: its log stays.
func (c *Catalogue) rollBack(ctx context.Context, op archive.ID) error {
	below := int64(1) << 62 // changes from this one on are done with
	for done := false; !done; {
		if err := c.inTx(ctx, func(t *Tx, _ link) error {
			res, err := t.tx.ExecContext(ctx, doomPending, int64(op))
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				done = true
				return err
			}
			var undone bool
			if err := t.tx.QueryRowContext(ctx, isLive, int64(op)).Scan(&undone); err != nil {
				return err
			}
			if below, err = t.dropStep(op, below, undone); err != nil || below > 0 {
				return err
			}
			done = true
			ends := []string{dropPendingCount, dropPending, dropOp}
			if undone {
				ends = ends[1:2]
			}
			for _, q := range ends {
				if _, err := t.tx.ExecContext(ctx, q, int64(op)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// dropStep deletes the rows that an op's last changes below a seq added, with these
// changes unless keepLog. It returns from which seq on all is done; 0: all is.
func (t *Tx) dropStep(op archive.ID, below int64, keepLog bool) (int64, error) {
	added := map[string][]archive.ID{}
	var least int64
	if err := rows(t.ctx, t.tx, lastChanges, []any{int64(op), below, dropStepRows}, func(r *sql.Rows) error {
		var noun string
		var id archive.ID
		var isNew bool
		if err := r.Scan(&least, &noun, &id, &isNew); err != nil {
			return err
		}
		if isNew && noun != nounOp {
			added[noun] = append(added[noun], id)
		}
		return nil
	}); err != nil || least == 0 {
		return 0, err
	}
	if err := t.dropAdded(op, added, keepLog); err != nil {
		return 0, err
	}
	if keepLog {
		return least, nil
	}
	_, err := t.tx.ExecContext(t.ctx, dropChanges, int64(op), least)
	return least, err
}

// dropAdded deletes rows by noun, those that refer to others first. Of an op that is
// undone holdings alone are deleted, and not those that were kept: these were given
// another op as the one that added them.
func (t *Tx) dropAdded(op archive.ID, added map[string][]archive.ID, undone bool) error {
	var holdings []archive.ID
	byTable := map[string][]archive.ID{}
	for noun, list := range added {
		switch {
		case !isHolding(noun):
			if !undone {
				byTable[tableOf(noun)] = append(byTable[tableOf(noun)], list...)
			}
			continue
		case undone:
			var err error
			if list, err = t.bornBy(op, list); err != nil {
				return err
			}
		}
		for _, p := range blankSheet(archive.HoldingKind(noun)).parts {
			byTable[p.table] = append(byTable[p.table], list...)
		}
		holdings = append(holdings, list...)
	}
	byTable["holding"] = holdings
	byTable["extra"] = append(byTable["extra"], holdings...)
	tables := append([]string{"storage_root", "batch", "file", "holding"}, kindTables()...)
	for _, table := range slices.Backward(append(tables, "page", "extra")) {
		key := "id"
		if table == "extra" {
			key = "holding"
		}
		query := "DELETE FROM " + table + " WHERE " + key + " IN ({keys})"
		if err := each(t.ctx, t.tx, query, byTable[table], func(*sql.Rows) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// bornBy gives those of some holdings that an op added. The op is written into the
// text, since {keys} are the only parameters of each.
func (t *Tx) bornBy(op archive.ID, list []archive.ID) (born []archive.ID, err error) {
	query := strings.Replace(bornOf, "{born}", op.String(), 1)
	err = each(t.ctx, t.tx, query, list, func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		born = append(born, id)
		return err
	})
	return born, err
}

// tableOf gives the table of a noun that is no holding.
func tableOf(noun string) string {
	if noun == nounRoot {
		return "storage_root"
	}
	return noun
}

// isHolding tells whether a noun of the log is a kind of holding.
func isHolding(noun string) bool { return slices.Contains(archive.Kinds(), archive.HoldingKind(noun)) }
