package app_test

import (
	"strings"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/app/words"
)

// linkingScenes are of whole deliveries and of the count check.
func linkingScenes() []scene {
	way := func(n int) func(*desk) {
		return func(d *desk) { d.choose(words.T("intake.bulk.by"), n) }
	}
	trial := func(d *desk) { d.tapWord("intake.bulk.try") }
	return []scene{
		{"bulk", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewBulk) }},
		{"bulk by range", way(2)},
		{"bulk by range wrong", func(d *desk) {
			d.field(words.T("intake.bulk.head"))
			d.typing("many")
			trial(d)
		}},
		{"bulk by path", way(1)},
		{"bulk by path wrong", func(d *desk) { trial(d) }},
		{"bulk trial", func(d *desk) {
			way(0)(d)
			trial(d)
		}},
		{"bulk unmatched", func(d *desk) { d.tap(words.T("intake.bulk.tab.unmatched", words.Args{"N": "1"})) }},
		{"bulk sheet", func(d *desk) { d.tapWord("intake.sheet") }},
		{"bulk stale", func(d *desk) {
			d.field(words.T("intake.bulk.separators"))
			d.typing("+")
		}},
		{"bulk linked", func(d *desk) {
			trial(d)
			d.tapWord("intake.bulk.do")
		}},
		{"earlier", func(d *desk) { d.tapWord("intake.earlier") }},
		{"earlier undo", func(d *desk) { d.tapWord("importing.log.undo") }},
		{"bulk undone", func(d *desk) {
			d.goTo(app.ScreenIntake, intake.ViewBulk)
			d.tap(words.N("intake.bulk.undo", 2))
		}},
		{"earlier undone", func(d *desk) { d.tapWord("intake.earlier") }},
		{"check", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewCheck) }},
		{"checked", func(d *desk) { d.tapWord("intake.check.do") }},
	}
}

// secretScenes are of what was put aside as a suspected state secret.
func secretScenes() []scene {
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"find", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "红旗"}) }},
		{"find nothing", func(d *desk) { d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"}) }},
		{"secret", func(d *desk) { d.goTo(app.ScreenIntake, intake.ViewSecret) }},
		{"secret back", func(d *desk) { d.tapWord("intake.secret.back") }},
		{"secret rid", func(d *desk) { d.tapWord("intake.secret.rid") }},
		{"secret gone", func(d *desk) {
			d.tapWord("intake.secret.rid")
			d.fill(words.T("intake.secret.note.must"), strings.Repeat("移交保密室，", 20))
			d.fill(words.T("intake.secret.word.ask", words.Args{"Word": words.T("intake.secret.word")}), words.T("intake.secret.word"))
			d.tapWord("intake.secret.rid.do")
		}},
		{"secret past", func(d *desk) {
			d.check(words.T("intake.secret.past"))
			d.press(fyne.KeyEscape)
		}},
	}
}

// check ticks a box.
func (d *desk) check(label string) {
	d.t.Helper()
	d.walk(func(o fyne.CanvasObject) {
		if c, ok := o.(*parts.Check); ok && c.Text == label {
			c.SetChecked(true)
		}
	})
	d.Idle(d.t)
}
