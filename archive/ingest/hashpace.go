package ingest

import (
	"context"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// hasher lets one Hash work at a time, and knows who should not be disturbed.
type hasher struct {
	work sync.Mutex // held while one works

	mu      sync.Mutex
	stop    context.CancelCauseFunc // ends the work in the background; nil: there is none
	waiting int                     // Hashes that wait for it to end
	touched time.Time               // when somebody at the desk last looked at an image
}

var errOvertaken = archive.Errorf(archive.Busy, "hash originals", "", "somebody has asked for it to be done at once")

func (h *hasher) begin(ctx context.Context, slow bool) (context.Context, func(), error) {
	ctx, cancel := context.WithCancelCause(ctx)
	h.mu.Lock()
	if slow && h.waiting > 0 {
		h.mu.Unlock()
		cancel(nil)
		return nil, nil, errOvertaken
	}
	if !slow {
		h.waiting++
		if h.stop != nil {
			h.stop(errOvertaken)
		}
	}
	h.mu.Unlock()
	h.work.Lock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if slow {
		h.stop = cancel
	} else {
		h.waiting--
	}
	return ctx, func() {
		h.mu.Lock()
		if slow {
			h.stop = nil
		}
		h.mu.Unlock()
		cancel(nil)
		h.work.Unlock()
	}, nil
}

// touch notes that somebody works at the desk.
func (h *hasher) touch() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.touched = time.Now()
}

// deskRests is after how long without a touch the desk counts as not in use.
const deskRests = 20 * time.Second

func (h *hasher) inUse() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Since(h.touched) < deskRests
}

// Touch tells that somebody works at the desk: the work in the background leaves the
// disk to them for a while. Asking for an image does the same.
func (p *Pipeline) Touch() { p.hasher.touch() }

// slowness is how long the background rests for each second that it read, while others
// work.
const slowness = 4

// pace rests after a read that took so long.
func (h *hashing) pace(ctx context.Context, took time.Duration) error {
	if !h.slow || !h.p.Occupied() {
		return ctx.Err()
	}
	t := time.NewTimer(slowness * took)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Occupied tells whether pages are being worked on or somebody works at the desk, so that
// other work in the background should leave the disk to them.
func (p *Pipeline) Occupied() bool { return p.inWork() || p.hasher.inUse() }

// inWork tells whether pages are being worked on.
func (p *Pipeline) inWork() bool {
	s := p.Status()
	return s.Running && !s.Paused && s.Rests.IsZero() && s.Phase != PhaseIdle && s.Done < s.Total
}

// tell notes the speed now and then, and tells how far it has come.
func (h *hashing) tell(ctx context.Context, now time.Time) error {
	speed := float64(h.report.Bytes) / max(now.Sub(h.began).Seconds(), 1e-3)
	if now.Sub(h.noted) >= rateEvery && speed > 0 {
		h.noted = now
		if _, err := h.p.cat.Do(context.WithoutCancel(ctx), archive.Actor{}, "state", func(tx *store.Tx) error {
			return tx.Remember(stateHash, rate{speed, now}.String())
		}); err != nil {
			return err
		}
	}
	if h.progress == nil {
		return nil
	}
	s, err := Hashing(context.WithoutCancel(ctx), h.p.cat, now)
	s.Running, s.BytesPerSecond = true, speed
	s.Left = leftAt(s)
	h.progress(s)
	return err
}

// Hashing tells how far digests have come, from the catalogue alone: any process may ask.
func Hashing(ctx context.Context, cat *store.Catalogue, now time.Time) (HashStatus, error) {
	var s HashStatus
	roots, err := cat.Roots(ctx)
	if err != nil {
		return s, err
	}
	ids := make([]archive.ID, len(roots))
	for i, r := range roots {
		ids[i] = r.ID
	}
	counts, err := cat.RootCounts(ctx, ids)
	if err != nil {
		return s, err
	}
	for _, n := range counts {
		s.Files, s.Hashed = s.Files+n.Files, s.Hashed+n.Hashed
		s.Bytes, s.HashedBytes = s.Bytes+n.Bytes, s.HashedBytes+n.HashedBytes
	}
	r, err := readRate(ctx, cat, stateHash)
	s.BytesPerSecond, s.Running = r.perSecond, now.Sub(r.at) < rateLasts && s.Hashed < s.Files
	s.Left = leftAt(s)
	return s, err
}

func leftAt(s HashStatus) time.Duration {
	if s.BytesPerSecond <= 0 {
		return 0
	}
	return time.Duration(float64(s.Bytes-s.HashedBytes) / s.BytesPerSecond * float64(time.Second))
}
