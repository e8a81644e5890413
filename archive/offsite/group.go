package offsite

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite/place"
	"lantai/archive/vault"
)

// lot is some originals that are written to a medium together.
type lot struct {
	pack  *pack
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
	pack, err := begin(ctx, s.p)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	all := make([]written, len(files))
	work, stop := errgroup.WithContext(ctx)
	work.SetLimit(copiers)
	for i, f := range files {
		work.Go(func() error {
			one := written{File: f, below: f.Path}
			err := s.writeOne(stop, pack, &one, wrote)
			var bad *source
			switch {
			case errors.Is(err, errPassed):
				return nil
			case errors.As(err, &bad), archive.KindOf(err) == archive.Invalid:
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
		pack.Abandon()
		return nil, err
	}
	l := &lot{pack: pack}
	for _, one := range all {
		if one.w != nil {
			l.files = append(l.files, one)
			l.bytes += one.Bytes
		}
	}
	return l, nil
}

// writeOne copies one original. An error of the original comes as a source; where the original is another than
// the catalogue said a moment ago, what the catalogue says now holds: errPassed when it is not to be
// copied any more.
func (s *session) writeOne(ctx context.Context, pack *pack, one *written, wrote func(int64)) error {
	for {
		err := s.copyOne(ctx, pack, one, wrote)
		var bad *source
		if !errors.As(err, &bad) || errors.Is(err, archive.ErrRootAbsent) {
			return err
		}
		now, ferr := s.c.opt.Catalogue.File(ctx, access.All(), one.ID)
		switch {
		case archive.KindOf(ferr) == archive.NotFound, ferr == nil && !mayCopy(now):
			return errPassed
		case ferr != nil:
			return ferr
		case now.Path == one.Path && now.SHA256 == one.SHA256:
			return err
		}
		if one.below == one.Path {
			one.below = now.Path
		} else {
			one.below = otherPath(now)
		}
		one.File = now
	}
}

// errPassed says that an original was removed, put aside or accepted anew meanwhile.
var errPassed = errors.New("it is not to be copied any more")

func (s *session) copyOne(ctx context.Context, pack *pack, one *written, wrote func(int64)) error {
	const doing = "copy original"
	if err := ctx.Err(); err != nil {
		return archive.Wrap(doing, one.Path, err)
	}
	in, err := s.c.opt.Originals.Open(ctx, one.File)
	if err != nil {
		return &source{err}
	}
	defer in.Close()
	w, err := pack.create(ctx, pathOf(one.File, one.below))
	if err != nil {
		return err
	}
	sum := newSum()
	n, err := pass(ctx, io.MultiWriter(w, sum), in, wrote)
	if err == nil && (n != one.Bytes || sum.hex() != one.SHA256) {
		err = &source{archive.Errorf(archive.Damaged, doing, one.Path, "its content is not what was received")}
	}
	if err != nil {
		pack.discard(w)
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
	s.c.opt.Step(stepWritten)
	if err := s.drop(ctx, l); err != nil {
		l.pack.Abandon()
		return err
	}
	copies, again, err := s.name(ctx, l)
	if err != nil {
		return err
	}
	for _, f := range again {
		if f.err != nil && archive.KindOf(f.err) != archive.Conflict {
			report.fail(f.file, f.err)
		}
	}
	s.c.opt.Step(stepSettled)
	if err := s.list(ctx, copies, l.files, report); err != nil {
		return err
	}
	again = slices.DeleteFunc(again, func(f failedFile) bool { return archive.KindOf(f.err) != archive.Conflict })
	return s.besides(ctx, again, report)
}

// name gives the files of a lot their names, and tells which are copies now and which are
// not. What has its name already is a copy too when its content is that of the original.
func (s *session) name(ctx context.Context, l *lot) (copies []archive.FileCopy, not []failedFile, err error) {
	outcomes, err := l.pack.settle(ctx)
	if err != nil {
		l.pack.Abandon()
		return nil, nil, err
	}
	for _, one := range l.files {
		outcome := outcomes[one.w]
		if archive.KindOf(outcome) == archive.Conflict {
			same, err := s.holds(ctx, pathOf(one.File, one.below), one.File)
			if err != nil {
				return nil, nil, err
			}
			if same {
				outcome = nil
			}
		}
		if outcome != nil {
			not = append(not, failedFile{one.File, outcome})
			continue
		}
		copies = append(copies, archive.FileCopy{File: one.ID, Carrier: s.m.Carrier.ID, Bytes: one.Bytes, Path: one.below,
			SHA256: one.SHA256, Checked: s.c.millis()})
	}
	return copies, not, nil
}

// drop takes out of a lot what was put aside, removed or accepted anew while it was written.
func (s *session) drop(ctx context.Context, l *lot) error {
	ids := make([]archive.ID, len(l.files))
	for i, f := range l.files {
		ids[i] = f.ID
	}
	files, err := s.c.opt.Catalogue.Files(ctx, access.All(), ids)
	if err != nil {
		return err
	}
	now := make(map[archive.ID]archive.File, len(files))
	for _, f := range files {
		now[f.ID] = f
	}
	kept := l.files[:0]
	for _, f := range l.files {
		if may := now[f.ID]; mayCopy(may) && may.SHA256 == f.SHA256 {
			kept = append(kept, f)
		} else {
			l.pack.discard(f.w)
		}
	}
	l.files = kept
	return nil
}

// mayCopy tells whether an original may be copied as it is in the catalogue.
func mayCopy(f archive.File) bool {
	return f.SHA256 != "" && f.State != archive.FileQuarantined && !vault.InQuarantine(f.Path)
}

// list adds lines for copies to the manifest, notes them in the catalogue and counts them.
func (s *session) list(ctx context.Context, copies []archive.FileCopy, files []written, report *Report) error {
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
	next, err := s.append(ctx, text)
	if err != nil {
		return err
	}
	s.c.opt.Step(stepListed)
	noted, err := s.c.opt.Catalogue.AddCopies(ctx, s.m.Target.ID, copies, next)
	if err != nil {
		return err
	}
	s.known = next
	for _, f := range noted {
		report.Copied++
		report.Bytes += f.Bytes
	}
	s.c.opt.Step(stepNoted)
	return nil
}

// besides copies originals under whose path another file stands: one that was accepted
// anew at home after it was copied, or one that somebody put there.
func (s *session) besides(ctx context.Context, files []failedFile, report *Report) error {
	if len(files) == 0 {
		return nil
	}
	pack, err := begin(ctx, s.p)
	if err != nil {
		return err
	}
	l := &lot{pack: pack}
	for _, f := range files {
		one := written{File: f.file, below: otherPath(f.file)}
		err := s.writeOne(ctx, pack, &one, func(int64) {})
		var bad *source
		switch {
		case errors.Is(err, errPassed):
		case errors.As(err, &bad):
			report.fail(f.file, err)
		case err != nil:
			pack.Abandon()
			return err
		default:
			l.files = append(l.files, one)
		}
	}
	copies, not, err := s.name(ctx, l)
	if err != nil {
		return err
	}
	for _, f := range not {
		report.fail(f.file, f.err)
	}
	return s.list(ctx, copies, l.files, report)
}

// holds tells whether a file at the medium is an original, reading it.
func (s *session) holds(ctx context.Context, path string, f archive.File) (bool, error) {
	fault, err := s.c.readBack(ctx, s.p, path, f.Bytes, f.SHA256, func(int64) {})
	return fault == archive.CopyGood, err
}
