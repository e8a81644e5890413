package holdings

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// recordView shows one record, edits it in place, and shows its pages, or what else
// belongs to it.
type recordView struct {
	deps   Deps
	now    Record
	editor *describing.Editor
	events sideEvents

	code, kind *widget.Label
	wall       *parts.Wall
	pagesHead  *widget.Label
	why        *fyne.Container   // why pages are not shown
	closed     fyne.CanvasObject // has it, in the place of the wall
	look       *parts.Button     // opens the page
	beside     *parts.Button
	past       *parts.Button // leads to the history of the record
	arrange    *parts.Button // leads to the class of the record
	purge      *parts.Button // leads to asking that it be purged
	around     *fondsAround  // of a fonds
	split      *parts.Split  // fields above, pages below
	body       *fyne.Container
	root       fyne.CanvasObject
}

func newRecordView(d Deps, e sideEvents) *recordView {
	v := &recordView{deps: d, events: e, code: parts.Heading(""), kind: parts.Line(""), pagesHead: parts.Heading("")}
	v.code.Truncation = fyne.TextTruncateEllipsis
	v.editor = describing.NewEditor(describing.EditorOptions{Runner: d.Runner, Window: d.Window, Memory: d.Memory,
		Source: d.Catalogue, Drafts: d.Drafts, OnSaved: v.saved, ReadOnly: d.ReadOnly})
	v.wall = parts.NewWall(d.Runner, d.Thumb, 104)
	v.wall.OnOpen = func(int) { v.openPage() }
	v.look = parts.NewQuiet(words.T("holdings.pages.open"), base.VisibilityIcon(), v.openPage)
	v.why = container.NewVBox()
	v.closed = parts.Scroll(v.why)
	v.beside = parts.NewQuiet(words.T("holdings.pages.beside"), base.DocumentCreateIcon(), func() {
		d.Open(parts.Route{Screen: "entry", Value: parts.EntryValue{Record: v.now.Holding.ID}})
	})
	pages := parts.Border(parts.NewRow(nil, v.pagesHead, container.NewHBox(v.beside, v.look)), nil, nil, nil, container.NewStack(v.wall, v.closed))
	v.around = newFondsAround(d, e, v.editor.Content(), v.put)
	v.split = parts.NewSplit(v.editor.Content(), pages, parts.SplitOptions{Key: "holdings.pages", Memory: d.Memory, Share: 0.62, Stacked: true})
	v.body = container.NewStack(v.split)
	v.past = parts.NewQuiet(words.T("history.short"), base.HistoryIcon(), func() {
		d.Open(parts.Route{Screen: "history", Value: parts.HistoryValue{Record: v.now.Holding.ID}})
	})
	v.arrange = parts.NewQuiet(words.T("arranging.title"), base.ListIcon(), func() {
		d.Open(parts.Route{Screen: "arranging", Value: parts.ArrangingValue{Holding: v.now.Holding.ID}})
	})
	v.purge = parts.NewQuiet(words.T("purging.ask.short"), base.DeleteIcon(), func() { d.Purge([]string{v.now.Holding.Code}) })
	v.root = parts.Border(container.NewVBox(parts.NewRow(nil, v.code, container.NewHBox(v.past, v.arrange)), parts.NewRow(nil, v.kind, v.purge), v.around.choices), nil, nil, nil, v.body)
	return v
}

// show puts a record into the pane.
func (v *recordView) show(r Record) {
	v.now = r
	v.editor.Show(r.Record)
	v.code.SetText(r.Holding.Code)
	v.kind.SetText(v.describe(r))
	v.showBelow()
}

// saved is told that a record was written.
func (v *recordView) saved(r describing.Record) {
	if r.Holding.ID == v.now.Holding.ID {
		v.now.Record = r
	}
	v.events.saved(r.Holding.ID)
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

// showBelow shows the pages of the record, or what belongs to a fonds; a series has
// neither.
func (v *recordView) showBelow() {
	kind := v.now.Holding.Kind
	v.arrange.Hidden = v.deps.ReadOnly || kind == archive.KindFonds || kind == archive.KindBox || kind == archive.KindDossier
	v.purge.Hidden = v.deps.Purge == nil || kind == archive.KindFonds || kind == archive.KindSeries
	v.around.choices.Hidden = v.now.Holding.Kind != archive.KindFonds
	switch v.now.Holding.Kind {
	case archive.KindFonds:
		v.around.show(v.now.Holding.ID)
	case archive.KindSeries:
		v.put(v.editor.Content())
	default:
		v.put(v.split)
	}
	thumbs := make([]parts.Thumb, len(v.now.Pages))
	for i, p := range v.now.Pages {
		thumbs[i] = parts.Thumb{ID: p.ID, Caption: words.Number(p.Ordinal), Alert: p.Stage == archive.StageRefused}
	}
	v.beside.Hidden = v.deps.ReadOnly || len(v.now.Pages) == 0
	v.wall.SetThumbs(thumbs, min(0, len(thumbs)-1))
	v.pagesHead.SetText(words.N("holdings.pages.n", len(thumbs)))
	if len(thumbs) == 0 {
		v.pagesHead.SetText(words.T("holdings.pages.none"))
	}
	v.showClosed()
	v.root.Refresh()
}

// showClosed says, in the place of the pages, why the person may not see them.
func (v *recordView) showClosed() {
	r := v.now
	none := r.Closed != nil && len(r.Pages) == 0
	v.look.Hidden = none
	if !none {
		v.wall.Show()
		v.closed.Hide()
		return
	}
	v.wall.Hide()
	v.closed.Show()
	v.pagesHead.SetText(words.N("holdings.pages.closed", r.ClosedPages))
	told := words.Tell(r.Closed)
	v.why.RemoveAll()
	for _, s := range []string{told.What, told.Do} {
		v.why.Add(parts.Paragraph(s))
	}
}

func (v *recordView) put(o fyne.CanvasObject) {
	v.body.Objects = []fyne.CanvasObject{o}
	v.body.Refresh()
}

func (v *recordView) openPage() {
	if i := v.wall.Current(); i >= 0 && i < len(v.now.Pages) {
		v.deps.Open(parts.Route{Screen: "viewer", Value: parts.PageValue{Page: v.now.Pages[i].ID}})
	}
}
