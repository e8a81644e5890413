package place_test

import (
	"testing"

	"lantai/archive/offsite/place"
	"lantai/archive/offsite/place/placetest"
)

func folderSite(dir string) placetest.Site {
	return placetest.Site{
		Open:  func(opt place.Options) (place.Place, error) { return place.OpenFolder(dir, opt) },
		Dir:   dir,
		Links: true, Cases: true, Odd: true, Swaps: true, Apart: true,
	}
}

func TestFolder(t *testing.T) {
	placetest.Run(t, func(t *testing.T) placetest.Site { return folderSite(t.TempDir()) })
}
