package exchange_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/store"
)

const (
	workerDir  = "LANTAI_EXCHANGE_WORKER_DIR"  // set: this process works until it is killed
	workerFile = "LANTAI_EXCHANGE_WORKER_FILE" // what it imports
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(workerDir); dir != "" {
		fmt.Fprintln(os.Stderr, importUntilKilled(dir, os.Getenv(workerFile)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// importUntilKilled imports a file and undoes that, again and again. Each time it says
// what it begins and what it has ended.
func importUntilKilled(dir, file string) error {
	c, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		return err
	}
	for {
		fmt.Println("import")
		f, err := exchange.Open(ctx, file, sheet.Options{})
		if err != nil {
			return err
		}
		p, err := f.Preview("", 0)
		if err != nil {
			return err
		}
		r, err := exchange.Import(ctx, c, actor, f, p.Mapping, exchange.Options{Sight: access.All()})
		f.Close()
		if err != nil {
			return err
		}
		fmt.Println("undo", r.Op)
		if _, kept, err := c.Undo(ctx, actor, r.Op); err != nil || len(kept) > 0 {
			return fmt.Errorf("kept %d: %w", len(kept), err)
		}
	}
}

const killRows = 1500

// Killed at any moment of an import or its undo, the archive has all of it or nothing,
// at once and for everybody, and the next import goes through.
func TestKilledImportIsWhollyDoneOrNotAtAll(t *testing.T) {
	w := newWorld(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("档号,题名,盒号,登记号\n")
	for n := range killRows {
		fmt.Fprintf(&b, "0001-WS·1985-Y-BGS-%04d,第%d件,%d,\n", n+1, n+1, n/100+1)
	}
	file := w.file("a.csv", b.String())
	for n := range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), workerDir+"="+w.dir, workerFile+"="+file)
		cmd.Stderr = os.Stderr
		said, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(said)
		for range 1 + rand.IntN(2) { // in the middle of an import, or of an undo
			if _, err := lines.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(time.Duration(rand.IntN(600)) * time.Millisecond) // when it is killed is the point
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, lines)
		cmd.Wait()
		checkAfterKill(t, w.dir, n)
		if t.Failed() {
			return
		}
	}
}

func checkAfterKill(t *testing.T, dir string, n int) {
	t.Helper()
	// As another process sees it now, and as one does when leases have ended.
	for _, later := range []time.Duration{0, time.Duration(n+1) * time.Hour} {
		c, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1,
			Now: func() time.Time { return time.Now().Add(later) }})
		if err != nil {
			t.Fatal(err)
		}
		totals, err := c.Totals(ctx, all, 0)
		if err != nil || totals.Items != 0 && totals.Items != killRows {
			t.Errorf("kill %d: %d items, %v", n, totals.Items, err)
		}
		series, err := c.SeriesOf(ctx, all, 0)
		if err != nil {
			t.Fatal(err)
		}
		listed, boxes := 0, 0
		for _, s := range series {
			ids, err := c.Children(ctx, all, store.List{Parent: s.ID})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := c.ItemRows(ctx, all, ids)
			if err != nil || len(rows) != len(ids) {
				t.Errorf("kill %d: %d rows of %d, %v", n, len(rows), len(ids), err)
			}
			for _, r := range rows {
				if r.Kind == archive.KindBox {
					boxes++
				} else {
					listed++
				}
			}
		}
		if listed != totals.Items || boxes != totals.Items/100 {
			t.Errorf("kill %d: %d items and %d boxes listed, %d counted", n, listed, boxes, totals.Items)
		}
		if _, err := c.VerifyLog(ctx); err != nil {
			t.Errorf("kill %d: %v", n, err)
		}
		if later > 0 { // clean for the next round
			ops, err := c.Ops(ctx, 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			if totals.Items > 0 {
				if _, kept, err := c.Undo(ctx, actor, ops[0].ID); err != nil || len(kept) > 0 {
					t.Errorf("kill %d: undo after it: %d kept, %v", n, len(kept), err)
				}
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
