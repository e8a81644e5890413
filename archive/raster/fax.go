package raster

import (
	"errors"
	"math/bits"
)

// faxKind is one of the CCITT codings of 1-bit rows (ITU-T T.4 and T.6).
type faxKind int

const (
	faxMH      faxKind = iota // one-dimensional, rows on byte limits, no end-of-line codes
	faxMHWord                 // the same, rows on limits of two bytes
	faxG3                     // T.4, one-dimensional
	faxG3Mixed                // T.4, two-dimensional rows between one-dimensional ones
	faxG4                     // T.6
)

var (
	errFaxCode         = errors.New("fax: no such code")
	errFaxCut          = errors.New("fax: data end before the last row")
	errFaxBadRows      = errors.New("fax: too many rows with transmission errors")
	errFaxUncompressed = errors.New("fax: uncompressed mode")
)

// faxReader decodes rows of one strip or tile. Rows damaged on the line are part
// of many a fax as it was received: in Group 3, where codes mark the ends of rows,
// such a row is white from the damage on; data of the other kinds must be sound.
type faxReader struct {
	kind  faxKind
	width int32
	bits  faxBits
	ref   []int32 // where the row above changes colour, ending in width three times
	cur   []int32
	rows  int  // decoded
	bad   int  // of them, with errors
	ended bool // an end-of-page code was met: what follows is white
}

func newFaxReader(kind faxKind, data []byte, width int) *faxReader {
	f := &faxReader{kind: kind, width: int32(width), bits: faxBits{data: data}} //nolint:gosec // limited by the header, or at most 32 bits
	f.cur = f.sentinels(make([]int32, 0, 64))
	return f
}

func (f *faxReader) sentinels(row []int32) []int32 { return append(row, f.width, f.width, f.width) }

// next decodes a row and gives the places where it changes colour: to black, to
// white, and so on, from white at 0 on. The slice holds until the next call.
func (f *faxReader) next() ([]int32, error) {
	f.ref, f.cur = f.cur, f.ref[:0]
	err := f.row()
	n := len(f.cur)
	f.cur = f.sentinels(f.cur)
	f.rows++
	if f.kind == faxG3 || f.kind == faxG3Mixed {
		if f.bad > 8+f.rows/4 {
			err = errFaxBadRows
		}
	}
	return f.cur[:n], err
}

func (f *faxReader) row() error {
	if f.ended {
		return nil
	}
	switch f.kind {
	case faxMH:
		f.bits.align(8)
		return f.row1D()
	case faxMHWord:
		f.bits.align(16)
		return f.row1D()
	case faxG4:
		if f.bits.peek(24) == 0x001001 {
			f.ended = true
			return nil
		}
		return f.row2D()
	}
	return f.rowG3()
}

// rowG3 decodes a row of T.4 behind its end-of-line code, fill bits and tag.
func (f *faxReader) rowG3() error {
	ends, flat := 0, true
	for {
		zeros := bits.LeadingZeros32(f.bits.peek(32))
		if zeros < 11 {
			break
		}
		if zeros >= 32 { // fill
			f.bits.skip(16)
			if f.bits.over() {
				return errFaxCut
			}
			continue
		}
		f.bits.skip(zeros + 1)
		ends++
		if f.kind == faxG3Mixed {
			flat = f.bits.peek(1) == 1
			f.bits.skip(1)
		}
		if ends >= 6 {
			f.ended = true
			return nil
		}
	}
	var err error
	if flat {
		err = f.row1D()
	} else {
		err = f.row2D()
	}
	if err == nil {
		return nil
	}
	if f.bits.over() {
		return errFaxCut
	}
	// The row stays as far as it was understood; go on behind the next end of line.
	f.bad++
	if len(f.cur)&1 == 1 { // a black run without an end
		f.cur = f.cur[:len(f.cur)-1]
	}
	for bits.LeadingZeros32(f.bits.peek(32)) < 11 {
		f.bits.skip(1)
		if f.bits.over() {
			return errFaxCut
		}
	}
	return nil
}

// change notes a change of colour at x. Two at one place are none. A white run up
// to the edge ends without one, a black one with a change at width.
func (f *faxReader) change(x int32) {
	if n := len(f.cur); n > 0 && f.cur[n-1] == x {
		f.cur = f.cur[:n-1]
	} else {
		f.cur = append(f.cur, x)
	}
}

