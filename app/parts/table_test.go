package parts_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
	"lantai/app/task/tasktest"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

func TestMain(m *testing.M) {
	if err := words.Use("en"); err != nil {
		panic(err)
	}
	test.NewApp().Settings().SetTheme(theme.New(theme.Light))
	m.Run()
}

const million = 940_112

// shelf is a table over n records whose reads are counted.
type shelf struct {
	*tasktest.Loop
	table *parts.Table
	mu    sync.Mutex
	asked [][]archive.ID
	word  string
	fail  error
}

func newShelf(t *testing.T, n int, change func(*parts.TableOptions)) *shelf {
	t.Helper()
	s := &shelf{Loop: tasktest.New(t), word: "row"}
	opt := parts.TableOptions{
		Runner: s.Runner,
		Columns: []parts.Column{
			{Key: "code", Title: "Code", Width: 100, Sortable: true},
			{Key: "title", Title: "Title", Width: 200, Stretch: true},
			{Key: "pages", Title: "Pages", Width: 60, Number: true},
		},
		Fetch: func(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.asked = append(s.asked, ids)
			rows := make([]parts.Row, len(ids))
			for i, id := range ids {
				rows[i] = parts.Row{Cells: []string{fmt.Sprint(id), s.word, "7"}}
			}
			return rows, s.fail
		},
	}
	if change != nil {
		change(&opt)
	}
	s.table = parts.NewTable(opt)
	w := test.NewTempWindow(t, s.table)
	w.Resize(fyne.NewSize(600, 400))
	s.table.SetIDs(numbered(1, n))
	s.table.Focus()
	s.Idle(t)
	return s
}

func numbered(first, n int) []archive.ID {
	ids := make([]archive.ID, n)
	for i := range ids {
		ids[i] = archive.ID(first + i)
	}
	return ids
}

func press(t *testing.T, names ...fyne.KeyName) {
	t.Helper()
	c := fyne.CurrentApp().Driver().CanvasForObject(nil)
	for _, n := range names {
		c.Focused().TypedKey(&fyne.KeyEvent{Name: n})
	}
}

// shown reads the texts drawn on the screen.
func shown(s *shelf) string {
	return strings.Join(parts.Drawn(s.table), "|")
}

// Rows far beyond what pixels in float32 can tell apart are reached exactly.
func TestTableIsExactAtTheEndOfAMillion(t *testing.T) {
	s := newShelf(t, million, nil)
	for _, row := range []int{0, 1, 27, 28, 100_000, 500_001, 939_999, million - 1} {
		s.table.GoTo(row)
		s.Idle(t)
		if got, id := s.table.Current(); got != row || int(id) != row+1 {
			t.Fatalf("current = %d, %d; want %d", got, id, row)
		}
		if want := fmt.Sprint(row + 1); !slices.Contains(parts.Drawn(s.table), want) {
			t.Errorf("row %d is not on the screen: %s", row, shown(s))
		}
	}
	if got := s.table.Status(); !strings.HasSuffix(got, "of 940,112") {
		t.Errorf("status = %q", got)
	}
	read := 0
	for _, ids := range s.asked {
		read += len(ids)
	}
	if read > 600 {
		t.Errorf("%d rows were read to show eight screens", read)
	}
}

func TestTableKeys(t *testing.T) {
	s := newShelf(t, 1000, nil)
	for _, c := range []struct {
		key  fyne.KeyName
		want int
	}{
		{fyne.KeyDown, 0}, {fyne.KeyDown, 1}, {fyne.KeyEnd, 999}, {fyne.KeyDown, 999}, {fyne.KeyUp, 998},
		{fyne.KeyHome, 0}, {fyne.KeyUp, 0},
	} {
		press(t, c.key)
		if got, _ := s.table.Current(); got != c.want {
			t.Fatalf("after %s the current row is %d, want %d", c.key, got, c.want)
		}
	}
	press(t, fyne.KeyPageDown)
	down, _ := s.table.Current()
	press(t, fyne.KeyPageUp)
	if up, _ := s.table.Current(); down < 5 || up != 0 {
		t.Errorf("PgDn went to %d, PgUp back to %d", down, up)
	}
}

