// Package tasks is the screen 任务: what runs, what ran and what failed in it, and in
// which order and at what hours pages are recognised.
//
// Its route value is a View to begin with; nil leaves it as it was.
package tasks

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

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
	tabs    map[View]*parts.Button
	running *runningView
	queue   *queueView // nil without a queue
	middle  *fyne.Container
	content fyne.CanvasObject
	inView  bool
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, tabs: map[View]*parts.Button{}, running: newRunningView(d.Runner)}
	s.middle = container.NewStack(s.running.root)
	row := container.NewHBox()
	if d.Queue != nil {
		s.queue = newQueueView(d)
		for _, v := range []View{ViewRunning, ViewQueue} {
			s.tabs[v] = parts.NewQuiet(words.T("tasks.tab."+string(v)), nil, func() { s.choose(v) })
			row.Add(s.tabs[v])
		}
	}
	s.content = parts.Padded(container.NewBorder(
		container.NewVBox(parts.NewRow(parts.Title(words.T("nav.tasks")), row, nil), widget.NewSeparator()),
		nil, nil, nil, s.middle))
	s.choose(ViewRunning)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.tasks") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown begins to follow the tasks and reads what waits.
func (s *Screen) Shown(value any) {
	s.inView = true
	if v, ok := value.(View); ok && (v == ViewRunning || s.tabs[v] != nil) {
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
	for name, b := range s.tabs {
		b.Importance = widget.LowImportance
		if name == v {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
	root := s.running.root
	if v == ViewQueue {
		root = s.queue.root
	}
	if s.middle.Objects[0] != root {
		s.middle.Objects = []fyne.CanvasObject{root}
		s.middle.Refresh()
	}
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
