//go:build torture

package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tables are the kinds of file that are catalogues, by the ending of the name.
var tables = map[string]bool{".csv": true, ".xls": true, ".xlsx": true, ".dbf": true}

// TestStrangersFiles gives the program malformed files and catalogues of other systems.
// Each is taken in or refused with a reason.
func TestStrangersFiles(t *testing.T) {
	p := built(t)
	p.run(exitDone, "init", "--name", "青禾区档案馆")
	p.run(exitDone, "fonds", "add", "0001", "青禾区人民政府")
	p.run(exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	for _, kind := range []string{"hostile", "catalogs"} {
		p.importAll(kind)
		p.ingestAll(kind)
	}
	p.onlyHome()
	p.run(exitDone, "verify")
}

// TestStrangersScans gives it scans of every kind.
func TestStrangersScans(t *testing.T) {
	p := built(t)
	p.run(exitDone, "init", "--name", "青禾区档案馆")
	p.ingestAll("scans")
	p.onlyHome()
	p.run(exitDone, "verify")
}

// importAll imports every file as a catalogue: also those that are none, which a
// newcomer will try.
func (p *program) importAll(kind string) {
	p.t.Helper()
	read, refused, rowsIn, rowsOut := 0, 0, 0, 0
	reasons := map[string]int{}
	mapping := p.anyMapping()
	for _, path := range shared(p.t, kind+"/*") {
		args := []string{"import", "catalogue", path, "--json"}
		if tables[filepath.Ext(path)] { // what is in its columns is not asked
			args = append(args, "--map", mapping)
		}
		code, out, told := p.words(args...)
		var r struct {
			Rows, Added, Already, Updated, Rejected, Skipped int
			Rejects                                          []struct{ Reason, Code string }
			Error                                            struct{ Kind, Message string }
		}
		name := filepath.Base(path)
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			p.t.Errorf("%s: exit %d, %v: %s%s", name, code, err, out, told)
			continue
		}
		switch code {
		case exitDone, exitRefused:
			read++
			rowsIn += r.Added
			rowsOut += r.Rejected
			if r.Rows != r.Added+r.Already+r.Updated+r.Rejected+r.Skipped || (code == exitRefused) != (r.Rejected > 0) {
				p.t.Errorf("%s: %+v", name, r)
			}
			for _, row := range r.Rejects {
				if row.Reason == "" || row.Code == "" {
					p.t.Errorf("%s: a row was rejected without a reason: %+v", name, row)
				}
				reasons[row.Code]++
			}
		case exitFailed:
			refused++
			if r.Error.Message == "" || r.Error.Kind == "" {
				p.t.Errorf("%s: refused without a sentence: %s", name, out)
			}
			p.t.Logf("%s: %s", name, r.Error.Message)
		default:
			p.t.Errorf("%s: exit %d: %s%s", name, code, out, told)
		}
		if tables[filepath.Ext(name)] && code == exitFailed {
			p.t.Errorf("%s is a table and was not read: %s", name, r.Error.Message)
		}
	}
	p.t.Logf("import catalogue, %s: %d files read, %d refused with a sentence; %d rows taken, %d rejected %v", kind, read, refused, rowsIn, rowsOut, reasons)
}

// anyMapping has the first column for the 档号 and the second for the title, whatever
// their names.
func (p *program) anyMapping() string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "map.json")
	const m = `{"version":1,"header":1,"columns":[{"index":0,"name":"","field":"code"},{"index":1,"name":"","field":"title"}]}`
	if err := os.WriteFile(path, []byte(m), 0o644); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// ingestAll takes a folder in.
func (p *program) ingestAll(kind string) {
	p.t.Helper()
	files := shared(p.t, kind+"/*")
	if len(files) == 0 {
		return
	}
	r := p.run(exitRefused, "ingest", filepath.Dir(files[0]))
	reasons, paths := map[string]int{}, map[string]bool{}
	for _, f := range rows[struct{ Path, Reason, Code string }](p.t, r, "refused") {
		if f.Reason == "" || f.Code == "" || strings.HasPrefix(f.Reason, "reason.") {
			p.t.Errorf("%s %s: refused without a sentence: %+v", kind, f.Path, f)
		}
		reasons[f.Code]++
		paths[f.Path] = true
	}
	received, texts := int(r["received"].(float64)), int(r["texts"].(float64))
	p.t.Logf("ingest, %s: of %d files %d were received with %v pages, %d were refused, or pages of them, with a reason: %v; %d have texts not asked for", kind,
		len(files), received, r["pages"], len(paths), reasons, texts)
	if received+len(paths)+texts < len(files) {
		p.t.Errorf("%s: %d files are neither received nor refused", kind, len(files)-received-len(paths)-texts)
	}
	for _, f := range files {
		name := filepath.Base(f)
		if ext := filepath.Ext(name); slices.Contains([]string{".xml", ".gz", ".zip", ".json", ".ofd", ".sqlite"}, ext) && !paths[name] {
			p.t.Errorf("%s was taken", name)
		}
	}
}

// onlyHome wants nothing written outside the archive but the tables of rejected rows.
func (p *program) onlyHome() {
	p.t.Helper()
	root := filepath.Dir(p.dir)
	rejects := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == p.home:
			return fs.SkipDir
		case e.IsDir() || path == p.bin || path == p.asked || filepath.Dir(path) == filepath.Join(root, "bin"):
		case filepath.Dir(path) == p.dir && strings.HasSuffix(path, "-退回.xlsx"):
			rejects++
		default:
			info, _ := os.Stat(path)
			p.t.Errorf("written outside the archive: %s (%v)", path, info)
		}
		return nil
	})
	if err != nil {
		p.t.Error(err)
	}
	p.t.Logf("nothing was written outside the archive but %d tables of rejected rows", rejects)
}
