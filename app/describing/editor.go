package describing

import (
	"context"
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// Record is a record as the catalogue has it, with the rules that it is described by.
type Record struct {
	Holding archive.Holding
	Values  Values
	Rules   describe.Rules
}

// Source reads and writes records, off the UI goroutine.
type Source interface {
	// Described reads a record.
	Described(ctx context.Context, id archive.ID) (Record, error)
	// Save writes values over a record. It is a Conflict when it changed after rev.
	Save(ctx context.Context, id archive.ID, rev int, values Values) error
}

// EditorOptions say what an editor works with and whom it tells.
type EditorOptions struct {
	Runner    *task.Runner
	Window    fyne.Window
	Memory    parts.Memory
	Source    Source
	Drafts    Drafts // where what is not saved is kept from a crash
	OnChanged func()
	OnSaved   func(Record)
	ReadOnly  bool // the fields are shown and cannot be changed
}

// Editor shows a record in a form and saves what is changed. When somebody else changed
// it meanwhile, nothing is written over: the person decides field by field.
type Editor struct {
	opt    EditorOptions
	now    Record
	base   Values // as read from the catalogue
	forms  map[archive.HoldingKind]*Form
	form   *Form
	kept   map[archive.ID]Edit // changed and not saved, while others are looked at
	edits  *editKeeper
	choice *Choice
	saving bool
	after  func() // when the save under way went well

	state        *widget.Label
	told         *fyne.Container
	save, revert *parts.Button
	fields       *fyne.Container
	root         fyne.CanvasObject
}

// NewEditor makes an editor without a record.
func NewEditor(opt EditorOptions) *Editor {
	e := &Editor{opt: opt, forms: map[archive.HoldingKind]*Form{}, kept: map[archive.ID]Edit{}, state: parts.Line(""),
		told: container.NewStack(), fields: container.NewStack()}
	e.edits = &editKeeper{drafts: opt.Drafts, runner: opt.Runner, now: e.edit, failed: e.tell, kept: map[archive.ID]bool{}, due: map[archive.ID]bool{}}
	e.save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), func() { e.Save(nil) })
	e.revert = parts.NewQuiet(words.T("describing.revert"), base.ContentUndoIcon(), e.Undo)
	foot := parts.NewRow(nil, e.state, container.NewHBox(e.revert, e.save))
	if opt.ReadOnly {
		foot.Hide()
	}
	e.root = parts.Border(e.told, foot, nil, nil, e.fields)
	return e
}

// Content is what the editor is shown as.
func (e *Editor) Content() fyne.CanvasObject { return e.root }

// Form is the form in view; nil before a record was shown.
func (e *Editor) Form() *Form { return e.form }

// Saving tells whether a record is being written.
func (e *Editor) Saving() bool { return e.saving }

// Show puts a record into the form, with what was changed in it before.
func (e *Editor) Show(r Record) {
	e.keep()
	e.tell(nil)
	e.choice = nil
	was, before := e.now.Holding, e.base
	e.now, e.base = r, r.Values
	e.form = e.formOf(r)
	if was.Kind == r.Holding.Kind && was.ID != r.Holding.ID {
		e.form.Before(before)
	}
	e.fields.Objects = []fyne.CanvasObject{e.form.Root()}
	e.form.Fill(r.Values)
	if d, ok := e.kept[r.Holding.ID]; ok {
		e.base, e.now.Holding.Rev = d.Base, d.Rev
		e.form.Fill(d.Values)
		if d.Rev != r.Holding.Rev {
			e.merge(r)
		}
	}
	e.fields.Refresh()
	e.dirtied()
}

func (e *Editor) formOf(r Record) *Form {
	kind := r.Holding.Kind
	if f := e.forms[kind]; f != nil && slices.Equal(f.opt.Rules.Fields(kind), r.Rules.Fields(kind)) {
		return f
	}
	e.forms[kind] = NewForm(Options{Kind: kind, Rules: r.Rules, Window: e.opt.Window, Memory: e.opt.Memory,
		Later: e.opt.Runner.OnUI, Leave: []string{"code"}, OnChanged: e.dirtied, OnEnd: func() { e.opt.Window.Canvas().Focus(e.save) }})
	if e.opt.ReadOnly {
		e.forms[kind].lock()
	}
	return e.forms[kind]
}

// Dirty tells whether something was changed and not saved.
func (e *Editor) Dirty() bool { return e.form != nil && len(e.form.Changed(e.base)) > 0 }

// Unsaved counts the records that were changed and not saved.
func (e *Editor) Unsaved() int {
	e.keep()
	return len(e.kept)
}

func (e *Editor) dirtied() {
	dirty := e.Dirty()
	e.state.SetText("")
	if dirty {
		e.state.SetText(words.T("describing.unsaved"))
	}
	parts.Able(e.save, dirty && !e.saving)
	parts.Able(e.revert, dirty && !e.saving)
	e.edits.touch(e.now.Holding.ID, dirty)
	if e.opt.OnChanged != nil {
		e.opt.OnChanged()
	}
}

// keep puts what was typed aside before another record is shown.
func (e *Editor) keep() {
	if e.form == nil {
		return
	}
	id := e.now.Holding.ID
	delete(e.kept, id)
	if e.Dirty() {
		e.kept[id] = *e.edit(id)
	}
}

