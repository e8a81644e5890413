package place

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"

	"lantai/archive"
)

func (r *remote) Stat(ctx context.Context, p string) (Entry, error) {
	if !below(p) {
		return Entry{}, Check(p)
	}
	err := r.enter(ctx, path.Dir(p))
	if err != nil {
		return Entry{}, r.fault(opStat, p, err)
	}
	st, err := r.lstat(ctx, p)
	if err != nil {
		return Entry{}, r.fault(opStat, p, err)
	}
	if !st.Mode().IsRegular() {
		return Entry{}, archive.WrapAs(archive.Conflict, opStat, p, errNotRegular)
	}
	return Entry{Path: p, Bytes: st.Size()}, nil
}

func (r *remote) Open(ctx context.Context, p string) (io.ReadCloser, error) {
	if _, err := r.Stat(ctx, p); err != nil {
		return nil, archive.Wrap(opRead, p, err)
	}
	file, err := r.openFile(ctx, r.session(), p, os.O_RDONLY)
	if err != nil {
		return nil, r.fault(opRead, p, err)
	}
	from, to := io.Pipe()
	stop := context.AfterFunc(ctx, func() { to.CloseWithError(ctx.Err()) })
	go func() {
		_, err := file.WriteTo(to) // asks for many pieces at a time
		to.CloseWithError(err)
		file.Close()
	}()
	return &remoteReader{r: r, path: p, from: from, stop: stop}, nil
}

// remoteReader reads what comes from a server in order.
type remoteReader struct {
	r    *remote
	path string
	from *io.PipeReader
	stop func() bool
}

func (rd *remoteReader) Read(b []byte) (int, error) {
	n, err := rd.from.Read(b)
	if err != nil && err != io.EOF { //nolint:errorlint // an end inside another error is a lost connection
		err = rd.r.fault(opRead, rd.path, err)
	}
	return n, err
}

func (rd *remoteReader) Close() error {
	rd.stop()
	return rd.from.Close()
}

func (r *remote) Walk(ctx context.Context, dir, after string) iter.Seq2[Entry, error] {
	return walk(ctx, dir, after, r.list)
}

func (r *remote) list(ctx context.Context, dir string) ([]item, error) {
	if dir != "" {
		if err := r.enter(ctx, path.Clean(dir)); err != nil {
			return nil, r.fault(opWalk, dir, err)
		}
	}
	infos, err := call(ctx, nil, func() ([]fs.FileInfo, error) { return r.session().ReadDirContext(ctx, r.full(dir)) })
	if err != nil {
		if dir == "" && errors.Is(err, fs.ErrNotExist) {
			return nil, gone(opWalk, dir, err)
		}
		return nil, r.fault(opWalk, dir, err)
	}
	items := make([]item, 0, len(infos))
	for _, st := range infos {
		name := st.Name()
		if name == "." || name == ".." || strings.Contains(name, "/") { // no server should say so
			continue
		}
		items = append(items, item{name: name, bytes: st.Size(), folder: st.IsDir(), odd: !st.Mode().IsRegular()})
	}
	return items, nil
}
