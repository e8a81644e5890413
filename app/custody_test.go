package app_test

import (
	"context"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/offsite"
	"lantai/archive/station"
)

// originals tells how many originals may be copied.
func (d *desk) originals() int {
	n, err := d.station.Catalogue.CopyTotals(context.Background(), 0)
	d.must(err)
	return n.Files
}

// newTarget fills in the form for a target in a folder.
func (d *desk) newTarget(name, dir string) {
	d.t.Helper()
	d.field(words.T("custody.name.label"))
	d.typing(name)
	d.choose(words.T("custody.kind"), 1)
	d.field(words.T("custody.folder"))
	d.typing(dir)
	d.press(fyne.KeyEscape)
	d.tapWord("action.save")
}

// copyFile is a copy at a target: the first of them, by path.
func (d *desk) copyFile(dir string) string {
	d.t.Helper()
	found := ""
	d.must(filepath.WalkDir(filepath.Join(dir, "masters"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && found == "" {
			found = path
		}
		return err
	}))
	if found == "" {
		d.t.Fatal("nothing was copied")
	}
	return found
}

// A target is added, copied to, damaged and checked; what is found is listed and exported,
// and what is missing is copied again.
func TestATargetIsCopiedToAndChecked(t *testing.T) {
	d := newDesk(t).open()
	n := d.originals()
	if n < 3 {
		t.Fatalf("%d originals", n)
	}
	d.goTo(app.ScreenStart, nil)
	d.sees("There is no backup yet")
	d.tap(words.T("nav.custody"))
	d.sees("No backup target yet", "only this one copy")

	dir := filepath.Join(t.TempDir(), "nas")
	d.must(os.Mkdir(dir, 0o700))
	d.tapWord("custody.add")
	d.newTarget("异地存储", dir)
	d.sees("异地存储", "ready for copying", "Connected", "Never held", "lacks 3 files", "Nothing was copied yet")

	d.tapWord("custody.copy")
	d.sees("3 files", "3 pages", "This is the first run", "left")
	d.tapWord("custody.copy.do")
	d.sees("3 files were copied", "This target is complete now", "has all 3 original files")
	d.lacks("No backup is complete")

	lost, changed := "", ""
	d.must(filepath.WalkDir(filepath.Join(dir, "masters"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			lost, changed = changed, path
		}
		return err
	}))
	d.must(os.Remove(lost))
	b, err := os.ReadFile(changed)
	d.must(err)
	b[len(b)/2] ^= 1
	d.must(os.Chmod(changed, 0o600))
	d.must(os.WriteFile(changed, b, 0o600))
	d.must(os.WriteFile(filepath.Join(dir, "masters", "stray.txt"), []byte("x"), 0o600))

	d.tapWord("custody.check")
	d.sees("3 files were read back", "2 are not good", "1 file there is not known")
	d.tap(words.T("custody.list.found", words.Args{"N": "3"}))
	d.sees("Missing", "Changed", "Extra", "masters/stray.txt", filepath.Base(lost), filepath.Base(changed))

	path := filepath.Join(t.TempDir(), "found.csv")
	d.tapWord("custody.export")
	d.saveTo(path)
	d.sees(path)
	text, err := os.ReadFile(path)
	d.must(err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	d.must(err)
	if len(rows) != 4 || rows[0][0] != "Finding" {
		t.Errorf("exported: %v", rows)
	}

	d.tapWord("custody.copy")
	d.tapWord("custody.copy.do")
	d.sees("1 file was copied")
	if _, err := os.Stat(lost); err != nil {
		t.Error(err)
	}
	d.goTo(app.ScreenStart, nil)
	d.sees("Off-site backup: last complete", "0 files to be copied", "1 copy is not good")
}

// custodyDesk has three targets: a folder that is complete, a set of two disks of which one
// is away, and a folder that is away altogether.
func custodyDesk(t *testing.T) *desk {
	d := newDesk(t)
	ctx := context.Background()
	copies, err := d.station.Copies(ctx)
	d.must(err)
	dir := func(name string) string {
		at := filepath.Join(t.TempDir(), name)
		d.must(os.MkdirAll(at, 0o700))
		return at
	}
	add := func(name string, kind archive.TargetKind, set archive.CopySet, at string) archive.Target {
		v := archive.Target{Name: name, Kind: kind, Set: set, Address: at}
		_, err := copies.AddTarget(ctx, d.station.Actor(), &v)
		d.must(err)
		return v
	}
	add("馆内网络存储", archive.TargetFolder, archive.SetUse, dir("nas"))
	_, err = d.station.Backup(ctx, "馆内网络存储", offsite.RunOptions{})
	d.must(err)
	set := add("异地一组", archive.TargetDisks, archive.SetElsewhere, "")
	for n, keeping := range []string{"市档案馆 3 号柜", "县局保管室"} {
		m := archive.Carrier{Type: "硬盘", Serial: "WD-WX31A8" + strconv.Itoa(n), Keeping: keeping}
		if n == 0 {
			m.NextCheck = time.Date(2026, 1, 5, 0, 0, 0, 0, time.Local).UnixMilli()
		}
		at := dir("disk" + strconv.Itoa(n))
		d.must(copies.AddMedium(ctx, d.station.Actor(), set, at, &m))
		if n == 1 {
			d.must(os.RemoveAll(at))
		}
	}
	gone := dir("gone")
	add("档案局机房", archive.TargetFolder, archive.SetSealed, gone)
	d.must(os.RemoveAll(gone))
	return d.open()
}

