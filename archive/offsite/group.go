package offsite

import (
	"context"
	"errors"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/vault"
)

// lot is some originals that are written to a medium together.
type lot struct {
	group place.Group
	files []written
	bytes int64
}

// written is one original of a lot.
type written struct {
	archive.File
	below string // its path at the medium, below the folder of its root
	w     place.Writer
}

// most files of a lot.
const lotFiles = 512

// copiers is how many files are read and written at once.
const copiers = 2

// source says what was wrong with an original itself, as against the medium.
type source struct{ err error }

func (s *source) Error() string { return s.err.Error() }
func (s *source) Unwrap() error { return s.err }

// write reads originals, holds them against their digests, and writes them into a group. Originals
// that cannot be copied are told to failed. An error is one of the medium.
func (s *session) write(ctx context.Context, files []archive.File, wrote func(int64), failed func(archive.File, error)) (*lot, error) {
	group, err := s.p.Begin(ctx)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	all := make([]written, len(files))
	work, stop := errgroup.WithContext(ctx)
	work.SetLimit(copiers)
	for i, f := range files {
		work.Go(func() error {
			if s.slow {
				defer vault.Lowest()()
			}
			one := written{File: f, below: f.Path}
			err := s.writeOne(stop, group, &one, wrote)
			var bad *source
			if errors.As(err, &bad) || archive.KindOf(err) == archive.Invalid {
				mu.Lock()
				failed(f, err)
				mu.Unlock()
				return nil
			}
			all[i] = one
			return err
		})
	}
	if err := work.Wait(); err != nil {
		group.Abandon()
		return nil, err
	}
	l := &lot{group: group}
	for _, one := range all {
		if one.w != nil {
			l.files = append(l.files, one)
			l.bytes += one.Bytes
		}
	}
	return l, nil
}

// writeOne copies one original. An error of the original comes as a source.
func (s *session) writeOne(ctx context.Context, group place.Group, one *written, wrote func(int64)) error {
	const doing = "copy original"
	if err := ctx.Err(); err != nil {
		return archive.Wrap(doing, one.Path, err)
	}
	in, err := s.c.opt.Originals.Open(ctx, one.File)
	if err != nil {
		return &source{err}
	}
	defer in.Close()
	w, err := group.Create(ctx, pathOf(one.File, one.below))
	if err != nil {
		return err
	}
	sum := newSum()
	n, err := pass(ctx, io.MultiWriter(w, sum), in, wrote)
	if err == nil && (n != one.Bytes || sum.hex() != one.SHA256) {
		err = &source{archive.Errorf(archive.Damaged, doing, one.Path, "its content is not what was received")}
	}
	if err != nil {
		w.Discard()
		return err
	}
	one.w = w
	return w.Close()
}

// pass copies a stream; an error in reading it comes as a source.
func pass(ctx context.Context, w io.Writer, r io.Reader, wrote func(int64)) (n int64, err error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		if err := ctx.Err(); err != nil {
			return n, archive.Wrap("copy original", "", err)
		}
		k, rerr := r.Read(*buf)
		if k > 0 {
			if _, err := w.Write((*buf)[:k]); err != nil {
				return n, err
			}
			n += int64(k)
			wrote(int64(k))
		}
		switch {
		case errors.Is(rerr, io.EOF):
			return n, nil
		case rerr != nil:
			return n, &source{archive.WrapAs(archive.Damaged, "read original", "", rerr)}
		}
	}
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 1<<20); return &b }}

