package ingest

import (
	"math"
	"slices"
	"strconv"

	"lantai/archive/refcode"
)

// volumeItem is what the catalogue says of the pages of an item in a volume.
type volumeItem struct {
	code      string
	pageNo    string
	pageCount int
	own       int // images that it has under numbers of its own; they count as all it needs
}

// volumeImage is one image of a volume.
type volumeImage struct {
	label refcode.PageLabel // after head and tail were set apart
	read  bool              // its name has a number
	path  string
}

// fault is one contradiction in a volume; item is an index, or -1 for the volume.
type fault struct {
	item            int
	kind            MismatchKind
	expected, found int
	detail          string
}

// gap tells whether linking in spite of the fault does no harm.
func (f fault) gap() bool { return f.kind == MismatchGap }

// claim is a run of pages that an item says is its own. The end of an open one is the
// page before the next item, or math.MaxInt32 for the last.
type claim struct {
	item int
	refcode.PageSpan
}

func (c claim) unbounded() bool { return c.To.Number == math.MaxInt32 }

// claims reads what the items of a volume, in the order of their 档号, say of their
// pages, ordered by page. A 页号 of one number is the item's first page where all items
// (but the last) are so; otherwise it is its only page unless 页数 says more. An item
// without 页号 follows the one before it with as many pages as its 页数.
func claims(items []volumeItem) ([]claim, []fault) {
	spans := make([][]refcode.PageSpan, len(items))
	var faults []fault
	for i, it := range items {
		var err error
		if spans[i], err = refcode.ParsePages(it.pageNo); err != nil {
			faults = append(faults, fault{i, MismatchPageNo, 0, 0, it.pageNo})
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	first := firstPagesOnly(spans)
	var list []claim
	next := 1 // the page behind the item before; 0: not known
	for i, it := range items {
		switch {
		case len(spans[i]) > 0:
			last := spans[i][len(spans[i])-1]
			switch {
			case !last.Open:
				next = last.To.Number + 1
			case it.pageCount > 0:
				next = last.From.Number + it.pageCount
			case first:
				next = 0
			default:
				next = last.From.Number + 1
			}
		case it.pageCount > 0 && next > 0:
			from, to := refcode.PageLabel{Number: next}, refcode.PageLabel{Number: next + it.pageCount - 1}
			spans[i] = []refcode.PageSpan{{From: from, To: to}}
			next = to.Number + 1
		case it.own == 0:
			faults = append(faults, fault{i, MismatchNoPageNo, it.pageCount, 0, ""})
		}
		for _, s := range spans[i] {
			s.Open = s.Open && s.From.Part == refcode.PartBody && (first || it.pageCount > 1)
			list = append(list, claim{i, s})
		}
	}
	slices.SortStableFunc(list, func(a, b claim) int { return a.From.Compare(b.From) })
	closeOpen(list)
	return list, faults
}

// firstPagesOnly tells whether the catalogue gives the first page of each item alone:
// none but the last item has both ends.
func firstPagesOnly(spans [][]refcode.PageSpan) bool {
	var last refcode.PageLabel
	for _, list := range spans {
		for _, s := range list {
			if s.From.Compare(last) > 0 {
				last = s.From
			}
		}
	}
	for _, list := range spans {
		for _, s := range list {
			if !s.Open && s.From != last {
				return false
			}
		}
	}
	return true
}

// closeOpen lets open claims end where the next one begins. list is ordered.
func closeOpen(list []claim) {
	for i := range list {
		c := &list[i]
		if !c.Open {
			continue
		}
		c.To = refcode.PageLabel{Part: c.From.Part, Number: math.MaxInt32}
		for _, n := range list[i+1:] {
			if n.From.Compare(c.From) > 0 && n.From.Part == c.From.Part {
				c.To = before(n.From)
				break
			}
		}
	}
}

const lastSuffix = 'Z'

// before is the last label that stands before another.
func before(l refcode.PageLabel) refcode.PageLabel {
	switch {
	case l.Suffix > 'A':
		l.Suffix--
	case l.Suffix == 'A':
		l.Suffix = 0
	default:
		l.Number, l.Suffix = l.Number-1, lastSuffix
	}
	return l
}

// assign says which item each image of a volume belongs to, -1 for those that stay with
// the volume, and every contradiction. total is the 页数 of the volume, or 0.
func assign(items []volumeItem, list []claim, images []volumeImage, total int) (of []int, faults []fault) {
	of = make([]int, len(images))
	have := map[refcode.PageLabel]int{}
	body, last := 0, 0
	for i, img := range images {
		of[i] = -1
		if !img.read {
			faults = append(faults, fault{-1, MismatchNoSerial, 0, 0, img.path})
			continue
		}
		if have[img.label]++; have[img.label] == 2 {
			faults = append(faults, fault{-1, MismatchTwice, 1, 2, img.label.String()})
		}
		if img.label.Counted() {
			body, last = body+1, max(last, img.label.Number)
		}
	}
	meets, lies := claimFaults(items, list)
	faults = append(faults, lies...)
	got := make([]int, len(items))
	var extra []string
	for i, img := range images {
		c := slices.IndexFunc(list, func(c claim) bool { return img.read && c.Holds(img.label) })
		switch {
		case c >= 0:
			of[i] = list[c].item
			got[of[i]]++
		case img.read && img.label.Counted() && !inGap(list, img.label):
			extra = append(extra, img.label.String())
		}
	}
	if len(extra) > 0 {
		faults = append(faults, fault{-1, MismatchExtra, 0, len(extra), shortened(extra)})
	}
	for i, it := range items {
		if it.own > 0 {
			body += it.own
		} else if !meets[i] {
			faults = append(faults, itemFault(i, it, list, have, got[i], last)...)
		}
	}
	if total > 0 && total != body && len(faults) == 0 {
		faults = append(faults, fault{-1, countKind(total, body), total, body, ""})
	}
	return of, faults
}

func countKind(expected, found int) MismatchKind {
	switch {
	case found == 0:
		return MismatchNone
	case found < expected:
		return MismatchFewer
	}
	return MismatchMore
}

// claimFaults lists where claims meet or leave pages out. list is ordered.
func claimFaults(items []volumeItem, list []claim) (meets map[int]bool, faults []fault) {
	meets = map[int]bool{}
	var end refcode.PageLabel // the last page claimed so far; page 0 is nobody's
	ending := -1
	for _, c := range list {
		switch {
		case c.From.Compare(end) <= 0 && ending >= 0:
			if ending != c.item {
				meets[ending], meets[c.item] = true, true
				to := c.To
				if end.Compare(to) < 0 {
					to = end
				}
				if to.Suffix == lastSuffix {
					to.Suffix = 0
				}
				shared := refcode.PageSpan{From: c.From, To: to}.String()
				if to.Number == math.MaxInt32 {
					shared = c.From.String()
				}
				faults = append(faults, fault{c.item, MismatchOverlap, 0, 0, shared + " " + items[ending].code})
			}
		case c.From.Part == refcode.PartBody && c.From.Number > bodyEnd(end)+1:
			gap := numbers(bodyEnd(end)+1, c.From.Number-1)
			faults = append(faults, fault{-1, MismatchGap, 0, c.From.Number - bodyEnd(end) - 1, gap})
		}
		if ending < 0 || c.To.Compare(end) > 0 {
			end, ending = c.To, c.item
		}
	}
	return meets, faults
}

// bodyEnd is the last body page up to a label.
func bodyEnd(l refcode.PageLabel) int {
	if l.Part < refcode.PartBody {
		return 0
	}
	return l.Number
}

// inGap tells whether a page that nobody claims stands before one that somebody does,
// with a number that no claim touches: its gap is listed already.
func inGap(list []claim, l refcode.PageLabel) bool {
	later := false
	for _, c := range list {
		if c.From.Part != refcode.PartBody || c.To.Part != refcode.PartBody {
			continue
		}
		if c.From.Number <= l.Number && l.Number <= c.To.Number {
			return false
		}
		later = later || c.From.Number > l.Number
	}
	return later
}

// itemFault compares the claims of an item with the images; have has all labels, got is
// how many came to the item, last the greatest number.
func itemFault(i int, it volumeItem, list []claim, have map[refcode.PageLabel]int, got, last int) []fault {
	var absent []string
	wanted, beyond := 0, true
	for _, c := range list {
		if c.item != i {
			continue
		}
		for _, l := range c.wants(last) {
			wanted++
			if have[l] == 0 {
				absent = append(absent, l.String())
				beyond = beyond && l.Part == refcode.PartBody && l.Number > last
			}
		}
	}
	expected := it.pageCount
	if expected == 0 {
		expected = wanted
	}
	switch {
	case len(absent) > 0 && beyond:
		return []fault{{i, MismatchBeyond, expected, got, runs(absent)}}
	case len(absent) > 0:
		return []fault{{i, MismatchMissing, expected, got, runs(absent)}}
	case it.pageCount > 0 && got != it.pageCount:
		return []fault{{i, countKind(it.pageCount, got), it.pageCount, got, ""}}
	}
	return nil
}

// wants lists the pages that a claim needs images of; an unbounded one up to last.
func (c claim) wants(last int) []refcode.PageLabel {
	to := c.To
	if c.unbounded() {
		to = refcode.PageLabel{Part: c.To.Part, Number: max(c.From.Number, last)}
	}
	if c.From.Part != to.Part {
		return []refcode.PageLabel{c.From, to}
	}
	list := []refcode.PageLabel{c.From}
	for n := c.From.Number + 1; n <= to.Number; n++ {
		list = append(list, refcode.PageLabel{Part: to.Part, Number: n})
	}
	if to.Suffix != 0 && !c.Open && to != c.From {
		list = append(list, to)
	}
	return list
}

// runs writes labels that are in order with runs of numbers drawn together: 3-5,7.
func runs(list []string) string {
	var out []string
	for i := 0; i < len(list); {
		from, err := strconv.Atoi(list[i])
		j := i + 1
		for err == nil && j < len(list) && list[j] == strconv.Itoa(from+j-i) {
			j++
		}
		if j > i+1 {
			out = append(out, numbers(from, from+j-i-1))
		} else {
			out = append(out, list[i])
		}
		i = j
	}
	return shortened(out)
}
