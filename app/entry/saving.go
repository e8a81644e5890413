package entry

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// touched is told of everything that is typed.
func (s *Screen) touched() {
	if s.form == nil {
		return
	}
	if s.started.IsZero() {
		s.started = s.deps.Now()
	}
	s.state.SetText("")
	s.keeper.Touch(s.kind)
}

// written tells whether anything was typed that would be lost.
func (s *Screen) written() bool {
	return s.form != nil && (s.form.Written() || s.grouping() && len(s.group.captions()) > 0)
}

// draft is what is typed and not saved of a kind.
func (s *Screen) draft(kind archive.HoldingKind) describing.Draft {
	switch {
	case s.flying != nil && kind == s.kind:
		return *s.flying
	case kind == s.kind && s.written():
		return s.snapshot()
	case kind == s.kind && s.aside != nil:
		return *s.aside
	}
	if d, ok := s.parked[kind]; ok {
		return d
	}
	return s.pending[kind]
}

// snapshot is the record in hand as it is typed.
func (s *Screen) snapshot() describing.Draft {
	d := describing.Draft{Series: s.node.Code, Code: s.code.text(), Own: s.code.own, Values: s.form.Texts(), Saved: s.deps.Now().UnixMilli()}
	if s.code.class != nil {
		d.Class = s.code.class.values()
	}
	if s.grouping() {
		d.Captions = s.group.captions()
	}
	return d
}

// restore puts a draft back into the form.
func (s *Screen) restore(d describing.Draft) {
	if n, ok := s.nodes.byCode(d.Series); ok && n.ID != s.node.ID {
		s.choose(n, s.kind)
	}
	s.form.Fill(d.Values)
	s.code.fill(d)
	if len(d.Captions) > 0 {
		s.together.SetChecked(true)
		s.group.fill(d.Captions)
	}
	s.started = time.Time{}
}

// draftFailed says that what is typed could not be kept on disk.
func (s *Screen) draftFailed(err error) {
	if err != nil {
		s.tell(err)
	}
}

// offer asks whether the person goes on with what was left over.
func (s *Screen) offer(d describing.Draft) {
	kind := s.kind
	forget := func() {
		delete(s.pending, kind)
		s.show(s.entering)
	}
	resume := parts.NewPrimary(words.T("entry.draft.resume"), base.DocumentCreateIcon(), func() {
		forget()
		s.restore(d)
		s.keeper.Touch(kind)
		s.focusForm()
	})
	drop := parts.NewButton(words.T("entry.draft.drop"), base.DeleteIcon(), func() {
		forget()
		s.keeper.Renew(kind)
		s.focusForm()
	})
	say := parts.Paragraph(words.T("entry.draft.say", words.Args{"Kind": words.Kind(kind), "Code": d.Code,
		"Title": strings.TrimSpace(d.Values["title"]), "When": words.Clock(d.Saved)}))
	s.show(container.NewVBox(parts.Heading(words.T("entry.draft")), say, container.NewHBox(resume, drop)))
	s.deps.Window.Canvas().Focus(resume)
}

// records are what is to be registered: one record, or the photos of a group.
func (s *Screen) newRecords() ([]NewRecord, error) {
	values := s.form.Values()
	one := NewRecord{Kind: s.kind, Series: s.node.Code, Code: s.code.text(), Values: values}
	captions := []string{}
	if s.grouping() {
		captions = s.group.captions()
	}
	if len(captions) == 0 {
		return []NewRecord{one}, nil
	}
	codes, err := s.code.after(one.Code, len(captions))
	if err != nil {
		return nil, err
	}
	var list []NewRecord
	for i, text := range captions {
		photo := one
		photo.Code, photo.Values = codes[i], maps.Clone(values)
		photo.Values["caption"] = strings.TrimSpace(values["caption"] + "\n" + text)
		list = append(list, photo)
	}
	return list, nil
}

// submit saves the record in hand and goes on to the next at once: what is typed while
// the disk works belongs to that one. A record that the archive would not take comes
// back, and what was typed meanwhile waits.
func (s *Screen) submit() {
	if s.form == nil || s.flying != nil || s.middle.Objects[0] != s.entering {
		return
	}
	if !s.code.check() {
		s.deps.Window.Canvas().Focus(s.code.code)
		return
	}
	if wrong := s.form.Check(); wrong != "" {
		s.form.Focus(wrong)
		return
	}
	list, err := s.newRecords()
	if err != nil {
		s.tell(err)
		return
	}
	was, kind, took := s.snapshot(), s.kind, time.Duration(0)
	if !s.started.IsZero() {
		took = s.deps.Now().Sub(s.started)
	}
	s.flying = &was
	s.code.remember()
	s.goOn(list)
	task.Run(s.deps.Runner, words.T("describing.saving"), func(ctx context.Context, _ func(archive.Progress)) ([]archive.Holding, error) {
		return s.deps.Archive.Add(ctx, list)
	}, func(saved []archive.Holding, err error) {
		s.flying = nil
		recall := s.recall
		s.recall = false
		if err != nil {
			s.refused(was, kind, err)
			return
		}
		s.tell(nil)
		for i, h := range saved {
			saved[i] = named(h, list[i].Values)
		}
		s.sitting.add(saved, took)
		s.state.SetText(words.T("entry.saved", words.Args{"Code": saved[0].Code}))
		s.keeper.Renew(kind)
		s.code.propose()
		if recall {
			s.former()
		}
	}, task.Quiet())
}