func TestTableSelection(t *testing.T) {
	told := 0
	s := newShelf(t, million, func(o *parts.TableOptions) { o.OnSelect = func() { told++ } })
	c := fyne.CurrentApp().Driver().CanvasForObject(nil)
	s.table.GoTo(10)
	c.Focused().(desktop.Keyable).KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	press(t, fyne.KeyDown, fyne.KeyDown)
	c.Focused().(desktop.Keyable).KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if got := s.table.Selected(); !slices.Equal(got, []archive.ID{11, 12, 13}) {
		t.Errorf("selected = %v", got)
	}
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	if n := s.table.SelectedCount(); n != million {
		t.Errorf("all = %d", n)
	}
	if !strings.HasSuffix(s.table.Status(), "940,112 selected") {
		t.Errorf("status = %q", s.table.Status())
	}
	press(t, fyne.KeyHome)
	if n := s.table.SelectedCount(); n != 1 || told < 5 {
		t.Errorf("selected %d, told %d times", n, told)
	}
}

// A list that changed keeps the person's place: the same record at the same height.
func TestTableKeepsItsPlace(t *testing.T) {
	s := newShelf(t, 1000, nil)
	s.table.GoTo(500)
	s.Idle(t)
	s.table.SetIDs(numbered(101, 1000)) // a hundred records before are gone
	s.Idle(t)
	if row, id := s.table.Current(); row != 400 || id != 501 {
		t.Errorf("current = %d, %d", row, id)
	}
	if !slices.Contains(parts.Drawn(s.table), "501") {
		t.Error("the current row left the view")
	}
	s.table.SetIDs(nil)
	if row, _ := s.table.Current(); row != -1 || s.table.SelectedCount() != 0 || s.table.Status() != "" {
		t.Error("an empty list has a current row or a status")
	}
	press(t, fyne.KeyDown, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyReturn)
}

func TestTableReload(t *testing.T) {
	var failed error
	s := newShelf(t, 1000, func(o *parts.TableOptions) { o.OnError = func(err error) { failed = err } })
	s.mu.Lock()
	s.word = "new"
	s.mu.Unlock()
	s.table.Reload()
	if !strings.Contains(shown(s), "row") {
		t.Error("the old rows went before the new ones came")
	}
	s.Idle(t)
	if got := shown(s); !strings.Contains(got, "new") || strings.Contains(got, "row") {
		t.Errorf("after reload: %s", got)
	}
	s.mu.Lock()
	s.fail = archive.Errorf(archive.Busy, "read rows", "", "locked")
	s.mu.Unlock()
	s.table.Reload()
	s.Idle(t)
	if archive.KindOf(failed) != archive.Busy || !strings.Contains(shown(s), "new") {
		t.Errorf("after a failed reload: error %v, rows %s", failed, shown(s))
	}
}

func TestTableOpensAndSorts(t *testing.T) {
	var opened archive.ID
	var sorts [][]parts.SortKey
	s := newShelf(t, 10, func(o *parts.TableOptions) {
		o.OnOpen = func(id archive.ID) { opened = id }
		o.OnSort = func(keys []parts.SortKey) { sorts = append(sorts, keys) }
	})
	s.table.GoTo(4)
	press(t, fyne.KeyReturn)
	if opened != 5 {
		t.Errorf("opened %d", opened)
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(nil)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.table).AddXY(20, 12)
	test.TapCanvas(c, at)
	test.TapCanvas(c, at)
	test.TapCanvas(c, at.AddXY(200, 0)) // a column that cannot be sorted by
	if want := [][]parts.SortKey{{{Column: "code"}}, {{Column: "code", Descending: true}}}; !reflect.DeepEqual(sorts, want) {
		t.Errorf("sorts = %v", sorts)
	}
}

type notes map[string]string

func (n notes) StringWithFallback(k, f string) string {
	if v, ok := n[k]; ok {
		return v
	}
	return f
}
func (n notes) SetString(k, v string) { n[k] = v }

