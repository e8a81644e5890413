package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"
	"math"
	"strconv"
	"strings"

	"lantai/archive"
)

// heldBuckets is into how many sums the rows fall, by id.
const heldBuckets = 1 << 14

// heldSum adds up what the log says that rows became and takes away what they were; what is
// left is what has to stand in the tables, in whatever order the ops came and with memory
// that does not grow. A value counts as a hash under a seed that nobody knows beforehand, so
// that no two forgeries can be made to outweigh each other. A sum says no more than that
// all rows of its bucket are right, or that one of them has to be looked at.
type heldSum struct {
	held   *held
	seed   maphash.Seed
	sums   []uint64
	buf    []byte
	fields []loggedField

	emptied map[int64]archive.ID // records whose values were purged from the log, with the last op that stated them
}

func newHeldSum(h *held, seed maphash.Seed) *heldSum {
	return &heldSum{held: h, seed: seed, sums: make([]uint64, heldBuckets), emptied: map[int64]archive.ID{}}
}

func bucketOf(id int64) int {
	return int(uint64(id) * 0x9e3779b97f4a7c15 >> 50) //nolint:gosec // the same bits, the upper 14 of them
}

// put adds a value of a row, or takes it away.
func (s *heldSum) put(add bool, id int64, what, name string, value []byte) {
	b := binary.BigEndian.AppendUint64(s.buf[:0], uint64(id)) //nolint:gosec // the same bits
	b = append(append(b, what...), 0)
	b = append(append(b, name...), 0)
	b = append(b, value...)
	s.buf = b
	n := maphash.Bytes(s.seed, b)
	if !add {
		n = -n
	}
	s.sums[bucketOf(id)] += n
}

// doubt makes sure that a row is looked at.
func (s *heldSum) doubt(id int64) { s.put(true, id, "doubt", "", strconv.AppendInt(nil, id, 10)) }

// differs tells which buckets of two sums are not the same.
func (s *heldSum) differs(other *heldSum) (which map[int]bool) {
	for i, n := range s.sums {
		if n != other.sums[i] {
			if which == nil {
				which = map[int]bool{}
			}
			which[i] = true
		}
	}
	return which
}

func (s *heldSum) join(other *heldSum) {
	for i, n := range other.sums {
		s.sums[i] += n
	}
	for id, op := range other.emptied {
		s.emptied[id] = max(op, s.emptied[id])
	}
}

// empty counts a change without values. A purge leaves those of records and of what lies in
// them and beside them; nobody else's are taken away.
func (s *heldSum) empty(op, id int64, noun string) {
	switch {
	case isHolding(noun):
		s.emptied[id] = max(archive.ID(op), s.emptied[id])
	case !purgeable(noun) && noun != nounText && noun != nounExtra && noun != nounEvent:
		s.doubt(id)
	}
}

// The whats of a sum: that a row is there, a column, an own field, a setting.
const (
	sumRow     = "row"
	sumColumn  = "column"
	sumOwn     = "own"
	sumSetting = "setting"
)

// change counts a change of the log.
func (s *heldSum) change(op, id int64, noun, before, after []byte) {
	if before == nil && after == nil {
		s.empty(op, id, string(noun))
		return
	}
	var n *heldNoun
	switch string(noun) {
	case nounExtra, nounSetting:
	default:
		if n = s.held.nouns[string(noun)]; n == nil {
			return
		}
	}
	for _, side := range []struct {
		object []byte
		add    bool
	}{{before, false}, {after, true}} {
		var err error
		if s.fields, err = loggedFields(side.object, s.fields[:0]); err != nil {
			s.doubt(id)
			continue
		}
		switch {
		case string(noun) == nounSetting:
			s.setting(side.add, s.fields)
		case n == nil:
			for _, f := range s.fields {
				if len(f.value) > 0 {
					s.put(side.add, id, sumOwn, string(f.name), f.value)
				}
			}
		default:
			if side.object != nil && (before == nil || after == nil) {
				s.exists(side.add, op, id, string(noun), n)
			}
			s.columns(side.add, id, n, s.fields)
		}
	}
}

func (s *heldSum) exists(add bool, op, id int64, noun string, n *heldNoun) {
	for _, t := range n.tables {
		s.put(add, id, sumRow, t.name, nil)
	}
	if noun == nounBatch && add {
		s.put(true, id, sumColumn, colBorn, strconv.AppendInt(nil, op, 10))
	}
}

func (s *heldSum) columns(add bool, id int64, n *heldNoun, fields []loggedField) {
	for _, f := range fields {
		kind, ok := n.cols[string(f.name)]
		if !ok {
			continue
		}
		if value := kind.canonical(f.value); len(value) > 0 {
			s.put(add, id, sumColumn, string(f.name), value)
		}
	}
}

