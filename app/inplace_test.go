package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/app/settings"
	"lantai/app/tasks"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/store"
)

// disk is a folder of scans that stands for a disk: one of an item, one of none, and a
// file that is none.
func (d *desk) disk() string {
	d.t.Helper()
	if d.folder != "" {
		return d.folder
	}
	d.folder = filepath.Join(d.t.TempDir(), "disk")
	d.must(os.Mkdir(d.folder, 0o755))
	for name, scan := range map[string]string{code0001 + "-0003.jpg": "receipt.jpg", "收据.jpg": "minutes.jpg"} {
		d.copyScan(scan, filepath.Join(d.folder, name))
	}
	d.must(os.WriteFile(filepath.Join(d.folder, "readme.doc"), []byte("hello"), 0o644))
	return d.folder
}

func (d *desk) copyScan(scan, to string) {
	d.t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "assets", "sample", "scans", scan))
	d.must(err)
	d.must(os.WriteFile(to, b, 0o644))
}

// withText is a folder with a scan and its text.
func (d *desk) withText() string {
	d.t.Helper()
	dir := filepath.Join(d.t.TempDir(), "texts")
	d.must(os.Mkdir(dir, 0o755))
	d.copyScan("introduction.jpg", filepath.Join(dir, "a.jpg"))
	d.must(os.WriteFile(filepath.Join(dir, "a.txt"), []byte("关于防汛抢险的报告"), 0o644))
	return dir
}

// secret is a folder with a scan whose text bears the mark of a state secret.
func (d *desk) secret() string {
	d.t.Helper()
	dir := d.withText()
	d.must(os.WriteFile(filepath.Join(dir, "a.txt"), []byte("机密★10年\n关于防汛抢险的报告"), 0o644))
	return dir
}

// takeTexts ticks that texts are taken.
func (d *desk) takeTexts() {
	d.t.Helper()
	d.walk(func(o fyne.CanvasObject) {
		if c, ok := o.(*parts.Check); ok {
			c.SetChecked(true)
		}
	})
}

func (d *desk) root() archive.ID {
	d.t.Helper()
	roots, err := d.station.Roots(context.Background())
	d.must(err)
	if len(roots) != 1 {
		d.t.Fatalf("there are %d storage roots", len(roots))
	}
	return roots[0].ID
}

// pageOnDisk is a page whose original lies on the disk.
func (d *desk) pageOnDisk() archive.ID {
	d.t.Helper()
	ctx := context.Background()
	files, err := d.station.Catalogue.FilesBelow(ctx, d.root(), "", "", 1)
	d.must(err)
	pages, err := d.station.Catalogue.PagesOfFile(ctx, allSeeing, files[0].ID)
	d.must(err)
	return pages[0].ID
}

// takeDiskAway disconnects the disk.
func (d *desk) takeDiskAway() {
	d.t.Helper()
	d.must(os.Rename(d.disk(), d.disk()+" away"))
	if _, err := d.station.Originals.Look(context.Background(), d.root()); archive.KindOf(err) != archive.Unavailable {
		d.t.Fatalf("the disk is still there: %v", err)
	}
}

// alterDisk changes one file on the disk.
func (d *desk) alterDisk() {
	d.t.Helper()
	name := filepath.Join(d.disk(), "收据.jpg")
	b, err := os.ReadFile(name)
	d.must(err)
	d.must(os.WriteFile(name, append(b, 0), 0o644))
}

// rule types a rule into the form and adds it.
func (d *desk) rule(fonds, years, retention string) {
	d.t.Helper()
	for label, text := range map[string]string{"queue.fonds": fonds, "queue.years": years, "queue.retention": retention} {
		d.field(words.T(label))
		d.typing(text)
	}
	d.tapWord("queue.add.do")
}

