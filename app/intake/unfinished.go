package intake

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// unfinished offers what can be done about receipts that were cut off: the head of the
// list of receipts.
type unfinished struct {
	say    *widget.Label
	resume *parts.Button
	end    *parts.Button
	root   fyne.CanvasObject
}

func newUnfinished(v *receiveView) *unfinished {
	u := &unfinished{say: parts.Line("")}
	u.resume = parts.NewButton(words.T("intake.resume"), base.MediaPlayIcon(), v.resumeChosen)
	u.end = parts.NewButton(words.T("intake.giveup"), base.CancelIcon(), v.endChosen)
	u.root = parts.NewRow(parts.Heading(words.T("intake.batches")), u.say, container.NewHBox(u.resume, u.end))
	return u
}

// set shows how many receipts were cut off, and whether the chosen one was.
func (u *unfinished) set(n int, chosen bool) {
	say := ""
	if n > 0 {
		say = words.N("intake.unfinished", n)
	}
	u.say.SetText(say)
	for _, b := range []*parts.Button{u.resume, u.end} {
		parts.Able(b, chosen)
		if n > 0 {
			b.Show()
		} else {
			b.Hide()
		}
	}
}

// receipts reads the list: those that were cut off first, then the newest.
func (v *receiveView) receipts(ctx context.Context) ([]Batch, error) {
	list, err := v.deps.Archive.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	cut := make(map[archive.ID]bool, len(list))
	for i := range list {
		list[i].Cut, cut[list[i].ID] = true, true
	}
	newest, err := v.deps.Archive.Batches(ctx, batchesShown)
	newest = slices.DeleteFunc(newest, func(b Batch) bool { return cut[b.ID] })
	return append(list, newest...), err
}

// chosenCut gives the chosen receipt if it was cut off.
func (v *receiveView) chosenCut() (Batch, bool) {
	_, id := v.table.Current()
	b := (*v.batches.Load())[id]
	return b, b.Cut
}

// showCut brings the head of the list up to date.
func (v *receiveView) showCut() {
	n := 0
	for _, b := range *v.batches.Load() {
		if b.Cut {
			n++
		}
	}
	_, chosen := v.chosenCut()
	v.cut.set(n, chosen)
}

// resumeChosen receives the folder of the chosen receipt again: only what is missing is
// taken.
func (v *receiveView) resumeChosen() {
	b, ok := v.chosenCut()
	if !ok {
		return
	}
	now := make(map[archive.ID]Batch)
	for id, other := range *v.batches.Load() {
		if other.Source == b.Source {
			other.Cut = false // it is being received
		}
		now[id] = other
	}
	v.batches.Store(&now)
	v.table.Reload()
	v.deps.Window.Canvas().Focus(v.table.Focusable())
	v.showCut()
	v.start(Delivery{Dir: b.Source, Way: AsBefore, Batch: b.ID})
}

// endChosen asks, and ends the chosen receipt as it is.
func (v *receiveView) endChosen() {
	b, ok := v.chosenCut()
	if !ok {
		return
	}
	name := words.Args{"Name": b.Name}
	parts.Ask(v.deps.Window, words.T("intake.giveup.title", name), words.T("intake.giveup.ask", name), words.T("intake.giveup"), func() {
		v.deps.Window.Canvas().Focus(v.table.Focusable())
		task.Run(v.deps.Runner, words.T("intake.giveup")+" "+b.Name, func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			return struct{}{}, v.deps.Archive.EndReceipt(ctx, b.ID)
		}, func(_ struct{}, err error) {
			parts.ShowError(v.deps.Window, err)
			v.done()
		})
	})
}

// goneOf tells that the folder of a receipt that was cut off is not there, and what to do.
func (v *receiveView) goneOf(d Delivery) fyne.CanvasObject {
	what := parts.Paragraph(words.T("intake.resume.gone", words.Args{"Name": filepath.Base(d.Dir), "Dir": d.Dir}))
	what.TextStyle.Bold = true
	what.Importance = widget.DangerImportance
	again := parts.NewButton(words.T("action.retry"), base.ViewRefreshIcon(), func() { v.start(d) })
	return container.NewVBox(what, parts.Paragraph(words.T("intake.resume.gone.do")), container.NewHBox(again))
}
