package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"iter"

	"lantai/archive"
	"lantai/archive/access"
)

// storedFile is a file as its table has it: the digest in bytes.
type storedFile struct{ archive.File }

func (f *storedFile) columns() columns {
	return columns{
		{"path", &f.Path}, {"batch", &f.Batch}, {"source", &f.Source}, {"bytes", &f.Bytes},
		{"format", &f.Format}, {"state", &f.State}, {"received", &f.Received}, {"modified", &f.Modified},
	}
}

// loggedColumns has root and digest as well, which the log writes in their own way.
func (f *storedFile) loggedColumns() columns {
	return append(f.columns(), column{"root", &f.Root}, column{"sha256", &f.SHA256})
}

const (
	nounFile  = "file"
	nounBatch = "batch"
	nounRoot  = "root"
)

const fileAt = `SELECT id FROM file WHERE root = $1 AND path = $2`

// AddFile adds an original and fills in its id; zero Received is now, an empty State
// follows from the digest. The same root and path is a Conflict. A Source that is not
// UTF-8 is kept with its bad bytes replaced.
func (t *Tx) AddFile(f *archive.File) error {
	const doing = "add file"
	sum, err := hex.DecodeString(f.SHA256)
	if err != nil || len(sum) != 0 && len(sum) != digestSize {
		return archive.Errorf(archive.Invalid, doing, f.Path, "%q is no SHA-256", f.SHA256)
	}
	f.ID, f.Source = t.NewID(), cleaned(f.Source)
	if f.Received == 0 {
		f.Received = t.c.millis()
	}
	if f.State == "" {
		f.State = archive.FileStored
		if len(sum) == 0 {
			f.State = archive.FileUnhashed
		}
	}
	s := storedFile{*f}
	cols := s.columns()
	if err := cols.check(doing); err != nil {
		return err
	}
	if err := t.pathFree(doing, f.Root, f.Path); err != nil {
		return err
	}
	if err := insert(t.ctx, t.tx, "file", f.ID, cols, "root", int64(f.Root), "sha256", nullBytes(sum), "born", int64(t.op)); err != nil {
		return fault(doing, f.Path, err)
	}
	if err := t.followFixity(f.ID, "", f.SHA256); err != nil {
		return err
	}
	t.countFile(+1, *f)
	t.roots[f.ID] = f.Root
	after, err := s.loggedColumns().filled()
	if err != nil {
		return fault(doing, f.Path, err)
	}
	return t.log(nounFile, f.ID, "", after)
}

func nullBytes(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func (t *Tx) pathFree(doing string, root archive.ID, path string) error {
	found, err := ids(t.ctx, t.tx, fileAt, int64(root), path)
	if err != nil {
		return fault(doing, path, err)
	}
	if len(found) > 0 {
		return archive.Errorf(archive.Conflict, doing, path, "an original stands there: %s", found[0])
	}
	return nil
}

const fileForWrite = `SELECT ` + fileFields + ` FROM file f WHERE f.id = $1`

// changeFile writes what edit does to a file, and logs it.
func (t *Tx) changeFile(doing string, id archive.ID, edit func(*archive.File) error) error {
	if err := t.settled(doing); err != nil {
		return err
	}
	var old storedFile
	var sum []byte
	if err := t.tx.QueryRowContext(t.ctx, fileForWrite, int64(id)).Scan(fileTargets(&old.File, &sum)...); err != nil {
		return fault(doing, id.String(), err)
	}
	old.SHA256 = hex.EncodeToString(sum)
	now := old
	if err := edit(&now.File); err != nil {
		return err
	}
	before, after, which, err := differing(old.loggedColumns(), now.loggedColumns())
	if err != nil || len(which) == 0 {
		return fault(doing, id.String(), err)
	}
	newSum, err := hex.DecodeString(now.SHA256)
	if err != nil || len(newSum) != 0 && len(newSum) != digestSize {
		return archive.Errorf(archive.Invalid, doing, now.Path, "%q is no SHA-256", now.SHA256)
	}
	cols := now.columns()
	all := make([]int, len(cols))
	for i := range all {
		all[i] = i
	}
	if err := update(t.ctx, t.tx, "file", id, cols, all, "sha256", nullBytes(newSum)); err != nil {
		return fault(doing, now.Path, err)
	}
	if err := t.followCopies(old.File, now.File); err != nil {
		return err
	}
	if err := t.followFixity(id, old.SHA256, now.SHA256); err != nil {
		return err
	}
	t.countFile(-1, old.File)
	t.countFile(+1, now.File)
	return t.log(nounFile, id, before, after)
}

// MoveFile notes that a master was moved within its root.
func (t *Tx) MoveFile(file archive.ID, path string) error {
	return t.changeFile("move file", file, func(f *archive.File) error {
		if path == f.Path {
			return nil
		}
		f.Path = path
		return t.pathFree("move file", f.Root, path)
	})
}

// SetHash notes the digest of a file that was registered unhashed. A file that has
// another digest is a Conflict.
func (t *Tx) SetHash(file archive.ID, sha256 string) error {
	return t.changeFile("set digest", file, func(f *archive.File) error {
		if f.SHA256 != "" && f.SHA256 != sha256 {
			return archive.Errorf(archive.Conflict, "set digest", f.Path, "it has another digest")
		}
		f.SHA256 = sha256
		if f.State == archive.FileUnhashed {
			f.State = archive.FileStored
		}
		return nil
	})
}

// Supersede notes that a rescan took the place of a file.
func (t *Tx) Supersede(file archive.ID) error {
	return t.changeFile("supersede file", file, func(f *archive.File) error {
		f.State = archive.FileSuperseded
		return nil
	})
}

// {file f} stands for "the file may be seen": one of its pages may be, or it has none.
const (
	fileFields = `f.id, f.root, f.path, f.batch, f.source, f.bytes, f.format, f.state, f.received, f.modified, f.found, f.sha256`
	fileByID   = `SELECT ` + fileFields + ` FROM file f WHERE f.id = $1 AND {file f}`
	filesByID  = `SELECT ` + fileFields + ` FROM file f WHERE f.id IN ({keys}) AND {file f}`
	fileByPath = `SELECT ` + fileFields + ` FROM file f WHERE f.root = $1 AND f.path = $2 AND {file f}`
	filesBySum = `SELECT ` + fileFields + ` FROM file f WHERE f.sha256 = $1 AND {file f} ORDER BY f.id`
	filesFrom  = `SELECT ` + fileFields + ` FROM file f WHERE (f.root, f.path) > ($1, $2) AND {file f}
		ORDER BY f.root, f.path LIMIT 1000`
	fileReceived = `SELECT ` + fileFields + ` FROM file f JOIN batch b ON b.id = f.batch
		WHERE f.sha256 = $1 AND f.source = $2 AND b.source = $3 AND {file f} ORDER BY f.id LIMIT 1`
	sourcesReceived = `SELECT f.source FROM batch b JOIN file f ON f.batch = b.id WHERE b.source = $1`
)

func fileTargets(f *archive.File, sum *[]byte) []any {
	return []any{&f.ID, &f.Root, &f.Path, nullID{&f.Batch}, &f.Source, &f.Bytes, &f.Format, &f.State, &f.Received,
		&f.Modified, &f.Found, sum}
}

func (c *Catalogue) files(ctx context.Context, query string, sight access.Sight, args ...any) ([]archive.File, error) {
	var list []archive.File
	err := rows(ctx, c.cat.read, sighted(query, sight), args, func(r *sql.Rows) error {
		f, err := scanFile(r)
		list = append(list, f)
		return err
	})
	return list, err
}

func scanFile(r *sql.Rows) (archive.File, error) {
	var f archive.File
	var sum []byte
	err := r.Scan(fileTargets(&f, &sum)...)
	f.SHA256 = hex.EncodeToString(sum)
	return f, err
}

// file is for queries that find one at most.
func (c *Catalogue) file(ctx context.Context, subject, query string, sight access.Sight, args ...any) (archive.File, error) {
	list, err := c.files(ctx, query, sight, args...)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return archive.File{}, fault("find file", subject, err)
	}
	return list[0], nil
}

