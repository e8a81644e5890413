package offsite_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// harm is something that befalls a target between two runs.
type harm struct {
	name    string
	do      func(t *testing.T, dir string, list []string) error
	changed int  // copies that a check then finds changed
	missing int  // copies that it finds missing, and the next run copies again
	extra   int  // files that it finds besides
	looked  bool // the next run looks at the medium, keeps the former list and counts on
}

func harms() []harm {
	at := func(dir, path string) string { return filepath.Join(dir, "masters", filepath.FromSlash(path)) }
	edit := func(name string, fn func([]byte) []byte) func(*testing.T, string, []string) error {
		return func(_ *testing.T, dir string, _ []string) error {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, name), fn(b), 0o600)
		}
	}
	return []harm{
		{name: "a bit flipped", changed: 1, do: func(t *testing.T, dir string, list []string) error { flip(t, at(dir, list[0])); return nil }},
		{name: "truncated", changed: 1, do: func(_ *testing.T, dir string, list []string) error {
			return errors.Join(os.Chmod(at(dir, list[1]), 0o600), os.Truncate(at(dir, list[1]), 10))
		}},
		{name: "two exchanged", changed: 2, do: func(_ *testing.T, dir string, list []string) error {
			return errors.Join(os.Rename(at(dir, list[0]), at(dir, "x")), os.Rename(at(dir, list[1]), at(dir, list[0])), os.Rename(at(dir, "x"), at(dir, list[1])))
		}},
		{name: "renamed", missing: 1, extra: 1, do: func(_ *testing.T, dir string, list []string) error {
			return os.Rename(at(dir, list[2]), at(dir, list[2]+".bak"))
		}},
		{name: "removed", missing: 1, do: func(_ *testing.T, dir string, list []string) error { return os.Remove(at(dir, list[3])) }},
		{name: "a stranger", extra: 1, do: func(_ *testing.T, dir string, _ []string) error {
			return os.WriteFile(at(dir, "Thumbs.db"), []byte("x"), 0o600)
		}},
		{name: "list edited", looked: true, do: edit(offsite.ManifestFile, func(b []byte) []byte { b[70] ^= 1; return b })},
		{name: "list cut", looked: true, do: edit(offsite.ManifestFile, func(b []byte) []byte { return b[:len(b)/2] })},
		{name: "list emptied", looked: true, do: edit(offsite.ManifestFile, func(b []byte) []byte { return nil })},
		{name: "list with a torn last line", do: edit(offsite.ManifestFile, func(b []byte) []byte { return append(b, "0123  mas"...) })},
		{name: "list sorted", looked: true, do: edit(offsite.ManifestFile, func(b []byte) []byte {
			lines := bytes.SplitAfter(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
			slices.Reverse(lines)
			return append(bytes.Join(lines, nil), '\n')
		})},
		{name: "state gone", looked: true, do: func(_ *testing.T, dir string, _ []string) error {
			return os.Remove(filepath.Join(dir, offsite.StateFile))
		}},
		{name: "state torn", looked: true, do: edit(offsite.StateFile, func(b []byte) []byte { return b[:20] })},
		{name: "state says more", looked: true, do: edit(offsite.StateFile, func(b []byte) []byte { return bytes.Replace(b, []byte(`"files": `), []byte(`"files": 9`), 1) })},
		{name: "lists by fonds gone", do: func(_ *testing.T, dir string, _ []string) error { return os.RemoveAll(filepath.Join(dir, "manifests")) }},
	}
}

// Whatever befalls a target, a check tells it, nothing that was there is lost, the next run ends, and what state and
// list say is true.
func TestHarmAtTheTarget(t *testing.T) {
	for _, h := range harms() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			list := paths("a", 9)
			w.receive(list...)
			target, dir := w.target("异地")
			w.run(target)
			originals := w.files(w.home.Masters())
			if err := h.do(t, dir, list); err != nil {
				t.Fatal(err)
			}
			after := w.files(dir)
			w.receive(paths("b", 2)...)
			r := w.run(target) // goes on with what it can
			if r.Copied != 2 || r.Already != 9 || len(r.Failed) > 0 {
				t.Errorf("run: %+v", r)
			}
			if before, _ := filepath.Glob(filepath.Join(dir, "manifests", "before", "*")); (len(before) > 0) != h.looked && h.name != "state gone" {
				t.Errorf("former lists: %v", before)
			}
			v := w.check(target)
			if len(v.Changed) != h.changed || len(v.Missing) != h.missing || len(v.Extra) != h.extra || v.OK != 11-h.changed-h.missing {
				t.Errorf("check: %+v", v)
			}
			if r := w.run(target); r.Copied != h.missing || r.Complete != (h.changed == 0) {
				t.Errorf("following run: %+v", r)
			}
			v = w.check(target)
			if len(v.Changed) != h.changed || len(v.Missing) > 0 || v.OK != 11-h.changed || v.NotCopied != 0 {
				t.Errorf("following check: %+v", v)
			}
			w.nothingLost(dir, after)
			if h.changed == 0 {
				w.sums(dir)
				w.restores(dir)
			}
			if s := w.state(dir); s.Complete != (h.changed == 0) || s.Files != 11 {
				t.Errorf("the state: %+v", s)
			}
			for path, sum := range originals {
				if w.files(w.home.Masters())[path] != sum {
					t.Errorf("%s at home changed", path)
				}
			}
		})
	}
}

