package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/firstrun"
	"lantai/app/importing"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/app/settings"
	"lantai/app/tasks"
	"lantai/app/words"
	"lantai/archive"
)

// noArchive is the window before an archive was chosen.
func noArchive(t *testing.T) *desk {
	d := newDesk(t)
	copied := filepath.Join(t.TempDir(), "copied")
	from, err := received()
	d.must(err)
	d.must(os.CopyFS(copied, os.DirFS(from)))
	return d.without(recent{d.station.Home.Name(), copied})
}

func firstRunScenes() []scene {
	return []scene{
		{"begin", func(d *desk) { d.goTo(app.ScreenFirstRun, nil) }},
		{"opening", func(d *desk) { d.goTo(app.ScreenFirstRun, firstrun.Opening{Dir: "/media/disk"}) }},
		{"failed", func(d *desk) {
			d.goTo(app.ScreenFirstRun, firstrun.Failed{Dir: "/media/disk",
				Err: archive.Errorf(archive.NotFound, "open archive", "/media/disk", "no lantai.json")})
		}},
		{"locked", func(d *desk) {
			d.goTo(app.ScreenFirstRun, firstrun.Failed{Dir: "/media/disk",
				Err: archive.Errorf(archive.Busy, "lock archive", "/media/disk", "held by 4711")})
		}},
		{"name missing", func(d *desk) {
			d.goTo(app.ScreenFirstRun, nil)
			d.tapWord("firstrun.create.do")
		}},
		{"classified", func(d *desk) {
			d.goTo(app.ScreenFirstRun, nil)
			d.choose(words.T("firstrun.kind"), 2)
		}},
		{"classified sure", func(d *desk) {
			d.field(words.T("firstrun.name"))
			d.typing("青禾区档案馆涉密库")
			d.tapWord("firstrun.create.do")
		}},
		{"copied", func(d *desk) { d.tap(d.station.Home.Name()) }},
	}
}

func emptyScenes() []scene {
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"holdings", func(d *desk) { d.goTo(app.ScreenHoldings, nil) }},
		{"receive", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewReceive) }},
		{"choose folder", func(d *desk) { d.tapWord("folder.browse") }},
		{"link", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewLink) }},
		{"bulk", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewBulk) }},
		{"check", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewCheck) }},
		{"secret", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewSecret) }},
		{"refused", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewRefused) }},
		{"find", func(d *desk) { d.goTo(app.ScreenFind, nil) }},
		{"find nothing", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"}) }},
		{"viewer", func(d *desk) { d.goTo(app.ScreenViewer, nil) }},
		{"entry", func(d *desk) { d.goTo(app.ScreenEntry, nil) }},
		{"arranging", func(d *desk) { d.goTo(app.ScreenArranging, nil) }},
		{"ledger", func(d *desk) { d.goTo(app.ScreenLedger, nil) }},
		{"groups", func(d *desk) { d.goTo(app.ScreenGroups, nil) }},
		{"trash", func(d *desk) { d.goTo(app.ScreenTrash, nil) }},
		{"import", func(d *desk) { d.goTo(app.ScreenImporting, nil) }},
		{"choose file", func(d *desk) { d.tapWord("folder.browse") }},
		{"export", func(d *desk) { d.goTo(app.ScreenImporting, importing.ViewExport) }},
		{"operations", func(d *desk) { d.goTo(app.ScreenImporting, importing.ViewLog) }},
		{"no targets", func(d *desk) { d.goTo(app.ScreenCustody, nil) }},
		{"first target", func(d *desk) { d.tapWord("custody.add") }},
		{"tasks", func(d *desk) { d.goTo(app.ScreenTasks, nil) }},
		{"queue empty", func(d *desk) { d.goTo(app.ScreenTasks, tasks.ViewQueue) }},
		{"settings", func(d *desk) { d.goTo(app.ScreenSettings, nil) }},
		{"no roots", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewRoots) }},
		{"no check", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewFixity) }},
		{"no roots again", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewRoots) }},
		{"new root", func(d *desk) { d.tapWord("root.add") }},
		{"new root wrong", func(d *desk) {
			d.field(words.T("root.path"))
			d.typing(d.station.Home.Dir())
			d.tapWord("action.save")
		}},
		{"new fonds", func(d *desk) {
			d.goTo(app.ScreenHoldings, nil)
			d.tapWord("holdings.add.fonds")
		}},
		{"new fonds wrong", func(d *desk) { d.tapWord("holdings.add.do") }},
	}
}

