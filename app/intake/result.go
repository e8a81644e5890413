package intake

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
)

// received is a folder with what became of it.
type received struct {
	delivery Delivery
	report   Report
	stopped  bool
}

// followAsides keeps the report in view true: marks of secrecy are found as the texts of
// its pages come in, after the folder was received. n is the pages put aside in all.
func (v *receiveView) followAsides(n int) {
	last := v.last
	if last == nil || last.report.Batch == 0 || n == v.aside {
		return
	}
	v.aside = n
	task.Load(v.deps.Runner, &v.asides, func(ctx context.Context) (int, error) {
		return v.deps.Archive.PutAside(ctx, last.report.Batch)
	}, func(n int, err error) {
		if err != nil || v.last != last || n == last.report.PutAside {
			return // the line below the stages tells of all of them
		}
		last.report.PutAside = n
		v.result.Objects = []fyne.CanvasObject{v.resultOf(last.delivery, last.report, last.stopped)}
		v.result.Refresh()
		v.root.Refresh()
	})
}

// resultOf tells what became of a folder, and offers what can be done about what was
// left.
func (v *receiveView) resultOf(d Delivery, r Report, stopped bool) fyne.CanvasObject {
	say := parts.Paragraph(tellReport(d, r, stopped))
	say.Importance = widget.SuccessImportance
	if r.NotTaken+r.PutAside+r.Changed+r.Vanished > 0 {
		say.Importance = widget.WarningImportance
	}
	buttons := container.NewHBox()
	if r.Texts > 0 && !stopped {
		buttons.Add(parts.NewButton(words.T("intake.texts.take"), base.DocumentIcon(), func() {
			v.start(Delivery{Dir: d.Dir, Way: d.Way, Text: true})
		}))
	}
	if r.NotTaken > 0 {
		buttons.Add(parts.NewButton(words.T("intake.refused.show"), base.WarningIcon(), v.refused))
	}
	if len(buttons.Objects) == 0 {
		return say
	}
	return container.NewVBox(say, buttons)
}

// tellReport puts a report into sentences; what there is none of is left out.
func tellReport(d Delivery, r Report, stopped bool) string {
	name := filepath.Base(d.Dir)
	if stopped {
		word := "intake.stopped"
		if r.InPlace {
			word = "intake.adopt.stopped"
		}
		return words.T(word, words.Args{"Name": name, "Files": words.Number(r.Received)})
	}
	word := "intake.result"
	if r.InPlace {
		word = "intake.adopt.result"
	}
	say := []string{words.T(word, words.Args{"Name": name, "Files": words.Number(r.Received), "Pages": words.Number(r.Pages),
		"Already": words.Number(r.Already), "Unlinked": words.Number(r.Unlinked), "Refused": words.Number(r.NotTaken)})}
	for _, n := range []struct {
		word string
		n    int
	}{{"intake.result.text-pages", r.TextPages}, {"intake.result.texts", r.Texts}, {"intake.result.changed", r.Changed},
		{"intake.result.vanished", r.Vanished}, {"intake.result.put-aside", r.PutAside}} {
		if n.n > 0 {
			say = append(say, words.N(n.word, n.n))
		}
	}
	if r.RootAdded != "" {
		say = append(say, words.T("intake.result.root", words.Args{"Root": r.RootAdded}))
	}
	return words.Sentences(say...)
}
