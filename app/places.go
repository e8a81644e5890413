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
		{Name: ScreenAudit, Word: "nav.audit", Icon: base.HistoryIcon(), Make: func() Screen { return newAudit(p) }},
		{Name: ScreenSettings, Word: "nav.settings", Icon: base.SettingsIcon(), Make: func() Screen { return newSettings(p) }},
	}
}

// Output is one way in which content leaves the program.
type Output struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // "window", "clipboard" or "file"
}

// Outputs lists the ways in which content leaves the program.
func Outputs() []Output {
	return []Output{
		{"window", "window"},
		{"table.copy", "clipboard"},
		{"error.copy", "clipboard"},
		{"tasks.failures", "clipboard"},
		{"intake.refused", "file"},
		{"intake.plan", "file"},
		{"intake.check", "file"},
		{"field.copy", "clipboard"},
		{"importing.rejects", "file"},
		{"importing.mapping", "file"},
		{"importing.export", "file"},
		{"audit.export", "file"},
		{"audit.heads", "file"},
		{"audit.heads.copy", "clipboard"},
	}
}
