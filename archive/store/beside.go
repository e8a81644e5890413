package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"lantai/archive"
)

// beside is a row that stands beside the holdings: a former name, a line of the ledger,
// a state of numbers. It has an id of its own and is logged and undone column by column.
type beside struct {
	noun string // also its table
	id   *archive.ID
	cols columns
	once []string // columns that together stand once; empty: rows may be equal
}

const (
	nounFondsName = "fonds_name"
	nounMovement  = "movement"
	nounNumbering = "numbering"
	nounAlias     = "code_alias"
	nounVacancy   = "vacancy"
	nounGroup     = "virtual_group"
	nounMember    = "member"
	nounPerson    = "person"
	nounApproval  = "approval"

	nounTarget       = "target"
	nounCarrier      = "carrier"
	nounCarrierCheck = "carrier_check"
	nounDrill        = "drill"
)

func besideFondsName(v *archive.FondsName) beside {
	return beside{nounFondsName, &v.ID, columns{{"fonds", &v.Fonds}, {"name", &v.Name}, {"date_begin", &v.DateBegin},
		{"date_end", &v.DateEnd}, {"note", &v.Note}}, nil}
}

func besideMovement(v *archive.Movement) beside {
	return beside{nounMovement, &v.ID, columns{{"fonds", &v.Fonds}, {"year", &v.Year}, {"kind", &v.Kind}, {"unit", &v.Unit},
		{"quantity", &v.Quantity}, {"date", &v.Date}, {"document", &v.Document}, {"note", &v.Note}}, nil}
}

func besideNumbering(v *archive.Numbering) beside {
	return beside{nounNumbering, &v.ID, columns{{"series", &v.Series}, {"prefix", &v.Prefix}, {"arranged", &v.Arranged}}, []string{"prefix"}}
}

func besideAlias(v *archive.CodeAlias) beside {
	return beside{nounAlias, &v.ID, columns{{"holding", &v.Holding}, {"code", &v.Code}, {"reason", &v.Reason}}, nil}
}

func besideVacancy(v *archive.Vacancy) beside {
	return beside{nounVacancy, &v.ID, columns{{"series", &v.Series}, {"code", &v.Code}, {"reason", &v.Reason}}, []string{"code"}}
}

func besideGroup(v *archive.VirtualGroup) beside {
	return beside{nounGroup, &v.ID, columns{{"name", &v.Name}, {"note", &v.Note}}, nil}
}

func besideMember(v *archive.Member) beside {
	return beside{nounMember, &v.ID, columns{{"virtual_group", &v.Group}, {"holding", &v.Holding}, {"ordinal", &v.Ordinal}},
		[]string{"virtual_group", "holding"}}
}

func besidePerson(v *archive.Person) beside {
	return beside{nounPerson, &v.ID, columns{{"name", &v.Name}, {"roles", &v.Roles}, {"clearance", &v.Clearance}, {"groups", &v.Groups},
		{"fonds", &v.Fonds}, {"batches", &v.Batches}, {"locked", &v.Locked}}, []string{"name"}}
}

func besideApproval(v *archive.Approval) beside {
	return beside{nounApproval, &v.ID, columns{{"person", &v.Person}, {"holding", &v.Holding}, {"approver", &v.By}, {"until", &v.Until},
		{"reason", &v.Reason}}, nil}
}

// blankBeside is an empty row of a noun; ok is false for other nouns.
func blankBeside(noun string) (b beside, ok bool) {
	switch noun {
	case nounFondsName:
		return besideFondsName(&archive.FondsName{}), true
	case nounMovement:
		return besideMovement(&archive.Movement{}), true
	case nounNumbering:
		return besideNumbering(&archive.Numbering{}), true
	case nounAlias:
		return besideAlias(&archive.CodeAlias{}), true
	case nounVacancy:
		return besideVacancy(&archive.Vacancy{}), true
	case nounGroup:
		return besideGroup(&archive.VirtualGroup{}), true
	case nounMember:
		return besideMember(&archive.Member{}), true
	case nounPerson:
		return besidePerson(&archive.Person{}), true
	case nounApproval:
		return besideApproval(&archive.Approval{}), true
	case nounTarget:
		return besideTarget(&archive.Target{}), true
	case nounCarrier:
		return besideCarrier(&archive.Carrier{}), true
	case nounCarrierCheck:
		return besideCarrierCheck(&archive.CarrierCheck{}), true
	case nounDrill:
		return besideDrill(&archive.Drill{}), true
	}
	return beside{}, false
}

