package app_test

import (
	"context"
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

var allSeeing = access.All()

func TestFindShowsTheWordsOnThePage(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.press(fyne.KeyF3)
	d.sees("3 of 3 pages searched", "Search the text on the pages")
	d.typing("防汛")
	d.lacks("pages found") // nothing is searched for while somebody types
	d.press(fyne.KeyReturn)
	d.sees("2 pages found, 1 record", "3 of 3 pages searched", "0001-WS·1985-Y-BGS-0001", "page 1", "page 2", "1985-04-18", "1 of 2")
	if n := d.boxes(); n != 1 {
		t.Errorf("%d boxes on the page in view, want 1", n)
	}
	d.press(fyne.KeyDown, fyne.KeyDown)
	d.sees("2 of 2")
	d.press(fyne.KeyReturn)
	d.sees("Save Ctrl+S", "of 2", "四、严格值班")
	if n := d.boxes(); n != 1 {
		t.Errorf("%d boxes in the viewer, want 1", n)
	}
	d.shell.Back()
	d.Idle(t)
	d.sees("2 pages found", "2 of 2")
}

// An answer without pages says what was searched, and never that it is not held.
func TestNoHitIsNotNotHeld(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenFind, nil)
	d.sees("Text cannot be recognised yet", "0 of 3 pages searched, 3 pages without text yet")
	d.goTo(app.ScreenFind, parts.FindValue{Query: "水文记录 年度:1985"})
	d.sees("0 pages found", "0 of 3 pages searched", "That does not mean", "3 more pages have no text")
	d.lacks("not held")
}

// The records found are apart from the pages, and shown when there are no pages.
func TestRecordsStandApart(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.goTo(app.ScreenFind, parts.FindValue{Query: "灌溉工程的批复"})
	d.sees("0 pages found, 1 record", "关于修建东干渠灌溉工程的批复", "The 1 closest of 1")
	d.tap("Pages 0")
	d.sees("The descriptions of 1 records match")
}

func TestWhatIsNotUnderstoodIsMarked(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"})
	d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛 year:soon"})
	d.sees("防汛 year:soon", "soon")
	d.sees("page 1") // the answer before stays
}

func TestFiltersNarrow(t *testing.T) {
	d := newDesk(t).recognise().open()
	for query, want := range map[string]string{
		"fonds:0001": "2 pages found", "fonds:0002 值班": "0 pages found", "year:1985 值班": "1 page found",
		"-通知": "1 page found", "红旗": "1 page found",
	} {
		d.goTo(app.ScreenFind, parts.FindValue{Query: query})
		d.sees(want)
	}
}

// However many hits there are, the last can be reached, and only those around the
// view are read.
func TestHitsAreWindowed(t *testing.T) {
	const many = 700
	d := newDesk(t).recognise()
	d.add(many)
	d.open()
	d.goTo(app.ScreenFind, parts.FindValue{Query: "水文记录"})
	d.sees(fmt.Sprintf("%d pages found", many), "1 of 700", "page 1")
	d.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyEnd)
	d.sees("700 of 700", "page 700", "第700次")
	d.press(fyne.KeyPageUp, fyne.KeyHome)
	d.sees("1 of 700", "page 1")
}

// add puts a volume of pages with text into the archive, as from an absent disk.
func (d *desk) add(pages int) {
	d.t.Helper()
	ctx := context.Background()
	h, err := d.station.Catalogue.HoldingByCode(ctx, allSeeing, "0002-003-0015")
	d.must(err)
	list := make([]archive.Page, pages)
	d.do("file.add", func(tx *store.Tx) error {
		root := store.Root{Label: "absent", Path: "/absent"}
		if err := tx.AddRoot(&root); err != nil {
			return err
		}
		f := archive.File{Root: root.ID, Path: "volume.tif", Format: "tiff", Bytes: 1, State: archive.FileUnhashed}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		for i := range list {
			list[i] = archive.Page{File: f.ID, Frame: i, Holding: h.ID, Ordinal: i + 1, Stage: archive.StageEnhanced, MadeFrom: "x"}
		}
		return tx.AddPages(list)
	})
	texts := make([]archive.PageText, pages)
	for i, p := range list {
		texts[i] = archive.PageText{Page: p.ID, Plain: fmt.Sprintf("第%d次水文记录。", i+1), MadeFrom: "x", Origin: archive.OriginRecognised}
	}
	d.must(d.station.Catalogue.SaveText(ctx, texts...))
	d.do("page.recognise", func(tx *store.Tx) error {
		for _, p := range list {
			if err := tx.SetStage(p.ID, archive.StageEnhanced, archive.StageRecognised); err != nil {
				return err
			}
		}
		return nil
	})
	d.must(d.station.Pipeline.CatchUp(ctx))
}
