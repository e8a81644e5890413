package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
	"lantai/archive/store"
	"lantai/archive/vault"
	"lantai/search"
)

// ingestGoals are what the pipeline is held to.
const (
	goalSpeed  = 0.85 // of the bare pool's pages a second
	goalCPU    = 0.15 // of the engine's processor time
	goalMemory = 600  // MB of anonymous memory
)

// benchIngest measures the whole pipeline, from a folder of scans to an index,
// beside a bare pool of Tesseract processes on the images that the pipeline
// prepared.
func benchIngest(args []string) error {
	f := flag.NewFlagSet("ingest", flag.ContinueOnError)
	pages := f.Int("pages", 100, "pages to take in; the scans are repeated with other bytes")
	pool := f.Int("pool", 100, "pages of these that the bare pool reads too")
	scans := f.String("scans", filepath.Join("..", "shared", "data", "pages"), "folder of JPEG scans")
	engine := f.String("engine", engineTesseract, `what recognises: "tesseract", or "fast", which makes words up, to see memory over a long batch`)
	languages := f.String("l", "chi_sim", "languages of recognition")
	workers := f.Int("workers", runtime.NumCPU(), "processes of Tesseract")
	foreground := f.Bool("foreground", true, "Tesseract at the bare pool's priority instead of the lowest, for a fair race on a busy computer")
	profile := f.String("cpuprofile", "", "file to write a profile of our own processor time to")
	work := f.String("dir", "", "folder to work in; empty: a temporary one")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*work, "bench-ingest")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	if *engine != engineTesseract {
		*pool = 0
	}
	source := filepath.Join(dir, "scans")
	if err := repeatScans(*scans, source, *pages); err != nil {
		return err
	}
	b := &ingestBench{dir: dir, source: source, engineName: *engine, languages: *languages, workers: *workers}
	if b.recogniser, err = findEngine(ctx, *engine, *scans, *foreground); err != nil {
		return err
	}
	if err := profiled(*profile, func() error { return b.pipeline(ctx) }); err != nil {
		return err
	}
	if *pool > 0 {
		if err := b.bare(ctx, min(*pool, *pages)); err != nil {
			return err
		}
	}
	b.print()
	return nil
}

