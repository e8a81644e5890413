package people

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/purging"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

func (l *purgeList) build() {
	l.agree = parts.NewPrimary(words.T("purging.agree"), base.ConfirmIcon(), l.askAgree)
	l.refuse = parts.NewButton(words.T("purging.refuse"), base.CancelIcon(), l.askRefuse)
	l.goOn = parts.NewPrimary(words.T("purging.go-on"), base.MediaPlayIcon(), l.carry)
	l.clear = parts.NewButton(words.T("purging.clear"), base.ConfirmIcon(), l.askClear)
	l.why.Importance = widget.WarningImportance
	l.working.Objects = []fyne.CanvasObject{l.work.Row}
	l.working.Hide()
	media := parts.Border(parts.NewRow(parts.Heading(words.T("purging.media")), nil, l.clear), l.about, nil, nil, l.media)
	l.split = parts.NewSplit(l.preview.Root, media, parts.SplitOptions{Key: "people.media", Memory: l.deps.Memory, Share: 0.5, Stacked: true})
	l.side = container.NewStack(l.preview.Root)
	right := parts.Border(l.facts, container.NewVBox(l.why, parts.NewRow(nil, nil, container.NewHBox(l.refuse, l.agree, l.goOn))), nil, nil, l.side)
	left := parts.Border(parts.NewRow(parts.Heading(words.T("purging.list")), nil, nil), nil, nil, nil, l.table)
	split := parts.NewSplit(left, right, parts.SplitOptions{Key: "people.purge", Memory: l.deps.Memory, Share: 0.54})
	l.whole = parts.Border(container.NewVBox(parts.Paragraph(words.T("purging.list.say")), l.said, l.fault.Box, l.working), nil, nil, nil, split)
}

// selected shows another purge.
func (l *purgeList) selected() {
	p, ok := l.current()
	l.facts.SetText(factsOf(p))
	l.facts.Hidden = !ok
	list, _ := l.now.media(p.ID)
	l.showMedia(list)
	switch {
	case !ok:
		l.plans.Cancel()
		l.of = 0
		l.preview.ShowCodes(nil)
	case p.State != archive.PurgeAsked:
		l.plans.Cancel()
		l.of = 0
		l.preview.ShowCodes(p.Codes, cameOf(p))
	case l.of != p.ID:
		l.of = 0
		l.preview.ShowCodes(p.Codes, parts.Paragraph(words.T("purging.planning")))
		l.look(p)
	}
	l.able()
}

// look reads what a purge that was asked for would take.
func (l *purgeList) look(p Purge) {
	task.Load(l.deps.Runner, &l.plans, func(ctx context.Context) (purging.Plan, error) {
		return l.deps.Purges.PlanOf(ctx, p.ID)
	}, func(now purging.Plan, err error) {
		if err != nil {
			line := parts.Paragraph(words.Tell(err).What)
			line.Importance = widget.DangerImportance
			l.preview.ShowCodes(p.Codes, line)
			return
		}
		l.of, l.plan = p.ID, now
		l.preview.Show(now)
		l.able()
	})
}

// factsOf says who asked for a purge and why, and who decided.
func factsOf(p Purge) string {
	say := []string{words.T("purging.facts", words.Args{"By": p.By, "At": words.Clock(p.Asked), "Reason": p.Reason})}
	switch p.State {
	case archive.PurgeAsked:
	case archive.PurgeWithdrawn:
		say = append(say, words.T("purging.facts.withdrawn", words.Args{"Name": p.Second, "At": words.Clock(p.Ended), "State": stateOf(p)}))
	default:
		say = append(say, words.T("purging.facts.agreed", words.Args{"Name": p.Second, "At": words.Clock(p.Agreed)}))
	}
	return strings.Join(say, "\n")
}

