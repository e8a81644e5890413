package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFixityCommands reads originals again by hand: some first, a damaged one is named with
// its 档号 until it is mended.
func TestFixityCommands(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), t.TempDir()
	ctl(t, home, exitDone, "init")
	ctl(t, home, exitDone, "fonds", "add", "0001", "县政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书", "--scheme", "item22")
	ctl(t, home, exitDone, "item", "add", letter, "来信")
	for _, name := range []string{letter + "-0001.jpg", letter + "-0002.jpg", "loose.jpg"} {
		scan(t, "receipt.jpg", filepath.Join(in, name))
		f, err := os.OpenFile(filepath.Join(in, name), os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString(name) // each is another file
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctl(t, home, exitDone, "ingest", in)
	number(t, ctl(t, home, exitDone, "verify", "--rolling", "--files", "2"), "checked", 2)
	s := ctl(t, home, exitDone, "fixity", "status")
	number(t, s, "files", 3)
	number(t, s, "read", 2)
	number(t, s, "days", 90)
	number(t, ctl(t, home, exitDone, "verify", "--rolling"), "checked", 1)
	if s := ctl(t, home, exitDone, "fixity", "set", "--every", "30d", "--speed", "1MB"); s["ended"] == nil || s["days"] != 30.0 || s["bytes_per_second_most"] != float64(1<<20) {
		t.Errorf("%v", s)
	}
	ctl(t, home, exitUsage, "fixity", "set", "--every", "-3")
	ctl(t, home, exitUsage, "verify", "--files", "3")

	found, err := filepath.Glob(filepath.Join(home, "masters", "0001", "*", "*", letter+"-0002.jpg"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	whole, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	write := func(b []byte) {
		if err := os.Chmod(found[0], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(found[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(append(append([]byte{}, whole[:len(whole)-1]...), 'x'))
	changed := ctl(t, home, exitDamaged, "verify", "--rolling", "--files", "3")["changed"].([]any)
	if len(changed) != 1 || changed[0].(map[string]any)["code"] != letter {
		t.Errorf("%v", changed)
	}
	number(t, ctl(t, home, exitDone, "status")["fixity"].(map[string]any), "changed", 1)
	if list := ctl(t, home, exitDamaged, "fixity", "list")["damaged"].([]any); len(list) != 1 || list[0].(map[string]any)["page"] != 2.0 {
		t.Errorf("%v", list)
	}
	write(whole)
	ctl(t, home, exitDone, "verify")
	if list := ctl(t, home, exitDone, "fixity", "list")["damaged"].([]any); len(list) != 0 {
		t.Errorf("after a whole check: %v", list)
	}
}
