package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/audit"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

const (
	goalAudit       = 10 * time.Second // for a million ops
	goalAuditMemory = 100              // MB
	goalAuditList   = 100 * time.Millisecond
)

// benchAudit verifies logs of a million ops, beside the sqlite3 shell that reads the same
// columns with one SELECT, and sha256sum that hashes what it read.
func benchAudit(args []string) error {
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	ops := flags.Int("ops", 1_000_000, "how many")
	only := flags.String("log", "", "one of the logs alone: single or mixed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lantaibench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%-36s%10s%10s%11s\n", "log", "ops", "changes", "time")
	logs := map[string]func(n int) int{"single": func(int) int { return 1 }, "mixed": func(n int) int {
		if n%10_000 == 0 {
			return 2_000 // an import
		}
		return 1 + n%3
	}}
	for _, name := range []string{"single", "mixed"} {
		if *only != "" && *only != name {
			continue
		}
		if err := auditOne(filepath.Join(dir, name), name, *ops, logs[name]); err != nil {
			return err
		}
	}
	return nil
}

// auditOne makes one log and verifies it, between a first reading that warms the disk's cache and
// the rivals.
func auditOne(dir, name string, ops int, changes func(int) int) error {
	ctx := context.Background()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "catalogue.db")
	o := store.Options{Catalogue: file, Text: filepath.Join(dir, "text.db"), Station: 1}
	c, err := store.Open(ctx, o)
	if err == nil {
		err = c.Close()
	}
	if err == nil {
		err = storetest.FillLog(ctx, file, ops, changes)
	}
	if err != nil {
		return err
	}
	if c, err = store.Open(ctx, o); err != nil {
		return err
	}
	all := 0
	for n := 1; n <= ops; n++ {
		all += changes(n)
	}
	line := func(what string, took time.Duration, more string) {
		fmt.Printf("%-36s%10d%10d%9.2f s%s\n", name+": "+what, ops, all, took.Seconds(), more)
	}
	memory := watchMemory()
	begun := time.Now()
	check, err := c.CheckLog(ctx, nil, nil)
	took := time.Since(begun)
	most := memory()
	if err == nil {
		err = auditReading(ctx, c, dir, line)
	}
	if err = errors.Join(err, c.Close()); err != nil {
		return err
	}
	if check.Bad != nil || check.Ops != ops {
		return fmt.Errorf("%d ops fit, then %+v", check.Ops, check.Bad)
	}
	line("audit verify", took, fmt.Sprintf("   goal %v %s; RssAnon at most %d MB, goal %d MB %s", goalAudit, met(took <= goalAudit),
		most>>20, goalAuditMemory, met(most <= goalAuditMemory<<20)))
	return auditRivals(file, line)
}

// auditReading lists what a screen asks for first, and exports all of it.
func auditReading(ctx context.Context, c *store.Catalogue, dir string, line func(string, time.Duration, string)) error {
	who := archive.ID(3)
	day := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	filters := []struct {
		name string
		store.OpFilter
	}{
		{"all", store.OpFilter{}}, {"a person", store.OpFilter{Actor: &who}}, {"a day", store.OpFilter{From: day.UnixMilli(), To: day.AddDate(0, 0, 1).UnixMilli()}},
		{"two kinds", store.OpFilter{Kinds: []archive.OpKind{archive.OpHoldingEdit, archive.OpHoldingAdd}}}, {"a kind that is not there", store.OpFilter{Kinds: []archive.OpKind{"none"}}},
		{"a record", store.OpFilter{Subject: 1500}}, {"a person's kind on a day", store.OpFilter{Actor: &who, Kinds: []archive.OpKind{archive.OpHoldingEdit}, From: day.UnixMilli(), To: day.AddDate(0, 0, 1).UnixMilli()}},
	}
	words := audit.Words{Field: func(_, name string) string { return name }, Noun: func(s string) string { return s }, What: func(s string) string { return s }, And: "; "}
	for _, f := range filters {
		begun := time.Now()
		ids, err := c.OpIDs(ctx, f.OpFilter, 0, 500)
		if err != nil {
			return err
		}
		if _, err := audit.Entries(ctx, c, access.All(), words, ids[:min(len(ids), 50)]); err != nil {
			return err
		}
		took := time.Since(begun)
		line("first 500 of "+f.name, took, fmt.Sprintf("   %d found; goal %v %s", len(ids), goalAuditList, met(took <= goalAuditList)))
	}
	memory := watchMemory()
	begun := time.Now()
	rows, err := audit.Export(ctx, c, filepath.Join(dir, "log.csv"), audit.ExportOptions{Sight: access.All(), Words: words,
		Kind: func(k archive.OpKind) string { return string(k) }, Who: archive.ID.String, Header: audit.Columns()})
	line("export as CSV", time.Since(begun), fmt.Sprintf("   %d rows; RssAnon at most %d MB", rows, memory()>>20))
	return err
}

// auditRivals reads the same columns with the sqlite3 shell, and has sha256sum hash what that printed.
func auditRivals(file string, line func(string, time.Duration, string)) error {
	printed := file + ".txt"
	out, err := os.Create(printed)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	shell := exec.Command("sqlite3", "-readonly", file, `SELECT o.id, o.actor, o.number, o.time, o.kind, o.changes, hex(o.digest), hex(o.prev),
		ch.seq, ch.noun, ch.id, ch.before, ch.after, hex(ch.salt), hex(ch.digest)
		FROM op o JOIN change ch ON ch.op = o.id WHERE o.station = 1 ORDER BY o.number, ch.seq`)
	shell.Stdout, shell.Stderr = out, &said
	begun := time.Now()
	if err := errors.Join(shell.Run(), out.Close()); err != nil {
		return fmt.Errorf("sqlite3: %w: %s", err, said.String())
	}
	line("sqlite3 reads it", time.Since(begun), "")
	begun = time.Now()
	if sum, err := exec.Command("sha256sum", printed).CombinedOutput(); err != nil {
		return fmt.Errorf("sha256sum: %w: %s", err, sum)
	}
	line("sha256sum of what it read", time.Since(begun), "")
	return nil
}
