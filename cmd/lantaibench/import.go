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
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// What an import is held to.
const (
	goalCSV          = 20_000 // rows a second
	goalXLSX         = 10_000
	goalImportMemory = 400 // MB of anonymous memory
	goalDesk         = 50 * time.Millisecond
)

// benchImport measures an import of a catalogue from a file to what is seen, with a
// reader at work meanwhile, its undo, and an export; beside sqlite3's .import of the
// same CSV into a table without an index.
func benchImport(args []string) error {
	f := flag.NewFlagSet("import", flag.ContinueOnError)
	rows := f.Int("rows", 940_000, "rows of the catalogue")
	formats := f.String("formats", "csv,xlsx", "formats to import")
	undo := f.Bool("undo", true, "undo the import too")
	profile := f.String("cpuprofile", "", "file to write a profile of our own processor time to")
	work := f.String("dir", "", "folder to work in; empty: a temporary one")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*work, "bench-import")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if *profile != "" {
		out, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	b := &importBench{dir: dir, rows: *rows}
	for format := range strings.SplitSeq(*formats, ",") {
		path := filepath.Join(dir, "catalogue."+format)
		if err := b.write(path); err != nil {
			return err
		}
		if format == "csv" {
			if err := b.rival(path); err != nil {
				return err
			}
		}
		if err := b.run(context.Background(), path, *undo); err != nil {
			return err
		}
	}
	return nil
}

type importBench struct {
	dir  string
	rows int
}

// cells gives row n of a catalogue as an office has it: twelve columns, no two titles
// or codes equal.
func (b *importBench) cells(n int) []string {
	subjects := []string{"防汛抗旱", "农田水利", "干部任免", "财政预算", "计划生育", "城镇建设", "教育经费", "粮食统购"}
	verbs := []string{"关于做好%s工作的通知（第%d号）", "关于召开%s会议的请示（%d）", "关于报送%s情况的报告〔%d〕", "%s工作总结及下一步安排（%d）"}
	year := 1940 + n/12_000
	title := fmt.Sprintf(verbs[n%len(verbs)], subjects[n/3%len(subjects)], n)
	return []string{fmt.Sprintf("0001-WS·%d-%s-BGS-%05d", year, []string{"Y", "D30"}[n%2], n%12_000/2+1), title, "青禾区人民政府办公室",
		fmt.Sprintf("青政发〔%d〕%d号", year, n%900+1), fmt.Sprintf("%d%02d%02d", year, n%12+1, n%28+1), fmt.Sprint(year),
		[]string{"永久", "30年"}[n%2], fmt.Sprint(n%40 + 1), "", "张建国、李秀英", "", ""}
}

func (b *importBench) header() []string {
	return []string{"档号", "题名", "责任者", "文号", "日期", "年度", "保管期限", "页数", "页号", "人名", "开放标识", "备注"}
}

func (b *importBench) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var w interface {
		Write([]string) error
		Close() error
	} = sheet.NewCSVWriter(f)
	if strings.HasSuffix(path, ".xlsx") {
		if w, err = sheet.NewXLSXWriter(f, "目录", nil); err != nil {
			return err
		}
	}
	if err := w.Write(b.header()); err != nil {
		return err
	}
	for n := range b.rows {
		if err := w.Write(b.cells(n)); err != nil {
			return err
		}
	}
	return w.Close()
}

// rival has sqlite3 import the same CSV.
func (b *importBench) rival(path string) error {
	began := time.Now()
	cmd := exec.Command("sqlite3", filepath.Join(b.dir, "rival.db"), ".mode csv", ".import "+path+" t", "SELECT COUNT(*) FROM t")
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	if err != nil || strings.TrimSpace(string(bytes.TrimSpace(out))) != fmt.Sprint(b.rows) {
		return fmt.Errorf("sqlite3: %w: %s", err, out)
	}
	fmt.Printf("sqlite3    .import of the same CSV: %d rows in %.1f s: %.0f rows/s, without index, log, checks\n", b.rows, took.Seconds(), float64(b.rows)/took.Seconds())
	return nil
}

