package parts

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// ProgressRow shows one task: its title, how far it is, how fast, how long yet, and
// what can be done about it.
type ProgressRow struct {
	widget.BaseWidget
	runner *task.Runner
	info   task.Info

	title, line         *widget.Label
	bar                 *thinBar
	pause, stop, again  *Button
	failures, forgetful *Button
	root                *fyne.Container

	// OnFailures is asked to show the failures of the task; nil hides that button.
	OnFailures func(task.Info)
}

// NewProgressRow makes a row that Set fills.
func NewProgressRow(r *task.Runner) *ProgressRow {
	p := &ProgressRow{runner: r}
	p.title = Heading("")
	p.title.Truncation = fyne.TextTruncateEllipsis
	p.line = Line("")
	p.bar = newThinBar()
	p.pause = NewQuiet("", base.MediaPauseIcon(), func() { r.Pause(p.info.ID, p.info.State != task.Paused) })
	p.stop = NewQuiet(words.T("task.stop"), base.MediaStopIcon(), func() { r.Stop(p.info.ID) })
	p.again = NewQuiet(words.T("task.retry"), base.ViewRefreshIcon(), func() { r.Retry(p.info.ID) })
	p.failures = NewQuiet("", base.WarningIcon(), func() {
		if p.OnFailures != nil {
			p.OnFailures(p.info)
		}
	})
	p.forgetful = NewQuiet(words.T("task.forget"), base.DeleteIcon(), func() { r.Forget(p.info.ID) })
	buttons := container.NewHBox(p.failures, p.again, p.pause, p.stop, p.forgetful)
	p.root = Border(nil, nil, nil, buttons,
		container.New(tight{}, p.title, p.bar, p.line))
	p.ExtendBaseWidget(p)
	return p
}

// Set shows another moment of the task.
func (p *ProgressRow) Set(i task.Info) {
	p.info = i
	p.title.SetText(i.Title)
	p.line.SetText(ProgressLine(i))
	running := !i.State.Ended()
	show(p.bar, running)
	if b := i.Progress; b.OfBytes > 0 {
		p.bar.set(float64(b.Bytes), float64(b.OfBytes))
	} else {
		p.bar.set(float64(b.Done), float64(b.Total))
	}
	p.pause.SetIcon(base.MediaPauseIcon())
	p.pause.SetText(words.T("task.pause"))
	if i.State == task.Paused {
		p.pause.SetIcon(base.MediaPlayIcon())
		p.pause.SetText(words.T("task.resume"))
	}
	show(p.pause, i.CanPause)
	show(p.stop, running && i.State != task.Stopping)
	show(p.again, i.CanRetry)
	show(p.forgetful, !running)
	show(p.failures, len(i.Failures) > 0 && p.OnFailures != nil)
	p.failures.SetText(words.N("task.failures", len(i.Failures)))
	p.root.Refresh()
}

func show(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

func (p *ProgressRow) held() []fyne.CanvasObject { return []fyne.CanvasObject{p.root} }

// CreateRenderer is called by the toolkit.
func (p *ProgressRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.root) }

// ProgressLine says on one line how a task stands: "识别 1,234 / 5,678 · 3.2 /秒 · 还需
// 23 分钟".
func ProgressLine(i task.Info) string {
	if i.State == task.Failed {
		return words.Tell(i.Err).What
	}
	var say []string
	if i.State != task.Running {
		say = append(say, words.T("task.state."+string(i.State)))
	}
	if phase := words.Phase(i.Progress); phase != "" && !i.State.Ended() {
		say = append(say, phase)
	}
	switch p := i.Progress; {
	case p.Total > 0:
		if !i.State.Ended() {
			say = append(say, words.T("task.percent", words.Args{"N": percent(p)}))
		}
		say = append(say, words.T("task.done-of", words.Args{"Done": words.Number(p.Done), "Total": words.Number(p.Total)}))
	case p.Done > 0:
		say = append(say, words.Number(p.Done))
	}
	if p := i.Progress; p.OfBytes > 0 {
		say = append(say, words.T("task.done-of", words.Args{"Done": words.Bytes(p.Bytes), "Total": words.Bytes(p.OfBytes)}))
	}
	if i.Speed > 0 {
		say = append(say, words.T("task.rate", words.Args{"N": words.Bytes(int64(i.Speed))}))
	}
	if i.Rate > 0 {
		say = append(say, words.T("task.rate", words.Args{"N": words.Rate(i.Rate)}))
	}
	if i.Left > 0 {
		say = append(say, words.T("task.left", words.Args{"Time": words.Duration(i.Left)}))
	}
	if i.State.Ended() {
		say = append(say, words.T("task.took", words.Args{"Time": words.Duration(i.Ended.Sub(i.Started))}))
	}
	return strings.Join(say, " · ")
}

// percent is how much of a job is done, by its bytes where it has some.
func percent(p archive.Progress) int {
	if p.OfBytes > 0 {
		return int(100 * p.Bytes / p.OfBytes)
	}
	return 100 * p.Done / p.Total
}

// thinBar is a quiet bar: still, with nothing in it while the total is not known.
type thinBar struct {
	widget.BaseWidget
	done float32 // 0–1
}

func newThinBar() *thinBar {
	b := &thinBar{}
	b.ExtendBaseWidget(b)
	return b
}

func (b *thinBar) set(done, total float64) {
	b.done = 0
	if total > 0 {
		b.done = min(float32(done/total), 1)
	}
	b.Refresh()
}

func (b *thinBar) CreateRenderer() fyne.WidgetRenderer {
	r := &thinRenderer{bar: b, ground: canvas.NewRectangle(color.Transparent), part: canvas.NewRectangle(color.Transparent)}
	r.ground.CornerRadius, r.part.CornerRadius = 3, 3
	r.Refresh()
	return r
}

type thinRenderer struct {
	bar          *thinBar
	ground, part *canvas.Rectangle
}

func (r *thinRenderer) Destroy()           {}
func (r *thinRenderer) MinSize() fyne.Size { return fyne.NewSize(60, 6) }
func (r *thinRenderer) Layout(fyne.Size)   { r.Refresh() }
func (r *thinRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.part}
}

func (r *thinRenderer) Refresh() {
	size := r.bar.Size()
	pad := base.InnerPadding()
	r.ground.FillColor = base.Color(base.ColorNameSeparator)
	r.part.FillColor = base.Color(base.ColorNamePrimary)
	width := max(size.Width-2*pad, 0)
	for _, rect := range r.Objects() {
		rect.Move(fyne.NewPos(pad, 0))
	}
	r.ground.Resize(fyne.NewSize(width, size.Height))
	r.part.Resize(fyne.NewSize(width*r.bar.done, size.Height))
	canvas.Refresh(r.bar)
}
