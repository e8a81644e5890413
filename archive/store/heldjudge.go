package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"lantai/archive"
)

// BadRow is a row of a table, an own field or a setting that is not as the log has it.
type BadRow struct {
	Op      archive.ID // the last op that stated it; zero: none did
	Station int        // of that op
	Number  int        // of that op
	Fault   LogFault   // RowAltered, RowMissing, RowForged or RowEmptied
	Noun    string     // what the log calls such a row
	ID      archive.ID // of the row; of a setting zero
	Holding archive.ID // the record that it is or stands beside; zero: none
	Field   string     // the column that differs, or the own field; "" for the row as a whole
	Name    string     // 档号 of a record; name of an account, a receipt, a root, a setting; "" for others
	Logged  string     // what the log says of Field
	Now     string     // what stands there
}

// mostBadRows bounds how many are listed.
const mostBadRows = 100

const changesOfRow = `SELECT ch.op, o.station, o.number, ch.noun, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
	WHERE ch.id = $1 ORDER BY o.station, o.number, ch.seq`

// rowChange is what a change of the log says of a row.
type rowChange struct {
	op            archive.ID
	station       int
	number        int // zero while its op is pending
	noun          string
	before, after []byte
}

func (ch *rowChange) emptied() bool { return ch.before == nil && ch.after == nil }

// heldJudge looks at single rows: each is put together from all that the log says of it.
type heldJudge struct {
	c      *Catalogue
	db     querier
	held   *held
	hidden bool
	found  []BadRow
}

// row looks at all that goes by an id; seen is a table in which it stands, or nil.
func (j *heldJudge) row(ctx context.Context, id archive.ID, seen *heldTable) error {
	var ofRow, ofExtra, ofSetting []rowChange
	pending := false
	if err := rows(ctx, j.db, changesOfRow, []any{int64(id)}, func(r *sql.Rows) error {
		var ch rowChange
		var number sql.NullInt64
		err := r.Scan(&ch.op, &ch.station, &number, &ch.noun, &ch.before, &ch.after)
		ch.number = int(number.Int64)
		switch {
		case !number.Valid: // of all that a long write adds, a root alone shows before its end
			pending = pending || ch.noun == nounRoot
		case ch.noun == nounExtra:
			ofExtra = append(ofExtra, ch)
		case ch.noun == nounSetting:
			ofSetting = append(ofSetting, ch)
		case j.held.nouns[ch.noun] != nil:
			ofRow = append(ofRow, ch)
		}
		return err
	}); err != nil {
		return err
	}
	switch {
	case id == 0:
		return j.settings(ctx, ofSetting)
	case pending:
		return nil
	}
	if err := j.tables(ctx, id, ofRow, seen); err != nil {
		return err
	}
	return j.extras(ctx, id, ofExtra)
}

func (j *heldJudge) note(bad BadRow, by *rowChange) {
	if by != nil {
		bad.Op, bad.Station, bad.Number = by.op, by.station, by.number
	}
	if !slices.Contains(j.found, bad) {
		j.found = append(j.found, bad)
	}
}

// standingRow is a row as it stands in its tables.
type standingRow struct {
	noun   string
	there  bool              // in any of them
	whole  bool              // in all of them
	values map[string]string // as they are counted
	fits   bool              // its access class is the one that the rules give it
	class  string
}

// standing reads a row from the tables of a noun, or from the table in which it was seen.
func (j *heldJudge) standing(ctx context.Context, id archive.ID, noun string, seen *heldTable) (standingRow, error) {
	s := standingRow{noun: noun, whole: true, fits: true, values: map[string]string{}}
	var tables []*heldTable
	if n := j.held.nouns[noun]; n != nil {
		tables = n.tables
	}
	if seen != nil && !slices.Contains(tables, seen) {
		s.noun, tables = seen.noun(), []*heldTable{seen}
	}
	for _, t := range tables {
		r, found := newHeldRow(t), false
		if err := rows(ctx, j.db, t.query(j.hidden, true), []any{int64(id)}, func(list *sql.Rows) error {
			if err := list.Scan(r.dest...); err != nil {
				return err
			}
			found = true
			for i, col := range t.cols {
				s.values[col.name] = string(r.value(i))
			}
			if n := len(t.cols); len(r.values) > n {
				s.fits, s.class = r.classStands(j.c.class > archive.NotSecret), string(r.values[n])
			}
			return nil
		}); err != nil {
			return s, err
		}
		s.there, s.whole = s.there || found, s.whole && found
	}
	if kind := s.values["kind"]; s.noun == "holding" && kind != "" {
		s.noun = kind
	}
	return s, nil
}

