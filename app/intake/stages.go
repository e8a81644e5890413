package intake

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// stagesPanel shows where the pages stand on the way 接收 → 处理图像 → 识别 → 索引.
type stagesPanel struct {
	deps   Deps
	counts [4]*widget.Label
	line   *widget.Label
	pause  *parts.Button
	paused bool
	absent *fyne.Container
	aside  *widget.Label // what was put aside as suspected state secrets
	waits  bool
	root   *fyne.Container
}

// steps are the words of the way, and the stage whose pages wait for the step; the
// last has arrived.
func steps() [4]struct {
	word  string
	stage archive.Stage
} {
	return [4]struct {
		word  string
		stage archive.Stage
	}{{"intake.step.enhance", archive.StageReceived}, {"intake.step.recognise", archive.StageEnhanced},
		{"intake.step.index", archive.StageRecognised}, {"intake.step.done", archive.StageIndexed}}
}

func newStagesPanel(d Deps) *stagesPanel {
	p := &stagesPanel{deps: d, line: parts.Line(""), absent: container.NewStack(), aside: parts.Line("")}
	p.aside.Importance = widget.WarningImportance
	p.aside.Hide()
	p.pause = parts.NewQuiet(words.T("task.pause"), base.MediaPauseIcon(), p.toggle)
	row := container.NewGridWithColumns(4)
	for i, s := range steps() {
		n := widget.NewLabel("")
		n.SizeName = base.SizeNameSubHeadingText
		n.TextStyle.Bold = true
		n.Alignment = fyne.TextAlignCenter
		name := parts.Line(words.T(s.word))
		name.Alignment = fyne.TextAlignCenter
		p.counts[i] = n
		box := container.NewVBox(n, name)
		if i == 0 {
			row.Add(box)
			continue
		}
		row.Add(parts.Border(nil, nil, container.NewCenter(widget.NewIcon(base.NavigateNextIcon())), nil, box))
	}
	p.root = container.NewVBox(widget.NewSeparator(),
		parts.NewRow(parts.Heading(words.T("intake.work")), p.line, p.pause), row, p.absent, p.aside, widget.NewSeparator())
	return p
}

func (p *stagesPanel) set(s State) {
	for i, step := range steps() {
		p.counts[i].SetText(words.Number(s.Stages[step.stage]))
	}
	p.paused = s.Paused
	p.label()
	waiting := s.Stages[archive.StageReceived] + s.Stages[archive.StageEnhanced] + s.Stages[archive.StageRecognised] - s.Away
	p.pause.Hidden = s.Guest || waiting <= 0 && !s.Paused
	p.pause.Refresh()
	line := workLine(s, waiting)
	if s.Away > 0 {
		line += " · " + words.N("intake.away", s.Away)
	}
	p.line.SetText(line)
	p.tellAbsent(s.Waits)
	n := s.Stages[archive.StageQuarantined]
	p.aside.SetText(words.N("intake.put-aside", n))
	if p.aside.Visible() != (n > 0) {
		p.aside.Hidden = n == 0
		p.root.Refresh()
	}
}

// label has the button say what it does now.
func (p *stagesPanel) label() {
	text, icon := words.T("task.pause"), base.MediaPauseIcon()
	if p.paused {
		text, icon = words.T("task.resume"), base.MediaPlayIcon()
	}
	p.pause.SetIcon(icon)
	p.pause.SetText(text)
}

// workLine says how the work goes: "识别文字 · 1,234 / 5,678 · 每秒 3.2 · 还需 23 分钟".
func workLine(s State, waiting int) string {
	switch {
	case s.Guest:
		return words.T("intake.guest")
	case s.Paused:
		return words.N("intake.paused", waiting)
	case waiting <= 0:
		return words.T("intake.idle")
	}
	var say []string
	if phase := words.Phase(archive.Progress{Phase: s.Phase}); phase != "" && s.Phase != "idle" {
		say = append(say, phase)
	}
	if s.Total > 0 {
		say = append(say, words.T("task.done-of", words.Args{"Done": words.Number(s.Done), "Total": words.Number(s.Total)}))
	} else {
		say = append(say, words.N("intake.waiting", waiting))
	}
	if s.Rate > 0 {
		say = append(say, words.T("task.rate", words.Args{"N": words.Rate(s.Rate)}))
	}
	if s.Left > 0 {
		say = append(say, words.T("task.left", words.Args{"Time": words.Duration(s.Left)}))
	}
	return strings.Join(say, " · ")
}

// tellAbsent says what to do when the engine is not there.
func (p *stagesPanel) tellAbsent(err error) {
	if (err != nil) == p.waits {
		return
	}
	p.waits = err != nil
	p.absent.Objects = nil
	if err != nil {
		say := parts.Paragraph(words.T("intake.engine"))
		say.Importance = widget.WarningImportance
		go1 := parts.NewButton(words.T("intake.engine.do"), base.SettingsIcon(), func() { p.deps.Open(p.deps.Settings) })
		p.absent.Objects = []fyne.CanvasObject{parts.Border(nil, nil, nil, container.NewVBox(go1), say)}
	}
	p.root.Refresh()
}

func (p *stagesPanel) toggle() {
	p.paused = !p.paused
	p.deps.Archive.Pause(p.paused)
	p.label()
	p.line.SetText(words.T(map[bool]string{true: "intake.pausing", false: "intake.resuming"}[p.paused]))
}
