// Package find is the screen 全文检索: a phrase, what narrows it, the pages that hold
// it, and the page itself with the words boxed.
package find

import (
	"context"
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Order is how hits are arranged.
type Order string

// The orders of hits.
const (
	ByRelevance Order = ""
	ByDate      Order = "date"
	ByCode      Order = "code"
)

// Query is what a person asks for. Fields that are empty do not narrow.
type Query struct {
	Text  string // words, phrases and signs (doc/search.md)
	Fonds string // 全宗号
	Class string // 门类代码
	Years string // "1980", "1980-1985", "1980-", "-1985"
	Code  string // beginning of the 档号
	Order Order
}

// Empty tells whether nothing is asked.
func (q Query) Empty() bool {
	q.Order = ByRelevance
	return q == Query{}
}

// Coverage says how much of the archive a search can reach. Counts are of 画幅.
type Coverage struct {
	Pages    int  // held
	Searched int  // with text in the index
	Waiting  int  // on their way there
	Away     int  // on their way there once their storage root is connected
	Refused  int  // 退回
	Secret   int  // 涉密隔离: never searched
	Closed   int  // not open to the person: not searched for them without an approval
	NoEngine bool // pages wait because the recognition program is not there
}

// Silent counts the pages without text yet, or without any that can be recognised; what was
// put aside or is closed is not among them.
func (c Coverage) Silent() int { return max(c.Pages-c.Searched-c.Secret-c.Closed, 0) }

// Answer is what a search gave.
type Answer struct {
	Total     int  // pages found; an upper bound when not Exact
	Exact     bool // Total is the number of pages
	Withheld  bool // rights were tightened a moment ago, and totals could still tell of what is closed now
	Coverage  Coverage
	Took      time.Duration
	Words     []string // the words looked for, as the viewer's route wants them
	Hits      []Hit    // the window asked for
	ItemTotal int      // records whose description holds the words
	Items     []Item   // the best of them
}

// Mark is a stretch of a snippet in runes, end not included.
type Mark struct{ From, To int }

// Hit is a page that was found.
type Hit struct {
	Page    parts.PageRef
	Code    string // 档号; empty: 待挂接
	Ordinal int    // 画幅
	Title   string
	Date    string // archival form
	Snippet string
	Marks   []Mark
	Boxes   []archive.Box // on the page as PageRef measures it
}

// Item is a record that was found by its description.
type Item struct {
	ID    archive.ID
	Kind  archive.HoldingKind
	Code  string
	Title string
	Date  string // archival form
}

// Choice is one value of a filter.
type Choice struct{ Value, Name string }

// Choices are what filters offer.
type Choices struct{ Fonds, Classes []Choice }

// Finder searches, off the UI goroutine.
type Finder interface {
	// Find gives the hits from offset on. An Invalid error names, as its subject, the
	// part of the query that was not understood.
	Find(ctx context.Context, q Query, offset, limit int) (Answer, error)
	// Refine counts exactly; it may take seconds. It tells whether it could.
	Refine(ctx context.Context, q Query) (total int, exact bool, err error)
	Coverage(ctx context.Context) (Coverage, error)
	Choices(ctx context.Context) (Choices, error)
	Image(ctx context.Context, v parts.View) (*image.RGBA, error)
}

// Deps are what the screen needs.
type Deps struct {
	Runner *task.Runner
	Window fyne.Window
	Memory parts.Memory
	Open   parts.Open
	Finder Finder
}

// The names of other screens, as routes use them.
const (
	routeViewer   = "viewer"
	routeHoldings = "holdings"
	routeIntake   = "intake"
	routeSettings = "settings"
)

// Screen is the screen. Its route takes a parts.FindValue.
type Screen struct {
	deps    Deps
	ask     *asking
	say     *saying
	results *results
	preview *preview
	content fyne.CanvasObject

	query    Query // the one whose answer is shown
	search   task.Latest
	refine   task.Latest
	coverage task.Latest
	choices  task.Latest
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d}
	s.ask = newAsking(d.Window, s.begin)
	s.say = newSaying()
	s.preview = newPreview(d, func() { s.open(s.results.list.Current()) })
	s.results = newResults(d, s.open, s.selected)
	s.ask.down = s.results.focus
	head := container.NewVBox(s.ask.content, s.say.content)
	split := parts.NewSplit(s.results.content, s.preview.content, parts.SplitOptions{Key: "find", Memory: d.Memory, Share: 0.54})
	s.content = parts.Padded(parts.Border(head, nil, nil, nil, split))
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.find") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown sets the keyboard into the search field and searches for what the route
// brings. Without a value the answer before is still there.
func (s *Screen) Shown(value any) {
	s.loadChoices()
	if v, ok := value.(parts.FindValue); ok {
		s.ask.set(v.Query)
		s.begin(s.ask.query())
	} else {
		s.Reload()
	}
	s.ask.focus()
}

// Hidden drops loads under way.
func (s *Screen) Hidden() {
	s.search.Cancel()
	s.refine.Cancel()
	s.coverage.Cancel()
	s.choices.Cancel()
}

// Reload searches again in place, or looks how much can be searched.
func (s *Screen) Reload() {
	if s.query.Empty() {
		task.Load(s.deps.Runner, &s.coverage, s.deps.Finder.Coverage, func(c Coverage, err error) {
			if err != nil {
				s.failed(err, s.Reload)
				return
			}
			s.intro(c)
		})
		return
	}
	s.run(s.query, true)
}

// TakeKey turns the pages of the preview's neighbours: the hits.
func (s *Screen) TakeKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyF7:
		s.results.step(-1)
	case fyne.KeyF8:
		s.results.step(1)
	default:
		return false
	}
	return true
}

