package vault

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"lantai/archive"
)

const (
	opForget = "forget original"
	// forgotten is where purged.tsv says that originals lay of which nothing may be said.
	forgotten = "_purged"
)

// spot is a path with what lay there: a path may have had several originals in turn.
type spot struct{ path, sum string }

// Forget removes originals that should never have been there, and all that the lists say
// of them: a path may tell what the original was about. Lines go from the lists of the
// batches, which nothing else ever edits, from current.sha256, moves.tsv and names.tsv;
// purged.tsv has a line for each, which names the purge and a running number and no digest.
// Folders that are left empty go. The lists come first, so that current.sha256 checks at
// every moment. Again it goes on with what an earlier one began; files that are gone count
// as removed. Errors: Busy while originals are received.
func (v *Vault) Forget(ctx context.Context, purge string, gone []Stored) error {
	v.arrange.Lock()
	defer v.arrange.Unlock()
	paths, spots := make([]string, len(gone)), map[spot]bool{}
	for i, g := range gone {
		paths[i], spots[spot{g.Path, g.SHA256}] = g.Path, true
	}
	going, err := v.going(opForget, paths)
	if err != nil {
		return err
	}
	v.mu.Lock()
	receiving := v.active > 0 || len(v.batches) > 0
	v.mu.Unlock()
	if receiving {
		return archive.Errorf(archive.Busy, opForget, purge, "originals are being received")
	}
	if err := v.logForgotten(purge, len(gone)); err != nil {
		return archive.WrapAs(diskKind(err), opForget, purgedName, err)
	}
	v.step(stepForgetLogged)
	if err := v.trace(spots); err != nil {
		return archive.WrapAs(diskKind(err), opForget, movesName, err)
	}
	for s := range spots { // folders that were left behind, before nobody knows them any more
		if at, err := v.locate(opForget, s.path); err == nil {
			v.dropFolders(filepath.Dir(at))
		}
	}
	sums := map[string]bool{}
	for s := range spots {
		sums[s.sum] = s.sum != ""
	}
	if err := v.removeAside(sums); err != nil { // as long as the list tells where it lies
		return archive.WrapAs(diskKind(err), opForget, damagedName, err)
	}
	if err := v.forgetLines(ctx, spots); err != nil {
		return archive.WrapAs(diskKind(err), opForget, v.manifests, err)
	}
	if err := v.remove(opForget, stepForgetRemoved, going); err != nil {
		return err
	}
	for _, d := range going {
		v.dropFolders(filepath.Dir(d.full))
	}
	return nil
}

// dropFolders removes a folder below masters/ and those above it, as far as they are empty.
func (v *Vault) dropFolders(dir string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, d := range removeEmpty(v.masters, dir) {
		delete(v.settled, d)
		delete(v.noted, d)
	}
}

// trace adds the places where originals lay before they came to some spots.
func (v *Vault) trace(spots map[spot]bool) error {
	for known := 0; known != len(spots); {
		known = len(spots)
		for m, err := range v.readMoves() {
			if err != nil {
				return err
			}
			if spots[spot{m.to, m.sum}] {
				spots[spot{m.path, m.sum}] = true
			}
		}
	}
	return nil
}

// logForgotten notes in purged.tsv that n originals went, and nothing of them.
func (v *Vault) logForgotten(purge string, n int) error {
	sums := make(map[string]string, n)
	for i := range n {
		sums[fmt.Sprintf("%s/%s/%d", forgotten, purge, i+1)] = strings.Repeat("0", sumDigits)
	}
	return v.logPurged(sums)
}

// forgetLines takes lines about some spots out of all lists.
func (v *Vault) forgetLines(ctx context.Context, spots map[spot]bool) error {
	paths, sums := map[string]bool{}, map[string]bool{}
	for s := range spots {
		paths[s.path], sums[s.sum] = true, s.sum != ""
	}
	listed := func(line string) bool {
		r, ok := parseLine(v.prefix, line)
		return ok && spots[spot{r.path, r.sum}]
	}
	lists := map[string]func(string) bool{
		currentList: listed,
		movesName: func(line string) bool {
			m, ok := v.parseMove(line)
			return ok && (spots[spot{m.path, m.sum}] || spots[spot{m.to, m.sum}])
		},
		damagedName: func(line string) bool {
			one, ok := v.parseDamaged(line)
			return ok && (sums[one.sum] || sums[one.found])
		},
		NotRestoredList: func(line string) bool {
			path, sum, ok := strings.Cut(line, "\t")
			return ok && spots[spot{strings.TrimPrefix(tabUnescaper.Replace(path), v.prefix), sum}]
		},
		nameList: func(line string) bool {
			path, _, ok := strings.Cut(line, "\t")
			return ok && paths[strings.TrimPrefix(path, v.prefix)]
		},
	}
	for _, ending := range []string{listEnding, openEnding} {
		ids, err := v.listIDs(ending)
		if err != nil {
			return err
		}
		for _, id := range ids {
			lists[id+ending] = listed
		}
	}
	for name, drop := range lists {
		if err := v.dropLines(ctx, name, drop); err != nil {
			return err
		}
	}
	return nil
}

