package custody

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Screen is the screen.
type Screen struct {
	deps    Deps
	now     State
	loads   task.Latest
	looks   map[archive.ID]*task.Latest          // where the media of each target are
	at      map[archive.ID]map[archive.ID]string // what was found: target, medium, folder; nil: not looked yet
	aways   task.Latest
	away    map[archive.ID][]Away // what cannot be copied to each target now
	silence func()
	shown   bool
	want    string // the target that is to be chosen once it is listed
	news    string // what is to be said of the target chosen then

	verdict *parts.Prose
	answers *parts.Facts
	add     *parts.Button
	again   *parts.Button
	fault   *parts.Fault
	running *fyne.Container
	table   *parts.Table
	rows    parts.HeldRows
	jobs    map[archive.ID]*job
	detail  *detail
	form    fyne.CanvasObject // that is open; nil: none
	lower   *fyne.Container   // the detail, or a form
	full    fyne.CanvasObject
	empty   fyne.CanvasObject
	body    *fyne.Container
	content fyne.CanvasObject
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, looks: map[archive.ID]*task.Latest{}, at: map[archive.ID]map[archive.ID]string{}, away: map[archive.ID][]Away{},
		jobs:    map[archive.ID]*job{},
		verdict: parts.Paragraph(""), answers: parts.NewFacts(), running: container.NewVBox(), lower: container.NewStack()}
	s.fault = parts.NewFault(s.Reload)
	s.add = parts.NewButton(words.T("custody.add"), base.ContentAddIcon(), s.addTarget)
	s.again = parts.NewButton(words.T("custody.again"), base.ViewRefreshIcon(), s.Reload)
	parts.Able(s.add, d.May)
	s.table = parts.NewTable(parts.TableOptions{
		Key: "custody.targets", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "name", Title: words.T("custody.name"), Width: 132},
			{Key: "set", Title: words.T("custody.set"), Width: 96},
			{Key: "place", Title: words.T("custody.place"), Width: 120, Stretch: true},
			{Key: "state", Title: words.T("custody.state"), Width: 92},
			{Key: "copied", Title: words.T("custody.copied"), Width: 92, Number: true},
			{Key: "missing", Title: words.T("custody.missing"), Width: 128, Number: true},
			{Key: "faulty", Title: words.T("custody.faulty"), Width: 60, Number: true},
			{Key: "through", Title: words.T("custody.through"), Width: 142},
			{Key: "verified", Title: words.T("custody.verified"), Width: 142},
			{Key: "proven", Title: words.T("custody.proven"), Width: 88},
		},
		Fetch: s.rows.Fetch, OnSelect: s.selected,
	})
	s.detail = newDetail(s)
	split := parts.NewSplit(s.table, s.lower, parts.SplitOptions{Key: "custody", Memory: d.Memory, Share: 0.3, Stacked: true})
	first := parts.NewButton(words.T("custody.add"), base.ContentAddIcon(), s.addTarget)
	parts.Able(first, d.May)
	s.empty = parts.NewEmptyState(words.T("custody.none"), words.T("custody.none.say"), first)
	s.full = parts.Border(container.NewVBox(s.verdict, s.answers, s.running), nil, nil, nil, split)
	s.body = container.NewStack()
	head := container.NewVBox(parts.NewRow(parts.Title(s.Title()), nil, container.NewHBox(s.again, s.add)), widget.NewSeparator(), s.fault.Box)
	s.content = parts.Padded(parts.Border(head, nil, nil, nil, s.body))
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("nav.custody") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Shown reads how everything stands and follows what runs.
func (s *Screen) Shown(any) {
	s.shown = true
	if s.silence == nil {
		s.silence = s.deps.Runner.Listen(s.follow)
	}
	s.Reload()
}

// Hidden drops loads under way. What runs goes on.
func (s *Screen) Hidden() {
	s.shown = false
	if s.silence != nil {
		s.silence()
		s.silence = nil
	}
	s.loads.Cancel()
	s.aways.Cancel()
	for _, l := range s.looks {
		l.Cancel()
	}
	s.detail.hidden()
}

// Reload reads the catalogue, and looks where the media are.
func (s *Screen) Reload() {
	task.Load(s.deps.Runner, &s.loads, s.deps.Archive.Read, func(now State, err error) {
		if s.fault.Show(err) {
			s.content.Refresh()
		}
		if err == nil {
			s.show(now)
		}
	})
}

