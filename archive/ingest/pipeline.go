// Package ingest takes scans from a folder to pages that can be found: receive,
// enhance, recognise, index. A page's stage in the catalogue is the queue, every
// step can be repeated, and what a killed process left half done is done again.
package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/ocr"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// Indexer is what the pipeline feeds. When Put returns, the batch must be safe on
// disk: it is not fed again.
type Indexer interface {
	Put(ctx context.Context, batch archive.IndexBatch) error
}

// Options say what a pipeline works with.
type Options struct {
	Catalogue *store.Catalogue
	Vault     *vault.Vault
	Originals *vault.Originals // nil: of Vault and the catalogue's storage roots
	Derived   string           // folder of images that can be made again: home.Derived
	Index     Indexer          // nil: recognised pages wait for one

	Tools  Tools
	Memory int64  // bytes that images in work may take; 0: 400 MB
	Cap    int64  // bytes of derived images kept; 0: 64 GB
	Font   []byte // TrueType file that PDF without its fonts is drawn with; nil: none

	// Class is the highest 密级 that the archive may hold, zero for an ordinary one; at the
	// mark of a higher one it stops.
	Class archive.Secrecy

	// Observe, when given, is told of progress at most four times a second, from
	// one goroutine at a time.
	Observe func(Status)
	// Now is the clock that the hours of work go by; nil: time.Now.
	Now func() time.Time
	// Step, when given, is called at each boundary named by Steps, after what the
	// name says has happened. Tests end the process there.
	Step func(name string)
}

// Tools recognise text.
type Tools struct {
	Engine    ocr.Engine // nil: pages are received and enhanced, and wait
	Languages string     // where the series asks for none; empty: "chi_sim"
	Workers   int        // processes at a time; 0: one per core
}

const (
	defaultMemory    = 400 << 20
	defaultCap       = 64 << 30
	defaultLanguages = "chi_sim"
)

// The boundaries between steps, in the order of work.
const (
	stepMaster   = "batch:original-stored"   // the original is in the vault, its row is not written
	stepGiven    = "batch:texts-saved"       // delivered texts saved, the rows of their pages not
	stepRows     = "batch:rows-committed"    // rows of some files committed
	stepListed   = "batch:list-closed"       // the batch's list closed, its row not
	stepBatch    = "batch:ended"             // the batch has ended
	stepDerived  = "enhance:images-written"  // images written, the row not
	stepEnhanced = "enhance:row-committed"   // the page is at enhanced
	stepRead     = "recognise:read"          // text at hand, not saved
	stepText     = "recognise:text-saved"    // text saved, the stage not moved
	stepStage    = "recognise:row-committed" // the page is at recognised
	stepPut      = "index:put"               // the index has it, the mark stands
	stepMark     = "index:marks-cleared"     // the mark is cleared

	stepRootAdded  = "adopt:root-added"      // the root is registered, none of its files is
	stepAdopted    = "adopt:rows-committed"  // rows of some files committed
	stepAdoptEnd   = "adopt:batch-ended"     // the batch has ended
	stepHashed     = "hash:rows-committed"   // digests of some files committed
	stepRootListed = "hash:list-written"     // the root's list is written, and not noted as such
	stepFiled      = "filed:originals-moved" // some originals of a class lie where they belong
	stepOrdered    = "queue:step-committed"  // some pages are in the new order
)

// The boundaries between steps when pages are put aside, and decided on.
const (
	stepHeld      = "secret:held"               // nothing of the pages is written any more
	stepErased    = "secret:texts-erased"       // their texts are gone
	stepDropped   = "secret:images-removed"     // and their images
	stepForgotten = "secret:index-purged"       // and what the index had of them
	stepAside     = "secret:row-committed"      // the catalogue has them in quarantine
	stepDecided   = "secret:decision-committed" // a person's decision is in the catalogue
	stepBack      = "secret:originals-back"     // no secret: the originals are back
	stepReleased  = "secret:released"           // and the pages in the queue
	stepGone      = "secret:originals-removed"  // a secret: the originals are gone
	stepPurged    = "secret:rows-purged"        // and the rows
)

// SecretSteps names those of a mark that is found, of a decision that there is no
// secret, and of one that there is.
func SecretSteps() (found, released, purged []string) {
	return []string{stepHeld, stepErased, stepDropped, stepForgotten, stepAside},
		[]string{stepDecided, stepBack, stepReleased},
		[]string{stepDecided, stepErased, stepDropped, stepForgotten, stepGone, stepPurged}
}

// Steps names the boundaries at which Options.Step is called.
func Steps() []string {
	return []string{stepMaster, stepGiven, stepRows, stepListed, stepBatch, stepDerived, stepEnhanced,
		stepRead, stepText, stepStage, stepPut, stepMark}
}

