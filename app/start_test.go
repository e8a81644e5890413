package app_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/archive"
	"lantai/archive/store"
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

// What stopped all work and what was not taken are things to see to.
func TestStartTellsFaultsAndFiles(t *testing.T) {
	d := newDesk(t)
	d.station.Pipeline.NoteFault(archive.Errorf(archive.NoSpace, "run pipeline", "", "disk full"))
	d.do(archive.OpSettingEdit, func(tx *store.Tx) error {
		b := archive.Batch{Name: "b", Source: "/b"}
		if err := tx.AddBatch(&b); err != nil {
			return err
		}
		return tx.RefuseInput(store.RefusedInput{Batch: b.ID, Path: "a.doc", Reason: archive.ReasonUnsupported})
	})
	d.open()
	d.sees("Work has stopped", "The disk is full", "1 file was not taken")
}
