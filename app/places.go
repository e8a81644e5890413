package app

import (
	"slices"

	base "fyne.io/fyne/v2/theme"

	"lantai/archive/access"
	"lantai/archive/station"
)

// Places gives the screens of the program in the order of the navigation.
func Places(p *Program) []Place {
	if p.Station == nil {
		return []Place{
			{Name: ScreenFirstRun, Word: "nav.firstrun", Icon: base.HomeIcon(), Make: func() Screen { return newFirstRun(p) }},
		}
	}
	if p.signedOut() {
		return []Place{
			{Name: ScreenSignIn, Under: ScreenSignIn, Make: func() Screen { return newSignIn(p) }},
		}
	}
	return slices.DeleteFunc(allPlaces(p), func(place Place) bool { return !p.may(place) })
}

func allPlaces(p *Program) []Place {
	sees, edits := []access.Action{access.SeeRow}, []access.Action{access.Edit}
	return []Place{
		{Name: ScreenStart, Needs: sees, Word: "nav.start", Icon: base.HomeIcon(), Make: func() Screen { return newStart(p) }},
		{Name: ScreenHoldings, Needs: sees, Word: "nav.holdings", Icon: base.StorageIcon(), Make: func() Screen { return newHoldings(p) }},
		{Name: ScreenEntry, Needs: edits, Word: "nav.entry", Icon: base.DocumentCreateIcon(), Make: func() Screen { return newEntry(p) }},
		{Name: ScreenArranging, Needs: edits, Under: ScreenEntry, Make: func() Screen { return newArranging(p) }},
		{Name: ScreenImporting, Needs: []access.Action{access.Edit, access.Export}, Under: ScreenHoldings, Make: func() Screen { return newImporting(p) }},
		{Name: ScreenHistory, Needs: sees, Under: ScreenHoldings, Make: func() Screen { return newHistory(p) }},
		{Name: ScreenLedger, Needs: sees, Under: ScreenHoldings, Make: func() Screen { return newLedger(p) }},
		{Name: ScreenGroups, Needs: sees, Under: ScreenHoldings, Make: func() Screen { return newGroups(p) }},
		{Name: ScreenTrash, Needs: edits, Under: ScreenHoldings, Make: func() Screen { return newTrash(p) }},
		{Name: ScreenIntake, Needs: edits, Word: "nav.intake", Icon: base.DownloadIcon(), Make: func() Screen { return newIntake(p) }},
		{Name: ScreenFind, Needs: sees, Word: "nav.find", Icon: base.SearchIcon(), Make: func() Screen { return newFind(p) }},
		{Name: ScreenViewer, Needs: []access.Action{access.SeePages}, Under: ScreenFind, Make: func() Screen { return newViewer(p) }},
		{Name: ScreenCustody, Needs: station.CustodyNeeds(), Word: "nav.custody", Icon: base.DocumentSaveIcon(), Make: func() Screen { return newCustody(p) }},
		{Name: ScreenTasks, Needs: []access.Action{access.Edit, access.Export, access.Administer}, Word: "nav.tasks", Icon: base.ListIcon(), Make: func() Screen { return newTasks(p) }},
		{Name: ScreenPeople, Needs: []access.Action{access.People, access.Approve, access.Destroy}, Word: "nav.people", Icon: base.AccountIcon(), Make: func() Screen { return newPeople(p) }},
		{Name: ScreenAudit, Needs: []access.Action{access.Audit}, Word: "nav.audit", Icon: base.HistoryIcon(), Make: func() Screen { return newAudit(p) }},
		{Name: ScreenSettings, Word: "nav.settings", Icon: base.SettingsIcon(), Make: func() Screen { return newSettings(p) }},
	}
}
