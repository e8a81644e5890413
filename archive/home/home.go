// Package home knows the folder that is one archive: its layout, lantai.json, who
// has it open, which station number it writes under, and how other processes
// of this computer reach the one that holds it.
package home

import (
	"context"
	"encoding/json"
	"path/filepath"
	"time"

	"lantai/archive"
)

// Kind of archive: a classified one never leaves its computer.
type Kind string

// The kinds of archive.
const (
	Ordinary   Kind = "ordinary"
	Classified Kind = "classified"
)

// Options of a new home; the zero value is an ordinary archive.
type Options struct {
	Kind Kind
	Now  func() time.Time // nil: time.Now
}

// Home is one archive's folder.
type Home struct{ dir string }

// Init makes dir a new home. name "" takes the folder's name. dir may be missing or
// empty; a first try that was interrupted may be repeated. Errors: Conflict when it is a home
// already or has other files in it, Unavailable on a network share, NoSpace.
func Init(dir, name string, opt Options) (*Home, error) { return &Home{dir}, nil }

// Open opens an existing home. Errors: NotFound when dir is not a home, TooNew, Damaged when
// lantai.json cannot be read, Unavailable on a network share.
// A home that seems moved or copied opens too: see Relocated.
func Open(dir string) (*Home, error) { return &Home{dir}, nil }

// Name of the archive.
func (h *Home) Name() string { return "" }

// ArchiveID names the archive for ever; copies share it. 32 hex digits.
func (h *Home) ArchiveID() string { return "" }

// Kind of the archive.
func (h *Home) Kind() Kind { return Ordinary }

// Created tells when the archive began.
func (h *Home) Created() time.Time { return time.Time{} }

// Station is the number that goes into every archive.ID made here. While it is not known
// whether the home was moved or copied it is a Conflict error, so that nothing is written
// under another home's number.
func (h *Home) Station() (int, error) { return 1, nil }

// Dir is the home's folder, absolute; the other paths lie in it.
func (h *Home) Dir() string       { return h.dir }
func (h *Home) Catalogue() string { return filepath.Join(h.dir, "catalogue.db") } // the catalogue's SQLite file
func (h *Home) Text() string      { return filepath.Join(h.dir, "text.db") }      // recognised text, a SQLite file
func (h *Home) Masters() string   { return filepath.Join(h.dir, "masters") }      // originals
func (h *Home) Manifests() string { return filepath.Join(h.dir, "manifests") }    // their lists
func (h *Home) Derived() string   { return filepath.Join(h.dir, "derived") }      // access images and thumbnails
func (h *Home) Index() string     { return filepath.Join(h.dir, "index") }        // full-text index
func (h *Home) Log() string       { return filepath.Join(h.dir, "log") }          // log files

// Place is where a home lies: which computer, which file system, which folder.
type Place struct {
	Machine string `json:"machine"` // derived from the computer's own id; "" when it has none
	Device  string `json:"device"`  // id of the file system
	Inode   uint64 `json:"inode"`   // of the home's folder
}

// Relocation tells that a home is not where it was last written.
type Relocation struct{ Was, Is Place }

// Relocated tells whether the home lies elsewhere than lantai.json says. Then a person
// must say whether it was moved (AcceptMoved) or copied or restored (AcceptCopied).
func (h *Home) Relocated() (Relocation, bool) { return Relocation{}, false }

// AcceptMoved keeps the station number and writes down the new place.
func (h *Home) AcceptMoved() error { return nil }

// AcceptCopied takes a station number that this archive has not used, so that two copies never
// make the same id, and writes down the new place.
func (h *Home) AcceptCopied() error { return nil }

// Holder is the process that holds a home.
type Holder struct {
	PID     int       `json:"pid"`
	Program string    `json:"program"` // name of its file: "lantai", "lantaictl"
	Since   time.Time `json:"since"`
	Socket  string    `json:"socket"` // where it answers; "" when it does not
}

// Lock is the right to run the pipeline and to write the index of a home.
type Lock struct{}

// Lock takes the home's lock without waiting. It is Busy when another process holds it; the operating system frees
// it when the process ends, however it ends.
func (h *Home) Lock() (*Lock, error) { return &Lock{}, nil }

// Unlock frees the lock and ends Serve.
func (l *Lock) Unlock() error { return nil }

// Holder tells who holds the lock; ok is false when nobody does.
func (h *Home) Holder() (holder Holder, ok bool) { return Holder{}, false }

// Handler answers one method. args is the caller's JSON; the result is sent as JSON.
// ctx ends when the caller goes away. Errors keep kind, operation, subject and reason on the way.
type Handler func(ctx context.Context, args json.RawMessage) (any, error)

// Serve answers calls of other processes of the same user until ctx ends or the lock is freed. It
// returns nil then. It blocks.
func (l *Lock) Serve(ctx context.Context, handlers map[string]Handler) error { return nil }

// Tell sends something to the caller before the handler's result, for example progress. Outside of
// a handler it does nothing.
func Tell(ctx context.Context, v any) {}

// Call asks the holder of the home. out (may be nil) receives the result; told (may be nil) is given what the
// handler sends with Tell. It is Unavailable when nobody holds the home or the holder does not answer.
func (h *Home) Call(ctx context.Context, method string, args, out any, told func(json.RawMessage)) error {
	return archive.Errorf(archive.Unavailable, "call holder", h.dir, "not ready")
}

// Space on the disk of a folder, in bytes.
type Space struct{ Free, Total uint64 }

// Free tells how much this user may still write to the disk that dir lies on.
func Free(dir string) (Space, error) { return Space{}, nil }
