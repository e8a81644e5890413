// Package audit is the screen 审计日志: who did what and when, and whether the log of it can
// be trusted.
//
// Its route value is a View; nil leaves it as it was.
package audit

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive
}

// Archive is the change log, read off the UI goroutine.
type Archive interface {
	// IDs lists entries, the newest first, from one on (zero: the newest of all).
	IDs(ctx context.Context, f Filter, before archive.ID, limit int) ([]archive.ID, error)
	// Entries reads entries in the order of their ids.
	Entries(ctx context.Context, ids []archive.ID) ([]Entry, error)
	// Detail reads one entry with what it changed, up to a number of changes.
	Detail(ctx context.Context, id archive.ID, limit int) (Detail, error)
	// Choices lists who did anything, and what was done.
	Choices(ctx context.Context) (Choices, error)
	// Record finds a record by its 档号, former or not.
	Record(ctx context.Context, code string) (archive.ID, error)
	// Export writes entries into a table, by the ending of its name.
	Export(ctx context.Context, path string, f Filter, progress func(archive.Progress)) (rows int, err error)

	// Verify walks the whole log; kept is a file of heads to hold it against, or "".
	Verify(ctx context.Context, kept string, progress func(archive.Progress)) (Verdict, error)
	// Heads gives the end of each station's log, a line each.
	Heads(ctx context.Context) ([]string, error)
	// State tells how the log stands beside the heads that are kept.
	State(ctx context.Context) (State, error)
	// Keep keeps the heads now.
	Keep(ctx context.Context) error
	// KeepIn has them kept in a folder on another disk too; "" in none.
	KeepIn(ctx context.Context, folder string) error
	// Accept notes that the log differs from what was kept for a good reason.
	Accept(ctx context.Context) error
}

// Filter says which entries are meant; what is zero does not count.
type Filter struct {
	Actor    *archive.ID
	Kinds    []archive.OpKind
	From, To int64 // Unix milliseconds: from, and before
	Subject  archive.ID
}

// Choices are what there is to choose from.
type Choices struct {
	Actors []Actor
	Kinds  []archive.OpKind
}

// Actor is somebody who did something.
type Actor struct {
	ID   archive.ID
	Name string
}

// Entry is an entry of the log as it is listed.
type Entry struct {
	Op      archive.Op
	Who     string
	Subject string // 档号
	What    string
}

// Change is what an entry did to one row.
type Change struct {
	What    string // added, changed, removed, purged
	Noun    string
	Subject string
	Fields  []Field
}

// Field is a field before and after.
type Field struct{ Name, Before, Now string }

// Detail is an entry with what it changed.
type Detail struct {
	Op      archive.Op
	Who     string
	Changes []Change
}

// Verdict is what a walk along the log found.
type Verdict struct {
	Ops     int // that fit
	Purged  int // changes whose content was purged
	Kept    int // heads that it was held against
	Bad     *Bad
	Rows    []string     // sentences: what in the catalogue is not as the log has it
	Earlier []archive.Op // with a time before that of the one before: the clock was set back
}

// Bad is the first entry that does not fit.
type Bad struct {
	Op              archive.ID // zero: there is none any more
	Station, Number int
	Fault           string
}

// State is how the log stands beside what was kept of it.
type State struct {
	Wrong  []string // sentences: heads that the log does not have
	Clock  string   // a sentence; "": the clock is right
	Folder string   // on another disk; "": none
	Away   bool     // that folder cannot be reached
	Kept   int64    // when heads were kept last; 0: never
}