// AdoptionSteps names the boundaries of Adopt, Hash and ApplyOrder.
func AdoptionSteps() []string {
	return []string{stepRootAdded, stepAdopted, stepAdoptEnd, stepHashed, stepRootListed, stepOrdered}
}

// Pipeline is the way of pages through one archive. One process at a time runs it:
// the holder of the home's lock. It is safe for use by several goroutines.
type Pipeline struct {
	opt       Options
	cat       *store.Catalogue
	vault     *vault.Vault
	originals *vault.Originals
	shelf     *shelf
	temp      string // prepared pages; nothing in it outlives the process
	raster    *raster.Reader
	budget    *raster.Budget
	gate      *gate
	meter     *meter
	fresh     fresh
	secrets   secrets
	wake      chan struct{} // something may be there to do
	busy      atomic.Bool   // a Run or Drain is on
	hurry     atomic.Int32  // Drains that wait for a Run, whatever the hours
	hasher    hasher

	mu      sync.Mutex // guards tools, change and folders
	tools   Tools
	change  context.CancelCauseFunc // ends the work at hand for it to begin anew; nil: none
	folders map[string]os.FileInfo  // being received
	feed    sync.Mutex              // held by whoever reads the index's feed
	agrees  atomic.Bool             // stages and texts are known to agree, but for what is in work
}

