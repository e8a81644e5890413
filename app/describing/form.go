package describing

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

// Options say what a form is for.
type Options struct {
	Kind   archive.HoldingKind
	Rules  describe.Rules
	Window fyne.Window
	Memory parts.Memory
	Later  func(func())      // runs something on the UI goroutine, after what it is doing
	Foot   fyne.CanvasObject // stands below the fields and scrolls with them; nil: nothing
	Leave  []string          // fields that the form leaves out
	Behind []string          // fields that are folded away, whatever the rules say
	Pins   bool              // records follow one another: fields can be kept for the next
	Today  func() time.Time  // nil: time.Now

	OnChanged func()
	OnEnd     func() // Enter in the last field
}

// Form is a column of fields for one kind of record. Enter leads from field to field, in
// text areas too; what is wrong is said at the field as one leaves it.
type Form struct {
	opt    Options
	fields []*field
	byName map[string]*field

	before  Values // of the record before, for F4
	derived Values // what was filled in because the 档号 says so
	carried map[string]bool
	open    bool // the optional fields are unfolded
	filling bool

	more   *parts.Button
	column *fyne.Container
	scroll *container.Scroll
	layer  *fyne.Container
	offers *parts.Offers
	asking *field // whose words are offered
	root   fyne.CanvasObject
}

// field is one field of a form.
type field struct {
	describe.Field
	label string
	entry *parts.Entry
	pin   *parts.Pin
	box   *parts.Field
	front bool // shown without unfolding
	wide  bool // takes a row of its own
}

// NewForm makes an empty form.
func NewForm(opt Options) *Form {
	if opt.Today == nil {
		opt.Today = time.Now
	}
	f := &Form{opt: opt, byName: map[string]*field{}, before: Values{}, derived: Values{}}
	f.recall()
	f.column = container.New(&flow{form: f})
	for _, d := range opt.Rules.Fields(opt.Kind) {
		if !slices.Contains(opt.Leave, d.Name) {
			f.add(d)
		}
	}
	slices.SortStableFunc(f.fields, func(a, b *field) int { return rank(a) - rank(b) })
	for _, x := range f.fields {
		f.column.Add(x.box)
	}
	f.more = parts.NewQuiet("", base.MenuDropDownIcon(), f.fold)
	f.more.Alignment = widget.ButtonAlignLeading
	f.column.Add(f.more)
	if opt.Foot != nil {
		f.column.Add(opt.Foot)
	}
	f.offers = parts.NewOffers(f.take)
	f.layer = container.NewWithoutLayout(f.offers)
	f.scroll = parts.Scroll(f.column)
	f.scroll.OnScrolled = func(fyne.Position) { f.offers.Close() }
	f.root = container.NewStack(f.scroll, f.layer)
	f.Lay()
	return f
}

// rank puts the fields that show without unfolding before the others.
func rank(x *field) int {
	if x.front {
		return 0
	}
	return 1
}

func (f *Form) add(d describe.Field) {
	const manyRows, longLine = 5000, 1000
	x := &field{Field: d, label: Label(f.opt.Kind, d.Name)}
	x.front = (d.Need == describe.Required || d.Front) && !slices.Contains(f.opt.Behind, d.Name)
	x.wide = d.Type == describe.Text || d.Max >= longLine
	var end []fyne.CanvasObject
	if f.opt.Pins {
		x.pin = parts.NewPin(func() { f.toggleCarry(x); f.focusOn(x) })
		x.pin.Set(f.carried[d.Name])
		end = append(end, x.pin)
	}
	switch {
	case d.Type != describe.Text:
		x.entry = parts.NewEntry()
		if x.pin != nil {
			x.entry.ActionItem = x.pin
		}
	case d.Max >= manyRows:
		x.entry = parts.NewTextArea(4, end...)
	default:
		x.entry = parts.NewTextArea(2, end...)
	}
	x.entry.OnChanged = func(string) { f.typed(x) }
	x.entry.OnKey = func(key fyne.KeyName) bool { return f.key(x, key) }
	x.entry.OnNext = func() { f.next(x) }
	x.entry.OnFocus = func(focused bool) { f.focusMoved(x, focused) }
	label := x.label
	if d.Need == describe.Required {
		label = words.T("describing.required", words.Args{"Name": label})
	}
	x.box = parts.NewField(label, x.entry)
	f.fields = append(f.fields, x)
	f.byName[d.Name] = x
}

// Root is what the form is shown as.
func (f *Form) Root() fyne.CanvasObject { return f.root }

// typed is told of each change of a field.
func (f *Form) typed(x *field) {
	if x.box.Wrong() {
		f.judge(x)
	}
	f.hint(x)
	if f.filling {
		return
	}
	f.offer(x)
	if f.opt.OnChanged != nil {
		f.opt.OnChanged()
	}
}

// hint spells out a 保管期限代码.
func (f *Form) hint(x *field) {
	if x.Type != describe.Retention {
		return
	}
	x.box.SetHint(Meaning(x.Tidy(x.entry.Text)))
}

func (f *Form) focusMoved(x *field, focused bool) {
	if x.pin != nil {
		x.pin.Near(focused)
	}
	if !focused {
		f.offers.Close()
		f.judge(x)
		f.scroll.Refresh() // the next field has to be where it is looked for
		return
	}
	f.asking = x
	if x.entry.Text == "" && x.Vocab != "" {
		f.offer(x)
	}
}

