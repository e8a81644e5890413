package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// display is a desk with fcitx5-pinyin, and somebody who types and looks at it.
type display struct {
	*desk
	user  string // the home of the person at it, emptied at the end
	delay time.Duration
}

// patience is how long one thing on a display may take on a slow machine.
const patience = time.Minute

// newDisplay starts a display of a size like 1366x768; delay is between two keys.
func newDisplay(size string, delay time.Duration) (*display, error) {
	user, err := os.MkdirTemp("", "lantai-display")
	if err != nil {
		return nil, err
	}
	d := &display{user: user, delay: delay}
	if d.desk, err = newDesk(user, size); err == nil {
		err = d.inputMethod()
	}
	if err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// inputMethod starts the input method with pinyin, and nothing learnt.
func (d *display) inputMethod() error {
	profile := filepath.Join(d.user, ".config", "fcitx5", "profile")
	if err := os.MkdirAll(filepath.Dir(profile), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(profile, []byte("[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=pinyin\n"+
		"[Groups/0/Items/0]\nName=keyboard-us\nLayout=\n[Groups/0/Items/1]\nName=pinyin\nLayout=\n[GroupOrder]\n0=Default\n"), 0o600); err != nil {
		return err
	}
	d.env = append(d.env, "XDG_RUNTIME_DIR="+d.user, "LC_ALL=C.UTF-8", "XMODIFIERS=@im=fcitx")
	bus, err := d.bus()
	if err != nil {
		return err
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+bus)
	if err := d.start(exec.Command("fcitx5", "--disable", "wayland,waylandim,kimpanel,cloudpinyin")); err != nil {
		return err
	}
	return d.until("the input method", func() bool {
		out, err := d.ask("fcitx5-remote")
		return err == nil && len(out) > 0
	})
}

// bus starts the session bus that the input method is asked over, and gives its address.
func (d *display) bus() (string, error) {
	c := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := c.StdoutPipe()
	if err == nil {
		err = d.start(c)
	}
	if err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("no session bus: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// start runs a program until the display is closed.
func (d *display) start(c *exec.Cmd) error {
	c.Env = d.env
	if err := c.Start(); err != nil {
		return err
	}
	d.running = append(d.running, c)
	return nil
}

// ask runs a program and gives what it prints.
func (d *display) ask(name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	var errs bytes.Buffer
	c.Env, c.Stderr = d.env, &errs
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("%s %v: %w: %s", name, args, err, strings.TrimSpace(errs.String()))
	}
	return out, err
}

// key presses keys by their X names, one after another.
func (d *display) key(names ...string) error {
	_, err := d.ask("xdotool", append([]string{"key", "--delay", d.pause()}, names...)...)
	return err
}

// write presses the key of each character.
func (d *display) write(text string) error {
	_, err := d.ask("xdotool", "type", "--delay", d.pause(), "--", text)
	return err
}

func (d *display) pause() string { return strconv.FormatInt(d.delay.Milliseconds(), 10) }

// chinese turns the input method on in the window that has the keyboard.
func (d *display) chinese() error {
	return d.until("Chinese input", func() bool {
		_, _ = d.ask("fcitx5-remote", "-o")
		out, err := d.ask("fcitx5-remote")
		return err == nil && strings.TrimSpace(string(out)) == "2"
	})
}

// window waits for the window of a program whose title holds some words, and gives it the
// keyboard.
func (d *display) window(program *exec.Cmd, title string) error {
	id := ""
	if err := d.until("the window "+title, func() bool {
		out, err := d.ask("xdotool", "search", "--onlyvisible", "--pid", fmt.Sprint(program.Process.Pid))
		id, _, _ = strings.Cut(string(out), "\n")
		if err != nil || id == "" {
			return false
		}
		name, err := d.ask("xdotool", "getwindowname", id)
		return err == nil && strings.Contains(string(name), title)
	}); err != nil {
		return err
	}
	_, err := d.ask("xdotool", "windowactivate", "--sync", id)
	return err
}

// sight is a part of the screen, as WxH+X+Y.
type sight struct {
	d    *display
	part string
	last []byte
}

// watch remembers how a part of the screen looks, for settled.
func (d *display) watch(part string) (*sight, error) {
	s := &sight{d: d, part: part}
	var err error
	s.last, err = s.look()
	return s, err
}

func (s *sight) look() ([]byte, error) {
	return s.d.ask("import", "-window", "root", "-crop", s.part, "-depth", "8", "rgb:-")
}

// settled waits until the part looks other than it did, and the same twice.
func (s *sight) settled(what string) error {
	was := s.last
	return s.d.until(what, func() bool {
		now, err := s.look()
		same := err == nil && bytes.Equal(now, s.last)
		s.last = now
		return same && !bytes.Equal(now, was)
	})
}

// picture keeps the screen for people to look at.
func (d *display) picture(file string) error {
	_, err := d.ask("import", "-window", "root", file)
	return err
}

// until asks again until the answer is yes.
func (d *display) until(what string, yes func() bool) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if yes() {
			return nil
		}
	}
	return errors.New(what + " did not come")
}

// close ends everything that runs on the display.
func (d *display) close() {
	if d.desk != nil {
		d.desk.close()
	}
	os.RemoveAll(d.user)
}
