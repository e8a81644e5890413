// Package station opens one archive on one workstation: its home, lock, catalogue,
// originals, index and pipeline, in the right order, and closes them in the reverse.
//
// The process that gets the home's lock owns the index and the pipeline. Another
// process of the same computer opens the same archive as a guest: it reads and
// writes the catalogue itself and asks the owner, over the home's socket, for what
// needs the index or the pipeline.
package station

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/outside"
	"lantai/archive/store"
	"lantai/archive/vault"
	"lantai/assets/font"
	"lantai/search"
)

// Options say how an archive is opened. The zero value is for a program that does
// one thing and ends.
type Options struct {
	Log     *slog.Logger        // nil: slog.Default()
	Desk    bool                // a window: wait for the lock, and run the pipeline in the background
	Light   bool                // leave the lock alone: only the catalogue and the originals are needed
	Observe func(ingest.Status) // told of the pipeline's progress
	Step    func(name string)   // passed to vault and pipeline; tests end the process there
	Now     func() time.Time    // nil: time.Now
	Drafts  string              // folder of what the person typed and did not save; empty: the window's

	Idle       func() (time.Duration, bool)                                // how long nobody has touched keyboard and mouse, where that can be told; nil: it cannot
	Volumes    func() ([]vault.Volume, error)                              // the volumes that are connected; nil: asks the operating system
	Protection func(ctx context.Context, folder string) outside.Protection // nil: asks the operating system
}

// Station is one archive, open.
type Station struct {
	Home      *home.Home
	Catalogue *store.Catalogue
	Vault     *vault.Vault
	Originals *vault.Originals // of masters/ and of all storage roots
	Index     *search.Index    // nil for a guest
	Pipeline  *ingest.Pipeline // nil for a guest

	opt     Options
	session session
	lock    *home.Lock
	cancel  context.CancelFunc // of the background work
	work    sync.WaitGroup
	toHash  chan struct{} // something may be there to hash
	toMend  chan struct{} // the index may be broken

	logKeeping logKeeping

	mending    sync.Mutex // held while the index is made anew because it is broken
	backups    backups
	presence   presence
	background atomic.Bool // the pipeline runs until Close, or for Work
}

// Open opens the archive in dir. Errors: those of home.Open; Conflict when the
// folder was moved or copied and nobody has said which; those of store.Open.
func Open(ctx context.Context, dir string, opt Options) (*Station, error) {
	h, err := home.Open(dir)
	if err != nil {
		return nil, err
	}
	return OpenHome(ctx, h, opt)
}

