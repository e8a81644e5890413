package parts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
)

// sheet is a grid in a window, with what it told.
type sheet struct {
	t    *testing.T
	w    fyne.Window
	grid *parts.Grid
	wide string
}

func newSheet(t *testing.T) *sheet {
	s := &sheet{t: t, w: test.NewTempWindow(t, nil)}
	s.grid = parts.NewGrid(parts.GridOptions{
		Columns: []parts.GridColumn{{Key: "code", Title: "Code", Width: 100, Next: parts.NextNumber}, {Key: "title", Title: "Title", Width: 200, Lines: true},
			{Key: "no", Title: "No", Width: 120, Next: parts.NextNumber}, {Key: "day", Title: "Day", Width: 90, Next: parts.NextNumber, Asked: true}},
		OnTooWide: func(columns, room int) { s.wide = fmt.Sprintf("%d in %d", columns, room) },
	})
	s.w.SetContent(s.grid)
	s.w.Resize(fyne.NewSize(420, 300))
	s.grid.Focus()
	return s
}

func (s *sheet) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		s.w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func (s *sheet) typing(text string) {
	for _, r := range text {
		s.w.Canvas().Focused().TypedRune(r)
	}
}

// shift presses keys while the shift key is down.
func (s *sheet) shift(keys ...fyne.KeyName) {
	held := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
	s.w.Canvas().Focused().(desktop.Keyable).KeyDown(held)
	s.press(keys...)
	s.w.Canvas().Focused().(desktop.Keyable).KeyUp(held)
}

func (s *sheet) do(c fyne.Shortcut) { s.w.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(c) }

func (s *sheet) ctrl(key fyne.KeyName, more fyne.KeyModifier) {
	s.do(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl | more})
}

