// Package offsite keeps copies of an archive elsewhere: plain files under readable paths with
// lists of their digests, which people can check and restore without Lantai.
//
// What lies at a target is described in doc/archive-home.md.
package offsite

import (
	"context"
	"time"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// Archive says whose copies they are.
type Archive struct {
	ID      string // of lantai.json; copies of an archive share it
	Name    string
	Class   archive.Secrecy
	Station int
}

// Options join an archive with its copies.
type Options struct {
	Archive   Archive
	Catalogue *store.Catalogue
	Originals *vault.Originals

	Catalogued string                                                      // path of catalogue.db, of whose size room is kept; may be empty
	Temp       string                                                      // folder for snapshots on their way; it is made when it is needed, and emptied
	Tables     func(ctx context.Context, dir string) error                 // writes the catalogue as CSV files into a folder; may be nil
	Moves      string                                                      // path of the home's moves.tsv; may be empty
	Heads      string                                                      // path of the home's heads.tsv; may be empty
	Beside     []string                                                    // other files of the home that go with the catalogue: lantai.json, names.tsv
	Open       func(ctx context.Context, c Connected) (place.Place, error) // opens a medium; nil: its folder
	Volumes    func() ([]vault.Volume, error)                              // where disks may be; nil: those of this computer
	Now        func() time.Time                                            // nil: time.Now
	Step       func(name string)                                           // called at each boundary of a run; tests end the process there
	GroupBytes int64                                                       // most bytes that are written before they are made durable; 0: 64 MiB
}

// Copier makes and checks the copies of one archive. It is safe for use by several goroutines.
type Copier struct{ opt Options }

// New makes a Copier.
func New(opt Options) *Copier {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Step == nil {
		opt.Step = func(string) {}
	}
	if opt.GroupBytes == 0 {
		opt.GroupBytes = 64 << 20
	}
	if opt.Volumes == nil {
		opt.Volumes = vault.Volumes
	}
	if opt.Open == nil {
		opt.Open = func(_ context.Context, c Connected) (place.Place, error) { return place.OpenFolder(c.At) }
	}
	return &Copier{opt}
}

func (c *Copier) millis() int64 { return c.opt.Now().UnixMilli() }

// Progress tells how far a long job has come.
type Progress struct {
	Phase       string // a key of the language files, behind "offsite.phase."
	Files, Of   int
	Bytes, OfBy int64
}

// Failure is a file that was not copied, checked or mended.
type Failure struct {
	Path   string     `json:"path"`   // below masters/, or below the folder of its storage root
	Reason string     `json:"reason"` // an archive.Reason, archive.ErrorKind or archive.CopyFault
	Root   string     `json:"root,omitempty"`
	File   archive.ID `json:"-"`
	Detail string     `json:"-"` // English, for the log
}

// reasonOf is what a person is told of an error.
func reasonOf(err error) string { return string(archive.KindOf(err)) }
