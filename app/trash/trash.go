// Package trash is the screen 回收站: what was removed, by whom and when, and its coming
// back whole.
package trash

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	// Removals lists what was removed before an op (zero: all), the newest first, and tells
	// whether there is more.
	Removals(ctx context.Context, before archive.ID, limit int) (list []Removal, more bool, err error)
	// Restore brings back what an op removed. taken names the records that have a code of
	// it meanwhile: then nothing is done.
	Restore(ctx context.Context, op archive.ID, progress func(archive.Progress)) (taken []string, kept int, err error)
}

// Removal is what one removal took away.
type Removal struct {
	Op       archive.ID
	Time     int64  // Unix milliseconds
	Who      string // removed them
	Roots    []archive.Holding
	Part     bool // Roots are some of them only
	Records  int  // these and all that lay in them
	Pages    int
	Restored bool
}

// shown is how many removals are read at first, and more with each asking.
const shown = 200

// Screen is the screen.
type Screen struct {
	deps          Deps
	list          []Removal
	loads         task.Latest
	rows, roots   parts.HeldRows
	busy          bool
	said, part    *parts.Prose
	table, inside *parts.Table
	restore, past *parts.Button
	older         *parts.Button
	fault         *fyne.Container
	whole         fyne.CanvasObject
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, said: parts.Paragraph(""), part: parts.Paragraph(""), fault: container.NewStack()}
	s.table = parts.NewTable(parts.TableOptions{
		Key: "trash.removals", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "time", Title: words.T("importing.log.time"), Width: 128},
			{Key: "code", Title: words.T("field.code"), Width: 208},
			{Key: "title", Title: words.T("field.title"), Width: 84, Stretch: true},
			{Key: "records", Title: words.T("trash.records"), Width: 60, Number: true},
			{Key: "pages", Title: words.T("field.pages"), Width: 52, Number: true},
			{Key: "who", Title: words.T("importing.log.who"), Width: 100},
			{Key: "state", Title: words.T("importing.log.state"), Width: 84},
		},
		Fetch: s.rows.Fetch, OnSelect: s.selected, OnOpen: func(archive.ID) { s.bringBack() }, Empty: words.T("trash.empty"),
	})
	s.inside = parts.NewTable(parts.TableOptions{
		Key: "trash.roots", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "kind", Title: words.T("trash.kind"), Width: 60},
			{Key: "code", Title: words.T("field.code"), Width: 180},
			{Key: "title", Title: words.T("field.title"), Width: 120, Stretch: true},
		},
		Fetch: s.roots.Fetch, OnSelect: s.able, OnOpen: func(archive.ID) { s.openPast() }, Empty: words.T("trash.pick"),
	})
	s.restore = parts.NewPrimary(words.T("trash.restore"), base.ContentUndoIcon(), s.bringBack)
	s.past = parts.NewButton(words.T("history.title"), base.HistoryIcon(), s.openPast)
	back := parts.NewQuiet(words.T("nav.holdings"), base.NavigateBackIcon(), func() { d.Open(parts.Route{Screen: "holdings"}) })
	s.older = parts.NewQuiet(words.T("history.more"), base.MoreHorizontalIcon(), s.readOlder)
	s.older.Hide()
	s.part.Hide()
	side := parts.Border(container.NewVBox(parts.NewRow(nil, parts.Heading(words.T("trash.roots")), container.NewHBox(s.past, s.restore)), s.part),
		nil, nil, nil, s.inside)
	split := parts.NewSplit(parts.Border(nil, s.older, nil, nil, s.table), side, parts.SplitOptions{Key: "trash.roots", Memory: d.Memory, Share: 0.66})
	head := container.NewVBox(parts.NewRow(parts.Title(words.T("trash.title")), parts.Line(words.T("trash.say")), back), s.said, s.fault)
	s.whole = parts.Padded(parts.Border(head, nil, nil, nil, split))
	s.said.Hide()
	s.inside.SetIDs([]archive.ID{})
	s.able()
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("trash.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// Shown reads what was removed.
func (s *Screen) Shown(any) {
	s.say("")
	s.load()
	s.deps.Window.Canvas().Focus(s.table.Focusable())
}

// Hidden drops a load under way.
func (s *Screen) Hidden() { s.loads.Cancel() }

// Reload reads the list again.
func (s *Screen) Reload() { s.load() }

// page is a stretch of the list.
type page struct {
	list []Removal
	more bool
}

// load reads the list from its beginning, as far as it was read before.
func (s *Screen) load() {
	n := max(shown, len(s.list))
	s.read(0, n, func(p page) { s.show(p.list, p.more) })
}

// readOlder reads on behind the oldest that is listed.
func (s *Screen) readOlder() {
	if n := len(s.list); n > 0 {
		s.read(s.list[n-1].Op, shown, func(p page) { s.show(append(s.list, p.list...), p.more) })
	}
}

func (s *Screen) read(before archive.ID, n int, done func(page)) {
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (page, error) {
		list, more, err := s.deps.Archive.Removals(ctx, before, n)
		return page{list, more}, err
	}, func(p page, err error) {
		s.tell(err)
		if err == nil {
			done(p)
		}
	})
}

