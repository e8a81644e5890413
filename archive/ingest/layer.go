package ingest

import (
	"context"
	"image"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/raster"
	"lantai/archive/store"
)

// delivered gives the text that came with a page, its boxes on the page as the recipe
// stands it upright; nil when none did. The layer of a PDF is read again, since the page
// may have been turned since.
func (m *master) delivered(ctx context.Context, r enhance.Recipe) (*archive.PageText, error) {
	text, err := m.p.cat.Text(ctx, all, m.page.ID)
	switch {
	case archive.KindOf(err) == archive.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case text.Origin != archive.OriginDelivered:
		return nil, nil
	case text.Engine != raster.EngineLayer:
		return &text, nil
	}
	f, err := m.p.originals.Open(ctx, m.file)
	if err != nil {
		return nil, notOpened(m.file, err)
	}
	defer f.Close()
	layer, ok, err := m.p.raster.Text(ctx, f, m.file.Bytes, m.page.Frame)
	if err != nil {
		return nil, err
	}
	if !ok { // read with another PDFium once; what was read then stays
		return &text, nil
	}
	onPage := enhance.Reorient(image.Pt(m.frame.Width, m.frame.Height), m.frame.Orientation, r)
	for i := range layer.Words {
		layer.Words[i].Box = onPage.ToUpright(layer.Words[i].Box)
	}
	return &layer, nil
}

// given is a Conflict when a text was delivered while the page was recognised: the page
// goes back to the queue, and the text stays.
func (p *Pipeline) given(ctx context.Context, page archive.ID) error {
	text, err := p.cat.Text(ctx, all, page)
	switch {
	case archive.KindOf(err) == archive.NotFound:
		return nil
	case err == nil && text.Origin == archive.OriginDelivered:
		return archive.Errorf(archive.Conflict, "save text", page.String(), "a text was delivered meanwhile")
	}
	return err
}

// Recognise has pages recognised again, also those whose text was delivered, and tells
// how many. Until it is done they are found by the text they have.
func (p *Pipeline) Recognise(ctx context.Context, actor archive.Actor, pages []archive.ID) (int, error) {
	const op = "recognise pages again"
	texts, err := p.cat.PageTexts(ctx, all, pages)
	if err != nil {
		return 0, archive.Wrap(op, "", err)
	}
	n := 0
	_, err = p.cat.Do(ctx, actor, "page.recognise-again", func(tx *store.Tx) error {
		n = 0
		for _, id := range pages {
			if err := tx.Again(id); err != nil {
				return err
			}
			n++
		}
		var old []archive.PageText
		for _, t := range texts {
			if t.Origin == archive.OriginDelivered {
				t.Origin, t.MadeFrom = archive.OriginRecognised, ""
				old = append(old, t)
			}
		}
		return p.cat.SaveText(ctx, old...)
	})
	p.Wake()
	return n, archive.Wrap(op, "", err)
}