// settle gives the files of a lot their names, lists them and notes them in the catalogue.
// Those that lie there already are noted too when they are the same.
func (s *session) settle(ctx context.Context, l *lot, report *Report) error {
	s.c.opt.Step("group-written")
	if err := s.drop(ctx, l); err != nil {
		l.group.Abandon()
		return err
	}
	outcomes, err := l.group.Settle(ctx)
	if err != nil {
		l.group.Abandon()
		return err
	}
	s.c.opt.Step("group-settled")
	var copies []archive.FileCopy
	var again []archive.File
	for i, one := range l.files {
		if outcomes[i] != nil {
			if archive.KindOf(outcomes[i]) != archive.Conflict {
				report.fail(one.File, outcomes[i])
				continue
			}
			same, err := s.holds(ctx, pathOf(one.File, one.below), one.File)
			if err != nil {
				return err
			}
			if !same {
				again = append(again, one.File)
				continue
			}
		}
		copies = append(copies, archive.FileCopy{File: one.ID, Carrier: s.m.Carrier.ID, Bytes: one.Bytes, Path: one.below,
			SHA256: one.SHA256, Checked: s.c.millis()})
	}
	if err := s.list(ctx, copies, l.files); err != nil {
		return err
	}
	for _, f := range copies {
		report.Copied++
		report.Bytes += f.Bytes
	}
	return s.besides(ctx, again, report)
}

// drop takes out of a lot what was put aside or removed while it was written.
func (s *session) drop(ctx context.Context, l *lot) error {
	ids := make([]archive.ID, len(l.files))
	for i, f := range l.files {
		ids[i] = f.ID
	}
	now, err := s.c.mayCopy(ctx, ids)
	if err != nil {
		return err
	}
	kept := l.files[:0]
	for _, f := range l.files {
		if now[f.ID] {
			kept = append(kept, f)
		} else {
			f.w.Discard()
		}
	}
	l.files = kept
	return nil
}

// list adds lines for copies to the manifest and notes them in the catalogue.
func (s *session) list(ctx context.Context, copies []archive.FileCopy, files []written) error {
	if len(copies) == 0 {
		return nil
	}
	byID := make(map[archive.ID]archive.File, len(files))
	for _, f := range files {
		byID[f.ID] = f.File
	}
	var text []byte
	for _, f := range copies {
		text = append(text, vault.Line(f.SHA256, pathOf(byID[f.File], f.Path))...)
	}
	if err := s.p.Append(ctx, ManifestFile, s.known.Manifest, text); err != nil {
		return err
	}
	s.c.opt.Step("group-listed")
	next := s.known
	next.Manifest += int64(len(text))
	if err := s.c.opt.Catalogue.AddCopies(ctx, s.m.Target.ID, copies, next); err != nil {
		return err
	}
	s.known = next
	s.c.opt.Step("group-noted")
	return nil
}

// besides copies originals under whose path another file stands: one that was accepted
// anew at home after it was copied, or one that somebody put there.
func (s *session) besides(ctx context.Context, files []archive.File, report *Report) error {
	if len(files) == 0 {
		return nil
	}
	group, err := s.p.Begin(ctx)
	if err != nil {
		return err
	}
	l := &lot{group: group}
	for _, f := range files {
		one := written{File: f, below: otherPath(f)}
		err := s.writeOne(ctx, group, &one, func(int64) {})
		var bad *source
		switch {
		case errors.As(err, &bad):
			report.fail(f, err)
		case err != nil:
			group.Abandon()
			return err
		default:
			l.files = append(l.files, one)
		}
	}
	outcomes, err := group.Settle(ctx)
	if err != nil {
		group.Abandon()
		return err
	}
	var copies []archive.FileCopy
	for i, one := range l.files {
		if outcomes[i] != nil {
			same, err := s.holds(ctx, pathOf(one.File, one.below), one.File)
			if err != nil {
				return err
			}
			if !same {
				report.fail(one.File, outcomes[i])
				continue
			}
		}
		copies = append(copies, archive.FileCopy{File: one.ID, Carrier: s.m.Carrier.ID, Bytes: one.Bytes, Path: one.below,
			SHA256: one.SHA256, Checked: s.c.millis()})
		report.Copied++
		report.Bytes += one.Bytes
	}
	return s.list(ctx, copies, l.files)
}

// holds tells whether a file at the medium is an original, reading it.
func (s *session) holds(ctx context.Context, path string, f archive.File) (bool, error) {
	fault, err := s.c.readBack(ctx, s.p, path, f.Bytes, f.SHA256, func(int64) {})
	return fault == archive.CopyGood, err
}