func (s *Screen) loadChoices() {
	task.Load(s.deps.Runner, &s.choices, s.deps.Finder.Choices, func(c Choices, err error) {
		if err == nil { // without them the filters can still be typed
			s.ask.setChoices(c)
		}
	})
}

// begin searches for another query.
func (s *Screen) begin(q Query) {
	s.run(q, false)
}

// run searches; with keep the view stays where it is.
func (s *Screen) run(q Query, keep bool) {
	s.refine.Cancel()
	s.coverage.Cancel()
	s.ask.wrong("")
	if q.Empty() {
		s.search.Cancel()
		s.query = q
		s.results.clear()
		s.preview.clear()
		s.Reload()
		return
	}
	if !keep {
		s.say.searching()
	}
	task.Load(s.deps.Runner, &s.search, func(ctx context.Context) (Answer, error) {
		return s.deps.Finder.Find(ctx, q, 0, chunk)
	}, func(a Answer, err error) {
		switch {
		case archive.KindOf(err) == archive.Invalid:
			s.say.clear()
			s.ask.wrong(words.Tell(err).What)
		case err != nil:
			s.failed(err, func() { s.run(q, keep) })
		default:
			s.show(q, a, keep)
		}
	})
}

// show puts an answer on the screen.
func (s *Screen) show(q Query, a Answer, keep bool) {
	s.query = q
	s.say.answer(a)
	s.results.show(q, a, keep)
	if a.Total == 0 {
		s.preview.clear()
		s.results.explain(nothing(q, a, s.deps.Open))
	}
	if !a.Exact {
		s.refineTotal(q, a)
	}
}

// refineTotal counts exactly in the background.
func (s *Screen) refineTotal(q Query, a Answer) {
	type count struct {
		total int
		exact bool
	}
	task.Load(s.deps.Runner, &s.refine, func(ctx context.Context) (count, error) {
		n, exact, err := s.deps.Finder.Refine(ctx, q)
		return count{n, exact}, err
	}, func(c count, err error) {
		if err != nil || !c.exact {
			return // the upper bound stands, and says that it is one
		}
		a.Total, a.Exact = c.total, true
		s.say.answer(a)
		s.results.refined(a)
		if a.Total == 0 {
			s.preview.clear()
			s.results.explain(nothing(q, a, s.deps.Open))
		}
	})
}

// intro is what stands there before anything is asked.
func (s *Screen) intro(c Coverage) {
	s.say.coverage(c)
	s.results.explain(introduction(c, s.deps.Open))
	s.preview.clear()
}

func (s *Screen) failed(err error, retry func()) {
	if archive.KindOf(err) == archive.Stopped {
		return
	}
	s.say.clear()
	s.results.explain(parts.NewErrorPanel(err, retry))
}

func (s *Screen) selected(h Hit, ok bool) {
	if !ok {
		s.preview.clear()
		return
	}
	s.preview.show(h)
}

// open shows a hit in the viewer.
func (s *Screen) open(row int) {
	if h, ok := s.results.hit(row); ok {
		s.deps.Open(parts.Route{Screen: routeViewer, Value: parts.PageValue{Page: h.Page.ID, Words: s.results.words}})
	}
}
