package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	district "lantai/archive/sample"
	"lantai/archive/store"
)

// What lists of a district's archive are held to.
const (
	goalFirst       = 50 * time.Millisecond // first window after an indexed sort or filter, p99
	goalIndexed     = 500 * time.Millisecond
	goalSorted      = 1500 * time.Millisecond
	goalWindow      = 20 * time.Millisecond // of 200 rows, p99
	goalNode        = 20 * time.Millisecond // of the tree, p99
	goalSave        = 20 * time.Millisecond
	goalListMemory  = 400 // MB of anonymous memory
	goalMakeSample  = 30 * time.Minute
	windowRows      = 200
	catalogueReruns = 5 // of each whole list
)

// benchCatalogue measures lists, windows, the tree and saving in the archive of the annual
// figures, beside the same reads by the plain sqlite3 program. The archive is made once and
// kept.
func benchCatalogue(args []string) error {
	f := flag.NewFlagSet("catalogue", flag.ContinueOnError)
	cache := f.String("dir", "", "folder that keeps the archive; empty: the user's cache folder")
	seed := f.Uint64("seed", 1, "seed of the archive")
	fraction := f.Float64("fraction", 1, "part of the annual figures")
	requests := f.Int("n", 300, "requests of each kind")
	only := f.String("only", "", "measure only what has this in its name")
	profile := f.String("cpuprofile", "", "file to write a profile to")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		*cache = filepath.Join(dir, "lantai-bench")
	}
	home, err := keptDistrict(*cache, *seed, *fraction)
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(home, name) }
	cat, err := store.Open(context.Background(), store.Options{Catalogue: at("catalogue.db"), Text: at("text.db"), Station: 2})
	if err != nil {
		return err
	}
	b := &catalogueBench{ctx: context.Background(), cat: cat, file: at("catalogue.db"), rnd: rand.New(rand.NewPCG(7, *seed)), n: *requests, only: *only}
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
	memory := watchMemory()
	err = b.run()
	most := memory()
	fmt.Printf("memory    RssAnon at most %.0f MB, goal %d MB %s\n", float64(most)/(1<<20), goalListMemory, met(most <= goalListMemory<<20))
	return errors.Join(err, cat.Close())
}

