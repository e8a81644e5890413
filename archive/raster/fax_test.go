package raster

import (
	"bytes"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/image/ccitt"
)

// bitWriter collects codes, the highest bit of each byte first.
type bitWriter struct {
	data []byte
	n    int
}

func (w *bitWriter) write(code string) {
	for _, bit := range code {
		if w.n%8 == 0 {
			w.data = append(w.data, 0)
		}
		if bit == '1' {
			w.data[w.n/8] |= 0x80 >> (w.n % 8)
		}
		w.n++
	}
}

func (w *bitWriter) align(bits int) {
	for w.n%bits != 0 {
		w.write("0")
	}
}

func (w *bitWriter) run(n int, black bool) {
	terminating, makeUp := whiteTerminating, whiteMakeUp
	if black {
		terminating, makeUp = blackTerminating, blackMakeUp
	}
	for ; n >= 2560; n -= 2560 {
		w.write(longMakeUp[12])
	}
	if n >= 1792 {
		w.write(longMakeUp[(n-1792)/64])
	} else if n >= 64 {
		w.write(makeUp[n/64-1])
	}
	w.write(terminating[n%64])
}

// row1D codes a row by its changes of colour.
func (w *bitWriter) row1D(changes []int, width int) {
	at, black := 0, false
	for _, x := range append(slices.Clone(changes), width) {
		w.run(x-at, black)
		at, black = x, !black
	}
}

// row2D codes a row by the row above.
func (w *bitWriter) row2D(above, row []int, width int) {
	next := func(changes []int, after int, black bool) int {
		for i, x := range changes {
			if x > after && (i%2 == 1) == black {
				return x
			}
		}
		return width
	}
	vertical := map[int]string{0: "1", 1: "011", 2: "000011", 3: "0000011", -1: "010", -2: "000010", -3: "0000010"}
	a0, black := -1, false
	for a0 < width {
		a1 := next(row, a0, black)
		b1 := next(above, a0, black)
		b2 := next(above, b1, !black)
		code, near := vertical[a1-b1]
		switch {
		case b2 < a1:
			w.write("0001")
			a0 = b2
		case near:
			w.write(code)
			a0, black = a1, !black
		default:
			w.write("001")
			a2 := next(row, a1, !black)
			w.run(a1-max(a0, 0), black)
			w.run(a2-a1, !black)
			a0 = a2
		}
	}
}

// randomRows draws rows that resemble the ones above them, and some that do not.
func randomRows(r *rand.Rand, width, height int) [][]int {
	rows := make([][]int, height)
	for y := range rows {
		var row []int
		if y > 0 && r.IntN(4) > 0 {
			for _, x := range rows[y-1] {
				row = append(row, x+r.IntN(9)-4)
			}
		} else {
			for x := r.IntN(40) - 10; x < width; x += 1 + r.IntN(1+r.IntN(1+r.IntN(3000))) {
				row = append(row, x)
			}
		}
		slices.Sort(row)
		row = slices.Compact(row)
		rows[y] = slices.DeleteFunc(row, func(x int) bool { return x < 0 || x >= width })
	}
	return rows
}

// paint gives the pixels of rows.
func paint(rows [][]int, width int) []byte {
	var pix []byte
	for _, row := range rows {
		line := make([]byte, width)
		for x, i, black := 0, 0, false; x < width; x++ {
			for i < len(row) && row[i] == x {
				black, i = !black, i+1
			}
			if !black {
				line[x] = 255
			}
		}
		pix = append(pix, line...)
	}
	return pix
}

func TestFaxRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		width, height := 1+r.IntN(6000), 1+r.IntN(12)
		if r.IntN(2) == 0 {
			width = 1 + r.IntN(40)
		}
		rows := randomRows(r, width, height)
		want := paint(rows, width)
		for _, kind := range []faxKind{faxMH, faxMHWord, faxG3, faxG3Mixed, faxG4} {
			data := encodeFax(kind, rows, width)
			got := make([]byte, len(want))
			fax := newFaxReader(kind, data, width)
			for y := range height {
				changes, err := fax.next()
				if err != nil {
					t.Fatalf("kind %d, %d × %d, row %d: %v", kind, width, height, y, err)
				}
				paintRuns(got[y*width:][:width], changes, 255)
			}
			if !bytes.Equal(got, want) || fax.bad > 0 {
				t.Fatalf("kind %d, %d × %d: other pixels, %d bad rows", kind, width, height, fax.bad)
			}
		}
	}
}