// edit is what was changed in a record and not saved; nil for nothing.
func (e *Editor) edit(id archive.ID) *Edit {
	if e.form == nil || id != e.now.Holding.ID {
		if kept, ok := e.kept[id]; ok {
			return &kept
		}
		return nil
	}
	if !e.Dirty() {
		return nil
	}
	h := e.now.Holding
	return &Edit{Record: id, Code: h.Code, Title: h.Title, Rev: h.Rev, Base: e.base, Values: e.form.Texts(), Saved: time.Now().UnixMilli()}
}

// Recover takes up what an earlier run left unsaved; then is told of it, the newest first.
func (e *Editor) Recover(then func([]Edit)) {
	drafts := e.opt.Drafts
	task.Run(e.opt.Runner, "", func(context.Context, func(archive.Progress)) ([]Edit, error) {
		return drafts.Edits()
	}, func(list []Edit, err error) {
		if err != nil {
			e.tell(err)
		}
		list = slices.DeleteFunc(list, func(d Edit) bool { return e.edit(d.Record) != nil })
		for _, d := range list {
			e.kept[d.Record] = d
			e.edits.kept[d.Record] = true
		}
		if len(list) > 0 {
			then(list)
		}
	}, task.Quiet())
}

// Forget gives up all that was changed and not saved, and calls then when no file of it
// is left.
func (e *Editor) Forget(then func()) {
	for id := range e.kept {
		delete(e.kept, id)
		e.edits.touch(id, false)
	}
	e.Undo()
	e.edits.flush(then)
}

// Undo puts the form back to what the catalogue has.
func (e *Editor) Undo() {
	if e.form == nil || e.saving {
		return
	}
	e.tell(nil)
	e.choice = nil
	delete(e.kept, e.now.Holding.ID)
	e.form.Fill(e.base)
	e.dirtied()
}

// Save writes what was changed; then, which may be nil, is called when there is nothing
// unsaved any more.
func (e *Editor) Save(then func()) {
	switch {
	case e.form == nil || e.saving:
		return
	case !e.Dirty():
		if then != nil {
			then()
		}
		return
	case !e.choice.Settled():
		e.choice.Focus()
		return
	}
	mine := e.form.Changed(e.base)
	if wrong := e.form.CheckOnly(mine); wrong != "" {
		e.form.Focus(wrong)
		return
	}
	e.saving, e.after = true, then
	e.dirtied()
	id, rev, texts, all := e.now.Holding.ID, e.now.Holding.Rev, e.form.Texts(), e.form.Values()
	values := Values{}
	for _, name := range mine {
		values[name] = all[name]
	}
	type outcome struct {
		fresh    Record
		conflict bool
	}
	task.Run(e.opt.Runner, words.T("describing.saving"), func(ctx context.Context, _ func(archive.Progress)) (outcome, error) {
		err := e.opt.Source.Save(ctx, id, rev, values)
		if err != nil && archive.KindOf(err) != archive.Conflict {
			return outcome{}, err
		}
		fresh, readErr := e.opt.Source.Described(ctx, id)
		return outcome{fresh, err != nil}, readErr
	}, func(o outcome, err error) {
		e.saving = false
		e.saved(id, texts, o.fresh, o.conflict, err)
	}, task.Quiet())
}

func (e *Editor) saved(id archive.ID, texts Values, fresh Record, conflict bool, err error) {
	here := e.now.Holding.ID == id // otherwise the person has gone on to another
	var problems describe.Problems
	switch {
	case err != nil && here && errors.As(err, &problems) && e.form.Tell(problems) != "":
		e.form.Focus(e.form.Tell(problems))
	case err != nil:
		e.tell(err)
	case conflict && here:
		e.merge(fresh)
		e.choice.Focus()
	case conflict: // it is brought together when the record is shown again
	case !here:
		delete(e.kept, id)
		e.edits.touch(id, false)
		e.opt.OnSaved(fresh)
	default:
		e.tell(nil)
		e.choice = nil
		e.now, e.base = fresh, fresh.Values
		e.form.used(fresh.Values)
		if len(e.form.Changed(texts)) == 0 {
			e.form.Fill(fresh.Values)
		}
		e.dirtied()
		e.state.SetText(words.T("describing.saved"))
		e.opt.OnSaved(fresh)
		if e.after != nil {
			e.after()
		}
		return
	}
	e.dirtied()
}

// merge takes what changed elsewhere into the form, keeps what the person typed, and has
// them choose where the two differ.
func (e *Editor) merge(fresh Record) {
	both, list := e.form.Merge(e.base, fresh.Values)
	e.now, e.base = fresh, fresh.Values
	e.form.Fill(both)
	e.choice = NewChoice(e.form, fresh.Holding.Kind, list, func() { e.opt.Window.Canvas().Focus(e.save) })
	e.told.Objects = []fyne.CanvasObject{parts.ScrollUpTo(e.choice.Content(), 260)}
	e.told.Refresh()
	e.root.Refresh()
}

func (e *Editor) tell(err error) {
	e.told.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		e.told.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	}
	e.told.Refresh()
	e.root.Refresh()
}
