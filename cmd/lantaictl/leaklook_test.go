package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive/access"
	"lantai/archive/station/canary"
)

// look looks through what one output said.
func (a *asker) look(f question, kind string, text []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.runs++
	name := f.output + " " + kind
	a.met[name] = true
	a.looked += len(a.hidden)
	for _, n := range a.hidden {
		for _, code := range n.texts {
			if bytes.Contains(text, code) {
				a.leak(f.output, fmt.Sprintf("%s shows %s the %s: lantaictl %s", name, a.who(), n.where, strings.Join(f.args, " ")))
				break
			}
		}
	}
	if a.shown[f.output] {
		return
	}
	for _, n := range a.seen {
		if bytes.Contains(text, n.texts[0]) {
			a.shown[f.output] = true
			return
		}
	}
}

func (a *asker) leak(output, what string) {
	a.found = append(a.found, what)
	a.bad[output] = true
}

func (a *asker) who() string {
	if a.person.Name == "" {
		return "nobody"
	}
	return a.person.Name
}

// lookFile looks through a file that a command left; a workbook is opened.
func (a *asker) lookFile(f question, path string, b []byte) {
	if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
		for _, part := range z.File {
			r, err := part.Open()
			if err != nil {
				continue
			}
			text, _ := io.ReadAll(r)
			r.Close()
			a.look(f, "file", text)
		}
	}
	if bytes.HasPrefix(b, []byte("%PDF-")) {
		a.look(f, "file", writing(b))
	}
	of := f
	if f.file != "" {
		of.output = f.file
	}
	a.look(of, "file", b)
	a.look(of, "file", []byte(filepath.Base(path)))
}

// writing is what a form says, as PDFium reads it.
func writing(pdf []byte) (text []byte) {
	r := pdfs()
	in, size := bytes.NewReader(pdf), int64(len(pdf))
	h, err := r.ReadHeader(context.Background(), in, size)
	if err != nil {
		return nil
	}
	for i := range h.Frames {
		if page, ok, err := r.Text(context.Background(), in, size, i); err == nil && ok {
			text = append(text, page.Plain...)
		}
	}
	return text
}

// entitled checks that who has none of the rights of a command is refused, and that a
// record that may not be seen is spoken of as one that is not there.
func (a *asker) entitled(f question, code int, out []byte, asJSON bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.apart {
		return
	}
	list, _ := needs(strings.SplitN(f.output, ".", 2)[0])
	list = append(slices.Clone(list), f.takes...)
	if len(list) > 0 && !slices.ContainsFunc(list, func(do access.Action) bool { return a.person.Who.Can(do) }) {
		if code == exitNotAllowed || code == exitUsage {
			a.denied[f.output] = true
		} else {
			a.leak(f.output, fmt.Sprintf("%s: exit %d for %s, who has none of its rights", f.output, code, a.who()))
		}
	}
	if f.record != nil && code == exitDone && !f.record.sees(a.person.Who) {
		a.leak(f.output, fmt.Sprintf("%s: done for %s, who may not see %s: lantaictl %s", f.output, a.who(), f.record.Name, strings.Join(f.args, " ")))
	}
	if !asJSON {
		return
	}
	a.compared(f, out)
	if f.finds == "" {
		return
	}
	var r struct {
		Total int
		Hits  []any
		Items []any
	}
	if f.text != nil && f.text.Finds(a.person.Who) && !bytes.Contains(out, []byte(f.text.Second)) {
		a.leak(f.output, fmt.Sprintf("%s does not find the %s for %s, who may read it", f.output, f.text.Where, a.who()))
	}
	if json.Unmarshal(out, &r) == nil && r.Total+len(r.Hits)+len(r.Items) > 0 && !a.finds(f.finds) {
		a.leak(f.output, fmt.Sprintf("%s tells %s that %q is there", f.output, a.who(), f.finds))
	}
}

// compared looks whether an import tells how a row differs from what may not be seen.
func (a *asker) compared(f question, out []byte) {
	var r struct {
		Rejects []struct {
			Row  int
			Code string
		}
		Fates []struct{ Code, Fate string }
	}
	if f.output != "import.catalogue" || json.Unmarshal(out, &r) != nil {
		return
	}
	told := map[string]bool{}
	for _, one := range r.Rejects {
		if (one.Code == "differs" || one.Code == "former-code") && one.Row > 1 && one.Row-2 < len(a.world.Records) {
			told[a.world.Records[one.Row-2].Code] = true
		}
	}
	for _, one := range r.Fates {
		if one.Fate == "already" || one.Fate == "updated" {
			told[one.Code] = true
		}
	}
	for _, rec := range a.world.Records {
		if told[rec.Code] && !access.May(a.person.Who, access.SeeRow, rec.About).Allowed {
			a.leak(f.output, fmt.Sprintf("%s tells %s that a row differs from %s", f.output, a.who(), rec.Name))
		}
	}
}

// finds tells whether somebody may come upon a phrase by its first half.
func (a *asker) finds(first string) bool {
	return slices.ContainsFunc(a.world.Phrases, func(p canary.Phrase) bool {
		return (p.First == first || strings.HasPrefix(p.First, first)) && p.May(a.person.Who)
	})
}