func TestTableRemembersWidths(t *testing.T) {
	memory := notes{}
	remember := func(o *parts.TableOptions) { o.Key, o.Memory = "t", memory }
	s := newShelf(t, 10, remember)
	c := fyne.CurrentApp().Driver().CanvasForObject(nil)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.table).AddXY(100, 12)
	test.Drag(c, at.AddXY(40, 0), 40, 0)
	if got := memory["table.t.widths"]; !strings.Contains(got, "code=140;") {
		t.Errorf("remembered %q", got)
	}
	memory["table.t.widths"] = "code=-5;title=;nonsense;pages=99999999;=;code=150"
	again := newShelf(t, 10, remember)
	if got := parts.Widths(again.table); got[0] != 150 || got[2] != 60 {
		t.Errorf("widths = %v", got)
	}
}

// FuzzTable: whatever happens to it, the current row is in the list and in the view.
func FuzzTable(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Fuzz(func(t *testing.T, steps []byte) {
		table := parts.NewTable(parts.TableOptions{Columns: []parts.Column{{Key: "a", Width: 50}}})
		table.Resize(fyne.NewSize(300, 200))
		n := 0
		for i, b := range steps {
			switch b % 6 {
			case 0:
				n = int(b) * i
				table.SetIDs(numbered(i+1, n))
			case 1:
				table.GoTo(int(b) * 7)
			case 2:
				table.SelectAll()
			case 3:
				table.Resize(fyne.NewSize(300, float32(b)*3))
			case 4:
				table.ClearSelection()
			case 5:
				table.GoToID(archive.ID(b))
			}
			row, id := table.Current()
			if row >= n || (row >= 0) != (id != 0) || table.SelectedCount() > n {
				t.Fatalf("current %d of %d, id %d, selected %d", row, n, id, table.SelectedCount())
			}
		}
	})
}

// The first column stays while the others are scrolled, and what lies partly below it
// begins where it ends.
func TestTableKeepsItsFirstColumn(t *testing.T) {
	s := newShelf(t, 10, func(o *parts.TableOptions) {
		o.Frozen = true
		o.Columns = []parts.Column{{Key: "code", Title: "Code", Width: 100}, {Key: "title", Title: "Title", Width: 500}, {Key: "pages", Title: "Pages", Width: 300}}
	})
	if !slices.Contains(parts.Drawn(s.table), "10") {
		t.Fatalf("the codes are not there: %s", shown(s))
	}
	for range 20 {
		press(t, fyne.KeyRight)
	}
	if got := parts.Drawn(s.table); !slices.Contains(got, "10") || !slices.Contains(got, "7") || !slices.Contains(got, "row") {
		t.Errorf("scrolled to the end: %q", got)
	}
	for i, at := range parts.Places(s.table) {
		if i > 0 && at < 100 {
			t.Errorf("column %d begins at %v, below the one that stays", i, at)
		}
	}
	press(t, fyne.KeyLeft)
	c := fyne.CurrentApp().Driver().CanvasForObject(nil)
	c.FocusPrevious() // the head
	press(t, fyne.KeyHome, fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft, fyne.KeyLeft)
	if got := parts.Places(s.table); got[0] != 0 {
		t.Errorf("the first column is at %v", got[0])
	}
}

// Other columns bring other rows; the order and the place stay.
func TestTableChangesItsColumns(t *testing.T) {
	memory := notes{"table.two.widths": "b=77;"}
	s := newShelf(t, 1000, func(o *parts.TableOptions) { o.Key, o.Memory = "one", memory })
	s.table.GoTo(500)
	s.Idle(t)
	s.mu.Lock()
	s.word = "new"
	s.mu.Unlock()
	columns := []parts.Column{{Key: "a", Title: "A", Width: 50, Sortable: true}, {Key: "b", Title: "B", Width: 50}, {Key: "c", Title: "C", Width: 50}, {Key: "d", Title: "D", Width: 50}}
	s.table.SetColumns("two", columns)
	s.Idle(t)
	if row, id := s.table.Current(); row != 500 || id != 501 || !strings.Contains(shown(s), "501|new|7") {
		t.Errorf("row %d, id %d: %s", row, id, shown(s))
	}
	if got := parts.Widths(s.table); len(got) != 4 || got[1] != 77 {
		t.Errorf("widths = %v", got)
	}
	asked := len(s.asked)
	s.table.SetColumns("two", slices.Clone(columns))
	s.Idle(t)
	if len(s.asked) != asked {
		t.Error("the same columns were read again")
	}
	s.table.SetColumns("one", columns[:1])
	s.Idle(t)
	if strings.Contains(shown(s), "new") {
		t.Errorf("columns that went are drawn: %s", shown(s))
	}
}

