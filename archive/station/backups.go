package station

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/vault"
)

// backups is the copying in the background.
type backups struct {
	mu      sync.Mutex
	target  archive.ID // that is copied to just now; zero: none is
	stop    context.CancelFunc
	now     offsite.Progress
	touched chan struct{} // a setting was changed

	// For the one who looks alone.
	volumes   string                   // what was connected at the last look
	connected map[archive.ID]bool      // targets of which a medium is there
	fresh     map[archive.ID]bool      // connected since the last run
	later     map[archive.ID]time.Time // when what could not be copied to is tried again
	looked    time.Time                // when folders were last looked at
}

// Backup is how a target stands with its copying by itself.
type Backup struct {
	offsite.Standing
	Settings offsite.Settings `json:"schedule"`
	History  offsite.History  `json:"runs"`
	Decision offsite.Decision `json:"next"`
	Running  bool             `json:"running"` // in this process
	Progress offsite.Progress `json:"-"`
}

// Backups tells how all targets stand, and what they wait for.
func (s *Station) Backups(ctx context.Context) ([]Backup, error) {
	copies, err := s.Copies(ctx)
	if err != nil {
		return nil, err
	}
	list, err := copies.Status(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Backup, len(list))
	for i, t := range list {
		b := Backup{Standing: t}
		if b.Settings, err = offsite.ReadSettings(t.Target); err != nil {
			return nil, err
		}
		if b.History, err = copies.History(ctx, t.ID); err != nil {
			return nil, err
		}
		b.Decision = b.Settings.Decide(b.History, s.now().Local(), t.Connected, false)
		s.backups.mu.Lock()
		b.Running, b.Progress = s.backups.target == t.ID, s.backups.now
		s.backups.mu.Unlock()
		out[i] = b
	}
	return out, nil
}

// SetTarget changes how and when a target is copied to by itself. A run in the background
// that is no longer wanted ends at once; it goes on when it is wanted again.
func (s *Station) SetTarget(ctx context.Context, actor archive.Actor, name string, change func(*offsite.Settings)) (offsite.Settings, error) {
	var settings offsite.Settings
	copies, err := s.Copies(ctx)
	if err != nil {
		return settings, err
	}
	t, err := s.Catalogue.TargetNamed(ctx, name)
	if err != nil {
		return settings, archive.Wrap("set target", name, err)
	}
	if settings, err = offsite.ReadSettings(t); err != nil {
		return settings, err
	}
	change(&settings)
	if err := copies.SetSettings(ctx, actor, &t, settings); err != nil {
		return settings, err
	}
	s.backups.mu.Lock()
	if settings.Paused && s.backups.target == t.ID {
		s.backups.stop()
	}
	s.backups.mu.Unlock()
	select {
	case s.backups.touched <- struct{}{}:
	default:
	}
	return settings, nil
}

// backupEvery is how often the background looks whether a disk was connected, and whether
// something is due.
const backupEvery = 5 * time.Second

// runBackups copies to targets when it is time, or when a medium of theirs is connected.
func (s *Station) runBackups(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.backUp(ctx); err != nil && archive.KindOf(err) != archive.Stopped {
			s.opt.Log.Error("copy to targets", "error", err)
		}
		select {
		case <-s.backups.touched:
		case <-time.After(backupEvery):
		case <-ctx.Done():
		}
	}
}

// tryLater is how long a target is left alone that could not be copied to just now: its disk
// went away, or somebody else copies there.
const tryLater = time.Minute

// backUp looks once, and copies to what is due, one target after another.
func (s *Station) backUp(ctx context.Context) error {
	targets, err := s.Catalogue.Targets(ctx)
	if err != nil {
		return err
	}
	targets = slices.DeleteFunc(targets, func(t archive.Target) bool {
		settings, err := offsite.ReadSettings(t)
		return t.Ended != 0 || err != nil || !settings.Scheduled()
	})
	if len(targets) == 0 {
		return nil
	}
	copies, err := s.copier()
	if err != nil {
		return err
	}
	if err := s.lookAtDisks(ctx, copies, targets); err != nil {
		return err
	}
	for _, t := range targets {
		settings, err := offsite.ReadSettings(t)
		if err != nil {
			return err
		}
		h, err := copies.History(ctx, t.ID)
		if err != nil {
			return err
		}
		d := settings.Decide(h, s.now().Local(), s.backups.connected[t.ID], s.backups.fresh[t.ID])
		if !d.Run || time.Now().Before(s.backups.later[t.ID]) {
			continue
		}
		s.backups.fresh[t.ID] = false
		if err := s.backUpTo(ctx, copies, t, d); err != nil {
			s.backups.later[t.ID] = time.Now().Add(tryLater)
			if archive.KindOf(err) != archive.Stopped {
				s.opt.Log.Error("copy to target", "target", t.Name, "error", err) // its history has it
			}
		}
	}
	return ctx.Err()
}

