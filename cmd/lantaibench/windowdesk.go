package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// desk is a virtual display with a window manager, where programs run as a person of
// their own, without the preferences of whoever measures.
type desk struct {
	env     []string
	running []*exec.Cmd
}

func newDesk(user, size string) (*desk, error) {
	d := &desk{}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	w.Close()
	d.running = append(d.running, x)
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return d, fmt.Errorf("no display of Xvfb: %w", err)
	}
	d.env = append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(number), "HOME="+user, "XDG_CONFIG_HOME="+filepath.Join(user, ".config"),
		"LIBGL_ALWAYS_SOFTWARE=1", "LC_ALL=", "LANG=C.UTF-8", "XMODIFIERS=",
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(user, "no-bus"))
	manager := exec.Command("openbox")
	manager.Env = d.env
	if err := manager.Start(); err != nil {
		return d, fmt.Errorf("start openbox: %w", err)
	}
	d.running = append(d.running, manager)
	return d, nil
}

// close ends what was started, the display last.
func (d *desk) close() {
	for i := len(d.running) - 1; i >= 0; i-- {
		_ = d.running[i].Process.Kill()
		_ = d.running[i].Wait()
	}
}

func (d *desk) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Stderr = d.env, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), err
}

// shown is a window under measurement.
type shown struct {
	desk   *desk
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Scanner
	usable time.Duration // from exec until it could be used
	first  windowAnswer
	id     string
}

// show starts this program as a window, and waits until it can be used.
func (d *desk) show(args ...string) (*shown, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &shown{desk: d, cmd: exec.Command(self, append([]string{"windowprogram"}, args...)...)}
	s.cmd.Env = d.env
	if os.Getenv("LANTAI_BENCH_LOG") != "" {
		s.cmd.Stderr = os.Stderr
	}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewScanner(out)
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.first, err = s.answer()
	s.usable = time.Since(began)
	return s, err
}

// close lets the window end by itself.
func (s *shown) close() {
	s.in.Close()
	_ = s.cmd.Wait()
}

func (s *shown) answer() (a windowAnswer, err error) {
	if !s.out.Scan() {
		return a, fmt.Errorf("the window ended")
	}
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		return a, fmt.Errorf("the window said %q", s.out.Text())
	}
	if a.Failed != "" {
		return a, fmt.Errorf("%s", a.Failed)
	}
	return a, nil
}

func (s *shown) ask(what string) (windowAnswer, error) {
	if _, err := fmt.Fprintln(s.in, what); err != nil {
		return windowAnswer{}, err
	}
	return s.answer()
}

// activate gives the window the keyboard.
func (s *shown) activate() error {
	for range 50 {
		out, err := s.desk.run("xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(s.cmd.Process.Pid))
		if s.id, _, _ = strings.Cut(strings.TrimSpace(out), "\n"); err == nil && s.id != "" {
			_, err := s.desk.run("xdotool", "windowactivate", "--sync", s.id)
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the window is nowhere to be seen")
}

// do sends gestures of xdotool to the window.
func (s *shown) do(args ...string) error {
	_, err := s.desk.run("xdotool", args...)
	return err
}
