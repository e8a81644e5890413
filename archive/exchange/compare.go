package exchange

import (
	"strings"

	"lantai/archive"
	"lantai/archive/store"
)

// compare holds a row against what is held: equal, or to be updated, or rejected.
func (i *importer) compare(d *draft, old store.NewRow) {
	if kind := old.Record.Common().Kind; kind != d.kind {
		d.reject(i.reader.columnOf(FieldCode), d.holding().Code, problem{reason: Differs, detail: "kind: " + string(kind)})
		return
	}
	merged, differing := i.merge(d, old)
	switch {
	case len(differing) == 0:
		d.fate = Already
	case i.o.Update:
		d.fate = Updated
		i.updates = append(i.updates, change{merged, d})
	default:
		d.reject(i.reader.columnOf(FieldCode), d.holding().Code, problem{reason: Differs, detail: strings.Join(differing, "；")})
	}
}

// change is a held row as it is to be.
type change struct {
	row store.NewRow
	d   *draft
}

// merge puts what a row states over what is held, and names the fields that differ. A
// row of a table of ours states everything; of others, what has a value.
func (i *importer) merge(d *draft, old store.NewRow) (merged store.NewRow, differing []string) {
	over := func(f Field, to *string, value string) {
		if *to != value && (i.m.Exact || value != "") {
			*to = value
			differing = append(differing, i.fieldName(f))
		}
	}
	count := func(f Field, to *int, value int) {
		if *to != value && (i.m.Exact || d.given[f] || f == FieldYear && value != 0) {
			*to = value
			differing = append(differing, i.fieldName(f))
		}
	}
	common := func(to *archive.Holding, from archive.Holding) {
		over(FieldTitle, &to.Title, from.Title)
		over(FieldDate, &to.Date, from.Date)
		over(FieldRetention, &to.Retention, from.Retention)
		over(FieldOpening, &to.Opening, from.Opening)
		count(FieldYear, &to.Year, from.Year)
		class, given := int(to.Access), int(from.Access)
		count(FieldAccess, &class, given)
		to.Access = archive.AccessClass(class)
	}
	switch held := old.Record.(type) {
	case *archive.Container:
		v := *held
		common(&v.Holding, d.volume.Holding)
		over(FieldNumber, &v.Number, d.volume.Number)
		over(FieldAuthor, &v.Author, d.volume.Author)
		over(FieldDateBegin, &v.DateBegin, d.volume.DateBegin)
		over(FieldDateEnd, &v.DateEnd, d.volume.DateEnd)
		over(FieldNote, &v.Note, d.volume.Note)
		count(FieldPageCount, &v.PageCount, d.volume.PageCount)
		merged.Record = &v
	case *archive.Item:
		v := *held
		common(&v.Holding, d.item.Holding)
		over(FieldNumber, &v.Number, d.item.Number)
		over(FieldAuthor, &v.Author, d.item.Author)
		over(FieldDocNo, &v.DocNo, d.item.DocNo)
		over(FieldPersons, &v.Persons, d.item.Persons)
		over(FieldPageNo, &v.PageNo, d.item.PageNo)
		over(FieldNote, &v.Note, d.item.Note)
		count(FieldPageCount, &v.PageCount, d.item.PageCount)
		if v.Box != d.item.Box && (i.m.Exact || d.box != "") {
			v.Box = d.item.Box
			differing = append(differing, i.fieldName(FieldBox))
		}
		if v.Parent != d.item.Parent {
			v.Parent = d.item.Parent
			differing = append(differing, i.fieldName(FieldParent))
		}
		merged.Record = &v
	}
	merged.Extra = map[string]string{}
	for field, value := range d.extra {
		if old.Extra[field] != value {
			merged.Extra[field] = value
			differing = append(differing, field)
		}
	}
	for field := range old.Extra {
		if _, ok := d.extra[field]; !ok && i.m.Exact {
			merged.Extra[field] = ""
			differing = append(differing, field)
		}
	}
	return merged, differing
}

// fieldName is the column's name, or the field's.
func (i *importer) fieldName(f Field) string {
	if name := i.reader.columnOf(f); name != "" {
		return name
	}
	return string(f)
}

// update writes the rows that are changed, in the import's last transaction.
func (i *importer) update(tx *store.Tx) error {
	for _, u := range i.updates {
		if err := i.updateRow(tx, u); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) updateRow(tx *store.Tx, u change) error {
	if v, ok := u.row.Record.(*archive.Item); ok {
		if v.Parent == 0 { // it came with this import
			if err := i.findParent(tx, u.d, nil); err != nil {
				return err
			}
			v.Parent = u.d.item.Parent
		}
		if u.d.inBox != nil {
			var made *archive.Container
			if v.Box, made = u.d.boxOf(tx); made != nil {
				if err := tx.AddRows([]store.NewRow{{Record: made}}); err != nil {
					return err
				}
			}
		}
	}
	err := tx.Update(u.row.Record)
	if err != nil || len(u.row.Extra) == 0 {
		return err
	}
	return tx.SetExtra(u.row.Record.Common().ID, u.row.Extra)
}
