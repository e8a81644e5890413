package exchange

import (
	"context"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// settle decides the fate of rows and writes those that go in.
func (i *importer) settle(ctx context.Context, batch []*draft) error {
	held, err := i.lookUp(ctx, batch)
	if err != nil {
		return err
	}
	for _, d := range batch {
		if d.fate == "" {
			if err := i.decide(ctx, d, held); err != nil {
				return err
			}
		}
		if err := i.count(d); err != nil {
			return err
		}
		if d.fate == Added {
			i.adding = append(i.adding, d)
		}
		if len(i.adding) >= i.chunk {
			if err := i.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// held is what the catalogue has of the codes of some rows.
type held struct {
	records map[string]archive.Record
	former  map[string]string // codes that were corrected, and what they are now
	extras  map[archive.ID]map[string]string
}

// lookUp reads what is held under the codes of rows, and the parents they name.
func (i *importer) lookUp(ctx context.Context, batch []*draft) (held, error) {
	var codes []string
	for _, d := range batch {
		if d.fate != "" {
			continue
		}
		if code := d.holding().Code; code != "" {
			codes = append(codes, code)
		}
		if _, ok := i.known[d.parent]; d.parent != "" && !ok {
			codes = append(codes, d.parent)
		}
	}
	h := held{map[string]archive.Record{}, map[string]string{}, nil}
	slices.Sort(codes)
	found, err := i.cat.HoldingsByCode(ctx, access.All(), slices.Compact(codes))
	if err != nil {
		return h, err
	}
	var all []archive.ID
	for code, holding := range found {
		if holding.Code != code {
			h.former[code] = holding.Code
			continue
		}
		all = append(all, holding.ID)
		if holding.Kind.IsContainer() {
			i.known[code] = place{holding.ID, holding.Kind, i.standsFor(&holding)}
		}
	}
	if len(all) == 0 {
		return h, nil
	}
	listed, err := i.cat.Records(ctx, access.All(), all)
	if err != nil {
		return h, err
	}
	for _, r := range listed {
		h.records[r.Common().Code] = r
	}
	h.extras, err = i.cat.Extras(ctx, access.All(), all)
	return h, err
}

// decide settles one row.
func (i *importer) decide(ctx context.Context, d *draft, h held) error {
	hold := d.holding()
	key := maphash.String(i.seed, hold.Code)
	if hold.Code != "" {
		if first, ok := i.seen[key]; ok {
			d.reject(i.reader.columnOf(FieldCode), hold.Code, problem{reason: Duplicate, detail: strconv.Itoa(int(first.number))})
			return nil
		}
		i.seen[key] = seenRow{number: int32(d.number)}
	}
	for _, code := range []string{hold.Code, d.parent} {
		if now, was := h.former[code]; was {
			d.reject(i.reader.columnOf(FieldCode), code, problem{reason: FormerCode, detail: now})
			return nil
		}
	}
	if p := i.parent(d, h); p.bad() {
		d.reject(i.reader.columnOf(FieldCode), hold.Code, p)
		return nil
	}
	if d.kind == archive.KindBox && hold.Code == "" {
		return i.decideBox(ctx, d)
	}
	if ok, err := i.putInBox(ctx, d); err != nil || !ok {
		return err
	}
	old, ok := i.heldRow(d, h)
	if !ok {
		p, err := i.places.late.check(ctx, d.series, hold.Code)
		if err != nil {
			return err
		}
		if p.bad() {
			d.reject(i.reader.columnOf(FieldCode), hold.Code, p)
			return nil
		}
		d.fate = Added
		if d.series.made != nil {
			d.series.made.needed = true
		}
		if d.kind.IsContainer() {
			i.known[hold.Code] = place{kind: d.kind, stands: i.standsFor(d.record().Common())}
		} else if d.kind == archive.KindItem {
			i.seen[key] = seenRow{int32(d.number), true}
		}
		return nil
	}
	i.compare(d, old)
	if len(i.updates) > mostUpdates { // known now, whatever else the table has
		return archive.Refuse("update rows", "", archive.ReasonTooLarge, "more than %d rows would be changed; so many can be at once", mostUpdates)
	}
	return nil
}

// heldRow gives what is held under a row's code.
func (i *importer) heldRow(d *draft, h held) (store.NewRow, bool) {
	code := d.holding().Code
	r, ok := h.records[code]
	if !ok {
		return store.NewRow{}, false
	}
	return store.NewRow{Record: r, Extra: h.extras[r.Common().ID]}, true
}

// parent checks that what a row lies in is there.
func (i *importer) parent(d *draft, h held) problem {
	hold := d.holding()
	hold.Parent = d.series.id
	if d.parent == "" || d.parent == d.series.code {
		d.parent = ""
		return problem{}
	}
	up, ok := i.known[d.parent]
	if r, held := h.records[d.parent]; !ok && held && r.Common().Kind.IsSingle() {
		up, ok = place{r.Common().ID, r.Common().Kind, i.standsFor(r.Common())}, true
	}
	if !ok && i.seen[maphash.String(i.seed, d.parent)].item {
		up, ok = place{kind: archive.KindItem}, true
	}
	switch {
	case !ok:
		return problem{reason: NoParent, detail: d.parent}
	case up.stands:
		return problem{reason: Placeholder}
	case d.kind.IsContainer(), up.kind == archive.KindItem && d.kind != archive.KindPhoto, !up.kind.IsContainer() && up.kind != archive.KindItem:
		return problem{reason: WrongKind, detail: string(up.kind)}
	}
	hold.Parent = up.id
	return problem{}
}

// count adds a row to the report and hands it out.
func (i *importer) count(d *draft) error {
	i.report.Rows++
	switch d.fate {
	case Added:
		i.report.Added++
	case Already:
		i.report.Already++
	case Updated:
		i.report.Updated++
	case Skipped:
		i.report.Skipped++
	case Rejected:
		i.report.Rejected++
		for _, b := range d.bad {
			if len(i.report.Rejects) < mostRejects {
				i.report.Rejects = append(i.report.Rejects, b)
			}
		}
		if i.rejects != nil {
			if err := i.rejects.add(d); err != nil {
				return err
			}
		}
	}
	hold := d.holding()
	if d.secret {
		hold.Title = ""
	}
	i.o.Row(Line{Sheet: d.sheet, Number: d.number, Fate: d.fate, Code: hold.Code, Title: hold.Title, Rejects: d.bad})
	d.cells = nil
	return nil
}

// How long a chunk is to hold the writer, and how many rows it has at most.
const (
	chunkTime = 25 * time.Millisecond
	chunkMost = 2000
	chunkLess = 100
)

// flush writes the rows that are waiting as one chunk.
func (i *importer) flush(ctx context.Context) error {
	list := i.adding
	i.adding = nil
	if len(list) == 0 || i.long == nil {
		return nil
	}
	var took time.Duration
	err := i.long.Chunk(ctx, func(tx *store.Tx) error {
		began := time.Now()
		err := i.addRows(tx, list)
		took = time.Since(began)
		return err
	})
	// What a commit waits for the disk does not grow with its rows.
	if err == nil && len(list) >= i.chunk/2 {
		i.chunk = min(max(int(float64(len(list))*float64(chunkTime)/float64(max(took, time.Millisecond))), chunkLess), 2*i.chunk, chunkMost)
	}
	return err
}

func (i *importer) addRows(tx *store.Tx, list []*draft) error {
	rows := make([]store.NewRow, 0, len(list))
	fresh := make(map[string]archive.ID, len(list)) // items of this chunk
	for _, d := range list {
		if err := i.makeSeries(tx, d.series); err != nil {
			return err
		}
		h := d.holding()
		h.ID = tx.NewID()
		if err := i.findParent(tx, d, fresh); err != nil {
			return err
		}
		if d.kind == archive.KindItem {
			fresh[h.Code] = h.ID
		}
		if d.kind.IsContainer() {
			if h.Code != "" {
				i.known[h.Code] = place{h.ID, d.kind, i.known[h.Code].stands}
			}
			if d.asBox != nil {
				d.asBox.held.ID = h.ID
			}
			rows = append(rows, store.NewRow{Record: d.record(), Extra: d.extra})
			continue
		}
		id, made := d.boxOf(tx)
		if d.item.Box = id; made != nil {
			rows = append(rows, store.NewRow{Record: made})
		}
		rows = append(rows, store.NewRow{Record: d.record(), Extra: d.extra})
	}
	return tx.AddRows(rows)
}

// findParent gives a row the id of what it lies in, which may have come with it.
func (i *importer) findParent(tx *store.Tx, d *draft, fresh map[string]archive.ID) (err error) {
	h := d.holding()
	if d.parent == "" {
		h.Parent = d.series.id
	}
	if h.Parent == 0 {
		h.Parent = i.known[d.parent].id
	}
	if h.Parent == 0 {
		h.Parent = fresh[d.parent]
	}
	if h.Parent == 0 {
		h.Parent, err = tx.IDByCode(d.parent)
	}
	return err
}

// makeSeries makes a series, and its fonds, that rows need.
func (i *importer) makeSeries(tx *store.Tx, s *series) error {
	if s.id != 0 {
		return nil
	}
	n := s.made
	if id := i.fonds[n.fondsNo]; id != 0 {
		n.fonds = id
	}
	if n.fonds == 0 {
		f := archive.Fonds{Creator: n.fondsName}
		f.Code, f.Title = n.fondsNo, n.fondsName
		if f.Title == "" {
			f.Title = n.fondsNo
		}
		if err := tx.AddFonds(&f); err != nil {
			return err
		}
		n.fonds = f.ID
		i.fonds[n.fondsNo] = f.ID
	}
	v := archive.Series{Method: n.scheme.Method, Scheme: n.scheme.JSON(), Holds: s.holds}
	v.Category = strings.TrimPrefix(n.code, n.fondsNo+"-")
	v.Parent, v.Code, v.Title = n.fonds, n.code, n.code
	if err := tx.AddSeries(&v); err != nil {
		return err
	}
	s.id, s.fonds = v.ID, n.fonds
	return nil
}
