package holdings

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// holdingForm registers volumes, items and photos one after another. The 档号 is
// proposed from the class; a person may write another.
type holdingForm struct {
	*register
	series  []Node
	now     Node
	scheme  refcode.Scheme
	fixed   refcode.Values // settled by the series
	level   *parts.Select  // of a series by volume: volume, or item of one
	in      *parts.Select
	class   *classFields
	code    *parts.Entry
	codeBox *parts.Field
	kind    *widget.Label
	form    *form
	before  Values // of the record registered before

	proposing bool // the program is writing the code
	own       bool // the person wrote the code
	next      task.Latest
	taken     task.Latest
	classRow  *fyne.Container
	levelRow  *fyne.Container
}

func newHoldingForm(d Deps, e sideEvents, leave func() bool) *holdingForm {
	f := &holdingForm{register: newRegister(d, e, leave), code: parts.NewEntry(), kind: parts.Line(""),
		classRow: container.NewStack(), levelRow: container.NewStack()}
	f.in = parts.NewSelect(nil, func(i int) { f.setSeries(f.series[i]) })
	f.level = parts.NewSelect([]string{words.T("kind.volume"), words.T("kind.item")}, func(int) { f.layClass() })
	f.code.OnChanged = f.codeTyped
	f.codeBox = parts.NewField(words.T("field.code"), f.code)
	f.form = newForm([]spec{{Title, true, 2}, {Date, false, 0}, {Author, false, 0}, {DocNo, false, 0},
		{PageCount, false, 0}, {Note, true, 2}})
	again := parts.NewQuiet(words.T("holdings.code.again"), base.ViewRefreshIcon(), func() { f.own = false; f.propose() })
	one := parts.NewButton(words.T("holdings.add.do"), base.ConfirmIcon(), func() { f.submit(false) })
	do := parts.NewPrimary(words.T("holdings.add.next"), base.ContentAddIcon(), func() { f.submit(true) })
	f.levelRow.Objects = []fyne.CanvasObject{parts.NewForm(1, parts.NewField(words.T("holdings.level"), f.level))}
	f.build(words.T("holdings.add.item"), container.NewVBox(
		parts.NewForm(1, parts.NewField(words.T("kind.series"), f.in)), f.levelRow, f.classRow,
		parts.Border(nil, nil, nil, container.NewVBox(parts.Line(""), again), parts.NewForm(1, f.codeBox)),
		f.form.root), do, one)
	for _, e := range f.form.entries {
		if e.MultiLine {
			e.OnSubmitted = func(string) { f.submit(true) }
		}
	}
	return f
}

// offer gives the series to choose from, the one that is meant, and a 档号 in it whose
// class is likely wanted again; "" if there is none.
func (f *holdingForm) offer(series []Node, now archive.ID, like string) {
	f.series = series
	names := make([]string, len(series))
	for i, n := range series {
		names[i] = n.Code + " " + n.Title
	}
	f.in.SetOptions(names)
	i := max(slices.IndexFunc(series, func(n Node) bool { return n.ID == now }), 0)
	if f.now.ID != series[i].ID {
		f.now = Node{}
		f.in.SetSelectedIndex(i)
	}
	if like != "" && !f.own && !f.form.written() {
		f.likeness(like)
	}
	f.propose()
}

func (f *holdingForm) content() fyne.CanvasObject { return f.root }

func (f *holdingForm) focus() { f.form.focus(f.deps.Window, Title) }

func (f *holdingForm) setSeries(n Node) {
	if n.ID == f.now.ID {
		return
	}
	scheme, err := refcode.Read(n.Scheme)
	if err != nil {
		f.tell(err)
		return
	}
	f.now, f.scheme, f.own = n, scheme, false
	f.fixed = fixedValues(scheme, n.Code)
	if scheme.Method == archive.ByVolume {
		f.levelRow.Show()
		f.level.SetSelectedIndex(0)
	} else {
		f.levelRow.Hide()
	}
	f.layClass()
}

