package ingest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
)

const (
	perProcess = 8                      // pages one process of the engine recognises
	lease      = 2 * time.Minute        // how long a claim lasts
	poll       = time.Second            // between looks for work made past the pipeline
	recount    = 500 * time.Millisecond // between counts of what waits
	retryTools = 30 * time.Second       // before an engine that was not there is tried again
)

// run is one Run or Drain.
type run struct {
	*Pipeline
	tools    Tools
	complete <-chan struct{} // closed: the run ends when nothing waits; nil: it never does
	limit    int             // pages in hand at a time

	todo  chan archive.Page // claimed, to be prepared
	ready *waiting          // prepared, to be recognised
	freed chan struct{}     // a page left the hands
	quiet chan struct{}     // closed when no page is in hand any more and none will be

	mu      sync.Mutex
	held    map[archive.ID]bool
	noTools error     // why the engine does not work
	again   time.Time // when to try it again
	noted   time.Time // when the speed was remembered; for dispatch alone
}

// work runs until ctx ends, or until nothing waits once complete is closed.
func (p *Pipeline) work(ctx context.Context, complete <-chan struct{}) error {
	if !p.busy.CompareAndSwap(false, true) {
		return errRunning
	}
	defer p.observe()
	defer p.busy.Store(false)
	if err := p.reconcile(ctx); err != nil {
		return err
	}
	ctx, change := context.WithCancelCause(ctx)
	defer change(nil)
	p.changing(change)
	defer p.changing(nil)
	tools := p.using()
	preparers := max(1, tools.Workers/4)
	r := &run{Pipeline: p, tools: tools, complete: complete, limit: tools.Workers*perProcess*3/2 + preparers,
		todo: make(chan archive.Page), freed: make(chan struct{}, 1), quiet: make(chan struct{}),
		held: map[archive.ID]bool{}}
	r.ready = newWaiting(r.limit)
	if tools.Engine == nil {
		r.noTools = errNoEngine
		r.meter.waits(errNoEngine)
	}
	reporting, stop := context.WithCancel(ctx)
	reported := make(chan struct{})
	go func() { defer close(reported); p.report(reporting) }()
	defer func() { stop(); <-reported }()

	g, inner := errgroup.WithContext(ctx)
	g.Go(func() error { defer close(r.todo); return r.dispatch(inner) })
	prepared, started := errgroup.WithContext(inner)
	for range preparers {
		prepared.Go(func() error { return r.prepareAll(started) })
	}
	g.Go(func() error { defer r.ready.close(); return prepared.Wait() })
	read, reading := errgroup.WithContext(inner)
	for range tools.Workers {
		read.Go(func() error { return r.recogniseAll(reading) })
	}
	g.Go(func() error { defer close(r.quiet); return read.Wait() })
	g.Go(func() error { return r.renew(inner) })
	g.Go(func() error { return r.index(inner) })
	g.Go(func() error { return r.keepOrder(inner) })
	g.Go(func() error { return r.keepFiled(inner) })
	err := g.Wait()
	r.drop()
	r.meter.idle()
	if err != nil && ctx.Err() == nil {
		r.meter.fault(archive.Wrap("run pipeline", "", err))
	}
	if err == nil {
		err = r.noTools
	}
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// drop gives back what is in hand.
func (r *run) drop() {
	r.ready.drop()
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []archive.ID
	for id := range r.held {
		ids = append(ids, id)
	}
	if len(ids) > 0 {
		// Not given back they come back by themselves when the lease is over.
		_ = r.cat.ReleaseClaims(context.Background(), ids...)
	}
}

// hold notes pages as in hand and gives those that were not.
func (r *run) hold(pages []archive.Page) []archive.Page {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(pages, func(p archive.Page) bool {
		if r.held[p.ID] {
			return true
		}
		r.held[p.ID] = true
		return false
	})
}

// let notes that a page is no longer in hand.
func (r *run) let(id archive.ID) {
	r.mu.Lock()
	delete(r.held, id)
	r.mu.Unlock()
	select {
	case r.freed <- struct{}{}:
	default:
	}
}

func (r *run) inHand() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.held)
}

// recognises tells whether the engine is to be used, or tried again.
func (r *run) recognises() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.noTools != nil && !r.ending() && r.tools.Engine != nil && time.Now().After(r.again) {
		r.noTools = nil
	}
	return r.noTools == nil
}

// ending tells whether nothing more will come from outside.
func (r *run) ending() bool {
	select {
	case <-r.complete:
		return true
	default:
		return false
	}
}

// engineGone notes that the engine does not work; pages wait at enhanced.
func (r *run) engineGone(err error) {
	r.mu.Lock()
	r.noTools, r.again = err, time.Now().Add(retryTools)
	r.mu.Unlock()
	r.meter.waits(err)
}

