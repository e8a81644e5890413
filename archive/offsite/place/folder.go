package place

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"sync"

	"lantai/archive"
)

// folder is a place in a file system: a disk, a share that is mounted, any folder. All paths
// are opened below root, so that no link leads out of it.
type folder struct {
	dir  string
	root *os.Root
	self fs.FileInfo // the folder as it was when it was opened
	disk *disk
	opt  Options

	naming sync.Mutex // held from look to rename where a rename may replace
	mu     sync.Mutex
	parts  map[string]bool // names in Incoming of files under way
	ready  bool            // Incoming is there
	lock   *lock
}

// OpenFolder opens a folder, which must exist, as a place. Nothing is written before the
// first Lock or Begin. Its files are made 0444 in folders 0700, where the file system has
// such rights. Errors: Unavailable with ErrGone when the folder is not there.
func OpenFolder(dir string, opts ...Options) (Place, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, archive.Wrap(opOpen, dir, err)
	}
	f := &folder{dir: full, parts: map[string]bool{}}
	if len(opts) > 0 {
		f.opt = opts[0]
	}
	if f.root, err = os.OpenRoot(full); err != nil {
		if errors.Is(err, fs.ErrNotExist) || isGone(err) {
			return nil, gone(opOpen, full, err)
		}
		return nil, archive.WrapAs(kindOf(err), opOpen, full, err)
	}
	top, err := f.root.Open(".")
	if err == nil {
		f.self, err = top.Stat()
	}
	if err == nil {
		f.disk, err = newDisk(full, top)
	}
	if err != nil {
		f.root.Close()
		return nil, archive.WrapAs(kindOf(err), opOpen, full, err)
	}
	return f, nil
}

// present tells whether the folder is still the one that was opened: after a disk was
// taken away, its mount point may be left, empty.
func (f *folder) present() error {
	now, err := os.Stat(f.dir)
	switch {
	case err != nil && archive.Barred(err):
		return nil
	case err != nil:
		return gone("reach place", f.dir, err)
	case !os.SameFile(now, f.self), !f.disk.connected():
		return gone("reach place", f.dir, nil)
	}
	return nil
}

// fault gives an error of the file system its kind.
func (f *folder) fault(op, path string, err error) error {
	var known *archive.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return archive.Wrap(op, path, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return archive.Wrap(op, path, err)
	case errors.Is(err, os.ErrClosed):
		return archive.WrapAs(archive.Unavailable, op, path, errClosed)
	case isGone(err) || f.present() != nil:
		return gone(op, path, err)
	}
	return archive.WrapAs(kindOf(err), op, path, err)
}

func (f *folder) Stat(ctx context.Context, path string) (Entry, error) {
	if !below(path) {
		return Entry{}, Check(path)
	}
	st, err := f.root.Lstat(path)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return Entry{}, f.fault(opStat, path, err)
	}
	if !st.Mode().IsRegular() {
		return Entry{}, archive.WrapAs(archive.Conflict, opStat, path, errNotRegular)
	}
	return Entry{Path: path, Bytes: st.Size()}, nil
}

func (f *folder) Open(ctx context.Context, path string) (io.ReadCloser, error) {
	if _, err := f.Stat(ctx, path); err != nil { // a pipe would wait for a writer
		return nil, archive.Wrap(opRead, path, err)
	}
	file, err := f.root.Open(path)
	if err != nil {
		return nil, f.fault(opRead, path, err)
	}
	forget(file)
	Ahead(file)
	return &folderReader{f: f, ctx: ctx, path: path, file: file}, nil
}

// folderReader reads a copy and leaves nothing of it in memory: whole archives are read.
type folderReader struct {
	f    *folder
	ctx  context.Context
	path string
	file *os.File
}

func (r *folderReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, archive.Wrap(opRead, r.path, err)
	}
	n, err := r.file.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.f.fault(opRead, r.path, err)
	}
	return n, err
}

func (r *folderReader) Close() error {
	forget(r.file)
	return r.file.Close()
}

func (f *folder) Walk(ctx context.Context, dir, after string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := f.present(); err != nil {
			yield(Entry{Path: dir}, archive.Wrap(opWalk, dir, err))
			return
		}
		ended := false
		walk(ctx, dir, after, f.list)(func(e Entry, err error) bool {
			ended = ended || !yield(e, err)
			return !ended
		})
		if err := f.present(); err != nil && !ended { // what went away meanwhile looks empty
			yield(Entry{Path: dir}, archive.Wrap(opWalk, dir, err))
		}
	}
}

