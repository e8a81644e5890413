package parts

import "lantai/archive"

// PageValue is the value of a route to one page: the screen "viewer".
type PageValue struct {
	Page  archive.ID
	Words []string // to be boxed on the image and on the pages around it; may be empty
}

// FindValue is the value of a route to the screen "find". The query is searched for at
// once; nil instead of a value shows what was there before, ready for typing.
type FindValue struct {
	Query string // as people type it (doc/search.md)
}

// HoldingValue is the value of a route to a record: the screen "holdings".
type HoldingValue struct {
	Holding archive.ID
}

// EntryValue is the value of a route to the screen "entry", where records are described
// one after another.
type EntryValue struct {
	Node   archive.ID // the series, or the fonds whose dossier is meant
	Like   string     // a 档号 of it whose class is likely wanted again; "" if there is none
	Inside bool       // records in the volume that Like names are meant
	Record archive.ID // instead: this record is to be described beside its images
}

// ArrangingValue is the value of a route to the screen "arranging", where classes of numbers
// are arranged.
type ArrangingValue struct {
	Holding archive.ID // a fonds, a series, or a record, whose class is shown
	Like    string     // of a fonds or series: a 档号 in it whose class is shown; "" if there is none
}

// HistoryValue is the value of a route to the history of a record: the screen "history".
type HistoryValue struct {
	Record archive.ID // may be in the trash
}

// LedgerValue is the value of a route to the ledger: the screen "ledger".
type LedgerValue struct {
	Fonds archive.ID // zero: all
}

// GroupsValue is the value of a route to the virtual groups: the screen "groups".
type GroupsValue struct {
	Add []archive.ID // records that are to be put into one
}

// IntakeValue is the value of a route to one side of the screen "intake".
type IntakeValue struct {
	View string // as that screen names its views
}

// PurgesValue is the value of a route to the purges that were asked for: the screen "people".
type PurgesValue struct{}

// RootsValue is the value of a route to the storage roots: the screen "settings".
type RootsValue struct{}

// DeedsValue is the value of a route to what was done and can be undone: the screen
// "importing".
type DeedsValue struct {
	Links bool // linking alone
}

// FixityValue is the value of a route to the check of the originals: the screen "settings".
type FixityValue struct{}
