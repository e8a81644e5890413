package entry

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
)

const dangerous = widget.DangerImportance

// faults are what is wrong with a row, by column.
type faults map[int]fault

// fault is the gravest thing wrong with a cell.
type fault struct {
	mark    parts.GridMark
	say     string
	serious bool // it keeps the row from being saved
	alone   bool // it is none where the number before stands in the sheet
}

// add keeps the graver of two.
func (f faults) add(column int, x fault) {
	if was, ok := f[column]; !ok || x.mark > was.mark || x.serious && !was.serious {
		f[column] = x
	}
}

// wrong is what keeps a row from being saved.
func wrong(say string) fault { return fault{mark: parts.GridWrong, say: say, serious: true} }

// record is a row as it would be registered; what its 档号 says is filled in.
func (t *sheet) record(r *parts.GridRow) NewRecord {
	n := NewRecord{Kind: t.kind, Series: t.node.Code, Code: refcode.Normalise(r.Cells[0]), Values: describing.Values{}}
	for i, f := range t.fields {
		n.Values[f.Name] = f.Tidy(r.Cells[i+1])
	}
	if t.plain {
		return n
	}
	v, err := t.scheme.Parse(n.Code)
	if err != nil {
		return n
	}
	number := n.Code[strings.LastIndex(n.Code, refcode.Dash)+1:]
	for name, text := range map[string]string{"year": v[refcode.Year], "retention": v[refcode.Retention], "number": number} {
		if was, known := n.Values[name]; known && was == "" {
			n.Values[name] = text
		}
	}
	return n
}

// fieldFaults are what is wrong with the fields of a row by themselves and together.
func (t *sheet) fieldFaults(n NewRecord, today time.Time) faults {
	out := faults{}
	r := archive.NewRecord(t.kind)
	r.Common().Code = n.Code
	var list []describe.Problem
	for _, f := range t.fields {
		text := n.Values[f.Name]
		if p := t.rules.Check(f, text, today); p.Fault != "" {
			list = append(list, p)
		}
		if b, ok := archive.Field(r, f.Name); ok {
			_ = b.Set(text) // what is no number is told of by its own field
		}
	}
	whole := t.rules.CheckRecord(r, today)
	if archive.IsPlaceholder(r.Common().Title, r.Common().Secrecy) { // it may bear a 密级, and needs no more
		list = slices.DeleteFunc(list, func(p describe.Problem) bool { return !strings.HasPrefix(p.Field, describe.Own) })
	}
	for _, p := range whole {
		if !slices.ContainsFunc(list, func(q describe.Problem) bool { return q.Field == p.Field }) {
			list = append(list, p)
		}
	}
	for _, p := range list {
		column := slices.IndexFunc(t.fields, func(f describe.Field) bool { return f.Name == p.Field }) + 1
		if column == 0 {
			continue // the code is looked at by other rules
		}
		x := fault{mark: parts.GridWrong, say: describing.Problem(p), serious: !p.Warning}
		switch {
		case p.Fault == describe.Missing, p.Fault == describe.Expected:
			x.mark = parts.GridAsked
		case p.Warning:
			x.mark = parts.GridOdd
		}
		out.add(column, x)
	}
	return out
}

// codeFaults add what is wrong with the code of a row.
func (t *sheet) codeFaults(out faults, n NewRecord, c CodeCheck) {
	for _, p := range c.Problems {
		if p.Code == refcode.NotBelow && p.Want == t.node.Code {
			continue // a series may be named otherwise than its codes; what it settles is looked at below
		}
		column := slices.IndexFunc(t.fields, func(f describe.Field) bool { return f.Name == p.Field }) + 1
		x := fault{mark: parts.GridWrong, say: words.CodeProblem(p), serious: !p.Warning}
		x.alone = p.Code == refcode.Gap || p.Code == refcode.NotLast
		if p.Warning {
			x.mark = parts.GridOdd
		}
		out.add(column, x)
	}
	switch {
	case c.Above != "":
		out.add(0, wrong(words.T("wrong.parent", words.Args{"Code": c.Above})))
	case c.Err != nil:
		out.add(0, wrong(words.Tell(c.Err).What))
		for _, p := range t.scheme.Check(n.Code) {
			if !p.Warning && !t.plain { // it has no place because it is not written right
				out[0] = wrong(words.CodeProblem(p))
				break
			}
		}
	}
	if v, err := t.scheme.Parse(n.Code); err == nil && !t.plain {
		for name, want := range t.fixed {
			if v[name] != want {
				out.add(0, wrong(words.T("wrong.series", words.Args{"Code": t.node.Code, "Title": t.node.Title})))
			}
		}
	}
}

