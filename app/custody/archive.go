// Package custody is the screen 备份与载体: how the copies of the archive elsewhere stand, when they
// were last complete, read back and proven, which media they lie on, and the deeds for all that.
//
// It has no route value.
package custody

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
	Archive Archive
	// Wrote notes in the log that a file was written.
	Wrote func(ctx context.Context, path string) error
	// May tells whether whoever acts may copy, check and add: take everything out. Others see how
	// things stand.
	May   bool
	Class archive.Secrecy // of the archive: its tables bear the mark of a classified one
	Now   func() int64    // Unix milliseconds
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	// Read tells how everything stands, by the catalogue alone.
	Read(ctx context.Context) (State, error)
	// Connected finds the media of a target: their folders by id. It asks disks and shares, and
	// may take long.
	Connected(ctx context.Context, target archive.ID) (map[archive.ID]string, error)
	// Away tells what a target does not have and cannot be copied, because its storage root is
	// not connected. It asks disks too.
	Away(ctx context.Context, target archive.ID) ([]Away, error)

	// Begin begins a target.
	Begin(ctx context.Context, t NewTarget) error
	// Look tells about the folder of a disk that is to be added to a set.
	Look(ctx context.Context, dir string) (Blank, error)
	// AddDisk adds the disk in a folder to a set and tells its number.
	AddDisk(ctx context.Context, target archive.ID, dir string, about About) (int, error)
	// SetAbout changes what is written down of a medium.
	SetAbout(ctx context.Context, medium archive.ID, about About) error

	// Plan tells what copying to a target would do.
	Plan(ctx context.Context, target archive.ID) (Plan, error)
	// Copy copies what a target does not have. The report says what was done also beside an error.
	Copy(ctx context.Context, target archive.ID, progress func(archive.Progress)) (Report, error)
	// Check reads the copies of a target back.
	Check(ctx context.Context, target archive.ID, progress func(archive.Progress)) (Checked, error)
	// Faulty lists the copies that are known to be changed or unreadable, up to a number.
	Faulty(ctx context.Context, target archive.ID, limit int) ([]Finding, error)
	// Names names what findings are about, in their order.
	Names(ctx context.Context, list []Finding) ([]Name, error)
}

// State is how the copies stand.
type State struct {
	Targets     []Target
	Media       []Medium // of all targets, by number
	Unhashed    int      // originals that have no digest yet, and are copied when they have
	Quarantined int      // originals that are never copied
}

// Target is a place of copies and how it stands. Times are Unix milliseconds; 0: never.
type Target struct {
	ID       archive.ID
	Name     string
	Kind     archive.TargetKind
	Set      archive.CopySet
	Address  string
	Files    int // copied
	Of       int // that may be copied
	Bytes    int64
	OfBytes  int64
	Faulty   int
	Through  int64 // when it was last complete
	Verified int64 // when all its copies had last been read back and were good
	Proven   int64 // when a drill last proved that they come back
	Last     Run
}

// Run is the last run to a target.
type Run struct {
	Time     int64 // 0: there was none
	Copied   int
	Bytes    int64
	Failed   int
	Complete bool
	Ended    archive.ErrorKind // why before its end; empty: it was not
}

// Missing tells how many originals wait to be copied.
func (t Target) Missing() int { return max(t.Of-t.Files, 0) }

// Medium is a medium with what is known of it.
type Medium struct {
	archive.Carrier
	Checked int64 // when it was last checked; 0: never
	Faults  int   // that were found then
}

// About is what people write down of a medium.
type About struct {
	Type, Serial, Keeping, Note string
	NextCheck                   int64 // Unix milliseconds; 0: none
}

// NewTarget is a target to be begun.
type NewTarget struct {
	Name string
	Kind archive.TargetKind
	Dir  string // of a folder target
	Set  archive.CopySet
}

// Blank is a disk that may be added. Its sizes are -1 where the disk does not tell.
type Blank struct {
	Free, Size int64
}

// Plan is what copying would do.
type Plan struct {
	Files, Pages int
	Bytes        int64
	Millis       int64 // it would take; 0: not known
	Free         int64 // on the media that are connected; -1: not known
	Look         bool  // what lies there is looked at first
	Unhashed     int
	Quarantined  int
	Away         []Away
}

// Away is a storage root that is not connected, with what cannot be copied for that.
type Away struct {
	Label string
	Files int
}

// Report is what a run did.
type Report struct {
	Copied   int
	Bytes    int64
	Complete bool
	Failed   []Failure
	Unhashed int
	Away     []Away
	Full     []int // numbers of media that became full
}

// Failure is an original that was not copied.
type Failure struct {
	Path   string
	Reason string // the end of a key under "offsite.reason."
}

// Checked is what a check found.
type Checked struct {
	Checked, OK int
	Bytes       int64
	Found       int       // missing, changed and unreadable
	Missing     []Finding // those missing, which the next run copies again
	Extra       []Finding // those that nobody knows
	Away        []int     // numbers of media that were not connected
	AwayFiles   int       // copies on them
	NotCopied   int
}

// Finding is a copy that is not as it should be. Its path is shown by way of Names alone.
type Finding struct {
	File, Root archive.ID
	Path       string
	Disk       int    // number of its medium
	Fault      string // the end of a key under "custody.fault."
}

// Name is what a finding is about, as far as whoever acts may know.
type Name struct {
	Code string
	Page int // 画幅; 0: none
	Path string
}
