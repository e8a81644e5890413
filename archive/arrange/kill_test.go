package arrange_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// workerDir names the environment variable that makes the test program a process which
// arranges until it is killed.
const workerDir = "LANTAI_ARRANGE_WORKER_DIR"

const (
	kills     = 15
	killY     = "Z109-WS·2011-Y-"
	killD     = "Z109-WS·2011-D30-"
	killMany  = "Z109-WS·2012-Y-" // more than is undone at once
	killDone  = "Z109-WS·2013-Y-" // accessioned
	killV     = "Z109-KU·2017-"
	killTrash = "Z109-KU·2018-001"
)

func workerOptions(dir string) store.Options {
	return store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1}
}

// worker does every kind of write of this package in turn.
type worker struct {
	c *store.Catalogue
	a *arrange.Arranger
}

func workUntilKilled(dir string) error {
	c, err := store.Open(ctx, workerOptions(dir))
	if err != nil {
		return err
	}
	w := worker{c, arrange.New(c, nil)}
	if err := w.takeBack(); err != nil {
		return err
	}
	steps := []func(int) error{w.insert, w.move, w.split, w.many, w.correct, w.trash, w.note}
	fmt.Println("at work")
	for n := os.Getpid(); ; n++ {
		if err := steps[n%len(steps)](n); err != nil {
			return err
		}
	}
}

// takeBack undoes what the worker before was killed between carrying out and taking back.
func (w worker) takeBack() error {
	ops, err := w.c.Ops(ctx, 0, 1)
	if err != nil || len(ops) == 0 {
		return err
	}
	switch ops[0].Kind {
	case archive.OpCodeInsert, archive.OpCodeMove, archive.OpCodeSplit, archive.OpCodeUnbind:
		_, _, err = w.c.Undo(ctx, actor, ops[0].ID)
	}
	return err
}

// carry carries a plan out and takes it back.
func (w worker) carry(plan *arrange.Plan, err error) error {
	if err != nil {
		return err
	}
	op, err := w.a.Carry(ctx, actor, plan)
	if err != nil || op == 0 {
		return err
	}
	_, kept, err := w.c.Undo(ctx, actor, op)
	if err == nil && len(kept) > 0 {
		err = fmt.Errorf("kept %d", len(kept))
	}
	return err
}

func (w worker) id(code string) archive.ID {
	h, _ := w.c.HoldingByCode(ctx, all, code)
	return h.ID
}

func (w worker) insert(n int) error {
	return w.carry(w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: fmt.Sprintf("%s%04d", killY, n%20+1), Title: "插件"}}))
}

func (w worker) move(n int) error {
	return w.carry(w.a.Move(ctx, []archive.ID{w.id(fmt.Sprintf("%s%04d", killD, n%20+1))}, killY, arrange.To{Before: n%9 + 1}))
}

func (w worker) split(int) error {
	if err := w.carry(w.a.Split(ctx, killV+"001", 3, "下册", false)); err != nil {
		return err
	}
	return w.carry(w.a.Unbind(ctx, killV+"002", killY))
}

func (w worker) many(int) error {
	return w.carry(w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: killMany + "0001", Title: "插件"}}))
}

// correct goes to and fro, and leaves a former code each time.
func (w worker) correct(n int) error {
	plan, err := w.a.Correct(ctx, w.id(killDone+"0001"), fmt.Sprintf("%s%04d", killDone, 1000+n%8000), "更正")
	if err != nil {
		return err
	}
	_, err = w.a.Carry(ctx, actor, plan)
	return err
}

func (w worker) trash(int) error {
	h, err := w.c.HoldingByCode(ctx, all, killTrash)
	if err != nil {
		return err
	}
	op, err := w.c.Do(ctx, actor, archive.OpHoldingRemove, func(tx *store.Tx) error { _, _, err := tx.RemoveTree([]archive.Holding{h}); return err })
	if err != nil {
		return err
	}
	_, _, err = w.c.Undo(ctx, actor, op)
	return err
}

func (w worker) note(int) error {
	if _, err := w.a.Note(ctx, actor, killDone+"9999", "作废"); err != nil {
		return err
	}
	_, err := w.a.Note(ctx, actor, killDone+"9999", "")
	return err
}

