// Package start is the screen 工作台: a search field, what waits to be done today, and
// how much the archive holds.
package start

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

// State is what there is to say of the archive at one moment.
type State struct {
	Fonds      int
	Items      int
	Pages      int // 画幅
	Searchable int
	Unlinked   int // 待挂接
	Refused    int // 退回, pages
	NotTaken   int // 退回, files
	Unfinished int // receipts that were cut off
	AboveClass int // records that the archive may not hold, from an earlier program
	Declassify int // records whose term of secrecy has passed
	Secret     int // matters of suspected state secrets that wait for a decision
	Waiting    int // being enhanced, recognised or indexed
	Away       int // pages that wait for their storage root to be connected
	Left       time.Duration
	Paused     bool
	NoEngine   error    // why recognition is not there; nil: it is
	Fault      error    // why work on all pages stopped; nil: it did not
	Unsaved    int      // records with changes that were typed and not saved
	Log        []string // what is wrong with the change log, a sentence each
	Clock      string   // what is wrong with the computer's clock; "": nothing
	Damaged    int      // originals that were found missing, changed or unreadable
	Late       int      // originals that were not checked in time
	LateAway   int      // of those, on storage roots that are not connected
	Behind     int      // pages with text that the index has to read again
}

// Copies are how the backup of the archive stands.
type Copies struct {
	Targets int
	Offsite int   // of them, those that do not lie in the house
	Through int64 // when one of these was last complete, Unix milliseconds; 0: never
	Missing int   // originals that the fullest of these does not have
	Faulty  int   // copies known not to be good
	Due     int   // media whose day of checking has come
}

// Archive tells its state, off the UI goroutine, by reading tallies.
type Archive interface {
	State(ctx context.Context) (State, error)
	// Copies tells how the backup stands, which takes longer; nil: not to who acts here.
	Copies(ctx context.Context) (*Copies, error)
}

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Open    parts.Open
	Archive Archive
	Name    string                   // of the archive
	Has     func(screen string) bool // whether the person may go there; nil: everywhere
}

// The names of other screens, as routes use them.
const (
	routeFind     = "find"
	routeHoldings = "holdings"
	routeIntake   = "intake"
	routeTasks    = "tasks"
	routeSettings = "settings"
	routeAudit    = "audit"
	routeCustody  = "custody"
)

// Screen is the screen.
type Screen struct {
	deps    Deps
	text    *parts.Entry
	todo    *fyne.Container
	totals  *fyne.Container
	body    *fyne.Container
	load    task.Latest
	counts  task.Latest // of the backup
	now     *State      // nil: not read yet
	copies  *Copies
	last    time.Time
	silence func()
	content fyne.CanvasObject
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, text: parts.NewEntry(), todo: container.NewVBox(), totals: container.NewStack()}
	s.text.SetPlaceHolder(words.T("start.find.hint"))
	s.text.OnSubmitted = func(string) { s.find() }
	do := parts.NewPrimary(words.T("find.do"), base.SearchIcon(), s.find)
	field := parts.Border(nil, nil, nil, do, s.text)
	s.body = container.New(column{}, parts.Title(d.Name), field, gap(),
		parts.Heading(words.T("start.todo")), s.todo, gap(),
		parts.Heading(words.T("start.totals")), s.totals)
	s.content = container.NewVScroll(parts.Padded(s.body))
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.start") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown sets the keyboard into the search field and follows the archive's state.
func (s *Screen) Shown(any) {
	s.Hidden()
	s.silence = s.deps.Runner.Listen(s.moved)
	s.Reload()
	s.deps.Window.Canvas().Focus(s.text)
}

// Hidden ends that.
func (s *Screen) Hidden() {
	s.load.Cancel()
	s.counts.Cancel()
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
}

// rest is the least time between two looks at the state while tasks move.
const rest = time.Second

// moved looks again when a task moved, at most once a second.
func (s *Screen) moved() {
	if !s.load.Busy() && time.Since(s.last) >= rest && s.deps.Runner.Running() > 0 {
		s.Reload()
	}
}

// Reload reads the state again.
func (s *Screen) Reload() {
	s.last = time.Now()
	task.Load(s.deps.Runner, &s.load, s.deps.Archive.State, func(now State, err error) {
		switch {
		case archive.KindOf(err) == archive.Stopped:
		case err != nil:
			s.now = nil
			s.fill(s.todo, parts.NewErrorPanel(err, s.Reload))
		default:
			s.now = &now
			s.show(now)
		}
	})
	task.Load(s.deps.Runner, &s.counts, s.deps.Archive.Copies, func(c *Copies, err error) {
		if err != nil {
			return // the screen of the backup says what is wrong
		}
		s.copies = c
		if s.now != nil {
			s.show(*s.now)
		}
	})
}

func (s *Screen) find() {
	if text := strings.TrimSpace(s.text.Text); text != "" {
		s.deps.Open(parts.Route{Screen: routeFind, Value: parts.FindValue{Query: text}})
	}
}

func (s *Screen) show(now State) {
	s.fill(s.todo, s.duties(now)...)
	s.fill(s.totals, container.NewGridWithColumns(4,
		figure("start.fonds", now.Fonds), figure("start.items", now.Items),
		figure("start.pages", now.Pages), figure("start.searchable", now.Searchable)))
}

