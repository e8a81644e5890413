package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/raster"
	"lantai/archive/station/canary"
)

// leaks drives the built program over an archive in which every place has a phrase of its
// own, as everybody there is, and looks for phrases that they may not come upon.
type leaks struct {
	bin   string
	world *canary.Archive

	classified bool
	some       bool // of the questions some are asked, also in a thorough run
	mu         sync.Mutex
	runs       int
	looked     int             // outputs × people × phrases they may not see
	met        map[string]bool // outputs that were driven
	shown      map[string]bool // outputs that showed somebody what they may see
	found      []string
	bad        map[string]bool // outputs that leaked
	denied     map[string]bool // outputs that were refused to who has none of their rights
}

// Whatever an output is asked, it says nothing of what the one who asks may not see.
func TestNothingLeaks(t *testing.T) {
	bin := buildProgram(t)
	for _, classified := range []bool{false, true} {
		t.Run(map[bool]string{false: "ordinary", true: "classified"}[classified], func(t *testing.T) {
			world, err := canary.Make(context.Background(), t.TempDir(), classified)
			if err != nil {
				t.Fatal(err)
			}
			l := &leaks{bin: bin, world: world, classified: classified}
			l.drive(t)
			for i, f := range l.found {
				if i == 60 {
					t.Errorf("and %d more", len(l.found)-i)
					break
				}
				t.Error(f)
			}
			for _, o := range outputs() {
				if name := o.Name + " " + o.Kind; !l.met[name] && !aside[o.Name] && (thorough || !classified) {
					t.Errorf("nobody drove %s", name)
				}
			}
			t.Logf("%d outputs × %d people × %d phrases: %d runs, %d phrases looked for, %d leaks",
				len(l.met), len(world.People), len(world.Phrases), l.runs, l.looked, len(l.found))
		})
	}
}

// aside are outputs that say nothing of an archive's content.
var aside = map[string]bool{"help": true, "version": true, "outputs": true, "init": true, "sample": true, "queue.run": true,
	"backup.copies": true, "restore.home": true} // these two: TestCopiesAreOfWhatMayLeave

func buildProgram(t *testing.T, more ...string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "lantaictl")
	args := append(append([]string{"build"}, more...), "-tags", "sqlite_fts5", "-o", bin, ".")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("build lantaictl: %v\n%s", err, out)
	}
	return bin
}

