package app

import (
	"context"
	"os"
	"path/filepath"

	"lantai/app/importing"
	"lantai/archive"
	"lantai/archive/exchange"
	tables "lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
	"lantai/archive/station"
)

// exchanging is the open archive, as the screen 导入导出目录 uses it.
type exchanging struct{ station *station.Station }

// open opens a table for as long as fn runs.
func openTable[T any](ctx context.Context, t importing.Table, fn func(*exchange.File) (T, error)) (T, error) {
	f, err := exchange.Open(ctx, t.Path, tables.Options{Encoding: t.Encoding})
	if err != nil {
		var none T
		return none, err
	}
	defer func() { _ = f.Close() }() // was only read
	return fn(f)
}

// Preview reads the first rows of a table.
func (e exchanging) Preview(ctx context.Context, t importing.Table, rows int) (exchange.Preview, error) {
	return openTable(ctx, t, func(f *exchange.File) (exchange.Preview, error) { return f.Preview(t.Sheet, rows) })
}

// Fit finds the columns of a mapping in a table.
func (e exchanging) Fit(ctx context.Context, t importing.Table, m exchange.Mapping) (exchange.Mapping, error) {
	return openTable(ctx, t, func(f *exchange.File) (exchange.Mapping, error) { return f.Fit(m) })
}

// Import brings a table in. Its records are found at once: the index is told to follow.
func (e exchanging) Import(ctx context.Context, t importing.Table, m exchange.Mapping, o exchange.Options) (exchange.Report, error) {
	r, err := openTable(ctx, t, func(f *exchange.File) (exchange.Report, error) {
		return exchange.Import(ctx, e.station.Catalogue, e.station.Actor(), f, m, o)
	})
	e.wake()
	return r, err
}

func (e exchanging) wake() {
	if e.station.Owner() {
		e.station.Pipeline.Wake()
	}
}

// Places lists fonds and series.
func (e exchanging) Places(ctx context.Context) ([]importing.Place, error) {
	cat, sight := e.station.Catalogue, e.station.Sight()
	fonds, err := cat.Fonds(ctx, sight)
	if err != nil {
		return nil, err
	}
	var list []importing.Place
	for _, f := range fonds {
		list = append(list, importing.Place{Kind: f.Kind, Code: f.Code, Title: f.Title})
		series, err := cat.SeriesOf(ctx, sight, f.ID)
		if err != nil {
			return nil, err
		}
		for _, s := range series {
			list = append(list, importing.Place{Kind: s.Kind, Code: s.Code, Title: s.Title})
		}
	}
	return list, nil
}

// FindCode finds a record by its 档号.
func (e exchanging) FindCode(ctx context.Context, code string) (archive.Holding, error) {
	return e.station.Catalogue.HoldingByCode(ctx, e.station.Sight(), refcode.Normalise(code))
}

// Export writes the catalogue into a new file.
func (e exchanging) Export(ctx context.Context, fonds, path string, progress func(archive.Progress)) (exchange.Exported, error) {
	const doing = "write table"
	path = filepath.Join(filepath.Dir(path), e.station.Home.Class().MarkedName(filepath.Base(path)))
	if _, err := os.Lstat(path); err == nil {
		return exchange.Exported{}, archive.Errorf(archive.Conflict, doing, path, "the file is there already")
	}
	return exchange.Export(ctx, e.station.Catalogue, path, exchange.ExportOptions{Fonds: fonds, Sight: e.station.Sight(), Progress: progress})
}

// newImporting makes the screen 导入导出目录.
func newImporting(p *Program) Screen {
	folder, err := os.UserHomeDir()
	if err != nil {
		folder = "" // the person names one
	}
	return importing.New(importing.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Archive: exchanging{p.Station}, Folder: folder})
}
