package arranging

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// begin asks for what an operation has to know, or shows it at once.
func (s *Screen) begin(d deed) {
	if s.work.busy() {
		return
	}
	s.class.outcome("", widget.MediumImportance)
	if d.name == purgeDeed {
		s.deps.Purge(s.class.asked().codes())
		return
	}
	s.form = newForm(d, s.class.asked(), s.propose, func() { s.closeForm(); s.focus(s.class.table.Focusable()) })
	if len(d.fields) == 0 {
		s.propose()
		return
	}
	parts.Put(s.class.top, s.form.root)
	s.class.root.Refresh()
	s.focus(s.form.first)
}

func (s *Screen) closeForm() {
	if s.form == nil {
		return
	}
	s.form = nil
	parts.Put(s.class.top, s.class.grid)
	s.class.tell("")
	s.class.root.Refresh()
}

// propose makes the plan of the operation that was begun and shows it.
func (s *Screen) propose() {
	if s.form == nil || s.work.busy() {
		return
	}
	d, q := s.form.deed, s.form.take(s.class.asked())
	if why := reason(d, q); why != "" {
		s.class.tell(why)
		return
	}
	if s.form.missing(s.deps.Window.Canvas()) {
		s.class.root.Refresh()
		return
	}
	s.class.tell("")
	s.subject = q
	s.again = func(ctx context.Context) (proposal, error) { return d.plan(ctx, s.deps.Archive, q) }
	s.plan(false)
}

// plan makes the plan in view, anew where the class had changed.
func (s *Screen) plan(stale bool) {
	again := s.again
	start(s.work, words.T("arranging.planning"), func(ctx context.Context, _ func(archive.Progress)) (proposal, error) {
		return again(ctx)
	}, func(p proposal, err error) {
		switch {
		case err == nil:
			parts.Put(s.right, s.preview.root)
			s.preview.show(p, stale)
			s.focus(s.preview.table.Focusable())
		case stale: // it cannot even be planned any more: a record is gone, or one more is in the order
			s.leavePreview()
			s.closeForm()
			s.class.outcome(words.T("arranging.stale.gone"), widget.WarningImportance)
			s.refresh(fondsOf(s.subject.class.Prefix))
			s.focus(s.class.table.Focusable())
		case s.form != nil && len(s.form.deed.fields) > 0:
			s.form.fail(err)
			s.class.root.Refresh()
		default:
			s.form = nil
			s.class.fault.Show(err)
			s.class.root.Refresh()
		}
	})
}

func (s *Screen) leavePreview() {
	if s.right.Objects[0] != s.class.root {
		parts.Put(s.right, s.class.root)
		if s.form != nil && len(s.form.deed.fields) == 0 {
			s.form = nil
		}
	}
}

// back leaves the preview; what was typed stays.
func (s *Screen) back() {
	s.leavePreview()
	if s.form != nil {
		s.focus(s.form.first)
		return
	}
	s.focus(s.class.table.Focusable())
}

// busy holds back what writes while something is under way.
func (s *Screen) busy() {
	if s.work.busy() {
		s.preview.do.Disable()
		s.preview.back.Disable()
		return
	}
	s.preview.back.Enable()
	if now := s.preview.now.Load(); now != nil && len(now.why) == 0 && !now.nothing {
		s.preview.do.Enable()
	}
}

// carry does what the preview shows.
func (s *Screen) carry() {
	now := s.preview.now.Load()
	if now == nil || s.work.busy() {
		return
	}
	what := now.proposal
	start(s.work, words.T("arranging.carrying"), func(ctx context.Context, _ func(archive.Progress)) (done, error) {
		return what.carry(ctx)
	}, func(d done, err error) {
		switch {
		case archive.KindOf(err) == archive.Conflict && err != nil && what.kind != archive.OpCodeVacancy:
			s.plan(true)
		case err != nil:
			s.preview.fault.Show(err)
			s.preview.root.Refresh()
		default:
			s.carried(what, d)
		}
	})
}

// carried says what was done, and offers to take it back.
func (s *Screen) carried(what proposal, d done) {
	delete(s.class.orders, s.subject.class.Prefix)
	s.leavePreview()
	s.closeForm()
	s.class.want = s.subject.ids()
	undo := parts.NewButton(words.T("arranging.undo"), base.ContentUndoIcon(), func() { s.undo(what, d) })
	log := parts.NewQuiet(words.T("arranging.log"), base.HistoryIcon(), func() {
		s.deps.Open(parts.Route{Screen: "importing", Value: parts.DeedsValue{}})
	})
	more := []fyne.CanvasObject{undo, log}
	if d.fresh != 0 {
		s.class.want = []archive.ID{d.fresh}
		more = append(more, parts.NewQuiet(words.T("arranging.describe"), base.DocumentCreateIcon(), func() {
			s.deps.Open(parts.Route{Screen: "entry", Value: parts.EntryValue{Record: d.fresh}})
		}))
	}
	s.class.outcome(d.say, widget.SuccessImportance, more...)
	s.refresh(what.fonds)
	s.focus(s.class.table.Focusable())
}

// fondsOf is the fonds of a class, as refresh takes it.
func fondsOf(prefix string) []string {
	fonds, _, _ := strings.Cut(prefix, dash)
	return []string{fonds}
}

// refresh reads again what an operation may have changed.
func (s *Screen) refresh(fonds []string) {
	s.classes.renew(fonds)
	s.openClass(s.class.now.Prefix)
}

// undo takes back what was just done.
func (s *Screen) undo(what proposal, d done) {
	if s.work.busy() {
		return
	}
	start(s.work, words.T("arranging.undoing"), func(ctx context.Context, report func(archive.Progress)) (int, error) {
		return s.deps.Archive.Undo(ctx, d.op, d.removal, report)
	}, func(kept int, err error) {
		switch {
		case err != nil:
			s.class.fault.Show(err)
			s.class.root.Refresh()
			return
		case kept > 0:
			s.class.outcome(words.N("arranging.undone.kept", kept), widget.WarningImportance)
		default:
			s.class.outcome(words.T("arranging.undone"), widget.SuccessImportance)
		}
		s.class.want = s.subject.ids()
		s.refresh(what.fonds)
		s.focus(s.class.table.Focusable())
	})
}
