package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// A purge lists the media that hold the record still; one that is connected is cleared by the
// program, after which neither it nor an archive that comes back from it has anything of the record.
func TestPurgeReachesTargets(t *testing.T) {
	home, drafts, originals := tainted(t)
	needles := append(needlesOf(t, purgedWords...), originals...)
	near, far := t.TempDir(), t.TempDir()
	for name, dir := range map[string]string{"近处": near, "远处": far} {
		ctl(t, home, exitDone, "target", "add", name, dir)
		ctl(t, home, exitDone, "backup", "run", name)
	}
	if len(traces(t, needles, near)) < len(originals)+3 {
		t.Fatal("too little to be found before")
	}
	ctl(t, home, exitDone, "purge", secretCode, "--reason", "保密检查结论，2026年第3号")
	ctx := context.Background()
	s, err := station.Open(ctx, home, station.Options{Drafts: drafts})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.FindPurge(ctx, access.All(), secretCode)
	if err == nil {
		_, err = s.AgreePurge(ctx, archive.Actor{ID: 7}, found.ID, nil)
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	media := ctl(t, home, exitDone, "purge", "--list")["media"].([]any)
	if len(media) != 2 {
		t.Fatalf("media: %v", media)
	}
	numbers := map[string]string{}
	for _, m := range media {
		m := m.(map[string]any)
		number(t, m, "files", 4)
		if m["kind"] != "backup" || len(m["paths"].([]any)) != 4 {
			t.Errorf("%v", m)
		}
		numbers[strings.Fields(m["name"].(string))[0]] = strconv.Itoa(int(m["number"].(float64)))
	}
	// A run after the purge adds a catalogue without it, and removes nothing.
	ctl(t, home, exitDone, "backup", "run", "近处")
	if len(traces(t, needles, near)) == 0 {
		t.Error("a run has removed something")
	}
	ctl(t, home, exitDone, "purge", "--cleared", numbers["近处"], "--note", "已清")
	if left := traces(t, needles, near); len(left) > 0 {
		t.Errorf("left:\n%s", strings.Join(left, "\n"))
	}
	v := ctl(t, home, exitDone, "verify", "--target", "近处")
	number(t, v, "ok", 2)
	if n := len(v["extra"].([]any)); n > 0 {
		t.Errorf("%d extra", n)
	}
	again := filepath.Join(t.TempDir(), "again")
	ctl(t, again, exitDone, "restore", "--from", near)
	if left := traces(t, needles, again); len(left) > 0 {
		t.Errorf("left in what comes back:\n%s", strings.Join(left, "\n"))
	}
	if a := ctl(t, again, exitDone, "audit", "verify"); a["ok"] != true {
		t.Errorf("audit: %v", a)
	}
	// One that is away is cleared by a person, who says so.
	if err := os.Rename(far, far+"-away"); err != nil {
		t.Fatal(err)
	}
	ctl(t, home, exitDone, "purge", "--cleared", numbers["远处"], "--note", "硬盘已销毁")
	if list := ctl(t, home, exitDone, "purge", "--list")["media"].([]any); len(list) > 0 {
		t.Errorf("media: %v", list)
	}
	if left := traces(t, needles, home); len(left) > 0 {
		t.Errorf("left at home:\n%s", strings.Join(left, "\n"))
	}
}
