package raster

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"slices"
)

// The JPEG markers that matter here.
const (
	markTEM   = 0x01
	markSOF0  = 0xc0
	markSOF2  = 0xc2
	markDHT   = 0xc4
	markJPG   = 0xc8
	markDAC   = 0xcc
	markRST0  = 0xd0
	markSOI   = 0xd8
	markEOI   = 0xd9
	markSOS   = 0xda
	markDQT   = 0xdb
	markDNL   = 0xdc
	markDRI   = 0xdd
	markAPP0  = 0xe0
	markAPP1  = 0xe1
	markAPP2  = 0xe2
	markAPP14 = 0xee
	markAPP15 = 0xef
	markCOM   = 0xfe
)

const (
	iccTag = "ICC_PROFILE\x00"
	// maxICC bounds a colour profile; printers' profiles have 2–3 MB.
	maxICC = 8 << 20
	// maxJPEGHead, maxSegments and maxStray bound what comes before the first
	// scan: its bytes, its segments, and bytes between them that belong to none.
	maxJPEGHead = 64 << 20
	maxSegments = 4096
	maxStray    = 4096
)

// jpegInfo is what the segments before the first scan say.
type jpegInfo struct {
	width, height int
	sof           byte // the marker: which process
	precision     int
	components    []byte // their identifiers
	resolution    resolution
	orientation   int
	icc           []byte
	adobe         int   // transform of the APP14 segment; -1: none
	jfif          bool  // has a JFIF segment
	scan          int64 // offset of the first SOS marker
	heightAt      int64 // offset of the height in SOF
	dnl           int64 // offset of the DNL segment behind the scan; 0: none needed
}

// readJPEGInfo walks the segments from the start of the file to the first scan.
func readJPEGInfo(s *source) (jpegInfo, error) {
	info := jpegInfo{adobe: -1, orientation: 1}
	var (
		jfif, exif resolution
		profile    = map[int][]byte{}
		pos        = int64(2)
	)
	for range maxSegments {
		marker, body, err := nextSegment(s, &pos)
		if err != nil {
			return info, err
		}
		size := int(pos - body)
		switch {
		case isSOF(marker):
			err = info.readSOF(s, marker, body, size)
		case marker == markAPP0 && size >= 12:
			jfif, err = info.readJFIF(s, body)
		case marker == markAPP1 && size > 14 && exif == (resolution{}):
			var p []byte
			if p, err = s.bytes(body, size); err == nil && bytes.HasPrefix(p, []byte("Exif\x00\x00")) {
				exif, info.orientation = readEXIF(p[6:])
			}
		case marker == markAPP2 && size > len(iccTag)+2:
			err = keepICC(s, body, size, profile)
		case marker == markAPP14 && size >= 12:
			var p []byte
			if p, err = s.bytes(body, 12); err == nil && bytes.HasPrefix(p, []byte("Adobe")) {
				info.adobe = int(p[11])
			}
		case marker == markSOS:
			return info.finish(s, body-4, jfif, exif, profile)
		case marker == markEOI:
			err = s.damaged("JPEG ends before its first scan")
		case marker < markSOF0, marker >= markDNL && marker < markAPP0 && marker != markDRI, marker > markAPP15 && marker != markCOM:
			err = s.damaged("JPEG segment %02x before the first scan", marker)
		}
		if err != nil {
			return info, err
		}
	}
	return info, s.damaged("no image within %d JPEG segments", maxSegments)
}

// finish draws the conclusions when the first scan is reached.
func (info jpegInfo) finish(s *source, scan int64, jfif, exif resolution, profile map[int][]byte) (jpegInfo, error) {
	if info.components == nil {
		return info, s.damaged("JPEG without a frame header")
	}
	info.scan = scan
	info.icc = joinICC(profile)
	if info.height == 0 {
		var err error
		if info.height, info.dnl, err = heightBehindScan(s, scan); err != nil {
			return info, err
		}
	}
	info.resolution = chooseResolution(jfif, exif)
	return info, nil
}

// nextSegment finds the next marker from *pos on; body is where the segment's
// content begins and *pos moves to where it ends.
func nextSegment(s *source, pos *int64) (marker byte, body int64, err error) {
	var p [4]byte
	for range maxStray {
		if n, err := s.ReadAt(p[:], *pos); n < 2 {
			return 0, 0, s.failure(err)
		}
		switch {
		case p[0] != 0xff, p[1] == 0xff: // stray and fill bytes are tolerated by all decoders
			*pos++
		case p[1] == 0, p[1] == markTEM, p[1] >= markRST0 && p[1] <= markSOI:
			*pos += 2
		case p[1] == markEOI:
			*pos += 2
			return markEOI, *pos, nil
		default:
			n := int64(be16(p[2:]))
			if n < 2 || *pos+2+n > min(s.size, maxJPEGHead) {
				return 0, 0, s.damaged("JPEG segment %02x of %d bytes at %d runs over the end", p[1], n, *pos)
			}
			body = *pos + 4
			*pos += 2 + n
			return p[1], body, nil
		}
	}
	return 0, 0, s.damaged("no JPEG segment at %d", *pos)
}

func isSOF(marker byte) bool {
	return marker >= markSOF0 && marker <= 0xcf && marker != markDHT && marker != markJPG && marker != markDAC
}

