package people

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// usualDays is how long an approval lasts unless somebody says otherwise.
const usualDays = 30

// approvals lists what may be given out although it is closed, and takes another approval.
type approvals struct {
	deps   Deps
	now    Approvals
	loads  task.Latest
	looks  task.Latest
	busy   bool
	wanted Wanted
	after  bool // what is typed is to be approved as soon as its record is found

	rows      parts.HeldRows
	table     *parts.Table
	take, add *parts.Button
	person    *parts.Select
	code      *parts.Entry
	until     *parts.Entry
	reason    *parts.Entry

	personBox, codeBox, untilBox, reasonBox *parts.Field

	said  *parts.Prose
	fault *parts.Fault
	whole fyne.CanvasObject
}

func newApprovals(d Deps) *approvals {
	a := &approvals{deps: d, said: parts.Paragraph(""), code: parts.NewEntry(), until: parts.NewEntry(), reason: parts.NewEntry()}
	a.fault = parts.NewFault(a.load)
	a.table = parts.NewTable(parts.TableOptions{
		Key: "people.approvals", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("field.code"), Width: 210},
			{Key: "title", Title: words.T("field.title"), Width: 120, Stretch: true},
			{Key: "person", Title: words.T("people.approval.person"), Width: 100},
			{Key: "until", Title: words.T("people.approval.until"), Width: 92},
			{Key: "reason", Title: words.T("people.approval.reason"), Width: 130},
			{Key: "by", Title: words.T("people.approval.by"), Width: 80},
		},
		Fetch: a.rows.Fetch, OnSelect: a.able, Empty: words.T("people.approvals.empty"),
	})
	a.build()
	a.table.SetIDs([]archive.ID{})
	a.able()
	return a
}

func (a *approvals) build() {
	a.person = parts.NewSelect(nil, func(int) { a.personBox.SetError(""); a.look() })
	a.personBox = parts.NewField(words.T("people.approval.person"), a.person)
	a.codeBox = parts.NewField(words.T("field.code"), a.code)
	a.untilBox = parts.NewField(words.T("people.approval.until"), a.until)
	a.reasonBox = parts.NewField(words.T("people.approval.reason"), a.reason)
	a.untilBox.SetHint(words.T("people.approval.until.hint"))
	a.reasonBox.SetHint(words.T("people.approval.reason.hint"))
	focus := func(e *parts.Entry) func() { return func() { a.deps.Window.Canvas().Focus(e) } }
	a.code.OnNext, a.until.OnNext, a.reason.OnNext = focus(a.until), focus(a.reason), a.save
	a.code.OnChanged = func(string) { a.look() }
	a.until.OnChanged = func(string) { a.untilBox.SetError("") }
	a.reason.OnChanged = func(string) { a.reasonBox.SetError("") }
	a.add = parts.NewPrimary(words.T("people.approve"), base.ConfirmIcon(), a.save)
	a.take = parts.NewButton(words.T("people.approval.back"), base.ContentRemoveIcon(), a.askBack)
	column := container.NewVBox(parts.Heading(words.T("people.approval.new")), parts.Paragraph(words.T("people.approval.say")),
		a.personBox, a.codeBox, a.untilBox, a.reasonBox, parts.NewRow(nil, nil, a.add))
	list := parts.Border(parts.NewRow(parts.Heading(words.T("people.approvals")), nil, a.take), nil, nil, nil, a.table)
	split := parts.NewSplit(list, parts.Scroll(column), parts.SplitOptions{Key: "people.approval", Memory: a.deps.Memory, Share: 0.7})
	a.whole = parts.Border(container.NewVBox(a.said, a.fault.Box), nil, nil, nil, split)
	a.fresh()
}

// fresh empties the form but for whom it is about.
func (a *approvals) fresh() {
	a.code.SetText("")
	a.reason.SetText("")
	a.until.SetText(time.Now().AddDate(0, 0, usualDays).Format(time.DateOnly))
}

func (a *approvals) content() fyne.CanvasObject { return a.whole }

func (a *approvals) shown() {
	a.say("")
	a.load()
	a.deps.Window.Canvas().Focus(a.table.Focusable())
}

func (a *approvals) hidden() {
	a.loads.Cancel()
	a.looks.Cancel()
}

func (a *approvals) leave(then func()) { then() }

func (a *approvals) say(text string) {
	a.said.SetText(text)
	a.said.Hidden = text == ""
	a.whole.Refresh()
}

func (a *approvals) tell(err error) {
	if a.fault.Show(err) {
		a.whole.Refresh()
	}
}

func (a *approvals) load() {
	task.Load(a.deps.Runner, &a.loads, a.deps.Archive.Approvals, func(now Approvals, err error) {
		a.tell(err)
		if err == nil {
			a.show(now)
		}
	})
}

