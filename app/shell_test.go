package app_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/theme"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/task/tasktest"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

func TestMain(m *testing.M) {
	if err := words.Use("en"); err != nil {
		panic(err)
	}
	test.NewApp().Settings().SetTheme(theme.New(theme.Light))
	var err error
	if scratch, err = os.MkdirTemp("", "lantai-app-"); err != nil {
		panic(err)
	}
	m.Run()
	if err := os.RemoveAll(scratch); err != nil {
		panic(err)
	}
}

// scratch is a folder for what the tests of this package share.
var scratch string

// spy is a screen that notes what happens to it.
type spy struct {
	name    string
	log     *[]string
	entry   *parts.Entry
	content fyne.CanvasObject
	takes   fyne.KeyName
}

func newSpy(name string, log *[]string) *spy {
	s := &spy{name: name, log: log, entry: parts.NewEntry()}
	s.content = container.NewVBox(s.entry, parts.NewButton("b", nil, func() {}), parts.NewCheck("c", nil),
		parts.NewSelect([]string{"x"}, nil))
	return s
}

func (s *spy) note(what string)           { *s.log = append(*s.log, s.name+" "+what) }
func (s *spy) Title() string              { return strings.ToUpper(s.name) }
func (s *spy) Content() fyne.CanvasObject { return s.content }
func (s *spy) Shown(v any)                { s.note(fmt.Sprint("shown ", v)) }
func (s *spy) Hidden()                    { s.note("hidden") }
func (s *spy) Reload()                    { s.note("reload") }
func (s *spy) Dropped(p []string)         { s.note(fmt.Sprint("dropped ", p)) }
func (s *spy) TakeKey(k fyne.KeyName) bool {
	if k == s.takes {
		s.note("key " + string(k))
	}
	return k == s.takes
}

type stage struct {
	*tasktest.Loop
	shell *app.Shell
	log   []string
	spies map[string]*spy
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{Loop: tasktest.New(t), spies: map[string]*spy{}}
	s.shell = app.NewShell(fyne.CurrentApp(), s.Runner, "Archive", fyne.NewSize(1000, 600))
	place := func(name, under string) app.Place {
		return app.Place{Name: name, Word: "nav.find", Icon: base.SearchIcon(), Under: under, Make: func() app.Screen {
			s.spies[name] = newSpy(name, &s.log)
			return s.spies[name]
		}}
	}
	s.shell.SetPlaces([]app.Place{place(app.ScreenStart, ""), place(app.ScreenFind, ""), place(app.ScreenViewer, app.ScreenFind)})
	return s
}

func (s *stage) took() []string {
	log := s.log
	s.log = nil
	return log
}

func TestRoutesAndBack(t *testing.T) {
	s := newStage(t)
	s.shell.Open(parts.Route{Screen: app.ScreenViewer, Value: 7})
	s.shell.Open(parts.Route{Screen: "nowhere"})
	s.shell.Back()
	s.shell.Back()
	want := []string{"start shown <nil>", "start hidden", "viewer shown 7", "viewer hidden", "start shown <nil>"}
	if got := s.took(); !slices.Equal(got, want) {
		t.Errorf("log = %q\nwant  %q", got, want)
	}
	if got := s.shell.Window().Title(); got != "START – Archive – Lantai" {
		t.Errorf("title = %q", got)
	}
}

// The program's keys work wherever the keyboard is.
func TestKeysReachTheShell(t *testing.T) {
	s := newStage(t)
	c := s.shell.Window().Canvas()
	start := s.spies[app.ScreenStart]
	start.takes = fyne.KeyF7
	for i := range 4 {
		focus := start.content.(*fyne.Container).Objects[i].(fyne.Focusable)
		c.Focus(focus)
		focus.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF7})
		focus.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF3})
		s.shell.Back()
		if got := s.took(); !slices.Contains(got, "start key F7") || !slices.Contains(got, "find shown <nil>") {
			t.Errorf("with the keyboard on %T: %q", focus, got)
		}
	}
	c.Focus(start.entry)
	start.entry.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.Key2, Modifier: fyne.KeyModifierControl})
	if got := s.took(); !slices.Contains(got, "find shown <nil>") {
		t.Errorf("Ctrl+2 in a field: %q", got)
	}
}

// A shortcut closes a list of choices that is open, and then does what it does; a dialog
// keeps it.
func TestShortcutsWithSomethingOpen(t *testing.T) {
	s := newStage(t)
	c := s.shell.Window().Canvas()
	toFind := &desktop.CustomShortcut{KeyName: fyne.Key2, Modifier: fyne.KeyModifierControl}
	choice := s.spies[app.ScreenStart].content.(*fyne.Container).Objects[3].(*parts.Select)
	c.Focus(choice)
	choice.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if c.Overlays().Top() == nil {
		t.Fatal("no list of choices is open")
	}
	c.(fyne.Shortcutable).TypedShortcut(toFind)
	if got := s.took(); !slices.Contains(got, "find shown <nil>") || c.Overlays().Top() != nil {
		t.Errorf("with a list open: %q, over the window lies %T", got, c.Overlays().Top())
	}
	s.shell.Back()
	s.took()
	parts.Ask(s.shell.Window(), "title", "question", "yes", nil)
	c.(fyne.Shortcutable).TypedShortcut(toFind)
	if got := s.took(); len(got) > 0 {
		t.Errorf("with a question open: %q", got)
	}
}

func TestTheScreenInViewReloadsWhenATaskEnds(t *testing.T) {
	s := newStage(t)
	s.took()
	task.Run(s.Runner, "job", func(context.Context, func(archive.Progress)) (int, error) { return 0, nil }, nil)
	s.Idle(t)
	s.Pump()
	if got := s.took(); !slices.Equal(got, []string{"start reload"}) {
		t.Errorf("log = %q", got)
	}
}

// Closing waits for the work under way, then lets go, then closes.
func TestCloseWaits(t *testing.T) {
	s := newStage(t)
	var order []string
	gate := make(chan struct{})
	task.Run(s.Runner, "job", func(ctx context.Context, _ func(archive.Progress)) (int, error) {
		<-ctx.Done()
		<-gate
		return 0, ctx.Err()
	}, func(int, error) { order = append(order, "task") })
	released := make(chan struct{})
	s.shell.Release = func() { close(released) }
	s.shell.Window().SetOnClosed(func() { order = append(order, "closed") })
	s.shell.Close()
	s.shell.Close()
	s.Pump()
	select {
	case <-released:
		t.Fatal("let go before the task ended")
	default:
	}
	close(gate)
	s.Until(t, func() bool { return slices.Contains(order, "closed") })
	<-released
	if !slices.Equal(order, []string{"task", "closed"}) {
		t.Errorf("order = %v", order)
	}
}
