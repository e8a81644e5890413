package ingest

import (
	"context"
	"sync"
	"time"

	"lantai/archive"
)

// Phases of the pipeline, keys of the language files under "phase.".
const (
	PhaseIdle      = "idle"
	PhaseReceive   = "receive"
	PhaseEnhance   = "enhance"
	PhaseRecognise = "recognise"
	PhaseIndex     = "index"
	PhaseRebuild   = "rebuild"
	PhaseAdopt     = "adopt"
	PhaseHash      = "hash"
	PhaseOrder     = "order"
)

// Status is how far the pipeline has come with what waits.
type Status struct {
	Running   bool
	Paused    bool
	Phase     string
	Done      int           // pages recognised or refused since it had nothing to do
	Total     int           // Done and what still waits
	Refused   int           // of Done
	PerSecond float64       // pages, over the last minutes; 0: not known yet
	Left      time.Duration // until all is done; 0: not known yet
	Waits     error         // why pages wait: the engine is not there; nil: they do not
	Away      int           // pages that wait for a storage root that is not connected; not in Total
	Rests     time.Time     // outside the hours of work: when they begin; zero: work goes on

	// Rebuild is how far a rebuild of the index has come, which goes on beside the pages;
	// zero: none is under way.
	Rebuild archive.Progress
	// Fault is what ended the work on all pages, such as a full disk; nil since a page
	// was done. The work is tried again.
	Fault error
}

// Status tells how far the pipeline has come.
func (p *Pipeline) Status() Status {
	s := p.meter.status()
	s.Running, s.Paused = p.busy.Load(), p.gate.paused()
	return s
}

// NoteFault has Status tell of a fault that touches all pages; nil: of none.
func (p *Pipeline) NoteFault(err error) {
	p.meter.fault(err)
	p.observe()
}

// Pause stops work within seconds and keeps its place; recognition that is under way
// is given up and begins again with Resume.
func (p *Pipeline) Pause() { p.gate.close() }

// Resume goes on after Pause.
func (p *Pipeline) Resume() { p.gate.open() }

// gate is open or closed; work waits before it.
type gate struct {
	mu     sync.Mutex
	opened chan struct{}      // closed while the gate is open
	passed context.Context    // ends when the gate closes
	end    context.CancelFunc // of passed
}

func newGate() *gate {
	g := &gate{opened: make(chan struct{})}
	close(g.opened)
	g.passed, g.end = context.WithCancel(context.Background())
	return g
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.opened:
		g.opened = make(chan struct{})
		g.end()
	default:
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.opened:
	default:
		close(g.opened)
		g.passed, g.end = context.WithCancel(context.Background())
	}
}

func (g *gate) paused() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.opened:
		return false
	default:
		return true
	}
}

// pass waits until the gate is open and gives a context that ends with ctx or when
// the gate closes.
func (g *gate) pass(ctx context.Context) (context.Context, context.CancelFunc, error) {
	for {
		g.mu.Lock()
		opened, passed := g.opened, g.passed
		g.mu.Unlock()
		select {
		case <-opened:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
		if passed.Err() != nil {
			continue // closed and opened again in between
		}
		out, cancel := context.WithCancel(ctx)
		stop := context.AfterFunc(passed, cancel)
		return out, func() { stop(); cancel() }, nil
	}
}

// meter counts pages and tells the observer.
type meter struct {
	observe func(Status)
	telling sync.Mutex // held while observe is told

	mu      sync.Mutex
	now     Status
	waiting int         // pages that waited at the last count
	since   int         // pages done since the last count
	ends    []time.Time // when the last pages were done
}

// rateWindow is the time, and rateSamples the pages, that the speed is taken over.
const (
	rateWindow  = 3 * time.Minute
	rateSamples = 256
)

func newMeter(observe func(Status)) *meter {
	return &meter{observe: observe, now: Status{Phase: PhaseIdle}}
}

// count takes the number of pages that wait, and of those whose root is away. When there
// are none that could not be worked on, what comes later is new work.
func (m *meter) count(waiting, away int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waiting, m.since, m.now.Away = waiting, 0, away
	if waiting+away == 0 && m.now.Waits == nil {
		m.now.Done, m.now.Refused, m.ends = 0, 0, nil
	}
}

// rests notes until when work rests; the zero time: it does not.
func (m *meter) rests(until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Rests = until
}

// done notes the end of one page.
func (m *meter) done(refused bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Done++
	m.now.Fault = nil
	m.since++
	if refused {
		m.now.Refused++
	}
	m.ends = append(m.ends, time.Now())
	if len(m.ends) > rateSamples {
		m.ends = m.ends[1:]
	}
}

func (m *meter) phase(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Phase = name
}

func (m *meter) waits(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Waits = err
}

func (m *meter) fault(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Fault = err
}

func (m *meter) rebuild(p archive.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Rebuild = p
}

// idle forgets the work that is done.
func (m *meter) idle() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = Status{Phase: PhaseIdle, Waits: m.now.Waits, Away: m.now.Away, Rebuild: m.now.Rebuild, Fault: m.now.Fault}
	m.waiting, m.since, m.ends = 0, 0, nil
}

func (m *meter) status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.now
	left := max(m.waiting-m.since, 0)
	s.Total = s.Done + left
	ends := m.ends
	for len(ends) > 0 && time.Since(ends[0]) > rateWindow {
		ends = ends[1:]
	}
	if len(ends) > 1 {
		if t := time.Since(ends[0]).Seconds(); t > 0 {
			s.PerSecond = float64(len(ends)-1) / t
			s.Left = time.Duration(float64(left) / s.PerSecond * float64(time.Second))
		}
	}
	return s
}

// observe tells the observer how things stand.
func (p *Pipeline) observe() {
	if p.meter.observe == nil {
		return
	}
	p.meter.telling.Lock()
	defer p.meter.telling.Unlock()
	p.meter.observe(p.Status())
}

// report tells the observer every quarter of a second, when there is something new,
// until ctx ends.
func (p *Pipeline) report(ctx context.Context) {
	if p.meter.observe == nil {
		return
	}
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	var last Status
	for {
		if s := p.Status(); s != last {
			p.observe()
			last = s
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