func (s *sheet) paste(text string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	s.do(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
}

// wants compares the rows, the empty one at the end left out.
func (s *sheet) wants(lines ...string) {
	s.t.Helper()
	var got []string
	rows := s.grid.Rows()
	for _, r := range rows[:len(rows)-1] {
		got = append(got, strings.Join(r.Cells, "|"))
	}
	if !slices.Equal(got, lines) || !rows[len(rows)-1].Empty() {
		s.t.Errorf("the rows are %q, not %q", got, lines)
	}
}

func TestCellsAreWrittenByKeys(t *testing.T) {
	s := newSheet(t)
	s.typing("1")
	s.press(fyne.KeyTab)
	s.typing("甲")
	s.press(fyne.KeyTab)
	s.typing("3号")
	s.press(fyne.KeyReturn) // back to where Tab began
	s.typing("2")
	s.press(fyne.KeyUp)
	s.wants("1|甲|3号|", "2|||")
	s.typing("9")
	s.press(fyne.KeyEscape)
	s.wants("1|甲|3号|", "2|||")
	s.press(fyne.KeyF2)
	s.typing("0")
	s.press(fyne.KeyReturn)
	s.wants("10|甲|3号|", "2|||")
	s.press(fyne.KeyDelete)
	s.wants("10|甲|3号|", "|||")
	s.do(&fyne.ShortcutUndo{})
	s.do(&fyne.ShortcutUndo{})
	s.wants("1|甲|3号|", "2|||")
	s.do(&fyne.ShortcutRedo{})
	s.wants("10|甲|3号|", "2|||")
}

// Tab out of an open cell back and forth, with the shift key held all the while.
func TestShiftTabGoesBack(t *testing.T) {
	s := newSheet(t)
	s.press(fyne.KeyTab, fyne.KeyTab)
	s.typing("x")
	s.shift(fyne.KeyTab, fyne.KeyTab)
	s.typing("y")
	s.press(fyne.KeyReturn)
	s.wants("y||x|")
}

func TestRangesAreFilled(t *testing.T) {
	s := newSheet(t)
	s.paste("A-009\t通知\t区武〔1986〕9号\t19860912\n\n\n")
	s.press(fyne.KeyUp, fyne.KeyUp, fyne.KeyHome)
	s.shift(fyne.KeyDown, fyne.KeyDown, fyne.KeyEnd)
	s.ctrl(fyne.KeyD, fyne.KeyModifierShift)
	s.wants("A-009|通知|区武〔1986〕9号|19860912", "A-010|通知|区武〔1986〕10号|19860912", "A-011|通知|区武〔1986〕11号|19860912")
	s.do(&fyne.ShortcutUndo{})
	s.ctrl(fyne.KeyHome, 0)
	s.press(fyne.KeyEnd)
	s.shift(fyne.KeyDown)
	s.ctrl(fyne.KeyD, fyne.KeyModifierShift) // marked alone, days count
	s.wants("A-009|通知|区武〔1986〕9号|19860912", "|||19860913")
	s.press(fyne.KeyDown)
	s.ctrl(fyne.KeyD, 0)
	s.wants("A-009|通知|区武〔1986〕9号|19860912", "|||19860913", "|||19860913")
	s.ctrl(fyne.KeyMinus, 0)
	s.ctrl(fyne.KeyHome, 0)
	s.ctrl(fyne.KeyEqual, fyne.KeyModifierShift)
	s.wants("|||", "A-009|通知|区武〔1986〕9号|19860912", "|||19860913")
}

func TestPastingLosesNothing(t *testing.T) {
	s := newSheet(t)
	s.paste("1\ta\n2\t\"b\nc\"\n")
	s.wants("1|a||", "2|b\nc||")
	s.press(fyne.KeyEnd)
	s.paste("x\ty")
	if s.wide != "2 in 1" {
		t.Errorf("told of %q", s.wide)
	}
	s.paste("z\t\t\n")
	s.wants("1|a||", "2|b\nc||z")
	s.ctrl(fyne.KeyHome, 0)
	s.shift(fyne.KeyDown, fyne.KeyRight)
	s.do(&fyne.ShortcutCut{})
	s.wants("|||", "|||z")
	s.paste(fyne.CurrentApp().Clipboard().Content())
	s.wants("1|a||", "2|b\nc||z")
	s.paste("同")
	s.wants("同|同||", "同|同||z")
}

// Rows that were read stay as they are, whatever is typed later.
func TestRowsThatWereReadDoNotChange(t *testing.T) {
	s := newSheet(t)
	s.typing("a")
	rows := s.grid.Rows()
	s.typing("b")
	s.press(fyne.KeyReturn)
	if rows[0].Cells[0] != "a" {
		t.Errorf("a row that was read became %q", rows[0].Cells[0])
	}
	s.grid.Take(func(r *parts.GridRow) bool { return r.ID == rows[0].ID })
	s.do(&fyne.ShortcutUndo{})
	s.wants()
}

// Whatever is done on the UI goroutine with thousands of rows is done before a person
// notices.
func TestALongGridIsQuick(t *testing.T) {
	s := newSheet(t)
	const n, most = 5000, 50 * time.Millisecond
	text := strings.Repeat("A-1\t关于做好征兵工作的通知\t区武〔1986〕9号\t19860912\n", n)
	quick := func(what string, f func()) {
		begin := time.Now()
		f()
		took := time.Since(begin)
		t.Logf("%s: %v", what, took)
		if took > most {
			t.Errorf("%s took %v", what, took)
		}
	}
	quick("paste", func() { s.paste(text) })
	quick("type", func() { s.typing("字") })
	quick("leave", func() { s.press(fyne.KeyReturn) })
	quick("page", func() { s.press(fyne.KeyPageUp) })
	s.ctrl(fyne.KeyHome, 0)
	s.do(&fyne.ShortcutSelectAll{})
	quick("fill", func() { s.ctrl(fyne.KeyD, 0) })
	quick("undo", func() { s.do(&fyne.ShortcutUndo{}) })
}