// key gives the offers below a field its keys.
func (f *Form) key(x *field, key fyne.KeyName) bool {
	if f.asking == x && f.offers.Key(key) {
		return true
	}
	if key == fyne.KeyDown && !x.entry.MultiLine {
		f.offerAll(x)
		return true
	}
	return false
}

// next gives the keyboard to the field after one.
func (f *Form) next(x *field) {
	from := slices.Index(f.fields, x)
	for _, y := range f.fields[from+1:] {
		if y.box.Visible() {
			f.focusOn(y)
			if f.opt.Pins && y.entry.Text != "" && y.entry.Text == f.before[y.Name] {
				y.entry.TypedShortcut(&fyne.ShortcutSelectAll{}) // what is typed takes the place of what was kept
			}
			return
		}
	}
	if f.opt.OnEnd != nil {
		f.opt.OnEnd()
	}
}

func (f *Form) focusOn(x *field) {
	f.unfoldFor(x)
	f.opt.Window.Canvas().Focus(x.entry)
}

// Focus gives a field the keyboard; "" is the first.
func (f *Form) Focus(name string) {
	if x := f.byName[name]; x != nil {
		f.focusOn(x)
		return
	}
	for _, x := range f.fields {
		if x.box.Visible() {
			f.focusOn(x)
			return
		}
	}
}

// Focused names the field that has the keyboard; "" for none.
func (f *Form) Focused() string {
	now := f.opt.Window.Canvas().Focused()
	for _, x := range f.fields {
		if fyne.Focusable(x.entry) == now {
			return x.Name
		}
	}
	return ""
}

// Fill puts values into the fields; a field without one is emptied. Nothing is marked as
// wrong that was stored so.
func (f *Form) Fill(v Values) {
	f.offers.Close()
	f.filling = true
	for _, x := range f.fields {
		if x.entry.Text != v[x.Name] {
			x.entry.SetText(v[x.Name])
		}
		x.box.SetError("")
		x.box.SetAsked(false)
		f.hint(x)
	}
	f.filling = false
	f.derived = Values{}
	f.Lay()
}

// Derive fills in what the 档号 says, where a person wrote nothing else.
func (f *Form) Derive(v Values) {
	f.filling = true
	for name, text := range v {
		x := f.byName[name]
		if x == nil || x.entry.Text != "" && x.entry.Text != f.derived[name] {
			continue
		}
		x.entry.SetText(text)
		f.derived[name] = text
	}
	f.filling = false
}

// Values are the tidy texts of all fields.
func (f *Form) Values() Values {
	v := Values{}
	for _, x := range f.fields {
		v[x.Name] = x.Tidy(x.entry.Text)
	}
	return v
}

// Written tells whether a person wrote anything that was not there anyhow: not carried
// over, and not said by the 档号.
func (f *Form) Written() bool {
	for name, text := range f.Values() {
		kept := f.opt.Pins && f.carried[name] && text == f.before[name]
		if text != "" && text != f.derived[name] && !kept {
			return true
		}
	}
	return false
}

// Changed names the fields in which the form differs from values.
func (f *Form) Changed(from Values) []string {
	var names []string
	for _, x := range f.fields {
		if x.Tidy(x.entry.Text) != x.Tidy(from[x.Name]) {
			names = append(names, x.Name)
		}
	}
	return names
}

// fold shows or hides the optional fields and remembers it.
func (f *Form) fold() {
	f.open = !f.open
	state := ""
	if f.open {
		state = "open"
	}
	f.opt.Memory.SetString(f.memory("more"), state)
	f.Lay()
}

// Lay shows the fields that are in front, filled in, wrong, or all.
func (f *Form) Lay() {
	hidden, behind := 0, 0
	for _, x := range f.fields {
		if x.front {
			continue
		}
		behind++
		said := x.entry.Text == "" || x.entry.Text == f.derived[x.Name]
		x.box.Hidden = !f.open && said && !x.box.Wrong()
		if x.box.Hidden {
			hidden++
		}
	}
	f.more.Hidden = behind == 0
	if f.open {
		f.more.SetText(words.T("describing.fewer"))
		f.more.SetIcon(base.MenuDropUpIcon())
	} else {
		f.more.SetText(words.N("describing.more", hidden))
		f.more.SetIcon(base.MenuDropDownIcon())
		f.more.Hidden = hidden == 0
	}
	f.column.Refresh()
	f.scroll.Refresh()
}

// unfoldFor has a field be in view.
func (f *Form) unfoldFor(x *field) {
	if x.box.Hidden {
		x.box.Show()
		f.column.Refresh()
	}
}

// memory is the key of something remembered for this kind of record.
func (f *Form) memory(what string) string { return "describing." + what + "." + string(f.opt.Kind) }

// Texts are the texts of all fields as typed, for a draft; what the 档号 says is left out.
func (f *Form) Texts() Values {
	v := Values{}
	for _, x := range f.fields {
		if strings.TrimSpace(x.entry.Text) != "" && x.entry.Text != f.derived[x.Name] {
			v[x.Name] = x.entry.Text
		}
	}
	return v
}

// lock keeps the fields from being changed.
func (f *Form) lock() {
	for _, one := range f.fields {
		one.entry.Disable()
	}
}
