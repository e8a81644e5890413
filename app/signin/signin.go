// Package signin is the page that asks who is there: before an archive with accounts is
// shown, and after nobody has touched it for a while.
package signin

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Deps are what the page needs.
type Deps struct {
	Runner *task.Runner
	Window fyne.Window
	Name   string // of the archive
	Who    string // who is proposed; "": nobody
	Locked bool   // somebody is signed in and has only to show that it is them

	SignIn func(ctx context.Context, name, password string) error
	Done   func(name string) // on the UI goroutine, after it went well
	Leave  func()            // gives up: another archive, or somebody else
}

// Screen is the page.
type Screen struct {
	deps     Deps
	name     *parts.Entry
	password *parts.Entry
	nameBox  *parts.Field
	wordBox  *parts.Field
	do       *parts.Button
	message  *fyne.Container
	content  fyne.CanvasObject
	busy     bool
}

// New makes the page.
func New(d Deps) *Screen {
	s := &Screen{deps: d, name: parts.NewEntry(), password: parts.NewEntry(), message: container.NewStack()}
	s.password.Password = true
	s.name.SetText(d.Who)
	s.name.OnSubmitted = func(string) { s.deps.Window.Canvas().Focus(s.password) }
	s.password.OnSubmitted = func(string) { s.signIn() }
	s.nameBox, s.wordBox = parts.NewField(words.T("signin.name"), s.name), parts.NewField(words.T("signin.password"), s.password)
	title, say, do := "signin.title", "signin.say", "signin.do"
	if d.Locked {
		title, say, do = "signin.locked", "signin.locked.say", "signin.unlock"
		s.name.Disable()
	}
	s.do = parts.NewPrimary(words.T(do), base.LoginIcon(), s.signIn)
	leave := "signin.leave"
	if d.Locked {
		leave = "signin.other"
	}
	answers := container.NewGridWithColumns(2, parts.NewButton(words.T(leave), nil, func() { s.deps.Leave() }), s.do)
	form := container.NewVBox(parts.Title(words.T(title)), parts.Heading(d.Name), parts.Paragraph(words.T(say)),
		s.nameBox, s.wordBox, s.message, answers)
	s.content = container.NewCenter(parts.Sized(parts.Padded(form), 460, 420))
	return s
}

// Title names the page.
func (s *Screen) Title() string { return words.T("signin.title") }

// Content is the page.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown sets the keyboard to what is still to be typed.
func (s *Screen) Shown(any) {
	var focus fyne.Focusable = s.name
	if s.name.Text != "" {
		focus = s.password
	}
	if c := s.deps.Window.Canvas(); c != nil {
		c.Focus(focus)
	}
}

// Hidden forgets what was typed.
func (s *Screen) Hidden() { s.password.SetText("") }

func (s *Screen) signIn() {
	name, password := strings.TrimSpace(s.name.Text), s.password.Text
	s.nameBox.SetError("")
	s.wordBox.SetError("")
	switch {
	case s.busy:
		return
	case name == "":
		s.nameBox.SetError(words.T("signin.name.missing"))
		s.deps.Window.Canvas().Focus(s.name)
		return
	case password == "":
		s.wordBox.SetError(words.T("signin.password.missing"))
		s.deps.Window.Canvas().Focus(s.password)
		return
	}
	s.wait(true)
	task.Run(s.deps.Runner, words.T("signin.title"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, s.deps.SignIn(ctx, name, password)
	}, func(_ struct{}, err error) {
		s.wait(false)
		s.password.SetText("")
		if err == nil {
			s.tell()
			s.deps.Done(name)
			return
		}
		s.tell(parts.NewErrorPanel(err, nil))
		s.deps.Window.Canvas().Focus(s.password)
	}, task.Quiet())
}

func (s *Screen) wait(busy bool) {
	s.busy = busy
	parts.Able(s.do, !busy)
}

func (s *Screen) tell(objects ...fyne.CanvasObject) {
	s.message.Objects = objects
	s.message.Refresh()
}
