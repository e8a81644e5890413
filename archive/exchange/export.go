package exchange

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange/sheet"
	"lantai/archive/store"
)

const opExport = "export catalogue"

// extraMark stands before the name of a field of the site's own in a header.
const extraMark = "附加："

// exactFields are the columns of a table that this package writes, in their order.
func exactFields() []Column {
	list := []Column{{Name: "类型", Field: FieldKind}, {Name: "门类", Field: FieldSeries}, {Name: "上级档号", Field: FieldParent},
		{Name: "档号", Field: FieldCode}, {Name: "编号", Field: FieldNumber}, {Name: "所在盒", Field: FieldBox}, {Name: "题名", Field: FieldTitle},
		{Name: "责任者", Field: FieldAuthor}, {Name: "文号", Field: FieldDocNo}, {Name: "日期", Field: FieldDate},
		{Name: "起始日期", Field: FieldDateBegin}, {Name: "终止日期", Field: FieldDateEnd}, {Name: "年度", Field: FieldYear},
		{Name: "保管期限", Field: FieldRetention}, {Name: "开放标识", Field: FieldOpening}, {Name: "人名", Field: FieldPersons},
		{Name: "页数", Field: FieldPageCount}, {Name: "页号", Field: FieldPageNo}, {Name: "备注", Field: FieldNote},
		{Name: "访问级别", Field: FieldAccess}}
	for _, c := range described() {
		list = append(list, c.Column)
	}
	for i := range list {
		list[i].Index = i
	}
	return list
}

// exactHeader tells whether a header is that of a table of ours.
func exactHeader(names []string) bool {
	fields := exactFields()
	if len(names) < len(fields) {
		return false
	}
	for i, c := range fields {
		if names[i] != c.Name {
			return false
		}
	}
	return true
}

func exactColumns(names []string) []Column {
	fields := exactFields()
	return append(fields, propose(append(make([]string, len(fields)), names[len(fields):]...))...)
}

// columnWidths are in characters.
func columnWidths() []int {
	widths := []int{8, 14, 18, 28, 8, 10, 50, 20, 20, 12, 12, 12, 8, 10, 10, 16, 8, 10, 20, 8}
	for range described() {
		widths = append(widths, 10)
	}
	return widths
}

// Exported says what an export wrote.
type Exported struct {
	Rows  int
	Fonds int
	Path  string // where the table lies
}

// ExportOptions say what is exported.
type ExportOptions struct {
	Fonds    string // 全宗号; empty: all
	Sight    access.Sight
	Progress func(archive.Progress)
}

// window is how many rows are read at a time.
const window = 500

// Export writes the volumes, boxes, albums and items of one fonds or all as a table, CSV
// or XLSX by the name of the file, which appears when it is whole. Imported into an
// archive with the same fonds and series the table gives the same rows.
func Export(ctx context.Context, cat *store.Catalogue, path string, o ExportOptions) (Exported, error) {
	if o.Progress == nil {
		o.Progress = func(archive.Progress) {}
	}
	fonds, err := exportedFonds(ctx, cat, o)
	if err != nil {
		return Exported{}, archive.Wrap(opExport, o.Fonds, err)
	}
	out, err := CreateTable(path, "目录", columnWidths(), cat.Class())
	if err != nil {
		return Exported{}, err
	}
	e := &exporter{cat: cat, out: out, o: o, labels: map[archive.ID]string{}, codes: map[archive.ID]string{}, boxSeries: map[archive.ID]archive.ID{}}
	if err := e.all(ctx, fonds); err != nil {
		out.Drop()
		return Exported{}, archive.Wrap(opExport, path, err)
	}
	e.done.Path = path
	return e.done, out.Finish()
}

func exportedFonds(ctx context.Context, cat *store.Catalogue, o ExportOptions) ([]archive.Fonds, error) {
	if o.Fonds == "" {
		return cat.Fonds(ctx, o.Sight)
	}
	f, err := cat.FondsByNumber(ctx, o.Sight, o.Fonds)
	return []archive.Fonds{f}, err
}

type exporter struct {
	cat  *store.Catalogue
	out  *Table
	o    ExportOptions
	done Exported

	extras    []string // names of the fields of the site's own
	labels    map[archive.ID]string
	boxSeries map[archive.ID]archive.ID
	codes     map[archive.ID]string // of series and of what items lie in
	total     int
	cells     []string
}