// nothingLost wants that the content of every copy that was there is there still.
func (w *world) nothingLost(dir string, before map[string]string) {
	w.Helper()
	have := map[string]bool{}
	for _, sum := range w.files(dir) {
		have[sum] = true
	}
	for path, sum := range before {
		if copied := strings.HasPrefix(path, "masters/") || strings.HasPrefix(path, "roots/"); copied && !have[sum] {
			w.Errorf("%s is lost", path)
		}
	}
}

// state reads the state of a target.
func (w *world) state(dir string) (s offsite.State) {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(dir, offsite.StateFile))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// at has the copier call a function at a step, once.
func (w *world) at(step string, fn func()) {
	w.opt.Step = func(name string) {
		if name == step && fn != nil {
			do := fn
			fn = nil
			do()
		}
	}
	w.copier = offsite.New(w.opt)
}

// A storage root that drops away in the middle of a run waits; the rest is copied.
func TestStorageRootGoneMidRun(t *testing.T) {
	w := newWorld(t)
	dir := filepath.Join(quickDir(t), "root")
	w.root(dir, paths("r", 8)...)
	w.receive(paths("a", 8)...)
	w.opt.GroupBytes = smallGroup
	target, at := w.target("异地")
	w.at("group-written", func() {
		if err := os.Rename(dir, dir+".away"); err != nil {
			t.Error(err)
		}
	})
	r := w.run(target)
	if r.Complete || len(r.Failed) > 0 || r.Waiting.Away == 0 || r.Waiting.Away+r.Copied != 16 || len(r.Away) != 1 || r.Away[0].Files != r.Waiting.Away {
		t.Errorf("%+v", r)
	}
	if n := w.sums(at); n != r.Copied {
		t.Errorf("the list has %d files, %d were copied", n, r.Copied)
	}
	if s := w.state(at); s.Complete || s.Through != 0 || s.Files != r.Copied || s.Waiting.Away != r.Waiting.Away {
		t.Errorf("the state: %+v", s)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	w.reopen()
	if again := w.run(target); again.Copied != r.Waiting.Away || !again.Complete {
		t.Errorf("with the root: %+v", again)
	}
	w.complete(target, at)
	w.restores(at)
}

// reopen opens the archive anew, as the next start of the program does.
func (w *world) reopen() {
	w.Helper()
	if err := w.cat.Close(); err != nil {
		w.Fatal(err)
	}
	w.open(offsite.Options{Now: w.opt.Now})
}

// A disk that is unplugged in the middle of a run leaves an empty mount point, in which nothing is written;
// plugged in again, the run goes on.
func TestTargetGoneMidRun(t *testing.T) {
	for _, step := range []string{"group-written", "group-settled", "group-listed", "group-noted", "snapshot", "state-announced", "state-written"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.receive(paths("a", 8)...)
			w.opt.GroupBytes = smallGroup
			target, dir := w.target("异地")
			w.run(target)
			w.receive(paths("b", 6)...)
			w.at(step, func() {
				if err := errors.Join(os.Rename(dir, dir+".away"), os.Mkdir(dir, 0o755)); err != nil {
					t.Error(err)
				}
			})
			r, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
			if step != "state-written" && (archive.KindOf(err) != archive.Unavailable || r.Complete) {
				t.Errorf("%+v, %v", r, err)
			}
			if left := w.files(dir); len(left) > 0 {
				t.Errorf("written to where the disk was: %v", left)
			}
			w.at("", nil)
			if _, err := w.copier.Run(ctx, actor, target, offsite.RunOptions{}); archive.KindOf(err) != archive.Unavailable {
				t.Errorf("without the disk: %v", err)
			}
			if err := errors.Join(os.Remove(dir), os.Rename(dir+".away", dir)); err != nil {
				t.Fatal(err)
			}
			w.run(target)
			w.complete(target, dir)
			w.restores(dir)
		})
	}
}