// profiled runs fn and writes a profile of its processor time; path "": it just runs fn.
func profiled(path string, fn func() error) error {
	if path == "" {
		return fn()
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return fn()
}

// ingestBench is one run and what it measured.
type ingestBench struct {
	dir, source           string
	engineName, languages string
	recogniser            ocr.Engine
	workers               int

	pages             int
	took              time.Duration
	ours, engine      time.Duration // processor time
	memory            int64         // bytes, anonymous, at most
	poolPages         int
	poolTook, poolCPU time.Duration
}

// repeatScans copies scans round and round until there are n, each with a comment of
// its own, so that no two files are equal.
func repeatScans(from, to string, n int) error {
	names, err := filepath.Glob(filepath.Join(from, "*.jpg"))
	if err != nil || len(names) == 0 {
		return fmt.Errorf("no JPEG scans in %s", from)
	}
	slices.Sort(names)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for i := range n {
		data, err := os.ReadFile(names[i%len(names)])
		if err != nil {
			return err
		}
		comment := []byte{0xFF, 0xFE, 0, 10}
		comment = binary.BigEndian.AppendUint64(comment, uint64(i))
		data = slices.Insert(data, 2, comment...)
		name := fmt.Sprintf("%04d-%s", i, filepath.Base(names[i%len(names)]))
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// pipeline takes the scans into a new archive and measures.
func (b *ingestBench) pipeline(ctx context.Context) (err error) {
	at := func(name string) string { return filepath.Join(b.dir, "home", name) }
	if err := os.MkdirAll(at("derived"), 0o755); err != nil {
		return err
	}
	cat, err := store.Open(ctx, store.Options{Catalogue: at("catalogue.db"), Text: at("text.db"), Station: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cat.Close()) }()
	originals, err := vault.Open(at("masters"), at("manifests"), vault.Options{})
	if err != nil {
		return err
	}
	index, err := search.Open(at("index"), cat, search.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, index.Close()) }()
	p, err := ingest.New(ctx, ingest.Options{Catalogue: cat, Vault: originals, Derived: at("derived"), Index: index,
		Tools:   ingest.Tools{Engine: b.recogniser, Languages: b.languages, Workers: b.workers},
		Observe: func(s ingest.Status) { progressLine(s) }})
	if err != nil {
		return err
	}
	memory := watchMemory()
	before, began := processorTime(), time.Now()
	r, err := p.Ingest(ctx, archive.LocalActor(), ingest.Delivery{Dir: b.source}, nil)
	b.took = time.Since(began)
	after := processorTime()
	b.memory = memory()
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return err
	}
	b.ours, b.engine = after.own-before.own, after.children-before.children
	b.pages = r.Pages - len(r.Refused)
	totals, err := cat.Totals(ctx, access.All(), 0)
	if err == nil && totals.Searchable != b.pages {
		err = fmt.Errorf("%d of %d pages can be searched", totals.Searchable, b.pages)
	}
	return err
}

func progressLine(s ingest.Status) {
	fmt.Fprintf(os.Stderr, "\r%-10s %d / %d, %.2f pages/s, %s left   ", s.Phase, s.Done, s.Total, s.PerSecond, s.Left.Round(time.Second))
}

func (b *ingestBench) print() {
	verdict := func(ok bool) string {
		if ok {
			return "met"
		}
		return "MISSED"
	}
	rate := float64(b.pages) / b.took.Seconds()
	fmt.Printf("pipeline   %d pages in %.1f s: %.3f pages/s with %d processes of %s (%s)\n",
		b.pages, b.took.Seconds(), rate, b.workers, b.engineName, b.languages)
	fmt.Printf("processor  ours %.1f s (%.0f ms a page), %s %.1f s (%.0f ms a page)",
		b.ours.Seconds(), perPage(b.ours, b.pages), b.engineName, b.engine.Seconds(), perPage(b.engine, b.pages))
	if b.engineName == engineTesseract {
		share := b.ours.Seconds() / b.engine.Seconds()
		fmt.Printf(": %.3f of it, goal %.2f %s", share, goalCPU, verdict(share <= goalCPU))
	}
	fmt.Println()
	if b.memory > 0 {
		mb := float64(b.memory) / (1 << 20)
		fmt.Printf("memory     RssAnon at most %.0f MB, goal %d MB %s\n", mb, goalMemory, verdict(mb <= goalMemory))
	}
	if b.poolPages > 0 {
		bare := float64(b.poolPages) / b.poolTook.Seconds()
		fmt.Printf("bare pool  %d pages in %.1f s: %.3f pages/s, processor %.1f s (%.0f ms a page)\n",
			b.poolPages, b.poolTook.Seconds(), bare, b.poolCPU.Seconds(), perPage(b.poolCPU, b.poolPages))
		fmt.Printf("speed      %.3f of the bare pool, goal %.2f %s\n", rate/bare, goalSpeed, verdict(rate/bare >= goalSpeed))
	}
}

func perPage(d time.Duration, n int) float64 { return float64(d.Milliseconds()) / float64(max(n, 1)) }

// anonymous reads the anonymous memory of this process from the kernel; 0 where it
// does not tell.
func anonymous() int64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}

// watchMemory samples the anonymous memory until the returned function is called,
// which gives the most there was.
func watchMemory() func() int64 {
	stop, most := make(chan struct{}), make(chan int64)
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		peak := anonymous()
		for {
			select {
			case <-tick.C:
				peak = max(peak, anonymous())
			case <-stop:
				most <- peak
				return
			}
		}
	}()
	return func() int64 { close(stop); return <-most }
}