// File finds an original. A file may be seen when one of its pages may be, or it has none.
func (c *Catalogue) File(ctx context.Context, sight access.Sight, id archive.ID) (archive.File, error) {
	return c.file(ctx, id.String(), fileByID, sight, int64(id))
}

// Files fetches files in the order of ids.
func (c *Catalogue) Files(ctx context.Context, sight access.Sight, ids []archive.ID) ([]archive.File, error) {
	found := make(map[archive.ID]archive.File, len(ids))
	err := each(ctx, c.cat.read, sighted(filesByID, sight), ids, func(r *sql.Rows) error {
		f, err := scanFile(r)
		found[f.ID] = f
		return err
	})
	return inOrder(ids, found), fault("read files", "", err)
}

// FileByPath finds an original by root (zero: masters/) and path.
func (c *Catalogue) FileByPath(ctx context.Context, sight access.Sight, root archive.ID, path string) (archive.File, error) {
	return c.file(ctx, path, fileByPath, sight, int64(root), cleaned(path))
}

// FilesBySHA256 finds originals by content, as received.
func (c *Catalogue) FilesBySHA256(ctx context.Context, sight access.Sight, sha256 string) ([]archive.File, error) {
	sum, err := hex.DecodeString(sha256)
	if err != nil {
		return nil, archive.Errorf(archive.Invalid, "find file", sha256, "no SHA-256")
	}
	list, err := c.files(ctx, filesBySum, sight, sum)
	return list, fault("find file", sha256, err)
}

// FileFrom finds what was received before from the same folder, under the same path,
// with the same content; NotFound otherwise.
func (c *Catalogue) FileFrom(ctx context.Context, sight access.Sight, folder, source, sha256 string) (archive.File, error) {
	sum, err := hex.DecodeString(sha256)
	if err != nil {
		return archive.File{}, archive.Errorf(archive.Invalid, "find file", sha256, "no SHA-256")
	}
	return c.file(ctx, source, fileReceived, sight, sum, cleaned(source), cleaned(folder))
}

// SourcesFrom gives the paths, below the folder, of all files that were received from it.
func (c *Catalogue) SourcesFrom(ctx context.Context, folder string) (map[string]bool, error) {
	sources := map[string]bool{}
	err := rows(ctx, c.cat.read, sourcesReceived, []any{cleaned(folder)}, func(r *sql.Rows) error {
		var source string
		err := r.Scan(&source)
		sources[source] = true
		return err
	})
	return sources, fault("list received files", folder, err)
}

// AllFiles walks all files, masters/ first, within each root in ascending byte order of
// the path; some at a time, so that writers never wait.
func (c *Catalogue) AllFiles(ctx context.Context, sight access.Sight) iter.Seq2[archive.File, error] {
	return func(yield func(archive.File, error) bool) {
		for last := (archive.File{Root: -1}); ; {
			list, err := c.files(ctx, filesFrom, sight, int64(last.Root), last.Path)
			if err != nil {
				yield(archive.File{}, fault("list files", "", err))
				return
			}
			if len(list) == 0 {
				return
			}
			for _, f := range list {
				if !yield(f, nil) {
					return
				}
			}
			last = list[len(list)-1]
		}
	}
}
