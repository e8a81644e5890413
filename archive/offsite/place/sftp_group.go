package place

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/sync/errgroup"

	"lantai/archive"
)

// remoteGroup is some files in Incoming on a server.
type remoteGroup struct {
	r   *remote
	ctx context.Context // of Begin: how long Abandon may wait

	mu    sync.Mutex
	files []*remoteFile // in the order of Create
	done  bool
}

// remoteFile sends what is written to it in many pieces under way at a time.
type remoteFile struct {
	g    *remoteGroup
	ctx  context.Context
	path string
	part string
	file *sftp.File
	to   *io.PipeWriter
	stop func() bool

	sent     chan struct{} // closed when the server has taken all, or an error came
	sendErr  error
	closed   bool
	finished chan struct{} // closed when the file is durable and closed
	err      error         // of finishing
}

// piecesAhead is how many pieces of a file are under way.
const piecesAhead = 64

func (r *remote) Begin(ctx context.Context) (Group, error) {
	if err := r.makeReady(ctx); err != nil {
		return nil, r.fault(opGroup, r.address.String(), err)
	}
	return &remoteGroup{r: r, ctx: ctx}, nil
}

func (g *remoteGroup) Create(ctx context.Context, name string) (Writer, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	g.mu.Lock()
	done := g.done
	g.mu.Unlock()
	if done {
		return nil, archive.WrapAs(archive.Invalid, opGroup, name, errClosed)
	}
	r := g.r
	part := r.newPart()
	file, err := r.openFile(ctx, r.session(), part, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		r.forgetPart(part)
		return nil, r.fault(opGroup, name, err)
	}
	from, to := io.Pipe()
	w := &remoteFile{
		g: g, ctx: ctx, path: name, part: part, file: file, to: to, sent: make(chan struct{}), finished: make(chan struct{}),
		stop: context.AfterFunc(ctx, func() { from.CloseWithError(ctx.Err()) }),
	}
	go func() {
		_, err := file.ReadFromWithConcurrency(from, piecesAhead)
		w.sendErr = err
		if err != nil {
			from.CloseWithError(err)
		}
		close(w.sent)
	}()
	g.mu.Lock()
	g.files = append(g.files, w)
	g.mu.Unlock()
	r.opt.step(stepPartCreated)
	return w, nil
}

func (w *remoteFile) Write(b []byte) (int, error) {
	n, err := w.to.Write(b)
	return n, w.g.r.fault(opGroup, w.path, err)
}

// Close waits until the server has all. That it comes to its disk is waited for by Settle.
func (w *remoteFile) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	w.to.Close()
	select {
	case <-w.sent:
		w.err = w.sendErr
	case <-w.ctx.Done():
		w.err = w.ctx.Err()
	}
	if !w.stop() && w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		w.letGo()
		return w.g.r.fault(opGroup, w.path, w.err)
	}
	w.g.r.opt.step(stepPartWritten)
	go func() {
		defer close(w.finished)
		_ = w.file.Chmod(0o444) // a server may have no such rights
		if w.g.r.syncs {
			w.err = w.file.Sync()
		}
		if err := w.file.Close(); w.err == nil {
			w.err = err
		}
	}()
	return nil
}

// abort ends a file that nobody wants any more.
func (w *remoteFile) abort(ctx context.Context) {
	if !w.closed {
		w.closed = true
		w.stop()
		w.to.CloseWithError(errClosed)
		w.err = errClosed
		w.letGo()
	}
	w.g.r.dropPart(ctx, w.part)
}

// letGo closes a file with an error when nothing of it is under way any more: its room is free then.
func (w *remoteFile) letGo() {
	defer close(w.finished)
	select {
	case <-w.sent:
		if w.ctx.Err() == nil {
			w.file.Close()
			return
		}
	default:
	}
	go func() {
		<-w.sent
		w.file.Close()
	}()
}

func (w *remoteFile) Discard() {
	w.abort(w.ctx)
	w.g.mu.Lock()
	defer w.g.mu.Unlock()
	for i, other := range w.g.files {
		if other == w {
			w.g.files = append(w.g.files[:i], w.g.files[i+1:]...)
			return
		}
	}
}

