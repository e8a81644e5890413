package importing

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/exchange"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive
	// Folder is where exported catalogues go unless a person says otherwise.
	Folder string
	// Wrote notes in the log that a file was written.
	Wrote func(ctx context.Context, path string) error
}

// Table is a file, how its text is read, and which of its sheets is meant.
type Table struct {
	Path     string
	Sheet    string // empty: the first that has rows
	Encoding string // empty: found out
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	// Preview reads the first rows of a table and proposes what its columns are.
	Preview(ctx context.Context, t Table, rows int) (exchange.Preview, error)
	// Fit finds the columns of a mapping in a table by their names.
	Fit(ctx context.Context, t Table, m exchange.Mapping) (exchange.Mapping, error)
	// Import brings a table in, or with DryRun tells what would become of it.
	Import(ctx context.Context, t Table, m exchange.Mapping, o exchange.Options) (exchange.Report, error)
	Deeds
	// Places lists the fonds, each followed by its series.
	Places(ctx context.Context) ([]Place, error)
	// FindCode finds the record with a 档号.
	FindCode(ctx context.Context, code string) (archive.Holding, error)
	// Export writes a fonds, or all, into a file that is not there yet. It returns
	// Conflict for one that is.
	Export(ctx context.Context, fonds, path string, progress func(archive.Progress)) (exchange.Exported, error)
}

// Place is a fonds or a series.
type Place struct {
	Kind  archive.HoldingKind
	Code  string
	Title string
}
