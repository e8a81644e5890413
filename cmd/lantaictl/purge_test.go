package main

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// purgedTrace is something of the record in one of the forms in which it might lie somewhere.
type purgedTrace struct {
	name  string
	bytes []byte
}

// needlesOf gives words in UTF-8, UTF-16 of either order, and GB18030.
func needlesOf(t *testing.T, words ...string) (list []purgedTrace) {
	t.Helper()
	forms := map[string]encoding.Encoding{"UTF-16LE": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		"UTF-16BE": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "GB18030": simplifiedchinese.GB18030}
	for _, w := range words {
		list = append(list, purgedTrace{w, []byte(w)})
		for form, e := range forms {
			b, err := e.NewEncoder().Bytes([]byte(w))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, purgedTrace{w + " in " + form, b})
		}
	}
	return list
}

// traces walks folders and tells where needles lie: in the names and bytes of files, in the
// rows of databases and in what zip files hold.
func traces(t *testing.T, needles []purgedTrace, dirs ...string) (found []string) {
	t.Helper()
	look := func(where string, data []byte) {
		for _, n := range needles {
			if bytes.Contains(data, n.bytes) {
				found = append(found, where+": "+n.name)
			}
		}
	}
	for _, dir := range dirs {
		if err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(dir, p)
			look("name "+rel, []byte(rel))
			if d.IsDir() || !d.Type().IsRegular() {
				return nil
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			look(rel, b)
			switch {
			case bytes.HasPrefix(b, []byte("SQLite format 3")):
				look("rows of "+rel, dump(t, p))
			case bytes.HasPrefix(b, []byte("PK\x03\x04")):
				look("inside "+rel, unzip(t, b))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// dump reads all rows of a database.
func dump(t *testing.T, file string) []byte {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	column := func(query string) (list [][]byte) {
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, _ := rows.Columns()
		for rows.Next() {
			values, targets := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				targets[i] = &values[i]
			}
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			var line []byte
			for _, v := range values {
				if b, ok := v.([]byte); ok {
					line = append(line, b...)
				} else {
					line = fmt.Append(line, v)
				}
				line = append(line, '\t')
			}
			list = append(list, line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return list
	}
	var all []byte
	for _, table := range column(`SELECT name FROM sqlite_master WHERE type = 'table'`) {
		for _, row := range column("SELECT * FROM " + string(bytes.TrimSpace(table))) {
			all = append(append(all, row...), '\n')
		}
	}
	return all
}

func unzip(t *testing.T, b []byte) (all []byte) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err := fmt.Append(nil, err, in.Close()); !bytes.Equal(err, []byte("<nil> <nil>")) {
			t.Fatal(string(err))
		}
		all = append(all, data...)
	}
	return all
}

// secretCode is the 档号 of the record that should never have been there.
const secretCode = "0001-WS·1985-Y-BGS-0002"

var purgedWords = []string{"青松岭水库调度方案", "赵金山", "北山电台筹备处", "各站按照命令开闸放水", "改正后各站开闸", "保险柜丙列第四格", "丙字图纸袋",
	"移交清单附言内容", "尚未保存的题名"}

// inbox is what is delivered: the record's pages with a text file, one page that nobody
// linked by name, and another record's.
func inbox(t *testing.T) string {
	t.Helper()
	in := t.TempDir()
	typed(t, filepath.Join(in, secretCode, secretCode+"-0001.png"), "青松岭水库调度方案", "各站按照命令开闸放水")
	typed(t, filepath.Join(in, secretCode, secretCode+"-0002.png"), "附件一")
	text, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("移交清单附言内容\n各站按照命令开闸放水"))
	if err == nil {
		err = os.WriteFile(filepath.Join(in, secretCode, secretCode+"-0002.txt"), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	typed(t, filepath.Join(in, "丙字图纸袋", "甲.png"), "图纸第一张")
	typed(t, filepath.Join(in, letter, letter+"-0001.png"), "关于植树造林的通知", "各村完成荒山绿化任务")
	typed(t, filepath.Join(in, "散页", "乙.png"), "会议签到表", "参加人员名单")
	return in
}

// tainted makes an archive with the record in it, and drafts beside.
func tainted(t *testing.T) (home, drafts string, originals []purgedTrace) {
	t.Helper()
	home, drafts = filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "植树造林通知", "--own", "存放=一架")
	ctl(t, home, exitDone, "item", "add", secretCode, "青松岭水库调度方案", "--persons", "赵金山", "--author", "北山电台筹备处", "--own", "存放=保险柜丙列第四格")
	in := inbox(t)
	ctl(t, home, exitDone, "ingest", "--text", in)
	if err := filepath.WalkDir(filepath.Join(in, secretCode), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if n := len(b); err == nil && n > 400 {
			originals = append(originals, purgedTrace{"bytes of " + d.Name(), b[n/2 : n/2+64]})
		}
		return err
	}); err != nil || len(originals) != 2 {
		t.Fatal(len(originals), err)
	}
	ctx, actor := context.Background(), archive.LocalActor()
	s, err := station.Open(ctx, home, station.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loose, err := s.Catalogue.UnlinkedPages(ctx, access.All(), 0)
	if err != nil || len(loose) != 2 {
		t.Fatal(loose, err)
	}
	for _, id := range loose { // linked by hand, it lies under the name that it came with
		page, err := s.Catalogue.Page(ctx, access.All(), id)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Catalogue.File(ctx, access.All(), page.File)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.Source, "丙字图纸袋") {
			if _, err := s.Link(ctx, actor, []archive.ID{id}, secretCode); err != nil {
				t.Fatal(err)
			}
		}
	}
	h, err := s.Catalogue.HoldingByCode(ctx, access.All(), secretCode)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := s.Catalogue.PagesOf(ctx, access.All(), h.ID)
	if err == nil {
		err = s.Correct(ctx, actor, pages[0].ID, "改正后各站开闸")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages { // looked at, so that there are images
		if _, err := s.Pipeline.Thumbnail(ctx, access.All(), p.ID); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(name string, content any) {
		t.Helper()
		b, err := json.Marshal(content)
		if err == nil {
			err = os.WriteFile(filepath.Join(drafts, s.Home.ArchiveID()+"-"+name+".json"), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	keep("edit-"+h.ID.String(), map[string]any{"record": h.ID, "title": "青松岭水库调度方案", "values": map[string]string{"title": "尚未保存的题名"}})
	keep("edit-12345", map[string]any{"record": "12345", "title": "别的"})
	keep("sheet-item", map[string]any{"sheets": map[string]any{"0001-WS": []any{map[string]string{"code": secretCode, "title": "尚未保存的题名"},
		map[string]string{"code": letter, "title": "另一行"}}}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Copies of older formats, and a damaged index that was set aside.
	for from, to := range map[string]string{"catalogue.db": "catalogue.db.v4", "text.db": "index.damaged-20200101T000000Z/x.zap"} {
		b, err := os.ReadFile(filepath.Join(home, from))
		if err != nil {
			t.Fatal(err)
		}
		to = filepath.Join(home, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return home, drafts, originals
}

// catalogueOf exports the catalogue, without what is of the record.
func catalogueOf(t *testing.T, home string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "c.csv")
	ctl(t, home, exitDone, "export", "catalogue", file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rest []string
	for line := range strings.SplitSeq(string(b), "\n") {
		if !strings.Contains(line, secretCode) {
			rest = append(rest, line)
		}
	}
	return strings.Join(rest, "\n")
}

// TestPurge goes from the request to the end: nothing of the record is left in the home,
// in the drafts and in the temporary files, and the rest of the archive is as it was.
func TestPurge(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	home, drafts, originals := tainted(t)
	needles := append(needlesOf(t, purgedWords...), originals...)
	stale := filepath.Join(tmp, "lantai-xls-1") // of an import that was killed
	long := time.Now().Add(-48 * time.Hour)
	if err := errors.Join(os.WriteFile(stale, needles[0].bytes, 0o600), os.Chtimes(stale, long, long)); err != nil {
		t.Fatal(err)
	}
	if found := traces(t, needles, home, drafts); len(found) < len(purgedWords)+len(originals) {
		t.Fatalf("too little to be found before: %v", found)
	}
	before := catalogueOf(t, home)

	plan := ctl(t, home, exitDone, "purge", secretCode)["plan"].(map[string]any)
	number(t, plan, "records", 1)
	number(t, plan, "pages", 3)
	number(t, plan, "files", 4) // a text file among them
	if e := ctl(t, home, exitFailed, "purge", secretCode, "--reason", "因青松岭水库调度涉密")["error"].(map[string]any); e["kind"] != "invalid" {
		t.Errorf("a reason that quotes: %v", e)
	}
	asked := ctl(t, home, exitDone, "purge", secretCode, "--reason", "保密检查结论，2026年第3号")["purge"].(map[string]any)
	if asked["state"] != "asked" {
		t.Errorf("asked: %v", asked)
	}
	// Who asked cannot agree, and nothing is done.
	e := ctl(t, home, exitNotAllowed, "purge", secretCode, "--agree")["error"].(map[string]any)
	if !strings.Contains(e["message"].(string), "两人") && !strings.Contains(e["message"].(string), "two persons") {
		t.Errorf("one person alone: %v", e)
	}
	if list := ctl(t, home, exitDone, "purge", "--list")["purges"].([]any); len(list) != 1 {
		t.Errorf("list: %v", list)
	}
	number(t, ctl(t, home, exitDone, "search", "水库调度方案"), "searched", 5)

	ctx := context.Background()
	s, err := station.Open(ctx, home, station.Options{Drafts: drafts})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.FindPurge(ctx, access.All(), secretCode)
	if err != nil {
		t.Fatal(err)
	}
	var told []archive.Progress
	done, err := s.AgreePurge(ctx, archive.Actor{ID: 7}, found.ID, func(p archive.Progress) { told = append(told, p) })
	if err != nil || done.State != archive.PurgeDone || done.Second != 7 {
		t.Fatal(done, err)
	}
	if n := len(told); n < 4 || told[n-1].Done != told[n-1].Total {
		t.Errorf("progress: %v", told)
	}
	open := traces(t, needles, home, drafts, tmp) // while the archive is open
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left := append(open, traces(t, needles, home, drafts, tmp)...); len(left) > 0 {
		t.Errorf("left:\n%s", strings.Join(left, "\n"))
	}
	if after := catalogueOf(t, home); after != before {
		t.Errorf("the rest of the catalogue was\n%s\nand is\n%s", before, after)
	}
	if a := ctl(t, home, exitDone, "audit", "verify"); a["ok"] != true {
		t.Errorf("audit: %v", a)
	}
	v := ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 2)
	number(t, v, "ok", 2)
	if len(v["extra"].([]any))+len(v["missing"].([]any)) > 0 {
		t.Errorf("verify: %v", v)
	}
	check := exec.Command("sha256sum", "--quiet", "-c", "manifests/current.sha256")
	check.Dir = home
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
	if hits := ctl(t, home, exitDone, "search", "荒山绿化")["hits"].([]any); len(hits) != 1 {
		t.Errorf("what stays is not found: %v", hits)
	}
	if hits := ctl(t, home, exitDone, "search", "水库调度方案")["hits"].([]any); len(hits) != 0 {
		t.Errorf("found: %v", hits)
	}
	files, err := os.ReadDir(drafts)
	if err != nil || len(files) != 2 {
		t.Errorf("drafts: %v, %v", files, err)
	}
	if b, err := os.ReadFile(filepath.Join(drafts, sheetDraft(files))); err != nil || !bytes.Contains(b, []byte("另一行")) {
		t.Errorf("a row of another record is gone from the draft: %s, %v", b, err)
	}
	ops := ctl(t, home, exitDone, "audit", "list", "--kind", "holding.purge")["ops"].([]any)
	if len(ops) == 0 || ops[0].(map[string]any)["actor"] != "7" {
		t.Errorf("ops: %v", ops)
	}
	all := ctl(t, home, exitDone, "purge", "--list", "--all")["purges"].([]any)
	if p := all[0].(map[string]any); p["state"] != "purged" || p["reason"] != "保密检查结论，2026年第3号" || p["actor"] != "1" {
		t.Errorf("list: %v", p)
	}
	// The number is explained, and nothing of the archive breaks without it.
	ctl(t, home, exitDone, "rebuild", "index")
	if left := traces(t, needles, home); len(left) > 0 {
		t.Errorf("left after a rebuild:\n%s", strings.Join(left, "\n"))
	}
}

// sheetDraft is the name of the draft of sheets.
func sheetDraft(files []os.DirEntry) string {
	for _, f := range files {
		if strings.Contains(f.Name(), "sheet") {
			return f.Name()
		}
	}
	return ""
}
