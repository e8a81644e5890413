package vault

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lantai/archive"
)

const opReceive = "receive file"

// Incoming is one file on its way into the vault.
type Incoming struct {
	Source string    // the file to read; it is never touched
	Reader io.Reader // read instead of Source when not nil
	Path   string    // where it goes, below masters/: see Place and Unfiled
	Wanted string    // the path before it was made safe or shortened; "" when it was not

	// Accept, when given, is asked once all bytes are read and hashed and before
	// they get their name. An error ends Receive with that error and no trace.
	Accept func(Stored) error
}

// subject names the file in errors.
func (in Incoming) subject() string {
	if in.Source != "" {
		return in.Source
	}
	return in.Path
}

// Receive brings one file in. When it returns without error the original is on the
// disk under its name, read-only, fsynced with its folders and listed, so that the
// catalogue's row may be committed.
//
// The same content under the same path is no error: Already is set. Errors:
// Conflict with ReasonConflict when another original stands there; Refused with
// ReasonUnreadable, ReasonUnsupported (not a regular file) or ReasonChanging for
// the source; NoSpace; Stopped; Invalid for a path that is not safe. After any
// error nothing is left behind.
func (b *Batch) Receive(ctx context.Context, in Incoming) (Stored, error) {
	b.use.RLock()
	defer b.use.RUnlock()
	if b.done {
		return Stored{}, archive.Errorf(archive.Conflict, opReceive, in.subject(), "batch %s is closed", b.id)
	}
	if err := checkPath(opReceive, in.Path); err != nil {
		return Stored{}, err
	}
	release, err := b.v.claim(ctx, in.Path)
	if err != nil {
		return Stored{}, archive.Wrap(opReceive, in.subject(), err)
	}
	defer release()
	r := in.Reader
	var src *source
	if r == nil {
		if src, err = openSource(in.Source); err != nil {
			return Stored{}, err
		}
		defer src.close()
		r = io.LimitReader(src.f, src.before.Size()+1) // one that grows as fast as it is read would never end
	}
	full, err := b.v.locate(opReceive, in.Path)
	if err != nil {
		return Stored{}, err
	}
	if _, err := os.Lstat(full); err == nil {
		return b.again(ctx, in, r, src)
	}
	if err := b.v.enter(filepath.Dir(full)); err != nil {
		b.v.leave()
		return Stored{}, archive.WrapAs(folderKind(err), opReceive, in.Path, err)
	}
	defer b.v.leave()
	return b.store(ctx, in, r, src, full)
}

