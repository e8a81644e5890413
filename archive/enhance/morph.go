package enhance

import "image"

// dilate gives each pixel the brightest value within radius r along both axes;
// erode the darkest. Both are separable and take the same time for every r
// (van Herk and Gil-Werman, 1992/1993).
func dilate(src *image.Gray, r int) *image.Gray { return extreme(src, r, true) }
func erode(src *image.Gray, r int) *image.Gray  { return extreme(src, r, false) }

// closing takes away dark marks narrower than 2r+1 and leaves edges of larger
// things where they are.
func closing(src *image.Gray, r int) *image.Gray { return erode(dilate(src, r), r) }

func extreme(src *image.Gray, r int, brightest bool) *image.Gray {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	flip := uint8(0)
	if !brightest {
		flip = 0xff // the darkest value is the brightest of the negative
	}
	dst := image.NewGray(image.Rect(0, 0, w, h))
	if w == 0 || h == 0 {
		return dst
	}
	alongRows(dst, src, r, flip)
	downColumns(dst, r, flip)
	return dst
}

// alongRows writes the running maximum over 2r+1 pixels of each row of src^flip.
func alongRows(dst, src *image.Gray, r int, flip uint8) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	k := 2*r + 1
	n := (w + 2*r + k - 1) / k * k
	line, left, right := make([]uint8, n), make([]uint8, n), make([]uint8, n)
	for y := range h {
		for x, v := range src.Pix[y*src.Stride : y*src.Stride+w] {
			line[r+x] = v ^ flip
		}
		for i := 0; i < n; i += k {
			left[i] = line[i]
			for j := i + 1; j < i+k; j++ {
				left[j] = max(left[j-1], line[j])
			}
			right[i+k-1] = line[i+k-1]
			for j := i + k - 2; j >= i; j-- {
				right[j] = max(right[j+1], line[j])
			}
		}
		out := dst.Pix[y*w : (y+1)*w]
		lo, hi := right[:w], left[2*r:2*r+w]
		for x := range out {
			out[x] = max(lo[x], hi[x])
		}
	}
}

// downColumns does the same for the columns of dst in place, whole rows at a
// time so that memory is read in order, and takes flip off again.
func downColumns(dst *image.Gray, r int, flip uint8) {
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	k := 2*r + 1
	src := append([]uint8(nil), dst.Pix...)
	left, right := make([]uint8, k*w), make([]uint8, k*w)
	row := func(y int) []uint8 { return src[y*w : (y+1)*w] }
	// Block b covers rows b·k … b·k+k−1 of the padded page, whose row i is row
	// i−r of src. Row y needs right of padded row y and left of padded row y+2r.
	prefix := func(b int) {
		for j := range k {
			out := left[j*w : (j+1)*w]
			y := b*k + j - r
			inside := y >= 0 && y < h
			switch {
			case j == 0 && inside:
				copy(out, row(y))
			case j == 0:
				clear(out)
			case inside:
				maxRows(out, left[(j-1)*w:j*w], row(y))
			default:
				copy(out, left[(j-1)*w:j*w])
			}
		}
	}
	suffix := func(b int) {
		for j := k - 1; j >= 0; j-- {
			out := right[j*w : (j+1)*w]
			y := b*k + j - r
			inside := y >= 0 && y < h
			switch {
			case j == k-1 && inside:
				copy(out, row(y))
			case j == k-1:
				clear(out)
			case inside:
				maxRows(out, right[(j+1)*w:(j+2)*w], row(y))
			default:
				copy(out, right[(j+1)*w:(j+2)*w])
			}
		}
	}
	leftBlock := -1
	for y := range h {
		if y%k == 0 {
			suffix(y / k)
		}
		if b := (y + 2*r) / k; b != leftBlock {
			prefix(b)
			leftBlock = b
		}
		out := dst.Pix[y*w : (y+1)*w]
		lo, hi := right[y%k*w:(y%k+1)*w], left[(y+2*r)%k*w:((y+2*r)%k+1)*w]
		for x := range out {
			out[x] = max(lo[x], hi[x]) ^ flip
		}
	}
}

func maxRows(dst, a, b []uint8) {
	a, b = a[:len(dst)], b[:len(dst)]
	for x := range dst {
		dst[x] = max(a[x], b[x])
	}
}
