package ingest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lantai/archive/refcode"
)

// imagesNamed are images with these numbers in their names.
func imagesNamed(names ...string) []volumeImage {
	list := make([]volumeImage, len(names))
	for i, n := range names {
		list[i].path = n + ".jpg"
		list[i].label, list[i].read = refcode.Serial(list[i].path)
	}
	return list
}

func upTo(n int) []volumeImage {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("%04d", i+1))
	}
	return imagesNamed(names...)
}

// told writes faults as "item kind detail", in order.
func told(faults []fault) []string {
	var out []string
	for _, f := range faults {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s", f.item, f.kind, f.detail)))
	}
	slices.Sort(out)
	return out
}

func parted(items []volumeItem, images []volumeImage, total int) ([]int, []string) {
	list, faults := claims(items)
	of, more := assign(items, list, images, total)
	if !unreadable(faults) {
		faults = append(faults, more...)
	}
	return of, told(faults)
}

func TestAssign(t *testing.T) {
	no := func(pageNos ...string) (list []volumeItem) {
		for i, p := range pageNos {
			list = append(list, volumeItem{code: fmt.Sprint("I", i), pageNo: p})
		}
		return list
	}
	count := func(counts ...int) (list []volumeItem) {
		for i, n := range counts {
			list = append(list, volumeItem{code: fmt.Sprint("I", i), pageCount: n})
		}
		return list
	}
	both := func(items []volumeItem, counts ...int) []volumeItem {
		for i, n := range counts {
			items[i].pageCount = n
		}
		return items
	}
	for _, c := range []struct {
		name   string
		items  []volumeItem
		images []volumeImage
		total  int
		of     string // of each image, its item; . stays
		faults []string
	}{
		{"ranges", no("1-2", "3-5", "6"), upTo(6), 6, "001112", nil},
		{"first pages", no("1", "3", "6"), upTo(7), 0, "0011122", nil},
		{"first pages, the last with both ends", no("1", "3", "6-7"), upTo(7), 0, "0011122", nil},
		{"counts", count(2, 3, 1), upTo(6), 6, "001112", nil},
		{"a count after a range", both(no("1-2", ""), 0, 3), upTo(5), 0, "00111", nil},
		{"a page put in", no("1-2", "3", "3a"), imagesNamed("1", "2", "3", "3a"), 0, "0012", nil},
		{"a page put in, within a range", no("1-3a", "4"), imagesNamed("1", "2", "3", "3a", "4"), 0, "00001", nil},
		{"covers stay", no("1-2", "3"), imagesNamed("000", "F01", "M01", "1", "2", "3", "B01"), 3, "...001.", nil},
		{"covers stay, first pages", no("1", "3"), imagesNamed("F01", "1", "2", "3", "B01"), 3, ".001.", nil},
		{"a cover of its own", no("封1", "1-2"), imagesNamed("F01", "F02", "1", "2"), 0, "0.11", nil},
		{"a list", no("1-2、5", "3-4"), upTo(5), 0, "00110", nil},
		{"any order of items", no("3-4", "1-2"), upTo(4), 0, "1100", nil},
		{"one item", no("1"), upTo(3), 3, "000", nil},
		{"single pages among ranges", no("1-2", "3", "4-5"), upTo(5), 0, "00122", nil},
		{"a first page with a count among ranges", both(no("1-2", "3", "5-6"), 0, 2, 0), upTo(6), 0, "001122", nil},

		{"overlap", no("1-3", "3-5"), upTo(5), 0, "00011", []string{"1 overlap 3 I0"}},
		{"the same first page", no("1", "1", "3"), upTo(3), 0, "002", []string{"1 overlap 1-2 I0"}},
		{"gap", no("1-2", "5-6"), upTo(6), 0, "00..11", []string{"-1 gap 3-4"}},
		{"gap at the head", no("3-4"), upTo(4), 0, "..00", []string{"-1 gap 1-2"}},
		{"gap without images", no("1-2", "5-6"), imagesNamed("1", "2", "5", "6"), 0, "0011", []string{"-1 gap 3-4"}},
		{"beyond", no("1-2", "3-6"), upTo(4), 0, "0011", []string{"1 beyond 5-6"}},
		{"missing", no("1-3", "4-6"), imagesNamed("1", "3", "4", "5", "6"), 0, "00111", []string{"0 missing 2"}},
		{"missing, first pages", no("1", "4"), imagesNamed("1", "3", "4", "5", "7"), 0, "00111", []string{"0 missing 2", "1 missing 6"}},
		{"extra", no("1-2", "3"), upTo(5), 0, "001..", []string{"-1 extra 4,5"}},
		{"extra page put in", no("1-2", "3"), imagesNamed("1", "2", "2a", "3"), 0, "00.1", []string{"-1 extra 2a"}},
		{"counts above the images", count(2, 3), upTo(4), 0, "0011", []string{"1 beyond 5"}},
		{"counts below the images", count(2, 1), upTo(4), 0, "001.", []string{"-1 extra 4"}},
		{"count against range", both(no("1-2", "3-5"), 2, 2), upTo(5), 0, "00111", []string{"1 more"}},
		{"count against first page", both(no("1", "3"), 3, 0), upTo(4), 0, "0011", []string{"0 fewer"}},
		{"count of the volume", no("1-2", "3"), upTo(3), 4, "001", []string{"-1 fewer"}},
		{"no number", no("1-2", ""), upTo(3), 0, "00.", []string{"1 no-page-number"}},
		{"a number that cannot be read", no("1-2", "x3"), upTo(3), 0, "...", []string{"1 page-number x3"}},
		{"a name without number", no("1-2"), imagesNamed("1", "2", "scan"), 0, "00.", []string{"-1 no-serial scan.jpg"}},
		{"a number twice", both(no("1-2"), 2), imagesNamed("1", "2", "0002"), 0, "000", []string{"-1 serial-twice 2", "0 more"}},
	} {
		of, faults := parted(c.items, c.images, c.total)
		got := ""
		for _, i := range of {
			got += map[bool]string{true: ".", false: fmt.Sprint(i)}[i < 0]
		}
		if got != c.of || !slices.Equal(faults, c.faults) {
			t.Errorf("%s: %s %q, want %s %q", c.name, got, faults, c.of, c.faults)
		}
	}
}

