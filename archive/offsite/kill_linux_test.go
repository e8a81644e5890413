package offsite_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

const (
	targetName = "异地"
	smallGroup = 300_000 // bytes of a lot, so that there are several
)

// work is what is killed: a part that the child plays in an archive prepared for it.
type work struct {
	name    string
	role    string
	prepare func(*world, archive.Target) // on top of an archive of which half is copied; may be nil
	damage  func(t *testing.T, dir string, list []string)
	after   func(w *world, target archive.Target, dir string, list []string)
}

// killed has a part killed at a step, for the time that stands behind #.
func killed(t *testing.T, role, kill string, env ...string) {
	t.Helper()
	if out, err := child(role, append(env, envKill+"="+kill)...).CombinedOutput(); !killedBy(err) {
		t.Fatalf("%s at %s was not killed: %v\n%s", role, kill, err, out)
	}
}

// prepared makes an archive for a work in a folder: home/, target/ and root/. Some originals are copied; others came, one
// moved and a text was saved since. list are the paths of those that are copied.
func prepared(t *testing.T, k work) (dir string, list []string) {
	t.Helper()
	dir = quickDir(t)
	w := newWorldIn(t, dir)
	list = paths("a", 8)
	w.receive(list...)
	w.root(filepath.Join(dir, "root"), "甲/1.jpg", "甲/2.jpg", "乙.jpg")
	at := filepath.Join(dir, "target")
	if err := os.Mkdir(at, 0o755); err != nil {
		t.Fatal(err)
	}
	target := archive.Target{Name: targetName, Kind: archive.TargetFolder, Address: at}
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	if k.name != "first run" {
		w.run(target)
		w.move(list[0], "J009/2011-D30/1-0001.jpg")
		w.receive(paths("b", 6)...)
		if err := w.cat.SaveText(ctx, archive.PageText{Page: w.page(list[1]), Origin: archive.OriginRecognised, Engine: "试", Plain: "防汛"}); err != nil {
			t.Fatal(err)
		}
	}
	if k.prepare != nil {
		k.prepare(w, target)
	}
	if k.damage != nil {
		k.damage(t, at, list)
	}
	if err := w.cat.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, list
}

// kept opens the copy of a prepared archive after something happened to it.
func kept(t *testing.T, dir string) (w *world, target archive.Target, at string) {
	t.Helper()
	at = filepath.Join(dir, "target")
	a, err := openArchive(filepath.Join(dir, "home"), offsite.Options{GroupBytes: smallGroup})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.cat.Close() })
	w = &world{T: t, opened: a, dir: filepath.Join(dir, "home")}
	if w.home, err = home.Open(w.dir); err != nil {
		t.Fatal(err)
	}
	if target, err = a.cat.TargetNamed(ctx, targetName); err != nil {
		t.Fatal(err)
	}
	target.Address = at
	return w, target, at
}

// onlyWhole wants that every copy at a target has the whole content of an original, and that the list is true as far
// as the state says it goes.
func (w *world) onlyWhole(dir string) {
	w.Helper()
	known := map[string]bool{}
	for f, err := range w.cat.AllFiles(ctx, all) {
		if err != nil {
			w.Fatal(err)
		}
		known[f.SHA256] = true
	}
	there := w.files(dir)
	for _, below := range []string{"masters/", "roots/"} {
		for path, sum := range under(there, below) {
			if !known[sum] {
				w.Errorf("%s%s is no original", below, path)
			}
		}
	}
	var s offsite.State
	b, err := os.ReadFile(filepath.Join(dir, offsite.StateFile))
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		w.Fatal(err)
	}
	if s.Looking || s.Manifest == 0 {
		return
	}
	list, err := os.ReadFile(filepath.Join(dir, offsite.ManifestFile))
	if err != nil || int64(len(list)) < s.Manifest {
		w.Fatalf("the list has %d bytes, %d in the state: %v", len(list), s.Manifest, err)
	}
	if sumOf(list[:s.Manifest]) != s.Digest {
		return // it was edited, and says so
	}
	cmd := exec.Command("sha256sum", "--check", "--quiet", "--strict", "-")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(list[:s.Manifest])
	if out, err := cmd.CombinedOutput(); err != nil {
		w.Errorf("the list as far as the state knows it: %v\n%s", err, out)
	}
}

