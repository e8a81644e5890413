package ingest_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

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
	w.linker = &ingest.Linker{Catalogue: w.cat}
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

// A whole delivery: what was planted is told and nothing else, the volumes concerned are
// left as they were, and every other page comes to where it belongs; all of it can be
// taken back, and doing it again changes nothing.
func TestLinkByRange(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	d := deliver(t, w.png)
	w.bring(d)
	before := w.lies()
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), d.faults)
	if len(p.Unmatched)+len(p.ClaimedTwice) > 0 {
		t.Errorf("unmatched %v, claimed twice %v", p.Unmatched, p.ClaimedTwice)
	}
	want := maps.Clone(d.names)
	held := 0
	for name, where := range d.whole {
		if slices.Contains(d.held, path.Dir(name)) {
			held++
			if want[name] = where; before[name] == "" {
				want[name] = ""
			}
		}
	}
	fates := map[ingest.LinkFate]int{}
	if err := w.linker.Rows(context.Background(), p, func(r ingest.LinkRow) error {
		fates[r.Fate]++
		if r.Fate != ingest.FateHeld && fmt.Sprintf("%s %d", r.Code, r.Ordinal) != d.names[r.Path] {
			t.Errorf("%+v, want it in %s", r, d.names[r.Path])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if fates[ingest.FateLink] != p.Linked || fates[ingest.FateHeld] != held || fates[ingest.FateLink]+fates[ingest.FateStay]+held != len(d.names) {
		t.Errorf("fates %v of %d pages, %d of them held; the plan links %d", fates, len(d.names), held, p.Linked)
	}
	if now := w.lies(); !maps.Equal(now, before) {
		t.Fatal("planning changed something")
	}

	r := w.carry(p)
	if r.Linked != p.Linked || len(r.Ops) < 2 {
		t.Errorf("linked %d of %d in %d steps", r.Linked, p.Linked, len(r.Ops))
	}
	w.want(want)
	w.undo(r.Ops)
	w.want(before)
	w.carry(w.plan(ingest.LinkRequest{By: ingest.LinkByRange}))
	w.want(want)
	again := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	if again.Linked != 0 || again.Already == 0 {
		t.Errorf("again links %d, %d lie there", again.Linked, again.Already)
	}
	same(t, "faults again", said(again.Mismatches), d.faults)
	w.checked(d)
}

// checked looks at what the count check says of the delivery: the volumes that were
// parted are in order, the others are not.
func (w *linkWorld) checked(d *handover) {
	w.t.Helper()
	c, err := w.linker.Check(context.Background(), access.All(), 0, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	told := map[string]bool{}
	for _, m := range c.Mismatches {
		told[m.Code[:len(volumeCode(1))]] = true
	}
	for n := 1; n <= 50; n++ {
		vol := volumeCode(n)
		if told[vol] != slices.Contains(d.held, vol) {
			w.t.Errorf("the check tells of %s: %v", vol, told[vol])
		}
	}
}

func TestLinkByRangeForced(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	for i := range 8 {
		put(t, dir, fmt.Sprintf("%s/scan_%04d.png", volumeCode(1), i+1), w.png)
	}
	vol := w.volume(volumeCode(1), 0)
	w.receive(dir)
	w.inVolume(vol, volumeCode(1)+"-001", "1—2", 0)
	w.inVolume(vol, volumeCode(1)+"-002", "第５～６页", 0)
	in := func(parts ...string) map[string]string {
		m := map[string]string{}
		for i, p := range parts {
			m[fmt.Sprintf("%s/scan_%04d.png", volumeCode(1), i+1)] = volumeCode(1) + p
		}
		return m
	}
	whole := in(" 1", " 2", " 3", " 4", " 5", " 6", " 7", " 8")
	req := ingest.LinkRequest{By: ingest.LinkByRange}
	gap, extra := volumeCode(1)+" gap 2/0 3-4", volumeCode(1)+" extra 2/0 7,8"
	p := w.plan(req)
	same(t, "faults", said(p.Mismatches), []string{gap, extra})
	req.Force = true // the images behind the last item are no gap
	w.carry(w.plan(req))
	w.want(whole)
	req.Tail = 2
	p = w.plan(req)
	same(t, "faults", said(p.Mismatches), []string{gap})
	r := w.carry(p)
	w.want(in("-001 1", "-001 2", " 1", " 2", "-002 1", "-002 2", " 3", " 4"))
	if again := w.plan(req); again.Linked != 0 {
		t.Errorf("again links %d", again.Linked)
	}
	w.undo(r.Ops)
	w.want(whole)
	// Two covers before page 1: what is page 1 now was image 3.
	req = ingest.LinkRequest{By: ingest.LinkByRange, Head: 2, Force: true}
	p = w.plan(req)
	same(t, "faults", said(p.Mismatches), []string{gap})
	w.carry(p)
	w.want(in(" 1", " 2", "-001 1", "-001 2", " 3", " 4", "-002 1", "-002 2"))
}

// A volume in one file of many pages; items described by their first pages.
func TestLinkByRangeWithinAFile(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol := w.volume(volumeCode(1), 3)
	w.do(func(tx *store.Tx) error {
		f := archive.File{Path: "a.tif", Source: volumeCode(1) + ".tif", Bytes: 9, SHA256: strings.Repeat("0a", 32), Format: "tiff"}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		return tx.AddPages([]archive.Page{{File: f.ID, Frame: 0, Holding: vol}, {File: f.ID, Frame: 1, Holding: vol}, {File: f.ID, Frame: 2, Holding: vol}})
	})
	w.inVolume(vol, volumeCode(1)+"-001", "1", 0)
	w.inVolume(vol, volumeCode(1)+"-002", "2", 0)
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), nil)
	w.carry(p)
	name := volumeCode(1) + ".tif"
	w.want(map[string]string{name: volumeCode(1) + "-001 1", name + "#1": volumeCode(1) + "-002 1", name + "#2": volumeCode(1) + "-002 2"})
}

// Items that came under names of their own stay as they are.
func TestLinkByRangeLeavesOwnImages(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol, dir := w.volume(volumeCode(1), 0), t.TempDir()
	w.inVolume(vol, volumeCode(1)+"-001", "1-2", 0)
	w.inVolume(vol, volumeCode(1)+"-002", "3-5", 0)
	for _, name := range []string{"0001.png", "0002.png", "F01.png", "002/1.png", "002/2.png", "002/3.png"} {
		put(t, dir, volumeCode(1)+"/"+name, w.png)
	}
	w.receive(dir)
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), nil)
	w.carry(p)
	at := func(name string) string { return volumeCode(1) + "/" + name }
	w.want(map[string]string{at("0001.png"): volumeCode(1) + "-001 1", at("0002.png"): volumeCode(1) + "-001 2", at("F01.png"): volumeCode(1) + " 1",
		at("002/1.png"): volumeCode(1) + "-002 1", at("002/2.png"): volumeCode(1) + "-002 2", at("002/3.png"): volumeCode(1) + "-002 3"})
}

