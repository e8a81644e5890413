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
	"sync/atomic"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"lantai/archive"
)

// remote is a place on a server that speaks SFTP version 3.
type remote struct {
	address  Address
	conn     *ssh.Client
	sessions []*sftp.Client
	turn     atomic.Uint32
	root     string // absolute, links resolved; "" is the top
	opt      Options
	gone     chan struct{} // closed when the connection has ended

	syncs, renamesOver, tellsSpace bool // what the server can do besides

	naming sync.Mutex // held from look to rename: some servers replace
	mu     sync.Mutex
	parts  map[string]bool // names in Incoming of files under way
	inside map[string]bool // folders known to be there and to lie below root
	ready  bool
	lock   *lock
}

// session gives the sessions in turn.
func (r *remote) session() *sftp.Client {
	return r.sessions[int(r.turn.Add(1))%len(r.sessions)]
}

func (r *remote) full(p string) string { return r.root + "/" + p }

// call waits for the server no longer than ctx allows. What came too late is undone.
func call[T any](ctx context.Context, undo func(T), do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	ended := make(chan result)
	go func() {
		value, err := do()
		select {
		case ended <- result{value, err}:
		case <-ctx.Done():
			if err == nil && undo != nil {
				undo(value)
			}
		}
	}()
	select {
	case got := <-ended:
		return got.value, got.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// try is call for what gives no value.
func try(ctx context.Context, do func() error) error {
	_, err := call(ctx, nil, func() (struct{}, error) { return struct{}{}, do() })
	return err
}

func (r *remote) lstat(ctx context.Context, p string) (fs.FileInfo, error) {
	return call(ctx, nil, func() (fs.FileInfo, error) { return r.session().Lstat(r.full(p)) })
}

// openFile opens a file, which is closed if nobody waits for it any more.
func (r *remote) openFile(ctx context.Context, s *sftp.Client, p string, flags int) (*sftp.File, error) {
	return call(ctx, func(f *sftp.File) { f.Close() }, func() (*sftp.File, error) { return s.OpenFile(r.full(p), flags) })
}

// fault gives an error of the server its kind. What is no answer of the server tells
// that none can be had.
func (r *remote) fault(op, p string, err error) error {
	var known *archive.Error
	var status *sftp.StatusError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return archive.Wrap(op, p, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return archive.Wrap(op, p, err)
	case errors.Is(err, os.ErrClosed), errors.Is(err, io.ErrClosedPipe), errors.Is(err, errClosed):
		return archive.WrapAs(archive.Unavailable, op, p, errClosed)
	case errors.Is(err, fs.ErrNotExist) && r.vanished():
		return gone(op, p, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrPermission):
		return archive.WrapAs(kindOf(err), op, p, err)
	case errors.As(err, &status):
		return archive.WrapAs(r.statusKind(status, p), op, p, err)
	}
	r.conn.Close()
	return gone(op, p, err)
}

// vanished tells that the folder is no longer there, as when a disk of the server was taken
// out of it, and what is there now is not the same.
func (r *remote) vanished() bool {
	r.mu.Lock()
	p := ""
	if r.ready {
		p = Incoming
	}
	clear(r.inside) // somebody else changed folders
	r.mu.Unlock()
	_, err := r.session().Lstat(r.full(p))
	return errors.Is(err, fs.ErrNotExist)
}

// Codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 7).
const (
	statusBadMessage = 5 // OpenSSH: a name that is too long or not allowed
	statusFailure    = 4 // anything else; a full disk too
)

// nearlyFull is how little room makes a failure without a reason one for want of space.
const nearlyFull = 1 << 20

// longestName is how many bytes a name has at most on the file systems of servers.
const longestName = 255

func (r *remote) statusKind(status *sftp.StatusError, p string) archive.ErrorKind {
	switch status.Code {
	case statusBadMessage:
		return archive.Invalid
	case statusFailure:
		for part := range strings.SplitSeq(p, "/") {
			if len(part) > longestName {
				return archive.Invalid
			}
		}
		if free, _, err := r.freeSpace(); err == nil && free >= 0 && free < nearlyFull {
			return archive.NoSpace
		}
	}
	return archive.Unavailable
}

func (r *remote) freeSpace() (free, total int64, err error) {
	if !r.tellsSpace {
		return -1, -1, nil
	}
	st, err := r.session().StatVFS(r.root + "/")
	if err != nil {
		return -1, -1, err
	}
	return int64(st.Frsize * st.Bavail), int64(st.TotalSpace()), nil //nolint:gosec // no disk has 2^63 bytes
}

func (r *remote) Space(ctx context.Context) (int64, int64, error) {
	type space struct{ free, total int64 }
	got, err := call(ctx, nil, func() (s space, err error) {
		s.free, s.total, err = r.freeSpace()
		return s, err
	})
	if err != nil {
		return -1, -1, r.fault(opSpace, r.address.String(), err)
	}
	return got.free, got.total, nil
}

// enter makes certain that a folder lies below the place, whatever links lead to it.
func (r *remote) enter(ctx context.Context, dir string) error {
	r.mu.Lock()
	known := dir == "." || r.inside[dir]
	r.mu.Unlock()
	if known {
		return nil
	}
	if err := r.enter(ctx, path.Dir(dir)); err != nil {
		return err
	}
	st, err := r.lstat(ctx, dir)
	if err == nil && st.Mode()&fs.ModeSymlink != 0 {
		st, err = r.follow(ctx, dir)
	}
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return &fs.PathError{Op: "enter", Path: dir, Err: fs.ErrExist}
	}
	r.mu.Lock()
	r.inside[dir] = true
	r.mu.Unlock()
	return nil
}

// follow follows a link that stays in the place. Some servers do not say where a link
// leads: then it is not followed.
func (r *remote) follow(ctx context.Context, link string) (fs.FileInfo, error) {
	real, err := call(ctx, nil, func() (string, error) { return r.session().RealPath(r.full(link)) })
	if err != nil {
		return nil, err
	}
	if real == r.full(link) || !strings.HasPrefix(real+"/", r.root+"/") {
		return nil, archive.Errorf(archive.Invalid, "name file at place", link, "a link leads out of the place")
	}
	return call(ctx, nil, func() (fs.FileInfo, error) { return r.session().Stat(real) })
}

// enterMaking is enter, and makes what is missing; made is called with each folder that is new.
func (r *remote) enterMaking(ctx context.Context, dir string, made func(dir string)) error {
	err := r.enter(ctx, dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if st, err := r.lstat(ctx, dir); err == nil && !st.IsDir() {
		return &fs.PathError{Op: "enter", Path: dir, Err: fs.ErrExist}
	}
	if err := r.enterMaking(ctx, path.Dir(dir), made); err != nil {
		return err
	}
	err = try(ctx, func() error {
		s := r.session()
		if err := s.Mkdir(r.full(dir)); err != nil {
			return err
		}
		_ = s.Chmod(r.full(dir), 0o700) // a server may have no such rights
		return nil
	})
	if err != nil {
		if r.enter(ctx, dir) == nil { // made by another meanwhile
			return nil
		}
		return err
	}
	made(dir)
	return r.enter(ctx, dir)
}

// makeReady makes Incoming, and refuses to write when the place or the lock went away.
func (r *remote) makeReady(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	l, ready := r.lock, r.ready
	r.mu.Unlock()
	if l != nil {
		if err := l.confirm(ctx); err != nil {
			return err
		}
	}
	if ready {
		_, err := r.lstat(ctx, Incoming) // it went with the disk, if that was taken out
		return err
	}
	if st, err := call(ctx, nil, func() (fs.FileInfo, error) { return r.session().Stat(r.root + "/") }); err != nil || !st.IsDir() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return gone("reach place", r.address.String(), err)
	}
	if err := r.enterMaking(ctx, Incoming, func(string) {}); err != nil {
		return err
	}
	r.mu.Lock()
	r.ready = true
	r.mu.Unlock()
	return r.syncFolder(ctx, ".")
}

// syncFolder brings the entries of a folder to the server's disk. OpenSSH opens a folder
// like a file; a server that does not has no way for it.
func (r *remote) syncFolder(ctx context.Context, dir string) error {
	if !r.syncs {
		return nil
	}
	return try(ctx, func() error {
		d, err := r.session().OpenFile(r.full(dir), os.O_RDONLY)
		var status *sftp.StatusError
		if errors.As(err, &status) {
			return nil
		}
		if err != nil {
			return err
		}
		defer d.Close()
		err = d.Sync()
		if errors.As(err, &status) && status.Code == statusBadMessage { // EINVAL: nothing to do
			return nil
		}
		return err
	})
}

func (r *remote) newPart() string {
	name := path.Join(Incoming, randomName()+".part")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parts[name] = true
	return name
}

// dropPart removes a file without a name. It waits no longer than somebody wants it to: what
// stays is found by Sweep.
func (r *remote) dropPart(ctx context.Context, name string) {
	removed := make(chan struct{})
	go func() {
		defer close(removed)
		_ = r.session().Remove(r.full(name)) // or by Sweep
		r.forgetPart(name)
	}()
	late := time.NewTimer(answerTimeout)
	defer late.Stop()
	select {
	case <-removed:
	case <-ctx.Done():
	case <-late.C:
	}
}

func (r *remote) forgetPart(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.parts, name)
}

func (r *remote) Close() error {
	r.mu.Lock()
	l := r.lock
	r.lock = nil
	parts := r.parts
	r.parts = map[string]bool{}
	r.mu.Unlock()
	late := time.AfterFunc(answerTimeout, func() { r.conn.Close() })
	defer late.Stop()
	if l != nil {
		l.release()
	}
	for name := range parts {
		if r.session().Remove(r.full(name)) != nil {
			break // Sweep finds the rest
		}
	}
	err := r.conn.Close()
	<-r.gone
	if errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) || err != nil && strings.Contains(err.Error(), "closed network connection") {
		return nil
	}
	return err
}
