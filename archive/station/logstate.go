package station

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/audit"
	"lantai/archive/store"
)

// headsName is the file of the log's heads in the home's log folder.
const headsName = "heads.tsv"

const (
	otherDisk = 10 * time.Second // how long another disk is waited for, where nobody waits
	lastWait  = 2 * time.Second  // and at the end
	lookDaily = 10 * time.Minute // how often it is asked whether the day changed
)

// logKeeping is how the change log stands beside what was kept of it.
type logKeeping struct {
	keeper audit.Keeper
	mu     sync.Mutex
	state  audit.State
	held   chan struct{} // closed when the other disk answered, or did not
	end    context.CancelFunc
	number int // of the last op when the archive was opened
}

// holdLog holds the log against what was kept in the home, at once, and against what is on
// another disk meanwhile. Whatever is found, the archive opens.
func (s *Station) holdLog(ctx context.Context, number int) {
	now := s.opt.Now
	if now == nil {
		now = time.Now
	}
	k := &s.logKeeping
	k.keeper = audit.Keeper{Catalogue: s.Catalogue, Station: number, File: filepath.Join(s.Home.Log(), headsName), Archive: s.Home.ArchiveID(), Now: now}
	k.number = s.logged(ctx)
	state, err := k.keeper.Hold(ctx)
	if err != nil {
		s.opt.Log.Error("hold log against its heads", "error", err)
	}
	k.state, k.held = state, make(chan struct{})
	var following context.Context
	following, k.end = context.WithCancel(context.Background())
	s.work.Go(func() {
		s.holdElsewhere(following)
		s.tellLog()
		close(k.held)
		if s.opt.Desk {
			s.keepDaily(following)
		}
	})
}

// logged is the number of this station's last op.
func (s *Station) logged(ctx context.Context) int {
	heads, err := s.Catalogue.Heads(ctx)
	if err != nil {
		s.opt.Log.Error("read heads of the log", "error", err)
	}
	for _, h := range heads {
		if h.Station == s.logKeeping.keeper.Station {
			return h.Number
		}
	}
	return 0
}

// aside runs what may hang, such as a look at a disk in another building, for a while.
func aside[T any](ctx context.Context, do func() T) (out T, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, otherDisk)
	defer cancel()
	done := make(chan T, 1)
	go func() { done <- do() }()
	select {
	case out = <-done:
		return out, true
	case <-ctx.Done():
		return out, false
	}
}

// holdElsewhere holds the log against what is on another disk, if there is one.
func (s *Station) holdElsewhere(ctx context.Context) audit.Elsewhere {
	k := &s.logKeeping
	state := s.stateOfLog()
	if state.Folder == "" {
		return audit.Elsewhere{Away: true}
	}
	there, ok := aside(ctx, func() audit.Elsewhere { return k.keeper.ReadElsewhere(state.Folder) })
	there.Away = there.Away || !ok
	held, err := k.keeper.HoldElsewhere(ctx, state, there)
	if err != nil && ctx.Err() == nil {
		s.opt.Log.Error("hold log against its heads", "error", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Misfits, k.state.Away = held.Misfits, held.Away
	return there
}

// tellLog writes to the log file what a person is told.
func (s *Station) tellLog() {
	state := s.stateOfLog()
	for _, m := range state.Misfits {
		s.opt.Log.Warn("the change log does not fit a head that was kept", "station", m.Head.Station, "number", m.Head.Number,
			"fault", m.Fault, "kept in", m.File)
	}
	if state.Clock != "" {
		s.opt.Log.Warn("the clock is wrong", "fault", state.Clock, "now", time.UnixMilli(state.Now), "last", time.UnixMilli(state.Last))
	}
}

func (s *Station) stateOfLog() audit.State {
	s.logKeeping.mu.Lock()
	defer s.logKeeping.mu.Unlock()
	return s.logKeeping.state
}

// LogState tells how the change log stands beside what was kept of it. It waits for
// another disk, but not long.
func (s *Station) LogState(ctx context.Context) audit.State {
	select {
	case <-s.logKeeping.held:
	case <-ctx.Done():
	}
	return s.stateOfLog()
}

// keepDaily keeps the heads now, and whenever the day changes or another disk comes back.
func (s *Station) keepDaily(ctx context.Context) {
	tick := time.NewTicker(lookDaily)
	defer tick.Stop()
	for {
		if err := s.keepHeads(ctx, false); err != nil && ctx.Err() == nil {
			s.opt.Log.Error("keep heads of the log", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// keepHeads keeps the heads in the home and on the other disk, unless the log does not fit
// what was kept there: what proves that stays the newest.
func (s *Station) keepHeads(ctx context.Context, meant bool) error {
	k := &s.logKeeping
	there := s.holdElsewhere(ctx)
	if len(s.stateOfLog().Misfits) > 0 {
		return nil
	}
	if err := k.keeper.Keep(ctx, meant); err != nil {
		return err
	}
	k.mu.Lock()
	k.state.Kept = k.keeper.Now().UnixMilli()
	k.mu.Unlock()
	if there.Away {
		return nil
	}
	err, ok := aside(ctx, func() error { return k.keeper.CatchUp(there) })
	if !ok {
		err = archive.Errorf(archive.Unavailable, "keep heads", s.stateOfLog().Folder, "the disk does not answer")
	}
	return err
}

// KeepHeads keeps the heads of the log now. It is Damaged when the log does not fit what
// was kept.
func (s *Station) KeepHeads(ctx context.Context) error {
	if err := s.keepHeads(ctx, true); err != nil {
		return err
	}
	if m := s.stateOfLog().Misfits; len(m) > 0 {
		return archive.Errorf(archive.Damaged, "keep heads", m[0].File, "the log does not fit what was kept")
	}
	return nil
}

// CheckLog walks the whole log, and holds it against all heads that were kept in the home and
// on another disk, and against more; held counts them.
func (s *Station) CheckLog(ctx context.Context, more []store.Head, progress func(archive.Progress)) (check store.LogCheck, held int, err error) {
	kept, err := s.logKeeping.keeper.Kept(ctx, s.holdElsewhere(ctx))
	if err != nil {
		return check, 0, err
	}
	kept = append(kept, more...)
	check, err = s.Catalogue.CheckLog(ctx, kept, progress)
	return check, len(kept), err
}

// AcceptLog notes a person's word that the log does not fit what was kept for a good reason,
// and keeps heads from here on.
func (s *Station) AcceptLog(ctx context.Context, actor archive.Actor) error {
	k := &s.logKeeping
	if err := k.keeper.Accept(ctx, actor, s.LogState(ctx).Misfits); err != nil {
		return err
	}
	k.mu.Lock()
	k.state.Misfits = nil
	k.mu.Unlock()
	return s.keepHeads(ctx, true)
}

// KeepHeadsIn has heads kept in a folder on another disk too, from now on; "" for none.
func (s *Station) KeepHeadsIn(ctx context.Context, actor archive.Actor, folder string) error {
	k := &s.logKeeping
	if err := k.keeper.SetFolder(ctx, actor, folder); err != nil {
		return err
	}
	k.mu.Lock()
	k.state.Folder, k.state.Away = folder, false
	k.mu.Unlock()
	return s.keepHeads(ctx, true)
}

// closeLog keeps the heads of what was written: of a window each time, of a command once a day.
func (s *Station) closeLog() error {
	k := &s.logKeeping
	if k.held == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastWait)
	defer cancel()
	if s.logged(ctx) == k.number {
		return nil
	}
	return s.keepHeads(ctx, s.opt.Desk)
}
