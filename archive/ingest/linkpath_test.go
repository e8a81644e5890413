package ingest_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

// extra gives a holding a field of the site's own.
func (w *linkWorld) extra(holding archive.ID, field, value string) {
	w.t.Helper()
	db, err := sql.Open("sqlite3", w.path("catalogue.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`INSERT INTO extra (holding, field, value, sort) VALUES (?, ?, ?, x'')`, int64(holding), field, value); err != nil {
		w.t.Fatal(err)
	}
}

func TestLinkByPath(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	for _, name := range []string{"a/1.png", "a/2.png", "b/10.png", "b/2.png", "b/sub/3.png", "c/1.png", "Ｄ/x1.png", "e/1.png", "f/1.png", "g/1.png"} {
		put(t, dir, name, w.png)
	}
	w.receive(dir)
	vol := w.volume(volumeCode(1), 0)
	fields := []string{
		`D:\scan\a\1.png;D:\scan\a\2.png`,     // files
		`D:\scan\b`,                           // a folder
		`"D:/scan/c/1.png" | D:\scan\c\2.png`, // one is not there
		`D:\scan\D\x１.png`,                    // in either width
		`D:\scan\e\1.png`,                     // claimed
		`D:\scan\f\1.png；D:\scan\e\1.png`,     // twice
		`E:\old\g\1.png`,                      // outside what is replaced
		`D:\SCAN\G\1.PNG`,                     // in capitals
		``,                                    // nothing
		`D:\scan\none`,                        // no folder
	}
	for n, f := range fields {
		id := w.inVolume(vol, fmt.Sprintf("%s-%03d", volumeCode(1), n+1), "", 0)
		if f != "" {
			w.extra(id, "原文路径", f)
		}
	}
	w.extra(vol, "原文路径", `D:\scan`) // the volume names the folder of them all
	at := func(n, ordinal int) string { return fmt.Sprintf("%s-%03d %d", volumeCode(1), n, ordinal) }
	req := ingest.LinkRequest{By: ingest.LinkByPath, Column: "原文路径", Replace: []ingest.Replacement{{Old: `D:\scan\`}}}
	p := w.plan(req)
	same(t, "unmatched", pathsOf(p.Unmatched), []string{`D:\scan\c\2.png ` + volumeCode(1) + "-003", `E:\old\g\1.png ` + volumeCode(1) + "-007",
		`D:\SCAN\G\1.PNG ` + volumeCode(1) + "-008", `D:\scan\none ` + volumeCode(1) + "-010", `D:\scan ` + volumeCode(1)})
	twice := []string{}
	for _, c := range p.ClaimedTwice {
		twice = append(twice, c.Path+" "+strings.Join(c.Codes, " "))
	}
	same(t, "claimed twice", twice, []string{"e/1.png " + volumeCode(1) + "-005 " + volumeCode(1) + "-006"})
	where := map[string]string{"a/1.png": at(1, 1), "a/2.png": at(1, 2), "b/2.png": at(2, 1), "b/sub/3.png": at(2, 2), "b/10.png": at(2, 3),
		"c/1.png": "", "Ｄ/x1.png": at(4, 1), "e/1.png": "", "f/1.png": "", "g/1.png": ""}
	if p.Linked != 6 {
		t.Errorf("links %d", p.Linked)
	}
	r := w.carry(p)
	w.want(where)
	if again := w.plan(req); again.Linked != 0 || again.Already != 6 {
		t.Errorf("again links %d, %d lie there", again.Linked, again.Already)
	}
	req.Force, req.AnyCase = true, true
	w.carry(w.plan(req))
	where["c/1.png"], where["g/1.png"] = at(3, 1), at(8, 1)
	w.want(where)
	w.undo(r.Ops)
	for name, is := range where {
		if slices.Contains([]string{at(3, 1), at(8, 1)}, is) {
			continue
		}
		where[name] = ""
	}
	w.want(where)
	req.Column = "别的"
	if _, err := w.linker.Plan(context.Background(), req, nil); archive.KindOf(err) != archive.NotFound {
		t.Errorf("a field that no record has: %v", err)
	}
}

// Images that lie in the volume come out of it to the items that name them; what others
// linked elsewhere is listed.
func TestLinkByPathOutOfVolume(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol, dir := w.volume(volumeCode(1), 0), t.TempDir()
	for i := range 4 {
		put(t, dir, fmt.Sprintf("%s/%d.png", volumeCode(1), i+1), w.png)
	}
	w.receive(dir)
	one, two := w.inVolume(vol, volumeCode(1)+"-001", "", 1), w.inVolume(vol, volumeCode(1)+"-002", "", 2)
	w.extra(one, "路径", volumeCode(1)+`\2.png`)
	w.extra(two, "路径", volumeCode(1)+`\3.png|`+volumeCode(1)+`\4.png`)
	at := func(n int) string { return fmt.Sprintf("%s/%d.png", volumeCode(1), n) }
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"})
	r := w.carry(p)
	if r.Listed() || r.Linked != 3 {
		t.Errorf("%+v", r)
	}
	w.want(map[string]string{at(1): volumeCode(1) + " 1", at(2): volumeCode(1) + "-001 1", at(3): volumeCode(1) + "-002 1", at(4): volumeCode(1) + "-002 2"})
	w.undo(r.Ops)
	w.want(map[string]string{at(1): volumeCode(1) + " 1", at(2): volumeCode(1) + " 2", at(3): volumeCode(1) + " 3", at(4): volumeCode(1) + " 4"})
	w.extra(vol, "路径", volumeCode(1))
	w.carry(w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"}))
	if p = w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"}); p.Linked != 0 || p.Already != 4 || len(p.ClaimedTwice) > 0 {
		t.Errorf("with the folder of the volume: %+v", p)
	}
	pages := w.pages()
	w.do(func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{pages[at(3)].ID}, one) })
	p = w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"})
	if len(p.ClaimedTwice) != 1 || p.ClaimedTwice[0].Path != at(3) || p.Linked != 0 {
		t.Errorf("%+v", p)
	}
}
