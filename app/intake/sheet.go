package intake

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// rememberFolder is where the folder of the last table is remembered.
const rememberFolder = "intake.sheet.folder"

// sheetRows gives the rows of a table one after another, the heads first.
type sheetRows func(ctx context.Context, write func(cells ...string) error) error

// askSheet asks where a table is to be saved, and saves it as a task. said is told where
// it lies.
func askSheet(d Deps, name string, rows sheetRows, said func(string)) {
	folder := parts.NewFolderField(d.Runner, d.Window, "")
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	folder.SetPath(d.Memory.StringWithFallback(rememberFolder, home))
	file := parts.NewEntry()
	file.SetText(name + ".csv")
	form := container.NewVBox(parts.NewField(words.T("intake.sheet.folder"), folder), parts.NewField(words.T("intake.sheet.file"), file))
	save := func() {
		dir, base := folder.Path(), strings.TrimSpace(file.Text)
		if dir == "" || base == "" || base != filepath.Base(base) {
			parts.ShowError(d.Window, archive.Errorf(archive.Invalid, "save table", base, "a folder and the name of a file are needed"))
			return
		}
		if !strings.EqualFold(filepath.Ext(base), ".csv") {
			base += ".csv"
		}
		d.Memory.SetString(rememberFolder, dir)
		saveSheet(d, filepath.Join(dir, base), false, rows, said)
	}
	parts.Dialog(d.Window, words.T("intake.sheet"), parts.Sized(form, 560, 130),
		parts.Answer{Label: words.T("Cancel")}, parts.Answer{Label: words.T("intake.sheet.do"), Do: save})
}

// saveSheet saves a table; where one of the name is already, it asks first.
func saveSheet(d Deps, path string, replace bool, rows sheetRows, said func(string)) {
	task.Run(d.Runner, words.T("intake.sheet.task"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, sheetFile(ctx, path, replace, rows)
	}, func(_ struct{}, err error) {
		switch {
		case archive.KindOf(err) == archive.Conflict:
			parts.Ask(d.Window, words.T("intake.sheet"), words.T("intake.sheet.there", words.Args{"Path": path}),
				words.T("intake.sheet.replace"), func() { saveSheet(d, path, true, rows, said) })
		case err != nil:
			parts.ShowError(d.Window, err)
		default:
			said(words.T("intake.exported", words.Args{"Path": path}))
		}
	})
}

// sheetFile writes a table into a file, which appears whole or not at all.
func sheetFile(ctx context.Context, path string, replace bool, rows sheetRows) (err error) {
	const op = "save table"
	if _, there := os.Lstat(path); !replace && !errors.Is(there, fs.ErrNotExist) {
		if there != nil {
			return archive.Wrap(op, path, there)
		}
		return archive.Errorf(archive.Conflict, op, path, "there is a file of this name")
	}
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return archive.Wrap(op, path, err)
	}
	defer func() {
		if err != nil {
			err = archive.Wrap(op, path, errors.Join(err, f.Close(), os.Remove(part)))
		}
	}()
	err = writeSheet(f, func(write func(...string) error) error {
		return rows(ctx, func(cells ...string) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return write(cells...)
		})
	})
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(part, path)
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
