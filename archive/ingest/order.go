package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// keepOrder brings what waits into the order that the rules say, whenever they change.
func (r *run) keepOrder(ctx context.Context) error {
	return r.everyNowAndThen(ctx, func() error { return r.ApplyOrder(ctx, nil) })
}

// everyNowAndThen does something at once and every few seconds until the run ends.
func (r *run) everyNowAndThen(ctx context.Context, do func() error) error {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		if err := do(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-r.quiet:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ApplyOrder brings what waits into the order that the rules say, in steps; cut off,
// the next one goes on where it was.
func (p *Pipeline) ApplyOrder(ctx context.Context, progress func(archive.Progress)) error {
	return p.cat.ApplyOrder(ctx, func(done int) {
		p.opt.Step(stepOrdered)
		if progress != nil {
			progress(archive.Progress{Phase: PhaseOrder, Done: done})
		}
	})
}

// statePages and stateHash remember how fast pages were worked off and bytes hashed, so
// that any process can tell how long the rest will take.
const (
	statePages = "rate.pages"
	stateHash  = "rate.hash"
)

// rate is a speed and when it was measured.
type rate struct {
	perSecond float64
	at        time.Time
}

func (r rate) String() string { return fmt.Sprintf("%g %d", r.perSecond, r.at.UnixMilli()) }

func readRate(ctx context.Context, cat *store.Catalogue, key string) (rate, error) {
	s, err := cat.Remembered(ctx, key)
	speed, at, _ := strings.Cut(s, " ")
	var r rate
	r.perSecond, _ = strconv.ParseFloat(speed, 64) // anything else: not known
	ms, _ := strconv.ParseInt(at, 10, 64)
	r.at = time.UnixMilli(ms)
	return r, err
}

// rateEvery is how often the speed is noted, and rateLasts for how long it says that
// somebody is at work.
const (
	rateEvery = 30 * time.Second
	rateLasts = 2 * time.Minute
)

// rememberRate notes the speed of the run now and then.
func (r *run) rememberRate(ctx context.Context) error {
	speed := r.meter.status().PerSecond
	if now := time.Now(); speed > 0 && now.Sub(r.noted) >= rateEvery {
		r.noted = now
		_, err := r.cat.Do(ctx, archive.Actor{}, "state", func(tx *store.Tx) error {
			return tx.Remember(statePages, rate{speed, now}.String())
		})
		return err
	}
	return nil
}

// Backlog is how much waits for recognition, and until when.
type Backlog struct {
	Waiting   int       // pages that can be worked on
	Away      int       // pages that wait for a storage root that is not connected
	PerSecond float64   // pages, as last measured; 0: never was
	Running   bool      // somebody works on them
	Hours     Hours     // in which they are worked off
	Ends      time.Time // when all are done at this speed; zero: not known, or nothing waits
}

// Waiting tells what waits for recognition, from the catalogue alone: any process may
// ask. absent are the storage roots that are not connected.
func Waiting(ctx context.Context, cat *store.Catalogue, absent []archive.ID, now time.Time) (Backlog, error) {
	var b Backlog
	for _, stage := range []archive.Stage{archive.StageReceived, archive.StageEnhanced} {
		n, err := cat.Waiting(ctx, stage, absent...)
		if err != nil {
			return b, err
		}
		whole, err := cat.Waiting(ctx, stage)
		if err != nil {
			return b, err
		}
		b.Waiting, b.Away = b.Waiting+n, b.Away+whole-n
	}
	r, err := readRate(ctx, cat, statePages)
	if err != nil {
		return b, err
	}
	set, err := cat.Setting(ctx, SettingHours)
	if err != nil {
		return b, err
	}
	b.Hours, _ = ParseHours(set) // what cannot be read is always
	b.PerSecond, b.Running = r.perSecond, now.Sub(r.at) < rateLasts
	if b.PerSecond > 0 && b.Waiting > 0 {
		b.Ends = b.Hours.Finish(now, time.Duration(float64(b.Waiting)/b.PerSecond*float64(time.Second)))
	}
	return b, nil
}
