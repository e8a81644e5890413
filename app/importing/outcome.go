package importing

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
)

// outcome is what came of a run, dry or not.
type outcome struct {
	name   string // of the table's file
	dry    bool
	report exchange.Report
	fates  *fates
	folder string // of our own, with the file of the rejected rows; empty: none
	saved  string // where a person has put the rejected rows
	undone bool
}

// ask has a person confirm an import that no dry run with the same choices came before.
func (v *importView) ask() {
	if v.tried {
		v.start(false)
		return
	}
	parts.Ask(v.deps.Window, words.T("importing.do"), words.T("importing.ask", words.Args{"Name": v.name()}),
		words.T("importing.do"), func() { v.start(false) })
}

// start runs the import as a task, or a dry run of it.
func (v *importView) start(dry bool) { v.unkept(func() { v.begin(dry) }) }

func (v *importView) begin(dry bool) {
	v.forget()
	v.front(0) // there are no rows until it has ended
	t, m := v.table, v.columns.mapping
	m.Columns = slices.Clone(m.Columns)
	remember(v.deps.Memory, v.preview.Mapping, m)
	o := exchange.Options{DryRun: dry, Update: v.update.Checked, CreateSeries: v.schemes[max(v.create.SelectedIndex(), 0)], Say: why}
	title := words.T("importing.task", words.Args{"Name": v.name()})
	if dry {
		title = words.T("importing.task.dry", words.Args{"Name": v.name()})
	}
	out := &outcome{name: v.name(), dry: dry, fates: newFates(dry)}
	start(v.running, title, func(ctx context.Context, report func(archive.Progress)) (exchange.Report, error) {
		folder, err := os.MkdirTemp("", "lantai-")
		if err != nil {
			return exchange.Report{}, archive.Wrap("import catalogue", t.Path, err)
		}
		out.folder = folder
		o.Progress, o.Row, o.Rejects = report, out.fates.add, filepath.Join(folder, "rejected.xlsx")
		r, err := v.deps.Archive.Import(ctx, t, m, o)
		if err != nil || r.File == "" {
			out.folder = ""
			err = errors.Join(err, os.RemoveAll(folder))
		}
		return r, err
	}, func(r exchange.Report, err error) {
		if err != nil {
			v.running.failed(err, "importing.stopped")
			return
		}
		out.report = r
		v.last, v.tried = out, dry
		v.fates.show(out.fates)
		v.front(1)
		v.tell()
	})
}

// drop removes the file of the rejected rows that lies in a folder of our own.
func (v *importView) drop(o *outcome) {
	folder := o.folder
	if folder == "" {
		return
	}
	o.folder = ""
	task.Run(v.deps.Runner, "", func(context.Context, func(archive.Progress)) (struct{}, error) {
		return struct{}{}, os.RemoveAll(folder)
	}, nil, task.Quiet())
}

// forget drops what came of the last run.
func (v *importView) forget() {
	if v.last != nil {
		v.drop(v.last)
		v.last = nil
	}
	v.fates.show(nil)
	v.running.say("", widget.MediumImportance)
}

// unkept asks before rejected rows of an import are lost that were not saved.
func (v *importView) unkept(then func()) {
	drop := func() {
		if v.last != nil && v.last.folder != "" {
			v.drop(v.last)
			v.tell()
		}
		then()
	}
	if v.last == nil || v.last.dry || v.last.folder == "" || v.last.saved != "" {
		drop()
		return
	}
	parts.Ask(v.deps.Window, words.T("importing.unkept.title"), words.N("importing.unkept", v.last.report.Rejected),
		words.T("importing.unkept.do"), drop)
}

// tell says what came of the last run and offers what can be done about it.
func (v *importView) tell() {
	o := v.last
	say := []string{v.counts(o)}
	if o.report.Boxes > 0 {
		say = append(say, words.N("importing.boxes", o.report.Boxes))
	}
	if len(o.report.Series) > 0 {
		say = append(say, words.T("importing.made", words.Args{"Names": some(o.report.Series)}))
	}
	if len(o.report.Left) > 0 {
		say = append(say, words.T("importing.left", words.Args{"Names": some(o.report.Left)}))
	}
	if o.saved != "" {
		say = append(say, words.T("importing.rejects.saved", words.Args{"Path": o.saved}))
	}
	importance := widget.SuccessImportance
	if o.report.Rejected > 0 {
		importance = widget.WarningImportance
	}
	v.running.say(strings.Join(say, " "), importance, v.acts(o))
}

// counts says how many rows had which fate.
func (v *importView) counts(o *outcome) string {
	key := "importing.result"
	if o.dry {
		key = "importing.result.dry"
	}
	r := o.report
	return words.T(key, words.Args{"Rows": words.Number(r.Rows), "Added": words.Number(r.Added), "Already": words.Number(r.Already),
		"Updated": words.Number(r.Updated), "Rejected": words.Number(r.Rejected), "Skipped": words.Number(r.Skipped)})
}

// acts are the buttons below what is said of a run.
func (v *importView) acts(o *outcome) fyne.CanvasObject {
	row := container.NewHBox()
	if o.folder != "" {
		row.Add(parts.NewButton(words.N("importing.rejects.save", o.report.Rejected), base.DocumentSaveIcon(), v.saveRejects))
	}
	if !o.dry && !o.undone && o.fates.first != "" {
		row.Add(parts.NewButton(words.T("importing.see"), base.NavigateNextIcon(), v.see))
	}
	if !o.dry && !o.undone && o.report.Op != 0 && o.report.Added+o.report.Updated > 0 {
		row.Add(parts.NewQuiet(words.T("importing.undo"), base.ContentUndoIcon(), func() {
			d := Deed{ID: o.report.Op, Kind: exchange.OpImport, Ops: []archive.ID{o.report.Op}}
			askUndo(v.running, words.T("importing.undo.import", words.Args{"Name": o.name}), d, func() {
				o.undone = true
				v.drop(o)
			})
		}))
	}
	return row
}

// see goes to the first record that was brought in.
func (v *importView) see() {
	code := v.last.fates.first
	task.Load(v.deps.Runner, &v.opens, func(ctx context.Context) (archive.Holding, error) {
		return v.deps.Archive.FindCode(ctx, code)
	}, func(h archive.Holding, err error) {
		if err != nil {
			v.failed(err)
			return
		}
		v.deps.Open(parts.Route{Screen: "holdings", Value: parts.HoldingValue{Holding: h.ID}})
	})
}
