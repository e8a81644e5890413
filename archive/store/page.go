package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

const nounPage = "page"

// pageRow is a page with what the pipeline keeps beside it.
type pageRow struct {
	archive.Page
	priority   int
	searchable bool
	root       archive.ID // of its file
}

// place are the columns that people decide; they are logged.
func (p *pageRow) place() columns {
	return columns{
		{"file", &p.File}, {"frame", &p.Frame}, {"holding", &p.Holding}, {"ordinal", &p.Ordinal},
		{"access_class", &p.Access},
	}
}

// work are the columns of the pipeline that are logged when a page is refused, tried
// again, or given a recipe by hand.
func (p *pageRow) work() columns {
	return columns{{"stage", &p.Stage}, {"reason", &p.Reason}, {"detail", &p.Detail}, {"recipe", &p.Recipe}}
}

func (p *pageRow) count() pageCount {
	return pageCount{p.Holding, p.Access, p.Stage, p.searchable, p.root}
}

// inIndex tells whether the index may have the page, or is about to.
func (p *pageRow) inIndex() bool {
	return p.searchable || p.Stage == archive.StageRecognised || p.Stage == archive.StageIndexed
}

const (
	pageFields = `p.id, p.file, p.frame, p.holding, p.ordinal, p.stage, p.reason, p.detail, p.width, p.height,
		p.dpi, p.made_from, p.recipe, p.access_class, p.rev`
	pageForWrite = `SELECT ` + pageFields + `, p.priority, p.searchable, p.root FROM page p
		WHERE p.id = $1 AND p.born NOT IN (SELECT op FROM pending WHERE op <> $2)`
	pagesForWrite = `SELECT ` + pageFields + `, p.priority, p.searchable, p.root FROM page p
		WHERE p.holding = $1 AND p.born NOT IN (SELECT op FROM pending WHERE op <> $2) ORDER BY p.ordinal, p.id`
	lastOrdinal = `SELECT COALESCE(MAX(ordinal), 0) FROM page WHERE holding = $1`
	insertPage  = `INSERT INTO page (id, file, frame, holding, ordinal, stage, priority, claim, lease, reason, detail,
		width, height, dpi, made_from, recipe, searchable, access_class, rev, born, root) VALUES {rows}`
)

func pageTargets(p *archive.Page) []any {
	return []any{
		&p.ID, &p.File, &p.Frame, nullID{&p.Holding}, &p.Ordinal, &p.Stage, &p.Reason, &p.Detail, &p.Width, &p.Height,
		&p.DPI, &p.MadeFrom, &p.Recipe, &p.Access, &p.Rev,
	}
}

func (p *pageRow) targets() []any {
	return append(pageTargets(&p.Page), &p.priority, flag{&p.searchable}, &p.root)
}

// flag is a truth kept as 0 or 1, which both engines have.
type flag struct{ v *bool }

// Scan takes any number.
func (f flag) Scan(v any) error {
	var i sql.NullInt64
	if err := i.Scan(v); err != nil {
		return err
	}
	*f.v = i.Int64 != 0
	return nil
}

func flagged(v bool) int {
	if v {
		return 1
	}
	return 0
}

