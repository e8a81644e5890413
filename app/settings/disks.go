package settings

import (
	"context"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Disks tells whether the disks that the archive lies on are encrypted. It is called off
// the UI goroutine and may take some seconds.
type Disks func(ctx context.Context) ([]Disk, error)

// Disk is a place where the archive keeps something, with the encryption below it.
type Disk struct {
	Of     string // "home", "root" or "temporary"
	Label  string // of a storage root
	Path   string
	Files  int // originals on a storage root
	Bytes  int64
	State  string // "encrypted", "not-encrypted", "partly" or "unknown"
	Reason string // why it is not simply so; empty: it is
	By     string // what encrypts, or which network
	Folder bool   // the folder is encrypted, not its volume
}

// place names a place.
func (d Disk) place() string {
	if d.Of == "root" {
		return d.Label
	}
	return words.T("disk.of." + d.Of)
}

// state is the state in a few words.
func (d Disk) state() string { return words.T("disk.state." + d.State) }

// why is what encrypts, and why the state is not simply so.
func (d Disk) why() string {
	if d.Reason == "" {
		return d.By
	}
	return strings.TrimSpace(d.By + " " + words.T("disk.why."+d.Reason))
}

// disksView lists the places of the archive, and says of the one chosen what somebody
// with the disk in hand could read.
type disksView struct {
	deps  Deps
	loads task.Latest
	list  atomic.Pointer[[]Disk] // row n has the id n+1

	table *parts.Table
	again *parts.Button
	said  *fyne.Container // looking, or a fault
	name  *widget.Label
	state *parts.Prose
	facts *parts.Facts
	read  *parts.Prose
	do    *parts.Prose
	side  *fyne.Container
	root  fyne.CanvasObject
}

func newDisksView(d Deps) *disksView {
	v := &disksView{deps: d, said: container.NewStack(), name: parts.Heading(""), state: parts.Paragraph(""), facts: parts.NewFacts(),
		read: parts.Paragraph(""), do: parts.Paragraph("")}
	v.name.Truncation = fyne.TextTruncateEllipsis
	v.list.Store(&[]Disk{})
	v.table = parts.NewTable(parts.TableOptions{
		Key: "settings.disks", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "place", Title: words.T("disk.place"), Width: 150},
			{Key: "path", Title: words.T("root.path"), Width: 200, Stretch: true},
			{Key: "state", Title: words.T("disk.state"), Width: 130},
			{Key: "why", Title: words.T("disk.why"), Width: 190},
		},
		Fetch:    v.fetch,
		OnSelect: v.selected,
	})
	v.again = parts.NewButton(words.T("disk.again"), base.ViewRefreshIcon(), v.load)
	v.side = container.NewVBox(v.name, v.state, v.facts, parts.Heading(words.T("disk.read")), v.read, parts.Heading(words.T("disk.do")), v.do)
	v.side.Hide()
	split := parts.NewSplit(v.table, parts.Scroll(v.side), parts.SplitOptions{Key: "settings.disks", Memory: d.Memory, Share: 0.64})
	v.root = parts.Border(container.NewVBox(parts.Paragraph(words.T("disk.say")), container.NewHBox(v.again), v.said), nil, nil, nil, split)
	return v
}

func (v *disksView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	list := *v.list.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		if n := int(id) - 1; n < len(list) {
			d := list[n]
			rows[i] = parts.Row{Cells: []string{d.place(), d.Path, d.state(), d.why()}, Dim: d.State == "unknown",
				Alert: d.State == "not-encrypted" || d.State == "partly"}
		}
	}
	return rows, nil
}

func (v *disksView) shown() {
	v.load()
	v.deps.Canvas.Canvas().Focus(v.table.Focusable())
}

func (v *disksView) hidden() { v.loads.Cancel() }

func (v *disksView) load() {
	v.say(parts.Caption(words.T("disk.looking")))
	v.again.Disable()
	task.Load(v.deps.Runner, &v.loads, v.deps.Disks, func(list []Disk, err error) {
		v.again.Enable()
		if err != nil {
			v.say(parts.NewErrorPanel(err, v.load))
			return
		}
		v.say(nil)
		ids := make([]archive.ID, len(list))
		for i := range ids {
			ids[i] = archive.ID(i + 1)
		}
		v.list.Store(&list)
		v.table.SetIDs(ids)
		if row, _ := v.table.Current(); row < 0 && len(ids) > 0 {
			v.table.GoTo(0)
		}
		v.selected()
	})
}

func (v *disksView) say(o fyne.CanvasObject) {
	v.said.Objects = nil
	if o != nil {
		v.said.Objects = []fyne.CanvasObject{o}
	}
	v.root.Refresh()
}

// selected shows what is known of the current place.
func (v *disksView) selected() {
	list := *v.list.Load()
	row, _ := v.table.Current()
	if row < 0 || row >= len(list) {
		v.side.Hide()
		return
	}
	d := list[row]
	v.name.SetText(d.place())
	v.state.Importance = widget.MediumImportance
	if d.State == "not-encrypted" || d.State == "partly" {
		v.state.Importance = widget.WarningImportance
	}
	say := []string{words.T("disk.state." + d.State + ".say")}
	if d.Folder {
		say = []string{words.T("disk.folder.say")}
	}
	if d.Reason != "" {
		say = append(say, words.T("disk.why."+d.Reason+".say"))
	}
	v.state.SetText(words.Sentences(say...))
	facts := []parts.Fact{{Name: words.T("root.path"), Value: d.Path}, {Name: words.T("disk.why"), Value: d.why()}}
	if d.Of == "root" {
		facts = append(facts, parts.Fact{Name: words.T("root.files"), Value: words.Number(d.Files) + "  " + words.Bytes(d.Bytes)})
	}
	v.facts.Set(facts)
	v.read.SetText(d.readable())
	v.do.SetText(d.advice())
	v.side.Show()
	v.root.Refresh()
}

// readable says what somebody with the disk in hand could read.
func (d Disk) readable() string {
	if d.State == "encrypted" {
		return words.T("disk.read.nothing")
	}
	say := []string{words.T("disk.read." + d.Of)}
	switch {
	case d.State == "unknown" && d.Reason == "memory":
		return words.T("disk.read.memory")
	case d.State == "unknown":
		say = []string{words.T("disk.read.unless"), say[0]}
	case d.State == "partly":
		say = append(say, words.T("disk.read.partly"))
	}
	return words.Sentences(say...)
}

// advice says what to do.
func (d Disk) advice() string {
	switch {
	case d.State == "encrypted":
		return words.T("disk.do.keep")
	case d.Reason == "suspended" || d.Reason == "network" || d.Reason == "memory" || d.Reason == "converting" || d.Reason == "absent":
		return words.T("disk.do." + d.Reason)
	case d.State == "unknown":
		return words.T("disk.do.ask")
	}
	return words.T("disk.do.encrypt")
}
