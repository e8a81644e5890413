package ingest

import (
	"context"
	"image"
	"io"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/enhance"
	"lantai/archive/raster"
)

// Sizes and qualities of derived images.
const (
	accessQuality = 75
	thumbSide     = 320
	thumbQuality  = 70
)

// Image is a derived image on disk. The file may be removed at any time: open it
// soon, and ask again when it is gone.
type Image struct {
	Path          string // a JPEG file
	Width, Height int    // of the page's access image, in pixels
	upright       enhance.Map
}

// FromUpright gives the place on the access image of a box of the upright master.
func (i Image) FromUpright(b archive.Box) archive.Box { return i.upright.FromUpright(b) }

// AccessImage gives the image of a page that people read: upright, straight, cut to
// the paper. It is made again if it is gone.
func (p *Pipeline) AccessImage(ctx context.Context, sight access.Sight, page archive.ID) (Image, error) {
	i, err := p.image(ctx, sight, page, kindAccess)
	return i, archive.Wrap("get access image", page.String(), err)
}

// Thumbnail gives the small image of a page, at most 320 pixels long. It is made
// again if it is gone.
func (p *Pipeline) Thumbnail(ctx context.Context, sight access.Sight, page archive.ID) (Image, error) {
	i, err := p.image(ctx, sight, page, kindThumb)
	return i, archive.Wrap("get thumbnail", page.String(), err)
}

func (p *Pipeline) image(ctx context.Context, sight access.Sight, id archive.ID, kind string) (Image, error) {
	page, err := p.cat.Page(ctx, sight, id)
	if err != nil {
		return Image{}, err
	}
	recipe, err := enhance.ParseRecipe(page.Recipe)
	if err != nil {
		return Image{}, err
	}
	path, ok := "", false
	if page.Recipe != "" {
		path, ok = p.shelf.get(id, page.MadeFrom, kind)
	}
	if !ok {
		if path, recipe, err = p.remake(ctx, page, recipe, kind); err != nil {
			return Image{}, err
		}
	}
	m, size := accessMap(image.Pt(page.Width, page.Height), recipe)
	return Image{Path: path, Width: size.X, Height: size.Y, upright: m}, nil
}

// remake makes both images of a page again. A page that was not enhanced yet is
// looked at first, so that it does not show lying on its side.
func (p *Pipeline) remake(ctx context.Context, page archive.Page, r enhance.Recipe, kind string) (string, enhance.Recipe, error) {
	m, err := p.openMaster(ctx, page)
	if err != nil {
		return "", r, err
	}
	defer m.close()
	if page.Recipe == "" {
		r, _ = m.detect(r)
	}
	access, thumb, err := m.derive(r, m.madeFrom(r))
	if kind == kindThumb {
		access = thumb
	}
	return access, r, err
}

// derive makes access image and thumbnail of a decoded master and gives their paths.
func (m *master) derive(r enhance.Recipe, madeFrom string) (access, thumb string, err error) {
	img, scale := accessImage(m.img, r)
	access, err = m.p.shelf.put(m.page.ID, madeFrom, kindAccess, func(w io.Writer) error {
		return raster.EncodeJPEG(w, img, accessQuality, m.frame.DPI*scale, m.frame.ICC)
	})
	if err != nil {
		return "", "", err
	}
	thumb, err = m.p.shelf.put(m.page.ID, madeFrom, kindThumb, func(w io.Writer) error {
		return raster.EncodeJPEG(w, enhance.Thumbnail(img, thumbSide), thumbQuality, 0, nil)
	})
	return access, thumb, err
}

// accessImage makes the image for people, and tells its scale to the master.
func accessImage(img image.Image, r enhance.Recipe) (image.Image, float64) {
	return enhance.Access(img, r), 1
}

// accessMap leads from pixels of the access image, whose size it gives, to the
// upright master.
func accessMap(upright image.Point, r enhance.Recipe) (enhance.Map, image.Point) {
	return enhance.AccessMap(upright, r)
}
