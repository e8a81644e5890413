package place

import (
	"context"
	"io"
	"os"
	"time"

	"lantai/archive"
)

func (r *remote) Lock(ctx context.Context, who string) (release func(), err error) {
	if err := r.makeReady(ctx); err != nil {
		return nil, r.fault(opLock, r.address.String(), err)
	}
	s, mine := &remoteLock{r}, newHolding(who, r.opt.beat())
	if err := takeByContent(ctx, s, mine); err != nil {
		return nil, r.fault(opLock, r.address.String(), err)
	}
	l := hold(s, mine, func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
		defer cancel()
		_ = s.remove(ctx, lockPath) // it becomes stale
	})
	r.mu.Lock()
	r.lock = l
	r.mu.Unlock()
	return func() {
		r.mu.Lock()
		if r.lock == l {
			r.lock = nil
		}
		r.mu.Unlock()
		l.release()
	}, nil
}

// remoteLock is the lock's file on a server, which has no locks for its clients.
type remoteLock struct{ r *remote }

func (s *remoteLock) read(ctx context.Context) ([]byte, time.Time, error) {
	st, err := s.r.lstat(ctx, lockPath)
	if err != nil {
		return nil, time.Time{}, s.r.fault(opLock, lockPath, err)
	}
	content, err := s.readAt(ctx, lockPath)
	return content, st.ModTime(), err
}

func (s *remoteLock) readAt(ctx context.Context, name string) ([]byte, error) {
	file, err := s.r.openFile(ctx, s.r.session(), name, os.O_RDONLY)
	if err != nil {
		return nil, s.r.fault(opLock, name, err)
	}
	content, err := call(ctx, nil, func() ([]byte, error) {
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, 1<<16))
	})
	return content, s.r.fault(opLock, name, err)
}

func (s *remoteLock) clock(ctx context.Context) (time.Time, error) {
	part := s.r.newPart()
	defer s.r.dropPart(ctx, part)
	if err := s.r.writeWhole(ctx, part, []byte("now"), os.O_EXCL); err != nil {
		return time.Time{}, s.r.fault(opLock, part, err)
	}
	st, err := s.r.lstat(ctx, part)
	if err != nil {
		return time.Time{}, s.r.fault(opLock, part, err)
	}
	return st.ModTime(), nil
}

func (s *remoteLock) create(ctx context.Context, content []byte) error {
	err := s.r.writeWhole(ctx, lockPath, content, os.O_EXCL)
	if err != nil {
		if _, serr := s.r.lstat(ctx, lockPath); serr == nil {
			return archive.WrapAs(archive.Conflict, opLock, lockPath, err)
		}
	}
	return s.r.fault(opLock, lockPath, err)
}

func (s *remoteLock) rewrite(ctx context.Context, content []byte) error {
	file, err := s.r.openFile(ctx, s.r.session(), lockPath, os.O_WRONLY)
	if err != nil {
		return s.r.fault(opLock, lockPath, err)
	}
	err = try(ctx, func() error {
		_, err := file.WriteAt(content, 0)
		if cerr := file.Close(); err == nil {
			err = cerr
		}
		return err
	})
	return s.r.fault(opLock, lockPath, err)
}

func (s *remoteLock) rename(ctx context.Context, from, to string) error {
	return s.r.fault(opLock, from, s.r.renameNew(ctx, from, to))
}

func (s *remoteLock) remove(ctx context.Context, name string) error {
	return s.r.fault(opLock, name, try(ctx, func() error { return s.r.session().Remove(s.r.full(name)) }))
}