// Another disk at the same place is not touched.
func TestWrongDiskAtThePlace(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	w.receive(paths("a", 3)...)
	other.receive(paths("o", 3)...)
	target, dir := w.target("异地")
	theirs, there := other.target("别处")
	mine, spare := w.target("封存") // another target of the same archive
	w.run(target)
	other.run(theirs)
	w.run(mine)
	w.receive(paths("b", 2)...)
	for _, wrong := range []string{there, spare, filepath.Join(quickDir(t), "empty")} {
		if err := errors.Join(os.MkdirAll(wrong, 0o755), os.Rename(dir, dir+".away"), os.Rename(wrong, dir)); err != nil {
			t.Fatal(err)
		}
		before := w.files(dir)
		_, rerr := w.copier.Run(ctx, actor, target, offsite.RunOptions{})
		_, cerr := w.copier.Check(ctx, actor, target, offsite.CheckOptions{})
		_, perr := w.copier.Plan(ctx, target)
		for _, err := range []error{rerr, cerr, perr} {
			if k := archive.KindOf(err); k != archive.Unavailable && k != archive.Conflict {
				t.Errorf("with another disk: %v", err)
			}
		}
		if !maps.Equal(w.files(dir), before) {
			t.Error("the other disk was changed")
		}
		if err := errors.Join(os.Rename(dir, wrong), os.Rename(dir+".away", dir)); err != nil {
			t.Fatal(err)
		}
	}
	if r := w.run(target); r.Copied != 2 || r.Already != 3 || !r.Complete {
		t.Errorf("with its own: %+v", r)
	}
}

// While one copies, another is told who it is; a plan is made all the same.
func TestTwoRunsOnOneTarget(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 6)...)
	target, dir := w.target("异地")
	second, err := openArchive(w.dir, offsite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer second.cat.Close()
	w.at("group-written", func() {
		_, rerr := second.copier.Run(ctx, actor, target, offsite.RunOptions{})
		_, cerr := second.copier.Check(ctx, actor, target, offsite.CheckOptions{})
		var held *place.Held
		for _, err := range []error{rerr, cerr} {
			if archive.KindOf(err) != archive.Busy || !errors.As(err, &held) || held.PID != os.Getpid() {
				t.Errorf("a second at work: %v", err)
			}
		}
		if p, err := second.copier.Plan(ctx, target); err != nil || p.Files != 6 || p.Look {
			t.Errorf("a plan meanwhile: %+v, %v", p, err)
		}
	})
	if r := w.run(target); r.Copied != 6 || !r.Complete {
		t.Errorf("%+v", r)
	}
	w.complete(target, dir)
}

// A lock whose holder is gone keeps nobody away.
func TestStaleLock(t *testing.T) {
	w := newWorld(t)
	w.receive(paths("a", 3)...)
	target, dir := w.target("异地")
	for _, content := range []string{
		`{"who":"另一台","host":"away","pid":77,"since":"2020-01-01T00:00:00Z","boot":"no such","token":"1","beat":15000000000}`,
		`{"who":"另一台","ho`, "",
	} {
		name := filepath.Join(dir, place.Incoming, "lock.json")
		long := time.Now().Add(-time.Hour)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(content), 0o600), os.Chtimes(name, long, long),
			os.WriteFile(filepath.Join(filepath.Dir(name), "1234.part"), []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
		if r := w.run(target); !r.Complete {
			t.Errorf("%q: %+v", content, r)
		}
		if exists(filepath.Join(filepath.Dir(name), "1234.part")) {
			t.Errorf("%q: what another left is there still", content)
		}
	}
	w.complete(target, dir)
}

// Clocks are set back, and forward, between runs: the newest catalogue and all texts are found, and every copy is read.
func TestClockSetBack(t *testing.T) {
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	dir := quickDir(t)
	w := newWorldIn(t, dir)
	var mu sync.Mutex // copies are checked by several goroutines
	w.opt.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
	w.reopen()
	target, at := w.target("异地")
	list := paths("a", 12)
	texts := map[string]string{}
	for i, jump := range []time.Duration{0, -365 * 24 * time.Hour, -9000 * 24 * time.Hour, time.Minute, 20 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour} {
		now = now.Add(jump)
		w.reopen()
		part := list[2*i : 2*i+2]
		w.receive(part...)
		for _, path := range part {
			texts[path] = "正文" + path
			if err := w.cat.SaveText(ctx, archive.PageText{Page: w.page(path), Origin: archive.OriginRecognised, Engine: "试", Plain: texts[path]}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.cat.Correct(ctx, actor, w.page(part[0]), "改"+part[0]); err != nil {
			t.Fatal(err)
		}
		if r := w.run(target); r.Copied != 2 || r.Already != 2*i || !r.Complete {
			t.Errorf("jump %s: %+v", jump, r)
		}
		if v := w.check(target); v.Checked != 2*i+2 || v.OK != v.Checked {
			t.Errorf("jump %s: %+v", jump, v)
		}
		w.complete(target, at)
		again := w.restores(at)
		for path, want := range texts {
			got, err := again.cat.Text(ctx, all, again.page(path))
			if err != nil || got.Plain != want {
				t.Errorf("jump %s: the text of %s: %q, %v", jump, path, got.Plain, err)
			}
		}
		if got, err := again.cat.Text(ctx, all, again.page(part[0])); err != nil || got.Corrected != "改"+part[0] {
			t.Errorf("jump %s: the correction: %q, %v", jump, got.Corrected, err)
		}
	}
}
