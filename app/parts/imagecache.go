package parts

import (
	"container/list"
	"image"
	"image/draw"
)

// imageCache keeps the images used last, up to a number of bytes.
type imageCache[K comparable] struct {
	limit, used int
	order       *list.List // of imageEntry, the one used last in front
	byKey       map[K]*list.Element
}

type imageEntry[K comparable] struct {
	key K
	img *image.RGBA
}

func newImageCache[K comparable](limit int) *imageCache[K] {
	return &imageCache[K]{limit: limit, order: list.New(), byKey: map[K]*list.Element{}}
}

func (c *imageCache[K]) get(key K) (*image.RGBA, bool) {
	e, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(imageEntry[K]).img, true
}

// put keeps an image; one larger than the whole cache is not kept.
func (c *imageCache[K]) put(key K, img *image.RGBA) {
	c.drop(key)
	if len(img.Pix) > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(imageEntry[K]{key, img})
	c.used += len(img.Pix)
	for c.used > c.limit {
		c.drop(c.order.Back().Value.(imageEntry[K]).key)
	}
}

func (c *imageCache[K]) drop(key K) {
	if e, ok := c.byKey[key]; ok {
		c.used -= len(e.Value.(imageEntry[K]).img.Pix)
		c.order.Remove(e)
		delete(c.byKey, key)
	}
}

func (c *imageCache[K]) clear() {
	c.used = 0
	c.order.Init()
	clear(c.byKey)
}

// compact gives the image with rows that touch and an origin of zero, as the
// toolkit's upload to the screen takes for granted; a part of a larger image would
// be drawn sheared.
func compact(img *image.RGBA) *image.RGBA {
	b := img.Bounds()
	if img.Stride == 4*b.Dx() && b.Min == (image.Point{}) && len(img.Pix) == img.Stride*b.Dy() {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), img, b.Min, draw.Src)
	return out
}