// dispatch claims pages, first those that only lack recognition, and hands them to
// the preparers.
func (r *run) dispatch(ctx context.Context) error {
	counted := time.Time{}
	for {
		_, cancel, err := r.gate.pass(ctx)
		if err != nil {
			return err
		}
		cancel()
		if time.Since(counted) > recount {
			if _, err := r.countWaiting(ctx); err != nil {
				return err
			}
			counted = time.Now()
		}
		until, resting, err := r.rests(ctx)
		if err != nil {
			return err
		}
		r.meter.rests(until)
		absent, err := r.originals.Absent(ctx)
		if err != nil {
			return err
		}
		room := r.limit - r.inHand()
		if resting {
			room = 0
		}
		n := 0
		for _, stage := range r.stages() {
			if n > 0 || room <= 0 {
				break
			}
			pages, err := r.cat.ClaimPages(ctx, stage, min(room, perProcess), lease, absent...)
			if err != nil {
				return err
			}
			pages = r.hold(pages)
			n += len(pages)
			for _, page := range pages {
				select {
				case r.todo <- page:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		if n > 0 {
			continue
		}
		if r.ending() && r.inHand() == 0 {
			if _, err := r.countWaiting(ctx); err != nil {
				return err
			}
			if left, err := r.cat.AnyWaiting(ctx, r.stages(), absent...); err != nil || !left {
				return err
			}
		}
		if err := r.pause(ctx); err != nil {
			return err
		}
	}
}

// stages are those that pages are claimed at.
func (r *run) stages() []archive.Stage {
	if r.recognises() {
		r.meter.waits(nil)
		return []archive.Stage{archive.StageEnhanced, archive.StageReceived}
	}
	return []archive.Stage{archive.StageReceived}
}

// countWaiting counts the pages that can be worked on.
func (r *run) countWaiting(ctx context.Context) (int, error) {
	absent, err := r.originals.Absent(ctx)
	if err != nil {
		return 0, err
	}
	n, whole := 0, 0
	for _, stage := range r.stages() {
		k, err := r.cat.Waiting(ctx, stage, absent...)
		if err != nil {
			return 0, err
		}
		n += k
		if k, err = r.cat.Waiting(ctx, stage); err != nil {
			return 0, err
		}
		whole += k
	}
	r.meter.count(n, whole-n)
	return n, r.rememberRate(ctx)
}

// pause waits until something may have changed.
func (r *run) pause(ctx context.Context) error {
	t := time.NewTimer(poll)
	defer t.Stop()
	select {
	case <-r.wake:
	case <-r.freed:
	case <-t.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// prepareAll works off todo.
func (r *run) prepareAll(ctx context.Context) error {
	for page := range r.todo {
		_, cancel, err := r.gate.pass(ctx)
		if err != nil {
			return err
		}
		cancel()
		if r.ready.empty() {
			r.meter.phase(PhaseEnhance)
		}
		recognise := r.recognises()
		j, err := r.prepare(ctx, page, recognise)
		if err != nil {
			if err := r.settle(ctx, page, err); err != nil {
				return err
			}
			continue
		}
		if j.text != nil {
			if err := r.finish(ctx, j, *j.text, nil); err != nil {
				return err
			}
			continue
		}
		if !recognise {
			r.let(page.ID)
			continue
		}
		r.ready.put(j)
	}
	return nil
}

// settle deals with the failure of one page. A page that somebody changed meanwhile
// is in the queue again.
func (r *run) settle(ctx context.Context, page archive.Page, err error) error {
	if errors.Is(err, errPutAside) || r.secrets.holds(page.ID) && archive.ReasonOf(err) != "" {
		r.meter.done(false)
		err := r.cat.ReleaseClaims(ctx, page.ID) // it may just be on its way back
		r.let(page.ID)
		return err
	}
	if archive.ReasonOf(err) == "" {
		kind := archive.KindOf(err)
		if errors.Is(err, archive.ErrRootAbsent) {
			kind = archive.Busy // it waits until the root is back
		}
		switch kind {
		case archive.Conflict, archive.NotFound, archive.Busy:
			err := r.cat.ReleaseClaims(ctx, page.ID)
			r.let(page.ID)
			return err
		}
		return err
	}
	if err := r.refuse(ctx, page, err); err != nil {
		return err
	}
	r.let(page.ID)
	return nil
}

// renew makes claims last while pages are in hand.
func (r *run) renew(ctx context.Context) error {
	tick := time.NewTicker(lease / 4)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-r.quiet:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
		r.mu.Lock()
		var ids []archive.ID
		for id := range r.held {
			ids = append(ids, id)
		}
		r.mu.Unlock()
		if len(ids) > 0 {
			if err := r.cat.RenewClaims(ctx, ids, lease); err != nil {
				return err
			}
		}
	}
}
