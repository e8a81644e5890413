package entry

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
)

// mostPhotos is the greatest size of a group entered at once.
const mostPhotos = 200

// group is the list of captions of photos that are described together: what they have
// in common stands once in the form, each has a line here.
type group struct {
	window  fyne.Window
	lines   []*parts.Entry
	column  *fyne.Container
	more    *parts.Button
	root    *fyne.Container
	changed func()
	grown   func() // there is another line
	end     func()
}

func newGroup(w fyne.Window, changed, grown, end func()) *group {
	g := &group{window: w, column: container.NewVBox(), changed: changed, grown: grown, end: end}
	g.more = parts.NewQuiet(words.T("entry.group.more"), base.ContentAddIcon(), func() { g.focus(g.add()) })
	g.root = container.NewVBox(parts.Heading(words.T("entry.group.captions")), g.column, container.NewHBox(g.more))
	g.fill(nil)
	return g
}

// add makes another line.
func (g *group) add() int {
	n := len(g.lines)
	e := parts.NewEntry()
	e.OnChanged = func(string) { g.changed() }
	e.OnNext = func() { g.next(n) }
	e.OnKey = func(key fyne.KeyName) bool {
		switch {
		case key == fyne.KeyUp && n > 0:
			g.focus(n - 1)
		case key == fyne.KeyDown && n+1 < len(g.lines):
			g.focus(n + 1)
		default:
			return false
		}
		return true
	}
	g.lines = append(g.lines, e)
	g.column.Add(parts.NewRow(parts.Caption(words.N("entry.group.photo", n+1)), e, nil))
	if len(g.lines) >= mostPhotos {
		g.more.Disable()
	}
	g.grown()
	return n
}

func (g *group) focus(n int) { g.window.Canvas().Focus(g.lines[n]) }

// next is Enter: on to the next photo, a new one after the last, and to the end after an
// empty line.
func (g *group) next(n int) {
	switch {
	case n+1 < len(g.lines):
		g.focus(n + 1)
	case strings.TrimSpace(g.lines[n].Text) == "" || len(g.lines) >= mostPhotos:
		g.end()
	default:
		g.focus(g.add())
	}
}

// captions are the lines, without empty ones at the end.
func (g *group) captions() []string {
	var list []string
	for i, e := range g.lines {
		if text := strings.TrimSpace(e.Text); text != "" {
			for len(list) < i {
				list = append(list, "")
			}
			list = append(list, text)
		}
	}
	return list
}

// fill begins another group.
func (g *group) fill(captions []string) {
	g.lines = nil
	g.column.RemoveAll()
	g.more.Enable()
	g.add()
	for i, text := range captions {
		if i == len(g.lines) {
			g.add()
		}
		g.lines[i].SetText(text)
	}
	g.column.Refresh()
}
