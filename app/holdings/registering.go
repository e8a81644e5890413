package holdings

import (
	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
)

func (s *Screen) registerFonds() {
	if s.side.fonds != nil {
		s.beginForm(s.side.fonds)
		return
	}
	task.Load(s.deps.Runner, &s.finds, s.deps.Catalogue.Rules, func(rules describe.Rules, err error) {
		if err != nil {
			s.failed(err, s.registerFonds)
			return
		}
		s.side.fonds = newFondsForm(s.deps, rules, s.side.events, s.side.escape)
		s.beginForm(s.side.fonds)
	})
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

// registerHolding leads to the screen where records are described one after another.
func (s *Screen) registerHolding() {
	now, series := s.list.now, s.list.now.Series
	if now.Kind == archive.KindSeries {
		series = now.Node
	}
	if own := s.tree.seriesOf(now.Fonds); series == 0 && len(own) > 0 {
		series = own[0].Node
	}
	v := parts.EntryValue{Node: series, Like: s.side.record.now.Holding.Code}
	if now.Kind == archive.KindVolume || now.Kind == archive.KindAlbum {
		v.Like, v.Inside = now.Code, true
	}
	s.deps.Open(parts.Route{Screen: "entry", Value: v})
}

// registerPaper leads to where the papers of a fonds dossier are described.
func (s *Screen) registerPaper(fonds archive.ID) {
	s.deps.Open(parts.Route{Screen: "entry", Value: parts.EntryValue{Node: fonds}})
}

// beginForm shows a form beside the list, even where there is nothing to list yet.
func (s *Screen) beginForm(f registration) {
	s.side.begin(f)
	s.showWhole()
	f.focus()
}

// emptyList leads on from a node that holds nothing yet.
func (s *Screen) emptyList(p Place) fyne.CanvasObject {
	if p.Kind == archive.KindFonds && !s.tree.hasSeries(p.Node) {
		return parts.NewEmptyState(words.T("holdings.noseries"), words.T("holdings.noseries.say"),
			parts.NewPrimary(words.T("holdings.add.series"), base.ContentAddIcon(), s.registerSeries))
	}
	return parts.NewEmptyState(words.T("holdings.noitems"), words.T("holdings.noitems.say"),
		parts.NewPrimary(words.T("holdings.add.item"), base.ContentAddIcon(), s.registerHolding))
}
