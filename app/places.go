package app

import (
	base "fyne.io/fyne/v2/theme"
)

// Places gives the screens of the program in the order of the navigation.
func Places(p *Program) []Place {
	if p.Station == nil {
		return []Place{
			{Name: ScreenFirstRun, Word: "nav.firstrun", Icon: base.HomeIcon(), Make: func() Screen { return newFirstRun(p) }},
		}
	}
	return []Place{
		{Name: ScreenStart, Word: "nav.start", Icon: base.HomeIcon(), Make: func() Screen { return newStart(p) }},
		{Name: ScreenHoldings, Word: "nav.holdings", Icon: base.StorageIcon(), Make: func() Screen { return newHoldings(p) }},
		{Name: ScreenEntry, Word: "nav.entry", Icon: base.DocumentCreateIcon(), Make: func() Screen { return newEntry(p) }},
		{Name: ScreenArranging, Under: ScreenEntry, Make: func() Screen { return newArranging(p) }},
		{Name: ScreenImporting, Under: ScreenHoldings, Make: func() Screen { return newImporting(p) }},
		{Name: ScreenHistory, Under: ScreenHoldings, Make: func() Screen { return newHistory(p) }},
		{Name: ScreenLedger, Under: ScreenHoldings, Make: func() Screen { return newLedger(p) }},
		{Name: ScreenGroups, Under: ScreenHoldings, Make: func() Screen { return newGroups(p) }},
		{Name: ScreenTrash, Under: ScreenHoldings, Make: func() Screen { return newTrash(p) }},
		{Name: ScreenIntake, Word: "nav.intake", Icon: base.DownloadIcon(), Make: func() Screen { return newIntake(p) }},
		{Name: ScreenFind, Word: "nav.find", Icon: base.SearchIcon(), Make: func() Screen { return newFind(p) }},
		{Name: ScreenViewer, Under: ScreenFind, Make: func() Screen { return newViewer(p) }},
		{Name: ScreenTasks, Word: "nav.tasks", Icon: base.ListIcon(), Make: func() Screen { return newTasks(p) }},
		{Name: ScreenSettings, Word: "nav.settings", Icon: base.SettingsIcon(), Make: func() Screen { return newSettings(p) }},
	}
}
