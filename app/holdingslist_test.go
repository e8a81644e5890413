package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/store"
)

// kept is a Memory that lasts as long as a test.
type kept map[string]string

func (k kept) StringWithFallback(key, fallback string) string {
	if v, ok := k[key]; ok {
		return v
	}
	return fallback
}

func (k kept) SetString(key, value string) { k[key] = value }

// listed gives the codes in the list of holdings, in order.
func (d *desk) listed() (codes []string) {
	d.t.Helper()
	found, err := d.station.Catalogue.Holdings(context.Background(), allSeeing, d.tables()[1].IDs())
	d.must(err)
	for _, h := range found {
		codes = append(codes, h.Code)
	}
	return codes
}

// lists wants some codes in the list of holdings, in order.
func (d *desk) lists(want ...string) {
	d.t.Helper()
	if got := d.listed(); !slices.Equal(got, want) {
		d.t.Errorf("listed: %q, want %q", got, want)
	}
}

// wide is an archive with two series of a hundred years and many records.
func wide(t *testing.T, m parts.Memory) *desk {
	d := newDesk(t)
	series := d.holding("0001-WS")
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		for i := range 400 {
			year := 1900 + i/4
			item := archive.Item{Holding: archive.Holding{Parent: series.ID, Code: fmt.Sprintf("0001-WS·%d-Y-ABC-%04d", year, i%4+1),
				Title: fmt.Sprintf("第%d号文件", i), Year: year, Date: fmt.Sprintf("%d0101", year)}}
			if err := tx.AddItem(&item); err != nil {
				return err
			}
			if i == 399 {
				if err := tx.SetExtra(item.ID, map[string]string{"移交单位": "区委老干部局"}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return d.openWith(m)
}

func TestTheTreeOpensOnDemand(t *testing.T) {
	memory := kept{}
	d := wide(t, memory)
	d.goTo(app.ScreenHoldings, nil)
	d.branch(words.T("holdings.tree.all"))
	d.sees("The whole archive", "408 records")
	d.branch("WS 文书档案\t406")
	before := len(d.tables()[0].IDs())
	d.press(fyne.KeyRight)
	if n := len(d.tables()[0].IDs()); n != before+100 {
		t.Errorf("%d rows before, %d with the years", before, n)
	}
	d.press(fyne.KeyRight)
	d.sees("· 1900", "4 records")
	d.typing("1957")
	d.sees("· 1957", "0001-WS·1957-Y-ABC-0001")
	d.press(fyne.KeyLeft)
	if got := d.tables()[0].Line(); !strings.HasPrefix(got, "　－ WS") {
		t.Errorf("Left goes to %q", got)
	}
	again := d.openWith(memory)
	again.goTo(app.ScreenHoldings, nil)
	if n := len(again.tables()[0].IDs()); n != before+100 {
		t.Errorf("what was open is not open again: %d rows", n)
	}
	again.branch("WS 文书档案\t406")
	again.press(fyne.KeyLeft)
	if n := len(again.tables()[0].IDs()); n != before {
		t.Errorf("closed: %d rows, want %d", n, before)
	}
}

// Each node of the tree says how many records its list has.
func TestTheTreeCountsWhatListsShow(t *testing.T) {
	d := newDesk(t).allKinds()
	d.do(archive.OpHoldingAdd, func(tx *store.Tx) error {
		volume := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: d.holding("0002-WS").ID, Code: "0002-003-0016", Title: "卷", Year: 1962}}
		err := tx.AddContainer(&volume)
		for i := 0; i < 3 && err == nil; i++ {
			err = tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: volume.ID, Code: fmt.Sprintf("0002-003-0016-%03d", i+1), Title: "卷内", Year: 1960 + i}})
		}
		album := archive.Container{Holding: archive.Holding{Kind: archive.KindAlbum, Parent: d.holding("0001-ZP").ID, Code: "0001-Y-009", Title: "册", Year: 1988}}
		if err == nil {
			err = tx.AddContainer(&album)
		}
		if err == nil {
			photo := &archive.Photo{}
			*photo.Common() = archive.Holding{Kind: archive.KindPhoto, Parent: album.ID, Code: "0001-Y-009-0001", Title: "照", Year: 1988}
			err = tx.Add(photo)
		}
		return err
	})
	d.open()
	d.goTo(app.ScreenHoldings, nil)
	tree := d.tables()[0]
	tree.Focus()
	seen := 0
	for row := 0; row < len(tree.IDs()); row++ {
		tree.GoTo(row)
		d.press(fyne.KeyRight)
		tree.GoTo(row)
		d.Idle(t)
		name, count, _ := strings.Cut(tree.Line(), "\t")
		if n := len(d.tables()); n < 2 { // an invitation stands in place of the list
			if count != "0" {
				t.Errorf("%q has %s records, and no list", name, count)
			}
			continue
		}
		if got := words.Number(len(d.tables()[1].IDs())); got != count {
			t.Errorf("%q says %s, and its list has %s", name, count, got)
		}
		seen++
	}
	if seen < 12 {
		t.Errorf("%d nodes were looked at", seen)
	}
}