func (b *importBench) run(ctx context.Context, path string, undo bool) (err error) {
	format := strings.TrimPrefix(filepath.Ext(path), ".")
	at := func(name string) string { return filepath.Join(b.dir, format+name) }
	cat, err := store.Open(ctx, store.Options{Catalogue: at("catalogue.db"), Text: at("text.db"), Station: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cat.Close()) }()
	desk, err := b.furnish(ctx, cat)
	if err != nil {
		return err
	}
	idle := desk.watch(ctx)
	time.Sleep(2 * time.Second) // what the desk needs when nothing else goes on
	before := idle()
	memory, reads := watchMemory(), desk.watch(ctx)
	spent, began := processorTime(), time.Now()
	f, err := exchange.Open(ctx, path, sheet.Options{})
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := f.Preview("", 0)
	if err != nil {
		return err
	}
	r, err := exchange.Import(ctx, cat, archive.LocalActor(), f, p.Mapping, exchange.Options{Sight: access.All(), Progress: func(p archive.Progress) {
		fmt.Fprintf(os.Stderr, "\rimport %s %d / %d   ", format, p.Done, p.Total)
	}})
	took := time.Since(began)
	used := processorTime().own - spent.own
	most, slow := memory(), reads()
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return err
	}
	if r.Added != b.rows {
		return fmt.Errorf("%d of %d rows were added; %d rejected", r.Added, b.rows, r.Rejected)
	}
	goal := map[string]float64{"csv": goalCSV, "xlsx": goalXLSX}[format]
	rate := float64(b.rows) / took.Seconds()
	fmt.Printf("%-10s %d rows in %.1f s: %.0f rows/s, goal %.0f %s\n", format, b.rows, took.Seconds(), rate, goal, met(rate >= goal))
	fmt.Printf("           processor  %.1f s: %.0f µs a row, of two cores %.0f %% were ours\n", used.Seconds(), used.Seconds()*1e6/float64(b.rows), 50*used.Seconds()/took.Seconds())
	fmt.Printf("           memory     RssAnon at most %.0f MB, goal %d MB %s\n", float64(most)/(1<<20), goalImportMemory, met(most <= goalImportMemory<<20))
	fmt.Printf("           desk reads p50 %v, p99 %v, most %v of %d (before: p99 %v), goal %v %s\n", slow.at(50), slow.at(99), slow.at(100), len(slow), before.at(99), goalDesk, met(slow.at(99) <= goalDesk))
	if !undo {
		return nil
	}
	reads, began = desk.watch(ctx), time.Now()
	_, kept, err := cat.Undo(ctx, archive.LocalActor(), r.Op)
	took, slow = time.Since(began), reads()
	if err != nil || len(kept) > 0 {
		return fmt.Errorf("undo kept %d: %w", len(kept), err)
	}
	fmt.Printf("           undo       %.1f s: %.0f rows/s; desk reads p99 %v, writes p99 %v, most %v\n", took.Seconds(), float64(b.rows)/took.Seconds(), slow.at(99), desk.wrote().at(99), desk.wrote().at(100))
	return nil
}

// durations are times that something took.
type durations []time.Duration

// at gives a percentile.
func (d durations) at(percent int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)].Round(100 * time.Microsecond)
}

// importDesk is a reader: it looks at windows of a list, at records, and now and then
// changes one.
type importDesk struct {
	cat    *store.Catalogue
	ids    []archive.ID
	writes durations
	mu     sync.Mutex
}

// furnish makes a fonds with its series for the import, and another with 20,000 items
// for the desk.
func (b *importBench) furnish(ctx context.Context, cat *store.Catalogue) (*importDesk, error) {
	scheme, _ := refcode.Builtin("item22")
	d := &importDesk{cat: cat}
	var below archive.ID
	_, err := cat.Do(ctx, archive.LocalActor(), archive.OpFondsAdd, func(tx *store.Tx) error {
		for _, no := range []string{"0001", "0002"} {
			f := archive.Fonds{Holding: archive.Holding{Code: no, Title: "全宗" + no}}
			if err := tx.AddFonds(&f); err != nil {
				return err
			}
			s := archive.Series{Holding: archive.Holding{Parent: f.ID, Code: no + "-WS", Title: "文书"}, Category: "WS", Method: scheme.Method, Scheme: scheme.JSON()}
			if err := tx.AddSeries(&s); err != nil {
				return err
			}
			below = s.ID
		}
		list := make([]store.NewRow, 20_000)
		for i := range list {
			list[i].Record = &archive.Item{Holding: archive.Holding{Parent: below, Code: fmt.Sprintf("0002-WS·1999-Y-BGS-%05d", i+1), Title: fmt.Sprintf("案头第%d件", i+1)}}
		}
		if err := tx.AddRows(list); err != nil {
			return err
		}
		for _, row := range list {
			d.ids = append(d.ids, row.Record.Common().ID)
		}
		return nil
	})
	return d, err
}

// watch reads until the returned function is called, which gives what each read took.
func (d *importDesk) watch(ctx context.Context) func() durations {
	var took durations
	stop, done := make(chan struct{}), make(chan struct{})
	d.mu.Lock()
	d.writes = nil
	d.mu.Unlock()
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
			from := n * 911 % (len(d.ids) - 200)
			began := time.Now()
			_, err := d.cat.ItemRows(ctx, access.All(), d.ids[from:from+200])
			took = append(took, time.Since(began))
			began = time.Now()
			item, rerr := d.cat.Item(ctx, access.All(), d.ids[from])
			took = append(took, time.Since(began))
			if n%20 == 0 && err == nil && rerr == nil {
				item.Note = fmt.Sprint("改", n)
				began = time.Now()
				_, err = d.cat.Do(ctx, archive.LocalActor(), archive.OpHoldingEdit, func(tx *store.Tx) error { return tx.Update(&item) })
				d.mu.Lock()
				d.writes = append(d.writes, time.Since(began))
				d.mu.Unlock()
			}
			if err := errors.Join(err, rerr); err != nil {
				fmt.Fprintln(os.Stderr, "desk:", err)
			}
		}
	}()
	return func() durations { close(stop); <-done; return took }
}

// wrote gives what the desk's writes took since the last watch began.
func (d *importDesk) wrote() durations {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.writes)
}
