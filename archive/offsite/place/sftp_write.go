package place

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/pkg/sftp"

	"lantai/archive"
)

func (r *remote) Replace(ctx context.Context, name string, content []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	return r.fault(opReplace, name, r.replace(ctx, name, content))
}

func (r *remote) replace(ctx context.Context, name string, content []byte) error {
	if err := r.makeReady(ctx); err != nil {
		return err
	}
	part := r.newPart()
	defer r.dropPart(ctx, part)
	if err := r.writeWhole(ctx, part, content, os.O_EXCL); err != nil {
		return err
	}
	r.opt.step(stepReplaceStaged)
	dir := path.Dir(name)
	touched := map[string]bool{dir: true}
	if err := r.enterMaking(ctx, dir, func(made string) { touched[path.Dir(made)] = true }); err != nil {
		return err
	}
	if st, err := r.lstat(ctx, name); err == nil && !st.Mode().IsRegular() {
		return fs.ErrExist
	}
	if err := r.renameOver(ctx, part, name); err != nil {
		return err
	}
	r.opt.step(stepReplaced)
	for dir := range touched {
		if err := r.syncFolder(ctx, dir); err != nil {
			return err
		}
	}
	return nil
}

// stagedPrefix is what a file in Incoming is called that is whole and about to replace
// another, whose path follows in base64: the other is gone for a moment on servers that
// cannot replace, and Sweep finishes what was cut off then.
const stagedPrefix = "replace-"