// OpenHome is Open for a home that was opened before.
func OpenHome(ctx context.Context, h *home.Home, opt Options) (*Station, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	s := &Station{Home: h, opt: opt, cancel: func() {}, toHash: make(chan struct{}, 1), toMend: make(chan struct{}, 1), backups: backups{touched: make(chan struct{}, 1)}}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Arrange gives what arranges the catalogue (整理).
func (s *Station) Arrange() *arrange.Arranger {
	return arrange.New(s.Catalogue, s.opt.Now).Seeing(s.Sight)
}

// Owner tells whether this process holds the lock, and so index and pipeline.
func (s *Station) Owner() bool { return s.lock != nil }

func (s *Station) open(ctx context.Context) error {
	number, err := s.Home.Station()
	if err != nil {
		return err
	}
	s.Catalogue, err = store.Open(ctx, store.Options{Catalogue: s.Home.Catalogue(), Text: s.Home.Text(),
		Station: number, Class: s.Home.Class(), Now: s.opt.Now})
	if err != nil {
		return err
	}
	s.Catalogue.Guard(s.gate)
	s.Vault, err = vault.Open(s.Home.Masters(), s.Home.Manifests(), vault.Options{Step: s.opt.Step})
	if err != nil {
		return err
	}
	s.Originals = vault.NewOriginals(s.Vault, ingest.Registry(s.Catalogue), vault.RootOptions{})
	s.holdLog(ctx, number)
	if s.opt.Light {
		return nil
	}
	return s.takeLock(ctx)
}

// How long a window waits for a command that holds the lock, and how often it looks.
const (
	lockPatience = 15 * time.Second
	lockLook     = 100 * time.Millisecond
)

// takeLock becomes the owner. A window waits for a command to end, and gives up with
// a Busy error; a command goes on as guest.
func (s *Station) takeLock(ctx context.Context) error {
	deadline := time.Now().Add(lockPatience)
	for {
		err := s.own(ctx)
		if archive.KindOf(err) != archive.Busy {
			return err
		}
		if !s.opt.Desk {
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
		if err := rest(ctx, lockLook); err != nil {
			return err
		}
	}
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// own takes the lock, opens index and pipeline, and answers other processes. It is
// Busy when another process holds the lock. After an error this process is no owner.
func (s *Station) own(ctx context.Context) error {
	lock, err := s.Home.Lock()
	if err != nil {
		return err
	}
	if err := s.openWork(ctx); err != nil {
		err = errors.Join(err, s.closeWork(), lock.Unlock())
		s.Index, s.Pipeline = nil, nil
		return err
	}
	s.lock = lock
	s.start()
	return nil
}

// openWork opens what only the lock's holder may: index and pipeline.
func (s *Station) openWork(ctx context.Context) error {
	index, err := search.Open(s.Home.Index(), s.Catalogue, search.Options{OnError: s.indexFault})
	if err != nil {
		return err
	}
	s.Index = index
	tools, err := s.tools(ctx)
	if err != nil {
		return err
	}
	s.Pipeline, err = ingest.New(ctx, ingest.Options{Catalogue: s.Catalogue, Vault: s.Vault, Originals: s.Originals,
		Derived: s.Home.Derived(), Index: s.Index, Class: s.Home.Class(), Now: s.opt.Now, Font: font.Regular,
		Tools: tools, Observe: s.opt.Observe, Step: s.opt.Step, Forget: s.forget})
	return err
}

// closeWork closes what openWork opened.
func (s *Station) closeWork() error {
	var errs []error
	if s.Pipeline != nil {
		errs = append(errs, s.Pipeline.Close())
	}
	if s.Index != nil {
		errs = append(errs, s.Index.Close())
	}
	return errors.Join(errs...)
}

// indexFault hears of faults in the index's background work. The index can always
// be made again, so a line in the log is enough.
func (s *Station) indexFault(err error) {
	s.opt.Log.Error("index", "error", err)
	s.wakeMending()
}

// start answers other processes until Close, and runs a window's pipeline.
func (s *Station) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.work.Go(func() {
		if err := s.lock.Serve(ctx, s.handlers()); err != nil {
			s.opt.Log.Error("serve other processes", "error", err)
		}
	})
	if s.opt.Desk {
		s.background.Store(true)
		s.work.Go(func() { s.runPipeline(ctx) })
		s.work.Go(func() { s.runHashing(ctx) })
		s.work.Go(func() { s.runFixity(ctx) })
		s.work.Go(func() { s.runBackups(ctx) })
	}
}

// retryAfter is how long the pipeline rests after a fault that touches all pages,
// such as a full disk, before it looks again.
const retryAfter = 10 * time.Second

func (s *Station) runPipeline(ctx context.Context) {
	var index sync.WaitGroup
	index.Go(func() { s.keepIndex(ctx) })
	defer index.Wait()
	for ctx.Err() == nil {
		err := s.Pipeline.Run(ctx)
		if err == nil {
			return
		}
		s.opt.Log.Error("run pipeline", "error", err) // its status has it
		s.wakeMending()
		_ = rest(ctx, retryAfter) // the loop sees that ctx ended
	}
}

// Close ends all work, waits for it, and closes everything. It may be called on a
// station that was opened half.
func (s *Station) Close() error {
	s.cancel()
	if s.logKeeping.end != nil {
		s.logKeeping.end()
	}
	s.work.Wait()
	errs := []error{s.closeWork(), s.closeLog()}
	if s.Catalogue != nil {
		errs = append(errs, s.Catalogue.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}
