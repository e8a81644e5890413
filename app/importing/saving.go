package importing

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
)

// saveAs asks for a file with one of some endings and writes it off the UI goroutine: it
// appears whole or not at all.
func saveAs(d Deps, name string, write func(ctx context.Context, w io.Writer, path string) error, done func(path string), endings ...string) {
	parts.Choose(d.Runner, d.Window, parts.ChooseOptions{Title: words.T("choose.save"), Files: endings, Save: name, Memory: d.Memory}, func(path string) {
		task.Run(d.Runner, words.T("importing.saving", words.Args{"Name": filepath.Base(path)}), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			if err := parts.WriteWhole(path, func(w io.Writer) error { return write(ctx, w, path) }); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, d.Wrote(ctx, path)
		}, func(_ struct{}, err error) {
			if err != nil {
				parts.ShowError(d.Window, err)
				return
			}
			done(path)
		})
	})
}

// saveRejects puts the rejected rows where a person says, as a spreadsheet or as CSV by
// the name of the file.
func (v *importView) saveRejects() {
	o := v.last
	name := strings.TrimSuffix(o.name, filepath.Ext(o.name)) + words.T("importing.rejects.name") + ".xlsx"
	from := o.report.File
	saveAs(v.deps, name, func(ctx context.Context, w io.Writer, path string) error {
		return CopyTable(ctx, w, from, strings.EqualFold(filepath.Ext(path), ".csv"))
	}, func(path string) {
		o.saved = path
		if v.last == o {
			v.tell()
		}
	}, ".xlsx", ".csv")
}

// CopyTable copies a spreadsheet as it is, or its first sheet as CSV.
func CopyTable(ctx context.Context, w io.Writer, from string, asCSV bool) (err error) {
	if !asCSV {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	}
	b, err := sheet.Open(ctx, from, sheet.Options{})
	if err != nil {
		return err
	}
	defer b.Close()
	rows, err := b.Rows(0)
	if err != nil {
		return err
	}
	defer rows.Close()
	out := sheet.NewCSVWriter(w)
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out.Close()
		}
		if err != nil {
			return err
		}
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = c.Text
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
}

// saveMapping writes what the columns are into a file.
func (v *importView) saveMapping() {
	data := v.columns.mapping.JSON()
	name := strings.TrimSuffix(v.name(), filepath.Ext(v.name())) + words.T("importing.mapping.name") + ".json"
	saveAs(v.deps, name, func(_ context.Context, w io.Writer, _ string) error {
		_, err := w.Write(data)
		return err
	}, func(path string) {
		v.running.say(words.T("importing.mapping.saved", words.Args{"Path": path}), widget.SuccessImportance)
	}, ".json")
}

// loadMapping takes what the columns are from a file.
func (v *importView) loadMapping() {
	o := parts.ChooseOptions{Title: words.T("choose.file.open"), Files: []string{".json"}, Memory: v.deps.Memory}
	parts.Choose(v.deps.Runner, v.deps.Window, o, v.useMapping)
}

// useMapping reads a mapping and shows the open table by it.
func (v *importView) useMapping(path string) {
	task.Load(v.deps.Runner, &v.opens, func(context.Context) (exchange.Mapping, error) {
		return exchange.LoadMapping(path)
	}, func(m exchange.Mapping, err error) {
		if err != nil {
			parts.ShowError(v.deps.Window, err)
			return
		}
		v.open(v.table, m)
	})
}
