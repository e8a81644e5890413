package ingest

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"os"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/ocr"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// master is one decoded frame of an original, and its share of the memory budget.
type master struct {
	p       *Pipeline
	page    archive.Page
	file    archive.File
	frame   raster.Frame
	frames  int // of the file
	img     image.Image
	release func()
	altered bool // the original is not as it was registered
}

// openMaster decodes the original of a page. Its errors are refusals when the page is
// at fault, anything else touches every page.
func (p *Pipeline) openMaster(ctx context.Context, page archive.Page) (*master, error) {
	m := &master{p: p, page: page, release: func() {}}
	var err error
	if m.file, err = p.cat.File(ctx, all, page.File); err != nil {
		return nil, err
	}
	if m.file.State == archive.FileQuarantined {
		return nil, errPutAside
	}
	f, err := p.originals.Open(ctx, m.file)
	if archive.KindOf(err) == archive.NotFound { // it may have moved since its row was read
		if now, again := p.cat.File(ctx, all, page.File); again == nil && now.Path != m.file.Path {
			m.file = now
			f, err = p.originals.Open(ctx, m.file)
		}
	}
	if err != nil {
		return nil, notOpened(m.file, err)
	}
	defer f.Close()
	size := m.file.Bytes
	if m.file.Root != 0 {
		info, err := f.Stat()
		if err != nil {
			return nil, p.readFailed(ctx, m.file, err)
		}
		size, m.altered = info.Size(), !vault.AsRegistered(m.file, info)
	}
	if m.frame, m.frames, err = p.raster.Frame(ctx, f, size, page.Frame); err != nil {
		return nil, p.readFailed(ctx, m.file, err)
	}
	if page.Frame < 0 || page.Frame >= m.frames {
		return nil, archive.Refuse("read original", m.file.Path, archive.ReasonDamaged,
			"no frame %d among %d", page.Frame, m.frames)
	}
	if m.release, err = p.budget.Acquire(ctx, m.bytes()); err != nil {
		return nil, err
	}
	if m.img, err = p.raster.Decode(ctx, f, size, page.Frame, raster.DefaultLimit()); err != nil {
		m.release()
		return nil, p.readFailed(ctx, m.file, err)
	}
	return m, nil
}

// readFailed tells an error in reading an original from its root having dropped away.
func (p *Pipeline) readFailed(ctx context.Context, f archive.File, err error) error {
	if f.Root == 0 || ctx.Err() != nil {
		return err
	}
	if _, gone := p.originals.Look(ctx, f.Root); gone != nil {
		return gone
	}
	return err
}

// bytes is what the page takes at most while it is worked on: decoded, and beside it
// a grey copy, the input for recognition with one step before it, and the access
// image.
func (m *master) bytes() int64 {
	pixels := int64(m.frame.Width) * int64(m.frame.Height)
	made := 3 * pixels
	if m.frame.Samples > 1 {
		made += 4 * pixels
	}
	return m.frame.Bytes() + made
}

func (m *master) close() {
	m.img = nil
	m.release()
}

// detect finds the recipe; what a person has set in keep stays.
func (m *master) detect(keep enhance.Recipe) (enhance.Recipe, enhance.Findings) {
	return enhance.Detect(m.img, m.frame.DPI, enhance.Options{Orientation: m.frame.Orientation, Keep: keep})
}

func (m *master) madeFrom(r enhance.Recipe) string {
	return enhance.MadeFrom(content(m.file), m.page.Frame, r)
}

// made is what the catalogue keeps of the page under a recipe.
func (m *master) made(r enhance.Recipe) store.Made {
	w, h := m.frame.Width, m.frame.Height
	if r.Turn%180 != 0 {
		w, h = h, w
	}
	_, _, dpi, _ := m.frame.Upright()
	return store.Made{Width: w, Height: h, DPI: int(dpi + 0.5), Recipe: r.String(), MadeFrom: m.madeFrom(r)}
}

// input is an image to be recognised.
type input struct {
	path string
	back enhance.Map // from its pixels to the upright master
	mode int         // page segmentation mode, for languages that are not vertical
}

// drop removes the file.
func (i *input) drop() {
	if i.path != "" {
		os.Remove(i.path)
		i.path = ""
	}
}

// input writes the image that is recognised. PNM costs next to nothing to write and
// to read.
func (m *master) input(r enhance.Recipe) (input, error) {
	img, back := enhance.ForOCR(m.img, r)
	mode := ocr.ModeAuto
	if enhance.OneBlock(img) {
		mode = ocr.ModeBlock
	}
	path := m.p.inputPath(m.page.ID)
	err := m.p.secrets.write(m.page.ID, func() error { return writePNM(path, img) })
	if err != nil {
		return input{}, err
	}
	return input{path, back, mode}, nil
}

func writePNM(path string, img *image.Gray) error {
	f, err := os.Create(path)
	if err != nil {
		return diskError("prepare page", path, err)
	}
	w := bufio.NewWriterSize(f, 1<<18)
	if err = raster.EncodePNM(w, img); err == nil {
		err = w.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path)
	}
	return diskError("prepare page", path, err)
}

// guard turns a panic in work on one page's pixels into a refusal of that page.
func guard(page archive.Page, fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = archive.Refuse("enhance page", page.ID.String(), archive.ReasonDamaged, "%s", fmt.Sprint(v))
		}
	}()
	return fn()
}
