package app

// Output is one way in which content leaves the program.
type Output struct {
	Name string   `json:"name"`
	Kind string   `json:"kind"` // "window", "title", "clipboard", "file", "copies" (at a target), "temporary" or "memory" (of the person at this computer)
	At   []string `json:"-"`    // what writes it: "shell.go retitle"
}

// Outputs lists the ways in which content leaves the program. A test walks the source for
// what is missing here.
func Outputs() []Output {
	return []Output{
		{"window", "window", []string{"shell.go NewShell", "cover.go Cover", "cover.go Uncover"}},
		{"window.title", "title", []string{"shell.go setTitle"}},
		{"table.copy", "clipboard", []string{"parts/tablebody.go TypedShortcut"}},
		{"grid.copy", "clipboard", []string{"parts/gridcommands.go Copy"}},
		{"field.copy", "clipboard", []string{"parts/facts.go TypedShortcut"}},
		{"error.copy", "clipboard", []string{"parts/tell.go NewErrorPanel"}},
		{"tasks.failures", "clipboard", []string{"tasks/running.go showFailures"}},
		{"intake.tables", "file", []string{"intake/sheet.go sheetFile"}},
		{"importing.saved", "file", []string{"importing/saving.go saveAs"}},
		{"importing.export", "file", []string{"importing_on_station.go Export"}},
		{"importing.rejects", "temporary", []string{"importing/outcome.go begin"}},
		{"describing.drafts", "file", []string{"describing/draft.go replaceFile"}},
		{"custody.lists", "file", []string{"custody/export.go save"}},
		{"custody.copies", "copies", []string{"custody_on_station.go Copy"}},
		{"custody.labels", "copies", []string{"custody_on_station.go Begin", "custody_on_station.go AddDisk"}},
		{"audit.export", "file", []string{"audit_on_station.go Export"}},
		{"audit.heads", "file", []string{"audit/proofview.go saveHeads"}},
		{"audit.heads.copy", "clipboard", []string{"audit/proofview.go showHeads"}},
		{"memory", "memory", nil},
	}
}
