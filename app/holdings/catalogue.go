package holdings

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/refcode"
)

// Deps are what the screen needs.
type Deps struct {
	Runner    *task.Runner
	Window    fyne.Window
	Memory    parts.Memory
	Open      parts.Open
	Catalogue Catalogue
	Thumb     parts.ThumbLoader
}

// Catalogue is read and written off the UI goroutine.
type Catalogue interface {
	// Tree lists the fonds by 全宗号, each followed by its series.
	Tree(ctx context.Context) ([]Node, error)
	// List gives the ids of what a node holds, in order.
	List(ctx context.Context, l List) ([]archive.ID, error)
	// Rows reads a window of a list, one row for each id; a record that is gone has a
	// zero Row.
	Rows(ctx context.Context, ids []archive.ID) ([]Row, error)
	Record(ctx context.Context, id archive.ID) (Record, error)
	// FindCode finds the record with a 档号 as people type it.
	FindCode(ctx context.Context, code string) (archive.Holding, error)
	// Save writes the values that differ from what is there. It is a Conflict when the
	// record changed after Rev was read.
	Save(ctx context.Context, id archive.ID, rev int, values Values) error

	AddFonds(ctx context.Context, code string, values Values) (archive.Holding, error)
	AddSeries(ctx context.Context, code, title, scheme string) (archive.Holding, error)
	// AddHolding adds a volume, item or photo to the series with a code.
	AddHolding(ctx context.Context, series, code string, values Values) (archive.Holding, error)
	// NextCode proposes the 档号 after the highest of a class.
	NextCode(ctx context.Context, scheme refcode.Scheme, class refcode.Values) (string, error)
}

// Node is a fonds or series in the tree.
type Node struct {
	ID      archive.ID
	Fonds   archive.ID
	Kind    archive.HoldingKind
	Code    string
	Title   string
	Scheme  string // of a series, as JSON
	Records int    // that its list shows
}

// Place is a node whose list is shown: a fonds, a series, a volume or an album.
type Place struct {
	ID, Fonds, Series, Parent archive.ID
	Kind                      archive.HoldingKind
	Code, Title               string
}

func placeOf(h archive.Holding) Place {
	return Place{ID: h.ID, Fonds: h.Fonds, Series: h.Series, Parent: h.Parent, Kind: h.Kind, Code: h.Code, Title: h.Title}
}

// Sort is a column that lists are ordered by.
type Sort string

// The orders.
const (
	ByCode      Sort = "code"
	ByTitle     Sort = "title"
	ByDate      Sort = "date"
	ByRetention Sort = "retention"
)

// List says what to list and how.
type List struct {
	Node archive.ID
	Kind archive.HoldingKind // of the node; below a fonds all records at any depth are listed
	Sort Sort
	Desc bool
}

// Row is a record as the list shows it.
type Row struct {
	ID        archive.ID
	Kind      archive.HoldingKind
	Code      string
	Title     string
	Author    string
	Date      string
	DocNo     string
	Retention string
	PageCount int // 页数, as catalogued
	Pages     int // 画幅
}

// Values are the fields of a record by the names in this package, as text.
type Values map[string]string

// The names of fields.
const (
	Title     = "title"
	Author    = "author"
	Date      = "date"
	DocNo     = "doc_no"
	Persons   = "persons"
	Year      = "year"
	Retention = "retention"
	Opening   = "opening"
	PageCount = "page_count"
	PageNo    = "page_no"
	Note      = "note"
	Creator   = "creator"
	DateBegin = "date_begin"
	DateEnd   = "date_end"
	History   = "history"
	Languages = "languages"
)

// Record is one record with all its fields.
type Record struct {
	Holding archive.Holding
	Above   []archive.Holding // fonds first, the one it lies in last
	Values  Values
	Pages   []archive.Page
	Below   map[archive.HoldingKind]int
	Linked  int    // pages linked to it or below it
	Scheme  string // of a series, as JSON
}
