package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"lantai/archive"
)

// PurgeScope is what goes when records are purged.
type PurgeScope struct {
	Roots   []archive.ID // the records that were named
	Texts   []archive.ID // text files, which have no pages, that go with them
	Records []archive.ID // the roots and all that lies in them, what lies deeper behind
	Pages   []archive.ID
	Loose   int // of the pages: in no record, and in a file of one that goes
	Files   []archive.File
	Others  []string // 档号 of records that share a file with them, and stay
}

func (s PurgeScope) counts() (records, pages, files int, bytes int64) {
	for _, f := range s.Files {
		bytes += f.Bytes
	}
	return len(s.Records), len(s.Pages), len(s.Files), bytes
}

// size is what tells that a scope has changed.
func (s PurgeScope) size() [4]int64 {
	records, pages, files, bytes := s.counts()
	return [4]int64{int64(records), int64(pages), int64(files), bytes}
}

const (
	inTrees = `SELECT h.id, h.kind, h.code, CASE WHEN h.born IN (SELECT op FROM pending) THEN 1 ELSE 0 END
		FROM holding h WHERE h.parent IN ({keys}) ORDER BY h.id`
	rootKinds = `SELECT h.id, h.kind, h.code, CASE WHEN h.born IN (SELECT op FROM pending) THEN 1 ELSE 0 END
		FROM holding h WHERE h.id IN ({keys}) ORDER BY h.id`
	filesOfHoldings = `SELECT p.file FROM page p WHERE p.holding IN ({keys})`
	pagesOfFiles    = `SELECT p.id, p.holding, CASE WHEN p.born IN (SELECT op FROM pending) THEN 1 ELSE 0 END
		FROM page p WHERE p.file IN ({keys}) ORDER BY p.id`
	filesForPurge = `SELECT ` + fileFields + ` FROM file f WHERE f.id IN ({keys}) ORDER BY f.id`
)

// PurgeScope reads what would go with records, and with text files. A fonds or series is
// Invalid: their records are purged one by one. Busy: something is being added there.
func (c *Catalogue) PurgeScope(ctx context.Context, roots, texts []archive.ID) (s PurgeScope, err error) {
	err = c.snapshot(ctx, func(db querier) error {
		s, err = purgeScope(ctx, db, roots, texts)
		return err
	})
	return s, fault("look what a purge takes", "", err)
}

func purgeScope(ctx context.Context, db querier, roots, texts []archive.ID) (PurgeScope, error) {
	s := PurgeScope{Roots: slices.Clone(roots), Texts: texts}
	slices.Sort(s.Roots)
	s.Roots = slices.Compact(s.Roots)
	if err := s.walk(ctx, db); err != nil {
		return s, err
	}
	return s, s.addFiles(ctx, db)
}

// walk finds the records, level by level.
func (s *PurgeScope) walk(ctx context.Context, db querier) error {
	const doing = "purge records"
	in := map[archive.ID]bool{}
	level := s.Roots
	for query := rootKinds; len(level) > 0; query = inTrees {
		var found []archive.ID
		if err := each(ctx, db, query, level, func(r *sql.Rows) error {
			var id archive.ID
			var kind archive.HoldingKind
			var code string
			var pending bool
			if err := r.Scan(&id, &kind, &code, flag{&pending}); err != nil {
				return err
			}
			switch {
			case pending:
				return archive.Errorf(archive.Busy, doing, code, "it is being added")
			case kind == archive.KindFonds, kind == archive.KindSeries:
				return archive.Errorf(archive.Invalid, doing, code, "a %s is not purged; its records are", kind)
			case !in[id]:
				in[id] = true
				found = append(found, id)
			}
			return nil
		}); err != nil {
			return err
		}
		if query == rootKinds && len(found) != len(s.Roots) || len(s.Roots) == 0 {
			return archive.Errorf(archive.NotFound, doing, "", "%d of %d records are there", len(found), len(s.Roots))
		}
		s.Records = append(s.Records, found...)
		if len(s.Records) > MostRecoded {
			return archive.Errorf(archive.Invalid, doing, "", "more than %d records; purge them in parts", MostRecoded)
		}
		level = found
	}
	return nil
}

