package store

import (
	"cmp"
	"context"
	"database/sql"
	"hash/maphash"
	"maps"
	"math"
	"slices"
	"sync"

	"lantai/archive"
)

// heldCheck holds the tables against the log while that is walked.
type heldCheck struct {
	c      *Catalogue
	tables *heldSum // what stands in the tables
	log    *heldSum // what the log says
	count  chan error

	counting sync.WaitGroup
}

func (c *Catalogue) newHeldCheck() *heldCheck {
	seed := maphash.MakeSeed()
	return &heldCheck{c: c, tables: newHeldSum(c.held, seed), log: newHeldSum(c.held, seed)}
}

const stationLasts = `SELECT station, number, last_id FROM station ORDER BY station`

// begin counts the tables beside the walk, on a state of its own, if that is the same as
// db's: then no station has written between the two.
func (h *heldCheck) begin(ctx context.Context, db querier) error {
	want, err := lasts(ctx, db)
	if err != nil {
		return err
	}
	opened := make(chan error, 2)
	h.count = make(chan error, 1)
	h.counting.Go(func() {
		same := false
		err := h.c.snapshot(ctx, func(own querier) error {
			got, err := lasts(ctx, own)
			same = err == nil && slices.Equal(got, want)
			opened <- err
			if !same {
				return err
			}
			return h.c.sumTables(ctx, own, h.tables)
		})
		opened <- err // it may never have come to look
		if !same && err == nil {
			err = errEnough
		}
		h.count <- err
	})
	return <-opened
}

// close waits for what counts the tables, if nobody has.
func (h *heldCheck) close(stop context.CancelFunc) {
	stop()
	h.counting.Wait()
}

func lasts(ctx context.Context, db querier) (list []int64, err error) {
	err = rows(ctx, db, stationLasts, nil, func(r *sql.Rows) error {
		var station, number, last int64
		err := r.Scan(&station, &number, &last)
		list = append(list, station, number, last)
		return err
	})
	return list, err
}

// end gives the rows that are not as the log has them, those that were stated first before
// the others.
func (h *heldCheck) end(ctx context.Context, db querier) ([]BadRow, error) {
	err := <-h.count
	if err == errEnough {
		err = h.c.sumTables(ctx, db, h.tables)
	}
	if err != nil {
		return nil, err
	}
	j := &heldJudge{c: h.c, db: db, held: h.c.held}
	if j.hidden, err = anyHidden(ctx, db); err != nil {
		return nil, err
	}
	if err := j.apart(ctx); err != nil {
		return nil, err
	}
	if err := j.purged(ctx, h.log.emptied); err != nil {
		return nil, err
	}
	if which := h.log.differs(h.tables); which != nil {
		if err := j.search(ctx, which); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(j.found, func(a, b BadRow) int {
		if (a.Op == 0) != (b.Op == 0) {
			return cmp.Compare(b.Op, a.Op)
		}
		return cmp.Or(cmp.Compare(a.Op, b.Op), cmp.Compare(a.ID, b.ID))
	})
	return j.found, nil
}

const (
	suspectChanges = `SELECT ch.op, ch.seq, ch.id, ch.noun FROM change ch WHERE (ch.op, ch.seq) > ($1, $2) ORDER BY ch.op, ch.seq`
	suspectsAtOnce = 1000
)

// search looks at the rows of some buckets, as the log has them and as they stand in the
// tables, until it has found enough.
func (j *heldJudge) search(ctx context.Context, which map[int]bool) error {
	seen := map[archive.ID]bool{}
	var op, seq int64
	for more := true; more && len(j.found) < mostBadRows; {
		some := map[archive.ID]bool{}
		if err := rows(ctx, j.db, suspectChanges, []any{op, seq}, func(r *sql.Rows) error {
			var id int64
			var noun sql.RawBytes
			if err := r.Scan(&op, &seq, &id, &noun); err != nil {
				return err
			}
			if which[bucketOf(id)] && !seen[archive.ID(id)] {
				some[archive.ID(id)] = true
			}
			if len(some) == suspectsAtOnce {
				return errEnough
			}
			return nil
		}); err != nil && err != errEnough {
			return err
		}
		more = len(some) == suspectsAtOnce
		if err := j.each(ctx, some, nil, seen); err != nil {
			return err
		}
	}
	for _, t := range append(slices.Clone(j.held.tables), nil) {
		if err := j.searchTable(ctx, which, t, seen); err != nil {
			return err
		}
	}
	return nil
}

// each looks at rows that were not looked at before.
func (j *heldJudge) each(ctx context.Context, some map[archive.ID]bool, in *heldTable, seen map[archive.ID]bool) error {
	for _, id := range slices.Sorted(maps.Keys(some)) {
		if len(j.found) >= mostBadRows {
			return nil
		}
		if err := j.row(ctx, id, in); err != nil {
			return err
		}
		if len(seen) < 1_000_000 {
			seen[id] = true
		}
	}
	return nil
}

const suspectExtras = `SELECT e.holding FROM extra e WHERE e.holding > $1 ORDER BY e.holding`

// searchTable looks at the rows of a table that the log has nothing of under their ids;
// nil: own fields.
func (j *heldJudge) searchTable(ctx context.Context, which map[int]bool, t *heldTable, seen map[archive.ID]bool) error {
	query := suspectExtras
	if t != nil {
		query = "SELECT x.id FROM " + t.name + " x WHERE x.id > $1 ORDER BY x.id"
	}
	last := int64(math.MinInt64)
	for more := true; more && len(j.found) < mostBadRows; {
		some := map[archive.ID]bool{}
		if err := rows(ctx, j.db, query, []any{last}, func(r *sql.Rows) error {
			if err := r.Scan(&last); err != nil {
				return err
			}
			if which[bucketOf(last)] {
				some[archive.ID(last)] = true
			}
			if len(some) == suspectsAtOnce {
				return errEnough
			}
			return nil
		}); err != nil && err != errEnough {
			return err
		}
		more = len(some) == suspectsAtOnce
		if t != nil { // a row that the log knows may stand in a table where it should not
			if err := j.each(ctx, some, t, map[archive.ID]bool{}); err != nil {
				return err
			}
			continue
		}
		maps.DeleteFunc(some, func(id archive.ID, _ bool) bool { return seen[id] })
		if err := j.each(ctx, some, nil, seen); err != nil {
			return err
		}
	}
	return nil
}

const (
	mastersStand = `SELECT COUNT(*) FROM storage_root r WHERE r.id = 0 AND r.label = '' AND r.path = 'masters' AND r.volume = '' AND r.within = ''`
	accounts     = `SELECT p.id FROM person p UNION SELECT k.person FROM credential k ORDER BY 1`
	putAsideYet  = `SELECT p.id FROM quarantine_file n JOIN file f ON f.id = n.file JOIN page p ON p.file = f.id
		WHERE f.state = 'quarantined' AND p.stage <> 'quarantined' ORDER BY p.id LIMIT 1`
)

// apart looks at what no sum has: passwords, of which the log has digests; masters/, which
// no op has added; and pages of files that were put aside, whose stage is not logged whole.
func (j *heldJudge) apart(ctx context.Context) error {
	people, err := ids(ctx, j.db, accounts)
	if err != nil {
		return err
	}
	for _, id := range people {
		if err := j.password(ctx, id); err != nil {
			return err
		}
	}
	var n int
	if err := j.db.QueryRowContext(ctx, mastersStand).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		j.note(BadRow{Noun: nounRoot, Field: "path", Logged: "masters", Fault: RowAltered}, nil)
	}
	pages, err := ids(ctx, j.db, putAsideYet)
	for _, id := range pages {
		j.note(BadRow{Noun: nounPage, ID: id, Field: "stage", Logged: string(archive.StageQuarantined), Fault: RowAltered}, nil)
	}
	return err
}

