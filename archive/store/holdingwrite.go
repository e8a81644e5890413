package store

import (
	"database/sql"
	"errors"
	"reflect"
	"slices"

	"lantai/archive"
)

// Add adds a record below the holding that is its Parent, and fills in id, fonds, series
// and rev. Its Kind says what it is; a code that stands anywhere in the archive is a
// Conflict.
func (t *Tx) Add(r archive.Record) error {
	h := r.Common()
	doing := "add " + string(h.Kind)
	if k := archive.NewRecord(h.Kind); k == nil || !fitsKind(r, h.Kind) {
		return archive.Errorf(archive.Invalid, doing, h.Code, "%T is no record of a %q", r, h.Kind)
	}
	return t.addHolding(doing, sheetOf(r))
}

// fitsKind tells whether a record is of the type that a kind has. An Item will do for
// every kind of single record.
func fitsKind(r archive.Record, kind archive.HoldingKind) bool {
	if _, ok := r.(*archive.Item); ok {
		return kind.IsSingle()
	}
	return reflect.TypeOf(r) == reflect.TypeOf(archive.NewRecord(kind))
}

// AddFonds adds a fonds. Code is its 全宗号.
func (t *Tx) AddFonds(f *archive.Fonds) error {
	f.Kind = archive.KindFonds
	return t.Add(f)
}

// AddSeries adds a series below the fonds that is its Parent.
func (t *Tx) AddSeries(s *archive.Series) error {
	s.Kind = archive.KindSeries
	return t.Add(s)
}

// AddContainer adds a volume, box or album (Kind) below the series that is its Parent.
func (t *Tx) AddContainer(v *archive.Container) error { return t.Add(v) }

// AddItem adds a single record (Kind; empty: item) below the series or container that is
// its Parent.
func (t *Tx) AddItem(i *archive.Item) error {
	if i.Kind == "" {
		i.Kind = archive.KindItem
	}
	return t.Add(i)
}

func (t *Tx) addHolding(doing string, s sheet) error {
	s.h.ID, s.h.Rev = t.NewID(), 1
	if err := t.place(doing, s); err != nil {
		return err
	}
	if err := t.insertHolding(doing, s); err != nil {
		return err
	}
	after, err := s.columns().filled()
	if err != nil {
		return fault(doing, s.h.Code, err)
	}
	return t.log(string(s.h.Kind), s.h.ID, "", after)
}

// insertHolding writes the rows of a new or restored holding, with its count and mark.
func (t *Tx) insertHolding(doing string, s sheet) error {
	cols := s.columns()
	if err := cols.check(doing); err != nil {
		return err
	}
	if err := t.mayKeep(doing, s, cols); err != nil {
		return err
	}
	if s.h.Access < 0 {
		return archive.Errorf(archive.Invalid, doing, s.h.Code, "access class %d", s.h.Access)
	}
	if err := t.touch(doing, s.chain()); err != nil {
		return err
	}
	if err := t.codeFree(doing, s); err != nil {
		return err
	}
	if err := insert(t.ctx, t.tx, "holding", s.h.ID, holdingColumns(s.h), append(s.derived(), "born", int64(t.op))...); err != nil {
		return fault(doing, s.h.Code, err)
	}
	for _, p := range s.parts {
		if err := insert(t.ctx, t.tx, p.table, s.h.ID, p.cols); err != nil {
			return fault(doing, s.h.Code, err)
		}
	}
	t.chains[s.h.ID] = s.chain()
	t.countHolding(+1, s.chain())
	t.mark(nounHolding, s.h.ID, urgencyNew)
	return nil
}

const codeOwner = `SELECT id, CASE WHEN born IN (SELECT op FROM pending) THEN 1 ELSE 0 END
	FROM holding WHERE code = $1 AND code <> '' AND id <> $2`

// codeFree says Conflict before the engine does: on PostgreSQL a failed statement
// ends the transaction, and the caller may want to go on with another code.
func (t *Tx) codeFree(doing string, s sheet) error {
	if s.h.Code == "" {
		return nil
	}
	var id archive.ID
	var pending bool
	err := t.tx.QueryRowContext(t.ctx, codeOwner, s.h.Code, int64(s.h.ID)).Scan(&id, &pending)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fault(doing, s.h.Code, err)
	case pending:
		return archive.Errorf(archive.Busy, doing, s.h.Code, "a long write has the code")
	}
	return archive.Errorf(archive.Conflict, doing, s.h.Code, "the code is taken by %s", id)
}

// Update writes what differs and fills in the new Rev. Rev must be the one that was
// read: otherwise Conflict, and nothing is written. Kind and, but for single records,
// Parent cannot change; a new Parent moves the record. A new code is NotAllowed where the
// class of the code is no longer arranged.
func (t *Tx) Update(r archive.Record) error {
	return t.updateHolding("change "+string(r.Common().Kind), r)
}

func (t *Tx) updateHolding(doing string, r archive.Record) error {
	h := r.Common()
	if err := t.settled(doing); err != nil {
		return err
	}
	old, s, err := t.rewritten(doing, r)
	if err != nil {
		return err
	}
	if old.h.Code != h.Code {
		if err := t.mayRecode(doing, old.h); err != nil {
			return err
		}
	}
	return t.replaceHolding(doing, old, s)
}

