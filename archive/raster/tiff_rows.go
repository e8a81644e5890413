package raster

import (
	"encoding/binary"
	"image/color"
)

// rowConverter turns unpacked rows of a segment into 8-bit samples.
type rowConverter struct {
	l     *layout
	big   bool // 16-bit samples have the high byte first
	step  int  // samples per pixel within the row
	buf   []byte
	table [256][8]byte // samples of less than 8 bits, by byte
}

func newRowConverter(l *layout, order binary.ByteOrder) *rowConverter {
	c := &rowConverter{l: l, big: order == binary.BigEndian, step: l.samples}
	if l.planes > 1 {
		c.step = 1
	}
	switch {
	case l.bits < 8:
		c.buf = make([]byte, l.segWidth*c.step+8)
		c.fillTable()
	case l.bits == 16:
		c.buf = make([]byte, l.segWidth*c.step)
	}
	return c
}

// fillTable prepares the expansion of bytes: samples scaled to 0–255, palette
// indices as they are.
func (c *rowConverter) fillTable() {
	depth := c.l.bits
	highest := byte(1<<depth - 1)
	for v := range 256 {
		b := byte(v)
		for i := range 8 / depth {
			sample := b >> (8 - depth*(i+1)) & highest
			if c.l.photometric != tiffPalette {
				sample *= 255 / highest
			}
			c.table[v][i] = sample
		}
	}
}

// samples converts a row. The result holds until the next call and may share the
// memory of row.
func (c *rowConverter) samples(row []byte) []byte {
	switch c.l.bits {
	case 8:
		if c.l.predict {
			for i := c.step; i < len(row); i++ {
				row[i] += row[i-c.step]
			}
		}
		return row
	case 16:
		return c.samples16(row)
	}
	per := 8 / c.l.bits
	n := c.l.segWidth * c.step
	for i, b := range row {
		at := i * per
		if at >= n {
			break
		}
		copy(c.buf[at:at+8], c.table[b][:])
	}
	return c.buf[:n]
}

// samples16 takes the high bytes.
func (c *rowConverter) samples16(row []byte) []byte {
	high := 1
	if c.big {
		high = 0
	}
	if c.l.predict {
		order := binary.ByteOrder(binary.LittleEndian)
		if c.big {
			order = binary.BigEndian
		}
		for i := 2 * c.step; i+1 < len(row); i += 2 {
			order.PutUint16(row[i:], order.Uint16(row[i:])+order.Uint16(row[i-2*c.step:]))
		}
	}
	for i := range c.buf {
		c.buf[i] = row[2*i+high]
	}
	return c.buf
}

func invert(row []byte) {
	for i, v := range row {
		row[i] = ^v
	}
}

// widen lays samples, step of them a pixel, out as four a pixel.
func widen(dst, samples []byte, step int) {
	switch step {
	case 3:
		for i, j := 0, 0; i+3 < len(dst) && j+2 < len(samples); i, j = i+4, j+3 {
			dst[i], dst[i+1], dst[i+2], dst[i+3] = samples[j], samples[j+1], samples[j+2], 255
		}
	default: // at least 4
		for i, j := 0, 0; i+3 < len(dst) && j+3 < len(samples); i, j = i+4, j+step {
			copy(dst[i:i+4], samples[j:j+4])
		}
	}
}

func yCbCrToRGB(pix []byte) {
	for i := 0; i+3 < len(pix); i += 4 {
		pix[i], pix[i+1], pix[i+2] = color.YCbCrToRGB(pix[i], pix[i+1], pix[i+2])
	}
}
