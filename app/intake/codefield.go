package intake

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// offered is how many 档号 are offered below the field.
const offered = 6

// codeField takes a 档号: it offers those that begin as typed, and says which record
// it names.
type codeField struct {
	deps    Deps
	entry   *parts.Entry
	field   *parts.Field
	offers  []archive.Holding
	marked  int
	list    *fyne.Container
	loads   task.Latest
	now     archive.Holding // the record named; zero: none
	changed func()
	root    fyne.CanvasObject
}

func newCodeField(d Deps, changed, submit func()) *codeField {
	f := &codeField{deps: d, entry: parts.NewEntry(), marked: -1, list: container.NewVBox(), changed: changed}
	f.entry.SetPlaceHolder(words.T("intake.link.code.example"))
	f.entry.OnChanged = func(string) { f.look() }
	f.entry.OnKey = f.key
	f.entry.OnSubmitted = func(string) {
		f.offer(nil)
		submit()
	}
	f.field = parts.NewField(words.T("intake.link.code"), f.entry)
	f.root = container.NewVBox(f.field, f.list)
	return f
}

func (f *codeField) code() string { return refcode.Normalise(f.entry.Text) }

func (f *codeField) found() bool { return f.now.ID != 0 && f.now.Code == f.code() }

func (f *codeField) hidden() { f.loads.Cancel() }

// look finds the record named, or what the text could become.
func (f *codeField) look() {
	f.now = archive.Holding{}
	f.changed()
	code := f.code()
	if code == "" {
		f.loads.Cancel()
		f.offer(nil)
		f.field.SetError("")
		f.field.SetHint("")
		return
	}
	task.Load(f.deps.Runner, &f.loads, func(ctx context.Context) ([]archive.Holding, error) {
		return f.deps.Archive.Complete(ctx, code, offered+1)
	}, func(list []archive.Holding, err error) {
		if err != nil {
			list = nil
		}
		f.settle(code, list)
	})
}

func (f *codeField) settle(code string, list []archive.Holding) {
	f.field.SetError("")
	f.field.SetHint("")
	switch {
	case len(list) == 0:
		f.field.SetError(words.T("intake.link.none", words.Args{"Code": code}))
	case list[0].Code == code && !linkable(list[0]):
		f.field.SetHint(words.T("intake.link.deeper"))
		list = list[1:]
	case list[0].Code == code:
		f.now = list[0]
		f.field.SetHint(words.T("intake.link.found", words.Args{"Title": list[0].Title}))
		list = list[1:]
	}
	f.offer(list)
	f.changed()
}

// linkable tells whether pages can be put into a record.
func linkable(h archive.Holding) bool {
	return h.Kind != archive.KindFonds && h.Kind != archive.KindSeries
}

func (f *codeField) offer(list []archive.Holding) {
	list = list[:min(len(list), offered)]
	f.offers, f.marked = list, -1
	f.list.RemoveAll()
	for i, h := range list {
		b := parts.NewQuiet(short(h.Code+"  "+h.Title), nil, func() { f.accept(i) })
		b.Alignment = widget.ButtonAlignLeading
		f.list.Add(b)
	}
	f.list.Refresh()
}

// short keeps an offer on one line.
func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func (f *codeField) accept(i int) {
	code := f.offers[i].Code
	f.entry.SetText(code)
	f.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	f.deps.Window.Canvas().Focus(f.entry)
}

// key moves through the offers.
func (f *codeField) key(name fyne.KeyName) bool {
	if len(f.offers) == 0 {
		return false
	}
	switch name {
	case fyne.KeyDown:
		f.mark(f.marked + 1)
	case fyne.KeyUp:
		f.mark(f.marked - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if f.marked < 0 {
			return false
		}
		f.accept(f.marked)
	case fyne.KeyEscape:
		f.offer(nil)
	default:
		return false
	}
	return true
}

func (f *codeField) mark(i int) {
	f.marked = min(max(i, -1), len(f.offers)-1)
	for j, o := range f.list.Objects {
		b := o.(*parts.Button)
		b.Importance = widget.LowImportance
		if j == f.marked {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
}