func (a *approvals) show(now Approvals) {
	chosen := a.chosen()
	a.now = now
	rows, ids := make(map[archive.ID]parts.Row, len(now.Held)), make([]archive.ID, len(now.Held))
	for i, h := range now.Held {
		ids[i] = h.ID
		rows[h.ID] = parts.Row{Cells: []string{h.Code, h.Title, h.Person, lastDay(h.Until), h.Reason, h.By}}
	}
	a.rows.Set(rows)
	a.table.SetIDs(ids)
	a.table.Reload()
	if row, _ := a.table.Current(); row < 0 && len(ids) > 0 {
		a.table.GoTo(0)
	}
	names, at := make([]string, len(now.People)), 0
	for i, p := range now.People {
		names[i] = p.Name
		if p.ID == chosen {
			at = i
		}
	}
	a.person.Options = names
	if len(names) > 0 {
		a.personBox.SetError("")
		a.person.Enable()
		a.person.SetSelectedIndex(at)
	} else {
		a.person.Disable()
		a.personBox.SetHint(words.T("people.approval.nobody"))
	}
	a.able()
}

// lastDay is the day before a moment, on which an approval ends.
func lastDay(until int64) string {
	if until == 0 {
		return words.T("people.approval.open")
	}
	return time.UnixMilli(until - 1).Format(time.DateOnly)
}

// chosen is whom the form is about; zero: nobody.
func (a *approvals) chosen() archive.ID {
	if i := a.person.SelectedIndex(); i >= 0 && i < len(a.now.People) {
		return a.now.People[i].ID
	}
	return 0
}

// look finds the record that the code names, and tells what an approval of it would be.
func (a *approvals) look() {
	a.wanted, a.after = Wanted{}, false
	code, person := refcode.Normalise(a.code.Text), a.chosen()
	a.codeBox.SetError("")
	if code == "" || person == 0 {
		a.looks.Cancel()
		a.codeBox.SetHint(words.T("people.approval.code.hint"))
		return
	}
	a.codeBox.SetHint("")
	task.Load(a.deps.Runner, &a.looks, func(ctx context.Context) (Wanted, error) {
		return a.deps.Archive.Wanted(ctx, person, code)
	}, func(w Wanted, err error) {
		switch {
		case archive.KindOf(err) == archive.NotFound:
			a.codeBox.SetError(words.T("people.approval.code.none", words.Args{"Code": code}))
		case err != nil:
			a.codeBox.SetError(words.Tell(err).What)
		case w.Use != "opens":
			a.codeBox.SetError(w.Title + words.T("people.approval.use."+w.Use))
		default:
			a.wanted = w
			hint := w.Title
			if w.Inside {
				hint = words.T("people.approval.inside", words.Args{"Title": w.Title})
			}
			a.codeBox.SetHint(hint)
			if a.after {
				a.save()
			}
		}
	})
}

func (a *approvals) able() {
	_, id := a.table.Current()
	parts.Able(a.take, id != 0 && !a.busy)
	parts.Able(a.add, !a.busy)
}

// read gives the approval to be made, or marks what is wrong.
func (a *approvals) read() (archive.Approval, bool) {
	v := archive.Approval{Person: a.chosen(), Holding: a.wanted.ID, Reason: strings.TrimSpace(a.reason.Text)}
	focus := a.deps.Window.Canvas().Focus
	day, fits := words.ReadDay(a.until.Text)
	switch {
	case v.Person == 0:
		a.personBox.SetError(words.T("people.approval.nobody"))
		return v, false
	case v.Holding == 0:
		if !a.codeBox.Wrong() {
			a.codeBox.SetError(words.T("people.approval.code.missing"))
		}
		focus(a.code)
		return v, false
	case !fits:
		a.untilBox.SetError(words.T("people.approval.until.wrong"))
		focus(a.until)
		return v, false
	case !day.IsZero() && !day.AddDate(0, 0, 1).After(time.Now()):
		a.untilBox.SetError(words.T("people.approval.until.past"))
		focus(a.until)
		return v, false
	case v.Reason == "":
		a.reasonBox.SetError(words.T("people.approval.reason.missing"))
		focus(a.reason)
		return v, false
	}
	if !day.IsZero() {
		v.Until = day.AddDate(0, 0, 1).UnixMilli()
	}
	return v, true
}

// save makes the approval.
func (a *approvals) save() {
	switch {
	case a.busy:
		return
	case a.looks.Busy():
		a.after = true
		return
	}
	v, ok := a.read()
	if !ok {
		return
	}
	code := a.wanted.Code
	a.write(func(ctx context.Context) error { return a.deps.Archive.Approve(ctx, v) }, func() {
		a.fresh()
		a.say(words.T("people.approved", words.Args{"Code": code}))
		a.deps.Window.Canvas().Focus(a.code)
	})
}

func (a *approvals) askBack() {
	_, id := a.table.Current()
	for _, h := range a.now.Held {
		if h.ID != id {
			continue
		}
		parts.Ask(a.deps.Window, words.T("people.approval.back"), words.T("people.approval.back.say", words.Args{"Code": h.Code, "Name": h.Person}),
			words.T("people.approval.back"), func() {
				a.write(func(ctx context.Context) error { return a.deps.Archive.TakeBack(ctx, id) }, func() {
					a.say(words.T("people.approval.back.done", words.Args{"Code": h.Code}))
				})
			})
	}
}

func (a *approvals) write(do func(context.Context) error, then func()) {
	a.busy = true
	a.able()
	task.Run(a.deps.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, do(ctx)
	}, func(_ struct{}, err error) {
		a.busy = false
		a.tell(err)
		if err == nil {
			then()
			a.load()
		}
		a.able()
	}, task.Quiet())
}