// replaceHolding writes s over old, which is the same holding as it stands.
func (t *Tx) replaceHolding(doing string, old, s sheet) error {
	delete(t.chains, s.h.ID)
	delete(t.read, s.h.ID)
	if err := t.place(doing, s); err != nil {
		return err
	}
	cols := s.columns()
	if err := cols.check(doing); err != nil {
		return err
	}
	if err := t.mayKeep(doing, s, cols); err != nil {
		return err
	}
	if err := t.mayEmpty(doing, old, s); err != nil {
		return err
	}
	before, after, which, err := differing(old.columns(), cols)
	if err != nil || len(which) == 0 {
		return fault(doing, s.h.Code, err)
	}
	for _, at := range []chain{old.chain(), s.chain()} {
		if err := t.touch(doing, at); err != nil {
			return err
		}
	}
	if err := t.codeFree(doing, s); err != nil {
		return err
	}
	s.h.Rev = old.h.Rev + 1
	if err := t.moveCounts(doing, old, s); err != nil {
		return err
	}
	if err := t.writeDiffering(s, cols, which); err != nil {
		return fault(doing, s.h.Code, err)
	}
	delete(t.lifted, s.h.ID)
	t.chains[s.h.ID] = s.chain()
	if err := t.markHolding(s.h.ID); err != nil {
		return err
	}
	if err := t.requeueHolding(doing, old.h, s.h); err != nil {
		return err
	}
	if s.h.Kind == archive.KindSeries && slices.ContainsFunc(which, func(i int) bool { return cols[i].name == "category" }) {
		if err := t.markSeries(s.h.ID); err != nil {
			return err
		}
	}
	return t.log(string(s.h.Kind), s.h.ID, before, after)
}

// writeDiffering writes the columns that which names to their tables.
func (t *Tx) writeDiffering(s sheet, cols columns, which []int) error {
	at := len(holdingColumns(s.h))
	below := func(limit int) (n int) {
		for n < len(which) && which[n] < limit {
			n++
		}
		return n
	}
	n := below(at)
	if err := update(t.ctx, t.tx, "holding", s.h.ID, cols, which[:n], s.derived()...); err != nil {
		return err
	}
	for _, p := range s.parts {
		at += len(p.cols)
		which = which[n:]
		n = below(at)
		if err := update(t.ctx, t.tx, p.table, s.h.ID, cols, which[:n]); err != nil {
			return err
		}
	}
	return nil
}

const (
	pageCounts = `SELECT p.access_class, p.stage, p.searchable, p.root, COUNT(*) FROM page p
		WHERE p.holding = $1 AND p.born NOT IN (SELECT op FROM pending)
		GROUP BY p.access_class, p.stage, p.searchable, p.root`
	classPages = `UPDATE page SET access_class = $1, rev = rev + 1 WHERE holding = $2`
)

// moveCounts takes a holding with its pages out of the counts where it was and adds
// it where it is. Pages in a holding have its access class.
func (t *Tx) moveCounts(doing string, old, s sheet) error {
	from, to := old.chain(), s.chain()
	if from.sameWay(to) {
		t.countYear(-1, from)
		t.countYear(+1, to)
		t.chains[s.h.ID] = to
		return nil
	}
	if err := t.mayMove(doing, s); err != nil {
		return err
	}
	t.countHolding(-1, from)
	t.countHolding(+1, to)
	type group struct {
		pageCount
		n int
	}
	var groups []group
	if err := rows(t.ctx, t.tx, pageCounts, []any{int64(s.h.ID)}, func(r *sql.Rows) error {
		g := group{pageCount: pageCount{holding: s.h.ID}}
		if err := r.Scan(&g.class, &g.stage, flag{&g.searchable}, &g.root, &g.n); err != nil {
			return err
		}
		groups = append(groups, g)
		return nil
	}); err != nil {
		return fault(doing, s.h.Code, err)
	}
	for _, step := range []struct {
		at   chain
		sign int
	}{{from, -1}, {to, +1}} {
		t.chains[s.h.ID] = step.at
		for _, g := range groups {
			if step.sign > 0 {
				g.class = to.class
			}
			if err := t.countPage(step.sign*g.n, g.pageCount); err != nil {
				return err
			}
		}
	}
	if from.class == to.class {
		return nil
	}
	_, err := t.tx.ExecContext(t.ctx, classPages, int(to.class), int64(s.h.ID))
	return fault(doing, s.h.Code, err)
}

const (
	hasPending = `SELECT COUNT(*) FROM page p WHERE p.holding = $1 AND p.born IN (SELECT op FROM pending)`
	hasBelow   = `SELECT COUNT(*) FROM holding h WHERE h.parent = $1`
)

// mayMove refuses what would leave rows behind that were counted along the old way.
func (t *Tx) mayMove(doing string, s sheet) error {
	var n int
	if err := t.tx.QueryRowContext(t.ctx, hasPending, int64(s.h.ID)).Scan(&n); err != nil {
		return fault(doing, s.h.Code, err)
	}
	if n > 0 {
		return archive.Errorf(archive.Busy, doing, s.h.Code, "pages are being added to it")
	}
	if !s.h.Kind.IsSingle() {
		return nil
	}
	if err := t.tx.QueryRowContext(t.ctx, hasBelow, int64(s.h.ID)).Scan(&n); err != nil {
		return fault(doing, s.h.Code, err)
	}
	if n > 0 {
		return archive.Errorf(archive.Invalid, doing, s.h.Code, "it holds %d others", n)
	}
	return nil
}

const highestCode = `SELECT h.code FROM holding h WHERE h.code >= $1 AND h.code < $2 AND h.code <> ''
	ORDER BY h.code_sort DESC LIMIT 1`

// afterPrefix is above every text that begins with the prefix.
func afterPrefix(prefix string) string { return prefix + "\U0010FFFF" }

// HighestCode finds the highest 档号 that begins with prefix; "" if there is none.
func (t *Tx) HighestCode(prefix string) (string, error) {
	var code string
	err := t.tx.QueryRowContext(t.ctx, highestCode, prefix, afterPrefix(prefix)).Scan(&code)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return code, fault("find highest code", prefix, err)
}
