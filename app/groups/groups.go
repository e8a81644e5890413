// Package groups is the screen 专题: groups of records across the arrangement. The records
// stay where they are.
//
// Its route value is a parts.GroupsValue.
package groups

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

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

	ReadOnly bool // whoever acts may look and change nothing
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	Groups(ctx context.Context) ([]archive.VirtualGroup, error)
	Members(ctx context.Context, group archive.ID) ([]archive.ID, error)
	Rows(ctx context.Context, ids []archive.ID) ([]parts.Row, error) // 档号, 题名, 日期

	Add(ctx context.Context, name, note string) (archive.VirtualGroup, error)
	Change(ctx context.Context, g archive.VirtualGroup) error
	Remove(ctx context.Context, group archive.ID) error
	// AddMembers puts records into a group; those that are in it stay once.
	AddMembers(ctx context.Context, group archive.ID, holdings []archive.ID) (added int, err error)
	RemoveMembers(ctx context.Context, group archive.ID, holdings []archive.ID) error
}

// Screen is the screen.
type Screen struct {
	deps   Deps
	list   []archive.VirtualGroup
	coming []archive.ID // records that are to be added to the group chosen
	inside []archive.ID
	want   archive.ID           // group to stand on
	filled archive.VirtualGroup // what was put into the fields; other text there is a person's
	loads  task.Latest
	reads  task.Latest
	busy   bool
	laying bool // the list is being laid out: what is chosen then no person chose

	rows                                   parts.HeldRows
	table, members                         *parts.Table
	name, note                             *parts.Entry
	nameF                                  *parts.Field
	add, change, remove, put, take, openIt *parts.Button
	said                                   *parts.Prose
	fault                                  *fyne.Container
	whole                                  fyne.CanvasObject
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, fault: container.NewStack(), said: parts.Paragraph(""), name: parts.NewEntry(), note: parts.NewEntry()}
	s.table = parts.NewTable(parts.TableOptions{
		Key: "groups.list", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "name", Title: words.T("groups.name"), Width: 200, Stretch: true},
			{Key: "note", Title: words.T("groups.note"), Width: 180},
		},
		Fetch: s.rows.Fetch, OnSelect: s.chosen, Empty: words.T("groups.empty"),
	})
	s.members = parts.NewTable(parts.TableOptions{
		Key: "groups.members", Runner: d.Runner, Memory: d.Memory,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("field.code"), Width: 210},
			{Key: "title", Title: words.T("field.title"), Width: 200, Stretch: true},
			{Key: "date", Title: words.T("field.date"), Width: 86},
		},
		Fetch: d.Archive.Rows, OnSelect: s.able, OnOpen: func(archive.ID) { s.open() }, OnError: s.tell, Empty: words.T("groups.none"),
	})
	s.build()
	s.table.SetIDs([]archive.ID{})
	s.members.SetIDs([]archive.ID{})
	s.able()
	return s
}

