package app_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
)

func TestStartTellsWhatWaits(t *testing.T) {
	d := newDesk(t).open()
	d.sees("3 pages wait to be recognised", "Check recognition", "1 page waits to be linked", "Searchable pages")
	d.lacks("being worked on")
	d.recognise()
	d.goTo(app.ScreenStart, nil)
	d.lacks("wait to be recognised")
	d.sees("1 page waits to be linked")
}

func TestStartLeadsToTheSearch(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.typing("防汛")
	d.press(fyne.KeyReturn)
	d.sees("2 pages found", "1 of 2")
}
