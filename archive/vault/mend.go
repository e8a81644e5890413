package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lantai/archive"
)

const (
	opMend = "bring original back"
	// damaged is where what stood in an original's place goes when the original comes back.
	damaged = "_damaged"
	// damagedName says of what was put aside there what it should have been: time, path, where it
	// lies now, the SHA-256 that the original has, and the one that was found (empty: unreadable).
	damagedName   = "damaged.tsv"
	damagedHeader = "time\tpath\taside\tsha256\tfound"
)

// Mended tells what Mend did.
type Mended struct {
	Already bool   // the original stands in its place, whole
	Aside   string // where what stood in its place lies now, below masters/; empty: nothing stood there
}

// Mend brings an original back into its place from a copy, which is read from good and must
// have its size and digest. What stands there, if it is not the original, is put aside below
// _damaged/<time>/ and noted in damaged.tsv; nothing is overwritten or removed. The lists, which have
// the original's digest, stay as they are. A process that ends in between leaves the place as it was, or
// empty with the file aside: Mend is simply called again. Errors: Damaged when the copy is not the
// original; Refused with ReasonUnreadable when it cannot be read; NoSpace; Stopped; those of the disk.
func (v *Vault) Mend(ctx context.Context, want Stored, good io.Reader, now time.Time) (Mended, error) {
	full, err := v.locate(opMend, want.Path)
	if err != nil {
		return Mended{}, err
	}
	if !isSum(want.SHA256) {
		return Mended{}, archive.Errorf(archive.Invalid, opMend, want.Path, "not a SHA-256: %q", want.SHA256)
	}
	release, err := v.claim(ctx, want.Path)
	if err != nil {
		return Mended{}, archive.Wrap(opMend, want.Path, err)
	}
	defer release()
	found, whole := v.foundSum(ctx, full, want)
	if err := ctx.Err(); err != nil || whole {
		return Mended{Already: whole}, archive.Wrap(opMend, want.Path, err)
	}
	if err := v.enter(filepath.Dir(full)); err != nil {
		v.leave()
		return Mended{}, archive.WrapAs(folderKind(err), opMend, want.Path, err)
	}
	defer v.leave()
	part, err := v.createPart(full)
	if err != nil {
		return Mended{}, archive.WrapAs(diskKind(err), opMend, want.Path, err)
	}
	defer v.dropPart(part)
	if err := v.pourBack(ctx, part, good, want); err != nil {
		return Mended{}, err
	}
	v.step(stepMendWritten)
	aside, err := v.exchange(part.Name(), full, want, found, now)
	return Mended{Aside: aside}, archive.WrapAs(diskKind(err), opMend, want.Path, err)
}

// foundSum reads what stands in an original's place. The digest is empty when it cannot be
// read, or is no file.
func (v *Vault) foundSum(ctx context.Context, full string, want Stored) (sum string, whole bool) {
	st, err := os.Lstat(full)
	if err != nil || !st.Mode().IsRegular() {
		return "", false
	}
	n, sum, err := Hash(ctx, full)
	if err != nil {
		return "", false
	}
	return sum, n == want.Bytes && sum == want.SHA256
}

// pourBack writes a copy beside the original's place, and holds it against its digest.
func (v *Vault) pourBack(ctx context.Context, part *os.File, good io.Reader, want Stored) error {
	digest := sha256.New()
	n, err := pour(ctx, io.MultiWriter(part, digest), good, nil)
	if err != nil {
		return readOrWriteError(ctx, Incoming{Path: want.Path}, err)
	}
	if n != want.Bytes || sumOf(digest) != want.SHA256 {
		return archive.Errorf(archive.Damaged, opMend, want.Path, "the copy is not the original")
	}
	err = finishPart(part)
	return archive.WrapAs(diskKind(err), opMend, want.Path, err)
}