func TestAFolderIsRegisteredInPlace(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.choose("How", 1)
	d.field("Source folder")
	d.typing(d.disk())
	d.sees("The folder becomes a storage root", "Not taken from folders")
	d.press(fyne.KeyEscape, fyne.KeyReturn)
	d.sees("\"disk\" is registered in place: 2 new files with 2 images, 0 registered before, 1 to be linked, 1 refused",
		"The folder is now the storage root")
	if left, err := os.ReadDir(d.disk()); err != nil || len(left) != 3 {
		t.Errorf("on the disk: %v, %v", left, err)
	}
	d.field("Source folder")
	d.typing(d.disk())
	d.sees("It lies on the storage root \"disk\"")

	// What was refused there is tried again there, and copied nowhere.
	d.goTo(app.ScreenIntake, intake.ViewRefused)
	d.must(os.Rename(filepath.Join(d.disk(), "readme.doc"), filepath.Join(d.disk(), "readme.doc~")))
	d.copyScan("canal.jpg", filepath.Join(d.disk(), "渠道.jpg"))
	d.tap("Try all again")
	files, err := d.station.Catalogue.FilesBelow(context.Background(), d.root(), "", "", 10)
	if err != nil || len(files) != 3 {
		t.Errorf("%d files on the root, %v", len(files), err)
	}

	// A page whose disk is away says so in place of its image.
	page := d.pageOnDisk()
	d.goTo(app.ScreenViewer, parts.PageValue{Page: page})
	d.lacks("original not connected")
	before := d.pageOnDiskCalled("渠道.jpg")
	d.takeDiskAway()
	d.goTo(app.ScreenViewer, parts.PageValue{Page: before})
	d.sees("disk or share that it lies on and press F5", words.T("original.absent"))
	d.must(os.Rename(d.disk()+" away", d.disk()))
	_, err = d.station.Originals.Look(context.Background(), d.root())
	d.must(err)
	d.press(fyne.KeyF5)
	d.lacks("that it lies on and press F5")
}

func (d *desk) pageOnDiskCalled(name string) archive.ID {
	d.t.Helper()
	ctx := context.Background()
	files, err := d.station.Catalogue.FilesBelow(ctx, d.root(), "", "", 10)
	d.must(err)
	for _, f := range files {
		if f.Path == name {
			pages, err := d.station.Catalogue.PagesOfFile(ctx, allSeeing, f.ID)
			d.must(err)
			return pages[0].ID
		}
	}
	d.t.Fatalf("no %s on the disk", name)
	return 0
}

func TestChangedAndVanishedOriginalsSaySo(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.choose("How", 1)
	d.field("Source folder")
	d.typing(d.disk())
	d.press(fyne.KeyEscape, fyne.KeyReturn)
	page := d.pageOnDiskCalled("收据.jpg")
	name := filepath.Join(d.disk(), "收据.jpg")
	later := time.Now().Add(time.Hour)
	d.must(os.Chtimes(name, later, later))
	d.goTo(app.ScreenViewer, parts.PageValue{Page: page})
	d.sees("The file is not as it was registered")
	d.must(os.Remove(name))
	d.press(fyne.KeyF5)
	d.sees("The storage root is connected, but the file is not")
}

func TestDeliveredTextsAreTakenLater(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.typing(d.withText())
	d.press(fyne.KeyEscape, fyne.KeyReturn)
	d.sees("\"texts\" is received: 1 new files", "1 file has text that was not taken")
	d.tap("Take these texts now")
	d.sees("1 held before")
	d.lacks("not taken")
	d.must(d.station.Pipeline.CatchUp(context.Background()))
	pages, err := d.station.Catalogue.UnlinkedPages(context.Background(), allSeeing, 0)
	d.must(err)
	found := false
	for _, p := range pages {
		text, err := d.station.Catalogue.Text(context.Background(), allSeeing, p)
		found = found || err == nil && strings.Contains(text.Plain, "防汛抢险")
	}
	if !found {
		t.Error("the text that came along was not taken")
	}
}