// duties lists what waits, the most urgent first.
func (s *Screen) duties(now State) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	add := func(d duty) {
		if s.deps.Has == nil || s.deps.Has(d.screen) {
			out = append(out, s.row(d))
		}
	}
	if now.Fonds == 0 {
		add(duty{icon: base.StorageIcon(), say: words.T("start.first"), action: words.T("start.first.do"), screen: routeHoldings})
	}
	alarms(now, add)
	if now.Fault != nil {
		told := words.Tell(now.Fault)
		add(duty{icon: base.ErrorIcon(), say: words.T("start.fault", words.Args{"What": told.What, "Safe": told.Safe}), more: told.Do,
			action: words.T("nav.tasks"), screen: routeTasks})
	}
	if now.NoEngine != nil && now.Waiting > 0 {
		add(duty{icon: base.WarningIcon(), say: words.N("start.engine", now.Waiting), more: words.Tell(now.NoEngine).Do,
			action: words.T("start.engine.do"), screen: routeSettings})
	}
	if now.Secret > 0 {
		add(duty{icon: base.WarningIcon(), say: words.N("start.secret", now.Secret), more: words.T("start.secret.more"),
			action: words.T("start.secret.do"), screen: routeIntake, value: parts.IntakeValue{View: "secret"}})
	}
	if now.AboveClass > 0 {
		add(duty{icon: base.ErrorIcon(), say: words.N("start.above-class", now.AboveClass), more: words.T("start.above-class.more"),
			action: words.T("start.declassify.do"), screen: routeHoldings})
	}
	if now.Declassify > 0 {
		add(duty{icon: base.HistoryIcon(), say: words.N("start.declassify", now.Declassify), more: words.T("start.declassify.more"),
			action: words.T("start.declassify.do"), screen: routeHoldings})
	}
	if now.Unsaved > 0 {
		add(duty{icon: base.DocumentSaveIcon(), say: words.N("start.unsaved", now.Unsaved), action: words.T("start.unsaved.do"), screen: routeHoldings})
	}
	if now.Unfinished > 0 {
		add(duty{icon: base.WarningIcon(), say: words.N("start.unfinished", now.Unfinished), action: words.T("start.unfinished.do"), screen: routeIntake,
			value: parts.IntakeValue{View: "unfinished"}})
	}
	if now.Refused > 0 {
		add(duty{icon: base.ErrorIcon(), say: words.N("start.refused", now.Refused), action: words.T("start.refused.do"), screen: routeIntake,
			value: parts.IntakeValue{View: "refused"}})
	}
	if now.NotTaken > 0 {
		add(duty{icon: base.ErrorIcon(), say: words.N("start.not-taken", now.NotTaken), action: words.T("start.refused.do"), screen: routeIntake,
			value: parts.IntakeValue{View: "refused"}})
	}
	if now.Unlinked > 0 {
		add(duty{icon: base.MailAttachmentIcon(), say: words.N("start.unlinked", now.Unlinked), action: words.T("start.unlinked.do"), screen: routeIntake,
			value: parts.IntakeValue{View: "link"}})
	}
	if now.Waiting > 0 && now.NoEngine == nil && now.Fault == nil {
		add(duty{icon: base.HistoryIcon(), say: working(now), action: words.T("nav.tasks"), screen: routeTasks})
	}
	if now.Away > 0 {
		add(duty{icon: base.WarningIcon(), say: words.N("start.away", now.Away), action: words.T("start.away.do"), screen: routeSettings,
			value: parts.RootsValue{}})
	}
	if now.Behind > 0 {
		add(duty{icon: base.SearchReplaceIcon(), say: words.N("start.behind", now.Behind), action: words.T("nav.tasks"), screen: routeTasks})
	}
	if now.Fonds > 0 && now.Pages == 0 {
		add(duty{icon: base.DownloadIcon(), say: words.T("start.receive"), action: words.T("start.receive.do"), screen: routeIntake})
	}
	wanting, well := s.backup(now)
	out = append(out, wanting...)
	if len(out) == 0 {
		out = append(out, parts.Paragraph(words.T("start.nothing")))
	}
	return append(out, well...)
}

// alarms are what the security of the archive needs somebody to look at.
func alarms(now State, add func(duty)) {
	for _, wrong := range now.Log {
		add(duty{icon: base.ErrorIcon(), say: wrong, more: words.T("log.misfit.do"), action: words.T("nav.audit"), screen: routeAudit})
	}
	if now.Damaged > 0 {
		add(duty{icon: base.ErrorIcon(), say: words.N("start.damaged", now.Damaged), more: words.T("start.damaged.more"), action: words.T("start.damaged.do"),
			screen: routeSettings, value: parts.FixityValue{}})
	}
	if now.Late > 0 {
		more := ""
		if now.LateAway > 0 {
			more = words.N("start.late.away", now.LateAway)
		}
		add(duty{icon: base.WarningIcon(), say: words.N("start.late", now.Late), more: more, action: words.T("start.late.do"), screen: routeSettings,
			value: parts.FixityValue{}})
	}
	if now.Clock != "" {
		add(duty{icon: base.WarningIcon(), say: now.Clock, action: words.T("nav.audit"), screen: routeAudit})
	}
}

// working says how much is being done, and how long that takes.
func working(now State) string {
	say := words.N("start.waiting", now.Waiting)
	switch {
	case now.Paused:
		say += words.T("start.paused")
	case now.Left > 0:
		say += words.T("start.left", words.Args{"Time": words.Duration(now.Left)})
	}
	return say
}

// fill replaces what stands in a part of the screen, and gives every part its height.
func (s *Screen) fill(c *fyne.Container, objects ...fyne.CanvasObject) {
	c.Objects = objects
	s.body.Refresh()
	s.content.Refresh()
}

func gap() fyne.CanvasObject {
	return container.NewGridWrap(fyne.NewSize(1, theme.Margin))
}
