package fixity_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/fixity"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
)

var (
	ctx = context.Background()
	all = access.All()
)

// clock is a time that people set.
type clock struct{ ms atomic.Int64 }

func (c *clock) Now() time.Time       { return time.UnixMilli(c.ms.Add(1)) }
func (c *clock) pass(d time.Duration) { c.ms.Add(d.Milliseconds()) }
func (c *clock) set(year, month int) {
	c.ms.Store(time.Date(year, time.Month(month), 1, 9, 0, 0, 0, time.UTC).UnixMilli())
}
func days(n int) (hours time.Duration) { return time.Duration(n) * 24 * time.Hour }

// world is an archive of small originals in masters/ and on a storage root.
type world struct {
	*testing.T
	clock clock
	dir   string
	cat   *store.Catalogue
	vault *vault.Vault
	disk  string // folder of the storage root
	root  archive.ID
	check *fixity.Checker
	steps func(string)
	busy  func()
}

func (w *world) masters() string { return filepath.Join(w.dir, "masters") }

// openWorld opens the archive in a folder, or makes it.
func openWorld(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{T: t, dir: dir, disk: filepath.Join(dir, "disk"), steps: func(string) {}, busy: func() {}}
	w.clock.set(2024, 5)
	var err error
	if w.cat, err = store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"),
		Station: 1, Now: w.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.cat.Close() })
	if w.vault, err = vault.Open(w.masters(), filepath.Join(dir, "manifests"), vault.Options{}); err != nil {
		t.Fatal(err)
	}
	volumes := func() ([]vault.Volume, error) { return nil, nil }
	originals := vault.NewOriginals(w.vault, ingest.Registry(w.cat), vault.RootOptions{Fresh: time.Nanosecond, Volumes: volumes})
	w.check = fixity.New(fixity.Options{Catalogue: w.cat, Originals: originals, Now: w.clock.Now,
		Busy: func() bool { w.busy(); return false }, Step: func(name string) { w.steps(name) }})
	return w
}

// newWorld makes an archive of n originals in masters/ and as many on a root.
func newWorld(t *testing.T, n int) *world {
	t.Helper()
	w := openWorld(t, t.TempDir())
	r := store.Root{Label: "旧盘", Path: w.disk}
	w.do(func(tx *store.Tx) error { return tx.AddRoot(&r) })
	w.root = r.ID
	var list []archive.File
	for i := range n {
		for _, root := range []archive.ID{0, r.ID} {
			dir, path := w.masters(), fmt.Sprintf("J001/%04d.jpg", i)
			if root != 0 {
				dir, path = w.disk, fmt.Sprintf("旧/%04d.jpg", i)
			}
			w.put(filepath.Join(dir, path), content(path))
			sum := sha256.Sum256(content(path))
			list = append(list, archive.File{Root: root, Path: path, Bytes: int64(len(content(path))), SHA256: hex.EncodeToString(sum[:]), Format: "jpeg"})
		}
	}
	w.do(func(tx *store.Tx) error {
		for i := range list {
			if err := tx.AddFile(&list[i]); err != nil {
				return err
			}
			if err := tx.AddPages([]archive.Page{{File: list[i].ID}}); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *world) do(fn func(*store.Tx) error) {
	w.Helper()
	if _, err := w.cat.Do(ctx, archive.LocalActor(), "test", fn); err != nil {
		w.Fatal(err)
	}
}

// content of an original follows from its path.
func content(path string) []byte {
	return []byte(strings.Repeat(path+"\n", 20))
}

func (w *world) put(name string, data []byte) {
	w.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		_ = os.Chmod(name, 0o600) // it may not be there
		err = os.WriteFile(name, data, 0o644)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// master is the full path of an original in masters/.
func (w *world) master(i int) string {
	return filepath.Join(w.masters(), fmt.Sprintf("J001/%04d.jpg", i))
}

// flip changes one bit of a file.
func (w *world) flip(name string) {
	w.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		w.Fatal(err)
	}
	b[len(b)/2] ^= 4
	w.put(name, b)
}

func (w *world) status() fixity.Status {
	w.Helper()
	s, err := w.check.Status(ctx)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) slowly() fixity.Checked {
	w.Helper()
	r, err := w.check.CheckSlowly(ctx)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) byHand(limit fixity.Limit) fixity.Checked {
	w.Helper()
	r, err := w.check.Check(ctx, limit, nil)
	if err != nil {
		w.Fatal(err)
	}
	return r
}
