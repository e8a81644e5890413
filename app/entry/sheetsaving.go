package entry

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// mostTold is how many rows are told of by number.
const mostTold = 12

// save registers every row that can be, all of them or none. They leave the grid at once,
// so that a person can write on; if the archive does not take them they come back.
func (t *sheet) save() {
	t.grid.Close()
	if t.saving || len(t.written()) == 0 {
		return
	}
	t.saving = true
	clear(t.found) // others may have changed the catalogue meanwhile
	t.look(func(err error) {
		if err != nil {
			t.saving = false
			t.hooks.Failed(err)
			return
		}
		t.add()
	})
}

// add hands the good rows to the archive.
func (t *sheet) add() {
	good := map[*parts.GridRow]bool{}
	var rows []*parts.GridRow
	var at []int // where they stood
	for i, r := range t.written() {
		_, looked := t.found[r] // what was typed since then has not been
		if looked && !t.serious(r) {
			good[r] = true
			rows, at = append(rows, r), append(at, i)
			continue
		}
		t.tried[r.ID] = true
	}
	if len(rows) == 0 {
		t.saving = false
		t.rest("")
		return
	}
	took := time.Duration(0)
	if !t.started.IsZero() {
		took = t.deps.Now().Sub(t.started)
	}
	t.flying, t.started = rows, time.Time{}
	t.grid.Take(func(r *parts.GridRow) bool { return good[r] })
	t.codes.assign()
	t.hooks.Status(words.T("describing.saving"))
	task.Run(t.deps.Runner, words.T("describing.saving"), func(ctx context.Context, _ func(archive.Progress)) ([]archive.Holding, error) {
		list := make([]NewRecord, len(rows))
		for i, r := range rows {
			list[i] = t.record(r)
		}
		// A number that comes late has to come after the one before it.
		slices.SortStableFunc(list, func(a, b NewRecord) int { return bytes.Compare(refcode.SortKey(a.Code), refcode.SortKey(b.Code)) })
		saved, err := t.deps.Archive.Add(ctx, list)
		for i, h := range saved {
			saved[i] = named(h, list[i].Values)
		}
		return saved, err
	}, func(saved []archive.Holding, err error) {
		t.saving, t.flying = false, nil
		t.hooks.Failed(err)
		if err != nil {
			var problems refcode.Problems
			if t.after = ""; errors.As(err, &problems) && len(problems) > 0 {
				t.after = words.CodeProblem(problems[0])
			}
			t.comeBack(rows, at)
			return
		}
		t.codes.forget()
		t.hooks.Saved(saved, took)
		t.rest(words.N("sheet.saved", len(saved)))
		t.codes.assign()
		t.check()
	}, task.Quiet())
}

// comeBack puts rows that were not taken where they stood.
func (t *sheet) comeBack(rows []*parts.GridRow, at []int) {
	var list [][]string
	for _, r := range rows {
		list = append(list, r.Cells)
	}
	t.grid.AddRows(list, at)
	t.shownAgain()
	t.hooks.Changed()
}

// rest tells, after what was saved, which rows are left because something is wrong with
// them, and goes to the first.
func (t *sheet) rest(saved string) {
	var numbers []string
	first, bad := true, 0
	for _, r := range t.written() {
		if !t.tried[r.ID] || !t.serious(r) {
			continue
		}
		bad++
		at := slices.IndexFunc(t.grid.Rows(), func(x *parts.GridRow) bool { return x == r })
		if first {
			first = false
			t.grid.GoTo(at, t.worst(r))
		}
		if len(numbers) < mostTold {
			numbers = append(numbers, words.Number(at+1))
		}
	}
	t.grid.Redraw()
	t.after = saved
	defer t.tellStatus()
	if bad == 0 {
		if len(t.written()) == 0 {
			t.home()
		}
		return
	}
	list := strings.Join(numbers, words.T("sheet.and"))
	if bad > len(numbers) {
		list += "…"
	}
	t.after = words.Sentences(saved, words.T("sheet.left", words.Args{"Rows": list}))
}

// worst is the first column that keeps a row from being saved.
func (t *sheet) worst(r *parts.GridRow) int {
	for column := range r.Cells {
		if x, ok := t.fault(r, column); ok && x.serious {
			return column
		}
	}
	return 0
}

// sheetDrafts reads the sheets left over from an earlier run. Rows that were saved after
// all, a moment before the program ended, are taken away.
func (s *Screen) sheetDrafts(ctx context.Context) (map[archive.HoldingKind]map[string][]describing.Values, error) {
	left := map[archive.HoldingKind]map[string][]describing.Values{}
	var failed error
	for _, kind := range archive.Kinds() {
		d, ok, err := s.deps.Drafts.OfSheets().Read(kind)
		if err != nil {
			failed = err
		}
		if !ok {
			continue
		}
		left[kind] = maps.Clone(d.Sheets)
		for series, rows := range d.Sheets {
			left[kind][series] = slices.DeleteFunc(slices.Clone(rows), func(v describing.Values) bool {
				title := strings.TrimSpace(v["title"])
				if v["code"] == "" || title == "" {
					return false
				}
				h, err := s.deps.Archive.FindCode(ctx, v["code"])
				return err == nil && h.Title == title
			})
			if len(left[kind][series]) == 0 {
				delete(left[kind], series)
			}
		}
		if len(left[kind]) == 0 {
			delete(left, kind)
			failed = s.deps.Drafts.OfSheets().Write(kind, describing.Draft{})
		}
	}
	return left, failed
}
