package holdings

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

// draft is what a person changed in a record and did not save yet. It is kept while
// they look at others.
type draft struct {
	rev          int
	base, values Values
}

// recordView shows one record and edits it in place.
type recordView struct {
	deps    Deps
	now     Record
	base    Values // as read from the catalogue
	forms   map[string]*form
	form    *form
	drafts  map[archive.ID]draft
	saving  bool
	onSaved func(archive.ID)

	code, kind, below *widget.Label
	state             *widget.Label
	told              *fyne.Container
	save, revert      *parts.Button
	fields            *fyne.Container
	wall              *parts.Wall
	pagesHead         *widget.Label
	body              *fyne.Container
	upper             fyne.CanvasObject
	split             *parts.Split
	root              fyne.CanvasObject
}

func newRecordView(d Deps, onSaved func(archive.ID)) *recordView {
	v := &recordView{deps: d, forms: map[string]*form{}, drafts: map[archive.ID]draft{}, onSaved: onSaved,
		code: parts.Heading(""), kind: parts.Line(""), below: parts.Line(""), state: parts.Line(""),
		told: container.NewStack(), fields: container.NewStack(), body: container.NewStack(), pagesHead: parts.Heading("")}
	v.code.Truncation = fyne.TextTruncateEllipsis
	v.save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), func() { v.store() })
	v.revert = parts.NewQuiet(words.T("holdings.revert"), base.ContentUndoIcon(), v.undo)
	v.wall = parts.NewWall(d.Runner, d.Thumb, 104)
	v.wall.OnOpen = func(int) { v.openPage() }
	open := parts.NewQuiet(words.T("holdings.pages.open"), base.VisibilityIcon(), v.openPage)
	pages := parts.Border(parts.NewRow(nil, v.pagesHead, open), nil, nil, nil, v.wall)
	head := container.NewVBox(v.code, v.kind, v.told)
	foot := parts.NewRow(nil, v.state, container.NewHBox(v.revert, v.save))
	upper := parts.Border(nil, foot, nil, nil, parts.Scroll(v.fields))
	v.split = parts.NewSplit(upper, pages, parts.SplitOptions{Key: "holdings.pages", Memory: d.Memory, Share: 0.62, Stacked: true})
	v.body.Objects = []fyne.CanvasObject{v.split}
	v.root = parts.Border(head, nil, nil, nil, v.body)
	v.upper = upper
	return v
}

// show puts a record into the pane, with what was changed in it before.
func (v *recordView) show(r Record) {
	v.keep()
	if r.Holding.ID != v.now.Holding.ID {
		v.tell(nil)
	}
	v.now, v.base = r, r.Values
	v.form = v.formOf(r.Holding.Kind)
	v.fields.Objects = []fyne.CanvasObject{v.form.root}
	v.form.fill(r.Values)
	if d, ok := v.drafts[r.Holding.ID]; ok {
		v.base, v.now.Holding.Rev = d.base, d.rev
		v.form.fill(d.values)
		if d.rev != r.Holding.Rev {
			v.merge(r)
		}
	}
	v.code.SetText(r.Holding.Code)
	v.kind.SetText(v.describe(r))
	v.showPages()
	v.fields.Refresh()
	v.dirtied()
}

// describe says what the record is, where it lies and how much is below it.
func (v *recordView) describe(r Record) string {
	say := []string{words.Kind(r.Holding.Kind)}
	for _, a := range r.Above {
		say = append(say, a.Title)
	}
	for _, k := range []archive.HoldingKind{archive.KindSeries, archive.KindVolume, archive.KindItem, archive.KindPhoto} {
		if n := r.Below[k]; n > 0 {
			say = append(say, words.Kind(k)+" "+words.Number(n))
		}
	}
	if r.Linked > 0 && len(r.Pages) == 0 {
		say = append(say, words.N("holdings.pages.n", r.Linked))
	}
	return strings.Join(say, " · ")
}

func (v *recordView) formOf(kind archive.HoldingKind) *form {
	specs := fieldsOf(kind)
	key := ""
	for _, s := range specs {
		key += s.name + " "
	}
	f, ok := v.forms[key]
	if !ok {
		f = newForm(specs)
		f.onChanged = v.dirtied
		v.forms[key] = f
	}
	return f
}

func (v *recordView) showPages() {
	k := v.now.Holding.Kind
	var body fyne.CanvasObject = v.split
	if k == archive.KindFonds || k == archive.KindSeries {
		body = v.upper
	}
	thumbs := make([]parts.Thumb, len(v.now.Pages))
	for i, p := range v.now.Pages {
		thumbs[i] = parts.Thumb{ID: p.ID, Caption: words.Number(p.Ordinal), Alert: p.Stage == archive.StageRefused}
	}
	v.wall.SetThumbs(thumbs, min(0, len(thumbs)-1))
	v.pagesHead.SetText(words.N("holdings.pages.n", len(thumbs)))
	if len(thumbs) == 0 {
		v.pagesHead.SetText(words.T("holdings.pages.none"))
	}
	v.body.Objects = []fyne.CanvasObject{body}
	v.body.Refresh()
}