// AddPages adds pages and fills in their ids. A page with a Holding is linked, at
// the end of that holding unless it brings an Ordinal, and takes on its access class.
// An empty Stage is StageReceived.
func (t *Tx) AddPages(pages []archive.Page) error {
	const doing = "add pages"
	next := map[archive.ID]int{}
	list := make([][]any, 0, len(pages))
	for i := range pages {
		p := pageRow{Page: pages[i]}
		p.ID, p.Rev = t.NewID(), 1
		if p.Stage == "" {
			p.Stage = archive.StageReceived
		}
		p.searchable = p.Stage == archive.StageIndexed
		if err := t.placeNew(doing, &p, next); err != nil {
			return err
		}
		if err := t.queueNew(doing, &p); err != nil {
			return err
		}
		if err := append(p.work(), column{"made_from", &p.MadeFrom}).check(doing); err != nil {
			return err
		}
		v := p.place().values()
		list = append(list, []any{int64(p.ID), v[0], v[1], v[2], v[3], string(p.Stage), p.priority, 0, 0, string(p.Reason),
			p.Detail, p.Width, p.Height, p.DPI, p.MadeFrom, p.Recipe, flagged(p.searchable), v[4], p.Rev, int64(t.op), int64(p.root)})
		if err := t.countPage(+1, p.count()); err != nil {
			return err
		}
		if p.inIndex() {
			t.mark(nounPage, p.ID, urgencyNew)
		}
		after, err := p.place().filled()
		if err != nil {
			return fault(doing, p.File.String(), err)
		}
		if err := t.log(nounPage, p.ID, "", after); err != nil {
			return fault(doing, p.File.String(), err)
		}
		pages[i] = p.Page
	}
	return fault(doing, "", insertRows(t.ctx, t.tx, insertPage, list))
}

// placeNew gives a new page its ordinal and access class. next remembers the ordinals
// handed out.
func (t *Tx) placeNew(doing string, p *pageRow, next map[archive.ID]int) error {
	if p.Holding == 0 {
		if p.Ordinal == 0 {
			p.Ordinal = p.Frame + 1
		}
		return nil
	}
	at, err := t.mayHoldPages(doing, p.Holding)
	if err != nil {
		return err
	}
	p.Access = at.class
	if p.Ordinal != 0 {
		return nil
	}
	if next[p.Holding] == 0 {
		var last int
		if err := t.tx.QueryRowContext(t.ctx, lastOrdinal, int64(p.Holding)).Scan(&last); err != nil {
			return fault(doing, p.Holding.String(), err)
		}
		next[p.Holding] = last + 1
	}
	p.Ordinal = next[p.Holding]
	next[p.Holding]++
	return nil
}

func (t *Tx) mayHoldPages(doing string, holding archive.ID) (chain, error) {
	at, err := t.chain(holding)
	if err != nil {
		return at, err
	}
	if !at.kind.HoldsPages() {
		return at, archive.Errorf(archive.Invalid, doing, holding.String(), "a %s holds no pages", at.kind)
	}
	return at, t.mayHold(doing, "", at)
}

// page reads a page as it stands in this transaction.
func (t *Tx) page(doing string, id archive.ID) (pageRow, error) {
	var p pageRow
	err := t.tx.QueryRowContext(t.ctx, pageForWrite, int64(id), int64(t.op)).Scan(p.targets()...)
	return p, fault(doing, id.String(), err)
}

const (
	pagesIn     = `SELECT COUNT(*) FROM page p WHERE p.holding = $1 AND {page p}`
	pageByID    = `SELECT ` + pageFields + ` FROM page p WHERE p.id = $1 AND {page p}`
	pagesByID   = `SELECT ` + pageFields + ` FROM page p WHERE p.id IN ({keys}) AND {page p}`
	pagesOf     = `SELECT ` + pageFields + ` FROM page p WHERE p.holding = $1 AND {page p} ORDER BY p.ordinal, p.id`
	pagesOfFile = `SELECT ` + pageFields + ` FROM page p WHERE p.file = $1 AND {page p} ORDER BY p.frame`
	unlinked    = `SELECT p.id FROM page p WHERE p.holding IS NULL AND {page p} ORDER BY p.file, p.frame`
	unlinkedOf  = `SELECT p.id FROM page p JOIN file f ON f.id = p.file
		WHERE p.holding IS NULL AND f.batch = $1 AND {page p} ORDER BY p.file, p.frame`
	refused   = `SELECT p.id FROM page p WHERE p.stage = 'refused' AND p.stage <> 'indexed' AND {page p} ORDER BY p.file, p.frame`
	refusedIn = `SELECT p.id FROM page p JOIN file f ON f.id = p.file
		WHERE p.stage = 'refused' AND p.stage <> 'indexed' AND f.batch = $1 AND {page p} ORDER BY p.file, p.frame`
	languagesOf = `SELECT p.id, s.languages FROM page p JOIN holding h ON h.id = p.holding JOIN series s ON s.id = h.series
		WHERE p.id IN ({keys}) AND s.languages <> '' AND {page p}`
)

