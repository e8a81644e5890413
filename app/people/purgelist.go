package people

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/purging"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// PurgeArchive is read and written off the UI goroutine.
type PurgeArchive interface {
	// Purges lists what was asked for, what waits for somebody first, the newest first.
	Purges(ctx context.Context) (Purges, error)
	// PlanOf looks what a purge that was asked for would take now.
	PlanOf(ctx context.Context, purge archive.ID) (purging.Plan, error)
	// Agree carries out what another person asked for, or goes on with what did not end.
	Agree(ctx context.Context, purge archive.ID, progress func(archive.Progress)) (archive.Purge, error)
	// Withdraw has nothing done of what was asked for.
	Withdraw(ctx context.Context, purge archive.ID) error
	// Cleared notes that nothing of a purged record is on a medium any more. Of one that
	// can be reached the originals are removed first.
	Cleared(ctx context.Context, number int, note string) error
}

// Purges are the purges of an archive with the media that hold purged records, or did.
type Purges struct {
	List  []Purge
	Media []archive.Medium
	Self  archive.ID
	Alone bool // the archive has no accounts: nobody could agree
}

// Purge is a purge with the names of who asked and who agreed, or had nothing done.
type Purge struct {
	archive.Purge
	By, Second string
}

// media are those of a purge, and how many hold it still.
func (p Purges) media(of archive.ID) (list []archive.Medium, still int) {
	for _, m := range p.Media {
		if m.Purge != of {
			continue
		}
		list = append(list, m)
		if m.Cleared == 0 {
			still++
		}
	}
	return list, still
}

// purgeList lists the purges beside the one stood on: what it takes, who asked and agreed,
// and what holds it still.
type purgeList struct {
	deps  Deps
	now   Purges
	loads task.Latest
	plans task.Latest
	plan  purging.Plan
	of    archive.ID // of which purge the plan is; zero: none is in view
	busy  bool

	rows, held   parts.HeldRows
	table, media *parts.Table
	preview      *purging.Preview
	facts        *parts.Prose
	about        *parts.Prose // the medium stood on
	why          *parts.Prose // why it cannot be agreed to

	agree, refuse, goOn, clear *parts.Button

	work    *parts.OneTask
	working *fyne.Container
	silence func()
	side    *fyne.Container // what goes, above the media, when there are any
	split   *parts.Split
	said    *parts.Prose
	fault   *parts.Fault
	whole   fyne.CanvasObject
}

func newPurgeList(d Deps) *purgeList {
	l := &purgeList{deps: d, said: parts.Paragraph(""), facts: parts.Paragraph(""), about: parts.Paragraph(""), why: parts.Paragraph(""), working: container.NewStack()}
	l.fault = parts.NewFault(l.load)
	l.work = parts.NewOneTask(d.Runner, l.moved)
	l.table = parts.NewTable(parts.TableOptions{
		Key: "people.purges", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "asked", Title: words.T("purging.asked.at"), Width: 128},
			{Key: "codes", Title: words.T("field.code"), Width: 120, Stretch: true},
			{Key: "by", Title: words.T("purging.by"), Width: 80},
			{Key: "state", Title: words.T("importing.log.state"), Width: 150},
			{Key: "still", Title: words.T("purging.still"), Width: 64, Number: true},
		},
		Fetch: l.rows.Fetch, OnSelect: l.selected, Empty: words.T("purging.empty"),
	})
	l.media = parts.NewTable(parts.TableOptions{
		Key: "people.media", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "number", Title: words.T("purging.number"), Width: 56, Number: true},
			{Key: "name", Title: words.T("purging.name"), Width: 120, Stretch: true},
			{Key: "files", Title: words.T("root.files"), Width: 64, Number: true},
			{Key: "state", Title: words.T("importing.log.state"), Width: 130},
		},
		Fetch: l.held.Fetch, OnSelect: l.mediumChosen, OnOpen: func(archive.ID) { l.askClear() }, Empty: words.T("purging.media.none"),
	})
	l.preview = purging.NewPreview(d.Runner, d.Memory)
	l.build()
	l.table.SetIDs([]archive.ID{})
	l.media.SetIDs([]archive.ID{})
	l.selected()
	return l
}

func (l *purgeList) content() fyne.CanvasObject { return l.whole }

func (l *purgeList) shown() {
	l.say("")
	if l.silence == nil {
		l.silence = l.deps.Runner.Listen(l.work.Follow)
	}
	l.load()
	l.deps.Window.Canvas().Focus(l.table.Focusable())
}

func (l *purgeList) hidden() {
	if l.silence != nil {
		l.silence()
		l.silence = nil
	}
	l.loads.Cancel()
	l.plans.Cancel()
}

func (l *purgeList) save()             {}
func (l *purgeList) leave(then func()) { then() }

func (l *purgeList) say(text string) {
	l.said.SetText(text)
	l.said.Hidden = text == ""
	l.whole.Refresh()
}

func (l *purgeList) tell(err error) {
	if l.fault.Show(err) {
		l.whole.Refresh()
	}
}

func (l *purgeList) load() {
	task.Load(l.deps.Runner, &l.loads, l.deps.Purges.Purges, func(now Purges, err error) {
		l.tell(err)
		if err == nil {
			l.show(now)
		}
	})
}

func (l *purgeList) show(now Purges) {
	l.now = now
	rows, ids := make(map[archive.ID]parts.Row, len(now.List)), make([]archive.ID, len(now.List))
	for i, p := range now.List {
		ids[i] = p.ID
		still := ""
		if _, n := now.media(p.ID); n > 0 {
			still = words.Number(n)
		}
		open := p.State == archive.PurgeAsked || p.State.Going()
		rows[p.ID] = parts.Row{Cells: []string{words.Clock(p.Asked), strings.Join(p.Codes, words.T("purging.and")), p.By, stateOf(p), still},
			Dim: !open && still == "", Alert: still != ""}
	}
	l.rows.Set(rows)
	l.table.SetIDs(ids)
	l.table.Reload()
	if row, _ := l.table.Current(); row < 0 && len(ids) > 0 {
		l.table.GoTo(0)
	}
	l.of = 0
	l.selected()
}

// stateOf says how far a purge has come.
func stateOf(p Purge) string {
	if p.State == archive.PurgeWithdrawn && p.Second != p.By {
		return words.T("purging.refused")
	}
	return words.T("purge." + string(p.State))
}

func (l *purgeList) current() (Purge, bool) {
	_, id := l.table.Current()
	for _, p := range l.now.List {
		if p.ID == id {
			return p, true
		}
	}
	return Purge{}, false
}

func (l *purgeList) medium() (archive.Medium, bool) {
	_, id := l.media.Current()
	for _, m := range l.now.Media {
		if m.ID == id {
			return m, true
		}
	}
	return archive.Medium{}, false
}
