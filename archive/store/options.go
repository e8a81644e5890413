package store

import (
	"time"

	"lantai/archive"
)

// Options say where the catalogue is and who opens it.
type Options struct {
	Catalogue string // path of catalogue.db
	Text      string // path of text.db
	Postgres  string // connection string or URL; set: PostgreSQL instead of the two files

	Station int              // of this computer, 0 to archive.MaxStation
	Class   archive.Secrecy  // the highest 密级 that may be kept, for ever; zero: an ordinary archive
	Now     func() time.Time // nil: time.Now
}

// ItemRow is what a list of items shows.
type ItemRow struct {
	ID        archive.ID
	Kind      archive.HoldingKind
	Code      string
	Title     string
	Author    string
	Date      string
	Year      int
	DocNo     string
	Retention string
	PageCount int // as catalogued
	Pages     int // linked page images that may be seen
	Rev       int
}

// Count is how many records of each kind lie below a node.
type Count struct {
	Holdings map[archive.HoldingKind]int
	Pages    int // linked; below the archive as a whole also 待挂接
}

// Totals say how much is held and how much of it can be found by its text.
type Totals struct {
	Fonds      int // fonds rows
	Items      int // items, photos, objects, books and AV
	Pages      int // pages held
	Unlinked   int // of these, 待挂接
	Searchable int // of these, in the index with text
	Stages     map[archive.Stage]int
}

// RefusedInput is a file of a batch that was not taken.
type RefusedInput struct {
	Batch  archive.ID
	Path   string // below the batch's folder
	Reason archive.Reason
	Detail string
	Time   int64 // Unix milliseconds
}

// Root is a place outside the home where originals lie.
type Root struct {
	ID     archive.ID
	Label  string
	Path   string // where it was last pointed to
	Volume string // id of the volume it was on then; empty: not known
	Within string // its path below the top of that volume, with slashes
}

// RootCount is what is known of the originals on a storage root.
type RootCount struct {
	Files, Hashed      int
	Bytes, HashedBytes int64
	Changed, Vanished  int                   // found so
	Stages             map[archive.Stage]int // of their pages
}

// Made is what enhancing found out about a page and made of it.
type Made struct {
	Width, Height int    // of the upright master, pixels
	DPI           int    // 0: unknown
	Recipe        string // JSON; automatic values
	MadeFrom      string
}

// Reconciled counts the pages whose stage did not fit their text.
type Reconciled struct {
	Forward int // text was there, the stage had not moved
	Back    int // the stage had moved, the text is missing or of another recipe
}
