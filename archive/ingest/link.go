package ingest

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// LinkBy is how images find the records that they belong to.
type LinkBy string

// The ways to find the record of an image.
const (
	LinkByName  LinkBy = "name"  // the 档号 in the names of files and folders
	LinkByPath  LinkBy = "path"  // a field of the catalogue names the files
	LinkByRange LinkBy = "range" // the 页号 of the items of a volume
)

// SettingSeparators is the archive's setting of refcode.Names.Separators, used at
// receiving and by LinkByName.
const SettingSeparators = "link.separators"

// PhaseLink is the phase of progress while pages are linked; PhaseMatch, while their
// records are looked for.
const (
	PhaseLink  = "link"
	PhaseMatch = "match"
)

// LinkRequest says which images are to be linked, and how.
type LinkRequest struct {
	By    LinkBy
	Batch archive.ID // pages of this receipt alone; zero: of all
	Fonds archive.ID // records of this fonds alone; zero: of all
	Force bool       // link also what has gaps: 页号 that no item has, paths that match nothing

	Separators string // by name: instead of the archive's setting; empty: that

	Column  string        // by path: the field of the site's own that has the paths
	Replace []Replacement // by path: the first that fits is used
	AnyCase bool          // by path: capital and small letters are equal

	Head, Tail int // by range: numbered images before page 1 and after the last that are covers, lists and notes
}

// Replacement is a beginning of the contractor's paths and what stands for it here.
type Replacement struct{ Old, New string }

// LinkUnit is what is linked whole or not at all: one holding, or a volume with its items.
type LinkUnit struct {
	Code    string
	Moved   int                 // pages that come into another holding
	Held    bool                // left as it is, because of a contradiction that is listed
	Arrange []store.Arrangement // the holdings as they will be; of what is held, as they are
}

// LinkPlan is what linking would do, as plain values, and what it found to be wrong.
type LinkPlan struct {
	Request      LinkRequest
	Units        []LinkUnit
	Linked       int // pages that would be linked
	Already      int // pages that lie where they belong
	Unmatched    []Unmatched
	ClaimedTwice []ClaimedTwice
	Mismatches   []Mismatch
}

// LinkReport is what linking did. Linked and Already count pages.
type LinkReport struct {
	Linked       int            `json:"linked"`
	Already      int            `json:"already"`
	Unmatched    []Unmatched    `json:"unmatched"`
	ClaimedTwice []ClaimedTwice `json:"claimed_twice"`
	Mismatches   []Mismatch     `json:"mismatches"`
	Ops          []archive.ID   `json:"ops"` // in the order they were done; each can be undone

	// Quarantined is what was put aside after it was linked: a page with the mark of a
	// state secret has come to stand among the first.
	Quarantined []PutAside `json:"quarantined"`
}

// Listed tells whether anything needs a person.
func (r LinkReport) Listed() bool {
	return len(r.Unmatched)+len(r.ClaimedTwice)+len(r.Mismatches)+len(r.Quarantined) > 0
}

// Unmatched is a path that leads to nothing: of a file that names no record that is held,
// or of a record whose path names no file that was received.
type Unmatched struct {
	Path string `json:"path"`
	Code string `json:"code"` // the 档号 that the path gives, or of the record that names it; may be empty
}

// ClaimedTwice is a file that several records claim. It is linked to none of them.
type ClaimedTwice struct {
	Path  string   `json:"path"`
	Codes []string `json:"codes"`
}

// MismatchKind says how a record and its images contradict each other.
type MismatchKind string

// The kinds of mismatch.
const (
	MismatchNone      MismatchKind = "none"           // pages are catalogued, no image is linked
	MismatchFewer     MismatchKind = "fewer"          // images than catalogued pages
	MismatchMore      MismatchKind = "more"           // images than catalogued pages
	MismatchOverlap   MismatchKind = "overlap"        // the 页号 of two items meet
	MismatchGap       MismatchKind = "gap"            // 页号 that no item of the volume has
	MismatchBeyond    MismatchKind = "beyond"         // 页号 behind the last image
	MismatchMissing   MismatchKind = "missing"        // 页号 without image, before the last image
	MismatchExtra     MismatchKind = "extra"          // images of the volume that no item has
	MismatchPageNo    MismatchKind = "page-number"    // 页号 that cannot be read
	MismatchNoPageNo  MismatchKind = "no-page-number" // neither 页号 nor 页数 where the others have them
	MismatchNoSerial  MismatchKind = "no-serial"      // an image whose name has no number
	MismatchTwice     MismatchKind = "serial-twice"   // two images of one number
	MismatchSerialGap MismatchKind = "serial-gap"     // numbers of images are left out
	MismatchEmpty     MismatchKind = "empty-file"     // no bytes
	MismatchWhole     MismatchKind = "whole-volume"   // images lie in the volume, its items have 页号
	MismatchAmbiguous MismatchKind = "ambiguous-path" // a path that names several files
	MismatchChanged   MismatchKind = "changed"        // was changed by others while it was to be linked
	MismatchSecret    MismatchKind = "secret"         // stands for a state secret: nothing may be linked to it
)

// Mismatch is one contradiction. Expected and Found count pages.
type Mismatch struct {
	Code     string       `json:"code"`
	Kind     MismatchKind `json:"kind"`
	Expected int          `json:"expected"`
	Found    int          `json:"found"`
	Detail   string       `json:"detail"` // 页号, a serial or a path; may be empty
	Holding  archive.ID   `json:"holding"`
}

