package intake

import (
	"context"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// sheetRows gives the rows of a table one after another, the heads first.
type sheetRows func(ctx context.Context, write func(cells ...string) error) error

// askSheet asks where a table is to be saved, and saves it as a task. said is told where
// it lies.
func askSheet(d Deps, name string, rows sheetRows, said func(string)) {
	const ending = ".csv"
	o := parts.ChooseOptions{Title: words.T("intake.sheet"), Files: []string{ending}, Save: d.Class.MarkedName(name) + ending, Memory: d.Memory}
	parts.Choose(d.Runner, d.Window, o, func(path string) {
		task.Run(d.Runner, words.T("intake.sheet.task"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			if err := sheetFile(ctx, path, d.Class, rows); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, d.Wrote(ctx, path)
		}, func(_ struct{}, err error) {
			if err != nil {
				parts.ShowError(d.Window, err)
				return
			}
			said(words.T("intake.exported", words.Args{"Path": path}))
		})
	})
}

// sheetFile writes a table into a file, unless it is stopped.
func sheetFile(ctx context.Context, path string, class archive.Secrecy, rows sheetRows) error {
	return parts.WriteTable(path, class, func(write func(...string) error) error {
		return rows(ctx, func(cells ...string) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return write(cells...)
		})
	})
}
