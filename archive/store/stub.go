package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

var errStub = errors.New("not written yet")

// Catalogue is an open archive's records. It is safe for use by several goroutines.
type Catalogue struct{}

// Tx is the writing side of a catalogue inside Do. It is for one goroutine.
type Tx struct{}

// Long is a long write under a pending op.
type Long struct{}

// Feed is one step of the index's feed: what to put, and which marks that clears.
type Feed struct{ Batch archive.IndexBatch }

// Open opens the catalogue, making or migrating it first where needed. It returns
// TooNew for a format of a newer program.
func Open(ctx context.Context, o Options) (*Catalogue, error) { return nil, errStub }

// Close ends all work on the catalogue.
func (c *Catalogue) Close() error { return errStub }

// Do runs fn as one transaction and logs it as one op, whose id it returns; zero if
// nothing was written that is logged. An error from fn rolls everything back.
func (c *Catalogue) Do(ctx context.Context, actor archive.Actor, kind archive.OpKind, fn func(*Tx) error) (archive.ID, error) {
	return 0, errStub
}

// Begin starts a long write. What its chunks add is invisible until Finish.
func (c *Catalogue) Begin(ctx context.Context, actor archive.Actor, kind archive.OpKind) (*Long, error) {
	return nil, errStub
}

// Chunk commits fn as one part of the long write. fn may add rows, not change any.
func (l *Long) Chunk(ctx context.Context, fn func(*Tx) error) error { return errStub }

// Finish makes all that was added visible at once and returns the op.
func (l *Long) Finish(ctx context.Context) (archive.ID, error) { return 0, errStub }

// Abandon takes back all that was added.
func (l *Long) Abandon(ctx context.Context) error { return errStub }

// Undo takes an op back by a new one. Rows changed since are left alone and listed.
func (c *Catalogue) Undo(ctx context.Context, actor archive.Actor, op archive.ID) (undone archive.ID, kept []archive.Change, err error) {
	return 0, nil, errStub
}

// VerifyLog walks every station's chain of digests and returns how many ops it holds.
func (c *Catalogue) VerifyLog(ctx context.Context) (ops int, err error) { return 0, errStub }

// Context is the context of the Do.
func (t *Tx) Context() context.Context { return nil }

// NewID makes an id of this station.
func (t *Tx) NewID() archive.ID { return 0 }

// AddFonds adds a fonds and fills in id, kind, fonds and rev. Code is its 全宗号.
func (t *Tx) AddFonds(f *archive.Fonds) error { return errStub }

// AddSeries adds a series below the fonds that is its Parent.
func (t *Tx) AddSeries(s *archive.Series) error { return errStub }

// AddContainer adds a volume, box or album (Kind) below the series that is its Parent.
func (t *Tx) AddContainer(v *archive.Container) error { return errStub }

// AddItem adds an item, photo, object, book or AV record (Kind; empty: item) below
// the series or container that is its Parent.
func (t *Tx) AddItem(i *archive.Item) error { return errStub }

// UpdateFonds writes what differs. Rev must be the one that was read: otherwise Conflict.
func (t *Tx) UpdateFonds(f *archive.Fonds) error { return errStub }

// UpdateSeries is UpdateFonds for a series.
func (t *Tx) UpdateSeries(s *archive.Series) error { return errStub }

// UpdateContainer is UpdateFonds for a container.
func (t *Tx) UpdateContainer(v *archive.Container) error { return errStub }

// UpdateItem is UpdateFonds for an item.
func (t *Tx) UpdateItem(i *archive.Item) error { return errStub }

// HighestCode finds the highest 档号 that begins with prefix; "" if there is none.
func (t *Tx) HighestCode(prefix string) (string, error) { return "", errStub }

// AddRoot registers a storage root.
func (t *Tx) AddRoot(r *Root) error { return errStub }

// AddBatch adds a batch and fills in its id and, when zero, when it started.
func (t *Tx) AddBatch(b *archive.Batch) error { return errStub }

// EndBatch notes that all files of a batch were looked at.
func (t *Tx) EndBatch(batch archive.ID) error { return errStub }

// AddFile adds an original and fills in its id. The same root and path is a Conflict.
func (t *Tx) AddFile(f *archive.File) error { return errStub }

// MoveFile notes that a master was moved within its root.
func (t *Tx) MoveFile(file archive.ID, path string) error { return errStub }

