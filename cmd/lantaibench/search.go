package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/search"
)

// engine is one way to find phrases, ours or a rival's.
type engine interface {
	name() string
	build(ctx context.Context, pages []string) error
	bytes() (int64, error)
	shortest() int // the shortest phrase it can answer, in characters
	find(ctx context.Context, phrase string) (total int, exact bool, err error)
	close() error
}

func benchSearch(args []string) error {
	flags := flag.NewFlagSet("search", flag.ExitOnError)
	sizes := flags.String("pages", "40000,200000", "numbers of pages, parted by commas")
	corpus := flags.String("corpus", "../shared/data/corpus", "folder with .tar.zst of texts")
	rivals := flags.String("rivals", "sight,bleve,groonga,fts5", "which rivals to run; sight: ours for somebody who may not see everything")
	count := flags.Int("queries", 200, "number of queries")
	seed := flags.Uint64("seed", 1, "seed of pages and queries")
	keep := flags.String("dir", "", "folder for the indexes; empty: a temporary one")
	profile := flags.String("cpuprofile", "", "file to write a profile of the answers to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	sentences, err := readSentences(*corpus)
	if err != nil {
		return err
	}
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		dir := *keep
		if dir == "" {
			if dir, err = os.MkdirTemp("", "lantaibench"); err != nil {
				return err
			}
			defer os.RemoveAll(dir)
		}
		pages := makePages(sentences, n, 500, *seed)
		if err := measureSearch(context.Background(), filepath.Join(dir, s), pages, *rivals, *count, *seed, *profile); err != nil {
			return err
		}
	}
	return nil
}

