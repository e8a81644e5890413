package sample_test

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/assets/sample"
)

func describe(t *testing.T) sample.Description {
	t.Helper()
	d, err := sample.Describe()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Every code fits the scheme of its series, every path links where it should.
func TestCatalogueHoldsTogether(t *testing.T) {
	d := describe(t)
	var schemes []refcode.Scheme
	inSeries := func(h sample.Holding) refcode.Scheme {
		i := slices.IndexFunc(d.Series, func(s sample.Series) bool { return s.Fonds == h.Fonds && s.Category == h.Category })
		if i < 0 {
			t.Fatalf("%s: no series", h.Code)
		}
		s, ok := refcode.Builtin(d.Series[i].Scheme)
		if !ok || s.Method != d.Series[i].Method {
			t.Fatalf("%s: scheme %s", h.Code, d.Series[i].Scheme)
		}
		schemes = append(schemes, s)
		return s
	}
	codes := make(map[string]bool)
	for _, h := range d.Holdings {
		s := inSeries(h)
		if p := s.Check(h.Code); len(p) > 0 || s.Kind(h.Code) != h.Kind {
			t.Errorf("%s: %v, kind %s", h.Code, p, s.Kind(h.Code))
		}
		if v, _ := s.Parse(h.Code); v[refcode.FondsNo] != h.Fonds {
			t.Errorf("%s is of fonds %s", h.Code, h.Fonds)
		}
		if codes[h.Code] {
			t.Errorf("%s twice", h.Code)
		}
		codes[h.Code] = true
	}
	linked := make(map[string]bool)
	for _, f := range d.Files {
		m, ok := refcode.FromPath(f.Path, schemes, func(code string) bool { return codes[code] })
		if ok != (f.Code != "") || m.Code != f.Code {
			t.Errorf("%s links to %+v %v, want %q", f.Path, m, ok, f.Code)
		}
		linked[f.Code] = true
	}
	for code := range codes {
		if !linked[code] {
			t.Errorf("%s has no scan", code)
		}
	}
}

func TestScans(t *testing.T) {
	d := describe(t)
	total := 0
	listed := make(map[string]bool)
	for _, f := range d.Files {
		listed[f.Scan] = true
		data, err := fs.ReadFile(sample.Scans(), f.Scan)
		if err != nil {
			t.Fatal(err)
		}
		total += len(data)
		frames := 1
		if strings.HasSuffix(f.Scan, ".tif") {
			frames = tiffFrames(data)
		} else if img, _, err := image.Decode(bytes.NewReader(data)); err != nil || img.Bounds().Dx() < 1000 {
			t.Errorf("%s: %v", f.Scan, err)
		}
		if frames != len(f.Pages) {
			t.Errorf("%s: %d frames, %d pages described", f.Scan, frames, len(f.Pages))
		}
		for _, p := range f.Pages {
			if len(p.Expect) == 0 {
				t.Errorf("%s: no phrase", f.Scan)
			}
		}
	}
	if total > 3<<20 {
		t.Errorf("%d bytes of scans", total)
	}
	err := fs.WalkDir(sample.Scans(), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !listed[path] {
			t.Errorf("%s is not in sample.json", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// tiffFrames follows the chain of directories of a little-endian TIFF.
func tiffFrames(data []byte) int {
	n := 0
	for at := binary.LittleEndian.Uint32(data[4:]); at != 0 && n < 100; n++ {
		entries := uint32(binary.LittleEndian.Uint16(data[at:]))
		at = binary.LittleEndian.Uint32(data[at+2+12*entries:])
	}
	return n
}

func TestExtract(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second time finds all there
		if err := sample.Extract(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range describe(t).Files {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		want, _ := fs.ReadFile(sample.Scans(), f.Scan)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	own := filepath.Join(dir, "未整理", "介绍信.jpg")
	if err := os.WriteFile(own, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := sample.Extract(dir); archive.KindOf(err) != archive.Conflict {
		t.Errorf("somebody else's file: %v", err)
	}
	if got, _ := os.ReadFile(own); string(got) != "mine" {
		t.Error("overwritten")
	}
}