// folderEvery is how often the background looks whether folders and servers are there; a disk
// shows as a volume.
const folderEvery = time.Minute

// lookAtDisks finds out which targets are connected, when the volumes that are have changed.
func (s *Station) lookAtDisks(ctx context.Context, copies *offsite.Copier, targets []archive.Target) error {
	b := &s.backups
	list, err := s.volumes()
	if err != nil {
		return archive.WrapAs(archive.Unavailable, "look for disks", "", err)
	}
	var now strings.Builder
	for _, v := range list {
		now.WriteString(v.ID + "\t" + v.Top + "\n")
	}
	for _, t := range targets { // one that was added meanwhile is looked for too
		now.WriteString(t.ID.String() + "\n")
	}
	changed, folders := now.String() != b.volumes, time.Since(b.looked) >= folderEvery
	if b.connected == nil {
		b.connected, b.fresh, b.later = map[archive.ID]bool{}, map[archive.ID]bool{}, map[archive.ID]time.Time{}
	}
	if changed || folders {
		b.looked = time.Now()
	}
	for _, t := range targets {
		if !changed && (t.Kind == archive.TargetDisks || !folders) {
			continue
		}
		media, err := copies.Media(ctx, t)
		if err != nil {
			return err
		}
		there := slices.ContainsFunc(media, func(m offsite.Connected) bool { return m.At != "" && m.Carrier.Full == 0 })
		if there && !b.connected[t.ID] {
			b.fresh[t.ID] = true
		}
		b.connected[t.ID] = there
	}
	b.volumes = now.String()
	return nil
}

func (s *Station) volumes() ([]vault.Volume, error) {
	if s.opt.Volumes != nil {
		return s.opt.Volumes()
	}
	return vault.Volumes()
}

// backUpTo copies to a target until all is there, its hours end, or a person has it rest.
func (s *Station) backUpTo(ctx context.Context, copies *offsite.Copier, t archive.Target, d offsite.Decision) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.backups.mu.Lock()
	s.backups.target, s.backups.stop, s.backups.now = t.ID, stop, offsite.Progress{}
	s.backups.mu.Unlock()
	defer func() {
		s.backups.mu.Lock()
		s.backups.target, s.backups.stop = 0, nil
		s.backups.mu.Unlock()
	}()
	_, err := copies.Run(ctx, archive.Actor{}, t, offsite.RunOptions{
		Slow: true,
		Hold: func(ctx context.Context) error { return s.held(ctx, t, d.Until) },
		Pace: s.giveWay,
		Progress: func(p offsite.Progress) {
			s.backups.mu.Lock()
			defer s.backups.mu.Unlock()
			s.backups.now = p
		},
	})
	return err
}

// held tells whether a run has to go on another time. Whoever has it rest may be another
// process.
func (s *Station) held(ctx context.Context, t archive.Target, until time.Time) error {
	hold := func(why offsite.Why) error {
		return archive.WrapAs(archive.Stopped, "copy to target", t.Name, &offsite.Held{Because: why})
	}
	if !until.IsZero() && !s.now().Before(until) {
		return hold(offsite.WhyHours)
	}
	now, err := s.Catalogue.TargetNamed(ctx, t.Name)
	if err != nil {
		return err
	}
	settings, err := offsite.ReadSettings(now)
	if err == nil && (settings.Paused || now.Ended != 0) {
		err = hold(offsite.WhyPaused)
	}
	return err
}

// wayGiven is how long copying in the background rests behind each block while pages are
// worked on or somebody works at the desk.
const wayGiven = 30 * time.Millisecond

func (s *Station) giveWay(ctx context.Context, _ int64) error {
	if !s.occupied() {
		return ctx.Err()
	}
	return rest(ctx, wayGiven)
}
