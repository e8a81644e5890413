package holdings

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/describe"
)

// Deps are what the screen needs.
type Deps struct {
	Runner    *task.Runner
	Window    fyne.Window
	Memory    parts.Memory
	Open      parts.Open
	Catalogue Catalogue
	Thumb     parts.ThumbLoader
	Drafts    describing.Drafts
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

	describing.Source
	Rules(ctx context.Context) (describe.Rules, error)
	AddFonds(ctx context.Context, code string, values describing.Values) (archive.Holding, error)
	AddSeries(ctx context.Context, n NewSeries) (archive.Holding, error)

	// Names lists the former names of a fonds, Papers what its dossier holds.
	Names(ctx context.Context, fonds archive.ID) ([]archive.FondsName, error)
	AddName(ctx context.Context, n archive.FondsName) error
	RemoveName(ctx context.Context, id archive.ID) error
	Papers(ctx context.Context, fonds archive.ID) ([]archive.ID, error)
}

// NewSeries is what registering a series needs.
type NewSeries struct {
	Code, Title string
	Scheme      string
	Holds       archive.HoldingKind // "" : as the scheme says
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

// Record is one record with all its fields and what is around it.
type Record struct {
	describing.Record
	Above  []archive.Holding // fonds first, the one it lies in last
	Pages  []archive.Page
	Below  map[archive.HoldingKind]int
	Linked int    // pages linked to it or below it
	Scheme string // of a series, as JSON
}
