package parts

import (
	"io"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// WriteTable writes rows into a file as CSV, in a classified archive below its mark. It is called
// off the UI goroutine.
func WriteTable(path string, class archive.Secrecy, rows func(write func(cells ...string) error) error) error {
	return WriteWhole(path, func(w io.Writer) error {
		return WriteCSV(w, func(write func(...string) error) error {
			if class > archive.NotSecret {
				if err := write(class.Mark()); err != nil {
					return err
				}
			}
			return rows(write)
		})
	})
}

// WriteCSV writes rows as spreadsheets read them; nothing in them is taken for a formula.
func WriteCSV(w io.Writer, rows func(write func(cells ...string) error) error) error {
	c := sheet.NewCSVWriter(w)
	if err := rows(func(cells ...string) error { return c.Write(cells) }); err != nil {
		return err
	}
	return c.Close()
}