func (f *folder) list(ctx context.Context, dir string) ([]item, error) {
	d, err := f.root.Open(path.Clean(dir))
	if err != nil {
		return nil, f.fault(opWalk, dir, err)
	}
	defer d.Close()
	var items []item
	for {
		infos, err := d.Readdir(1024) // tells sizes with no look-up by path
		for _, st := range infos {
			items = append(items, item{name: st.Name(), bytes: st.Size(), folder: st.IsDir(), odd: !st.Mode().IsRegular()})
		}
		if err == nil {
			err = ctx.Err()
		}
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return items, f.fault(opWalk, dir, err)
		}
	}
}

// makeReady makes Incoming, and refuses to write when the place or the lock went away.
func (f *folder) makeReady(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.present(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock != nil {
		if err := f.lock.confirm(ctx); err != nil {
			return err
		}
	}
	if f.ready {
		return nil
	}
	if err := f.root.Mkdir(Incoming, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := f.disk.probe(f.root); err != nil {
		return err
	}
	f.ready = true
	return f.syncFolder(".")
}

// newPart names a file in Incoming.
func (f *folder) newPart() string {
	name := path.Join(Incoming, randomName()+".part")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parts[name] = true
	return name
}

func (f *folder) dropPart(name string) {
	f.root.Remove(name)
	f.forgetPart(name)
}

func (f *folder) forgetPart(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.parts, name)
}

func randomName() string {
	b := make([]byte, 8)
	rand.Read(b) //nolint:errcheck // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// syncFolder brings the entries of a folder to the disk.
func (f *folder) syncFolder(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return syncEntries(d)
}

// syncUp brings a folder and those above it to the disk.
func (f *folder) syncUp(dir string) error {
	for {
		if err := f.syncFolder(dir); err != nil || dir == "." {
			return err
		}
		dir = path.Dir(dir)
	}
}

func (f *folder) Space(ctx context.Context) (free, total int64, err error) {
	if err = ctx.Err(); err == nil {
		if err = f.present(); err == nil {
			free, total, err = f.disk.space(f.dir)
		}
	}
	if err != nil {
		return -1, -1, f.fault(opSpace, f.dir, err)
	}
	return free, total, nil
}

func (f *folder) Sweep(ctx context.Context) error {
	if err := f.present(); err != nil {
		return archive.Wrap(opSweep, f.dir, err)
	}
	items, err := f.list(ctx, Incoming)
	if archive.KindOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return archive.Wrap(opSweep, Incoming, err)
	}
	for _, it := range items {
		name := path.Join(Incoming, it.name)
		f.mu.Lock()
		busy := f.parts[name]
		f.mu.Unlock()
		if busy || it.name == lockName {
			continue
		}
		if err := f.root.RemoveAll(name); err != nil {
			return f.fault(opSweep, name, err)
		}
	}
	return nil
}

func (f *folder) Close() error {
	f.mu.Lock()
	l := f.lock
	f.lock = nil
	parts := f.parts
	f.parts = map[string]bool{}
	f.mu.Unlock()
	for name := range parts {
		f.root.Remove(name)
	}
	if l != nil {
		l.release()
	}
	f.disk.close()
	return f.root.Close()
}

func (f *folder) Replace(ctx context.Context, name string, content []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	return f.fault(opReplace, name, f.replace(ctx, name, content))
}

func (f *folder) replace(ctx context.Context, name string, content []byte) error {
	if err := f.makeReady(ctx); err != nil {
		return err
	}
	part := f.newPart()
	defer f.dropPart(part)
	file, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, bytes.NewReader(content))
	if err == nil {
		err = file.Sync()
	}
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	f.opt.step(stepReplaceStaged)
	dir := path.Dir(name)
	if err := f.root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if st, err := f.root.Lstat(name); err == nil && !st.Mode().IsRegular() {
		return fs.ErrExist
	}
	if err := f.root.Rename(part, name); err != nil {
		return err
	}
	f.opt.step(stepReplaced)
	return f.syncUp(dir)
}
