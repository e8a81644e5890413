package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// linkWorld is an archive with a fonds of volumes, C038, in a catalogue 001.
type linkWorld struct {
	*world
	series archive.ID
	linker *ingest.Linker
	png    []byte
}

func newLinkWorld(t *testing.T, dir string) *linkWorld {
	w := &linkWorld{world: newWorld(t, dir, nil)}
	w.linker = &ingest.Linker{Catalogue: w.cat, Sight: access.All()}
	w.png = asPNG(t, image.NewGray(image.Rect(0, 0, 16, 16)))
	if f, err := w.cat.FondsByNumber(context.Background(), access.All(), "C038"); err == nil {
		list, err := w.cat.SeriesOf(context.Background(), access.All(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.series = list[0].ID
		return w
	}
	scheme, _ := refcode.Builtin("vol94")
	w.do(func(tx *store.Tx) error {
		f := archive.Fonds{Holding: archive.Holding{Code: "C038", Title: "县商业局"}}
		if err := tx.AddFonds(&f); err != nil {
			return err
		}
		s := archive.Series{Holding: archive.Holding{Parent: f.ID, Code: "C038-001", Title: "文书"}, Category: "WS",
			Method: archive.ByVolume, Scheme: scheme.JSON()}
		err := tx.AddSeries(&s)
		w.series = s.ID
		return err
	})
	return w
}

func (w *linkWorld) do(fn func(*store.Tx) error) {
	w.t.Helper()
	if _, err := w.cat.Do(context.Background(), archive.LocalActor(), "test", fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *linkWorld) volume(code string, pages int) archive.ID {
	w.t.Helper()
	v := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: w.series, Code: code, Title: "案卷"}, PageCount: pages}
	w.do(func(tx *store.Tx) error { return tx.AddContainer(&v) })
	return v.ID
}

func (w *linkWorld) inVolume(volume archive.ID, code, pageNo string, pages int) archive.ID {
	w.t.Helper()
	i := archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Parent: volume, Code: code, Title: "文件"}, PageNo: pageNo, PageCount: pages}
	w.do(func(tx *store.Tx) error { return tx.AddItem(&i) })
	return i.ID
}

func (w *linkWorld) receive(dir string) {
	w.t.Helper()
	if _, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil); err != nil {
		w.t.Fatal(err)
	}
}

