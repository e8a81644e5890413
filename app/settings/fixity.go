package settings

import (
	"context"
	"strconv"
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

// Fixity is the regular check of the originals. Its methods are called off the UI goroutine.
type Fixity interface {
	Fixity(ctx context.Context) (FixityState, error)
	// SetFixity sets in how many days all originals are read once (0: none are), and the most
	// bytes a second (0: no limit).
	SetFixity(ctx context.Context, days int, speed int64) error
	// LookAgain reads the damaged originals again.
	LookAgain(ctx context.Context, progress func(archive.Progress)) error
}

// FixityState is how far the check has come. Times are Unix milliseconds, 0 where there is none.
type FixityState struct {
	Days             int
	Speed            int64 // most bytes a second
	Files, Read      int   // in the cycle
	Bytes, ReadBytes int64
	Begun            int64
	Ended            int64 // when all were read
	Until            int64 // when the next cycle begins
	Ends             int64 // when all will be read, as it goes now
	Late, Away       int   // not read in time, and of those on roots that are not connected
	Damaged          []DamagedFile
	More             int // damaged ones that the list does not have
}

// DamagedFile is an original that is not as it was received.
type DamagedFile struct {
	Code  string
	Page  int
	Path  string
	Root  string // label; empty: masters/
	Is    string // "missing", "changed" or "unreadable"
	Bytes int64
	Since int64 // Unix milliseconds
}

// fixityView has the settings of the check, how far it has come, and what is damaged.
type fixityView struct {
	deps  Deps
	loads task.Latest
	list  atomic.Pointer[[]DamagedFile] // row n has the id n+1

	days, speed           *parts.Entry
	daysField, speedField *parts.Field
	save, again           *parts.Button
	state                 *parts.Prose
	said                  *fyne.Container
	table                 *parts.Table
	root                  fyne.CanvasObject
}

// mostDays and mostSpeed are beyond what makes sense.
const (
	mostDays  = 3650
	mostSpeed = 100_000
)

func newFixityView(d Deps) *fixityView {
	v := &fixityView{deps: d, days: parts.NewEntry(), speed: parts.NewEntry(), state: parts.Paragraph(""), said: container.NewStack()}
	v.list.Store(&[]DamagedFile{})
	v.daysField, v.speedField = parts.NewField(words.T("fixity.days"), v.days), parts.NewField(words.T("fixity.speed"), v.speed)
	v.daysField.SetHint(words.T("fixity.days.hint"))
	v.speedField.SetHint(words.T("fixity.speed.hint"))
	v.save = parts.NewPrimary(words.T("action.save"), base.DocumentSaveIcon(), v.store)
	v.again = parts.NewButton(words.T("fixity.again"), base.ViewRefreshIcon(), v.lookAgain)
	for _, e := range []*parts.Entry{v.days, v.speed} {
		e.OnSubmitted = func(string) { v.store() }
	}
	v.table = parts.NewTable(parts.TableOptions{
		Key: "settings.fixity", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("fixity.code"), Width: 230},
			{Key: "page", Title: words.T("fixity.page"), Width: 60, Number: true},
			{Key: "is", Title: words.T("fixity.is"), Width: 110},
			{Key: "path", Title: words.T("fixity.path"), Width: 280, Stretch: true},
			{Key: "root", Title: words.T("fixity.root"), Width: 120},
			{Key: "since", Title: words.T("fixity.since"), Width: 140},
		},
		Fetch: v.fetch,
	})
	head := container.NewVBox(parts.Paragraph(words.T("fixity.say")), parts.NewForm(3, v.daysField, v.speedField, nil),
		container.NewHBox(v.save, v.again), v.state, v.said, parts.Heading(words.T("fixity.damaged")))
	v.root = parts.Border(head, nil, nil, nil, v.table)
	return v
}

func (v *fixityView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	list := *v.list.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		n := int(id) - 1
		if n >= len(list) {
			continue
		}
		d := list[n]
		page, root := "", words.T("fixity.masters")
		if d.Page > 0 {
			page = strconv.Itoa(d.Page)
		}
		if d.Root != "" {
			root = d.Root
		}
		rows[i] = parts.Row{Cells: []string{d.Code, page, words.T("fixity.is." + d.Is), d.Path, root, words.Clock(d.Since)}, Alert: true}
	}
	return rows, nil
}

func (v *fixityView) shown() {
	v.load()
	v.deps.Canvas.Canvas().Focus(v.table.Focusable())
}