// A name such as V-003 is item 003 of the volume where that is catalogued, and so its
// image lands there on receiving; by 页号 it is page 3.
func TestLinkByRangeTakesWhatNamesMistook(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol, dir := w.volume(volumeCode(1), 5), t.TempDir()
	for i, pageNo := range []string{"1-2", "3-4", "5"} {
		w.inVolume(vol, fmt.Sprintf("%s-%03d", volumeCode(1), i+1), pageNo, 0)
	}
	name := func(n int) string { return fmt.Sprintf("%s/%s-%03d.png", volumeCode(1), volumeCode(1), n) }
	for i := range 5 {
		put(t, dir, name(i+1), w.png)
	}
	w.receive(dir)
	at := func(parts ...string) map[string]string {
		m := map[string]string{}
		for i, p := range parts {
			m[name(i+1)] = volumeCode(1) + p
		}
		return m
	}
	w.want(at("-001 1", "-002 1", "-003 1", " 1", " 2"))
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), nil)
	w.carry(p)
	w.want(at("-001 1", "-001 2", "-002 1", "-002 2", "-003 1"))
	if again := w.plan(ingest.LinkRequest{By: ingest.LinkByRange}); again.Linked != 0 || again.Already != 5 {
		t.Errorf("again links %d, %d lie there", again.Linked, again.Already)
	}
}

