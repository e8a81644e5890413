//go:build e2e

package inputmethod_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	toolkit "fyne.io/fyne/v2/app"

	"lantai/app/parts"
)

// probeEnv has this test program be the window that is typed into.
const probeEnv = "LANTAI_TEST_PROBE"

func TestMain(m *testing.M) {
	switch os.Getenv(probeEnv) {
	case "":
	case "grid":
		probeGrid()
		return
	default:
		probe()
		return
	}
	os.Exit(m.Run())
}

// probe shows one field and prints its text at each change and at each Enter.
func probe() {
	w := toolkit.NewWithID("archive.lantai.probe").NewWindow("probe")
	e := parts.NewEntry()
	e.OnChanged = func(s string) { fmt.Printf("text %s\n", s) }
	e.OnSubmitted = func(s string) { fmt.Printf("enter %s\n", s) }
	e.OnFocus = func(on bool) { fmt.Printf("focus %v\n", on) }
	w.SetContent(e)
	w.Resize(fyne.NewSize(500, 120))
	w.Canvas().Focus(e)
	w.ShowAndRun()
}

// probeGrid shows a grid and prints its rows at each change, and its place at each move.
func probeGrid() {
	a := toolkit.NewWithID("archive.lantai.probe")
	w := a.NewWindow("probe")
	var g *parts.Grid
	g = parts.NewGrid(parts.GridOptions{Columns: []parts.GridColumn{{Title: "A", Width: 120}, {Title: "B", Width: 120}},
		OnEdit: func() {
			for _, r := range g.Rows() {
				if !r.Empty() {
					fmt.Printf("row %s\n", strings.Join(r.Cells, "|"))
				}
			}
		},
		OnMove: func() { _, row, column := g.Current(); fmt.Printf("at %d %d\n", row, column) },
	})
	w.SetContent(g)
	w.Resize(fyne.NewSize(500, 220))
	a.Lifecycle().SetOnStarted(func() {
		g.Focus()
		fmt.Println("focus true")
	})
	w.ShowAndRun()
}

// desk is a display of its own with an input method and the probe.
type desk struct {
	t     *testing.T
	env   []string
	lines chan string
	seen  []string
}

func (d *desk) start(name string, args ...string) *exec.Cmd {
	d.t.Helper()
	c := exec.Command(name, args...)
	c.Env = d.env
	if err := c.Start(); err != nil {
		d.t.Fatalf("%s: %v", name, err)
	}
	d.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c
}

func (d *desk) run(name string, args ...string) string {
	d.t.Helper()
	c := exec.Command(name, args...)
	c.Env = d.env
	out, _ := c.CombinedOutput()
	return strings.TrimSpace(string(out))
}

// until asks again until the answer is right.
func (d *desk) until(want func() bool, what string) {
	d.t.Helper()
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if want() {
			return
		}
	}
	d.t.Fatalf("%s did not come; the probe said %q", what, d.seen)
}

// says waits for a line of the probe.
func (d *desk) says(want string) {
	d.t.Helper()
	limit := time.After(40 * time.Second)
	for {
		select {
		case line := <-d.lines:
			d.seen = append(d.seen, line)
			if line == want {
				return
			}
			if strings.HasPrefix(line, "enter ") {
				d.t.Fatalf("submitted too early: %q, waiting for %q", line, want)
			}
		case <-limit:
			d.t.Fatalf("the probe did not say %q but %q", want, d.seen)
		}
	}
}

func newDesk(t *testing.T) *desk { t.Helper(); return newDeskOf(t, "field") }

// newDeskOf shows a field, or a grid.
func newDeskOf(t *testing.T, what string) *desk {
	t.Helper()
	home, err := os.MkdirTemp("", "typing") // the input method may still write at the end
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	profile := filepath.Join(home, ".config", "fcitx5", "profile")
	if err := os.MkdirAll(filepath.Dir(profile), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(profile, []byte("[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=pinyin\n"+
		"[Groups/0/Items/0]\nName=keyboard-us\nLayout=\n[Groups/0/Items/1]\nName=pinyin\nLayout=\n"+
		"[GroupOrder]\n0=Default\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, lines: make(chan string, 1000), env: append(os.Environ(), "HOME="+home,
		"XDG_CONFIG_HOME="+filepath.Join(home, ".config"), "XDG_RUNTIME_DIR="+home,
		"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "XMODIFIERS=@im=fcitx", probeEnv+"="+what)}
	d.env = append(d.env, "DISPLAY=:"+d.firstLine("Xvfb", "-displayfd", "1", "-screen", "0", "1024x600x24"))
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+d.firstLine("dbus-daemon", "--session", "--nofork", "--print-address=1"))
	d.start("openbox")
	d.start("fcitx5", "--disable", "wayland,waylandim,kimpanel,cloudpinyin")
	d.until(func() bool { return d.run("fcitx5-remote") != "" && !strings.Contains(d.run("fcitx5-remote"), "rror") }, "fcitx5")
	d.probe()
	return d
}

// firstLine starts a program and gives the first line it prints.
func (d *desk) firstLine(name string, args ...string) string {
	d.t.Helper()
	c := exec.Command(name, args...)
	c.Env = d.env
	out, err := c.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		d.t.Fatalf("%s: %v", name, err)
	}
	d.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		d.t.Fatalf("%s: %v", name, err)
	}
	return strings.TrimSpace(line)
}

