// Package firstrun is the page that is shown while no archive is open: it leads to
// a new archive, one that exists, or the sample.
package firstrun

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Recent is an archive that was open before.
type Recent struct{ Name, Dir string }

// Opening is the value of a route to the page while an archive is being opened: it may
// have to wait for another program.
type Opening struct{ Dir string }

// Failed is the value of a route to the page when an archive did not open.
type Failed struct {
	Dir string
	Err error
}

// Archives makes and opens archives. Each method returns at once and calls failed on
// the UI goroutine when it did not work; when it did, this page goes away.
type Archives interface {
	// Recent lists the archives that were open before; StillThere keeps those that can
	// be opened. It looks at disks and is called off the UI goroutine.
	Recent() []Recent
	StillThere([]Recent) []Recent
	Create(dir, name string, class archive.Secrecy, failed func(error))
	Open(dir string, failed func(error))
	Sample(dir string, failed func(error))
}

// Deps are what the page needs.
type Deps struct {
	Runner   *task.Runner
	Window   fyne.Window
	Archives Archives
	Suggest  string // folder in which new archives are proposed
}

// Screen is the page.
type Screen struct {
	deps    Deps
	name    *parts.Entry
	nameBox *parts.Field
	kind    *parts.Select
	kindBox *parts.Field
	create  *parts.FolderField
	open    *parts.FolderField
	sample  *parts.FolderField
	buttons []*parts.Button
	recent  *fyne.Container
	look    task.Latest
	message *fyne.Container
	content fyne.CanvasObject
}

// New makes the page.
func New(d Deps) *Screen {
	s := &Screen{deps: d, message: container.NewStack(), recent: container.NewVBox()}
	s.create = parts.NewFolderField(d.Runner, d.Window, words.T("firstrun.folder.new"))
	s.open = parts.NewFolderField(d.Runner, d.Window, words.T("firstrun.folder.open"))
	s.sample = parts.NewFolderField(d.Runner, d.Window, words.T("firstrun.folder.sample"))
	s.open.OnSubmitted = func(string) { s.doOpen() }
	s.sample.OnSubmitted = func(string) { s.doSample() }
	cards := container.NewGridWithColumns(3, s.createCard(), s.openCard(), s.sampleCard())
	body := container.NewVBox(
		parts.Title(words.T("firstrun.title")), parts.Paragraph(words.T("firstrun.say")),
		s.message, cards)
	s.content = container.NewVScroll(parts.Padded(body))
	return s
}

func (s *Screen) createCard() fyne.CanvasObject {
	s.name = parts.NewEntry()
	s.name.SetPlaceHolder(words.T("firstrun.name.example"))
	s.name.OnSubmitted = func(string) { s.doCreate() }
	s.create.OnSubmitted = func(string) { s.doCreate() }
	s.nameBox = parts.NewField(words.T("firstrun.name"), s.name)
	var kinds []string
	for _, class := range classes() {
		kinds = append(kinds, words.T("firstrun.kind."+class.key))
	}
	s.kind = parts.NewSelect(kinds, s.warn)
	s.kindBox = parts.NewField(words.T("firstrun.kind"), s.kind)
	s.kind.SetSelectedIndex(0)
	return s.card("firstrun.create", container.NewVBox(s.nameBox,
		parts.NewField(words.T("firstrun.folder"), s.create), s.kindBox),
		s.button(parts.NewPrimary(words.T("firstrun.create.do"), base.FolderNewIcon(), s.doCreate)))
}

// class is a kind of archive with the end of the key of its word.
type class struct {
	key   string
	level archive.Secrecy
}

func classes() []class {
	return []class{{"ordinary", archive.NotSecret}, {"secret", archive.Secret}, {"highly-secret", archive.HighlySecret}, {"top-secret", archive.TopSecret}}
}

// chosen is the class that was chosen for the new archive.
func (s *Screen) chosen() archive.Secrecy { return classes()[max(s.kind.SelectedIndex(), 0)].level }

// warn says below the choice what it means.
func (s *Screen) warn(int) {
	s.kindBox.SetWarning("")
	s.kindBox.SetHint("")
	if class := s.chosen(); class > archive.NotSecret {
		s.kindBox.SetWarning(words.T("firstrun.kind.warn", words.Args{"Class": words.Class(class)}))
	} else {
		s.kindBox.SetHint(words.T("firstrun.kind.hint"))
	}
	if s.content != nil {
		s.content.Refresh()
	}
}

func (s *Screen) openCard() fyne.CanvasObject {
	return s.card("firstrun.open", container.NewVBox(
		parts.NewField(words.T("firstrun.folder"), s.open), s.recent),
		s.button(parts.NewButton(words.T("firstrun.open.do"), base.FolderOpenIcon(), s.doOpen)))
}