func TestLinkByName(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	for _, name := range []string{
		"C038-001-001/0001.png", "C038-001-001/0002.png", "C038-001-001/0003.png",
		"C038+001+002+0001.png", "C038-001-777/0001.png", "杂项/IMG_1.png",
	} {
		put(t, dir, name, w.png)
	}
	w.receive(dir)
	nothing := ingest.LinkRequest{By: ingest.LinkByName}
	if p := w.plan(nothing); p.Linked != 0 || len(p.Unmatched) != 6 {
		t.Errorf("before there is a catalogue: %+v", p)
	}
	w.volume("C038-001-001", 4)
	w.volume("C038-001-002", 1)
	p := w.plan(nothing)
	if p.Linked != 3 {
		t.Errorf("links %d", p.Linked)
	}
	same(t, "mismatches", said(p.Mismatches), []string{"C038-001-001 fewer 3/4"})
	same(t, "unmatched", pathsOf(p.Unmatched), []string{"C038+001+002+0001.png ", "C038-001-777/0001.png C038-001-777", "杂项/IMG_1.png "})
	p = w.plan(ingest.LinkRequest{By: ingest.LinkByName, Separators: "+_-"})
	if p.Linked != 4 {
		t.Errorf("with + as separator links %d", p.Linked)
	}
	r := w.carry(p)
	where := map[string]string{"C038-001-001/0001.png": "C038-001-001 1", "C038-001-001/0002.png": "C038-001-001 2",
		"C038-001-001/0003.png": "C038-001-001 3", "C038+001+002+0001.png": "C038-001-002 1", "C038-001-777/0001.png": "", "杂项/IMG_1.png": ""}
	w.want(where)
	if again := w.plan(nothing); again.Linked != 0 || again.Already != 4 {
		t.Errorf("again links %d, %d are linked", again.Linked, again.Already)
	}
	w.undo(r.Ops)
	for name := range where {
		where[name] = ""
	}
	w.want(where)
	if _, err := w.linker.Plan(context.Background(), ingest.LinkRequest{By: ingest.LinkByName, Separators: "0"}, nil); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a digit as separator: %v", err)
	}
}

func pathsOf(list []ingest.Unmatched) []string {
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = u.Path + " " + u.Code
	}
	return out
}

// The archive's separators hold at receiving too, and the folder handed over counts where
// nothing below it names a 档号.
func TestReceiveReadsAsLinkDoes(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	w.volume("C038-001-001", 0)
	w.do(func(tx *store.Tx) error { return tx.Set(ingest.SettingSeparators, "+") })
	dir := t.TempDir()
	put(t, dir, "one/C038+001+001+0001.png", w.png)
	put(t, dir, "C038-001-001/图/0002.png", w.png)
	w.receive(path.Join(dir, "one"))
	w.receive(path.Join(dir, "C038-001-001"))
	w.want(map[string]string{"C038+001+001+0001.png": "C038-001-001 1", "图/0002.png": "C038-001-001 2"})
}

// A page that comes late comes to its place; an order that a person made stays.
func TestLinkLatePages(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	first, second := t.TempDir(), t.TempDir()
	put(t, first, "C038-001-001/1.png", w.png)
	put(t, first, "C038-001-001/3.png", w.png)
	put(t, second, "C038-001-001/2.png", w.png)
	w.receive(first)
	vol := w.volume("C038-001-001", 0)
	req := ingest.LinkRequest{By: ingest.LinkByName}
	w.carry(w.plan(req))
	w.receive(second)
	w.want(map[string]string{"C038-001-001/1.png": "C038-001-001 1", "C038-001-001/3.png": "C038-001-001 2", "C038-001-001/2.png": "C038-001-001 3"})
	pages := w.pages()
	w.do(func(tx *store.Tx) error { return tx.UnlinkPages([]archive.ID{pages["C038-001-001/2.png"].ID}) })
	r := w.carry(w.plan(req))
	w.want(map[string]string{"C038-001-001/1.png": "C038-001-001 1", "C038-001-001/2.png": "C038-001-001 2", "C038-001-001/3.png": "C038-001-001 3"})
	w.undo(r.Ops)
	w.do(func(tx *store.Tx) error {
		return tx.LinkPages([]archive.ID{pages["C038-001-001/3.png"].ID, pages["C038-001-001/1.png"].ID}, vol)
	})
	w.carry(w.plan(req))
	w.want(map[string]string{"C038-001-001/3.png": "C038-001-001 1", "C038-001-001/1.png": "C038-001-001 2", "C038-001-001/2.png": "C038-001-001 3"})
}

