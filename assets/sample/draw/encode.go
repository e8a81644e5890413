package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

func gray(img image.Image) *image.Gray {
	b := img.Bounds()
	out := image.NewGray(b)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

// reduce gives the image in a few even shades of grey, two for black and white.
func reduce(img image.Image, shades int) *image.Paletted {
	var pal color.Palette
	for i := range shades {
		pal = append(pal, color.Gray{uint8(i * 255 / (shades - 1))})
	}
	g := gray(img)
	out := image.NewPaletted(g.Bounds(), pal)
	for i, v := range g.Pix {
		out.Pix[i] = uint8((int(v)*(shades-1) + 127) / 255)
	}
	return out
}

// encodeJPEG writes a JPEG with its resolution in a JFIF header, which the standard
// library leaves out.
func encodeJPEG(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	app0 := []byte{0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 1, 0, dpi, 0, dpi, 0, 0}
	data := b.Bytes()
	return append(append(append([]byte(nil), data[:2]...), app0...), data[2:]...)
}

// encodePNG writes a PNG with its resolution (pHYs).
func encodePNG(img image.Image) []byte {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&b, img); err != nil {
		panic(err)
	}
	perMetre := uint32(7874) // 200 dpi
	chunk := []byte("pHYs")
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(binary.BigEndian.AppendUint32(chunk, perMetre), 1)
	out := []byte{0, 0, 0, 9}
	out = append(out, chunk...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
	data := b.Bytes()
	const afterHeader = 8 + 25
	return append(append(append([]byte(nil), data[:afterHeader]...), out...), data[afterHeader:]...)
}

// encodeTIFF writes black-and-white pages into one file, Deflate compressed.
func encodeTIFF(pages ...*image.Paletted) []byte {
	out := []byte{'I', 'I', 42, 0}
	link := len(out) // where the offset of the next directory belongs
	out = append(out, 0, 0, 0, 0)
	le := binary.LittleEndian
	for n, page := range pages {
		strip := packBits(page)
		data := uint32(len(out))
		out = append(out, strip...)
		res := uint32(len(out) + len(out)&1)
		out = append(out, make([]byte, len(out)&1)...)
		out = le.AppendUint32(le.AppendUint32(out, dpi), 1)
		le.PutUint32(out[link:], uint32(len(out)))
		const short, long, rational = 3, 4, 5
		entries := [][3]uint32{ // tag, type, value; each has one value
			{254, long, 2}, {256, long, uint32(page.Rect.Dx())}, {257, long, uint32(page.Rect.Dy())},
			{258, short, 1}, {259, short, 8}, {262, short, 1}, {273, long, data}, {277, short, 1},
			{278, long, uint32(page.Rect.Dy())}, {279, long, uint32(len(strip))},
			{282, rational, res}, {283, rational, res}, {296, short, 2},
		}
		out = le.AppendUint16(out, uint16(len(entries)+1))
		for _, e := range entries {
			out = le.AppendUint16(le.AppendUint16(out, uint16(e[0])), uint16(e[1]))
			out = le.AppendUint32(le.AppendUint32(out, 1), e[2])
		}
		// PageNumber: two shorts.
		out = le.AppendUint16(le.AppendUint16(out, 297), short)
		out = le.AppendUint32(out, 2)
		out = le.AppendUint16(le.AppendUint16(out, uint16(n)), uint16(len(pages)))
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return out
}

// packBits packs eight pixels a byte, 1 for white, and deflates them.
func packBits(page *image.Paletted) []byte {
	w, h := page.Rect.Dx(), page.Rect.Dy()
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		panic(err)
	}
	row := make([]byte, (w+7)/8)
	for y := range h {
		clear(row)
		for x := range w {
			if page.Pix[y*page.Stride+x] != 0 {
				row[x/8] |= 0x80 >> (x % 8)
			}
		}
		if _, err := z.Write(row); err != nil {
			panic(err) // a buffer takes all
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