// SetHash notes the digest of a file that was registered unhashed.
func (t *Tx) SetHash(file archive.ID, sha256 string) error { return errStub }

// Supersede notes that a rescan took the place of a file.
func (t *Tx) Supersede(file archive.ID) error { return errStub }

// AddPages adds pages and fills in their ids. A page with a Holding is linked, at
// the end of that holding unless it brings an Ordinal.
func (t *Tx) AddPages(pages []archive.Page) error { return errStub }

// LinkPages puts pages into a holding, at its end, in the order given (挂接).
func (t *Tx) LinkPages(pages []archive.ID, holding archive.ID) error { return errStub }

// UnlinkPages takes pages out of their holdings; those behind them move up.
func (t *Tx) UnlinkPages(pages []archive.ID) error { return errStub }

// SetStage moves a page on. It returns Conflict unless the page is at from, and Busy
// while somebody else's claim on it runs. The claim ends.
func (t *Tx) SetStage(page archive.ID, from, to archive.Stage) error { return errStub }

// SetMade notes what enhancing made of a page.
func (t *Tx) SetMade(page archive.ID, m Made) error { return errStub }

// SetRecipe sets a recipe by hand, and sends the page back to be enhanced again.
func (t *Tx) SetRecipe(page archive.ID, recipe string) error { return errStub }

// SetPriority orders the queue: lower goes first, zero is usual.
func (t *Tx) SetPriority(pages []archive.ID, priority int) error { return errStub }

// RefusePage takes a page out of the queue, with the reason.
func (t *Tx) RefusePage(page archive.ID, reason archive.Reason, detail string) error { return errStub }

// Retry puts refused pages back to the start of the queue and tells how many were.
func (t *Tx) Retry(pages []archive.ID) (int, error) { return 0, errStub }

// RefuseInput notes a file of a batch that was not taken. Again for the same path: the
// new reason stands.
func (t *Tx) RefuseInput(r RefusedInput) error { return errStub }

// ForgetRefused removes the note, since the file was taken after all.
func (t *Tx) ForgetRefused(batch archive.ID, path string) error { return errStub }

// Set writes a setting of the archive; "" removes it.
func (t *Tx) Set(key, value string) error { return errStub }

// Fonds lists the fonds by number.
func (c *Catalogue) Fonds(ctx context.Context, sight access.Sight) ([]archive.Fonds, error) {
	return nil, errStub
}

// FondsByNumber finds a fonds by its 全宗号.
func (c *Catalogue) FondsByNumber(ctx context.Context, sight access.Sight, number string) (archive.Fonds, error) {
	return archive.Fonds{}, errStub
}

// FondsByID finds a fonds.
func (c *Catalogue) FondsByID(ctx context.Context, sight access.Sight, id archive.ID) (archive.Fonds, error) {
	return archive.Fonds{}, errStub
}

// SeriesOf lists the series of a fonds by code; zero: of all fonds.
func (c *Catalogue) SeriesOf(ctx context.Context, sight access.Sight, fonds archive.ID) ([]archive.Series, error) {
	return nil, errStub
}

// Series finds a series.
func (c *Catalogue) Series(ctx context.Context, sight access.Sight, id archive.ID) (archive.Series, error) {
	return archive.Series{}, errStub
}

// Container finds a volume, box or album.
func (c *Catalogue) Container(ctx context.Context, sight access.Sight, id archive.ID) (archive.Container, error) {
	return archive.Container{}, errStub
}

// Item finds an item, photo, object, book or AV record.
func (c *Catalogue) Item(ctx context.Context, sight access.Sight, id archive.ID) (archive.Item, error) {
	return archive.Item{}, errStub
}

// Holding finds what all kinds have in common.
func (c *Catalogue) Holding(ctx context.Context, sight access.Sight, id archive.ID) (archive.Holding, error) {
	return archive.Holding{}, errStub
}

// HoldingByCode finds a holding by its canonical 档号.
func (c *Catalogue) HoldingByCode(ctx context.Context, sight access.Sight, code string) (archive.Holding, error) {
	return archive.Holding{}, errStub
}

// HoldingsByCode finds many at once, for linking by file name; codes that are not
// there are absent from the map.
func (c *Catalogue) HoldingsByCode(ctx context.Context, sight access.Sight, codes []string) (map[string]archive.Holding, error) {
	return nil, errStub
}

