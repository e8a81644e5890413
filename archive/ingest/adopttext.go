package ingest

import (
	"context"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/raster"
	"lantai/archive/store"
)

// layered is a registered PDF whose text layers may be taken.
type layered struct {
	found
	file archive.ID
}

// layers reads the text layers of the PDF among files, when they are to be taken; nil:
// they are not. A layer that cannot be read is none.
func (a *adopter) layers(ctx context.Context, files []seen, headers []raster.Header) ([][]*archive.PageText, error) {
	if !a.text {
		return nil, nil
	}
	texts := make([][]*archive.PageText, len(files))
	var g errgroup.Group
	g.SetLimit(headerReaders)
	for i, s := range files {
		if headers[i].Format != raster.FormatPDF {
			continue
		}
		g.Go(func() (err error) {
			texts[i], err = a.readable(ctx, s.found, len(headers[i].Frames))
			return err
		})
	}
	return texts, g.Wait()
}

// readable is readLayers of a file that may have become unreadable.
func (a *adopter) readable(ctx context.Context, f found, pages int) ([]*archive.PageText, error) {
	texts, err := a.p.readLayers(ctx, f, pages, false)
	if archive.ReasonOf(err) != "" {
		return nil, nil
	}
	return texts, err
}

// lateLayers reads the layers of files that were registered before, for those of their
// pages that have no delivered text yet.
func (a *adopter) lateLayers(ctx context.Context, files []layered) (late []given, err error) {
	for _, f := range files {
		pages, err := a.p.cat.PagesOfFile(ctx, all, f.file)
		if err != nil {
			return nil, err
		}
		had, err := a.p.givenBefore(ctx, pages)
		if err != nil {
			return nil, err
		}
		if len(had) > 0 {
			continue
		}
		texts, err := a.readable(ctx, f.found, len(pages))
		if err != nil {
			return nil, err
		}
		for _, p := range pages {
			if p.Frame < len(texts) && texts[p.Frame] != nil && p.Stage != archive.StageQuarantined {
				late = append(late, given{p, texts[p.Frame]})
			}
		}
	}
	return late, nil
}

// writeTexts saves the texts of a portion before its rows are committed, but for those
// that go with the mark of a state secret, which it gives.
func (a *adopter) writeTexts(ctx context.Context, tx *store.Tx, l looked, erased map[archive.ID]bool) ([]brought, error) {
	pending := []received{{late: l.late}}
	for i, t := range l.texts {
		pending = append(pending, received{file: l.adopted[i].File, pages: l.adopted[i].Pages, texts: t})
	}
	return a.p.writeGiven(ctx, tx, pending, erased)
}