// addFiles finds the files of the records with their pages, and who shares them.
func (s *PurgeScope) addFiles(ctx context.Context, db querier) error {
	in, files, others := map[archive.ID]bool{}, map[archive.ID]bool{}, map[archive.ID]bool{}
	for _, id := range s.Records {
		in[id] = true
	}
	for _, id := range s.Texts {
		files[id] = true
	}
	if err := each(ctx, db, filesOfHoldings, s.Records, func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		files[id] = true
		return err
	}); err != nil {
		return err
	}
	list := slices.Sorted(maps.Keys(files))
	if err := each(ctx, db, pagesOfFiles, list, func(r *sql.Rows) error {
		var id, holding archive.ID
		var pending bool
		if err := r.Scan(&id, nullID{&holding}, flag{&pending}); err != nil {
			return err
		}
		switch {
		case pending:
			return archive.Errorf(archive.Busy, "purge records", holding.String(), "pages are being added to it")
		case holding == 0:
			s.Loose++
		case !in[holding]:
			others[holding] = true
		}
		s.Pages = append(s.Pages, id)
		return nil
	}); err != nil {
		return err
	}
	if err := each(ctx, db, filesForPurge, list, func(r *sql.Rows) error {
		f, err := scanFile(r)
		s.Files = append(s.Files, f)
		return err
	}); err != nil {
		return err
	}
	return each(ctx, db, codesByID, slices.Sorted(maps.Keys(others)), func(r *sql.Rows) error {
		var id archive.ID
		var code string
		err := r.Scan(&id, &code)
		if code == "" {
			code = id.String()
		}
		s.Others = append(s.Others, code)
		return err
	})
}

// quotedRunes is how much of a field a reason may share with a record by chance.
const quotedRunes = 6

const (
	titlesByID = `SELECT h.id, h.title FROM holding h WHERE h.id IN ({keys})`
	namesByID  = `SELECT i.id, i.author, i.doc_no, i.persons FROM item i WHERE i.id IN ({keys})`
)

// mayBeReason refuses a reason that is none, or that would keep for ever what it is
// about: six characters of a title in a row, or a name or a number as a whole.
func (t *Tx) mayBeReason(doing, reason string, records []archive.ID) error {
	if strings.TrimSpace(reason) == "" {
		return archive.Errorf(archive.Invalid, doing, "", "a reason has to be given")
	}
	quotes := archive.WrapAs(archive.Invalid, doing, "", archive.ErrQuotes)
	if err := each(t.ctx, t.tx, titlesByID, records, func(r *sql.Rows) error {
		var id archive.ID
		var title string
		if err := r.Scan(&id, &title); err != nil {
			return err
		}
		if sharesRun(reason, title, quotedRunes) {
			return quotes
		}
		return nil
	}); err != nil {
		return fault(doing, "", err)
	}
	return fault(doing, "", each(t.ctx, t.tx, namesByID, records, func(r *sql.Rows) error {
		var id archive.ID
		var author, number, persons string
		if err := r.Scan(&id, &author, &number, &persons); err != nil {
			return err
		}
		split := func(c rune) bool { return strings.ContainsRune("；;，,、 \t\n", c) }
		for _, name := range append(strings.FieldsFunc(persons, split), number) {
			if len([]rune(name)) > 1 && strings.Contains(reason, name) {
				return quotes
			}
		}
		return nil
	}))
}

// sharesRun tells whether n characters in a row, or all of a shorter text of at least
// three, stand in another text.
func sharesRun(in, text string, n int) bool {
	r := []rune(strings.TrimSpace(text))
	if len(r) < 3 {
		return false
	}
	n = min(n, len(r))
	for i := 0; i+n <= len(r); i++ {
		if strings.Contains(in, string(r[i:i+n])) {
			return true
		}
	}
	return false
}

const countTexts = `SELECT COUNT(*) FROM page_text x WHERE x.page IN ({keys})`

// CountTexts counts the pages that have a text.
func (c *Catalogue) CountTexts(ctx context.Context, pages []archive.ID) (n int, err error) {
	err = each(ctx, c.text.read, countTexts, pages, func(r *sql.Rows) error {
		var some int
		err := r.Scan(&some)
		n += some
		return err
	})
	return n, fault("count texts", "", err)
}