func measureSearch(ctx context.Context, dir string, pages []string, rivals string, count int, seed uint64, profile string) error {
	fmt.Printf("\n%d pages of 500 characters\n", len(pages))
	ours := &oursEngine{dir: filepath.Join(dir, "lantai")}
	engines := []engine{ours}
	for _, r := range strings.Split(rivals, ",") {
		switch r {
		case "sight":
			engines = append(engines, sightedEngines(ours, len(pages))...)
		case "bleve":
			engines = append(engines, &bleveEngine{dir: filepath.Join(dir, "bleve")})
		case "groonga":
			engines = append(engines, &groongaEngine{dir: filepath.Join(dir, "groonga")})
		case "fts5":
			engines = append(engines, &fts5Engine{dir: filepath.Join(dir, "fts5")})
		}
	}
	fmt.Printf("%-28s %10s %12s\n", "", "pages/s", "bytes/page")
	for _, e := range engines {
		if _, same := e.(*sightedEngine); same {
			continue
		}
		began := time.Now()
		if err := e.build(ctx, pages); err != nil {
			return fmt.Errorf("%s: %w", e.name(), err)
		}
		took := time.Since(began)
		defer e.close()
		size, err := e.bytes()
		if err != nil {
			return err
		}
		fmt.Printf("%-28s %10.0f %12.0f\n", e.name(), float64(len(pages))/took.Seconds(), float64(size)/float64(len(pages)))
	}
	queries, err := drawQueries(ctx, ours, pages, count, seed)
	if err != nil {
		return err
	}
	if profile != "" {
		out, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	for _, e := range engines {
		if err := measureEngine(ctx, e, queries); err != nil {
			return fmt.Errorf("%s: %w", e.name(), err)
		}
	}
	return nil
}

// bands part the queries by their hits.
func bands() []struct {
	name string
	most int
} {
	return []struct {
		name string
		most int
	}{{"< 1,000", 1000}, {"< 50,000", 50_000}, {"more", 1 << 40}}
}

func bandOf(hits int) int {
	return slices.IndexFunc(bands(), func(b struct {
		name string
		most int
	}) bool {
		return hits < b.most
	})
}

// drawQueries fills the bands with phrases of 1 to 12 characters: half of them
// rare, three in ten middling, two in ten frequent, as far as there are such.
func drawQueries(ctx context.Context, ours *oursEngine, pages []string, count int, seed uint64) ([]phrase, error) {
	rnd := rand.New(rand.NewPCG(seed, 2))
	room := []int{count / 2, count * 3 / 10, count - count/2 - count*3/10}
	seen := map[string]bool{}
	var out []phrase
	for tries := 0; len(out) < count && tries < 400*count; tries++ {
		longest := 12
		if room[0] == 0 {
			longest = 5
		}
		text, ok := drawPhrase(pages, rnd, longest)
		if !ok || seen[text] {
			continue
		}
		seen[text] = true
		hits, err := ours.exact(ctx, text)
		if err != nil {
			return nil, err
		}
		if b := bandOf(hits); room[b] > 0 {
			room[b]--
			out = append(out, phrase{text, hits, len([]rune(text))})
		}
	}
	if err := ours.reopen(); err != nil { // forgets what drawing has taught it
		return nil, err
	}
	// Warm is every engine: a phrase that is not asked again reads its dictionary.
	_, err := ours.exact(ctx, "中华人民共和国")
	return out, err
}

func measureEngine(ctx context.Context, e engine, queries []phrase) error {
	took := make([][]time.Duration, len(bands()))
	same, less, more, bound := 0, 0, 0, 0
	for _, q := range queries {
		if q.runes < e.shortest() {
			continue
		}
		began := time.Now()
		total, exact, err := e.find(ctx, q.text)
		if err != nil {
			return fmt.Errorf("%q: %w", q.text, err)
		}
		took[bandOf(q.hits)] = append(took[bandOf(q.hits)], time.Since(began))
		switch {
		case !exact:
			bound++
		case total == q.hits:
			same++
		case total < q.hits:
			less++
		default:
			more++
		}
	}
	fmt.Printf("%s (totals: %d the same, %d less, %d more, %d upper bounds)\n", e.name(), same, less, more, bound)
	for i, b := range bands() {
		t := took[i]
		if len(t) == 0 {
			continue
		}
		slices.Sort(t)
		fmt.Printf("    hits %-9s n %3d   p50 %8.2f ms   p95 %8.2f ms   worst %8.2f ms\n", b.name, len(t),
			ms(t[len(t)/2]), ms(t[len(t)*95/100]), ms(t[len(t)-1]))
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// oursEngine is package search, with the texts in SQLite as the archive has them.
type oursEngine struct {
	dir   string
	texts *textTable
	index *search.Index
}

func (e *oursEngine) name() string  { return "Lantai" }
func (e *oursEngine) shortest() int { return 1 }

func (e *oursEngine) build(ctx context.Context, pages []string) error {
	var err error
	if e.texts, err = makeTexts(ctx, e.dir, pages); err != nil {
		return err
	}
	return e.buildIndex(ctx, pages)
}

func (e *oursEngine) buildIndex(ctx context.Context, pages []string) error {
	began := time.Now()
	var err error
	if e.index, err = search.Open(filepath.Join(e.dir, "index"), e.texts, search.Options{}); err != nil {
		return err
	}
	fresh, err := e.index.Begin(ctx)
	if err != nil {
		return err
	}
	const step = 8000
	for from := 0; from < len(pages); from += step {
		var b archive.IndexBatch
		for i := from; i < min(from+step, len(pages)); i++ {
			b.Pages = append(b.Pages, archive.IndexPage{ID: archive.ID(i + 1), Item: itemOf(i), Access: accessOf(i), Text: pages[i], Ordinal: i})
		}
		if err := fresh.Put(ctx, b); err != nil {
			return err
		}
	}
	if err := fresh.Finish(ctx); err != nil {
		return err
	}
	fmt.Printf("  (index alone %.0f pages/s)\n", float64(len(pages))/time.Since(began).Seconds())
	return nil
}

func (e *oursEngine) bytes() (int64, error) { return e.index.Size() }

func (e *oursEngine) reopen() error {
	if err := e.index.Close(); err != nil {
		return err
	}
	var err error
	e.index, err = search.Open(filepath.Join(e.dir, "index"), e.texts, search.Options{})
	return err
}

func (e *oursEngine) find(ctx context.Context, phrase string) (int, bool, error) {
	return e.findWith(ctx, access.All(), phrase)
}

func (e *oursEngine) findWith(ctx context.Context, sight access.Sight, phrase string) (int, bool, error) {
	q, err := search.Parse(`"` + phrase + `"`)
	if err != nil {
		return 0, false, err
	}
	r, err := e.index.Search(ctx, sight, q, search.Page{Limit: 20})
	if err == nil && len(r.Hits) < min(20, r.Total) && r.Exact {
		err = fmt.Errorf("%d hits of %d", len(r.Hits), r.Total)
	}
	for _, h := range r.Hits {
		if h.Snippet == "" {
			err = errors.New("a hit without a snippet")
		}
	}
	return r.Total, r.Exact, err
}

func (e *oursEngine) exact(ctx context.Context, phrase string) (int, error) {
	q, err := search.Parse(`"` + phrase + `"`)
	if err != nil {
		return 0, err
	}
	r, err := e.index.Refine(ctx, access.All(), q)
	return r.Total, err
}

// pagesPerItem pages lie in an item. Every second item is open, the others are closed.
const pagesPerItem = 10

func itemOf(page int) archive.ID { return archive.ID(1<<40 + page/pagesPerItem) }

func accessOf(page int) archive.AccessClass {
	if page/pagesPerItem%2 == 0 {
		return access.ClassOf(access.Open, 0)
	}
	return access.ClassOf(access.Closed, 0)
}

// sightedEngine is ours for somebody who may not see everything.
type sightedEngine struct {
	*oursEngine
	who   string
	sight access.Sight
}

// sightedEngines are an archivist with six groups and three levels, and the reading room
// without and with approvals of closed items spread over the archive.
func sightedEngines(ours *oursEngine, pages int) []engine {
	archivist := access.Actor{Roles: []access.Role{access.Archivist}, Clearance: access.Internal, Groups: groups(5)}
	list := []engine{&sightedEngine{ours, "ours, an archivist in 6 groups", archivist.Sight()}}
	for _, n := range []int{0, 50, 1000} {
		clerk := access.Actor{Roles: []access.Role{access.ReadingRoom}}
		for i := range n {
			clerk.Approved = append(clerk.Approved, itemOf(i*(pages/n)/pagesPerItem/2*2*pagesPerItem+pagesPerItem))
		}
		list = append(list, &sightedEngine{ours, fmt.Sprintf("ours, the reading room, %d approvals", n), clerk.Sight()})
	}
	return list
}

func (e *sightedEngine) name() string                          { return e.who }
func (e *sightedEngine) build(context.Context, []string) error { return nil }
func (e *sightedEngine) close() error                          { return nil }

func (e *sightedEngine) find(ctx context.Context, phrase string) (int, bool, error) {
	return e.findWith(ctx, e.sight, phrase)
}

func (e *oursEngine) close() error {
	return errors.Join(e.index.Close(), e.texts.db.Close())
}

// textTable holds texts by page, as text.db does.
type textTable struct{ db *sql.DB }

func makeTexts(ctx context.Context, dir string, pages []string) (*textTable, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", filepath.Join(dir, "text.db")+"?_journal_mode=WAL&_busy_timeout=5000")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, `PRAGMA page_size=8192; CREATE TABLE page_text(page INTEGER PRIMARY KEY, plain TEXT NOT NULL) STRICT`); err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	insert, err := tx.Prepare(`INSERT INTO page_text VALUES (?, ?)`)
	if err != nil {
		return nil, err
	}
	for i, p := range pages {
		if _, err := insert.Exec(i+1, p); err != nil {
			return nil, err
		}
	}
	return &textTable{db}, tx.Commit()
}

// PageTexts reads texts by id.
func (t *textTable) PageTexts(ctx context.Context, _ access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	if len(pages) == 0 {
		return nil, nil
	}
	in := strings.TrimSuffix(strings.Repeat("?,", len(pages)), ",")
	args := make([]any, len(pages))
	for i, id := range pages {
		args[i] = int64(id)
	}
	rows, err := t.db.QueryContext(ctx, `SELECT page, plain FROM page_text WHERE page IN (`+in+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([]archive.PageText, 0, len(pages))
	for rows.Next() {
		var p archive.PageText
		if err := rows.Scan(&p.Page, &p.Plain); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// PlainTexts is PageTexts: there are no words.
func (t *textTable) PlainTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	return t.PageTexts(ctx, sight, pages)
}
