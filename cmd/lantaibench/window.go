package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/station"
)

// What the window is held to.
const (
	goalStart       = 300 * time.Millisecond // to a usable list, over an empty window
	goalLate        = 50 * time.Millisecond  // of the UI goroutine, over a static table
	goalWindowAnon  = 400                    // MB of anonymous memory
	windowSize      = "1366x768"
	fixedRows       = 940_000
	settleAfterward = 500 * time.Millisecond // a gesture's last redraw
)

// benchWindow measures the real window over a copy of the district's archive on a virtual
// display: from exec to a list that can be used, beside an empty window of the toolkit; and
// how long its UI goroutine takes to answer while a person scrolls, jumps and types, beside
// the toolkit's own table of fixed rows under the same gestures.
func benchWindow(args []string) error {
	f := flag.NewFlagSet("window", flag.ContinueOnError)
	cache := f.String("dir", "", "folder that keeps the archive; empty: the user's cache folder")
	seed := f.Uint64("seed", 1, "seed of the archive")
	fraction := f.Float64("fraction", 1, "part of the annual figures")
	starts := f.Int("n", 7, "starts of each window")
	profile := f.String("cpuprofile", "", "file to write a profile of the window under gestures to")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		*cache = filepath.Join(dir, "lantai-bench")
	}
	kept, err := keptDistrict(*cache, *seed, *fraction)
	if err != nil {
		return err
	}
	dir, err := indexedCopy(kept)
	if err != nil {
		return err
	}
	user, err := os.MkdirTemp("", "lantai-bench-user")
	if err != nil {
		return err
	}
	defer os.RemoveAll(user)
	d, err := newDesk(user, windowSize)
	if d != nil {
		defer d.close()
	}
	if err != nil {
		return err
	}
	if err := d.startTimes(dir, *starts); err != nil {
		return err
	}
	return d.answerTimes(dir, *profile)
}

// indexedCopy copies an archive, which the window would go on writing into, and builds its
// index, as that of an archive at work is. The copy is kept beside it.
func indexedCopy(kept string) (dir string, err error) {
	dir = kept + "-window"
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	making := dir + ".making"
	if err := os.RemoveAll(making); err != nil {
		return "", err
	}
	if out, err := exec.Command("cp", "-a", "--reflink=auto", kept, making).CombinedOutput(); err != nil {
		return "", fmt.Errorf("copy archive: %w: %s", err, out)
	}
	h, err := home.Open(making)
	if err != nil {
		return "", err
	}
	if err := h.AcceptCopied(); err != nil {
		return "", err
	}
	ctx, began := context.Background(), time.Now()
	st, err := station.OpenHome(ctx, h, station.Options{})
	if err != nil {
		return "", err
	}
	err = st.RebuildIndex(ctx, func(p archive.Progress) { fmt.Fprintf(os.Stderr, "\rindex %d / %d   ", p.Done, p.Total) })
	fmt.Fprintln(os.Stderr)
	if err := errors.Join(err, st.Close()); err != nil {
		return "", err
	}
	if err := os.Rename(making, dir); err != nil {
		return "", err
	}
	if h, err = home.Open(dir); err != nil {
		return "", err
	}
	fmt.Printf("archive   copied to %s, its index built in %.0f s\n", dir, time.Since(began).Seconds())
	return dir, h.AcceptMoved()
}

// startTimes starts both windows in turn; the first pair warms the disk's cache and is
// left out.
func (d *desk) startTimes(dir string, n int) error {
	var ours, empty durations
	var most int64
	for i := range n + 1 {
		for _, one := range []struct {
			args []string
			took *durations
		}{{nil, &empty}, {[]string{"-home", dir}, &ours}} {
			s, err := d.show(one.args...)
			if s != nil {
				s.close()
			}
			if err != nil {
				return fmt.Errorf("start %v: %w", one.args, err)
			}
			if i > 0 {
				*one.took = append(*one.took, s.usable)
				most = max(most, s.first.RssAnon)
			}
		}
	}
	over := ours.at(50) - empty.at(50)
	fmt.Printf("start     exec to the list filled %v (most %v), an empty window %v (most %v); over it %v, goal %v %s\n",
		ours.at(50), ours.at(100), empty.at(50), empty.at(100), over, goalStart, met(over <= goalStart))
	fmt.Printf("memory    RssAnon after the start at most %.0f MB, goal %d MB %s\n", float64(most)/(1<<20), goalWindowAnon, met(most <= goalWindowAnon<<20))
	return nil
}

