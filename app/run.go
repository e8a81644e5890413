package app

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	toolkit "fyne.io/fyne/v2/app"

	"lantai/app/idle"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive/access"
	"lantai/archive/station"
)

// id names the program to the desktop and to where its preferences lie.
const id = "archive.lantai"

// The keys of the preferences of the person at this computer.
const (
	prefLanguage = "language"
	prefLook     = "look"
	prefHome     = "home"
)

// Options are what the command line asks for; zero values mean what was chosen
// before.
type Options struct {
	Home     string // the archive to open
	Language string // "zh_Hans" or "en"
	Size     fyne.Size
	Version  string
}

// Program is what lives as long as the window does.
type Program struct {
	Options Options
	App     fyne.App
	Runner  *task.Runner
	Memory  parts.Memory
	Shell   *Shell
	Folder  string           // where the person's own small files lie, drafts among them; "": nowhere
	Station *station.Station // the open archive; nil while there is none
	People  bool             // it has accounts
	Rights  *access.Actor    // of who has signed in; nil: nobody

	// Idle tells for how long nobody has been at the computer; nil: it is not watched.
	Idle       func() (d time.Duration, ok bool)
	WatchEvery time.Duration // how often it is asked; zero: 10 seconds
	stopWatch  context.CancelFunc

	pipeline *pipelineTask
}

// collectAt has the heap collected when it has grown by so many in a hundred: words that
// come by in lists and forms are soon of no use, and the program shares a small computer.
const collectAt = 60

// Run shows the window and returns when it has gone and everything is closed. It is
// called on the main goroutine. build gives the screens.
func Run(ctx context.Context, o Options, build func(*Program) []Place) (err error) {
	// Chinese input needs X11: the window library has none on Wayland.
	if err := os.Setenv("FYNE_PLATFORM", "x11"); err != nil {
		return err
	}
	shown := false
	defer func() {
		// Without a display or OpenGL the toolkit goes on into a nil window.
		if p := recover(); p != nil {
			if shown {
				panic(p)
			}
			err = fmt.Errorf("%w (%v)", ErrNoDisplay, p)
		}
	}()
	a := toolkit.NewWithID(id)
	prefs := a.Preferences()
	if err := words.Use(first(o.Language, prefs.String(prefLanguage))); err != nil {
		return err
	}
	a.Settings().SetTheme(theme.New(theme.Look(prefs.String(prefLook))))
	if o.Size.IsZero() {
		o.Size = fyne.NewSize(1280, 720)
	}
	debug.SetGCPercent(collectAt)
	loop := &uiLoop{}
	p := &Program{Options: o, App: a, Memory: prefs, Idle: idle.Since, Folder: a.Storage().RootURI().Path(), Runner: task.NewRunner(ctx, loop.do)}
	p.Memory = personal{prefs, p}
	WatchCopies(p)
	p.pipeline = newPipelineTask(p)
	p.Shell = NewShell(a, p.Runner, "", o.Size)
	p.Shell.SetPlaces(build(p))
	p.Shell.CloseWhen(ctx)
	a.Lifecycle().SetOnStarted(func() {
		if shown = made(p.Shell.window); !shown {
			a.Quit()
			return
		}
		p.begin()
	})
	p.Shell.window.ShowAndRun()
	loop.end()
	p.unwatch()
	p.Runner.Close()
	p.Shell.release()
	if !shown {
		return ErrNoDisplay
	}
	return nil
}

// made tells whether a window really stands on the screen. The toolkit only logs when
// OpenGL would not have it, and would go on without one for ever.
func made(w fyne.Window) bool {
	ok := false
	if c, has := w.(interface{ RunWithContext(func()) }); has {
		c.RunWithContext(func() { ok = true })
	}
	return ok
}

func first(choices ...string) string {
	for _, c := range choices {
		if c != "" {
			return c
		}
	}
	return ""
}

// uiLoop hands functions to the UI goroutine as long as there is one. The toolkit
// would run them on the caller once its own loop has ended, beside each other.
type uiLoop struct {
	mu    sync.Mutex
	ended bool
}

func (l *uiLoop) do(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		fyne.Do(f)
	}
}

func (l *uiLoop) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}
