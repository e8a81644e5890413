package app_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lantai/app"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/store"
)

func initHome(dir string) (*home.Home, error) { return home.Init(dir, "test", home.Options{}) }

// seenIn is all text in an object.
func seenIn(o fyne.CanvasObject) string {
	var b strings.Builder
	visit(o, func(o fyne.CanvasObject) { b.WriteString(textOf(o)) })
	return b.String()
}

func textOf(o fyne.CanvasObject) string {
	if text, ok := o.(*canvas.Text); ok && text.Text != "" {
		return text.Text + "\n"
	}
	return ""
}

func (d *desk) unlink(pages []archive.Page) {
	d.t.Helper()
	ids := make([]archive.ID, len(pages))
	for i, p := range pages {
		ids[i] = p.ID
	}
	d.do(archive.OpPageUnlink, func(tx *store.Tx) error { return tx.UnlinkPages(ids) })
}

func TestReceivingAFolder(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenIntake, nil)
	d.sees("To be linked 1", "Refused 0", "Text recognition is not ready")
	dir := filepath.Join(t.TempDir(), "delivery")
	d.must(os.Mkdir(dir, 0o755))
	d.must(os.WriteFile(filepath.Join(dir, "readme.doc"), []byte("hello"), 0o644))
	d.must(os.WriteFile(filepath.Join(dir, "empty.jpg"), nil, 0o644))
	d.press(fyne.KeyReturn)
	d.sees("Choose a folder first")
	d.typing(dir)
	d.press(fyne.KeyReturn)
	d.sees("is received: 0 new files", "2 refused", "Refused 2", "delivery")

	d.tap("Refused 2")
	d.sees("readme.doc", "This kind of file is not taken yet.", "The file is empty")
	d.must(os.Remove(filepath.Join(dir, "readme.doc")))
	d.must(os.Remove(filepath.Join(dir, "empty.jpg")))
	d.tap("Try all again")
	d.sees("Refused")
}

func TestPagesAreLinkedAndUnlinked(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.goTo(app.ScreenIntake, intake.ViewLink)
	d.sees("介绍信.jpg", "兹介绍红旗机械厂同志前往你处联系。", "1 image chosen")
	d.field("Link to code")
	d.typing("0001-ws·9")
	d.sees("No record begins with 0001-WS·9")
	d.field("Link to code")
	d.typing("0001-ws·1985-Y-BGS-0001")
	d.sees(d.holding(code0001).Title)
	d.press(fyne.KeyReturn)
	d.sees("1 image linked to "+code0001, "To be linked 0")
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code0001).ID)
	d.must(err)
	if len(pages) != 3 {
		t.Fatalf("the item has %d pages", len(pages))
	}
	d.tap("Undo the last linking")
	d.sees("Linking of 1 images was undone", "To be linked 1", "介绍信.jpg")
}

// The order of the list is the order in the item.
func TestLinkedPagesKeepTheirOrder(t *testing.T) {
	d := newDesk(t).open()
	h := d.holding(code0001)
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, h.ID)
	d.must(err)
	d.unlink(pages)
	d.goTo(app.ScreenIntake, intake.ViewLink)
	d.canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	d.sees("3 images chosen")
	want, err := d.station.Catalogue.UnlinkedPages(context.Background(), allSeeing, 0)
	d.must(err)
	d.field("Link to code")
	d.typing(code0001)
	d.press(fyne.KeyReturn)
	pages, err = d.station.Catalogue.PagesOf(context.Background(), allSeeing, h.ID)
	d.must(err)
	var got []archive.ID
	for _, p := range pages {
		got = append(got, p.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("in the item: %v, in the list: %v", got, want)
	}
}

func TestTheListOfRefusedIsATable(t *testing.T) {
	var b bytes.Buffer
	err := intake.WriteCSV(&b, []intake.Refused{{Path: `=cmd|"x",y.tif`, Batch: "a\nb", Reason: archive.ReasonDamaged, Detail: "cut off"}})
	if err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 2 {
		t.Fatalf("%q, %v", b.String(), err)
	}
	if rows[1][0] != `'=cmd|"x",y.tif` || rows[1][1] != "a\nb" || !strings.Contains(rows[1][3], "damaged") {
		t.Errorf("row: %q", rows[1])
	}
}

// Tab reaches every control of both screens, and leaves each again.
func TestTabReachesEveryControl(t *testing.T) {
	d := newDesk(t).open()
	for _, c := range []struct {
		screen string
		value  any
	}{{app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID}}, {app.ScreenIntake, intake.ViewReceive},
		{app.ScreenIntake, intake.ViewLink}, {app.ScreenIntake, intake.ViewBulk}, {app.ScreenIntake, intake.ViewCheck},
		{app.ScreenIntake, intake.ViewSecret}, {app.ScreenIntake, intake.ViewRefused}} {
		d.goTo(c.screen, c.value)
		want := map[fyne.Focusable]bool{}
		d.walk(func(o fyne.CanvasObject) {
			f, ok := o.(fyne.Focusable)
			if off, can := o.(fyne.Disableable); ok && (!can || !off.Disabled()) {
				want[f] = true
			}
		})
		for range 2 * len(want) {
			d.canvas().FocusNext()
			delete(want, d.canvas().Focused())
		}
		for f := range want {
			t.Errorf("%s %v: Tab does not reach %T", c.screen, c.value, f)
		}
	}
}
