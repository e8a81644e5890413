package importing

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// askUndo finds out what undoing would do, shows it, and undoes when a person means it. then
// is called before it is said how it went. what names the deed in a sentence.
func askUndo(r *running, what string, d Deed, then func()) {
	start(r, words.T("importing.undo.trial"), func(ctx context.Context, report func(archive.Progress)) (Trial, error) {
		return r.deps.Archive.TryUndo(ctx, d, report)
	}, func(t Trial, err error) {
		if err != nil {
			r.failed(err, "importing.undo.trial.stopped")
			return
		}
		r.goHome() // where it comes back to when the dialog has gone
		showTrial(r, what, t, func() { undo(r, d, then) })
	})
}

// showTrial shows what an undo would do, and does it on the answer.
func showTrial(r *running, what string, t Trial, do func()) {
	say := parts.Paragraph(tellTrial(what, t))
	if t.Kept > 0 {
		say.Importance = widget.WarningImportance
	}
	table := trialTable(r.deps, t)
	answers := []parts.Answer{{Label: words.T("Cancel")}, {Label: words.T("importing.undo.do"), Do: do}}
	if t.Goes == 0 {
		answers = []parts.Answer{{Label: words.T("action.close")}}
	}
	parts.Dialog(r.deps.Window, words.T("importing.undo.title"),
		parts.Sized(parts.Border(say, nil, nil, nil, table), 860, 380), answers...)
}

func tellTrial(what string, t Trial) string {
	args := words.Args{"What": what, "Goes": words.Number(t.Goes), "Kept": words.Number(t.Kept)}
	switch {
	case t.Goes == 0:
		return words.T("importing.undo.would.nothing", args)
	case t.Kept > 0:
		return words.T("importing.undo.would.some", args)
	}
	return words.T("importing.undo.would", args)
}

// trialTable lists the records of a trial; row n has the id n+1.
func trialTable(d Deps, t Trial) fyne.CanvasObject {
	table := parts.NewTable(parts.TableOptions{
		Key: "importing.trial", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("field.code"), Width: 250},
			{Key: "title", Title: words.T("field.title"), Width: 240, Stretch: true},
			{Key: "goes", Title: words.T("importing.undo.goes"), Width: 90, Number: true},
			{Key: "kept", Title: words.T("importing.undo.kept"), Width: 110, Number: true},
		},
		Fetch: func(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
			return trialRows(ctx, d.Archive, t.Records, ids)
		},
	})
	ids := make([]archive.ID, len(t.Records))
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	table.SetIDs(ids)
	table.GoTo(0)
	return table
}

func trialRows(ctx context.Context, a Archive, list []TrialRecord, ids []archive.ID) ([]parts.Row, error) {
	rows := make([]parts.Row, len(ids))
	records := make([]archive.ID, len(ids))
	for i, id := range ids {
		records[i] = list[id-1].Holding
	}
	held, err := a.Records(ctx, records)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		r := list[id-1]
		h := held[r.Holding]
		if h.ID == 0 {
			h.Code, h.Title = r.Code, words.T("importing.undo.gone")
			if r.Holding == 0 {
				h.Title = words.T("importing.undo.other")
			}
		}
		rows[i] = parts.Row{Cells: []string{h.Code, h.Title, count(r.Goes), count(r.Kept)}, Alert: r.Kept > 0}
	}
	return rows, nil
}

// count leaves the cell of none empty.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return words.Number(n)
}

// undo takes a deed back as the task of a view.
func undo(r *running, d Deed, then func()) {
	start(r, words.T("importing.undo.task"), func(ctx context.Context, report func(archive.Progress)) (Undone, error) {
		return r.deps.Archive.Undo(ctx, d, report)
	}, func(u Undone, err error) {
		switch {
		case err != nil && u.Ops > 0 && archive.KindOf(err) == archive.Stopped:
			r.say(words.T("importing.undo.part"), widget.WarningImportance)
		case err != nil:
			r.failed(err, "importing.undo.stopped")
		case u.Kept > 0:
			then()
			r.say(words.N("importing.undone.kept", u.Kept), widget.WarningImportance)
		default:
			then()
			r.say(words.T("importing.undone"), widget.SuccessImportance)
		}
	})
}