func (w *linkWorld) plan(r ingest.LinkRequest) *ingest.LinkPlan {
	w.t.Helper()
	p, err := w.linker.Plan(context.Background(), r, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *linkWorld) carry(p *ingest.LinkPlan) ingest.LinkReport {
	w.t.Helper()
	r, err := w.linker.Carry(context.Background(), archive.LocalActor(), p, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *linkWorld) undo(ops []archive.ID) {
	w.t.Helper()
	for _, op := range slices.Backward(ops) {
		if _, kept, err := w.cat.Undo(context.Background(), archive.LocalActor(), op); err != nil || len(kept) > 0 {
			w.t.Fatalf("undo keeps %v, %v", kept, err)
		}
	}
}

// lies says where every page is: "CODE 3" by the path it came under.
func (w *linkWorld) lies() map[string]string {
	w.t.Helper()
	out, codes := map[string]string{}, map[archive.ID]string{0: ""}
	for name, p := range w.pages() {
		if _, ok := codes[p.Holding]; !ok {
			h, err := w.cat.Holding(context.Background(), access.All(), p.Holding)
			if err != nil {
				w.t.Fatal(err)
			}
			codes[p.Holding] = h.Code
		}
		out[name] = ""
		if p.Holding != 0 {
			out[name] = fmt.Sprintf("%s %d", codes[p.Holding], p.Ordinal)
		}
	}
	return out
}

func (w *linkWorld) want(where map[string]string) {
	w.t.Helper()
	got := w.lies()
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != where[name] {
			w.t.Errorf("%s lies in %q, want %q", name, got[name], where[name])
		}
	}
	if len(got) != len(where) {
		w.t.Errorf("%d pages, want %d", len(got), len(where))
	}
}

func said(list []ingest.Mismatch) []string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = strings.TrimSpace(fmt.Sprintf("%s %s %d/%d %s", m.Code, m.Kind, m.Found, m.Expected, m.Detail))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, s := range got {
		if !slices.Contains(want, s) {
			t.Errorf("%s: also %q", what, s)
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			t.Errorf("%s: lacks %q", what, s)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d, want %d", what, len(got), len(want))
	}
}

// handover is fifty volumes as a contractor hands them over, with what is wrong in them.
type handover struct {
	dir    string
	names  map[string]string   // path of each image: where it belongs, "CODE 3"
	whole  map[string]string   // the same before it is parted
	items  map[string][]string // of each volume: "code|页号|页数"
	pages  map[string]int      // of each volume
	faults []string
	held   []string
}

func volumeCode(n int) string { return fmt.Sprintf("C038-001-%03d", n) }

// deliver makes the folders. Volumes are described by ranges, first pages or 页数 in turn;
// those with numbers that seven divides have a fault each.
func deliver(t *testing.T, png []byte) *handover {
	r := rand.New(rand.NewPCG(7, 7))
	d := &handover{dir: t.TempDir(), names: map[string]string{}, whole: map[string]string{}, items: map[string][]string{}, pages: map[string]int{}}
	for n := 1; n <= 50; n++ {
		vol := volumeCode(n)
		type img struct {
			name string
			item int // -1: the volume's
		}
		images := []img{{"000.png", -1}, {"M01.png", -1}}
		page := 1
		for i := range 3 + r.IntN(3) {
			size := 2 + r.IntN(3)
			pageNo, count := fmt.Sprintf("%d-%d", page, page+size-1), size
			switch n % 3 {
			case 1:
				pageNo = fmt.Sprint(page)
			case 2:
				pageNo = ""
			}
			for p := range size {
				images = append(images, img{fmt.Sprintf("%04d.png", page+p), i})
			}
			page += size
			d.items[vol] = append(d.items[vol], fmt.Sprintf("%s-%03d|%s|%d", vol, i+1, pageNo, count))
		}
		d.pages[vol] = page - 1
		images = append(images, img{"B01.png", -1})
		drop, fault := d.spoil(vol, n, page-1)
		if n == 35 { // an image too many
			images = append(images, img{fmt.Sprintf("%04d.png", page), -1})
		}
		if fault {
			d.held = append(d.held, vol)
		}
		ordinals := map[string]int{}
		var received []string
		for _, i := range images {
			if i.name == drop {
				continue
			}
			name := vol + "/" + i.name
			put(t, d.dir, name, png)
			code := vol
			if i.item >= 0 && !fault {
				code = fmt.Sprintf("%s-%03d", vol, i.item+1)
			}
			ordinals[code]++
			received = append(received, name)
			d.names[name] = fmt.Sprintf("%s %d", code, ordinals[code])
		}
		slices.SortFunc(received, func(a, b string) int { return bytes.Compare(refcode.SortKey(a), refcode.SortKey(b)) })
		for n, name := range received {
			d.whole[name] = fmt.Sprintf("%s %d", vol, n+1)
		}
	}
	return d
}

// spoil makes one thing wrong with some volumes, and says which image to leave out.
func (d *handover) spoil(vol string, n, last int) (drop string, fault bool) {
	items := d.items[vol]
	field := func(i, at int, value string) {
		f := strings.Split(items[i], "|")
		f[at] = value
		items[i] = strings.Join(f, "|")
	}
	one := func(i int) (code string, pages int) {
		f := strings.Split(items[i], "|")
		fmt.Sscan(f[2], &pages)
		return f[0], pages
	}
	switch n {
	case 7: // first pages: a wrong 页数
		code, size := one(1)
		field(1, 2, fmt.Sprint(size+1))
		d.faults = append(d.faults, fmt.Sprintf("%s fewer %d/%d", code, size, size+1))
	case 14: // 页数 alone: one too few
		_, size := one(len(items) - 1)
		field(len(items)-1, 2, fmt.Sprint(size-1))
		d.faults = append(d.faults, fmt.Sprintf("%s extra 1/0 %d", vol, last))
	case 21: // ranges: an image is missing
		code, size := one(0)
		drop = "0002.png"
		d.faults = append(d.faults, fmt.Sprintf("%s missing %d/%d 2", code, size-1, size))
	case 28: // first pages: the last image is missing
		code, size := one(len(items) - 1)
		drop = fmt.Sprintf("%04d.png", last)
		d.faults = append(d.faults, fmt.Sprintf("%s fewer %d/%d", code, size-1, size))
	case 35: // 页数 alone: an image too many
		d.faults = append(d.faults, fmt.Sprintf("%s extra 1/0 %d", vol, last+1))
	case 42: // ranges: two items meet
		first, _ := one(0)
		code, _ := one(1)
		f := strings.Split(items[1], "|")
		spans, _ := refcode.ParsePages(f[1])
		field(1, 1, fmt.Sprintf("%d-%d", spans[0].From.Number-1, spans[0].To.Number))
		d.faults = append(d.faults, fmt.Sprintf("%s overlap 0/0 %d %s", code, spans[0].From.Number-1, first))
	case 48: // ranges: the last image is missing
		code, size := one(len(items) - 1)
		drop = fmt.Sprintf("%04d.png", last)
		d.faults = append(d.faults, fmt.Sprintf("%s beyond %d/%d %d", code, size-1, size, last))
	case 49: // a wrong 页数 of the volume
		d.pages[vol]++
		d.faults = append(d.faults, fmt.Sprintf("%s fewer %d/%d", vol, last, last+1))
	default:
		return "", false
	}
	return drop, true
}

// bring has some volumes catalogued before the folder is received, the others after, and
// items last.
func (w *linkWorld) bring(d *handover) {
	w.t.Helper()
	ids := map[string]archive.ID{}
	add := func(from, to int) {
		for n := from; n <= to; n++ {
			ids[volumeCode(n)] = w.volume(volumeCode(n), d.pages[volumeCode(n)])
		}
	}
	add(1, 25)
	w.receive(d.dir)
	add(26, 50)
	for vol, items := range d.items {
		for _, it := range items {
			f := strings.Split(it, "|")
			n := 0
			fmt.Sscan(f[2], &n)
			w.inVolume(ids[vol], f[0], f[1], n)
		}
	}
}