func (d *desk) probe() {
	c := exec.Command(os.Args[0])
	c.Env = d.env
	out, err := c.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			d.lines <- lines.Text()
		}
	}()
	d.says("focus true")
	d.until(func() bool { return d.run("xdotool", "search", "--name", "^probe$") != "" }, "the window")
	d.run("xdotool", "search", "--name", "^probe$", "windowfocus", "--sync")
}

// chinese turns the input method on or off for the probe.
func (d *desk) chinese(on bool) {
	d.t.Helper()
	arg, want := "-o", "2"
	if !on {
		arg, want = "-c", "1"
	}
	d.until(func() bool { d.run("fcitx5-remote", arg); return d.run("fcitx5-remote") == want }, "the input method")
}

func (d *desk) types(delay, text string) { d.run("xdotool", "type", "--delay", delay, text) }
func (d *desk) keys(names ...string) {
	d.run("xdotool", append([]string{"key", "--delay", "40"}, names...)...)
}

// Keys that the input method takes never reach the field: Backspace mends pinyin,
// Enter ends it, and neither touches the text.
func TestComposingLeavesTheTextAlone(t *testing.T) {
	d := newDesk(t)
	d.chinese(true)
	d.types("60", "dangan")
	d.keys("space")
	d.says("text 档案")
	d.types("60", "gh")
	d.keys("BackSpace", "BackSpace")
	d.types("60", "nihao")
	d.keys("Left", "Home", "End", "Delete", "Down", "Up", "Escape")
	d.types("60", "nihao")
	d.keys("Return")
	d.says("text 档案nihao")
	d.keys("BackSpace")
	d.says("text 档案niha")
	d.keys("Return")
	d.says("enter 档案niha")
}

// With the input method off, keys and their characters stay in the order of typing,
// however fast: a scan gun's Enter comes behind its digits.
func TestFastTypingKeepsItsOrder(t *testing.T) {
	d := newDesk(t)
	d.chinese(false)
	d.types("2", "01234567890123456789")
	d.keys("Return")
	d.says("enter 01234567890123456789")
}

// Texts that come faster than the window takes them stay in the order of typing, and a key
// behind them comes behind them.
func TestFastTextsKeepTheirOrder(t *testing.T) {
	d := newDesk(t)
	d.chinese(true)
	want := "enter "
	for _, delay := range []string{"10", "30", "110"} {
		d.types(delay, strings.Repeat("gongzuo ,huiyi 86,", 8))
		want += strings.Repeat("工作，会议86,", 8)
		d.keys("Return")
		d.says(want)
	}
}

// In a grid, the keys that a composition takes neither move from cell to cell nor open or
// empty one; what is composed over a cell is written into it whole.
func TestComposingInAGrid(t *testing.T) {
	d := newDeskOf(t, "grid")
	d.chinese(true)
	d.types("60", "dangan")
	d.keys("Down", "Up", "Left", "Tab", "Home", "Delete", "Escape")
	d.types("60", "dangan")
	d.keys("space")
	d.says("row 档案|")
	d.types("60", "gh")
	d.keys("BackSpace", "BackSpace")
	d.types("60", "nihao")
	d.keys("Return")
	d.says("row 档案nihao|")
	for _, line := range d.seen {
		if strings.HasPrefix(line, "at ") && line != "at 0 0" {
			t.Errorf("the grid moved while a word was composed: %q", d.seen)
		}
	}
	d.keys("Tab")
	d.says("at 0 1")
	d.types("60", "dangan")
	d.keys("space")
	d.says("row 档案nihao|档案")
	d.keys("Return")
	d.says("at 1 0")
}
