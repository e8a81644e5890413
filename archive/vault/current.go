package vault

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"

	"lantai/archive"
)

// current.sha256 lists every original once, ordered by path. It follows from the
// lists of the batches and moves.tsv; what is written here twice gives the
// same file again, so an interrupted update is simply repeated.

// Refresh brings current.sha256 up to date with moves made since it was written. It
// reads and writes the whole list, so it belongs to quiet moments; closing a batch does
// it too. A missing list is made again. Errors: Stopped, NoSpace, Damaged (then Rebuild).
func (v *Vault) Refresh(ctx context.Context) error {
	if _, err := os.Stat(v.list(currentList)); errors.Is(err, fs.ErrNotExist) {
		return v.Rebuild(ctx)
	}
	v.arrange.Lock()
	defer v.arrange.Unlock()
	return archive.Wrap("refresh list", currentList, v.merge(ctx, nil))
}

// Rebuild makes current.sha256 again from the lists of all closed batches and the
// moves.
func (v *Vault) Rebuild(ctx context.Context) error {
	const op = "rebuild list"
	v.arrange.Lock()
	defer v.arrange.Unlock()
	ids, err := v.listIDs(listEnding)
	if err != nil {
		return archive.Wrap(op, currentList, err)
	}
	lists := make([]string, 0, len(ids))
	for _, id := range ids {
		lists = append(lists, v.list(id+listEnding))
	}
	return archive.Wrap(op, currentList, v.mergeInto(ctx, "", lists))
}

// merge adds lists to current.sha256 and applies the moves.
func (v *Vault) merge(ctx context.Context, lists []string) error {
	return v.mergeInto(ctx, v.list(currentList), lists)
}

// mergeInto begins with base, "" for nothing. A pass renames each original by one
// move; passes go on until none moves.
func (v *Vault) mergeInto(ctx context.Context, base string, lists []string) error {
	adds, err := v.sortLists(lists)
	if err != nil {
		return err
	}
	defer func() { adds.close() }()
	moves, err := v.sortMoves()
	if err != nil {
		return err
	}
	defer moves.close()
	if base != "" && adds.n == 0 && moves.n == 0 {
		return nil
	}
	in, changed := base, base == ""
	for round := 0; ; round++ {
		p := pass{v: v, ctx: ctx, in: in, adds: adds, moves: moves, moved: newSorter(v.manifests),
			out: v.list(fmt.Sprintf("current-%d.part", round))}
		err := p.run()
		if in != base {
			os.Remove(in)
		}
		adds.close()
		adds = p.moved
		if err != nil {
			os.Remove(p.out)
			return v.listError(err)
		}
		in, changed = p.out, changed || p.changed
		if p.moved.n == 0 {
			break
		}
	}
	if !changed {
		return v.listError(os.Remove(in))
	}
	v.step(stepListMerged)
	err = os.Rename(in, v.list(currentList))
	if err == nil {
		err = syncFolder(v.manifests)
	}
	if err == nil {
		v.step(stepListReplaced)
	}
	return v.listError(err)
}

func (v *Vault) listError(err error) error {
	var known *archive.Error
	if err == nil || errors.As(err, &known) || archive.KindOf(err) == archive.Stopped {
		return err
	}
	return archive.WrapAs(diskKind(err), "write list", currentList, err)
}

func (v *Vault) sortLists(lists []string) (*sorter, error) {
	s := newSorter(v.manifests)
	for _, list := range lists {
		for r, err := range v.records(list) {
			if err == nil {
				err = s.add(r)
			}
			if err != nil {
				s.close()
				return nil, v.listError(err)
			}
		}
	}
	return s, nil
}

// pass is one walk over the list: base and additions in, a new list out.
type pass struct {
	v           *Vault
	ctx         context.Context
	in, out     string
	adds, moves *sorter
	moved       *sorter // originals that a move takes elsewhere
	changed     bool

	w        *bufio.Writer
	nextMove func() (record, error, bool)
	move     record
	hasMove  bool
}

