package vault

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
)

// sorter orders any number of records by path in bounded memory: full runs go to
// unnamed files. Records with one path keep the order in which they were added.
type sorter struct {
	dir  string
	size int // records in memory at once
	run  []record
	runs []*os.File
	n    int
}

// runSize keeps a run of ordinary paths below about 20 MB.
const runSize = 1 << 16

func newSorter(dir string) *sorter { return &sorter{dir: dir, size: runSize} }

func (s *sorter) add(r record) error {
	s.run = append(s.run, r)
	s.n++
	if len(s.run) < s.size {
		return nil
	}
	return s.spill()
}

func (s *sorter) close() {
	for _, f := range s.runs {
		f.Close()
		os.Remove(f.Name())
	}
	s.runs, s.run = nil, nil
}

func (s *sorter) sortRun() {
	slices.SortStableFunc(s.run, func(a, b record) int { return strings.Compare(a.path, b.path) })
}

func (s *sorter) spill() error {
	s.sortRun()
	f, err := os.CreateTemp(s.dir, "sorting-*.part")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriterSize(f, 1<<18)
	for _, r := range s.run {
		if _, err := w.Write(packRecord(r)); err != nil {
			return err
		}
	}
	s.run = s.run[:0]
	return w.Flush()
}

// sorted yields all records in order. It may be ranged over again.
func (s *sorter) sorted() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		s.sortRun()
		sources := make([]iter.Seq2[record, error], 0, len(s.runs)+1)
		for _, f := range s.runs {
			sources = append(sources, readRun(f))
		}
		sources = append(sources, func(yield func(record, error) bool) {
			for _, r := range s.run {
				if !yield(r, nil) {
					return
				}
			}
		})
		for r, err := range merged(sources...) {
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// packRecord gives the form in which readRecord reads it again.
func packRecord(r record) []byte {
	var b []byte
	for _, s := range []string{r.path, r.sum, r.to} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	seq := r.seq << 1
	if r.maybe {
		seq |= 1
	}
	return binary.AppendUvarint(b, seq)
}

func readRun(f *os.File) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		size, err := f.Seek(0, io.SeekEnd)
		if err != nil {
			yield(record{}, err)
			return
		}
		in := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 1<<18)
		for {
			r, err := readRecord(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// readRecord reads what packRecord packed in this process; io.EOF at the end.
func readRecord(in *bufio.Reader) (r record, err error) {
	for _, s := range []*string{&r.path, &r.sum, &r.to} {
		n, err := binary.ReadUvarint(in)
		if err != nil {
			if s != &r.path {
				err = io.ErrUnexpectedEOF
			}
			return r, err
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(in, b); err != nil {
			return r, io.ErrUnexpectedEOF
		}
		*s = string(b)
	}
	seq, err := binary.ReadUvarint(in)
	if err != nil {
		return r, io.ErrUnexpectedEOF
	}
	r.seq, r.maybe = seq>>1, seq&1 == 1
	return r, nil
}

// merged joins sequences that are each in order. Of equal paths the earlier
// sequence comes first.
func merged(sources ...iter.Seq2[record, error]) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		var h cursors
		for i, s := range sources {
			next, stop := iter.Pull2(s)
			defer stop()
			c := &cursor{next: next, rank: i}
			if c.advance() {
				h = append(h, c)
			}
		}
		heap.Init(&h)
		for len(h) > 0 {
			c := h[0]
			if !yield(c.r, c.err) || c.err != nil {
				return
			}
			if c.advance() {
				heap.Fix(&h, 0)
			} else {
				heap.Pop(&h)
			}
		}
	}
}

// cursor stands at one record of a sequence.
type cursor struct {
	next func() (record, error, bool)
	rank int
	r    record
	err  error
}

func (c *cursor) advance() (ok bool) {
	c.r, c.err, ok = c.next()
	return ok
}

// cursors is a heap of them: errors first, then by path, then by rank.
type cursors []*cursor

func (h cursors) Len() int      { return len(h) }
func (h cursors) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h cursors) Less(i, j int) bool {
	if (h[i].err != nil) != (h[j].err != nil) {
		return h[i].err != nil
	}
	if d := strings.Compare(h[i].r.path, h[j].r.path); d != 0 {
		return d < 0
	}
	return h[i].rank < h[j].rank
}

// Push is for the heap.
func (h *cursors) Push(x any) { *h = append(*h, x.(*cursor)) }

// Pop is for the heap.
func (h *cursors) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
