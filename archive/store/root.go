package store

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

func rootColumns(r *Root) columns {
	return columns{{"label", &r.Label}, {"path", &r.Path}, {"volume", &r.Volume}, {"within", &r.Within}}
}

const (
	rootFields   = `r.id, r.label, r.path, r.volume, r.within`
	rootForWrite = `SELECT ` + rootFields + ` FROM storage_root r WHERE r.id = $1 AND r.id <> 0`
	allRoots     = `SELECT ` + rootFields + ` FROM storage_root r WHERE r.id <> 0 ORDER BY r.id`
)

func rootTargets(r *Root) []any { return append([]any{&r.ID}, rootColumns(r).targets()...) }

// AddRoot registers a storage root and fills in its id.
func (t *Tx) AddRoot(r *Root) error {
	const doing = "add storage root"
	cols := rootColumns(r)
	if err := cols.check(doing); err != nil {
		return err
	}
	r.ID = t.NewID()
	if err := insert(t.ctx, t.tx, "storage_root", r.ID, cols); err != nil {
		return fault(doing, r.Label, err)
	}
	after, err := cols.filled()
	if err != nil {
		return fault(doing, r.Label, err)
	}
	return t.log(nounRoot, r.ID, "", after)
}

// SetRoot changes where a root is, or its label.
func (t *Tx) SetRoot(r Root) error {
	const doing = "change storage root"
	if err := t.settled(doing); err != nil {
		return err
	}
	cols := rootColumns(&r)
	if err := cols.check(doing); err != nil {
		return err
	}
	var old Root
	if err := t.tx.QueryRowContext(t.ctx, rootForWrite, int64(r.ID)).Scan(rootTargets(&old)...); err != nil {
		return fault(doing, r.ID.String(), err)
	}
	before, after, which, err := differing(rootColumns(&old), cols)
	if err != nil || len(which) == 0 {
		return fault(doing, r.Label, err)
	}
	if err := update(t.ctx, t.tx, "storage_root", r.ID, cols, which); err != nil {
		return fault(doing, r.Label, err)
	}
	return t.log(nounRoot, r.ID, before, after)
}

// Roots lists the storage roots besides masters/.
func (c *Catalogue) Roots(ctx context.Context) ([]Root, error) {
	var list []Root
	err := rows(ctx, c.cat.read, allRoots, nil, func(r *sql.Rows) error {
		var root Root
		err := r.Scan(rootTargets(&root)...)
		list = append(list, root)
		return err
	})
	return list, fault("list storage roots", "", err)
}

// RootCounts tells what is known of the originals on storage roots.
func (c *Catalogue) RootCounts(ctx context.Context, roots []archive.ID) (map[archive.ID]RootCount, error) {
	counts, err := c.counted(ctx, access.All(), roots)
	if err != nil {
		return nil, err
	}
	found := make(map[archive.ID]RootCount, len(roots))
	for _, id := range roots {
		n := counts[id]
		r := RootCount{
			Files: n[tallyFile], Hashed: n[tallyHashed], Bytes: int64(n[tallyFileBytes]), HashedBytes: int64(n[tallyHashedBytes]),
			Changed:  n[tallyFound+string(archive.FoundChanged)],
			Vanished: n[tallyFound+string(archive.FoundVanished)], Stages: map[archive.Stage]int{},
		}
		for _, s := range archive.Stages() {
			r.Stages[s] = n[tallyStage+string(s)]
		}
		found[id] = r
	}
	return found, nil
}

const (
	firstFiles = `SELECT ` + fileFields + ` FROM file f WHERE f.root = $1 AND f.found = '' AND {live f} ORDER BY f.path LIMIT $2`
	lastFiles  = `SELECT ` + fileFields + ` FROM file f WHERE f.root = $1 AND f.found = '' AND {live f} ORDER BY f.path DESC LIMIT $2`
	knownFiles = `SELECT ` + fileFields + ` FROM file f WHERE f.root = {root} AND f.path IN ({keys}) AND {live f}`
	rootFiles  = `SELECT ` + fileFields + ` FROM file f WHERE f.root = $1 AND f.path > $2 AND {file f} ORDER BY f.path LIMIT $3`
	filesBelow = `SELECT ` + fileFields + ` FROM file f WHERE f.root = $1 AND f.path > $2 AND f.path < $3 AND {live f}
		ORDER BY f.path LIMIT $4`
	unhashedFiles = `SELECT ` + fileFields + ` FROM file f WHERE f.sha256 IS NULL AND f.root = $1 AND f.path > $2 AND f.found = ''
		AND {live f} ORDER BY f.path LIMIT $3`
	filesFound = `SELECT ` + fileFields + ` FROM file f WHERE f.root = $1 AND f.found = $2 AND f.found <> '' AND f.path > $3
		AND {file f} ORDER BY f.path LIMIT $4`
)

