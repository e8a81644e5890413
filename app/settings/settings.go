// Package settings is the screen 系统设置: language and looks of this computer's
// window, the recognition of the open archive, and the storage roots of its originals.
//
// Its route value is a View to begin with; nil leaves it as it was.
package settings

import (
	"context"
	"slices"
	"strconv"
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

// Recognition is how the archive's pages are recognised.
type Recognition struct {
	Program   string // path of Tesseract; empty: found by itself
	Command   string // another engine's command line; empty: Tesseract
	Languages string // "chi_sim+eng"
	Workers   int    // processes at a time; 0: one per core
}

// Engine is what stands behind the settings.
type Engine struct {
	Name, Version, Program string
	Models                 []string // languages it can recognise; empty where it does not tell
}

// Settings are read and written off the UI goroutine.
type Settings interface {
	Read(ctx context.Context) (Recognition, error)
	// Probe starts the engine that r names. Its error says that it is not there.
	Probe(ctx context.Context, r Recognition) (Engine, error)
	Save(ctx context.Context, r Recognition) error
}

// Window has the choices of the person at this computer. It is used on the UI
// goroutine.
type Window interface {
	Language() string
	SetLanguage(code string)
	Dark() bool
	SetDark(dark bool)
}

// Deps are what the screen needs.
type Deps struct {
	Runner   *task.Runner
	Canvas   fyne.Window
	Settings Settings
	Window   Window
	Roots    Roots
	Disks    Disks
	Fixity   Fixity
	Memory   parts.Memory
	Home     string // folder of the archive
	Version  string
	ReadOnly bool // whoever acts may change the window alone, not the archive
}

// maxWorkers is above any office computer.
const maxWorkers = 64

// Screen is the screen.
type Screen struct {
	deps      Deps
	loads     task.Latest
	probe     task.Latest
	program   *parts.Entry
	command   *parts.Entry
	languages *parts.Entry
	langField *parts.Field
	workers   *parts.Entry
	workField *parts.Field
	save      *parts.Button
	state     *fyne.Container
	restart   *parts.Field
	general   fyne.CanvasObject
	roots     *rootsView
	disks     *disksView
	fixity    *fixityView
	now       View
	inView    bool
	sides     *parts.Sides[View]
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, state: container.NewStack()}
	s.general = container.NewVScroll(container.NewVBox(
		s.windowPart(), s.recognitionPart(),
		parts.Heading(words.T("settings.archive")),
		parts.Paragraph(words.T("settings.archive.at", words.Args{"Dir": d.Home})),
		parts.Caption(words.T("settings.version", words.Args{"Version": d.Version}))))
	s.roots = newRootsView(d)
	s.disks = newDisksView(d)
	s.fixity = newFixityView(d)
	s.sides = newSides(s.choose)
	s.choose(ViewGeneral)
	return s
}

func (s *Screen) windowPart() fyne.CanvasObject {
	languages := words.Languages()
	names := make([]string, len(languages))
	for i, l := range languages {
		names[i] = l.Name
	}
	language := parts.NewSelect(names, nil)
	language.SetSelectedIndex(slices.IndexFunc(languages, func(l words.Language) bool { return l.Code == s.deps.Window.Language() }))
	s.restart = parts.NewField(words.T("settings.language"), language)
	language.OnChanged = func(string) {
		s.deps.Window.SetLanguage(languages[language.SelectedIndex()].Code)
		s.restart.SetHint(words.T("settings.restart"))
	}
	look := parts.NewSelect([]string{words.T("settings.light"), words.T("settings.dark")}, nil)
	if s.deps.Window.Dark() {
		look.SetSelectedIndex(1)
	} else {
		look.SetSelectedIndex(0)
	}
	look.OnChanged = func(string) { s.deps.Window.SetDark(look.SelectedIndex() == 1) }
	return container.NewVBox(parts.Heading(words.T("settings.window")),
		parts.NewForm(3, s.restart, parts.NewField(words.T("settings.look"), look), nil))
}

func (s *Screen) recognitionPart() fyne.CanvasObject {
	s.languages, s.workers, s.program, s.command = parts.NewEntry(), parts.NewEntry(), parts.NewEntry(), parts.NewEntry()
	s.program.SetPlaceHolder(words.T("settings.program.auto"))
	s.command.SetPlaceHolder(words.T("settings.command.none"))
	s.langField = parts.NewField(words.T("settings.languages"), s.languages)
	s.workField = parts.NewField(words.T("settings.workers"), s.workers)
	program := parts.NewField(words.T("settings.program"), s.program)
	command := parts.NewField(words.T("settings.command"), s.command)
	command.SetHint(words.T("settings.command.hint"))
	s.save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), s.store)
	for _, e := range []*parts.Entry{s.languages, s.workers, s.program, s.command} {
		e.OnSubmitted = func(string) { s.store() }
	}
	parts.Able(s.save, !s.deps.ReadOnly)
	return container.NewVBox(parts.Heading(words.T("settings.recognition")), barred(s.deps), s.state,
		parts.NewForm(2, s.langField, s.workField, program, command),
		container.NewHBox(s.save, parts.NewButton(words.T("settings.probe"), base.ViewRefreshIcon(), s.look)))
}

