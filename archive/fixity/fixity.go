// Package fixity reads the originals at home again, those first that were not read for the
// longest time, and notes which are no longer as they were received.
//
// All are read once in a cycle, which begins anew after a period. What was read is noted in
// the catalogue portion by portion, so that a process that ends before takes nothing with it but the portion
// in hand.
package fixity

import (
	"context"
	"encoding/json"
	"time"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// Options say what is checked, and beside what.
type Options struct {
	Catalogue *store.Catalogue
	Originals *vault.Originals
	Busy      func() bool       // whether others need the disk; nil: nobody does
	Now       func() time.Time  // nil: time.Now
	Step      func(name string) // called at each boundary of Steps; tests end the process there
}

// The boundaries of a check.
const (
	stepBegun = "fixity:cycle-begun"
	stepRead  = "fixity:portion-read"
	stepNoted = "fixity:portion-noted"
	stepEnded = "fixity:cycle-ended"
)

// Steps names the boundaries at which Options.Step is called.
func Steps() []string { return []string{stepBegun, stepRead, stepNoted, stepEnded} }

// Checker checks the originals of one archive. It is safe for use by several goroutines.
type Checker struct{ opt Options }

// New makes a Checker.
func New(opt Options) *Checker {
	if opt.Busy == nil {
		opt.Busy = func() bool { return false }
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Step == nil {
		opt.Step = func(string) {}
	}
	return &Checker{opt}
}

func (c *Checker) now() int64 { return c.opt.Now().UnixMilli() }

// cycle is how far the work has come, kept in the catalogue under "state.fixity".
type cycle struct {
	Begun int64   `json:"begun"`           // Unix milliseconds; 0: never
	Ended int64   `json:"ended,omitempty"` // when all were read; 0: not yet
	Again int64   `json:"again,omitempty"` // when the damaged ones were last looked at again
	Speed float64 `json:"speed,omitempty"` // bytes a second as last measured
	At    int64   `json:"at,omitempty"`    // when that was
	Last  *Ended  `json:"last,omitempty"`  // the cycle before
}

// Ended is a cycle that is over.
type Ended struct {
	Begun  int64 `json:"begun"`
	Ended  int64 `json:"ended"`
	Files  int   `json:"files"`  // originals with a digest
	Faults int   `json:"faults"` // damaged at its end
	Away   int   `json:"away"`   // on storage roots that were not connected
}

const stateKey = "fixity"

func (c *Checker) read(ctx context.Context) (cycle, error) {
	var now cycle
	text, err := c.opt.Catalogue.Remembered(ctx, stateKey)
	if err == nil && text != "" && json.Unmarshal([]byte(text), &now) != nil {
		now = cycle{} // written by a program that is not known; it begins anew
	}
	return now, err
}

func remember(tx *store.Tx, now cycle) error {
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return tx.Remember(stateKey, string(text))
}

func (c *Checker) write(ctx context.Context, now cycle) error {
	_, err := c.opt.Catalogue.Do(ctx, archive.Actor{}, "state", func(tx *store.Tx) error { return remember(tx, now) })
	return err
}

// roots lists masters/ (zero) and the storage roots.
func (c *Checker) roots(ctx context.Context) ([]archive.ID, error) {
	list := []archive.ID{0}
	roots, err := c.opt.Catalogue.Roots(ctx)
	for _, r := range roots {
		list = append(list, r.ID)
	}
	return list, err
}

// current gives the cycle under way, which it begins when it is time. A clock that was set
// back moves its beginning back: nothing is then read twice, and the next one begins in time.
func (c *Checker) current(ctx context.Context, s Settings) (cycle, error) {
	now, err := c.read(ctx)
	if err != nil {
		return now, err
	}
	at := c.now()
	period := s.Period().Milliseconds()
	switch {
	case now.Begun == 0, at-now.Begun >= period && now.Ended != 0:
		return c.begin(ctx, now, at)
	case at < now.Begun:
		now.Begun = at
		return now, c.write(ctx, now)
	}
	return now, nil
}

// begin begins a cycle: what has no check yet gets its receipt as one, and checks from a
// clock that was ahead are dated back.
func (c *Checker) begin(ctx context.Context, last cycle, at int64) (cycle, error) {
	if err := c.opt.Catalogue.FillFixity(ctx); err != nil {
		return last, err
	}
	roots, err := c.roots(ctx)
	if err != nil {
		return last, err
	}
	for _, root := range roots {
		if err := c.opt.Catalogue.FixityAhead(ctx, root, at); err != nil {
			return last, err
		}
	}
	now := cycle{Begun: at, Again: last.Again, Speed: last.Speed, At: last.At, Last: last.Last}
	if err := c.write(ctx, now); err != nil {
		return last, err
	}
	c.opt.Step(stepBegun)
	return now, nil
}
