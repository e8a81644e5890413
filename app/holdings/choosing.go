package holdings

import (
	"slices"

	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// columnChooser chooses which columns a list has, and in which order.
type columnChooser struct {
	view  View
	names []string // those shown first, in order
	shown int      // how many of names are shown
	rows  parts.HeldRows
	table *parts.Table
}

func newColumnChooser(l *listPane) *columnChooser {
	c := &columnChooser{view: l.view}
	c.table = parts.NewTable(parts.TableOptions{
		Runner: l.deps.Runner, Single: true, Plain: true,
		Columns: []parts.Column{{Key: "shown", Title: words.T("holdings.columns.shown"), Width: 50}, {Key: "name", Title: words.T("holdings.columns.name"), Width: 200, Stretch: true}},
		Fetch:   c.rows.Fetch,
		OnOpen:  func(archive.ID) { c.toggle() },
		OnRune: func(r rune) {
			if r == ' ' {
				c.toggle()
			}
		},
		OnTap: func(_ archive.ID, x float32) {
			if x < 50 {
				c.toggle()
			}
		},
	})
	c.set(l.shown(l.view))
	c.table.GoTo(0)
	return c
}

// set begins with some columns shown.
func (c *columnChooser) set(columns []string) {
	c.names, c.shown = slices.Clone(columns), len(columns)
	for _, f := range c.view.Fields {
		if !slices.Contains(columns, f.Name) {
			c.names = append(c.names, f.Name)
		}
	}
	c.draw()
}

func (c *columnChooser) draw() {
	rows := map[archive.ID]parts.Row{}
	ids := make([]archive.ID, len(c.names))
	for i, name := range c.names {
		f, _ := c.view.field(name)
		id := archive.ID(1 + slices.IndexFunc(c.view.Fields, func(f Field) bool { return f.Name == name }))
		rows[id] = parts.Row{Cells: []string{map[bool]string{true: "✓"}[i < c.shown], f.label()}, Dim: i >= c.shown}
		ids[i] = id
	}
	c.rows.Set(rows)
	c.table.SetIDs(ids)
	c.table.Reload()
}

// toggle shows the current column behind the others, or no longer. One stays.
func (c *columnChooser) toggle() {
	i, _ := c.table.Current()
	if i < 0 || i < c.shown && c.shown == 1 {
		return
	}
	name := c.names[i]
	c.names = slices.Delete(c.names, i, i+1)
	if i < c.shown {
		c.shown--
		c.names = slices.Insert(c.names, c.shown, name)
	} else {
		c.names = slices.Insert(c.names, c.shown, name)
		c.shown++
	}
	c.draw()
}

// move moves the current column among those shown.
func (c *columnChooser) move(by int) {
	i, _ := c.table.Current()
	to := i + by
	if i < 0 || i >= c.shown || to < 0 || to >= c.shown {
		return
	}
	c.names[i], c.names[to] = c.names[to], c.names[i]
	c.draw()
	c.table.GoTo(to)
}

// askColumns asks which columns to show.
func (l *listPane) askColumns() {
	if len(l.view.Fields) == 0 {
		return
	}
	c := newColumnChooser(l)
	tools := container.NewVBox(
		parts.NewButton(words.T("holdings.columns.toggle"), base.VisibilityIcon(), c.toggle),
		parts.NewButton(words.T("holdings.columns.up"), base.MoveUpIcon(), func() { c.move(-1) }),
		parts.NewButton(words.T("holdings.columns.down"), base.MoveDownIcon(), func() { c.move(1) }),
		parts.NewButton(words.T("holdings.columns.usual"), base.ViewRestoreIcon(), func() { c.set(usualColumns(c.view)) }))
	content := parts.Border(parts.Caption(words.T("holdings.columns.say")), nil, nil, tools, parts.Sized(c.table, 300, 400))
	parts.Dialog(l.deps.Window, words.T("holdings.columns"), content,
		parts.Answer{Label: words.T("holdings.cancel")}, parts.Answer{Label: words.T("holdings.columns.do"), Do: func() {
			l.columns = slices.Clone(c.names[:c.shown])
			rememberArrangement(l.deps.Memory, l.key, l.arrangement)
			l.arrange()
			l.table.Focus()
		}})
	l.deps.Window.Canvas().Focus(c.table.Focusable())
}
