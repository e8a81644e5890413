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
	ReadOnly  bool // the person may look and change nothing
	// Purge leads on to asking that records be purged; nil where whoever acts cannot.
	Purge func(codes []string)
}

// Catalogue is read and written off the UI goroutine.
type Catalogue interface {
	// Tree lists what hangs on a branch: fonds, series, years or 目录, containers.
	Tree(ctx context.Context, at Branch) ([]Node, error)
	// View tells what the list of a branch can show.
	View(ctx context.Context, at Branch) (View, error)
	// First gives the first n ids of a list.
	First(ctx context.Context, l List, n int) ([]archive.ID, error)
	// List gives the ids of a list in order, and how many it had without its filters.
	List(ctx context.Context, l List) (ids []archive.ID, total int, err error)
	// Rows reads a window of a list with some columns, one row for each id; a record that
	// is gone has a zero Row.
	Rows(ctx context.Context, ids []archive.ID, columns []string) ([]Row, error)
	Record(ctx context.Context, id archive.ID) (Record, error)
	// FindCode finds the record that has or had a 档号.
	FindCode(ctx context.Context, code string) (archive.Holding, error)
	// Find finds the record with a 档号 as people type it, or else, within the same fonds,
	// the first one behind it: in the list of a branch, or in the archive.
	Find(ctx context.Context, code string, in Branch) (found archive.Holding, exact bool, err error)

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

// Branch is a place in the tree: the archive (zero), a fonds, a series, a year or 目录 of
// a series, or a container.
type Branch struct {
	Node     archive.ID
	Division string // by what a series is parted; empty: Node itself is meant
	Part     string // the year, or the 目录号
}

// The divisions of a series.
const (
	ByYear      = "year"
	ByCatalogue = "catalogue"
)

// Node is a branch as the tree shows it.
type Node struct {
	Branch
	Fonds       archive.ID
	Series      archive.ID          // a container lies in
	Kind        archive.HoldingKind // of the holding Branch.Node
	Code        string
	Title       string
	Scheme      string // of a series, as JSON
	Records     int    // that its list shows
	SeriesCount int    // of a fonds
	Leaf        bool   // nothing hangs on it
}

// Place is a branch whose list is shown.
type Place struct {
	Branch
	Fonds, Series, Parent archive.ID
	Kind                  archive.HoldingKind
	Code, Title           string
}

func placeOf(h archive.Holding) Place {
	return Place{Branch: Branch{Node: h.ID}, Fonds: h.Fonds, Series: h.Series, Parent: h.Parent, Kind: h.Kind, Code: h.Code, Title: h.Title}
}

// Field is a field of records that a list can show.
type Field struct {
	Name  string              // as Catalogue.Rows takes it
	Title string              // of a field of the site's own; otherwise by its name
	Type  describe.Type       // empty: not one of the rules
	Kind  archive.HoldingKind // the first that has it
	Lists bool                // lists are ordered and filtered by it
}

// View is what the list of a branch can show.
type View struct {
	Kinds  []archive.HoldingKind // that it has, or may have
	Fields []Field
}

// Order is one key that a list is ordered by.
type Order struct {
	Field string
	Desc  bool
}

// Filter keeps the records whose field fits.
type Filter struct {
	Field string
	Match string // one of the Match constants
	Value string
	To    string // of Between
}

// The ways of comparing.
const (
	Contains = "contains"
	Equals   = "equals"
	Between  = "between"
	IsEmpty  = "empty"
	IsFilled = "filled"
)

// List says what to list and how.
type List struct {
	At    Branch
	Order []Order
	Where []Filter
}

// The fields that the screen knows by name.
const (
	FieldCode  = "code"
	FieldTitle = "title"
	FieldDate  = "date"
	FieldKind  = "kind"
	FieldPages = "pages" // 画幅
)

// Row is a record as the list shows it, with a text for each column asked for.
type Row struct {
	ID    archive.ID
	Kind  archive.HoldingKind
	Cells []string
}

// Record is one record with all its fields and what is around it.
type Record struct {
	describing.Record
	Above  []archive.Holding // fonds first, the one it lies in last
	Pages  []archive.Page
	Below  map[archive.HoldingKind]int
	Linked int    // pages linked to it or below it
	Scheme string // of a series, as JSON

	ClosedPages int   // pages that are not among Pages, since they are closed to the person
	Closed      error // why, and who could approve them; nil: there are none
}