func (s *Screen) sampleCard() fyne.CanvasObject {
	return s.card("firstrun.sample", parts.NewField(words.T("firstrun.folder"), s.sample),
		s.button(parts.NewButton(words.T("firstrun.sample.do"), base.DocumentIcon(), s.doSample)))
}

func (s *Screen) button(b *parts.Button) *parts.Button {
	s.buttons = append(s.buttons, b)
	return b
}

// card is one of the three ways: what it is, what it needs, and the button.
func (s *Screen) card(key string, form fyne.CanvasObject, button *parts.Button) fyne.CanvasObject {
	inner := parts.Border(
		container.NewVBox(parts.Heading(words.T(key)), parts.Paragraph(words.T(key+".say"))),
		button, nil, nil, form)
	return widget.NewCard("", "", inner)
}

// Title names the page.
func (s *Screen) Title() string { return words.T("firstrun.title") }

// Content is the page.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown fills in the proposals and the archives that were open before. The value may be
// Opening or Failed.
func (s *Screen) Shown(value any) {
	if s.create.Path() == "" {
		s.create.SetPath(s.deps.Suggest + words.T("firstrun.dir.new"))
		s.sample.SetPath(s.deps.Suggest + words.T("firstrun.dir.sample"))
	}
	list := s.deps.Archives.Recent()
	task.Load(s.deps.Runner, &s.look, func(context.Context) ([]Recent, error) {
		return s.deps.Archives.StillThere(list), nil
	}, func(list []Recent, _ error) { s.offer(list) })
	var focus fyne.Focusable = s.name
	switch v := value.(type) {
	case Opening:
		s.open.SetPath(v.Dir)
		s.wait()
	case Failed:
		s.open.SetPath(v.Dir)
		focus = s.open.Entry
		s.free(true)
		s.tell(parts.NewErrorPanel(v.Err, s.doOpen))
	}
	if c := s.deps.Window.Canvas(); c != nil {
		c.Focus(focus)
	}
}

// offer lists the archives that were open before.
func (s *Screen) offer(list []Recent) {
	s.recent.RemoveAll()
	if len(list) > 0 {
		s.recent.Add(parts.Caption(words.T("firstrun.recent")))
	}
	for _, r := range list {
		b := parts.NewQuiet(r.Name, base.HistoryIcon(), func() { s.begin(func() { s.deps.Archives.Open(r.Dir, s.failed) }) })
		b.Alignment = widget.ButtonAlignLeading
		s.recent.Add(b)
	}
	s.content.Refresh()
}

// Hidden is called when an archive was opened.
func (s *Screen) Hidden() {
	s.look.Cancel()
	s.free(true)
}

// Dropped takes a folder dropped on the window as the archive to open.
func (s *Screen) Dropped(paths []string) { s.open.SetPath(paths[0]) }

func (s *Screen) doCreate() {
	name := strings.TrimSpace(s.name.Text)
	if name == "" {
		s.nameBox.SetError(words.T("firstrun.name.missing"))
		return
	}
	s.nameBox.SetError("")
	dir, class := s.create.Path(), s.chosen()
	if dir == "" {
		return
	}
	create := func() { s.begin(func() { s.deps.Archives.Create(dir, name, class, s.failed) }) }
	if class == archive.NotSecret {
		create()
		return
	}
	parts.Ask(s.deps.Window, words.T("firstrun.class.title"), words.T("firstrun.class.ask", words.Args{"Class": words.Class(class)}),
		words.T("firstrun.class.do"), create)
}

func (s *Screen) doOpen() {
	if dir := s.open.Path(); dir != "" {
		s.begin(func() { s.deps.Archives.Open(dir, s.failed) })
	}
}

func (s *Screen) doSample() {
	if dir := s.sample.Path(); dir != "" {
		s.begin(func() { s.deps.Archives.Sample(dir, s.failed) })
	}
}

// begin starts one of the three; until it ends the buttons rest.
func (s *Screen) begin(work func()) {
	s.wait()
	work()
}

func (s *Screen) wait() {
	s.free(false)
	s.tell(parts.Paragraph(words.T("firstrun.busy")))
}

func (s *Screen) failed(err error) {
	s.free(true)
	s.tell(parts.NewErrorPanel(err, nil))
}

func (s *Screen) free(yes bool) {
	for _, b := range s.buttons {
		parts.Able(b, yes)
	}
	if yes {
		s.tell()
	}
}

func (s *Screen) tell(objects ...fyne.CanvasObject) {
	s.message.Objects = objects
	s.message.Refresh()
}