func (p *pass) run() error {
	f, err := os.OpenFile(p.out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	p.w = bufio.NewWriterSize(f, 1<<18)
	next, stop := iter.Pull2(p.moves.sorted())
	defer stop()
	p.nextMove = next
	if err := p.advance(); err != nil {
		return err
	}
	read := 0
	var held record
	for r, err := range merged(counted(p.base(), &read), p.adds.sorted()) {
		if err == nil {
			err = p.ctx.Err()
		}
		if err == nil && held.path != "" && held.path != r.path {
			err = p.put(held)
			read--
		}
		if err != nil {
			return err
		}
		if held.path == r.path && held.sum != r.sum {
			p.changed = true
		}
		held = r
	}
	if held.path != "" {
		if err := p.put(held); err != nil {
			return err
		}
		read--
	}
	p.changed = p.changed || read != 0 || p.moved.n > 0
	if err := p.w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

func (p *pass) base() iter.Seq2[record, error] {
	if p.in == "" {
		return func(func(record, error) bool) {}
	}
	return p.v.records(p.in)
}

func counted(s iter.Seq2[record, error], n *int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for r, err := range s {
			*n++
			if !yield(r, err) {
				return
			}
		}
	}
}

func (p *pass) advance() (err error) {
	p.move, err, p.hasMove = p.nextMove()
	return err
}

// put writes an original's line, or hands it on under the path it was moved to. An
// original that still stands under its old path was received there anew.
func (p *pass) put(r record) error {
	for p.hasMove && p.move.path < r.path {
		if err := p.advance(); err != nil {
			return err
		}
	}
	to := record{}
	for p.hasMove && p.move.path == r.path {
		if to.path == "" && p.move.seq > r.seq && p.move.sum == r.sum {
			to = record{path: p.move.to, sum: r.sum, seq: p.move.seq}
		}
		if err := p.advance(); err != nil {
			return err
		}
	}
	if to.path != "" {
		full, err := p.v.locate("write list", r.path)
		if err != nil {
			return err
		}
		if _, err := os.Lstat(full); errors.Is(err, fs.ErrNotExist) {
			return p.moved.add(to)
		}
	}
	_, err := p.w.WriteString(formatLine(p.v.prefix, r))
	return err
}

// lookup finds an original in current.sha256 by halving the file.
func (v *Vault) lookup(path string) (sum string, ok bool, err error) {
	name := v.list(currentList)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return "", false, err
	}
	lo, hi := int64(0), size // the line begins in [lo, hi) if it is there
	for lo < hi {
		mid := lo + (hi-lo)/2
		at, line, err := lineFrom(f, mid, size)
		if err != nil {
			return "", false, err
		}
		if at >= hi { // no line begins between mid and hi
			if mid == lo {
				return "", false, nil
			}
			hi = mid
			continue
		}
		r, ok := parseLine(v.prefix, line)
		switch {
		case !ok:
			return "", false, archive.Errorf(archive.Damaged, "read list", name, "not a line of a list: %.80q", line)
		case r.path == path:
			return r.sum, true, nil
		case r.path < path:
			lo = at + int64(len(line)) + 1
		default:
			hi = mid
		}
	}
	return "", false, nil
}

// lineFrom reads the first line that begins at or after an offset.
func lineFrom(f *os.File, offset, size int64) (at int64, line string, err error) {
	at = max(offset-1, 0)
	r := bufio.NewReader(io.NewSectionReader(f, at, min(size-at, 2*maxLine)))
	if offset > 0 {
		skipped, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return size, "", nil
		}
		if err != nil {
			return 0, "", err
		}
		at += int64(len(skipped))
	}
	b, err := r.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return size, "", nil
	}
	return at, string(bytes.TrimSuffix(b, []byte("\n"))), err
}
