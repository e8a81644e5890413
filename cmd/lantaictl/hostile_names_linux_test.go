package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unicode"
	"unicode/utf8"
)

// evilNames are names of files and records that mean more than they say.
var evilNames = []string{
	`..\..\bait`, `C:\Windows\evil`, `C:evil`, `\\server\share\evil`, "CON", "nul", "COM1", "LPT9.txt", "aux.", "trailing ", " leading", "-rf", "--home", "-",
	"\u202egpj.exe", "\u200fגרסה", "zero\u200bwidth", "line\nfeed", "tab\tbed", "\x1b[31mred\x1b]0;title\a", "ctrl\x01\x7f", "per%sc%nent", "$(touch x)", "`touch x`",
	"; touch x", "'quote\"", "*?<>|", "~root", "....", "..", "bad\xff\xfeutf8", strings.Repeat("长", 80), strings.Repeat("a", 240), "﹒．．／", "..%2f..%2fbait", "=1+1", "@SUM(1)",
}

// Names of received files are kept out of everything but the name of a file within masters/.
func TestHostileNamesReceived(t *testing.T) {
	a := newTarget(t)
	in := filepath.Join(a.dir, "in")
	var page bytes.Buffer
	if err := jpeg.Encode(&page, image.NewGray(image.Rect(0, 0, 48, 32)), nil); err != nil {
		t.Fatal(err)
	}
	scan := page.Bytes()
	for i, name := range evilNames {
		if name == ".." {
			continue
		}
		a.write(filepath.Join(in, name+".jpg"), append(bytes.Clone(scan), byte(i)))            // as a file, no two alike
		a.write(filepath.Join(in, "dir"+name, "x.jpg"), append(bytes.Clone(scan), byte(i), 1)) // and as a folder
	}
	for from, to := range map[string]string{"link.jpg": a.bait, "folder": a.dir, "loop": ".", "gone.jpg": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(in, from)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(in, "pipe.jpg"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := a.json([]int{exitDone, exitRefused}, "ingest", in)
	if good := 2*(len(evilNames)-1) - 3; r["received"] != float64(good) { // three are hidden: they begin with a full stop
		t.Errorf("%v received of %d good files: %v", r["received"], good, r)
	}
	a.unharmed(in)
	masters := filepath.Join(a.home, "masters")
	_ = filepath.WalkDir(masters, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(masters, path)
		for _, part := range strings.Split(rel, string(filepath.Separator)) {
			if !portable(part) {
				t.Errorf("masters/%q is no name for every system", rel)
			}
		}
		if b, rerr := os.ReadFile(path); rerr == nil && string(b) == baited {
			t.Errorf("masters/%q is a file from outside", rel)
		}
		return err
	})
	for _, args := range [][]string{{"status"}, {"link", "--by", "name", "--dry-run"}, {"root", "list"}, {"quarantine", "list"}, {"show", "--", "\x1b[31m\u202e"}} {
		r := a.run(args...)
		out := r.out + r.told
		if args[0] == "link" && strings.Count(out, ".jpg") < len(evilNames) {
			t.Errorf("the pages are not found: %s", out)
		}
		if strings.ContainsAny(out, "\x1b\a\x01\x7f\u202e") {
			t.Errorf("%q writes control characters to the screen: %q", args, out)
		}
	}
}

// portable tells whether Windows takes a name, too.
func portable(name string) bool {
	if name == "." {
		return true
	}
	base := strings.ToUpper(strings.TrimSpace(strings.SplitN(name, ".", 2)[0]))
	for _, device := range []string{"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"} {
		if base == device {
			return false
		}
	}
	return utf8.ValidString(name) && len(name) <= 180 && !strings.ContainsAny(name, `\/:*?"<>|`) &&
		!strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) }) && strings.Trim(name, " ") == name && !strings.HasSuffix(name, ".")
}

