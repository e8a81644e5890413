package raster

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"strconv"

	"lantai/archive"
)

// EncodeJPEG writes img as baseline JPEG with its resolution (JFIF density; 0
// leaves it out) and colour profile (APP2; nil: none; a profile made for another
// number of channels is left out). Grey stays grey. Quality is 1–100.
func EncodeJPEG(w io.Writer, img image.Image, quality int, dpi float64, icc []byte) error {
	_, grey := img.(*image.Gray)
	head := []byte{0xff, markSOI, 0xff, markAPP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0}
	if density := math.Round(dpi); density >= 1 && density <= math.MaxUint16 {
		head[13] = 1 // per inch
		binary.BigEndian.PutUint16(head[14:], uint16(density))
		binary.BigEndian.PutUint16(head[16:], uint16(density))
	}
	if suits(icc, grey) {
		head = append(head, iccSegments(icc)...)
	}
	// The library writes the two bytes of SOI first, and no segments of its own
	// that tell resolution or colour.
	err := jpeg.Encode(&splice{w: w, after: 2, drop: true, insert: head}, img, &jpeg.Options{Quality: min(max(quality, 1), 100)})
	return archive.Wrap("write JPEG", "", err)
}

// suits reports whether a profile describes images of this kind.
func suits(icc []byte, grey bool) bool {
	if soundICC(icc) == nil {
		return false
	}
	space := string(icc[16:20])
	return grey && space == "GRAY" || !grey && space == "RGB "
}

// iccSegments cuts a profile into APP2 segments.
func iccSegments(icc []byte) []byte {
	const most = 0xffff - 2 - len(iccTag) - 2
	total := (len(icc) + most - 1) / most
	if total > 255 {
		return nil
	}
	var out []byte
	for i := 1; len(icc) > 0; i++ {
		n := min(len(icc), most)
		size := n + 2 + len(iccTag) + 2
		out = append(out, 0xff, markAPP2, byte(size>>8), byte(size)) //nolint:gosec // at most 0xffff: cut so above
		out = append(append(out, iccTag...), byte(i), byte(total))
		out = append(out, icc[:n]...)
		icc = icc[n:]
	}
	return out
}

// EncodePNG writes img as PNG with its resolution (pHYs; 0 leaves it out). Grey
// stays grey. It is tuned for speed, not for the smallest file.
func EncodePNG(w io.Writer, img image.Image, dpi float64) error {
	const header = 8 + 25 // signature and IHDR, which the library writes first
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	var phys []byte
	if perMetre := math.Round(dpi * 100 / cmPerInch); perMetre >= 1 && perMetre <= math.MaxInt32 {
		phys = binary.BigEndian.AppendUint32(phys, 9)
		phys = append(phys, "pHYs"...)
		phys = binary.BigEndian.AppendUint32(phys, uint32(perMetre))
		phys = binary.BigEndian.AppendUint32(phys, uint32(perMetre))
		phys = append(phys, 1)
		phys = binary.BigEndian.AppendUint32(phys, crc32.ChecksumIEEE(phys[4:]))
	}
	return archive.Wrap("write PNG", "", encoder.Encode(&splice{w: w, after: header, insert: phys}, img))
}

// splice passes a stream on and puts bytes in behind its first after bytes, or in
// place of them.
type splice struct {
	w      io.Writer
	after  int
	drop   bool
	insert []byte
}

func (s *splice) Write(p []byte) (int, error) {
	total := len(p)
	if s.insert != nil {
		n := min(s.after, len(p))
		if !s.drop {
			if _, err := s.w.Write(p[:n]); err != nil {
				return 0, err
			}
		}
		if s.after -= n; s.after > 0 {
			return total, nil
		}
		if _, err := s.w.Write(s.insert); err != nil {
			return 0, err
		}
		s.insert, p = nil, p[n:]
	}
	if len(p) > 0 {
		if _, err := s.w.Write(p); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// EncodePNM writes img uncompressed: PGM for grey, PPM for colour. It is the
// fastest way to hand pixels to another program; it carries no resolution.
func EncodePNM(w io.Writer, img image.Image) error {
	b := img.Bounds()
	grey, isGrey := img.(*image.Gray)
	kind := "P6"
	if isGrey {
		kind = "P5"
	}
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteString(kind + "\n" + strconv.Itoa(b.Dx()) + " " + strconv.Itoa(b.Dy()) + "\n255\n")
	if isGrey && grey.Stride == b.Dx() {
		out.Write(grey.Pix[:b.Dx()*b.Dy()]) // past the buffer for the most part
		return archive.Wrap("write PNM", "", out.Flush())
	}
	if isGrey {
		for y := b.Min.Y; y < b.Max.Y; y++ {
			i := grey.PixOffset(b.Min.X, y)
			out.Write(grey.Pix[i : i+b.Dx()])
		}
		return archive.Wrap("write PNM", "", out.Flush())
	}
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	packed := make([]byte, 3*b.Dx())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		draw.Draw(row, row.Rect, img, image.Pt(b.Min.X, y), draw.Src)
		for i, j := 0, 0; j < len(packed); i, j = i+4, j+3 {
			packed[j], packed[j+1], packed[j+2] = row.Pix[i], row.Pix[i+1], row.Pix[i+2]
		}
		out.Write(packed)
	}
	return archive.Wrap("write PNM", "", out.Flush())
}
