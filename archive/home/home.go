// Package home knows the folder that is one archive: its layout, lantai.json, who
// has it open, which station number it writes under, and how other processes
// of this computer reach the one that holds it.
package home

import (
	"path/filepath"
	"sync"
	"time"

	"lantai/archive"
)

// Kind of archive: a classified one may hold state secrets up to its class.
type Kind string

// The kinds of archive.
const (
	Ordinary   Kind = "ordinary"
	Classified Kind = "classified"
)

// Home is one archive's folder. It is safe for use by several goroutines.
type Home struct {
	dir string
	now func() time.Time

	mu    sync.Mutex
	about about
	place Place // where the folder lies now
}

// Name of the archive.
func (h *Home) Name() string { return h.read().Name }

// ArchiveID names the archive for ever; copies share it. 32 hex digits.
func (h *Home) ArchiveID() string { return h.read().Archive }

// Kind of the archive.
func (h *Home) Kind() Kind { return h.read().Kind }

// Class is the highest 密级 that the archive may hold; zero for an ordinary one.
func (h *Home) Class() archive.Secrecy { return h.read().Class }

// Created tells when the archive began.
func (h *Home) Created() time.Time { return h.read().Created }

func (h *Home) read() about {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.about
}

// Station is the number that goes into every archive.ID made here. While it is not
// known whether the home was moved or copied it is a Conflict error, so that
// nothing is written under another home's number.
func (h *Home) Station() (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.about.Place.differs(h.place) {
		return 0, archive.Errorf(archive.Conflict, "take station number", h.dir,
			"the archive lies elsewhere than before: moved or copied?")
	}
	return h.about.Station, nil
}

// Dir is the home's folder, absolute; the other paths lie in it.
func (h *Home) Dir() string { return h.dir }

// Catalogue is the catalogue's SQLite file.
func (h *Home) Catalogue() string { return filepath.Join(h.dir, "catalogue.db") }

// Text is the SQLite file of recognised text.
func (h *Home) Text() string { return filepath.Join(h.dir, "text.db") }

// Masters is the folder of originals.
func (h *Home) Masters() string { return filepath.Join(h.dir, "masters") }

// Manifests is the folder of the originals' lists.
func (h *Home) Manifests() string { return filepath.Join(h.dir, "manifests") }

// Derived is the folder of access images and thumbnails; it can be made again.
func (h *Home) Derived() string { return filepath.Join(h.dir, "derived") }

// Index is the folder of the full-text index; it can be made again.
func (h *Home) Index() string { return filepath.Join(h.dir, "index") }

// Log is the folder of log files.
func (h *Home) Log() string { return filepath.Join(h.dir, "log") }

// layout names the folders that every home has.
var layout = [...]string{"masters", "manifests", "derived", "index", "log"}

const (
	aboutName = "lantai.json"
	lockName  = "lock"
)