// row1D decodes runs of alternating colour until the row is full.
func (f *faxReader) row1D() error {
	var x int32
	for black := false; x < f.width; black = !black {
		n, err := f.run(black)
		if err == errFaxCode && n > 0 && n == f.width-x {
			err = nil // some encoders leave out the terminating code of a full row
		}
		if err != nil {
			return err
		}
		if n > f.width-x {
			return errFaxCode
		}
		if x += n; x < f.width || black {
			f.change(x)
		}
	}
	return nil
}

// run reads the length of a run: any number of make-up codes, then a terminating
// one. With errFaxCode it gives what the make-up codes came to.
func (f *faxReader) run(black bool) (int32, error) {
	table := whiteRuns
	if black {
		table = blackRuns
	}
	var total int32
	for {
		c := table[f.bits.peek(runCodeBits)]
		if c.bits == 0 {
			return total, errFaxCode
		}
		f.bits.skip(int(c.bits))
		if f.bits.over() {
			return 0, errFaxCut
		}
		total += int32(c.run)
		if c.run < 64 {
			return total, nil
		}
		if total > f.width {
			return 0, errFaxCode
		}
	}
}

// row2D decodes a row by its differences to the one above.
func (f *faxReader) row2D() error {
	var (
		a0    int32 = -1
		at    int   // index into ref; even: changes to black
		black bool
		ref   = f.ref
	)
	for a0 < f.width {
		// b1: the first change above, right of a0, to the colour opposite to this.
		for ref[at] <= a0 && ref[at] < f.width {
			at += 2
		}
		c := faxModes[f.bits.peek(modeCodeBits)]
		f.bits.skip(int(c.bits))
		if f.bits.over() {
			return errFaxCut
		}
		switch c.mode {
		case modePass:
			a0 = ref[at+1]
			if a0 >= f.width && black {
				f.change(f.width)
			}
		case modeHorizontal:
			end, err := f.twoRuns(max(a0, 0), black)
			if err != nil {
				return err
			}
			a0 = end
		case modeVertical:
			a1 := ref[at] + int32(c.shift)
			if a1 < a0 || a1 < 0 || a1 > f.width {
				return errFaxCode
			}
			if a1 < f.width || black {
				f.change(a1)
			}
			a0, black = a1, !black
			if at > 0 {
				at--
			} else {
				at++
			}
		case modeExtension:
			return errFaxUncompressed
		default:
			return errFaxCode
		}
	}
	return nil
}

// twoRuns decodes a run of the colour and one of the other from x on, and gives
// where they end.
func (f *faxReader) twoRuns(x int32, black bool) (int32, error) {
	for range 2 {
		n, err := f.run(black)
		if err != nil {
			return 0, err
		}
		if n > f.width-x {
			return 0, errFaxCode
		}
		x += n
		if x < f.width || black {
			f.change(x)
		}
		black = !black
	}
	return x, nil
}

// faxBits reads bits, the highest of each byte first. Behind the data come zeros.
type faxBits struct {
	data []byte
	pos  int // bytes taken from data
	acc  uint64
	n    int // valid bits of acc, from the top
	past int // bytes taken from behind the data
}

// peek gives the next n ≤ 32 bits.
func (b *faxBits) peek(n int) uint32 {
	for b.n < n {
		var next byte
		if b.pos < len(b.data) {
			next = b.data[b.pos]
			b.pos++
		} else {
			b.past++
		}
		b.acc |= uint64(next) << (56 - b.n)
		b.n += 8
	}
	return uint32(b.acc >> (64 - n)) //nolint:gosec // limited by the header, or at most 32 bits
}

// skip drops n bits; they must have been peeked at.
func (b *faxBits) skip(n int) {
	b.acc <<= n
	b.n -= n
}

// align drops what is left of a group of 8 or 16 bits, counted from the start.
func (b *faxBits) align(group int) {
	used := (b.pos+b.past)*8 - b.n
	if rest := used % group; rest != 0 {
		b.peek(group - rest)
		b.skip(group - rest)
	}
}

// over reports whether bits from behind the data were used.
func (b *faxBits) over() bool { return b.past*8 > b.n }
