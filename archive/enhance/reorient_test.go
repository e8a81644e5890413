package enhance_test

import (
	"image"
	"image/color"
	"testing"

	"lantai/archive"
	"lantai/archive/enhance"
)

// A mark on the page stood upright by its tag is where Reorient says it is on the page
// stood upright by any recipe.
func TestReorient(t *testing.T) {
	stored := image.NewGray(image.Rect(0, 0, 40, 30))
	for x := 7; x < 12; x++ {
		for y := 20; y < 22; y++ {
			stored.SetGray(x, y, color.Gray{Y: 200})
		}
	}
	marked := func(r enhance.Recipe) archive.Box {
		img := enhance.Upright(stored, r)
		var found image.Rectangle
		b := img.Bounds()
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				if v, _, _, _ := img.At(x, y).RGBA(); v != 0 {
					found = found.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		return archive.Box{X: found.Min.X, Y: found.Min.Y, W: found.Dx(), H: found.Dy()}
	}
	for tag := 0; tag <= 8; tag++ {
		by, _ := enhance.Detect(stored, 300, enhance.Options{Orientation: tag})
		from := marked(enhance.Recipe{Turn: by.Turn, Mirror: by.Mirror})
		for turn := 0; turn < 360; turn += 90 {
			for _, mirror := range []bool{false, true} {
				r := enhance.Recipe{Turn: turn, Mirror: mirror}
				got := enhance.Reorient(image.Pt(40, 30), tag, r).ToUpright(from)
				if want := marked(r); got != want {
					t.Errorf("tag %d to turn %d, mirrored %v: %v, want %v", tag, turn, mirror, got, want)
				}
			}
		}
	}
}
