package vault

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"

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
		p := pass{v: v, ctx: ctx, in: in, first: round == 0, adds: adds, moves: moves, moved: newSorter(v.manifests),
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
	first       bool
	adds, moves *sorter
	moved       *sorter // originals that a move takes elsewhere
	changed     bool

	w           *bufio.Writer
	read, wrote maphash.Hash // of the lines, to see a change
	nextMove    func() (record, error, bool)
	move        record
	hasMove     bool
}

func (p *pass) run() error {
	f, err := os.OpenFile(p.out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	p.w = bufio.NewWriterSize(f, 1<<18)
	p.wrote.SetSeed(p.read.Seed())
	next, stop := iter.Pull2(p.moves.sorted())
	defer stop()
	p.nextMove = next
	if err := p.advance(); err != nil {
		return err
	}
	var group []record // of one path
	for r, err := range merged(p.base(), p.adds.sorted()) {
		if err == nil {
			err = p.ctx.Err()
		}
		if err == nil && len(group) > 0 && group[0].path != r.path {
			err = p.put(group)
			group = group[:0]
		}
		if err != nil {
			return err
		}
		group = append(group, r)
	}
	if len(group) > 0 {
		if err := p.put(group); err != nil {
			return err
		}
	}
	p.changed = p.moved.n > 0 || p.read.Sum64() != p.wrote.Sum64()
	if err := p.w.Flush(); err != nil {
		return err
	}
	if p.moved.n > 0 {
		return nil // only the last pass makes what is kept
	}
	return f.Sync()
}

func (p *pass) base() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		if p.in == "" {
			return
		}
		for r, err := range p.v.records(p.in) {
			p.read.WriteString(r.path + r.sum)
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

// put writes the lines of one path. An original that was moved is handed on under its
// new path instead. Where something stands under the old path after all, the
// hash tells whether it came back or another original was received there.
func (p *pass) put(group []record) error {
	path := group[0].path
	var moves []record
	for p.hasMove && p.move.path <= path {
		if p.move.path == path {
			moves = append(moves, p.move)
		}
		if err := p.advance(); err != nil {
			return err
		}
	}
	full, err := p.v.locate("write list", path)
	if err != nil {
		return err
	}
	written := map[string]bool{}
	for _, r := range sure(group) {
		stays := !r.maybe
		out := slices.DeleteFunc(slices.Clone(moves), func(m record) bool { return m.sum != r.sum || m.seq <= r.seq })
		if len(out) > 0 && (p.first || r.seq > 0) { // later passes leave alone what an earlier one wrote
			if stays, err = p.handOn(full, r, out); err != nil {
				return err
			}
		} else if r.maybe {
			if stays, err = p.stands(full, r.sum); err != nil {
				return err
			}
		}
		if stays && !written[r.sum] {
			written[r.sum] = true
			p.wrote.WriteString(path + r.sum)
			if _, err := p.w.WriteString(formatLine(p.v.prefix, r)); err != nil {
				return err
			}
		}
	}
	return nil
}

// handOn hands an original on under the new paths that it may have, and tells whether
// it, or one equal to it, stands under the old path. More than one new path it has when
// the same content was received there again and moved again: then what lies there decides.
func (p *pass) handOn(full string, r record, moves []record) (stays bool, err error) {
	if moves[0].to == "" { // purged
		return false, nil
	}
	if stays, err = p.stands(full, r.sum); err != nil {
		return false, err
	}
	for _, m := range moves {
		again := record{path: m.to, sum: r.sum, seq: m.seq, maybe: stays || r.maybe || len(moves) > 1}
		if err := p.moved.add(again); err != nil {
			return false, err
		}
	}
	return stays, nil
}

// sure puts records that are certain before those that may be copies, each in
// order of time; one line of either kind is enough.
func sure(group []record) []record {
	if len(group) > 1 {
		slices.SortStableFunc(group, func(a, b record) int {
			if a.maybe != b.maybe {
				if b.maybe {
					return -1
				}
				return 1
			}
			return cmp.Compare(b.seq, a.seq)
		})
	}
	return group
}

// stands tells whether the original with a hash lies under a full path.
func (p *pass) stands(full, sum string) (bool, error) {
	if st, err := os.Lstat(full); err != nil || !st.Mode().IsRegular() {
		return false, nil
	}
	_, is, err := Hash(p.ctx, full)
	return err == nil && is == sum, p.ctx.Err()
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