func (v *fixityView) hidden() { v.loads.Cancel() }

func (v *fixityView) load() {
	task.Load(v.deps.Runner, &v.loads, v.deps.Fixity.Fixity, func(now FixityState, err error) {
		if err != nil {
			v.say(parts.NewErrorPanel(err, v.load))
			return
		}
		v.say(nil)
		if !v.typing() {
			v.days.SetText(strconv.Itoa(now.Days))
			v.speed.SetText("")
			if now.Speed > 0 {
				v.speed.SetText(strconv.FormatFloat(float64(now.Speed)/(1<<20), 'f', -1, 64))
			}
		}
		v.state.SetText(now.say())
		v.list.Store(&now.Damaged)
		ids := make([]archive.ID, len(now.Damaged))
		for i := range ids {
			ids[i] = archive.ID(i + 1)
		}
		v.table.SetIDs(ids)
		if len(ids) == 0 {
			v.again.Disable()
		} else {
			v.again.Enable()
		}
		v.root.Refresh()
	})
}

// typing tells whether the keyboard is in the form, which is left alone then.
func (v *fixityView) typing() bool {
	at := v.deps.Canvas.Canvas().Focused()
	return at != nil && (at == fyne.Focusable(v.days) || at == fyne.Focusable(v.speed))
}

// say tells how far the check has come.
func (now FixityState) say() string {
	if now.Days == 0 {
		return words.T("fixity.off")
	}
	if now.Begun == 0 {
		return words.T("fixity.not-begun")
	}
	say := []string{words.T("fixity.cycle", words.Args{"Since": words.Clock(now.Begun), "Read": words.Number(now.Read), "Files": words.Number(now.Files),
		"Done": words.Bytes(now.ReadBytes), "Size": words.Bytes(now.Bytes)})}
	switch {
	case now.Ended != 0:
		say = append(say, words.T("fixity.ended", words.Args{"At": words.Clock(now.Ended), "Until": words.Clock(now.Until)}))
	case now.Ends != 0:
		say = append(say, words.T("fixity.ends", words.Args{"At": words.Clock(now.Ends)}))
	}
	if now.Late > 0 {
		say = append(say, words.T("fixity.late", words.Args{"Files": words.Number(now.Late), "Away": words.Number(now.Away)}))
	}
	if now.More > 0 {
		say = append(say, words.T("fixity.more", words.Args{"Files": words.Number(now.More)}))
	}
	return words.Sentences(say...)
}

// read takes what is in the form, or marks what is wrong with it.
func (v *fixityView) read() (days int, speed int64, ok bool) {
	v.daysField.SetError("")
	v.speedField.SetError("")
	days, err := strconv.Atoi(strings.TrimSpace(v.days.Text))
	if err != nil || days < 0 || days > mostDays {
		v.daysField.SetError(words.T("fixity.days.wrong", words.Args{"Most": mostDays}))
		return 0, 0, false
	}
	text := strings.TrimSpace(v.speed.Text)
	if text == "" {
		return days, 0, true
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n <= mostSpeed) || n > 0 && n < 0.1 {
		v.speedField.SetError(words.T("fixity.speed.wrong", words.Args{"Most": mostSpeed}))
		return 0, 0, false
	}
	return days, int64(n * (1 << 20)), true
}

func (v *fixityView) store() {
	days, speed, ok := v.read()
	if !ok {
		return
	}
	v.save.Disable()
	task.Run(v.deps.Runner, words.T("settings.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, v.deps.Fixity.SetFixity(ctx, days, speed)
	}, func(_ struct{}, err error) {
		v.save.Enable()
		if err != nil {
			parts.ShowError(v.deps.Canvas, err)
			return
		}
		v.load()
	}, task.Quiet())
}

func (v *fixityView) lookAgain() {
	v.again.Disable()
	task.Run(v.deps.Runner, words.T("fixity.again.task"), func(ctx context.Context, progress func(archive.Progress)) (struct{}, error) {
		return struct{}{}, v.deps.Fixity.LookAgain(ctx, progress)
	}, func(_ struct{}, err error) {
		v.again.Enable()
		if err != nil && archive.KindOf(err) != archive.Stopped {
			parts.ShowError(v.deps.Canvas, err)
		}
		v.load()
	})
}

func (v *fixityView) say(o fyne.CanvasObject) {
	v.said.Objects = nil
	if o != nil {
		v.said.Objects = []fyne.CanvasObject{o}
	}
	v.root.Refresh()
}