// HighestCode finds the highest 档号 that begins with prefix among those that may be seen.
func (c *Catalogue) HighestCode(ctx context.Context, sight access.Sight, prefix string) (string, error) {
	return "", errStub
}

// Children lists ids of holdings.
func (c *Catalogue) Children(ctx context.Context, sight access.Sight, list List) ([]archive.ID, error) {
	return nil, errStub
}

// Holdings fetches a window of a list, in the order of ids; what is gone or may not
// be seen is left out.
func (c *Catalogue) Holdings(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Holding, error) {
	return nil, errStub
}

// ItemRows is Holdings with the columns that a list of items shows.
func (c *Catalogue) ItemRows(ctx context.Context, sight access.Sight, ids []archive.ID) ([]ItemRow, error) {
	return nil, errStub
}

// Counts tells how much lies below a fonds, series or container; zero: in the archive.
func (c *Catalogue) Counts(ctx context.Context, sight access.Sight, node archive.ID) (Count, error) {
	return Count{}, errStub
}

// ChildCounts is Counts for many nodes, for a tree.
func (c *Catalogue) ChildCounts(ctx context.Context, sight access.Sight, nodes []archive.ID) (map[archive.ID]Count, error) {
	return nil, errStub
}

// Totals tells how much is held and can be searched; of one fonds, or zero for all.
func (c *Catalogue) Totals(ctx context.Context, sight access.Sight, fonds archive.ID) (Totals, error) {
	return Totals{}, errStub
}

// TotalsByFonds is Totals for each fonds that may be seen.
func (c *Catalogue) TotalsByFonds(ctx context.Context, sight access.Sight) (map[archive.ID]Totals, error) {
	return nil, errStub
}

// Page finds a page.
func (c *Catalogue) Page(ctx context.Context, sight access.Sight, id archive.ID) (archive.Page, error) {
	return archive.Page{}, errStub
}

// Pages fetches pages in the order of ids; what may not be seen is left out.
func (c *Catalogue) Pages(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Page, error) {
	return nil, errStub
}

// PagesOf lists the pages of a holding by ordinal.
func (c *Catalogue) PagesOf(ctx context.Context, sight access.Sight, holding archive.ID) ([]archive.Page, error) {
	return nil, errStub
}

// PagesOfFile lists the pages of a file by frame.
func (c *Catalogue) PagesOfFile(ctx context.Context, sight access.Sight, file archive.ID) ([]archive.Page, error) {
	return nil, errStub
}

// UnlinkedPages lists pages that are in no holding (待挂接), as received; of one batch,
// or zero for all.
func (c *Catalogue) UnlinkedPages(ctx context.Context, sight access.Sight, batch archive.ID) ([]archive.ID, error) {
	return nil, errStub
}

// RefusedPages lists refused pages, as received; of one batch, or zero for all.
func (c *Catalogue) RefusedPages(ctx context.Context, sight access.Sight, batch archive.ID) ([]archive.ID, error) {
	return nil, errStub
}

// Languages tells the languages of recognition that the series of each page asks for;
// pages whose series asks for none are absent.
func (c *Catalogue) Languages(ctx context.Context, sight access.Sight, pages []archive.ID) (map[archive.ID]string, error) {
	return nil, errStub
}

// File finds an original. A file may be seen when one of its pages may be, or it has none.
func (c *Catalogue) File(ctx context.Context, sight access.Sight, id archive.ID) (archive.File, error) {
	return archive.File{}, errStub
}

// Files fetches files in the order of ids.
func (c *Catalogue) Files(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.File, error) {
	return nil, errStub
}

// FileByPath finds an original by root (zero: masters/) and path.
func (c *Catalogue) FileByPath(ctx context.Context, sight access.Sight, root archive.ID, path string) (archive.File, error) {
	return archive.File{}, errStub
}

// FilesBySHA256 finds originals by content, as received.
func (c *Catalogue) FilesBySHA256(ctx context.Context, sight access.Sight, sha256 string) ([]archive.File, error) {
	return nil, errStub
}

// FileFrom finds what was received before from the same folder, under the same path,
// with the same content; NotFound otherwise.
func (c *Catalogue) FileFrom(ctx context.Context, sight access.Sight, folder, source, sha256 string) (archive.File, error) {
	return archive.File{}, errStub
}

// AllFiles walks all files by id.
func (c *Catalogue) AllFiles(ctx context.Context, sight access.Sight) iter.Seq2[archive.File, error] {
	return nil
}

