package enhance

import (
	"encoding/binary"
	"image"
)

// dilate gives each pixel the brightest value within radius r along both axes;
// erode the darkest.
func dilate(src *image.Gray, r int) *image.Gray { return extreme(src, r, 0) }
func erode(src *image.Gray, r int) *image.Gray {
	return extreme(src, r, 0xff) // the darkest value is the brightest of the negative
}

// closing takes away dark marks narrower than 2r+1 and leaves edges of larger
// things where they are.
func closing(src *image.Gray, r int) *image.Gray { return erode(dilate(src, r), r) }

// extreme gives the greatest value of src^flip around each pixel, with flip taken
// off again.
func extreme(src *image.Gray, r int, flip uint8) *image.Gray {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	// A margin of r zeros all round keeps the values of one row from the next.
	stride := w + 2*r
	field := make([]uint8, stride*(h+2*r))
	for y := range h {
		out := field[(y+r)*stride+r:][:w]
		for x, v := range src.Pix[y*src.Stride : y*src.Stride+w] {
			out[x] = v ^ flip
		}
	}
	runningMax(field, 2*r+1, 1)
	runningMax(field, 2*r+1, stride)
	dst := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		out := dst.Pix[y*w : (y+1)*w]
		for x, v := range field[y*stride:][:w] {
			out[x] = v ^ flip
		}
	}
	return dst
}

// runningMax makes each value the greatest of n that begin with it and lie step
// apart. What has been joined so far is joined with itself, so that it takes about
// log₂ n rounds.
func runningMax(field []uint8, n, step int) {
	for joined := 1; joined < n; {
		more := min(joined, n-joined)
		ahead := min(more*step, len(field))
		raise(field[:len(field)-ahead], field[ahead:])
		joined += more
	}
}

// raise makes each byte of dst at least that of by, eight at a time. by may be dst
// itself from a later byte on.
func raise(dst, by []uint8) {
	by = by[:len(dst)]
	i := 0
	for ; i+8 <= len(dst); i += 8 {
		a, b := binary.LittleEndian.Uint64(dst[i:i+8]), binary.LittleEndian.Uint64(by[i:i+8])
		// The high bit of each byte of low tells whether the other seven bits of a
		// are at least those of b; with the high bits themselves it tells a ≥ b.
		low := (a | highBits) - (b &^ highBits)
		least := (a&^b | ^(a^b)&low) & highBits
		mask := least | (least - least>>7)
		binary.LittleEndian.PutUint64(dst[i:i+8], b^(a^b)&mask)
	}
	for ; i < len(dst); i++ {
		dst[i] = max(dst[i], by[i])
	}
}
