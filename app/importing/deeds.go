package importing

import (
	"context"

	"lantai/archive"
)

// Deeds are what was done, and can be taken back.
type Deeds interface {
	// Deeds lists what was done of some kinds, the newest first.
	Deeds(ctx context.Context, kinds []archive.OpKind, limit int) ([]Deed, error)
	// Touched names of each deed the records at its two ends.
	Touched(ctx context.Context, list []Deed) ([]string, error)
	// TryUndo tells what undoing would do, and does nothing.
	TryUndo(ctx context.Context, d Deed, progress func(archive.Progress)) (Trial, error)
	// Undo takes back what was done. What was changed since stays. What is told beside an
	// error was done.
	Undo(ctx context.Context, d Deed, progress func(archive.Progress)) (Undone, error)
	// Records reads records by their ids; what is gone is not among them.
	Records(ctx context.Context, ids []archive.ID) (map[archive.ID]archive.Holding, error)
}

// Deed is what a person did in one go: one op, or the many that a long linking is written in.
type Deed struct {
	ID           archive.ID // of the newest of its ops
	Kind         archive.OpKind
	Ops          []archive.ID // the newest first
	Actor        archive.ID
	Who          string // the name of the actor
	Station      int
	Begun, Ended int64 // Unix milliseconds
	Changes      int
	Undone       int // of its ops
}

// Trial is what an undo would do, in changes, with the records that it is about: those
// with something that has to stay come first.
type Trial struct {
	Goes, Kept int
	Records    []TrialRecord
}

// TrialRecord is what an undo would do to a record or its pages.
type TrialRecord struct {
	Holding    archive.ID // zero: no record
	Code       string     // as the log has it; may be empty
	Goes, Kept int
}

// Undone is what an undo did: how many ops it came through, and how many changes it left
// alone.
type Undone struct{ Ops, Kept int }
