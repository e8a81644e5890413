//go:build e2e

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"lantai/assets/font"
)

// patience is how long one step of the window may take on a slow machine.
const patience = 5 * time.Minute

// TestWindow goes the whole way in a real window, in both languages and at both
// sizes: first run, sample, find, boxes on the page, correct, find again; then a further
// folder of scans is received, found, corrected and found again, and work that was
// paused goes on after the program was closed.
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
			d.find("1985", "3-find")
			d.correct("lantai2026marker", "4-viewer")
			d.receive("received", 16, "73519", "73520")
			d.find("73519", "6-found-received")
			d.correct("received2026marker", "6-viewer-received")
			d.pause()
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
	d.start()
	return d
}

// start runs the program and waits until it has drawn its window.
func (d *desk) start() {
	d.t.Helper()
	d.program = exec.Command(filepath.Join(d.bin, "lantai"), "--lang", d.language, "--size", d.size)
	d.program.Env, d.program.Stdout, d.program.Stderr = d.env, d.log, d.log
	if err := d.program.Start(); err != nil {
		d.t.Fatal(err)
	}
	ended, program := make(chan error, 1), d.program
	d.ended = ended
	go func() { ended <- program.Wait() }()
	d.t.Cleanup(func() { _ = program.Process.Kill() })
	d.until("the window", func() bool {
		out, err := d.try("xdotool", "search", "--onlyvisible", "--pid", fmt.Sprint(program.Process.Pid))
		d.window = strings.TrimSpace(strings.SplitN(out, "\n", 2)[0])
		return err == nil && d.window != ""
	})
	d.run("xdotool", "windowactivate", "--sync", d.window)
	d.until("something in the window", func() bool { return light(d.picture("0-begin")) })
}

// light tells whether the window was drawn: before, it is black.
func light(m image.Image) bool {
	b := m.Bounds()
	r, g, bl, _ := m.At(b.Min.X+b.Dx()/2, b.Max.Y-b.Dy()/4).RGBA()
	return r+g+bl > 3*0x8000
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
	for range 8 {   // name, folder, browse, kind, create, folder, browse, open
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
func (d *desk) find(words, picture string) {
	d.key("F3", "ctrl+a", "Delete", "Return")
	d.until("an empty search", func() bool { return boxed(d.picture(picture)) == 0 })
	d.enter(words)
	d.key("Return")
	d.until("boxes on the page", func() bool { return boxed(d.picture(picture)) > 40 })
}

// boxed counts pixels of the colour that boxes have on the page.
func boxed(m image.Image) int {
	n := 0
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.RGBAModel.Convert(m.At(x, y)).(color.RGBA)
			if c.R > 165 && c.G > 65 && c.G < 130 && c.B < 60 {
				n++
			}
		}
	}
	return n
}

// correct opens the hit, changes its text, saves, and finds the new words.
func (d *desk) correct(marker, picture string) {
	d.key("Down", "Return")
	d.until("the viewer", func() bool { return boxed(d.picture(picture)) > 40 })
	d.key("F6", "F6", "ctrl+Home") // to the description, and to the text
	d.enter(marker + " ")
	d.key("ctrl+s")
	d.until("the correction in the index", func() bool { return d.ctl("search", marker)["total"] == 1.0 })
	d.picture("5-corrected")
	d.key("F3", "ctrl+a")
	d.enter(marker)
	d.key("Return")
	d.until("the corrected page", func() bool { return light(d.picture("6-found-again")) })
}

// receive draws pages, one for each number, into a folder of their own and receives it
// in the window. The first belongs to a record by its name.
func (d *desk) receive(name string, pages float64, numbers ...string) {
	dir := d.deliver(name, numbers)
	d.key("ctrl+4")
	d.enter(dir)
	d.key("Escape", "Return") // the folders offered give way
	d.until("the pages received", func() bool { return d.status("received", "enhanced", "recognised", "indexed") == pages })
	d.picture("6-" + name)
	d.until("the pages recognised", func() bool { return d.status("indexed") == pages })
}

// status adds up the pages at some stages.
func (d *desk) status(names ...string) (n float64) {
	stages, _ := d.ctl("status")["stages"].(map[string]any)
	for _, name := range names {
		v, _ := stages[name].(float64)
		n += v
	}
	return n
}

// deliver draws the pages.
func (d *desk) deliver(name string, numbers []string) (dir string) {
	d.t.Helper()
	dir = filepath.Join(d.t.TempDir(), name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		d.t.Fatal(err)
	}
	face, err := opentype.Parse(font.Regular)
	if err != nil {
		d.t.Fatal(err)
	}
	large, err := opentype.NewFace(face, &opentype.FaceOptions{Size: 44, DPI: 72})
	if err != nil {
		d.t.Fatal(err)
	}
	for i, number := range numbers {
		page := image.NewGray(image.Rect(0, 0, 1654, 1169)) // half of A4 at 200 dpi
		draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
		ink := xfont.Drawer{Dst: page, Src: image.Black, Face: large}
		for row := range 8 {
			ink.Dot = fixed.P(160, 160+110*row)
			ink.DrawString("青禾区水利工程验收登记，编号 " + number)
		}
		file := "page " + number + ".png"
		if i == 0 && name == "received" {
			file = "0001-WS·1985-Y-BGS-0002-0002.png"
		}
		var b bytes.Buffer
		if err := png.Encode(&b, page); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), b.Bytes(), 0o644); err != nil {
			d.t.Fatal(err)
		}
	}
	return dir
}

// pause receives a folder, halts the work on its pages, and closes the program. Opened
// again it goes on where it was.
func (d *desk) pause() {
	const pages = 16 + 8
	dir := d.deliver("waiting", []string{"81001", "81002", "81003", "81004", "81005", "81006", "81007", "81008"})
	d.key("ctrl+4")
	d.enter(dir)
	d.key("Escape", "Return")
	d.until("the pages received", func() bool { return d.status("received", "enhanced", "recognised", "indexed") == pages })
	d.key("ctrl+4", "Tab", "Tab", "Tab", "Tab", "Tab", "Return") // browse, receive, how, texts, pause
	d.picture("6-paused")
	d.close()
	before := d.status("indexed")
	if before == pages {
		d.t.Log("the pages were done before they could be paused")
	}
	d.start()
	d.until("the pages that waited", func() bool { return d.status("indexed") == pages })
	d.picture("6-gone-on")
}

// places goes to every place of the navigation.
func (d *desk) places() {
	for i := 1; i <= 6; i++ {
		d.key(fmt.Sprintf("ctrl+%d", i))
		d.until("the picture of a place", func() bool { return d.picture(fmt.Sprintf("7-place-%d", i)) != nil })
	}
}

// close ends the program in an orderly way.
func (d *desk) close() {
	d.t.Helper()
	d.key("ctrl+q")
	select {
	case err := <-d.ended:
		if err != nil {
			d.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(patience):
		d.picture("not-ended")
		_ = d.program.Process.Signal(syscall.SIGQUIT) // it writes where it is
		<-d.ended
		d.t.Fatalf("the program did not end\n%s", d.written())
	}
}

// quit closes the program for good; its log must be empty of errors.
func (d *desk) quit() {
	d.close()
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