// chooseTarget makes the nth target the one chosen.
func (d *desk) chooseTarget(n int) {
	for range n {
		d.press(fyne.KeyDown)
	}
}

func custodyScenes() []scene {
	at := func(d *desk, n int) {
		d.goTo(app.ScreenStart, nil)
		d.goTo(app.ScreenCustody, nil)
		d.canvas().Focus(d.tables()[0].Focusable())
		d.press(fyne.KeyHome)
		d.chooseTarget(n)
	}
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"set", func(d *desk) { at(d, 0) }},
		{"away", func(d *desk) { at(d, 1) }},
		{"complete", func(d *desk) { at(d, 2) }},
		{"plan nothing", func(d *desk) { d.tapWord("custody.copy") }},
		{"found none", func(d *desk) { d.tap(words.T("custody.list.found", words.Args{"N": "0"})) }},
		{"findings", func(d *desk) {
			t := d.target("馆内网络存储")
			d.must(os.Remove(d.copyFile(t.Address)))
			d.tapWord("custody.check")
			d.tap(words.T("custody.list.found", words.Args{"N": "1"}))
		}},
		{"failed none", func(d *desk) { d.tap(words.T("custody.list.failed", words.Args{"N": "0"})) }},
		{"plan", func(d *desk) { d.tapWord("custody.copy") }},
		{"not copied", func(d *desk) {
			d.must(os.RemoveAll(d.station.Home.Masters()))
			d.tapWord("custody.copy")
			d.tapWord("custody.copy.do")
			d.tap(words.T("custody.list.failed", words.Args{"N": "1"}))
		}},
		{"new target", func(d *desk) { d.tapWord("custody.add") }},
		{"new target wrong", func(d *desk) {
			d.choose(words.T("custody.kind"), 1)
			d.field(words.T("custody.name.label"))
			d.typing("另一处")
			d.field(words.T("custody.folder"))
			d.typing(d.target("馆内网络存储").Address)
			d.press(fyne.KeyEscape)
			d.tapWord("action.save")
		}},
		{"new disk", func(d *desk) {
			d.tapWord("Cancel")
			at(d, 0)
			d.tapWord("custody.disk.add")
		}},
		{"new disk found", func(d *desk) {
			d.field(words.T("custody.disk"))
			d.typing(d.t.TempDir())
			d.press(fyne.KeyEscape)
		}},
		{"new disk wrong", func(d *desk) {
			d.field(words.T("custody.next"))
			d.typing("明年")
			d.tapWord("custody.disk.add")
		}},
		{"medium", func(d *desk) {
			d.tapWord("Cancel")
			d.tap(words.T("custody.list.media", words.Args{"N": "2"}))
			d.tapWord("custody.about")
		}},
		{"failing", func(d *desk) {
			d.tapWord("Cancel")
			d.spoil("carrier_check")
			d.goTo(app.ScreenCustody, nil)
		}},
	}
}

// target finds a target by its name.
func (d *desk) target(name string) archive.Target {
	d.t.Helper()
	v, err := d.station.Catalogue.TargetNamed(context.Background(), name)
	d.must(err)
	return v
}

// A run that is stopped keeps what it copied; the next one goes on from there.
func TestARunIsStoppedAndGoesOn(t *testing.T) {
	reached, release := make(chan string), make(chan struct{})
	d := newDeskWith(t, station.Options{Step: func(name string) {
		if strings.HasSuffix(name, "noted") {
			select {
			case reached <- name:
				<-release
			case <-release:
			}
		}
	}})
	ctx := context.Background()
	copies, err := d.station.Copies(ctx)
	d.must(err)
	_, err = copies.AddTarget(ctx, d.station.Actor(), &archive.Target{Name: "异地", Kind: archive.TargetFolder, Address: t.TempDir()})
	d.must(err)
	d.open()
	d.goTo(app.ScreenCustody, nil)
	d.tapWord("custody.copy")
	d.begin(words.T("custody.copy.do"))
	<-reached
	d.begin(words.T("task.stop"))
	close(release)
	d.Idle(t)
	d.sees("3 files were copied", "It was stopped")
	d.lacks("This target is complete now", "has all 3")
	d.tapWord("custody.copy")
	d.sees("There are no new originals")
	d.tapWord("custody.copy.snapshot")
	d.sees("0 files were copied", "This target is complete now", "has all 3 original files")
}

