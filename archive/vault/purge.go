package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lantai/archive"
)

const (
	// purgedName explains for ever which originals were removed: time, path, SHA-256.
	purgedName   = "purged.tsv"
	purgedHeader = "time\tpath\tsha256"
	quarantine   = "_quarantine"

	opPurge = "purge original"
)

// Quarantined gives the path of an original that is put aside:
// _quarantine/<batch>/<id>-<its name>. The id keeps apart what has one name.
func Quarantined(batch, id, path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	return place([]string{quarantine, batch}, nil, id+"-"+name).Path
}

// InQuarantine tells whether a path is that of an original put aside.
func InQuarantine(path string) bool { return strings.HasPrefix(path, quarantine+"/") }

// Purge removes originals for good, for reasons that people decided on: what else is
// in the vault never goes. purged.tsv has them first, then current.sha256 loses them,
// then the files are overwritten and removed; so the list checks at every moment. Again it
// goes on with what an earlier one began; files that are gone count as removed. sums has
// the hashes by path, as the catalogue knows them.
func (v *Vault) Purge(ctx context.Context, sums map[string]string) error {
	v.arrange.Lock()
	defer v.arrange.Unlock()
	going, err := v.going(opPurge, slices.Sorted(maps.Keys(sums)))
	if err != nil {
		return err
	}
	for path, sum := range sums {
		if sum != "" && !isSum(sum) {
			return archive.Errorf(archive.Invalid, opPurge, path, "not a SHA-256: %q", sum)
		}
	}
	if err := v.logPurged(sums); err != nil {
		return archive.WrapAs(diskKind(err), opPurge, purgedName, err)
	}
	v.step(stepPurgeLogged)
	if err := v.merge(ctx, nil); err != nil {
		return archive.Wrap(opPurge, currentList, err)
	}
	v.step(stepPurgeListed)
	if err := v.remove(opPurge, stepPurgeRemoved, going); err != nil {
		return err
	}
	gone := map[string]bool{}
	for _, sum := range sums {
		gone[sum] = sum != ""
	}
	err = v.removeAside(gone)
	return archive.WrapAs(diskKind(err), opPurge, damagedName, err)
}

// doomed is an original that is to go, and its file.
type doomed struct{ path, full string }

// going finds the files of originals that are to go, which none does while a move has not
// ended. v.arrange is held.
func (v *Vault) going(op string, paths []string) ([]doomed, error) {
	if plan, err := v.readPlan(); err != nil || len(plan) > 0 {
		return nil, errors.Join(err, archive.Errorf(archive.Busy, op, planName, "a move has not ended"))
	}
	list := make([]doomed, len(paths))
	for i, path := range paths {
		full, err := v.locate(op, path)
		if err != nil {
			return nil, err
		}
		list[i] = doomed{path, full}
	}
	return list, nil
}

// remove overwrites and removes files; those that are gone, even with their folder, count
// as removed. step is called after each.
func (v *Vault) remove(op, step string, list []doomed) error {
	for _, d := range list {
		if err := overwrite(d.full); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return archive.WrapAs(diskKind(err), op, d.path, err)
		}
		v.step(step)
	}
	return nil
}

// logPurged adds to purged.tsv what it does not have.
func (v *Vault) logPurged(sums map[string]string) error {
	log, err := openJournal(v.list(purgedName))
	if err != nil {
		return err
	}
	defer log.f.Close()
	there := map[string]bool{}
	for r, err := range v.readPurged() {
		if err != nil {
			return err
		}
		there[r.path] = true
	}
	var b strings.Builder
	if log.size == 0 {
		b.WriteString(purgedHeader + "\n")
	}
	now := time.Now().UTC().Format(time.RFC3339)
	for _, path := range slices.Sorted(maps.Keys(sums)) {
		sum := sums[path]
		if !there[path] && sum != "" { // what was never hashed is in no list
			fmt.Fprintf(&b, "%s\t%s\t%s\n", now, tabEscaper.Replace(v.prefix+path), sum)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return log.append(b.String())
}

// readPurged reads purged.tsv from the beginning. A purge counts as a move to nowhere,
// after all others: an original goes from where it was put aside, and that path is
// never used again.
func (v *Vault) readPurged() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for line, err := range lines(v.list(purgedName)) {
			if err != nil {
				yield(record{}, err)
				return
			}
			if line == purgedHeader {
				continue
			}
			f := strings.Split(line, "\t")
			r := record{seq: lastSeq}
			ok := len(f) == 3 && isSum(f[2])
			if ok {
				r.path, ok = strings.CutPrefix(tabUnescaper.Replace(f[1]), v.prefix)
				r.sum = f[2]
			}
			if !ok {
				err = archive.Errorf(archive.Damaged, "read purges", purgedName, "not a purge: %.80q", line)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

const lastSeq = 1 << 62

// overwrite writes zeros over a file and removes it, durably.
func overwrite(name string) error {
	if err := archive.Overwrite(name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// Purged counts the originals that were ever removed for good.
func (v *Vault) Purged() (int, error) {
	n := 0
	for _, err := range v.readPurged() {
		if err != nil {
			return n, archive.WrapAs(archive.Unavailable, "read purges", purgedName, err)
		}
		n++
	}
	return n, nil
}
