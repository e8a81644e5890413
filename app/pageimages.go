package app

import (
	"context"
	"image"
	"os"
	"slices"
	"sync"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/enhance"
	"lantai/archive/ingest"
	"lantai/archive/raster"
	"lantai/archive/station"
)

// imagesDecoded is how many access images are kept decoded, some 20 MB each: the one
// that is looked at, and those before and after it.
const imagesDecoded = 3

// pageImages reads the images that screens show. All measures are in pixels of the
// access image: it is straight and cut to the paper, which is what people look at. It
// is safe for use by several goroutines.
type pageImages struct {
	station *station.Station

	mu      sync.Mutex
	decoded []decodedImage // the last used at the end
}

type decodedImage struct {
	page archive.ID
	path string // named after what the image was made from
	img  image.Image
}

func newPageImages(s *station.Station) *pageImages { return &pageImages{station: s} }

// Ref measures a page for the viewer; one that was not enhanced yet has no size.
func (p *pageImages) Ref(page archive.Page) parts.PageRef {
	i, _ := ingest.Measure(page)
	return parts.PageRef{ID: page.ID, Width: i.Width, Height: i.Height}
}

// Boxes brings boxes of the upright master onto the image; those of what was cut away
// are left out.
func (p *pageImages) Boxes(page archive.Page, boxes []archive.Box) []archive.Box {
	i, ok := ingest.Measure(page)
	if !ok {
		return nil
	}
	out := make([]archive.Box, 0, len(boxes))
	for _, b := range boxes {
		b = i.FromUpright(b)
		if b.X < i.Width && b.Y < i.Height && b.X+b.W > 0 && b.Y+b.H > 0 {
			out = append(out, b)
		}
	}
	return out
}

// View is a parts.PageLoader.
func (p *pageImages) View(ctx context.Context, v parts.View) (*image.RGBA, error) {
	img, err := p.image(ctx, v.Page)
	if err != nil {
		return nil, err
	}
	region := v.Region.Intersect(img.Bounds())
	if v.Region.Empty() { // a page of unknown size is fitted into the view
		b := img.Bounds()
		scale := min(float64(v.Width)/float64(b.Dx()), float64(v.Height)/float64(b.Dy()))
		return enhance.Scale(img, int(float64(b.Dx())*scale), int(float64(b.Dy())*scale)), nil
	}
	if part, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok && region != img.Bounds() {
		img = part.SubImage(region)
	}
	return enhance.Scale(img, v.Width, v.Height), nil
}

// Thumb is a parts.ThumbLoader.
func (p *pageImages) Thumb(ctx context.Context, page archive.ID, side int) (*image.RGBA, error) {
	if err := p.here(page); err != nil {
		return nil, err
	}
	i, err := p.station.Pipeline.Thumbnail(ctx, p.station.Sight(), page)
	if err != nil {
		return nil, err
	}
	img, err := decode(ctx, i.Path)
	if err != nil {
		return nil, err
	}
	return enhance.Thumbnail(img, side), nil
}

// here refuses where another program of this computer has the images.
func (p *pageImages) here(page archive.ID) error {
	if p.station.Pipeline == nil {
		return archive.Errorf(archive.Busy, "show page", page.String(), "another program of this computer has the archive open")
	}
	return nil
}

func (p *pageImages) image(ctx context.Context, page archive.ID) (image.Image, error) {
	if err := p.here(page); err != nil {
		return nil, err
	}
	i, err := p.station.Pipeline.AccessImage(ctx, p.station.Sight(), page)
	if err != nil {
		return nil, p.orChanged(ctx, page, p.station.OrClosed(ctx, access.SeePages, page, err))
	}
	if img, ok := p.kept(page, i.Path); ok {
		return img, nil
	}
	img, err := decode(ctx, i.Path)
	if err != nil {
		return nil, err
	}
	p.keep(decodedImage{page, i.Path, img})
	return img, nil
}

// orChanged is the error of a page that cannot be shown, or why that is so: its original is
// not the one that was registered.
func (p *pageImages) orChanged(ctx context.Context, id archive.ID, err error) error {
	const op = "show page"
	if archive.KindOf(err) != archive.Refused || words.Original(err) != "" {
		return err
	}
	page, failed := p.station.Catalogue.Page(ctx, p.station.Sight(), id)
	if failed != nil {
		return err
	}
	file, failed := p.station.Catalogue.File(ctx, p.station.Sight(), page.File)
	switch {
	case failed != nil:
	case file.Found == archive.FoundChanged:
		return archive.Refuse(op, file.Source, archive.ReasonAltered, "%v", err)
	case file.Found == archive.FoundVanished:
		return archive.Refuse(op, file.Source, archive.ReasonVanished, "%v", err)
	}
	return err
}

func (p *pageImages) kept(page archive.ID, path string) (image.Image, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.decoded, func(d decodedImage) bool { return d.page == page && d.path == path })
	if i < 0 {
		return nil, false
	}
	d := p.decoded[i]
	p.decoded = append(slices.Delete(p.decoded, i, i+1), d)
	return d.img, true
}

func (p *pageImages) keep(d decodedImage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.decoded = slices.DeleteFunc(p.decoded, func(old decodedImage) bool { return old.page == d.page })
	p.decoded = append(p.decoded, d)
	if n := len(p.decoded); n > imagesDecoded {
		p.decoded = slices.Delete(p.decoded, 0, n-imagesDecoded)
	}
}

func decode(ctx context.Context, path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, archive.Wrap("show page", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, archive.Wrap("show page", path, err)
	}
	return raster.Decode(ctx, f, info.Size(), 0, raster.Limit{})
}