// noun is what the log calls the rows of a table, but for those of holdings.
func (t *heldTable) noun() string {
	if t.name == "storage_root" {
		return nounRoot
	}
	return t.name
}

// tables holds a row against what the log says of it.
func (j *heldJudge) tables(ctx context.Context, id archive.ID, list []rowChange, seen *heldTable) error {
	var by *rowChange
	noun := ""
	list = inLogOrder(list)
	if n := len(list); n > 0 {
		by, noun = &list[n-1], list[n-1].noun
	}
	now, err := j.standing(ctx, id, noun, seen)
	if err != nil {
		return err
	}
	bad := BadRow{Noun: now.noun, ID: id}
	said, err := j.replay(list)
	there := said.last[keyRow] != ""
	switch {
	case by == nil && !now.there:
		return nil
	case by == nil:
		bad.Fault = RowForged
	case now.noun != noun: // another table has a row under this id
		bad.Fault, by = RowForged, nil
	case err != nil:
		bad.Fault = RowAltered
	case said.emptied && !now.there && purgeable(noun):
		return nil
	case said.emptied:
		bad.Fault = RowEmptied
	case there && !now.whole:
		bad.Fault, now.values = RowMissing, said.last
	case !there && now.there:
		bad.Fault = RowForged
	case !there:
		return nil
	default:
		if bad.Field, bad.Logged, bad.Now = j.differing(said, now); bad.Field == "" {
			return nil
		}
		bad.Fault = RowAltered
	}
	if going, err := j.going(ctx, id, bad, said.last); going || err != nil {
		return err
	}
	bad.describe(now.values)
	j.note(bad, by)
	return nil
}

// purgeable tells whether a purge takes the values of such rows out of the log.
func purgeable(noun string) bool {
	switch noun {
	case nounPage, nounFile, nounBatch, nounQuarantine, nounAlias, nounMember, nounVacancy, nounApproval:
		return true
	}
	return isHolding(noun)
}

// describe says what a row is of.
func (b *BadRow) describe(values map[string]string) {
	if isHolding(b.Noun) {
		b.Holding, b.Name = b.ID, values["code"]
		return
	}
	for _, name := range []string{"holding", "fonds", "series"} {
		if id, err := archive.ParseID(values[name]); err == nil && b.Noun != nounPerson && b.Holding == 0 {
			b.Holding = id
		}
	}
	switch b.Noun {
	case nounPerson, nounBatch, nounGroup:
		b.Name = values["name"]
	case nounRoot:
		b.Name = values["label"]
	case nounFile:
		b.Name = values["path"]
	}
}

// keyRow stands among the columns for the row as a whole; keyClass is an access class with
// its level.
const (
	keyRow   = "\x00row"
	keyClass = "\x00class"
)

// replayed is a row as the log has it.
type replayed struct {
	last    map[string]string // by column; what states nothing is not there or ""
	by      map[string]*rowChange
	sides   [][2]map[string]string // before and after, change by change
	many    bool                   // more than one station wrote
	emptied bool                   // of values that were purged
}

// differing finds the first column of a row that is not as the log has it.
func (j *heldJudge) differing(said replayed, now standingRow) (field, logged, is string) {
	for _, t := range j.held.nouns[now.noun].tables {
		for _, col := range t.cols {
			if value := now.values[col.name]; said.last[col.name] != value {
				return col.name, said.last[col.name], value
			}
		}
	}
	if !now.fits && (now.noun == nounPage || now.class != said.last[keyClass]) {
		return "access_class", said.last[keyClass], now.class
	}
	return "", "", ""
}

// settle finds what a column came to where several stations wrote: the order of their ops
// is that of their clocks. Each change says what it found and what it left, so that one
// value was come to once more often than it was left, whatever the order; unless somebody
// wrote past the program in between, when the clocks have to do.
func (r *replayed) settle(column string) {
	net := map[string]int{"": 1}
	for _, side := range r.sides {
		if before, ok := side[0][column]; ok {
			net[before]--
			net[side[1][column]]++
		}
	}
	final, ones := "", 0
	for value, n := range net {
		switch n {
		case 0:
		case 1:
			final = value
			ones++
		default:
			return
		}
	}
	if ones == 1 {
		r.last[column] = final
	}
}

