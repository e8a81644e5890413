package arranging

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/arrange"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive
	// Purge leads on to asking that records be purged; nil where whoever acts cannot, and
	// NoPurge is the end of a key that says why.
	Purge   func(codes []string)
	NoPurge string
}

// Archive is read and written off the UI goroutine. What its plans mean, package arrange
// says.
type Archive interface {
	// Scopes lists the fonds, each with its series.
	Scopes(ctx context.Context) ([]Scope, error)
	// Find says where a fonds, a series or a record stands; like is a code in a series.
	Find(ctx context.Context, id archive.ID, like string) (At, error)
	FindCode(ctx context.Context, code string) (archive.Holding, error)
	Numberings(ctx context.Context, below string, tell func(read int)) ([]arrange.Numbering, error)
	Class(ctx context.Context, name string) (arrange.Class, error)

	Insert(ctx context.Context, code, title, date string) (*arrange.Plan, error)
	Move(ctx context.Context, ids []archive.ID, class string, to arrange.To) (*arrange.Plan, error)
	Reorder(ctx context.Context, class string, order []archive.ID) (*arrange.Plan, error)
	Renumber(ctx context.Context, class string, by arrange.By) (*arrange.Plan, error)
	Split(ctx context.Context, volume string, from int, title string, end bool) (*arrange.Plan, error)
	Bind(ctx context.Context, ids []archive.ID, volume string, fresh arrange.NewVolume) (*arrange.Plan, error)
	Unbind(ctx context.Context, volume, class string) (*arrange.Plan, error)
	Correct(ctx context.Context, id archive.ID, code, reason string) (*arrange.Plan, error)
	File(ctx context.Context, classes []string) (*arrange.Plan, error)
	Accession(ctx context.Context, classes []string) (*arrange.Plan, error)
	Open(ctx context.Context, classes []string) (*arrange.Plan, error)
	PlanRemoval(ctx context.Context, ids []archive.ID, reason string) (arrange.Removal, error)

	Carry(ctx context.Context, plan *arrange.Plan) (archive.ID, error)
	Remove(ctx context.Context, r arrange.Removal) (op archive.ID, records, pages int, err error)
	Note(ctx context.Context, code, reason string) (archive.ID, error)
	// Undo takes back what was done; kept counts what had to stay, since it was changed.
	Undo(ctx context.Context, op archive.ID, removal bool, progress func(archive.Progress)) (kept int, err error)
}

// Scope is a fonds or a series.
type Scope struct {
	Code, Title string
	Series      []Scope // of a fonds
}

// At is where something stands.
type At struct {
	Below  string     // code of the fonds or series
	Class  string     // what the codes of its class begin with; "" if there is none
	Record archive.ID // the record; zero for a fonds or series
}
