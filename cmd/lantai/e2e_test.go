//go:build e2e

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long one step of the window may take on a slow machine.
const patience = 3 * time.Minute

// TestWindow goes the whole way in a real window, in both languages and at both
// sizes: first run, sample, find, boxes on the page, correct, find again.
func TestWindow(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"lantai", "lantaictl"} {
		build := exec.Command("go", "build", "-tags", "sqlite_fts5", "-o", filepath.Join(bin, name), "lantai/cmd/"+name)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	for _, run := range []struct{ language, size string }{{"zh_Hans", "1366x768"}, {"en", "1920x1080"}} {
		t.Run(run.language, func(t *testing.T) {
			d := newDesk(t, bin, run.language, run.size)
			d.firstRun()
			d.find()
			d.correct()
			d.places()
			d.quit()
		})
	}
}

// desk is one display with the program on it.
type desk struct {
	t              *testing.T
	bin, home      string
	language, size string
	env            []string
	program        *exec.Cmd
	ended          chan error
	log            *os.File
	window         string
}

func newDesk(t *testing.T, bin, language, size string) *desk {
	d := &desk{t: t, bin: bin, language: language, size: size, home: filepath.Join(t.TempDir(), "home")}
	user := t.TempDir()
	d.env = append(os.Environ(), "DISPLAY="+d.display(), "HOME="+user, "XDG_CONFIG_HOME="+filepath.Join(user, ".config"),
		"LIBGL_ALWAYS_SOFTWARE=1", "LC_ALL=", "LANG=en_US.UTF-8", "LANTAI_LANG=en", "XMODIFIERS=",
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(user, "no-bus")) // else desktop services start and outlive the test
	d.background("openbox")
	var err error
	if d.log, err = os.Create(filepath.Join(user, "lantai.log")); err != nil {
		t.Fatal(err)
	}
	d.program = exec.Command(filepath.Join(bin, "lantai"), "--lang", language, "--size", size)
	d.program.Env, d.program.Stdout, d.program.Stderr = d.env, d.log, d.log
	if err := d.program.Start(); err != nil {
		t.Fatal(err)
	}
	d.ended = make(chan error, 1)
	go func() { d.ended <- d.program.Wait() }()
	t.Cleanup(func() { _ = d.program.Process.Kill() })
	d.until("the window", func() bool {
		out, err := d.try("xdotool", "search", "--onlyvisible", "--pid", fmt.Sprint(d.program.Process.Pid))
		d.window = strings.TrimSpace(strings.SplitN(out, "\n", 2)[0])
		return err == nil && d.window != ""
	})
	d.run("xdotool", "windowactivate", "--sync", d.window)
	return d
}

// display starts a virtual display that chooses its own number.
func (d *desk) display() string {
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", d.size+"x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		d.t.Fatalf("start Xvfb: %v", err)
	}
	w.Close()
	d.t.Cleanup(func() { _ = x.Process.Kill(); _ = x.Wait() })
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.t.Fatalf("Xvfb gave no display: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

func (d *desk) background(name string) {
	c := exec.Command(name)
	c.Env = d.env
	if err := c.Start(); err != nil {
		d.t.Fatalf("start %s: %v", name, err)
	}
	d.t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
}

func (d *desk) try(name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Env = d.env
	out, err := c.Output()
	return string(out), err
}

func (d *desk) run(name string, args ...string) string {
	d.t.Helper()
	out, err := d.try(name, args...)
	if err != nil {
		d.t.Fatalf("%s %v: %v", name, args, err)
	}
	return out
}

// until waits for something that must come to be.
func (d *desk) until(what string, ok func() bool) {
	d.t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		select {
		case err := <-d.ended:
			d.picture("ended")
			d.t.Fatalf("the program ended while waiting for %s: %v\n%s", what, err, d.written())
		case <-time.After(200 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			d.picture("late")
			d.t.Fatalf("%s did not come\n%s", what, d.written())
		}
	}
}

func (d *desk) key(keys ...string) {
	d.t.Helper()
	d.run("xdotool", append([]string{"key", "--delay", "120"}, keys...)...)
}

func (d *desk) enter(text string) {
	d.t.Helper()
	d.run("xdotool", "type", "--delay", "120", text)
}

func (d *desk) written() string {
	b, _ := os.ReadFile(d.log.Name())
	return string(b)
}

// ctl asks the archive through the other program, while the window has it open.
func (d *desk) ctl(args ...string) map[string]any {
	args = append(args, "--home", d.home, "--json")
	out, _ := d.try(filepath.Join(d.bin, "lantaictl"), args...)
	got := map[string]any{}
	_ = json.Unmarshal([]byte(out), &got)
	return got
}

// picture keeps a screenshot for people to look at, and gives it.
func (d *desk) picture(name string) image.Image {
	d.t.Helper()
	dir := filepath.Join("..", "..", "build", "e2e")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		d.t.Fatal(err)
	}
	file := filepath.Join(dir, d.language+"-"+d.size+"-"+name+".png")
	d.run("import", "-window", "root", file)
	b, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		d.t.Fatal(err)
	}
	return m
}

