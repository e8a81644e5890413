package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"lantai/archive"
)

// Options tune an index; the zero value is right for an archive.
type Options struct {
	ShardPages int         // pages per shard; 0: 250,000
	OnError    func(error) // told of faults in background work (disk full, …); may be nil
}

const defaultShardPages = 250_000

// Index is an open index. All methods may be called by several goroutines.
type Index struct {
	dir   string
	texts Texts
	opt   Options
	queue *index.AnalysisQueue

	mu      sync.RWMutex // guards the fields below
	gen     *generation  // nil when closed
	state   state
	rebuild *Rebuild // the one under way, or nil

	tightening atomic.Bool
	columns    columnCache
	verdicts   verdictCache
	warm       *warmer
}

// state is what index.json in the index's folder says.
type state struct {
	Version    int  `json:"version"`    // mappingVersion of the generation
	Generation int  `json:"generation"` // the folder that serves
	Incomplete bool `json:"incomplete"` // it lacks what was indexed before: rebuild
}

const stateFile = "index.json"

// Open opens or creates the index in dir. A damaged index or one of another
// version is no error: a damaged one is moved aside to dir.damaged-<time> (one is
// kept), an empty one takes its place, and NeedsRebuild says so. An index held by
// another process is a Busy error.
func Open(dir string, texts Texts, opt Options) (*Index, error) {
	if opt.ShardPages <= 0 {
		opt.ShardPages = defaultShardPages
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, archive.WrapAs(archive.Unavailable, "open index", dir, err)
	}
	x := &Index{dir: dir, texts: texts, opt: opt, queue: index.NewAnalysisQueue(runtime.NumCPU())}
	if err := x.open(); err != nil {
		x.queue.Close()
		return nil, err
	}
	x.dropOthers()
	x.warm = startWarmer(x)
	return x, nil
}

func (x *Index) open() error {
	s, ok := readState(x.dir)
	if ok {
		gen, err := openGeneration(x.path(s.Generation), x.opt.ShardPages, x.queue, x.failed)
		switch archive.KindOf(err) {
		case "":
			x.gen, x.state = gen, s
			return nil
		case archive.Damaged:
			x.failed(err)
			if err := x.setAside(s.Generation); err != nil {
				return err
			}
		default:
			return err
		}
	} else if err := x.held(); err != nil {
		return err
	}
	s = state{Version: mappingVersion, Generation: s.Generation + 1, Incomplete: true}
	if err := os.RemoveAll(x.path(s.Generation)); err != nil {
		return archive.WrapAs(kindOf(err), "open index", x.dir, err)
	}
	gen, err := openGeneration(x.path(s.Generation), x.opt.ShardPages, x.queue, x.failed)
	if err != nil {
		return err
	}
	if err := writeState(x.dir, s); err != nil {
		return errors.Join(err, gen.close())
	}
	x.gen, x.state = gen, s
	return nil
}

// held tells whether another process has a generation of this folder open. It
// matters when index.json is unreadable or of another version.
func (x *Index) held() error {
	roots, err := filepath.Glob(filepath.Join(x.dir, "gen-*", "items", "root.bolt"))
	if err != nil {
		return archive.Wrap("open index", x.dir, err)
	}
	for _, root := range roots {
		err := guard("open index", root, func() error {
			_, err := checkRoot(filepath.Dir(root))
			return err
		})
		if kindOf(err) == archive.Busy {
			return archive.WrapAs(archive.Busy, "open index", x.dir, err)
		}
	}
	return nil
}

func (x *Index) path(generation int) string {
	return filepath.Join(x.dir, fmt.Sprintf("gen-%06d", generation))
}

// failed passes a fault in background work on. After a panic there the index
// cannot be trusted.
func (x *Index) failed(err error) {
	if archive.KindOf(err) == archive.Damaged {
		x.distrust()
	}
	if x.opt.OnError != nil {
		x.opt.OnError(archive.WrapAs(kindOf(err), "keep index", x.dir, err))
	}
}

// distrust notes that the index is damaged and must be rebuilt.
func (x *Index) distrust() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.gen == nil || x.state.Incomplete {
		return
	}
	x.state.Incomplete = true
	if err := writeState(x.dir, x.state); err != nil && x.opt.OnError != nil {
		x.opt.OnError(err)
	}
}

// setAside moves a damaged generation beside the index and drops the one moved
// there before.
func (x *Index) setAside(generation int) error {
	old, err := filepath.Glob(x.dir + ".damaged-*")
	if err != nil {
		return archive.Wrap("set damaged index aside", x.dir, err)
	}
	for _, o := range old {
		if err := os.RemoveAll(o); err != nil {
			return archive.WrapAs(kindOf(err), "set damaged index aside", o, err)
		}
	}
	to := x.dir + ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(x.path(generation), to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return archive.WrapAs(kindOf(err), "set damaged index aside", x.dir, err)
	}
	return nil
}