// RootSample gives the first and the last n originals of a root by path, of those that
// were found as registered: to recognise the root by.
func (c *Catalogue) RootSample(ctx context.Context, root archive.ID, n int) ([]archive.File, error) {
	list, err := c.files(ctx, firstFiles, access.All(), int64(root), n)
	if err != nil {
		return nil, fault("read files of root", root.String(), err)
	}
	last, err := c.files(ctx, lastFiles, access.All(), int64(root), n)
	end := ""
	if len(list) > 0 {
		end = list[len(list)-1].Path
	}
	for _, f := range last {
		if f.Path > end {
			list = append(list, f)
		}
	}
	return list, fault("read files of root", root.String(), err)
}

// KnownFiles finds, of paths on a root, those that are registered.
func (c *Catalogue) KnownFiles(ctx context.Context, root archive.ID, paths []string) (map[string]archive.File, error) {
	found := make(map[string]archive.File, len(paths))
	query := sighted(strings.Replace(knownFiles, "{root}", root.String(), 1), access.All())
	err := each(ctx, c.cat.read, query, paths, func(r *sql.Rows) error {
		f, err := scanFile(r)
		found[f.Path] = f
		return err
	})
	return found, fault("find files", root.String(), err)
}

// filePage is how many files are read at a time, so that writers never wait.
const filePage = 1000

// RootFiles walks the files of a root (zero: masters/) in ascending byte order of the
// path.
func (c *Catalogue) RootFiles(ctx context.Context, sight access.Sight, root archive.ID) iter.Seq2[archive.File, error] {
	return func(yield func(archive.File, error) bool) {
		for last := ""; ; {
			list, err := c.files(ctx, rootFiles, sight, int64(root), last, filePage)
			if err != nil {
				yield(archive.File{}, fault("list files", root.String(), err))
				return
			}
			for _, f := range list {
				if !yield(f, nil) {
					return
				}
			}
			if len(list) == 0 {
				return
			}
			last = list[len(list)-1].Path
		}
	}
}

// FilesBelow lists files of a root below a folder ("" or ending in a slash) by path,
// behind one.
func (c *Catalogue) FilesBelow(ctx context.Context, root archive.ID, folder, after string, limit int) ([]archive.File, error) {
	list, err := c.files(ctx, filesBelow, access.All(), int64(root), max(folder, after), afterPrefix(folder), limit)
	return list, fault("list files", folder, err)
}

// UnhashedFiles lists files of a root that have no digest yet and were found as
// registered, by path, behind one.
func (c *Catalogue) UnhashedFiles(ctx context.Context, root archive.ID, after string, limit int) ([]archive.File, error) {
	list, err := c.files(ctx, unhashedFiles, access.All(), int64(root), after, limit)
	return list, fault("list files", root.String(), err)
}

// FilesFound lists files of a root that were found changed or vanished, by path,
// behind one.
func (c *Catalogue) FilesFound(ctx context.Context, sight access.Sight, root archive.ID, found archive.Found, after string, limit int) ([]archive.File, error) {
	list, err := c.files(ctx, filesFound, sight, int64(root), string(found), after, limit)
	return list, fault("list files", root.String(), err)
}

const (
	setFoundAs = `UPDATE file SET found = $1 WHERE id = $2`
	rootOfFile = `SELECT f.root FROM file f WHERE f.id = $1`
)

// SetFound notes how files were found; those that are gone from the catalogue are
// passed over. It leaves no op: whoever looks again sees the same.
func (t *Tx) SetFound(found archive.Found, files ...archive.ID) error {
	const doing = "note state of file"
	if err := t.settled(doing); err != nil {
		return err
	}
	for _, id := range files {
		var old archive.File
		var sum []byte
		err := t.tx.QueryRowContext(t.ctx, fileForWrite, int64(id)).Scan(fileTargets(&old, &sum)...)
		if archive.KindOf(fault(doing, "", err)) == archive.NotFound || err == nil && old.Found == found {
			continue
		}
		if err == nil {
			_, err = t.tx.ExecContext(t.ctx, setFoundAs, string(found), int64(id))
		}
		if err != nil {
			return fault(doing, id.String(), err)
		}
		if old.Found != archive.FoundAsRegistered {
			t.tally[tallyKey{old.Root, tallyFound + string(old.Found), 0}]--
		}
		if found != archive.FoundAsRegistered {
			t.tally[tallyKey{old.Root, tallyFound + string(found), 0}]++
		}
	}
	return nil
}

// HashFile notes the digest of an original on a root that was read whole, and the format
// that its content has. It tells whether it did: not when the file was accepted with
// other content meanwhile.
func (t *Tx) HashFile(read archive.File, sha256, format string) (done bool, err error) {
	err = t.changeFile("set digest", read.ID, func(f *archive.File) error {
		if done = f.Bytes == read.Bytes && f.Modified == read.Modified && f.SHA256 == ""; done {
			f.SHA256 = sha256
			if f.State == archive.FileUnhashed {
				f.State = archive.FileStored
			}
			if format != "" {
				f.Format = format
			}
		}
		return nil
	})
	return done, err
}

const (
	setSize     = `UPDATE page SET width = $1, height = $2, dpi = $3 WHERE file = $4 AND frame = $5 AND width = 0`
	filesUnread = `SELECT p.file FROM page p WHERE p.file IN ({keys}) AND p.frame = 0 AND p.width = 0 AND {live p}`
)