func (v *recordView) openPage() {
	if i := v.wall.Current(); i >= 0 && i < len(v.now.Pages) {
		v.deps.Open(parts.Route{Screen: "viewer", Value: parts.PageValue{Page: v.now.Pages[i].ID}})
	}
}

// dirty tells whether something was changed and not saved.
func (v *recordView) dirty() bool { return v.form != nil && len(v.mine()) > 0 }

// mine names the fields that the person changed.
func (v *recordView) mine() map[string]bool { return changed(v.form.values(), v.base) }

func (v *recordView) dirtied() {
	dirty := v.dirty()
	v.state.SetText("")
	if dirty {
		v.state.SetText(words.T("holdings.unsaved"))
	}
	able(v.save, dirty && !v.saving)
	able(v.revert, dirty && !v.saving)
}

func able(b *parts.Button, yes bool) {
	if yes {
		b.Enable()
	} else {
		b.Disable()
	}
}

// keep puts what was typed aside before another record is shown.
func (v *recordView) keep() {
	if v.form == nil {
		return
	}
	delete(v.drafts, v.now.Holding.ID)
	if v.dirty() {
		v.drafts[v.now.Holding.ID] = draft{v.now.Holding.Rev, v.base, v.form.values()}
	}
}

func (v *recordView) undo() {
	v.tell(nil)
	delete(v.drafts, v.now.Holding.ID)
	v.form.fill(v.base)
	v.dirtied()
}

// store saves the record. When it was changed elsewhere meanwhile, both are brought
// together and the person decides.
func (v *recordView) store() {
	if v.form == nil || !v.dirty() || v.saving {
		return
	}
	if wrong := v.form.check(); wrong != "" {
		v.form.focus(v.deps.Window, wrong)
		return
	}
	v.saving = true
	v.dirtied()
	id, rev, values := v.now.Holding.ID, v.now.Holding.Rev, v.form.values()
	type outcome struct {
		fresh Record
		err   error
	}
	task.Run(v.deps.Runner, words.T("holdings.saving"), func(ctx context.Context, _ func(archive.Progress)) (outcome, error) {
		err := v.deps.Catalogue.Save(ctx, id, rev, values)
		if err != nil && archive.KindOf(err) != archive.Conflict {
			return outcome{}, err
		}
		fresh, readErr := v.deps.Catalogue.Record(ctx, id)
		return outcome{fresh, err}, readErr
	}, func(o outcome, err error) {
		v.saving = false
		v.stored(id, values, o.fresh, o.err, err)
	}, task.Quiet())
}

func (v *recordView) stored(id archive.ID, values Values, fresh Record, conflict, err error) {
	if err != nil {
		v.tell(err)
		v.dirtied()
		return
	}
	if v.now.Holding.ID != id { // the person has gone on to another
		if conflict == nil {
			delete(v.drafts, id)
			v.onSaved(id)
		}
		v.dirtied()
		return
	}
	if conflict != nil {
		v.merge(fresh)
		v.dirtied()
		return
	}
	v.tell(nil)
	v.now, v.base = fresh, fresh.Values
	if same(v.form.values(), values) {
		v.form.fill(fresh.Values)
	}
	v.dirtied()
	v.state.SetText(words.T("holdings.saved"))
	v.onSaved(id)
}

// merge takes what changed elsewhere into the form, keeps what the person typed, and
// marks the fields in which the two differ.
func (v *recordView) merge(fresh Record) {
	mine, typed := v.mine(), v.form.values()
	theirs := changed(fresh.Values, v.base)
	both := Values{}
	for name, value := range fresh.Values {
		both[name] = value
		if mine[name] {
			both[name] = typed[name]
		}
	}
	v.now, v.base = fresh, fresh.Values
	v.form.fill(both)
	for name := range mine {
		if theirs[name] && fresh.Values[name] != typed[name] {
			v.form.boxes[name].SetError(words.T("holdings.theirs", words.Args{"Value": fresh.Values[name]}))
		}
	}
	say := parts.Paragraph(words.T("holdings.conflict"))
	say.Importance = widget.WarningImportance
	v.told.Objects = []fyne.CanvasObject{say}
	v.told.Refresh()
}

func (v *recordView) tell(err error) {
	v.told.Objects = nil
	if err != nil {
		v.told.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, nil)}
	}
	v.told.Refresh()
	v.root.Refresh()
}
