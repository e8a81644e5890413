// Package history is the screen 变更历史: what was done to one record, by whom and when,
// with each field before and after, and its undoing.
//
// Its route value is a parts.HistoryValue.
package history

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

// Deps are what the screen needs.
type Deps struct {
	Runner   *task.Runner
	Window   fyne.Window
	Memory   parts.Memory
	Open     parts.Open
	Archive  Archive
	ReadOnly bool // the person may look and undo nothing
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	// Past reads what was done to a record, the newest first, up to a number of ops.
	Past(ctx context.Context, id archive.ID, limit int) (Past, error)
	// Try tells how many changes undoing an op would take back and how many have to stay.
	Try(ctx context.Context, op archive.ID, progress func(archive.Progress)) (goes, kept int, err error)
	// Undo takes an op back; kept counts what had to stay.
	Undo(ctx context.Context, op archive.ID, progress func(archive.Progress)) (kept int, err error)
}

// Past is a record's history.
type Past struct {
	Code, Title string // as they are, or were when it was removed
	Removed     bool
	Former      []string // codes it had before, with the reason
	Events      []Event
	More        bool // there are older ones
	Withheld    bool // the values before and after are for those who may edit the record
}

// Event is what one op did to the record.
type Event struct {
	Op     archive.ID
	Time   int64  // Unix milliseconds
	Who    string // did it
	Kind   archive.OpKind
	What   string // added, changed, removed or purged
	Reason string
	Fields []Field
}

// Field is a field before and after, as a person reads it.
type Field struct{ Name, Before, Now string }

// shown is how many ops are read at first, and more with each asking.
const shown = 200

// Screen is the screen.
type Screen struct {
	deps  Deps
	id    archive.ID
	limit int
	past  Past
	loads task.Latest
	rows  parts.HeldRows
	busy  bool
	heading, former,
	said *parts.Prose
	table      *parts.Table
	facts      *parts.Facts
	undo, more *parts.Button
	fault      *fyne.Container
	whole      fyne.CanvasObject
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, heading: parts.Paragraph(""), former: parts.Paragraph(""), said: parts.Paragraph(""), facts: parts.NewFacts(),
		fault: container.NewStack(), limit: shown}
	s.heading.TextStyle.Bold = true
	s.table = parts.NewTable(parts.TableOptions{
		Key: "history.events", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "time", Title: words.T("importing.log.time"), Width: 140},
			{Key: "deed", Title: words.T("importing.log.kind"), Width: 140},
			{Key: "fields", Title: words.T("history.fields"), Width: 160, Stretch: true},
			{Key: "who", Title: words.T("importing.log.who"), Width: 120},
		},
		Fetch: s.rows.Fetch, OnSelect: s.selected, Empty: words.T("history.empty"),
	})
	s.undo = parts.NewButton(words.T("history.undo"), base.ContentUndoIcon(), s.ask)
	s.more = parts.NewQuiet(words.T("history.more"), base.MoreHorizontalIcon(), func() { s.limit += shown; s.load() })
	back := parts.NewQuiet(words.T("nav.holdings"), base.NavigateBackIcon(), s.back)
	list := parts.Border(nil, s.more, nil, nil, s.table)
	side := parts.Border(container.NewVBox(parts.NewRow(nil, parts.Heading(words.T("history.detail")), s.undo), s.said), nil, nil, nil,
		parts.Scroll(s.facts))
	split := parts.NewSplit(list, side, parts.SplitOptions{Key: "history.detail", Memory: d.Memory, Share: 0.55})
	head := container.NewVBox(parts.NewRow(parts.Title(words.T("history.title")), nil, back), s.heading, s.former, s.fault)
	s.whole = parts.Padded(parts.Border(head, nil, nil, nil, split))
	s.show(Past{})
	return s
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("history.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// Shown reads the history of the record that a route names.
func (s *Screen) Shown(value any) {
	if v, ok := value.(parts.HistoryValue); ok && v.Record != s.id {
		s.id, s.limit = v.Record, shown
		s.said.SetText("")
		s.show(Past{})
	}
	s.load()
	s.deps.Window.Canvas().Focus(s.table.Focusable())
}

// Hidden drops a load under way.
func (s *Screen) Hidden() { s.loads.Cancel() }

// Reload reads the history again.
func (s *Screen) Reload() { s.load() }

func (s *Screen) back() {
	if s.past.Removed || s.id == 0 {
		s.deps.Open(parts.Route{Screen: "trash"})
		return
	}
	s.deps.Open(parts.Route{Screen: "holdings", Value: parts.HoldingValue{Holding: s.id}})
}

func (s *Screen) load() {
	if s.id == 0 {
		return
	}
	id, limit := s.id, s.limit
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (Past, error) {
		return s.deps.Archive.Past(ctx, id, limit)
	}, func(p Past, err error) {
		s.tell(err)
		if err == nil {
			s.show(p)
		}
	})
}

