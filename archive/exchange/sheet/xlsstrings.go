package sheet

import (
	"bytes"
	"errors"
	"unicode/utf16"
)

// sstReader reads the shared strings across their CONTINUE records.
type sstReader struct {
	r    *records
	data []byte
}

// take gives the next n bytes, which may go on in the next record.
func (s *sstReader) take(n int) ([]byte, error) {
	if len(s.data) >= n {
		b := s.data[:n]
		s.data = s.data[n:]
		return b, nil
	}
	out := bytes.Clone(s.data)
	s.data = nil
	for len(out) < n {
		if err := s.goOn(); err != nil {
			return nil, err
		}
		k := min(n-len(out), len(s.data))
		out = append(out, s.data[:k]...)
		s.data = s.data[k:]
	}
	return out, nil
}

func (s *sstReader) goOn() error {
	if s.r.peek() != recContinue {
		return errXLS
	}
	_, data, err := s.r.next()
	s.data = data
	return err
}

// skip passes over n bytes.
func (s *sstReader) skip(n int) error {
	for n > len(s.data) {
		n -= len(s.data)
		if err := s.goOn(); err != nil {
			return err
		}
	}
	s.data = s.data[n:]
	return nil
}

// readShared reads the SST record: [MS-XLS] 2.4.265, 2.5.293.
func (b *xlsBook) readShared(r *records, data []byte) error {
	if len(data) < 8 {
		return errXLS
	}
	count := int(le32(data[4:]))
	s := &sstReader{r: r, data: data[8:]}
	var text []byte
	for range count {
		head, err := s.take(3)
		if err != nil {
			return err
		}
		n, flags := int(le16(head)), head[2]
		runs, far := 0, 0
		if flags&8 != 0 {
			if head, err = s.take(2); err != nil {
				return err
			}
			runs = int(le16(head))
		}
		if flags&4 != 0 {
			if head, err = s.take(4); err != nil {
				return err
			}
			far = int(int32(le32(head))) //nolint:gosec // the same bits: a signed distance
		}
		if text, err = s.characters(text[:0], n, flags&1 != 0); err != nil {
			return err
		}
		if far < 0 {
			return errXLS
		}
		if err := s.skip(4*runs + far); err != nil {
			return err
		}
		if err := b.shared.add(text); err != nil {
			return err
		}
	}
	return nil
}

// characters reads n characters. Where they go on in the next record, that begins with
// a byte which says anew how wide they are.
func (s *sstReader) characters(dst []byte, n int, wide bool) ([]byte, error) {
	var units []uint16
	for n > 0 {
		if len(s.data) == 0 {
			if err := s.goOn(); err != nil || len(s.data) == 0 {
				return nil, errors.Join(errXLS, err)
			}
			wide = s.data[0]&1 != 0
			s.data = s.data[1:]
		}
		width := 1
		if wide {
			width = 2
		}
		k := min(n, len(s.data)/width)
		if k == 0 {
			return nil, errXLS
		}
		for i := range k {
			if wide {
				units = append(units, le16(s.data[2*i:]))
			} else {
				units = append(units, uint16(s.data[i]))
			}
		}
		s.data = s.data[k*width:]
		n -= k
	}
	return append(dst, string(utf16.Decode(units))...), nil
}