func (s *Screen) build() {
	s.nameF = parts.NewField(words.T("groups.name"), s.name)
	s.name.OnChanged = func(string) { s.nameF.SetError("") }
	s.name.OnNext = func() { s.deps.Window.Canvas().Focus(s.note) }
	s.note.OnNext = s.make
	s.add = parts.NewButton(words.T("groups.add"), base.ContentAddIcon(), s.make)
	s.change = parts.NewButton(words.T("groups.change"), base.DocumentSaveIcon(), s.rename)
	s.remove = parts.NewQuiet(words.T("groups.remove"), base.DeleteIcon(), s.drop)
	s.put = parts.NewPrimary(words.T("groups.put"), base.ContentAddIcon(), s.putIn)
	s.take = parts.NewQuiet(words.T("groups.take"), base.ContentRemoveIcon(), s.takeOut)
	s.openIt = parts.NewButton(words.T("groups.open"), base.NavigateNextIcon(), s.open)
	not := parts.Paragraph(words.T("rights.look"))
	not.Importance = widget.WarningImportance
	not.Hidden = !s.deps.ReadOnly
	form := container.NewVBox(not, parts.NewForm(1, s.nameF, parts.NewField(words.T("groups.note"), s.note)), parts.NewRow(nil, nil, container.NewHBox(s.remove, s.change, s.add)))
	left := parts.Border(nil, form, nil, nil, s.table)
	right := parts.Border(parts.NewRow(nil, parts.Heading(words.T("groups.members")), container.NewHBox(s.take, s.openIt, s.put)), nil, nil, nil, s.members)
	split := parts.NewSplit(left, right, parts.SplitOptions{Key: "groups.members", Memory: s.deps.Memory, Share: 0.42})
	back := parts.NewQuiet(words.T("nav.holdings"), base.NavigateBackIcon(), func() { s.deps.Open(parts.Route{Screen: "holdings"}) })
	head := container.NewVBox(parts.NewRow(parts.Title(words.T("groups.title")), parts.Line(words.T("groups.say")), back), s.said, s.fault)
	s.whole = parts.Padded(parts.Border(head, nil, nil, nil, split))
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("groups.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// Shown reads the groups; records that come along wait for a group to be chosen.
func (s *Screen) Shown(value any) {
	s.coming = nil
	if v, ok := value.(parts.GroupsValue); ok {
		s.coming = v.Add
	}
	s.say("")
	if n := len(s.coming); n > 0 {
		s.say(words.N("groups.coming", n))
	}
	s.load()
	s.deps.Window.Canvas().Focus(s.table.Focusable())
}

// Hidden drops loads under way.
func (s *Screen) Hidden() { s.loads.Cancel(); s.reads.Cancel() }

// Reload reads the groups again.
func (s *Screen) Reload() { s.load() }

func (s *Screen) say(text string) {
	s.said.SetText(text)
	s.said.Hidden = text == ""
	s.whole.Refresh()
}

func (s *Screen) tell(err error) {
	s.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		s.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, s.load)}
	}
	s.fault.Refresh()
	s.whole.Refresh()
}

func (s *Screen) load() {
	task.Load(s.deps.Runner, &s.loads, s.deps.Archive.Groups, func(list []archive.VirtualGroup, err error) {
		s.tell(err)
		if err != nil {
			return
		}
		s.list = list
		rows, ids := make(map[archive.ID]parts.Row, len(list)), make([]archive.ID, len(list))
		for i, g := range list {
			ids[i] = g.ID
			rows[g.ID] = parts.Row{Cells: []string{g.Name, g.Note}}
		}
		s.laying = true
		s.rows.Set(rows)
		s.table.SetIDs(ids)
		s.table.Reload()
		if s.want != 0 && s.table.GoToID(s.want) {
			s.want = 0
		} else if row, _ := s.table.Current(); row < 0 && len(ids) > 0 {
			s.table.GoTo(0)
		}
		s.chosen()
		s.laying = false
	})
}

func (s *Screen) current() (archive.VirtualGroup, bool) {
	_, id := s.table.Current()
	for _, g := range s.list {
		if g.ID == id {
			return g, true
		}
	}
	return archive.VirtualGroup{}, false
}

// fill puts a group into the fields, unless a person is typing there: a list that is read again
// takes nothing away that is not written yet.
func (s *Screen) fill(g archive.VirtualGroup) {
	typed := s.name.Text != s.filled.Name || s.note.Text != s.filled.Note
	if typed && (s.laying || g.ID == s.filled.ID) {
		return
	}
	s.filled = g
	s.name.SetText(g.Name)
	s.note.SetText(g.Note)
}

// chosen shows a group and its records.
func (s *Screen) chosen() {
	g, ok := s.current()
	s.fill(g)
	s.able()
	if !ok {
		s.inside = nil
		s.members.SetIDs([]archive.ID{})
		return
	}
	task.Load(s.deps.Runner, &s.reads, func(ctx context.Context) ([]archive.ID, error) {
		return s.deps.Archive.Members(ctx, g.ID)
	}, func(ids []archive.ID, err error) {
		if err != nil {
			s.tell(err)
			return
		}
		s.inside = ids
		s.members.SetIDs(ids)
		s.able()
	})
}

