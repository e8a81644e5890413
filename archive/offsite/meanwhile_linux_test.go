package offsite_test

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

// Another process copies: this one is told, and goes on when the other was killed.
func TestTwoProcesses(t *testing.T) {
	dir, list := prepared(t, works()[1])
	w, target, at := kept(t, dir)
	cmd := child("run", envHome+"="+w.dir, envTarget+"="+at, envPause+"=group-written")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for said := bufio.NewScanner(out); said.Scan() && said.Text() != "pausing"; {
	}
	var held *place.Held
	if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); archive.KindOf(err) != archive.Busy || !errors.As(err, &held) || held.PID != cmd.Process.Pid {
		t.Errorf("a run while another process copies: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); !killedBy(err) {
		t.Fatal(err)
	}
	allCopied(w, target, at, list)
}

// meanwhile is work in the archive while copies are made.
type meanwhile struct {
	*world
	rnd   *rand.Rand
	root  string
	held  map[string]string // path in masters/ of what may be copied → digest
	roots map[string]string // the same on the storage root
	aside map[string]string // what was put aside
	n     int
}

// step does one thing at random.
func (m *meanwhile) step() {
	m.Helper()
	m.n++
	some := func(of map[string]string) string {
		list := slices.Sorted(maps.Keys(of))
		return list[m.rnd.IntN(len(list))]
	}
	switch m.rnd.IntN(5) {
	case 0, 1:
		list := paths(fmt.Sprint("m", m.n), 1+m.rnd.IntN(3))
		m.receive(list...)
		for _, path := range list {
			m.held[path] = sumOf(content(path))
		}
	case 2:
		from := some(m.held)
		to := fmt.Sprintf("J009/%d/%d.jpg", m.n%3, m.n)
		m.move(from, to)
		m.held[to] = m.held[from]
		delete(m.held, from)
	case 3: // a scan on the root is replaced, and taken as it is now; its size may be the same
		path := some(m.roots)
		now := content(fmt.Sprint(path, m.n))
		if m.n%2 == 0 {
			now = slices.Concat(now, make([]byte, 1000))[:len(content(path))%len(now)+1]
		}
		name := filepath.Join(m.root, path)
		if err := os.WriteFile(name+"~", now, 0o644); err != nil {
			m.Fatal(err)
		}
		if err := os.Rename(name+"~", name); err != nil {
			m.Fatal(err)
		}
		f := m.rootFile(path)
		m.do("file.accept", func(tx *store.Tx) error { return tx.AcceptFile(f.ID, int64(len(now)), int64(m.n)) })
		f.Bytes, f.Modified = int64(len(now)), int64(m.n)
		m.do("file.hash", func(tx *store.Tx) error { _, err := tx.HashFile(f, sumOf(now), ""); return err })
		m.roots[path] = sumOf(now)
	case 4:
		if len(m.held) > 5 {
			path := some(m.held)
			m.world.aside(path)
			m.aside[path] = m.held[path]
			delete(m.held, path)
		}
	}
}

func (m *meanwhile) rootFile(path string) archive.File {
	m.Helper()
	roots, err := m.cat.Roots(ctx)
	if err != nil || len(roots) != 1 {
		m.Fatalf("%v, %v", roots, err)
	}
	f, err := m.cat.FileByPath(ctx, all, roots[0].ID, path)
	if err != nil {
		m.Fatal(err)
	}
	return f
}

// While copies are made, originals come, move, are accepted anew and put aside. Nothing is told to have failed but what was
// changed in the moment it was read, and in the end all is there.
func TestWorkGoesOnWhileCopying(t *testing.T) {
	w := newWorld(t)
	m := &meanwhile{world: w, rnd: rand.New(rand.NewPCG(3, 4)), root: filepath.Join(quickDir(t), "root"),
		held: map[string]string{}, roots: map[string]string{}, aside: map[string]string{}}
	list := paths("a", 20)
	w.receive(list...)
	scans := []string{"1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"}
	w.root(m.root, scans...)
	for _, path := range list {
		m.held[path] = sumOf(content(path))
	}
	for _, path := range scans {
		m.roots[path] = sumOf(content(path))
	}
	w.opt.GroupBytes = smallGroup
	w.copier = offsite.New(w.opt)
	target, dir := w.target("异地")
	for round := range 4 * randomKills {
		ended := make(chan error, 1)
		go func() {
			r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
			for _, f := range r.Failed {
				if f.Reason != string(archive.Damaged) { // changed under the reader, whose row was older
					err = errors.Join(err, fmt.Errorf("%s: %s", f.Path, f.Detail))
				}
			}
			ended <- err
		}()
		for going := true; going; {
			m.step()
			select {
			case err := <-ended:
				if going = false; err != nil {
					t.Errorf("round %d: %v", round, err)
				}
			case <-time.After(time.Duration(m.rnd.IntN(5)) * time.Millisecond): // any moment will do
			}
		}
		w.sums(dir)
	}
	if r := w.run(target); !r.Complete || len(r.Failed) > 0 {
		t.Errorf("at the end: %+v", r)
	}
	m.there(target, dir)
	again := w.restoresBut(m.aside, dir)
	if check, err := again.cat.CheckLog(ctx, nil, nil); err != nil || check.Bad != nil {
		t.Errorf("the log: %+v, %v", check, err)
	}
}

// there wants that a target has what the archive has, and of what was put aside only what the catalogue knows of.
func (m *meanwhile) there(target archive.Target, dir string) {
	m.Helper()
	n, err := m.cat.CopyTotals(ctx, target.ID)
	if want := len(m.held) + len(m.roots); err != nil || n.Files != want || n.Copied != want || n.Quarantined != len(m.aside) {
		m.Errorf("%+v, %v; want %d and %d put aside", n, err, want, len(m.aside))
	}
	if v := m.check(target); v.Damaged() || v.NotCopied != 0 {
		m.Errorf("check: %+v", v)
	}
	have := map[string]bool{}
	for _, sum := range m.files(dir) {
		have[sum] = true
	}
	for _, of := range []map[string]string{m.held, m.roots} {
		for path, sum := range of {
			if !have[sum] {
				m.Errorf("%s is not there", path)
			}
		}
	}
	for path, sum := range m.aside {
		known, err := m.cat.CopiesOf(ctx, target.ID, []archive.ID{m.file(path).ID})
		if err != nil || have[sum] != (len(known) == 1) {
			m.Errorf("%s was put aside: it lies there %v, the catalogue knows of %d copies, %v", path, have[sum], len(known), err)
		}
	}
}
