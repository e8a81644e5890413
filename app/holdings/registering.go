package holdings

import (
	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

func (s *Screen) registerFonds() {
	if s.side.fonds == nil {
		s.side.fonds = newFondsForm(s.deps, s.side.events, s.side.escape)
	}
	s.beginForm(s.side.fonds)
}

func (s *Screen) registerSeries() {
	fonds := s.tree.fonds()
	if len(fonds) == 0 {
		s.registerFonds()
		return
	}
	if s.side.series == nil {
		s.side.series = newSeriesForm(s.deps, s.side.events, s.side.escape)
	}
	s.side.series.offer(fonds, s.list.now.Fonds)
	s.beginForm(s.side.series)
}

func (s *Screen) registerHolding() {
	all := s.tree.seriesOf(0)
	if len(all) == 0 {
		s.registerSeries()
		return
	}
	if s.side.item == nil {
		s.side.item = newHoldingForm(s.deps, s.side.events, s.side.escape)
	}
	now, series := s.list.now, s.list.now.Series
	if now.Kind == archive.KindSeries {
		series = now.ID
	}
	if own := s.tree.seriesOf(now.Fonds); series == 0 && len(own) > 0 {
		series = own[0].ID
	}
	s.beginForm(s.side.item)
	s.side.item.offer(all, series, s.side.record.now.Holding.Code)
	if now.Kind == archive.KindVolume {
		s.side.item.inVolume(now.Code)
	}
}

// beginForm shows a form beside the list, even where there is nothing to list yet.
func (s *Screen) beginForm(f registration) {
	s.side.begin(f)
	s.showWhole()
	f.focus()
}

// emptyList leads on from a node that holds nothing yet.
func (s *Screen) emptyList(p Place) fyne.CanvasObject {
	if p.Kind == archive.KindFonds && len(s.tree.seriesOf(p.ID)) == 0 {
		return parts.NewEmptyState(words.T("holdings.noseries"), words.T("holdings.noseries.say"),
			parts.NewPrimary(words.T("holdings.add.series"), base.ContentAddIcon(), s.registerSeries))
	}
	return parts.NewEmptyState(words.T("holdings.noitems"), words.T("holdings.noitems.say"),
		parts.NewPrimary(words.T("holdings.add.item"), base.ContentAddIcon(), s.registerHolding))
}
