package app

import (
	"context"
	"image"
	"slices"
	"strconv"
	"strings"

	"lantai/app/parts"
	"lantai/app/viewer"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/station"
	"lantai/search"
)

// pageReader answers the viewer from catalogue, texts and images.
type pageReader struct {
	noting  *noting
	station *station.Station
	images  *pageImages
}

// Open finds the pages around a page and what they belong to.
func (r pageReader) Open(ctx context.Context, id archive.ID) (viewer.Volume, error) {
	page, err := r.noting.page(ctx, id)
	if err != nil {
		return viewer.Volume{}, err
	}
	var v viewer.Volume
	var pages []archive.Page
	if page.Holding == 0 {
		if pages, err = r.station.Catalogue.PagesOfFile(ctx, r.station.Sight(), page.File); err != nil {
			return v, err
		}
		file, err := r.station.Catalogue.File(ctx, r.station.Sight(), page.File)
		if err != nil {
			return v, err
		}
		v.Title = file.Source
	} else {
		if pages, err = r.station.Catalogue.PagesOf(ctx, r.station.Sight(), page.Holding); err != nil {
			return v, err
		}
		if err := r.describe(ctx, page.Holding, &v); err != nil {
			return v, err
		}
	}
	for _, p := range pages {
		v.Pages = append(v.Pages, r.images.Ref(p))
	}
	v.Index = max(slices.IndexFunc(pages, func(p archive.Page) bool { return p.ID == id }), 0)
	return v, nil
}

// describe fills in the record.
func (r pageReader) describe(ctx context.Context, id archive.ID, v *viewer.Volume) error {
	h, err := r.station.Catalogue.Holding(ctx, r.station.Sight(), id)
	if err != nil {
		return err
	}
	v.Holding, v.Code, v.Title = h.ID, h.Code, h.Title
	var author, docNo, persons, note string
	var count int
	switch h.Kind {
	case archive.KindVolume, archive.KindBox, archive.KindAlbum:
		c, err := r.station.Catalogue.Container(ctx, r.station.Sight(), id)
		if err != nil {
			return err
		}
		author, count, note = c.Author, c.PageCount, c.Note
	default:
		i, err := r.station.Catalogue.Item(ctx, r.station.Sight(), id)
		if err != nil {
			return err
		}
		author, docNo, persons, count, note = i.Author, i.DocNo, i.Persons, i.PageCount, i.Note
	}
	v.Fields = []viewer.Field{
		{Word: "field.code", Value: h.Code}, {Word: "field.title", Value: h.Title}, {Word: "field.author", Value: author},
		{Word: "field.date", Value: words.Date(h.Date)}, {Word: "field.docno", Value: docNo}, {Word: "field.persons", Value: persons},
		{Word: "field.kind", Value: words.Kind(h.Kind)}, {Word: "field.year", Value: number(h.Year)},
		{Word: "field.retention", Value: h.Retention}, {Word: "field.opening", Value: h.Opening},
		{Word: "field.page-count", Value: number(count)}, {Word: "field.note", Value: note},
	}
	return nil
}

// number writes a count that is known.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Text reads what is known of a page's text, with the places of words on the image.
func (r pageReader) Text(ctx context.Context, id archive.ID, wanted []string) (viewer.Text, error) {
	page, err := r.noting.page(ctx, id)
	if err != nil {
		return viewer.Text{}, err
	}
	if err := r.noting.saw(ctx, archive.OpPageView, id, "", nil); err != nil { // image and text are shown together
		return viewer.Text{}, err
	}
	t := viewer.Text{Stage: page.Stage, Reason: page.Reason}
	if t.Original, t.Notice, err = r.original(ctx, page); err != nil {
		return t, err
	}
	text, err := r.station.Catalogue.Text(ctx, r.station.Sight(), id)
	switch {
	case err == nil:
	case archive.KindOf(err) == archive.NotFound, archive.ReasonOf(err) == archive.ReasonQuarantined:
		return t, nil
	default:
		return t, err
	}
	t.Recognised, t.Corrected, t.HasCorrect = text.Plain, text.Corrected, text.HasCorrect
	t.Read = text.Engine != "" || text.Plain != "" || page.Stage == archive.StageIndexed
	t.Delivered = text.Origin == archive.OriginDelivered
	t.Engine, t.Confidence = text.Engine, text.Confidence
	t.Original = append(t.Original, viewer.Field{Word: "field.engine", Value: text.Engine})
	t.Boxes = r.images.Boxes(page, search.Locate(text, wanted))
	return t, nil
}

// original names the file behind a page, and tells what has become of it.
func (r pageReader) original(ctx context.Context, page archive.Page) (fields []viewer.Field, notice string, err error) {
	original, err := r.station.Original(ctx, r.station.Sight(), page.File)
	if err != nil {
		return nil, "", err
	}
	file, state := original.File, ""
	switch {
	case original.Absent:
		state = words.T("original.absent")
	case file.State == archive.FileQuarantined:
		state = words.T("original.quarantined")
	case file.Found != archive.FoundAsRegistered:
		state = words.T("original." + string(file.Found))
		notice = words.T("original." + string(file.Found) + ".notice")
	}
	size, dpi := "", ""
	if page.Width > 0 {
		size = words.T("viewer.pixels", words.Args{"W": page.Width, "H": page.Height})
	}
	if page.DPI > 0 {
		dpi = strconv.Itoa(page.DPI) + " dpi"
	}
	return []viewer.Field{
		{Word: "field.original", Value: state}, {Word: "field.root", Value: original.Root},
		{Word: "field.source", Value: file.Source}, {Word: "field.path", Value: file.Path},
		{Word: "field.format", Value: strings.ToUpper(file.Format)}, {Word: "field.bytes", Value: words.Bytes(file.Bytes)},
		{Word: "field.size", Value: size}, {Word: "field.dpi", Value: dpi},
		{Word: "field.received", Value: words.Clock(file.Received)}, {Word: "field.sha256", Value: file.SHA256},
	}, notice, nil
}

// Locate finds a stretch of the text on the image.
func (r pageReader) Locate(ctx context.Context, id archive.ID, stretch string) ([]archive.Box, error) {
	page, err := r.station.Catalogue.Page(ctx, r.station.Sight(), id)
	if err != nil {
		return nil, err
	}
	text, err := r.station.Catalogue.Text(ctx, r.station.Sight(), id)
	if err != nil {
		return nil, err
	}
	return r.images.Boxes(page, search.Locate(text, []string{search.Fold(stretch).Text})), nil
}

// Correct keeps a person's text; when it returns the index has it.
func (r pageReader) Correct(ctx context.Context, page archive.ID, text string) error {
	return r.station.Correct(ctx, r.station.Actor(), page, text)
}

// Rotate turns a page. Skew and paper are found anew, since they were those of the
// page as it lay.
func (r pageReader) Rotate(ctx context.Context, id archive.ID, degrees int) error {
	if err := r.images.here(id); err != nil {
		return err
	}
	page, err := r.station.Catalogue.Page(ctx, r.station.Sight(), id)
	if err != nil {
		return err
	}
	was, err := enhance.ParseRecipe(page.Recipe)
	if err != nil {
		return err
	}
	to := enhance.Recipe{Turn: (was.Turn + degrees) % 360, Mirror: was.Mirror, Clean: was.Clean, Binary: was.Binary, DPI: was.DPI,
		Manual: was.Manual&^(enhance.FieldSkew|enhance.FieldCrop) | enhance.FieldTurn}
	return r.station.Pipeline.SetRecipe(ctx, r.station.Actor(), id, to)
}

// Image reads a part of a page.
func (r pageReader) Image(ctx context.Context, v parts.View) (*image.RGBA, error) {
	return r.images.View(ctx, v)
}

// newViewer makes the screen of one page.
func newViewer(p *Program) Screen {
	return viewer.New(viewer.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open, Back: p.Shell.Back,
		Remember: p.Shell.Remember, Pages: pageReader{newNoting(p.Station), p.Station, newPageImages(p.Station)}, ReadOnly: !p.edits()})
}