// A 档号 or title with such a name is refused, or is a text and nothing else.
func TestHostileNamesTyped(t *testing.T) {
	a := newTarget(t)
	for _, name := range evilNames {
		if strings.ContainsRune(name, 0) {
			continue
		}
		for _, args := range [][]string{
			{"item", "add", "--", name, "题名"}, {"item", "add", "--", "0001-WS·" + name, "题名"}, {"show", "--", name}, {"item", "show", "--", name}, {"history", "--", name},
			{"fonds", "show", "--", name}, {"export", "--fonds", name, "catalogue", filepath.Join(a.dir, "out.csv")}, {"trash", "remove", "--", name}, {"attach", "--", name, "1"},
			{"text", "--", name}, {"retry", "--", name}, {"undo", "--", name}, {"hash", "--root", name}, {"root", "show", "--", name}, {"group", "show", "--", name},
			{"code", "gaps", "--", name}, {"quarantine", "decide", "--not-secret", "--note", "x", "--", name}, {"text", "--set", name, "--", "1"},
		} {
			if code := a.within(args...); code == exitDone && args[0] == "item" {
				t.Errorf("lantaictl %q was taken", args)
			}
			_ = os.Remove(filepath.Join(a.dir, "out.csv"))
		}
	}
	a.unharmed()
}

// Lists of originals that were edited by hand lead nowhere outside of the archive.
func TestHostileManifests(t *testing.T) {
	const digest = "0000000000000000000000000000000000000000000000000000000000000000"
	for name, edit := range map[string]func(*target, string){
		"current list leads outside": func(a *target, dir string) {
			add(a.t, filepath.Join(dir, "current.sha256"), digest+"  ../../../bait.jpg\n")
		},
		"absolute path in it": func(a *target, dir string) { add(a.t, filepath.Join(dir, "current.sha256"), digest+"  "+a.bait+"\n") },
		"folder to sweep outside": func(a *target, dir string) {
			part := filepath.Join(a.dir, "x.0123456789abcdef.part")
			a.write(part, []byte(baited))
			a.bait = part
			add(a.t, filepath.Join(dir, "receiving"), "../../../..\n"+a.dir+"\n")
		},
		"move to outside": func(a *target, dir string) {
			add(a.t, filepath.Join(dir, "moves.journal"), "0001/x.jpg\t../../../../stolen.jpg\t"+digest+"\n")
		},
		"move from outside": func(a *target, dir string) {
			add(a.t, filepath.Join(dir, "moves.journal"), "../../../../bait.jpg\t0001/x.jpg\t"+digest+"\n")
		},
		"endless line": func(a *target, dir string) {
			add(a.t, filepath.Join(dir, "current.sha256"), digest+"  "+strings.Repeat("x", 16<<20))
		},
		"no list at all": func(a *target, dir string) { add(a.t, filepath.Join(dir, "moves.tsv"), "\x00\xff\nnonsense\t\t\t\n") },
		"a folder where a list should be": func(a *target, dir string) {
			if err := os.MkdirAll(filepath.Join(dir, "names.tsv"), 0o755); err != nil && runtime.GOOS == "linux" {
				a.t.Log(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newTarget(t)
			edit(a, filepath.Join(a.home, "manifests"))
			a.run("retry") // opens the archive as its owner
			a.run("verify")
			a.run("show", letter)
			if b, err := os.ReadFile(a.bait); err != nil || string(b) != baited {
				t.Errorf("the file outside was touched: %v %q", err, b)
			}
			if _, err := os.Stat(filepath.Join(a.dir, "stolen.jpg")); err == nil {
				t.Error("something was moved outside")
			}
		})
	}
}

func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An archive that was made, received into and searched is for the account alone that made it.
func TestAnotherAccountSeesNothing(t *testing.T) {
	home, err := prepared()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		seen++
		rel, _ := filepath.Rel(home, path)
		original := strings.HasPrefix(rel, "masters") && !e.IsDir() || strings.HasPrefix(rel, "manifests") && strings.HasSuffix(rel, ".sha256")
		inside := strings.HasPrefix(rel, "index") && !e.IsDir() // the engine's own files, in a folder that is shut
		if others := info.Mode().Perm() & 0o077; others != 0 && !original && !inside {
			t.Errorf("%s: others have the rights %o", rel, others)
		}
		return nil
	})
	if err != nil || seen < 20 {
		t.Errorf("%d files: %v", seen, err)
	}
}