// replay puts a row together from its changes.
func (j *heldJudge) replay(list []rowChange) (replayed, error) {
	r := replayed{last: map[string]string{}, by: map[string]*rowChange{}}
	var fields []loggedField
	for i := range list {
		ch := &list[i]
		r.many = r.many || ch.station != list[0].station
		if ch.emptied() {
			r.emptied = true
			continue
		}
		var sides [2]map[string]string
		for k, object := range [][]byte{ch.before, ch.after} {
			var err error
			if fields, err = loggedFields(object, fields[:0]); err != nil {
				return r, err
			}
			sides[k] = j.side(ch, object, fields)
		}
		for k := range sides {
			for column := range sides[k] {
				if _, ok := sides[1-k][column]; !ok {
					sides[1-k][column] = ""
				}
			}
		}
		r.sides = append(r.sides, sides)
		for column, value := range sides[1] {
			r.last[column], r.by[column] = value, ch
		}
	}
	if r.many {
		for column := range r.last {
			r.settle(column)
		}
	}
	return r, nil
}

// side is what one side of a change says. Of a row that is new, or goes, it says something
// of every column.
func (j *heldJudge) side(ch *rowChange, object []byte, fields []loggedField) map[string]string {
	values := map[string]string{}
	switch ch.noun {
	case nounSetting:
		var key, value string
		for _, f := range fields {
			switch string(f.name) {
			case "key":
				key = string(f.value)
			case "value":
				value = string(f.value)
			}
		}
		values[key] = value
		return values
	case nounExtra:
		for _, f := range fields {
			values[string(f.name)] = string(f.value)
		}
		return values
	}
	cols := j.held.nouns[ch.noun].cols
	if object != nil && (ch.before == nil || ch.after == nil) {
		values[keyRow] = "1"
		for name := range cols {
			values[name] = ""
		}
		if ch.noun == nounBatch {
			values[colBorn] = ch.op.String()
		}
	}
	for _, f := range fields {
		if kind, ok := cols[string(f.name)]; ok {
			values[string(f.name)] = string(kind.canonical(f.value))
			if kind == heldGroup {
				values[keyClass] = string(f.value)
			}
		}
	}
	return values
}

// inLogOrder puts the changes of a row in order: those of a station by the numbers of their
// ops, among stations by the ids.
func inLogOrder(list []rowChange) []rowChange {
	var heads [][]rowChange
	for i := range list {
		if i == 0 || list[i].station != list[i-1].station {
			heads = append(heads, list[i:i:len(list)])
		}
		last := len(heads) - 1
		heads[last] = heads[last][:len(heads[last])+1]
	}
	if len(heads) < 2 {
		return list
	}
	merged := make([]rowChange, 0, len(list))
	for len(merged) < len(list) {
		first := -1
		for i, h := range heads {
			if len(h) > 0 && (first < 0 || h[0].op < heads[first][0].op) {
				first = i
			}
		}
		merged = append(merged, heads[first][0])
		heads[first] = heads[first][1:]
	}
	return merged
}

const (
	extrasOfRow = `SELECT e.field, e.value FROM extra e WHERE e.holding = $1 ORDER BY e.field`
	liveHolding = `SELECT COUNT(*) FROM holding h WHERE h.id = $1 AND {live h}`
)

// extras holds the own fields of a record against the log.
func (j *heldJudge) extras(ctx context.Context, id archive.ID, list []rowChange) error {
	now := map[string]string{}
	var there int
	if err := j.db.QueryRowContext(ctx, strings.Replace(liveHolding, "{live h}", live("h"), 1), int64(id)).Scan(&there); err != nil {
		return err
	}
	if err := rows(ctx, j.db, extrasOfRow, []any{int64(id)}, func(r *sql.Rows) error {
		var field, value string
		err := r.Scan(&field, &value)
		if there > 0 || !j.hidden {
			now[field] = value
		}
		return err
	}); err != nil {
		return err
	}
	said, err := j.replay(inLogOrder(list))
	bad := BadRow{Noun: nounExtra, ID: id, Holding: id}
	switch {
	case err != nil:
		bad.Fault = RowAltered
		j.note(bad, &list[0])
		return nil
	case said.emptied && len(now) == 0:
		return nil
	}
	return j.pairs(ctx, bad, said, now)
}