// cameOf says what became of a purge that nobody has to decide on any more.
func cameOf(p Purge) *parts.Prose {
	key := "purging.came." + string(p.State)
	if p.State == archive.PurgeClearing {
		key = "purging.came." + string(archive.PurgeGoing)
	}
	return parts.Paragraph(words.T(key, words.Args{"Records": words.Number(p.Records), "Pages": words.Number(p.Pages), "Files": words.Number(p.Files)}))
}

func (l *purgeList) showMedia(list []archive.Medium) {
	rows, ids := make(map[archive.ID]parts.Row, len(list)), make([]archive.ID, len(list))
	for i, m := range list {
		ids[i] = m.ID
		state := words.T("purging.holds.still")
		if m.Cleared != 0 {
			state = words.T("purging.cleared")
		}
		files := ""
		if m.Files > 0 {
			files = words.Number(m.Files)
		}
		rows[m.ID] = parts.Row{Cells: []string{words.Number(m.Number), words.T("medium."+string(m.Kind)) + " " + m.Name, files, state},
			Dim: m.Cleared != 0, Alert: m.Cleared == 0}
	}
	l.held.Set(rows)
	l.media.SetIDs(ids)
	l.media.Reload()
	if row, _ := l.media.Current(); row < 0 && len(ids) > 0 {
		l.media.GoTo(0)
	}
	l.mediumChosen()
	if len(list) > 0 {
		parts.Put(l.side, l.split)
	} else {
		parts.Put(l.side, l.preview.Root)
	}
}

// mediumChosen says of a medium what is on it, or how it was cleared.
func (l *purgeList) mediumChosen() {
	text := ""
	switch m, ok := l.medium(); {
	case !ok:
	case m.Cleared != 0:
		text = words.T("purging.cleared.how", words.Args{"At": words.Clock(m.Cleared), "Note": m.Note})
	case len(m.Paths) > 0:
		text = purging.Some(m.Paths)
	}
	l.about.SetText(text)
	l.about.Hidden = text == ""
	l.able()
}

// not says why a purge that was asked for cannot be agreed to by whoever looks; "" when it
// can, or nothing is known yet.
func (l *purgeList) not(p Purge) string {
	there := l.of == p.ID
	switch {
	case p.State != archive.PurgeAsked:
	case l.now.Alone:
		return words.T("purging.not.alone")
	case p.Actor == l.now.Self:
		return words.T("purging.not.self")
	case there && l.plan.Barred != nil:
		return words.Tell(l.plan.Barred).What + " " + words.T("purging.not.barred")
	case there && !l.plan.Same(p.Records, p.Pages, p.Files, p.Bytes):
		return words.T("purging.not.changed")
	}
	return ""
}

func (l *purgeList) able() {
	if l.whole == nil { // being made
		return
	}
	p, ok := l.current()
	asked, free := ok && p.State == archive.PurgeAsked, !l.busy && !l.work.Busy()
	why := l.not(p)
	parts.Able(l.agree, asked && free && why == "" && l.of == p.ID && len(l.plan.Shared) == 0)
	parts.Able(l.refuse, asked && free)
	parts.Able(l.goOn, p.State.Going() && free)
	m, there := l.medium()
	parts.Able(l.clear, there && m.Cleared == 0 && free)
	word := "purging.refuse"
	if asked && p.Actor == l.now.Self {
		word = "purging.withdraw"
	}
	l.refuse.SetText(words.T(word))
	l.agree.Hidden, l.refuse.Hidden, l.goOn.Hidden = !asked, !asked, !p.State.Going()
	l.why.SetText(why)
	l.why.Hidden = why == ""
	l.whole.Refresh()
}

// moved is told when the purge begins and ends.
func (l *purgeList) moved() {
	l.working.Hidden = !l.work.Busy()
	l.able()
}

// askAgree asks once more before it is done for good.
func (l *purgeList) askAgree() {
	p, ok := l.current()
	if !ok || l.agree.Disabled() {
		return
	}
	parts.Ask(l.deps.Window, words.T("purging.agree"), words.T("purging.agree.say", words.Args{"Records": words.Number(l.plan.Records),
		"Pages": words.Number(l.plan.Pages), "Files": words.Number(l.plan.Files), "Codes": strings.Join(p.Codes, words.T("purging.and"))}),
		words.T("purging.agree.do"), l.carry)
}

