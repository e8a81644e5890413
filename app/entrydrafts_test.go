package app_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
)

// What a program that was killed had not saved is offered by the next one.
func TestDraftsOutliveAKill(t *testing.T) {
	if os.Getenv("LANTAI_DRAFTS") != "" {
		typeAndHang(t)
		return
	}
	folder := t.TempDir()
	home := filepath.Join(t.TempDir(), "home")
	from, err := received()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(home, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestDraftsOutliveAKill$", "-test.v")
	cmd.Env = append(os.Environ(), "LANTAI_DRAFTS="+folder, "LANTAI_HOME="+home)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 1)
	for heard := ""; !strings.Contains(heard, "kept"); heard += string(said) {
		if _, err := out.Read(said); err != nil {
			t.Fatalf("the child ended: %q", heard)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child was not killed")
	}

	d := deskAt(t, home)
	d.drafts = folder
	d.open()
	d.goTo(app.ScreenEntry, nil)
	d.sees("One record was not saved last time", "没有存完的通知")
	d.press(fyne.KeyReturn)
	if title, doc := d.entry("Title").Text, d.entry("Document number").Text; title != "没有存完的通知" || doc != "青政发〔1987〕3号" {
		t.Errorf("the draft came back as %q, %q", title, doc)
	}
	d.press(fyne.KeyF9)
	d.wants(d.newest(), map[string]string{"title": "没有存完的通知", "doc_no": "青政发〔1987〕3号"})
	d.Until(t, func() bool { return len(files(t, folder)) == 0 })
}

// typeAndHang is the program that is killed.
func typeAndHang(t *testing.T) {
	d := deskAt(t, os.Getenv("LANTAI_HOME"))
	d.drafts = os.Getenv("LANTAI_DRAFTS")
	d.open()
	d.enterIn("0001-WS")
	d.typing("没有存完的通知")
	d.field("Document number")
	d.typing("青政发〔1987〕3号")
	d.Until(t, func() bool {
		for _, f := range files(t, d.drafts) {
			if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), "1987〕3号") {
				return true
			}
		}
		return false
	})
	fmt.Println("kept")
	select {}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "drafts", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestADraftIsGoneWhenItIsSavedOrDropped(t *testing.T) {
	d := newDesk(t)
	d.drafts = t.TempDir()
	d.open()
	d.enterIn("0001-WS")
	d.typing("不要的一条")
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 1 })
	d.open() // another window of the same person
	d.goTo(app.ScreenEntry, nil)
	d.sees("One record was not saved last time")
	d.tap("Discard")
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 0 })
	if got := d.entry("Title").Text; got != "" {
		t.Errorf("dropped, and the title is %q", got)
	}
}

// A record whose draft was not taken away in time is not offered again.
func TestADraftOfASavedRecordIsNotOffered(t *testing.T) {
	d := newDesk(t)
	d.drafts = t.TempDir()
	d.open()
	d.enterIn("0001-WS")
	d.typing("已经存好的一条")
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 1 })
	path := files(t, d.drafts)[0]
	kept, err := os.ReadFile(path)
	d.must(err)
	d.press(fyne.KeyF9)
	d.Until(t, func() bool { return len(files(t, d.drafts)) == 0 })
	d.must(os.WriteFile(path, kept, 0o600))
	d.open()
	d.goTo(app.ScreenEntry, nil)
	d.lacks("One record was not saved last time")
}
