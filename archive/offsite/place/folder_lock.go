package place

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"lantai/archive"
)

func (f *folder) Lock(ctx context.Context, who string) (release func(), err error) {
	l, err := f.takeLock(ctx, newHolding(who, f.opt.beat()))
	if err != nil {
		return nil, f.fault(opLock, f.dir, err)
	}
	f.mu.Lock()
	f.lock = l
	f.mu.Unlock()
	return func() {
		f.mu.Lock()
		if f.lock == l {
			f.lock = nil
		}
		f.mu.Unlock()
		l.release()
	}, nil
}

// takeLock uses the file system's own lock, which ends with its process. A share may be
// locked on each computer apart: who holds it on another is known by the file's content.
func (f *folder) takeLock(ctx context.Context, mine holding) (*lock, error) {
	if err := f.makeReady(ctx); err != nil {
		return nil, err
	}
	file, err := f.root.OpenFile(lockPath, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	s := &folderLock{f: f, file: file}
	ok, err := lockFile(file)
	if err == nil && ok {
		err = s.takeOver(ctx, mine)
	} else if err == nil {
		content, _, rerr := s.read(ctx)
		err = errors.Join(busy(content), rerr)
	} else {
		file.Close()
		s.file = nil
		return f.takeByContent(ctx, s, mine)
	}
	if err != nil {
		if ok {
			unlockFile(file)
		}
		file.Close()
		return nil, err
	}
	return hold(s, mine, func() {
		_ = file.Truncate(0) // nobody holds it, closed or not
		unlockFile(file)
		file.Close()
	}), nil
}

func (f *folder) takeByContent(ctx context.Context, s *folderLock, mine holding) (*lock, error) {
	if err := takeByContent(ctx, s, mine); err != nil {
		return nil, err
	}
	return hold(s, mine, func() { f.root.Remove(lockPath) }), nil
}

// folderLock is the lock's file in a folder; file is open and locked where that is possible.
type folderLock struct {
	f    *folder
	file *os.File
}

// takeOver writes into a file that no other process of this computer has locked.
func (s *folderLock) takeOver(ctx context.Context, mine holding) error {
	content, modified, err := s.read(ctx)
	if err != nil {
		return err
	}
	var h holding
	if json.Unmarshal(content, &h) == nil && h.Host != mine.Host {
		gone, err := holderGone(ctx, s, content, modified)
		if err != nil {
			return err
		}
		if !gone {
			return busy(content)
		}
	}
	return s.rewrite(ctx, mine.encode())
}

func (s *folderLock) read(context.Context) ([]byte, time.Time, error) {
	st, err := s.f.root.Lstat(lockPath)
	if err != nil {
		return nil, time.Time{}, s.f.fault(opLock, lockPath, err)
	}
	if s.file == nil {
		content, err := s.f.root.ReadFile(lockPath)
		return content, st.ModTime(), s.f.fault(opLock, lockPath, err)
	}
	content, err := io.ReadAll(io.NewSectionReader(s.file, 0, 1<<16)) // Windows lets nobody else read what is locked
	return content, st.ModTime(), s.f.fault(opLock, lockPath, err)
}

func (s *folderLock) readAt(_ context.Context, name string) ([]byte, error) {
	content, err := s.f.root.ReadFile(name)
	return content, s.f.fault(opLock, name, err)
}

// clock asks the place for its time by a file written now.
func (s *folderLock) clock(context.Context) (time.Time, error) {
	part := s.f.newPart()
	defer s.f.dropPart(part)
	if err := s.f.root.WriteFile(part, []byte("now"), 0o600); err != nil {
		return time.Time{}, s.f.fault(opLock, part, err)
	}
	st, err := s.f.root.Lstat(part)
	if err != nil {
		return time.Time{}, s.f.fault(opLock, part, err)
	}
	return st.ModTime(), nil
}

func (s *folderLock) create(_ context.Context, content []byte) error {
	part := s.f.newPart()
	defer s.f.dropPart(part)
	if err := s.f.root.WriteFile(part, content, 0o600); err != nil {
		return s.f.fault(opLock, lockPath, err)
	}
	return s.rename(context.Background(), part, lockPath)
}

func (s *folderLock) rewrite(_ context.Context, content []byte) error {
	if s.file == nil {
		return s.f.fault(opLock, lockPath, s.f.root.WriteFile(lockPath, content, 0o600))
	}
	_, err := s.file.WriteAt(content, 0)
	if err == nil {
		err = s.file.Truncate(int64(len(content)))
	}
	return s.f.fault(opLock, lockPath, err)
}

func (s *folderLock) rename(_ context.Context, from, to string) error {
	n := naming{f: s.f}
	defer n.close()
	err := n.rename(from, to)
	if errors.Is(err, fs.ErrExist) {
		return archive.WrapAs(archive.Conflict, opLock, to, err)
	}
	return s.f.fault(opLock, from, err)
}

func (s *folderLock) remove(_ context.Context, name string) error {
	return s.f.fault(opLock, path.Base(name), s.f.root.Remove(name))
}