// carry carries out the purge stood on, or goes on with it.
func (l *purgeList) carry() {
	p, ok := l.current()
	if !ok || l.work.Busy() {
		return
	}
	l.say("")
	l.tell(nil)
	parts.Begin(l.work, words.T("purging.doing"), func(ctx context.Context, progress func(archive.Progress)) (archive.Purge, error) {
		return l.deps.Purges.Agree(ctx, p.ID, progress)
	}, func(done archive.Purge, err error) {
		if err == nil {
			l.say(words.T("purging.done", words.Args{"Codes": strings.Join(done.Codes, words.T("purging.and")), "Records": words.Number(done.Records),
				"Pages": words.Number(done.Pages), "Files": words.Number(done.Files)}))
		}
		l.after(err)
	})
}

// after reads the list again, and tells of an error that stays in view meanwhile.
func (l *purgeList) after(err error) {
	task.Load(l.deps.Runner, &l.loads, l.deps.Purges.Purges, func(now Purges, failed error) {
		if err == nil {
			err = failed
		}
		l.tell(err)
		if failed == nil {
			l.show(now)
		}
	})
}

func (l *purgeList) askRefuse() {
	p, ok := l.current()
	if !ok || l.refuse.Disabled() {
		return
	}
	word := "purging.refuse"
	if p.Actor == l.now.Self {
		word = "purging.withdraw"
	}
	parts.Ask(l.deps.Window, words.T(word), words.T(word+".say", words.Args{"Codes": strings.Join(p.Codes, words.T("purging.and"))}), words.T(word), func() {
		l.write(func(ctx context.Context) error { return l.deps.Purges.Withdraw(ctx, p.ID) }, words.T("purging.dropped"))
	})
}

// mostPaths are how many originals on a medium are named.
const mostPaths = 12

// askClear asks how a medium was seen to.
func (l *purgeList) askClear() {
	m, ok := l.medium()
	if !ok || l.clear.Disabled() {
		return
	}
	note := parts.NewEntry()
	box := parts.NewField(words.T("purging.clear.note"), note)
	box.SetHint(words.T("purging.clear.hint"))
	note.OnChanged = func(string) { box.SetError("") }
	form := container.NewVBox(parts.Paragraph(words.T("purging.clear.say", words.Args{"Name": purging.Medium(m)})))
	if n := len(m.Paths); n > 0 {
		list := strings.Join(m.Paths[:min(n, mostPaths)], "\n")
		if n > mostPaths {
			list += "\n" + words.T("purging.more", words.Args{"N": words.Number(n)})
		}
		form.Add(parts.Paragraph(list))
	}
	form.Add(box)
	do := formDialog(l.deps.Window, words.T("purging.clear"), words.T("purging.clear.do"), form, 120, func(_ *parts.Button, hide func()) {
		text := strings.TrimSpace(note.Text)
		if text == "" {
			box.SetError(words.T("purging.clear.missing"))
			l.deps.Window.Canvas().Focus(note)
			return
		}
		hide()
		l.write(func(ctx context.Context) error { return l.deps.Purges.Cleared(ctx, m.Number, text) },
			words.T("purging.clear.done", words.Args{"Name": m.Name}))
	})
	note.OnNext = func() { do.OnTapped() }
	l.deps.Window.Canvas().Focus(note)
}

func (l *purgeList) write(do func(context.Context) error, done string) {
	l.busy = true
	l.able()
	task.Run(l.deps.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, do(ctx)
	}, func(_ struct{}, err error) {
		l.busy = false
		l.say("")
		if err == nil {
			l.say(done)
		}
		l.after(err)
		l.able()
	}, task.Quiet())
}
