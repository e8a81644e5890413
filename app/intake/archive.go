package intake

import (
	"context"
	"time"

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
	View    parts.PageLoader
	// Settings is the screen that is gone to when the engine is not there.
	Settings parts.Route
	Class    archive.Secrecy // of the archive: its tables bear the mark of a classified one
}

// Archive is read and written off the UI goroutine, but for Pause.
type Archive interface {
	Linking
	Secrets

	// Receive takes in a folder. Work on its pages goes on after it has ended.
	Receive(ctx context.Context, d Delivery, progress func(archive.Progress)) (Report, error)
	// PutAside counts the files of a receipt that were put aside as suspected state secrets:
	// that shows only as their texts come in.
	PutAside(ctx context.Context, batch archive.ID) (int, error)
	// RootAt names the storage root that a folder lies on; "" where there is none.
	RootAt(ctx context.Context, dir string) (string, error)
	State(ctx context.Context) (State, error)
	// Pause halts the work on pages or lets it go on; it returns at once.
	Pause(paused bool)

	// Batches lists the newest receipts first.
	Batches(ctx context.Context, limit int) ([]Batch, error)
	// Unfinished lists the receipts that were cut off and that nobody is receiving now.
	Unfinished(ctx context.Context) ([]Batch, error)
	// EndReceipt ends one of them without the files that it lacks.
	EndReceipt(ctx context.Context, batch archive.ID) error
	// Counts tells what some receipts brought.
	Counts(ctx context.Context, ids []archive.ID) (map[archive.ID]Count, error)
	// UnlinkedByBatch counts the pages 待挂接 of the receipts that have some.
	UnlinkedByBatch(ctx context.Context) (map[archive.ID]int, error)
	// Unlinked lists the pages 待挂接 as received; of one batch, or zero for all.
	Unlinked(ctx context.Context, batch archive.ID) ([]archive.ID, error)
	// Pages reads a window of that list, one row for each id; a page that is gone has a
	// zero row.
	Pages(ctx context.Context, ids []archive.ID) ([]Page, error)
	// Complete lists records whose 档号 begins as typed.
	Complete(ctx context.Context, typed string, limit int) ([]archive.Holding, error)
	// FindCode finds the record with a 档号 as people type it.
	FindCode(ctx context.Context, code string) (archive.Holding, error)
	// Link puts pages into a record, behind those it has, in the order given.
	Link(ctx context.Context, pages []archive.ID, code string) (archive.Holding, error)
	// Unlink takes that back.
	Unlink(ctx context.Context, pages []archive.ID) error

	// Refused lists what was refused: files that were not taken, and pages.
	Refused(ctx context.Context) ([]Refused, error)
	// Retry puts pages back to the start.
	Retry(ctx context.Context, pages []archive.ID) (int, error)
}

// Way is how a folder comes into the archive.
type Way int

// The ways. A folder is received anew by the way it came.
const (
	Copied   Way = iota // its files are copied into the archive
	InPlace             // they are registered where they lie
	AsBefore            // in place where the folder lies on a storage root, else copied
)

// Delivery is a folder to be received.
type Delivery struct {
	Dir  string
	Way  Way
	Text bool // take text files and text layers as the text of their pages; when copied
	// Batch is the receipt that goes on, in the way of the files that it has; zero: none.
	Batch archive.ID
}

// Report is what became of a folder. Integers count files, Pages and TextPages pages.
type Report struct {
	Batch                              archive.ID // zero: nothing was new
	InPlace                            bool
	Received, Already, Unlinked, Pages int
	Texts                              int    // that came along and were not taken
	TextPages                          int    // whose text came along and was taken
	NotTaken                           int    // files; the first of them in Refused
	PutAside                           int    // as suspected state secrets, until now
	Changed, Vanished                  int    // of those registered in place before
	RootAdded                          string // label of the storage root that the folder became
	Refused                            []Refused
}

// State is how far the work on pages has come.
type State struct {
	Stages   map[archive.Stage]int
	Unlinked int
	Away     int // pages that wait for their storage root to be connected; part of Stages
	NotTaken int // files that were refused
	Secret   int // matters of suspected state secrets that wait for a decision
	Paused   bool
	Phase    string
	Done     int
	Total    int
	Rate     float64 // pages a second; 0: not known
	Left     time.Duration
	Waits    error // why pages wait: the engine is not there
	Guest    bool  // another program of this computer works on the pages
}

// Batch is one receipt.
type Batch struct {
	ID      archive.ID
	Name    string
	Source  string
	Started int64
	Ended   int64 // zero: not finished
	Cut     bool  // not finished, and nobody is receiving it
}

// Count is what a receipt brought, as it stands now.
type Count struct {
	Files    int
	Unlinked int // pages
	Refused  int // files and pages
}

// Page is a page 待挂接.
type Page struct {
	ID      archive.ID
	Source  string // path below the folder it came in
	Batch   string
	Ordinal int // within its file
	Stage   archive.Stage
	Text    string // the first words
	Ref     parts.PageRef
}

// Refused is a file or page that was not taken, with the reason.
type Refused struct {
	Page   archive.ID // zero: the file was not taken
	Source string     // the folder it came in
	Batch  string
	Path   string
	Reason archive.Reason
	Detail string
}
