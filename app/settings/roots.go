package settings

import (
	"context"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Roots are the storage roots of the archive: folders outside of it whose files are its
// originals. They are called off the UI goroutine.
type Roots interface {
	List(ctx context.Context) ([]Root, error)
	// Add registers a folder; an empty label is the folder's name.
	Add(ctx context.Context, path, label string) (archive.ID, error)
	// Set points a root to another folder or renames it; what is empty stays.
	Set(ctx context.Context, id archive.ID, path, label string) error
	// Found lists originals that were found changed or vanished, some thousand of each.
	Found(ctx context.Context, id archive.ID) ([]FoundFile, error)
	// Accept takes those that changed as they are now, and tells how many.
	Accept(ctx context.Context, id archive.ID) (int, error)
	// Hash makes the checksums that are missing; zero: of all roots.
	Hash(ctx context.Context, id archive.ID, progress func(archive.Progress)) (Hashed, error)
}

// Root is a storage root.
type Root struct {
	ID                       archive.ID
	Label, Path              string
	Present                  bool
	Files, Hashed            int
	Bytes                    int64
	Changed, Vanished, Waits int // files, files, and pages that wait for work
}

// FoundFile is an original that is not as it was registered.
type FoundFile struct {
	Path  string
	Found archive.Found
}

// Hashed is what a Hash did. Unfit are originals without a checksum still, with the
// reason.
type Hashed struct {
	Files  int
	Bytes  int64
	Unfit  []Unfit
	Absent int // roots
}

// Unfit is an original that got no checksum.
type Unfit struct {
	Path   string
	Reason archive.Reason
}

// rootsView lists the storage roots, with what can be done about the one chosen.
type rootsView struct {
	deps    Deps
	loads   task.Latest
	list    atomic.Pointer[map[archive.ID]Root] // read off the UI goroutine too
	rows    map[int]*parts.ProgressRow
	silence func()

	table   *parts.Table
	hashAll *parts.Button
	running *fyne.Container
	said    *fyne.Container
	fault   *fyne.Container
	side    *rootSide
	root    fyne.CanvasObject
}

func newRootsView(d Deps) *rootsView {
	v := &rootsView{deps: d, rows: map[int]*parts.ProgressRow{}, running: container.NewVBox(), said: container.NewStack(),
		fault: container.NewStack()}
	v.list.Store(&map[archive.ID]Root{})
	v.table = parts.NewTable(parts.TableOptions{
		Key: "settings.roots", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "label", Title: words.T("root.label"), Width: 110},
			{Key: "path", Title: words.T("root.path"), Width: 150, Stretch: true},
			{Key: "state", Title: words.T("root.state"), Width: 76},
			{Key: "files", Title: words.T("root.files"), Width: 84, Number: true},
			{Key: "bytes", Title: words.T("root.bytes"), Width: 80, Number: true},
			{Key: "hashed", Title: words.T("root.hashed"), Width: 130, Number: true},
			{Key: "changed", Title: words.T("root.changed"), Width: 60, Number: true},
			{Key: "vanished", Title: words.T("root.vanished"), Width: 60, Number: true},
		},
		Fetch:    v.fetch,
		OnSelect: v.selected,
		Empty:    words.T("root.none"),
	})
	v.side = newRootSide(d, v)
	add := parts.NewButton(words.T("root.add"), base.ContentAddIcon(), v.side.add)
	v.hashAll = parts.NewButton(words.T("root.hash.all"), base.ConfirmIcon(), func() { v.hash(0, "") })
	split := parts.NewSplit(v.table, v.side.root, parts.SplitOptions{Key: "settings.roots", Memory: d.Memory, Share: 0.66})
	parts.Able(add, !d.ReadOnly)
	v.root = parts.Border(container.NewVBox(parts.Paragraph(words.T("root.say")), barred(d),
		container.NewHBox(add, v.hashAll), v.fault, v.running, v.said), nil, nil, nil, split)
	return v
}

func (v *rootsView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	list := *v.list.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		r, ok := list[id]
		if !ok {
			continue
		}
		rows[i] = parts.Row{Cells: []string{r.Label, r.Path, stateOf(r), words.Number(r.Files), words.Bytes(r.Bytes),
			words.Number(r.Hashed) + " / " + words.Number(r.Files), words.Number(r.Changed), words.Number(r.Vanished)},
			Dim: !r.Present, Alert: r.Changed+r.Vanished > 0}
	}
	return rows, nil
}

