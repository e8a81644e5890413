package vault

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lantai/archive"
)

// Recovered tells what Recover found.
type Recovered struct {
	Parts   int      // unfinished files removed
	Moved   []Rename // moves of an interrupted Move, now finished
	Batches []string // batches still open: go on with them or close them
}

// Recover puts right what an earlier process left when it ended suddenly:
// unfinished .part files go, an interrupted Move is finished, and commit (may be
// nil) is told so that the rows follow; it must bear being told twice. When a move
// cannot be finished (its target was taken meanwhile) it is undone and the error says so.
// Call it at start, while holding the home's lock and before any batch.
func (v *Vault) Recover(ctx context.Context, commit func([]Rename) error) (Recovered, error) {
	var done Recovered
	var err error
	if done.Parts, err = v.sweep(ctx); err != nil {
		return done, err
	}
	if done.Batches, err = v.OpenBatches(); err != nil {
		return done, err
	}
	v.arrange.Lock()
	defer v.arrange.Unlock()
	done.Moved, err = v.finishPlan(ctx, commit)
	return done, err
}

// sweep removes unfinished files from manifests/ and from the noted folders.
func (v *Vault) sweep(ctx context.Context) (parts int, err error) {
	const op = "remove unfinished files"
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.active > 0 {
		return 0, archive.Errorf(archive.Busy, op, v.masters, "files are being received")
	}
	entries, err := os.ReadDir(v.manifests)
	if err != nil {
		return 0, archive.WrapAs(archive.Unavailable, op, v.manifests, err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") {
			if err := os.Remove(v.list(e.Name())); err != nil {
				return parts, archive.WrapAs(archive.Unavailable, op, e.Name(), err)
			}
		}
	}
	for rel, err := range lines(v.list(folderList)) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return parts, archive.Wrap(op, folderList, err)
		}
		if rel != "." && !filepath.IsLocal(filepath.FromSlash(rel)) {
			continue
		}
		n, err := sweepFolder(filepath.Join(v.masters, filepath.FromSlash(rel)))
		parts += n
		if err != nil {
			return parts, archive.WrapAs(archive.Unavailable, op, rel, err)
		}
	}
	clear(v.noted)
	clear(v.settled)
	return parts, archive.WrapAs(archive.Unavailable, op, folderList, removeDurably(v.list(folderList)))
}

// sweepFolder removes unfinished files from one folder.
func sweepFolder(dir string) (parts int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if !partName.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return parts, err
		}
		parts++
	}
	if parts == 0 {
		return 0, nil
	}
	return parts, syncFolder(dir)
}
