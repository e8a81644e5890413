package ingest

import (
	"image"

	"lantai/archive"
	"lantai/archive/enhance"
)

// Measure tells the size of a page's access image and leads from boxes of the upright
// master to it, without making or looking for the image: Path is empty. It is false for
// a page that was not enhanced yet.
func Measure(page archive.Page) (Image, bool) {
	if page.Recipe == "" || page.Width <= 0 || page.Height <= 0 {
		return Image{}, false
	}
	recipe, err := enhance.ParseRecipe(page.Recipe)
	if err != nil {
		return Image{}, false
	}
	m, size := accessMap(image.Pt(page.Width, page.Height), recipe)
	return Image{Width: size.X, Height: size.Y, upright: m}, true
}
