package place

import (
	"context"
	"os"
	"path"
	"sync"

	"lantai/archive"
)

// folderGroup is some files in Incoming.
type folderGroup struct {
	f *folder

	mu    sync.Mutex
	files []*folderFile // in the order of Create
	done  bool
}

type folderFile struct {
	g       *folderGroup
	ctx     context.Context
	path    string
	part    string
	file    *os.File
	written int64
	pushed  int64 // how much the system was told to write
	err     error // what ended the writing
	whole   bool  // closed without an error
}

func (f *folder) Begin(ctx context.Context) (Group, error) {
	if err := f.makeReady(ctx); err != nil {
		return nil, f.fault(opGroup, f.dir, err)
	}
	return &folderGroup{f: f}, nil
}

func (g *folderGroup) Create(ctx context.Context, name string) (Writer, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	if err := g.f.disk.allows(name); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		return nil, archive.WrapAs(archive.Invalid, opGroup, name, errClosed)
	}
	part := g.f.newPart()
	file, err := g.f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		g.f.forgetPart(part)
		return nil, g.f.fault(opGroup, name, err)
	}
	w := &folderFile{g: g, ctx: ctx, path: name, part: part, file: file}
	g.files = append(g.files, w)
	g.f.opt.step(stepPartCreated)
	return w, nil
}

// pushAfter is how many bytes of a file wait before the disk begins with them: it then works while
// the next are read.
const pushAfter = 8 << 20

func (w *folderFile) Write(b []byte) (int, error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.g.f.fault(opGroup, w.path, w.err)
	}
	n, err := w.file.Write(b)
	w.written += int64(n)
	if w.err = err; err != nil {
		return n, w.g.f.fault(opGroup, w.path, err)
	}
	if w.written-w.pushed >= pushAfter {
		push(w.file, w.pushed, w.written-w.pushed)
		w.pushed = w.written
	}
	return n, nil
}

func (w *folderFile) Close() error {
	if w.file == nil {
		return nil
	}
	if w.err == nil && w.g.f.disk.syncsAll {
		push(w.file, w.pushed, w.written-w.pushed)
	} else if w.err == nil {
		w.err = w.file.Sync()
	}
	_ = w.file.Chmod(0o444) // FAT has no such rights, and needs none
	if err := w.file.Close(); w.err == nil {
		w.err = err
	}
	w.file = nil
	w.whole = w.err == nil
	w.g.f.opt.step(stepPartWritten)
	return w.g.f.fault(opGroup, w.path, w.err)
}

func (w *folderFile) Discard() {
	if w.file != nil {
		w.file.Close()
		w.file = nil
	}
	w.g.f.dropPart(w.part)
	w.g.mu.Lock()
	defer w.g.mu.Unlock()
	for i, other := range w.g.files {
		if other == w {
			w.g.files = append(w.g.files[:i], w.g.files[i+1:]...)
			return
		}
	}
}

func (g *folderGroup) Abandon() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.end()
}

// end removes what has no name yet.
func (g *folderGroup) end() {
	if g.done {
		return
	}
	g.done = true
	for _, w := range g.files {
		if w.file != nil {
			w.file.Close()
			w.file, w.err = nil, errClosed
		}
		g.f.dropPart(w.part)
	}
	g.files = nil
}

func (g *folderGroup) Settle(ctx context.Context) ([]error, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		return nil, archive.WrapAs(archive.Invalid, opGroup, g.f.dir, errClosed)
	}
	defer g.end()
	results, err := g.settle(ctx)
	if err != nil {
		return nil, g.f.fault(opGroup, g.f.dir, err)
	}
	g.f.opt.step(stepGroupSettled)
	return results, nil
}

func (g *folderGroup) settle(ctx context.Context) ([]error, error) {
	f := g.f
	for _, w := range g.files {
		if !w.whole {
			return nil, archive.WrapAs(archive.Invalid, opGroup, w.path, errUnfinished)
		}
	}
	if err := f.makeReady(ctx); err != nil {
		return nil, err
	}
	if len(g.files) == 0 {
		return nil, nil
	}
	if f.disk.syncsAll {
		if err := f.disk.syncAll(); err != nil {
			return nil, err
		}
	}
	if err := f.present(); err != nil {
		return nil, err
	}
	f.opt.step(stepGroupSynced)
	results, dirs, err := g.name()
	if err == nil {
		err = f.settleNames(dirs)
	}
	if err == nil {
		err = f.present()
	}
	return results, err
}

// name gives the files their names and tells in which folders.
func (g *folderGroup) name() (results []error, dirs map[string]bool, err error) {
	f := g.f
	n := naming{f: f}
	defer n.close()
	results, dirs = make([]error, len(g.files)), map[string]bool{}
	for i, w := range g.files {
		dir := path.Dir(w.path)
		err := error(nil)
		if !dirs[dir] {
			err = f.root.MkdirAll(dir, 0o700)
			f.opt.step(stepFolderMade)
		}
		if err == nil {
			err = n.rename(w.part, w.path)
		}
		switch err = f.fault(opGroup, w.path, err); archive.KindOf(err) {
		case "":
			dirs[dir] = true
			f.forgetPart(w.part)
			f.opt.step(stepNamed)
		case archive.Conflict, archive.Invalid:
			results[i] = err
			f.dropPart(w.part)
		default:
			return nil, nil, err
		}
	}
	return results, dirs, nil
}

// settleNames brings new names to the disk.
func (f *folder) settleNames(dirs map[string]bool) error {
	if f.disk.syncsAll {
		return f.disk.syncAll()
	}
	all := map[string]bool{Incoming: true}
	for dir := range dirs {
		for ; !all[dir]; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	for dir := range all {
		if err := f.syncFolder(dir); err != nil {
			return err
		}
	}
	return nil
}