// ForgetOnRoot takes the lines of originals out of the list of a storage root.
func (v *Vault) ForgetOnRoot(ctx context.Context, root archive.ID, paths map[string]bool) error {
	name := RootList(root)
	prefix := "roots/" + root.String() + "/"
	if err := v.dropLines(ctx, NotRestoredList, func(line string) bool {
		path, _, _ := strings.Cut(line, "\t")
		below, ok := strings.CutPrefix(tabUnescaper.Replace(path), prefix)
		return ok && paths[below]
	}); err != nil {
		return archive.WrapAs(diskKind(err), opForget, NotRestoredList, err)
	}
	err := v.dropLines(ctx, name, func(line string) bool {
		r, ok := parseLine("", line)
		return ok && paths[r.path]
	})
	return archive.WrapAs(diskKind(err), opForget, name, err)
}

// dropLines writes a list anew without some lines, and overwrites the old one; a list that
// has none of them stays as it is, and the list of a batch that has no others goes.
func (v *Vault) dropLines(ctx context.Context, list string, drop func(line string) bool) error {
	name := v.list(list)
	dropped, left := 0, 0
	for line, err := range lines(name) {
		if err == nil && left%10_000 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if drop(line) {
			dropped++
		} else {
			left++
		}
	}
	if dropped == 0 {
		return nil
	}
	if left == 0 && list != currentList {
		err := overwrite(name)
		v.step(stepForgetListed)
		return err
	}
	part := name + ".part"
	err := copyLines(name, part, drop)
	if err == nil {
		err = replaceBlanking(part, name)
	}
	if err != nil {
		os.Remove(part)
		return err
	}
	v.step(stepForgetListed)
	return syncFolder(v.manifests)
}

func copyLines(name, part string, drop func(string) bool) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<18)
	for line, err := range lines(name) {
		if err != nil {
			return errors.Join(err, f.Close())
		}
		if !drop(line) {
			w.WriteString(line + "\n")
		}
	}
	return errors.Join(w.Flush(), f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
}

// replaceBlanking is a rename over a file whose old content is overwritten after it.
// Windows renames over no file that is open: there the old content stays on the disk
// until its place is used.
func replaceBlanking(from, to string) error {
	if runtime.GOOS == "windows" {
		return os.Rename(from, to)
	}
	if err := os.Chmod(to, 0o600); err != nil {
		return err
	}
	old, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer old.Close()
	info, err := old.Stat()
	if err == nil {
		err = os.Rename(from, to)
	}
	if err != nil {
		return err
	}
	return archive.Blank(old, info.Size())
}

// removeEmpty removes a folder and those above it, up to and without top, as long as
// they are empty, and tells which.
func removeEmpty(top, dir string) (removed []string) {
	for {
		if rel, err := filepath.Rel(top, dir); err != nil || rel == "." || !filepath.IsLocal(rel) {
			return removed
		}
		if os.Remove(dir) != nil {
			return removed
		}
		removed = append(removed, dir)
		dir = filepath.Dir(dir)
	}
}

// Purge overwrites and removes an original on a storage root, and the folders that are
// empty then. left tells why it is there still: its root is absent or cannot be written
// to, or what lies there is not what was registered. One that is not there is removed, but
// NotFound where no other original tells whether the folder is the root.
func (o *Originals) Purge(ctx context.Context, f archive.File) (left error) {
	dir, err := o.Look(ctx, f.Root)
	if err != nil {
		return err
	}
	full, err := locateIn(dir, opForget, f.Path)
	if err != nil {
		return err
	}
	info, err := os.Lstat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist), isNotFolder(err):
		sample, failed := o.registry.KnownSample(ctx, f.Root)
		if failed == nil && len(sample) >= leastKnown {
			return nil
		}
		return errors.Join(failed, archive.WrapAs(archive.NotFound, opForget, f.Path, err))
	case err != nil:
		return archive.WrapAs(diskKind(err), opForget, f.Path, err)
	case !info.Mode().IsRegular() || !AsRegistered(f, info) && !begun(full, f.Bytes, info):
		return archive.Refuse(opForget, f.Path, archive.ReasonAltered, "it is not as it was registered")
	}
	if err := overwrite(full); err != nil {
		return archive.WrapAs(diskKind(err), opForget, f.Path, err)
	}
	removeEmpty(dir, filepath.Dir(full))
	return nil
}

// begun tells whether an original was being overwritten when a process ended: it begins
// with zeros, which no kind of original does.
func begun(name string, size int64, info fs.FileInfo) bool {
	if info.Size() != size || size == 0 {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, min(size, 4096))
	if _, err := io.ReadFull(f, head); err != nil {
		return false
	}
	return len(bytes.Trim(head, "\x00")) == 0
}
