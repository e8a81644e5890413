package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

// TestStatusTellsWhatWasCutOff cuts a delivery off after its first file and goes on with it.
func TestStatusTellsWhatWasCutOff(t *testing.T) {
	home, in := filepath.Join(t.TempDir(), "h"), filepath.Join(t.TempDir(), "1985")
	ctl(t, home, exitDone, "init")
	scan(t, "receipt.jpg", filepath.Join(in, "a.jpg"))
	scan(t, "canal.jpg", filepath.Join(in, "b.jpg"))
	if got := ctl(t, home, exitDone, "status")["unfinished"].([]any); len(got) != 0 {
		t.Errorf("unfinished in a new archive: %v", got)
	}
	cutOff(t, home, in)
	got := ctl(t, home, exitDone, "status")["unfinished"].([]any)
	if len(got) != 1 {
		t.Fatalf("unfinished: %v", got)
	}
	if u := got[0].(map[string]any); u["name"] != "1985" || u["source"] != in || u["batch"] == "" {
		t.Errorf("unfinished: %v", u)
	}
	t.Setenv("LANTAI_LANG", "zh_Hans")
	var out, errOut bytes.Buffer
	run(context.Background(), []string{"status", "--home", home}, strings.NewReader(""), &out, &errOut)
	if !strings.Contains(out.String(), "没有收完的接收：1985") {
		t.Errorf("status says %q %q", out.String(), errOut.String())
	}
	number(t, ctl(t, home, exitDone, "ingest", in), "received", 1)
	if got := ctl(t, home, exitDone, "status")["unfinished"].([]any); len(got) != 0 {
		t.Errorf("unfinished after going on: %v", got)
	}
}

func cutOff(t *testing.T, home, in string) {
	t.Helper()
	s, err := station.Open(context.Background(), home, station.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, cut := context.WithCancel(context.Background())
	_, err = s.Pipeline.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: in}, func(p archive.Progress) {
		if p.Done == 1 {
			cut()
		}
	})
	cut()
	if archive.KindOf(err) != archive.Stopped {
		t.Fatalf("receiving was not cut off: %v", err)
	}
}
