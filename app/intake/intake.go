// Package intake is the screen 接收挂接: receiving folders of scans, watching the work
// on their pages, linking what did not link itself, by hand or whole
// deliveries at once, counting, and seeing to what was refused or put aside.
//
// Its route value is a View, or a parts.IntakeValue from another screen; nil leaves it as
// it was.
package intake

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// View is one of the sides of the screen.
type View string

// The views, which are also route values.
const (
	ViewReceive View = "receive"
	ViewLink    View = "link"
	ViewBulk    View = "bulk"
	ViewCheck   View = "check"
	ViewSecret  View = "secret"
	ViewRefused View = "refused"

	// ViewUnfinished is ViewReceive with the keyboard on the first receipt that was cut off.
	ViewUnfinished View = "unfinished"
)

// views are the views in the order of their tabs.
func views() []View {
	return []View{ViewReceive, ViewLink, ViewBulk, ViewCheck, ViewSecret, ViewRefused}
}

// side is one view of the screen.
type side interface {
	load()
	hidden()
	focus()
}

// between is how long the screen waits before it reads the state again while work is
// going on.
const between = time.Second

// Screen is the screen.
type Screen struct {
	deps    Deps
	now     View
	tabs    map[View]*parts.Button
	receive *receiveView
	link    *linkView
	bulk    *bulkView
	check   *checkView
	secret  *secretView
	refused *refusedView
	sides   map[View]side
	roots   map[View]fyne.CanvasObject
	middle  *fyne.Container
	content fyne.CanvasObject

	states  task.Latest
	state   State
	read    time.Time // when the state was read
	silence func()
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, now: ViewReceive, tabs: map[View]*parts.Button{}, middle: container.NewStack()}
	s.receive = newReceiveView(d, s.received, func() { s.choose(ViewRefused) })
	s.link = newLinkView(d, s.Reload)
	s.bulk = newBulkView(d, s.Reload)
	s.check = newCheckView(d)
	s.secret = newSecretView(d, s.Reload)
	s.refused = newRefusedView(d, s.again)
	s.sides = map[View]side{ViewReceive: s.receive, ViewLink: s.link, ViewBulk: s.bulk, ViewCheck: s.check,
		ViewSecret: s.secret, ViewRefused: s.refused}
	s.roots = map[View]fyne.CanvasObject{ViewReceive: s.receive.root, ViewLink: s.link.root, ViewBulk: s.bulk.root,
		ViewCheck: s.check.root, ViewSecret: s.secret.root, ViewRefused: s.refused.root}
	row := container.NewHBox()
	for _, v := range views() {
		s.tabs[v] = parts.NewQuiet("", nil, func() { s.choose(v) })
		row.Add(s.tabs[v])
	}
	s.content = parts.Padded(container.NewBorder(
		container.NewVBox(parts.NewRow(parts.Title(words.T("nav.intake")), row, nil), widget.NewSeparator()),
		nil, nil, nil, s.middle))
	s.label()
	s.choose(ViewReceive)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.intake") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown reads the true state from the catalogue and follows the work.
func (s *Screen) Shown(value any) {
	if s.silence == nil {
		s.silence = s.deps.Runner.Listen(s.moved)
	}
	if v, ok := value.(parts.IntakeValue); ok {
		value = View(v.View)
	}
	if value == ViewUnfinished {
		value, s.receive.toCut = ViewReceive, true
	}
	if v, ok := value.(View); ok && s.tabs[v] != nil {
		s.choose(v)
	}
	s.Reload()
	s.focus()
}

// Hidden drops loads and stops following.
func (s *Screen) Hidden() {
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
	s.states.Cancel()
	for _, v := range s.sides {
		v.hidden()
	}
}

// Reload reads everything that is in view again.
func (s *Screen) Reload() {
	s.readState()
	s.fill()
}

func (s *Screen) fill() { s.sides[s.now].load() }

// Dropped takes folders dropped on the window.
func (s *Screen) Dropped(paths []string) {
	s.choose(ViewReceive)
	s.receive.dropped(paths)
}

// TakeKey has F6 open the page that is chosen, and Escape close suggestions.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	if name == fyne.KeyF6 && s.now == ViewLink {
		s.link.open()
		return true
	}
	return false
}

// moved is told whenever a task moves: while work goes on the numbers follow it.
func (s *Screen) moved() {
	s.receive.showTasks()
	s.bulk.showTasks()
	s.check.showTasks()
	if !s.states.Busy() && time.Since(s.read) >= between {
		s.readState()
	}
}

func (s *Screen) readState() {
	s.read = time.Now()
	task.Load(s.deps.Runner, &s.states, s.deps.Archive.State, func(st State, err error) {
		s.read = time.Now()
		s.receive.failed(err)
		if err != nil {
			return
		}
		s.state = st
		s.label()
		s.receive.setState(st)
	})
}

// label writes the counts into the tabs.
func (s *Screen) label() {
	refused := s.state.Stages[archive.StageRefused] + s.state.NotTaken
	s.tabs[ViewReceive].SetText(words.T("intake.tab.receive"))
	s.tabs[ViewLink].SetText(words.T("intake.tab.link", words.Args{"N": words.Number(s.state.Unlinked)}))
	s.tabs[ViewBulk].SetText(words.T("intake.tab.bulk"))
	s.tabs[ViewCheck].SetText(words.T("intake.tab.check"))
	s.tabs[ViewSecret].SetText(words.T("intake.tab.secret", words.Args{"N": words.Number(s.state.Secret)}))
	s.tabs[ViewRefused].SetText(words.T("intake.tab.refused", words.Args{"N": words.Number(refused)}))
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
	root := s.roots[v]
	if len(s.middle.Objects) == 0 || s.middle.Objects[0] != root {
		s.middle.Objects = []fyne.CanvasObject{root}
		s.middle.Refresh()
	}
	if s.silence != nil {
		s.fill()
		s.focus()
	}
}

func (s *Screen) focus() { s.sides[s.now].focus() }

// received is told that a folder has come to its end, by whichever way.
func (s *Screen) received() { s.Reload() }

// again receives folders anew whose files were refused: only what is missing is taken.
func (s *Screen) again(folders []Delivery) {
	for _, d := range folders {
		s.receive.start(d)
	}
	s.Reload()
}
