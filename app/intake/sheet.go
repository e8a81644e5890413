package intake

import (
	"context"
	"encoding/csv"
	"io"

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
			return struct{}{}, sheetFile(ctx, path, d.Class, rows)
		}, func(_ struct{}, err error) {
			if err != nil {
				parts.ShowError(d.Window, err)
				return
			}
			said(words.T("intake.exported", words.Args{"Path": path}))
		})
	})
}

// sheetFile writes a table into a file, in a classified archive below its mark.
func sheetFile(ctx context.Context, path string, class archive.Secrecy, rows sheetRows) error {
	return parts.WriteWhole(path, func(w io.Writer) error {
		return writeSheet(w, func(write func(...string) error) error {
			if class > archive.NotSecret {
				if err := write(class.Mark()); err != nil {
					return err
				}
			}
			return rows(ctx, func(cells ...string) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return write(cells...)
			})
		})
	})
}

// writeSheet writes CSV in UTF-8 with a byte order mark, which is what spreadsheets need
// to read Chinese.
func writeSheet(w io.Writer, rows func(write func(...string) error) error) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := rows(func(cells ...string) error {
		for i, cell := range cells {
			cells[i] = plainCell(cell)
		}
		return c.Write(cells)
	}); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// plainCell keeps a spreadsheet from taking a file's name for a formula.
func plainCell(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@') {
		return "'" + s
	}
	return s
}