func (b beside) query(where string) string {
	return "SELECT b.id, " + b.cols.list("b") + " FROM " + b.noun + " b WHERE " + where
}

func (b beside) targets() []any { return append([]any{b.id}, b.cols.targets()...) }

// addBeside adds a row and fills in its id, unless it has one.
func (t *Tx) addBeside(b beside) error {
	doing := "add " + b.noun
	if err := t.settled(doing); err != nil {
		return err
	}
	if *b.id == 0 {
		*b.id = t.NewID()
	}
	if err := t.besideFits(doing, b); err != nil {
		return err
	}
	return t.keepBeside(doing, b)
}

// keepBeside writes and logs a new row that fits.
func (t *Tx) keepBeside(doing string, b beside) error {
	if err := insert(t.ctx, t.tx, b.noun, *b.id, b.cols); err != nil {
		return fault(doing, "", err)
	}
	after, err := b.cols.filled()
	if err != nil {
		return fault(doing, "", err)
	}
	return t.log(b.noun, *b.id, "", after)
}

// besideFits refuses what the tables would: on PostgreSQL a failed statement ends the
// transaction.
func (t *Tx) besideFits(doing string, b beside) error {
	if err := b.cols.check(doing); err != nil {
		return err
	}
	if err := t.mayName(doing, b.cols); err != nil {
		return err
	}
	where, args := "", []any{}
	for _, col := range b.cols {
		id, refers := col.field.(*archive.ID)
		switch {
		case refers && (col.name == nounGroup || col.name == nounPerson || col.name == nounTarget || col.name == nounCarrier):
			if _, err := t.besideNow(col.name, *id); err != nil {
				return err
			}
		case refers && (col.name == "approver" || col.name == "made_by" || col.name == "checker" || col.name == "drilled_by"):
		case refers:
			if _, err := t.chain(*id); err != nil {
				return err
			}
		}
		if slices.Contains(b.once, col.name) {
			args = append(args, col.value())
			where += "b." + col.name + " = $" + strconv.Itoa(len(args)) + " AND "
		}
	}
	if len(args) == 0 {
		return nil
	}
	args = append(args, int64(*b.id))
	var n int
	q := "SELECT COUNT(*) FROM " + b.noun + " b WHERE " + where + "b.id <> $" + strconv.Itoa(len(args))
	if err := t.tx.QueryRowContext(t.ctx, q, args...).Scan(&n); err != nil {
		return fault(doing, "", err)
	}
	if n > 0 {
		return archive.Errorf(archive.Conflict, doing, fmt.Sprint(args[0]), "it is there already")
	}
	return nil
}

// besideNow reads a row as it stands.
func (t *Tx) besideNow(noun string, id archive.ID) (beside, error) {
	b, _ := blankBeside(noun)
	err := t.tx.QueryRowContext(t.ctx, b.query("b.id = $1"), int64(id)).Scan(b.targets()...)
	return b, fault("find "+noun, id.String(), err)
}

// changeBeside writes what differs from the row as it stands.
func (t *Tx) changeBeside(b beside) error {
	doing := "change " + b.noun
	if err := t.settled(doing); err != nil {
		return err
	}
	old, err := t.besideNow(b.noun, *b.id)
	if err != nil {
		return err
	}
	if err := t.besideFits(doing, b); err != nil {
		return err
	}
	before, after, which, err := differing(old.cols, b.cols)
	if err != nil || len(which) == 0 {
		return fault(doing, "", err)
	}
	if err := update(t.ctx, t.tx, b.noun, *b.id, b.cols, which); err != nil {
		return fault(doing, "", err)
	}
	return t.log(b.noun, *b.id, before, after)
}