func TestColumnsAndOrderAreRemembered(t *testing.T) {
	memory := kept{}
	d := wide(t, memory)
	d.goTo(app.ScreenHoldings, nil)
	d.branch("WS 文书档案\t406")
	d.shortcut(fyne.KeyK, fyne.KeyModifierControl|fyne.KeyModifierShift)
	d.press(fyne.KeyEnd) // the site's own field is the last
	d.sees("移交单位")
	d.press(fyne.KeyReturn)
	for range 7 { // move it up behind the code
		d.tapIn("holdings.columns.up")
	}
	d.tapIn("holdings.columns.do")
	d.shortcut(fyne.KeyO, fyne.KeyModifierControl|fyne.KeyModifierShift)
	d.selects()[0].SetSelected(words.T("describe.year"))
	d.selects()[1].SetSelectedIndex(1)
	d.selects()[2].SetSelected(words.T("field.code"))
	d.selects()[3].SetSelectedIndex(1)
	d.tapIn("holdings.sort")
	codes := d.listed()
	if len(codes) != 406 || codes[0] != "0001-WS·1999-Y-ABC-0004" || codes[1] != "0001-WS·1999-Y-ABC-0003" {
		t.Errorf("the first of %d: %q", len(codes), codes[:10])
	}
	d.sees("移交单位", "区委老干部局", "by Year▼ Code▼")

	again := d.openWith(memory)
	again.goTo(app.ScreenHoldings, nil)
	again.branch("WS 文书档案\t406")
	again.sees("移交单位", "区委老干部局")
	if got := again.listed(); !slices.Equal(got, codes) {
		t.Errorf("listed again: %q", got[:4])
	}
	again.branch("0002 ") // the list of a fonds is arranged for itself
	again.lacks("移交单位", "by Year▼")
}

func TestListsAreFiltered(t *testing.T) {
	d := wide(t, parts.Forgetful{})
	d.goTo(app.ScreenHoldings, nil)
	d.branch("WS 文书档案\t406")
	d.filterBy("Title", "contains", "9号")
	d.filterBy("Year", "is", "1957")
	d.lists("0001-WS·1957-Y-ABC-0002")
	d.sees("406 records · 1 fit", "Title contains “9号”", "Year is “1957”")
	d.branch("ZP ")
	d.lacks("Year is")
	d.branch("WS 文书档案\t406") // the filters of a place last as long as the program runs
	d.sees("406 records · 1 fit")
	d.tap("Title contains “9号”")
	d.sees("406 records · 4 fit")
	d.jumpTo("0001-WS·1900-Y-ABC-0001") // not among what fits
	d.lacks("Year is")
	d.sees("406 records")
	if _, id := d.tables()[1].Current(); id != d.holding("0001-WS·1900-Y-ABC-0001").ID {
		t.Error("the record that was gone to is not the current one")
	}
	d.filterBy("移交单位", "is not empty", "")
	d.lists("0001-WS·1999-Y-ABC-0004")
	d.tap("移交单位 is not empty")
	d.filterBy("Title", "contains", "没有")
	d.sees("406 records · 0 fit", "Nothing fits the filters")
	d.tap("Clear filters")
	d.sees("406 records")
}

