package exchange

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
)

// box is a box that is held, or that the import adds.
type box struct {
	held  archive.Container // as held or to be added; ID zero: not written yet
	extra map[string]string
	make  bool // no row of its own: an item names it
}

// boxShelf are the boxes of a series, in the order in which they were added.
type boxShelf struct {
	list  []*box
	met   map[string]int // of our own tables: how many rows had a number
	codes map[string]*box
}

// shelf reads the boxes of a series.
func (i *importer) shelf(ctx context.Context, s *series) (*boxShelf, error) {
	if shelf, ok := i.boxes[s]; ok {
		return shelf, nil
	}
	shelf := &boxShelf{met: map[string]int{}, codes: map[string]*box{}}
	i.boxes[s] = shelf
	if s.id == 0 {
		return shelf, nil
	}
	ids, err := i.cat.Children(ctx, i.o.Sight, store.List{Parent: s.id, Kinds: []archive.HoldingKind{archive.KindBox}})
	if err != nil {
		return nil, err
	}
	slices.Sort(ids) // in the order of their making
	held, err := i.cat.Containers(ctx, i.o.Sight, ids)
	if err != nil {
		return nil, err
	}
	extras, err := i.cat.Extras(ctx, i.o.Sight, ids)
	for _, v := range held {
		shelf.put(&box{held: v, extra: extras[v.ID]})
	}
	return shelf, err
}

func (s *boxShelf) put(b *box) {
	s.list = append(s.list, b)
	if b.held.Code != "" {
		s.codes[b.held.Code] = b
	}
}

// nth gives the k-th box of a number, from 1.
func (s *boxShelf) nth(number string, k int) *box {
	for _, b := range s.list {
		if b.held.Number == number && b.held.Code == "" {
			if k--; k == 0 {
				return b
			}
		}
	}
	return nil
}

// find gives the box of a number; where several have it, the one of the same year and
// retention. Numbers begin anew with each year and retention in many archives.
func (s *boxShelf) find(number string, year int, retention string) *box {
	var same, any *box
	n := 0
	for _, b := range s.list {
		if b.held.Number != number {
			continue
		}
		any = b
		n++
		if b.held.Year == year && sameRetention(b.held.Retention, retention) {
			same = b
		}
	}
	if same == nil && n == 1 && any.held.Year == 0 && any.held.Retention == "" {
		return any
	}
	return same
}

// boxLabel names a box in our own tables: by its code, or by its number with which of
// that number it is.
func boxLabel(v archive.Container, k int) string {
	switch {
	case v.Code != "":
		return v.Code
	case k == 1 && plainNumber(v.Number):
		return v.Number
	}
	return v.Number + "#" + strconv.Itoa(k)
}

func plainNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// splitLabel undoes boxLabel for a box without a code.
func splitLabel(label string) (number string, k int) {
	if plainNumber(label) {
		return label, 1
	}
	if at := strings.LastIndexByte(label, '#'); at >= 0 {
		if n, err := strconv.Atoi(label[at+1:]); err == nil {
			return label[:at], n
		}
	}
	return label, 1
}

// boxSeries separates the series of a box from its label, where it is another than that
// of the item.
const boxSeries = "："

// decideBox settles a box without a code.
func (i *importer) decideBox(ctx context.Context, d *draft) error {
	shelf, err := i.shelf(ctx, d.series)
	if err != nil {
		return err
	}
	v := &d.volume
	var held *box
	if i.m.Exact {
		shelf.met[v.Number]++
		held = shelf.nth(v.Number, shelf.met[v.Number])
	} else {
		held = shelf.find(v.Number, v.Year, v.Retention)
	}
	if held == nil {
		d.fate, d.asBox = Added, &box{held: *v}
		if d.series.made != nil {
			d.series.made.needed = true
		}
		shelf.put(d.asBox)
		return nil
	}
	if held.held.ID == 0 { // an earlier row's
		d.reject(i.reader.columnOf(FieldBox), v.Number, problem{reason: Duplicate})
		return nil
	}
	i.compare(d, store.NewRow{Record: &held.held, Extra: held.extra})
	return nil
}

// putInBox finds the box that a row names; false when the row is rejected for it.
func (i *importer) putInBox(ctx context.Context, d *draft) (bool, error) {
	if d.kind == archive.KindBox { // with a code
		shelf, err := i.shelf(ctx, d.series)
		if err == nil && shelf.codes[d.volume.Code] == nil {
			d.asBox = &box{held: d.volume}
			shelf.put(d.asBox)
		}
		return true, err
	}
	if d.box == "" || d.kind.IsContainer() {
		return true, nil
	}
	s, label := d.series, d.box
	if i.m.Exact {
		if code, rest, ok := strings.Cut(label, boxSeries); ok && i.places.byCode[code] != nil {
			s, label = i.places.byCode[code], rest
		}
	}
	shelf, err := i.shelf(ctx, s)
	if err != nil {
		return false, err
	}
	b := shelf.codes[label]
	if b == nil && i.m.Exact {
		b = shelf.nth(splitLabel(label))
	} else if b == nil {
		b = shelf.find(label, d.item.Year, d.item.Retention)
	}
	if b == nil && i.m.Exact {
		d.reject(i.reader.columnOf(FieldBox), d.box, problem{reason: NoBox, detail: d.box})
		return false, nil
	}
	if b == nil {
		b = &box{make: true}
		b.held.Kind, b.held.Number, b.held.Year, b.held.Retention = archive.KindBox, label, d.item.Year, d.item.Retention
		shelf.put(b)
		i.report.Boxes++
	}
	d.inBox = b
	d.item.Box = b.held.ID
	return true, nil
}

// boxOf gives the id of a row's box; made is the box when it is new with this row.
func (d *draft) boxOf(tx *store.Tx) (id archive.ID, made *archive.Container) {
	b := d.inBox
	if b == nil {
		return d.item.Box, nil
	}
	if b.held.ID == 0 {
		b.held.ID, b.held.Parent = tx.NewID(), d.series.id
		return b.held.ID, &b.held
	}
	return b.held.ID, nil
}