const recordsPurged = `SELECT COALESCE(SUM(g.records), 0) FROM purge g WHERE g.agreed <> 0`

// purged counts the records whose values were taken out of the log against those that two
// persons agreed to purge. Which of them are too many nothing tells; the first is named.
func (j *heldJudge) purged(ctx context.Context, emptied map[int64]archive.ID) error {
	var agreed int64
	if err := j.db.QueryRowContext(ctx, recordsPurged).Scan(&agreed); err != nil || int64(len(emptied)) <= agreed {
		return err
	}
	first := slices.MinFunc(slices.Collect(maps.Keys(emptied)), func(a, b int64) int { return cmp.Compare(emptied[a], emptied[b]) })
	bad := BadRow{Fault: RowEmptied, ID: archive.ID(first)}
	by := rowChange{op: emptied[first]}
	if err := j.db.QueryRowContext(ctx, kindOfEmptied, int64(by.op), first).Scan(&by.station, &by.number, &bad.Noun); err != nil {
		return err
	}
	bad.Holding = bad.ID
	j.note(bad, &by)
	return nil
}

const kindOfEmptied = `SELECT o.station, o.number, MIN(ch.noun) FROM op o JOIN change ch ON ch.op = o.id WHERE o.id = $1 AND ch.id = $2
	GROUP BY o.station, o.number`

// password holds the password of an account against the digest that the log has.
func (j *heldJudge) password(ctx context.Context, person archive.ID) error {
	var list []rowChange
	if err := rows(ctx, j.db, changesOfRow, []any{int64(person)}, func(r *sql.Rows) error {
		var ch rowChange
		var number sql.NullInt64
		err := r.Scan(&ch.op, &ch.station, &number, &ch.noun, &ch.before, &ch.after)
		ch.number = int(number.Int64)
		if number.Valid && ch.noun == nounCredential {
			list = append(list, ch)
		}
		return err
	}); err != nil {
		return err
	}
	var hash string
	if err := j.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(k.hash), '') FROM credential k WHERE k.person = $1`, int64(person)).Scan(&hash); err != nil {
		return err
	}
	bad := BadRow{Noun: nounCredential, ID: person}
	if err := j.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(p.name), '') FROM person p WHERE p.id = $1`, int64(person)).Scan(&bad.Name); err != nil {
		return err
	}
	list = inLogOrder(list)
	if len(list) == 0 {
		if hash != "" {
			bad.Fault = RowForged
			j.note(bad, nil)
		}
		return nil
	}
	by := &list[len(list)-1]
	fields, err := loggedFields(by.after, nil)
	switch {
	case err == nil && len(fields) == 1 && string(fields[0].value) == hashDigest(hash):
		return nil
	case hash == "":
		bad.Fault = RowMissing
	default:
		bad.Fault, bad.Field = RowAltered, "digest"
	}
	j.note(bad, by)
	return nil
}
