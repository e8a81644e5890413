package ingest

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"lantai/archive"
)

// shelf keeps derived images as files that may vanish at any time:
//
//	derived/3f/a2/<page>-<made from>.a.jpg   access image
//	derived/3f/a2/<page>-<made from>.t.jpg   thumbnail
//
// The two folders are the first bytes of the SHA-256 of the page's id, so that two
// million pages spread over 65,536 folders. The name carries what the image was made
// from: one of an older recipe is never found. The byte cap is kept for each of the
// 256 first folders by itself, so that no start has to walk them all; the images not
// looked at for longest go first.
type shelf struct {
	dir  string
	work string // where images are written before they are whole; emptied at each start
	cap  int64  // of one first folder

	writing singleflight.Group // by path: who asks for an image being written waits for it

	mu    sync.Mutex
	sizes map[string]int64 // bytes in each first folder seen so far
}

// The kinds of derived image, as their files end.
const (
	kindAccess = ".a.jpg"
	kindThumb  = ".t.jpg"
)

const shelves = 256

func newShelf(dir, work string, bytes int64) *shelf {
	return &shelf{dir: dir, work: work, cap: bytes / shelves, sizes: map[string]int64{}}
}

// path gives first folder, folder and name of an image.
func (s *shelf) path(page archive.ID, madeFrom, kind string) (first, folder, name string) {
	sum := sha256.Sum256([]byte(page.String()))
	x := hex.EncodeToString(sum[:2])
	made := sha256.Sum256([]byte(madeFrom))
	first = filepath.Join(s.dir, x[:2])
	return first, filepath.Join(first, x[2:]), page.String() + "-" + hex.EncodeToString(made[:4]) + kind
}

// get gives the path of an image that is there and whole.
func (s *shelf) get(page archive.ID, madeFrom, kind string) (string, bool) {
	_, folder, name := s.path(page, madeFrom, kind)
	p := filepath.Join(folder, name)
	f, err := os.Open(p)
	if err != nil {
		return "", false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < 4 {
		return "", false
	}
	// The files are not fsynced: after a power cut one may be cut short or empty.
	var end [2]byte
	if _, err := f.ReadAt(end[:], info.Size()-2); err != nil || end != [2]byte{0xFF, 0xD9} {
		return "", false
	}
	if now := time.Now(); now.Sub(info.ModTime()) > 24*time.Hour {
		_ = os.Chtimes(p, now, now) // only the order of eviction hangs on it
	}
	return p, true
}

// put writes an image and removes those of the same page and kind made from
// something else.
func (s *shelf) put(page archive.ID, madeFrom, kind string, write func(io.Writer) error) (string, error) {
	first, folder, name := s.path(page, madeFrom, kind)
	p := filepath.Join(folder, name)
	_, err, _ := s.writing.Do(p, func() (any, error) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, diskError("write derived image", folder, err)
		}
		size, err := s.writeFile(p, write)
		if err != nil {
			return nil, diskError("write derived image", p, err)
		}
		s.settle(page, kind, first, folder, name, size)
		return nil, nil
	})
	return p, err
}

// settle makes room for an image that was written.
func (s *shelf) settle(page archive.ID, kind, first, folder, name string, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, _ := os.ReadDir(folder) // what cannot be listed stays until it is evicted
	for _, o := range old {
		if n := o.Name(); n != name && strings.HasPrefix(n, page.String()+"-") && strings.Contains(n, kind) {
			os.Remove(filepath.Join(folder, n))
		}
	}
	if held, ok := s.sizes[first]; ok {
		s.sizes[first] = held + size
	} else {
		s.sizes[first] = size
		for _, e := range list(first) {
			s.sizes[first] += e.size
		}
	}
	if s.sizes[first] > s.cap {
		s.sizes[first] = evict(list(first), s.cap*9/10, filepath.Join(folder, page.String()+"-"))
	}
}

// drop overwrites and removes all images of a page.
func (s *shelf) drop(page archive.ID) error {
	first, folder, _ := s.path(page, "", "")
	s.mu.Lock()
	defer s.mu.Unlock()
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskError("remove derived images", folder, err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), page.String()+"-") {
			continue
		}
		if err := archive.Overwrite(filepath.Join(folder, e.Name())); err != nil {
			return diskError("remove derived images", e.Name(), err)
		}
	}
	delete(s.sizes, first)
	return nil
}

// writeFile writes elsewhere under a name of its own and renames, so that p is whole or
// not there.
func (s *shelf) writeFile(p string, write func(io.Writer) error) (size int64, err error) {
	f, err := os.CreateTemp(s.work, "*.part")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<18)
	if err := write(w); err != nil {
		return 0, err
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	if size, err = f.Seek(0, io.SeekCurrent); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	return size, os.Rename(f.Name(), p)
}

// entry is one file below a first folder.
type entry struct {
	path string
	size int64
	time time.Time
}

func list(dir string) (out []entry) {
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what cannot be listed is not counted
		}
		if info, err := d.Info(); err == nil {
			out = append(out, entry{p, info.Size(), info.ModTime()})
		}
		return nil
	})
	return out
}

// evict removes the files not used for longest until want bytes are left, but none
// whose path begins with keep, and gives what is left.
func evict(files []entry, want int64, keep string) int64 {
	slices.SortFunc(files, func(a, b entry) int { return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.path, b.path)) })
	total := int64(0)
	for _, f := range files {
		total += f.size
	}
	for _, f := range files {
		if total <= want {
			break
		}
		if !strings.HasPrefix(f.path, keep) && os.Remove(f.path) == nil {
			total -= f.size
		}
	}
	return total
}
