package intake

import (
	"context"

	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
)

// Linking finds the records of whole deliveries, and counts what was linked.
type Linking interface {
	// LinkChoices tells what linking can be narrowed to.
	LinkChoices(ctx context.Context) (LinkChoices, error)
	// LinkFields lists the fields of the site's own that are in use.
	LinkFields(ctx context.Context) ([]string, error)
	// PlanLinks finds out what linking would do; nothing is changed.
	PlanLinks(ctx context.Context, r ingest.LinkRequest, progress func(archive.Progress)) (*Plan, error)
	// PlanRows reads some lines of one fate, by their places from 0.
	PlanRows(ctx context.Context, p *Plan, fate ingest.LinkFate, at []int) ([]ingest.LinkRow, error)
	// WalkPlan gives every line of a plan.
	WalkPlan(ctx context.Context, p *Plan, fn func(ingest.LinkRow) error) error
	// CarryLinks carries a plan out. The report tells what was done also beside an error.
	CarryLinks(ctx context.Context, p *Plan, progress func(archive.Progress)) (ingest.LinkReport, error)
	// UndoLinks takes links back, in the order given, and tells how many of them it came
	// through, also beside an error, and how many pages were left as they are since somebody
	// changed them.
	UndoLinks(ctx context.Context, ops []archive.ID, progress func(archive.Progress)) (done, kept int, err error)
	// SetSeparators keeps the characters that part 档号 and page, for receiving too.
	SetSeparators(ctx context.Context, separators string) error
	// CheckLinks compares linked images with the catalogue, of one fonds or (zero) of all.
	CheckLinks(ctx context.Context, fonds archive.ID, progress func(archive.Progress)) (ingest.LinkCheck, error)
	// Titles gives the 题名 of records.
	Titles(ctx context.Context, ids []archive.ID) (map[archive.ID]string, error)
}

// LinkChoices are what linking can be narrowed to, and the setting in force.
type LinkChoices struct {
	Batches    []Batch            // the newest first
	Waiting    map[archive.ID]int // pages 待挂接 by batch
	Fonds      []archive.Holding
	Separators string // the archive's own; empty: the usual ones
}

// newEarlier makes the button that leads to what was linked before, to be undone.
func newEarlier(d Deps) *parts.Button {
	return parts.NewQuiet(words.T("intake.earlier"), base.HistoryIcon(), func() {
		d.Open(parts.Route{Screen: "importing", Value: parts.DeedsValue{Links: true}})
	})
}

// Plan is what linking would do.
type Plan struct {
	*ingest.LinkPlan
	Lines *ingest.LinkLines
}

// Secrets decides on what was put aside as suspected state secrets.
type Secrets interface {
	// Matters lists what waits for a decision, the oldest first; with decided, also the rest.
	Matters(ctx context.Context, decided bool) ([]archive.Quarantine, error)
	// Decide brings a matter back, or removes it for good and lists what was removed. To
	// remove, the note has to say why.
	Decide(ctx context.Context, matter archive.ID, secret bool, note string) ([]ingest.Removed, error)
}