// Batch finds a batch.
func (c *Catalogue) Batch(ctx context.Context, id archive.ID) (archive.Batch, error) {
	return archive.Batch{}, errStub
}

// Batches lists the newest batches first.
func (c *Catalogue) Batches(ctx context.Context, limit int) ([]archive.Batch, error) {
	return nil, errStub
}

// RefusedInputs lists the files of a batch that were not taken; zero: of all batches.
func (c *Catalogue) RefusedInputs(ctx context.Context, sight access.Sight, batch archive.ID) ([]RefusedInput, error) {
	return nil, errStub
}

// Roots lists the storage roots besides masters/.
func (c *Catalogue) Roots(ctx context.Context) ([]Root, error) { return nil, errStub }

// Setting reads one setting; "" when it was never set.
func (c *Catalogue) Setting(ctx context.Context, key string) (string, error) { return "", errStub }

// Settings reads all settings.
func (c *Catalogue) Settings(ctx context.Context) (map[string]string, error) { return nil, errStub }

// Ops lists the newest ops first; before is the id to go on from, zero at first.
func (c *Catalogue) Ops(ctx context.Context, before archive.ID, limit int) ([]archive.Op, error) {
	return nil, errStub
}

// Changes lists what an op did, of rows that may be seen.
func (c *Catalogue) Changes(ctx context.Context, sight access.Sight, op archive.ID) ([]archive.Change, error) {
	return nil, errStub
}

// ClaimPages takes up to n pages that wait at a stage, in the order of the queue, for
// as long as the lease; the claim ends earlier by SetStage, RefusePage or ReleaseClaims.
func (c *Catalogue) ClaimPages(ctx context.Context, stage archive.Stage, n int, lease time.Duration) ([]archive.Page, error) {
	return nil, errStub
}

// RenewClaims makes the claims on pages last a lease from now on.
func (c *Catalogue) RenewClaims(ctx context.Context, pages []archive.ID, lease time.Duration) error {
	return errStub
}

// ReleaseClaims gives pages back to the queue; none given: all of this process.
func (c *Catalogue) ReleaseClaims(ctx context.Context, pages ...archive.ID) error { return errStub }

// Waiting tells how many pages are at a stage.
func (c *Catalogue) Waiting(ctx context.Context, stage archive.Stage) (int, error) {
	return 0, errStub
}

// IndexFeed gives up to limit pages and holdings that the index has not read since
// they changed: people's edits first, then new pages, then a rebuild. It is empty when
// the index is up to date.
func (c *Catalogue) IndexFeed(ctx context.Context, limit int) (Feed, error) { return Feed{}, errStub }

// Empty tells whether there is nothing to do.
func (f Feed) Empty() bool { return true }

// Indexed notes that the index has the feed safe: its marks are cleared unless the
// rows changed meanwhile, and recognised pages become indexed. It returns how many did.
func (c *Catalogue) Indexed(ctx context.Context, f Feed) (int, error) { return 0, errStub }

// MarkAll puts everything on the index's feed, for a rebuild.
func (c *Catalogue) MarkAll(ctx context.Context) error { return errStub }

// SaveText writes the recognised or delivered text of pages; corrections stay. The
// caller moves their stage after it.
func (c *Catalogue) SaveText(ctx context.Context, texts ...archive.PageText) error { return errStub }

// Text finds the text of a page with its words; NotFound when it has none.
func (c *Catalogue) Text(ctx context.Context, sight access.Sight, page archive.ID) (archive.PageText, error) {
	return archive.PageText{}, errStub
}

// PageTexts fetches texts with their words in the order of pages; what has no text or
// may not be seen is left out.
func (c *Catalogue) PageTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	return nil, errStub
}

// PlainTexts is PageTexts without the words, for verifying many candidates.
func (c *Catalogue) PlainTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error) {
	return nil, errStub
}

// Correct sets a person's text of a page, logs it, and puts the page on the index's
// feed. The recognised text stays.
func (c *Catalogue) Correct(ctx context.Context, actor archive.Actor, page archive.ID, text string) error {
	return errStub
}

// Reconcile compares stages with texts after a crash or a restore: a page whose text
// is there moves on, one whose text is missing or of another recipe goes back.
func (c *Catalogue) Reconcile(ctx context.Context) (Reconciled, error) {
	return Reconciled{}, errStub
}
