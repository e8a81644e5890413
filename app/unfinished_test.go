package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/intake"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
)

// cutOff leaves a receipt of three scans behind that ended after the first, as when the
// power goes.
func (d *desk) cutOff(name string, inPlace bool) (dir string) {
	d.t.Helper()
	dir = filepath.Join(d.t.TempDir(), name)
	d.must(os.Mkdir(dir, 0o755))
	for i, scan := range []string{"canal.jpg", "minutes.jpg", "receipt.jpg"} {
		d.copyScan(scan, filepath.Join(dir, fmt.Sprintf("%s-%d.jpg", name, i)))
	}
	ctx, cut := context.WithCancel(context.Background())
	defer cut()
	progress := func(p archive.Progress) {
		if p.Done == 1 {
			cut()
		}
	}
	var err error
	if inPlace {
		// A portion is taken whole: the rest comes later.
		last := filepath.Join(dir, name+"-2.jpg")
		d.must(os.Rename(last, dir+" rest"))
		_, err = d.station.Pipeline.Adopt(ctx, archive.LocalActor(), ingest.Adoption{Dir: dir}, func(archive.Progress) { cut() })
		d.must(os.Rename(dir+" rest", last))
	} else {
		_, err = d.station.Pipeline.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir}, progress)
	}
	if archive.KindOf(err) != archive.Stopped {
		d.t.Fatalf("receiving was not cut off: %v", err)
	}
	d.isUnfinished(1)
	return dir
}

func (d *desk) isUnfinished(n int) []archive.Batch {
	d.t.Helper()
	list, err := d.station.Unfinished(context.Background())
	if err != nil || len(list) != n {
		d.t.Fatalf("%d unfinished receipts, want %d: %v", len(list), n, err)
	}
	return list
}

func (d *desk) batchFiles(id archive.ID) int {
	d.t.Helper()
	n, err := d.station.Catalogue.BatchCounts(context.Background(), allSeeing, []archive.ID{id})
	d.must(err)
	return n[id].Files
}

func TestAReceiptThatWasCutOffGoesOn(t *testing.T) {
	for _, inPlace := range []bool{false, true} {
		t.Run(fmt.Sprintf("in place %v", inPlace), func(t *testing.T) {
			d := newDesk(t)
			d.cutOff("delivery", inPlace)
			batch := d.isUnfinished(1)[0].ID
			before := d.batchFiles(batch)
			d.open()
			d.sees("1 receipt was not finished")
			d.tap("Go on receiving")
			d.sees("Not finished", "1 was not finished: choose it")
			d.press(fyne.KeyReturn)
			d.lacks("Not finished", "Go on receiving")
			if n := d.batchFiles(batch); before >= 3 || n != 3 {
				t.Errorf("the receipt has %d files, before %d", n, before)
			}
			d.isUnfinished(0)
			root, err := d.station.Catalogue.BatchRoot(context.Background(), batch)
			if err != nil || (root != 0) != inPlace {
				t.Errorf("the files lie on root %d, %v", root, err)
			}
			d.goTo(app.ScreenStart, nil)
			d.lacks("not finished")
		})
	}
}

// A folder that was copied stays copied, also where it lies on a storage root.
func TestACopiedReceiptGoesOnAsACopy(t *testing.T) {
	d := newDesk(t)
	dir := d.cutOff("delivery", false)
	batch := d.isUnfinished(1)[0].ID
	_, err := d.station.AddRoot(context.Background(), archive.LocalActor(), filepath.Dir(dir), "disk")
	d.must(err)
	d.open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.tap("Go on receiving")
	d.isUnfinished(0)
	files, err := d.station.Catalogue.FilesBelow(context.Background(), d.root(), "", "", 10)
	if n := d.batchFiles(batch); err != nil || n != 3 || len(files) != 0 {
		t.Errorf("%d files copied, %d in place, %v", n, len(files), err)
	}
}

func TestTheFolderOfAReceiptIsGone(t *testing.T) {
	d := newDesk(t)
	dir := d.cutOff("delivery", false)
	d.must(os.Rename(dir, dir+" away"))
	d.open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.tap("Go on receiving")
	d.sees("The source folder of \"delivery\" is not there now", "Connect the disk or share", "Not finished")
	d.must(os.Rename(dir+" away", dir))
	d.tapWord("action.retry")
	d.sees("is received: 2 new files")
	d.lacks("is not there now", "Not finished")
	d.isUnfinished(0)
}

func TestAReceiptIsEndedAsItIs(t *testing.T) {
	d := newDesk(t)
	d.cutOff("delivery", false)
	batch := d.isUnfinished(1)[0].ID
	d.open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.tap("Do not go on")
	d.sees("received so far stay")
	d.press(fyne.KeyEscape)
	d.isUnfinished(1)
	d.tap("Do not go on")
	d.tap("Do not go on") // the answer, which lies over the other
	d.isUnfinished(0)
	d.lacks("Not finished", "Go on receiving")
	if n := d.batchFiles(batch); n != 1 {
		t.Errorf("%d files are left", n)
	}
	open, err := d.station.Vault.OpenBatches()
	if err != nil || len(open) != 0 {
		t.Errorf("lists still open: %v, %v", open, err)
	}
}

// While a folder is received, its receipt is not one that was cut off.
func TestAReceiptUnderWayIsNotUnfinished(t *testing.T) {
	d := newDesk(t)
	dir := d.cutOff("delivery", false)
	batch := d.isUnfinished(1)[0].ID
	looked := false
	_, err := d.station.Pipeline.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, func(archive.Progress) {
		d.isUnfinished(0)
		if err := d.station.EndBatch(context.Background(), archive.LocalActor(), batch); archive.KindOf(err) != archive.Busy {
			t.Errorf("ending what is received: %v", err)
		}
		looked = true
	})
	if err != nil || !looked {
		t.Fatal(looked, err)
	}
	d.isUnfinished(0)
}

// unfinishedScenes are of a receipt that was cut off.
func unfinishedScenes() []scene {
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"receive", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewReceive) }},
		{"from start", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewUnfinished) }},
		{"give up", func(d *desk) { d.tapWord("intake.giveup") }},
		{"gone", func(d *desk) {
			d.must(os.Rename(d.folder, d.folder+" away"))
			d.tapWord("intake.resume")
		}},
		{"resumed", func(d *desk) {
			d.must(os.Rename(d.folder+" away", d.folder))
			d.tap(words.T("action.retry"))
		}},
	}
}