func (s *Screen) tell(err error) {
	s.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		s.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, s.load)}
	}
	s.fault.Refresh()
	s.whole.Refresh()
}

func (s *Screen) say(text string) {
	s.said.SetText(text)
	s.said.Hidden = text == ""
	s.whole.Refresh()
}

func (s *Screen) show(list []Removal, more bool) {
	s.list = list
	s.older.Hidden = !more
	rows, ids := make(map[archive.ID]parts.Row, len(list)), make([]archive.ID, len(list))
	for i, r := range list {
		ids[i] = r.Op
		title, state := r.Roots[0].Title, ""
		n := len(r.Roots)
		if r.Part {
			n = r.Records
		}
		if n > 1 {
			title = words.T("trash.and-others", words.Args{"Title": title, "N": words.Number(n)})
		}
		if r.Restored {
			state = words.T("trash.restored")
		}
		pages := ""
		if r.Pages > 0 {
			pages = words.Number(r.Pages)
		}
		rows[r.Op] = parts.Row{Cells: []string{words.Clock(r.Time), r.Roots[0].Code, title, words.Number(r.Records), pages, r.Who, state}, Dim: r.Restored}
	}
	s.rows.Set(rows)
	s.table.SetIDs(ids)
	s.table.Reload()
	if row, _ := s.table.Current(); row < 0 && len(ids) > 0 {
		s.table.GoTo(0)
	}
	s.selected()
	s.whole.Refresh()
}

func (s *Screen) current() (Removal, bool) {
	_, id := s.table.Current()
	for _, r := range s.list {
		if r.Op == id {
			return r, true
		}
	}
	return Removal{}, false
}

// selected shows what one removal took away.
func (s *Screen) selected() {
	r, _ := s.current()
	rows, ids := make(map[archive.ID]parts.Row, len(r.Roots)), make([]archive.ID, len(r.Roots))
	for i, h := range r.Roots {
		ids[i] = h.ID
		rows[h.ID] = parts.Row{Cells: []string{words.Kind(h.Kind), h.Code, h.Title}}
	}
	s.roots.Set(rows)
	s.inside.SetIDs(ids)
	s.inside.Reload()
	s.part.Hidden = !r.Part
	if r.Part {
		s.part.SetText(words.T("trash.part", words.Args{"Shown": words.Number(len(r.Roots)), "Records": words.Number(r.Records)}))
	}
	s.part.Refresh()
	s.able()
}

func (s *Screen) able() {
	r, ok := s.current()
	for b, can := range map[*parts.Button]bool{s.restore: ok && !r.Restored && !s.busy, s.past: ok} {
		parts.Able(b, can)
	}
}

// openPast shows the history of the record chosen, or of the first.
func (s *Screen) openPast() {
	r, ok := s.current()
	if !ok {
		return
	}
	_, id := s.inside.Current()
	if id == 0 {
		id = r.Roots[0].ID
	}
	s.deps.Open(parts.Route{Screen: "history", Value: parts.HistoryValue{Record: id}})
}

// bringBack restores what is chosen.
func (s *Screen) bringBack() {
	r, ok := s.current()
	if !ok || r.Restored || s.busy {
		return
	}
	type outcome struct {
		taken []string
		kept  int
	}
	s.busy = true
	s.say("")
	s.tell(nil) // of an earlier try
	s.able()
	task.Run(s.deps.Runner, words.T("trash.restoring"), func(ctx context.Context, progress func(archive.Progress)) (outcome, error) {
		taken, kept, err := s.deps.Archive.Restore(ctx, r.Op, progress)
		return outcome{taken, kept}, err
	}, func(o outcome, err error) {
		s.busy = false
		switch {
		case err != nil:
			s.tell(err)
		case len(o.taken) > 0:
			s.say(words.T("trash.taken", words.Args{"Codes": strings.Join(o.taken, "、")}))
		default:
			s.say(words.T("trash.done", words.Args{"Records": words.Number(r.Records), "Pages": words.Number(r.Pages)}))
			if o.kept > 0 {
				s.say(words.N("history.stays", o.kept))
			}
			s.load()
		}
		s.able()
	})
}
