package app_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/find"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

// loosen takes the pages of the first item out of it, as if it had been catalogued after
// they were received.
func (d *desk) loosen() *desk {
	d.t.Helper()
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code0001).ID)
	d.must(err)
	d.unlink(pages)
	return d
}

// linked counts the pages of the first item.
func (d *desk) linked() int {
	d.t.Helper()
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code0001).ID)
	d.must(err)
	return len(pages)
}

// A delivery is planned, which changes nothing; carried out; and taken back.
func TestLinkingInBulk(t *testing.T) {
	d := newDesk(t).loosen().open()
	d.goTo(app.ScreenIntake, intake.ViewBulk)
	d.sees("A trial first", "All receipts (3 images to be linked)")
	d.tap("Trial")
	d.sees("2 images would be linked", "Link 2", "No match 1", code0001+"-0001.jpg")
	if n := d.linked(); n != 0 {
		t.Fatalf("a trial linked %d pages", n)
	}
	d.tap("No match 1")
	d.sees("介绍信.jpg", "matched nothing")
	d.lacks(code0001 + "-0001.jpg")

	d.field("Characters that part code and page")
	d.typing("7")
	d.sees("The options were changed since this trial")
	d.tap("Trial")
	d.sees("Letters, digits, / and \\ part nothing")
	d.field("Characters that part code and page")
	d.press(fyne.KeyEnd, fyne.KeyBackspace)
	d.tap("Trial")
	d.tap("Link")
	d.sees("2 images linked", "Linked 2", "1 match nothing")
	if n := d.linked(); n != 2 {
		t.Fatalf("%d pages are linked", n)
	}
	d.tap("Take back the last linking (2 images)")
	d.sees("Taken back: 2 images are where they were", "Link 2")
	d.lacks("Linked 2")
	if n := d.linked(); n != 0 {
		t.Fatalf("%d pages are linked after it was taken back", n)
	}
}

