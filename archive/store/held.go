package store

import (
	"fmt"

	"lantai/archive"
)

// heldKind is how a column of a table stands in the log.
type heldKind int

const (
	heldText   heldKind = iota
	heldNumber          // zero is left out of new rows
	heldID              // a string in the log, NULL for none in the table
	heldBytes           // hex in the log
	heldGroup           // an access class: its group alone, since a migration gave classes their levels
)

// heldColumn is a column that the log states.
type heldColumn struct {
	name string
	kind heldKind
}

// heldTable is a table whose rows have to be as the log has them.
type heldTable struct {
	name  string
	cols  []heldColumn
	born  bool // it has the op that added a row: those of a pending op are not there
	ofOne bool // a part of a holding, hidden with it
}

// heldNoun is what the log calls a row, and the tables that have it.
type heldNoun struct {
	tables []*heldTable
	cols   map[string]heldKind
}

// held are the tables that are held against the log, and the nouns of the log by which they
// are stated. What is not among them, and why, stands in doc/architecture.md.
type held struct {
	tables []*heldTable
	nouns  map[string]*heldNoun
}

// colBorn stands for the op that added a batch: whoever did that op may see the batch.
const colBorn = "born"

func heldColumns(cols columns) []heldColumn {
	list := make([]heldColumn, 0, len(cols))
	for _, col := range cols {
		h := heldColumn{name: col.name}
		switch col.field.(type) {
		case *archive.ID:
			h.kind = heldID
		case *archive.AccessClass:
			h.kind = heldGroup
		default:
			if _, number := col.value().(int64); number {
				h.kind = heldNumber
			}
		}
		list = append(list, h)
	}
	return list
}

// newHeld lists them from the columns that the program logs.
func newHeld() *held {
	h := &held{nouns: map[string]*heldNoun{}}
	holding := h.add(&heldTable{name: "holding", cols: heldColumns(holdingColumns(new(archive.Holding))), born: true})
	parts := map[string]*heldTable{}
	for _, kind := range archive.Kinds() {
		tables := []*heldTable{holding}
		for _, p := range blankSheet(kind).parts {
			if parts[p.table] == nil {
				parts[p.table] = h.add(&heldTable{name: p.table, cols: heldColumns(p.cols), ofOne: true})
			}
			tables = append(tables, parts[p.table])
		}
		h.name(string(kind), tables...)
	}
	for _, noun := range []string{nounFondsName, nounMovement, nounNumbering, nounAlias, nounVacancy, nounGroup, nounMember, nounPerson, nounApproval} {
		b, _ := blankBeside(noun)
		h.name(noun, h.add(&heldTable{name: noun, cols: heldColumns(b.cols)}))
	}
	file := heldColumns((&storedFile{}).loggedColumns())
	file[len(file)-1].kind = heldBytes // sha256
	place := heldColumns((&pageRow{}).place())
	place = place[:len(place)-1] // a page's class follows its holding's: pageStands
	for noun, table := range map[string]*heldTable{
		nounFile:       {name: "file", cols: file, born: true},
		nounPage:       {name: "page", cols: place, born: true},
		nounBatch:      {name: "batch", cols: append(heldColumns(batchColumns(new(archive.Batch))), heldColumn{colBorn, heldID}), born: true},
		nounRoot:       {name: "storage_root", cols: heldColumns(rootColumns(new(Root)))},
		nounQuarantine: {name: nounQuarantine, cols: heldColumns(quarantineColumns(new(archive.Quarantine)))},
		nounPurge:      {name: nounPurge, cols: heldColumns(new(purgeLine).columns())},
		nounMedium:     {name: nounMedium, cols: heldColumns(mediumColumns(new(archive.Medium)))},
	} {
		h.name(noun, h.add(table))
	}
	return h
}

// values are the columns of a row beside the holdings, as they are counted.
func (h *held) values(b beside) map[string]string {
	values := make(map[string]string, len(b.cols))
	for _, col := range b.cols {
		values[col.name] = string(h.nouns[b.noun].cols[col.name].canonical(fmt.Append(nil, col.logged())))
	}
	return values
}

func (h *held) add(t *heldTable) *heldTable {
	h.tables = append(h.tables, t)
	return t
}

func (h *held) name(noun string, tables ...*heldTable) {
	n := &heldNoun{tables: tables, cols: map[string]heldKind{}}
	for _, t := range tables {
		for _, col := range t.cols {
			n.cols[col.name] = col.kind
		}
	}
	h.nouns[noun] = n
}

// query reads the rows of a table that are there, behind an id in the order of ids or, with
// one, that one row. Rows that a pending op hides are none.
func (t *heldTable) query(hidden, one bool) string {
	q := "SELECT x.id"
	for _, col := range t.cols {
		q += ", x." + col.name
	}
	from := " FROM " + t.name + " x"
	switch t.name {
	case "page":
		q += ", x.access_class, h.access_class"
		from += " LEFT JOIN holding h ON h.id = x.holding"
	case "holding":
		q += ", x.access_class"
	}
	where := " WHERE x.id > $1"
	if one {
		where = " WHERE x.id = $1"
	}
	switch {
	case hidden && t.born:
		where += " AND " + live("x")
	case hidden && t.ofOne:
		where += " AND x.id NOT IN (SELECT b.id FROM holding b WHERE b.born IN (SELECT op FROM pending))"
	}
	if t.name == "storage_root" {
		where += " AND x.id <> 0"
	}
	if !one {
		where += " ORDER BY x.id"
	}
	return q + from + where
}
