package raster

import (
	"context"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"lantai/archive"
)

const (
	// pdfMemory bounds what one engine may take, in bytes: more than a page of 100
	// million pixels needs, and the end of every bomb.
	pdfMemory = 1 << 30
	// keepMemory is how large an engine may have grown and still be used again: what
	// it has taken it never gives back.
	keepMemory = 128 << 20
	wasmPage   = 64 << 10
)

// engine is one PDFium. It is WebAssembly in a room of its own: no file but a font,
// no network, bounded memory, and it ends when it is told to.
type engine struct {
	pdfium.Pdfium
	pool   pdfium.Pool
	cancel context.CancelFunc // ends it within a few instructions
	memory *roomMemory
	timer  *time.Timer // ends it when it takes too long
	late   atomic.Bool // the timer did
}

// roomMemory is the memory of an engine. It grows in place, since a copy of hundreds of
// megabytes for each step would take twice the memory.
type roomMemory struct {
	space []byte
	used  uint64
}

func (m *roomMemory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.space)) || !provide(m.space, size) {
		return nil
	}
	m.used = size
	return m.space[:size:size]
}

func (m *roomMemory) Free() {
	if m.space != nil {
		giveBack(m.space)
		m.space = nil
	}
}

// engines lends out engines, at most so many at a time. They are started when they are
// needed, which takes seconds for the first.
type engines struct {
	font  []byte
	turns chan struct{} // one for each engine that is lent out

	mu     sync.Mutex
	cache  wazero.CompilationCache // nil until the first start
	idle   []*engine
	closed bool
}

func newEngines(most int, font []byte) *engines {
	return &engines{font: font, turns: make(chan struct{}, most)}
}

// use lends an engine to fn for at most patience, which fn may extend. The error is fn's, Stopped when ctx
// ended, a refusal when patience did, Unavailable when no engine starts.
func (es *engines) use(ctx context.Context, op string, patience time.Duration, fn func(*engine) error) error {
	select {
	case es.turns <- struct{}{}:
	case <-ctx.Done():
		return archive.Wrap(op, "", ctx.Err())
	}
	defer func() { <-es.turns }()
	e, err := es.take()
	if err != nil {
		return archive.WrapAs(archive.Unavailable, op, "PDFium", err)
	}
	e.timer = time.AfterFunc(patience, func() { e.late.Store(true); e.cancel() })
	stop := context.AfterFunc(ctx, e.cancel)
	sound := false
	defer func() { // a panic in fn ends the engine as well
		ended := !stop()
		if !e.timer.Stop() || ended || !sound || e.memory.used > keepMemory {
			e.close()
			return
		}
		es.keep(e)
	}()
	err = fn(e)
	switch {
	case ctx.Err() != nil:
		return archive.Wrap(op, "", ctx.Err())
	case e.late.Load():
		return archive.Refuse(op, "", archive.ReasonTooLarge, "it takes too long to read")
	}
	sound = err == nil || archive.ReasonOf(err) != "" && !errors.Is(err, errEngine)
	return err
}

// errEngine marks a fault after which an engine is not used again.
var errEngine = errors.New("PDFium failed")

// extend gives the work at hand so much time from now on.
func (e *engine) extend(patience time.Duration) { e.timer.Reset(patience) }

func (es *engines) take() (*engine, error) {
	es.mu.Lock()
	defer es.mu.Unlock()
	if es.closed {
		return nil, errors.New("closed")
	}
	if n := len(es.idle); n > 0 {
		e := es.idle[n-1]
		es.idle = es.idle[:n-1]
		return e, nil
	}
	if es.cache != nil {
		return startEngine(es.cache, es.font)
	}
	es.cache = wazero.NewCompilationCache()
	e, err := startEngine(es.cache, es.font)
	debug.FreeOSMemory() // compiling leaves some 300 MB of garbage behind
	return e, err
}

func (es *engines) keep(e *engine) {
	es.mu.Lock()
	defer es.mu.Unlock()
	if es.closed {
		e.close()
		return
	}
	es.idle = append(es.idle, e)
}

// close ends the idle engines; those lent out end when they are given back.
func (es *engines) close() error {
	es.mu.Lock()
	defer es.mu.Unlock()
	es.closed = true
	for _, e := range es.idle {
		e.close()
	}
	es.idle = nil
	if es.cache == nil {
		return nil
	}
	return es.cache.Close(context.Background())
}

// startEngine compiles PDFium unless the cache has it, and starts one.
func startEngine(cache wazero.CompilationCache, font []byte) (*engine, error) {
	e := &engine{memory: &roomMemory{}}
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	ctx = experimental.WithCompilationWorkers(ctx, runtime.NumCPU())
	ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, most uint64) experimental.LinearMemory {
		e.memory.space = reserve(most)
		return e.memory
	}))
	files := wazero.NewFSConfig()
	if len(font) > 0 {
		files = files.WithFSMount(fontDisk{font}, "/")
	}
	var err error
	e.pool, err = webassembly.Init(webassembly.Config{
		Context: ctx, MaxTotal: 1, ReuseWorkers: true, FSConfig: files, Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCompilationCache(cache).WithMemoryLimitPages(pdfMemory / wasmPage).WithCloseOnContextDone(true),
	})
	if err == nil {
		e.Pdfium, err = e.pool.GetInstanceWithContext(ctx)
	}
	if err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

// released drops the answer to a call that gives something back. An engine that cannot
// even do that fails in the next call, and is thrown away.
func released[T any](T, error) {}

func (e *engine) close() {
	e.cancel()
	if e.pool != nil {
		_ = e.pool.Close() // the engine was told to end; its errors say no more than that
	}
}