func (s *Screen) tell(err error) {
	s.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		s.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, s.load)}
	}
	s.fault.Refresh()
	s.whole.Refresh()
}

func (s *Screen) show(p Past) {
	s.past = p
	name := strings.TrimSpace(p.Code + "  " + p.Title)
	if p.Removed {
		name = words.T("history.in-trash", words.Args{"Name": name})
	}
	s.heading.SetText(name)
	s.former.Hidden = len(p.Former) == 0
	s.former.SetText(words.T("history.former", words.Args{"Codes": strings.Join(p.Former, "；")}))
	rows := make(map[archive.ID]parts.Row, len(p.Events))
	ids := make([]archive.ID, len(p.Events))
	for i, e := range p.Events {
		ids[i] = e.Op
		rows[e.Op] = parts.Row{Cells: []string{words.Clock(e.Time), deed(e), fieldNames(e), e.Who}, Alert: e.What == "removed"}
	}
	s.rows.Set(rows)
	s.table.SetIDs(ids)
	s.table.Reload()
	s.more.Hidden = !p.More
	s.more.Refresh()
	if row, _ := s.table.Current(); row < 0 && len(ids) > 0 {
		s.table.GoTo(0)
	}
	s.selected()
	s.whole.Refresh()
}

// deed names what was done; of an edit, what became of the record.
func deed(e Event) string {
	if e.What == "removed" || e.What == "purged" {
		return words.T("history." + e.What)
	}
	return words.T("op." + string(e.Kind))
}

func fieldNames(e Event) string {
	if e.What != "changed" {
		return ""
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Name)
	}
	return strings.Join(names, "、")
}

// current is the event that is chosen.
func (s *Screen) current() (Event, bool) {
	_, id := s.table.Current()
	for _, e := range s.past.Events {
		if e.Op == id {
			return e, true
		}
	}
	return Event{}, false
}

// undoable tells whether the op of an event can be taken back here: what was removed comes
// back from the trash.
func undoable(e Event) bool {
	switch e.Kind {
	case archive.OpUndo, archive.OpBatchAdd, archive.OpHoldingRemove, archive.OpQuarantine, archive.OpQuarantineDecide, archive.OpQuarantineRelease, archive.OpQuarantinePurge,
		archive.OpPurgeAsk, archive.OpPurgeWithdraw, archive.OpPurgeMedium, archive.OpHoldingPurge:
		return false
	}
	return e.What != "purged"
}

func (s *Screen) selected() {
	e, ok := s.current()
	var facts []parts.Fact
	if e.Reason != "" {
		facts = append(facts, parts.Fact{Name: words.T("history.reason"), Value: e.Reason})
	}
	if ok && s.past.Withheld {
		facts = append(facts, parts.Fact{Name: words.T("history.fields"), Value: words.T("history.withheld")})
		e.Fields = nil
	}
	for _, f := range e.Fields {
		value := words.T("history.from-to", words.Args{"Before": f.Before, "Now": f.Now})
		switch e.What {
		case "added":
			value = f.Now
		case "removed":
			value = f.Before
		}
		facts = append(facts, parts.Fact{Name: f.Name, Value: value})
	}
	s.facts.Set(facts)
	s.undo.Importance = widget.MediumImportance
	parts.Able(s.undo, ok && undoable(e) && !s.busy && !s.deps.ReadOnly)
}

// ask tries an undo, says what it would do, and does it when the person means it.
func (s *Screen) ask() {
	e, ok := s.current()
	if !ok || !undoable(e) || s.busy || s.deps.ReadOnly {
		return
	}
	type trial struct{ goes, kept int }
	s.work(true)
	task.Run(s.deps.Runner, words.T("history.trying"), func(ctx context.Context, progress func(archive.Progress)) (trial, error) {
		goes, kept, err := s.deps.Archive.Try(ctx, e.Op, progress)
		return trial{goes, kept}, err
	}, func(t trial, err error) {
		s.work(false)
		s.tell(err)
		if err != nil {
			return
		}
		if t.goes == 0 {
			s.said.SetText(words.T("history.nothing"))
			return
		}
		say := words.N("history.would", t.goes)
		if t.kept > 0 {
			say += words.N("history.stays", t.kept)
		}
		parts.Ask(s.deps.Window, words.T("history.undo"), say, words.T("history.undo.do"), func() { s.takeBack(e.Op) })
	}, task.Quiet())
}

func (s *Screen) takeBack(op archive.ID) {
	s.work(true)
	task.Run(s.deps.Runner, words.T("history.undoing"), func(ctx context.Context, progress func(archive.Progress)) (int, error) {
		return s.deps.Archive.Undo(ctx, op, progress)
	}, func(kept int, err error) {
		s.work(false)
		s.tell(err)
		if err == nil {
			s.said.SetText(words.T("history.undone"))
			if kept > 0 {
				s.said.SetText(words.T("history.undone") + words.N("history.stays", kept))
			}
			s.load()
		}
	})
}

func (s *Screen) work(on bool) {
	s.busy = on
	s.selected()
}
