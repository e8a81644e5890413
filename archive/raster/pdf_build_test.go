package raster_test

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"
)

// pdf is a document under construction: object 1 is the catalogue, 2 the page tree.
type pdf struct {
	objects []string
	pages   []int
	encrypt string // of the trailer
}

func newPDF() *pdf { return &pdf{objects: []string{"", ""}} }

func (d *pdf) add(object string) int {
	d.objects = append(d.objects, object)
	return len(d.objects)
}

func (d *pdf) stream(dict string, data []byte) int {
	return d.add(fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data))
}

// page adds a page of w × h points. rest is more of its dictionary.
func (d *pdf) page(w, h int, rest, content string) {
	c := d.stream("", []byte(content))
	d.pages = append(d.pages, d.add(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R%s>>", w, h, c, rest)))
}

// image adds an image and gives the resources that name it Im.
func (d *pdf) image(dict string, img image.Point, data []byte) string {
	n := d.stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d%s", img.X, img.Y, dict), data)
	return fmt.Sprintf("/Resources<</XObject<</Im %d 0 R>>/Font<</F %d 0 R>>>>", n, d.helvetica())
}

func (d *pdf) helvetica() int {
	return d.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
}

func (d *pdf) bytes() []byte {
	d.objects[0] = "<</Type/Catalog/Pages 2 0 R>>"
	var kids strings.Builder
	for _, p := range d.pages {
		fmt.Fprintf(&kids, "%d 0 R ", p)
	}
	d.objects[1] = fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), len(d.pages))
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	var at []int
	for i, o := range d.objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, off := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", off)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, d.encrypt, start)
	return b.Bytes()
}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// rgbOf gives the samples of an image as PDF has them.
func rgbOf(img image.Image) []byte {
	var out []byte
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			out = append(out, c.R, c.G, c.B)
		}
	}
	return out
}

// strip gives the one strip of a TIFF sample: its fax data.
func stripOf(t *testing.T, name string) []byte {
	t.Helper()
	data := sample(t, name)
	order := binary.ByteOrder(binary.LittleEndian)
	if data[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(data[4:]))
	var off, n int
	for i := range int(order.Uint16(data[at:])) {
		entry := data[at+2+12*i:]
		v := int(order.Uint32(entry[8:]))
		if order.Uint16(entry[2:]) == 3 {
			v = int(order.Uint16(entry[8:]))
		}
		switch order.Uint16(entry) {
		case 273:
			off = v
		case 279:
			n = v
		}
	}
	if n == 0 || off+n > len(data) {
		t.Fatalf("%s has no strip", name)
	}
	return data[off : off+n]
}

// chinese adds a font that is not embedded, for text in UTF-16.
func (d *pdf) chinese() int {
	inner := d.add("<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>")
	return d.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[%d 0 R]>>", inner))
}

func utf16be(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "%04x", r)
	}
	return "<" + b.String() + ">"
}

// encrypted is a PDF under the oldest scheme (RC4, 40 bits), as ISO 32000 7.6 has it.
func encrypted(user string) []byte {
	pad := []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")
	padded := func(s string) []byte { return append([]byte(s), pad...)[:32] }
	coded := func(key, data []byte) []byte {
		c, err := rc4.NewCipher(key)
		if err != nil {
			panic(err)
		}
		out := make([]byte, len(data))
		c.XORKeyStream(out, data)
		return out
	}
	owner := md5.Sum(padded("owner"))
	o := coded(owner[:5], padded(user))
	id := []byte("0123456789abcdef")
	seed := append(append(append(padded(user), o...), 0xfc, 0xff, 0xff, 0xff), id...)
	key := md5.Sum(seed)
	u := coded(key[:5], pad)
	d := newPDF()
	d.page(100, 100, "", "")
	n := d.add(fmt.Sprintf("<</Filter/Standard/V 1/R 2/O<%x>/U<%x>/P -4>>", o, u))
	d.encrypt = fmt.Sprintf("/Encrypt %d 0 R/ID[<%x><%x>]", n, id, id)
	return d.bytes()
}