// Page finds a page.
func (c *Catalogue) Page(ctx context.Context, sight access.Sight, id archive.ID) (archive.Page, error) {
	var p archive.Page
	err := c.cat.read.QueryRowContext(ctx, sighted(pageByID, sight), int64(id)).Scan(pageTargets(&p)...)
	return p, fault("find page", id.String(), err)
}

// PagesIn counts the pages of a holding, whoever may see them.
func (c *Catalogue) PagesIn(ctx context.Context, holding archive.ID) (n int, err error) {
	err = c.cat.read.QueryRowContext(ctx, sighted(pagesIn, access.All()), int64(holding)).Scan(&n)
	return n, fault("count pages", holding.String(), err)
}

// Pages fetches pages in the order of ids; what may not be seen is left out.
func (c *Catalogue) Pages(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.Page, error) {
	found := make(map[archive.ID]archive.Page, len(ids))
	var p archive.Page
	targets := pageTargets(&p)
	err := each(ctx, c.cat.read, sighted(pagesByID, sight), ids, func(r *sql.Rows) error {
		if err := r.Scan(targets...); err != nil {
			return err
		}
		found[p.ID] = p
		return nil
	})
	return inOrder(ids, found), fault("read pages", "", err)
}

func (c *Catalogue) listPages(ctx context.Context, query string, sight access.Sight, of archive.ID) ([]archive.Page, error) {
	var list []archive.Page
	err := rows(ctx, c.cat.read, sighted(query, sight), []any{int64(of)}, func(r *sql.Rows) error {
		var p archive.Page
		err := r.Scan(pageTargets(&p)...)
		list = append(list, p)
		return err
	})
	return list, fault("list pages", of.String(), err)
}

// PagesOf lists the pages of a holding by ordinal.
func (c *Catalogue) PagesOf(ctx context.Context, sight access.Sight, holding archive.ID) ([]archive.Page, error) {
	return c.listPages(ctx, pagesOf, sight, holding)
}

// PagesOfFile lists the pages of a file by frame.
func (c *Catalogue) PagesOfFile(ctx context.Context, sight access.Sight, file archive.ID) ([]archive.Page, error) {
	return c.listPages(ctx, pagesOfFile, sight, file)
}

// UnlinkedPages lists pages that are in no holding (待挂接), as received; of one batch,
// or zero for all.
func (c *Catalogue) UnlinkedPages(ctx context.Context, sight access.Sight, batch archive.ID) ([]archive.ID, error) {
	query, args := unlinked, []any(nil)
	if batch != 0 {
		query, args = unlinkedOf, []any{int64(batch)}
	}
	list, err := ids(ctx, c.cat.read, sighted(query, sight), args...)
	return list, fault("list unlinked pages", batch.String(), err)
}

// RefusedPages lists refused pages, as received; of one batch, or zero for all.
func (c *Catalogue) RefusedPages(ctx context.Context, sight access.Sight, batch archive.ID) ([]archive.ID, error) {
	query, args := refused, []any(nil)
	if batch != 0 {
		query, args = refusedIn, []any{int64(batch)}
	}
	list, err := ids(ctx, c.cat.read, sighted(query, sight), args...)
	return list, fault("list refused pages", batch.String(), err)
}

// Languages tells the languages of recognition that the series of each page asks for;
// pages whose series asks for none are absent.
func (c *Catalogue) Languages(ctx context.Context, sight access.Sight, pages []archive.ID) (map[archive.ID]string, error) {
	found := map[archive.ID]string{}
	err := each(ctx, c.cat.read, sighted(languagesOf, sight), pages, func(r *sql.Rows) error {
		var id archive.ID
		var languages string
		err := r.Scan(&id, &languages)
		found[id] = languages
		return err
	})
	return found, fault("read languages", "", err)
}
