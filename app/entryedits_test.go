package app_test

import (
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
)

// What was changed in a record and not saved is on disk, is named on the start page and is
// offered by the next program.
func TestChangesOutliveTheProgram(t *testing.T) {
	d := newDesk(t)
	d.drafts = t.TempDir()
	d.open()

	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.sees("Save")
	d.field("Title")
	d.typing("改了一半")
	d.Until(t, func() bool {
		for _, f := range files(t, d.drafts) {
			if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), "改了一半") {
				return true
			}
		}
		return false
	})
	d.open() // as after a crash
	d.sees("One record was changed and not saved.")
	d.goTo(app.ScreenHoldings, nil)
	d.sees("Changes not saved last time")
	d.tap("Go on")
	d.sees("Not saved · Ctrl+S")
	if got := d.entry("Title").Text; !strings.Contains(got, "改了一半") {
		t.Errorf("the title came back as %q", got)
	}
	d.press(fyne.KeyF9)
	d.Until(t, func() bool { return d.holding(code0001).Title == "改了一半" && len(files(t, d.drafts)) == 0 })
}
