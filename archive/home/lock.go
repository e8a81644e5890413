package home

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lantai/archive"
)

// Holder is the process that holds a home.
type Holder struct {
	PID     int       `json:"pid"`
	Program string    `json:"program"` // name of its file: "lantai", "lantaictl"
	Since   time.Time `json:"since"`
	Socket  string    `json:"socket"` // where it answers; "" when it does not
}

// Lock is the right to run the pipeline and to write the index of a home.
type Lock struct {
	home *Home

	mu     sync.Mutex
	file   *os.File
	holder Holder
	free   chan struct{} // closed by Unlock
	serves sync.WaitGroup
}

// Lock takes the home's lock without waiting. It is Busy when another process, or
// another Lock of this one, holds it; the operating system frees it when the process ends,
// however it ends.
func (h *Home) Lock() (*Lock, error) {
	const op = "lock archive"
	f, err := os.OpenFile(filepath.Join(h.dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, archive.WrapAs(diskKind(err), op, h.dir, err)
	}
	ok, err := lockSoon(f)
	if err != nil {
		f.Close()
		return nil, archive.WrapAs(archive.Unavailable, op, h.dir, err)
	}
	if !ok {
		defer f.Close()
		holder, known := readHolder(f)
		if !known {
			return nil, archive.Errorf(archive.Busy, op, h.dir, "another program has it open")
		}
		return nil, archive.Errorf(archive.Busy, op, h.dir, "%s (process %d) has had it open since %s",
			holder.Program, holder.PID, holder.Since.Format(time.RFC3339))
	}
	l := &Lock{home: h, file: f, free: make(chan struct{})}
	l.holder = Holder{PID: os.Getpid(), Program: program(), Since: h.now().UTC().Truncate(time.Second)}
	if err := l.tell(); err != nil {
		f.Close()
		return nil, archive.WrapAs(diskKind(err), op, h.dir, err)
	}
	return l, nil
}

// lockSoon tries a few times: Holder takes a free lock for a moment to see that it is free.
func lockSoon(f *os.File) (ok bool, err error) {
	for try := range 4 {
		if try > 0 {
			time.Sleep(10 * time.Millisecond)
		}
		if ok, err = lockFile(f); ok || err != nil {
			break
		}
	}
	return ok, err
}

func program() string {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return strings.TrimSuffix(filepath.Base(exe), ".exe")
}

// holderSize is the fixed length of the lock file's content: it is overwritten in one write, so that readers
// never see half of it.
const holderSize = 1024

// tell writes the holder into the lock file.
func (l *Lock) tell() error {
	text, err := json.Marshal(l.holder)
	if err != nil {
		return err
	}
	line := make([]byte, max(holderSize, len(text)+1))
	for i := copy(line, text); i < len(line); i++ {
		line[i] = ' '
	}
	line[len(line)-1] = '\n'
	if _, err := l.file.WriteAt(line, 0); err != nil {
		return err
	}
	return l.file.Truncate(int64(len(line)))
}

// Unlock frees the lock, ends Serve and waits for its handlers. It may be called again.
func (l *Lock) Unlock() error {
	l.mu.Lock()
	if l.file == nil {
		l.mu.Unlock()
		return nil
	}
	f := l.file
	l.file = nil
	close(l.free)
	l.mu.Unlock()
	l.serves.Wait()
	err := f.Truncate(0)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return archive.WrapAs(archive.Unavailable, "unlock archive", l.home.dir, err)
}

// Holder tells who holds the lock; ok is false when nobody does.
func (h *Home) Holder() (holder Holder, ok bool) {
	f, err := os.OpenFile(filepath.Join(h.dir, lockName), os.O_RDWR, 0)
	if err != nil {
		return Holder{}, false
	}
	defer f.Close() // frees the lock again when it was free
	if free, err := lockFile(f); err != nil || free {
		return Holder{}, false
	}
	holder, _ = readHolder(f)
	return holder, true
}

// readHolder reads the lock file; ok is false while it says nothing.
func readHolder(f *os.File) (holder Holder, ok bool) {
	text, err := io.ReadAll(io.LimitReader(io.NewSectionReader(f, 0, 1<<16), 1<<16))
	if err != nil || json.Unmarshal(text, &holder) != nil {
		return Holder{}, false
	}
	return holder, holder.PID != 0
}