// check looks at the rows that have changed, off the UI goroutine.
func (t *sheet) check() {
	if t.saving {
		return
	}
	t.look(func(err error) {
		if err == nil {
			t.tellStatus()
		}
	})
}

// look brings what is known about the rows up to date and calls then.
func (t *sheet) look(then func(error)) {
	rows, known, today := t.written(), maps.Clone(t.found), t.deps.Now()
	task.Load(t.deps.Runner, &t.checks, func(ctx context.Context) (map[*parts.GridRow]faults, error) {
		return t.lookAt(ctx, rows, known, today)
	}, func(found map[*parts.GridRow]faults, err error) {
		if err == nil {
			t.found = found
			t.tell()
			t.grid.Redraw()
		}
		then(err)
	})
}

// lookAt is the work of look: it reads rows, which never change, and nothing of the sheet
// that does.
func (t *sheet) lookAt(ctx context.Context, rows []*parts.GridRow, known map[*parts.GridRow]faults, today time.Time) (map[*parts.GridRow]faults, error) {
	out := make(map[*parts.GridRow]faults, len(rows))
	var fresh []*parts.GridRow
	var list []NewRecord
	for _, r := range rows {
		if f, ok := known[r]; ok {
			out[r] = f
			continue
		}
		fresh, list = append(fresh, r), append(list, t.record(r))
	}
	checks, err := t.deps.Archive.CheckNew(ctx, list)
	if err != nil {
		return nil, err
	}
	for i, r := range fresh {
		f := t.fieldFaults(list[i], today)
		t.codeFaults(f, list[i], checks[i])
		out[r] = f
	}
	return out, nil
}

// fault is what is wrong with a cell: what is known of its row, and what rows have against
// each other. A code may stand twice; a number is no gap when the one before it stands in
// the sheet.
func (t *sheet) fault(r *parts.GridRow, column int) (fault, bool) {
	x, ok := t.found[r][column]
	if column > 0 || t.plain {
		return x, ok
	}
	if n := t.codes.count(r.Cells[0]); n > 1 {
		return wrong(words.T("sheet.twice", words.Args{"Code": refcode.Normalise(r.Cells[0])})), true
	}
	if ok && x.alone && t.codes.followed(r.Cells[0]) {
		return fault{}, false
	}
	return x, ok
}

// serious tells whether something keeps a row from being saved.
func (t *sheet) serious(r *parts.GridRow) bool {
	if x, ok := t.fault(r, 0); ok && x.serious {
		return true
	}
	for column, x := range t.found[r] {
		if column > 0 && x.serious {
			return true
		}
	}
	return false
}

func (t *sheet) mark(r *parts.GridRow, column int) parts.GridMark {
	x, _ := t.fault(r, column)
	if x.mark == parts.GridAsked && x.serious && t.tried[r.ID] {
		return parts.GridWrong
	}
	return x.mark
}

func (t *sheet) markRow(r *parts.GridRow) (worst parts.GridMark) {
	for column := range len(r.Cells) {
		worst = max(worst, t.mark(r, column))
	}
	return worst
}

// tell says what is wrong with the current cell, else with its row.
func (t *sheet) tell() {
	r, _, column := t.grid.Current()
	x, ok := t.fault(r, column)
	if !ok || r.Empty() {
		column = -1
		for i := range r.Cells {
			if y, wrong := t.fault(r, i); wrong && !r.Empty() && y.mark >= parts.GridOdd && y.mark > x.mark {
				x, column = y, i
			}
		}
	}
	if column < 0 {
		t.say.Importance = widget.LowImportance
		t.say.SetText(words.T("sheet.keys"))
		return
	}
	t.say.Importance = widget.WarningImportance
	if x.serious {
		t.say.Importance = dangerous
	}
	t.say.SetText(words.T("sheet.fault", words.Args{"Field": t.label(column), "Fault": x.say}))
}

func (t *sheet) label(column int) string {
	if column == 0 {
		return words.T("describe.code")
	}
	return describing.Label(t.kind, t.fields[column-1].Name)
}

// tellStatus says how many rows there are, and how many cannot be saved yet.
func (t *sheet) tellStatus() {
	rows, bad := t.written(), 0
	for _, r := range rows {
		if t.serious(r) {
			bad++
		}
	}
	switch {
	case t.after != "":
		t.hooks.Status(t.after)
	case len(rows) == 0:
		t.hooks.Status("")
	case bad == 0:
		t.hooks.Status(words.N("sheet.rows", len(rows)))
	default:
		t.hooks.Status(words.N("sheet.rows", len(rows)) + words.N("sheet.faults", bad))
	}
}