// extra gives a holding a field of the site's own.
func (w *linkWorld) extra(holding archive.ID, field, value string) {
	w.t.Helper()
	db, err := sql.Open("sqlite3", w.path("catalogue.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`INSERT INTO extra (holding, field, value, sort) VALUES (?, ?, ?, x'')`, int64(holding), field, value); err != nil {
		w.t.Fatal(err)
	}
}

func TestLinkByPath(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	for _, name := range []string{"a/1.png", "a/2.png", "b/10.png", "b/2.png", "b/sub/3.png", "c/1.png", "Ｄ/x1.png", "e/1.png", "f/1.png", "g/1.png"} {
		put(t, dir, name, w.png)
	}
	w.receive(dir)
	vol := w.volume(volumeCode(1), 0)
	fields := []string{
		`D:\scan\a\1.png;D:\scan\a\2.png`,     // files
		`D:\scan\b`,                           // a folder
		`"D:/scan/c/1.png" | D:\scan\c\2.png`, // one is not there
		`D:\scan\D\x１.png`,                    // in either width
		`D:\scan\e\1.png`,                     // claimed
		`D:\scan\f\1.png；D:\scan\e\1.png`,     // twice
		`E:\old\g\1.png`,                      // outside what is replaced
		`D:\SCAN\G\1.PNG`,                     // in capitals
		``,                                    // nothing
		`D:\scan\none`,                        // no folder
	}
	for n, f := range fields {
		id := w.inVolume(vol, fmt.Sprintf("%s-%03d", volumeCode(1), n+1), "", 0)
		if f != "" {
			w.extra(id, "原文路径", f)
		}
	}
	w.extra(vol, "原文路径", `D:\scan`) // the volume names the folder of them all
	at := func(n, ordinal int) string { return fmt.Sprintf("%s-%03d %d", volumeCode(1), n, ordinal) }
	req := ingest.LinkRequest{By: ingest.LinkByPath, Column: "原文路径", Replace: []ingest.Replacement{{Old: `D:\scan\`}}}
	p := w.plan(req)
	same(t, "unmatched", pathsOf(p.Unmatched), []string{`D:\scan\c\2.png ` + volumeCode(1) + "-003", `E:\old\g\1.png ` + volumeCode(1) + "-007",
		`D:\SCAN\G\1.PNG ` + volumeCode(1) + "-008", `D:\scan\none ` + volumeCode(1) + "-010", `D:\scan ` + volumeCode(1)})
	twice := []string{}
	for _, c := range p.ClaimedTwice {
		twice = append(twice, c.Path+" "+strings.Join(c.Codes, " "))
	}
	same(t, "claimed twice", twice, []string{"e/1.png " + volumeCode(1) + "-005 " + volumeCode(1) + "-006"})
	where := map[string]string{"a/1.png": at(1, 1), "a/2.png": at(1, 2), "b/2.png": at(2, 1), "b/sub/3.png": at(2, 2), "b/10.png": at(2, 3),
		"c/1.png": "", "Ｄ/x1.png": at(4, 1), "e/1.png": "", "f/1.png": "", "g/1.png": ""}
	if p.Linked != 6 {
		t.Errorf("links %d", p.Linked)
	}
	r := w.carry(p)
	w.want(where)
	if again := w.plan(req); again.Linked != 0 || again.Already != 6 {
		t.Errorf("again links %d, %d lie there", again.Linked, again.Already)
	}
	req.Force, req.AnyCase = true, true
	w.carry(w.plan(req))
	where["c/1.png"], where["g/1.png"] = at(3, 1), at(8, 1)
	w.want(where)
	w.undo(r.Ops)
	for name, is := range where {
		if slices.Contains([]string{at(3, 1), at(8, 1)}, is) {
			continue
		}
		where[name] = ""
	}
	w.want(where)
	req.Column = "别的"
	if _, err := w.linker.Plan(context.Background(), req, nil); archive.KindOf(err) != archive.NotFound {
		t.Errorf("a field that no record has: %v", err)
	}
}

// Images that lie in the volume come out of it to the items that name them; what others
// linked elsewhere is listed.
func TestLinkByPathOutOfVolume(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol, dir := w.volume(volumeCode(1), 0), t.TempDir()
	for i := range 4 {
		put(t, dir, fmt.Sprintf("%s/%d.png", volumeCode(1), i+1), w.png)
	}
	w.receive(dir)
	one, two := w.inVolume(vol, volumeCode(1)+"-001", "", 1), w.inVolume(vol, volumeCode(1)+"-002", "", 2)
	w.extra(one, "路径", volumeCode(1)+`\2.png`)
	w.extra(two, "路径", volumeCode(1)+`\3.png|`+volumeCode(1)+`\4.png`)
	at := func(n int) string { return fmt.Sprintf("%s/%d.png", volumeCode(1), n) }
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"})
	r := w.carry(p)
	if r.Listed() || r.Linked != 3 {
		t.Errorf("%+v", r)
	}
	w.want(map[string]string{at(1): volumeCode(1) + " 1", at(2): volumeCode(1) + "-001 1", at(3): volumeCode(1) + "-002 1", at(4): volumeCode(1) + "-002 2"})
	w.undo(r.Ops)
	w.want(map[string]string{at(1): volumeCode(1) + " 1", at(2): volumeCode(1) + " 2", at(3): volumeCode(1) + " 3", at(4): volumeCode(1) + " 4"})
	w.extra(vol, "路径", volumeCode(1))
	w.carry(w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"}))
	if p = w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"}); p.Linked != 0 || p.Already != 4 || len(p.ClaimedTwice) > 0 {
		t.Errorf("with the folder of the volume: %+v", p)
	}
	pages := w.pages()
	w.do(func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{pages[at(3)].ID}, one) })
	p = w.plan(ingest.LinkRequest{By: ingest.LinkByPath, Column: "路径"})
	if len(p.ClaimedTwice) != 1 || p.ClaimedTwice[0].Path != at(3) || p.Linked != 0 {
		t.Errorf("%+v", p)
	}
}

// What others do between planning and carrying out is never undone by it.
func TestCarryLeavesWhatChanged(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	put(t, dir, "C038-001-001/1.png", w.png)
	put(t, dir, "C038-001-002/1.png", w.png)
	w.receive(dir)
	w.volume("C038-001-001", 0)
	w.volume("C038-001-002", 0)
	other := w.volume("C038-001-003", 0)
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByName})
	pages := w.pages()
	w.do(func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{pages["C038-001-001/1.png"].ID}, other) })
	r := w.carry(p)
	same(t, "told", said(r.Mismatches), []string{"C038-001-001 changed 0/1"})
	if r.Linked != 1 {
		t.Errorf("linked %d", r.Linked)
	}
	w.want(map[string]string{"C038-001-001/1.png": "C038-001-003 1", "C038-001-002/1.png": "C038-001-002 1"})
}

func TestCheckLinks(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	images := map[string][]string{
		"001": {"1", "2", "3"}, "002": {"1", "2"}, "003": {"1", "2", "3", "4"}, "005": {"1", "3"}, "006": {"1", "2", "2a", "3", "F01", "B01", "000"},
		"008": {"1", "1a", "3"}, "009": {"5", "4"}, "010": {"1", "01"},
	}
	for vol, names := range images {
		for _, n := range names {
			put(t, dir, fmt.Sprintf("C038-001-%s/%s.png", vol, n), w.png)
		}
	}
	for vol, count := range map[string]int{"001": 3, "002": 3, "003": 3, "004": 3, "005": 2, "006": 4, "007": 0, "008": 0, "009": 2, "010": 0} {
		w.volume("C038-001-"+vol, count)
	}
	whole := w.volume("C038-001-011", 2)
	put(t, dir, "C038-001-011/1.png", w.png)
	put(t, dir, "C038-001-011/2.png", w.png)
	w.inVolume(whole, "C038-001-011-001", "1-2", 0)
	w.receive(dir)
	w.do(func(tx *store.Tx) error {
		f := archive.File{Path: "empty", Source: "C038-001-007/1.png", Format: "png", SHA256: strings.Repeat("0b", 32)}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		h, err := w.cat.HoldingByCode(context.Background(), access.All(), "C038-001-007")
		if err != nil {
			return err
		}
		return tx.AddPages([]archive.Page{{File: f.ID, Holding: h.ID}})
	})
	c, err := w.linker.Check(context.Background(), access.All(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "mismatches", said(c.Mismatches), []string{
		"C038-001-002 fewer 2/3", "C038-001-003 more 4/3", "C038-001-004 none 0/3", "C038-001-005 serial-gap 2/2 2",
		"C038-001-007 empty-file 0/0 C038-001-007/1.png", "C038-001-008 serial-gap 3/0 2", "C038-001-010 serial-twice 2/0 1",
		"C038-001-011 whole-volume 2/0", "C038-001-011-001 none 0/2",
	})
	if c.Checked != 12 || c.Pages != 28 {
		t.Errorf("checked %d records with %d pages", c.Checked, c.Pages)
	}
	f, err := w.cat.FondsByNumber(context.Background(), access.All(), "C038")
	if err != nil {
		t.Fatal(err)
	}
	if of, err := w.linker.Check(context.Background(), access.All(), f.ID, nil); err != nil || of.Checked != c.Checked {
		t.Errorf("of the fonds: %d, %v", of.Checked, err)
	}
	if none, err := w.linker.Check(context.Background(), access.Only(), 0, nil); err != nil || none.Checked != 0 {
		t.Errorf("without any right: %d, %v", none.Checked, err)
	}
}