func (s *heldSum) setting(add bool, fields []loggedField) {
	var key string
	var value []byte
	for _, f := range fields {
		switch string(f.name) {
		case "key":
			key = string(f.value)
		case "value":
			value = f.value
		}
	}
	if len(value) > 0 {
		s.put(add, 0, sumSetting, key, value)
	}
}

// canonical is a value as it is counted, from the log or from a table; empty where the
// column states nothing.
func (k heldKind) canonical(value []byte) []byte {
	switch k {
	case heldNumber, heldID:
		if len(value) == 1 && value[0] == '0' {
			return nil
		}
	case heldGroup:
		n, err := strconv.Atoi(string(value))
		if err != nil {
			return value
		}
		if n %= archive.AccessGroups; n == 0 {
			return nil
		}
		return strconv.AppendInt(nil, int64(n), 10)
	}
	return value
}

// heldRow is a row of a table as it is read.
type heldRow struct {
	id     int64
	values []sql.RawBytes // of the columns, then what its rule needs
	table  *heldTable
	dest   []any
}

func newHeldRow(t *heldTable) *heldRow {
	more := map[string]int{"page": 2, "holding": 1}[t.name]
	r := &heldRow{table: t, values: make([]sql.RawBytes, len(t.cols)+more)}
	r.dest = append(r.dest, &r.id)
	for i := range r.values {
		r.dest = append(r.dest, &r.values[i])
	}
	return r
}

// value is a column as it is counted.
func (r *heldRow) value(i int) []byte {
	v := []byte(r.values[i])
	if r.table.cols[i].kind == heldBytes {
		return hex.AppendEncode(nil, v)
	}
	return r.table.cols[i].kind.canonical(v)
}

// text is a column by its name.
func (r *heldRow) text(name string) string {
	for i, col := range r.table.cols {
		if col.name == name {
			return string(r.values[i])
		}
	}
	return ""
}

// classStands tells whether a row has the access class that the rules give it: that of its
// 密级 and 开放标识, and a page that of its holding.
func (r *heldRow) classStands(classified bool) bool {
	n := len(r.table.cols)
	switch r.table.name {
	case "holding":
		class, err := strconv.Atoi(string(r.values[n]))
		if err != nil {
			return false
		}
		h := archive.Holding{Title: r.text("title"), Secrecy: r.text("secrecy"), Opening: r.text("opening"), Access: archive.AccessClass(class)}
		sheet{h: &h}.classify(classified)
		return int(h.Access) == class
	case "page":
		return r.values[n+1] == nil || string(r.values[n]) == string(r.values[n+1])
	}
	return true
}

// row counts a row of a table.
func (s *heldSum) row(r *heldRow, classified bool) {
	s.put(true, r.id, sumRow, r.table.name, nil)
	for i, col := range r.table.cols {
		if len(r.values[i]) == 0 {
			continue
		}
		if value := r.value(i); len(value) > 0 {
			s.put(true, r.id, sumColumn, col.name, value)
		}
	}
	if !r.classStands(classified) {
		s.doubt(r.id)
	}
}

const (
	heldExtras     = `SELECT e.holding, e.field, e.value FROM extra e`
	heldExtrasLive = heldExtras + ` WHERE e.holding NOT IN (SELECT b.id FROM holding b WHERE b.born IN (SELECT op FROM pending))`
	heldSettings   = `SELECT s.key, s.value FROM setting s ORDER BY s.key`
	countOfPending = `SELECT COUNT(*) FROM pending`
)

// sumTables counts all rows that stand in the tables.
func (c *Catalogue) sumTables(ctx context.Context, db querier, s *heldSum) error {
	hidden, err := anyHidden(ctx, db)
	if err != nil {
		return err
	}
	for _, t := range s.held.tables {
		r := newHeldRow(t)
		if err := rows(ctx, db, t.query(hidden, false), []any{int64(math.MinInt64)}, func(list *sql.Rows) error {
			err := list.Scan(r.dest...)
			if err == nil {
				s.row(r, c.class > archive.NotSecret)
			}
			return err
		}); err != nil {
			return err
		}
	}
	query := heldExtras
	if hidden {
		query = heldExtrasLive
	}
	var id int64
	var name string
	var value sql.RawBytes
	if err := rows(ctx, db, query, nil, func(list *sql.Rows) error {
		err := list.Scan(&id, &name, &value)
		s.put(true, id, sumOwn, name, value)
		return err
	}); err != nil {
		return err
	}
	return rows(ctx, db, heldSettings, nil, func(list *sql.Rows) error {
		err := list.Scan(&name, &value)
		if !ofTheProgram(name) {
			s.put(true, 0, sumSetting, name, value)
		}
		return err
	})
}

// ofTheProgram tells settings that note how far the program's own work has come.
func ofTheProgram(key string) bool { return strings.HasPrefix(key, stateSetting) }

func anyHidden(ctx context.Context, db querier) (bool, error) {
	var n int
	err := db.QueryRowContext(ctx, countOfPending).Scan(&n)
	return n > 0, err
}
