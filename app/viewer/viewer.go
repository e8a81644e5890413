// Package viewer is the screen of one page: its image beside its text, which can be
// corrected, and the description of the record it belongs to.
package viewer

import (
	"context"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Volume is a page with those around it: all of one record, or of one file where it
// is not linked yet.
type Volume struct {
	Holding archive.ID // zero: 待挂接
	Code    string
	Title   string
	Fields  []Field // the description; empty for what is not linked
	Pages   []parts.PageRef
	Index   int // of the page asked for
}

// Field is one line of a description.
type Field struct {
	Word  string // key of its name
	Value string
}

// Text is what is known of a page's text. Boxes are on the page as PageRef measures
// it.
type Text struct {
	Recognised string
	Corrected  string
	HasCorrect bool
	Read       bool // it was recognised, or came with the images; perhaps it is empty
	Delivered  bool // it came with the images
	Engine     string
	Confidence int // mean, 0–100
	Stage      archive.Stage
	Reason     archive.Reason
	Boxes      []archive.Box // of the words asked for
	Original   []Field       // of the original behind the page
	Notice     string        // the original is not the one that image and text are of; else empty
}

// Shown is the text that is searched.
func (t Text) Shown() string {
	if t.HasCorrect {
		return t.Corrected
	}
	return t.Recognised
}

// Pages reads and corrects pages, off the UI goroutine.
type Pages interface {
	Open(ctx context.Context, page archive.ID) (Volume, error)
	Text(ctx context.Context, page archive.ID, words []string) (Text, error)
	// Locate finds where a stretch of the page's text stands on its image.
	Locate(ctx context.Context, page archive.ID, stretch string) ([]archive.Box, error)
	// Correct keeps a person's text; when it returns it can be found.
	Correct(ctx context.Context, page archive.ID, text string) error
	// Rotate turns the page clockwise; its image and recognised text are made again.
	Rotate(ctx context.Context, page archive.ID, degrees int) error
	Image(ctx context.Context, v parts.View) (*image.RGBA, error)
}

// Deps are what the screen needs.
type Deps struct {
	Runner   *task.Runner
	Window   fyne.Window
	Memory   parts.Memory
	Open     parts.Open
	Back     func()
	Remember func(value any) // the page that is in view now, for coming back to it
	Pages    Pages
	ReadOnly bool // the person may look and change nothing
}

// routeHoldings is the screen of records, as routes name it.
const routeHoldings = "holdings"

// Screen is the screen. Its route takes a parts.PageValue.
type Screen struct {
	deps   Deps
	bar    *pageBar
	viewer *parts.PageViewer
	side   *side
	place  *fyne.Container
	root   fyne.CanvasObject // image and side, under the bar
	value  parts.PageValue
	volume Volume
	text   Text
	drafts map[archive.ID]string // texts that were changed and not saved
	saving bool
	asking bool // the question before leaving stands open

	opening task.Latest
	reading task.Latest
	finding task.Latest
	content fyne.CanvasObject
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, drafts: map[archive.ID]string{}}
	s.viewer = parts.NewPageViewer(d.Runner, d.Pages.Image)
	s.viewer.OnTurn = s.turned
	s.viewer.OnZoom = func() { s.bar.zoomed(s.viewer) }
	s.bar = newPageBar(s)
	s.side = newSide(s)
	s.root = parts.NewSplit(s.viewer, s.side.content, parts.SplitOptions{Key: "viewer", Memory: d.Memory, Share: 0.6})
	s.place = container.NewStack(s.root)
	s.content = parts.Padded(parts.Border(s.bar.content, nil, nil, nil, s.place))
	return s
}

// Title names the page.
func (s *Screen) Title() string {
	if s.volume.Code != "" {
		return s.volume.Code
	}
	return words.T("viewer.title")
}

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// saveKey saves the text wherever the keyboard is.
func saveKey() *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: fyne.KeyS, Modifier: fyne.KeyModifierControl}
}

// Shown opens the page that the route names; without one it is the page before.
func (s *Screen) Shown(value any) {
	s.deps.Window.Canvas().AddShortcut(saveKey(), func(fyne.Shortcut) { s.save(nil) })
	if v, ok := value.(parts.PageValue); ok {
		s.value = v
	}
	s.deps.Window.Canvas().Focus(s.viewer)
	s.open(true)
}

