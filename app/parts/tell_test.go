package parts_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
	"lantai/archive"
)

func TestDialogsCloseByKey(t *testing.T) {
	w := test.NewTempWindow(t, nil)
	w.Resize(fyne.NewSize(900, 600))
	c := w.Canvas()
	open := func() int { return len(c.Overlays().List()) }

	parts.ShowError(w, nil)
	parts.ShowError(w, archive.Wrap("receive", "", context.Canceled))
	if open() != 0 {
		t.Fatal("no error, or a stop that was asked for, is shown as an error")
	}
	parts.ShowError(w, archive.Errorf(archive.NoSpace, "receive file", "a.tif", "disk full"))
	if open() != 1 {
		t.Fatal("the error is not shown")
	}
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if open() != 0 {
		t.Error("Escape left the error open")
	}

	done := 0
	question := func() { parts.Ask(w, "t", "q", "do", func() { done++ }) }
	question()
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // the safe answer
	question()
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if done != 0 || open() != 0 {
		t.Errorf("done %d times, %d dialogs open", done, open())
	}
	question()
	test.FocusNext(c)
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if done != 1 || open() != 0 {
		t.Errorf("done %d times, %d dialogs open", done, open())
	}
}
