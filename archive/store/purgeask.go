package store

import (
	"context"
	"database/sql"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	nounPurge  = "purge"
	nounMedium = "purge_medium"
)

// The nouns of purge_row.
const (
	purgeRoot    = "root" // a record that was asked for
	purgeHolding = nounHolding
	purgePage    = nounPage
	purgeFile    = nounFile
	purgeKept    = "kept" // a file that a medium holds still
	purgeCode    = "code"
	purgeMatter  = nounQuarantine
	purgeBatch   = nounBatch
)

// purgeLine is a purge as its table has it.
type purgeLine struct {
	archive.Purge
	codes string
}

func (p *purgeLine) columns() columns {
	return columns{
		{"codes", &p.codes}, {"state", &p.State}, {"reason", &p.Reason}, {"actor", &p.Actor}, {"asked", &p.Asked}, {"second", &p.Second},
		{"agreed", &p.Agreed}, {"ended", &p.Ended}, {"records", &p.Records}, {"pages", &p.Pages}, {"files", &p.Files}, {"bytes", &p.Bytes},
	}
}

func (p *purgeLine) query(where string) string {
	return "SELECT g.id, " + p.columns().list("g") + " FROM purge g WHERE " + where
}

func (p *purgeLine) scan(r interface{ Scan(...any) error }) error {
	err := r.Scan(append([]any{&p.ID}, p.columns().targets()...)...)
	p.Codes = strings.Split(p.codes, "\n")
	return err
}

// AskPurge notes that a person asks for records to be purged, as a scope that was just
// read has them, and fills in p's id. Errors: Invalid without a reason, or when the reason
// quotes a record; Conflict when the same is asked for already.
func (t *Tx) AskPurge(p *archive.Purge, s PurgeScope) error {
	const doing = "ask for a purge"
	if err := t.settled(doing); err != nil {
		return err
	}
	now, err := purgeScope(t.ctx, t.tx, s.Roots, s.Texts)
	if err != nil {
		return err
	}
	if now.size() != s.size() {
		return archive.Errorf(archive.Conflict, doing, "", "it has changed since it was looked at")
	}
	if err := t.mayBeReason(doing, p.Reason, now.Records); err != nil {
		return err
	}
	for _, root := range s.Roots {
		open, err := ids(t.ctx, t.tx, purgesOfRoot, purgeRoot, int64(root), string(archive.PurgeAsked))
		if err != nil {
			return fault(doing, root.String(), err)
		}
		if len(open) > 0 {
			return archive.Errorf(archive.Conflict, doing, open[0].String(), "it was asked for already")
		}
	}
	p.ID, p.State, p.Asked, p.Reason = t.NewID(), archive.PurgeAsked, t.c.millis(), cleaned(p.Reason)
	p.Records, p.Pages, p.Files, p.Bytes = s.counts()
	line := purgeLine{Purge: *p}
	if line.codes, err = t.codesOf(s.Roots); err != nil {
		return fault(doing, p.ID.String(), err)
	}
	p.Codes = strings.Split(line.codes, "\n")
	if err := insert(t.ctx, t.tx, nounPurge, p.ID, line.columns()); err != nil {
		return fault(doing, p.ID.String(), err)
	}
	var list []purgeRow
	for _, id := range s.Roots {
		list = append(list, purgeRow{noun: purgeRoot, id: id})
	}
	if err := t.addPurgeRows(p.ID, list); err != nil {
		return fault(doing, p.ID.String(), err)
	}
	after, err := line.columns().filled()
	if err != nil {
		return fault(doing, p.ID.String(), err)
	}
	return t.log(nounPurge, p.ID, "", after)
}

const codesByID = `SELECT h.id, h.code FROM holding h WHERE h.id IN ({keys})`

func (t *Tx) codesOf(roots []archive.ID) (string, error) {
	codes := map[archive.ID]string{}
	err := each(t.ctx, t.tx, codesByID, roots, func(r *sql.Rows) error {
		var id archive.ID
		var code string
		err := r.Scan(&id, &code)
		codes[id] = code
		return err
	})
	list := make([]string, len(roots))
	for i, id := range roots {
		list[i] = codes[id]
	}
	return strings.Join(list, "\n"), err
}

// WithdrawPurge notes that what was asked for is not done; any person may.
func (t *Tx) WithdrawPurge(id archive.ID, actor archive.ID) error {
	err := t.movePurge("withdraw a purge", id, []archive.PurgeState{archive.PurgeAsked}, func(p *purgeLine) {
		p.State, p.Second, p.Ended = archive.PurgeWithdrawn, actor, t.c.millis()
	})
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(t.ctx, dropPurgeRows, int64(id))
	return fault("withdraw a purge", id.String(), err)
}

