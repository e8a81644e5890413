package parts_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
	"lantai/app/task/tasktest"
)

func TestFolderFieldOffersFolders(t *testing.T) {
	root := t.TempDir()
	for _, d := range []string{"scans 2019", "Scans 2020", "other", ".hidden"} {
		if err := os.Mkdir(filepath.Join(root, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	loop := tasktest.New(t)
	w := test.NewTempWindow(t, nil)
	f := parts.NewFolderField(loop.Runner, w, "")
	w.SetContent(f)
	sent := ""
	f.OnSubmitted = func(p string) { sent = p }
	w.Canvas().Focus(f.Entry)
	f.Entry.SetText(filepath.Join(root, "sca"))
	loop.Idle(t)
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	loop.Idle(t)
	if want := filepath.Join(root, "scans 2019"); f.Path() != want {
		t.Errorf("path = %q, want %q", f.Path(), want)
	}
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if sent != f.Path() {
		t.Errorf("submitted %q", sent)
	}
	all, err := parts.PathsLike(context.Background(), root+string(filepath.Separator), nil)
	if err != nil || len(all) != 3 {
		t.Errorf("in the folder: %v, %v", all, err)
	}
}

func TestFileFieldOffersFilesOfItsKinds(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"文书.XLSX", "文书.doc", "会计.dbf"} {
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "照片"), 0o755); err != nil {
		t.Fatal(err)
	}
	loop := tasktest.New(t)
	w := test.NewTempWindow(t, nil)
	f := parts.NewFileField(loop.Runner, w, "", ".xlsx", ".dbf")
	w.SetContent(f)
	w.Canvas().Focus(f.Entry)
	f.Entry.SetText(root + string(filepath.Separator))
	loop.Idle(t)
	for range 2 {
		f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	loop.Idle(t)
	if want := filepath.Join(root, "文书.XLSX"); f.Entry.Text != want {
		t.Errorf("the second offer is %q, want %q", f.Entry.Text, want)
	}
	all, err := parts.PathsLike(context.Background(), root+string(filepath.Separator), []string{".xlsx", ".dbf"})
	if err != nil || len(all) != 3 {
		t.Errorf("offered: %v, %v", all, err)
	}
}

func TestFolderFieldReadsPastedPaths(t *testing.T) {
	loop := tasktest.New(t)
	f := parts.NewFolderField(loop.Runner, test.NewTempWindow(t, nil), "")
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for pasted, want := range map[string]string{
		"":                             "",
		"  /a/b/ ":                     "/a/b",
		`"/a/扫描 件"`:                    "/a/扫描 件",
		"'/a'":                         "/a",
		"file:///a/%E6%89%AB%E6%8F%8F": "/a/扫描",
		"~/x":                          home + "/x",
	} {
		f.SetPath(pasted)
		if got := f.Path(); got != want {
			t.Errorf("%q is read as %q, want %q", pasted, got, want)
		}
	}
	loop.Idle(t)
}