// dropBeside takes a row away.
func (t *Tx) dropBeside(noun string, id archive.ID) error {
	doing := "remove " + noun
	if err := t.settled(doing); err != nil {
		return err
	}
	old, err := t.besideNow(noun, id)
	if err != nil {
		return err
	}
	before, err := old.cols.filled()
	if err != nil {
		return fault(doing, "", err)
	}
	if _, err := t.tx.ExecContext(t.ctx, "DELETE FROM "+noun+" WHERE id = $1", int64(id)); err != nil { //nolint:gosec // a noun of the program, found in its table above
		return fault(doing, "", err)
	}
	return t.log(noun, id, before, "")
}

// takeBackBeside undoes a change of such a row if the row is as the change left it.
func (t *Tx) takeBackBeside(ch archive.Change) (bool, error) {
	now, err := t.besideNow(ch.Noun, ch.ID)
	if gone := archive.KindOf(err) == archive.NotFound; gone || err != nil {
		if !gone || ch.After != "" {
			return keptOr(err)
		}
		blank, _ := blankBeside(ch.Noun)
		if _, err := blank.cols.apply(ch.Before); err != nil {
			return false, err
		}
		*blank.id = ch.ID
		return keptOr(t.addBeside(blank))
	}
	if ch.After == "" {
		return false, nil
	}
	if same, err := now.cols.match(ch.After); err != nil || !same {
		return false, err
	}
	if ch.Before == "" {
		return keptOr(t.dropBeside(ch.Noun, ch.ID))
	}
	if _, err := now.cols.apply(ch.Before); err != nil {
		return false, err
	}
	return keptOr(t.changeBeside(now))
}

// listBeside reads rows; read is called with each in b.
func listBeside(ctx context.Context, db querier, b beside, where string, args []any, read func()) error {
	targets := b.targets()
	return fault("list "+b.noun, "", rows(ctx, db, b.query(where), args, func(r *sql.Rows) error {
		err := r.Scan(targets...)
		read()
		return err
	}))
}

// besideOf is where a row refers to the holding that it stands beside.
type besideOf struct{ noun, column string }

// leaving are the rows that go with a holding that is removed. The ledger does not: a
// fonds stays as long as it has lines there.
func leaving() []besideOf {
	return []besideOf{{nounAlias, "holding"}, {nounMember, "holding"}, {nounFondsName, "fonds"}, {nounNumbering, "series"}, {nounVacancy, "series"},
		{nounApproval, "holding"}}
}

// leaveBeside takes away what stands beside a holding that is removed.
func (t *Tx) leaveBeside(id archive.ID) error {
	for _, at := range leaving() {
		list, err := ids(t.ctx, t.tx, "SELECT b.id FROM "+at.noun+" b WHERE b."+at.column+" = $1 ORDER BY b.id", int64(id))
		if err != nil {
			return fault("remove "+at.noun, id.String(), err)
		}
		for _, one := range list {
			if err := t.dropBeside(at.noun, one); err != nil {
				return err
			}
		}
	}
	return nil
}

// standBeside finds which of some holdings have a row beside them, of whatever noun.
func (t *Tx) standBeside(holdings []archive.ID) (map[archive.ID]bool, error) {
	found := map[archive.ID]bool{}
	for _, at := range append(leaving(), besideOf{nounMovement, "fonds"}) {
		query := "SELECT b." + at.column + " FROM " + at.noun + " b WHERE b." + at.column + " IN ({keys})"
		if err := each(t.ctx, t.tx, query, holdings, func(r *sql.Rows) error {
			var id archive.ID
			err := r.Scan(&id)
			found[id] = true
			return err
		}); err != nil {
			return nil, err
		}
	}
	return found, nil
}