// firstRun makes the sample archive from the first page, by keyboard alone.
func (d *desk) firstRun() {
	d.picture("1-firstrun")
	d.enter(d.home) // the keyboard begins in the name of a new archive
	for range 7 {   // name, folder, browse, create, folder, browse, open
		d.key("Tab")
	}
	d.key("ctrl+a")
	d.enter(d.home)
	d.key("Return")
	d.until("the sample's pages", func() bool {
		stages, _ := d.ctl("status")["stages"].(map[string]any)
		return stages["indexed"] == 14.0
	})
	d.picture("2-start")
}

// find searches, and sees the boxes on the page.
func (d *desk) find() {
	d.key("F3")
	d.enter("1985")
	d.key("Return")
	d.until("boxes on the page", func() bool { return boxed(d.picture("3-find")) > 40 })
}

// boxed counts pixels of the colour that boxes have on the page.
func boxed(m image.Image) int {
	n := 0
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
			if c.R > 190 && c.G > 70 && c.G < 130 && c.B < 50 {
				n++
			}
		}
	}
	return n
}

// correct opens the hit, changes its text, saves, and finds the new words.
func (d *desk) correct() {
	const marker = "lantai2026marker"
	d.key("Down", "Return")
	d.until("the viewer", func() bool { return boxed(d.picture("4-viewer")) > 40 })
	d.key("F6", "F6", "ctrl+Home") // to the description, and to the text
	d.enter(marker + " ")
	d.key("ctrl+s")
	d.until("the correction in the index", func() bool { return d.ctl("search", marker)["total"] == 1.0 })
	d.picture("5-corrected")
	d.key("F3")
	d.key("ctrl+a")
	d.enter(marker)
	d.key("Return")
	d.until("the corrected page", func() bool { return d.ctl("search", marker)["total"] == 1.0 })
	d.picture("6-found-again")
}

// places goes to every place of the navigation.
func (d *desk) places() {
	for i := 1; i <= 6; i++ {
		d.key(fmt.Sprintf("ctrl+%d", i))
		d.until("the picture of a place", func() bool { return d.picture(fmt.Sprintf("7-place-%d", i)) != nil })
	}
}

// quit closes the program in an orderly way; its log must be empty of errors.
func (d *desk) quit() {
	d.key("ctrl+q")
	select {
	case err := <-d.ended:
		if err != nil {
			d.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(patience):
		d.t.Error("the program did not end")
	}
	for _, line := range strings.Split(d.written(), "\n") {
		if strings.Contains(line, "Preferences load error") || strings.Contains(line, "Cause: EOF") ||
			strings.Contains(line, "preferences.go") || strings.TrimSpace(line) == "" {
			continue // the toolkit says so at every first start
		}
		d.t.Errorf("log: %s", line)
	}
	if v := d.ctl("verify"); v["ok"] != v["checked"] || v["checked"] == nil {
		d.t.Errorf("after all that: %v", v)
	}
}