func encodeFax(kind faxKind, rows [][]int, width int) []byte {
	w := &bitWriter{}
	var above []int
	for y, row := range rows {
		switch kind {
		case faxMH:
			w.align(8)
			w.row1D(row, width)
		case faxMHWord:
			w.align(16)
			w.row1D(row, width)
		case faxG3:
			w.write("000000000001")
			w.row1D(row, width)
		case faxG3Mixed:
			w.write("000000000001")
			if y%4 == 0 {
				w.write("1")
				w.row1D(row, width)
			} else {
				w.write("0")
				w.row2D(above, row, width)
			}
		case faxG4:
			w.row2D(above, row, width)
		}
		above = row
	}
	if kind == faxG4 {
		w.write("000000000001000000000001")
	}
	return w.data
}

// A row damaged in transmission leaves the rows after it whole; too many of them
// are no page.
func TestG3RecoversBehindABadRow(t *testing.T) {
	w := &bitWriter{}
	for y := range 50 {
		w.write("000000000001")
		w.run(10, false)
		if y == 7 {
			w.write("00000000101") // no such code
			continue
		}
		w.run(20, true)
		w.run(70, false)
	}
	fax := newFaxReader(faxG3, w.data, 100)
	for y := range 50 {
		changes, err := fax.next()
		if err != nil {
			t.Fatal(y, err)
		}
		if want := []int32{10, 30}; y != 7 && !slices.Equal(changes, want) {
			t.Errorf("row %d: %v", y, changes)
		}
	}
	if fax.bad != 1 {
		t.Errorf("%d bad rows", fax.bad)
	}
	if _, err := fax.next(); err != errFaxCut {
		t.Errorf("behind the last row: %v", err)
	}
	fax = newFaxReader(faxG3, bytes.Repeat([]byte{0x00, 0x13, 0x00, 0x40}, 100), 100)
	var err error
	for range 50 {
		if _, err = fax.next(); err != nil {
			break
		}
	}
	if err != errFaxBadRows {
		t.Errorf("nothing but bad rows: %v", err)
	}
}

// What the library decodes, ours decodes to the same pixels.
func FuzzG4AgainstLibrary(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 20 {
		width := 1 + r.IntN(300)
		f.Add(uint16(width), encodeFax(faxG4, randomRows(r, width, 10), width))
	}
	f.Fuzz(func(t *testing.T, w uint16, data []byte) {
		const height = 10
		width := int(w%2000) + 1
		want := image.NewGray(image.Rect(0, 0, width, height))
		theirs := ccitt.DecodeIntoGray(want, bytes.NewReader(data), ccitt.MSB, ccitt.Group4, nil)
		fax := newFaxReader(faxG4, data, width)
		got := make([]byte, width*height)
		for y := range height {
			changes, err := fax.next()
			if err != nil {
				if theirs == nil {
					t.Fatalf("row %d: %v, which the library decodes", y, err)
				}
				return
			}
			if !slices.IsSorted(changes) || len(changes) > 0 && (changes[0] < 0 || int(changes[len(changes)-1]) > width) {
				t.Fatalf("row %d of %d pixels: %v", y, width, changes)
			}
			paintRuns(got[y*width:][:width], changes, 255)
		}
		if theirs == nil && !fax.ended && !bytes.Equal(got, want.Pix) {
			t.Fatal("other pixels than the library's")
		}
	})
}

// Rows of any coding are within their width and in order, and end.
func FuzzFax(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 5))
	for kind := faxMH; kind <= faxG4; kind++ {
		f.Add(uint8(kind), uint16(99), encodeFax(kind, randomRows(r, 100, 10), 100))
	}
	f.Fuzz(func(t *testing.T, kind uint8, w uint16, data []byte) {
		width := int(w%2000) + 1
		fax := newFaxReader(faxKind(kind)%(faxG4+1), data, width)
		for y := range 50 {
			changes, err := fax.next()
			if !slices.IsSorted(changes) || len(changes) > 0 && (changes[0] < 0 || int(changes[len(changes)-1]) > width) {
				t.Fatalf("row %d of %d pixels: %v", y, width, changes)
			}
			if err != nil {
				return
			}
		}
	})
}
