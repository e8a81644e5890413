package entry

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// side is one of the two ways in which records are entered.
type side string

const (
	byForm  side = "form"  // 逐条
	bySheet side = "sheet" // 表格
)

const rememberSide = "entry.side"

// sheets are the grids of this run, by series and kind.
type sheets struct {
	all     map[string]*sheet
	pending map[archive.HoldingKind]map[string][]describing.Values // left over from an earlier run, by series
	keeper  describing.Keeper
	side    side
	tabs    *parts.Tabs[side]
}

func (s *Screen) newSheets() {
	s.sheets = sheets{all: map[string]*sheet{}, pending: map[archive.HoldingKind]map[string][]describing.Values{}, side: byForm}
	if s.deps.Memory.StringWithFallback(rememberSide, "") == string(bySheet) {
		s.sheets.side = bySheet
	}
	s.sheets.keeper = describing.Keeper{Drafts: s.deps.Drafts.OfSheets(), Runner: s.deps.Runner, Now: s.sheetDraft, Failed: s.draftFailed}
	s.sheets.tabs = parts.NewTabs(s.turnTo, byForm, bySheet)
	s.sheets.tabs.SetText(byForm, words.T("sheet.by-form"))
	s.sheets.tabs.SetText(bySheet, words.T("sheet.by-sheet"))
	s.sheets.tabs.Mark(s.sheets.side)
}

// turnTo changes between form and grid; series and kind stay, and so does what is typed in
// either.
func (s *Screen) turnTo(to side) {
	if s.editing.ID != 0 || to == s.sheets.side {
		return
	}
	s.sheets.side = to
	s.deps.Memory.SetString(rememberSide, string(to))
	s.layWork()
	if s.form != nil {
		s.showSide()
		s.focusForm()
	}
}

func (s *Screen) otherSide() {
	if s.sheets.side == byForm {
		s.turnTo(bySheet)
		return
	}
	s.turnTo(byForm)
}

// sheet is the grid that is in view; nil: the form is.
func (s *Screen) sheet() *sheet {
	if s.sheets.side != bySheet {
		return nil
	}
	return s.sheets.all[s.sheetKey()]
}

func (s *Screen) sheetKey() string { return s.node.Code + " " + string(s.kind) }

// layWork gives the grid more of the width than the form needs.
func (s *Screen) layWork() {
	s.sheets.tabs.Mark(s.sheets.side)
	opt := parts.SplitOptions{Key: "entry.work", Memory: s.deps.Memory, Share: 0.67}
	s.hint.SetText(words.T("entry.keys"))
	s.save.SetText(words.T("entry.save"))
	if s.sheets.side == bySheet {
		opt.Key, opt.Share = "entry.work.sheet", 0.8
		s.hint.SetText(words.T("sheet.hint"))
		s.save.SetText(words.T("sheet.save"))
	}
	s.work.Objects = []fyne.CanvasObject{parts.NewSplit(s.middle, s.right, opt)}
	s.work.Refresh()
}

// showSide puts the form or the grid of series and kind in its place, and asks about what
// was left over there.
func (s *Screen) showSide() {
	s.show(s.entering)
	grid := s.sheets.side == bySheet
	s.code.alone(grid)
	s.together.Hidden = grid || s.kind != archive.KindPhoto
	s.kindRow.Refresh()
	s.state.SetText("")
	if !grid {
		parts.Put(s.fields, s.form.Root())
		s.head.Refresh()
		if d, ok := s.pending[s.kind]; ok {
			s.offer(d)
		}
		return
	}
	key := s.sheetKey()
	t := s.sheets.all[key]
	if t == nil {
		kind := s.kind
		t = newSheet(s.deps, s.rules, s.node, kind, s.behind(kind), sheetHooks{Class: s.sheetClass, Follow: func(code string) { s.code.like(code) },
			Changed: func() { s.sheets.keeper.Touch(kind) }, Status: s.state.SetText, Failed: s.tell, Saved: s.sheetSaved})
		s.sheets.all[key] = t
	}
	parts.Put(s.fields, t.root)
	s.head.Refresh()
	t.shownAgain()
	if rows := s.sheets.pending[s.kind][s.node.Code]; len(rows) > 0 {
		s.offerSheet(t, rows)
	}
}

// sheetClass is the class of the next code; nil while something of it is not said.
func (s *Screen) sheetClass() refcode.Values {
	class := s.code.elements()
	if s.code.deeper() && class[refcode.VolumeNo] == "" {
		return nil
	}
	return class
}

// sheetSaved lists what was saved from a grid.
func (s *Screen) sheetSaved(saved []archive.Holding, took time.Duration) {
	s.sitting.add(saved, took)
	s.code.remember()
	s.code.propose()
	for _, kind := range archive.Kinds() {
		s.sheets.keeper.Renew(kind)
	}
}

// sheetDraft is what stands in the grids of a kind and is not saved.
func (s *Screen) sheetDraft(kind archive.HoldingKind) describing.Draft {
	d := describing.Draft{Sheets: map[string][]describing.Values{}, Saved: s.deps.Now().UnixMilli()}
	for series, rows := range s.sheets.pending[kind] {
		d.Sheets[series] = rows
	}
	for _, t := range s.sheets.all {
		if rows := t.rows(); t.kind == kind && len(rows) > 0 {
			d.Sheets[t.node.Code] = append(rows, d.Sheets[t.node.Code]...)
		}
	}
	return d
}

// offerSheet asks whether the person goes on with the rows that were left over.
func (s *Screen) offerSheet(t *sheet, rows []describing.Values) {
	kind := t.kind
	forget := func() {
		delete(s.sheets.pending[kind], t.node.Code)
		s.show(s.entering)
	}
	resume := parts.NewPrimary(words.T("entry.draft.resume"), base.DocumentCreateIcon(), func() {
		forget()
		t.restore(rows)
		s.focusForm()
	})
	drop := parts.NewButton(words.T("entry.draft.drop"), base.DeleteIcon(), func() {
		forget()
		s.sheets.keeper.Renew(kind)
		s.focusForm()
	})
	say := parts.Paragraph(words.T("sheet.draft.say", words.Args{"Kind": words.Kind(kind), "Series": t.node.Code, "N": len(rows),
		"Title": rows[0]["title"]}))
	s.show(container.NewVBox(parts.Heading(words.T("sheet.draft")), say, container.NewHBox(resume, drop)))
	s.deps.Window.Canvas().Focus(resume)
}
