package exchange

import (
	"reflect"
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
		if p := i.forbidden(merged.Record, merged.Extra); p.bad() {
			d.reject(i.reader.columnOf(FieldCode), d.holding().Code, p)
			return
		}
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
	r, row := copyOf(old.Record), d.record()
	differ := func(f Field) { differing = append(differing, i.fieldName(f)) }
	for _, b := range append(r.Common().Described(), r.Fields()...) {
		f := Field(b.Name)
		stated, ok := archive.Field(row, b.Name)
		if !ok || f == FieldCode || f == FieldBox || stated.Text() == b.Text() {
			continue
		}
		if i.m.Exact || stated.Text() != "" || d.given[f] && counts(b) {
			_ = b.Set(stated.Text()) // it stood in a field of the same type
			differ(f)
		}
	}
	if item := itemOf(r); item != nil {
		if item.Box != d.item.Box && (i.m.Exact || d.box != "") {
			item.Box = d.item.Box
			differ(FieldBox)
		}
		if item.Parent != d.item.Parent {
			item.Parent = d.item.Parent
			differ(FieldParent)
		}
	}
	merged.Record = r
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

// counts tells a field of numbers, in which a nought may be stated.
func counts(b archive.Bound) bool {
	_, text := b.Value.(*string)
	return !text
}

// copyOf is another record that is equal.
func copyOf(r archive.Record) archive.Record {
	c := archive.NewRecord(r.Common().Kind)
	v := reflect.ValueOf(c).Elem()
	v.Set(reflect.ValueOf(r).Elem())
	return c
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
	if v := itemOf(u.row.Record); v != nil {
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