func fullScenes() []scene {
	item := func(d *desk) parts.HoldingValue { return parts.HoldingValue{Holding: d.holding(code0001).ID} }
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"keys", func(d *desk) { d.press(fyne.KeyF1) }},
		{"holdings", func(d *desk) { d.goTo(app.ScreenHoldings, nil) }},
		{"record", func(d *desk) { d.goTo(app.ScreenHoldings, item(d)) }},
		{"record wrong", func(d *desk) {
			d.field(words.T("describe.date"))
			d.typing("19859999")
			d.field(words.T("describe.title"))
		}},
		{"record whole", func(d *desk) { d.tapMore() }},
		{"record secret", func(d *desk) {
			d.field(words.T("describe.secrecy"))
			d.typing("机密★10年")
			d.press(fyne.KeyReturn)
		}},
		{"record theirs", func(d *desk) {
			d.tapWord("describing.revert")
			d.field(words.T("describe.author"))
			d.typing("我填的责任者")
			d.field(words.T("describe.date"))
			d.typing("19850418")
			d.changeElsewhere(code0001)
			d.press(fyne.KeyF9)
		}},
		{"fonds", func(d *desk) {
			d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding("0001").ID})
		}},
		{"former names", func(d *desk) { d.tapWord("holdings.names") }},
		{"former names wrong", func(d *desk) {
			d.tapWord("holdings.names.add")
		}},
		{"dossier", func(d *desk) { d.tapWord("holdings.papers") }},
		{"volume", func(d *desk) {
			d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding("0002-003-0015").ID})
			d.press(fyne.KeyReturn)
		}},
		{"no such code", func(d *desk) {
			d.jumpTo("0009-WS·1985-Y-BGS-0001")
		}},
		{"unkept", func(d *desk) {
			d.goTo(app.ScreenTasks, nil)
			d.shell.Close()
		}},
		{"link", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewLink) }},
		{"link offers", func(d *desk) {
			d.field(words.T("intake.link.code"))
			d.typing("0001-ws·198")
		}},
		{"link none", func(d *desk) {
			d.field(words.T("intake.link.code"))
			d.typing("0009-ws·1")
		}},
		{"linked", func(d *desk) {
			d.field(words.T("intake.link.code"))
			d.typing(code0001)
			d.press(fyne.KeyReturn)
		}},
		{"found", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"}) }},
		{"records", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "灌溉工程的批复"}) }},
		{"not understood", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: `"防汛 year:soon`}) }},
		{"not found", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "水文记录"}) }},
		{"viewer", func(d *desk) {
			d.goTo(app.ScreenViewer, parts.PageValue{Page: d.pageWith("通知"), Words: []string{"防汛"}})
		}},
		{"turning", func(d *desk) { d.tapWord("viewer.rotate") }},
		{"record in viewer", func(d *desk) { d.press(fyne.KeyF6) }},
		{"changed", func(d *desk) {
			d.press(fyne.KeyF6)
			d.typing("甲乙丙")
		}},
		{"leaving", func(d *desk) { d.shell.Back() }},
		{"no such page", func(d *desk) {
			d.shell.Back()
			d.Idle(d.t)
			d.tapWord("viewer.leave.drop")
			d.goTo(app.ScreenViewer, parts.PageValue{Page: 12345})
		}},
		{"error", func(d *desk) {
			parts.ShowError(d.shell.Window(), archive.Errorf(archive.NoSpace, "write", "/media/disk/"+strings.Repeat("masters/", 20), "no space left on device"))
		}},
	}
}

func formScenes() []scene {
	choose := func(label string, i int) func(*desk) {
		return func(d *desk) { d.choose(words.T(label), i) }
	}
	scenes := []scene{{"new series", func(d *desk) {
		d.goTo(app.ScreenHoldings, nil)
		d.tapWord("holdings.add.series")
	}}}
	for i := range 5 {
		scenes = append(scenes, scene{fmt.Sprintf("new series %d", i), choose("holdings.series.scheme", i)})
	}
	return append(scenes,
		scene{"new series wrong", func(d *desk) { d.tapWord("holdings.add.do") }},
		scene{"new fonds", func(d *desk) { d.tapWord("holdings.add.fonds") }})
}
