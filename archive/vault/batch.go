package vault

import (
	"context"
	"errors"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lantai/archive"
)

const (
	currentList = "current.sha256"
	listEnding  = ".sha256"
	openEnding  = ".sha256.open" // of a batch not closed yet
	maxBatchID  = 64
)

// Batch is one receipt of files and its list, manifests/<id>.sha256. It is safe
// for use by several goroutines.
type Batch struct {
	v  *Vault
	id string

	use  sync.RWMutex // Receive reads, Close writes
	done bool

	mu     sync.Mutex
	list   *journal
	seed   maphash.Seed
	listed map[uint64]bool // lines of the list, hashed
}

// Batch begins a batch or goes on with one that was not closed. id becomes part of
// file names: a safe name of at most 64 bytes. A batch that was closed is a Conflict.
func (v *Vault) Batch(id string) (*Batch, error) {
	const op = "open batch"
	if safeName(id) != id || len(id) > maxBatchID || id+listEnding == currentList || strings.HasPrefix(id, rootPrefix) {
		return nil, archive.Errorf(archive.Invalid, op, id, "not a safe name of at most %d bytes", maxBatchID)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if b := v.batches[id]; b != nil {
		return b, nil
	}
	if _, err := os.Lstat(v.list(id + listEnding)); err == nil {
		return nil, archive.Errorf(archive.Conflict, op, id, "closed before")
	}
	b := &Batch{v: v, id: id, seed: maphash.MakeSeed(), listed: map[uint64]bool{}}
	var err error
	if b.list, err = openJournal(b.openList()); err != nil {
		return nil, archive.WrapAs(diskKind(err), op, id, err)
	}
	for r, err := range v.records(b.openList()) {
		if err != nil {
			b.list.f.Close()
			return nil, archive.Wrap(op, id, err)
		}
		b.listed[b.key(r)] = true
	}
	v.batches[id] = b
	return b, nil
}

func (b *Batch) openList() string { return b.v.list(b.id + openEnding) }

// OpenBatches lists the ids of batches begun and not closed, for example after a crash.
func (v *Vault) OpenBatches() ([]string, error) {
	return v.listIDs(openEnding)
}

// listIDs names the lists in manifests/ with an ending, in order.
func (v *Vault) listIDs(ending string) ([]string, error) {
	entries, err := os.ReadDir(v.manifests)
	if err != nil {
		return nil, archive.WrapAs(archive.Unavailable, "read lists", v.manifests, err)
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ending); ok && e.Name() != currentList && !strings.HasPrefix(id, rootPrefix) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func (b *Batch) key(r record) uint64 { return maphash.String(b.seed, r.path+r.sum) }

// enlist writes an original into the batch's list, unless it stands there.
func (b *Batch) enlist(r record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := b.key(r)
	if b.listed[key] {
		return nil
	}
	if err := b.list.append(formatLine(b.v.prefix, r)); err != nil {
		return err
	}
	b.listed[key] = true
	return nil
}

// enlistOnce lists an original that stood there already and that no list has: an
// earlier process ended after naming it.
func (b *Batch) enlistOnce(r record) error {
	sum, known, err := b.v.lookup(r.path)
	if err != nil || known && sum == r.sum {
		return err
	}
	return b.enlist(r)
}

// Close ends the batch: its list is never edited again, and current.sha256 has its
// files. A batch that received nothing leaves no list. After a failure it may be
// repeated. Errors: Stopped, NoSpace, NoAccess, Unavailable.
func (b *Batch) Close(ctx context.Context) error {
	const op = "close batch"
	b.use.Lock()
	defer b.use.Unlock()
	if b.done {
		return nil
	}
	v := b.v
	v.arrange.Lock()
	defer v.arrange.Unlock()
	if err := v.merge(ctx, []string{b.openList()}); err != nil {
		return archive.Wrap(op, b.id, err)
	}
	if err := b.seal(); err != nil {
		return archive.WrapAs(diskKind(err), op, b.id, err)
	}
	v.step(stepListClosed)
	b.done = true
	v.mu.Lock()
	delete(v.batches, b.id)
	v.mu.Unlock()
	return archive.WrapAs(archive.Unavailable, op, b.id, v.forgetFolders())
}

// seal gives the list its final name, read-only.
func (b *Batch) seal() error {
	empty := b.list.size == 0
	if err := b.list.f.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	if empty {
		return removeDurably(b.openList())
	}
	final := b.v.list(b.id + listEnding)
	err := renameNew(b.openList(), final)
	if errors.Is(err, fs.ErrNotExist) { // an earlier Close came this far
		_, err = os.Stat(final)
	}
	if err == nil {
		err = os.Chmod(final, 0o444) //nolint:gosec // write-once; the folders above keep others out
	}
	if err == nil {
		err = syncFolder(b.v.manifests)
	}
	return err
}

// folderList names folders into which files are being received, so that Recover
// need not walk all originals to find unfinished ones.
const folderList = "receiving"

// enter readies the folder of a path for a new file: made, on the disk, and noted.
func (v *Vault) enter(dir string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.active++
	if v.noted[dir] {
		return nil
	}
	rel, err := filepath.Rel(v.masters, dir)
	if err != nil {
		return err
	}
	if err := v.settle(dir); err != nil {
		return err
	}
	v.step(stepFolderMade)
	notes, err := openJournal(v.list(folderList))
	if err != nil {
		return err
	}
	defer notes.f.Close()
	if err := notes.append(filepath.ToSlash(rel) + "\n"); err != nil {
		return err
	}
	v.noted[dir] = true
	return nil
}

// settle makes a folder of originals. The folders above are fsynced even when
// they exist: an earlier process may have ended between making and fsyncing them.
func (v *Vault) settle(dir string) error {
	if v.settled[dir] {
		return nil
	}
	if err := makeDurable(dir); err != nil {
		return err
	}
	for at := dir; at != v.masters && !v.settled[at]; at = filepath.Dir(at) {
		if err := syncFolder(filepath.Dir(at)); err != nil {
			return err
		}
	}
	for at := dir; at != v.masters && !v.settled[at]; at = filepath.Dir(at) {
		v.settled[at] = true
	}
	return nil
}

func (v *Vault) leave() {
	v.mu.Lock()
	v.active--
	v.mu.Unlock()
}

// forgetFolders drops the folder list when nothing is being received.
func (v *Vault) forgetFolders() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.active > 0 || len(v.batches) > 0 {
		return nil
	}
	clear(v.noted)
	clear(v.settled)
	return removeDurably(v.list(folderList))
}