// movePurge writes what edit does to a purge in one of some states, and logs it.
func (t *Tx) movePurge(doing string, id archive.ID, from []archive.PurgeState, edit func(*purgeLine)) error {
	old, err := t.purgeIn(doing, id, from)
	if err != nil {
		return err
	}
	now := old
	edit(&now)
	before, after, which, err := differing(old.columns(), now.columns())
	if err != nil || len(which) == 0 {
		return fault(doing, id.String(), err)
	}
	if err := update(t.ctx, t.tx, nounPurge, id, now.columns(), which); err != nil {
		return fault(doing, id.String(), err)
	}
	return t.log(nounPurge, id, before, after)
}

func (t *Tx) purgeIn(doing string, id archive.ID, states []archive.PurgeState) (purgeLine, error) {
	var p purgeLine
	if err := t.settled(doing); err != nil {
		return p, err
	}
	if err := p.scan(t.tx.QueryRowContext(t.ctx, p.query("g.id = $1"), int64(id))); err != nil {
		return p, fault(doing, id.String(), err)
	}
	for _, s := range states {
		if p.State == s {
			return p, nil
		}
	}
	return p, archive.Errorf(archive.Conflict, doing, id.String(), "it is %s", p.State)
}

const (
	purgesOfRoot  = `SELECT g.id FROM purge g JOIN purge_row w ON w.purge = g.id WHERE w.noun = $1 AND w.id = $2 AND g.state = $3`
	purgeRootsOf  = `SELECT w.id FROM purge_row w WHERE w.purge = $1 AND w.noun = $2 ORDER BY w.id`
	dropPurgeRows = `DELETE FROM purge_row WHERE purge = $1`
	dropPurgeDone = `DELETE FROM purge_row WHERE purge = $1 AND noun <> $2`
	purgeRowsOf   = `SELECT w.noun, w.id, w.name, w.root, w.sha256, w.bytes, w.modified FROM purge_row w
		WHERE w.purge = $1 AND w.noun = $2 ORDER BY w.id, w.name`
)

// Purges lists purges, the newest first, in one state or, with an empty one, all. They are
// shown to whoever may destroy.
func (c *Catalogue) Purges(ctx context.Context, sight access.Sight, state archive.PurgeState) ([]archive.Purge, error) {
	if state == "" {
		return c.purges(ctx, sight, "g.id > 0 ORDER BY g.id DESC")
	}
	return c.purges(ctx, sight, "g.state = $1 ORDER BY g.id DESC", string(state))
}

// Purge finds one purge.
func (c *Catalogue) Purge(ctx context.Context, sight access.Sight, id archive.ID) (archive.Purge, error) {
	list, err := c.purges(ctx, sight, "g.id = $1", int64(id))
	if err == nil && len(list) == 0 {
		err = fault("find purge", id.String(), sql.ErrNoRows)
	}
	if err != nil {
		return archive.Purge{}, err
	}
	return list[0], nil
}

func (c *Catalogue) purges(ctx context.Context, sight access.Sight, where string, args ...any) ([]archive.Purge, error) {
	if !sight.Destroys() {
		return nil, nil
	}
	var list []archive.Purge
	err := rows(ctx, c.cat.read, new(purgeLine).query(where), args, func(r *sql.Rows) error {
		var p purgeLine
		err := p.scan(r)
		list = append(list, p.Purge)
		return err
	})
	return list, fault("list purges", "", err)
}

// PurgeRoots lists the records that a purge was asked for; none once it has ended.
func (c *Catalogue) PurgeRoots(ctx context.Context, id archive.ID) ([]archive.ID, error) {
	list, err := ids(ctx, c.cat.read, purgeRootsOf, int64(id), purgeRoot)
	return list, fault("list records of a purge", id.String(), err)
}

// purgeRow is one row of purge_row.
type purgeRow struct {
	noun     string
	id       archive.ID
	name     string
	root     archive.ID
	sha256   string
	bytes    int64
	modified int64
}

func (t *Tx) addPurgeRows(purge archive.ID, list []purgeRow) error {
	names := []string{"purge", "noun", "id", "name", "root", "sha256", "bytes", "modified"}
	return insertMany(t.ctx, t.tx, "purge_row", "", names, len(list), func(i int, args []any) []any {
		w := &list[i]
		return append(args, int64(purge), w.noun, int64(w.id), w.name, int64(w.root), w.sha256, w.bytes, w.modified)
	})
}

func purgeRows(ctx context.Context, db querier, purge archive.ID, noun string) ([]purgeRow, error) {
	var list []purgeRow
	err := rows(ctx, db, purgeRowsOf, []any{int64(purge), noun}, func(r *sql.Rows) error {
		var w purgeRow
		err := r.Scan(&w.noun, &w.id, &w.name, &w.root, &w.sha256, &w.bytes, &w.modified)
		list = append(list, w)
		return err
	})
	return list, err
}