// playIn has the child play a part in a prepared archive, and tells whether it was killed.
func playIn(t *testing.T, dir string, k work, kill string) (killed bool) {
	t.Helper()
	out, err := child(k.role, envHome+"="+filepath.Join(dir, "home"), envTarget+"="+filepath.Join(dir, "target"),
		envInto+"="+filepath.Join(dir, "again"), envKill+"="+kill).CombinedOutput()
	if killedBy(err) {
		return true
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return false
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func killedBy(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
}

// Killed at every boundary, and again while putting right, copying, looking, checking and restoring end as if nothing had happened.
func TestKilledAtEveryStep(t *testing.T) {
	var mu sync.Mutex
	kills := 0
	reached := map[string]bool{"medium-labelled": true, "copies-erased": true, "catalogues-erased": true} // TestAddingIsCutOff, TestErasingIsCutOff
	t.Run("works", func(t *testing.T) {
		for _, k := range works() {
			base, list := prepared(t, k)
			for _, step := range slices.Concat(place.Steps(), offsite.Steps()) {
				for times := 1; times <= killedTimes; times++ {
					kill := fmt.Sprintf("%s#%d", step, times)
					t.Run(k.name+" "+kill, func(t *testing.T) {
						t.Parallel()
						dir := filepath.Join(quickDir(t), "copy")
						copyTree(t, base, dir)
						if !playIn(t, dir, k, kill) {
							return
						}
						mu.Lock()
						reached[step] = true
						kills++
						mu.Unlock()
						killedThen(t, k, dir, kill, list)
					})
				}
			}
		}
	})
	t.Logf("killed %d times", kills)
	for _, step := range slices.Concat(place.Steps(), offsite.Steps()) {
		if !reached[step] {
			t.Errorf("no work came to the step %s", step)
		}
	}
}

// killedThen looks at what a killed work left, has it done to its end, and looks again.
func killedThen(t *testing.T, k work, dir, kill string, list []string) {
	t.Helper()
	w, target, at := kept(t, dir)
	if k.role != "check" && k.role != "repair" {
		w.onlyWhole(at)
	}
	if killedTimes > 1 && kill != "" {
		playIn(t, dir, k, kill) // may be killed again, while it puts right
	}
	if k.role == "restore" {
		if _, err := os.Stat(filepath.Join(dir, "again", "lantai.json")); err != nil || exists(filepath.Join(dir, "again", "restoring.json")) {
			playIn(t, dir, k, "")
		}
		again := openWorld(t, filepath.Join(dir, "again"), offsite.Options{})
		if got, want := w.files(filepath.Join(again.dir, "masters")), w.files(filepath.Join(w.dir, "masters")); !maps.Equal(got, want) {
			t.Errorf("restored %d originals, want %d", len(got), len(want))
		}
		if roots := w.files(again.dir + "-roots"); len(roots) != 3 {
			t.Errorf("restored %d originals of the storage root", len(roots))
		}
		if _, err := again.cat.Text(ctx, all, again.page(list[1])); err != nil {
			t.Errorf("the text: %v", err)
		}
		if exists(filepath.Join(again.dir, "restoring.json")) {
			t.Error("the mark is there still")
		}
	}
	k.after(w, target, at, list)
}

// Killed at any moment.
func TestKilledAtRandomMoments(t *testing.T) {
	for _, k := range works() {
		base, list := prepared(t, k)
		fresh := func(t *testing.T) string {
			dir := filepath.Join(quickDir(t), "copy")
			copyTree(t, base, dir)
			return dir
		}
		took := timed(t, k, fresh(t))
		for i := range randomKills {
			t.Run(fmt.Sprintf("%s %d", k.name, i), func(t *testing.T) {
				dir := fresh(t)
				killedLater(t, k, dir, rand.N(took))
				killedThen(t, k, dir, "", list)
			})
		}
	}
}

func begun(t *testing.T, k work, dir string) *exec.Cmd {
	t.Helper()
	cmd := child(k.role, envHome+"="+filepath.Join(dir, "home"), envTarget+"="+filepath.Join(dir, "target"), envInto+"="+filepath.Join(dir, "again"))
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(said).ReadString('\n'); line != "at work\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	return cmd
}

// timed tells how long a work takes that is not killed.
func timed(t *testing.T, k work, dir string) time.Duration {
	t.Helper()
	cmd := begun(t, k, dir)
	at := time.Now()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return time.Since(at)
}

func killedLater(t *testing.T, k work, dir string, after time.Duration) {
	t.Helper()
	cmd := begun(t, k, dir)
	<-time.After(after) // when it is killed is the point
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil && !killedBy(err) {
		t.Fatal(err)
	}
}

// A target or medium whose addition was cut off between its label and the catalogue is added again.
func TestAddingIsCutOff(t *testing.T) {
	w := newWorld(t)
	cut := errors.New("cut off")
	w.opt.Step = func(string) { panic(cut) }
	dir := t.TempDir()
	target := archive.Target{Name: targetName, Kind: archive.TargetFolder, Address: dir}
	func() {
		defer func() {
			if recover() != cut {
				t.Error("it was not cut off")
			}
		}()
		_, _ = offsite.New(w.opt).AddTarget(ctx, actor, &target)
	}()
	if list, err := w.cat.Targets(ctx); err != nil || len(list) > 0 {
		t.Fatalf("%v, %v", list, err)
	}
	again := archive.Target{Name: targetName, Kind: archive.TargetFolder, Address: dir}
	if _, err := w.copier.AddTarget(ctx, actor, &again); err != nil {
		t.Fatal(err)
	}
	w.receive(paths("a", 3)...)
	if r := w.run(again); r.Copied != 3 || !r.Complete {
		t.Errorf("%+v", r)
	}
	if _, err := w.copier.AddTarget(ctx, actor, &archive.Target{Name: "又", Kind: archive.TargetFolder, Address: dir}); archive.KindOf(err) != archive.Conflict {
		t.Errorf("a medium that is known: %v", err)
	}
}

// root registers originals in a folder of their own as those of a storage root.
func (w *world) root(dir string, list ...string) archive.ID {
	w.Helper()
	root := store.Root{Label: "旧扫描", Path: dir}
	w.do("root.add", func(tx *store.Tx) error { return tx.AddRoot(&root) })
	for _, path := range list {
		name := filepath.Join(dir, filepath.FromSlash(path))
		err := os.MkdirAll(filepath.Dir(name), 0o755)
		if err == nil {
			err = os.WriteFile(name, content(path), 0o644)
		}
		if err != nil {
			w.Fatal(err)
		}
		w.do("file.add", func(tx *store.Tx) error {
			f := archive.File{Root: root.ID, Path: path, Bytes: int64(len(content(path))), SHA256: sumOf(content(path)), Format: "jpeg"}
			if err := tx.AddFile(&f); err != nil {
				return err
			}
			return tx.AddPages([]archive.Page{{File: f.ID}})
		})
	}
	return root.ID
}

// page is the page of an original.
func (w *world) page(path string) archive.ID {
	w.Helper()
	pages, err := w.cat.PagesOfFile(ctx, all, w.file(path).ID)
	if err != nil || len(pages) != 1 {
		w.Fatalf("%d pages, %v", len(pages), err)
	}
	return pages[0].ID
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
