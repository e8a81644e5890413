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
	content() fyne.CanvasObject
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
	receive *receiveView
	link    *linkView
	bulk    *bulkView
	check   *checkView
	secret  *secretView
	refused *refusedView
	views   map[View]side
	sides   *parts.Sides[View]

	states  task.Latest
	state   State
	read    time.Time // when the state was read
	silence func()
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, now: ViewReceive}
	s.receive = newReceiveView(d, s.received, func() { s.choose(ViewRefused) })
	s.link = newLinkView(d, s.Reload)
	s.bulk = newBulkView(d, s.Reload)
	s.check = newCheckView(d)
	s.secret = newSecretView(d, s.Reload)
	s.refused = newRefusedView(d, s.again)
	s.views = map[View]side{ViewReceive: s.receive, ViewLink: s.link, ViewBulk: s.bulk, ViewCheck: s.check,
		ViewSecret: s.secret, ViewRefused: s.refused}
	s.sides = parts.NewSides(s.Title(), s.choose, views()...)
	s.label()
	s.choose(ViewReceive)
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.intake") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.sides.Content }

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
	if v, ok := value.(View); ok && s.sides.Has(v) {
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
	for _, v := range s.views {
		v.hidden()
	}
}

// Reload reads everything that is in view again.
func (s *Screen) Reload() {
	s.readState()
	s.fill()
}

func (s *Screen) fill() { s.views[s.now].load() }

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
	s.sides.SetText(ViewReceive, words.T("intake.tab.receive"))
	s.sides.SetText(ViewLink, words.T("intake.tab.link", words.Args{"N": words.Number(s.state.Unlinked)}))
	s.sides.SetText(ViewBulk, words.T("intake.tab.bulk"))
	s.sides.SetText(ViewCheck, words.T("intake.tab.check"))
	s.sides.SetText(ViewSecret, words.T("intake.tab.secret", words.Args{"N": words.Number(s.state.Secret)}))
	s.sides.SetText(ViewRefused, words.T("intake.tab.refused", words.Args{"N": words.Number(refused)}))
}

func (s *Screen) choose(v View) {
	s.now = v
	s.sides.Show(v, s.views[v].content())
	if s.silence != nil {
		s.fill()
		s.focus()
	}
}

func (s *Screen) focus() { s.views[s.now].focus() }

// received is told that a folder has come to its end, by whichever way.
func (s *Screen) received() { s.Reload() }

// again receives folders anew whose files were refused: only what is missing is taken.
func (s *Screen) again(folders []Delivery) {
	for _, d := range folders {
		s.receive.start(d)
	}
	s.Reload()
}
