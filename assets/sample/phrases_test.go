//go:build torture

package sample_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"lantai/assets/sample"
)

// Bare Tesseract finds every phrase on the page it is said to stand on, so whatever
// the pipeline makes of the pages, it can only be blamed on the pipeline.
func TestPhrasesAreRecognised(t *testing.T) {
	dir := t.TempDir()
	if err := sample.Extract(dir); err != nil {
		t.Fatal(err)
	}
	for _, f := range describe(t).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		out, err := exec.Command("tesseract", path, "-", "-l", "chi_sim", "--psm", "3", "--dpi", "200").Output()
		if err != nil {
			t.Fatalf("tesseract on %s: %v", f.Path, err)
		}
		pages := strings.Split(string(out), "\f")
		for i, p := range f.Pages {
			text := strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, pages[i])
			for _, phrase := range p.Expect {
				if !strings.Contains(text, phrase) {
					t.Errorf("%s page %d: no %s", f.Scan, i+1, phrase)
				}
			}
		}
	}
}

// The committed scans are what the source draws.
func TestScansAreDrawnFromSource(t *testing.T) {
	dir := t.TempDir()
	icon := filepath.Join(dir, "icon.png")
	scans := filepath.Join(dir, "scans")
	if err := os.Mkdir(scans, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "run", "./draw", "-out", scans, "-icon", icon).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	same := func(drawn, committed string) {
		a, err1 := os.ReadFile(drawn)
		b, err2 := os.ReadFile(committed)
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v %v", committed, err1, err2)
		}
	}
	same(icon, filepath.Join("..", "icon", "icon.png"))
	for _, f := range describe(t).Files {
		same(filepath.Join(scans, f.Scan), filepath.Join("scans", f.Scan))
	}
}