func TestAKilledArrangerLeavesWholeClasses(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, workerOptions(dir))
	docs, vols := w.series("Z109-WS", "item22"), w.series("Z109-KU", "vol13")
	for prefix, n := range map[string]int{killY: 30, killD: 30, killMany: 520, killDone: 3} {
		w.items(docs, prefix, n)
	}
	w.volume(vols, killV+"001", 5)
	w.volume(vols, killV+"002", 2)
	trash, _ := w.volume(vols, killTrash, 3)
	w.do(func(tx *store.Tx) error {
		f := archive.File{Path: "1.tif", Bytes: 1, Format: "tiff"}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		return tx.AddPages([]archive.Page{{File: f.ID, Holding: trash.ID}})
	})
	w.carry(w.a.File(ctx, []string{killDone}))
	w.carry(w.a.Accession(ctx, []string{killDone}))
	if err := w.cat.Close(); err != nil {
		t.Fatal(err)
	}
	for n := range kills {
		killOne(t, dir)
		checkKilled(t, dir, n)
		if t.Failed() {
			return
		}
	}
}

func killOne(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workerDir+"="+dir)
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil && err != io.EOF || line != "at work\n" {
		t.Fatalf("the worker says %q, %v", line, err)
	}
	<-time.After(time.Duration(50+rand.IntN(1500)) * time.Millisecond) // when it is killed is the point
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == 1 {
		t.Fatalf("the worker ended by itself: %v", err)
	}
}

// checkKilled opens what a killed process left, an hour later.
func checkKilled(t *testing.T, dir string, n int) {
	t.Helper()
	opt := workerOptions(dir)
	opt.Now = func() time.Time { return time.Now().Add(time.Duration(n+1) * time.Hour) }
	c, err := store.Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	a := arrange.New(c, nil)
	if _, err := c.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
	list, err := a.Numberings(ctx, "Z109", func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if one.State == archive.Arranging && (!one.Sound() || one.First != 1 || one.Last != one.N) {
			t.Errorf("%+v", one)
		}
	}
	for after := ""; ; {
		some, err := c.CodesFrom(ctx, all, "Z109-", after, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range some {
			after = h.Code
			checkNumber(t, c, h)
		}
		if len(some) < 500 {
			break
		}
	}
	checkTrash(t, c)
	checkRows(t, dir)
}

// checkNumber holds a record's number against its code, and its code against its parent's.
func checkNumber(t *testing.T, c *store.Catalogue, h archive.Holding) {
	t.Helper()
	r, err := c.Record(ctx, all, h.ID)
	if err != nil || h.Kind == archive.KindSeries {
		return
	}
	b, _ := archive.Field(r, "number")
	code := h.Code[len(h.Code)-min(3, len(h.Code)):]
	number, _ := strconv.Atoi(b.Text())
	last, _ := strconv.Atoi(code)
	if number%1000 != last && b.Text() != "" {
		t.Errorf("%s has the number %s", h.Code, b.Text())
	}
	if up, err := c.Holding(ctx, all, h.Parent); err != nil || up.Kind != archive.KindSeries && !refcode.Within(h.Code, up.Code) {
		t.Errorf("%s lies in %s, %v", h.Code, up.Code, err)
	}
}

// checkTrash wants the volume that comes and goes to be there with all, or not at all.
func checkTrash(t *testing.T, c *store.Catalogue) {
	t.Helper()
	list, err := c.CodesFrom(ctx, all, killTrash, "", 9)
	totals, failed := c.Totals(ctx, all, 0)
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	v, err := c.HoldingByCode(ctx, all, killTrash)
	there := err == nil
	if there && (len(list) != 3 || totals.Unlinked != 0) || !there && (len(list) != 0 || totals.Unlinked != 1) {
		t.Errorf("%v %s, %d items, %d pages loose", there, v.Code, len(list), totals.Unlinked)
	}
	if there {
		return
	}
	// The next worker needs it: what was removed is restored.
	gone, err := c.Removals(ctx, all, 0, 1)
	if err != nil || len(gone) != 1 || gone[0].Restored {
		t.Fatalf("%+v, %v", gone, err)
	}
	if _, kept, err := c.Undo(ctx, actor, gone[0].Op); err != nil || len(kept) > 0 {
		t.Errorf("kept %d, %v", len(kept), err)
	}
}

func checkRows(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "catalogue.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]int{
		`SELECT COUNT(*) FROM pragma_foreign_key_check`:                                                                           0,
		`SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`:                                               0,
		`SELECT COUNT(*) FROM holding WHERE code = '' OR code LIKE '_%' AND code_sort = ''`:                                       0,
		`SELECT (SELECT COUNT(*) FROM code_alias) - (SELECT COUNT(*) FROM op WHERE kind = 'code.correct' AND number IS NOT NULL)`: 0,
		`SELECT COUNT(*) FROM pending`: 0,
	} {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d, %v", query, n, err)
		}
	}
}
