package intake

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// secretView lists what was put aside as suspected state secrets, and takes a person's
// decision. No image and no text of it is ever shown.
type secretView struct {
	pane
	changed func()
	loads   task.Latest
	matters atomic.Pointer[map[archive.ID]archive.Quarantine] // read off the UI goroutine too
	seen    []archive.Quarantine

	table     *parts.Table
	past      *parts.Check
	back, rid *parts.Button
	more      *parts.Prose // of the row chosen, in full
	empty     fyne.CanvasObject
	list      *fyne.Container
	about     fyne.CanvasObject // what the list is; shown while it has anything
	decisions fyne.CanvasObject
}

func newSecretView(d Deps, changed func()) *secretView {
	v := &secretView{changed: changed, more: parts.Paragraph("")}
	v.pane = newPane(d, v.load)
	v.matters.Store(&map[archive.ID]archive.Quarantine{})
	v.table = parts.NewTable(parts.TableOptions{
		Key: "intake.secret", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("report.code"), Width: 210},
			{Key: "path", Title: words.T("intake.source"), Width: 240, Stretch: true},
			{Key: "page", Title: words.T("report.ordinal"), Width: 60, Number: true},
			{Key: "mark", Title: words.T("intake.secret.mark"), Width: 120},
			{Key: "found", Title: words.T("intake.secret.found"), Width: 136},
			{Key: "pages", Title: words.T("intake.secret.pages"), Width: 96, Number: true},
			{Key: "state", Title: words.T("intake.batch.state"), Width: 160},
		},
		Fetch:    v.fetch,
		OnSelect: v.picked,
		OnError:  v.failed,
	})
	v.past = parts.NewCheck(words.T("intake.secret.past"), func(bool) { v.load() })
	v.back = parts.NewButton(words.T("intake.secret.back"), base.ContentUndoIcon(), v.askBack)
	v.rid = parts.NewButton(words.T("intake.secret.rid"), base.DeleteIcon(), v.askRid)
	v.empty = parts.NewEmptyState(words.T("intake.secret.empty"), words.T("intake.secret.empty.say"), nil)
	v.list = container.NewStack(v.empty)
	v.about, v.decisions = parts.Paragraph(words.T("intake.secret.say")), container.NewHBox(v.back, v.rid)
	head := container.NewVBox(v.about, container.NewHBox(v.decisions, v.past), v.fault.Box, v.said)
	v.holds(parts.Border(head, v.more, nil, nil, v.list), nil)
	v.filled(false)
	v.able()
	return v
}

func (v *secretView) load() {
	past := v.past.Checked
	task.Load(v.deps.Runner, &v.loads, func(ctx context.Context) ([]archive.Quarantine, error) {
		return v.deps.Archive.Matters(ctx, past)
	}, func(list []archive.Quarantine, err error) {
		v.failed(err)
		if err == nil {
			v.show(list)
		}
	})
}

func (v *secretView) show(list []archive.Quarantine) {
	if slices.Equal(list, v.seen) && len(list) > 0 {
		return
	}
	v.seen = list
	ids, matters := make([]archive.ID, len(list)), make(map[archive.ID]archive.Quarantine, len(list))
	for i, q := range list {
		ids[i], matters[q.ID] = q.ID, q
	}
	v.matters.Store(&matters)
	v.table.SetIDs(ids)
	if row, _ := v.table.Current(); row < 0 && len(ids) > 0 {
		v.table.GoTo(0)
	}
	v.filled(len(ids) > 0)
	v.picked()
}

// filled shows the list with what can be done, or that there is nothing.
func (v *secretView) filled(some bool) {
	for _, o := range []fyne.CanvasObject{v.about, v.decisions} {
		if some {
			o.Show()
		} else {
			o.Hide()
		}
	}
	if some {
		parts.Put(v.list, v.table)
	} else {
		parts.Put(v.list, v.empty)
	}
}

// fetch is called off the UI goroutine.
func (v *secretView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	matters, rows := *v.matters.Load(), make([]parts.Row, len(ids))
	for i, id := range ids {
		q, ok := matters[id]
		if !ok {
			continue
		}
		page := ""
		if q.Ordinal > 0 {
			page = strconv.Itoa(q.Ordinal)
		}
		waits := q.State == archive.QuarantineWaiting
		rows[i] = parts.Row{Cells: []string{codeOf(q), q.Path, page, q.Mark, words.Clock(q.Found), words.Number(q.Pages),
			words.T("quarantine." + string(q.State))}, Alert: waits, Dim: !waits}
	}
	return rows, nil
}

// codeOf names the record of a matter.
func codeOf(q archive.Quarantine) string {
	if q.Code == "" {
		return words.T("intake.batch.unlinked")
	}
	return q.Code
}

func (v *secretView) hidden() { v.loads.Cancel() }

func (v *secretView) focus() {
	if v.list.Objects[0] == fyne.CanvasObject(v.table) {
		v.deps.Window.Canvas().Focus(v.table.Focusable())
		return
	}
	v.deps.Window.Canvas().Focus(v.past)
}

// chosen is the matter that waits for a decision and has the keyboard.
func (v *secretView) chosen() (archive.Quarantine, bool) {
	_, id := v.table.Current()
	q, ok := (*v.matters.Load())[id]
	return q, ok && q.State == archive.QuarantineWaiting
}

// picked tells of the row chosen what its cells may cut short.
func (v *secretView) picked() {
	_, id := v.table.Current()
	q, ok := (*v.matters.Load())[id]
	say := ""
	if ok {
		say = words.T("intake.secret.of", words.Args{"Path": q.Path, "Files": words.Number(q.Files), "Pages": words.Number(q.Pages)})
	}
	if ok && q.Decided != 0 {
		say += "\n" + words.T("intake.secret.decided", words.Args{"Time": words.Clock(q.Decided), "Note": q.Note})
	}
	v.more.SetText(say)
	v.able()
	v.root.Refresh()
}

func (v *secretView) able() {
	_, ok := v.chosen()
	parts.Able(v.back, ok)
	parts.Able(v.rid, ok)
}