// gesture is something a person does.
type gesture struct {
	name string
	ask  string // where it is done
	do   func(s *shown, at windowAnswer) error
}

func gestures() []gesture {
	keys := func(delay int, keys ...string) func(*shown, windowAnswer) error {
		return func(s *shown, _ windowAnswer) error {
			return s.do(append([]string{"key", "--delay", strconv.Itoa(delay)}, keys...)...)
		}
	}
	return []gesture{
		{"standing still", askList, func(*shown, windowAnswer) error { time.Sleep(3 * time.Second); return nil }},
		{"scrolled end to end by its bar", askList, drag},
		{"the wheel", askList, func(s *shown, at windowAnswer) error {
			return s.do("mousemove", "--window", s.id, strconv.Itoa(at.X+at.W/2), strconv.Itoa(at.Y+at.H/2), "click", "--repeat", "150", "--delay", "20", "5")
		}},
		{"PageDown held down", askList, keys(33, strings.Fields(strings.Repeat("Next ", 90))...)},
		{"End, Home", askList, keys(250, strings.Fields(strings.Repeat("End Home ", 10))...)},
		{"typing into the line above", askJump, func(s *shown, _ windowAnswer) error {
			return s.do("type", "--delay", "60", strings.Repeat("0001-WS-1985-Y-0001 ", 4))
		}},
		{"typing into the form", askEntry, func(s *shown, _ windowAnswer) error {
			return s.do("type", "--delay", "60", strings.Repeat("guanyu fangxun gongzuo ", 4))
		}},
	}
}

// drag takes the bar of the list from its top to its bottom and back.
func drag(s *shown, at windowAnswer) error {
	x := strconv.Itoa(at.X + at.W - 6)
	top, bottom := at.Y+46, at.Y+at.H-30
	move := []string{"mousemove", "--window", s.id, x, strconv.Itoa(top), "sleep", "0.3", "mousedown", "1"}
	const steps = 60
	for i := range 2 * steps {
		share := min(i, 2*steps-i)
		move = append(move, "mousemove", "--window", s.id, x, strconv.Itoa(top+(bottom-top)*share/steps), "sleep", "0.03")
	}
	return s.do(append(move, "mouseup", "1")...)
}

// answerTimes makes the same gestures in both windows.
func (d *desk) answerTimes(dir, profile string) (err error) {
	size := strings.Split(windowSize, "x")
	fixed, err := d.gestured("-rows", strconv.Itoa(fixedRows), "-width", size[0], "-height", size[1])
	if err != nil {
		return fmt.Errorf("static table: %w", err)
	}
	ours, err := d.gestured("-home", dir, "-cpuprofile", profile, "-width", size[0], "-height", size[1])
	if err != nil {
		return fmt.Errorf("window: %w", err)
	}
	fmt.Printf("answers   no-op posted every %v until it ran, p50 / p99 / most; the list has %d rows, the static table %d\n", probeEvery, ours[0].Rows, fixedRows)
	var most int64
	for i, g := range gestures() {
		o, f := ours[i], fixed[i]
		most = max(most, o.RssAnon)
		fmt.Printf("%s%v / %v / %v   static %v / %v / %v   later by %v at p99, %v at most, goal %v %s\n", pad(g.name, 34), o.P50, o.P99, o.Most,
			f.P50, f.P99, f.Most, o.P99-f.P99, o.Most-f.Most, goalLate, met(o.Most-f.Most <= goalLate))
	}
	fmt.Printf("memory    RssAnon while scrolling and typing at most %.0f MB, goal %d MB %s\n", float64(most)/(1<<20), goalWindowAnon, met(most <= goalWindowAnon<<20))
	return nil
}

func (d *desk) gestured(args ...string) (list []windowAnswer, err error) {
	s, err := d.show(args...)
	if s != nil {
		defer s.close()
	}
	if err != nil {
		return nil, err
	}
	if err := s.activate(); err != nil {
		return nil, err
	}
	for _, g := range gestures() {
		at, err := s.ask(g.ask)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
		time.Sleep(settleAfterward)
		_, err = s.ask(askBegin)
		err = errors.Join(err, g.do(s, at))
		time.Sleep(settleAfterward)
		took, ended := s.ask(askEnd)
		if err := errors.Join(err, ended); err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
		took.Rows = at.Rows
		list = append(list, took)
	}
	return list, nil
}
