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
		bad.Fault = RowAltered
		bad.describe(now.values)
		for _, d := range j.differing(said, now) {
			bad.Field, bad.Logged, bad.Now = d.field, d.logged, d.now
			j.note(bad, by)
		}
		return nil
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

// differs is a column that is not as the log has it.
type differs struct{ field, logged, now string }

// differing finds the columns of a row that are not as the log has them.
func (j *heldJudge) differing(said replayed, now standingRow) (list []differs) {
	for _, t := range j.held.nouns[now.noun].tables {
		for _, col := range t.cols {
			if value := now.values[col.name]; said.last[col.name] != value {
				list = append(list, differs{col.name, said.last[col.name], value})
			}
		}
	}
	stated := slices.ContainsFunc(list, func(d differs) bool { return d.field == classColumn })
	if !now.fits && !stated && (now.noun == nounPage || now.class != said.last[keyClass]) {
		list = append(list, differs{classColumn, said.last[keyClass], now.class})
	}
	return list
}

const classColumn = "access_class"

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
	asideLeaving     = `SELECT COUNT(*) FROM quarantine_file n JOIN quarantine q ON q.id = n.quarantine
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
		n, err := count(asideLeaving, int64(id), int64(id))
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