func (info *jpegInfo) readSOF(s *source, marker byte, body int64, size int) error {
	p, err := s.bytes(body, size)
	if err != nil {
		return err
	}
	if info.components != nil || len(p) < 6 || len(p) < 6+3*int(p[5]) || p[5] == 0 {
		return s.damaged("JPEG frame header of %d bytes", len(p))
	}
	info.sof, info.precision = marker, int(p[0])
	info.height, info.width = be16(p[1:]), be16(p[3:])
	info.heightAt = body + 1
	for i := range int(p[5]) {
		info.components = append(info.components, p[6+3*i])
	}
	switch {
	case marker > markSOF2:
		return s.unsupported("JPEG of process SOF%d (lossless, hierarchical or arithmetic)", marker-markSOF0)
	case info.precision != 8:
		return s.unsupported("JPEG of %d bits per sample", info.precision)
	case len(info.components) == 2 || len(info.components) > 4:
		return s.unsupported("JPEG of %d components", len(info.components))
	}
	return nil
}

func (info *jpegInfo) readJFIF(s *source, body int64) (resolution, error) {
	p, err := s.bytes(body, 12)
	if err != nil || !bytes.HasPrefix(p, []byte("JFIF\x00")) {
		return resolution{}, err
	}
	info.jfif = true
	x, y := float64(be16(p[8:])), float64(be16(p[10:]))
	switch p[7] {
	case 1:
		return resolution{x, y}, nil
	case 2:
		return resolution{x * cmPerInch, y * cmPerInch}, nil
	}
	return resolution{}, nil // an aspect ratio only
}

// keepICC files one chunk of a colour profile under its number.
func keepICC(s *source, body int64, size int, profile map[int][]byte) error {
	p, err := s.bytes(body, size)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(p, []byte(iccTag)) {
		profile[int(p[len(iccTag)])] = p[len(iccTag)+2:]
	}
	return nil
}

// joinICC puts the chunks together; a profile with a chunk missing is dropped.
func joinICC(profile map[int][]byte) []byte {
	var icc []byte
	for i := 1; i <= len(profile); i++ {
		chunk, ok := profile[i]
		if !ok || len(icc)+len(chunk) > maxICC {
			return nil
		}
		icc = append(icc, chunk...)
	}
	return soundICC(icc)
}

// soundICC gives the profile back if it has the form of one.
func soundICC(icc []byte) []byte {
	if len(icc) < 128 || string(icc[36:40]) != "acsp" {
		return nil
	}
	return slices.Clip(icc)
}

// heightBehindScan finds the DNL segment that gives the height of a JPEG whose
// frame header leaves it open.
func heightBehindScan(s *source, scan int64) (height int, at int64, err error) {
	const step = 64 << 10
	buf := make([]byte, step+6)
	for off := scan + 4; off < s.size; off += step {
		n, err := s.ReadAt(buf, off)
		if n < 6 {
			return 0, 0, s.failure(err)
		}
		if i := bytes.Index(buf[:n], []byte{0xff, markDNL, 0, 4}); i >= 0 && i+6 <= n {
			return be16(buf[i+4:]), off + int64(i), nil
		}
	}
	return 0, 0, s.damaged("JPEG does not tell its height")
}

func (info jpegInfo) frame() Frame {
	f := Frame{
		Width: info.width, Height: info.height, Orientation: info.orientation,
		BitsPerSample: info.precision, Samples: len(info.components),
		Compression: compressJPEG, Progressive: info.sof == markSOF2, ICC: info.icc,
	}
	f.setResolution(info.resolution)
	ids := string(info.components)
	switch {
	case len(ids) == 1:
		f.Photometric = photoGrey
	case len(ids) == 4 && info.adobe == 2:
		f.Photometric = photoYCCK
	case len(ids) == 4:
		f.Photometric = photoCMYK
	case !info.jfif && (info.adobe == 0 || info.adobe < 0 && ids == "RGB"):
		f.Photometric = photoRGB
	default:
		f.Photometric = photoYCbCr
	}
	return f
}

// decodeJPEG decodes a JPEG file.
func decodeJPEG(s *source) (image.Image, error) {
	info, err := readJPEGInfo(s)
	if err != nil {
		return nil, err
	}
	r, err := info.completed(s)
	if err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(r)
	if err != nil {
		return nil, err
	}
	if cmyk, ok := img.(*image.CMYK); ok {
		// Without Adobe's mark the values are not inverted.
		return flattenCMYK(cmyk, info.adobe < 0), nil
	}
	return img, nil
}

// completed gives the file with what the decoder misses: the height, where it
// stands behind the scan, and the mark that tells four components to be CMYK.
func (info jpegInfo) completed(s *source) (io.Reader, error) {
	unmarked := len(info.components) == 4 && info.adobe < 0
	if info.dnl == 0 && !unmarked {
		return s.section(0, s.size), nil
	}
	head, err := s.bytes(0, int(info.scan))
	if err != nil {
		return nil, err
	}
	head[info.heightAt], head[info.heightAt+1] = byte(info.height>>8), byte(info.height) //nolint:gosec // two bytes of the file
	if unmarked {
		head = append(head, adobeSegment(0)...)
	}
	if info.dnl == 0 {
		return io.MultiReader(bytes.NewReader(head), s.section(info.scan, s.size-info.scan)), nil
	}
	rest := info.dnl + 6
	return io.MultiReader(bytes.NewReader(head), s.section(info.scan, info.dnl-info.scan), s.section(rest, s.size-rest)), nil
}

// adobeSegment is an APP14 segment: transform 0 means RGB or CMYK, 1 YCbCr, 2 YCCK.
func adobeSegment(transform byte) []byte {
	return []byte{0xff, markAPP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform}
}