// The boundaries of linking, for Linker.Step.
const (
	stepLinkBegun = "link:chunk-begun"
	stepLinkDone  = "link:chunk-committed"
)

// LinkSteps names the boundaries at which Linker.Step is called.
func LinkSteps() []string { return []string{stepLinkBegun, stepLinkDone} }

// Linker finds the records that delivered images belong to. It needs the catalogue
// alone, so that any process may link; whoever owns the index is to catch up afterwards.
type Linker struct {
	Catalogue *store.Catalogue
	Step      func(name string) // when given, called at each boundary of LinkSteps
}

// Plan finds out what linking would do. Nothing is changed.
func (l *Linker) Plan(ctx context.Context, r LinkRequest, progress func(archive.Progress)) (*LinkPlan, error) {
	const op = "plan linking"
	if progress == nil {
		progress = func(archive.Progress) {}
	}
	p := &LinkPlan{Request: r, Unmatched: []Unmatched{}, ClaimedTwice: []ClaimedTwice{}, Mismatches: []Mismatch{}}
	w := &planner{l: l, cat: l.Catalogue, plan: p, req: r, progress: progress, folders: map[archive.ID]string{}}
	var err error
	switch r.By {
	case LinkByName:
		err = w.byName(ctx)
	case LinkByPath:
		err = w.byPath(ctx)
	case LinkByRange:
		err = w.byRange(ctx)
	default:
		err = archive.Errorf(archive.Invalid, op, string(r.By), "link by name, path or range")
	}
	if err != nil {
		return nil, archive.Wrap(op, string(r.By), err)
	}
	p.sort()
	return p, nil
}

// Report is the plan's as if it had been carried out.
func (p *LinkPlan) Report() LinkReport {
	return LinkReport{Linked: p.Linked, Already: p.Already, Unmatched: p.Unmatched,
		ClaimedTwice: p.ClaimedTwice, Mismatches: p.Mismatches, Ops: []archive.ID{}, Quarantined: []PutAside{}}
}

func (p *LinkPlan) sort() {
	sortNaturally(p.Units, func(u LinkUnit) string { return u.Code })
	sortNaturally(p.Unmatched, func(u Unmatched) string { return u.Path })
	sortNaturally(p.ClaimedTwice, func(c ClaimedTwice) string { return c.Path })
	sortMismatches(p.Mismatches)
}

func sortMismatches(list []Mismatch) {
	sortNaturally(list, func(m Mismatch) string { return m.Code })
}

// sortNaturally orders by 档号 or path as people do; what is equal stays in its order.
func sortNaturally[T any](list []T, name func(T) string) {
	type keyed struct {
		key []byte
		v   T
	}
	all := make([]keyed, len(list))
	for i, v := range list {
		all[i] = keyed{refcode.SortKey(name(v)), v}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return bytes.Compare(a.key, b.key) })
	for i, k := range all {
		list[i] = k.v
	}
}

// planner makes one plan.
type planner struct {
	l        *Linker
	cat      *store.Catalogue
	plan     *LinkPlan
	req      LinkRequest
	progress func(archive.Progress)
	to       *targets
	folders  map[archive.ID]string // names of the folders of batches
}

// window is how many records are looked at together.
const window = 500

// folder gives the name of the folder that a batch came in.
func (w *planner) folder(ctx context.Context, batch archive.ID) (string, error) {
	if name, ok := w.folders[batch]; ok || batch == 0 {
		return name, nil
	}
	b, err := w.cat.Batch(ctx, access.All(), batch)
	if err == nil && b.Source != "" {
		w.folders[batch] = filepath.Base(b.Source)
	}
	return w.folders[batch], err
}

// prepare readies the reading of 档号 in names. From so many pages on it pays to read
// all codes at once.
func (w *planner) prepare(ctx context.Context) (err error) {
	const many = 3000
	if w.to, err = newTargets(ctx, w.cat); err != nil {
		return err
	}
	if w.req.Separators != "" {
		if err := refcode.CheckSeparators(w.req.Separators); err != nil {
			return err
		}
		w.to.names.Separators = w.req.Separators
	}
	t, err := w.cat.Totals(ctx, all, 0)
	pages := t.Unlinked
	if w.req.By == LinkByRange {
		pages = t.Pages
	}
	if err != nil || pages < many {
		return err
	}
	w.to.book = make(map[string]bookEntry, t.Items)
	enter := func(e store.CodeEntry) error {
		w.to.book[e.Code] = bookEntry{e.ID, e.Kind}
		return nil
	}
	if err := w.cat.AllAliases(ctx, all, enter); err != nil { // former codes first: those in use go before them
		return err
	}
	return w.cat.Codes(ctx, all, enter)
}

// wanted tells whether a holding belongs to the fonds that is asked for.
func (w *planner) wanted(ctx context.Context, ids []archive.ID) (map[archive.ID]bool, error) {
	in := make(map[archive.ID]bool, len(ids))
	if w.req.Fonds == 0 {
		for _, id := range ids {
			in[id] = true
		}
		return in, nil
	}
	list, err := w.cat.Holdings(ctx, all, ids)
	for _, h := range list {
		in[h.ID] = h.Fonds == w.req.Fonds
	}
	return in, err
}