// claim lets one goroutine at a time work on a path; names that differ in case only
// are one path on some disks.
func (v *Vault) claim(ctx context.Context, path string) (release func(), err error) {
	key := strings.ToLower(path)
	for {
		v.mu.Lock()
		wait, taken := v.claims[key]
		if !taken {
			mine := make(chan struct{})
			v.claims[key] = mine
			v.mu.Unlock()
			return func() {
				v.mu.Lock()
				delete(v.claims, key)
				v.mu.Unlock()
				close(mine)
			}, nil
		}
		v.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// folderKind sorts errors of making a folder: a file in its place is a conflict.
func folderKind(err error) archive.ErrorKind {
	if errors.Is(err, errNotFolder) || isNotFolder(err) {
		return archive.Conflict
	}
	return diskKind(err)
}

// store writes a new original.
func (b *Batch) store(ctx context.Context, in Incoming, r io.Reader, src *source, full string) (Stored, error) {
	v := b.v
	part, err := v.createPart(full)
	if err != nil {
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	defer v.dropPart(part)
	v.step(stepPartCreated)
	digest := sha256.New()
	n, err := pour(ctx, io.MultiWriter(part, digest), r, func() { v.step(stepWriting) })
	if err != nil {
		return Stored{}, readOrWriteError(ctx, in, err)
	}
	v.step(stepWritten)
	if src != nil {
		if err := src.unchanged(n); err != nil {
			return Stored{}, err
		}
	}
	got := Stored{Path: in.Path, Bytes: n, SHA256: sumOf(digest)}
	if in.Accept != nil {
		if err := in.Accept(got); err != nil {
			return Stored{}, err
		}
	}
	if err := finishPart(part); err != nil {
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	v.step(stepFileSynced)
	if err := v.noteName(in.Path, in.Wanted); err != nil {
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	err = renameNew(part.Name(), full)
	if errors.Is(err, fs.ErrExist) {
		return b.compare(ctx, in, got)
	}
	if err != nil {
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	v.step(stepNamed)
	err = syncFolder(filepath.Dir(full))
	if err == nil {
		v.step(stepFolderSynced)
		err = b.enlist(record{path: got.Path, sum: got.SHA256})
	}
	if err != nil {
		os.Remove(full)
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	v.step(stepListed)
	return got, nil
}

// again hashes a file whose path is taken, without writing it.
func (b *Batch) again(ctx context.Context, in Incoming, r io.Reader, src *source) (Stored, error) {
	digest := sha256.New()
	n, err := pour(ctx, digest, r, nil)
	if err != nil {
		return Stored{}, readOrWriteError(ctx, in, err)
	}
	if src != nil {
		if err := src.unchanged(n); err != nil {
			return Stored{}, err
		}
	}
	return b.compare(ctx, in, Stored{Path: in.Path, Bytes: n, SHA256: sumOf(digest)})
}

// compare decides between "already here" and a conflict.
func (b *Batch) compare(ctx context.Context, in Incoming, got Stored) (Stored, error) {
	full, err := b.v.locate(opReceive, in.Path)
	if err != nil {
		return Stored{}, err
	}
	conflict := func(format string, args ...any) (Stored, error) {
		return Stored{}, archive.WrapAs(archive.Conflict, opReceive, in.subject(),
			&archive.Refusal{Reason: archive.ReasonConflict, Detail: in.Path + ": " + fmt.Sprintf(format, args...)})
	}
	st, err := os.Lstat(full)
	switch {
	case err != nil:
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	case !st.Mode().IsRegular():
		return conflict("something else than a file stands there")
	case st.Size() != got.Bytes:
		return conflict("%d bytes stand there, %d came", st.Size(), got.Bytes)
	}
	_, sum, err := Hash(ctx, full)
	if err != nil {
		return Stored{}, archive.Wrap(opReceive, in.Path, err)
	}
	if sum != got.SHA256 {
		return conflict("SHA-256 %s stands there, %s came", sum, got.SHA256)
	}
	// An earlier process may have ended before it made the name durable and listed it.
	if err := syncFolder(filepath.Dir(full)); err != nil {
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	if err := b.enlistOnce(record{path: got.Path, sum: sum}); err != nil {
		return Stored{}, archive.WrapAs(diskKind(err), opReceive, in.Path, err)
	}
	got.Already = true
	return got, nil
}

// readOrWriteError tells the source's faults from the vault's.
func readOrWriteError(ctx context.Context, in Incoming, err error) error {
	var reading errReading
	switch {
	case ctx.Err() != nil:
		return archive.Wrap(opReceive, in.subject(), ctx.Err())
	case errors.As(err, &reading):
		return archive.Refuse(opReceive, in.subject(), archive.ReasonUnreadable, "%v", err)
	}
	return archive.WrapAs(diskKind(err), opReceive, in.Path, err)
}

// createPart makes the unfinished file beside its future name.
func (v *Vault) createPart(full string) (*os.File, error) {
	var unique [8]byte
	rand.Read(unique[:])
	name := full + "." + hex.EncodeToString(unique[:]) + ".part"
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) { // the folder was taken away since it was made
			v.mu.Lock()
			clear(v.noted)
			clear(v.settled)
			v.mu.Unlock()
		}
		return nil, err
	}
	v.mu.Lock()
	v.inflight[name] = true
	v.mu.Unlock()
	return f, nil
}

// dropPart removes an unfinished file; one that got its name is gone already.
func (v *Vault) dropPart(part *os.File) {
	part.Close()
	os.Remove(part.Name())
	v.mu.Lock()
	delete(v.inflight, part.Name())
	v.mu.Unlock()
}

// finishPart makes the file read-only and brings it to the disk.
func finishPart(part *os.File) error {
	if err := part.Chmod(0o444); err != nil { //nolint:gosec // write-once; the folders above keep others out
		return err
	}
	if err := part.Sync(); err != nil {
		return err
	}
	return part.Close()
}

// nameList records names that had to be made safe or shortened.
const nameList = "names.tsv"

var tabEscaper = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// noteName notes what a path was meant to be; it may be noted twice.
func (v *Vault) noteName(path, wanted string) error {
	if wanted == "" {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	names, err := openJournal(v.list(nameList))
	if err != nil {
		return err
	}
	defer names.f.Close()
	return names.append(v.prefix + path + "\t" + tabEscaper.Replace(v.prefix+wanted) + "\n")
}

// source is a file that somebody else may still be writing.
type source struct {
	path   string
	f      *os.File
	before fs.FileInfo
}

func openSource(path string) (*source, error) {
	unreadable := func(err error) (*source, error) {
		return nil, archive.Refuse(opReceive, path, archive.ReasonUnreadable, "%v", err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return unreadable(err)
	}
	if !st.Mode().IsRegular() { // opening a pipe would wait for ever
		return nil, archive.Refuse(opReceive, path, archive.ReasonUnsupported, "not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return unreadable(err)
	}
	if st, err = f.Stat(); err != nil {
		f.Close()
		return unreadable(err)
	}
	return &source{path, f, st}, nil
}

func (s *source) close() { s.f.Close() }

// unchanged refuses a source that was written to, or replaced, since it was opened.
func (s *source) unchanged(read int64) error {
	held, err := s.f.Stat()
	if err != nil {
		return archive.Refuse(opReceive, s.path, archive.ReasonUnreadable, "%v", err)
	}
	named, err := os.Stat(s.path)
	switch {
	case err != nil:
		return archive.Refuse(opReceive, s.path, archive.ReasonChanging, "gone while it was read: %v", err)
	case read != s.before.Size(), held.Size() != read, !held.ModTime().Equal(s.before.ModTime()):
		return archive.Refuse(opReceive, s.path, archive.ReasonChanging, "%d bytes at first, %d read, %d now",
			s.before.Size(), read, held.Size())
	case !os.SameFile(held, named):
		return archive.Refuse(opReceive, s.path, archive.ReasonChanging, "replaced while it was read")
	}
	return nil
}