// Shift adds keys behind those there are: up, down, and out again; three at most.
func TestTableSortsByManyKeys(t *testing.T) {
	var got []parts.SortKey
	newShelf(t, 10, func(o *parts.TableOptions) {
		o.OnSort = func(keys []parts.SortKey) { got = keys }
		o.Columns = nil
		for _, key := range []string{"a", "b", "c", "d"} {
			o.Columns = append(o.Columns, parts.Column{Key: key, Title: key, Width: 60, Sortable: true})
		}
	})
	c := fyne.CurrentApp().Driver().CanvasForObject(nil)
	c.FocusPrevious()
	shift := func(on bool) {
		e := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
		if k := c.Focused().(desktop.Keyable); on {
			k.KeyDown(e)
		} else {
			k.KeyUp(e)
		}
	}
	key := func(column string, desc bool) parts.SortKey { return parts.SortKey{Column: column, Descending: desc} }
	for i, step := range []struct {
		keys  []fyne.KeyName
		shift bool
		want  []parts.SortKey
	}{
		{[]fyne.KeyName{fyne.KeyReturn}, true, []parts.SortKey{key("a", false)}},
		{[]fyne.KeyName{fyne.KeyRight, fyne.KeyReturn}, true, []parts.SortKey{key("a", false), key("b", false)}},
		{[]fyne.KeyName{fyne.KeyReturn}, true, []parts.SortKey{key("a", false), key("b", true)}},
		{[]fyne.KeyName{fyne.KeyRight, fyne.KeyReturn}, true, []parts.SortKey{key("a", false), key("b", true), key("c", false)}},
		{[]fyne.KeyName{fyne.KeyRight, fyne.KeyReturn}, true, []parts.SortKey{key("a", false), key("b", true), key("d", false)}},
		{[]fyne.KeyName{fyne.KeyLeft, fyne.KeyLeft, fyne.KeyReturn}, true, []parts.SortKey{key("a", false), key("d", false)}},
		{[]fyne.KeyName{fyne.KeyReturn}, false, []parts.SortKey{key("b", false)}},
		{[]fyne.KeyName{fyne.KeyReturn}, false, []parts.SortKey{key("b", true)}},
	} {
		shift(step.shift)
		press(t, step.keys...)
		shift(false)
		if !slices.Equal(got, step.want) {
			t.Fatalf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// The beginning of a list is shown while the rest is read; the row a person stands on
// does not move when it comes.
func TestTableTakesTheRestOfAList(t *testing.T) {
	s := newShelf(t, 0, nil)
	s.table.SetBeginning(numbered(1, 200))
	s.Idle(t)
	if got := s.table.Status(); strings.Contains(got, "200") {
		t.Errorf("the beginning is counted: %q", got)
	}
	s.table.GoTo(100)
	s.Idle(t)
	before := shown(s)
	s.table.SetIDs(numbered(1, million))
	s.Idle(t)
	if row, id := s.table.Current(); row != 100 || id != 101 || shown(s) != before {
		t.Errorf("row %d, id %d", row, id)
	}
	if got := s.table.Status(); !strings.HasSuffix(got, "of 940,112") {
		t.Errorf("status = %q", got)
	}
}

// What a table does on the UI goroutine with a list of the largest archive.
func BenchmarkTableOfAMillion(b *testing.B) {
	table := parts.NewTable(parts.TableOptions{Columns: []parts.Column{{Key: "a", Width: 50}, {Key: "b", Width: 90}}})
	table.Resize(fyne.NewSize(600, 700))
	lists := [][]archive.ID{numbered(1, million), numbered(2, million)}
	table.SetIDs(lists[0])
	table.GoTo(million - 1)
	for _, c := range []struct {
		name string
		do   func(i int)
	}{
		{"SetIDs", func(i int) { table.SetIDs(lists[i%2]) }},
		{"SetIDs equal", func(int) { table.SetIDs(slices.Clone(table.IDs())) }},
		{"GoToID", func(int) { table.GoToID(million) }},
		{"SelectAll", func(int) { table.SelectAll() }},
		{"Selected", func(int) { table.Selected() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for i := range b.N {
				c.do(i)
			}
		})
	}
}
