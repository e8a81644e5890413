package describing

import (
	"encoding/json"

	"fyne.io/fyne/v2"
)

// recall reads what a person chose for this kind before.
func (f *Form) recall() {
	m := f.opt.Memory
	f.open = m.StringWithFallback(f.memory("more"), "") != ""
	f.carried = map[string]bool{}
	for _, d := range f.opt.Rules.Fields(f.opt.Kind) {
		f.carried[d.Name] = d.Carry
	}
	var names []string
	if json.Unmarshal([]byte(m.StringWithFallback(f.memory("carry"), "")), &names) != nil {
		return // nothing chosen yet
	}
	clear(f.carried)
	for _, name := range names {
		f.carried[name] = true
	}
}

// ToggleCarry has the field with the keyboard keep its value for the next record, or no
// longer.
func (f *Form) ToggleCarry() {
	if x := f.byName[f.Focused()]; x != nil && x.pin != nil {
		f.toggleCarry(x)
	}
}

func (f *Form) toggleCarry(x *field) {
	f.carried[x.Name] = !f.carried[x.Name]
	x.pin.Set(f.carried[x.Name])
	names := []string{}
	for _, y := range f.fields {
		if f.carried[y.Name] {
			names = append(names, y.Name)
		}
	}
	b, err := json.Marshal(names)
	if err == nil {
		f.opt.Memory.SetString(f.memory("carry"), string(b))
	}
}

// Repeat puts into a field what it held in the record before, and tells whether there was
// something.
func (f *Form) Repeat(name string) bool {
	x := f.byName[name]
	if x == nil || f.before[name] == "" {
		return false
	}
	x.entry.SetText(f.before[name])
	x.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	f.offers.Close()
	return true
}

// Before gives the form the record before, for F4.
func (f *Form) Before(v Values) { f.before = v }

// Begin goes on to the next record: what is marked to be kept stays, the rest is emptied.
func (f *Form) Begin(before Values) {
	f.used(before)
	f.before = before
	next := Values{}
	for name, text := range before {
		if f.carried[name] && f.derived[name] != text { // the 档号 will say so again
			next[name] = text
		}
	}
	f.Fill(next)
	f.scroll.ScrollToTop()
}
