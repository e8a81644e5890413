package holdings

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// sideEvents are told by the pane on the right.
type sideEvents struct {
	saved      func(archive.ID)
	registered func(archive.Holding)
	closed     func() // a form was left
	next       func() // a record was saved, and the one after it is wanted
	paper      func(fonds archive.ID)
	open       func(id archive.ID) // a record that the list does not show
}

// registration is a form that adds a record.
type registration interface {
	content() fyne.CanvasObject
	focus()
	// submit adds the record; next begins another of its kind.
	submit(next bool)
	// repeat puts into the focused field what it held in the record before.
	repeat() bool
}

// sidePane is the pane on the right: a record, or a form that adds one.
type sidePane struct {
	deps    Deps
	events  sideEvents
	loads   task.Latest
	want    archive.ID // the record asked for last
	passing bool       // it may be passed only
	then    func(Record)
	record  *recordView
	fonds   *fondsForm
	series  *seriesForm
	form    registration // nil: the record is shown
	hint    fyne.CanvasObject
	root    *fyne.Container
}

func newSidePane(d Deps, e sideEvents) *sidePane {
	s := &sidePane{deps: d, events: e, hint: parts.NewEmptyState(words.T("holdings.pick"), words.T("holdings.pick.say"), nil)}
	s.record = newRecordView(d, e)
	s.root = container.NewStack(s.hint)
	return s
}

func (s *sidePane) put(o fyne.CanvasObject) {
	if s.root.Objects[0] != o {
		s.root.Objects = []fyne.CanvasObject{o}
		s.root.Refresh()
	}
}

// showSoon is show for a row that a person may only pass: while a key is held down no
// record is laid out.
func (s *sidePane) showSoon(id archive.ID) {
	s.passing = true
	s.show(id)
	s.passing = false
}

// passed is how long a row is stood on before its record is read.
const passed = 90 * time.Millisecond

// show loads a record; the one before stays until it is there. A form gives way and
// keeps what was typed.
func (s *sidePane) show(id archive.ID) {
	s.form = nil
	s.want = id
	if s.record.now.Holding.ID == id && s.then == nil {
		s.put(s.record.root)
		return
	}
	s.load()
}

// whenShown calls then with a record once it is shown.
func (s *sidePane) whenShown(id archive.ID, then func(Record)) {
	s.then = then
	s.show(id)
}

func (s *sidePane) load() {
	id, wait := s.want, time.Duration(0)
	if s.passing {
		wait = passed
	}
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (Record, error) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return Record{}, archive.Wrap("read record", id.String(), ctx.Err())
		}
		return s.deps.Catalogue.Record(ctx, id)
	}, func(r Record, err error) {
		then := s.then
		s.then = nil
		if s.form != nil {
			return
		}
		if err != nil {
			s.put(parts.NewErrorPanel(err, s.load))
			return
		}
		s.record.show(r)
		s.put(s.record.root)
		if then != nil {
			then(r)
		}
	})
}

func (s *sidePane) reload() {
	if s.want != 0 && s.form == nil && !s.record.editor.Dirty() && !s.record.editor.Saving() {
		s.load()
	}
}

func (s *sidePane) hidden() {
	s.loads.Cancel()
	s.then = nil
}

func (s *sidePane) registering() bool { return s.form != nil }

// leaveForm gives up a form for a record that is about to be shown; what was typed into
// it stays.
func (s *sidePane) leaveForm() { s.form = nil }

func (s *sidePane) begin(f registration) {
	s.loads.Cancel()
	s.then = nil
	s.form = f
	s.put(f.content())
	f.focus()
}

// escape leaves a form.
func (s *sidePane) escape() bool {
	if s.form == nil {
		return false
	}
	s.form = nil
	s.put(s.hint)
	if s.want != 0 {
		s.load()
	}
	s.events.closed()
	return true
}

func (s *sidePane) save(next bool) {
	if s.form != nil {
		s.form.submit(next)
		return
	}
	if !next {
		s.record.editor.Save(nil)
		return
	}
	s.record.editor.Save(s.events.next)
}

func (s *sidePane) edit() {
	if f := s.record.editor.Form(); s.form == nil && f != nil {
		f.Focus("title")
	}
}

func (s *sidePane) repeat() bool {
	if s.form != nil {
		return s.form.repeat()
	}
	f := s.record.editor.Form()
	return f != nil && f.Repeat(f.Focused())
}

func (s *sidePane) openPages() {
	if s.form == nil {
		s.record.openPage()
	}
}

// unsaved counts the records, begun or changed, that were not saved.
func (s *sidePane) unsaved() int {
	n := s.record.editor.Unsaved()
	if s.fonds != nil && (s.fonds.code.Text != "" || s.fonds.form.Written()) {
		n++
	}
	if s.series != nil && s.series.class.Text+s.series.title.Text != "" {
		n++
	}
	return n
}
