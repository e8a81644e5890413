// Package place is where copies of an archive lie: a folder, a disk, a server. A file that
// was copied there is never overwritten and never removed by anything in this package.
package place

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"strings"

	"lantai/archive"
)

// Place is one place, open for work. Paths lie below it, use slashes, and are ordered by
// their bytes. It is safe for use by several goroutines.
//
// Errors have the kinds of package archive: NotFound, Conflict (another file stands there),
// NoSpace, NoAccess, Invalid (a path that is not safe, or that the place cannot have),
// Damaged (it cannot be read although it is there), Stopped, and Unavailable with ErrGone
// when the place itself went away (unplugged, unmounted, connection lost): then nothing
// that was not settled counts.
type Place interface {
	// Stat tells of a regular file. What is something else is a Conflict.
	Stat(ctx context.Context, path string) (Entry, error)

	// Open opens a regular file for reading, from its beginning. What is read comes from the medium, not
	// from what this computer remembers of it, as far as the system allows.
	Open(ctx context.Context, path string) (io.ReadCloser, error)

	// Walk gives the regular files below a folder ("" is the whole place, without
	// Incoming), in the order of their paths, beginning behind after. What is no regular file
	// and no folder comes with Odd set; a folder that cannot be read comes as an entry
	// with its error. A folder that is not there has no files.
	Walk(ctx context.Context, dir, after string) iter.Seq2[Entry, error]

	// Begin begins a group of new files.
	Begin(ctx context.Context) (Group, error)

	// Replace makes a small file have a content, whatever it had before: written beside,
	// made durable, then renamed over. For labels, lists and states; never for a copy.
	Replace(ctx context.Context, path string, content []byte) error

	// Append makes a file longer by data, durably. The file must be at bytes long, or not
	// exist for 0; what stands behind at was left by an Append that was cut off, and is cut off.
	// A shorter file is Damaged.
	Append(ctx context.Context, path string, at int64, data []byte) error

	// Move gives a file another path, never over another file (Conflict), durably.
	Move(ctx context.Context, from, to string) error

	// Erase overwrites a file with zeros and removes it, and the folders that are empty then; one that
	// is not there is no error. It is for what is purged, and for nothing else. What the medium itself keeps of overwritten
	// blocks is beyond a program.
	Erase(ctx context.Context, path string) error

	// Space tells how many bytes are free, and how many there are; -1 where the place does not say.
	Space(ctx context.Context) (free, total int64, err error)

	// Lock keeps others from writing to the place until release is called. who says who
	// holds it, and is what an error of kind Busy has as its cause for the next (a *Held). A lock
	// whose holder is gone (its process or connection ended) is taken over: at once where the
	// place can tell, after three beats without a sign of life elsewhere. A holder that
	// lost its lock, because it slept for longer, gets Busy from whatever writes.
	Lock(ctx context.Context, who string) (release func(), err error)

	// Sweep removes what groups that were cut off left in Incoming. Only the holder of
	// the lock may call it.
	Sweep(ctx context.Context) error

	// Close lets go of the place. Groups under way are abandoned.
	Close() error
}

// Group is some new files which come to be together: none has its name before the content
// of all is durable. The files of a group may be written by several goroutines.
type Group interface {
	// Create begins a file. A path at which a file stands already is found by Settle.
	Create(ctx context.Context, path string) (Writer, error)

	// Settle makes what was written durable, then gives the files their names, then makes
	// these durable, and tells of each file that was not discarded, in the order of Create, what
	// came of it: nil; Conflict where another stands under its name, which stays; Invalid where the
	// place cannot have the name. The second value is an error of the whole: then the first
	// is nil and any of the files may have its name, with its whole content, or not.
	Settle(ctx context.Context) ([]error, error)

	// Abandon removes what was not settled. After Settle it does nothing.
	Abandon()
}

// Writer writes one file of a group.
type Writer interface {
	io.Writer
	// Close ends the file. It must have been closed before Settle.
	Close() error
	// Discard takes the file out of its group.
	Discard()
}

// Entry is one file.
type Entry struct {
	Path  string
	Bytes int64
	Odd   bool // not a regular file
}

// Incoming is the folder at a place where files lie that have no name yet. It is below
// the place, so that a rename suffices.
const Incoming = "_incoming"

// ErrGone is the cause inside an Unavailable error when a place went away.
var ErrGone = archive.Errorf(archive.Unavailable, "reach place", "", "it went away")

// Check refuses a path that leads out of a place, into Incoming, or nowhere.
func Check(path string) error {
	if !below(path) || strings.ContainsAny(path, "\\\n\r") {
		return archive.Errorf(archive.Invalid, "name file at place", path, "not a path below a place")
	}
	return nil
}

// below tells whether a path lies below a place. Reading asks no more: a file under an odd
// name remains readable. Some file systems do not tell upper from lower case.
func below(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return path != "." && fs.ValidPath(path) && !strings.ContainsRune(path, 0) && !strings.EqualFold(first, Incoming)
}
