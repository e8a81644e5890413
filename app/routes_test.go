package app_test

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/audit"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// scene is one state of one screen.
type scene struct {
	name string
	show func(*desk)
}

// stages are the archives that scenes play in, each with its scenes.
func stages() []struct {
	name   string
	open   func(*testing.T) *desk
	scenes []scene
} {
	return []struct {
		name   string
		open   func(*testing.T) *desk
		scenes []scene
	}{
		{"no archive", noArchive, firstRunScenes()},
		{"empty", emptyDesk, emptyScenes()},
		{"waiting", func(t *testing.T) *desk { return newDesk(t).open() }, waitingScenes()},
		{"recognised", func(t *testing.T) *desk { return newDesk(t).recognise().open() }, append(append(fullScenes(), formScenes()...), importScenes()...)},
		{"holdings", func(t *testing.T) *desk { return newDesk(t).allKinds().open() }, holdingsScenes()},
		{"linking", func(t *testing.T) *desk { return newDesk(t).recognise().loosen().uneven().open() }, linkingScenes()},
		{"arranging", arrangedDesk, arrangingScenes()},
		{"unfinished", func(t *testing.T) *desk {
			d := newDesk(t)
			d.folder = d.cutOff("1985年文书扫描", false)
			return d.open()
		}, unfinishedScenes()},
		{"describing", func(t *testing.T) *desk { return newDesk(t).allKinds().open() }, entryScenes()},
		{"history", func(t *testing.T) *desk {
			d := newDesk(t).open()
			d.retitle(d.holding(code0001).ID, "关于做好一九八五年防汛抗旱工作及水利工程岁修养护事项的紧急通知")
			d.remove("0001-WS·1985-Y-BGS-0002")
			return d
		}, []scene{
			{"history", func(d *desk) { d.goTo(app.ScreenHistory, parts.HistoryValue{Record: d.holding(code0001).ID}) }},
			{"no record", func(d *desk) { d.goTo(app.ScreenHistory, parts.HistoryValue{Record: 12345}) }},
			{"undo", func(d *desk) {
				d.goTo(app.ScreenHistory, parts.HistoryValue{Record: d.holding(code0001).ID})
				d.tapWord("history.undo")
			}},
			{"trash", func(d *desk) { d.goTo(app.ScreenTrash, nil) }},
			{"restored", func(d *desk) { d.tapWord("trash.restore") }},
			{"ledger", func(d *desk) {
				d.goTo(app.ScreenLedger, parts.LedgerValue{Fonds: d.fondsOf("0001")})
				d.field(words.T("ledger.year"))
				d.typing("2026")
				d.field(words.T("ledger.quantity"))
				d.typing("1250")
				d.field(words.T("ledger.document"))
				d.typing("关于接收一九八五年度文书档案的协议〔2026〕3号")
				d.tapWord("ledger.add")
			}},
			{"ledger wrong", func(d *desk) {
				d.field(words.T("ledger.year"))
				d.typing("26")
				d.tapWord("ledger.add")
			}},
			{"group coming", func(d *desk) { d.goTo(app.ScreenGroups, parts.GroupsValue{Add: []archive.ID{d.holding(code0001).ID}}) }},
			{"group", func(d *desk) {
				d.field(words.T("groups.name"))
				d.typing("防汛抗旱专题")
				d.tapWord("groups.add")
				d.tapWord("groups.put")
			}},
			{"ledger of all", func(d *desk) {
				d.twoLedgers()
				d.goTo(app.ScreenLedger, parts.LedgerValue{})
			}},
			{"ledger wrong date", func(d *desk) {
				d.goTo(app.ScreenLedger, parts.LedgerValue{Fonds: d.fondsOf("0001")})
				d.field(words.T("ledger.year"))
				d.typing("2026")
				d.field(words.T("ledger.quantity"))
				d.typing("1")
				d.field(words.T("ledger.date"))
				d.typing("20250315")
				d.tapWord("ledger.add")
			}},
			{"ledger fails", func(d *desk) {
				d.spoil("movement")
				d.goTo(app.ScreenStart, nil)
				d.goTo(app.ScreenLedger, parts.LedgerValue{})
			}},
			{"group fails", func(d *desk) {
				d.spoil("virtual_group")
				d.goTo(app.ScreenGroups, parts.GroupsValue{Add: []archive.ID{d.holding(code0001).ID}})
			}},
			{"trash fails", func(d *desk) {
				d.spoil("change")
				d.goTo(app.ScreenTrash, nil)
			}},
			{"history fails", func(d *desk) { d.goTo(app.ScreenHistory, parts.HistoryValue{Record: d.holding(code0001).ID}) }},
		}},
		{"large trash", func(t *testing.T) *desk { return newDesk(t).manyRemovals().open() }, []scene{
			{"trash", func(d *desk) { d.goTo(app.ScreenTrash, nil) }},
		}},
		{"audit", func(t *testing.T) *desk { return newDesk(t).open() }, auditScenes()},
		{"older copy", func(t *testing.T) *desk { return olderCopy(t).open() }, []scene{
			{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
			{"proof", func(d *desk) { d.goTo(app.ScreenAudit, audit.ViewProof) }},
			{"accept", func(d *desk) { d.tapWord("audit.accept") }},
		}},
		{"left over", leftOver, []scene{
			{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
			{"offer", func(d *desk) { d.goTo(app.ScreenEntry, nil) }},
			{"changes", func(d *desk) { d.goTo(app.ScreenHoldings, nil) }},
		}},
		{"sheet left over", sheetLeftOver, []scene{{"offer", func(d *desk) { d.goTo(app.ScreenEntry, nil) }}}},
		{"classified", classifiedDesk, classifiedScenes()},
		{"disks", diskDesk, diskScenes()},
		{"check", damagedDesk, fixityScenes()},
		{"custody", custodyDesk, custodyScenes()},
		{"quarantine", func(t *testing.T) *desk { return newDesk(t).recognise().aside().open() }, secretScenes()},
		{"accounts", func(t *testing.T) *desk { return staffed(t).open() }, signInScenes()},
		{"people", func(t *testing.T) *desk { return staffed(t).open() }, peopleScenes()},
		{"closed", func(t *testing.T) *desk { return staffed(t).open() }, closedScenes()},
		{"purges", func(t *testing.T) *desk { return staffed(t).open() }, purgeScenes()},
		{"no accounts", func(t *testing.T) *desk { return newDesk(t).open() }, []scene{
			{"first account", func(d *desk) { d.goTo(app.ScreenPeople, nil) }},
			{"first account wrong", func(d *desk) { d.press(fyne.KeyF9) }},
			{"approvals of nobody", func(d *desk) { d.tapWord("people.tab.approvals") }},
			{"no purges", func(d *desk) { d.tapWord("people.tab.purges") }},
		}},
	}
}

// Every screen in every state, in both languages and on the smallest and the usual
// display: no text leaves its box, nothing lies over anything else, nothing is outside
// the window, and the keyboard reaches all that the mouse does.
func TestEveryRoute(t *testing.T) {
	t.Cleanup(func() {
		if err := words.Use("en"); err != nil {
			t.Error(err)
		}
	})
	for _, language := range words.Languages() {
		for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1920, 1080)} {
			for _, stage := range stages() {
				t.Run(fmt.Sprintf("%s/%.0f/%s", language.Code, size.Width, stage.name), func(t *testing.T) {
					if err := words.Use(language.Code); err != nil {
						t.Fatal(err)
					}
					d := stage.open(t)
					d.shell.Window().Resize(size)
					for _, s := range stage.scenes {
						d.play(s, size)
					}
				})
			}
		}
	}
}

