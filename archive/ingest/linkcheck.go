package ingest

import (
	"context"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// LinkCheck is what counting the linked images found (DA/T 70-2018: 内容数据完整性).
type LinkCheck struct {
	Checked    int        `json:"checked"` // records
	Pages      int        `json:"pages"`   // images linked to them
	Mismatches []Mismatch `json:"mismatches"`
}

// checkWindow is how many records are looked at together.
const checkWindow = 4096

// Check compares the images linked to each volume, album and item with what the
// catalogue says; zero fonds: of the whole archive. Covers, lists and 备考表 (serials
// 000, F01, M01, B01) are not counted. One fault is one mismatch: while all images of a
// volume lie in itself, its items are not listed as being without.
func (l *Linker) Check(ctx context.Context, sight access.Sight, fonds archive.ID, progress func(archive.Progress)) (LinkCheck, error) {
	const op = "check linked images"
	c := checker{cat: l.Catalogue, sight: sight, progress: progress, found: LinkCheck{Mismatches: []Mismatch{}}}
	if c.progress == nil {
		c.progress = func(archive.Progress) {}
	}
	t, err := l.Catalogue.Totals(ctx, sight, fonds)
	if err != nil {
		return c.found, archive.Wrap(op, "", err)
	}
	c.total = t.Items
	list, err := l.Catalogue.SeriesOf(ctx, sight, fonds)
	if err != nil {
		return c.found, archive.Wrap(op, "", err)
	}
	for _, s := range list {
		c.inside = map[archive.ID]*inside{}
		for _, k := range []archive.HoldingKind{archive.KindItem, archive.KindPhoto, archive.KindObject, archive.KindBook,
			archive.KindAV, archive.KindVolume, archive.KindAlbum} {
			if err := c.kind(ctx, s.ID, k); err != nil {
				return c.found, archive.Wrap(op, s.Code, err)
			}
		}
		for _, in := range c.inside { // of items that lie in no volume
			c.found.Mismatches = append(c.found.Mismatches, in.empty...)
		}
	}
	sortMismatches(c.found.Mismatches)
	return c.found, nil
}

type checker struct {
	cat      *store.Catalogue
	sight    access.Sight
	progress func(archive.Progress)
	total    int
	inside   map[archive.ID]*inside // of the volumes of a series
	found    LinkCheck
}

// inside is what lies in the items of a volume.
type inside struct {
	body   int        // counted images
	linked bool       // any image
	ranged bool       // an item says which pages are its own
	empty  []Mismatch // of items without any image, not listed yet
}

// whole tells whether a volume with so many counted images has those of its items too.
func (in *inside) whole(body int) bool { return in.ranged && body > 0 && !in.linked }

func (c *checker) kind(ctx context.Context, series archive.ID, kind archive.HoldingKind) error {
	ids, err := c.cat.InSeries(ctx, c.sight, series, kind)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, checkWindow) {
		paged, err := c.cat.PagedByID(ctx, c.sight, part)
		if err != nil {
			return err
		}
		list := make([]store.Paged, 0, len(paged))
		for _, id := range part {
			if p, ok := paged[id]; ok { // otherwise removed since
				list = append(list, p)
			}
		}
		if err := c.window(ctx, list); err != nil {
			return err
		}
		c.found.Checked += len(list)
		c.progress(archive.Progress{Phase: PhaseMatch, Done: c.found.Checked, Total: max(c.total, c.found.Checked)})
	}
	return nil
}

// window judges records, in the order of their ids, with their images, in the same.
func (c *checker) window(ctx context.Context, list []store.Paged) error {
	var images []store.Scanned
	at := 0
	next := func() {
		c.judge(list[at], images)
		at++
		images = images[:0]
	}
	err := c.cat.ScannedOf(ctx, c.sight, idsOf(list), func(s store.Scanned) error {
		for list[at].ID < s.Holding {
			next()
		}
		images = append(images, s)
		return nil
	})
	if err != nil {
		return err
	}
	for at < len(list) {
		next()
	}
	return nil
}

func (c *checker) judge(p store.Paged, images []store.Scanned) {
	c.found.Pages += len(images)
	list := judge(p, images, c.inside[p.ID])
	if p.Kind == archive.KindVolume || p.Kind == archive.KindAlbum {
		c.found.Mismatches = append(c.found.Mismatches, list...)
		if in := c.inside[p.ID]; in != nil && in.whole(counted(images)) {
			in.empty = nil
		}
		return
	}
	in := c.inside[p.Parent]
	if in == nil {
		in = &inside{}
		c.inside[p.Parent] = in
	}
	if len(images) == 0 {
		in.empty = append(in.empty, list...)
	} else {
		c.found.Mismatches = append(c.found.Mismatches, list...)
	}
	in.body += counted(images)
	in.linked = in.linked || len(images) > 0
	in.ranged = in.ranged || p.PageNo != "" || p.PageCount > 0
}