func TestGoingToRowsAndCodes(t *testing.T) {
	d := wide(t, parts.Forgetful{})
	d.goTo(app.ScreenHoldings, nil)
	d.branch("WS 文书档案\t406")
	current := func() string {
		_, id := d.tables()[1].Current()
		h, err := d.station.Catalogue.Holding(context.Background(), allSeeing, id)
		d.must(err)
		return h.Code
	}
	for _, x := range []struct{ typed, want, says string }{
		{"#1", "0001-WS·1900-Y-ABC-0001", ""},
		{"＃400", "0001-WS·1998-Y-ABC-0002", ""},
		{"5", "0001-WS·1901-Y-ABC-0001", ""},
		{"0001-WS-1957-Y-ABC-0003", "0001-WS·1957-Y-ABC-0003", ""},
		{"0001 ws 1958 y abc 3", "0001-WS·1958-Y-ABC-0003", ""},
		{"0001-WS·1958-Y-ABC-9", "0001-WS·1959-Y-ABC-0001", "No 0001-WS·1958-Y-ABC-9"},
		{"#4000", "0001-WS·1959-Y-ABC-0001", "There is no row 4,000; the list has 406"},
		{"0777-WS·1958-Y-ABC-9", "0001-WS·1959-Y-ABC-0001", "There is no record 0777"},
		{"0002-3-15", "0002-003-0015", ""},
	} {
		d.jumpTo(x.typed)
		if got := current(); got != x.want {
			t.Errorf("%q goes to %q, want %q", x.typed, got, x.want)
		}
		d.sees(x.says)
	}
	d.jumpTo("0001") // a fonds, though a number
	d.sees("0001 青禾区人民政府")
}

func TestTheMouseFoldsAndSorts(t *testing.T) {
	d := wide(t, parts.Forgetful{})
	d.goTo(app.ScreenHoldings, nil)
	tree := d.tables()[0]
	press := func(row int, x float32) {
		y := (float32(row) + 0.5) * theme.RowHeight
		tree.Focusable().(desktop.Mouseable).MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: desktop.MouseButtonPrimary})
		d.Idle(t)
	}
	rows := len(tree.IDs())
	press(2, 100) // the first series, at its name
	if n := len(tree.IDs()); n != rows+100 {
		t.Errorf("pressed: %d rows of %d", n, rows)
	}
	d.sees("406 records")
	press(2, 100)
	if n := len(tree.IDs()); n != rows+100 {
		t.Errorf("pressed at the name again: %d rows of %d", n, rows)
	}
	press(2, 20)
	if n := len(tree.IDs()); n != rows {
		t.Errorf("pressed at the sign: %d rows of %d", n, rows)
	}

	d.tables()[1].Focus()
	d.canvas().FocusPrevious()
	head := d.canvas().Focused()
	at := fyne.NewPos(480, 10) // the dates
	for range 2 {
		head.(desktop.Mouseable).MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Modifier: fyne.KeyModifierShift})
		head.(fyne.Tappable).Tapped(&fyne.PointEvent{Position: at})
		d.Idle(t)
	}
	d.sees("Code 1▲", "Date 2▼")
	head.(fyne.Tappable).Tapped(&fyne.PointEvent{Position: at})
	d.Idle(t)
	d.sees("Date ▲")
	d.lacks("Code 1▲")
}