// play shows a scene, looks at it, and goes through it with Tab.
func (d *desk) play(s scene, size fyne.Size) {
	s.show(d)
	d.settle()
	d.keepPicture(s.name)
	for _, f := range d.look().misplaced(rectOf(fyne.Position{}, size)) {
		d.t.Errorf("%s: %s", s.name, f)
	}
	for _, f := range d.unreached() {
		d.t.Errorf("%s: %s", s.name, f)
	}
	if d.canvas().Overlays().Top() != nil {
		d.press(fyne.KeyEscape)
	}
	if d.canvas().Overlays().Top() != nil {
		d.t.Fatalf("%s: Escape does not close it", s.name)
	}
}

// keepPicture keeps a picture of a scene in the folder LANTAI_PICTURES, for people.
func (d *desk) keepPicture(name string) {
	dir := os.Getenv("LANTAI_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, strings.NewReplacer("/", "-", " ", "_").Replace(d.t.Name()+"-"+name)+".png"))
	d.must(err)
	defer f.Close()
	d.must(png.Encode(f, d.canvas().Capture()))
}

// press a button by the key of its word.
func (d *desk) tapWord(key string) { d.t.Helper(); d.tap(words.T(key)) }

type recent struct{ name, dir string }

// memory is a parts.Memory that knows an archive opened before.
type memory struct {
	parts.Forgetful
	recent recent
}

func (m memory) StringWithFallback(key, fallback string) string {
	if key == "recent" {
		return fmt.Sprintf(`[{"Name":%q,"Dir":%q}]`, m.recent.name, m.recent.dir)
	}
	return fallback
}

// without shows the window with no archive open.
func (d *desk) without(r recent) *desk {
	p := &app.Program{App: fyne.CurrentApp(), Runner: d.Runner, Memory: memory{recent: r}}
	d.shell = app.NewShell(p.App, d.Runner, "", fyne.NewSize(1366, 768))
	p.Shell = d.shell
	d.shell.SetPlaces(app.Places(p))
	d.Idle(d.t)
	return d
}

// receiveBad receives a folder in which nothing can be taken.
func (d *desk) receiveBad() {
	dir := filepath.Join(d.t.TempDir(), strings.Repeat("2019年移交文书档案扫描件", 4))
	d.must(os.Mkdir(dir, 0o755))
	d.must(os.WriteFile(filepath.Join(dir, "readme.doc"), []byte("hello"), 0o644))
	d.must(os.WriteFile(filepath.Join(dir, strings.Repeat("很长的文件名", 9)+".jpg"), nil, 0o644))
	d.goTo(app.ScreenIntake, intake.ViewReceive)
	d.typing(dir)
	d.press(fyne.KeyEscape, fyne.KeyReturn)
}

// busy shows a task at work.
func (d *desk) busy() {
	d.goTo(app.ScreenTasks, nil)
	for n, err := range []error{nil, errors.New("broken"), context.Canceled} {
		task.Run(d.Runner, fmt.Sprintf("task %d", n), func(context.Context, func(archive.Progress)) (int, error) {
			return 0, err
		}, nil)
	}
	d.Idle(d.t)
}

// pages lists the ids of the pages of an item.
func (d *desk) pages() []archive.ID {
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code0001).ID)
	d.must(err)
	var ids []archive.ID
	for _, p := range pages {
		ids = append(ids, p.ID)
	}
	return ids
}

// jumpTo types a 档号 into the field that goes to it.
func (d *desk) jumpTo(code string) {
	var found *parts.Entry
	d.walk(func(o fyne.CanvasObject) {
		if e, ok := o.(*parts.Entry); ok && e.PlaceHolder == words.T("holdings.jump") {
			found = e
		}
	})
	found.SetText("")
	d.canvas().Focus(found)
	d.typing(code)
	d.press(fyne.KeyReturn)
}

// choose picks the nth of a choice under a label.
func (d *desk) choose(label string, n int) {
	d.t.Helper()
	found := false
	d.walk(func(o fyne.CanvasObject) {
		f, ok := o.(*parts.Field)
		if !ok || !strings.HasPrefix(seenIn(f), label+"\n") {
			return
		}
		visit(f, func(o fyne.CanvasObject) {
			if s, ok := o.(*parts.Select); ok && !found {
				found = true
				s.SetSelectedIndex(n)
			}
		})
	})
	if !found {
		d.t.Fatalf("there is no choice %q", label)
	}
	d.Idle(d.t)
}