// named gives a record without 档号 something to be known by: what it is, and its number.
func named(h archive.Holding, v describing.Values) archive.Holding {
	if h.Code == "" {
		h.Code = strings.TrimSpace(words.Kind(h.Kind) + " " + v["number"])
	}
	return h
}

// goOn begins the record after some that are being saved.
func (s *Screen) goOn(list []NewRecord) {
	values := maps.Clone(list[0].Values)
	if len(list) > 1 {
		values["caption"] = ""
	}
	s.form.Begin(values)
	s.code.advance(list[len(list)-1].Code)
	s.group.fill(nil)
	if n, err := strconv.Atoi(values["group_no"]); err == nil && s.grouping() {
		s.form.Derive(describing.Values{"group_no": strconv.Itoa(n + 1)})
	}
	s.form.Derive(s.code.derived())
	s.started = time.Time{}
	if s.aside != nil {
		d := *s.aside
		s.aside = nil
		s.restore(d)
	}
	s.focusForm()
}

// refused brings back a record that was not taken, and says why.
func (s *Screen) refused(was describing.Draft, kind archive.HoldingKind, err error) {
	if s.editing.ID != 0 {
		s.backToEntry()
	}
	if s.kind != kind {
		if n, ok := s.nodes.byCode(was.Series); ok {
			s.choose(n, kind)
		}
	}
	if s.written() {
		typed := s.snapshot()
		s.aside = &typed
	}
	s.restore(was)
	var problems describe.Problems
	wrong := ""
	if errors.As(err, &problems) {
		wrong = s.form.Tell(problems)
	}
	if s.code.refused(err) && wrong == "" {
		s.code.again.Refresh()
	}
	s.tell(err)
	if wrong == "" {
		s.deps.Window.Canvas().Focus(s.code.code)
		return
	}
	s.form.Focus(wrong)
}

// correct shows a record that was saved before, to be mended.
func (s *Screen) correct(id archive.ID) {
	type found struct {
		record describing.Record
		pages  []parts.PageRef
	}
	task.Load(s.deps.Runner, &s.records, func(ctx context.Context) (f found, err error) {
		if f.record, err = s.deps.Archive.Described(ctx, id); err == nil {
			f.pages, err = s.deps.Archive.Pages(ctx, id)
		}
		return f, err
	}, func(f found, err error) {
		if err != nil {
			s.tell(err)
			return
		}
		s.editing = named(f.record.Holding, f.record.Values)
		s.correctingHead.SetText(words.T("entry.correct", words.Args{"Code": s.editing.Code, "Title": s.editing.Title}))
		s.editor.Show(f.record)
		s.images.set(f.pages)
		if len(f.pages) > 0 {
			s.showRight(s.images.root)
		} else {
			s.showRight(s.sitting.root)
		}
		s.show(s.correcting)
		s.editor.Form().Focus("")
	})
}

// corrected is told that a record was mended.
func (s *Screen) corrected(r describing.Record) {
	s.sitting.renew([]archive.Holding{named(r.Holding, r.Values)})
}

// leaveCorrection goes back to the record in hand; what was changed and not saved is
// asked about.
func (s *Screen) leaveCorrection() {
	if !s.editor.Dirty() {
		s.backToEntry()
		return
	}
	parts.Ask(s.deps.Window, words.T("entry.correct.drop"), words.T("entry.correct.ask"), words.T("entry.correct.drop"), func() {
		s.editor.Undo()
		s.backToEntry()
	})
}

// backToEntry goes on with the record in hand.
func (s *Screen) backToEntry() {
	was := s.editing.ID
	s.editing = archive.Holding{}
	s.images.set(nil)
	s.showRight(s.sitting.root)
	s.showSide()
	if s.guest {
		s.guest = false
		s.deps.Open(parts.Route{Screen: "holdings", Value: parts.HoldingValue{Holding: was}})
		return
	}
	s.focus()
}
