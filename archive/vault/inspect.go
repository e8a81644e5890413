package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lantai/archive"
)

// Inspect reads one original whole, from the disk and not from memory, and tells what was
// found; detail is English, for the log. Pace, when given, is told of each block that was
// read how many bytes it had and how long that took, and may wait; an error of it ends the reading.
//
// Errors, after which nothing is known of the original: Unavailable with ErrRootAbsent while
// its root, or the folder masters/, is not there; Busy while originals are being moved; Stopped.
func (o *Originals) Inspect(ctx context.Context, f archive.File, pace func(ctx context.Context, bytes int, took time.Duration) error) (Outcome, string, error) {
	const op = "check original"
	outcome, detail, err := o.inspect(ctx, f, pace)
	if err != nil || outcome == Good {
		return outcome, detail, archive.Wrap(op, f.Path, err)
	}
	if f.Root != 0 {
		if _, err := o.Look(ctx, f.Root); err != nil {
			return "", "", err
		}
		return outcome, detail, nil
	}
	if entries, err := os.ReadDir(o.vault.masters); err != nil || len(entries) == 0 {
		return "", "", archive.WrapAs(archive.Unavailable, op, o.vault.masters, errors.Join(archive.ErrRootAbsent, err))
	}
	if _, err := os.Lstat(o.vault.list(planName)); outcome == Missing && err == nil {
		return "", "", archive.Errorf(archive.Busy, op, f.Path, "originals are being moved")
	}
	return outcome, detail, nil
}

func (o *Originals) inspect(ctx context.Context, f archive.File, pace func(context.Context, int, time.Duration) error) (Outcome, string, error) {
	if odd, err := o.odd(ctx, f); err != nil || odd { // opening a pipe would wait for its writer
		return Changed, "something else than a file stands there", err
	}
	file, err := o.Open(ctx, f)
	switch {
	case errors.Is(err, archive.ErrRootAbsent), archive.KindOf(err) == archive.Stopped:
		return "", "", err
	case archive.KindOf(err) == archive.NotFound, isNotFolder(err):
		return Missing, "", nil
	case err != nil:
		return Unreadable, err.Error(), nil
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return Unreadable, err.Error(), nil
	case info.Size() != f.Bytes:
		return Changed, fmt.Sprintf("%d bytes instead of %d", info.Size(), f.Bytes), nil
	}
	forget(file)
	defer forget(file)
	digest := sha256.New()
	n, err := pour(ctx, digest, &paced{ctx, file, pace}, nil)
	var waited *errPace
	switch sum := sumOf(digest); {
	case errors.As(err, &waited):
		return "", "", waited.error
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case errors.Is(err, fs.ErrNotExist):
		return Missing, "", nil
	case err != nil:
		return Unreadable, err.Error(), nil
	case n != f.Bytes || sum != f.SHA256:
		return Changed, fmt.Sprintf("SHA-256 %s instead of %s", sum, f.SHA256), nil
	}
	return Good, "", nil
}

// odd tells whether something else than a file stands where an original should.
func (o *Originals) odd(ctx context.Context, f archive.File) (bool, error) {
	dir := o.vault.masters
	if f.Root != 0 {
		var err error
		if dir, err = o.Dir(ctx, f.Root); err != nil {
			return false, err
		}
	}
	full, err := locateIn(dir, opVerify, f.Path)
	if err != nil {
		return false, err
	}
	info, err := os.Lstat(full)
	return err == nil && !info.Mode().IsRegular(), nil
}

// paced is a file whose reader waits between blocks.
type paced struct {
	ctx  context.Context
	file *os.File
	pace func(context.Context, int, time.Duration) error
}

// errPace is an error of whoever sets the pace, as against the file.
type errPace struct{ error }

func (p *paced) Read(b []byte) (int, error) {
	began := time.Now()
	n, err := p.file.Read(b)
	if n > 0 && p.pace != nil {
		if perr := p.pace(p.ctx, n, time.Since(began)); perr != nil {
			return n, &errPace{perr}
		}
	}
	return n, err
}