// A set of disks is begun in the window, a disk is looked at before it is added, and what is
// written down of it can be changed.
func TestASetOfDisks(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenCustody, nil)
	d.tapWord("custody.add")
	d.tapWord("action.save")
	d.sees("Give it a name")
	d.field(words.T("custody.name.label"))
	d.typing("异地一组")
	d.tapWord("action.save")
	d.sees("Now connect an empty removable disk", "This set has no disk yet")

	full, blank := t.TempDir(), t.TempDir()
	d.must(os.WriteFile(filepath.Join(full, "photo.jpg"), []byte("x"), 0o600))
	d.tapWord("custody.disk.add")
	d.field(words.T("custody.disk"))
	d.typing(full)
	d.press(fyne.KeyEscape)
	d.sees("There is something else here")
	d.field(words.T("custody.disk"))
	d.typing(blank)
	d.press(fyne.KeyEscape)
	d.sees("It can be used")
	d.field(words.T("custody.serial"))
	d.typing("WD-1")
	d.field(words.T("custody.next"))
	d.typing("2020-01-31")
	d.tap(words.T("custody.disk.add"))
	d.sees("WD-1", "2020-01-31", "Disk 1 was added", "1 medium is due")

	d.tapWord("custody.about")
	d.field(words.T("custody.keeping"))
	d.typing("市档案馆 3 号柜")
	d.field(words.T("custody.next"))
	d.typing("soon")
	d.tapWord("action.save")
	d.sees("Write a day such as")
	d.field(words.T("custody.next"))
	d.typing("2099.1.31")
	d.tapWord("action.save")
	d.sees("市档案馆 3 号柜", "2099-01-31", "No medium is due")
}

// Who looks after the computers sees how things stand, and can change nothing.
func TestAdministratorsSeeHowCopiesStand(t *testing.T) {
	d := staffed(t)
	ctx := context.Background()
	d.must(d.station.SignIn(ctx, "archivist", "archivist password"))
	copies, err := d.station.Copies(ctx)
	d.must(err)
	_, err = copies.AddTarget(ctx, d.station.Actor(), &archive.Target{Name: "异地", Kind: archive.TargetFolder, Address: t.TempDir()})
	d.must(err)
	d.must(d.station.SignOut(ctx))
	d.open()
	d.signIn("system", "system password")
	d.goTo(app.ScreenCustody, nil)
	d.sees("异地", "lacks 3 files", "You can see how things stand")
	for _, word := range []string{"custody.add", "custody.copy", "custody.check", "custody.about"} {
		if !d.button(words.T(word)).Disabled() {
			t.Errorf("%s can be pressed", word)
		}
	}
}

// What cannot be copied is said with its reason: no digest yet, or a storage root that is away;
// and a later day tells what came of the last run.
func TestWhatCannotBeCopiedIsSaid(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	_, err := d.station.Adopt(ctx, d.station.Actor(), ingest.Adoption{Dir: d.disk(), Label: "二号阵列"}, func(archive.Progress) {})
	d.must(err)
	copies, err := d.station.Copies(ctx)
	d.must(err)
	_, err = copies.AddTarget(ctx, d.station.Actor(), &archive.Target{Name: "异地", Kind: archive.TargetFolder, Address: t.TempDir()})
	d.must(err)
	d.open()
	d.goTo(app.ScreenCustody, nil)
	d.sees("2 originals have no checksum yet", "lacks 3 files")
	d.lacks("is away")

	_, err = d.station.Hash(ctx, 0, func(ingest.HashStatus) {})
	d.must(err)
	d.takeDiskAway()
	d.tapWord("custody.again")
	d.sees("lacks 5 files", "“二号阵列” is away: 2 files")
	d.lacks("no checksum yet")
	d.tapWord("custody.copy")
	d.sees("3 files (3 pages)", "“二号阵列” is away: 2 files")
	d.tapWord("custody.copy.do")
	d.sees("3 files were copied", "“二号阵列” is away: 2 files")
	d.lacks("This target is complete now")

	d.openWith(parts.Forgetful{})
	d.goTo(app.ScreenCustody, nil)
	d.sees("Last run", ": 3 files", "lacks 2 files")
}
