package store

import (
	"context"
	"database/sql"
	"errors"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
)

const (
	numberingOf    = "b.series = $1"
	numberingAt    = "b.prefix = $1"
	vacanciesOf    = "b.code >= $1 AND b.code < $2"
	aliasesOf      = "b.holding = $1"
	seriesArranged = `SELECT s.arranged FROM series s WHERE s.id = $1`
	numberingState = `SELECT n.arranged FROM numbering n WHERE n.prefix = $1`
	numberingBelow = `SELECT n.id FROM numbering n WHERE n.prefix > $1 AND n.prefix < $2 ORDER BY n.id`
	countCodes     = `SELECT COUNT(*) FROM holding h WHERE h.code >= $1 AND h.code < $2 AND h.code <> ''`
)

// Numberings lists the classes of a series whose state is their own, by what their codes
// begin with.
func (c *Catalogue) Numberings(ctx context.Context, series archive.ID) ([]archive.Numbering, error) {
	var list []archive.Numbering
	var n archive.Numbering
	err := listBeside(ctx, c.cat.read, besideNumbering(&n), numberingOf+" ORDER BY b.prefix", []any{int64(series)}, func() { list = append(list, n) })
	return list, err
}

// Arranged tells the state of a class of numbers. prefixes are what its codes begin with
// and, where the class lies in another, what the codes of that begin with: the first that
// has a state of its own tells, otherwise the series does.
func (c *Catalogue) Arranged(ctx context.Context, series archive.ID, prefixes ...string) (archive.Arranged, error) {
	return arranged(ctx, c.cat.read, series, prefixes)
}

// Arranged is Catalogue.Arranged as it stands in this transaction.
func (t *Tx) Arranged(series archive.ID, prefixes ...string) (archive.Arranged, error) {
	return arranged(t.ctx, t.tx, series, prefixes)
}

func arranged(ctx context.Context, db querier, series archive.ID, prefixes []string) (state archive.Arranged, err error) {
	for _, prefix := range prefixes {
		err = db.QueryRowContext(ctx, numberingState, prefix).Scan(&state)
		if !errors.Is(err, sql.ErrNoRows) {
			return state, fault("find state of numbers", prefix, err)
		}
	}
	err = db.QueryRowContext(ctx, seriesArranged, int64(series)).Scan(&state)
	return state, fault("find state of numbers", series.String(), err)
}

// SetArranged gives a class of numbers a state of its own. The classes within it, which
// then follow it, lose theirs.
func (t *Tx) SetArranged(series archive.ID, prefix string, state archive.Arranged) error {
	n := archive.Numbering{}
	held := false
	if err := listBeside(t.ctx, t.tx, besideNumbering(&n), numberingAt, []any{prefix}, func() { held = true }); err != nil {
		return err
	}
	if held && n.Series != series {
		return archive.Errorf(archive.Conflict, "set state of numbers", prefix, "the class belongs to another series")
	}
	inner, err := ids(t.ctx, t.tx, numberingBelow, prefix, afterPrefix(prefix))
	if err != nil {
		return fault("set state of numbers", prefix, err)
	}
	for _, id := range inner {
		if err := t.dropBeside(nounNumbering, id); err != nil {
			return err
		}
	}
	if held {
		n.Arranged = state
		return t.changeBeside(besideNumbering(&n))
	}
	n = archive.Numbering{Series: series, Prefix: prefix, Arranged: state}
	return t.addBeside(besideNumbering(&n))
}

// Vacancies lists the notes on numbers that are not used (空号说明), of codes that begin
// with prefix.
func (c *Catalogue) Vacancies(ctx context.Context, prefix string) ([]archive.Vacancy, error) {
	var list []archive.Vacancy
	var v archive.Vacancy
	err := listBeside(ctx, c.cat.read, besideVacancy(&v), vacanciesOf+" ORDER BY b.code", []any{prefix, afterPrefix(prefix)}, func() { list = append(list, v) })
	return list, err
}

// SetVacancy says why a number is not used; an empty reason takes the note away. A code
// that a record has is a Conflict.
func (t *Tx) SetVacancy(v archive.Vacancy) error {
	old, held := archive.Vacancy{}, false
	if err := listBeside(t.ctx, t.tx, besideVacancy(&old), "b.code = $1", []any{v.Code}, func() { held = true }); err != nil {
		return err
	}
	switch {
	case v.Reason == "" && held:
		return t.dropBeside(nounVacancy, old.ID)
	case v.Reason == "":
		return nil
	}
	if err := t.codeFree("note vacant number", sheet{h: &archive.Holding{Code: v.Code}}); err != nil {
		return err
	}
	if held {
		old.Reason = v.Reason
		return t.changeBeside(besideVacancy(&old))
	}
	return t.addBeside(besideVacancy(&v))
}