// keptDistrict gives the archive of a seed, which it makes unless it is there.
func keptDistrict(cache string, seed uint64, fraction float64) (home string, err error) {
	edition, err := store.Edition()
	if err != nil {
		return "", err
	}
	home = filepath.Join(cache, fmt.Sprintf("district-%s-%d-%d-%g", edition, district.Edition, seed, fraction))
	if _, err := os.Stat(filepath.Join(home, "lantai.json")); err == nil {
		fmt.Printf("archive   kept in %s\n", home)
		return home, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	memory, spent, began := watchMemory(), processorTime(), time.Now()
	made, err := district.District{Dir: home, Seed: seed, Fraction: fraction, Progress: func(p archive.Progress) {
		fmt.Fprintf(os.Stderr, "\rmaking the archive %d / %d   ", p.Done, p.Total)
	}}.Make(context.Background())
	took, most := time.Since(began), memory()
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(filepath.Join(home, "catalogue.db"))
	if err != nil {
		return "", err
	}
	fmt.Printf("archive   made in %s: %d containers, %d items, %d pages in %d files, %.2f TB declared; catalogue.db %.2f GB\n", home,
		made.Containers(), made.Items, made.Pages, made.Files, float64(made.Bytes)/1e12, float64(info.Size())/1e9)
	fmt.Printf("          %.0f s (processor %.0f s), goal %v %s; RssAnon at most %.0f MB, goal %d MB %s\n", took.Seconds(),
		(processorTime().own - spent.own).Seconds(), goalMakeSample, met(took <= goalMakeSample), float64(most)/(1<<20), goalListMemory, met(most <= goalListMemory<<20))
	return home, nil
}

type catalogueBench struct {
	ctx    context.Context
	cat    *store.Catalogue
	file   string
	rnd    *rand.Rand
	n      int
	only   string
	fonds  []archive.Fonds
	series []archive.Series
	sizes  map[archive.ID]int // records below a fonds or series
	items  []archive.ID       // of the whole archive, by 档号
	floor  floor
}

func (b *catalogueBench) run() (err error) {
	if b.fonds, err = b.cat.Fonds(b.ctx, access.All()); err != nil {
		return err
	}
	if b.series, err = b.cat.SeriesOf(b.ctx, access.All(), 0); err != nil {
		return err
	}
	if b.items, err = b.cat.Children(b.ctx, access.All(), store.List{Whole: true, Kinds: itemKinds()}); err != nil {
		return err
	}
	b.sizes = map[archive.ID]int{}
	var ids []archive.ID
	for _, f := range b.fonds {
		ids = append(ids, f.ID)
	}
	for _, s := range b.series {
		ids = append(ids, s.ID)
	}
	counts, err := b.cat.ChildCounts(b.ctx, access.All(), ids)
	for id, c := range counts {
		for _, n := range c.Holdings {
			b.sizes[id] += n
		}
	}
	if err != nil {
		return err
	}
	b.floor = floor{file: b.file}
	fmt.Printf("          times as p50 / p95 / p99 / most, our processor time as p50 / p99; %d requests of each, whole lists %d times; floor: sqlite3's own time for the same rows\n", b.n, catalogueReruns)
	for _, step := range []func() error{b.firstWindows, b.wholeLists, b.windows, b.tree, b.saves} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// measure times fn, and prints percentiles beside a goal for the p99.
func (b *catalogueBench) measure(name string, n int, goal time.Duration, fn func() error) error {
	if !strings.Contains(name, b.only) {
		return nil
	}
	var took, used durations
	for range n {
		began, spent := time.Now(), processorTime()
		if err := fn(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		took, used = append(took, time.Since(began)), append(used, processorTime().own-spent.own)
	}
	line := fmt.Sprintf("%s%v / %v / %v / %v   cpu %v / %v", pad(name, 44), took.at(50), took.at(95), took.at(99), took.at(100), used.at(50), used.at(99))
	if goal > 0 {
		line += fmt.Sprintf("   goal %v %s", goal, met(took.at(99) <= goal))
	}
	floor, err := b.floor.take()
	if err != nil {
		return err
	}
	if len(floor) > 0 {
		line += fmt.Sprintf("   floor %v / %v", floor.at(50), floor.at(99))
	}
	fmt.Println(line)
	return nil
}

// pad fills a name with blanks to a width, each Han as two.
func pad(name string, width int) string {
	for _, r := range name {
		width--
		if r > 0x2e80 {
			width--
		}
	}
	return name + strings.Repeat(" ", max(1, width))
}

var columnsShown = []string{"code", "title", "author", "doc_no", "date", "year", "retention", "page_count", store.ColumnPages}

// windows measures any 200 rows of the list of all items, the end included.
func (b *catalogueBench) windows() error {
	window := func(from int) error {
		part := b.items[from:min(from+windowRows, len(b.items))]
		b.floor.rows(part)
		rows, err := b.cat.Rows(b.ctx, access.All(), part, columnsShown)
		if err == nil && len(rows) != len(part) {
			err = fmt.Errorf("%d of %d rows", len(rows), len(part))
		}
		return err
	}
	last := max(0, len(b.items)-windowRows)
	if err := b.measure("window of 200 rows  any", b.n, goalWindow, func() error { return window(b.rnd.IntN(last + 1)) }); err != nil {
		return err
	}
	if err := b.measure("window of 200 rows  the end", b.n/3, goalWindow, func() error { return window(last) }); err != nil {
		return err
	}
	return b.measure("near a 档号  archive", b.n, 0, func() error {
		h, err := b.cat.Holding(b.ctx, access.All(), b.items[b.rnd.IntN(len(b.items))])
		if err != nil {
			return err
		}
		id, err := b.cat.Near(b.ctx, access.All(), store.List{Whole: true, Kinds: itemKinds()}, h.Code)
		if err == nil && id != h.ID {
			err = fmt.Errorf("near %s is %s", h.Code, id)
		}
		return err
	})
}

// tree measures the opening of a node.
func (b *catalogueBench) tree() error {
	open := func(at store.Branch) ([]store.TreeNode, error) { return b.cat.Tree(b.ctx, access.All(), at) }
	if err := b.measure("tree node  archive", b.n, goalNode, func() error { _, err := open(store.Branch{}); return err }); err != nil {
		return err
	}
	if err := b.measure("tree node  a fonds", b.n, goalNode, func() error {
		_, err := open(store.Branch{Node: b.fonds[b.rnd.IntN(len(b.fonds))].ID})
		return err
	}); err != nil {
		return err
	}
	var years []store.Branch
	if err := b.measure("tree node  a series", b.n, goalNode, func() error {
		nodes, err := open(store.Branch{Node: b.series[b.rnd.IntN(len(b.series))].ID})
		for _, n := range nodes {
			if n.Branch.Division != store.Undivided {
				years = append(years, n.Branch)
			}
		}
		return err
	}); err != nil || len(years) == 0 {
		return err
	}
	return b.measure("tree node  a year of a series", b.n, goalNode, func() error {
		_, err := open(years[b.rnd.IntN(len(years))])
		return err
	})
}

// saves measures the saving of a record, which is written to disk when it returns.
func (b *catalogueBench) saves() error {
	records := make([]*archive.Item, b.n)
	for i := range records {
		item, err := b.cat.Item(b.ctx, access.All(), b.items[b.rnd.IntN(len(b.items))])
		if err != nil {
			return err
		}
		records[i] = &item
	}
	next := 0
	return b.measure("save a record", b.n, goalSave, func() error {
		item := records[next]
		next++
		item.Note += "改"
		_, err := b.cat.Do(b.ctx, archive.LocalActor(), archive.OpHoldingEdit, func(tx *store.Tx) error { return tx.Update(item) })
		if archive.KindOf(err) == archive.Conflict { // drawn twice
			return nil
		}
		return err
	})
}