// pairs holds fields or settings against the log, in the order of their names.
func (j *heldJudge) pairs(ctx context.Context, bad BadRow, said replayed, now map[string]string) error {
	for _, name := range namesOf(said.last, now) {
		value, there := now[name]
		by := said.by[name]
		if said.last[name] == value && there == (value != "") {
			continue
		}
		bad.Field, bad.Logged, bad.Now, bad.Fault = name, said.last[name], value, RowAltered
		if bad.Noun == nounSetting {
			bad.Field, bad.Name = "value", name
		}
		switch {
		case by == nil:
			bad.Fault = RowForged
		case !there:
			bad.Fault = RowMissing
		}
		if going, err := j.going(ctx, bad.ID, bad, nil); going || err != nil {
			return err
		}
		j.note(bad, by)
	}
	return nil
}

func namesOf(maps ...map[string]string) []string {
	var names []string
	for _, m := range maps {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// settings holds all settings against the log.
func (j *heldJudge) settings(ctx context.Context, list []rowChange) error {
	now := map[string]string{}
	if err := rows(ctx, j.db, heldSettings, nil, func(r *sql.Rows) error {
		var key, value string
		err := r.Scan(&key, &value)
		if !ofTheProgram(key) {
			now[key] = value
		}
		return err
	}); err != nil {
		return err
	}
	list = inLogOrder(list)
	said, err := j.replay(list)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].emptied() {
			j.note(BadRow{Noun: nounSetting, Fault: RowEmptied}, &list[i])
		}
	}
	return j.pairs(ctx, BadRow{Noun: nounSetting}, said, now)
}

const (
	purgeGoingOn = `SELECT COUNT(*) FROM purge_row w JOIN purge g ON g.id = w.purge
		WHERE g.state = 'purging' AND w.noun IN ('holding', 'page', 'file', 'quarantine', 'batch') AND w.id IN ($1, $2)`
	purgeGoingOnCode = `SELECT COUNT(*) FROM purge_row w JOIN purge g ON g.id = w.purge WHERE g.state = 'purging' AND w.noun = 'code' AND w.name = $1`
	secretGoing      = `SELECT COUNT(*) FROM quarantine_file n JOIN quarantine q ON q.id = n.quarantine
		WHERE q.state = 'purging' AND (n.file = $1 OR n.file = (SELECT p.file FROM page p WHERE p.id = $2))`
	recordPurged = `SELECT COUNT(*) FROM change ch WHERE ch.id = $1 AND ch.before IS NULL AND ch.after IS NULL AND ch.noun IN ({kinds})`
)

// going tells whether a row is, or was, on its way out with a purge: rows go first and
// without a word in the log, the values of the log follow.
func (j *heldJudge) going(ctx context.Context, id archive.ID, bad BadRow, said map[string]string) (bool, error) {
	count := func(query string, args ...any) (n int, err error) {
		return n, j.db.QueryRowContext(ctx, query, args...).Scan(&n)
	}
	switch bad.Fault {
	case RowEmptied:
		n, err := count(secretGoing, int64(id), int64(id))
		return n > 0, err
	case RowMissing:
	default:
		return false, nil
	}
	beside, _ := archive.ParseID(said["holding"])
	if n, err := count(purgeGoingOn, int64(id), int64(beside)); n > 0 || err != nil {
		return n > 0, err
	}
	if bad.Noun == nounVacancy {
		n, err := count(purgeGoingOnCode, said["code"])
		return n > 0, err
	}
	if bad.Noun != nounApproval && bad.Noun != nounAlias && bad.Noun != nounMember || beside == 0 {
		return false, nil
	}
	kinds := make([]string, 0, len(archive.Kinds()))
	for _, k := range archive.Kinds() {
		kinds = append(kinds, "'"+string(k)+"'")
	}
	n, err := count(strings.Replace(recordPurged, "{kinds}", strings.Join(kinds, ", "), 1), int64(beside))
	return n > 0, err
}
