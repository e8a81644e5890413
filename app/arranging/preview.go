package arranging

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// preview shows what an operation would do before it is done.
type preview struct {
	now   atomic.Pointer[shownProposal]
	round int
	head  *widget.Label
	say   *parts.Prose
	whole *parts.Prose // the row with the keyboard, not cut short
	fault *parts.Fault
	do    *parts.Button
	back  *parts.Button
	table *parts.Table
	root  *fyne.Container
}

type shownProposal struct {
	round int
	proposal
}

func newPreview(d Deps, carry, back func()) *preview {
	p := &preview{head: parts.Heading(""), say: parts.Paragraph(""), whole: parts.Paragraph(""), fault: parts.NewFault(nil)}
	p.do = parts.NewPrimary(words.T("arranging.carry"), base.ConfirmIcon(), carry)
	p.back = parts.NewButton(words.T("Cancel"), nil, back)
	p.table = parts.NewTable(parts.TableOptions{
		Key: "arranging.preview", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "old", Title: words.T("arranging.old"), Width: 218},
			{Key: "new", Title: words.T("arranging.new"), Width: 218},
			{Key: "title", Title: words.T("field.title"), Width: 110, Stretch: true},
			{Key: "more", Title: words.T("arranging.more"), Width: 112},
		},
		Fetch: p.fetch, OnSelect: p.selected, Empty: words.T("arranging.preview.none"),
	})
	p.root = parts.Border(container.NewVBox(p.head, p.say, p.fault.Box, container.NewHBox(p.do, p.back)), p.whole, nil, nil, p.table)
	return p
}

// show takes another proposal; stale tells that the class had changed since the one before.
func (p *preview) show(what proposal, stale bool) {
	p.round++
	p.now.Store(&shownProposal{p.round, what})
	p.head.SetText(words.T("arranging.preview.head", words.Args{"What": words.T("op." + string(what.kind))}))
	p.fault.Show(nil)
	var say []string
	if stale {
		say = append(say, words.T("arranging.stale"))
	}
	p.say.Importance = widget.MediumImportance
	switch {
	case len(what.why) > 0:
		p.say.Importance = widget.DangerImportance
		say = append(say, words.T("arranging.refused"))
		say = append(say, what.why[:min(len(what.why), most)]...)
	case what.nothing:
		say = append(say, words.T("arranging.nothing"))
	default:
		say = append(say, words.T("arranging.would", words.Args{"Totals": what.totals}))
	}
	if stale && len(what.why) == 0 {
		p.say.Importance = widget.WarningImportance
	}
	p.say.SetText(words.Sentences(say...))
	parts.Able(p.do, len(what.why) == 0 && !what.nothing)
	ids := make([]archive.ID, len(what.lines))
	for i := range ids {
		ids[i] = archive.ID(p.round)<<placeBits | archive.ID(i+1)
	}
	p.table.SetIDs(ids)
	if len(ids) > 0 {
		p.table.GoTo(0)
	}
	p.selected()
	p.root.Refresh()
}

func (s *shownProposal) at(id archive.ID) (line, bool) {
	place := int(id&(1<<placeBits-1)) - 1
	if s == nil || int(id>>placeBits) != s.round || place < 0 || place >= len(s.lines) {
		return line{}, false
	}
	return s.lines[place], true
}

// fetch is called off the UI goroutine.
func (p *preview) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	rows := make([]parts.Row, len(ids))
	s := p.now.Load()
	for i, id := range ids {
		if l, ok := s.at(id); ok {
			rows[i] = parts.Row{Cells: []string{l.old, l.new, l.title, l.more}, Alert: l.alert}
		}
	}
	return rows, nil
}

// selected says the row with the keyboard in full.
func (p *preview) selected() {
	if p.table == nil {
		return
	}
	_, id := p.table.Current()
	l, _ := p.now.Load().at(id)
	text := strings.TrimSpace(l.title + "　" + l.more)
	if p.whole.Text != text {
		p.whole.SetText(text)
		p.root.Refresh()
	}
}

// sentence says what is wrong with what was typed; "" where nothing is.
func sentence(err error) string {
	problems, coded := errors.AsType[refcode.Problems](err)
	if !coded {
		return words.Tell(err).What
	}
	var say []string
	for _, p := range problems {
		if !p.Warning {
			say = append(say, words.CodeProblem(p))
		}
	}
	return strings.Join(say, words.T("arranging.total.and"))
}