// New puts right what an earlier process left half done and readies the pipeline;
// nothing runs yet. It must be called with the home's lock held.
func New(ctx context.Context, opt Options) (*Pipeline, error) {
	if opt.Memory <= 0 {
		opt.Memory = defaultMemory
	}
	if opt.Cap <= 0 {
		opt.Cap = defaultCap
	}
	if opt.Step == nil {
		opt.Step = func(string) {}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Originals == nil {
		opt.Originals = vault.NewOriginals(opt.Vault, Registry(opt.Catalogue), vault.RootOptions{})
	}
	p := &Pipeline{
		opt: opt, cat: opt.Catalogue, vault: opt.Vault, originals: opt.Originals,
		shelf:   newShelf(opt.Derived, filepath.Join(opt.Derived, "work"), opt.Cap),
		temp:    filepath.Join(opt.Derived, "work"),
		raster:  raster.NewReader(raster.ReaderOptions{Font: opt.Font}),
		budget:  raster.NewBudget(opt.Memory),
		gate:    newGate(),
		wake:    make(chan struct{}, 1),
		folders: map[string]os.FileInfo{},
		fresh:   fresh{pages: map[archive.ID]bool{}},
		secrets: secrets{class: opt.Class, held: map[archive.ID]bool{}},
	}
	p.meter = newMeter(opt.Observe)
	p.Use(opt.Tools)
	if err := p.recover(ctx); err != nil {
		return nil, archive.Wrap("start pipeline", opt.Derived, err)
	}
	return p, nil
}

// Close ends what reading PDF has started, and notes that the end was orderly. Nothing may
// run any more.
func (p *Pipeline) Close() error {
	p.noteEnd()
	return p.raster.Close()
}

func (p *Pipeline) recover(ctx context.Context) error {
	if err := os.RemoveAll(p.temp); err != nil {
		return err
	}
	if err := os.MkdirAll(p.temp, 0o755); err != nil {
		return err
	}
	if _, err := p.vault.Recover(ctx, p.noteMoves(ctx)); err != nil {
		return err
	}
	if err := p.cat.BreakClaims(ctx); err != nil {
		return err
	}
	if err := p.readEnd(ctx); err != nil {
		return err
	}
	if err := p.settleMatters(ctx); err != nil {
		return err
	}
	_, err := p.SettleFiled(ctx)
	return err
}

// noteMoves makes the catalogue follow moves of originals; it may be told twice.
func (p *Pipeline) noteMoves(ctx context.Context) func([]vault.Rename) error {
	return func(moves []vault.Rename) error {
		_, err := p.cat.Do(ctx, archive.Actor{}, archive.OpFileMove, func(tx *store.Tx) error {
			for _, m := range moves {
				f, err := p.cat.FileByPath(ctx, all, 0, m.From)
				if archive.KindOf(err) == archive.NotFound {
					continue
				}
				if err == nil {
					err = tx.MoveFile(f.ID, m.To)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		return err
	}
}

// Use changes the tools. A Run or Drain that is on begins anew with them; recognition
// that is under way is given up.
func (p *Pipeline) Use(t Tools) {
	if t.Languages == "" {
		t.Languages = defaultLanguages
	}
	if t.Workers <= 0 {
		t.Workers = runtime.NumCPU()
	}
	p.mu.Lock()
	p.tools = t
	if p.change != nil {
		p.change(errTools)
	}
	p.mu.Unlock()
}

// errTools is why work begins anew.
var errTools = errors.New("the tools were changed")

func (p *Pipeline) changing(change context.CancelCauseFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change = change
}

func (p *Pipeline) using() Tools {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tools
}

// Wake has the pipeline look for work at once, after a change made past it. It
// looks by itself within a second.
func (p *Pipeline) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Retry puts refused pages back to the start and tells how many were.
func (p *Pipeline) Retry(ctx context.Context, actor archive.Actor, pages []archive.ID) (int, error) {
	n := 0
	_, err := p.cat.Do(ctx, actor, "page.retry", func(tx *store.Tx) (err error) {
		n, err = tx.Retry(pages)
		return err
	})
	p.Wake()
	return n, archive.Wrap("retry pages", "", err)
}

// SetRecipe sets a page's recipe by hand. Its images and its text are made again.
func (p *Pipeline) SetRecipe(ctx context.Context, actor archive.Actor, page archive.ID, r enhance.Recipe) error {
	_, err := p.cat.Do(ctx, actor, "page.recipe", func(tx *store.Tx) error { return tx.SetRecipe(page, r.String()) })
	p.Wake()
	return archive.Wrap("set recipe", page.String(), err)
}

// Run works off what waits and what comes, until ctx ends, which is no error. A page
// that fails is refused with its reason and the others go on; a fault that touches
// all of them (full disk, damaged index) ends Run. A second Run or Drain at the same
// time is Busy.
func (p *Pipeline) Run(ctx context.Context) error {
	err := p.work(ctx, nil)
	for errors.Is(err, errTools) {
		err = p.work(ctx, nil)
	}
	if ctx.Err() != nil && (err == nil || archive.KindOf(err) == archive.Stopped) {
		return nil
	}
	return archive.Wrap("run pipeline", "", err)
}

// Drain works off what waits and returns when every page is indexed or refused. It
// returns an Unavailable error if pages wait for an engine that is not there; all
// that can be done without it is done then. While a Run is on, Drain leaves the work
// to it and waits.
func (p *Pipeline) Drain(ctx context.Context) error {
	now := make(chan struct{})
	close(now)
	return archive.Wrap("run pipeline", "", p.drain(ctx, now))
}

// drain is Drain for work that may grow until the channel is closed.
func (p *Pipeline) drain(ctx context.Context, complete <-chan struct{}) error {
	waits := false
	defer func() {
		if waits {
			p.hurry.Add(-1)
		}
	}()
	for {
		err := p.work(ctx, complete)
		if errors.Is(err, errTools) {
			continue
		}
		if !errors.Is(err, errRunning) {
			return err
		}
		if !waits {
			waits = true
			p.hurry.Add(1)
			p.Wake()
		}
		select {
		case <-complete:
			if done, err := p.settled(ctx); done || err != nil {
				return err
			}
			if p.gate.paused() {
				return errPaused
			}
		default:
		}
		select {
		case <-time.After(feedRest):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settled tells whether nothing waits that can be done. It gives the engine's fault
// when that is all that pages wait for.
func (p *Pipeline) settled(ctx context.Context) (bool, error) {
	absent, err := p.originals.Absent(ctx)
	if err != nil {
		return false, err
	}
	var n [3]int
	for i, stage := range []archive.Stage{archive.StageReceived, archive.StageEnhanced, archive.StageRecognised} {
		if stage == archive.StageRecognised { // the index needs no original
			absent = nil
		}
		if n[i], err = p.cat.Waiting(ctx, stage, absent...); err != nil {
			return false, err
		}
	}
	if p.opt.Index == nil {
		n[2] = 0
	}
	if why := p.Status().Waits; n[0]+n[2] == 0 && why != nil {
		return n[1] == 0, why
	}
	return n[0]+n[1]+n[2] == 0, nil
}

// CatchUp has the index read what was recognised, corrected or catalogued since it
// last did, and returns when it has.
func (p *Pipeline) CatchUp(ctx context.Context) error {
	for p.opt.Index != nil {
		n, err := p.feedOnce(ctx, p.opt.Index, false)
		if err != nil {
			return archive.Wrap("catch up index", "", err)
		}
		if n == 0 {
			return nil
		}
	}
	return nil
}

// errRunning is why a second run does not begin.
var errRunning = archive.Errorf(archive.Busy, "run pipeline", "", "it runs already")

// errPaused is why nobody waits for a Run.
var errPaused = archive.Errorf(archive.Busy, "run pipeline", "", "the work was paused; what waits keeps its place")

// errNoEngine is why pages wait when no engine was given.
var errNoEngine = archive.WrapAs(archive.Unavailable, "recognise pages", "", errors.New("no recognition engine"))