func (s *Screen) show(now State) {
	first := len(s.body.Objects) == 0
	s.now = now
	s.place()
	s.add.Hidden = len(now.Targets) == 0
	s.again.Hidden = s.add.Hidden
	say, well := verdict(now)
	s.verdict.Importance = widget.WarningImportance
	if well {
		s.verdict.Importance = widget.SuccessImportance
	}
	s.verdict.SetText(say)
	s.answers.Set(answers(now, s.deps.Now()))
	s.fill()
	for _, t := range now.Targets {
		s.look(t.ID)
	}
	s.lookAway()
	for i, t := range now.Targets {
		if s.want != "" && t.Name == s.want {
			s.want = ""
			s.table.GoTo(i)
		}
	}
	if row, _ := s.table.Current(); row < 0 && len(now.Targets) > 0 {
		s.table.GoTo(0)
	}
	if t, ok := s.target(); ok && s.news != "" {
		s.detail.tell(t.ID, outcome{text: s.news, importance: widget.SuccessImportance})
		s.news = ""
	}
	if first && len(now.Targets) > 0 {
		parts.FocusIfFree(s.deps.Window.Canvas(), s.content, s.table.Focusable())
	}
	s.selected()
	s.content.Refresh()
}

// look finds the media of a target, whatever other disks and shares do meanwhile.
func (s *Screen) look(id archive.ID) {
	l := s.looks[id]
	if l == nil {
		l = &task.Latest{}
		s.looks[id] = l
	}
	task.Load(s.deps.Runner, l, func(ctx context.Context) (map[archive.ID]string, error) {
		return s.deps.Archive.Connected(ctx, id)
	}, func(at map[archive.ID]string, err error) {
		if err != nil {
			at = nil // it cannot be reached; what is done with it tells why
		}
		s.at[id] = at
		s.fill()
		s.selected()
	})
}

// lookAway finds what cannot be copied now, for the targets that lack something.
func (s *Screen) lookAway() {
	targets := s.now.Targets
	task.Load(s.deps.Runner, &s.aways, func(ctx context.Context) (map[archive.ID][]Away, error) {
		out := map[archive.ID][]Away{}
		for _, t := range targets {
			if t.Missing() == 0 {
				continue
			}
			away, err := s.deps.Archive.Away(ctx, t.ID)
			if err != nil {
				return nil, err
			}
			out[t.ID] = away
		}
		return out, nil
	}, func(away map[archive.ID][]Away, err error) {
		if err == nil {
			s.away = away
			s.selected()
		}
	})
}

// fill shows the targets as they stand.
func (s *Screen) fill() {
	ids, rows := make([]archive.ID, len(s.now.Targets)), make(map[archive.ID]parts.Row, len(s.now.Targets))
	for i, t := range s.now.Targets {
		ids[i] = t.ID
		rows[t.ID] = parts.Row{Cells: []string{t.Name, words.T("offsite.set." + string(t.Set)), placeOf(t, s.media(t.ID)), s.state(t.ID),
			words.Number(t.Files), missing(t), words.Number(t.Faulty), when(t.Through), when(t.Verified), day(t.Proven)},
			Alert: t.Faulty > 0 || t.Of > 0 && t.Through == 0}
	}
	s.rows.Set(rows)
	s.table.SetIDs(ids)
	s.table.Reload()
}

// media are those of a target.
func (s *Screen) media(target archive.ID) []Medium {
	var out []Medium
	for _, m := range s.now.Media {
		if m.Target == target {
			out = append(out, m)
		}
	}
	return out
}

// state says in a word what is going on with a target.
func (s *Screen) state(target archive.ID) string {
	if j := s.jobs[target]; j != nil && j.one.Busy() {
		return words.T("custody.state." + j.kind)
	}
	at, looked := s.at[target]
	media := len(s.media(target))
	switch {
	case !looked:
		return words.T("custody.state.looking")
	case len(at) == 0:
		return words.T("custody.state.absent")
	case len(at) < media:
		return words.T("custody.state.some", words.Args{"N": len(at), "Of": media})
	}
	return words.T("custody.state.present")
}

// target is the one chosen.
func (s *Screen) target() (Target, bool) {
	_, id := s.table.Current()
	for _, t := range s.now.Targets {
		if t.ID == id {
			return t, true
		}
	}
	return Target{}, false
}

func (s *Screen) selected() {
	if s.detail != nil {
		s.detail.show()
	}
}

// place puts into view what there is: the targets with a detail or a form below, a form alone
// while there are none, or that there are none.
func (s *Screen) place() {
	lower, body := s.detail.root, s.empty
	if s.form != nil {
		lower, body = s.form, s.form
	}
	if len(s.now.Targets) > 0 {
		parts.Put(s.lower, lower)
		body = s.full
	}
	parts.Put(s.body, body)
	s.content.Refresh()
}

// open shows a form in place of the detail, close goes back from it.
func (s *Screen) open(form fyne.CanvasObject, first fyne.Focusable) {
	s.form = form
	s.place()
	s.deps.Window.Canvas().Focus(first)
}

func (s *Screen) close(said string) {
	s.form = nil
	s.place()
	if len(s.now.Targets) > 0 {
		s.deps.Window.Canvas().Focus(s.table.Focusable())
	}
	s.news = said
	s.Reload()
}