// Hidden drops loads under way. Changed texts are kept.
func (s *Screen) Hidden() {
	s.deps.Window.Canvas().RemoveShortcut(saveKey())
	s.opening.Cancel()
	s.reading.Cancel()
	s.finding.Cancel()
}

// Reload reads page and text again: a task may have made them anew.
func (s *Screen) Reload() { s.open(false) }

// open reads the page and those around it. An image is read again only if its size
// changed, it could not be shown, or a new page was asked for.
func (s *Screen) open(again bool) {
	if s.value.Page == 0 {
		s.instead(parts.NewEmptyState(words.T("viewer.none"), words.T("viewer.none.say"), nil))
		return
	}
	page := s.value.Page
	task.Load(s.deps.Runner, &s.opening, func(ctx context.Context) (Volume, error) {
		return s.deps.Pages.Open(ctx, page)
	}, func(v Volume, err error) {
		switch {
		case archive.KindOf(err) == archive.Stopped:
		case err != nil:
			s.instead(parts.NewErrorPanel(err, func() { s.open(again) }))
		default:
			s.show(v, again)
		}
	})
}

// instead shows something in place of image and text.
func (s *Screen) instead(o fyne.CanvasObject) {
	s.place.Objects = []fyne.CanvasObject{o}
	s.place.Refresh()
}

func (s *Screen) show(v Volume, again bool) {
	changed := again || s.viewer.Failed() || !sameSizes(s.volume.Pages, v.Pages)
	s.volume = v
	if s.place.Objects[0] != s.root {
		s.instead(s.root)
	}
	if changed {
		s.viewer.SetPages(append([]parts.PageRef{}, v.Pages...), v.Index)
	}
	s.side.describe(v)
	s.deps.Remember(s.value)
	s.shown()
}

func sameSizes(a, b []parts.PageRef) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// turned is told that the viewer shows another page.
func (s *Screen) turned(index int) {
	s.value.Page = s.volume.Pages[index].ID
	s.volume.Index = index
	s.deps.Remember(s.value)
	s.shown()
}

// shown brings everything around the image in line with the page.
func (s *Screen) shown() {
	s.bar.update(s.volume, s.viewer)
	s.read()
}

// read reads the text of the page; the one before stays until it is there.
func (s *Screen) read() {
	v := s.value
	s.side.text.loading(v.Page)
	task.Load(s.deps.Runner, &s.reading, func(ctx context.Context) (Text, error) {
		return s.deps.Pages.Text(ctx, v.Page, v.Words)
	}, func(t Text, err error) {
		switch {
		case archive.KindOf(err) == archive.Stopped:
		case err != nil:
			s.side.text.failed(err, s.read)
		default:
			s.text = t
			s.viewer.SetBoxes(t.Boxes)
			s.side.read(v.Page, t)
		}
	})
}

// TakeKey turns pages, saves and goes on, and changes between text and description.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyF6:
		s.side.swap()
	case fyne.KeyF7:
		s.viewer.Turn(-1)
	case fyne.KeyF8:
		s.viewer.Turn(1)
	case fyne.KeyF9:
		s.saveAndNext()
	case fyne.KeyEscape:
		s.deps.Back()
	default:
		return false
	}
	return true
}

// locate boxes what is selected in the text, or the words looked for.
func (s *Screen) locate(stretch string) {
	if stretch == "" {
		s.finding.Cancel()
		s.viewer.SetBoxes(s.text.Boxes)
		return
	}
	page := s.value.Page
	task.Load(s.deps.Runner, &s.finding, func(ctx context.Context) ([]archive.Box, error) {
		return s.deps.Pages.Locate(ctx, page, stretch)
	}, func(boxes []archive.Box, err error) {
		if err == nil && len(boxes) > 0 {
			s.viewer.SetBoxes(boxes)
			s.viewer.GoToBox(0)
		}
	})
}

// rotate asks, since image and recognised text are made again.
func (s *Screen) rotate() {
	page := s.value.Page
	if page == 0 {
		return
	}
	parts.Ask(s.deps.Window, words.T("viewer.rotate"), words.T("viewer.rotate.say"), words.T("viewer.rotate.do"), func() {
		task.Run(s.deps.Runner, words.T("viewer.rotate"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			return struct{}{}, s.deps.Pages.Rotate(ctx, page, 90)
		}, func(_ struct{}, err error) {
			if err != nil {
				parts.ShowError(s.deps.Window, err)
			}
		})
	})
}
