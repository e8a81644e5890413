// Package tasks is the screen 任务: what runs, what ran and what failed in it, and in
// which order and at what hours pages are recognised.
//
// Its route value is a View to begin with; nil leaves it as it was.
package tasks

import (
	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
)

// View is one of the sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewRunning View = "running"
	ViewQueue   View = "queue"
)

// Deps are what the screen needs.
type Deps struct {
	Runner *task.Runner
	Window fyne.Window
	Memory parts.Memory
	Queue  Queue // nil: no archive is open, and only tasks are shown
}

// Screen is the screen.
type Screen struct {
	deps    Deps
	now     View
	running *runningView
	queue   *queueView // nil without a queue
	sides   *parts.Sides[View]
	inView  bool
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, running: newRunningView(d.Runner)}
	var sides []View
	if d.Queue != nil {
		s.queue = newQueueView(d)
		sides = []View{ViewRunning, ViewQueue}
	}
	s.sides = parts.NewSides(s.Title(), s.choose, sides...)
	for _, v := range sides {
		s.sides.SetText(v, words.T("tasks.tab."+string(v)))
	}
	s.choose(ViewRunning)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.tasks") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.sides.Content }

// Shown begins to follow the tasks and reads what waits.
func (s *Screen) Shown(value any) {
	s.inView = true
	if v, ok := value.(View); ok && (v == ViewRunning || s.sides.Has(v)) {
		s.now = v
	}
	s.choose(s.now)
}

// Hidden ends that.
func (s *Screen) Hidden() {
	s.inView = false
	s.running.hidden()
	if s.queue != nil {
		s.queue.hidden()
	}
}

// Reload reads what waits again.
func (s *Screen) Reload() {
	if s.now == ViewQueue {
		s.queue.load()
	}
}

func (s *Screen) choose(v View) {
	s.now = v
	root := s.running.root
	if v == ViewQueue {
		root = s.queue.root
	}
	s.sides.Show(v, root)
	if !s.inView {
		return
	}
	if v == ViewQueue {
		s.running.hidden()
		s.queue.shown()
		return
	}
	if s.queue != nil {
		s.queue.hidden()
	}
	s.running.shown()
}