// drive has everybody ask everything, each in a copy of the archive of their own.
func (l *leaks) drive(t *testing.T) {
	t.Helper()
	l.met, l.bad, l.shown, l.denied = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	people := make(chan canary.Person)
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Go(func() {
			for p := range people {
				if err := l.asPerson(t.TempDir(), p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, p := range l.world.People {
		if thorough || !l.classified || p.Who.Can(access.SeePages) && p.Who.Clearance > access.Internal || p.Name == string(access.ReadingRoom) {
			people <- p
		}
	}
	close(people)
	wait.Wait()
	slices.Sort(l.found)
	l.found = slices.Compact(l.found)
}

// asker is one person at the program.
type asker struct {
	*leaks
	person         canary.Person
	dir, home, out string
	hidden         []needle
	seen           []needle
}

// needle is what to look for.
type needle struct {
	where string
	texts [][]byte
}

func (l *leaks) asPerson(dir string, p canary.Person) error {
	a := &asker{leaks: l, person: p, dir: dir, home: filepath.Join(dir, "home"), out: filepath.Join(dir, "out")}
	if err := os.CopyFS(a.home, os.DirFS(l.world.Home)); err != nil {
		return err
	}
	h, err := home.Open(a.home)
	if err != nil {
		return err
	}
	if err := h.AcceptMoved(); err != nil {
		return err
	}
	for _, one := range l.world.Phrases {
		n := needle{where: one.Where}
		for _, code := range []encoding.Encoding{encoding.Nop, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
			unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), simplifiedchinese.GB18030} {
			text, err := code.NewEncoder().Bytes([]byte(one.Second))
			if err != nil {
				return err
			}
			n.texts = append(n.texts, text)
		}
		if one.May(p.Who) {
			a.seen = append(a.seen, n)
		} else {
			a.hidden = append(a.hidden, n)
		}
	}
	for _, q := range a.chosen() {
		if err := a.ask(q.question, q.json); err != nil {
			return err
		}
	}
	return nil
}

// askedAs is a question in words or as JSON.
type askedAs struct {
	question
	json bool
}

// chosen are the questions that are asked: in a thorough run all, in words and as JSON;
// otherwise some of each output, others for each person, and one for who sees no records.
func (a *asker) chosen() []askedAs {
	var list []askedAs
	of := map[string][]question{}
	var order []string
	for _, q := range a.forms() {
		key := q.output + q.file
		if of[key] == nil {
			order = append(order, key)
		}
		of[key] = append(of[key], q)
	}
	shift := slices.IndexFunc(a.world.People, func(p canary.Person) bool { return p.Name == a.person.Name })
	for _, key := range order {
		all := of[key]
		whole := thorough && !a.some
		both, most := whole, 2
		switch {
		case whole:
			most = len(all)
		case !a.person.Who.Can(access.SeeRow):
			most = 1
		case key == "search":
			most = 10
		case key == "show" || key == "text" || key == "history" || key == "export.catalogueexport.table":
			most = 4
		}
		both = both || most > len(all) // words and JSON of the same
		most = min(most, len(all))
		for i := range most {
			q := all[(i*len(all)/most+shift)%len(all)]
			if most == len(all) {
				q = all[i]
			}
			if both || (i+shift)%2 == 0 {
				list = append(list, askedAs{q, false})
			}
			if both || (i+shift)%2 == 1 {
				list = append(list, askedAs{q, true})
			}
		}
		for _, q := range all {
			if q.must && !slices.ContainsFunc(list, func(had askedAs) bool { return had.json && slices.Equal(had.args, q.args) }) {
				list = append(list, askedAs{q, true})
			}
		}
	}
	return list
}

// ask runs one form and looks through all that came of it.
func (a *asker) ask(f question, asJSON bool) error {
	if err := os.RemoveAll(a.out); err != nil {
		return err
	}
	for _, d := range []string{"cwd", "tmp", "user"} {
		if err := os.MkdirAll(filepath.Join(a.out, d), 0o755); err != nil {
			return err
		}
	}
	code, out, errs, err := a.run(f.args, asJSON)
	if err != nil {
		return err
	}
	kind := "stdout"
	if asJSON {
		kind = "json"
	}
	a.look(f, kind, out)
	a.look(f, "stderr", errs)
	if err := filepath.WalkDir(a.out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		a.lookFile(f, path, b)
		return nil
	}); err != nil {
		return err
	}
	a.entitled(f, code, out, asJSON)
	return nil
}

// run starts the program.
func (a *asker) run(args []string, asJSON bool) (code int, out, errs []byte, err error) {
	args = append(slices.Clone(args), "--home", a.home)
	if asJSON {
		args = append(args, "--json")
	}
	cmd := exec.Command(a.bin)
	if a.person.Name != "" {
		args = append(args, "--as", a.person.Name, "--password-fd", "3")
		r, w, err := os.Pipe()
		if err != nil {
			return 0, nil, nil, err
		}
		defer r.Close()
		if _, err := io.WriteString(w, canary.Password+"\n"); err != nil {
			return 0, nil, nil, err
		}
		if err := w.Close(); err != nil {
			return 0, nil, nil, err
		}
		cmd.ExtraFiles = []*os.File{r}
	}
	cmd.Args = append([]string{a.bin}, args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &o, &e, filepath.Join(a.out, "cwd")
	cmd.Env = append(os.Environ(), "TMPDIR="+filepath.Join(a.out, "tmp"), "HOME="+filepath.Join(a.out, "user"), "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=",
		"XDG_RUNTIME_DIR="+filepath.Join(a.out, "tmp"), "LANTAI_LANG=zh_Hans", "LANTAI_HOME=", "LANTAI_AS=")
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return 0, nil, nil, err
	}
	return cmd.ProcessState.ExitCode(), o.Bytes(), e.Bytes(), nil
}

var pdfs = sync.OnceValue(func() *raster.Reader { return raster.NewReader(raster.ReaderOptions{Engines: 1}) })