// all writes boxes first, then volumes and albums, items, photographs: whatever a row
// names stands before it.
func (e *exporter) all(ctx context.Context, fonds []archive.Fonds) error {
	var err error
	if e.extras, err = e.cat.ExtraFields(ctx); err != nil {
		return err
	}
	header := []string{}
	for _, c := range exactFields() {
		header = append(header, c.Name)
	}
	for _, name := range e.extras {
		header = append(header, extraMark+name)
	}
	if err := e.out.Write(header); err != nil {
		return err
	}
	var all []archive.Series
	for _, f := range fonds {
		list, err := e.cat.SeriesOf(ctx, e.o.Sight, f.ID)
		if err != nil {
			return err
		}
		counts, err := e.cat.Counts(ctx, e.o.Sight, f.ID)
		if err != nil {
			return err
		}
		for kind, n := range counts.Holdings {
			if kind != archive.KindSeries {
				e.total += n
			}
		}
		all = append(all, list...)
		e.done.Fonds++
	}
	for _, kinds := range [][]archive.HoldingKind{{archive.KindBox}, {archive.KindVolume, archive.KindAlbum},
		{archive.KindItem, archive.KindObject, archive.KindBook, archive.KindAV}, {archive.KindPhoto}} {
		for _, s := range all {
			e.codes[s.ID] = s.Code
			if err := e.series(ctx, s, kinds); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *exporter) series(ctx context.Context, s archive.Series, kinds []archive.HoldingKind) error {
	ids, err := e.cat.Children(ctx, e.o.Sight, store.List{Below: s.ID, Kinds: kinds})
	if err != nil {
		return err
	}
	if kinds[0] == archive.KindBox {
		slices.Sort(ids) // in the order of their making, by which those of one number are told apart
	}
	numbers := map[string]int{}
	for part := range slices.Chunk(ids, window) {
		if err := ctx.Err(); err != nil {
			return err
		}
		extras, err := e.cat.Extras(ctx, e.o.Sight, part)
		if err != nil {
			return err
		}
		list, err := e.cat.Records(ctx, e.o.Sight, part)
		if err == nil {
			err = e.parents(ctx, list)
		}
		for _, r := range list {
			if err == nil {
				err = e.row(r, s, extras[r.Common().ID], numbers)
			}
		}
		if err != nil {
			return err
		}
		e.o.Progress(archive.Progress{Phase: "export", Done: e.done.Rows, Total: e.total})
	}
	return nil
}

// parents finds the codes of items in which photographs lie.
func (e *exporter) parents(ctx context.Context, list []archive.Record) error {
	var missing []archive.ID
	for _, r := range list {
		h := r.Common()
		if _, ok := e.codes[h.Parent]; !ok {
			missing = append(missing, h.Parent)
		}
	}
	found, err := e.cat.Holdings(ctx, e.o.Sight, missing)
	for _, h := range found {
		e.codes[h.ID] = h.Code
	}
	return err
}

func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// row writes a record.
func (e *exporter) row(r archive.Record, s archive.Series, extra map[string]string, numbers map[string]int) error {
	h := r.Common()
	own := map[Field]string{}
	for _, list := range [][]archive.Bound{h.Described(), r.Fields()} {
		for _, b := range list {
			own[Field(b.Name)] = b.Text()
		}
	}
	own[FieldKind], own[FieldSeries] = kindName(h.Kind), s.Code
	if h.Parent != s.ID {
		own[FieldParent] = e.codes[h.Parent]
	}
	if v, ok := r.(*archive.Container); ok {
		e.codes[v.ID] = v.Code
		if v.Kind == archive.KindBox {
			if v.Code == "" {
				numbers[v.Number]++
			}
			e.labels[v.ID], e.boxSeries[v.ID] = boxLabel(*v, numbers[v.Number]), s.ID
		}
	} else {
		own[FieldBox] = e.boxOf(itemOf(r).Box, s)
	}
	e.cells = e.cells[:0]
	for _, c := range exactFields() {
		e.cells = append(e.cells, own[c.Field])
	}
	for _, name := range e.extras {
		e.cells = append(e.cells, extra[name])
	}
	e.done.Rows++
	err := e.out.Write(e.cells)
	if errors.Is(err, sheet.ErrLongText) || errors.Is(err, sheet.ErrManyRows) {
		return archive.WrapAs(archive.Invalid, opExport, h.Code, err)
	}
	return err
}

// boxOf names the box that a record of a series lies in.
func (e *exporter) boxOf(box archive.ID, s archive.Series) string {
	label := e.labels[box]
	if at := e.boxSeries[box]; box != 0 && at != s.ID && at != 0 {
		label = e.codes[at] + boxSeries + label
	}
	return label
}

// kindName is what kindOf reads.
func kindName(k archive.HoldingKind) string {
	return map[archive.HoldingKind]string{archive.KindVolume: "案卷", archive.KindBox: "盒", archive.KindAlbum: "册", archive.KindItem: "件",
		archive.KindPhoto: "照片", archive.KindObject: "实物", archive.KindBook: "图书", archive.KindAV: "音像"}[k]
}
