// Package importing is the screen 导入导出目录: catalogues come in from tables of other
// programs, go out as tables, and what was written is taken back.
//
// Its route value is a View, or a parts.DeedsValue from another screen; nil leaves it as it
// was.
package importing

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
)

// View is one of the three sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewImport View = "import"
	ViewExport View = "export"
	ViewLog    View = "log"
)

// Screen is the screen.
type Screen struct {
	deps     Deps
	now      View
	tabs     map[View]*parts.Button
	incoming *importView
	outgoing *exportView
	log      *logView
	middle   *fyne.Container
	content  fyne.CanvasObject
	silence  func()
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, tabs: map[View]*parts.Button{}, middle: container.NewStack()}
	s.incoming, s.outgoing, s.log = newImportView(d), newExportView(d), newLogView(d)
	row := container.NewHBox()
	for _, v := range []View{ViewImport, ViewExport, ViewLog} {
		s.tabs[v] = parts.NewQuiet(words.T("importing.tab."+string(v)), nil, func() { s.choose(v) })
		row.Add(s.tabs[v])
	}
	s.content = parts.Padded(container.NewBorder(
		container.NewVBox(parts.NewRow(parts.Title(s.Title()), row, nil), widget.NewSeparator()),
		nil, nil, nil, s.middle))
	s.choose(ViewImport)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("importing.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown follows the tasks and reads what may have changed.
func (s *Screen) Shown(value any) {
	if s.silence == nil {
		s.silence = s.deps.Runner.Listen(s.moved)
	}
	if d, ok := value.(parts.DeedsValue); ok {
		value = ViewLog
		if d.Links {
			s.log.which.SetSelectedIndex(onlyLinks)
		}
	}
	if v, ok := value.(View); ok && s.tabs[v] != nil {
		s.now = v
	}
	s.choose(s.now)
}

// Hidden stops following. Tasks go on, and what was chosen stays.
func (s *Screen) Hidden() {
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
	s.outgoing.loads.Cancel()
	s.log.loads.Cancel()
}

// Reload reads again what the view in front shows of the archive.
func (s *Screen) Reload() {
	switch s.now {
	case ViewImport:
		s.incoming.loadPlaces()
	case ViewExport:
		s.outgoing.load()
	case ViewLog:
		s.log.load()
	}
	s.moved()
}

// Dropped takes a table dropped on the window.
func (s *Screen) Dropped(paths []string) {
	s.choose(ViewImport)
	s.incoming.dropped(paths[0])
}

// Unkept asks whether rejected rows that were not saved may be lost.
func (s *Screen) Unkept(then func()) { s.incoming.unkept(then) }

func (s *Screen) moved() {
	s.incoming.running.follow()
	s.outgoing.running.follow()
	s.log.running.follow()
}

func (s *Screen) choose(v View) {
	s.now = v
	for name, b := range s.tabs {
		b.Importance = widget.LowImportance
		if name == v {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
	root := map[View]fyne.CanvasObject{ViewImport: s.incoming.root, ViewExport: s.outgoing.root, ViewLog: s.log.root}[v]
	if len(s.middle.Objects) == 0 || s.middle.Objects[0] != root {
		s.middle.Objects = []fyne.CanvasObject{root}
		s.middle.Refresh()
	}
	if s.silence == nil {
		return
	}
	s.Reload()
	switch v {
	case ViewImport:
		s.deps.Window.Canvas().Focus(s.incoming.file.Entry)
	case ViewExport:
		s.deps.Window.Canvas().Focus(s.outgoing.fonds)
	case ViewLog:
		s.deps.Window.Canvas().Focus(s.log.table.Focusable())
	}
}
