package audit_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/audit"
	"lantai/archive/store"
)

var plain = audit.Words{Field: func(_, name string) string { return name }, Noun: func(noun string) string { return noun },
	What: func(what string) string { return what + " " }, And: "; "}

// A head survives the line it is written on, with whatever a person does to blanks and case.
func TestHeadsAreReadAsTheyWereWritten(t *testing.T) {
	h := store.Head{Station: 3, Number: 12_345, Op: 914197738596339712, Time: 1_795_798_088_000, Digest: strings.Repeat("0a", 32)}
	line := audit.Line(h)
	for _, l := range []string{line, "\ufeff" + line + "\r\n", strings.ReplaceAll(line, "\t", "   "), strings.ToUpper(line)} {
		if got, err := audit.ParseHead(l); err != nil || got != h {
			t.Errorf("%q: %+v, %v", l, got, err)
		}
	}
	for _, l := range []string{"", "1 2 3", strings.Replace(line, "12345", "0", 1), strings.Replace(line, "12345", "-4", 1), line[:len(line)-1],
		strings.Replace(line, "0a", "0g", 1), line + " x", strings.Replace(line, "3\t", "x\t", 1)} {
		if got, err := audit.ParseHead(l); err == nil {
			t.Errorf("%q was read as %+v", l, got)
		}
	}
	file := filepath.Join(t.TempDir(), "heads")
	for text, kind := range map[string]archive.ErrorKind{line + "\n\n" + line: "", "": archive.Invalid, line + "\nand more": archive.Invalid,
		strings.Repeat("x", 200_000): archive.Invalid} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := audit.ReadHeads(file); archive.KindOf(err) != kind {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	if _, err := audit.ReadHeads(file + "none"); archive.KindOf(err) != archive.NotFound {
		t.Error(err)
	}
}

func FuzzParseHead(f *testing.F) {
	f.Add("1\t2\t3\t2026-01-01T00:00:00Z\t" + strings.Repeat("ab", 32))
	f.Fuzz(func(t *testing.T, line string) {
		h, err := audit.ParseHead(line)
		if err != nil {
			return
		}
		if h.Time < 0 || h.Time > 253402300799000 { // years that the line does not write in four digits
			return
		}
		if again, err := audit.ParseHead(audit.Line(h)); err != nil || again != h && again.Time/1000 != h.Time/1000 {
			t.Errorf("%q: %+v, then %+v, %v", line, h, again, err)
		}
	})
}

func TestSentences(t *testing.T) {
	for want, ch := range map[string]archive.Change{
		"title 一 → 二; year — → 1985": {Noun: "item", Before: `{"title":"一","year":0}`, After: `{"title":"二","year":1985}`},
		"added item  title 一":        {Noun: "item", After: `{"title":"一","code_sort":"x","fonds":"77"}`},
		"removed item  title 一":      {Noun: "item", Before: `{"title":"一"}`},
		"purged item":                {Noun: "item"},
		"hits 12; query 防汛":          {Noun: "event", After: `{"query":"防汛","hits":12}`},
		"key a; value — → b":         {Noun: "setting", Before: `{"key":"a","value":""}`, After: `{"key":"a","value":"b"}`},
		"changed page":               {Noun: "page", Before: `{"holding":"5"}`, After: `{"holding":"6"}`},
		`pages ["1","2"]`:            {Noun: "event", After: `{"pages":["1","2"]}`},
	} {
		if got := plain.Sentence(ch); got != want {
			t.Errorf("%+v: %q, want %q", ch, got, want)
		}
	}
}

// What leaves the log for a spreadsheet has a row for each change, in order, and nothing in
// it is taken for a formula; an XLSX refuses what no cell holds by cutting it.
func TestExport(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	c, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	hostile := []string{"=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "\t=1", "a\"b,c\nd", "\x01\x02", strings.Repeat("长", 40_000)}
	want := 0
	for i := range 30 {
		if _, err := c.Do(ctx, archive.Actor{ID: archive.ID(i % 2)}, archive.OpSettingEdit, func(tx *store.Tx) error {
			for k := range 1 + i*i%90 {
				want++
				if err := tx.Set(hostile[(i+k)%7]+fmt.Sprint(k), hostile[k%len(hostile)]+fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	o := audit.ExportOptions{Sight: access.All(), Words: plain, Kind: func(k archive.OpKind) string { return "=" + string(k) }, Who: func(archive.ID) string { return "@me" },
		Sheet: "log", Header: audit.Columns()}
	for _, name := range []string{"log.csv", "log.xlsx"} {
		n, err := audit.Export(ctx, c, filepath.Join(dir, name), o)
		if err != nil || n != want {
			t.Fatalf("%s: %d rows of %d, %v", name, n, want, err)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "log.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != want+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(len(cell), 1)], "=+-@\t\r") {
				t.Errorf("%.40q may be taken for a formula", cell)
			}
		}
	}
	nobody := archive.ID(9)
	o.Filter.Actor = &nobody
	if n, err := audit.Export(ctx, c, filepath.Join(dir, "none.csv"), o); err != nil || n != 0 {
		t.Errorf("of nobody: %d, %v", n, err)
	}
	stopped, stop := context.WithCancel(ctx)
	o.Filter.Actor, o.Progress = nil, func(archive.Progress) { stop() }
	if _, err := audit.Export(stopped, c, filepath.Join(dir, "stopped.csv"), o); archive.KindOf(err) != archive.Stopped {
		t.Errorf("stopped: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
