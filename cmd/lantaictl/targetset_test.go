package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTargetSet(t *testing.T) {
	home, folder := filepath.Join(t.TempDir(), "h"), filepath.Join(t.TempDir(), "nas")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "target", "add", "异地", folder)
	set := ctl(t, home, exitDone, "target", "set", "异地", "--limit", "20MB", "--hours", "20:00-06:00", "--every", "2d", "--days", "周一,fri", "--on-connect")
	if set["limit"] != float64(20<<20) || set["hours"] != "20:00-06:00" || set["every"] != 2.0 || set["on_connect"] != true || len(set["weekdays"].([]any)) != 2 {
		t.Errorf("%v", set)
	}
	set = ctl(t, home, exitDone, "target", "set", "异地", "--pause", "--hours", "always", "--days", "none", "--on-connect=false")
	if set["limit"] != float64(20<<20) || set["hours"] != nil || set["weekdays"] != nil || set["on_connect"] != nil || set["paused"] != true {
		t.Errorf("%v", set)
	}
	line := ctl(t, home, exitDone, "target", "list")["targets"].([]any)[0].(map[string]any)
	if line["next"].(map[string]any)["why"] != "paused" || line["schedule"].(map[string]any)["every"] != 2.0 || line["name"] != "异地" {
		t.Errorf("%v", line)
	}
	if set = ctl(t, home, exitDone, "target", "set", "异地", "--resume"); set["paused"] != nil {
		t.Errorf("%v", set)
	}
	ctl(t, home, exitDone, "backup", "run", "异地")
	line = ctl(t, home, exitDone, "backup", "status")["targets"].([]any)[0].(map[string]any)
	if line["next"].(map[string]any)["why"] != "not-yet" || line["runs"].(map[string]any)["done"] == 0.0 {
		t.Errorf("%v", line)
	}
	for _, bad := range [][]string{{"--limit", "1"}, {"--hours", "25:00-06:00"}, {"--every", "x"}, {"--days", "someday"}, {"--pause", "--resume"}, {"--every", "400"}} {
		ctl(t, home, exitUsage, append([]string{"target", "set", "异地"}, bad...)...)
	}
	ctl(t, home, exitFailed, "target", "set", "别处", "--every", "1d")
}