// A volume is made with its truth, described in one of the ways of catalogues, and must
// come back as it was; then one thing is made wrong, and must be told.
func TestAssignIsInverse(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		v := madeVolume(r)
		of, faults := parted(v.items, v.images, v.total)
		if len(faults) > 0 || !slices.Equal(of, v.of) {
			t.Fatalf("seed %d: %+v\ngives %v %q\nwant  %v", seed, v.items, of, faults, v.of)
		}
		what := v.spoil(r)
		of, faults = parted(v.items, v.images, v.total)
		if len(faults) == 0 {
			t.Fatalf("seed %d, %s: nothing is told\n%+v %v", seed, what, v.items, of)
		}
	}
}

// made is a volume, and to which item each image belongs.
type made struct {
	items  []volumeItem
	images []volumeImage
	of     []int
	total  int
	way    int // how the catalogue describes it
}

func madeVolume(r *rand.Rand) *made {
	v := &made{way: r.IntN(4)}
	var names []string
	add := func(name string, item int) { names, v.of = append(names, name), append(v.of, item) }
	if r.IntN(2) == 0 {
		add("000", -1)
	}
	if r.IntN(2) == 0 {
		add("F01", -1)
		add("M01", -1)
	}
	n := 1 + r.IntN(6)
	page := 1
	for i := range n {
		it := volumeItem{code: fmt.Sprint("I", i)}
		size := 1 + r.IntN(4)
		from, to := refcode.PageLabel{Number: page}, refcode.PageLabel{Number: page + size - 1}
		for p := range size {
			add(fmt.Sprintf("%04d", page+p), i)
		}
		page += size
		it.pageCount = size
		if v.way != 3 && r.IntN(5) == 0 { // a page put in behind the last
			to.Suffix = 'A'
			add(fmt.Sprintf("%04da", to.Number), i)
			it.pageCount++
		}
		switch v.way {
		case 0: // both ends
			it.pageNo = refcode.PageSpan{From: from, To: to}.String()
			if r.IntN(2) == 0 {
				it.pageCount = 0
			}
		case 1: // first pages
			it.pageNo, it.pageCount = from.String(), 0
		case 2: // both ends and 页数, in other characters
			it.pageNo = "第" + from.String() + []string{"—", "～", "－", "至"}[r.IntN(4)] + to.String() + "页"
		case 3: // 页数 alone
		}
		v.items = append(v.items, it)
	}
	if r.IntN(2) == 0 {
		add("B01", -1)
	}
	v.images = imagesNamed(names...)
	for _, item := range v.of {
		if item >= 0 {
			v.total++
		}
	}
	order := r.Perm(len(names)) // the order of delivery says nothing
	images, of := slices.Clone(v.images), slices.Clone(v.of)
	for i, j := range order {
		v.images[i], v.of[i] = images[j], of[j]
	}
	return v
}

// spoil makes one thing wrong and says what.
func (v *made) spoil(r *rand.Rand) string {
	i := r.IntN(len(v.items))
	switch r.IntN(4) {
	case 0: // an image is missing
		for n, item := range v.of {
			if item == i {
				v.images, v.of = slices.Delete(v.images, n, n+1), slices.Delete(v.of, n, n+1)
				return "an image is missing"
			}
		}
	case 1:
		v.items[i].pageCount += 1 + len(v.images)
		return "wrong 页数"
	case 2:
		v.total++
		return "wrong 页数 of the volume"
	}
	v.images = append(v.images, imagesNamed("9999")...)
	v.of = append(v.of, -1)
	return "an image too many"
}