// exchange puts aside what stands in the original's place, and the original there.
func (v *Vault) exchange(part, full string, want Stored, found string, now time.Time) (aside string, err error) {
	v.arrange.Lock()
	defer v.arrange.Unlock()
	if _, err := os.Lstat(full); err == nil {
		if aside, err = v.putAside(full, want, found, now); err != nil {
			return "", err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := renameNew(part, full); err != nil {
		return aside, err
	}
	v.step(stepMendNamed)
	return aside, syncFolder(filepath.Dir(full))
}

func (v *Vault) putAside(full string, want Stored, found string, now time.Time) (string, error) {
	folders := strings.Split(want.Path, "/")
	last := len(folders) - 1
	aside := place([]string{damaged, now.UTC().Format("20060102T150405.000Z")}, folders[:last], folders[last]).Path
	to, err := v.locate(opMend, aside)
	if err != nil {
		return "", err
	}
	if err := v.noteDamaged(want, aside, found, now); err != nil {
		return "", err
	}
	v.step(stepMendNoted)
	v.mu.Lock()
	err = v.settle(filepath.Dir(to))
	v.mu.Unlock()
	if err == nil {
		err = renameNew(full, to)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(to))
	}
	if err == nil {
		err = syncFolder(filepath.Dir(full))
	}
	v.step(stepMendAside)
	return aside, err
}

func (v *Vault) noteDamaged(want Stored, aside, found string, now time.Time) error {
	list, err := openJournal(v.list(damagedName))
	if err != nil {
		return err
	}
	defer list.f.Close()
	head := ""
	if list.size == 0 {
		head = damagedHeader + "\n"
	}
	return list.append(head + fmt.Sprintf("%s\t%s\t%s\t%s\t%s\n", now.UTC().Format(time.RFC3339), tabEscaper.Replace(v.prefix+want.Path),
		tabEscaper.Replace(v.prefix+aside), want.SHA256, found))
}

// asideLine is one line of damaged.tsv.
type asideLine struct{ path, aside, sum, found string }

func (v *Vault) parseDamaged(line string) (asideLine, bool) {
	f := strings.Split(line, "\t")
	if len(f) != 5 || !isSum(f[3]) || f[4] != "" && !isSum(f[4]) {
		return asideLine{}, false
	}
	path, ok := strings.CutPrefix(tabUnescaper.Replace(f[1]), v.prefix)
	aside, ok2 := strings.CutPrefix(tabUnescaper.Replace(f[2]), v.prefix)
	return asideLine{path, aside, f[3], f[4]}, ok && ok2
}

func (v *Vault) readDamaged() iter.Seq2[asideLine, error] {
	return func(yield func(asideLine, error) bool) {
		for line, err := range lines(v.list(damagedName)) {
			if line == damagedHeader {
				continue
			}
			one, ok := v.parseDamaged(line)
			if err == nil && !ok {
				err = archive.Errorf(archive.Damaged, "read list", damagedName, "not a file put aside: %.80q", line)
			}
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// removeAside overwrites and removes what was put aside of originals that go for good: what
// should have been one of them, or was. sums are their digests.
func (v *Vault) removeAside(sums map[string]bool) error {
	for one, err := range v.readDamaged() {
		if err != nil {
			return err
		}
		if !sums[one.sum] && !sums[one.found] {
			continue
		}
		full, err := v.locate(opPurge, one.aside)
		if err != nil {
			return err
		}
		if err := overwrite(full); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		v.dropFolders(filepath.Dir(full))
	}
	return nil
}

// Mend is Vault.Mend for an original in masters/. What lies on a storage root is never
// written to: NotAllowed.
func (o *Originals) Mend(ctx context.Context, f archive.File, good io.Reader, now time.Time) (Mended, error) {
	if f.Root != 0 {
		return Mended{}, archive.Errorf(archive.NotAllowed, opMend, f.Path, "nothing is written to a storage root")
	}
	return o.vault.Mend(ctx, Stored{Path: f.Path, Bytes: f.Bytes, SHA256: f.SHA256}, good, now)
}