// wantsItem tells whether an item of a volume is being registered.
func (f *holdingForm) wantsItem() bool {
	return f.scheme.Method == archive.ByVolume && f.level.SelectedIndex() == 1
}

// layClass lays out the fields of the elements that the series leaves open.
func (f *holdingForm) layClass() {
	var open []refcode.Element
	for _, e := range f.scheme.Elements {
		_, settled := f.fixed[e.Name]
		if !settled && (!e.Serial || e.Name == refcode.VolumeNo && f.wantsItem()) {
			open = append(open, e)
		}
	}
	was := refcode.Values{}
	if f.class != nil {
		was = f.class.values()
	}
	f.class = newClassFields(open, func() { f.propose() })
	if was[refcode.Year] == "" {
		was[refcode.Year] = strconv.Itoa(time.Now().Year())
	}
	if was[refcode.Retention] == "" {
		was[refcode.Retention] = "Y"
	}
	f.class.fill(was)
	f.classRow.Objects = []fyne.CanvasObject{f.class.root}
	f.root.Refresh()
	f.propose()
}

// likeness takes over the class of another 档号 of the series.
func (f *holdingForm) likeness(code string) {
	v, err := f.scheme.Parse(code)
	if err != nil {
		return
	}
	for name, want := range f.fixed {
		if v[name] != want {
			return
		}
	}
	f.class.fill(v)
}

// inVolume has the next records be items of a volume.
func (f *holdingForm) inVolume(code string) {
	if f.scheme.Method == archive.ByVolume {
		f.level.SetSelectedIndex(1)
		f.likeness(code)
		f.propose()
	}
}

// values are the elements of the class.
func (f *holdingForm) values() refcode.Values {
	v := f.class.values()
	for name, text := range f.fixed {
		v[name] = text
	}
	return v
}

// propose asks for the next 档号 of the class, unless the person wrote one.
func (f *holdingForm) propose() {
	if f.own || f.class == nil {
		return
	}
	scheme, class := f.scheme, f.values()
	if f.wantsItem() && class[refcode.VolumeNo] == "" {
		f.write(f.now.Code + refcode.Dash)
		return
	}
	task.Load(f.deps.Runner, &f.next, func(ctx context.Context) (string, error) {
		return f.deps.Catalogue.NextCode(ctx, scheme, class)
	}, func(code string, err error) {
		f.class.mark(err)
		if err == nil && !f.own {
			f.write(code)
		}
	})
}

func (f *holdingForm) write(code string) {
	f.proposing = true
	f.code.SetText(code)
	f.proposing = false
	f.checkCode()
}

func (f *holdingForm) codeTyped(text string) {
	if f.proposing {
		return
	}
	f.own = strings.TrimSpace(text) != ""
	f.checkCode()
}

// repeat is F4: as in the record before.
func (f *holdingForm) repeat(o fyne.Focusable) bool {
	name := f.form.focused(o)
	if name == "" || f.before == nil {
		return false
	}
	f.form.entries[name].SetText(f.before[name])
	return true
}

func (f *holdingForm) submit(next bool) {
	if f.running {
		return
	}
	if !f.checkCode() {
		f.deps.Window.Canvas().Focus(f.code)
		return
	}
	if wrong := f.form.check(); wrong != "" {
		f.form.focus(f.deps.Window, wrong)
		return
	}
	series, code, values := f.now.Code, refcode.Normalise(f.code.Text), f.form.values()
	f.run(func(ctx context.Context) (archive.Holding, error) {
		return f.deps.Catalogue.AddHolding(ctx, series, code, values)
	}, func(h archive.Holding) {
		f.before = values
		f.form.fill(Values{})
		f.own = false
		f.events.registered(h)
		if next {
			f.propose()
			f.focus()
			return
		}
		f.leave()
	})
}
