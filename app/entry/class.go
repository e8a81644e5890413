package entry

import (
	"errors"

	"fyne.io/fyne/v2"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive/refcode"
)

// classFields are the elements of a 档号 that stand before its number.
type classFields struct {
	entries map[string]*parts.Entry
	boxes   map[string]*parts.Field
	root    fyne.CanvasObject
	filling bool
}

func newClassFields(elements []refcode.Element, changed func()) *classFields {
	c := &classFields{entries: map[string]*parts.Entry{}, boxes: map[string]*parts.Field{}}
	var fields []fyne.CanvasObject
	for _, e := range elements {
		entry := parts.NewEntry()
		entry.SetPlaceHolder(e.Example)
		entry.OnChanged = func(text string) {
			if e.Name == refcode.Retention {
				c.boxes[e.Name].SetHint(describing.Meaning(refcode.Normalise(text)))
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
	c.root = parts.NewForm(max(len(fields), 1), fields...)
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

// mark shows each problem at its element and tells whether there is one.
func (c *classFields) mark(err error) (marked bool) {
	for _, b := range c.boxes {
		b.SetError("")
		b.SetAsked(false)
	}
	var problems refcode.Problems
	if !errors.As(err, &problems) {
		return false
	}
	for _, p := range problems {
		b, ok := c.boxes[p.Element]
		switch {
		case !ok || p.Warning:
			continue
		case p.Code == refcode.Missing: // nothing was written there yet
			b.SetAsked(true)
		default:
			b.SetError(words.CodeProblem(p))
		}
		marked = true
	}
	return marked
}