// renameOver replaces a file.
func (r *remote) renameOver(ctx context.Context, from, to string) error {
	if r.renamesOver {
		return try(ctx, func() error { return r.session().PosixRename(r.full(from), r.full(to)) })
	}
	staged := path.Join(Incoming, stagedPrefix+base64.RawURLEncoding.EncodeToString([]byte(to)))
	return try(ctx, func() error {
		s := r.session()
		if err := s.Remove(r.full(staged)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := s.Rename(r.full(from), r.full(staged)); err != nil {
			return err
		}
		if err := s.Remove(r.full(to)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return s.Rename(r.full(staged), r.full(to))
	})
}

// finishReplace gives a staged file its name, if the former was removed.
func (r *remote) finishReplace(ctx context.Context, staged string) error {
	to, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(path.Base(staged), stagedPrefix))
	if err != nil || Check(string(to)) != nil {
		return nil
	}
	err = r.renameNew(ctx, staged, string(to))
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// writeWhole writes a small file and makes it durable.
func (r *remote) writeWhole(ctx context.Context, name string, content []byte, flags int) error {
	s := r.session()
	file, err := r.openFile(ctx, s, name, os.O_WRONLY|os.O_CREATE|flags)
	if err != nil {
		return err
	}
	return try(ctx, func() error {
		_, err := io.Copy(file, bytes.NewReader(content))
		return r.finish(file, err)
	})
}

// finish makes a file durable and closes it.
func (r *remote) finish(file *sftp.File, err error) error {
	if err == nil && r.syncs {
		err = file.Sync()
	}
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	return err
}

func (r *remote) Append(ctx context.Context, name string, at int64, data []byte) error {
	if err := Check(name); err != nil {
		return err
	}
	if at < 0 {
		return archive.Errorf(archive.Invalid, opAppend, name, "at %d bytes", at)
	}
	return r.fault(opAppend, name, r.append(ctx, name, at, data))
}

func (r *remote) append(ctx context.Context, name string, at int64, data []byte) error {
	if err := r.makeReady(ctx); err != nil {
		return err
	}
	dir := path.Dir(name)
	touched := map[string]bool{}
	if err := r.enterMaking(ctx, dir, func(made string) { touched[path.Dir(made)] = true }); err != nil {
		return err
	}
	st, err := r.lstat(ctx, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && at > 0:
		return archive.Errorf(archive.Damaged, opAppend, name, "it is not there, and should have %d bytes", at)
	case err == nil && !st.Mode().IsRegular():
		return archive.WrapAs(archive.Conflict, opAppend, name, errNotRegular)
	case err == nil && st.Size() < at:
		return archive.Errorf(archive.Damaged, opAppend, name, "it has %d bytes, and should have %d", st.Size(), at)
	case errors.Is(err, fs.ErrNotExist):
		touched[dir] = true
	case err != nil:
		return err
	}
	file, err := r.openFile(ctx, r.session(), name, os.O_WRONLY|os.O_CREATE)
	if err != nil {
		return err
	}
	err = try(ctx, func() error {
		var err error
		if st != nil && st.Size() > at {
			if err = file.Truncate(at); err == nil {
				r.opt.step(stepAppendCut)
			}
		}
		half := len(data) / 2
		if err == nil {
			_, err = file.WriteAt(data[:half], at)
		}
		if err == nil {
			r.opt.step(stepAppendWriting)
			_, err = file.WriteAt(data[half:], at+int64(half))
		}
		if err != nil {
			_ = file.Truncate(at) // what stands behind is cut off next time anyhow
		}
		return r.finish(file, err)
	})
	if err != nil {
		return err
	}
	r.opt.step(stepAppended)
	for dir := range touched {
		if err := r.syncFolder(ctx, dir); err != nil {
			return err
		}
	}
	return nil
}

func (r *remote) Move(ctx context.Context, from, to string) error {
	for _, p := range []string{from, to} {
		if err := Check(p); err != nil {
			return err
		}
	}
	return r.fault(opMove, from, r.move(ctx, from, to))
}

func (r *remote) move(ctx context.Context, from, to string) error {
	if err := r.makeReady(ctx); err != nil {
		return err
	}
	if _, err := r.Stat(ctx, from); err != nil {
		return err
	}
	touched := map[string]bool{path.Dir(from): true, path.Dir(to): true}
	if err := r.enterMaking(ctx, path.Dir(to), func(made string) { touched[path.Dir(made)] = true }); err != nil {
		return err
	}
	r.naming.Lock()
	err := r.renameNew(ctx, from, to)
	r.naming.Unlock()
	if errors.Is(err, fs.ErrExist) {
		if twice, serr := r.sameContent(ctx, from, to); serr != nil || !twice {
			return err
		}
		err = try(ctx, func() error { return r.session().Remove(r.full(from)) })
	}
	if err != nil {
		return err
	}
	r.opt.step(stepMoved)
	for dir := range touched {
		if err := r.syncFolder(ctx, dir); err != nil {
			return err
		}
	}
	r.opt.step(stepMoveSettled)
	return nil
}

// sameContent tells whether two files are one that has two names, since the server was
// ended while it renamed: OpenSSH links and unlinks. It looks at every byte before it says so.
func (r *remote) sameContent(ctx context.Context, from, to string) (bool, error) {
	a, err := r.lstat(ctx, from)
	if err != nil {
		return false, err
	}
	b, err := r.lstat(ctx, to)
	if err != nil || from == to || !a.Mode().IsRegular() || !b.Mode().IsRegular() || a.Size() != b.Size() || !a.ModTime().Equal(b.ModTime()) ||
		strings.EqualFold(from, to) {
		return false, err
	}
	x, err := r.Open(ctx, from)
	if err != nil {
		return false, err
	}
	defer x.Close()
	y, err := r.Open(ctx, to)
	if err != nil {
		return false, err
	}
	defer y.Close()
	bx, by := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, errX := io.ReadFull(x, bx)
		m, errY := io.ReadFull(y, by)
		if !bytes.Equal(bx[:n], by[:m]) {
			return false, nil
		}
		ended := errors.Is(errX, io.EOF) || errors.Is(errX, io.ErrUnexpectedEOF)
		if ended || errX != nil || errY != nil {
			return ended && errX == errY, nil //nolint:errorlint // ReadFull gives these as they are
		}
	}
}

func (r *remote) Sweep(ctx context.Context) error {
	items, err := r.list(ctx, Incoming)
	if archive.KindOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return archive.Wrap(opSweep, Incoming, err)
	}
	for _, it := range items {
		name := path.Join(Incoming, it.name)
		r.mu.Lock()
		busy := r.parts[name]
		r.mu.Unlock()
		if busy || it.name == lockName {
			continue
		}
		if strings.HasPrefix(it.name, stagedPrefix) {
			if err := r.finishReplace(ctx, name); err != nil {
				return r.fault(opSweep, name, err)
			}
		}
		err := try(ctx, func() error { return r.session().RemoveAll(r.full(name)) })
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r.fault(opSweep, name, err)
		}
	}
	return nil
}
