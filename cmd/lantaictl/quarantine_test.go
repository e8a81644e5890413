package main

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	face "lantai/assets/font"
)

// typed writes a small page of lines as a PNG at 300 dpi.
func typed(t *testing.T, path string, lines ...string) {
	t.Helper()
	f, err := opentype.Parse(face.Regular)
	if err != nil {
		t.Fatal(err)
	}
	of, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 14, DPI: 300})
	if err != nil {
		t.Fatal(err)
	}
	defer of.Close()
	img := image.NewGray(image.Rect(0, 0, 1300, 160+110*len(lines)))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for i, line := range lines {
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.Black), Face: of, Dot: fixed.P(80, 120+110*i)}
		d.DrawString(line)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, img); err != nil {
		t.Fatal(err)
	}
}

// TestQuarantine goes from a delivery with two marked originals to either decision.
func TestQuarantine(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "关于水库调度的通知")
	typed(t, filepath.Join(in, letter, letter+"-0001.png"), "机密★10年", "青松岭水库调度方案")
	typed(t, filepath.Join(in, "散页", "甲.png"), "机密", "仓库位置示意说明")
	typed(t, filepath.Join(in, "散页", "乙.png"), "会议签到表", "参加人员名单")
	r := ctl(t, home, exitRefused, "ingest", in)
	number(t, r, "received", 3)
	put := r["quarantined"].([]any)
	if len(put) != 2 {
		t.Fatalf("quarantined = %v", put)
	}
	slices.SortFunc(put, func(a, b any) int { // pages are looked at side by side
		return strings.Compare(b.(map[string]any)["code"].(string), a.(map[string]any)["code"].(string))
	})
	first := put[0].(map[string]any)
	if first["code"] != letter || !strings.HasPrefix(first["mark"].(string), "机密") || first["path"] != letter+"/"+letter+"-0001.png" {
		t.Errorf("quarantined = %v", first)
	}
	s := ctl(t, home, exitDone, "status")
	number(t, s, "quarantined", 2)
	number(t, s, "pages", 3)
	number(t, s, "searchable", 1)
	number(t, s["stages"].(map[string]any), "quarantined", 2)
	if got := ctl(t, home, exitDone, "search", "水库调度方案"); len(got["hits"].([]any)) != 0 || got["searched"].(float64) != 1 || got["pages"].(float64) != 3 {
		t.Errorf("search = %v", got)
	}
	shown := ctl(t, home, exitDone, "show", letter)
	page := shown["pages"].([]any)[0].(map[string]any)
	if page["stage"] != "quarantined" || page["reason"] != "quarantined" || len(shown["quarantine"].([]any)) != 1 {
		t.Errorf("show = %v", shown)
	}
	refused := ctl(t, home, exitFailed, "text", page["id"].(string))["error"].(map[string]any)
	if refused["kind"] != "refused" || refused["message"] == "" {
		t.Errorf("text = %v", refused)
	}
	v := ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 3)
	number(t, v, "quarantined", 2)

	ctl(t, home, exitUsage, "quarantine", "decide", letter)
	ctl(t, home, exitUsage, "quarantine", "decide", letter, "--secret", "--not-secret")
	ctl(t, home, exitFailed, "quarantine", "decide", letter, "--secret")
	ctl(t, home, exitFailed, "quarantine", "decide", "0001-WS·1985-Y-BGS-0099", "--not-secret")
	ctl(t, home, exitDone, "quarantine", "decide", letter, "--not-secret", "--note", "演练材料")
	if got := ctl(t, home, exitDone, "search", "水库调度方案"); len(got["hits"].([]any)) != 1 {
		t.Errorf("after the release: %v", got)
	}
	list := ctl(t, home, exitDone, "quarantine", "list")["quarantined"].([]any)
	if len(list) != 1 {
		t.Fatalf("list = %v", list)
	}
	id := list[0].(map[string]any)["id"].(string)
	done := ctl(t, home, exitDone, "quarantine", "decide", id, "--secret", "--note", "移交保密室，批准人张某")
	if removed := done["removed"].([]any); len(removed) != 1 || !strings.HasPrefix(removed[0].(map[string]any)["path"].(string), "_quarantine/") {
		t.Errorf("removed = %v", removed)
	}
	if got := ctl(t, home, exitDone, "quarantine", "list", "--all")["quarantined"].([]any); len(got) != 2 {
		t.Errorf("list --all = %v", got)
	}
	v = ctl(t, home, exitDone, "verify")
	number(t, v, "checked", 2)
	number(t, v, "quarantined", 0)
	number(t, v, "purged", 1)
	number(t, ctl(t, home, exitDone, "status"), "pages", 2)
}
