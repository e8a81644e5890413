package holdings

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// checkCode says at the 档号 what is wrong with it: at once what its scheme says, a
// moment later what the catalogue says.
func (f *holdingForm) checkCode() bool {
	f.taken.Cancel()
	typed := strings.TrimSpace(f.code.Text)
	code := refcode.Normalise(typed)
	f.codeBox.SetHint("")
	for _, p := range f.scheme.Check(code) {
		if !p.Warning {
			f.codeBox.SetError(words.CodeProblem(p))
			return false
		}
		f.codeBox.SetHint(words.CodeProblem(p))
	}
	if values, err := f.scheme.Parse(code); err == nil {
		for name, want := range f.fixed {
			if values[name] != want {
				f.codeBox.SetError(words.T("wrong.series", words.Args{"Code": f.now.Code, "Title": f.now.Title}))
				return false
			}
		}
	}
	f.codeBox.SetError("")
	if code != typed {
		f.codeBox.SetHint(words.T("holdings.code.becomes", words.Args{"Code": code}))
	}
	f.checkCatalogue(code)
	return true
}

// checkCatalogue looks whether the code is taken, and whether its volume is there.
func (f *holdingForm) checkCatalogue(code string) {
	parent, nested := f.scheme.Parent(code)
	task.Load(f.deps.Runner, &f.taken, func(ctx context.Context) (string, error) {
		h, err := f.deps.Catalogue.FindCode(ctx, code)
		if err == nil {
			return words.T("wrong.taken", words.Args{"Title": h.Title}), nil
		}
		if archive.KindOf(err) != archive.NotFound || !nested {
			return "", err
		}
		if _, err := f.deps.Catalogue.FindCode(ctx, parent); archive.KindOf(err) == archive.NotFound {
			return words.T("wrong.parent", words.Args{"Code": parent}), nil
		}
		return "", nil
	}, func(wrong string, err error) {
		if err == nil && wrong != "" {
			f.codeBox.SetError(wrong)
		}
	})
}

// classFields are the elements of a 档号 that stand before its number.
type classFields struct {
	elements []refcode.Element
	entries  map[string]*parts.Entry
	boxes    map[string]*parts.Field
	root     fyne.CanvasObject
	filling  bool
}

func newClassFields(elements []refcode.Element, changed func()) *classFields {
	c := &classFields{elements: elements, entries: map[string]*parts.Entry{}, boxes: map[string]*parts.Field{}}
	var fields []fyne.CanvasObject
	for _, e := range elements {
		entry := parts.NewEntry()
		entry.SetPlaceHolder(e.Example)
		entry.OnChanged = func(text string) {
			if e.Name == refcode.Retention {
				c.boxes[e.Name].SetHint(meaning(refcode.Normalise(text)))
			}
			if !c.filling {
				changed()
			}
		}
		label := words.T("element." + e.Name)
		if e.Optional {
			label = words.T("element.optional", words.Args{"Name": label})
		}
		c.entries[e.Name], c.boxes[e.Name] = entry, parts.NewField(label, entry)
		fields = append(fields, c.boxes[e.Name])
	}
	c.root = parts.NewForm(max(min(len(fields), 2), 1), fields...)
	return c
}

func (c *classFields) fill(v refcode.Values) {
	c.filling = true
	for name, e := range c.entries {
		e.SetText(v[name])
	}
	c.filling = false
}

func (c *classFields) values() refcode.Values {
	v := refcode.Values{}
	for name, e := range c.entries {
		if text := refcode.Normalise(e.Text); text != "" {
			v[name] = text
		}
	}
	return v
}

// mark shows each problem at its element.
func (c *classFields) mark(err error) {
	for _, b := range c.boxes {
		b.SetError("")
	}
	var problems refcode.Problems
	if !errors.As(err, &problems) {
		return
	}
	for _, p := range problems {
		if b, ok := c.boxes[p.Element]; ok && !p.Warning {
			b.SetError(words.CodeProblem(p))
		}
	}
}
