package audit

import (
	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/words"
)

// View is one of the two sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewLog   View = "log"
	ViewProof View = "proof"
)

// Screen is the screen.
type Screen struct {
	deps    Deps
	now     View
	log     *logView
	proof   *proofView
	sides   *parts.Sides[View]
	silence func()
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d}
	s.log, s.proof = newLogView(d), newProofView(d)
	views := []View{ViewLog, ViewProof}
	s.sides = parts.NewSides(s.Title(), s.choose, views...)
	for _, v := range views {
		s.sides.SetText(v, words.T("audit.tab."+string(v)))
	}
	s.choose(ViewLog)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("audit.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.sides.Content }

// Shown follows the tasks and reads the log.
func (s *Screen) Shown(value any) {
	if s.silence == nil {
		s.silence = s.deps.Runner.Listen(s.moved)
	}
	if v, ok := value.(View); ok && s.sides.Has(v) {
		s.now = v
	}
	s.choose(s.now)
}

// Hidden stops following. Tasks go on, and what was asked stays.
func (s *Screen) Hidden() {
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
	s.log.hidden()
	s.proof.loads.Cancel()
}

// Reload reads again what is in view.
func (s *Screen) Reload() {
	switch s.now {
	case ViewLog:
		s.log.load()
	case ViewProof:
		s.proof.load()
	}
}

func (s *Screen) moved() {
	s.log.running.one.Follow()
	s.proof.running.one.Follow()
}

func (s *Screen) choose(v View) {
	s.now = v
	s.sides.Show(v, map[View]fyne.CanvasObject{ViewLog: s.log.root, ViewProof: s.proof.root}[v])
	if s.silence == nil {
		return
	}
	s.Reload()
	s.moved()
	switch v {
	case ViewLog:
		s.deps.Window.Canvas().Focus(s.log.table.Focusable())
	case ViewProof:
		s.deps.Window.Canvas().Focus(s.proof.verify)
	}
}