func (g *remoteGroup) Abandon() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.end(g.ctx)
}

// end removes what has no name yet.
func (g *remoteGroup) end(ctx context.Context) {
	if g.done {
		return
	}
	g.done = true
	for _, w := range g.files {
		g.r.mu.Lock()
		left := g.r.parts[w.part]
		g.r.mu.Unlock()
		if left {
			w.abort(ctx)
		}
	}
	g.files = nil
}

func (g *remoteGroup) Settle(ctx context.Context) ([]error, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		return nil, archive.WrapAs(archive.Invalid, opGroup, g.r.address.String(), errClosed)
	}
	defer g.end(ctx)
	results, err := g.settle(ctx)
	if err != nil {
		return nil, g.r.fault(opGroup, g.r.address.String(), err)
	}
	g.r.opt.step(stepGroupSettled)
	return results, nil
}

func (g *remoteGroup) settle(ctx context.Context) ([]error, error) {
	for _, w := range g.files {
		if !w.closed {
			return nil, archive.WrapAs(archive.Invalid, opGroup, w.path, errUnfinished)
		}
		select {
		case <-w.finished:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if w.err != nil {
			return nil, g.r.fault(opGroup, w.path, w.err)
		}
	}
	if err := g.r.makeReady(ctx); err != nil {
		return nil, err
	}
	g.r.opt.step(stepGroupSynced)
	results := make([]error, len(g.files))
	touched := map[string]bool{}
	if err := g.enterAll(ctx, results, touched); err != nil {
		return nil, err
	}
	if err := g.name(ctx, results); err != nil {
		return nil, err
	}
	var syncs errgroup.Group
	syncs.SetLimit(2 * sessionCount)
	for dir := range touched {
		syncs.Go(func() error { return g.r.syncFolder(ctx, dir) })
	}
	return results, syncs.Wait()
}

// enterAll makes the folders of a group and tells which have new entries.
func (g *remoteGroup) enterAll(ctx context.Context, results []error, touched map[string]bool) error {
	for i, w := range g.files {
		dir := path.Dir(w.path)
		if touched[dir] {
			continue
		}
		err := g.r.fault(opGroup, w.path, g.r.enterMaking(ctx, dir, func(made string) {
			touched[path.Dir(made)] = true
			g.r.opt.step(stepFolderMade)
		}))
		if !ofFile(err) {
			return err
		}
		if results[i] = err; err == nil {
			touched[dir] = true
		}
	}
	return nil
}

// ofFile tells whether an error, or none, concerns one file of a group alone.
func ofFile(err error) bool {
	k := archive.KindOf(err)
	return k == "" || k == archive.Conflict || k == archive.Invalid
}

// name gives the files their names, several at a time; those whose names may be one, in their order.
func (g *remoteGroup) name(ctx context.Context, results []error) error {
	g.r.naming.Lock()
	defer g.r.naming.Unlock()
	same := map[string][]int{}
	for i, w := range g.files {
		if results[i] == nil {
			key := strings.ToLower(w.path)
			same[key] = append(same[key], i)
		}
	}
	var names errgroup.Group
	names.SetLimit(8 * sessionCount)
	for _, list := range same {
		names.Go(func() error {
			for _, i := range list {
				w := g.files[i]
				err := g.r.fault(opGroup, w.path, g.r.renameNew(ctx, w.part, w.path))
				if !ofFile(err) {
					return err
				}
				if results[i] = err; err == nil {
					g.r.forgetPart(w.part)
					g.r.opt.step(stepNamed)
				}
			}
			return nil
		})
	}
	return names.Wait()
}

// renameNew renames and never replaces another file: fs.ErrExist then. OpenSSH refuses by
// itself; other servers replace, so it is looked first, under the lock of naming and of the place.
func (r *remote) renameNew(ctx context.Context, from, to string) error {
	_, err := r.lstat(ctx, to)
	if err == nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = try(ctx, func() error { return r.session().Rename(r.full(from), r.full(to)) })
	var status *sftp.StatusError
	if errors.As(err, &status) && status.Code == statusFailure {
		if _, serr := r.lstat(ctx, to); serr == nil {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
		}
	}
	return err
}
