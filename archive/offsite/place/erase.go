package place

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/pkg/sftp"

	"lantai/archive"
)

const opErase = "erase copy"

func (f *folder) Erase(ctx context.Context, name string) error {
	if err := Check(name); err != nil {
		return err
	}
	return f.fault(opErase, name, f.erase(ctx, name))
}

func (f *folder) erase(ctx context.Context, name string) error {
	if err := f.makeReady(ctx); err != nil {
		return err
	}
	st, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !st.Mode().IsRegular():
		return archive.WrapAs(archive.Conflict, opErase, name, errNotRegular)
	}
	if err := f.root.Chmod(name, 0o600); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err // a file system without such rights may refuse
	}
	file, err := f.root.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(archive.Blank(file, st.Size()), file.Close()); err != nil {
		return err
	}
	if err := f.root.Remove(name); err != nil {
		return err
	}
	dir := path.Dir(name)
	for dir != "." && f.root.Remove(dir) == nil { // a folder with something in it stays
		dir = path.Dir(dir)
	}
	return f.syncFolder(dir)
}

func (r *remote) Erase(ctx context.Context, name string) error {
	if err := Check(name); err != nil {
		return err
	}
	return r.fault(opErase, name, r.erase(ctx, name))
}

func (r *remote) erase(ctx context.Context, name string) error {
	if err := r.makeReady(ctx); err != nil {
		return err
	}
	st, err := r.lstat(ctx, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !st.Mode().IsRegular():
		return archive.WrapAs(archive.Conflict, opErase, name, errNotRegular)
	}
	s := r.session()
	if err := try(ctx, func() error { return s.Chmod(r.full(name), 0o600) }); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	file, err := r.openFile(ctx, s, name, os.O_WRONLY)
	if err != nil {
		return err
	}
	if err := errors.Join(r.blank(ctx, file, st.Size()), file.Close()); err != nil {
		return err
	}
	if err := try(ctx, func() error { return r.session().Remove(r.full(name)) }); err != nil {
		return err
	}
	dir := path.Dir(name)
	for dir != "." && try(ctx, func() error { return r.session().RemoveDirectory(r.full(dir)) }) == nil { // a folder with something in it stays
		dir = path.Dir(dir)
	}
	return r.syncFolder(ctx, dir)
}

// blank writes zeros over a file, and has the server keep them where it can.
func (r *remote) blank(ctx context.Context, file *sftp.File, size int64) error {
	zeros := make([]byte, 1<<18)
	for at := int64(0); at < size; at += int64(len(zeros)) {
		part := zeros[:min(int64(len(zeros)), size-at)]
		if err := try(ctx, func() error { _, err := file.WriteAt(part, at); return err }); err != nil {
			return err
		}
	}
	if !r.syncs {
		return nil
	}
	return try(ctx, file.Sync)
}
