package ingest

import (
	"cmp"
	"context"
	"slices"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// volumesAtOnce is how many volumes are looked at together.
const volumesAtOnce = 64

// byRange plans to part the images of volumes among their items by 页号.
func (w *planner) byRange(ctx context.Context) error {
	if w.req.Head < 0 || w.req.Tail < 0 {
		return archive.Errorf(archive.Invalid, "plan linking", "", "images before and after the numbered pages are counted from 0")
	}
	if err := w.prepare(ctx); err != nil {
		return err
	}
	loose, err := w.loose(ctx, func(k archive.HoldingKind) bool { return k == archive.KindVolume })
	if err != nil {
		return err
	}
	list, err := w.cat.SeriesOf(ctx, w.l.Sight, w.req.Fonds)
	if err != nil {
		return err
	}
	done := 0
	for _, s := range list {
		ids, err := w.cat.InSeries(ctx, w.l.Sight, s.ID, archive.KindVolume)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(ids, volumesAtOnce) {
			if err := w.volumes(ctx, part, loose); err != nil {
				return err
			}
			done += len(part)
			w.progress(archive.Progress{Phase: PhaseMatch, Done: done})
		}
	}
	return nil
}

func (w *planner) volumes(ctx context.Context, ids []archive.ID, loose map[archive.ID][]archive.ID) error {
	paged, err := w.cat.PagedByID(ctx, w.l.Sight, ids)
	if err != nil {
		return err
	}
	items, err := w.cat.PagedBelow(ctx, w.l.Sight, ids)
	if err != nil {
		return err
	}
	holders := slices.Clone(ids)
	for _, list := range items {
		for _, it := range list {
			holders = append(holders, it.ID)
		}
	}
	images, err := w.cat.ImagesOf(ctx, w.l.Sight, holders)
	if err != nil {
		return err
	}
	fresh, err := w.images(ctx, ids, loose)
	if err != nil {
		return err
	}
	for _, id := range ids {
		vol := volume{w: w, Paged: paged[id], items: items[id], linked: images, fresh: fresh[id]}
		if err := vol.plan(ctx); err != nil {
			return err
		}
	}
	return nil
}

// volume is one volume whose images are parted among its items.
type volume struct {
	w *planner
	store.Paged
	items  []store.Paged
	linked map[archive.ID][]store.Image // by holding
	fresh  []store.Image                // 待挂接, in a folder of the volume

	sheets []volumeItem
	claims []claim
	images []store.Image // that bear the numbers of the volume
	labels []volumeImage // of them
}

func (v *volume) plan(ctx context.Context) error {
	if !v.concerned() {
		return nil
	}
	v.sheets = make([]volumeItem, len(v.items))
	for i, it := range v.items {
		v.sheets[i] = volumeItem{code: it.Code, pageNo: it.PageNo, pageCount: it.PageCount}
	}
	list, faults := claims(v.sheets)
	v.claims = list
	if err := v.gather(ctx); err != nil {
		return err
	}
	if !slices.ContainsFunc(v.labels, func(i volumeImage) bool { return !i.read || i.label.Counted() }) {
		faults = nil // only covers and the like: nothing to part
		v.sheets, v.claims, v.PageCount = nil, nil, 0
	}
	of, more := assign(v.sheets, v.claims, v.labels, v.PageCount)
	if !unreadable(faults) {
		faults = append(faults, more...)
	}
	v.settle(of, faults)
	return nil
}

// unreadable tells whether 页号 could not be read, which makes all else that is said
// about the volume guesswork.
func unreadable(faults []fault) bool {
	return slices.ContainsFunc(faults, func(f fault) bool { return f.kind == MismatchPageNo || f.kind == MismatchNoPageNo })
}

// concerned tells whether there is something to part: images, and items that say which
// of them are theirs.
func (v *volume) concerned() bool {
	some := len(v.fresh)+len(v.linked[v.ID]) > 0
	batch := v.w.req.Batch
	mine := batch == 0 || len(v.fresh) > 0
	says := false
	for _, i := range v.linked[v.ID] {
		mine = mine || i.Batch == batch
	}
	for _, it := range v.items {
		says = says || it.PageNo != "" || it.PageCount > 0
		some = some || len(v.linked[it.ID]) > 0
		for _, i := range v.linked[it.ID] {
			mine = mine || i.Batch == batch
		}
	}
	return some && mine && says
}

// gather finds the images that bear the numbers of the volume: those of the volume, those
// not linked yet, and those in items that were parted before. The others of an item are
// its own.
func (v *volume) gather(ctx context.Context) error {
	v.images = slices.Concat(v.linked[v.ID], v.fresh)
	var kept []store.Image
	for _, it := range v.items {
		kept = append(kept, v.linked[it.ID]...)
	}
	labels := v.label(slices.Concat(v.images, kept))
	at := len(v.images)
	for n, i := range v.items {
		for _, img := range v.linked[i.ID] {
			of, err := v.ofVolume(ctx, n, img, labels[at])
			if err != nil {
				return err
			}
			if of {
				v.images = append(v.images, img)
			} else {
				v.sheets[n].own++
			}
			at++
		}
	}
	v.labels = v.label(v.images)
	return nil
}

// ofVolume tells whether an image that lies in an item bears a number of the volume: its
// name is the volume's or can be read as such, or says nothing and the number is one that
// the item claims.
func (v *volume) ofVolume(ctx context.Context, item int, img store.Image, label volumeImage) (bool, error) {
	m, _, err := v.w.match(ctx, img)
	switch {
	case err != nil || m.Code == v.Code || m.Also == v.Code:
		return err == nil, err
	case m.Code != "":
		return false, nil
	}
	return label.read && slices.ContainsFunc(v.claims, func(c claim) bool { return c.item == item && c.Holds(label.label) }), nil
}

// apart is added to the numbers of images before and behind the numbered pages, so that
// they meet no other.
const apart = 100_000

// label reads the numbers of images and sets head and tail apart: what stands before
// page 1 becomes cover, what stands behind the last page becomes note.
func (v *volume) label(images []store.Image) []volumeImage {
	files := map[archive.ID]int{}
	for _, i := range images {
		files[i.File]++
	}
	out := make([]volumeImage, len(images))
	var counted []*refcode.PageLabel
	for n, i := range images {
		out[n].path = i.Source
		out[n].label, out[n].read = refcode.Serial(i.Source)
		if files[i.File] > 1 || i.Frame > 0 { // a file of many pages is the volume, its frames are the pages
			out[n].label, out[n].read = refcode.PageLabel{Number: i.Frame + 1}, true
		}
		if out[n].read && out[n].label.Counted() {
			counted = append(counted, &out[n].label)
		}
	}
	slices.SortFunc(counted, func(a, b *refcode.PageLabel) int { return a.Compare(*b) })
	for n, l := range counted {
		switch {
		case n >= len(counted)-v.w.req.Tail:
			l.Part, l.Number = refcode.PartNote, l.Number+apart
		case l.Number <= v.w.req.Head:
			l.Part, l.Number = refcode.PartCover, l.Number+apart
		default:
			l.Number -= v.w.req.Head
		}
	}
	return out
}

// settle notes what is to become of the volume: of says for each image to which item it
// goes.
func (v *volume) settle(of []int, faults []fault) {
	held := false
	for _, f := range faults {
		m := Mismatch{Code: v.Code, Kind: f.kind, Expected: f.expected, Found: f.found, Detail: f.detail, Holding: v.ID}
		if f.item >= 0 {
			m.Code, m.Holding = v.items[f.item].Code, v.items[f.item].ID
		}
		v.w.plan.Mismatches = append(v.w.plan.Mismatches, m)
		held = held || !f.gap() || !v.w.req.Force
	}
	if held {
		v.hold()
		return
	}
	u := LinkUnit{Code: v.Code}
	lists := make([][]int, len(v.items)+1) // of images by item, the volume's at the end
	for n, i := range of {
		if i < 0 {
			i = len(v.items)
		}
		lists[i] = append(lists[i], n)
	}
	touched := make([]bool, len(lists)) // pages come or go
	index := map[archive.ID]int{v.ID: len(v.items)}
	for n, it := range v.items {
		index[it.ID] = n
	}
	for i, list := range lists {
		for _, n := range list {
			from, linked := index[v.images[n].Holding]
			if linked && from == i {
				if i < len(v.items) {
					v.w.plan.Already++
				}
				continue
			}
			u.Moved++
			touched[i] = true
			if linked {
				touched[from] = true
			}
		}
	}
	if u.Moved == 0 {
		return
	}
	for i, list := range lists {
		if touched[i] {
			u.Arrange = append(u.Arrange, v.arrange(i, list))
		}
	}
	v.w.plan.Linked += u.Moved
	v.w.plan.Units = append(v.w.plan.Units, u)
}

// arrange puts the images of an item, or of the volume, in order, behind those that it
// has under numbers of its own.
func (v *volume) arrange(item int, list []int) store.Arrangement {
	a := store.Arrangement{Holding: v.ID}
	if item < len(v.items) {
		a.Holding = v.items[item].ID
	}
	mine := make(map[archive.ID]bool, len(v.images))
	for _, i := range v.images {
		mine[i.Page] = true
	}
	for _, i := range v.linked[a.Holding] {
		if !mine[i.Page] {
			a.Pages = append(a.Pages, i.Page)
		}
	}
	slices.SortStableFunc(list, func(x, y int) int {
		return cmp.Or(v.labels[x].label.Compare(v.labels[y].label), cmp.Compare(v.images[x].Page, v.images[y].Page))
	})
	for _, n := range list {
		a.Pages = append(a.Pages, v.images[n].Page)
	}
	return a
}

// hold leaves the volume as it is.
func (v *volume) hold() {
	u := LinkUnit{Code: v.Code, Held: true}
	for _, id := range append([]archive.ID{v.ID}, idsOf(v.items)...) {
		if pages := pagesOf(v.linked[id]); len(pages) > 0 {
			u.Arrange = append(u.Arrange, store.Arrangement{Holding: id, Pages: pages})
		}
	}
	if len(v.fresh) > 0 {
		u.Arrange = append(u.Arrange, store.Arrangement{Pages: pagesOf(v.fresh)})
	}
	v.w.plan.Units = append(v.w.plan.Units, u)
}

func idsOf(list []store.Paged) []archive.ID {
	ids := make([]archive.ID, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids
}