// SetSize notes the size of a page of a file, in pixels of the upright master, unless it
// is known.
func (t *Tx) SetSize(file archive.ID, frame, width, height, dpi int) error {
	_, err := t.tx.ExecContext(t.ctx, setSize, width, height, dpi, int64(file), frame)
	return fault("note page size", file.String(), err)
}

// UnreadFiles tells, of files, those whose header nobody has read.
func (c *Catalogue) UnreadFiles(ctx context.Context, files []archive.ID) (map[archive.ID]bool, error) {
	found := map[archive.ID]bool{}
	err := each(ctx, c.cat.read, sighted(filesUnread, access.All()), files, func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		found[id] = true
		return err
	})
	return found, fault("read pages", "", err)
}

// AcceptFile takes an original that was found changed as it is now: its size and time
// of change stand from now on, its digest is to be made anew, and its pages go back
// to the start of the queue. One that is in quarantine waits for that decision first.
func (t *Tx) AcceptFile(file archive.ID, bytes, modified int64) error {
	err := t.changeFile("accept changed file", file, func(f *archive.File) error {
		if f.State == archive.FileQuarantined {
			return archive.Refuse("accept changed file", f.Path, archive.ReasonQuarantined, "put aside as a suspected state secret")
		}
		f.Bytes, f.Modified, f.SHA256, f.State = bytes, modified, "", archive.FileUnhashed
		return nil
	})
	if err == nil {
		err = t.SetFound(archive.FoundAsRegistered, file)
	}
	if err != nil {
		return err
	}
	pages, err := ids(t.ctx, t.tx, pagesToRedo, int64(file))
	for _, id := range pages {
		if err := t.rework("accept changed file", id, func(p *pageRow) error {
			p.Stage, p.Reason, p.Detail = archive.StageReceived, "", ""
			return nil
		}); err != nil {
			return err
		}
	}
	return fault("accept changed file", file.String(), err)
}

const pagesToRedo = `SELECT p.id FROM page p WHERE p.file = $1 ORDER BY p.frame`

const pagesRefusedFor = `SELECT p.id FROM page p WHERE p.file = $1 AND p.stage = 'refused' AND p.reason IN ('altered', 'vanished')`

// Restored notes that files are as registered again, and puts the pages that were refused
// for it back to the start of the queue.
func (t *Tx) Restored(files ...archive.ID) error {
	if err := t.SetFound(archive.FoundAsRegistered, files...); err != nil {
		return err
	}
	for _, f := range files {
		pages, err := ids(t.ctx, t.tx, pagesRefusedFor, int64(f))
		if err == nil {
			_, err = t.Retry(pages)
		}
		if err != nil {
			return fault("note state of file", f.String(), err)
		}
	}
	return nil
}

// rootOf tells the root that a file lies on.
func (t *Tx) rootOf(doing string, file archive.ID) (archive.ID, error) {
	if root, ok := t.roots[file]; ok {
		return root, nil
	}
	var root int64
	if err := t.tx.QueryRowContext(t.ctx, rootOfFile, int64(file)).Scan(&root); err != nil {
		return 0, fault(doing, file.String(), err)
	}
	t.roots[file] = archive.ID(root)
	return archive.ID(root), nil
}

// Adopted is an original that is registered where it lies, with its pages.
type Adopted struct {
	File  archive.File
	Pages []archive.Page // their ids and File are filled in
}

const insertFile = `INSERT INTO file (id, path, batch, source, bytes, format, state, received, modified, root, sha256, born)
	VALUES {rows}`

// Adopt registers originals in place, unhashed, many at a time. A path that is
// registered already is a Conflict.
func (t *Tx) Adopt(list []Adopted) error {
	const doing = "adopt files"
	var fileRows [][]any
	var pages []archive.Page
	for i := range list {
		f := &list[i].File
		f.ID, f.Source, f.State = t.NewID(), cleaned(f.Source), archive.FileUnhashed
		if f.Received == 0 {
			f.Received = t.c.millis()
		}
		s := storedFile{*f}
		cols := s.columns()
		if err := cols.check(doing); err != nil {
			return err
		}
		fileRows = append(fileRows, append(append([]any{int64(f.ID)}, cols.values()...), int64(f.Root), nil, int64(t.op)))
		t.countFile(+1, *f)
		t.roots[f.ID] = f.Root
		after, err := s.loggedColumns().filled()
		if err != nil {
			return fault(doing, f.Path, err)
		}
		if err := t.log(nounFile, f.ID, "", after); err != nil {
			return err
		}
		for j := range list[i].Pages {
			list[i].Pages[j].File = f.ID
		}
		pages = append(pages, list[i].Pages...)
	}
	if err := insertRows(t.ctx, t.tx, insertFile, fileRows); err != nil {
		return fault(doing, "", err)
	}
	if err := t.AddPages(pages); err != nil {
		return err
	}
	for i := range list {
		n := copy(list[i].Pages, pages)
		pages = pages[n:]
	}
	return nil
}
