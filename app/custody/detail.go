package custody

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// list is one of the lists of a target.
type list string

const (
	listMedia  list = "media"
	listFound  list = "found"
	listFailed list = "failed"
)

// detail shows the target chosen: what can be done, what came of it, its media, what checks
// found, and what could not be copied.
type detail struct {
	screen *Screen
	deps   Deps
	loads  task.Latest // of a plan
	now    list
	of     archive.ID // target shown
	said   map[archive.ID]outcome
	waits  bool // for a plan

	name    *widget.Label
	why     *parts.Prose // why something cannot be done
	copyDo  *parts.Button
	checkDo *parts.Button
	disk    *parts.Button
	about   *parts.Button
	export  *parts.Button
	came    *parts.Prose
	fault   *parts.Fault
	tabs    *parts.Tabs[list]
	media   *mediaTable
	finds   *foundTable
	fails   *failedTable
	middle  *fyne.Container
	root    fyne.CanvasObject
}

func newDetail(s *Screen) *detail {
	d := &detail{screen: s, deps: s.deps, now: listMedia, said: map[archive.ID]outcome{}, name: parts.Heading(""), why: parts.Paragraph(""),
		came: parts.Paragraph(""), middle: container.NewStack()}
	d.name.Truncation = fyne.TextTruncateEllipsis
	d.why.Importance = widget.LowImportance
	d.fault = parts.NewFault(nil)
	d.copyDo = parts.NewPrimary(words.T("custody.copy"), base.ContentCopyIcon(), d.with(s.plan))
	d.checkDo = parts.NewButton(words.T("custody.check"), base.ConfirmIcon(), d.with(s.check))
	d.disk = parts.NewButton(words.T("custody.disk.add"), base.ContentAddIcon(), d.with(s.addDisk))
	d.about = parts.NewButton(words.T("custody.about"), base.DocumentCreateIcon(), d.describe)
	d.export = parts.NewButton(words.T("custody.export"), base.DocumentSaveIcon(), d.with(d.save))
	d.tabs = parts.NewTabs(d.choose, listMedia, listFound, listFailed)
	d.media, d.finds, d.fails = newMediaTable(d), newFoundTable(d), newFailedTable(d)
	deeds := parts.NewRow(container.NewHBox(d.copyDo, d.checkDo, d.disk), nil, nil)
	lists := parts.NewRow(d.tabs.Row, nil, container.NewHBox(d.about, d.export))
	d.root = parts.Border(container.NewVBox(parts.NewRow(nil, d.name, deeds), d.why, d.came, d.fault.Box, lists), nil, nil, nil, d.middle)
	d.choose(listMedia)
	return d
}

// with gives a deed the target chosen.
func (d *detail) with(do func(Target)) func() {
	return func() {
		if t, ok := d.screen.target(); ok {
			do(t)
		}
	}
}

func (d *detail) hidden() {
	if d.loads.Busy() {
		d.loads.Cancel()
		d.waits = false
	}
	d.finds.loads.Cancel()
}

// planning shows that a plan is being made.
func (d *detail) planning(yes bool) {
	d.waits = yes
	d.show()
}

// tell keeps what came of the last job of a target.
func (d *detail) tell(target archive.ID, o outcome) {
	d.said[target] = o
	if target == d.of {
		d.show()
	}
}

// found takes what a check found besides what the catalogue keeps: copies that are missing,
// and files that are none.
func (d *detail) found(target archive.ID, besides []Finding) {
	d.finds.besides[target] = besides
	d.finds.of = 0 // is to be read again
}

// failed takes what a run could not copy.
func (d *detail) failed(target archive.ID, list []Failure) { d.fails.of[target] = list }

func (d *detail) choose(l list) {
	d.now = l
	d.tabs.Mark(l)
	switch l {
	case listMedia:
		parts.Put(d.middle, d.media.table)
	case listFound:
		parts.Put(d.middle, d.finds.table)
	case listFailed:
		parts.Put(d.middle, d.fails.table)
	}
	d.show()
}