// Aliases lists the codes that a holding had before, the newest first.
func (c *Catalogue) Aliases(ctx context.Context, sight access.Sight, holding archive.ID) ([]archive.CodeAlias, error) {
	if _, err := c.Holding(ctx, sight, holding); err != nil {
		return nil, err
	}
	var list []archive.CodeAlias
	var a archive.CodeAlias
	err := listBeside(ctx, c.cat.read, besideAlias(&a), aliasesOf+" ORDER BY b.id DESC", []any{int64(holding)}, func() { list = append(list, a) })
	return list, err
}

// AddAlias keeps a code that a holding had, with the reason for its change.
func (t *Tx) AddAlias(a archive.CodeAlias) error {
	t.mark(nounHolding, a.Holding, urgencyEdit)
	return t.addBeside(besideAlias(&a))
}

// CodesFrom reads holdings whose codes begin with prefix, in the order of their bytes, a
// window at a time: those behind the code after, which is "" at first. No kinds means all.
func (c *Catalogue) CodesFrom(ctx context.Context, sight access.Sight, prefix, after string, limit int, kinds ...archive.HoldingKind) ([]archive.Holding, error) {
	q := &clauses{}
	q.add("SELECT "+holdingFields+" FROM holding h WHERE h.code > ? AND h.code < ? AND h.code <> ''", max(after, prefix), afterPrefix(prefix))
	for i, kind := range kinds {
		word := " OR h.kind = ?"
		if i == 0 {
			word = " AND (h.kind = ?"
		}
		q.add(word, string(kind))
	}
	if len(kinds) > 0 {
		q.add(")")
	}
	q.add(sighted(" AND {holding h}", sight))
	q.add(" ORDER BY h.code LIMIT ?", limit)
	var list []archive.Holding
	var h archive.Holding
	targets := holdingTargets(&h)
	err := rows(ctx, c.cat.read, q.text.String(), q.args, func(r *sql.Rows) error {
		err := r.Scan(targets...)
		list = append(list, h)
		return err
	})
	return list, fault("list codes", prefix, err)
}

// CountCodes tells how many codes begin with prefix, and which is the highest.
func (c *Catalogue) CountCodes(ctx context.Context, prefix string) (n int, highest string, err error) {
	return countBegin(ctx, c.cat.read, prefix)
}

// CountCodes is Catalogue.CountCodes as it stands in this transaction: what was planned
// for a class compares it with what it was made from.
func (t *Tx) CountCodes(prefix string) (n int, highest string, err error) {
	return countBegin(t.ctx, t.tx, prefix)
}

func countBegin(ctx context.Context, db querier, prefix string) (n int, highest string, err error) {
	if err = db.QueryRowContext(ctx, countCodes, prefix, afterPrefix(prefix)).Scan(&n); err != nil || n == 0 {
		return 0, "", fault("count codes", prefix, err)
	}
	err = db.QueryRowContext(ctx, highestCode, prefix, afterPrefix(prefix)).Scan(&highest)
	return n, highest, fault("count codes", prefix, err)
}

// stateOf tells the state of the class that a holding's code is a number of. Holdings
// without such a code have that of their series.
func (t *Tx) stateOf(h *archive.Holding) (archive.Arranged, error) {
	if h.Series == 0 || h.Kind == archive.KindSeries {
		return archive.Arranging, nil
	}
	var text string
	if err := t.tx.QueryRowContext(t.ctx, `SELECT s.scheme FROM series s WHERE s.id = $1`, int64(h.Series)).Scan(&text); err != nil {
		return "", fault("find series", h.Series.String(), err)
	}
	var prefixes []string
	if scheme, err := refcode.Read(text); err == nil {
		prefixes = scheme.Prefixes(h.Code)
	}
	return t.Arranged(h.Series, prefixes...)
}

// mayRecode refuses a new code for a record of a class that is no longer arranged.
func (t *Tx) mayRecode(doing string, h *archive.Holding) error {
	state, err := t.stateOf(h)
	if err != nil || state == archive.Arranging {
		return err
	}
	return archive.Errorf(archive.NotAllowed, doing, h.Code, "its class of numbers is %s: codes change by correction alone", state)
}