// Paths in a field of the catalogue lead to files, once their beginning is replaced.
func TestLinkingByPath(t *testing.T) {
	d := newDesk(t).loosen()
	db, err := sql.Open("sqlite3", filepath.Join(d.station.Home.Dir(), "catalogue.db"))
	d.must(err)
	_, err = db.Exec(`INSERT INTO extra (holding, field, value, sort) VALUES (?, '原文路径', 'D:\扫描\介绍信.jpg', x'')`, int64(d.holding(code0001).ID))
	d.must(err)
	d.must(db.Close())
	d.open()
	d.goTo(app.ScreenIntake, intake.ViewBulk)
	d.choose("How images find their records", 1)
	d.sees("原文路径")
	d.tap("Trial")
	d.sees("Nothing to be linked. 1 match nothing", `D:\扫描\介绍信.jpg`)
	d.field("Replace beginnings of paths (one a line)")
	d.typing(`D:\扫描\`)
	d.tap("Trial")
	d.sees("This line is not OLD=NEW")
	d.field("Replace beginnings of paths (one a line)")
	d.typing(`D:\扫描\=未整理\`)
	d.tap("Trial")
	d.sees("1 image would be linked", "未整理/介绍信.jpg")
	d.tap("Link")
	if n := d.linked(); n != 1 {
		t.Errorf("%d pages are linked", n)
	}
}

// Separators are kept as the archive's setting only when linking is carried out.
func TestSeparatorsAreRemembered(t *testing.T) {
	d := newDesk(t).loosen().open()
	kept := func() string {
		s, err := d.station.Catalogue.Setting(context.Background(), ingest.SettingSeparators)
		d.must(err)
		return s
	}
	d.goTo(app.ScreenIntake, intake.ViewBulk)
	d.field("Characters that part code and page")
	d.typing("-_.")
	d.check("Keep as the archive's setting, for receiving too")
	d.tap("Trial")
	if got := kept(); got != "" {
		t.Errorf("a trial kept %q", got)
	}
	d.tap("Link")
	if got := kept(); got != "-_." {
		t.Errorf("kept %q", got)
	}
}

// The plan is saved as a table, and no file of the same name is lost unasked.
func TestThePlanIsATable(t *testing.T) {
	d := newDesk(t).loosen().open()
	d.goTo(app.ScreenIntake, intake.ViewBulk)
	d.tap("Trial")
	dir := t.TempDir()
	path := filepath.Join(dir, "linking plan.csv")
	save := func() {
		d.tap("Save as table")
		d.fill("Folder", dir)
		d.tap("Save")
	}
	save()
	d.sees("Saved to " + path)
	b, err := os.ReadFile(path)
	d.must(err)
	text := string(b)
	if !strings.HasPrefix(text, "\ufeff") || strings.Count(text, "\r\n") != 4 || !strings.Contains(text, code0001+",2,") {
		t.Errorf("the table: %q", text)
	}
	d.must(os.WriteFile(path, []byte("mine"), 0o644))
	save()
	d.sees("Replace")
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
		t.Fatalf("%q, %v", b, err)
	}
	d.tap("Replace")
	if b, err := os.ReadFile(path); err != nil || string(b) != text {
		t.Errorf("%q, %v", b, err)
	}
}

// fill replaces the text of a field in the dialog.
func (d *desk) fill(label, text string) {
	d.t.Helper()
	visit(d.canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		f, ok := o.(*parts.Field)
		if !ok || !strings.HasPrefix(seenIn(f), label) {
			return
		}
		visit(f, func(o fyne.CanvasObject) {
			if e, ok := o.(*parts.Entry); ok {
				d.canvas().Focus(e)
				e.SetText(text)
			}
		})
	})
	d.Idle(d.t)
}

// lacking is a record with three pages catalogued and none linked.
const lacking = "0001-WS·1985-Y-BGS-0099"

func (d *desk) uneven() *desk {
	d.t.Helper()
	_, _, err := d.station.AddRecord(context.Background(), archive.LocalActor(),
		station.NewRecord{Code: lacking, Values: station.Values{"title": "关于汛期值班安排的通知", "page_count": "3"}})
	d.must(err)
	return d
}

// kinds is the choice of a kind of mismatch.
func (d *desk) kinds() (found *parts.Select) {
	d.walk(func(o fyne.CanvasObject) {
		if s, ok := o.(*parts.Select); ok && strings.HasPrefix(s.Options[0], "All problems") {
			found = s
		}
	})
	return found
}

func TestTheCountCheck(t *testing.T) {
	d := newDesk(t).uneven().open()
	d.goTo(app.ScreenIntake, intake.ViewCheck)
	d.tap("Check")
	d.sees("1 mismatches", "All problems  1", "no images", lacking, "关于汛期值班安排的通知")
	loose, err := d.station.Catalogue.UnlinkedPages(context.Background(), allSeeing, 0)
	d.must(err)
	const short = "0001-WS·1985-Y-BGS-0098"
	_, _, err = d.station.AddRecord(context.Background(), archive.LocalActor(), station.NewRecord{Code: short, Values: station.Values{"title": "名单", "page_count": "2"}})
	d.must(err)
	_, err = d.station.Link(context.Background(), archive.LocalActor(), loose, short)
	d.must(err)
	d.tap("Check")
	d.sees("2 mismatches", short, lacking)
	d.kinds().SetSelectedIndex(1)
	d.Idle(d.t)
	if seen := d.seen(); strings.Contains(seen, short) == strings.Contains(seen, lacking) {
		t.Errorf("one kind shows %s", seen)
	}
	d.kinds().SetSelectedIndex(0)
	d.Idle(d.t)
	d.sees(short, lacking)
	d.press(fyne.KeyEnd, fyne.KeyReturn)
	d.lacks("All problems")
	d.sees(lacking, "关于汛期值班安排的通知")
}

// aside puts the first item aside, by a correction that bears a mark.
func (d *desk) aside() *desk {
	d.t.Helper()
	err := d.station.Correct(context.Background(), archive.LocalActor(), d.pages()[0], "机密★10年\n防汛预案")
	if archive.ReasonOf(err) != archive.ReasonQuarantined {
		d.t.Fatalf("a text with a mark: %v", err)
	}
	return d
}

// What was put aside is on the desk, is never searched, and goes back on decision.
func TestNotASecret(t *testing.T) {
	d := newDesk(t).recognise().aside().open()
	d.goTo(app.ScreenStart, nil)
	d.sees("A suspected state secret was put aside")
	d.goTo(app.ScreenFind, parts.FindValue{Query: "红旗"})
	d.sees("pages put aside as suspected secrets and never searched")
	d.goTo(app.ScreenStart, nil)
	d.tap("Decide")
	d.sees("Suspected secrets 1", code0001, "机密★10年", "waits for a decision")
	d.tap("Not a secret…")
	d.sees("go back to their place")
	d.tap("Put back")
	d.sees("Nothing waits for a decision", "Suspected secrets 0")
	list, err := d.station.Quarantines(context.Background(), access.All(), true)
	d.must(err)
	if len(list) != 1 || list[0].State != archive.QuarantineReleased {
		t.Errorf("%+v", list)
	}
}

// A secret is removed only with a reason and the word; what was removed is listed.
func TestASecretIsRemoved(t *testing.T) {
	d := newDesk(t).recognise().aside().open()
	d.goTo(app.ScreenIntake, parts.IntakeValue{View: string(intake.ViewSecret)})
	ask := func(note, word string) (can bool) {
		d.tap("A secret…")
		d.sees("This cannot be undone")
		d.fill("Note", note)
		d.fill("To confirm", word)
		visit(d.canvas().Overlays().Top(), func(o fyne.CanvasObject) {
			if b, ok := o.(*parts.Button); ok && b.Text == "Remove for good" {
				can = !b.Disabled()
			}
		})
		if !can {
			d.press(fyne.KeyEscape)
		}
		return can
	}
	if ask(" ", "REMOVE") || ask("handed over", "remov") || !ask("handed over", "REMOVE") {
		t.Fatal("it can be removed without a reason or the word, or not with them")
	}
	d.tap("Remove for good")
	d.sees("These originals were removed", "_quarantine", "may still hold copies")
	d.tap("Close")
	d.sees("Nothing waits for a decision")
	d.lacks("机密★10年")
	d.check("Past decisions too")
	d.sees("机密★10年", "secret, removed", "Note: handed over")
	list, err := d.station.Quarantines(context.Background(), access.All(), true)
	d.must(err)
	if len(list) != 1 || list[0].State != archive.QuarantinePurged || list[0].Note != "handed over" || d.linked() != 0 {
		t.Errorf("%+v, %d pages", list, d.linked())
	}
}

func TestCoverageLeavesQuarantineApart(t *testing.T) {
	c := find.Coverage{Pages: 10, Searched: 4, Secret: 2}
	if c.Silent() != 4 {
		t.Errorf("%d pages without text", c.Silent())
	}
}
