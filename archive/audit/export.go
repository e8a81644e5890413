package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/exchange/sheet"
	"lantai/archive/store"
)

// ExportOptions say what of the log is exported, and in what words.
type ExportOptions struct {
	Filter   store.OpFilter
	Sight    access.Sight
	Words    Words
	Kind     func(archive.OpKind) string // what somebody did
	Who      func(archive.ID) string
	Sheet    string   // the name of the sheet
	Header   []string // the names of the columns, as Columns gives their keys
	Progress func(archive.Progress)
}

// Columns are the keys of the columns of an export: those of the screen first, then those by
// which an entry is found again and held against its digest.
func Columns() []string {
	return []string{"time", "who", "kind", "subject", "what", "station", "number", "op", "change", "digest"}
}

// mostText is how long a text of the log is in a table, in bytes; a cell of XLSX holds no
// more in any writing.
const mostText = 30_000

// Export writes the log, or what a filter leaves of it, the newest entry first and a row for
// each change, CSV or XLSX by the name of the file, which appears when it is whole. Memory
// does not grow with the log. It tells how many rows it wrote.
func Export(ctx context.Context, cat *store.Catalogue, path string, o ExportOptions) (written int, err error) {
	const doing = "export log"
	out, err := exchange.CreateTable(path, o.Sheet, []int{20, 12, 16, 32, 80, 8, 10, 22, 8, 66}, cat.Class())
	if err != nil {
		return 0, err
	}
	x := exporter{out: out, o: o, cat: cat}
	if err = out.Write(o.Header); err == nil {
		err = cat.EachChange(ctx, o.Sight, o.Filter, func(ops []archive.Op, list []archive.Change) error { return x.pass(ctx, ops, list) })
	}
	if err != nil {
		out.Drop()
		if errors.Is(err, sheet.ErrManyRows) {
			err = archive.WrapAs(archive.Invalid, doing, path, err)
		}
		return 0, archive.Wrap(doing, path, err)
	}
	return x.rows, out.Finish()
}

type exporter struct {
	cat  *store.Catalogue
	out  *exchange.Table
	o    ExportOptions
	rows int
}

// pass writes some changes, and the ops of which nothing may be seen.
func (x *exporter) pass(ctx context.Context, ops []archive.Op, list []archive.Change) error {
	codes, err := Subjects(ctx, x.cat, x.o.Sight, list)
	if err != nil {
		return err
	}
	of := make(map[archive.ID][]archive.Change, len(ops))
	for _, ch := range list {
		of[ch.Op] = append(of[ch.Op], ch)
	}
	for _, op := range ops {
		changes := of[op.ID]
		if len(changes) == 0 {
			changes = []archive.Change{{}}
		}
		for _, ch := range changes {
			if err := x.row(op, ch, codes); err != nil {
				return err
			}
		}
	}
	if x.o.Progress != nil {
		x.o.Progress(archive.Progress{Phase: "export", Done: x.rows})
	}
	return nil
}

func (x *exporter) row(o archive.Op, ch archive.Change, codes map[archive.ID]string) error {
	cells := []string{time.UnixMilli(o.Time).Local().Format(time.DateTime), x.o.Who(o.Actor), x.o.Kind(o.Kind), "", "",
		strconv.Itoa(o.Station), strconv.Itoa(o.Number), o.ID.String(), "", hex.EncodeToString(o.Digest)}
	if ch.Seq > 0 {
		cells[3], cells[4], cells[8] = SubjectOf(ch, codes), cut(x.o.Words.Sentence(ch), mostText), strconv.Itoa(ch.Seq)
	}
	x.rows++
	return x.out.Write(cells)
}

// cut shortens a text to some bytes.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return strings.TrimSpace(s) + "…"
}
