package offsite_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
	"lantai/archive/vault"
)

// disks are folders that stand for disks: they are connected or not, and hold so much.
type disks struct {
	dirs []string
	mu   sync.Mutex
	on   map[int]bool
	most map[string]int64
}

func newDisks(t *testing.T, n int) *disks {
	d := &disks{on: map[int]bool{}, most: map[string]int64{}}
	for i := range n {
		dir := filepath.Join(t.TempDir(), "disk"+strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		d.dirs = append(d.dirs, dir)
	}
	return d
}

func (d *disks) dir(i int) string { return d.dirs[i] }

func (d *disks) connect(i int)    { d.mu.Lock(); defer d.mu.Unlock(); d.on[i] = true }
func (d *disks) disconnect(i int) { d.mu.Lock(); defer d.mu.Unlock(); delete(d.on, i) }

// hold gives a disk a size.
func (d *disks) hold(i int, bytes int64) { d.most[d.dirs[i]] = bytes }

func (d *disks) volumes() ([]vault.Volume, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var list []vault.Volume
	for i, dir := range d.dirs {
		if d.on[i] {
			list = append(list, vault.Volume{ID: "fsid:" + strconv.Itoa(i), Top: dir})
		}
	}
	return list, nil
}

func (d *disks) open(_ context.Context, c offsite.Connected) (place.Place, error) {
	p, err := place.OpenFolder(c.At)
	if most, ok := d.most[c.At]; ok && err == nil {
		return bounded{p, c.At, most}, nil
	}
	return p, err
}

// bounded is a disk of a size.
type bounded struct {
	place.Place
	dir  string
	most int64
}

func (b bounded) Space(context.Context) (free, total int64, err error) {
	err = filepath.Walk(b.dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
		return err
	})
	return max(0, b.most-total), b.most, archive.Wrap("measure", b.dir, err)
}
