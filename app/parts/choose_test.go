package parts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
	"lantai/app/task/tasktest"
	"lantai/app/words"
)

// asked is an open dialog that chooses, with what it has chosen.
type asked struct {
	*tasktest.Loop
	t    *testing.T
	w    fyne.Window
	got  []string
	root string
}

// ask opens the dialog over folders and files: 2019/, 文书/, 文书/目录.xlsx, 目录.XLSX, 说明.doc.
func ask(t *testing.T, o parts.ChooseOptions) *asked {
	t.Helper()
	a := &asked{Loop: tasktest.New(t), t: t, root: t.TempDir()}
	for _, dir := range []string{"2019", "文书", ".hidden"} {
		if err := os.Mkdir(filepath.Join(a.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"目录.XLSX", "说明.doc", "文书/目录.xlsx"} {
		if err := os.WriteFile(filepath.Join(a.root, name), []byte("table"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a.w = test.NewTempWindow(t, nil)
	a.w.Resize(fyne.NewSize(1000, 700))
	o.Title = "Choose"
	if o.Start == "" {
		o.Start = a.root
	}
	parts.Choose(a.Runner, a.w, o, func(path string) { a.got = append(a.got, path) })
	a.Idle(t)
	return a
}

func (a *asked) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		a.w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
		a.Idle(a.t)
	}
}

// chose wants the dialog gone, with one answer.
func (a *asked) chose(path ...string) {
	a.t.Helper()
	want := filepath.Join(append([]string{a.root}, path...)...)
	if len(a.got) != 1 || a.got[0] != want || a.w.Canvas().Overlays().Top() != nil {
		a.t.Errorf("chosen %q, want %q; over the window lies %T", a.got, want, a.w.Canvas().Overlays().Top())
	}
}

func (a *asked) seen() string {
	var b strings.Builder
	for _, o := range test.LaidOutObjects(a.w.Canvas().Overlays().Top()) {
		if text, ok := o.(*canvas.Text); ok {
			b.WriteString(text.Text + "\n")
		}
	}
	return b.String()
}

func (a *asked) tap(label string) {
	a.t.Helper()
	for _, o := range test.LaidOutObjects(a.w.Canvas().Overlays().Top()) {
		if b, ok := o.(*parts.Button); ok && b.Text == label && !b.Disabled() {
			test.Tap(b)
			a.Idle(a.t)
			return
		}
	}
	a.t.Fatalf("no button %q", label)
}

func TestChooseAFolderByKeyboard(t *testing.T) {
	a := ask(t, parts.ChooseOptions{})
	if s := a.seen(); strings.Contains(s, "hidden") || strings.Contains(s, "目录") {
		t.Errorf("listed: %s", s)
	}
	a.press(fyne.KeyDown, fyne.KeyReturn) // into 2019
	a.press(fyne.KeyBackspace)            // and back, where 2019 has the keyboard
	a.press(fyne.KeyDown, fyne.KeyReturn)
	a.tap(words.T("choose.folder.do"))
	a.chose("文书")
}

func TestChooseAFile(t *testing.T) {
	a := ask(t, parts.ChooseOptions{Files: []string{".xlsx"}})
	if s := a.seen(); !strings.Contains(s, "目录.XLSX") || strings.Contains(s, "说明") {
		t.Errorf("listed: %s", s)
	}
	a.press(fyne.KeyEnd, fyne.KeyReturn)
	a.chose("目录.XLSX")
}

func TestChooseAFileThatIsTyped(t *testing.T) {
	a := ask(t, parts.ChooseOptions{Files: []string{".xlsx"}})
	var path *parts.Entry
	for _, o := range test.LaidOutObjects(a.w.Canvas().Overlays().Top()) {
		if e, ok := o.(*parts.Entry); ok {
			path = e
		}
	}
	path.SetText("/no/such/folder")
	a.w.Canvas().Focus(path)
	a.press(fyne.KeyReturn)
	if a.w.Canvas().Overlays().Top() == nil {
		t.Fatal("a path that leads nowhere closed the dialog")
	}
	path.SetText(filepath.Join(a.root, "文书", "目录.xlsx"))
	a.press(fyne.KeyReturn)
	a.chose("文书", "目录.xlsx")
}

// A name without its ending gets it, and a file that is there is asked about.
func TestChooseWhereToSave(t *testing.T) {
	a := ask(t, parts.ChooseOptions{Files: []string{".xlsx"}, Save: "new"})
	a.press(fyne.KeyReturn)
	a.chose("new.xlsx")

	a = ask(t, parts.ChooseOptions{Files: []string{".xlsx"}, Save: "目录.XLSX"})
	a.press(fyne.KeyReturn)
	a.press(fyne.KeyReturn) // not to be replaced
	if len(a.got) != 0 || a.w.Canvas().Overlays().Top() == nil {
		t.Fatalf("chosen %q", a.got)
	}
	a.press(fyne.KeyReturn)
	a.tap(words.T("choose.replace"))
	a.chose("目录.XLSX")
}

func TestChooseNothing(t *testing.T) {
	a := ask(t, parts.ChooseOptions{})
	a.press(fyne.KeyEscape)
	if len(a.got) != 0 || a.w.Canvas().Overlays().Top() != nil {
		t.Errorf("chosen %q", a.got)
	}
}

// Where something was chosen last is where the next choice begins, and what has gone since
// gives way to the folder above it.
func TestChooseBeginsWhereItWasLast(t *testing.T) {
	m := kept{}
	a := ask(t, parts.ChooseOptions{Memory: m})
	a.press(fyne.KeyDown)
	a.tap(words.T("choose.folder.do"))
	a.chose("2019")
	if err := os.Remove(filepath.Join(a.root, "2019")); err != nil {
		t.Fatal(err)
	}
	var got string
	parts.Choose(a.Runner, a.w, parts.ChooseOptions{Title: "Again", Memory: m}, func(path string) { got = path })
	a.Idle(t)
	a.tap(words.T("choose.folder.do"))
	if got != a.root {
		t.Errorf("chosen %q, want %q", got, a.root)
	}
}
