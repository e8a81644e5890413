//go:build torture && unix

package ingest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// killDisk has some portions of small files, linked and loose, some refused.
func killDisk(t *testing.T) string {
	dir := t.TempDir()
	page := asJPEG(t, drawn(t, "x"))
	fax := asTIFF(drawn(t, "a"), drawn(t, "b"))
	for i := range 1300 {
		name, data := fmt.Sprintf("loose/%04d.jpg", i), page
		switch {
		case i%3 == 0:
			name = fmt.Sprintf("%s/%04d.jpg", code, i)
		case i%100 == 1:
			name, data = fmt.Sprintf("loose/%04d.tif", i), fax
		case i%100 == 2:
			name, data = fmt.Sprintf("loose/%04d.txt", i), []byte("no image")
		}
		put(t, dir, name, data)
	}
	return dir
}

// TestAdoptInAChild is the process that TestAdoptionKilled kills.
func TestAdoptInAChild(t *testing.T) {
	home := os.Getenv(killHome)
	if home == "" {
		t.Log("does its work for TestAdoptionKilled")
		return
	}
	w := newWorld(t, home, func(o *ingest.Options) { o.Step = dying() })
	ctx := context.Background()
	w.adopt(os.Getenv(killSource))
	rules, err := w.cat.Order(ctx)
	if err == nil && len(rules) == 0 {
		_, err = w.cat.Do(ctx, archive.LocalActor(), "test", func(tx *store.Tx) error {
			return tx.SetOrder([]store.OrderRule{{Fonds: []string{"Z109"}}})
		})
	}
	if err == nil {
		err = w.pipe.ApplyOrder(ctx, nil)
	}
	if err == nil {
		_, err = w.pipe.Hash(ctx, 0, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// adoptedState writes down all that must be equal after every way to get there.
func adoptedState(t *testing.T, home string) string {
	t.Helper()
	ctx := context.Background()
	w := newWorld(t, home, nil)
	defer w.cat.Close()
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	roots, err := w.cat.Roots(ctx)
	if err != nil || len(roots) != 1 {
		t.Fatalf("%d roots, %v", len(roots), err)
	}
	batches, err := w.cat.Batches(ctx, access.All(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		say("batch %s ended %v", b.Name, b.Ended != 0)
	}
	for f, err := range w.cat.AllFiles(ctx, access.All()) {
		if err != nil {
			t.Fatal(err)
		}
		say("file %s %d %s %s %s %s", f.Path, f.Bytes, f.SHA256, f.Format, f.State, f.Found)
	}
	for name, p := range w.pages() {
		say("page %s linked %v ordinal %d %s %d×%d", name, p.Holding != 0, p.Ordinal, p.Stage, p.Width, p.Height)
	}
	refused, err := w.cat.RefusedInputs(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refused {
		say("refused %s %s", r.Path, r.Reason)
	}
	counts, err := w.cat.RootCounts(ctx, []archive.ID{roots[0].ID})
	say("counted %v %v", counts[roots[0].ID], err)
	order, err := w.cat.OrderCounts(ctx)
	say("order %v %v", order, err)
	list, err := os.ReadFile(filepath.Join(home, "manifests", vault.RootList(roots[0].ID)))
	say("list %s %v", list, err)
	if _, err := w.cat.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestAdoptionKilled kills adoption, ordering and hashing at random moments and at every
// named boundary, goes on, and compares with one that nobody disturbed.
func TestAdoptionKilled(t *testing.T) {
	source := killDisk(t)
	calm := newHome(t)
	began := time.Now()
	victim{test: "TestAdoptInAChild", home: calm, source: source}.run(t)
	whole := time.Since(began)
	want := adoptedState(t, calm)
	before := listing(t, source)
	seed := uint64(time.Now().UnixNano())
	t.Logf("undisturbed it takes %v; seed %d", whole, seed)
	random := rand.New(rand.NewPCG(seed, 0))
	goOn := func(t *testing.T, home string) {
		if (victim{test: "TestAdoptInAChild", home: home, source: source}).run(t) {
			t.Fatal("nobody killed it")
		}
		compare(t, adoptedState(t, home), want)
		if left := (&world{dir: home}).leftovers(); len(left) > 0 {
			t.Errorf("left over: %v", left)
		}
	}
	most := map[string]int{"adopt:rows-committed": 3, "hash:rows-committed": 4, "queue:step-committed": 2}
	for _, name := range ingest.AdoptionSteps() {
		t.Run(name, func(t *testing.T) {
			home := newHome(t)
			if count := 1 + random.IntN(max(most[name], 1)); !(victim{test: "TestAdoptInAChild", home: home, source: source, step: name, count: count}).run(t) {
				t.Errorf("never came by the %d. time", count)
			}
			goOn(t, home)
		})
	}
	for i := range 12 {
		after := 1 + time.Duration(random.Int64N(int64(whole)))
		t.Run(fmt.Sprintf("moment %d", i), func(t *testing.T) {
			home := newHome(t)
			if !(victim{test: "TestAdoptInAChild", home: home, source: source, after: after}).run(t) {
				t.Logf("done before %v", after)
			}
			goOn(t, home)
		})
	}
	if after := listing(t, source); after != before {
		t.Error("the disk was changed")
	}
}
