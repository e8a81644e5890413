package sheet

import (
	"context"
	"errors"
	"io"
	"os"

	"lantai/archive"
)

// workbook is what an open XLS and an open XLSX have in common.
type workbook struct {
	ctx      context.Context
	f        *os.File
	path     string
	sheets   []Info
	shared   stringTable
	formats  []numberFormat // by cell style
	date1904 bool
}

// opened ends the opening of a workbook that was read with an error or none.
func (b *workbook) opened(err error) error {
	if err == nil && len(b.sheets) == 0 {
		err = archive.Refuse(opOpen, b.path, archive.ReasonEmpty, "no sheets")
	}
	return b.fault(err)
}

// fault gives an error the form of this package.
func (b *workbook) fault(err error) error {
	var known *archive.Error
	switch {
	case err == nil || err == io.EOF:
		return err
	case errors.As(err, &known), b.ctx.Err() != nil:
		return archive.Wrap(opOpen, b.path, err)
	case errors.Is(err, errTooMany):
		return archive.Refuse(opOpen, b.path, archive.ReasonTooLarge, "%v", err)
	}
	return archive.Refuse(opOpen, b.path, archive.ReasonDamaged, "%v", err)
}

// Encoding is empty: a workbook says how its text is written.
func (b *workbook) Encoding() string { return "" }

// Sheets lists the sheets of cells.
func (b *workbook) Sheets() []Info { return b.sheets }

// Close lets go of the file and of what was read of it.
func (b *workbook) Close() error {
	b.shared.close()
	return b.f.Close()
}