func (s *Screen) able() {
	_, group := s.current()
	_, member := s.members.Current()
	for b, can := range map[*parts.Button]bool{s.add: true, s.change: group, s.remove: group, s.put: group && len(s.coming) > 0,
		s.take: member != 0} {
		parts.Able(b, can && !s.busy && !s.deps.ReadOnly)
	}
	parts.Able(s.openIt, member != 0 && !s.busy)
}

// named is the name typed, unless none or another group has it.
func (s *Screen) named(except archive.ID) (string, bool) {
	name := strings.TrimSpace(s.name.Text)
	wrong := ""
	if name == "" {
		wrong = words.T("groups.name.none")
	}
	for _, g := range s.list {
		if g.Name == name && g.ID != except {
			wrong = words.T("groups.name.twice")
		}
	}
	s.nameF.SetError(wrong)
	if wrong != "" {
		s.deps.Window.Canvas().Focus(s.name)
	}
	return name, wrong == ""
}

func (s *Screen) make() {
	if s.busy || s.deps.ReadOnly {
		return
	}
	name, ok := s.named(0)
	if !ok {
		return
	}
	note := strings.TrimSpace(s.note.Text)
	s.write(func(ctx context.Context) (archive.ID, error) {
		g, err := s.deps.Archive.Add(ctx, name, note)
		return g.ID, err
	}, func(made archive.ID) { s.want, s.filled = made, archive.VirtualGroup{ID: made, Name: name, Note: note} })
}

func (s *Screen) rename() {
	g, ok := s.current()
	if !ok || s.busy {
		return
	}
	if g.Name, ok = s.named(g.ID); !ok {
		return
	}
	g.Note = strings.TrimSpace(s.note.Text)
	s.write(func(ctx context.Context) (archive.ID, error) { return 0, s.deps.Archive.Change(ctx, g) }, func(archive.ID) { s.filled = g })
}

func (s *Screen) drop() {
	g, ok := s.current()
	if !ok || s.busy {
		return
	}
	parts.Ask(s.deps.Window, words.T("groups.remove"), words.T("groups.remove.say", words.Args{"Name": g.Name}), words.T("groups.remove"), func() {
		s.write(func(ctx context.Context) (archive.ID, error) { return 0, s.deps.Archive.Remove(ctx, g.ID) }, func(archive.ID) {})
	})
}

func (s *Screen) putIn() {
	g, ok := s.current()
	if !ok || s.busy {
		return
	}
	coming, added := s.coming, 0
	s.write(func(ctx context.Context) (_ archive.ID, err error) {
		added, err = s.deps.Archive.AddMembers(ctx, g.ID, coming)
		return 0, err
	}, func(archive.ID) {
		s.coming = nil
		s.say(words.N("groups.added", added))
	})
}

func (s *Screen) takeOut() {
	g, ok := s.current()
	ids := s.members.Selected()
	if !ok || len(ids) == 0 || s.busy {
		return
	}
	s.write(func(ctx context.Context) (archive.ID, error) { return 0, s.deps.Archive.RemoveMembers(ctx, g.ID, ids) }, func(archive.ID) {})
}

func (s *Screen) open() {
	if _, id := s.members.Current(); id != 0 {
		s.deps.Open(parts.Route{Screen: "holdings", Value: parts.HoldingValue{Holding: id}})
	}
}

func (s *Screen) write(do func(context.Context) (archive.ID, error), then func(archive.ID)) {
	s.busy = true
	s.able()
	task.Run(s.deps.Runner, words.T("groups.saving"), func(ctx context.Context, _ func(archive.Progress)) (archive.ID, error) {
		return do(ctx)
	}, func(id archive.ID, err error) {
		s.busy = false
		s.tell(err)
		if err == nil {
			then(id)
			s.load()
		}
		s.able()
	}, task.Quiet())
}
