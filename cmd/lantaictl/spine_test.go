package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lantai/assets/lang"
	"lantai/assets/sample"
)

// ctl runs a command with --json in a home and reads what it printed.
func ctl(t *testing.T, home string, want int, args ...string) map[string]any {
	t.Helper()
	var out, errOut bytes.Buffer
	args = append(args, "--home", home, "--json")
	if code := run(context.Background(), args, strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("lantaictl %v: exit %d, want %d\n%s%s", args, code, want, out.String(), errOut.String())
	}
	got := map[string]any{}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("lantaictl %v: %v in %q", args, err, out.String())
	}
	return got
}

// scan writes one of the sample's scans under a name.
func scan(t *testing.T, name, path string) {
	t.Helper()
	f, err := sample.Scans().Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, m map[string]any, key string, want int) {
	t.Helper()
	if got, ok := m[key].(float64); !ok || int(got) != want {
		t.Errorf("%s = %v, want %d", key, m[key], want)
	}
}

const letter = "0001-WS·1985-Y-BGS-0001"

// TestSpine goes the whole way: a new archive, its catalogue, scans, search,
// correction, linking, verification, and damage.
func TestSpine(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitFailed, "init")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "关于做好一九八五年防汛工作的通知", "--date", "19850418")
	ctl(t, home, exitFailed, "item", "add", letter, "同一个档号")
	ctl(t, home, exitFailed, "item", "add", "0001-WS·85-Y-1", "不合规则的档号")

	scan(t, "flood-1.jpg", filepath.Join(in, letter, letter+"-0001.jpg"))
	scan(t, "receipt.jpg", filepath.Join(in, "未整理", "IMG_0001.jpg"))
	if err := os.WriteFile(filepath.Join(in, "说明.doc"), []byte("not a scan"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := ctl(t, home, exitRefused, "ingest", in)
	number(t, r, "received", 2)
	number(t, r, "unfiled", 1)
	number(t, r, "pages", 2)
	refused := r["refused"].([]any)
	if len(refused) != 1 || refused[0].(map[string]any)["path"] != "说明.doc" {
		t.Errorf("refused = %v", refused)
	}
	number(t, ctl(t, home, exitRefused, "ingest", in), "already", 2)
	// A later delivery, whose original comes before others by its path.
	const minutes = "0001-WS·1985-Y-BGS-0002"
	ctl(t, home, exitDone, "item", "add", minutes, "区长办公会议纪要（第七次）")
	later := t.TempDir()
	scan(t, "minutes.jpg", filepath.Join(later, minutes+"-0001.jpg"))
	number(t, ctl(t, home, exitDone, "ingest", later), "received", 1)

	s := ctl(t, home, exitDone, "status")
	number(t, s, "fonds", 1)
	number(t, s, "items", 2)
	number(t, s, "pages", 3)
	number(t, s["stages"].(map[string]any), "indexed", 3)

	hit := oneHit(t, home, "防汛工作")
	if hit["code"] != letter || hit["page"].(float64) != 1 || len(hit["boxes"].([]any)) == 0 {
		t.Errorf("hit = %v", hit)
	}
	testCorrection(t, home)
	testOriginals(t, home, in)
}

func oneHit(t *testing.T, home, query string) map[string]any {
	t.Helper()
	r := ctl(t, home, exitDone, "search", query)
	number(t, r, "total", 1)
	number(t, r, "searched", 3)
	number(t, r, "pages", 3)
	if r["exact"] != true || len(r["hits"].([]any)) != 1 {
		t.Fatalf("search %s = %v", query, r)
	}
	return r["hits"].([]any)[0].(map[string]any)
}

// testCorrection corrects the unlinked page, finds it by the new words, and links it.
func testCorrection(t *testing.T, home string) {
	t.Helper()
	loose := oneHit(t, home, "水费")
	if loose["code"] != nil {
		t.Errorf("code of an unlinked page = %v", loose["code"])
	}
	page := loose["page_id"].(string)
	file := filepath.Join(t.TempDir(), "corrected.txt")
	if err := os.WriteFile(file, []byte("柳河乡水利管理站\n灌溉水费收据存根联"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctl(t, home, exitDone, "text", page, "--set", file)
	if got := oneHit(t, home, "收据存根联")["page_id"]; got != page {
		t.Errorf("the correction is found on %v, want %s", got, page)
	}
	ctl(t, home, exitDone, "attach", letter, page)
	if got := oneHit(t, home, "收据存根联"); got["code"] != letter || got["page"].(float64) != 2 {
		t.Errorf("after linking: %v", got)
	}
	got := ctl(t, home, exitDone, "show", letter)["pages"].([]any)
	if len(got) != 2 || got[1].(map[string]any)["path"] != "未整理/IMG_0001.jpg" {
		t.Errorf("pages of %s: %v", letter, got)
	}
	ctl(t, home, exitDone, "rebuild", "index")
	oneHit(t, home, "收据存根联")
	ctl(t, home, exitDone, "rebuild", "derived")
	number(t, ctl(t, home, exitDone, "retry"), "retried", 0)
}

// testOriginals compares masters with their sources, lets sha256sum check them, and
// finds one flipped byte.
func testOriginals(t *testing.T, home, in string) {
	t.Helper()
	v := ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 3)
	number(t, v, "ok", 3)
	var master string
	err := filepath.WalkDir(filepath.Join(home, "masters"), func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, letter+"-0001.jpg") {
			master = path
		}
		return err
	})
	if err != nil || master == "" {
		t.Fatalf("no master of %s: %v", letter, err)
	}
	kept, _ := os.ReadFile(master)
	source, _ := os.ReadFile(filepath.Join(in, letter, letter+"-0001.jpg"))
	if !bytes.Equal(kept, source) {
		t.Error("the master differs from its source")
	}
	check := exec.Command("sha256sum", "--quiet", "-c", "manifests/current.sha256")
	check.Dir = home
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
	kept[len(kept)/2] ^= 1
	if err := os.Chmod(master, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(master, kept, 0o644); err != nil {
		t.Fatal(err)
	}
	v = ctl(t, home, exitDamaged, "verify")
	changed := v["changed"].([]any)
	if len(changed) != 1 || changed[0].(map[string]any)["code"] != letter || changed[0].(map[string]any)["page"].(float64) != 1 {
		t.Errorf("changed = %v", changed)
	}
}

func TestWrongUse(t *testing.T) {
	home := filepath.Join(t.TempDir(), "h")
	ctl(t, home, exitDone, "init")
	for _, args := range [][]string{{"search"}, {"fonds", "drop"}, {"rebuild", "all"}, {"search", "x", "--order", "size"}, {"text", "x", "y"}} {
		var out, errOut bytes.Buffer
		argv := append(append([]string{}, args...), "--home", home, "--json")
		if code := run(context.Background(), argv, strings.NewReader(""), &out, &errOut); code != exitUsage {
			t.Errorf("%v: exit %d, want %d\n%s%s", args, code, exitUsage, out.String(), errOut.String())
		}
	}
	missing := ctl(t, filepath.Join(t.TempDir(), "none"), exitFailed, "status")
	if e := missing["error"].(map[string]any); e["kind"] != "not-found" || e["message"] == "" {
		t.Errorf("error = %v", e)
	}
}

// Each command says in a few words what it is for, in both languages.
func TestEveryCommandIsExplained(t *testing.T) {
	for _, language := range []string{"zh_Hans", "en"} {
		words := lang.Load(language)
		for _, cmd := range commands() {
			if key := "ctl.help." + cmd.name; words.T(key, nil) == key {
				t.Errorf("%s: %s has no words", language, key)
			}
		}
	}
}
