package vault

import (
	"context"
	"io"

	"lantai/archive"
)

// Incoming is one file on its way into the vault.
type Incoming struct {
	Source string    // the file to read; it is never touched
	Reader io.Reader // read instead of Source when not nil
	Path   string    // where it goes, below masters/: see Place and Unfiled
	Wanted string    // the path before it was made safe or shortened; "" when it was not

	// Accept, when given, is asked once all bytes are read and hashed and before
	// they get their name. An error ends Receive with that error and no trace.
	Accept func(Stored) error
}

// Batch is one receipt of files and its list, manifests/<id>.sha256. It is safe
// for use by several goroutines.
type Batch struct{ v *Vault }

// Batch begins a batch or goes on with one that was not closed. id becomes part of
// file names and must be a safe one (letters, digits, "-", "_", "."). A batch that was
// closed is a Conflict.
func (v *Vault) Batch(id string) (*Batch, error) { return &Batch{v: v}, nil }

// OpenBatches lists the ids of batches begun and not closed, for example after a crash.
func (v *Vault) OpenBatches() ([]string, error) { return nil, nil }

// Receive brings one file in. When it returns without error the original is on the
// disk under its name, read-only, fsynced with its folders and listed, so that the
// catalogue's row may be committed.
//
// The same content under the same path is no error: Already is set. Errors:
// Conflict with ReasonConflict when another original stands there; Refused with
// ReasonUnreadable, ReasonUnsupported (not a regular file) or ReasonChanging for
// the source; NoSpace; Stopped; Invalid for a path that is not safe. After any
// error nothing is left behind.
func (b *Batch) Receive(ctx context.Context, in Incoming) (Stored, error) {
	return Stored{}, archive.Errorf(archive.Unavailable, "receive file", in.Path, "not ready")
}

// Close ends the batch: its list is never edited again, and current.sha256 has its
// files. It may be repeated after a failure.
func (b *Batch) Close(ctx context.Context) error { return nil }
