package audit

import (
	"context"
	"io"
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

// proofView verifies the log, keeps its heads, and says what the chain can prove.
type proofView struct {
	deps  Deps
	now   State
	loads task.Latest

	verify, hold       *parts.Button
	keep, save, text   *parts.Button
	folder             *parts.FolderField
	use, none, accept  *parts.Button
	wrong, kept, where *parts.Prose
	warning            *fyne.Container
	fault              *parts.Fault
	running            *running
	root               fyne.CanvasObject
}

func newProofView(d Deps) *proofView {
	v := &proofView{deps: d, wrong: parts.Paragraph(""), kept: parts.Paragraph(""), where: parts.Paragraph(""), warning: container.NewVBox()}
	v.fault = parts.NewFault(v.load)
	v.verify = parts.NewPrimary(words.T("audit.verify"), base.ConfirmIcon(), func() { v.check("") })
	v.hold = parts.NewButton(words.T("audit.hold"), base.FileTextIcon(), v.choose)
	v.keep = parts.NewButton(words.T("audit.keep"), base.DocumentSaveIcon(), func() { v.do(d.Archive.Keep, "audit.keep.done") })
	v.save = parts.NewButton(words.T("audit.heads.save"), base.DocumentSaveIcon(), v.saveHeads)
	v.text = parts.NewButton(words.T("audit.heads.text"), base.DocumentIcon(), v.showHeads)
	v.folder = parts.NewFolderField(d.Runner, d.Window, words.T("audit.folder.hint"))
	v.folder.Memory = d.Memory
	v.use = parts.NewButton(words.T("audit.folder.use"), base.ConfirmIcon(), func() { v.keepIn(v.folder.Path()) })
	v.none = parts.NewButton(words.T("audit.folder.none"), base.CancelIcon(), func() { v.keepIn("") })
	v.accept = parts.NewButton(words.T("audit.accept"), base.ConfirmIcon(), v.askAccept)
	v.wrong.Importance = widget.DangerImportance
	v.running = newRunning(d.Runner, v.relay)
	left := container.NewVBox(v.warning, v.fault.Box,
		parts.Heading(words.T("audit.verify.title")), parts.Paragraph(words.T("audit.verify.say")),
		container.NewHBox(v.verify, v.hold), v.running.box,
		widget.NewSeparator(), parts.Heading(words.T("audit.heads.title")), parts.Paragraph(words.T("audit.heads.say")), v.kept,
		container.NewHBox(v.keep, v.save, v.text), v.where, v.folder, container.NewHBox(v.use, v.none))
	right := container.NewVBox(parts.Heading(words.T("audit.proof.title")))
	for _, key := range []string{"audit.proof.can", "audit.proof.tables", "audit.proof.cannot", "audit.proof.tables.not", "audit.proof.heads", "audit.proof.purge", "audit.proof.clock", "audit.proof.read"} {
		right.Add(parts.Paragraph(words.T(key)))
	}
	v.root = parts.NewSplit(parts.Scroll(left), parts.Scroll(right), parts.SplitOptions{Key: "audit.proof", Memory: d.Memory, Share: 0.55})
	v.show(State{})
	return v
}

func (v *proofView) relay() {
	if v.root != nil {
		v.able()
		v.root.Refresh()
	}
}

func (v *proofView) able() {
	for _, b := range []*parts.Button{v.verify, v.hold, v.keep, v.use, v.none, v.accept} {
		keeps := b == v.keep || b == v.use || b == v.none
		parts.Able(b, !v.running.busy() && (!keeps || len(v.now.Wrong) == 0))
	}
}

// load reads how the log stands.
func (v *proofView) load() {
	task.Load(v.deps.Runner, &v.loads, v.deps.Archive.State, func(s State, err error) {
		v.fault.Show(err)
		if err == nil {
			v.show(s)
		}
		v.relay()
	})
}

func (v *proofView) show(s State) {
	if v.folder.Path() == "" || v.folder.Path() == v.now.Folder {
		v.folder.SetPath(s.Folder)
	}
	v.now = s
	v.warning.Objects = nil
	if len(s.Wrong) > 0 || s.Clock != "" {
		v.wrong.SetText(strings.TrimSpace(strings.Join(append(s.Wrong, s.Clock), "\n")))
		v.warning.Objects = append(v.warning.Objects, v.wrong)
	}
	if len(s.Wrong) > 0 {
		v.warning.Objects = append(v.warning.Objects, parts.Paragraph(words.T("audit.accept.say")), container.NewHBox(v.accept))
	}
	v.kept.SetText(words.T("audit.kept.never"))
	if s.Kept != 0 {
		v.kept.SetText(words.T("audit.kept", words.Args{"Time": clock(s.Kept)}))
	}
	switch {
	case s.Folder == "":
		v.where.SetText(words.T("audit.folder.unset"))
	case s.Away:
		v.where.SetText(words.T("audit.folder.away", words.Args{"Path": s.Folder}))
	default:
		v.where.SetText(words.T("audit.folder.there", words.Args{"Path": s.Folder}))
	}
}

// choose asks for a file of heads and holds the log against it.
func (v *proofView) choose() {
	o := parts.ChooseOptions{Title: words.T("choose.file.open"), Files: []string{".tsv", ".txt"}, Memory: v.deps.Memory}
	parts.Choose(v.deps.Runner, v.deps.Window, o, v.check)
}

// check verifies the log, against a file of heads if one is named.
func (v *proofView) check(file string) {
	if v.running.busy() {
		return
	}
	start(v.running, words.T("audit.verifying"), func(ctx context.Context, progress func(archive.Progress)) (Verdict, error) {
		return v.deps.Archive.Verify(ctx, file, progress)
	}, v.tell)
}

// tell says what was found, and exactly that.
func (v *proofView) tell(found Verdict) {
	if len(found.Rows) > 0 {
		say := append([]string{words.T("audit.tables", words.Args{"Ops": words.Number(found.Ops)})}, found.Rows...)
		v.running.say(strings.Join(append(say, words.T("audit.row.do")), "\n"), widget.DangerImportance)
		return
	}
	if b := found.Bad; b != nil {
		op := words.T("audit.bad.gone")
		if b.Op != 0 {
			op = words.T("audit.bad.op", words.Args{"Op": b.Op})
		}
		v.running.say(words.T("audit.bad", words.Args{"Ops": words.Number(found.Ops), "Station": b.Station, "Number": words.Number(b.Number),
			"Op": op, "Reason": words.T("audit.fault." + b.Fault)}), widget.DangerImportance)
		return
	}
	say := []string{words.N("audit.fits", found.Ops), words.T("audit.fits.tables")}
	if found.Kept > 0 {
		say = append(say, words.N("audit.fits.kept", found.Kept))
	} else {
		say = append(say, words.T("audit.fits.alone"))
	}
	if found.Purged > 0 {
		say = append(say, words.N("audit.fits.purged", found.Purged))
	}
	importance := widget.SuccessImportance
	if n := len(found.Earlier); n > 0 {
		importance = widget.WarningImportance
		say = append(say, words.N("audit.fits.earlier", n, words.Args{"Time": clock(found.Earlier[0].Time), "Op": found.Earlier[0].ID}))
	}
	v.running.say(words.Sentences(say...), importance)
}

// do runs something short, and reads the state again.
func (v *proofView) do(work func(context.Context) error, done string) {
	start(v.running, words.T("audit.keeping"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, work(ctx)
	}, func(struct{}) {
		v.running.say(words.T(done), widget.SuccessImportance)
		v.load()
	})
}

func (v *proofView) keepIn(folder string) {
	done := "audit.folder.set"
	if folder = strings.TrimSpace(folder); folder == "" {
		done = "audit.folder.cleared"
		v.folder.SetPath("")
	}
	v.do(func(ctx context.Context) error { return v.deps.Archive.KeepIn(ctx, folder) }, done)
}

func (v *proofView) askAccept() {
	parts.Ask(v.deps.Window, words.T("audit.accept"), words.T("audit.accept.ask"), words.T("audit.accept.do"), func() {
		v.do(v.deps.Archive.Accept, "audit.accepted")
	})
}

// saveHeads writes the heads into a file of the person's.
func (v *proofView) saveHeads() {
	o := parts.ChooseOptions{Title: words.T("choose.save"), Files: []string{".tsv", ".txt"}, Save: words.T("audit.heads.name") + ".tsv", Memory: v.deps.Memory}
	parts.Choose(v.deps.Runner, v.deps.Window, o, func(path string) {
		start(v.running, words.T("audit.keeping"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			lines, err := v.deps.Archive.Heads(ctx)
			if err != nil {
				return struct{}{}, err
			}
			return struct{}{}, parts.WriteWhole(path, func(w io.Writer) error {
				_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
				return err
			})
		}, func(struct{}) {
			v.running.say(words.T("audit.heads.saved", words.Args{"Path": path}), widget.SuccessImportance)
		})
	})
}

// showHeads shows the heads as text, to be copied by hand or by clipboard.
func (v *proofView) showHeads() {
	task.Load(v.deps.Runner, &v.loads, v.deps.Archive.Heads, func(lines []string, err error) {
		if err != nil {
			parts.ShowError(v.deps.Window, err)
			return
		}
		text := container.NewVBox(parts.Paragraph(words.T("audit.heads.copy.say")))
		for _, line := range lines {
			f := strings.Split(line, "\t")
			if len(f) == 5 {
				text.Add(parts.Paragraph(words.T("audit.heads.line", words.Args{"Station": f[0], "Number": f[1], "Op": f[2], "Time": f[3], "Digest": f[4]})))
			}
		}
		parts.Dialog(v.deps.Window, words.T("audit.heads.text"), parts.Sized(parts.Scroll(text), 640, 240),
			parts.Answer{Label: words.T("action.close")},
			parts.Answer{Label: words.T("audit.heads.copy"), Do: func() { fyne.CurrentApp().Clipboard().SetContent(strings.Join(lines, "\n") + "\n") }})
	})
}
