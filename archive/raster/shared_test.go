package raster_test

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
)

// outcome is what becomes of a shared file: decoded, or the reason of its refusal.
const decoded = archive.Reason("decoded")

// outcomes are asserted for the files that stand for something; all others must be
// decoded or refused for a reason.
var outcomes = map[string]archive.Reason{
	// hostile
	"zero-byte.sqlite":               archive.ReasonEmpty,
	"jpeg-cmyk.jpg":                  decoded,
	"jpeg-exif-memory-error.jpg":     decoded,
	"jpeg-multiple-exif.jpg":         decoded,
	"jpeg-truncated-exif.jpg":        decoded,
	"wrong-extension-jpeg-named.jp2": decoded,
	"jpeg-ascii-ftp-damage.jpg":      archive.ReasonDamaged,
	"jpeg-bad-exif.jpg":              archive.ReasonDamaged, // its scan is corrupt as well
	"jpeg-dnl-height0.jpg":           archive.ReasonDamaged,
	"jpeg-prepended-garbage.jpg":     archive.ReasonDamaged,
	"jpeg-truncated.jpg":             archive.ReasonDamaged,
	"jpeg-truncated-vips.jpg":        archive.ReasonDamaged,
	"png-broken-stream.png":          archive.ReasonDamaged,
	"tiff-0x0.tiff":                  archive.ReasonEmpty,
	"tiff-1x0.tiff":                  archive.ReasonEmpty,
	"tiff-ccitt-bounds.tif":          decoded,
	"tiff-g3-premature-eol.tif":      decoded,
	"tiff-ifd-loop-multi.tiff":       archive.ReasonDamaged,
	"tiff-ifd-loop-self.tiff":        archive.ReasonDamaged,
	"tiff-oom-88bytes.tif":           archive.ReasonDamaged,
	"tiff-fuzz-oom-48.tif":           archive.ReasonDamaged,
	"tiff-rowsperstrip-overflow.tif": archive.ReasonDamaged,
	"gif-decompression-bomb.gif":     archive.ReasonUnsupported,
	"ofd-image-not-found.ofd":        archive.ReasonUnsupported,
	"pdf-bomb-giant.pdf":             archive.ReasonUnsupported,
	// scans
	"jp2-balloon.jp2":               archive.ReasonUnsupported,
	"photo-iphone.heic":             archive.ReasonUnsupported,
	"tiff-127-worksheet-g4.tif":     archive.ReasonDamaged, // ends amid the page
	"tiff-zstd.tif":                 archive.ReasonUnsupported,
	"tiff-0002-600dpi-letter.tif":   decoded,
	"tiff-bigtiff-be.tif":           decoded,
	"tiff-cmyk-jpeg.tif":            decoded,
	"tiff-fax-204x98dpi.tif":        decoded,
	"tiff-fivepages-scan.tif":       decoded,
	"tiff-g3-fax-letter.tif":        decoded,
	"tiff-multipage-g3.tif":         decoded,
	"tiff-ojpeg-inconsistent.tif":   decoded,
	"tiff-ojpeg-multistrip.tif":     decoded,
	"tiff-packbits-fillorder2.tif":  decoded,
	"tiff-tika-multipage.tif":       decoded,
	"tiff-xerox-jpeg-ycbcr.tif":     decoded,
	"kant-1784-p17.tif":             decoded,
	"zh-lines-exif-orientation.jpg": decoded,
}

// All hostile files, all TIFF files, and those named above; the other scans are
// for the long tests.
func TestSharedFiles(t *testing.T) {
	checkShared(t, sharedFiles(t, "hostile"))
	checkShared(t, slices.DeleteFunc(sharedFiles(t, "scans"), func(path string) bool {
		return outcomes[filepath.Base(path)] == "" && !strings.HasPrefix(filepath.Ext(path), ".tif")
	}))
}

func checkShared(t *testing.T, files []string) {
	t.Helper()
	for _, path := range files {
		name := filepath.Base(path)
		got, note := receive(t, readAll(t, path))
		t.Logf("%-12s %s %s", got, name, note)
		if want := outcomes[name]; want != "" && got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if got == "" || got == archive.ReasonUnreadable {
			t.Errorf("%s: %s", name, note)
		}
	}
}

// receive decodes all frames and holds the memory taken to what was announced.
func receive(t *testing.T, data []byte) (archive.Reason, string) {
	t.Helper()
	h, err := header(data)
	if err != nil {
		return archive.ReasonOf(err), err.Error()
	}
	for i, f := range h.Frames {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decode(data, i)
		runtime.ReadMemStats(&after)
		// All that was allocated, also what was free again in between.
		const slack = 8 << 20
		if spent := int64(after.TotalAlloc - before.TotalAlloc); spent > 2*f.Bytes()+slack {
			t.Errorf("frame %d took %d bytes where %d were announced", i, spent, f.Bytes())
		}
		if err != nil {
			return archive.ReasonOf(err), err.Error()
		}
	}
	return decoded, ""
}