// dropOthers removes generations that do not serve: of an unfinished rebuild, or
// of an older version.
func (x *Index) dropOthers() {
	names, err := filepath.Glob(filepath.Join(x.dir, "gen-*"))
	for _, name := range names {
		if name != x.path(x.state.Generation) {
			err = errors.Join(err, os.RemoveAll(name))
		}
	}
	if err != nil {
		x.failed(err)
	}
}

// readState reads index.json; an unreadable one or one of another version is none.
func readState(dir string) (state, bool) {
	var s state
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil || json.Unmarshal(b, &s) != nil || s.Generation < 0 {
		return state{Generation: newest(dir)}, false
	}
	return s, s.Version == mappingVersion
}

// newest is the highest generation that has a folder.
func newest(dir string) int {
	names, _ := filepath.Glob(filepath.Join(dir, "gen-*"))
	n := 0
	for _, name := range names {
		var g int
		if _, err := fmt.Sscanf(filepath.Base(name), "gen-%d", &g); err == nil {
			n = max(n, g)
		}
	}
	return n
}

// writeState replaces index.json so that it is there whole or not at all.
func writeState(dir string, s state) error {
	b, err := json.Marshal(s)
	if err != nil {
		return archive.Wrap("write index state", dir, err)
	}
	err = func() error {
		f, err := os.CreateTemp(dir, stateFile+".*.part")
		if err != nil {
			return err
		}
		_, err = f.Write(append(b, '\n'))
		err = errors.Join(err, f.Sync(), f.Close())
		if err == nil {
			err = os.Rename(f.Name(), filepath.Join(dir, stateFile))
		}
		if err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return syncFolder(dir)
	}()
	if err != nil {
		return archive.WrapAs(kindOf(err), "write index state", dir, err)
	}
	return nil
}

// syncFolder makes a rename last. Windows has no such call, and needs none.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Close ends background work and releases the index. A rebuild under way is
// dropped.
func (x *Index) Close() error {
	x.mu.RLock()
	r := x.rebuild
	x.mu.RUnlock()
	var errs []error
	if r != nil {
		errs = append(errs, r.Abort())
	}
	x.warm.stop()
	x.mu.Lock()
	gen := x.gen
	x.gen = nil
	x.mu.Unlock()
	if gen == nil {
		return errors.Join(errs...)
	}
	errs = append(errs, gen.close())
	x.queue.Close()
	return archive.Wrap("close index", x.dir, errors.Join(errs...))
}

// NeedsRebuild tells that the index lacks what was indexed before: it is new,
// was damaged, or an older program made it. It says so until a rebuild is
// finished.
func (x *Index) NeedsRebuild() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.state.Incomplete
}

// use gives the generation that serves, and what to call when done with it.
func (x *Index) use() (*generation, func(), error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.gen == nil {
		return nil, nil, archive.Errorf(archive.Unavailable, "use index", x.dir, "closed")
	}
	x.gen.users.Add(1)
	return x.gen, x.gen.users.Done, nil
}

// Put applies one step of the index's feed. When it returns, the step is on disk
// and can be found. The same step may be put again. While a rebuild runs, the
// step goes into both indexes.
func (x *Index) Put(ctx context.Context, b archive.IndexBatch) error {
	for {
		gen, done, err := x.use()
		if err != nil {
			return err
		}
		err = x.putInto(ctx, gen, b)
		done()
		if archive.KindOf(err) == archive.Damaged {
			x.distrust()
		}
		if err != nil || x.serves(gen) {
			return err
		}
	}
}

func (x *Index) putInto(ctx context.Context, gen *generation, b archive.IndexBatch) error {
	x.mu.RLock()
	r := x.rebuild
	x.mu.RUnlock()
	if r != nil {
		if err := r.follow(ctx, b); err != nil {
			return err
		}
	}
	return gen.put(ctx, stepOfPages(b), stepOfItems(b))
}

// serves tells whether the generation is still the one in use: a rebuild that
// finished during a Put may have missed it.
func (x *Index) serves(gen *generation) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.gen == gen
}

// Tightening tells that access was narrowed and the feed has not caught up
// (true), or that it has (false). Meanwhile a restricted sight gets no totals.
func (x *Index) Tightening(pending bool) { x.tightening.Store(pending) }

// Compact merges what the feed has left in pieces, so that the index becomes smaller
// and quicker. It takes about as long as indexing and up to the size of a shard on
// disk meanwhile; searches and steps of the feed go on. It pays after large receipts.
func (x *Index) Compact(ctx context.Context) error {
	gen, done, err := x.use()
	if err != nil {
		return err
	}
	defer done()
	return gen.compact(ctx)
}

// Size tells the bytes of the segments in use; files that a merge has replaced go
// soon.
func (x *Index) Size() (int64, error) {
	gen, done, err := x.use()
	if err != nil {
		return 0, err
	}
	defer done()
	var total int64
	for _, s := range append(slices.Clip(gen.shards()), gen.items) {
		_, size, err := s.segments()
		if err != nil {
			return 0, archive.Wrap("measure index", s.path, err)
		}
		total += size
	}
	return total, nil
}
