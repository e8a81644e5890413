package custody

import (
	"context"
	"sync/atomic"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// mediaTable lists the media of a target.
type mediaTable struct {
	detail *detail
	rows   parts.HeldRows
	table  *parts.Table
}

func newMediaTable(d *detail) *mediaTable {
	m := &mediaTable{detail: d}
	m.table = parts.NewTable(parts.TableOptions{
		Key: "custody.media", Runner: d.deps.Runner, Memory: d.deps.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "number", Title: words.T("custody.number"), Width: 56, Number: true},
			{Key: "type", Title: words.T("custody.type"), Width: 90},
			{Key: "serial", Title: words.T("custody.serial"), Width: 140},
			{Key: "capacity", Title: words.T("custody.capacity"), Width: 76, Number: true},
			{Key: "keeping", Title: words.T("custody.keeping"), Width: 190},
			{Key: "made", Title: words.T("custody.made"), Width: 96},
			{Key: "checked", Title: words.T("custody.checked"), Width: 190},
			{Key: "next", Title: words.T("custody.next"), Width: 96},
			{Key: "state", Title: words.T("custody.state"), Width: 120, Stretch: true},
		},
		Fetch: m.rows.Fetch, OnSelect: m.selected, Empty: words.T("custody.media.none"),
	})
	return m
}

func (m *mediaTable) selected() {
	if m.detail.media != nil {
		if t, ok := m.detail.screen.target(); ok {
			m.detail.able(t, true)
		}
	}
}

func (m *mediaTable) show(t Target) {
	media := m.detail.screen.media(t.ID)
	at, looked := m.detail.screen.at[t.ID]
	now := m.detail.deps.Now()
	ids, rows := make([]archive.ID, len(media)), make(map[archive.ID]parts.Row, len(media))
	for i, v := range media {
		ids[i] = v.ID
		size := ""
		if v.Capacity > 0 {
			size = words.Bytes(v.Capacity)
		}
		next := words.T("custody.next.none")
		if v.NextCheck != 0 {
			next = day(v.NextCheck)
		}
		last := day(v.Checked)
		if v.Faults > 0 {
			last += "  " + words.N("custody.faults", v.Faults)
		}
		rows[v.ID] = parts.Row{Cells: []string{words.Number(v.Number), v.Type, v.Serial, size, v.Keeping, day(v.Made), last, next, mediumState(v, at, looked)},
			Alert: v.Faults > 0 || v.NextCheck != 0 && v.NextCheck <= now}
	}
	m.rows.Set(rows)
	m.table.SetIDs(ids)
	m.table.Reload()
	if row, _ := m.table.Current(); row < 0 && len(ids) > 0 {
		m.table.GoTo(0)
	}
}

func mediumState(v Medium, at map[archive.ID]string, looked bool) string {
	full := ""
	if v.Full != 0 {
		full = words.T("custody.full") + "  "
	}
	switch dir := at[v.ID]; {
	case !looked:
		return full + words.T("custody.state.looking")
	case dir == "":
		return full + words.T("custody.state.absent")
	default:
		return full + words.T("custody.medium.at", words.Args{"Path": dir})
	}
}

// current is the medium chosen.
func (m *mediaTable) current() (Medium, bool) {
	_, id := m.table.Current()
	for _, v := range m.detail.screen.now.Media {
		if v.ID == id && id != 0 {
			return v, true
		}
	}
	return Medium{}, false
}

// foundShown is how many findings are listed; an export has as many, which is more than
// anybody mends by hand.
const foundShown = 200_000

// foundTable lists the copies of a target that are not as they should be. Their names are
// read as they come into view.
type foundTable struct {
	detail  *detail
	of      archive.ID               // target that was read; 0: none
	faulty  int                      // that it had then
	besides map[archive.ID][]Finding // that the last check found, and the catalogue does not keep
	loads   task.Latest
	list    atomic.Pointer[[]Finding] // row n of the table has the id n+1
	table   *parts.Table
}