// barred says why nothing of the archive can be changed here, while that is so.
func barred(d Deps) *parts.Prose {
	p := parts.Paragraph(words.T("rights.settings"))
	p.Importance = widget.WarningImportance
	p.Hidden = !d.ReadOnly
	return p
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.settings") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.sides.Content }

// Shown reads what is in view.
func (s *Screen) Shown(value any) {
	s.inView = true
	if _, ok := value.(parts.RootsValue); ok {
		value = ViewRoots
	}
	if _, ok := value.(parts.FixityValue); ok {
		value = ViewFixity
	}
	if v, ok := value.(View); ok && s.sides.Has(v) {
		s.now = v
	}
	s.choose(s.now)
}

// load reads the settings and looks whether recognition works.
func (s *Screen) load() {
	task.Load(s.deps.Runner, &s.loads, s.deps.Settings.Read, func(r Recognition, err error) {
		if err != nil {
			s.tell(parts.NewErrorPanel(err, s.load))
			return
		}
		s.fill(r)
		s.look()
	})
}

// Hidden drops loads under way.
func (s *Screen) Hidden() {
	s.inView = false
	s.loads.Cancel()
	s.probe.Cancel()
	s.roots.hidden()
	s.disks.hidden()
	s.fixity.hidden()
}

func (s *Screen) fill(r Recognition) {
	s.languages.SetText(r.Languages)
	s.program.SetText(r.Program)
	s.command.SetText(r.Command)
	s.workers.SetText("")
	if r.Workers > 0 {
		s.workers.SetText(strconv.Itoa(r.Workers))
	}
	s.workers.SetPlaceHolder(words.T("settings.workers.auto"))
}

// read takes what is in the form, or marks what is wrong with it.
func (s *Screen) read() (Recognition, bool) {
	r := Recognition{Program: strings.TrimSpace(s.program.Text), Command: strings.TrimSpace(s.command.Text),
		Languages: strings.TrimSpace(s.languages.Text)}
	s.workField.SetError("")
	if text := strings.TrimSpace(s.workers.Text); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxWorkers {
			s.workField.SetError(words.T("settings.workers.wrong", words.Args{"Most": maxWorkers}))
			return r, false
		}
		r.Workers = n
	}
	return r, true
}

// look tells whether the engine in the form is there and knows its languages.
func (s *Screen) look() {
	r, ok := s.read()
	if !ok {
		return
	}
	s.tell(parts.Caption(words.T("settings.probing")))
	task.Load(s.deps.Runner, &s.probe, func(ctx context.Context) (Engine, error) {
		return s.deps.Settings.Probe(ctx, r)
	}, func(e Engine, err error) {
		if err != nil {
			s.tell(parts.NewErrorPanel(err, nil))
			return
		}
		s.langField.SetError(missing(r.Languages, e.Models))
		s.tell(parts.Paragraph(words.T("settings.engine", words.Args{"Name": e.Name, "Version": e.Version,
			"Program": e.Program, "Models": strings.Join(e.Models, " ")})))
	})
}

// missing says which of the languages wanted the engine does not have; "" for none.
func missing(wanted string, models []string) string {
	if len(models) == 0 {
		return ""
	}
	var lack []string
	for _, l := range strings.Split(wanted, "+") {
		if l != "" && !slices.Contains(models, l) {
			lack = append(lack, l)
		}
	}
	if len(lack) == 0 {
		return ""
	}
	return words.T("settings.languages.missing", words.Args{"Languages": strings.Join(lack, " ")})
}

func (s *Screen) store() {
	r, ok := s.read()
	if !ok || s.deps.ReadOnly {
		return
	}
	s.save.Disable()
	task.Run(s.deps.Runner, words.T("settings.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, s.deps.Settings.Save(ctx, r)
	}, func(_ struct{}, err error) {
		s.save.Enable()
		if err != nil {
			parts.ShowError(s.deps.Canvas, err)
			return
		}
		s.look()
	}, task.Quiet())
}

func (s *Screen) tell(o fyne.CanvasObject) {
	s.state.Objects = []fyne.CanvasObject{o}
	s.state.Refresh()
}
