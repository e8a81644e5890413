package raster

import "image"

// flattenAlpha lays RGBA samples on white and makes them opaque. associated tells
// that the colours are already multiplied by alpha.
func flattenAlpha(pix []byte, associated bool) {
	for i := 0; i+3 < len(pix); i += 4 {
		a := uint32(pix[i+3])
		if a == 255 {
			continue
		}
		for c := i; c < i+3; c++ {
			v := uint32(pix[c])
			if associated {
				v = min(v, a)
			} else {
				v = (v*a + 127) / 255
			}
			pix[c] = byte(v + 255 - a) //nolint:gosec // at most 255
		}
		pix[i+3] = 255
	}
}

// flattenCMYK turns the image into RGB in place. inverted tells that 255 stands
// for no ink.
func flattenCMYK(src *image.CMYK, inverted bool) *image.RGBA {
	inkToRGB(src.Pix, inverted)
	return &image.RGBA{Pix: src.Pix, Stride: src.Stride, Rect: src.Rect}
}

// inkToRGB turns CMYK samples into opaque RGBA in place.
func inkToRGB(pix []byte, inverted bool) {
	var flip byte = 255
	if inverted {
		flip = 0
	}
	for i := 0; i+3 < len(pix); i += 4 {
		p := pix[i : i+4 : i+4]
		k := uint32(p[3] ^ flip)                       // now 255 is no ink
		p[0] = byte((uint32(p[0]^flip)*k + 127) / 255) //nolint:gosec // at most 255
		p[1] = byte((uint32(p[1]^flip)*k + 127) / 255) //nolint:gosec // at most 255
		p[2] = byte((uint32(p[2]^flip)*k + 127) / 255) //nolint:gosec // at most 255
		p[3] = 255
	}
}
