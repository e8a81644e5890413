package app

import (
	"context"
	"errors"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// historyKept is how many steps back are remembered.
const historyKept = 50

// Shell is the window with its frame: navigation on the left, a screen in the
// middle, the strip of running tasks below.
type Shell struct {
	window  fyne.Window
	runner  *task.Runner
	places  []Place
	screens map[string]Screen
	current parts.Route
	history []parts.Route
	covered []fyne.CanvasObject // what the page over the window hides: the window's content, then what lay over it
	ended   int                 // tasks that had ended when the screen was last reloaded
	closing bool

	name   string
	class  archive.Secrecy
	band   *parts.Band
	nav    *navigation
	middle *fyne.Container
	strip  *strip

	// Barred tells a person that a screen is not theirs; nil: nothing is said.
	Barred func()
	// Release is called once when every task has ended, off the UI goroutine or after
	// it, to close what the program holds open.
	Release  func()
	released sync.Once
}

// ErrNoDisplay says that no window could be opened.
var ErrNoDisplay = errors.New("no window could be opened: no display, or no OpenGL 2.1 on it")

// NewShell makes the window. name is the archive's, for the title bar.
func NewShell(a fyne.App, r *task.Runner, name string, size fyne.Size) *Shell {
	s := &Shell{window: a.NewWindow(words.T("program.name")), runner: r, name: name, screens: map[string]Screen{}}
	s.band = parts.NewBand("")
	s.nav = newNavigation(s.goTo)
	s.middle = container.NewStack()
	s.strip = newStrip(r, func() { s.Open(parts.Route{Screen: ScreenTasks}) })
	s.window.SetPadded(false)
	// Tab leads through the screen first, and only then to the strip and the navigation.
	s.window.SetContent(container.NewBorder(s.band, s.strip, s.nav, nil, s.middle))
	s.window.Resize(size)
	s.window.SetMaster()
	s.window.SetCloseIntercept(s.Close)
	s.window.SetOnDropped(s.dropped)
	s.bindKeys()
	r.Listen(s.tasksChanged)
	return s
}

// Window is the shell's window.
func (s *Shell) Window() fyne.Window { return s.window }

// SetArchive puts another archive's name into the title bar, and over every screen of a
// classified one the band that says so.
func (s *Shell) SetArchive(name string, class archive.Secrecy) {
	s.name, s.class = name, class
	s.band.SetText(s.banner())
	s.setTitle()
}

// banner is what the band of a classified archive says; "" for another.
func (s *Shell) banner() string {
	if s.class <= archive.NotSecret {
		return ""
	}
	return words.T("class.band", words.Args{"Class": words.Class(s.class)})
}

// SetWho says who is signed in, with what they can do about it.
func (s *Shell) SetWho(name string, does []WhoDoes) { s.nav.setWho(name, does) }

// SetPlaces gives the shell its screens, forgets the ones before, and goes to the
// first.
func (s *Shell) SetPlaces(places []Place) {
	if now, ok := s.screens[s.current.Screen]; ok {
		now.Hidden()
	}
	s.places, s.screens, s.history = places, map[string]Screen{}, nil
	s.current = parts.Route{}
	s.nav.set(places)
	if _, ok := s.place(ScreenTasks); ok {
		s.strip.tasks.Show()
	} else {
		s.strip.tasks.Hide()
	}
	if len(places) > 0 {
		s.Open(parts.Route{Screen: places[0].Name})
	}
}

// Has tells whether there is a screen of a name for whoever is here.
func (s *Shell) Has(screen string) bool {
	_, ok := s.place(screen)
	return ok
}

// Open goes to a route. Of a screen that is not theirs a person is told so.
func (s *Shell) Open(to parts.Route) {
	if !s.Has(to.Screen) {
		if s.Barred != nil && len(s.places) > 0 {
			s.Barred()
		}
		return
	}
	s.leave(to.Screen, func() {
		if s.current.Screen != "" {
			s.history = append(s.history, s.current)
			s.history = s.history[max(len(s.history)-historyKept, 0):]
		}
		s.show(to)
	})
}

// Back goes to where the person was before.
func (s *Shell) Back() {
	if len(s.history) == 0 {
		return
	}
	s.leave(s.history[len(s.history)-1].Screen, func() {
		if len(s.history) == 0 {
			return // gone back already, while a question stood open
		}
		to := s.history[len(s.history)-1]
		s.history = s.history[:len(s.history)-1]
		s.show(to)
	})
}

// leave asks the screen in view before another one, or none, takes its place.
func (s *Shell) leave(next string, then func()) {
	if s.Covered() { // no question may show what the page hides; what was typed is kept as a draft
		then()
		return
	}
	if now, ok := s.screens[s.current.Screen].(Leaver); ok && next != s.current.Screen {
		now.Leave(then)
		return
	}
	then()
}

func (s *Shell) goTo(name string) { s.Open(parts.Route{Screen: name}) }

func (s *Shell) place(name string) (Place, bool) {
	for _, p := range s.places {
		if p.Name == name {
			return p, true
		}
	}
	return Place{}, false
}

// show puts a route's screen into the middle and tells it what to show.
func (s *Shell) show(to parts.Route) {
	p, ok := s.place(to.Screen)
	if !ok {
		return
	}
	if before, ok := s.screens[s.current.Screen]; ok {
		before.Hidden()
	}
	next, ok := s.screens[p.Name]
	if !ok {
		next = p.Make()
		s.screens[p.Name] = next
	}
	s.window.Canvas().Unfocus()
	s.middle.Objects = []fyne.CanvasObject{next.Content()}
	s.middle.Refresh()
	marked := p.Name
	if p.Under != "" {
		marked = p.Under
	}
	s.nav.mark(marked)
	s.current = to
	next.Shown(to.Value)
	s.setTitle()
}

// Remember replaces the value that Back and F5 return to the present screen with,
// when its content moved on without a route: another page of the same viewer.
func (s *Shell) Remember(value any) {
	s.current.Value = value
	s.setTitle()
}

func (s *Shell) setTitle() {
	title := words.T("program.name")
	if s.Covered() { // what lies below may be nobody's business
		s.window.SetTitle(title)
		return
	}
	if s.name != "" {
		title = s.name + " – " + title
	}
	if now, ok := s.screens[s.current.Screen]; ok && now.Title() != "" {
		title = now.Title() + " – " + title
	}
	if s.class > archive.NotSecret {
		title = words.T("class.title", words.Args{"Class": words.Class(s.class), "Name": title})
	}
	s.window.SetTitle(title)
}

// tasksChanged reloads the screen in view when a task has ended.
func (s *Shell) tasksChanged() {
	s.strip.update()
	ended := 0
	for _, i := range s.runner.Tasks() {
		if i.State.Ended() {
			ended = max(ended, i.ID)
		}
	}
	if ended > s.ended {
		s.ended = ended
		s.reload()
	}
}

func (s *Shell) reload() {
	if now, ok := s.screens[s.current.Screen].(Reloader); ok && !s.closing {
		now.Reload()
	}
}

func (s *Shell) dropped(_ fyne.Position, uris []fyne.URI) {
	now, ok := s.screens[s.current.Screen].(Dropper)
	if !ok {
		return
	}
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	if len(paths) > 0 {
		now.Dropped(paths)
	}
}

// Close asks the screen in view, stops the tasks, waits for them behind a notice, lets
// go of what is open, and closes the window.
func (s *Shell) Close() {
	if !s.closing {
		s.leave("", func() { s.askKeepers(s.places, s.end) })
	}
}

// askKeepers asks the screens of places one after another whether they may go.
func (s *Shell) askKeepers(places []Place, then func()) {
	for i, p := range places {
		if k, ok := s.screens[p.Name].(Keeper); ok {
			k.Unkept(func() { s.askKeepers(places[i+1:], then) })
			return
		}
	}
	then()
}

// end is Close without a question.
func (s *Shell) end() {
	if s.closing {
		return
	}
	s.closing = true
	if now, ok := s.screens[s.current.Screen]; ok {
		now.Hidden()
	}
	if s.runner.Running() > 0 {
		bar := widget.NewProgressBarInfinite()
		dialog.NewCustomWithoutButtons(words.T("shell.closing"),
			container.NewVBox(parts.Paragraph(words.T("shell.closing.say")), bar), s.window).Show()
	}
	s.runner.Shutdown(func() {
		go func() {
			s.release()
			s.runner.OnUI(s.window.Close)
		}()
	})
}

func (s *Shell) release() {
	s.released.Do(func() {
		if s.Release != nil {
			s.Release()
		}
	})
}

// CloseWhen ends the program when ctx does, for a signal of the system. The toolkit
// listens to the same signals and may have taken the window away already, so the window
// is not touched: the tasks end with ctx, and Run closes what is open.
func (s *Shell) CloseWhen(ctx context.Context) {
	context.AfterFunc(ctx, func() { s.runner.OnUI(fyne.CurrentApp().Quit) })
}
