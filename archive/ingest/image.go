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
	accessDPI     = 150  // of access images, at most
	accessSide    = 1800 // pixels that their longer side may have at any resolution
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
	p.hasher.touch()
	page, err := p.cat.Page(ctx, sight, id)
	if err == nil && (page.Stage == archive.StageQuarantined || p.secrets.holds(id)) {
		err = errPutAside
	}
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
		if path, recipe, err = p.remake(ctx, &page, recipe, kind); err != nil {
			return Image{}, err
		}
	}
	i := measure(page, recipe)
	i.Path = path
	return i, nil
}

// Measure tells the size of a page's access image and leads from boxes of the upright
// master to it, without making or looking for the image: Path is empty. It is false for
// a page that was not enhanced yet.
func Measure(page archive.Page) (Image, bool) {
	recipe, err := enhance.ParseRecipe(page.Recipe)
	if err != nil || page.Recipe == "" || page.Width <= 0 || page.Height <= 0 {
		return Image{}, false
	}
	return measure(page, recipe), true
}

func measure(page archive.Page, r enhance.Recipe) Image {
	limit := accessLimit(page.Width, page.Height, page.DPI)
	m, size := enhance.AccessMapSized(image.Pt(page.Width, page.Height), r, limit)
	return Image{Width: size.X, Height: size.Y, upright: m}
}

// remake makes both images of a page again. A page that was not enhanced yet is
// looked at first, so that it does not show lying on its side.
func (p *Pipeline) remake(ctx context.Context, page *archive.Page, r enhance.Recipe, kind string) (path string, _ enhance.Recipe, err error) {
	err = guard(*page, func() error {
		m, err := p.openMaster(ctx, *page)
		if err != nil {
			return err
		}
		defer m.close()
		if m.altered { // the picture would be of something that nobody registered
			return archive.Refuse("show page", page.ID.String(), archive.ReasonAltered, "%s is not as it was registered", m.file.Path)
		}
		if page.Recipe == "" {
			r, _ = m.detect(r)
		}
		made := m.made(r)
		page.Width, page.Height, page.DPI = made.Width, made.Height, made.DPI
		access, thumb, err := m.derive(r, m.name(r))
		path = access
		if kind == kindThumb {
			path = thumb
		}
		return err
	})
	return path, r, err
}

// name is what the images of a page under its recipe are found by: what they were made
// from when it was enhanced, though the original may have been hashed since.
func (m *master) name(r enhance.Recipe) string {
	if m.page.Recipe != "" && m.page.MadeFrom != "" {
		return m.page.MadeFrom
	}
	return m.madeFrom(r)
}

// derive makes access image and thumbnail of a decoded master and gives their paths.
func (m *master) derive(r enhance.Recipe, madeFrom string) (access, thumb string, err error) {
	err = m.p.secrets.write(m.page.ID, func() error {
		access, thumb, err = m.deriveImages(r, madeFrom)
		return err
	})
	return access, thumb, err
}

func (m *master) deriveImages(r enhance.Recipe, madeFrom string) (access, thumb string, err error) {
	made := m.made(r)
	limit := accessLimit(made.Width, made.Height, made.DPI)
	img := enhance.AccessSized(m.img, r, limit)
	_, full := enhance.AccessMap(image.Pt(made.Width, made.Height), r)
	scale := float64(img.Bounds().Dx()) / float64(max(full.X, 1))
	access, err = m.p.shelf.put(m.page.ID, madeFrom, kindAccess, func(w io.Writer) error {
		return raster.EncodeJPEG(w, img, accessQuality, float64(made.DPI)*scale, m.frame.ICC)
	})
	if err != nil {
		return "", "", err
	}
	thumb, err = m.p.shelf.put(m.page.ID, madeFrom, kindThumb, func(w io.Writer) error {
		return raster.EncodeJPEG(w, enhance.Thumbnail(img, thumbSide), thumbQuality, 0, nil)
	})
	return access, thumb, err
}

// accessLimit is how long the longer side of a page's access image may be: enough to
// read small print, little enough that two million pages fit a disk. The originals
// have every pixel. 0: as long as it is.
func accessLimit(width, height, dpi int) int {
	long, limit := max(width, height), accessSide
	if dpi > 0 {
		limit = max(limit, long*accessDPI/dpi)
	}
	if long <= limit+limit/10 {
		return 0 // as it is, it is sharper for hardly more bytes
	}
	return limit
}