func stateOf(r Root) string {
	if r.Present {
		return words.T("root.present")
	}
	return words.T("root.absent")
}

func (v *rootsView) shown() {
	if v.silence == nil {
		v.silence = v.deps.Runner.Listen(v.showTasks)
	}
	v.showTasks()
	v.load()
	v.deps.Canvas.Canvas().Focus(v.table.Focusable())
}

func (v *rootsView) hidden() {
	if v.silence != nil {
		v.silence()
		v.silence = nil
	}
	v.loads.Cancel()
	v.side.hidden()
}

func (v *rootsView) load() {
	task.Load(v.deps.Runner, &v.loads, v.deps.Roots.List, func(list []Root, err error) {
		v.fault.Objects = nil
		switch {
		case archive.KindOf(err) == archive.Stopped:
		case err != nil:
			v.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, v.load)}
		default:
			v.fill(list)
		}
		v.root.Refresh()
	})
}

func (v *rootsView) fill(list []Root) {
	ids, byID := make([]archive.ID, len(list)), make(map[archive.ID]Root, len(list))
	missing := 0
	for i, r := range list {
		ids[i], byID[r.ID] = r.ID, r
		if r.Present {
			missing += r.Files - r.Hashed
		}
	}
	v.list.Store(&byID)
	v.table.SetIDs(ids)
	if row, _ := v.table.Current(); row < 0 && len(ids) > 0 {
		v.table.GoTo(0)
	}
	parts.Able(v.hashAll, missing > 0 && !v.deps.ReadOnly)
	v.selected()
}

func (v *rootsView) selected() {
	_, id := v.table.Current()
	v.side.show((*v.list.Load())[id])
}

// hash makes the checksums of a root as a task; of all roots for zero. Originals that
// got none are listed with the task.
func (v *rootsView) hash(id archive.ID, label string) {
	title := strings.TrimSpace(words.T("root.hash.task") + " " + label)
	task.Run(v.deps.Runner, title, func(ctx context.Context, report func(archive.Progress)) (Hashed, error) {
		h, err := v.deps.Roots.Hash(ctx, id, report)
		for _, u := range h.Unfit {
			task.Fail(ctx, u.Path, archive.Refuse("hash original", u.Path, u.Reason, ""))
		}
		return h, err
	}, func(h Hashed, err error) {
		switch {
		case archive.KindOf(err) == archive.Stopped:
			v.say(parts.Paragraph(words.T("root.hash.stopped")))
		case err != nil:
			v.say(parts.NewErrorPanel(err, func() { v.hash(id, label) }))
		default:
			v.say(parts.Paragraph(tellHashed(h)))
		}
		v.load()
	})
	v.showTasks()
}

func tellHashed(h Hashed) string {
	say := []string{words.N("root.hash.done", h.Files, words.Args{"Size": words.Bytes(h.Bytes)})}
	if n := len(h.Unfit); n > 0 {
		say = append(say, words.N("root.hash.unfit", n))
	}
	if h.Absent > 0 {
		say = append(say, words.N("root.hash.absent", h.Absent))
	}
	return words.Sentences(say...)
}

func (v *rootsView) say(o fyne.CanvasObject) {
	v.said.Objects = []fyne.CanvasObject{o}
	v.root.Refresh()
}

// showTasks shows the checksums that are being made.
func (v *rootsView) showTasks() {
	rows := map[int]*parts.ProgressRow{}
	var objects []fyne.CanvasObject
	for _, i := range v.deps.Runner.Tasks() {
		if i.State.Ended() || !strings.HasPrefix(i.Title, words.T("root.hash.task")) {
			continue
		}
		row, ok := v.rows[i.ID]
		if !ok {
			row = parts.NewProgressRow(v.deps.Runner)
		}
		row.Set(i)
		rows[i.ID] = row
		objects = append(objects, row)
	}
	changed := len(objects) != len(v.rows)
	v.rows, v.running.Objects = rows, objects
	if changed {
		v.root.Refresh()
	}
}
