// Package entry is the screen 著录整理, where records of every kind are described one
// after another, by keyboard alone.
//
// Its route value is a parts.EntryValue: where the next records belong. Without a value
// the screen is as it was left.
package entry

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive
	Drafts  describing.Drafts
	View    parts.PageLoader
	Now     func() time.Time // nil: time.Now
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	describing.Source
	Rules(ctx context.Context) (describe.Rules, error)
	// Nodes lists the fonds by 全宗号, each followed by its series.
	Nodes(ctx context.Context) ([]Node, error)
	// Pages lists the images of a record.
	Pages(ctx context.Context, id archive.ID) ([]parts.PageRef, error)
	FindCode(ctx context.Context, code string) (archive.Holding, error)
	// NextCode proposes the 档号 after the highest of a class.
	NextCode(ctx context.Context, scheme refcode.Scheme, class refcode.Values) (string, error)
	// LastCode gives the highest 档号 in use in a series; "" for none.
	LastCode(ctx context.Context, n Node) (string, error)
	// CheckNew looks at the codes of records that are to be registered, each by itself, by
	// the rules C01 to C11; the result is in the order of the list.
	CheckNew(ctx context.Context, list []NewRecord) ([]CodeCheck, error)
	// Add registers records, wholly or not at all.
	Add(ctx context.Context, list []NewRecord) ([]archive.Holding, error)
}

// Node is a fonds or a series.
type Node struct {
	ID, Fonds archive.ID
	Kind      archive.HoldingKind
	Code      string
	Title     string
	Scheme    string                // of a series, as JSON
	Kinds     []archive.HoldingKind // that can be registered below it
}

// NewRecord is a record to be registered.
type NewRecord struct {
	Kind   archive.HoldingKind
	Series string // 类别档号, or 全宗号 of a dossier
	Code   string
	Values describing.Values
}

// CodeCheck is what was found against the code of a record that is to be registered.
type CodeCheck struct {
	Problems []refcode.Problem
	Above    string // the code of the volume it belongs to, which is not registered
	Err      error  // its place was not found for another reason
}
