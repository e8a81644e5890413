package app_test

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/app/settings"
	"lantai/app/tasks"
	"lantai/app/words"
)

// waitingScenes play where pages wait for a recognition program that is not there.
func waitingScenes() []scene {
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"receive", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewReceive) }},
		{"received", func(d *desk) { d.receiveBad() }},
		{"receive gone", func(d *desk) {
			d.goTo(app.ScreenIntake, intake.ViewReceive)
			d.typing("/no/such/folder")
			d.press(fyne.KeyEscape, fyne.KeyReturn)
		}},
		{"refused", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewRefused) }},
		{"tasks", func(d *desk) { d.goTo(app.ScreenTasks, nil) }},
		{"failures", func(d *desk) { d.tap(words.N("task.failures", 2)) }},
		{"start refused", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"find", func(d *desk) { d.goTo(app.ScreenFind, nil) }},
		{"find nothing", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛 年度:1985"}) }},
		{"link", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewLink) }},
		{"viewer", func(d *desk) { d.goTo(app.ScreenViewer, parts.PageValue{Page: d.pages()[0]}) }},
		{"settings", func(d *desk) { d.goTo(app.ScreenSettings, nil) }},
		{"in place", func(d *desk) {
			d.goTo(app.ScreenIntake, intake.ViewReceive)
			d.choose(words.T("intake.way"), 1)
			d.field(words.T("intake.folder.label"))
			d.typing(d.disk())
			d.press(fyne.KeyEscape)
		}},
		{"adopted", func(d *desk) {
			d.canvas().Focus(d.entry(words.T("intake.folder.label")))
			d.press(fyne.KeyReturn)
		}},
		{"with text", func(d *desk) {
			d.choose(words.T("intake.way"), 0)
			d.field(words.T("intake.folder.label"))
			d.typing(d.withText())
			d.press(fyne.KeyEscape, fyne.KeyReturn)
		}},
		{"secret", func(d *desk) {
			d.takeTexts()
			d.field(words.T("intake.folder.label"))
			d.typing(d.secret())
			d.press(fyne.KeyEscape, fyne.KeyReturn)
			d.must(noProgram(context.Background(), d.station))
			d.press(fyne.KeyF5)
		}},
		{"viewer of secret", func(d *desk) {
			matters, err := d.station.Quarantines(context.Background(), allSeeing, false)
			d.must(err)
			d.goTo(app.ScreenViewer, parts.PageValue{Page: matters[0].Page})
		}},
		{"queue", func(d *desk) {
			d.goTo(app.ScreenTasks, tasks.ViewQueue)
			d.rule("0001，0002", "1950-1985", "永久，30年")
		}},
		{"queue wrong", func(d *desk) { d.rule("", "1985-1950", "") }},
		{"hours wrong", func(d *desk) {
			d.choose(words.T("queue.hours"), 1)
			d.tapWord("action.save")
		}},
		{"roots", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewRoots) }},
		{"roots changed", func(d *desk) {
			d.alterDisk()
			d.tapWord("root.hash")
		}},
		{"viewer of changed", func(d *desk) {
			d.goTo(app.ScreenViewer, parts.PageValue{Page: d.pageOnDiskCalled("收据.jpg")})
		}},
		{"accept", func(d *desk) {
			d.goTo(app.ScreenSettings, settings.ViewRoots)
			d.tap(words.N("root.accept", 1))
		}},
		{"root moved", func(d *desk) { d.tapWord("root.edit") }},
		{"away", func(d *desk) {
			d.tapWord("Cancel")
			page := d.pageOnDisk()
			d.takeDiskAway()
			d.goTo(app.ScreenViewer, parts.PageValue{Page: page})
		}},
		{"start away", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"receive away", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewReceive) }},
		{"find away", func(d *desk) { d.goTo(app.ScreenFind, nil) }},
		{"root away", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewRoots) }},
		{"strip away", func(d *desk) {
			d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
		}},
		{"running", func(d *desk) { d.busy() }},
	}
}
