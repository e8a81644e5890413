package importing

import (
	"context"
	"path/filepath"
	"strings"
	"time"

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

// exportView writes a fonds, or all, into a table.
type exportView struct {
	deps    Deps
	loads   task.Latest
	codes   []string // 全宗号 beside the choices; the first is for all
	fonds   *parts.Select
	format  *parts.Select
	folder  *parts.FolderField
	where   *parts.Field
	name    *parts.Entry
	named   *parts.Field
	given   string // the name that was proposed last
	do      *parts.Button
	running *running
	root    fyne.CanvasObject
}

// formats are the endings of the files that can be written.
func formats() []string { return []string{".xlsx", ".csv"} }

func newExportView(d Deps) *exportView {
	v := &exportView{deps: d, codes: []string{""}}
	v.running = newRunning(d, func() { v.able() })
	v.running.home = func() fyne.Focusable { return v.do }
	v.fonds = parts.NewSelect([]string{words.T("importing.all-fonds")}, func(int) { v.propose() })
	v.format = parts.NewSelect([]string{words.T("importing.format.xlsx"), words.T("importing.format.csv")}, func(int) { v.propose() })
	v.folder = parts.NewFolderField(d.Runner, d.Window, words.T("intake.folder"))
	v.folder.Memory = d.Memory
	v.folder.SetPath(d.Folder)
	v.folder.OnChanged = func(string) { v.where.SetError("") }
	v.where = parts.NewField(words.T("importing.export.folder"), v.folder)
	v.name = parts.NewEntry()
	v.name.OnChanged = func(string) { v.named.SetError("") }
	v.name.OnSubmitted = func(string) { v.submit() }
	v.named = parts.NewField(words.T("importing.export.file"), v.name)
	v.do = parts.NewPrimary(words.T("importing.export.do"), base.UploadIcon(), v.submit)
	form := container.NewVBox(parts.Paragraph(words.T("importing.export.say")),
		parts.NewForm(2, parts.NewField(words.T("kind.fonds"), v.fonds), parts.NewField(words.T("importing.format"), v.format)),
		parts.NewForm(1, v.where), parts.NewForm(1, v.named), container.NewHBox(v.do), v.running.root)
	v.root = parts.Scroll(form)
	v.running.around = form
	v.fonds.SetSelectedIndex(0)
	v.format.SetSelectedIndex(0)
	return v
}

// load reads which fonds there are.
func (v *exportView) load() {
	task.Load(v.deps.Runner, &v.loads, v.deps.Archive.Places, func(list []Place, err error) {
		if err != nil {
			v.running.failed(err, "importing.export.stopped")
			return
		}
		was := v.codes[max(v.fonds.SelectedIndex(), 0)]
		v.codes = []string{""}
		names, at := []string{words.T("importing.all-fonds")}, 0
		for _, p := range list {
			if p.Kind == archive.KindFonds {
				if p.Code == was && was != "" {
					at = len(names)
				}
				v.codes, names = append(v.codes, p.Code), append(names, p.Code+" "+p.Title)
			}
		}
		v.fonds.SetOptions(names)
		v.fonds.SetSelectedIndex(at)
	})
}

func (v *exportView) able() {
	if v.do != nil {
		parts.Able(v.do, !v.running.busy())
	}
}

// propose names the file, unless a person has named it.
func (v *exportView) propose() {
	if v.name == nil || v.named == nil || v.name.Text != v.given {
		return
	}
	what := words.T("importing.all-fonds")
	if n := v.fonds.SelectedIndex(); n > 0 {
		what = v.codes[n]
	}
	v.given = words.T("importing.export.name", words.Args{"What": what, "Day": time.Now().Format("20060102")}) +
		formats()[max(v.format.SelectedIndex(), 0)]
	v.name.SetText(v.given)
}

func (v *exportView) submit() {
	name, dir := strings.TrimSpace(v.name.Text), v.folder.Path()
	switch {
	case v.running.busy():
		return
	case dir == "":
		v.where.SetError(words.T("intake.folder.missing"))
		v.deps.Window.Canvas().Focus(v.folder.Entry)
		return
	case name == "" || name != filepath.Base(name):
		v.named.SetError(words.T("importing.export.unnamed"))
		v.deps.Window.Canvas().Focus(v.name)
		return
	}
	ending := formats()[max(v.format.SelectedIndex(), 0)]
	if !strings.EqualFold(filepath.Ext(name), ending) {
		name += ending
	}
	v.start(v.codes[max(v.fonds.SelectedIndex(), 0)], filepath.Join(dir, name))
}

func (v *exportView) start(fonds, path string) {
	title := words.T("importing.export.task", words.Args{"Name": filepath.Base(path)})
	start(v.running, title, func(ctx context.Context, report func(archive.Progress)) (exchange.Exported, error) {
		return v.deps.Archive.Export(ctx, fonds, path, report)
	}, func(e exchange.Exported, err error) {
		if err != nil {
			v.running.failed(err, "importing.export.stopped")
			return
		}
		v.running.say(words.T("importing.exported", words.Args{"Rows": words.Number(e.Rows), "Path": e.Path}), widget.SuccessImportance)
	})
}