func TestTheOrderOfRecognition(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenTasks, tasks.ViewQueue)
	d.sees("3 images wait for recognition", "All others, in the order of receipt")
	d.rule("", "", "")
	d.sees("Fill in at least one")
	d.rule("0001", "1985-1950", "")
	d.sees("Write 1950-1965 or 1958")
	d.rule("0009", "", "")
	d.sees("No such fonds: 0009")
	d.rule("0001", "1980–1985", "")
	d.rule("", "", "永久")
	rules := func() []store.OrderRule {
		list, err := d.station.Catalogue.Order(context.Background())
		d.must(err)
		return list
	}
	if got := rules(); len(got) != 2 || got[0].From != 1980 || got[1].Retention[0] != "永久" {
		t.Fatalf("rules: %+v", got)
	}
	d.sees("1980–1985")
	d.tap("Up")
	if got := rules(); len(got) != 2 || got[1].From != 1980 {
		t.Fatalf("after moving up: %+v", got)
	}
	d.tap("Remove")
	if got := rules(); len(got) != 1 || got[0].From != 1980 {
		t.Fatalf("after removing: %+v", got)
	}
	d.choose("Hours of recognition", 1)
	d.tap("Save")
	d.sees("Write times as 19:00")
	d.field("From")
	d.typing("19：00")
	d.field("To")
	d.typing("07:00")
	d.tap("Save")
	b, err := d.station.Backlog(context.Background())
	if err != nil || b.Hours.String() != "19:00-07:00" {
		t.Errorf("hours %s, %v", b.Hours, err)
	}
}

func TestStorageRoots(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenSettings, settings.ViewRoots)
	d.sees("There are no storage roots")
	d.tap("Add a storage root")
	d.tap("Save")
	d.sees("Choose a folder first")
	d.field("Place")
	d.typing(filepath.Join(t.TempDir(), "nowhere"))
	d.tap("Save")
	d.sees("The folder is not there")
	d.field("Place")
	d.typing(d.disk())
	d.field("Name")
	d.typing("照片盘")
	d.tap("Save")
	d.sees("It is added", "照片盘", "It is connected", "0 / 0")

	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.choose("How", 1)
	d.field("Source folder")
	d.typing(d.disk())
	d.sees("It lies on the storage root \"照片盘\"")
	d.press(fyne.KeyEscape, fyne.KeyReturn)
	d.goTo(app.ScreenSettings, settings.ViewRoots)
	d.sees("0 / 2")
	d.alterDisk()
	d.tap("Make checksums now")
	d.sees("The checksum of 1 original", "1 got none", "1 / 2", "Accept 1 changed files", "收据.jpg")
	d.tap("Accept 1 changed files")
	d.sees("corrected texts stay")
	d.tap("Accept")
	d.sees("1 original is accepted as it is")
	d.lacks("Accept 1 changed")
	d.tap("Make all checksums now")
	d.sees("2 / 2")

	// It goes away, is renamed meanwhile, and is found again elsewhere.
	d.takeDiskAway()
	d.press(fyne.KeyF5)
	d.sees("It is not connected. Nothing is lost", "Away")
	d.tap("Rename or move")
	d.field("Name")
	d.typing("旧照片")
	d.tap("Save")
	d.sees("Saved.", "旧照片", "Away")
	d.tap("Rename or move")
	d.press(fyne.KeyEscape)
	d.lacks("name its")
	d.tap("Rename or move")
	d.field("Place")
	d.typing(t.TempDir())
	d.tap("Save")
	d.sees("are not in this folder")
	d.field("Place")
	d.typing(d.disk() + " away")
	d.tap("Save")
	d.sees("It is connected", "Here")
}

func TestASuspectedSecretIsToldOf(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.takeTexts()
	d.field("Source folder")
	d.typing(d.secret())
	d.press(fyne.KeyEscape, fyne.KeyReturn)
	d.sees("1 was put aside as a suspected state secret")
	d.must(noProgram(context.Background(), d.station))
	d.press(fyne.KeyF5)
	d.sees("1 was put aside as a suspected state secret", "Put aside as a suspected state secret: 1 image")
	ctx := context.Background()
	matters, err := d.station.Quarantines(ctx, allSeeing, false)
	if err != nil || len(matters) != 1 {
		t.Fatalf("%d matters, %v", len(matters), err)
	}
	d.goTo(app.ScreenViewer, parts.PageValue{Page: matters[0].Page})
	d.sees("Put aside as a suspected state secret\nThe original bears a mark", "it can neither be")
	d.lacks("防汛抢险")
	e := d.entryOfText()
	if !e.Disabled() {
		t.Error("a text can be typed in")
	}
}

// entryOfText is the field of the text of a page.
func (d *desk) entryOfText() (found *parts.Entry) {
	d.walk(func(o fyne.CanvasObject) {
		if e, ok := o.(*parts.Entry); ok && e.MultiLine {
			found = e
		}
	})
	return found
}