func newFoundTable(d *detail) *foundTable {
	f := &foundTable{detail: d, besides: map[archive.ID][]Finding{}}
	f.list.Store(&[]Finding{})
	f.table = parts.NewTable(parts.TableOptions{
		Key: "custody.found", Runner: d.deps.Runner, Memory: d.deps.Memory,
		Columns: []parts.Column{
			{Key: "fault", Title: words.T("custody.fault"), Width: 110},
			{Key: "code", Title: words.T("custody.code"), Width: 210},
			{Key: "page", Title: words.T("custody.page"), Width: 56, Number: true},
			{Key: "disk", Title: words.T("custody.number"), Width: 56, Number: true},
			{Key: "path", Title: words.T("custody.path"), Width: 300, Stretch: true},
		},
		Fetch: f.fetch, Empty: words.T("custody.found.none"),
	})
	return f
}

func (f *foundTable) count() int { return len(*f.list.Load()) }

// show reads the list of another target, or when its number has changed.
func (f *foundTable) show(t Target) {
	if f.of == t.ID && f.faulty == t.Faulty {
		return
	}
	f.of, f.faulty = t.ID, t.Faulty
	besides := f.besides[t.ID]
	if t.ID == 0 || t.Faulty == 0 || !f.detail.deps.May {
		f.loads.Cancel()
		f.fill(besides)
		return
	}
	task.Load(f.detail.deps.Runner, &f.loads, func(ctx context.Context) ([]Finding, error) {
		return f.detail.deps.Archive.Faulty(ctx, t.ID, foundShown)
	}, func(list []Finding, err error) {
		if err != nil {
			f.of = 0
			f.detail.fault.Show(err)
			return
		}
		f.fill(append(besides[:len(besides):len(besides)], list...))
		f.detail.able(t, true)
	})
}

func (f *foundTable) fill(list []Finding) {
	f.list.Store(&list)
	ids := make([]archive.ID, len(list))
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	f.table.SetIDs(ids)
	f.table.Reload()
}

func (f *foundTable) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	list := *f.list.Load()
	wanted := make([]Finding, 0, len(ids))
	for _, id := range ids {
		if n := int(id) - 1; n < len(list) {
			wanted = append(wanted, list[n])
		}
	}
	names, err := f.detail.deps.Archive.Names(ctx, wanted)
	if err != nil {
		return nil, err
	}
	rows := make([]parts.Row, len(ids))
	for i, n := range names {
		rows[i] = parts.Row{Cells: foundCells(wanted[i], n)}
	}
	return rows, nil
}

// foundCells are the cells of a finding, on the screen and in a table that is saved.
func foundCells(f Finding, n Name) []string {
	page := ""
	if n.Page > 0 {
		page = words.Number(n.Page)
	}
	return []string{words.T("custody.fault." + f.Fault), n.Code, page, words.Number(f.Disk), n.Path}
}

// failedTable lists what the last run of a target could not copy, while the program runs.
type failedTable struct {
	detail *detail
	of     map[archive.ID][]Failure
	list   atomic.Pointer[[]Failure] // row n of the table has the id n+1
	table  *parts.Table
}

func newFailedTable(d *detail) *failedTable {
	f := &failedTable{detail: d, of: map[archive.ID][]Failure{}}
	f.list.Store(&[]Failure{})
	f.table = parts.NewTable(parts.TableOptions{
		Key: "custody.failed", Runner: d.deps.Runner, Memory: d.deps.Memory,
		Columns: []parts.Column{
			{Key: "reason", Title: words.T("custody.reason"), Width: 330},
			{Key: "path", Title: words.T("custody.path"), Width: 300, Stretch: true},
		},
		Fetch: f.fetch, Empty: words.T("custody.failed.none"),
	})
	return f
}

func (f *failedTable) show(t Target) {
	list := f.of[t.ID]
	f.list.Store(&list)
	ids := make([]archive.ID, len(list))
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	f.table.SetIDs(ids)
	f.table.Reload()
}

func (f *failedTable) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	list := *f.list.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		if n := int(id) - 1; n < len(list) {
			rows[i] = parts.Row{Cells: failedCells(list[n])}
		}
	}
	return rows, nil
}

func failedCells(f Failure) []string {
	return []string{words.T("offsite.reason." + f.Reason), f.Path}
}
