package place

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"lantai/archive"
)

func (f *folder) Append(ctx context.Context, name string, at int64, data []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	if at < 0 {
		return archive.Errorf(archive.Invalid, opAppend, name, "at %d bytes", at)
	}
	return f.fault(opAppend, name, f.append(ctx, name, at, data))
}

func (f *folder) append(ctx context.Context, name string, at int64, data []byte) error {
	if err := f.makeReady(ctx); err != nil {
		return err
	}
	flags, dir := os.O_RDWR, path.Dir(name)
	if at == 0 {
		flags |= os.O_CREATE
		if err := f.root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	st, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && at > 0:
		return archive.Errorf(archive.Damaged, opAppend, name, "it is not there, and should have %d bytes", at)
	case err == nil && !st.Mode().IsRegular():
		return archive.WrapAs(archive.Conflict, opAppend, name, errNotRegular)
	case err == nil && st.Size() < at:
		return archive.Errorf(archive.Damaged, opAppend, name, "it has %d bytes, and should have %d", st.Size(), at)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	isNew := err != nil
	file, err := f.root.OpenFile(name, flags, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if !isNew && st.Size() > at {
		if err := file.Truncate(at); err != nil {
			return err
		}
		f.opt.step(stepAppendCut)
	}
	half := len(data) / 2
	if _, err = file.WriteAt(data[:half], at); err == nil {
		f.opt.step(stepAppendWriting)
		_, err = file.WriteAt(data[half:], at+int64(half))
	}
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		return errors.Join(err, file.Truncate(at))
	}
	f.opt.step(stepAppended)
	if isNew {
		return f.syncUp(dir)
	}
	return nil
}

func (f *folder) Move(ctx context.Context, from, to string) error {
	for _, p := range []string{from, to} {
		if err := Check(p); err != nil {
			return err
		}
	}
	return f.fault(opMove, from, f.move(ctx, from, to))
}

func (f *folder) move(ctx context.Context, from, to string) error {
	if err := f.makeReady(ctx); err != nil {
		return err
	}
	if _, err := f.Stat(ctx, from); err != nil {
		return err
	}
	if err := f.disk.allows(to); err != nil {
		return err
	}
	if err := f.root.MkdirAll(path.Dir(to), 0o700); err != nil {
		return err
	}
	n := naming{f: f}
	defer n.close()
	if err := n.rename(from, to); err != nil && !f.finishMove(from, to) {
		return err
	}
	f.opt.step(stepMoved)
	if err := f.syncUp(path.Dir(to)); err != nil {
		return err
	}
	if err := f.syncFolder(path.Dir(from)); err != nil {
		return err
	}
	f.opt.step(stepMoveSettled)
	return nil
}

// finishMove takes the former name away from a file that has both, since a move ended in between.
func (f *folder) finishMove(from, to string) bool {
	a, errA := f.root.Lstat(from)
	b, errB := f.root.Lstat(to)
	return errA == nil && errB == nil && sameTwice(a, b) && f.root.Remove(from) == nil
}

// naming gives names to files, and keeps the folders open in which it does.
type naming struct {
	f    *folder
	dirs map[string]*os.File
}

func (n *naming) dir(name string) (*os.File, error) {
	if d := n.dirs[name]; d != nil {
		return d, nil
	}
	d, err := n.f.root.Open(name)
	if err != nil {
		return nil, err
	}
	if n.dirs == nil {
		n.dirs = map[string]*os.File{}
	}
	n.dirs[name] = d
	return d, nil
}

func (n *naming) close() {
	for _, d := range n.dirs {
		d.Close()
	}
}

// rename never replaces another file, whose folder must exist: fs.ErrExist then.
func (n *naming) rename(from, to string) error {
	a, err := n.dir(path.Dir(from))
	if err != nil {
		return err
	}
	b, err := n.dir(path.Dir(to))
	if err != nil {
		return err
	}
	err = renameNew(n.f.root, a, b, from, to)
	if errors.Is(err, errReplaces) {
		n.f.naming.Lock()
		defer n.f.naming.Unlock()
		err = n.lookAndRename(from, to)
	}
	if errors.Is(err, fs.ErrExist) {
		return n.standing(b, to, err)
	}
	return err
}

// lookAndRename is for FAT and its like, which have neither links nor a rename that refuses: the
// lock of the place keeps others away between the look and the rename.
func (n *naming) lookAndRename(from, to string) error {
	if _, err := n.f.root.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
		}
		return err
	}
	return n.f.root.Rename(from, to)
}

// standing says under what name another file stands, where the place does not tell case.
func (n *naming) standing(dir *os.File, to string, err error) error {
	d, oerr := n.f.root.Open(path.Dir(to))
	if oerr != nil {
		return err
	}
	defer d.Close()
	names, oerr := d.Readdirnames(-1)
	if oerr != nil {
		return err
	}
	other := ""
	for _, name := range names {
		if name == path.Base(to) {
			return err
		}
		if strings.EqualFold(name, path.Base(to)) {
			other = name
		}
	}
	if other == "" {
		return err
	}
	return archive.Errorf(archive.Conflict, opGroup, to, "%w, and %s stands there", errCaseOnly, other)
}
