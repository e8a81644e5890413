//go:build torture

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive/refcode"
)

// acceptance is how long it may take from the first command to the first phrase found.
const acceptance = 15 * time.Minute

// program is the built lantaictl with one archive, run without a network.
type program struct {
	t       *testing.T
	bin     string
	home    string
	dir     string // where it runs
	env     []string
	network bool          // could not be taken away
	asked   string        // list of the pages that Tesseract was asked for
	slow    time.Duration // the longest that a command took which does not wait for recognition
}

// built builds lantaictl, and puts before Tesseract what notes the pages it is asked for.
func built(t *testing.T) *program {
	t.Helper()
	dir := t.TempDir()
	p := &program{t: t, bin: filepath.Join(dir, "lantaictl"), dir: filepath.Join(dir, "cwd"), home: filepath.Join(dir, "archives", "青禾区"),
		asked: filepath.Join(dir, "asked")}
	build := exec.Command("go", "build", "-tags", "sqlite_fts5", "-o", p.bin, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build lantaictl: %v\n%s", err, out)
	}
	engine, err := exec.LookPath("tesseract")
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"cwd", "tmp", "user", "bin"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script := fmt.Sprintf("#!/bin/sh\ntee -a '%s' | exec '%s' \"$@\"\n", p.asked, engine)
	if err := os.WriteFile(filepath.Join(dir, "bin", "tesseract"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	p.env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "TMPDIR="+filepath.Join(dir, "tmp"),
		"HOME="+filepath.Join(dir, "user"), "XDG_CACHE_HOME=", "XDG_CONFIG_HOME=", "XDG_RUNTIME_DIR="+filepath.Join(dir, "tmp"), "LANTAI_LANG=zh_Hans", "LANTAI_HOME=")
	if out, err := exec.Command("unshare", "-n", "true").CombinedOutput(); err != nil {
		t.Logf("the network cannot be taken away here: %v %s", err, out)
		p.network = true
	}
	return p
}

// words runs a command and gives what it printed.
func (p *program) words(args ...string) (code int, out, told string) {
	p.t.Helper()
	args = append(args, "--home", p.home)
	cmd := exec.Command(p.bin, args...)
	if !p.network {
		cmd = exec.Command("unshare", append([]string{"-n", p.bin}, args...)...)
	}
	var o, e bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.dir, &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		p.t.Fatal(err)
	}
	if strings.Contains(e.String(), "panic:") || strings.Contains(e.String(), "goroutine ") {
		p.t.Errorf("lantaictl %q: %s", args, e.String())
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// run runs a command with --json.
func (p *program) run(want int, args ...string) map[string]any {
	p.t.Helper()
	began := time.Now()
	code, out, told := p.words(append(args, "--json")...)
	if args[0] != "ingest" {
		p.slow = max(p.slow, time.Since(began))
	}
	got := map[string]any{}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != want {
		p.t.Fatalf("lantaictl %q: exit %d, want %d, %v\n%s%s", args, code, want, err, out, told)
	}
	if args[0] != "show" && args[0] != "text" && args[0] != "search" {
		p.t.Logf("%7.1f s  lantaictl %s → %d", time.Since(began).Seconds(), strings.Join(args, " "), code)
	}
	return got
}

// rows reads a list of an answer.
func rows[T any](t *testing.T, from map[string]any, key string) (list []T) {
	t.Helper()
	data, err := json.Marshal(from[key])
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil || from[key] == nil {
		t.Fatalf("%s: %v in %v", key, err, from)
	}
	return list
}

func byName(a, b string) int {
	return bytes.Compare(refcode.SortKey(a), refcode.SortKey(b))
}

// same compares what is listed with what should be.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if slices.Equal(got, want) {
		return
	}
	for _, s := range got {
		if !slices.Contains(want, s) {
			t.Errorf("%s: also %q", what, s)
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			t.Errorf("%s: lacks %q", what, s)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d listed, want %d", what, len(got), len(want))
	}
}

type mismatch struct {
	Code     string `json:"code"`
	Kind     string `json:"kind"`
	Expected int    `json:"expected"`
	Found    int    `json:"found"`
	Detail   string `json:"detail"`
}

// TestDelivered takes in what a contractor delivered, as a newcomer would who has the
// manual: from an empty folder to a phrase found, every page where it belongs, and exactly
// the faults listed that are there.
func TestDelivered(t *testing.T) {
	d := deliver(t)
	p := built(t)
	began := time.Now()
	p.catalogue(d)
	r := p.run(exitRefused, "ingest", d.dir, "--text")
	number(t, r, "received", len(d.files()))
	if refused := rows[map[string]any](t, r, "refused"); len(refused) > 0 {
		t.Errorf("refused: %v", refused)
	}
	number(t, r, "texts", 0)
	number(t, r, "text_pages", d.layerPages())
	code := slices.Sorted(maps.Keys(d.layer))[0]
	if p.found(d.layer[code], code); t.Failed() {
		t.Fatal("no phrase of a text layer is found")
	}
	first := time.Since(began)
	t.Logf("from the first command to the first phrase found: %.1f s (may take %v)", first.Seconds(), acceptance)
	if first > acceptance {
		t.Errorf("the first phrase was found after %v", first)
	}
	p.link(d)
	p.check(d)
	p.quarantined(d)
	p.pages(d, true)
	p.searches(d)
	v := p.run(exitDone, "verify")
	number(t, v, "checked", len(d.files()))
	p.adopted(d)
	t.Logf("the whole took %.1f s; no command that waits for no recognition took more than %.1f s", time.Since(began).Seconds(), p.slow.Seconds())
}

// catalogue makes the archive and imports its catalogue.
func (p *program) catalogue(d *delivery) {
	p.t.Helper()
	p.run(exitDone, "init", "--name", "青禾区档案馆")
	p.run(exitDone, "fonds", "add", "0001", "青禾区人民政府")
	p.run(exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	p.run(exitDone, "fonds", "add", "C038", "县商业局")
	p.run(exitDone, "series", "add", "C038-001", "文书档案", "--scheme", "vol94")
	dry := p.run(exitDone, "import", "catalogue", d.book, "--sheet", "归档文件目录", "--dry-run")
	number(p.t, dry, "added", len(d.items))
	p.imports(d.book, "归档文件目录", len(d.items))
	p.imports(d.book, "案卷目录", len(d.vols))
	p.imports(d.book, "卷内文件目录", len(d.inside))
}

// imports imports a sheet, whose headings say all.
func (p *program) imports(book, sheet string, rows int) {
	p.t.Helper()
	r := p.run(exitDone, "import", "catalogue", book, "--sheet", sheet)
	number(p.t, r, "added", rows)
	number(p.t, r, "rejected", 0)
	if left := r["columns_left"].([]any); len(left) > 0 {
		p.t.Errorf("%s: columns left: %v", sheet, left)
	}
}

// adopted takes the same delivery in where it lies, into another archive, and links it;
// its images are not recognised again.
func (p *program) adopted(d *delivery) {
	p.t.Helper()
	before := d.files()
	p.home = filepath.Join(filepath.Dir(p.home), "就地")
	p.catalogue(d)
	r := p.run(exitRefused, "ingest", d.dir, "--adopt", "--label", "2026 年加工硬盘", "--text")
	number(p.t, r, "received", len(before))
	number(p.t, r, "not_taken", 0)
	number(p.t, r, "text_pages", d.layerPages())
	if aside := rows[struct{ Code string }](p.t, r, "quarantined"); len(aside) != 1 || aside[0].Code != layerCode(secretLayer) {
		p.t.Errorf("put aside: %v", aside)
	}
	p.link(d)
	p.check(d)
	p.pages(d, false)
	same(p.t, "the folder", d.files(), before)
}

// layerPages counts the pages of PDF.
func (d *delivery) layerPages() (n int) {
	for code, pages := range d.truth {
		if strings.HasPrefix(code, "0001-WS·2012") {
			n += len(pages)
		}
	}
	return n
}

// link links in the three ways, and what each lists is what is wrong.
func (p *program) link(d *delivery) {
	p.t.Helper()
	byPath := p.run(exitRefused, "link", "--by", "path", "--column", "原文路径", "--replace", `D:\加工=扫描件`)
	var lost []string
	for _, u := range rows[struct{ Path, Code string }](p.t, byPath, "unmatched") {
		lost = append(lost, u.Path)
	}
	same(p.t, "by path, not there", lost, d.absent)
	var items, vols []string
	for code, kind := range d.counts {
		if strings.HasPrefix(code, "0001") {
			items = append(items, code+" "+kind)
		} else {
			vols = append(vols, code+" "+kind)
		}
	}
	same(p.t, "by path, counts", mismatches(p.t, byPath), items)

	p.imports(d.book, "补充目录", len(d.late))
	byName := p.run(exitRefused, "link", "--by", "name")
	var left []string
	for _, u := range rows[struct{ Path, Code string }](p.t, byName, "unmatched") {
		left = append(left, u.Path)
	}
	same(p.t, "by name, no 档号", left, d.unlinked())
	same(p.t, "by name, counts", mismatches(p.t, byName), nil)
	same(p.t, "by range, counts", mismatches(p.t, p.run(exitRefused, "link", "--by", "range")), vols)
	for _, r := range []map[string]any{byPath, byName} {
		if twice := r["claimed_twice"].([]any); len(twice) > 0 {
			p.t.Errorf("claimed twice: %v", twice)
		}
	}
}

// unlinked are the files that belong to no record.
func (d *delivery) unlinked() []string {
	left := map[string]bool{}
	for _, f := range d.files() {
		left[f] = true
	}
	for _, pages := range d.truth {
		for _, page := range pages {
			file, _, _ := strings.Cut(page, "#")
			delete(left, file)
		}
	}
	return slices.Sorted(maps.Keys(left))
}

func mismatches(t *testing.T, r map[string]any) (list []string) {
	for _, m := range rows[mismatch](t, r, "mismatches") {
		list = append(list, m.Code+" "+m.Kind)
	}
	return list
}

// check wants each wrong count and each record without its file once, and nothing else.
func (p *program) check(d *delivery) {
	p.t.Helper()
	r := p.run(exitRefused, "link", "--check")
	want := map[string]bool{}
	for code := range d.counts {
		if strings.HasPrefix(code, "C038") {
			code = code[:len(volumeCode(1))] // the volume was left whole
		}
		want[code] = true
	}
	for code, pages := range d.truth {
		if pages == nil && strings.HasPrefix(code, "0001") {
			want[code] = true
		}
	}
	var got []string
	for _, m := range rows[mismatch](p.t, r, "mismatches") {
		got = append(got, m.Code)
		if want[m.Code] {
			continue
		}
		p.t.Errorf("%+v", m)
	}
	same(p.t, "check", got, slices.Collect(maps.Keys(want)))
	if len(want) != wrongItems+wrongVolumes+absentFiles {
		p.t.Errorf("%d faults were planted", len(want))
	}
}

// quarantined wants the planted marks put aside, and nothing of their pages to be read.
func (p *program) quarantined(d *delivery) {
	p.t.Helper()
	var got []string
	for _, q := range rows[struct{ Code, Path, Mark string }](p.t, p.run(exitDone, "quarantine", "list"), "quarantined") {
		got = append(got, q.Code)
		p.t.Logf("put aside: %s %s %s", q.Code, q.Path, q.Mark)
	}
	same(p.t, "quarantine", got, slices.Collect(maps.Keys(d.marked)))
	if len(d.marked) != secretPages {
		p.t.Errorf("%d marks were planted", len(d.marked))
	}
	for _, words := range secretWords() {
		if hits := p.run(exitDone, "search", words)["hits"].([]any); len(hits) > 0 {
			p.t.Errorf("%s is found: %v", words, hits)
		}
	}
}

// secretWords stand on pages that are put aside, and nowhere else.
func secretWords() []string {
	return []string{"地下水源分布", "水库调度方案", "通信线路分布", "粮食储备库", "人员名单"}
}

// found wants words to be found, on a page of this record among others.
func (p *program) found(words, code string) {
	p.t.Helper()
	for _, h := range rows[struct{ Code string }](p.t, p.run(exitDone, "search", words, "--limit", "500"), "hits") {
		if h.Code == code {
			return
		}
	}
	p.t.Errorf("%s is not found in %s", words, code)
}

// searches looks for the words of every text layer, and for those of the recognised page.
func (p *program) searches(d *delivery) {
	p.t.Helper()
	for code, words := range d.layer {
		if !d.marked[code] {
			p.found(words, code)
		}
	}
	n, tried := 0, 0
	for _, words := range d.words[:min(20, len(d.words))] {
		tried++
		for _, h := range rows[struct{ Code string }](p.t, p.run(exitDone, "search", words), "hits") {
			if h.Code == d.page {
				n++
				break
			}
		}
	}
	p.t.Logf("of %d pieces of the true text of a recognised page %d are found", tried, n)
	if 2*n < tried {
		p.t.Errorf("only %d of %d", n, tried)
	}
}
