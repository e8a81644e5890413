package start

import (
	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/words"
)

// backup is the line about the backup: among what waits when it is wanting, behind all that
// when all is well with it.
func (s *Screen) backup(now State) (wanting, well []fyne.CanvasObject) {
	d, fine := backupOf(now, s.copies)
	switch {
	case d.say == "" || s.deps.Has != nil && !s.deps.Has(d.screen):
	case fine:
		well = []fyne.CanvasObject{s.row(d)}
	default:
		wanting = []fyne.CanvasObject{s.row(d)}
	}
	return wanting, well
}

// backupOf says how the backup stands, and whether all is well with it; nothing where there is
// nothing to copy, or nobody who may know.
func backupOf(now State, c *Copies) (d duty, well bool) {
	if c == nil || now.Pages == 0 {
		return d, true
	}
	d = duty{icon: base.DocumentSaveIcon(), action: words.T("nav.custody"), screen: routeCustody}
	switch {
	case c.Targets == 0:
		d.say = words.T("start.copies.none")
		d.icon = base.WarningIcon()
		return d, false
	case c.Offsite == 0:
		d.say = words.T("start.copies.inside")
	case c.Through == 0:
		d.say = words.N("start.copies.never", c.Missing)
	default:
		d.say = words.N("start.copies", c.Missing, words.Args{"Through": words.Clock(c.Through)})
	}
	var more []string
	if c.Faulty > 0 {
		more = append(more, words.N("start.copies.faulty", c.Faulty))
	}
	if c.Due > 0 {
		more = append(more, words.N("start.copies.due", c.Due))
	}
	d.more = words.Sentences(more...)
	well = c.Through != 0 && c.Missing == 0 && len(more) == 0
	if !well {
		d.icon = base.WarningIcon()
	}
	return d, well
}