// counted tells how many images are body pages: all whose names do not say otherwise.
func counted(images []store.Scanned) (n int) {
	for _, s := range images {
		if label, ok := refcode.Serial(s.Source); !ok || label.Counted() {
			n++
		}
	}
	return n
}

// judge compares a record with its images. in is what lies in the items of a volume; nil
// for items.
func judge(p store.Paged, images []store.Scanned, in *inside) (list []Mismatch) {
	say := func(kind MismatchKind, expected, found int, detail string) {
		list = append(list, Mismatch{p.Code, kind, expected, found, detail, p.ID})
	}
	if in == nil {
		in = &inside{}
	}
	body := counted(images)
	found, expected := body+in.body, expectedPages(p)
	volume := p.Kind == archive.KindVolume
	var uneven unevenness
	if len(images) > 1 && (!volume || !in.linked) {
		uneven = unevenSerials(p.Code, images)
	}
	differs := expected != 0 && expected != found
	if differs {
		kind, detail := countKind(expected, found), ""
		if uneven.explains(expected, found) {
			detail, uneven = uneven.detail, unevenness{}
		}
		say(kind, expected, found, detail)
	}
	// A volume whose count is wrong is to be mended first, and is parted after that.
	if volume && in.ranged && body > 0 && (!differs || !in.whole(body)) {
		say(MismatchWhole, 0, body, "")
	}
	if uneven.kind != "" {
		say(uneven.kind, expected, found, uneven.detail)
	}
	for _, s := range images {
		if s.Bytes == 0 && s.Frame == 0 {
			say(MismatchEmpty, 0, 0, s.Source)
		}
	}
	return list
}

// expectedPages is how many pages the catalogue states: 页数, otherwise what a 页号 with
// both ends says; 0 when it states none.
func expectedPages(p store.Paged) int {
	if p.PageCount > 0 || p.PageNo == "" {
		return p.PageCount
	}
	spans, err := refcode.ParsePages(p.PageNo)
	if err != nil {
		return 0
	}
	n := 0
	for _, s := range spans {
		if s.Open || s.From.Part != s.To.Part || s.From.Suffix != 0 || s.To.Suffix != 0 {
			return 0
		}
		n += s.To.Number - s.From.Number + 1
	}
	return n
}

// unevenness is what is wrong with the numbers in the names of images.
type unevenness struct {
	kind   MismatchKind // empty: nothing
	n      int          // numbers that are left out, or stand again
	detail string       // which
}

// explains tells whether these numbers are why a count differs.
func (u unevenness) explains(expected, found int) bool {
	return u.kind == MismatchSerialGap && expected-found == u.n || u.kind == MismatchTwice && found-expected == u.n
}

// unevenSerials tells whether the numbers in the names of images stand twice or leave
// some out. It says nothing where an image has no number of its own.
func unevenSerials(code string, images []store.Scanned) unevenness {
	if even(images) {
		return unevenness{}
	}
	var labels []refcode.PageLabel
	for _, s := range images {
		label, ok := refcode.Serial(s.Source)
		if !ok || s.Frame > 0 || bearsCode(s.Source, code) {
			return unevenness{}
		}
		if label.Counted() {
			labels = append(labels, label)
		}
	}
	slices.SortFunc(labels, refcode.PageLabel.Compare)
	var twice, gaps []string
	left := 0
	for i := 1; i < len(labels); i++ {
		a, b := labels[i-1], labels[i]
		switch {
		case a == b:
			twice = append(twice, a.String())
		case b.Number > a.Number+1:
			left += b.Number - a.Number - 1
			gaps = append(gaps, numbers(a.Number+1, b.Number-1))
		}
	}
	switch {
	case len(twice) > 0:
		return unevenness{MismatchTwice, len(twice), shortened(twice)}
	case len(gaps) > 0:
		return unevenness{MismatchSerialGap, left, shortened(gaps)}
	}
	return unevenness{}
}

// even tells whether the images stand in the order of numbers that run without gaps,
// which nearly all do.
func even(images []store.Scanned) bool {
	var last refcode.PageLabel
	for _, s := range images {
		label, ok := refcode.Serial(s.Source)
		switch {
		case !ok || s.Frame > 0:
			return false
		case !label.Counted():
			continue
		case last.Number != 0 && (label.Number != last.Number+1 || label.Suffix != 0):
			return false
		}
		last = label
	}
	return true
}

// bearsCode tells whether a file bears the 档号 alone, so that the number at its end is no
// page's.
func bearsCode(source, code string) bool {
	name := source[strings.LastIndexByte(source, '/')+1:]
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		name = name[:dot]
	}
	return refcode.Normalise(name) == code
}

func numbers(from, to int) string {
	return refcode.PageSpan{From: refcode.PageLabel{Number: from}, To: refcode.PageLabel{Number: to}}.String()
}

// shortened joins what is listed, the first twenty.
func shortened(list []string) string {
	const most = 20
	if len(list) > most {
		return strings.Join(list[:most], ",") + ",…"
	}
	return strings.Join(list, ",")
}
