package intake

import (
	"context"
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
)

// about says which matter is decided on.
func about(q archive.Quarantine) words.Args {
	name := q.Path
	if q.Code != "" {
		name = q.Code
	}
	return words.Args{"Name": name, "Mark": q.Mark, "Files": words.Number(q.Files), "Pages": words.Number(q.Pages)}
}

// askBack asks whether a matter is no secret.
func (v *secretView) askBack() {
	q, ok := v.chosen()
	if !ok {
		return
	}
	note := parts.NewEntry()
	form := container.NewVBox(parts.Paragraph(words.T("intake.secret.back.say", about(q))),
		parts.NewField(words.T("intake.secret.note.may"), note))
	parts.Dialog(v.deps.Window, words.T("intake.secret.back.title"), parts.Sized(form, 600, 190),
		parts.Answer{Label: words.T("Cancel")},
		parts.Answer{Label: words.T("intake.secret.back.do"), Do: func() { v.decide(q, false, note.Text) }})
}

// askRid asks whether a matter is a secret. It can be answered only with a note, and with
// the word that is asked for.
func (v *secretView) askRid() {
	q, ok := v.chosen()
	if !ok {
		return
	}
	note, word := parts.NewEntry(), parts.NewEntry()
	confirm := words.T("intake.secret.word")
	form := container.NewVBox(parts.Paragraph(words.T("intake.secret.rid.say", about(q))),
		parts.NewField(words.T("intake.secret.note.must"), note),
		parts.NewField(words.T("intake.secret.word.ask", words.Args{"Word": confirm}), word))
	buttons := parts.Dialog(v.deps.Window, words.T("intake.secret.rid.title"), parts.Sized(form, 600, 260),
		parts.Answer{Label: words.T("Cancel")},
		parts.Answer{Label: words.T("intake.secret.rid.do"), Do: func() { v.decide(q, true, note.Text) }})
	do := buttons[1]
	do.Importance = widget.DangerImportance
	able := func(string) {
		parts.Able(do, strings.TrimSpace(note.Text) != "" && strings.EqualFold(strings.TrimSpace(word.Text), confirm))
	}
	note.OnChanged, word.OnChanged = able, able
	able("")
}

// decide carries a decision out as a task.
func (v *secretView) decide(q archive.Quarantine, secret bool, note string) {
	title := "intake.secret.releasing"
	if secret {
		title = "intake.secret.removing"
	}
	v.back.Disable()
	v.rid.Disable()
	task.Run(v.deps.Runner, words.T(title), func(ctx context.Context, _ func(archive.Progress)) ([]ingest.Removed, error) {
		return v.deps.Archive.Decide(ctx, q.ID, secret, note)
	}, func(removed []ingest.Removed, err error) {
		switch {
		case err != nil:
			parts.ShowError(v.deps.Window, err)
		case secret:
			v.tell(words.T("intake.secret.gone", about(q)), widget.SuccessImportance)
			v.tellRemoved(removed)
		default:
			v.tell(words.T("intake.secret.released", about(q)), widget.SuccessImportance)
		}
		v.changed()
	})
}

// tellRemoved lists what was removed, and says where copies may be.
func (v *secretView) tellRemoved(removed []ingest.Removed) {
	ids := make([]archive.ID, len(removed))
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	table := parts.NewTable(parts.TableOptions{
		Runner: v.deps.Runner, Single: true,
		Columns: []parts.Column{
			{Key: "path", Title: words.T("report.path"), Width: 500, Stretch: true},
			{Key: "pages", Title: words.T("intake.secret.pages"), Width: 96, Number: true},
			{Key: "state", Title: words.T("intake.batch.state"), Width: 200},
		},
		Fetch: func(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
			rows := make([]parts.Row, len(ids))
			for i, id := range ids {
				r, state := removed[id-1], words.T("intake.secret.is.gone")
				if r.Left {
					state = words.T("intake.secret.is.left")
				}
				rows[i] = parts.Row{Cells: []string{r.Path, words.Number(r.Pages), state}, Alert: r.Left}
			}
			return rows, nil
		},
	})
	table.SetIDs(ids)
	say := words.T("intake.secret.copies")
	for _, r := range removed {
		if r.Left {
			say = words.T("intake.secret.left") + say
			break
		}
	}
	warn := parts.Paragraph(say)
	warn.Importance = widget.WarningImportance
	parts.Dialog(v.deps.Window, words.T("intake.secret.removed"), parts.Sized(parts.Border(nil, warn, nil, nil, table), 900, 320),
		parts.Answer{Label: words.T("action.close")})
}
