package exchange

import (
	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// mayHold rejects a row that states a higher 密级 than the archive may hold, unless it
// stands for a state secret and says nothing more.
func (r *reader) mayHold(d *draft, v values) {
	level, name := archive.StatedSecrecy(d.titles)
	own := ""
	for field, text := range d.extra {
		if of := archive.OwnSecrecy(field, text); of > level {
			level, own = of, field
		}
	}
	for _, c := range r.m.Columns { // one that is left out says something of the row all the same
		if c.Field != "" || c.Extra != "" || c.Index < 0 || c.Index >= len(d.cells) || d.cells[c.Index].Text == "" {
			continue
		}
		if of := archive.OwnSecrecy(c.Name, d.cells[c.Index].Text); of > level {
			level, own = of, c.Name
		}
	}
	if level <= r.class {
		return
	}
	column, value := own, level.String() // a title that is secret is not told about
	switch {
	case own != "":
	case name == string(FieldSecrecy):
		value = v.text(FieldSecrecy)
		fallthrough
	default:
		column = r.column(Field(name), v)
	}
	h := d.holding()
	switch {
	case own == "" && archive.IsPlaceholder(h.Title, d.more[FieldSecrecy]):
		if what, more := d.beside(); more {
			d.reject(r.column(Field(what), v), "", problem{reason: Placeholder})
		}
	default:
		d.hide(r)
		d.reject(column, value, tooHigh(r.class))
	}
}

// tooHigh is what is wrong with a 密级 above the class of the archive.
func tooHigh(class archive.Secrecy) problem {
	if class > archive.NotSecret {
		return problem{reason: AboveClass, detail: class.String()}
	}
	return problem{reason: Secret}
}

// hide empties the cells of a row that may not be held, but for its 档号: the file of rejected
// rows is written on the same computer.
func (d *draft) hide(r *reader) {
	d.secret = true
	kept := map[int]bool{}
	for _, c := range r.columns {
		kept[c.Index] = c.Field == FieldCode
	}
	for i := range d.cells {
		if !kept[i] {
			d.cells[i] = sheet.Cell{}
		}
	}
}

// titles are the fields of a row in which a 密级 or a mark may stand.
func (d *draft) titles(yield func(string, string) bool) {
	h := d.holding()
	if !yield("title", h.Title) || !yield("doc_no", d.item.DocNo) {
		return
	}
	for field, text := range d.more {
		if !yield(string(field), text) {
			return
		}
	}
}

// beside tells whether a row that stands for a state secret says more than it may, and in
// which field.
func (d *draft) beside() (field string, more bool) {
	for name := range d.extra {
		return name, true
	}
	if d.box != "" {
		return string(FieldBox), true
	}
	for _, field := range archive.BesidePlaceholder(d.holding().Code, archive.Stated(d.record())) {
		return field, true
	}
	return "", false
}

// column names the column that a row has a field in; the field's own name without one.
func (r *reader) column(f Field, v values) string {
	if at, ok := v.at[f]; ok {
		return r.names[at]
	}
	if name := r.columnOf(f); name != "" {
		return name
	}
	return string(f)
}

// forbidden says why a record as it would be may not be held.
func (i *importer) forbidden(r archive.Record, own map[string]string) problem {
	h, class := r.Common(), i.reader.class
	level, _ := archive.StatedSecrecy(archive.Stated(r))
	if level <= class {
		return problem{}
	}
	if archive.IsPlaceholder(h.Title, h.Secrecy) {
		more := len(archive.BesidePlaceholder(h.Code, archive.Stated(r))) > 0
		for _, text := range own {
			more = more || text != ""
		}
		if more {
			return problem{reason: Placeholder}
		}
		return problem{}
	}
	return tooHigh(class)
}

// standsFor tells whether a record stands for a state secret that the archive may not hold.
func (i *importer) standsFor(h *archive.Holding) bool {
	return archive.IsPlaceholder(h.Title, h.Secrecy) && archive.SecrecyOf(h.Secrecy) > i.reader.class
}

// mayEnter refuses a table that a classified archive of a higher class wrote, whatever its
// rows say.
func (f *File) mayEnter(m Mapping, class archive.Secrecy) error {
	head, err := f.firstRows(m.Sheet, 1)
	if err != nil || len(head) == 0 || len(head[0].Cells) == 0 {
		return err
	}
	for level := archive.TopSecret; level > class; level-- {
		if head[0].Cells[0].Text == level.Mark() {
			return archive.ForbidSecret(opImport, f.path, level, class)
		}
	}
	return nil
}
