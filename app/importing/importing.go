// Package importing is the screen 导入导出目录: catalogues come in from tables of other
// programs, go out as tables, and what was written is taken back.
//
// Its route value is a View, or a parts.DeedsValue from another screen; nil leaves it as it
// was.
package importing

import (
	"fyne.io/fyne/v2"

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
	incoming *importView
	outgoing *exportView
	log      *logView
	sides    *parts.Sides[View]
	silence  func()
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d}
	s.incoming, s.outgoing, s.log = newImportView(d), newExportView(d), newLogView(d)
	views := []View{ViewImport, ViewExport, ViewLog}
	s.sides = parts.NewSides(s.Title(), s.choose, views...)
	for _, v := range views {
		s.sides.SetText(v, words.T("importing.tab."+string(v)))
	}
	s.choose(ViewImport)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("importing.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.sides.Content }

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
	if v, ok := value.(View); ok && s.sides.Has(v) {
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
	s.incoming.running.one.Follow()
	s.outgoing.running.one.Follow()
	s.log.running.one.Follow()
}

func (s *Screen) choose(v View) {
	s.now = v
	s.sides.Show(v, map[View]fyne.CanvasObject{ViewImport: s.incoming.root, ViewExport: s.outgoing.root, ViewLog: s.log.root}[v])
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