// show shows the target chosen as it stands.
func (d *detail) show() {
	t, ok := d.screen.target()
	d.of = t.ID
	d.name.SetText(t.Name)
	o := d.said[t.ID]
	if o.text == "" && o.err == nil && !d.screen.busy(t.ID) {
		o.text, o.importance = lastRun(t.Last), widget.LowImportance
	}
	d.came.Importance = o.importance
	d.came.SetText(o.text)
	d.came.Hidden = o.text == ""
	d.fault.Show(o.err)
	d.media.show(t)
	d.finds.show(t)
	d.fails.show(t)
	d.tabs.SetText(listMedia, words.T("custody.list.media", words.Args{"N": words.Number(len(d.screen.media(t.ID)))}))
	d.tabs.SetText(listFound, words.T("custody.list.found", words.Args{"N": words.Number(t.Faulty + len(d.finds.besides[t.ID]))}))
	d.tabs.SetText(listFailed, words.T("custody.list.failed", words.Args{"N": words.Number(len(d.fails.of[t.ID]))}))
	var why []string
	if say := d.able(t, ok); say != "" {
		why = append(why, say)
	}
	for _, a := range d.screen.away[t.ID] {
		why = append(why, words.N("custody.away", a.Files, words.Args{"Root": a.Label}))
	}
	d.why.SetText(words.Sentences(why...))
	d.why.Hidden = len(why) == 0
	if d.root != nil {
		d.root.Refresh()
	}
}

// able lets buttons be used, and says why the chief ones may not be.
func (d *detail) able(t Target, ok bool) (why string) {
	at, looked := d.screen.at[t.ID]
	busy := d.screen.busy(t.ID)
	switch {
	case !ok:
	case !d.deps.May:
		why = words.T("custody.why.rights")
	case busy:
		why = words.T("custody.why.busy")
	case d.waits:
		why = words.T("custody.why.planning")
	case t.Kind == archive.TargetDisks && len(d.screen.media(t.ID)) == 0:
		why = words.T("custody.why.no-disk")
	case !looked:
		why = words.T("custody.why.looking")
	case len(at) == 0 && t.Kind == archive.TargetDisks:
		why = words.T("custody.why.disk-away")
	case len(at) == 0:
		why = words.T("custody.why.away", words.Args{"Path": t.Address})
	case t.Files == 0:
		why = words.T("custody.why.nothing-yet")
	}
	there := ok && d.deps.May && !busy && !d.waits && len(at) > 0
	parts.Able(d.copyDo, there)
	parts.Able(d.checkDo, there && t.Files > 0)
	d.disk.Hidden = t.Kind != archive.TargetDisks
	parts.Able(d.disk, d.deps.May && !busy)
	_, medium := d.media.current()
	d.about.Hidden = d.now != listMedia
	parts.Able(d.about, d.deps.May && medium)
	d.export.Hidden = d.now == listMedia
	parts.Able(d.export, d.deps.May && (d.now == listFound && d.finds.count() > 0 || d.now == listFailed && len(d.fails.of[t.ID]) > 0))
	return why
}

// lastRun says what came of the last run, which may be of another day.
func lastRun(r Run) string {
	if r.Time == 0 {
		return ""
	}
	say := []string{words.N("custody.last", r.Copied, words.Args{"Time": words.Clock(r.Time), "Size": words.Bytes(r.Bytes)})}
	if r.Failed > 0 {
		say = append(say, words.N("custody.last.failed", r.Failed))
	}
	switch r.Ended {
	case "":
	case archive.Stopped:
		say = append(say, words.T("custody.last.stopped"))
	case archive.NoSpace:
		say = append(say, words.T("custody.last.full"))
	default:
		say = append(say, words.T("custody.last.broken"))
	}
	return words.Sentences(say...)
}

// describe opens the form for what is written down of the medium chosen.
func (d *detail) describe() {
	if m, ok := d.media.current(); ok {
		t, _ := d.screen.target()
		d.screen.describe(t, m)
	}
}

func millis(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }
