package ingest

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"lantai/archive"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// deliveredTexts are the texts of one delivery: text files, and text layers of PDF. A
// text file belongs to the image of the same base name beside it or, named by a 档号
// alone, to all pages of what that names.
type deliveredTexts struct {
	r     *receiver
	take  bool                      // false: they are counted only
	whole map[archive.ID]*wholeText // by holding
	left  map[archive.ID]int        // images of a holding that were not looked at yet

	dir    string            // the folder looked at last
	images map[string]bool   // base names of its files that are no text files
	texts  map[string]string // names of its text files by base name
}

func newTexts(r *receiver, take bool) *deliveredTexts {
	return &deliveredTexts{r: r, take: take, whole: map[archive.ID]*wholeText{}, left: map[archive.ID]int{}}
}

func isText(rel string) bool { return strings.EqualFold(path.Ext(rel), ".txt") }

// base is a name without its extension, as two names are compared.
func base(name string) string { return strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) }

// note looks at a file before any is received.
func (d *deliveredTexts) note(ctx context.Context, f found) error {
	if !d.take || f.err != nil {
		return nil
	}
	rel := f.rel
	if isText(rel) {
		if d.beside(f) {
			return nil
		}
		rel = path.Base(rel)
	}
	h, serial, err := d.r.to.match(ctx, rel)
	switch {
	case err != nil || h.ID == 0:
		return err
	case !isText(rel):
		d.left[h.ID]++
	case serial == "" && d.whole[h.ID] == nil:
		d.whole[h.ID] = &wholeText{file: f}
	}
	return nil
}

// beside tells whether an image of the same base name lies beside a text file.
func (d *deliveredTexts) beside(f found) bool {
	d.list(filepath.Dir(f.path))
	return d.images[base(filepath.Base(f.path))]
}

func (d *deliveredTexts) list(dir string) {
	if d.images != nil && d.dir == dir {
		return
	}
	d.dir, d.images, d.texts = dir, map[string]bool{}, map[string]string{}
	entries, _ := os.ReadDir(dir) // a folder that cannot be read is refused by the walk
	for _, e := range entries {
		switch name := e.Name(); {
		case e.IsDir() || silent(name, false):
		case isText(name):
			if e.Type().IsRegular() {
				d.texts[base(name)] = name
			}
		default:
			d.images[base(name)] = true
		}
	}
}

// companion finds the text file beside an image.
func (d *deliveredTexts) companion(f found) (found, bool) {
	d.list(filepath.Dir(f.path))
	name, ok := d.texts[base(filepath.Base(f.path))]
	return found{path: filepath.Join(d.dir, name), rel: path.Join(path.Dir(f.rel), readable(d.dir, name))}, ok
}

// textFile deals with a text file in its turn.
func (d *deliveredTexts) textFile(ctx context.Context, f found) error {
	switch {
	case f.err != nil:
		return f.err
	case !d.take:
		return d.count(ctx, f)
	case d.beside(f):
		return nil // it goes with its image
	}
	h, _, err := d.r.to.match(ctx, path.Base(f.rel))
	if err != nil {
		return err
	}
	if w := d.whole[h.ID]; w != nil && w.file.rel == f.rel {
		if d.left[h.ID] == 0 && !w.settled {
			return d.settle(ctx, h, w)
		}
		return nil
	}
	return archive.Refuse("receive text", f.rel, archive.ReasonTextAlone, "no image of that name beside it, and no holding of that code")
}

// count counts a text file that is not taken, unless it was before.
func (d *deliveredTexts) count(ctx context.Context, f found) error {
	_, sum, err := vault.Hash(ctx, f.path)
	if err == nil {
		_, err = d.r.p.cat.FileFrom(ctx, all, d.r.dir, f.rel, sum)
	}
	if err == nil {
		return nil
	}
	if kind := archive.KindOf(err); kind != archive.NotFound && kind != archive.Unavailable && kind != archive.NoAccess {
		return err
	}
	d.r.report.Texts++
	return nil
}

// receive reads a text file of so many pages and brings it into the vault. The texts are
// nil when it was received before.
func (d *deliveredTexts) receive(ctx context.Context, f found, pages int, place func() vault.Placed) ([]*archive.PageText, received, error) {
	parts, err := readTextFile(f)
	if err != nil {
		return nil, received{}, err
	}
	_, sum, err := vault.Hash(ctx, f.path)
	if err != nil {
		return nil, received{}, err
	}
	_, err = d.r.p.cat.FileFrom(ctx, all, d.r.dir, f.rel, sum)
	if err == nil {
		d.r.report.Already++
		return nil, received{}, nil
	}
	if archive.KindOf(err) != archive.NotFound {
		return nil, received{}, err
	}
	if len(parts) != pages {
		return nil, received{}, archive.Refuse("receive text", f.rel, archive.ReasonTextPages, "%d pages of text for %d images", len(parts), pages)
	}
	if err := d.r.needBatch(ctx, true); err != nil {
		return nil, received{}, err
	}
	placed := place()
	stored, err := d.r.vault.Receive(ctx, vault.Incoming{Source: f.path, Path: placed.Path, Wanted: placed.Wanted, Accept: unchanged(f.rel, sum)})
	if err != nil {
		return nil, received{}, err
	}
	texts := make([]*archive.PageText, pages)
	for i, p := range parts {
		texts[i] = ofFile(p)
	}
	d.r.report.Received++
	return texts, received{file: archive.File{Path: stored.Path, Batch: d.r.batch.ID, Source: f.rel, Bytes: stored.Bytes,
		SHA256: stored.SHA256, Format: formatText, State: archive.FileStored, Received: time.Now().UnixMilli()}}, nil
}

// of gives the texts that came for a file just stored: of a text file beside it, or of
// the layers of a PDF. path is where the file lies in the vault. The second is the text
// file's original.
func (d *deliveredTexts) of(ctx context.Context, f found, h raster.Header, stored string) ([]*archive.PageText, *received, error) {
	layers, err := d.layers(ctx, f, h)
	if err != nil || !d.take {
		return nil, nil, err
	}
	beside, ok := d.companion(f)
	if !ok {
		return layers, nil, nil
	}
	texts, original, err := d.receive(ctx, beside, len(h.Frames), func() vault.Placed {
		return vault.Placed{Path: strings.TrimSuffix(stored, path.Ext(stored)) + path.Ext(beside.rel)}
	})
	if err != nil {
		return layers, nil, d.r.refusing(ctx, beside, err)
	}
	if texts == nil {
		return layers, nil, nil
	}
	for i, t := range texts {
		texts[i] = better(layers[i], t)
	}
	return texts, &original, nil
}

// better chooses between the text layer of a page and its text file: the file, which
// somebody made on purpose, unless the layer says the same and knows where the words
// stand as well.
func better(layer, file *archive.PageText) *archive.PageText {
	if layer != nil && sameWords(layer.Plain, file.Plain) {
		return layer
	}
	return file
}

// missing gives the pages, with their texts, that have no delivered text; if it is to be
// replaced, also those that have another.
func (d *deliveredTexts) missing(ctx context.Context, pages []archive.Page, texts []*archive.PageText, replace bool) ([]given, error) {
	had, err := d.r.p.givenBefore(ctx, pages)
	if err != nil {
		return nil, err
	}
	var out []given
	for i, p := range pages {
		if i >= len(texts) || texts[i] == nil || p.Stage == archive.StageQuarantined {
			continue
		}
		if t, ok := had[p.ID]; !ok || replace && !sameWords(t.Plain, texts[i].Plain) {
			out = append(out, given{p, texts[i]})
		}
	}
	return out, nil
}

// sameWords compares texts but for blanks and line ends.
func sameWords(a, b string) bool {
	bare := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, s)
	}
	return bare(a) == bare(b)
}

// layers reads the text layers of a PDF, nil for a page without one. When texts are
// counted only, it looks no further than the first.
func (d *deliveredTexts) layers(ctx context.Context, f found, h raster.Header) ([]*archive.PageText, error) {
	if h.Format != raster.FormatPDF {
		return make([]*archive.PageText, len(h.Frames)), nil
	}
	texts, err := d.r.p.readLayers(ctx, f, len(h.Frames), !d.take)
	if err != nil || d.take {
		return texts, err
	}
	d.r.report.Texts += btoi(countTexts(texts) > 0)
	return make([]*archive.PageText, len(h.Frames)), nil
}

// readLayers reads the text layers of a PDF of so many pages, or the first that it has
// alone; nil for a page without one.
func (p *Pipeline) readLayers(ctx context.Context, f found, pages int, first bool) ([]*archive.PageText, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, archive.Refuse("read file", f.rel, archive.ReasonUnreadable, "%v", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, archive.Refuse("read file", f.rel, archive.ReasonUnreadable, "%v", err)
	}
	texts := make([]*archive.PageText, pages)
	for i := range texts {
		text, ok, err := p.raster.Text(ctx, file, info.Size(), i)
		if err != nil && archive.ReasonOf(err) == "" {
			return nil, err
		}
		if err != nil || !ok {
			continue
		}
		if texts[i] = &text; first {
			break
		}
	}
	return texts, nil
}

func countTexts(texts []*archive.PageText) (n int) {
	for _, t := range texts {
		n += btoi(t != nil)
	}
	return n
}

// givenBefore gives the delivered texts that pages have.
func (p *Pipeline) givenBefore(ctx context.Context, pages []archive.Page) (map[archive.ID]archive.PageText, error) {
	ids := make([]archive.ID, len(pages))
	for i, p := range pages {
		ids[i] = p.ID
	}
	there, err := p.cat.PageTexts(ctx, all, ids)
	had := map[archive.ID]archive.PageText{}
	for _, t := range there {
		if t.Origin == archive.OriginDelivered {
			had[t.Page] = t
		}
	}
	return had, err
}

// again brings texts to the pages of a file that was received before.
func (d *deliveredTexts) again(ctx context.Context, f found, h raster.Header, held archive.File) error {
	if held.ID == 0 {
		return nil // received in this run under another name
	}
	if held.State == archive.FileQuarantined {
		return nil // nothing of it is taken before a person has decided
	}
	pages, err := d.r.p.cat.PagesOfFile(ctx, all, held.ID)
	if err != nil {
		return err
	}
	if had, err := d.r.p.givenBefore(ctx, pages); err != nil || len(had) > 0 && !d.take {
		return err
	}
	texts, original, err := d.of(ctx, f, h, held.Path)
	if err != nil || texts == nil {
		return err
	}
	n := received{}
	if original != nil {
		n = *original
	}
	if n.late, err = d.missing(ctx, pages, texts, original != nil); err != nil {
		return err
	}
	d.r.report.TextPages += len(n.late)
	if n.file.Path != "" || len(n.late) > 0 {
		d.r.pending = append(d.r.pending, n)
	}
	return nil
}

// writeTexts saves the texts that came with an original, before its rows are committed,
// but for those that go with the mark of a state secret.
func (p *Pipeline) writeTexts(ctx context.Context, tx *store.Tx, n received, found map[belongs]marked) error {
	texts, err := p.savable(ctx, n.given(), found)
	if err != nil || len(texts) == 0 {
		return err
	}
	texts, err = p.secrets.writeFree(texts, func(free []archive.PageText) error { return p.cat.SaveText(ctx, free...) })
	if err != nil {
		return err
	}
	p.opt.Step(stepGiven)
	saved := map[archive.ID]bool{}
	for _, t := range texts {
		saved[t.Page] = true
	}
	for _, l := range n.late {
		if !saved[l.page.ID] {
			continue
		}
		for _, from := range []archive.Stage{archive.StageRecognised, archive.StageIndexed} {
			err := tx.SetStage(l.page.ID, from, archive.StageEnhanced)
			if err != nil && archive.KindOf(err) != archive.Conflict {
				return err
			}
		}
	}
	return nil
}
