//go:build torture

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pages compares holding by holding where every page lies, how far it came, and whether
// its text is the delivered one.
func (p *program) pages(d *delivery, worked bool) {
	p.t.Helper()
	asked, err := os.ReadFile(p.asked)
	if worked && err != nil {
		p.t.Fatal(err)
	}
	right, delivered, aside := 0, 0, map[string]bool{}
	for _, code := range slices.Sorted(maps.Keys(d.truth)) {
		var got []string
		for _, page := range rows[struct {
			ID, Path, Stage string
			Frame           int
		}](p.t, p.run(exitDone, "show", code), "pages") {
			at := fmt.Sprintf("%s#%d", page.Path, page.Frame)
			got = append(got, at)
			layer, recognised := strings.HasSuffix(page.Path, ".pdf"), strings.Contains(string(asked), page.ID)
			if layer && !d.secret(code) {
				delivered++
				if text := p.run(exitDone, "text", page.ID); text["origin"] != "delivered" {
					p.t.Errorf("%s %s: text %v", code, at, text["origin"])
				}
			}
			if layer && recognised {
				p.t.Errorf("%s %s was recognised again", code, at)
			}
			if !worked {
				continue
			}
			want := "indexed"
			if d.secret(code) {
				want, aside[page.ID] = "quarantined", true
			}
			if page.Stage != want {
				p.t.Errorf("%s %s is %s, want %s", code, at, page.Stage, want)
			}
			if !layer && !recognised {
				p.t.Errorf("%s %s was never recognised", code, at)
			}
		}
		if slices.Equal(got, d.truth[code]) {
			right++
		} else {
			p.t.Errorf("%s has %q, want %q", code, got, d.truth[code])
		}
	}
	p.t.Logf("%d of %d records have exactly their pages; %d pages of PDF have their delivered text; %d pages are put aside", right, len(d.truth), delivered, len(aside))
	if worked {
		p.traces(aside)
	}
}

// secret tells whether a record is put aside, or lies in a volume that is.
func (d *delivery) secret(code string) bool {
	for marked := range d.marked {
		if code == marked || strings.HasPrefix(code, marked+"-") {
			return true
		}
	}
	return false
}

// traces wants neither image nor words of a page put aside anywhere in the home but in
// its original.
func (p *program) traces(aside map[string]bool) {
	p.t.Helper()
	images := 0
	err := filepath.WalkDir(p.home, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && e.Name() == "masters":
			return fs.SkipDir
		case !e.Type().IsRegular():
			return nil
		case filepath.Ext(path) == ".jpg":
			images++
			if id, _, _ := strings.Cut(filepath.Base(path), "-"); aside[id] {
				p.t.Errorf("left: %s", path)
			}
			return nil
		}
		data, err := os.ReadFile(path)
		for _, words := range secretWords() {
			if bytes.Contains(data, []byte(words)) {
				p.t.Errorf("%s has %s", path, words)
			}
		}
		return err
	})
	if err != nil || images == 0 {
		p.t.Errorf("%d images, %v", images, err)
	}
	for id := range aside {
		if code, out, told := p.words("text", id); code != exitFailed {
			p.t.Errorf("text of %s: exit %d %s%s", id, code, out, told)
		}
	}
}
