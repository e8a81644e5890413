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
	"time"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
	"lantai/search"
)

// Options say how an archive is opened; the zero value is right for a program that
// does one thing and ends.
type Options struct {
	Log     *slog.Logger        // nil: slog.Default()
	Work    bool                // run the pipeline in the background and answer other processes
	Observe func(ingest.Status) // told of the pipeline's progress
	Step    func(name string)   // passed to vault and pipeline; tests end the process there
	Now     func() time.Time    // nil: time.Now
}

// Station is one archive, open.
type Station struct {
	Home      *home.Home
	Catalogue *store.Catalogue
	Vault     *vault.Vault
	Index     *search.Index    // nil for a guest
	Pipeline  *ingest.Pipeline // nil for a guest

	opt    Options
	lock   *home.Lock
	cancel context.CancelFunc // of the background work
	work   sync.WaitGroup
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
	s := &Station{Home: h, opt: opt, cancel: func() {}}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.Owner() && opt.Work {
		s.start()
	}
	return s, nil
}

// Owner tells whether this process holds the lock, and so index and pipeline.
func (s *Station) Owner() bool { return s.lock != nil }

func (s *Station) open(ctx context.Context) error {
	number, err := s.Home.Station()
	if err != nil {
		return err
	}
	lock, err := s.Home.Lock()
	if err != nil && archive.KindOf(err) != archive.Busy {
		return err
	}
	s.lock = lock
	s.Catalogue, err = store.Open(ctx, store.Options{Catalogue: s.Home.Catalogue(), Text: s.Home.Text(),
		Station: number, Now: s.opt.Now})
	if err != nil {
		return err
	}
	s.Vault, err = vault.Open(s.Home.Masters(), s.Home.Manifests(), vault.Options{Step: s.opt.Step})
	if err != nil || !s.Owner() {
		return err
	}
	s.Index, err = search.Open(s.Home.Index(), s.Catalogue, search.Options{OnError: s.indexFault})
	if err != nil {
		return err
	}
	tools, err := s.tools(ctx)
	if err != nil {
		return err
	}
	s.Pipeline, err = ingest.New(ctx, ingest.Options{Catalogue: s.Catalogue, Vault: s.Vault, Derived: s.Home.Derived(),
		Index: s.Index, Tools: tools, Observe: s.opt.Observe, Step: s.opt.Step})
	if err != nil {
		return err
	}
	if s.Index.NeedsRebuild() {
		return s.Catalogue.MarkAll(ctx)
	}
	return nil
}

// indexFault hears of faults in the index's background work. The index can always
// be made again, so a line in the log is enough.
func (s *Station) indexFault(err error) { s.opt.Log.Error("index", "error", err) }

// start runs the pipeline and answers other processes until Close.
func (s *Station) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.work.Add(2)
	go func() {
		defer s.work.Done()
		s.runPipeline(ctx)
	}()
	go func() {
		defer s.work.Done()
		if err := s.lock.Serve(ctx, s.handlers()); err != nil {
			s.opt.Log.Error("serve other processes", "error", err)
		}
	}()
}

// retryAfter is how long the pipeline rests after a fault that touches all pages,
// such as a full disk, before it looks again.
const retryAfter = 10 * time.Second

func (s *Station) runPipeline(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.Pipeline.Run(ctx)
		if err == nil {
			return
		}
		s.opt.Log.Error("run pipeline", "error", err)
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

// Close ends all work, waits for it, and closes everything. It may be called on a
// station that was opened half.
func (s *Station) Close() error {
	s.cancel()
	s.work.Wait()
	var errs []error
	if s.Index != nil {
		errs = append(errs, s.Index.Close())
	}
	if s.Catalogue != nil {
		errs = append(errs, s.Catalogue.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}
